/*
 * NAME
 *     eod.h: what a server makes of octets within a text
 *
 * DESCRIPTION
 *     Sends a text with the octets in it, then a command as a further line, then the end of data, all in
 *     one write, and QUIT when one reply has come. How many replies come before the 221 tells whether
 *     the text ended at CRLF.CRLF alone: no waiting for silence decides.
 *
 *       "Subject: x" CRLF CRLF "x" OCTETS "NOOP" CRLF "." CRLF
 *
 *     Some servers hang up where anything stands behind the end of a text. eod_begin() finds out, and what
 *     stands behind OCTETS is then sent when the server has been silent for a while: a reply before that
 *     is an end. An end that shows only when the next octet has come is not seen so.
 */
#ifndef FUZZ_BLACKBOX_EOD_H
#define FUZZ_BLACKBOX_EOD_H

#include "blackbox/automaton.h"
#include "blackbox/talk.h"

enum eod_answer {
    EOD_TEXT,    /* taken as text, the message accepted */
    EOD_REFUSED, /* taken as text, the message refused */
    EOD_ENDED,   /* the text has ended: what followed was run as commands */
    EOD_HUNG_UP, /* 421, or no word more */
    EOD_LOST     /* there was no 354: nothing is known */
};

enum { EOD_ANSWERS = 5 };

/* "text", "refused", "ended", "hangs up", "lost" */
extern const char *const eod_names[EOD_ANSWERS];

struct eod {
    struct site *site;
    uint64_t silence_ms; /* how long the server is given to show an end, where it waits */
    bool waits;          /* the server hangs up on what stands behind the end */
    size_t lost;         /* answers that could not be had */
    void (*progress)(void *arg);
    void *arg;
};

/* The first contact; silence_ms is the caller's. False: a plain message is not taken, *why says how it was answered. */
bool eod_begin(struct eod *eod, struct site *site, enum eod_answer *why);

/* `subject` goes into the text, for whoever looks for it later. A lost one is asked for again. */
enum eod_answer eod_ask(const struct eod *eod, const char *subject, smtp_span octets);

/* The same for automaton.h: arg is a struct eod. */
int eod_ask_word(void *arg, const struct word *word);

#endif
