#include "resolver.h"

#include <sys/select.h> /* ares.h wants fd_set, and does not say so */

#include <ares.h>
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum { TRIES = 3 };

struct watch {
    uv_poll_t poll;
    ares_socket_t fd;
    struct resolver *resolver;
    struct watch *next;
};

struct resolver {
    uv_loop_t *loop;
    ares_channel channel;
    uv_timer_t timer;
    struct watch *watches;
};

/* ---- sockets and time ---------------------------------------------------------------------- */

static void time_over(uv_timer_t *timer);

/* When c-ares wants to be called without anything having come. */
static void arm(struct resolver *r)
{
    struct timeval at;
    if (ares_timeout(r->channel, NULL, &at) == NULL) {
        uv_timer_stop(&r->timer);
        return;
    }
    uint64_t ms = (uint64_t)at.tv_sec * 1000 + (uint64_t)at.tv_usec / 1000 + 1;
    uv_timer_start(&r->timer, time_over, ms, 0);
}

static void time_over(uv_timer_t *timer)
{
    struct resolver *r = timer->data;
    ares_process_fd(r->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    arm(r);
}

static void ready(uv_poll_t *poll, int status, int events)
{
    const struct watch *w = poll->data;
    struct resolver *r = w->resolver;
    bool failed = status < 0; /* c-ares finds out by itself what it is */
    ares_socket_t fd = w->fd;
    ares_process_fd(r->channel, failed || (events & UV_READABLE) != 0 ? fd : ARES_SOCKET_BAD,
                    failed || (events & UV_WRITABLE) != 0 ? fd : ARES_SOCKET_BAD);
    arm(r);
}

static void watch_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static struct watch *watch_new(struct resolver *r, ares_socket_t fd)
{
    struct watch *w = calloc(1, sizeof *w);
    if (w == NULL)
        return NULL;
    if (uv_poll_init_socket(r->loop, &w->poll, fd) != 0) {
        free(w);
        return NULL;
    }
    w->poll.data = w;
    w->fd = fd;
    w->resolver = r;
    w->next = r->watches;
    r->watches = w;
    return w;
}

/* What cannot be watched c-ares gives up when its time is over. */
static void socket_changed(void *arg, ares_socket_t fd, int readable, int writable)
{
    struct resolver *r = arg;
    struct watch **at = &r->watches;
    while (*at != NULL && (*at)->fd != fd)
        at = &(*at)->next;
    struct watch *w = *at;
    int events = (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0);
    if (events != 0) {
        w = w != NULL ? w : watch_new(r, fd);
        if (w != NULL)
            (void)uv_poll_start(&w->poll, events, ready);
    } else if (w != NULL) {
        *at = w->next;
        uv_close((uv_handle_t *)&w->poll, watch_closed);
    }
}

/* ---- coming and going ---------------------------------------------------------------------- */

/* No search list and no host aliases: RFC 5321 2.3.5 wants names that are complete. */
static bool open_channel(struct resolver *r, const char *dns, uint64_t try_ms, const char **why)
{
    struct ares_options options = {
        .flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES,
        .timeout = (int)try_ms,
        .tries = TRIES,
        .sock_state_cb = socket_changed,
        .sock_state_cb_data = r,
        .lookups = (char[]){"b"}, /* with a server named: no file */
    };
    int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB |
               ARES_OPT_DOMAINS | (dns != NULL ? ARES_OPT_LOOKUPS : 0);
    *why = "no resolver";
    if (ares_init_options(&r->channel, &options, mask) != ARES_SUCCESS)
        return false;
    if (dns == NULL || ares_set_servers_ports_csv(r->channel, dns) == ARES_SUCCESS)
        return true;
    *why = "not ADDR:PORT (IPv6 as [::1]:53)";
    ares_destroy(r->channel);
    return false;
}

struct resolver *resolver_new(void *loop, const char *dns, uint64_t try_ms, const char **why)
{
    struct resolver *r = calloc(1, sizeof *r);
    *why = "no memory";
    if (r == NULL || ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS) {
        free(r);
        return NULL;
    }
    r->loop = loop;
    if (!open_channel(r, dns, try_ms, why)) {
        ares_library_cleanup();
        free(r);
        return NULL;
    }
    uv_timer_init(r->loop, &r->timer);
    r->timer.data = r;
    return r;
}

static void timer_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void resolver_free(struct resolver *r)
{
    if (r == NULL)
        return;
    ares_destroy(r->channel); /* what was asked is answered with EDESTRUCTION */
    ares_library_cleanup();
    uv_close((uv_handle_t *)&r->timer, timer_closed);
}

/* ---- lookups ------------------------------------------------------------------------------- */

/* RFC 5321 5.1: what is no answer for good "MUST be queued and retried later". */
static enum lookup_status status_of(int status)
{
    switch (status) {
    case ARES_SUCCESS:
        return LOOKUP_FOUND;
    case ARES_ENODATA:
        return LOOKUP_NOTHING;
    case ARES_ENOTFOUND:
    case ARES_EBADNAME:
        return LOOKUP_NO_NAME;
    default:
        return LOOKUP_LATER;
    }
}

static void finish(struct lookup *lookup, int status)
{
    if (status == ARES_EDESTRUCTION)
        return;
    lookup->status = status_of(status);
    lookup->why = lookup->status == LOOKUP_LATER ? ares_strerror(status) : NULL;
    lookup->done(lookup);
}

static int take_hosts(struct lookup *lookup, const struct ares_mx_reply *list)
{
    size_t count = 0;
    for (const struct ares_mx_reply *mx = list; mx != NULL; mx = mx->next)
        count++;
    if (count == 0)
        return ARES_ENODATA;
    lookup->hosts = calloc(count, sizeof *lookup->hosts);
    if (lookup->hosts == NULL)
        return ARES_ENOMEM;
    for (const struct ares_mx_reply *mx = list; mx != NULL; mx = mx->next) {
        struct mx_host *host = &lookup->hosts[lookup->host_count++];
        snprintf(host->name, sizeof host->name, "%s", mx->host);
        host->preference = mx->priority;
    }
    return ARES_SUCCESS;
}

static void mx_came(void *arg, int status, int timeouts, unsigned char *octets, int n)
{
    (void)timeouts;
    struct lookup *lookup = arg;
    struct ares_mx_reply *list = NULL;
    if (status == ARES_SUCCESS)
        status = ares_parse_mx_reply(octets, n, &list);
    if (status == ARES_SUCCESS)
        status = take_hosts(lookup, list);
    if (list != NULL)
        ares_free_data(list);
    finish(lookup, status);
}

void resolver_mx(struct resolver *r, const char *domain, struct lookup *lookup)
{
    ares_query(r->channel, domain, ns_c_in, ns_t_mx, mx_came, lookup);
    arm(r);
}

static bool print_address(const struct ares_addrinfo_node *node, struct lookup_address *out)
{
    const void *octets = NULL;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    if (node->ai_family == AF_INET) {
        memcpy(&v4, node->ai_addr, sizeof v4);
        octets = &v4.sin_addr;
    } else if (node->ai_family == AF_INET6) {
        memcpy(&v6, node->ai_addr, sizeof v6);
        octets = &v6.sin6_addr;
    }
    return octets != NULL &&
           inet_ntop(node->ai_family, octets, out->text, sizeof out->text) != NULL;
}

static int take_addresses(struct lookup *lookup, const struct ares_addrinfo *info)
{
    size_t count = 0;
    for (const struct ares_addrinfo_node *node = info->nodes; node != NULL; node = node->ai_next)
        count++;
    if (count == 0)
        return ARES_ENODATA;
    lookup->addresses = calloc(count, sizeof *lookup->addresses);
    if (lookup->addresses == NULL)
        return ARES_ENOMEM;
    for (const struct ares_addrinfo_node *node = info->nodes; node != NULL; node = node->ai_next)
        if (print_address(node, &lookup->addresses[lookup->address_count]))
            lookup->address_count++;
    return ARES_SUCCESS;
}

static void addresses_came(void *arg, int status, int timeouts, struct ares_addrinfo *info)
{
    (void)timeouts;
    struct lookup *lookup = arg;
    if (status == ARES_SUCCESS)
        status = take_addresses(lookup, info);
    if (info != NULL)
        ares_freeaddrinfo(info);
    finish(lookup, status);
}

void resolver_addresses(struct resolver *r, const char *host, struct lookup *lookup)
{
    static const struct ares_addrinfo_hints hints = {.ai_family = AF_UNSPEC,
                                                     .ai_socktype = SOCK_STREAM};
    ares_getaddrinfo(r->channel, host, NULL, &hints, addresses_came, lookup);
    arm(r);
}

void lookup_clear(struct lookup *lookup)
{
    free(lookup->hosts);
    free(lookup->addresses);
    lookup->hosts = NULL;
    lookup->addresses = NULL;
    lookup->host_count = 0;
    lookup->address_count = 0;
}
