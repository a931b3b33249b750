#include "player/witness_mail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "player/mail.h"
#include "player/message.h"

/* ---- the M lines of an @inbox ---------------------------------------------------------------- */

static const struct scenario_step *end_of(const struct scenario *scenario)
{
    return scenario->steps + scenario->step_count;
}

static const struct scenario_command *message_of(const struct scenario_step *step)
{
    for (size_t i = 0; i < step->row_count; i++)
        if (step->rows[i].command != NULL && step->rows[i].command->kind == SCENARIO_CMD_MESSAGE)
            return step->rows[i].command;
    return NULL;
}

/* What M lines behind it look at: mailboxes, or what a relay's HC. brings. */
static bool is_source(const struct scenario_step *step)
{
    return (step->op == SCENARIO_DIRECTIVE && step->directive == SCENARIO_AT_INBOX) ||
           message_of(step) != NULL;
}

/* The next M line behind a step that is about the same messages; NULL: none. */
static const struct scenario_step *next_line(const struct scenario *scenario,
                                             const struct scenario_step *step)
{
    for (step++; step < end_of(scenario) && !is_source(step); step++)
        if (step->op == SCENARIO_MAIL)
            return step;
    return NULL;
}

static bool has_kind(const struct scenario *scenario, const struct scenario_step *inbox,
                     enum scenario_mail_kind kind)
{
    const struct scenario_step *line = inbox;
    while ((line = next_line(scenario, line)) != NULL)
        if (line->mail == kind)
            return true;
    return false;
}

static const struct scenario_step *inbox_of(const struct scenario_step *line)
{
    while (!is_source(line))
        line--;
    return line;
}

/* ---- the message ----------------------------------------------------------------------------- */

static void write_text(FILE *to, struct vars *vars, const struct scenario_text *text)
{
    struct text_cursor cursor = {.text = text, .i = 1};
    smtp_span octets;
    uint64_t pause;
    enum text_kind kind;
    while ((kind = text_next(&cursor, vars, &octets, &pause)) != TEXT_END)
        if (kind == TEXT_OCTETS)
            fwrite(octets.p, 1, octets.n, to);
}

/* The message as it is sent, its last CRLF added. Caller frees; NULL: no memory. */
static char *own_message(struct witness_mail *mail, size_t *size)
{
    char *octets = NULL;
    FILE *to = open_memstream(&octets, size);
    if (to == NULL)
        return NULL;
    write_text(to, mail->matcher->vars, text_message(mail->scenario));
    fflush(to);
    if (*size < 2 || memcmp(octets + *size - 2, "\r\n", 2) != 0)
        fputs("\r\n", to);
    if (fclose(to) == 0)
        return octets;
    free(octets);
    return NULL;
}

/* Whether the message has by itself what an M line asks for. */
static bool is_own(struct witness_mail *mail, const struct scenario_step *line, smtp_span message)
{
    struct message_field field;
    size_t at = 0;
    bool no_memory = false;
    if (line->mail == SCENARIO_MAIL_BODY_MATCH)
        return match_octets(mail->matcher, line->match, message_body(message));
    while (message_next_field(message, &at, &field))
        if (smtp_span_is_nocase(field.name, smtp_span_of(line->field)) &&
            mail_field_fits(line, mail->matcher, field.value, &no_memory))
            return true;
    return false;
}

static void write_field(struct witness_mail *mail, FILE *to, const struct scenario_step *line,
                        smtp_span message)
{
    bool broken = line == mail->goal;
    if (line->mail == SCENARIO_MAIL_NO_FIELD && broken)
        fprintf(to, "%s: broken\r\n", line->field);
    bool asks = line->mail == SCENARIO_MAIL_FIELD || line->mail == SCENARIO_MAIL_FIELD_MATCH;
    if (!asks || broken || is_own(mail, line, message))
        return;
    fprintf(to, "%s: ", line->field);
    if (line->mail == SCENARIO_MAIL_FIELD)
        write_text(to, mail->matcher->vars, &line->text);
    else
        fwrite(line->match->sample, 1, line->match->sample_length, to);
    fputs("\r\n", to);
}

static void write_samples(struct witness_mail *mail, FILE *to, const struct scenario_step *inbox,
                          smtp_span message)
{
    const struct scenario_step *line = inbox;
    while ((line = next_line(mail->scenario, line)) != NULL) {
        if (line->mail != SCENARIO_MAIL_BODY_MATCH || line == mail->goal ||
            is_own(mail, line, message))
            continue;
        fwrite(line->match->sample, 1, line->match->sample_length, to);
        fputs("\r\n", to);
    }
}

/* The given octets are its tail. */
static bool has_tail(const struct scenario *scenario, const struct scenario_step *inbox)
{
    const struct scenario_command *message = message_of(inbox);
    return (message != NULL && !message->any_message) ||
           has_kind(scenario, inbox, SCENARIO_MAIL_TAIL);
}

/* Whether the goal of the run is such a line of this @inbox. */
static bool breaks(const struct witness_mail *mail, const struct scenario_step *inbox,
                   enum scenario_mail_kind kind)
{
    const struct scenario_step *goal = mail->goal;
    return goal != NULL && goal->op == SCENARIO_MAIL && goal->mail == kind &&
           inbox_of(goal) == inbox;
}

