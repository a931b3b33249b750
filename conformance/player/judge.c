#include "player/judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "player/encode.h"

enum player_verdict judge_weight(enum scenario_level level)
{
    switch (level) {
    case SCENARIO_MUST:
        return PLAYER_FAIL;
    case SCENARIO_SHOULD:
        return PLAYER_WARN;
    case SCENARIO_MAY:
    case SCENARIO_INFO:
        return PLAYER_INFO;
    }
    return PLAYER_FAIL;
}

enum player_verdict judge_row(enum scenario_level level, const struct scenario_row *row)
{
    switch (row->verdict) {
    case SCENARIO_GO_ON:
    case SCENARIO_PASS:
        return PLAYER_PASS;
    case SCENARIO_FAIL:
        return judge_weight(level);
    case SCENARIO_WARN:
        return PLAYER_WARN;
    case SCENARIO_NOTE:
        return PLAYER_INFO;
    case SCENARIO_INCONCLUSIVE:
        return PLAYER_INCONCLUSIVE;
    case SCENARIO_SKIP:
        return PLAYER_SKIP;
    }
    return PLAYER_ERROR;
}

bool judge_goes_on(const struct scenario_row *row)
{
    return row->verdict == SCENARIO_GO_ON || row->verdict == SCENARIO_WARN ||
           row->verdict == SCENARIO_NOTE;
}

char *judge_expected(const struct scenario_step *step)
{
    size_t n = 1, at = 0;
    for (size_t i = 0; step != NULL && i < step->row_count; i++)
        n += strlen(step->rows[i].source) + 3;
    char *text = malloc(n);
    if (text == NULL)
        return NULL;
    text[0] = '\0';
    for (size_t i = 0; step != NULL && i < step->row_count; i++)
        at +=
            (size_t)snprintf(text + at, n - at, "%s%s", i == 0 ? "" : " | ", step->rows[i].source);
    return text;
}

static char *copy(smtp_span s)
{
    char *p = malloc(s.n + 1);
    if (p == NULL)
        return NULL;
    if (s.n > 0)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return p;
}

void judge_note(struct player *p, const struct ruling *ruling)
{
    struct player_outcome *o = p->outcome;
    bool first = o->why == NULL || (o->verdict == PLAYER_PASS && o->why[0] == '\0');
    if (!first && ruling->verdict <= o->verdict)
        return;
    char *why = copy(smtp_span_of(ruling->why));
    char *expected = ruling->expected != NULL ? copy(smtp_span_of(ruling->expected))
                                              : judge_expected(ruling->step);
    size_t length = ruling->received.n;
    char *received =
        p->run->whole ? copy(ruling->received) : log_excerpt(ruling->received, &length);
    free(o->why);
    free(o->expected);
    free(o->received);
    o->verdict = ruling->verdict;
    o->why = why;
    o->line = ruling->line;
    o->expected = expected;
    o->received = received;
    o->received_length = received == NULL ? 0 : length;
}

void judge_end(struct player *p, const struct ruling *ruling)
{
    judge_note(p, ruling);
    p->judged = p->judged && ruling->verdict == PLAYER_PASS;
    if (p->phase == PLAYER_PLAYING)
        p->phase = PLAYER_LEAVING;
}

/* ---- what no row lists ----------------------------------------------------------------------- */

static void begin_ruling(struct player *p, const struct scenario_step *step, smtp_span received,
                         struct ruling *out)
{
    const struct frame *frame = machine_frame(p);
    const struct scenario_step *origin = machine_origin(p, step);
    bool in_test = origin == NULL || origin->in_test;
    *out =
        (struct ruling){.verdict = in_test ? judge_weight(p->scenario->level) : PLAYER_INCONCLUSIVE,
                        .line = origin == NULL ? p->end_line : origin->line,
                        .step = step,
                        .received = received};
    if (frame->strict)
        out->verdict = PLAYER_FAIL;
    const char *place = frame->what != NULL ? frame->what : in_test ? NULL : "before test:";
    if (place != NULL)
        snprintf(out->why, sizeof out->why, "%s%s ", place, frame->what != NULL ? ":" : "");
}

static void end_ruling(struct player *p, struct ruling *ruling, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

static void end_ruling(struct player *p, struct ruling *ruling, const char *format, va_list args)
{
    size_t at = strlen(ruling->why);
    vsnprintf(ruling->why + at, sizeof ruling->why - at, format, args);
    p->judged = false;
    judge_end(p, ruling);
}

void judge_mismatch(struct player *p, const struct scenario_step *step, smtp_span received,
                    const char *format, ...)
{
    struct ruling ruling;
    begin_ruling(p, step, received, &ruling);
    va_list args;
    va_start(args, format);
    end_ruling(p, &ruling, format, args);
    va_end(args);
}

void judge_other(struct player *p, const struct scenario_step *step, const char *expected,
                 smtp_span received, const char *format, ...)
{
    struct ruling ruling;
    begin_ruling(p, step, received, &ruling);
    ruling.expected = expected;
    va_list args;
    va_start(args, format);
    end_ruling(p, &ruling, format, args);
    va_end(args);
}

/* RFC 5321 4.2.1 and 3.8: what is refused for now says nothing about the rule. */
static bool is_passing(const struct reply *reply)
{
    return reply->state == REPLY_WHOLE && reply->code / 100 == 4;
}

void judge_reply(struct player *p, const struct scenario_step *step, const struct reply *reply,
                 bool asked)
{
    struct ruling ruling;
    char quote[160], sentence[400];
    char *expected = asked ? judge_expected(step) : NULL;
    smtp_span octets = reply_octets(reply);
    begin_ruling(p, step, octets, &ruling);
    ruling.expected = asked ? NULL : "nothing more";
    encode_quote(octets, quote, sizeof quote);
    bool passing = is_passing(reply) && !machine_frame(p)->strict;
    if (passing)
        snprintf(sentence, sizeof sentence, "%s: refused for now", quote);
    else if (!asked)
        snprintf(sentence, sizeof sentence, "one reply too many: %s", quote);
    else if (reply->state == REPLY_LONG)
        snprintf(sentence, sizeof sentence, "a reply of more than %d octets", REPLY_MAX);
    else
        snprintf(sentence, sizeof sentence, "expected %.200s, got %s%s",
                 expected == NULL ? "" : expected,
                 reply->state == REPLY_BROKEN ? "no proper reply: " : "", quote);
    free(expected);
    size_t at = strlen(ruling.why);
    snprintf(ruling.why + at, sizeof ruling.why - at, "%s", sentence);
    if (passing)
        ruling.verdict = PLAYER_INCONCLUSIVE;
    p->judged = false;
    judge_end(p, &ruling);
}

void judge_stop(struct player *p, enum player_verdict verdict, unsigned line, const char *format,
                ...)
{
    struct ruling ruling = {.verdict = verdict, .line = line};
    va_list args;
    va_start(args, format);
    vsnprintf(ruling.why, sizeof ruling.why, format, args);
    va_end(args);
    p->judged = false;
    judge_end(p, &ruling);
}
