#include "oracle/client/play.h"

#include <string.h>

const char *const client_texts[CLIENT_MAILS] = {"t\r\n.t\r\n.\r\n", "t"};
static const char *const recipients[CLIENT_RCPTS] = {"b@s.test", "Postmaster"};

/* ---- the log ---- */

static void note(struct client_play *p, smtp_span s)
{
    smtp_room_put((smtp_room){p->log, CLIENT_LOG}, &p->n, s);
}

static void note_event(struct client_play *p, const struct smtp_client_event *ev)
{
    char line[200];
    bool told = ev->kind != SMTP_CE_TEXT && ev->kind != SMTP_CE_INJECTED;
    int n = snprintf(line, sizeof line, "\n%d %s %u %s @%zu rcpt %zu: ", (int)ev->kind,
                     smtp_verb_name(ev->verb), ev->code, smtp_fault_row(ev->fault)->symbol,
                     ev->fault_off, ev->rcpt);
    if (!told)
        return;
    note(p, (smtp_span){line, n > 0 ? (size_t)n : 0});
    note(p, ev->text);
    if (ev->kind != SMTP_CE_DONE)
        return;
    n = snprintf(line, sizeof line, "%d %d %u, %d %d", (int)p->mail.outcome, (int)p->mail.fault,
                 p->mail.code, (int)p->rcpts[0].outcome, (int)p->rcpts[1].outcome);
    note(p, (smtp_span){line, n > 0 ? (size_t)n : 0});
}

/* ---- the caller ---- */

static void begin_mail(struct client_play *p)
{
    size_t rcpt;
    p->mail = (struct smtp_mail){
        .sender = p->begun == 0 ? SMTP_SPAN("a@c.test") : SMTP_SPAN(""),
        .params = {.given = SMTP_P_SIZE | SMTP_P_RET, .size = 9, .ret = SMTP_RET_HDRS},
        .rcpts = p->rcpts,
        .rcpt_count = CLIENT_RCPTS};
    for (size_t i = 0; i < CLIENT_RCPTS; i++)
        p->rcpts[i] = (struct smtp_rcpt){.address = smtp_span_of(recipients[i])};
    p->begun++;
    p->text_at = 0;
    enum smtp_fault fault = smtp_client_mail(&p->client, &p->mail, &rcpt);
    FUZZ_CHECK(fault == SMTP_OK, "asked", "mail(): %s", smtp_fault_row(fault)->symbol);
}

static void take_turn(struct client_play *p)
{
    bool auth = !p->asked_auth, command = !p->asked_command;
    bool names = p->command == SMTP_V_VRFY || p->command == SMTP_V_EXPN;
    smtp_span argument = names ? SMTP_SPAN("joe") : SMTP_SPAN("");
    p->asked_auth = true;
    if (auth && smtp_client_auth(&p->client, SMTP_SPAN("LOGIN"), false, SMTP_SPAN("")) == SMTP_OK)
        return;
    p->asked_command = true;
    if (command && smtp_client_command(&p->client, p->command, argument) == SMTP_OK)
        return;
    if (p->begun < CLIENT_MAILS)
        begin_mail(p);
    else
        smtp_client_quit(&p->client);
}

/* RFC 5321 4.1.1.4: no octet of a text behind a DATA that 3yz did not answer. */
static void give_text(struct client_play *p)
{
    FUZZ_CHECK(p->answered != SMTP_V_DATA || p->code / 100 == 3, "content", "TEXT behind %u",
               p->code);
    const char *text = client_texts[p->begun - 1];
    size_t left = strlen(text) - p->text_at, n = p->text_at == 0 && left > 4 ? 4 : left;
    if (p->refuse)
        smtp_client_abandon(&p->client);
    else
        p->text_at += smtp_client_text(&p->client, (smtp_span){text + p->text_at, n}, n == left);
    p->refuse = false;
}

static void answer(struct client_play *p)
{
    if (p->refuse || !smtp_client_respond(&p->client, SMTP_SPAN("u")))
        smtp_client_cancel(&p->client);
    p->refuse = false;
}

bool client_take_event(struct client_play *p)
{
    struct smtp_client_event ev;
    if (!smtp_client_next(&p->client, p->now_ms, &ev))
        return false;
    FUZZ_CHECK(p->closed == 0, "outcomes", "an event behind CLOSED");
    note_event(p, &ev);
    if (ev.kind == SMTP_CE_LINE && ev.last) {
        p->answered = ev.verb;
        p->code = ev.code;
        client_cell(p, &ev);
    }
    if (ev.kind == SMTP_CE_DONE) {
        p->done++;
        FUZZ_CHECK(p->done == p->begun, "outcomes", "%u done, %u begun", p->done, p->begun);
    }
    if (ev.kind == SMTP_CE_READY)
        take_turn(p);
    if (ev.kind == SMTP_CE_TEXT)
        give_text(p);
    if (ev.kind == SMTP_CE_CHALLENGE)
        answer(p);
    if (ev.kind == SMTP_CE_CLOSED) {
        p->closed++;
        FUZZ_CHECK(p->done == p->begun, "outcomes", "closed, and a mail without DONE");
    }
    return true;
}
