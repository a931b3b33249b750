/*
 * NAME
 *     talk.h: one conversation with the server
 *
 * DESCRIPTION
 *     An edge that says what a source gives it, a move at a time: the next one is asked for when the
 *     replies that the last one is owed have come, or the server is silent. The observer watches both
 *     directions; what it finds, and what the moves themselves show (rules.h), is in the result. At
 *     the end comes QUIT. A text that is asked for (354) and not given ends at once, an AUTH exchange
 *     is given up, so that no move is taken for something else than it is.
 *
 *     Loose: from a move on whose replies nobody can count (bare line ends between commands, half
 *     commands), late ones may be taken for those to the next move. Then only the observer judges.
 */
#ifndef FUZZ_BLACKBOX_TALK_H
#define FUZZ_BLACKBOX_TALK_H

#include "blackbox/moves.h"
#include "blackbox/rules.h"
#include "blackbox/site.h"
#include "player/octets.h"

enum { TURN_CODES = 12, TALK_FINDS = 24, TALK_TURNS = 64 };

/* What came of a move. */
struct turn {
    unsigned codes[TURN_CODES]; /* of the first replies */
    unsigned replies;
    bool missing; /* of those that were due */
    bool closed;  /* the server hung up */
};

struct find {
    const struct observer_rule *rule;
    size_t turn; /* 0 is the greeting, 1 the first move */
    char why[160];
};

struct talk_result {
    struct moves moves; /* those that were said; QUIT at the end is not among them */
    struct turn turns[TALK_TURNS + 1];
    size_t turn_count;   /* moves.count + 1, for the greeting */
    struct turn goodbye; /* QUIT's, all zeros where it was not said */
    struct find finds[TALK_FINDS];
    size_t find_count;
    struct octets heard; /* all octets of the server */
    bool connected, greeted, interrupted, no_memory;
};

/* What a source may look at: how the conversation stands. */
struct talk_view {
    unsigned code;   /* of the last reply */
    bool secure;     /* inside TLS */
    smtp_span reply; /* the last one */
    const struct turn *turn;
};

struct talk_source {
    /* The next move, its octets good until the next call; false: say QUIT. */
    bool (*next)(struct talk_source *source, const struct talk_view *view, struct move *out);
};

/* False: interrupted, or trouble of ours: then result->connected and the like say which. */
bool talk_run(struct site *site, struct talk_source *source, struct talk_result *result);
void talk_free(struct talk_result *result);

/* Plays moves as they stand. */
struct talk_replay {
    struct talk_source source; /* first */
    const struct moves *moves;
    size_t at;
};

struct talk_replay talk_replay_of(const struct moves *moves);

/* The first find of that rule; NULL: it was not broken. */
const struct find *talk_find(const struct talk_result *result, const struct observer_rule *rule);

#endif
