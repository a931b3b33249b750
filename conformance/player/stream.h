/*
 * NAME
 *     stream.h: what is still to be said on a connection
 *
 * DESCRIPTION
 *     A queue of our lines, turned into octets as the edge has room for them: a message of many
 *     megabytes is never in memory. Lines of one group go into one write; a group, a pause and, for
 *     `bytewise`, each octet begin a new one, when the one before has left.
 */
#ifndef CONFORMANCE_PLAYER_STREAM_H
#define CONFORMANCE_PLAYER_STREAM_H

#include "player/text.h"
#include "smtp/edge.h"

struct stream_item {
    const struct scenario_step *step;
    uint32_t from, to; /* repeats, from 1 */
    bool begins;       /* a new write */
};

enum stream_part { STREAM_HEAD, STREAM_TEXT, STREAM_TAIL };

struct stream {
    struct stream_item *items;
    size_t head, count, room;
    enum stream_part part; /* of the item at the head */
    struct text_cursor cursor;
    bool started; /* the item at the head */
    smtp_span rest;
    char header[48];    /* "BDAT 1000 LAST" */
    bool line_start;    /* of a message, for the doubled period */
    char last;          /* octet of a message */
    bool cut;           /* what comes next is another write */
    uint64_t pause_ms;  /* in front of it */
    uint64_t resume_ms; /* the pause runs until then; SMTP_NEVER: none */
};

void stream_init(struct stream *s);
void stream_free(struct stream *s);
SMTP_CHECK bool stream_add(struct stream *s, struct stream_item item); /* false: no memory */
bool stream_idle(const struct stream *s);
void stream_drop(struct stream *s); /* forgets what is left */

/* Puts as much as may be in the edge's output now. */
void stream_fill(struct stream *s, struct smtp_edge *edge, struct vars *vars, uint64_t now_ms);

#endif
