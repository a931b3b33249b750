#include <string.h>

#include "oracle/client/play.h"

/*
 * RFC 5321 2.3.8 and 4.1.2: what a caller hands over becomes a command line only where it is what the grammar has
 * there. Each row is wrong in one way, and has the fault that says which. At each turn one of each table is made,
 * another one in each input.
 */

#define ROW_OF(p, table) ((p)->mistake % (sizeof(table) / sizeof *(table)))

/* A span of so many letters, in place of a text. */
#define LONG(count)                                                                                \
    {                                                                                              \
        NULL, count                                                                                \
    }

static smtp_span filled(const struct client_play *p, smtp_span s)
{
    return s.p == NULL && s.n > 0 ? (smtp_span){p->long_word, s.n} : s;
}

/* ---- as it was: all that tells what is said and heard next ---- */

static bool is_edge_same(const struct smtp_edge *a, const struct smtp_edge *b)
{
    return a->in_len == b->in_len && a->out_head == b->out_head && a->out_len == b->out_len &&
           a->ask == b->ask && a->hold == b->hold && a->end == b->end && a->secure == b->secure;
}

static bool is_wait_same(const struct smtp_client *a, const struct smtp_client *b)
{
    return a->phase == b->phase && a->verb == b->verb && a->said == b->said &&
           a->heard == b->heard && a->asked == b->asked && a->restart == b->restart &&
           a->since_ms == b->since_ms && a->unsent == b->unsent && a->taken == b->taken &&
           a->fault == b->fault && a->code == b->code && a->leaving == b->leaving;
}

static bool is_mail_same(const struct smtp_client *a, const struct smtp_client *b)
{
    return a->mail == b->mail && a->mails == b->mails && a->rcpts == b->rcpts &&
           a->accepted == b->accepted && a->done == b->done && a->cr == b->cr &&
           a->mail_refused == b->mail_refused && a->chunked == b->chunked && a->ended == b->ended &&
           a->params.given == b->params.given && a->authenticated == b->authenticated &&
           a->cancelled == b->cancelled && a->stuff.state == b->stuff.state;
}

static void check_refused(const struct client_play *p, const struct smtp_client *was,
                          enum smtp_fault want, enum smtp_fault got, const char *what)
{
    FUZZ_CHECK(got == want, "caller-mistake", "%s: %s, and not %s", what,
               smtp_fault_row(got)->symbol, smtp_fault_row(want)->symbol);
    bool same = is_edge_same(&was->edge, &p->client.edge) && is_wait_same(was, &p->client) &&
                is_mail_same(was, &p->client);
    FUZZ_CHECK(same, "caller-mistake", "%s: refused as %s, and the session is not as it was", what,
               smtp_fault_row(want)->symbol);
}

/* ---- commands ---- */

static const struct {
    enum smtp_verb verb;
    smtp_span argument;
    enum smtp_fault fault;
} commands[] = {
    {SMTP_V_MAIL, {"", 0}, SMTP_E_VERB},          {SMTP_V_QUIT, {"", 0}, SMTP_E_VERB},
    {SMTP_V_VRFY, {"", 0}, SMTP_E_NO_ARGUMENT},   {SMTP_V_RSET, {"x", 1}, SMTP_E_ARGUMENT},
    {SMTP_V_VRFY, {"joe\rx", 5}, SMTP_E_BARE_CR}, {SMTP_V_EXPN, {"joe\nx", 5}, SMTP_E_BARE_LF},
    {SMTP_V_NOOP, {"joe\0x", 5}, SMTP_E_NUL},     {SMTP_V_HELP, {"joe doe", 7}, SMTP_E_STRING},
    {SMTP_V_VRFY, {"(", 1}, SMTP_E_STRING},       {SMTP_V_VRFY, LONG(507), SMTP_E_LINE_LONG},
};

static void ask_wrong(struct client_play *p, const struct smtp_client *was)
{
    size_t i = ROW_OF(p, commands);
    enum smtp_verb verb = commands[i].verb;
    smtp_span argument = filled(p, commands[i].argument);
    enum smtp_fault fault = smtp_client_command(&p->client, verb, argument);
    check_refused(p, was, commands[i].fault, fault, smtp_verb_name(verb));
}

/* ---- authentication ---- */

