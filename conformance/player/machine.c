#include "player/machine.h"

#include <assert.h>

#include "player/hop_play.h"
#include "player/judge.h"
#include "player/mail.h"

struct frame *machine_frame(struct player *p)
{
    return &p->frames[p->depth];
}

const struct scenario_step *machine_origin(struct player *p, const struct scenario_step *step)
{
    const struct frame *frame = machine_frame(p);
    return frame->origin != NULL ? frame->origin : step;
}

bool machine_next(struct player *p)
{
    machine_frame(p)->at++;
    p->entered = false;
    p->repeat = 0;
    p->hop.since_ms = player_now(p);
    return true;
}

void machine_push(struct player *p, const struct frame *frame)
{
    p->frames[++p->depth] = *frame;
    p->entered = false;
    p->repeat = 0;
    p->group = NULL;
}

struct conn *machine_conn(struct player *p, const struct scenario_step *step)
{
    unsigned number = machine_frame(p)->conn != 0 ? machine_frame(p)->conn : step->conn;
    struct conn *c = p->conns[number];
    if (c == NULL)
        c = conn_open(p, number);
    if (c == NULL)
        judge_stop(p, PLAYER_ERROR, machine_origin(p, step)->line, "no memory for a connection");
    return c;
}

bool machine_drained(struct player *p, const struct scenario_step *step, const struct conn *but)
{
    uint64_t now = player_now(p);
    for (unsigned i = 1; i < CONN_COUNT; i++) {
        struct conn *c = p->conns[i];
        if (c == NULL || c == but || conn_is_drained(c))
            continue;
        if (!c->connected || c->stream.resume_ms != SMTP_NEVER)
            return false;
        conn_fill(c, now);
        uint64_t due = expect_due(p, c);
        if (now >= due && step != NULL)
            judge_mismatch(p, step, (smtp_span){NULL, 0},
                           "the target takes no more octets: none has left for %.3g s",
                           (double)p->timeout_ms / 1000);
        else
            player_wait(p, due);
        return false;
    }
    return true;
}

/* ---- our lines ------------------------------------------------------------------------------- */

/* "C= ...": as opposed to a line of text, it may hold any number of commands. */
static bool is_exact(const struct scenario_step *step)
{
    const char *c = step->source;
    while (c != NULL && *c != '\0' && *c != '=' && *c != ':')
        c++;
    return c != NULL && *c == '=';
}

static smtp_span first_octets(const struct scenario_step *step)
{
    if (step->op != SCENARIO_SEND || step->text.count == 0 || step->text.strings[0].count == 0)
        return (smtp_span){NULL, 0};
    return step->text.strings[0].pieces[0].octets;
}

static const struct scenario_step *step_behind(struct player *p)
{
    const struct frame *frame = machine_frame(p);
    return frame->at + 1 < frame->count ? &frame->steps[frame->at + 1] : NULL;
}

/* Steps of a prelude carry the line of their "use", so that two neighbours have the same. */
static bool is_prelude(const struct frame *frame, size_t at)
{
    assert(frame->steps != NULL && at < frame->count);
    unsigned line = frame->steps[at].line;
    return frame->origin == NULL && ((at > 0 && frame->steps[at - 1].line == line) ||
                                     (at + 1 < frame->count && frame->steps[at + 1].line == line));
}

static bool is_ehlo(const struct scenario_step *step)
{
    return smtp_span_has_head_nocase(first_octets(step), SMTP_SPAN("EHLO "));
}

/* RFC 2033 section 4.1: LHLO in place of EHLO, but where a file says it itself. */
static const struct scenario_step *spoken(struct player *p, const struct scenario_step *step)
{
    const struct frame *frame = machine_frame(p);
    bool own = frame->origin != NULL || is_prelude(frame, frame->at);
    return p->lmtp && own && is_ehlo(step) ? &script_lhlo : step;
}

