#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "player/encode.h"
#include "player/judge.h"
#include "player/mail.h"
#include "player/message.h"

enum { WINDOW = 24, QUOTE = 2 * WINDOW * 3, TEXT = 400 };

/* ---- fields ---------------------------------------------------------------------------------- */

/* "of message 2", where there are several. */
static void mismatch(const struct mail_looked *l, const char *expected, smtp_span received,
                     const char *what)
{
    char which[32] = "";
    if (l->of > 1)
        snprintf(which, sizeof which, "message %zu: ", l->number);
    judge_other(l->p, l->step, expected, received, "%s%.450s", which, what);
}

/* As written, variables filled in. */
static void say_field(const struct mail_looked *l, char *out, size_t size)
{
    struct text_cursor cursor = {.text = &l->step->text, .i = 1};
    smtp_span octets;
    uint64_t pause;
    int n = snprintf(out, size, "%s: ", l->step->field);
    size_t at = n < 0 ? 0 : (size_t)n;
    while (at < size && text_next(&cursor, &l->p->vars, &octets, &pause) == TEXT_OCTETS)
        at += (size_t)snprintf(out + at, size - at, "%.*s", (int)octets.n, octets.p);
}

static void say_expected(const struct mail_looked *l, char *out, size_t size)
{
    if (l->step->mail == SCENARIO_MAIL_FIELD)
        say_field(l, out, size);
    else
        snprintf(out, size, "%s", l->step->source + strspn(l->step->source, "M:. "));
}

bool mail_field_fits(const struct scenario_step *line, struct matcher *matcher, smtp_span value,
                     bool *no_memory)
{
    char *room = malloc(value.n + 1);
    *no_memory = room == NULL;
    if (room == NULL)
        return false;
    smtp_span one = {room, message_unfold(value, room)};
    bool fits = line->mail == SCENARIO_MAIL_FIELD ? text_is(&line->text, matcher->vars, 1, one)
                                                  : match_octets(matcher, line->match, one);
    free(room);
    return fits;
}

static bool no_memory_for(const struct mail_looked *l)
{
    judge_stop(l->p, PLAYER_ERROR, l->step->line, "no memory");
    return false;
}

/* The header as far as it has been read, when a field is not there. */
static bool no_such_field(const struct mail_looked *l, smtp_span nearest)
{
    char expected[TEXT], what[2 * TEXT], quote[160];
    say_expected(l, expected, sizeof expected);
    encode_octets(nearest, quote, sizeof quote);
    if (nearest.n > 0)
        snprintf(what, sizeof what, "expected %.250s, got %s", expected, quote);
    else
        snprintf(what, sizeof what, "no field %s%s", l->step->field,
                 *l->at > 0 ? " below those of the lines above" : "");
    if (nearest.n == 0)
        nearest = smtp_span_cut(l->octets, *l->at, *l->at + MAIL_SHOWN);
    mismatch(l, expected, nearest, what);
    return false;
}

static bool look_for_field(const struct mail_looked *l)
{
    struct message_field field;
    smtp_span nearest = {NULL, 0};
    size_t at = *l->at;
    bool no_memory = false;
    while (message_next_field(l->octets, &at, &field)) {
        if (!smtp_span_is_nocase(field.name, smtp_span_of(l->step->field)))
            continue;
        if (mail_field_fits(l->step, &l->p->matcher, field.value, &no_memory)) {
            *l->at = at;
            return true;
        }
        if (no_memory)
            return no_memory_for(l);
        nearest = nearest.n == 0 ? field.whole : nearest;
    }
    return no_such_field(l, nearest);
}

static bool look_for_none(const struct mail_looked *l)
{
    struct message_field field;
    size_t at = *l->at;
    char expected[TEXT], quote[160], what[TEXT];
    while (message_next_field(l->octets, &at, &field)) {
        if (!smtp_span_is_nocase(field.name, smtp_span_of(l->step->field)))
            continue;
        encode_octets(field.whole, quote, sizeof quote);
        snprintf(expected, sizeof expected, "no %s", l->step->field);
        snprintf(what, sizeof what, "no field %s is allowed here, got %s", l->step->field, quote);
        mismatch(l, expected, field.whole, what);
        return false;
    }
    return true;
}

/* ---- octets ---------------------------------------------------------------------------------- */