/* RFC 4422 3.1 and RFC 4954 4, in the order of smtp/client.h. */
static const struct {
    smtp_span mechanism, initial;
    enum smtp_fault fault;
    bool named; /* a name of a mechanism: what it depends on is what the server offers */
} auths[] = {
    {{"", 0}, {"", 0}, SMTP_E_AUTH_MECHANISM, false},
    {{"login", 5}, {"", 0}, SMTP_E_AUTH_MECHANISM, false},
    {{"X Y", 3}, {"", 0}, SMTP_E_AUTH_MECHANISM, false},
    {{"X[", 2}, {"", 0}, SMTP_E_AUTH_MECHANISM, false},
    {{"X\r\nQUIT", 7}, {"", 0}, SMTP_E_AUTH_MECHANISM, false},
    {{"X-23456789_1234567890", 21}, {"", 0}, SMTP_E_AUTH_MECHANISM, false},
    {{"X-2", 3}, LONG(600), SMTP_E_LINE_LONG, true},
};

static void authenticate_wrong(struct client_play *p, const struct smtp_client *was)
{
    bool offered = (p->client.offered.given & (unsigned)SMTP_KW_AUTH) != 0;
    size_t i = ROW_OF(p, auths);
    enum smtp_fault want = auths[i].fault;
    if (auths[i].named && p->authenticated)
        want = SMTP_E_AUTH_HERE;
    if (auths[i].named && !offered)
        want = SMTP_E_NOT_HERE;
    smtp_span initial = filled(p, auths[i].initial);
    enum smtp_fault fault = smtp_client_auth(&p->client, auths[i].mechanism, true, initial);
    check_refused(p, was, want, fault, "AUTH");
    bool listed = (p->client.offered.mechanisms & (unsigned)SMTP_MECH_CRAM_MD5) != 0;
    if (!offered || listed)
        return;
    fault = smtp_client_auth(&p->client, SMTP_SPAN("CRAM-MD5"), false, SMTP_SPAN(""));
    check_refused(p, was, SMTP_E_AUTH_MECHANISM, fault, "AUTH CRAM-MD5, which is not offered");
}

/* ---- mails ---- */

/* Where a row has no sender, or no recipient, there are good ones. */
static const struct {
    smtp_span sender, rcpt;
    struct smtp_mail_params params;
    struct smtp_rcpt_params rcpt_params;
    enum smtp_fault fault;
} mails[] = {
    {.sender = {"a@c.test>\r\nRCPT TO:<x@y.test", 27}, .fault = SMTP_E_BARE_CR},
    {.sender = {"a\n@c.test", 9}, .fault = SMTP_E_BARE_LF},
    {.sender = {"a\0@c.test", 9}, .fault = SMTP_E_NUL},
    {.sender = {"a@c.test> SIZE=1", 16}, .fault = SMTP_E_TRAILING},
    {.sender = {"@r.test:a@c.test", 16}, .fault = SMTP_E_ROUTE},
    {.sender = {"\xc3\xa9@c.test", 9}, .fault = SMTP_E_LOCAL_PART},
    {.sender = LONG(13000), .fault = SMTP_E_PATH_LONG},
    {.rcpt = {"b@s.test>\r\nDATA", 15}, .fault = SMTP_E_BARE_CR},
    {.rcpt = {"b@", 2}, .fault = SMTP_E_DOMAIN},
    {.rcpt = {"<b@s.test>", 10}, .fault = SMTP_E_LOCAL_PART},
    {.rcpt = {"@r.test:b@s.test", 16}, .fault = SMTP_E_ROUTE},
    {.params = {.given = SMTP_P_ENVID, .envid = {"e\r\nQUIT", 7}}, .fault = SMTP_E_BARE_CR},
    {.params = {.given = SMTP_P_ENVID, .envid = {"e SIZE=1", 8}}, .fault = SMTP_E_PARAM},
    {.params = {.given = SMTP_P_ENVID, .envid = {"e x", 3}}, .fault = SMTP_E_PARAM},
    {.params = {.given = SMTP_P_ENVID, .envid = {"e+", 2}}, .fault = SMTP_E_PARAM_ENVID},
    {.params = {.given = SMTP_P_ENVID, .envid = LONG(3000)}, .fault = SMTP_E_LINE_LONG},
    {.params = {.given = SMTP_P_AUTH, .auth = {"a", 1}}, .fault = SMTP_E_PARAM_AUTH},
    {.params = {.given = SMTP_P_HOLDUNTIL, .hold_until = {"noon", 4}}, .fault = SMTP_E_PARAM_HOLD},
    {.params = {.given = SMTP_P_BY, .by = {.returns = true}}, .fault = SMTP_E_PARAM_BY},
    {.params = {.given = SMTP_P_MT_PRIORITY, .priority = 10}, .fault = SMTP_E_PARAM_PRIORITY},
    {.rcpt_params = {.given = SMTP_P_NOTIFY, .notify = SMTP_NOTIFY_NEVER | SMTP_NOTIFY_DELAY},
     .fault = SMTP_E_PARAM_NOTIFY},
    {.rcpt_params = {.given = SMTP_P_ORCPT, .orcpt_type = {"rfc822", 6}, .orcpt = {"b\n", 2}},
     .fault = SMTP_E_BARE_LF},
    {.rcpt_params = {.given = SMTP_P_ORCPT, .orcpt_type = {"rfc822", 6}, .orcpt = LONG(3000)},
     .fault = SMTP_E_LINE_LONG},
};