static bool is_forbidden(struct witness_mail *mail, const struct scenario_step *inbox,
                         smtp_span name)
{
    const struct scenario_step *line = inbox;
    while ((line = next_line(mail->scenario, line)) != NULL)
        if (line->mail == SCENARIO_MAIL_NO_FIELD &&
            smtp_span_is_nocase(name, smtp_span_of(line->field)))
            return true;
    return false;
}

/* Where no line asks for the tail, fields that may not be there were taken away on delivery. */
static void write_header(struct witness_mail *mail, FILE *to, const struct scenario_step *inbox,
                         smtp_span message)
{
    struct message_field field;
    size_t at = 0;
    bool whole = has_tail(mail->scenario, inbox);
    if (whole) {
        fwrite(message.p, 1, message.n - message_body(message).n, to);
        return;
    }
    while (message_next_field(message, &at, &field))
        if (!is_forbidden(mail, inbox, field.name))
            fwrite(field.whole.p, 1, field.whole.n, to);
    fputs("\r\n", to);
}

/* Trace fields, the message, and what is to be found in the body. */
static void write_message(struct witness_mail *mail, FILE *to, const struct scenario_step *inbox,
                          smtp_span message)
{
    const struct scenario_step *line = inbox;
    bool no_body = breaks(mail, inbox, SCENARIO_MAIL_BODY_MATCH);
    smtp_span body = message_body(message);
    while ((line = next_line(mail->scenario, line)) != NULL)
        write_field(mail, to, line, message);
    write_header(mail, to, inbox, message);
    fwrite(body.p, 1, no_body ? 0 : body.n, to);
    if (breaks(mail, inbox, SCENARIO_MAIL_TAIL))
        fputs("broken\r\n", to);
    write_samples(mail, to, inbox, message);
}

bool witness_mail_make(struct witness_mail *mail, const struct scenario_step *source,
                       smtp_room *out)
{
    size_t own_size = 0;
    char *own = own_message(mail, &own_size);
    *out = (smtp_room){NULL, 0};
    FILE *to = own == NULL ? NULL : open_memstream(&out->p, &out->n);
    if (to != NULL)
        write_message(mail, to, source, (smtp_span){own, own_size});
    free(own);
    return to != NULL && fclose(to) == 0;
}

static bool deliver(struct witness_mail *mail, const struct scenario_step *inbox, smtp_span mailbox)
{
    smtp_room message;
    bool good = witness_mail_make(mail, inbox, &message) &&
                inbox_put(&mail->inbox, mailbox, (smtp_span){message.p, message.n}, false);
    free(message.p);
    return good;
}

/* ---- at each @inbox in turn ------------------------------------------------------------------ */

static bool look(struct inbox *inbox, void *arg, const char **why)
{
    struct witness_mail *mail = arg;
    smtp_span mailbox = {NULL, 0}, nonce = {NULL, 0};
    *why = "no memory";
    if (mail->at == mail->count)
        return true;
    const struct scenario_step *step = mail->inboxes[mail->at++];
    (void)vars_find(mail->matcher->vars, "nonce", 1, &nonce);
    (void)vars_find(mail->matcher->vars, step->word == NULL ? "rcpt" : step->word, 1, &mailbox);
    size_t there = inbox_count(inbox, mailbox, nonce);
    for (size_t wanted = step->number + (step == mail->goal); there < wanted; there++)
        if (!deliver(mail, step, mailbox))
            return false;
    return true;
}

void witness_mail_init(struct witness_mail *mail, const struct scenario *scenario,
                       struct matcher *matcher)
{
    *mail = (struct witness_mail){.scenario = scenario, .matcher = matcher};
    inbox_init(&mail->inbox);
    mail->inbox.look = look;
    mail->inbox.arg = mail;
}

void witness_mail_free(struct witness_mail *mail)
{
    inbox_free(&mail->inbox);
}

bool witness_mail_pass(struct witness_mail *mail, const struct scenario_step *inbox)
{
    if (mail->count == WITNESS_INBOXES)
        return false;
    mail->inboxes[mail->count++] = inbox;
    return true;
}

bool witness_mail_can_break(struct witness_mail *mail, const struct scenario_step *line)
{
    const struct scenario_step *inbox = inbox_of(line);
    const struct scenario_command *message = message_of(inbox);
    if (message == NULL && inbox->number == 0)
        return false;
    if (line->mail == SCENARIO_MAIL_NO_FIELD)
        return true;
    if (line->mail == SCENARIO_MAIL_TAIL) /* HC. message itself finds that */
        return message == NULL || message->any_message;
    if (line->mail == SCENARIO_MAIL_BODY_MATCH)
        return !has_tail(mail->scenario, inbox);
    size_t size = 0;
    char *own = own_message(mail, &size);
    bool can = own != NULL && !is_own(mail, line, (smtp_span){own, size});
    free(own);
    return can;
}

bool witness_mail_foresee(struct witness_mail *mail, const struct scenario_step *line)
{
    size_t size = 0;
    bool asks = line->mail == SCENARIO_MAIL_FIELD_MATCH || line->mail == SCENARIO_MAIL_BODY_MATCH;
    if (!asks)
        return true;
    char *own = own_message(mail, &size);
    bool good =
        own != NULL && (is_own(mail, line, (smtp_span){own, size}) ||
                        match_octets(mail->matcher, line->match,
                                     (smtp_span){line->match->sample, line->match->sample_length}));
    free(own);
    return good;
}
