#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "uv_parts.h"

enum { BACKLOG = 511 };

struct net_uv_listener {
    uv_tcp_t tcp;          /* first: its handle */
    uv_tcp_t away;         /* a connection that there is no memory for */
    bool turning, waiting; /* that one is being closed; another waits for it to be closed */
    bool closed;
    struct net_uv *uv;
    struct net_uv_listener *next, *before;
    struct net_end *(*accept)(void *arg, const char *peer);
    void *arg;
};

void uv_print_address(const struct sockaddr *address, char *out)
{
    static const char mapped[] = "::ffff:"; /* RFC 4291 2.5.5.2: an IPv4 peer of an IPv6 socket */
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    out[0] = '\0';
    if (address->sa_family == AF_INET) {
        memcpy(&v4, address, sizeof v4);
        (void)uv_ip4_name(&v4, out, UV_ADDRESS_MAX);
    } else if (address->sa_family == AF_INET6) {
        memcpy(&v6, address, sizeof v6);
        (void)uv_ip6_name(&v6, out, UV_ADDRESS_MAX);
        size_t n = sizeof mapped - 1;
        if (strncmp(out, mapped, n) == 0 && strchr(out, '.') != NULL)
            memmove(out, out + n, strlen(out + n) + 1);
    }
}

static void print_peer(const uv_tcp_t *tcp, char *out)
{
    struct sockaddr_storage address = {0};
    int n = sizeof address;
    (void)uv_tcp_getpeername(tcp, (struct sockaddr *)&address, &n);
    uv_print_address((struct sockaddr *)&address, out);
}

static void came(uv_stream_t *server, int status);

static void free_if_closed(struct net_uv_listener *l)
{
    if (l->closed && !l->turning)
        free(l);
}

static void turned_away(uv_handle_t *handle)
{
    struct net_uv_listener *l = handle->data;
    bool waiting = l->waiting;
    l->turning = l->waiting = false;
    if (waiting && !uv_is_closing((uv_handle_t *)&l->tcp))
        came((uv_stream_t *)&l->tcp, 0);
    free_if_closed(l);
}

/* It is taken all the same: until it is, libuv tells of no other. */
static void turn_away(struct net_uv_listener *l)
{
    if (l->turning) {
        l->waiting = true;
        return;
    }
    uv_tcp_init(&l->uv->loop, &l->away);
    l->away.data = l;
    l->turning = true;
    (void)uv_accept((uv_stream_t *)&l->tcp, (uv_stream_t *)&l->away);
    uv_close((uv_handle_t *)&l->away, turned_away);
}

static void came(uv_stream_t *server, int status)
{
    struct net_uv_listener *l = (struct net_uv_listener *)server;
    char peer[UV_ADDRESS_MAX];
    if (status != 0)
        return;
    struct uv_conn *c = uv_conn_new(l->uv);
    if (c == NULL) {
        turn_away(l);
        return;
    }
    if (uv_accept(server, (uv_stream_t *)&c->tcp) != 0) {
        uv_conn_drop(c);
        return;
    }
    print_peer(&c->tcp, peer);
    struct net_end *end = l->accept(l->arg, peer);
    if (end != NULL)
        uv_conn_open(c, end);
    else
        uv_conn_drop(c);
}

static void listener_closed(uv_handle_t *handle)
{
    struct net_uv_listener *l = (struct net_uv_listener *)handle;
    l->closed = true;
    free_if_closed(l);
}

void net_uv_listener_close(struct net_uv_listener *listener)
{
    struct net_uv_listener *l = listener;
    if (l->next != NULL)
        l->next->before = l->before;
    if (l->before != NULL)
        l->before->next = l->next;
    else
        l->uv->listeners = l->next;
    uv_close((uv_handle_t *)&l->tcp, listener_closed);
}

/* One address; 0 or libuv's error. */
static int listen_on(struct net_uv *uv, const struct sockaddr *address,
                     struct net_uv_listener **out)
{
    struct net_uv_listener *l = calloc(1, sizeof *l);
    if (l == NULL)
        return UV_ENOMEM;
    l->uv = uv;
    uv_tcp_init(&uv->loop, &l->tcp);
    int error = uv_tcp_bind(&l->tcp, address, 0);
    if (error == 0)
        error = uv_listen((uv_stream_t *)&l->tcp, BACKLOG, came);
    if (error != 0) {
        uv_close((uv_handle_t *)&l->tcp, listener_closed);
        return error;
    }
    l->next = uv->listeners;
    if (l->next != NULL)
        l->next->before = l;
    uv->listeners = l;
    *out = l;
    return 0;
}

/* The first address that can be had. */
static int listen_on_any(struct net_uv *uv, const char *host, uint16_t port,
                         struct net_uv_listener **out)
{
    static const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    char service[8];
    uv_getaddrinfo_t lookup;
    snprintf(service, sizeof service, "%u", (unsigned)port);
    int error = uv_getaddrinfo(&uv->loop, &lookup, NULL, host, service, &hints);
    if (error != 0)
        return error;
    error = UV_EADDRNOTAVAIL;
    for (const struct addrinfo *a = lookup.addrinfo; a != NULL && error != 0; a = a->ai_next)
        error = listen_on(uv, a->ai_addr, out);
    uv_freeaddrinfo(lookup.addrinfo);
    return error;
}

struct net_uv_listener *net_uv_listen(struct net_uv *uv, const char *host, uint16_t port,
                                      struct net_end *(*accept)(void *arg, const char *peer),
                                      void *arg, const char **why)
{
    static _Thread_local char text[256];
    struct net_uv_listener *l = NULL;
    int error = listen_on_any(uv, host, port, &l);
    if (error != 0) {
        snprintf(text, sizeof text, "listen on %s port %u: %s", host != NULL ? host : "any address",
                 (unsigned)port, uv_strerror(error));
        *why = text;
        return NULL;
    }
    l->accept = accept;
    l->arg = arg;
    return l;
}

uint16_t net_uv_port(const struct net_uv_listener *listener)
{
    struct sockaddr_storage address = {0};
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    int n = sizeof address;
    if (uv_tcp_getsockname(&listener->tcp, (struct sockaddr *)&address, &n) != 0)
        return 0;
    memcpy(&v4, &address, sizeof v4);
    memcpy(&v6, &address, sizeof v6);
    return ntohs(address.ss_family == AF_INET6 ? v6.sin6_port : v4.sin_port);
}