static bool play_say(struct player *p, const struct scenario_step *step)
{
    struct conn *c = machine_conn(p, step);
    if (c == NULL)
        return true;
    if (c->passed)
        return machine_next(p);
    if (p->group != c && !machine_drained(p, step, c))
        return false;
    const char *missing = step->op == SCENARIO_SEND ? text_missing(&step->text, &p->vars) : NULL;
    if (missing != NULL) {
        judge_stop(p, PLAYER_INCONCLUSIVE, step->line,
                   "{%s} has no value: the row that sets it was not the one taken", missing);
        return true;
    }
    const struct scenario_step *behind = step_behind(p);
    bool one_by_one = behind != NULL && behind->op == SCENARIO_EXPECT && behind->with_above;
    uint32_t from = one_by_one ? p->repeat + 1 : 1, to = one_by_one ? from : step->times;
    if (!stream_add(&c->stream, (struct stream_item){spoken(p, step), from, to, p->group != c})) {
        judge_stop(p, PLAYER_ERROR, step->line, "no memory");
        return true;
    }
    c->quit = smtp_span_is_nocase(first_octets(step), SMTP_SPAN("QUIT\r\n"));
    c->exact = is_exact(step);
    c->answered = false;
    p->group = c;
    if (!one_by_one)
        return machine_next(p);
    machine_frame(p)->at++;
    p->entered = false;
    return true;
}

/* ---- the login of a prelude ------------------------------------------------------------------ */

/* The frame at hand is the scenario's, and its last step was the reply to a prelude's EHLO. */
static bool is_behind_hello(struct player *p)
{
    const struct frame *frame = machine_frame(p);
    if (p->depth > 0 || frame->at < 2 || (!p->login_tls && !p->login_auth))
        return false;
    const struct scenario_step *step = &frame->steps[frame->at - 1];
    return step->op == SCENARIO_EXPECT && is_ehlo(step - 1) && is_prelude(frame, frame->at - 1) &&
           !p->conns[step->conn]->passed;
}

static void push_script(struct player *p, const struct script *script,
                        const struct scenario_step *origin)
{
    machine_push(p, &(struct frame){.steps = script->steps,
                                    .count = script->count,
                                    .conn = origin->conn,
                                    .origin = origin,
                                    .what = script->what});
}

/* The run's variant of a prelude; each runs to its end before the one below. */
static void log_in(struct player *p)
{
    const struct scenario_step *origin = &machine_frame(p)->steps[machine_frame(p)->at - 1];
    if (p->login_auth)
        push_script(p, &script_auth_plain, origin);
    if (p->login_tls)
        push_script(p, &script_starttls, origin);
    p->login_auth = false;
    p->login_tls = false;
}

/* ---- steps ----------------------------------------------------------------------------------- */

/* True: go on with the next; false: wait. */
static bool play_step(struct player *p, const struct scenario_step *step)
{
    if (step->hop) { /* hop_play() */
        machine_frame(p)->at++;
        return true;
    }
    switch (step->op) {
    case SCENARIO_SEND:
    case SCENARIO_SEND_MESSAGE:
        return play_say(p, step);
    case SCENARIO_EXPECT:
        return expect_play(p, step);
    case SCENARIO_DIRECTIVE:
        return directive_play(p, step);
    case SCENARIO_MAIL:
        return mail_line_play(p, step);
    }
    return true;
}

void machine_play(struct player *p)
{
    while (p->phase == PLAYER_PLAYING) {
        if (is_behind_hello(p))
            log_in(p);
        struct frame *frame = machine_frame(p);
        if (frame->at < frame->count) {
            if (!play_step(p, &frame->steps[frame->at]))
                return;
        } else if (p->depth > 0) {
            p->depth--;
        } else if (!hop_play_is_done(p)) {
            return;
        } else {
            p->judged = true;
            p->phase = PLAYER_LEAVING;
        }
    }
}
