/*
 * NAME
 *     hop_match.c: which row of HC takes what a relay says
 */
#include <stdlib.h>
#include <string.h>

#include "player/command.h"
#include "player/encode.h"
#include "player/hop_play.h"
#include "player/judge.h"
#include "player/mail.h"
#include "player/script.h"

enum { RUN_MOST = 32, QUOTE = 160 };

bool hop_no_memory(struct player *p, const struct scenario_step *step)
{
    judge_stop(p, PLAYER_ERROR, step->line, "no memory");
    return false;
}

size_t hop_run_length(const struct player *p, unsigned number, size_t at, size_t *behind)
{
    size_t count = 0;
    const struct scenario_step *step, *first = &p->scenario->steps[at];
    while ((step = hop_talk_step(p, number, &at)) != NULL && step->any_order &&
           step->in_test == first->in_test && count < RUN_MOST) {
        at++;
        count++;
    }
    *behind = at;
    return count;
}

/* ---- what comes ------------------------------------------------------------------------------ */

static const struct scenario_row *message_row(const struct scenario_step *step)
{
    for (size_t i = 0; i < step->row_count; i++)
        if (step->rows[i].command != NULL && step->rows[i].command->kind == SCENARIO_CMD_MESSAGE)
            return &step->rows[i];
    return NULL;
}

const struct scenario_row *hop_row_with(const struct scenario_step *step,
                                        enum scenario_outcome_kind kind)
{
    for (size_t i = 0; i < step->row_count; i++)
        if (step->rows[i].outcome_count > 0 && step->rows[i].outcomes[0].kind == kind)
            return &step->rows[i];
    return NULL;
}

struct mail_looked hop_looked_at(struct player *p, struct hop_talk *talk,
                                 const struct scenario_step *step)
{
    struct hop_conn *c = talk->conn;
    return (struct mail_looked){
        .p = p, .step = step, .octets = {c->text.p, c->text.n}, .at = &talk->mail_at};
}

static bool row_fits(struct player *p, struct hop_talk *talk, const struct scenario_step *step,
                     const struct scenario_row *row, enum hop_unit unit, smtp_span octets)
{
    if (unit == HOP_COMMAND)
        return command_fits(row, &p->vars, talk->repeat + 1, octets);
    if (row->command == NULL || row->command->kind != SCENARIO_CMD_MESSAGE)
        return false;
    struct mail_looked looked = hop_looked_at(p, talk, step);
    return row->command->any_message ? mail_is_text(octets) : mail_has_message(&looked);
}

static const struct scenario_row *find_row(struct player *p, struct hop_talk *talk,
                                           const struct scenario_step *step, enum hop_unit unit,
                                           smtp_span octets)
{
    for (size_t i = 0; i < step->row_count; i++)
        if (row_fits(p, talk, step, &step->rows[i], unit, octets))
            return &step->rows[i];
    return NULL;
}

/* The step of a run of HC& that takes it, and its row; NULL: none. */
static const struct scenario_row *find_in_run(struct player *p, struct hop_talk *talk,
                                              const struct scenario_step **step, smtp_span octets)
{
    size_t behind, at = talk->at, count = hop_run_length(p, (*step)->conn, talk->at, &behind);
    for (size_t i = 0; i < count; i++, at++) {
        const struct scenario_step *s = hop_talk_step(p, (*step)->conn, &at);
        if ((talk->in_run & 1U << i) != 0)
            continue;
        const struct scenario_row *row = find_row(p, talk, s, HOP_COMMAND, octets);
        if (row == NULL)
            continue;
        *step = s;
        return row;
    }
    return NULL;
}

const struct scenario_row *hop_find_row(struct player *p, struct hop_talk *talk,
                                        const struct scenario_step **step, enum hop_unit unit,
                                        smtp_span octets)
{
    return (*step)->any_order && unit == HOP_COMMAND ? find_in_run(p, talk, step, octets)
                                                     : find_row(p, talk, *step, unit, octets);
}

bool hop_has_verb(const struct scenario_step *step, const char *verb)
{
    for (size_t i = 0; i < step->row_count; i++)
        if (step->rows[i].command != NULL && step->rows[i].command->verb != NULL &&
            strcmp(step->rows[i].command->verb, verb) == 0)
            return true;
    return false;
}

bool hop_is_verb(smtp_span line, const char *verb)
{
    return smtp_span_is_nocase(command_verb(line), smtp_span_of(verb));
}

/* ". message by DATA or BDAT": what comes before the text. True: it was that. */
bool hop_begin_message(struct player *p, struct hop_talk *talk, const struct scenario_step *step,
                       smtp_span line)
{
    struct hop_conn *c = talk->conn;
    const struct scenario_row *row = message_row(step);
    bool chunk = row != NULL && row->command->by_bdat && hop_is_verb(line, "BDAT");
    bool data = row != NULL && row->command->by_data && hop_is_verb(line, "DATA");
    if (chunk && c->last) { /* behind the last chunk of another message */
        c->text.n = 0;
        c->last = false;
    }
    if (chunk && !hop_conn_read_chunk(c, line))
        return false;
    if (!chunk && !data)
        return false;
    hop_conn_take(c, HOP_COMMAND);
    if (data && !hop_conn_say(c, &script_hop_go_on))
        return hop_no_memory(p, step);
    if (data)
        hop_conn_read_text(c);
    return true;
}

/* NOTATION 5: "NOOP, and RSET where EHLO, MAIL or QUIT is due, get 250 unless a row names them." */
bool hop_is_answered_anyhow(const struct scenario_step *step, smtp_span line)
{
    static const char *const due[] = {"EHLO", "MAIL", "QUIT"};
    if (hop_is_verb(line, "NOOP"))
        return true;
    for (size_t k = 0; k < sizeof due / sizeof *due && hop_is_verb(line, "RSET"); k++)
        if (hop_has_verb(step, due[k]))
            return true;
    return false;
}

bool hop_mismatch(struct player *p, struct hop_talk *talk, const struct scenario_step *step,
                  enum hop_unit unit, smtp_span octets)
{
    char quote[QUOTE];
    struct mail_looked looked = hop_looked_at(p, talk, step);
    if (unit == HOP_MESSAGE && message_row(step) != NULL && mail_is_text(octets) &&
        !mail_look_tail(&looked))
        return false;
    char *expected = judge_expected(step);
    encode_quote(smtp_span_cut(octets, 0, MAIL_SHOWN), quote, sizeof quote);
    judge_mismatch(p, step, smtp_span_cut(octets, 0, MAIL_SHOWN), "expected %.200s, got %s%s",
                   expected == NULL ? "" : expected, unit == HOP_MESSAGE ? "the text " : "", quote);
    free(expected);
    return false;
}
