/*
 * NAME
 *     login.h: the accounts of `self`, and its mechanisms of AUTH
 *
 * SYNOPSIS
 *     answer = login_begin(&login, mechanism, initial, count);
 *     while it is a challenge: answer = login_go_on(&login, response);
 *
 * DESCRIPTION
 *     PLAIN, LOGIN and CRAM-MD5, a step at a time and at once: the clock of `self` is virtual, so
 *     that nothing of it can wait for a worker of ref/drive. Base64, cancelling and what may not
 *     be here at all are the session's.
 *
 * CLAUSES
 *     RFC 4954 4, 4616, 2195. LOGIN has none; what servers do.
 */
#ifndef CONFORMANCE_TARGET_LOGIN_H
#define CONFORMANCE_TARGET_LOGIN_H

#include <stdbool.h>

#include "smtp/fault.h"
#include "smtp/span.h"

#define LOGIN_USER "tester"
#define LOGIN_PASSWORD "secret"

enum login_mechanism { LOGIN_PLAIN, LOGIN_LOGIN, LOGIN_CRAM_MD5 };

struct login {
    enum login_mechanism mechanism;
    unsigned step;       /* responses so far */
    bool known;          /* LOGIN: the user name was a good one */
    char challenge[128]; /* the last one */
};

struct login_answer {
    enum smtp_fault fault;
    bool done;           /* authenticated; else, without a fault, the challenge is to be sent */
    smtp_span challenge; /* good until the next call */
};

/* `initial` NULL: AUTH came without a response. `count` makes the challenge of CRAM-MD5 another one each time. */
struct login_answer login_begin(struct login *login, smtp_span mechanism, const smtp_span *initial,
                                unsigned long count);
struct login_answer login_go_on(struct login *login, smtp_span response);

#endif
