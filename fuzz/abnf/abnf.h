/*
 * NAME
 *     abnf.h: grammars of RFC 5234, recognised and generated
 *
 * SYNOPSIS
 *     struct abnf *g = abnf_new();
 *     abnf_read(g, text, &error) for each file
 *     abnf_undefined(g) == NULL && abnf_loops(g) == NULL
 *     abnf_matches(g, abnf_rule(g, "Domain"), text)
 *     n = abnf_make(g, rule, &dice, 0, room)
 *
 * DESCRIPTION
 *     The oracle of the parsers. It reads the notation and nothing else: rules with = and =/,
 *     alternatives, repetitions, groups, options, "text" (any case, RFC 7405's %s"text" as written),
 *     %d %x %b values, ranges and concatenations. No prose in angle brackets.
 *
 *     A text is recognised when any way through all alternatives consumes all of it: a greedy reading
 *     refuses "ab" as a Domain, because Ldh-str has eaten the last letter that Let-dig wants. It works on
 *     sets: from all places where an element may begin, to all where it may end. No element is entered
 *     where no text of it begins, and a repetition of single octets is one walk.
 *
 *     What is generated is valid by construction. Nothing here knows of limits or of prose.
 *
 * LIFETIME
 *     A grammar is one thread's: it keeps memory that matching uses again.
 *
 * SEE
 *     RFC 5234, RFC 7405; corpus/abnf/.
 */
#ifndef ABNF_H
#define ABNF_H

#include "smtp/span.h"

struct abnf;

struct abnf_error {
    size_t line; /* from 1 */
    const char *text;
};

/* NULL: no memory. */
struct abnf *abnf_new(void);
void abnf_free(struct abnf *g);

/* Adds the rules of a text, which is not needed afterwards. False: *error; the grammar is of no use then. */
SMTP_CHECK bool abnf_read(struct abnf *g, smtp_span text, struct abnf_error *error);

/* The first name that is used and not defined, NULL: none. It lives as long as the grammar. */
const char *abnf_undefined(const struct abnf *g);

/* The first rule that begins with itself, which matching would not survive; NULL: none. */
const char *abnf_loops(const struct abnf *g);

/* By name, in any case; -1: none. */
int abnf_rule(const struct abnf *g, const char *name);

/* Whether the rule generates the whole text. Ends the program when there is no memory. */
bool abnf_matches(struct abnf *g, int rule, smtp_span text);

/* Numbers that look random and are the same again for the same seed. */
struct abnf_dice {
    uint64_t state;
};

/* From 0 to sides - 1. */
size_t abnf_roll(struct abnf_dice *dice, size_t sides);

/*
 * Writes a text that the rule generates. `length`, if not 0: one of its repetitions, or the text to the
 * end of that, gets so long where the rule lets it. Returns the length; more than to.n: it did not
 * fit, and only a part is there.
 */
size_t abnf_make(const struct abnf *g, int rule, struct abnf_dice *dice, size_t length,
                 smtp_room to);

/* One edit: an octet left out, doubled, put in, changed, or two exchanged. Returns the new length, at most to.n. */
size_t abnf_spoil(struct abnf_dice *dice, smtp_room to, size_t n);

#endif
