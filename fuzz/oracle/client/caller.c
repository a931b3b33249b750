#include "oracle/client/play.h"

#include <string.h>

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
    const struct client_letter *letter = p->caller->letters[p->begun++];
    size_t rcpt;
    p->letter = letter;
    p->mail = (struct smtp_mail){.sender = letter->sender,
                                 .params = letter->params,
                                 .rcpts = p->rcpts,
                                 .rcpt_count = CLIENT_RCPTS};
    for (size_t i = 0; i < CLIENT_RCPTS; i++)
        p->rcpts[i] = (struct smtp_rcpt){.address = smtp_span_of(recipients[i]),
                                         .params = letter->rcpt_params};
    p->text_at = 0;
    p->taken = p->confirmed = 0;
    enum smtp_fault fault = smtp_client_mail(&p->client, &p->mail, &rcpt);
    FUZZ_CHECK(fault == SMTP_OK, "asked", "mail(): %s", smtp_fault_row(fault)->symbol);
    if (p->mail.fault == SMTP_OK)
        p->tried[p->tried_n++] = letter;
}

static bool authenticates(struct client_play *p)
{
    const struct client_caller *c = p->caller;
    return smtp_client_auth(&p->client, c->mechanism, c->has_initial, c->initial) == SMTP_OK;
}

static void take_turn(struct client_play *p)
{
    bool auth = !p->asked_auth, command = !p->asked_command;
    bool names = p->command == SMTP_V_VRFY || p->command == SMTP_V_EXPN;
    smtp_span argument = names ? SMTP_SPAN("joe") : SMTP_SPAN("");
    p->asked_auth = true;
    if (auth && authenticates(p))
        return;
    p->asked_command = true;
    if (command && smtp_client_command(&p->client, p->command, argument) == SMTP_OK)
        return;
    if (p->begun < CLIENT_MAILS)
        begin_mail(p);
    else
        smtp_client_quit(&p->client);
}

/* RFC 5321 4.1.1.4 and 3.3: no octet of a text behind a DATA that 3yz did not answer, nor for nobody. */
static void give_text(struct client_play *p)
{
    FUZZ_CHECK(p->answered != SMTP_V_DATA || p->code / 100 == 3, "content", "TEXT behind %u",
               p->code);
    FUZZ_CHECK(p->taken > 0, "content", "TEXT, and no recipient was taken");
    smtp_span text = p->letter->text;
    size_t left = text.n - p->text_at, n = p->text_at == 0 && left > 4 ? 4 : left;
    smtp_span piece = smtp_span_cut(text, p->text_at, p->text_at + n);
    if (p->refuse)
        smtp_client_abandon(&p->client);
    else
        p->text_at += smtp_client_text(&p->client, piece, n == left);
    p->broken_off = p->broken_off || p->client.phase == SMTP_CP_CLOSED;
    p->refuse = false;
}

static void answer(struct client_play *p)
{
    bool gives_up = p->refuse;
    p->refuse = false;
    if (!gives_up && smtp_client_respond(&p->client, SMTP_SPAN("u")))
        return;
    if (p->caller->quits)
        smtp_client_quit(&p->client);
    else
        smtp_client_cancel(&p->client);
}

static void act(struct client_play *p, const struct smtp_client_event *ev)
{
    if (p->pace->errs)
        client_make_mistakes(p, ev);
    if (ev->kind == SMTP_CE_READY)
        take_turn(p);
    else if (ev->kind == SMTP_CE_TEXT)
        give_text(p);
    else
        answer(p);
}

/* What has come between may have made an end of it. */
void client_take_turn(struct client_play *p)
{
    if (p->waits && p->client.asked)
        act(p, &p->turn);
    p->waits = false;
}

static void finish_mail(struct client_play *p)
{
    p->done++;
    FUZZ_CHECK(p->done == p->begun, "outcomes", "%u done, %u begun", p->done, p->begun);
    client_check_done(p);
}

/* RFC 3207 4 and 5: who has to have TLS gets no turn without. */
static void be_asked(struct client_play *p, const struct smtp_client_event *ev)
{
    bool clear = p->config.tls == SMTP_TLS_ALWAYS && !p->client.edge.secure;
    FUZZ_CHECK(!clear, "credentials", "event %d in clear", (int)ev->kind);
    p->waits = p->late;
    p->turn = *ev;
    if (!p->late)
        act(p, ev);
}

bool client_take_event(struct client_play *p)
{
    struct smtp_client_event ev;
    if (!smtp_client_next(&p->client, p->now_ms, &ev))
        return false;
    FUZZ_CHECK(p->closed == 0, "outcomes", "an event behind CLOSED");
    note_event(p, &ev);
    client_hear(p, &ev);
    if (ev.kind == SMTP_CE_DONE)
        finish_mail(p);
    if (ev.kind == SMTP_CE_READY || ev.kind == SMTP_CE_TEXT || ev.kind == SMTP_CE_CHALLENGE)
        be_asked(p, &ev);
    if (ev.kind == SMTP_CE_CLOSED) {
        p->closed++;
        FUZZ_CHECK(p->done == p->begun, "outcomes", "closed, and a mail without DONE");
    }
    return true;
}
