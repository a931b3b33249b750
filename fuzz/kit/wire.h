/*
 * NAME
 *     wire.h: the other side of a subject's connection, played from records
 *
 * SEE
 *     kit.h, which says what each call means to the subject.
 */
#ifndef KIT_WIRE_H
#define KIT_WIRE_H

#include "kit.h"
#include "observer/observer.h"

/* What has been written and noted, in order; the caller's heap. */
struct kit_log {
    char *p;
    size_t n, room;
};

enum { KIT_MOST = 32768 }; /* octets of an input */

/* Our server as the other side, and what it took. */
struct kit_server;

struct kit_wire {
    const struct kit_subject *subject;
    smtp_span input; /* records that are still to come */
    smtp_span write; /* of the write that is being read: one run of plain octets */
    bool bytewise, closed;
    bool other_broke;       /* a rule: the subject cannot be held to all of its own any more */
    bool tls_comes, tls_ok; /* a handshake mark is next */
    enum kit_outcome outcome;
    uint64_t now_ms;
    size_t reads_at_end; /* calls of kit_read() behind the end */
    size_t most;         /* octets that may be written */
    struct kit_log log;
    struct observer *observer;
    struct kit_server *server; /* NULL: the other side is the input */
};

/* Puts the reference server on the other side of a wire that has begun, and has it read the input. It
 * is the one server there is, begun anew. */
void kit_server_begin(struct kit_wire *w);
/* The closed loop, at the end: all that was taken was said to be delivered. */
void kit_server_end(struct kit_wire *w);
size_t kit_server_read(struct kit_wire *w, char *room, size_t n);
bool kit_server_ready(const struct kit_wire *w);
void kit_server_write(struct kit_wire *w, smtp_span octets);

/* What the other side sent, to the observer. */
void kit_observe_other(struct kit_wire *w, smtp_span octets);

/* Begins at the first record. The log is emptied, its memory kept. Ends the program without memory. */
void kit_wire_begin(struct kit_wire *w, const struct kit_subject *subject, smtp_span input,
                    bool bytewise);

/* Tells the observer that the subject has closed, and lets it go. */
void kit_wire_end(struct kit_wire *w);

#endif
