/*
 * NAME
 *     dialogue.h: a dialogue for the observer, whole and in pieces
 *
 * DESCRIPTION
 *     A dialogue is a list of steps: octets of the client or the server, TLS, a close, time that
 *     passes. dialogue_check() feeds it whole, with every step cut in two at every place, and octet
 *     by octet; the findings have to be the same each time, and their rules, in order, have to be
 *     those expected.
 */
#ifndef DIALOGUE_H
#define DIALOGUE_H

#include "observer/observer.h"

enum { DIALOGUE_STEPS = 24 };

struct dialogue_step {
    char
        who; /* 'C' 'S' octets; 'T' TLS up, 't' TLS down; 'c' 's' closed, 'r' broke; 'W' `n` ms pass;
                 0 the end */
    const char *p;
    size_t n;
};

struct dialogue {
    const char *clause;
    const char *rules; /* names, a space between them; "" = nothing is found */
    struct dialogue_step steps[DIALOGUE_STEPS];
};

#define C(literal)                                                                                 \
    {                                                                                              \
        'C', (literal), sizeof(literal) - 1                                                        \
    }
#define S(literal)                                                                                 \
    {                                                                                              \
        'S', (literal), sizeof(literal) - 1                                                        \
    }
#define TLS_UP                                                                                     \
    {                                                                                              \
        'T', NULL, 0                                                                               \
    }
#define TLS_DOWN                                                                                   \
    {                                                                                              \
        't', NULL, 0                                                                               \
    }
#define CLIENT_CLOSES                                                                              \
    {                                                                                              \
        'c', NULL, 0                                                                               \
    }
#define SERVER_CLOSES                                                                              \
    {                                                                                              \
        's', NULL, 0                                                                               \
    }
#define CONNECTION_BREAKS                                                                          \
    {                                                                                              \
        'r', NULL, 0                                                                               \
    }
#define WAIT(ms)                                                                                   \
    {                                                                                              \
        'W', NULL, (ms)                                                                            \
    }

#define GREETING S("220 mx.test ESMTP\r\n")
#define HELLO GREETING, C("EHLO c.test\r\n"), S("250 mx.test\r\n")
#define HELLO_WITH(lines) GREETING, C("EHLO c.test\r\n"), S("250-mx.test greets you\r\n" lines)
#define RECIPIENT                                                                                  \
    C("MAIL FROM:<a@b.test>\r\n"), S("250 ok\r\n"), C("RCPT TO:<c@d.test>\r\n"), S("250 ok\r\n")

#define X10 "xxxxxxxxxx"
#define X100 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10
#define X500 X100 X100 X100 X100 X100

void dialogue_check(const struct dialogue *dialogue);

/* Fails if a rule with this side is in no row of the table. */
void dialogue_check_all_rules(const struct dialogue *rows, size_t count, char side);

#endif
