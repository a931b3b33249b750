/*
 * NAME
 *     grow.h: a conversation that grows with the replies
 *
 * DESCRIPTION
 *     A source of moves (talk.h). It may begin with what an earlier conversation has found (guide.h),
 *     then asks the guide and the standing of the session for each verb: what leads on, what was
 *     tried least here, or any.
 */
#ifndef FUZZ_BLACKBOX_GROW_H
#define FUZZ_BLACKBOX_GROW_H

#include "blackbox/guide.h"
#include "blackbox/talk.h"

struct grow {
    struct talk_source source; /* first */
    struct chance chance;
    struct guide *guide;
    const struct site *site;
    const struct moves *prefix; /* NULL: none */
    size_t at, left;            /* moves of the prefix that were given; moves that may follow */
    struct octets octets;       /* of the move */
    enum verb verb, last;       /* of the move that was given, and of the one before */
    unsigned code;              /* the answer to `last` */
    bool began, secure, hello, mail, rcpt, lost;
    bool pipelining, chunking, starttls, auth; /* offered */
    bool is_new;                               /* a transition was seen for the first time */
    size_t new_at;                             /* behind so many moves, the last time */
    size_t given;
};

/* The conversation `number` of a seed. */
void grow_init(struct grow *g, struct guide *guide, const struct site *site, uint64_t seed,
               uint64_t number);

/* The last reply; then what was new goes to the guide. */
void grow_end(struct grow *g, const struct talk_result *result);
void grow_free(struct grow *g);

#endif
