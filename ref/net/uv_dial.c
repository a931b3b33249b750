#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "uv_parts.h"

enum { WHY_MAX = 512 };

struct net_uv_dialler {
    struct net_dialler dialler; /* first */
    struct net_uv *uv;
    struct net_uv_dialler *next;
    char *host;
    uint16_t port;
    uint64_t connect_ms;
    char why[WHY_MAX];
};

/* One dial, linked into the world until it has connected or was refused. */
struct uv_dial {
    struct net_uv_dialler *dialler;
    struct net_end *end; /* NULL: answered */
    struct uv_dial *next, *before;
    uv_getaddrinfo_t lookup;
    uv_timer_t timer;
    struct addrinfo *addresses;
    const struct addrinfo *at; /* the next to try */
    struct uv_conn *conn;      /* the one that is being tried */
    char trying[UV_ADDRESS_MAX];
    uint64_t until_ms;
    bool looking, closed; /* requests that still run; both false: can be freed */
    char why[WHY_MAX];
};

/* ---- the end ------------------------------------------------------------------------------- */

static void link_in(struct uv_dial *d)
{
    struct net_uv *uv = d->dialler->uv;
    d->next = uv->dials;
    if (d->next != NULL)
        d->next->before = d;
    uv->dials = d;
}

static void take_out(struct uv_dial *d)
{
    if (d->next != NULL)
        d->next->before = d->before;
    if (d->before != NULL)
        d->before->next = d->next;
    else
        d->dialler->uv->dials = d->next;
}

static void free_if_done(struct uv_dial *d)
{
    if (d->looking || !d->closed)
        return;
    uv_freeaddrinfo(d->addresses);
    free(d);
}

static void timer_closed(uv_handle_t *handle)
{
    struct uv_dial *d = handle->data;
    d->closed = true;
    free_if_done(d);
}

/* It is answered; returns the end. */
static struct net_end *answered(struct uv_dial *d)
{
    struct net_end *end = d->end;
    d->end = NULL;
    take_out(d);
    if (d->looking)
        (void)uv_cancel((uv_req_t *)&d->lookup); /* or it comes late, and is dropped */
    uv_close((uv_handle_t *)&d->timer, timer_closed);
    return end;
}

static void refuse_end(struct net_uv_dialler *dialler, struct net_end *end, const char *why)
{
    snprintf(dialler->why, sizeof dialler->why, "%s", why);
    dialler->dialler.why = dialler->why;
    smtp_edge_ended(end->edge, SMTP_END_REFUSED);
    if (end->gone != NULL)
        end->gone(end, uv_clock(dialler->uv));
}

static void refuse(struct uv_dial *d)
{
    if (d->conn != NULL)
        uv_conn_drop(d->conn);
    d->conn = NULL;
    if (d->why[0] == '\0')
        snprintf(d->why, sizeof d->why, "no answer in time: %s", d->dialler->host);
    struct net_end *end = answered(d);
    refuse_end(d->dialler, end, d->why);
}

void uv_dials_refuse(struct net_uv *uv)
{
    while (uv->dials != NULL) {
        snprintf(uv->dials->why, WHY_MAX, "given up");
        refuse(uv->dials);
    }
}

void net_uv_give_up(struct net_uv *uv, struct net_end *end)
{
    struct uv_dial *d = uv->dials;
    while (d != NULL && d->end != end)
        d = d->next;
    if (d == NULL)
        return;
    snprintf(d->why, WHY_MAX, "given up");
    refuse(d);
}

/* ---- one address after the other ----------------------------------------------------------- */

static void note(struct uv_dial *d, const char *what)
{
    size_t n = strlen(d->why);
    snprintf(d->why + n, sizeof d->why - n, "%s%s: %s port %u", n > 0 ? "; " : "", what, d->trying,
             (unsigned)d->dialler->port);
}

static void note_error(struct uv_dial *d, int error)
{
    note(d, error == UV_ETIMEDOUT ? "no answer in time" : uv_strerror(error));
}

static void try_next(struct uv_dial *d);

static void connected(uv_connect_t *request, int status)
{
    struct uv_conn *c = (struct uv_conn *)request->handle->data;
    if (c->closed) /* given up before; the dial may be freed */
        return;
    struct uv_dial *d = request->data;
    d->conn = NULL;
    if (status == 0) {
        uv_conn_open(c, answered(d));
        return;
    }
    note_error(d, status);
    uv_conn_drop(c);
    try_next(d);
}

static void address_late(uv_timer_t *timer)
{
    struct uv_dial *d = timer->data;
    if (d->conn != NULL) {
        note_error(d, UV_ETIMEDOUT);
        uv_conn_drop(d->conn);
        d->conn = NULL;
    }
    try_next(d);
}

