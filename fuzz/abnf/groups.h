/*
 * NAME
 *     groups.h: the rule groups: what parser reads what the grammar says, and what neither tells
 *
 * SYNOPSIS
 *     struct abnf_pair pair = {NULL, NULL};
 *     if (!abnf_agree(&pair, abnf_group_of("path"), text, &answer))
 *         answer.generated, answer.prose, answer.fault say how they disagree
 *
 * DESCRIPTION
 *     A group is a rule of the grammar, the parser of libsmtpref for it, and the prose that binds as well:
 *     limits, and what no rule can say (the days of a month). The prose is read here a second time, from
 *     texts that the grammar generates, without the parser's code. They agree when the parser accepts
 *     exactly what the grammar generates and no prose forbids.
 *
 * CLAUSES
 *     RFC 5321 2.4, 4.1.1.11, 4.2.1, 4.5.3.1; RFC 5322 3.2.2, 3.3; RFC 3461 4.2, 4.4; RFC 4954 5; RFC 4865
 *     4.1; RFC 3339 5.7; RFC 9422 4.
 */
#ifndef ABNF_GROUPS_H
#define ABNF_GROUPS_H

#include "abnf.h"

enum { ABNF_TEXT_MAX = 2048 };

/* What the prose forbids in a text that the grammar generates: its clause; NULL: nothing. */
typedef const char *(*abnf_prose)(struct abnf *g, smtp_span text);

/* Why the parser refuses the text; NULL: it does not. */
typedef const char *(*abnf_ask)(smtp_span text, unsigned lax);

struct abnf_group {
    const char *name; /* NULL: the end of the table */
    const char *rule;
    const char *tail; /* of what the rule generates, not part of the parser's text */
    abnf_ask ask;
    abnf_prose prose; /* NULL: the rule says all */
    bool utf8;
    void (*mend)(
        smtp_room
            text); /* makes what the rule generates obey the prose more often; NULL: as it is */
};

extern const struct abnf_group abnf_groups[];

/* NULL: none of that name. */
const struct abnf_group *abnf_group_of(const char *name);

/* The grammar without and with UTF-8, read when first asked for. */
struct abnf_pair {
    struct abnf *ascii, *utf8;
};

struct abnf *abnf_grammar_of(struct abnf_pair *pair, const struct abnf_group *group);
void abnf_pair_free(struct abnf_pair *pair);

struct abnf_answer {
    bool generated;
    const char *prose; /* asked only of what is generated */
    const char *fault;
};

/* The text without its tail, ABNF_TEXT_MAX octets at most. False: they disagree. */
bool abnf_agree(struct abnf_pair *pair, const struct abnf_group *group, smtp_span text,
                struct abnf_answer *out);

#endif
