/*
 * NAME
 *     hop_talk.c: the HC and HS lines of one connection
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "player/command.h"
#include "player/hop_play.h"
#include "player/judge.h"
#include "player/mail.h"
#include "player/script.h"

const struct scenario_step *hop_talk_step(const struct player *p, unsigned number, size_t *at)
{
    for (; *at < p->scenario->step_count; ++*at) {
        const struct scenario_step *step = &p->scenario->steps[*at];
        if (step->hop && step->conn == number)
            return step;
    }
    return NULL;
}

static void next(struct hop_talk *talk)
{
    talk->at++;
    talk->repeat = 0;
    talk->in_run = 0;
    talk->entered = false;
}

/* ---- our lines ------------------------------------------------------------------------------- */

static bool is_354(const struct scenario_step *step)
{
    return step->text.count > 0 && step->text.strings[0].count > 0 &&
           smtp_span_has_head_nocase(step->text.strings[0].pieces[0].octets, SMTP_SPAN("354"));
}

static bool say(struct player *p, struct hop_talk *talk, const struct scenario_step *step)
{
    const char *missing = text_missing(&step->text, &p->vars);
    if (missing != NULL) {
        judge_stop(p, PLAYER_INCONCLUSIVE, step->line,
                   "{%s} has no value: the row that sets it was not the one taken", missing);
        return false;
    }
    if (!hop_conn_say(talk->conn, step))
        return hop_no_memory(p, step);
    if (is_354(step))
        hop_conn_read_text(talk->conn);
    return true;
}

/* ---- what follows a row ---------------------------------------------------------------------- */

static bool is_quit(const struct scenario_row *row)
{
    return row->command != NULL && row->command->verb != NULL &&
           strcmp(row->command->verb, "QUIT") == 0;
}

/* "After a close, or a client's QUIT, the rest of that connection is passed over." */
static void pass_over(struct hop_talk *talk)
{
    talk->over = true;
    talk->row = NULL;
    if (talk->conn == NULL)
        return;
    talk->conn->edge.ask |= SMTP_WANT_CLOSE;
    talk->conn->dirty = true;
}

/* Which of a run of HC& the step is. */
static unsigned place_in_run(const struct player *p, const struct hop_talk *talk,
                             const struct scenario_step *step)
{
    unsigned place = 0;
    size_t at = talk->at;
    for (const struct scenario_step *s;
         (s = hop_talk_step(p, step->conn, &at)) != NULL && s != step; at++)
        place++;
    return place;
}

static void row_done(struct player *p, struct hop_talk *talk)
{
    const struct scenario_step *step = talk->step;
    size_t behind = 0;
    talk->row = NULL;
    talk->entered = false;
    if (step->any_order) {
        talk->in_run |= 1U << place_in_run(p, talk, step);
        size_t count = hop_run_length(p, step->conn, talk->at, &behind);
        if (talk->in_run != (uint32_t)((UINT64_C(1) << count) - 1))
            return;
        talk->at = behind - 1;
        next(talk);
    } else if (++talk->repeat >= step->times) {
        next(talk);
    }
}

/* True: go on; false: wait. */
static bool play_answer(struct player *p, struct hop_talk *talk)
{
    struct hop_conn *c = talk->conn;
    const struct scenario_row *row = talk->row;
    bool more = talk->row_at < row->step_count && row->steps[talk->row_at].op == SCENARIO_SEND;
    if (c != NULL && !more && !hop_conn_fill(c, player_now(p)))
        return false;
    if (talk->row_at == row->step_count || c == NULL || hop_conn_is_over(c)) {
        bool quit = is_quit(row);
        row_done(p, talk);
        if (quit)
            pass_over(talk);
        return true;
    }
    const struct scenario_step *step = &row->steps[talk->row_at];
    if (step->op == SCENARIO_SEND) {
        talk->row_at++;
        return say(p, talk, step);
    }
    c->edge.ask |= step->directive == SCENARIO_AT_RESET        ? SMTP_WANT_RESET
                   : step->directive == SCENARIO_AT_HALF_CLOSE ? SMTP_WANT_SHUT
                                                               : SMTP_WANT_CLOSE;
    c->dirty = true;
    talk->row_at++;
    if (step->directive != SCENARIO_AT_HALF_CLOSE)
        pass_over(talk);
    return true;
}

/* ---- rows that were taken -------------------------------------------------------------------- */

