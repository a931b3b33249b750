/*
 * NAME
 *     hop_play.h: the HC and HS lines of a case
 */
#ifndef CONFORMANCE_PLAYER_HOP_PLAY_H
#define CONFORMANCE_PLAYER_HOP_PLAY_H

#include "player/hop_parts.h"
#include "player/machine.h"
#include "player/mail.h"

/* Whether the case has such lines. */
bool hop_has_lines(const struct scenario *scenario);

/* The case's turn: false while others are being played. */
bool hop_play_enter(struct player *p);

/* Plays what can be played now. */
void hop_play(struct player *p);

/* All lines have been played, or passed over. */
bool hop_play_is_done(const struct player *p);

/* The case is over: its connections are nobody's, and the next case has its turn. */
void hop_play_leave(struct player *p);

/* A connection has come; it is given to the case whose turn it is, if that waits for one. */
void hop_play_came(struct hop_conn *c);
void hop_play_gone(struct hop_conn *c);

/* Those that had to wait, as far as it is known now whose they are. */
void hop_play_unpark(struct hop *hop);

/* A connection of the case is somebody else's: its lines are played from the top on the next one. */
void hop_play_give_away(struct player *p, struct hop_talk *talk);

/* ---- hop_talk.c: the lines of one connection ---- */

/* Plays what can be played now. True: something was. */
bool hop_talk_play(struct player *p, unsigned number);

/* The next step of the connection at or behind *at, which moves there; NULL: none. */
const struct scenario_step *hop_talk_step(const struct player *p, unsigned number, size_t *at);

/* Whether all lines were played, but for those at the end that may be left out. */
bool hop_talk_is_done(const struct player *p, unsigned number);

/* Whether the lines of the connection begin with silence: that it does not come. */
bool hop_talk_is_silent(const struct player *p, unsigned number);

/* ---- hop_match.c: which row takes what a relay says ---- */

/* The row that fits, and its step: of a run of HC& one that has not come yet. NULL: none. */
const struct scenario_row *hop_find_row(struct player *p, struct hop_talk *talk,
                                        const struct scenario_step **step, enum hop_unit unit,
                                        smtp_span octets);
const struct scenario_row *hop_row_with(const struct scenario_step *step,
                                        enum scenario_outcome_kind kind);
bool hop_is_verb(smtp_span line, const char *verb);
bool hop_has_verb(const struct scenario_step *step, const char *verb); /* in one of its rows */

/* ". message by DATA or BDAT": the line comes before the text, and is answered. */
bool hop_begin_message(struct player *p, struct hop_talk *talk, const struct scenario_step *step,
                       smtp_span line);
bool hop_is_answered_anyhow(const struct scenario_step *step, smtp_span line);

/* The steps of a run of HC& that begins there; *behind it the next one's index. */
size_t hop_run_length(const struct player *p, unsigned number, size_t at, size_t *behind);

/* What the M lines look at. */
struct mail_looked hop_looked_at(struct player *p, struct hop_talk *talk,
                                 const struct scenario_step *step);

/* The case ends; both are false. */
bool hop_mismatch(struct player *p, struct hop_talk *talk, const struct scenario_step *step,
                  enum hop_unit unit, smtp_span octets);
bool hop_no_memory(struct player *p, const struct scenario_step *step);

/* To the transcript. */
void hop_log(struct hop_conn *c, char from, smtp_span octets, bool joins, uint64_t now_ms);

#endif
