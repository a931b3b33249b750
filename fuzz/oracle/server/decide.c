#include "oracle/server/play.h"

#include <string.h>

#include "fuzz.h"

/* What an application says to each decision that it may refuse: refuse, defer (RFC 5321 4.3.2). */
static const struct {
    enum smtp_event_kind kind;
    enum smtp_verb verb;
    enum smtp_fault refuse, defer;
} decisions[] = {
    {SMTP_EV_CONNECT, SMTP_V_UNKNOWN, SMTP_E_NO_SERVICE, SMTP_E_NO_MAIL},
    {SMTP_EV_COMMAND, SMTP_V_MAIL, SMTP_E_SENDER, SMTP_E_LATER},
    {SMTP_EV_COMMAND, SMTP_V_RCPT, SMTP_E_NO_MAILBOX, SMTP_E_LATER},
    {SMTP_EV_COMMAND, SMTP_V_DATA, SMTP_E_HOP_NEVER, SMTP_E_STORE},
    {SMTP_EV_COMMAND, SMTP_V_VRFY, SMTP_E_NO_MAILBOX, SMTP_E_LATER},
    {SMTP_EV_COMMAND, SMTP_V_EXPN, SMTP_E_NO_MAILBOX, SMTP_E_LATER},
    {SMTP_EV_COMMAND, SMTP_V_STARTTLS, SMTP_E_TLS_NONE, SMTP_E_TLS_NONE},
    {SMTP_EV_COMMAND, SMTP_V_AUTH, SMTP_E_AUTH_CREDENTIALS, SMTP_E_AUTH_TEMPORARY},
    {SMTP_EV_RESPONSE, SMTP_V_AUTH, SMTP_E_AUTH_CREDENTIALS, SMTP_E_AUTH_TEMPORARY},
    {SMTP_EV_CHUNK, SMTP_V_UNKNOWN, SMTP_E_HOP_NEVER, SMTP_E_STORE_FULL},
    {SMTP_EV_MESSAGE, SMTP_V_UNKNOWN, SMTP_E_HOP_NEVER, SMTP_E_STORE_FULL},
};

/* An exchange of one challenge: so both kinds of answer come up. */
static void agree(struct smtp_server *s, const struct smtp_event *ev)
{
    bool login = ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_AUTH && ev->bytes.n == 0;
    if (!login || !smtp_server_challenge(s, SMTP_SPAN("who?")))
        smtp_server_accept(s);
}

static enum smtp_fault fault_for(const struct smtp_event *ev, enum record_kind outcome)
{
    for (size_t i = 0; i < sizeof decisions / sizeof *decisions; i++) {
        if (decisions[i].kind != ev->kind || decisions[i].verb != ev->cmd.verb)
            continue;
        if (outcome == RECORD_CLOSE)
            return SMTP_E_SHUTDOWN;
        return outcome == RECORD_REFUSE ? decisions[i].refuse : decisions[i].defer;
    }
    return SMTP_OK;
}

/* ---- words of the application's own ---- */

/*
 * RFC 5321 4.2: Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF, with
 * textstring = 1*(%d09 / %d32-126) and Reply-code = %x32-35 %x30-35 %x30-39; 4.5.3.1.5: 512 octets a
 * line. RFC 2034 4: the enhanced code begins as the code does.
 */
static const struct words {
    unsigned code; /* 0: of the row that applies */
    const char *enhanced, *text;
    bool wrong;
    size_t lines, width; /* so many lines of so many octets in place of `text` */
} own[] = {
    {0, NULL, "as you like", false, 0, 0},
    {0, NULL, "one\n\ttwo\n\nthree~", false, 0, 0},
    {0, "2.1.5", "fine", false, 0, 0}, /* wrong where the row's is 3yz */
    {0, NULL, "", false, 0, 0},
    {450, NULL, "not now", false, 0, 0},
    {451, "4.3.0", "\nlater", false, 0, 0},
    {550, "5.7.1", "no\nnever", false, 0, 0},
    {521, NULL, "no mail here", false, 0, 0},
    {421, NULL, "goodbye", false, 0, 0},
    {421, "4.3.2", "", false, 0, 0},
    {550, NULL, NULL, false, 1, 500},
    {550, "5.1.1", NULL, false, 20, 39},
    {550, NULL, NULL, true, 1, 507},
    {550, NULL, NULL, true, 30, 40},
    {450, NULL, NULL, true, 1, 2000},
    {550, "2.0.0", "both", true, 0, 0},
    {250, "5.0.0", "both", true, 0, 0},
    {199, NULL, "early", true, 0, 0},
    {560, NULL, "late", true, 0, 0},
    {600, "6.0.0", "later", true, 0, 0},
    {265, NULL, "between", true, 0, 0},
    {550, NULL, "a\r\n250 b", true, 0, 0},
    {550, NULL, "\xc3\xa9", true, 0, 0},
    {450, NULL, "\x7f", true, 0, 0},
};
enum { OWN = sizeof own / sizeof *own, TEXT_MOST = 2048 };

static smtp_span text_of(const struct words *words, char text[TEXT_MOST])
{
    if (words->text != NULL)
        return smtp_span_of(words->text);
    size_t n = words->lines * (words->width + 1) - 1;
    memset(text, 'x', n);
    for (size_t i = words->width; i < n; i += words->width + 1)
        text[i] = '\n';
    return (smtp_span){text, n};
}

/* RFC 4954 4: 3yz in an exchange is a challenge, and has no words. */
static bool is_wrong(const struct words *words, unsigned code, bool exchange)
{
    bool other = words->enhanced != NULL && words->enhanced[0] != (char)('0' + code / 100);
    return words->wrong || other || (exchange && code / 100 == 3);
}

/* What it does with a reply of its own; accepts behind one that is a mistake. */
static struct server_decision reply(struct smtp_server *s, const struct smtp_event *ev, unsigned n)
{
    static struct smtp_server before;
    const struct words *words = &own[n % OWN];
    unsigned code = words->code != 0 ? words->code : ev->rule->code;
    bool exchange = ev->kind == SMTP_EV_RESPONSE || ev->cmd.verb == SMTP_V_AUTH;
    bool wrong = is_wrong(words, code, exchange);
    char text[TEXT_MOST];
    memcpy(&before, s, sizeof before);
    bool said = smtp_server_reply(s, code, words->enhanced, text_of(words, text));
    FUZZ_CHECK(said == !wrong, "own-words", "%u %s was %s", code, words->text,
               said ? "said" : "refused");
    if (said)
        return (struct server_decision){.took = true, .refused = code >= 400};
    FUZZ_CHECK(memcmp(&before, s, sizeof before) == 0, "own-words",
               "a reply that was refused left something");
    agree(s, ev);
    return (struct server_decision){.took = true};
}

struct server_decision server_decide(struct smtp_server *s, const struct smtp_event *ev,
                                     struct record outcome)
{
    bool set = outcome.kind == RECORD_REFUSE || outcome.kind == RECORD_DEFER ||
               outcome.kind == RECORD_CLOSE;
    enum smtp_fault fault = set ? fault_for(ev, outcome.kind) : SMTP_OK;
    if (outcome.kind == RECORD_REPLY)
        return reply(s, ev, outcome.n);
    if (fault == SMTP_OK)
        agree(s, ev);
    else
        smtp_server_refuse(s, fault);
    return (struct server_decision){.took = fault != SMTP_OK, .refused = fault != SMTP_OK};
}
