/*
 * NAME
 *     smtp/edge.h: the byte edge, all that a transport needs to know
 *
 * SYNOPSIS
 *     smtp_room r = smtp_edge_room(e);    read() into it     smtp_edge_got(e, n) or _ended(e, how)
 *     smtp_span s = smtp_edge_out(e);     write() it         smtp_edge_sent(e, n)
 *     smtp_edge_want(e)                   READ | WRITE | REPLY | TLS | SHUT | RESET | CLOSE
 *     e->deadline_ms                      call the owner again when this time has come
 *
 * DESCRIPTION
 *     Server session, client session, scenario player and TLS filter all present this. The pump
 *     (net/pump.h) moves octets between edges and transports and knows no SMTP; the owner of an
 *     edge consumes with smtp_edge_in() / smtp_edge_take() and produces with smtp_edge_put().
 *     What smtp_edge_out() shows at once leaves as one write (one TLS record). Octets handed out do
 *     not move until they are sent: the output is only rewound when it is empty.
 *     The order in which a pump obeys: RESET at once; then WRITE; and only when nothing is left to
 *     write TLS, TLS_END, SHUT, CLOSE. While one of TLS, TLS_END, CLOSE, RESET is wanted nothing is
 *     read; when the peer has broken off (END_RESET, END_REFUSED) nothing is written.
 *
 * LIFETIME
 *     The buffers are the caller's and outlive the edge, but one that is empty may be exchanged;
 *     smtp_edge_in() is good until the next smtp_edge_room(), smtp_edge_out() until the next
 *     smtp_edge_sent().
 */
#ifndef SMTP_EDGE_H
#define SMTP_EDGE_H

#include "smtp/span.h"

enum smtp_want {
    SMTP_WANT_READ = 1 << 0,
    SMTP_WANT_WRITE = 1 << 1,
    SMTP_WANT_REPLY = 1 << 2,   /* a decision of the application is due; no event until then */
    SMTP_WANT_TLS = 1 << 3,     /* handshake when the last plain octet has left */
    SMTP_WANT_TLS_END = 1 << 4, /* close_notify, then on in clear (scenarios only) */
    SMTP_WANT_SHUT = 1 << 5,    /* half-close when the output has left */
    SMTP_WANT_RESET = 1 << 6,   /* break the connection off, drop the output */
    SMTP_WANT_CLOSE = 1 << 7    /* close when the output has left */
};

/* How the peer's octets ended. */
enum smtp_end {
    SMTP_END_NONE,   /* they have not */
    SMTP_END_CLOSE,  /* end of file, or close_notify inside TLS */
    SMTP_END_CUT,    /* inside TLS: end of file without close_notify (truncation) */
    SMTP_END_RESET,  /* broken off: reset, or a TLS failure */
    SMTP_END_REFUSED /* there never was a connection */
};

#define SMTP_NEVER UINT64_MAX

struct smtp_edge {
    smtp_room in, out;      /* the caller's buffers */
    size_t in_head, in_len; /* octets that arrived and were not taken: in.p[in_head .. +in_len) */
    size_t out_head, out_len;
    uint64_t deadline_ms; /* on the owner's clock; SMTP_NEVER = none */
    unsigned ask;         /* the owner's wishes: REPLY TLS TLS_END SHUT RESET CLOSE */
    bool hold;            /* the owner wants nothing read for now */
    enum smtp_end end;
    bool secure;     /* octets travel inside TLS now */
    bool tls_failed; /* the handshake that was wanted did not succeed */
};

/* An open edge with empty buffers, no deadline and no wishes. */
void smtp_edge_init(struct smtp_edge *e, smtp_room in, smtp_room out);

/* What the edge wants now: bits of enum smtp_want. */
unsigned smtp_edge_want(const struct smtp_edge *e);

/* Transport side: the place for the next octets (moves what is there to the front); may be empty.
 * Ask only while READ is wanted. */
smtp_room smtp_edge_room(struct smtp_edge *e);

/* Transport side: n octets of the room were filled. */
void smtp_edge_got(struct smtp_edge *e, size_t n);

/* Transport side: no more octets will come. The first call counts. */
void smtp_edge_ended(struct smtp_edge *e, enum smtp_end how);

/* Transport side: the octets to write now, as one write. */
smtp_span smtp_edge_out(const struct smtp_edge *e);

/* Transport side: the first n of them have left. */
void smtp_edge_sent(struct smtp_edge *e, size_t n);

/*
 * Transport side: the handshake that was wanted has ended. All plain octets that were still in the
 * input are dropped (RFC 3207 section 4.2); returns how many. ok = false sets tls_failed.
 */
size_t smtp_edge_tls_done(struct smtp_edge *e, bool ok);

/* Transport side: the TLS that TLS_END ended is gone; octets travel in clear again. */
void smtp_edge_tls_ended(struct smtp_edge *e);

/* Owner side: the octets that arrived. */
smtp_span smtp_edge_in(const struct smtp_edge *e);

/* Owner side: the first n of them are done with. */
void smtp_edge_take(struct smtp_edge *e, size_t n);

/* Owner side: how many octets smtp_edge_put() would take now. */
size_t smtp_edge_free(const struct smtp_edge *e);

/* Owner side: queues all octets, or none and false when they do not fit. */
SMTP_CHECK bool smtp_edge_put(struct smtp_edge *e, smtp_span octets);

#endif
