/*
 * NAME
 *     kit.h: your SMTP server or client under our inputs, our observer and our oracles
 *
 * SYNOPSIS
 *     static void play(void *arg, struct kit_wire *wire)
 *     {
 *         a fresh session; kit_read() where it would read its socket, kit_write() where it would write
 *     }
 *     static const struct kit_subject subject = {.name = "mine", .side = KIT_SERVER, .play = play};
 *
 *     int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
 *     {
 *         return kit_run(&subject, data, size);
 *     }
 *
 * DESCRIPTION
 *     Anything that can be fed octets is a subject. The wire plays the other side of its connection from
 *     an input in the records of records.h: writes and where they are cut, handshakes, time, what the
 *     application decides, the end. It never waits: what is not there yet is read next, so that a peer
 *     which reads when it expects something is answered in turn. Nothing here opens a file or reads a
 *     clock; a subject that does neither is as repeatable as its input.
 *
 *     Oracles, each printed by name before abort(), so that every engine keeps the input:
 *
 *       observer           the subject broke a rule that holds in every conversation (observer.h); the
 *                          line names the requirement, and the rule for `known`
 *       split-invariance   what it wrote and noted differs when the same octets come one by one; not
 *                          asked of a subject that is `once`
 *       closed-loop        with our server on the other side: it took what the client did not send, or
 *                          the client calls delivered what was not, or the other way round; so no
 *                          octets of a text end it and go on as commands
 *       endless            it wrote or read without end (work is counted, not timed)
 *
 *     and what the build adds: sanitizers, and asserts of the subject's own.
 *
 * LIFETIME
 *     A wire lives during one call of play(). One thread.
 *
 * SEE
 *     README.md beside this file; libetpan.c, a client; exim/, a server that was built for sockets.
 */
#ifndef KIT_H
#define KIT_H

#include <stdint.h>

#include "smtp/span.h"

struct kit_wire;

enum kit_side { KIT_SERVER = 'S', KIT_CLIENT = 'C' };

struct kit_subject {
    const char *name;
    enum kit_side side;
    void (*play)(void *arg,
                 struct kit_wire *wire); /* one connection, from its beginning to its end */
    void *arg;
    /* Rules of the observer that the subject is known to break, ended by NULL; NULL: none. A list like
     * this is a list of bugs: keep the reason beside each. */
    const char *const *known;
    bool
        once; /* its output differs from run to run (ids, dates): played once, splits are not compared */
};

/* What the application behind a server is to do at its next decision. */
enum kit_outcome { KIT_ACCEPT, KIT_REFUSE, KIT_DEFER, KIT_CLOSE };

/*
 * Plays the input against the subject and asks the oracles. 0: all hold (else it does not return); an
 * input over 32 KiB is passed over. A client whose input has an odd mode mark meets our reference
 * server instead of what the input says: then the writes, joined, are the text of a mail, and the
 * outcomes those of the server's application. It offers everything but TLS.
 */
int kit_run(const struct kit_subject *subject, const uint8_t *data, size_t size);

/* With our server on the other side: the text that the client is to send. Else NULL: as you like. */
smtp_span kit_text(const struct kit_wire *wire);

/*
 * With our server on the other side: the client has tried to send one mail: its text as a server is to store it (lines end in
 * CRLF, no dots doubled), and whether the client says that it was delivered.
 */
void kit_sent(struct kit_wire *wire, smtp_span text, bool delivered);

/* Up to n octets of what the other side sends, never more than the rest of one write of its; 0: it has
 * closed. */
size_t kit_read(struct kit_wire *wire, char *room, size_t n);

/* Whether octets are here that a read gives without waiting for another write. */
bool kit_ready(const struct kit_wire *wire);

/* What the subject sends. */
void kit_write(struct kit_wire *wire, const char *octets, size_t n);

/* Where the handshake would be: whether it succeeds. Octets that were here before it are gone, as they
 * must be (RFC 3207 4.2): a subject that keeps its own read buffer and does not empty it is found by
 * the observer. */
bool kit_tls(struct kit_wire *wire);

/* The outcome that the input has for the next decision. */
enum kit_outcome kit_outcome(struct kit_wire *wire);

/* Milliseconds on the clock of the input. */
uint64_t kit_now_ms(const struct kit_wire *wire);

/* Something that has to be the same however the octets come: an event, a message that was stored. */
void kit_note(struct kit_wire *wire, const char *octets, size_t n);

#endif
