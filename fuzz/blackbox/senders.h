/*
 * NAME
 *     senders.h: through which senders a server can be reached
 *
 * DESCRIPTION
 *     A sender is what stands between a stranger's text and the server: it lets some octets pass that
 *     are no line end by RFC 5321 2.3.8, and doubles the period that begins a line (4.5.2). What it may
 *     emit is a language; if a word of it ends the text at the server, a stranger writes commands
 *     there. senders_attack() gives the shortest such word, by a search through the product of both
 *     automata; so "safe" holds for all words, of any length.
 */
#ifndef FUZZ_BLACKBOX_SENDERS_H
#define FUZZ_BLACKBOX_SENDERS_H

#include "blackbox/automaton.h"

/* What it lets pass. */
enum { SENDER_CR = 1, SENDER_LF = 2, SENDER_NUL = 4 };

struct sender {
    unsigned passes;
    bool lf_begins_line; /* it doubles a period behind a bare LF too */
};

enum { SENDERS = 12 };

extern const struct sender senders[SENDERS]; /* all there are, those that let less pass first */

/* Whether the sender can make the server end the text; *out is then the shortest word that does. */
bool senders_attack(const struct sender *sender, const struct automaton *server, unsigned ended,
                    struct word *out);

/* "bare LF and NUL, periods doubled behind LF too" */
void sender_print(FILE *to, const struct sender *sender);

/* Whether whatever `less` can emit, `more` can. */
bool sender_is_less(const struct sender *less, const struct sender *more);

#endif
