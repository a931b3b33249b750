/*
 * NAME
 *     guide.h: what has been tried, and what was new
 *
 * DESCRIPTION
 *     A state of the server is what it said last and to what: (verb, code). Counted are the verbs
 *     that were tried in each state, and the transitions that came of them. A conversation that shows
 *     a transition for the first time is kept up to there, and later ones begin with it: what was
 *     accepted leads on.
 */
#ifndef FUZZ_BLACKBOX_GUIDE_H
#define FUZZ_BLACKBOX_GUIDE_H

#include "blackbox/chance.h"
#include "blackbox/moves.h"

enum verb {
    VERB_NONE, /* the greeting */
    VERB_EHLO,
    VERB_HELO,
    VERB_MAIL,
    VERB_RCPT,
    VERB_DATA,
    VERB_TEXT,
    VERB_BDAT,
    VERB_RSET,
    VERB_VRFY,
    VERB_EXPN,
    VERB_HELP,
    VERB_NOOP,
    VERB_STARTTLS,
    VERB_AUTH,
    VERB_RESPONSE,
    VERB_GROUP,
    VERB_CHUNKS, /* several in one write */
    VERB_OTHER,
    VERB_JUNK, /* lines that nobody can count */
    VERB_COUNT
};

enum { GUIDE_SLOTS = 8192, GUIDE_KEPT = 256 };

struct guide_slot {
    uint32_t key; /* 0: free */
    uint32_t count;
};

struct guide {
    struct guide_slot tried[GUIDE_SLOTS], seen[GUIDE_SLOTS];
    size_t transitions; /* different ones seen */
    struct moves kept[GUIDE_KEPT];
    size_t kept_count;
};

/* How often the verb was tried in that state. */
unsigned guide_tried(const struct guide *g, enum verb last, unsigned code, enum verb next);

/* Notes that `next` in that state was answered with `answer`; true: that is new. */
bool guide_note(struct guide *g, enum verb last, unsigned code, enum verb next, unsigned answer);

/* Keeps the first moves of a conversation that has shown something new. No memory: it is not kept. */
void guide_keep(struct guide *g, const struct moves *moves, size_t count);

/* One of those kept; NULL: there is none. */
const struct moves *guide_pick(const struct guide *g, struct chance *chance);

void guide_free(struct guide *g);

#endif
