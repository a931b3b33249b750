/*
 * NAME
 *     tape.h: both directions of a connection, and what the observer finds in them
 *
 * SYNOPSIS
 *     tape_begin(t);
 *     tape_say(t, 'C', octets);
 *     tape_say(t, 'S', reply);
 *     tape_end(t, 'C');
 *     tape_watch(t, 1, &log);
 *
 * DESCRIPTION
 *     What is said is told to an observer at once (t->live), and kept, so that the whole conversation
 *     can be told again to a new observer in pieces of another size. A tape that is full keeps no
 *     more and says so; the live observer hears the rest all the same.
 */
#ifndef FUZZ_TAPE_H
#define FUZZ_TAPE_H

#include "observer/observer.h"

enum { TAPE_STEPS = 8192, TAPE_OCTETS = 1 << 17, TAPE_LOG = 1 << 16 };

struct tape_log {
    char text[TAPE_LOG]; /* a line a finding: side, rule, why and octets */
    size_t n;
    unsigned by_server;
    unsigned by_client; /* findings against the client before any against the server, whose faults a
                           client may read in several ways */
};

struct tape_step {
    char what; /* C S: said; T t: TLS is up, is down; c s r: who ended, r: the connection broke */
    size_t at, n;
    uint64_t now_ms;
};

struct tape {
    struct tape_step steps[TAPE_STEPS];
    char octets[TAPE_OCTETS];
    size_t count, n;
    bool full;
    uint64_t now_ms; /* the caller moves it */
    struct observer *live;
    struct tape_log log; /* of the live observer */
};

/* No memory aborts. */
void tape_begin(struct tape *t);
void tape_free(struct tape *t); /* the observer; the tape is the caller's */

void tape_say(struct tape *t, char who, smtp_span octets);
void tape_tls(struct tape *t, bool up);
void tape_end(struct tape *t, char who); /* as observer_end() */

/* The conversation again, in pieces of so many octets. */
void tape_watch(const struct tape *t, size_t piece, struct tape_log *out);

#endif
