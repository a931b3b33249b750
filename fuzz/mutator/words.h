/*
 * NAME
 *     words.h: the words of the protocol, by kind
 *
 * DESCRIPTION
 *     What the edits put in, and what the dictionaries are printed from. Verbs and mechanisms come from
 *     the reference's own tables; a test compares parameters and EHLO keywords with those that it knows.
 */
#ifndef MUTATOR_WORDS_H
#define MUTATOR_WORDS_H

#include "smtp/span.h"

enum words_kind {
    WORDS_VERBS,
    WORDS_PARAMS, /* of MAIL and RCPT, with the "=" of those that take a value */
    WORDS_VALUES, /* of parameters */
    WORDS_KEYWORDS,
    WORDS_MECHANISMS,
    WORDS_CODES, /* of replies */
    WORDS_ENHANCED,
    WORDS_NUMBERS,
    WORDS_TERMINATORS, /* CRLF.CRLF and what stands near it */
    WORDS_OCTETS,      /* one of each class that some rule tells apart */
    WORDS_ADDRESSES,
    WORDS_TRACE,
    WORDS_DATES,
    WORDS_COMMANDS, /* whole lines of the client */
    WORDS_REPLIES,  /* whole lines of the server */
    WORDS_SCENARIO,
    WORDS_RESULTS,
    WORDS_KINDS
};

struct words {
    const char *name;
    const smtp_span *row;
    size_t n;
};

struct words words_of(enum words_kind kind);

#endif
