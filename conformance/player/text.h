/*
 * NAME
 *     text.h: our lines as octets, piece by piece
 *
 * DESCRIPTION
 *     A cursor over a text of a scenario yields its octets in order, variables filled in and
 *     repeats repeated, without ever holding the whole of it.
 */
#ifndef CONFORMANCE_PLAYER_TEXT_H
#define CONFORMANCE_PLAYER_TEXT_H

#include "player/vars.h"

enum text_kind { TEXT_OCTETS, TEXT_PAUSE, TEXT_END };

struct text_cursor {
    const struct scenario_text *text;
    uint32_t i; /* {i} */
    size_t string, piece;
    uint32_t time;   /* repeats of the string that are done */
    char number[16]; /* the value of {i} */
};

/* The next octets (good until the next call on the cursor), or the next pause. */
enum text_kind text_next(struct text_cursor *cursor, struct vars *vars, smtp_span *out,
                         uint64_t *pause_ms);

uint64_t text_size(const struct scenario_text *text, struct vars *vars, uint32_t i);

/* The first variable in it that has no value; NULL: all have. */
const char *text_missing(const struct scenario_text *text, struct vars *vars);

/* Whether these octets are all of the text. */
bool text_is(const struct scenario_text *text, struct vars *vars, uint32_t i, smtp_span octets);

/* The message of a scenario: its own, or the default one. */
const struct scenario_text *text_message(const struct scenario *scenario);

/* {size} is that of its message from now on. False: no memory. */
SMTP_CHECK bool text_set_size(const struct scenario *scenario, struct vars *vars);

#endif
