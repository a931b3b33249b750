/*
 * NAME
 *     deliver_notice.c: what the sender is told of a message that was taken
 *
 * DESCRIPTION
 *     RFC 3461 5.2.3: who asked for it with NOTIFY=SUCCESS is told that a mailbox has the message;
 *     5.2.6: without NOTIFY, or with FAILURE, that it has not. 5.2.7.1: a list counts as a mailbox;
 *     5.2.7.3 (c): for an alias of several, "expanded". The notice is put into the sender's mailbox,
 *     if it is one of ours: this server hands nothing on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "smtp/notice.h"
#include "target/deliver.h"
#include "target/rewrite.h"

enum { TOLD = (unsigned)SMTP_LAX_ADVISED | (unsigned)SMTP_LAX_UTF8 };

static void add_end(struct deliver_octets *to)
{
    deliver_add(to, (smtp_span){"", 1});
}

static smtp_span params_of(const struct smtp_command *cmd)
{
    return (smtp_span){cmd->params.at, (size_t)(cmd->params.end - cmd->params.at)};
}

void deliver_note_mail(struct delivery *d, const struct smtp_command *cmd)
{
    d->mail_params.n = d->asked.n = 0;
    deliver_add(&d->mail_params, params_of(cmd));
}

/* The mailbox as it came, then "!" (lost) or "=" with the parameters; a NUL behind each. */
void deliver_note_rcpt(struct delivery *d, const struct smtp_command *cmd)
{
    smtp_span mailbox = cmd->path.mailbox;
    deliver_add(&d->asked, mailbox);
    add_end(&d->asked);
    deliver_add(&d->asked, d->is_lost ? SMTP_SPAN("!") : SMTP_SPAN("="));
    deliver_add(&d->asked, params_of(cmd));
    add_end(&d->asked);
}

bool deliver_is_lost(const struct delivery *d, size_t *at)
{
    (void)deliver_next(&d->asked, at);
    return smtp_span_has_head_nocase(deliver_next(&d->asked, at), SMTP_SPAN("!"));
}

/* ---- the notice ------------------------------------------------------------------------------ */

static void read_mail_params(const struct delivery *d, struct smtp_mail_params *out)
{
    struct smtp_cursor c = smtp_cursor_of(deliver_span(&d->mail_params), TOLD);
    struct smtp_param param;
    size_t off;
    while (smtp_param_next(&c, &param) == SMTP_OK)
        if (smtp_parse_mail_param(&param, TOLD, out, &off) != SMTP_OK)
            continue; /* it was borne, and says nothing */
}

static void read_rcpt_params(smtp_span text, struct smtp_rcpt_params *out)
{
    struct smtp_cursor c = smtp_cursor_of(text, TOLD);
    struct smtp_param param;
    size_t off;
    while (smtp_param_next(&c, &param) == SMTP_OK)
        if (smtp_parse_rcpt_param(&param, TOLD, out, &off) != SMTP_OK)
            continue;
}

static struct smtp_notice_rcpt rcpt_of(smtp_span mailbox, smtp_span marked)
{
    struct smtp_notice_rcpt r = {.mailbox = mailbox, .action = SMTP_ACTION_DELIVERED};
    read_rcpt_params(smtp_span_cut(marked, 1, marked.n), &r.params);
    if (deliver_is_alias(mailbox))
        r.action = SMTP_ACTION_EXPANDED;
    if (marked.p[0] == '!') {
        r.action = SMTP_ACTION_FAILED;
        r.status = (struct smtp_enhanced){5, 1, 1};
    }
    return r;
}

/* RFC 5321 4.5.5: "all of these kinds of messages [...] have a null reverse-path". */
static bool put_notice(const struct delivery *d, const struct smtp_notice *n)
{
    enum { GROWTH = 2048 }; /* by a mutant */
    static const char path[] = "Return-Path: <>\r\n";
    size_t size = smtp_print_notice((smtp_room){NULL, 0}, n), at = sizeof path - 1;
    if (size == 0)
        return true;
    char *text = malloc(at + size + GROWTH);
    if (text == NULL)
        return false;
    memcpy(text, path, at);
    at += smtp_print_notice((smtp_room){text + at, size}, n);
    if (d->notice != NULL)
        at = rewrite_octets(d->notice, text, at, at + GROWTH);
    bool good = inbox_put(d->inbox, n->sender, (smtp_span){text, at}, false);
    free(text);
    return good;
}

static bool put_notices(const struct delivery *d, struct smtp_notice *n)
{
    bool good = d->slip != MUTANT_SLIP_NOTICE_TWICE || put_notice(d, n);
    if (d->slip != MUTANT_SLIP_NOTICE_FOR_EACH)
        return put_notice(d, n) && good;
    for (size_t count = n->rcpt_count, i = 0; i < count; i++, n->rcpts++) {
        n->rcpt_count = 1;
        good = put_notice(d, n) && good;
    }
    return good;
}

/* RFC 6522 4: the header section is returned with its Received fields, ours too. */
static void add_original(const struct delivery *d, struct deliver_octets *to)
{
    struct delivery usual = *d;
    usual.slip = MUTANT_SLIP_NO_RETURN_PATH;
    deliver_add_trace(&usual, to);
    deliver_add(to, deliver_span(&d->text));
}

bool deliver_notices(const struct delivery *d)
{
    if (!d->sender_is_ours || d->recipient_count == 0)
        return true;
    struct deliver_octets original = {.p = NULL};
    add_original(d, &original);
    char id[32];
    snprintf(id, sizeof id, "notice%u", d->serial);
    struct smtp_notice_rcpt *rcpts = calloc(d->recipient_count, sizeof *rcpts);
    struct smtp_notice n = {.host = smtp_span_of(d->host),
                            .id = smtp_span_of(id),
                            .sender = deliver_span(&d->sender),
                            .rcpts = rcpts,
                            .text = deliver_span(&original),
                            .text_is_whole = true};
    read_mail_params(d, &n.params);
    smtp_span mailbox;
    for (size_t at = 0; rcpts != NULL && (mailbox = deliver_next(&d->asked, &at)).n > 0;)
        rcpts[n.rcpt_count++] = rcpt_of(mailbox, deliver_next(&d->asked, &at));
    bool good = rcpts != NULL && !original.failed && !d->asked.failed && !d->mail_params.failed &&
                smtp_date_at((int64_t)time(NULL), 0, &n.date) && put_notices(d, &n);
    free(rcpts);
    deliver_free_octets(&original);
    return good;
}
