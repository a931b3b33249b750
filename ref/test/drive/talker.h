/*
 * NAME
 *     talker.h: a client that delivers numbered messages by a script and remembers what was answered 250
 *
 * DESCRIPTION
 *     Each line is said when the line before was answered; one that needs a certain answer is left out
 *     without it. So a refusal does not end the talk, and the connection is closed behind the last
 *     line. AUTH is GNU SASL's, all else allocates nothing.
 */
#ifndef TALKER_H
#define TALKER_H

#include "net/net.h"

enum { TALKER_TEXT = 100000, TALKER_MESSAGES = 4 };

struct talker_line {
    enum { TALKER_END, TALKER_SAY, TALKER_TLS, TALKER_AUTH, TALKER_MESSAGE } op;
    const char *text; /* SAY */
    unsigned message; /* MESSAGE: its number in this talk */
    unsigned needs;   /* the code of the last reply; 0: any */
};

struct talker {
    struct net_end end; /* first */
    struct smtp_edge edge;
    const struct talker_line *line; /* the one that waits for its answer */
    unsigned first;                 /* the number of its message 0 */
    unsigned code;                  /* of the last reply */
    bool *answered;                 /* [TALKER_MESSAGES]: by 250 */
    const char *mechanism;          /* of AUTH */
    struct sasl_client *sasl;       /* NULL: no exchange */
    bool authenticated;
    bool late; /* nothing happened for TALKER_PATIENCE_MS */
    void (*gone)(struct talker *t);
    char in[4096], out[TALKER_TEXT + 4096];
};

/* first, mechanism, answered and gone are the caller's. */
void talker_init(struct talker *t, const struct talker_line *script, uint64_t now_ms);

/* The text of a message: one is short, the next long. Good until the next call. */
smtp_span talker_text(unsigned number);

#endif