static void mail_wrong(struct client_play *p, const struct smtp_client *was)
{
    size_t row = ROW_OF(p, mails);
    struct smtp_rcpt rcpts[] = {{.address = SMTP_SPAN("b@s.test")},
                                {.address = SMTP_SPAN("postmaster")}};
    struct smtp_mail mail = {.sender = filled(p, mails[row].sender),
                             .params = mails[row].params,
                             .rcpts = rcpts,
                             .rcpt_count = 2};
    mail.params.envid = filled(p, mail.params.envid);
    if (mails[row].rcpt.n > 0)
        rcpts[1].address = mails[row].rcpt;
    rcpts[1].params = mails[row].rcpt_params;
    rcpts[1].params.orcpt = filled(p, rcpts[1].params.orcpt);
    bool his = mails[row].rcpt.n > 0 || rcpts[1].params.given != 0;
    size_t rcpt = 7, whose = his ? 1 : SIZE_MAX;
    enum smtp_fault fault = smtp_client_mail(&p->client, &mail, &rcpt);
    check_refused(p, was, mails[row].fault, fault, "mail");
    FUZZ_CHECK(rcpt == whose, "caller-mistake", "mail: %s is said of recipient %zu",
               smtp_fault_row(fault)->symbol, rcpt);
}

static void mail_nobody(struct client_play *p, const struct smtp_client *was)
{
    struct smtp_mail nobody = {.sender = SMTP_SPAN("a@c.test")};
    size_t rcpt;
    check_refused(p, was, SMTP_E_NO_RCPT, smtp_client_mail(&p->client, &nobody, &rcpt), "mail");
}

/* ---- at the wrong time ---- */

static void answer_wrong(struct client_play *p, const struct smtp_client *was,
                         enum smtp_client_event_kind kind)
{
    bool text = kind == SMTP_CE_TEXT, challenge = kind == SMTP_CE_CHALLENGE;
    smtp_span words = challenge ? (smtp_span){p->long_word, sizeof p->long_word} : SMTP_SPAN("u");
    bool taken = smtp_client_respond(&p->client, words);
    check_refused(p, was, SMTP_OK, taken ? SMTP_E_SEQUENCE : SMTP_OK, "respond");
    if (!challenge)
        smtp_client_cancel(&p->client);
    size_t n = smtp_client_text(&p->client, text ? SMTP_SPAN("") : SMTP_SPAN("t"), !text);
    check_refused(p, was, SMTP_OK, n > 0 ? SMTP_E_SEQUENCE : SMTP_OK, "text");
}

void client_make_mistakes(struct client_play *p, const struct smtp_client_event *ev)
{
    const struct smtp_client was = p->client;
    answer_wrong(p, &was, ev->kind);
    if (ev->kind != SMTP_CE_READY)
        return;
    ask_wrong(p, &was);
    authenticate_wrong(p, &was);
    mail_nobody(p, &was);
    mail_wrong(p, &was);
    p->mistake++;
}

/* ---- before there is a session ---- */

/* RFC 5321 4.1.1.1: a domain or an address literal; and the room for the longest lines. */
static const struct {
    const char *name;
    size_t in, out; /* octets too few */
    enum smtp_fault fault;
} set_ups[] = {
    {"c.test", 1, 0, SMTP_E_BUFFER},
    {"c.test", 0, 1, SMTP_E_BUFFER},
    {"", 0, 0, SMTP_E_DOMAIN},
    {"c test", 0, 0, SMTP_E_DOMAIN},
    {"c.test\r\nQUIT", 0, 0, SMTP_E_DOMAIN},
    {"[c.test]", 0, 0, SMTP_E_DOMAIN},
    {"c_test", 0, 0, SMTP_E_DOMAIN},
};

void client_set_up_wrong(struct client_play *p)
{
    size_t i = ROW_OF(p, set_ups);
    struct smtp_client_config config = p->config;
    config.name = set_ups[i].name;
    if (p->long_word[0] == '\0')
        memset(p->long_word, 'a', sizeof p->long_word);
    smtp_room in = {p->in, sizeof p->in - set_ups[i].in};
    smtp_room out = {p->out, sizeof p->out - set_ups[i].out};
    enum smtp_fault fault = smtp_client_init(&p->client, &config, in, out, 0);
    FUZZ_CHECK(fault == set_ups[i].fault, "caller-mistake", "EHLO %s: %s", config.name,
               smtp_fault_row(fault)->symbol);
}