/* The message as it was sent, its last CRLF added, in the line ends of the store. Caller frees. */
static char *sent_octets(const struct mail_looked *l, smtp_span *out)
{
    const struct scenario_text *text = text_message(l->p->scenario);
    struct text_cursor cursor = {.text = text, .i = 1};
    size_t size = (size_t)text_size(text, &l->p->vars, 1) + 2, n = 0;
    char *octets = malloc(size + 2 * size);
    smtp_span piece;
    uint64_t pause;
    enum text_kind kind;
    if (octets == NULL)
        return NULL;
    while ((kind = text_next(&cursor, &l->p->vars, &piece, &pause)) != TEXT_END) {
        if (kind != TEXT_OCTETS)
            continue;
        memcpy(octets + n, piece.p, piece.n);
        n += piece.n;
    }
    if (n < 2 || octets[n - 2] != '\r' || octets[n - 1] != '\n') {
        octets[n++] = '\r';
        octets[n++] = '\n';
    }
    *out = (smtp_span){octets, n};
    if (l->lf)
        *out = (smtp_span){octets + size, message_crlf(*out, octets + size)};
    return octets;
}

static smtp_span window(smtp_span octets, size_t at)
{
    return smtp_span_cut(octets, at < WINDOW ? 0 : at - WINDOW, at + WINDOW);
}

bool mail_look_tail(const struct mail_looked *l)
{
    smtp_span sent, got = l->octets;
    size_t differs = 0, at = 0;
    char *octets = sent_octets(l, &sent);
    if (octets == NULL)
        return no_memory_for(l);
    bool fits = message_has_tail(got, sent, &differs, &at) ||
                (l->p->submission && message_has_all(got, sent));
    if (!fits) {
        char expected[QUOTE], quote[QUOTE], what[TEXT];
        smtp_span near = window(got, at);
        encode_octets(window(sent, differs), expected, sizeof expected);
        encode_octets(near, quote, sizeof quote);
        snprintf(what, sizeof what, "octet %zu of the message differs%s: expected %s, got %s",
                 differs + 1, l->lf ? ", line ends apart" : "", expected, quote);
        mismatch(l, expected, near, what);
    }
    free(octets);
    return fits;
}

static bool look_in_body(const struct mail_looked *l)
{
    smtp_span body = message_body(l->octets);
    char expected[TEXT];
    if (match_octets(&l->p->matcher, l->step->match, body))
        return true;
    say_expected(l, expected, sizeof expected);
    mismatch(l, expected, smtp_span_cut(body, 0, MAIL_SHOWN), "nothing in the body fits");
    return false;
}

/* Whether each line above the message is one of a header field (RFC 5322 2.2). */
static bool is_header(smtp_span head)
{
    struct message_field field;
    size_t at = 0, fields = 0;
    while (message_next_field(head, &at, &field))
        fields += field.whole.n;
    return fields == head.n;
}

bool mail_has_message(const struct mail_looked *l)
{
    smtp_span sent;
    size_t differs, at;
    char *octets = sent_octets(l, &sent);
    bool fits = octets != NULL && message_has_tail(l->octets, sent, &differs, &at) &&
                is_header(smtp_span_cut(l->octets, 0, l->octets.n - sent.n));
    free(octets);
    return fits;
}

bool mail_is_text(smtp_span octets)
{
    for (size_t i = 0; i < octets.n; i++) {
        bool lf = octets.p[i] == '\n', cr = octets.p[i] == '\r';
        if ((lf && (i == 0 || octets.p[i - 1] != '\r')) ||
            (cr && (i + 1 == octets.n || octets.p[i + 1] != '\n')))
            return false;
    }
    return true;
}

/* ---- an M line ------------------------------------------------------------------------------- */

/* False: the case has ended. */
bool mail_look(const struct mail_looked *l)
{
    switch (l->step->mail) {
    case SCENARIO_MAIL_FIELD:
    case SCENARIO_MAIL_FIELD_MATCH:
        return look_for_field(l);
    case SCENARIO_MAIL_NO_FIELD:
        return look_for_none(l);
    case SCENARIO_MAIL_TAIL:
        return mail_look_tail(l);
    case SCENARIO_MAIL_BODY_MATCH:
        return look_in_body(l);
    }
    return false;
}

bool mail_line_play(struct player *p, const struct scenario_step *step)
{
    const struct inbox_message *message = NULL;
    smtp_span mailbox = mail_mailbox(p, p->inbox);
    for (size_t i = 0; i < p->inbox->number; i++) {
        message = inbox_next(p->run->inbox, message, mailbox, mail_nonce(p));
        if (message == NULL)
            return true;
        const struct mail_looked l = {.p = p,
                                      .step = step,
                                      .octets = message->octets,
                                      .lf = message->lf,
                                      .at = &p->mail_at[i],
                                      .number = i + 1,
                                      .of = p->inbox->number};
        if (!mail_look(&l))
            return true;
    }
    return machine_next(p);
}