static bool take(struct player *p, struct hop_talk *talk, const struct scenario_step *step,
                 const struct scenario_row *row, enum hop_unit unit, smtp_span octets)
{
    struct ruling ruling = {.verdict = judge_row(p->scenario->level, row),
                            .line = row->line,
                            .step = step,
                            .received = smtp_span_cut(octets, 0, MAIL_SHOWN)};
    snprintf(ruling.why, sizeof ruling.why, "%s", row->reason == NULL ? "" : row->reason);
    if (!judge_goes_on(row)) { /* what it has said is answered as what is nobody's */
        judge_end(p, &ruling);
        return false;
    }
    if (row->verdict != SCENARIO_GO_ON)
        judge_note(p, &ruling);
    if (talk->conn != NULL && unit != HOP_NOTHING)
        hop_conn_take(talk->conn, unit);
    talk->step = step;
    talk->row = row;
    talk->row_at = 0;
    talk->mail_at = 0;
    return true;
}

/* ---- mail of others -------------------------------------------------------------------------- */

static bool has_nonce(struct player *p, smtp_span octets)
{
    return inbox_holds(octets, mail_nonce(p));
}

/* RCPT decides, for a relay may get the reverse-path wrong. */
static bool is_foreign(struct player *p, struct hop_talk *talk, smtp_span line)
{
    bool mail = hop_is_verb(line, "MAIL"), rcpt = hop_is_verb(line, "RCPT");
    if (mail || (rcpt && !talk->ours))
        talk->ours = has_nonce(p, command_path(line));
    return rcpt && !talk->ours;
}

/* MAIL without our nonce that no row takes is a mismatch if it is ours, which RCPT will say. */
static bool is_doubtful(struct hop_talk *talk, enum hop_unit unit, smtp_span octets)
{
    if (unit != HOP_COMMAND || talk->ours || talk->mail[0] != '\0' || !hop_is_verb(octets, "MAIL"))
        return false;
    snprintf(talk->mail, sizeof talk->mail, "%.*s", (int)octets.n, octets.p);
    return true;
}

static bool answer(struct player *p, struct hop_talk *talk, const struct scenario_step *step)
{
    hop_conn_take(talk->conn, HOP_COMMAND);
    return hop_conn_say(talk->conn, &script_hop_ok) || hop_no_memory(p, step);
}

/* ---- an expectation: true: go on; false: wait, or the end ------------------------------------ */

static bool play_command(struct player *p, struct hop_talk *talk, const struct scenario_step *step,
                         enum hop_unit unit, smtp_span octets)
{
    const struct scenario_row *row;
    if (unit == HOP_COMMAND && is_foreign(p, talk, octets)) {
        hop_play_give_away(p, talk);
        return true;
    }
    if (!talk->ours && hop_talk_is_silent(p, step->conn)) /* whose it is, nobody knows yet */
        return answer(p, talk, step);
    if (talk->mail[0] != '\0')
        return hop_mismatch(p, talk, step, HOP_COMMAND, smtp_span_of(talk->mail));
    if (unit == HOP_COMMAND && hop_begin_message(p, talk, step, octets))
        return true;
    row = hop_find_row(p, talk, &step, unit, octets);
    if (row != NULL)
        return take(p, talk, step, row, unit, octets);
    if (step->optional) {
        next(talk);
        return true;
    }
    if (is_doubtful(talk, unit, octets) ||
        (unit == HOP_COMMAND && hop_is_answered_anyhow(step, octets)))
        return answer(p, talk, step);
    return hop_mismatch(p, talk, step, unit, octets);
}

static bool play_over(struct player *p, struct hop_talk *talk, const struct scenario_step *step)
{
    const struct scenario_row *row = hop_row_with(step, SCENARIO_CLOSE);
    if (row != NULL) {
        bool good = take(p, talk, step, row, HOP_NOTHING, (smtp_span){NULL, 0});
        if (good)
            pass_over(talk);
        return good;
    }
    if (step->optional) {
        next(talk);
        return true;
    }
    char *expected = judge_expected(step);
    judge_mismatch(p, step, (smtp_span){NULL, 0}, "expected %.200s, the relay hung up",
                   expected == NULL ? "" : expected);
    free(expected);
    return false;
}

static bool play_silence(struct player *p, struct hop_talk *talk, const struct scenario_step *step)
{
    const struct scenario_row *row = hop_row_with(step, SCENARIO_SILENCE);
    if (row == NULL)
        return false;
    uint64_t until = talk->since_ms + row->outcomes[0].ms;
    if (player_now(p) >= until)
        return take(p, talk, step, row, HOP_NOTHING, (smtp_span){NULL, 0});
    player_wait(p, until);
    return false;
}