/* Each address has its part of the time that is left. */
static uint64_t part(const struct uv_dial *d)
{
    uint64_t now_ms = uv_clock(d->dialler->uv), addresses = 0;
    for (const struct addrinfo *a = d->at; a != NULL; a = a->ai_next)
        addresses++;
    return d->until_ms > now_ms ? (d->until_ms - now_ms) / addresses : 0;
}

static int try_address(struct uv_dial *d, const struct sockaddr *address)
{
    uv_print_address(address, d->trying);
    d->conn = uv_conn_new(d->dialler->uv);
    if (d->conn == NULL)
        return UV_ENOMEM;
    d->conn->connect.data = d;
    return uv_tcp_connect(&d->conn->connect, &d->conn->tcp, address, connected);
}

static void try_next(struct uv_dial *d)
{
    while (d->at != NULL && uv_clock(d->dialler->uv) < d->until_ms) {
        uint64_t ms = part(d);
        const struct addrinfo *a = d->at;
        d->at = a->ai_next;
        int error = try_address(d, a->ai_addr);
        if (error == 0) {
            uv_timer_start(&d->timer, address_late, ms, 0);
            return;
        }
        note_error(d, error);
        if (d->conn != NULL)
            uv_conn_drop(d->conn);
        d->conn = NULL;
    }
    refuse(d);
}

/* ---- the name ------------------------------------------------------------------------------ */

static void looked_up(uv_getaddrinfo_t *request, int status, struct addrinfo *addresses)
{
    struct uv_dial *d = request->data;
    d->looking = false;
    d->addresses = addresses;
    if (d->end == NULL) {
        free_if_done(d);
        return;
    }
    if (status != 0) {
        bool unknown = status == UV_EAI_NONAME || status == UV_EAI_NODATA;
        snprintf(d->why, sizeof d->why, "%s: %s", unknown ? "no such host" : uv_strerror(status),
                 d->dialler->host);
    }
    d->at = addresses;
    try_next(d);
}

static void lookup_late(uv_timer_t *timer)
{
    refuse(timer->data);
}

/* RFC 6761 6.3: localhost is the loopback addresses, whatever a file or a server of names says. */
static const char *name_of(const struct uv_dial *d)
{
    smtp_span host = smtp_span_of(d->dialler->host);
    return smtp_span_is_nocase(host, SMTP_SPAN("localhost")) ? NULL : d->dialler->host;
}

static void look_up(struct uv_dial *d)
{
    static const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct net_uv *uv = d->dialler->uv;
    char service[8];
    snprintf(service, sizeof service, "%u", (unsigned)d->dialler->port);
    d->lookup.data = d;
    int error = uv_getaddrinfo(&uv->loop, &d->lookup, looked_up, name_of(d), service, &hints);
    d->looking = error == 0;
    if (error != 0) /* answered by the loop, as every dial is */
        snprintf(d->why, sizeof d->why, "%s: %s", uv_strerror(error), d->dialler->host);
    uv_timer_start(&d->timer, lookup_late, error == 0 ? d->dialler->connect_ms : 0, 0);
}

static void dial(struct net_dialler *dialler, struct net_end *end)
{
    struct net_uv_dialler *own = (struct net_uv_dialler *)dialler;
    struct uv_dial *d = own->uv->freeing ? NULL : calloc(1, sizeof *d);
    dialler->why = NULL;
    if (d == NULL) {
        refuse_end(own, end, own->uv->freeing ? "given up" : "no memory");
        return;
    }
    d->dialler = own;
    d->end = end;
    d->until_ms = uv_clock(own->uv) + own->connect_ms;
    uv_timer_init(&own->uv->loop, &d->timer);
    d->timer.data = d;
    link_in(d);
    look_up(d);
}

static const struct net_dialler_ops dialler_ops = {dial};

struct net_dialler *net_uv_dialler(struct net_uv *uv, const char *host, uint16_t port,
                                   uint64_t connect_ms)
{
    struct net_uv_dialler *dialler = calloc(1, sizeof *dialler);
    char *name = strdup(host);
    if (dialler == NULL || name == NULL) {
        free(dialler);
        free(name);
        return NULL;
    }
    dialler->dialler.ops = &dialler_ops;
    dialler->uv = uv;
    dialler->host = name;
    dialler->port = port;
    dialler->connect_ms = connect_ms;
    dialler->next = uv->diallers;
    uv->diallers = dialler;
    return &dialler->dialler;
}

static void drop_dialler(struct net_uv_dialler *dialler)
{
    free(dialler->host);
    free(dialler);
}

void net_uv_dialler_free(struct net_dialler *dialler)
{
    struct net_uv_dialler *own = (struct net_uv_dialler *)dialler;
    struct net_uv_dialler **at = &own->uv->diallers;
    while (*at != own)
        at = &(*at)->next;
    *at = own->next;
    drop_dialler(own);
}

void uv_diallers_free(struct net_uv *uv)
{
    while (uv->diallers != NULL) {
        struct net_uv_dialler *dialler = uv->diallers;
        uv->diallers = dialler->next;
        drop_dialler(dialler);
    }
}