bool hop_talk_is_silent(const struct player *p, unsigned number)
{
    size_t at = 0;
    const struct scenario_step *first = hop_talk_step(p, number, &at);
    return first != NULL && first->op == SCENARIO_EXPECT &&
           hop_row_with(first, SCENARIO_SILENCE) != NULL;
}

bool hop_talk_is_done(const struct player *p, unsigned number)
{
    const struct hop_talk *talk = &p->hop.talks[number];
    const struct scenario_step *step;
    size_t at = talk->at;
    if (talk->over || !talk->came || talk->row != NULL)
        return talk->over;
    while ((step = hop_talk_step(p, number, &at)) != NULL && step->optional)
        at++;
    return step == NULL;
}

/* "HC2: silence 3s": behind the end of HC nobody comes, but with mail of others. */
static bool play_nobody(struct player *p, struct hop_talk *talk, const struct scenario_step *step)
{
    if (step->conn > 1 && !hop_talk_is_done(p, step->conn - 1))
        return false;
    if (!talk->entered)
        talk->since_ms = player_now(p);
    talk->entered = true;
    return play_silence(p, talk, step);
}

static bool play_expect(struct player *p, struct hop_talk *talk, const struct scenario_step *step)
{
    struct hop_conn *c = talk->conn;
    smtp_span octets;
    if (!talk->came)
        return hop_talk_is_silent(p, step->conn) && play_nobody(p, talk, step);
    if (!talk->entered)
        talk->since_ms = player_now(p);
    talk->entered = true;
    enum hop_unit unit = c == NULL ? HOP_NOTHING : hop_conn_peek(c, &octets);
    if (unit != HOP_NOTHING && c->lost)
        return hop_no_memory(p, step);
    if (unit != HOP_NOTHING)
        return play_command(p, talk, step, unit, octets);
    return c == NULL || hop_conn_is_over(c) ? play_over(p, talk, step)
                                            : play_silence(p, talk, step);
}

/* ---- a step ---------------------------------------------------------------------------------- */

static bool play_mail(struct player *p, struct hop_talk *talk, const struct scenario_step *step)
{
    if (talk->conn == NULL) {
        judge_stop(p, PLAYER_INCONCLUSIVE, step->line, "the message is gone with its connection");
        return false;
    }
    struct mail_looked looked = hop_looked_at(p, talk, step);
    if (!mail_look(&looked))
        return false;
    next(talk);
    return true;
}

static bool play_step(struct player *p, struct hop_talk *talk, const struct scenario_step *step)
{
    if (step->op == SCENARIO_EXPECT)
        return play_expect(p, talk, step);
    if (!talk->came)
        return false;
    if (step->op == SCENARIO_MAIL)
        return play_mail(p, talk, step);
    if (step->op == SCENARIO_SEND && talk->conn != NULL && !say(p, talk, step))
        return false;
    next(talk);
    return true;
}

/*
 * RFC 5321 4.1.4: a session may carry any number of transactions. A relay that goes on in the same
 * one says the lines of the next connection from its MAIL on. False: those do not wait for it.
 */
static bool go_on_as_next(struct player *p, unsigned number)
{
    struct hop_talk *talk = &p->hop.talks[number], *next = talk + 1;
    const struct scenario_step *step;
    size_t at = 0;
    if (number + 1 == HOP_TALKS || next->over || next->came)
        return false;
    while ((step = hop_talk_step(p, number + 1, &at)) != NULL && !hop_has_verb(step, "MAIL") &&
           !hop_talk_is_silent(p, number + 1))
        at++;
    if (step == NULL)
        return false;
    *next = (struct hop_talk){.conn = talk->conn, .came = true, .at = at};
    next->conn->number = number + 1;
    talk->conn = NULL;
    return true;
}

/* Behind the last line. */
static bool play_rest(struct player *p, struct hop_talk *talk, unsigned number)
{
    smtp_span octets;
    if (talk->conn == NULL)
        return false;
    if (p->phase == PLAYER_PLAYING && !hop_conn_is_over(talk->conn) &&
        hop_conn_peek(talk->conn, &octets) == HOP_COMMAND && hop_is_verb(octets, "MAIL") &&
        go_on_as_next(p, number))
        return true;
    return hop_conn_swallow(talk->conn, player_now(p));
}

bool hop_talk_play(struct player *p, unsigned number)
{
    struct hop_talk *talk = &p->hop.talks[number];
    if (talk->over)
        return play_rest(p, talk, number);
    if (p->phase != PLAYER_PLAYING)
        return false;
    if (talk->row != NULL)
        return play_answer(p, talk);
    const struct scenario_step *step = hop_talk_step(p, number, &talk->at);
    if (step != NULL)
        return play_step(p, talk, step);
    talk->over = true;
    return true;
}
