#include <string.h>

#include "check_main.h"
#include "client_golden.h"

static const struct smtp_client_config plain = {.name = "c.test", .tls = SMTP_TLS_NEVER};
static const struct smtp_client_config bold = {
    .name = "c.test", .tls = SMTP_TLS_NEVER, .just_send_8 = true};

static const struct client_golden rows[] = {
    /* all that is offered */
    {.clause = "5321-4.1.1.11",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_MAIL,
                .sender = "a@c.test",
                .rcpts = "b@s.test",
                .text = {"x\r\n", sizeof "x\r\n" - 1},
                .params = {.given = SMTP_P_SIZE | SMTP_P_BODY | SMTP_P_RET | SMTP_P_ENVID |
                                    SMTP_P_AUTH | SMTP_P_BY | SMTP_P_HOLDFOR | SMTP_P_MT_PRIORITY |
                                    SMTP_P_SMTPUTF8,
                           .size = 99,
                           .body = SMTP_BODY_8BITMIME,
                           .ret = SMTP_RET_HDRS,
                           .envid = {"e+2B1", 5},
                           .auth = {"<>", 2},
                           .by = {.seconds = 60, .returns = true},
                           .hold_for = 5,
                           .priority = 3},
                .rcpt_params = {.given = SMTP_P_NOTIFY | SMTP_P_ORCPT,
                                .notify = SMTP_NOTIFY_SUCCESS | SMTP_NOTIFY_DELAY,
                                .orcpt_type = {"rfc822", 6},
                                .orcpt = {"b@t.test", 8}}}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250-SIZE "
                           "1000\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n250-AUTH "
                           "PLAIN\r\n250-DELIVERBY\r\n250-MT-PRIORITY\r\n250-FUTURERELEASE 86400 "
                           "2030-01-01T00:00:00Z\r\n250 REQUIRETLS\r\n250 ok\r\n250 ok\r\n354 "
                           "go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS
     "S: 250-SIZE 1000\n"
     "S: 250-8BITMIME\n"
     "S: 250-SMTPUTF8\n"
     "S: 250-DSN\n"
     "S: 250-AUTH PLAIN\n"
     "S: 250-DELIVERBY\n"
     "S: 250-MT-PRIORITY\n"
     "S: 250-FUTURERELEASE 86400 2030-01-01T00:00:00Z\n"
     "S: 250 REQUIRETLS\n"
     "READY\n"
     "C: MAIL FROM:<a@c.test> SIZE=99 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=e+2B1 AUTH=<> "
     "BY=60;R HOLDFOR=5 MT-PRIORITY=3\n"
     "S: 250 ok\n"
     "C: RCPT TO:<b@s.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b@t.test\n"
     "S: 250 ok\n"
     "RCPT 0 250 ok\n" LOG_DATA LOG_SENT LOG_BYE},
    /* left out where it is not */
    {.clause = "5321-4.1.1.11",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_MAIL,
                .sender = "a@c.test",
                .rcpts = "b@s.test",
                .text = {"x\r\n", sizeof "x\r\n" - 1},
                .params = {.given = SMTP_P_SIZE | SMTP_P_BODY | SMTP_P_RET | SMTP_P_ENVID |
                                    SMTP_P_AUTH | SMTP_P_BY | SMTP_P_MT_PRIORITY,
                           .size = 99,
                           .body = SMTP_BODY_7BIT,
                           .ret = SMTP_RET_HDRS,
                           .envid = {"e+2B1", 5},
                           .auth = {"<>", 2},
                           .by = {.seconds = 60, .returns = true},
                           .hold_for = 5,
                           .priority = 3},
                .rcpt_params = {.given = SMTP_P_NOTIFY | SMTP_P_ORCPT,
                                .notify = SMTP_NOTIFY_SUCCESS | SMTP_NOTIFY_DELAY,
                                .orcpt_type = {"rfc822", 6},
                                .orcpt = {"b@t.test", 8}}}},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: x\\r\\n.\\r\\n\n"
                                      "S: 250 ok\n"
                                      "DONE DELIVERED 250 left out 1211, DELIVERED 250\n" LOG_BYE},
    /* SMTPUTF8 has no way around */
    {.clause = "6531-3.2",
     .config = &plain,
     .call_count = 2,
     .calls = {{.what = CLIENT_MAIL,
                .sender = "a@c.test",
                .rcpts = "b@s.test",
                .text = {"x\r\n", sizeof "x\r\n" - 1},
                .params = {.given = SMTP_P_SMTPUTF8}},
               CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 8BITMIME\r\n250 ok\r\n250 ok\r\n354 "
                           "go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 8BITMIME\n"
                      "READY\n"
                      "DONE NEVER NEEDS_UTF8, NEVER\n"
                      "READY\n" LOG_RCPT LOG_DATA LOG_SENT LOG_BYE},
    {.clause = "4865-4",
     .config = &plain,
     .call_count = 2,
     .calls = {{.what = CLIENT_MAIL,
                .sender = "a@c.test",
                .rcpts = "b@s.test",
                .text = {"x\r\n", sizeof "x\r\n" - 1},
                .params = {.given = SMTP_P_HOLDFOR, .hold_for = 9}},
               CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 SIZE\r\n250 ok\r\n250 ok\r\n354 "
                           "go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 SIZE\n"
                      "READY\n"
                      "DONE NEVER NEEDS_HOLD, NEVER\n"
                      "READY\n" LOG_RCPT LOG_DATA LOG_SENT LOG_BYE},
    {.clause = "4865-4",
     .config = &plain,
     .call_count = 2,
     .calls = {{.what = CLIENT_MAIL,
                .sender = "a@c.test",
                .rcpts = "b@s.test",
                .text = {"x\r\n", sizeof "x\r\n" - 1},
                .params = {.given = SMTP_P_HOLDUNTIL, .hold_until = {"2030-01-01T00:00:00Z", 20}}},
               CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 SIZE\r\n250 ok\r\n250 ok\r\n354 "
                           "go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 SIZE\n"
                      "READY\n"
                      "DONE NEVER NEEDS_HOLD, NEVER\n"
                      "READY\n" LOG_RCPT LOG_DATA LOG_SENT LOG_BYE},
    /* REQUIRETLS offered in clear is no offer */
    {.clause = "8689-4.2.1",
     .config = &plain,
     .call_count = 2,
     .calls = {{.what = CLIENT_MAIL,
                .sender = "a@c.test",
                .rcpts = "b@s.test",
                .text = {"x\r\n", sizeof "x\r\n" - 1},
                .params = {.given = SMTP_P_REQUIRETLS}},
               CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 REQUIRETLS\r\n250 ok\r\n250 ok\r\n354 "
                           "go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 REQUIRETLS\n"
                      "READY\n"
                      "DONE NEVER NEEDS_TLS, NEVER\n"
                      "READY\n" LOG_RCPT LOG_DATA LOG_SENT LOG_BYE},
    {.clause = "6152-3",
     .config = &plain,
     .call_count = 2,
     .calls = {{.what = CLIENT_MAIL,
                .sender = "a@c.test",
                .rcpts = "b@s.test",
                .text = {"x\r\n", sizeof "x\r\n" - 1},
                .params = {.given = SMTP_P_BODY, .body = SMTP_BODY_8BITMIME}},
               CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 SIZE\r\n250 ok\r\n250 ok\r\n354 "
                           "go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 SIZE\n"
                      "READY\n"
                      "DONE NEVER NEEDS_8BITMIME, NEVER\n"
                      "READY\n" LOG_RCPT LOG_DATA LOG_SENT LOG_BYE},
    /* larger than the server takes */
    {.clause = "1870-6.1",
     .config = &plain,
     .call_count = 2,
     .calls = {{.what = CLIENT_MAIL,
                .sender = "a@c.test",
                .rcpts = "b@s.test",
                .text = {"x\r\n", sizeof "x\r\n" - 1},
                .params = {.given = SMTP_P_SIZE, .size = 1001}},
               CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 SIZE 1000\r\n250 ok\r\n250 ok\r\n354 "
                           "go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 SIZE 1000\n"
                      "READY\n"
                      "DONE NEVER SIZE_DECLARED, NEVER\n"
                      "READY\n" LOG_RCPT LOG_DATA LOG_SENT LOG_BYE},
    {.clause = "1870-6.1",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_MAIL,
                .sender = "a@c.test",
                .rcpts = "b@s.test",
                .text = {"x\r\n", sizeof "x\r\n" - 1},
                .params = {.given = SMTP_P_SIZE, .size = 1000}}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 SIZE 1000\r\n250 ok\r\n250 ok\r\n354 "
                           "go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 SIZE 1000\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test> SIZE=1000\n"
                      "S: 250 ok\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "S: 250 ok\n"
                      "RCPT 0 250 ok\n" LOG_DATA LOG_SENT LOG_BYE},
    /* 0: no limit */
    {.clause = "1870-6.1",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_MAIL,
                .sender = "a@c.test",
                .rcpts = "b@s.test",
                .text = {"x\r\n", sizeof "x\r\n" - 1},
                .params = {.given = SMTP_P_SIZE, .size = 1000000}}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 SIZE 0\r\n250 ok\r\n250 ok\r\n354 "
                           "go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 SIZE 0\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test> SIZE=1000000\n"
                      "S: 250 ok\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "S: 250 ok\n"
                      "RCPT 0 250 ok\n" LOG_DATA LOG_SENT LOG_BYE},
    {.clause = "8689-4.2.1",
     .config = &plain,
     .secure = true,
     .call_count = 1,
     .calls = {{.what = CLIENT_MAIL,
                .sender = "a@c.test",
                .rcpts = "b@s.test",
                .text = {"x\r\n", sizeof "x\r\n" - 1},
                .params = {.given = SMTP_P_REQUIRETLS}}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 REQUIRETLS\r\n250 ok\r\n250 ok\r\n354 "
                           "go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 REQUIRETLS\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test> REQUIRETLS\n"
                      "S: 250 ok\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "S: 250 ok\n"
                      "RCPT 0 250 ok\n" LOG_DATA LOG_SENT LOG_BYE},
    {.clause = "8689-4.2.1",
     .config = &plain,
     .secure = true,
     .call_count = 1,
     .calls = {{.what = CLIENT_MAIL,
                .sender = "a@c.test",
                .rcpts = "b@s.test",
                .text = {"x\r\n", sizeof "x\r\n" - 1},
                .params = {.given = SMTP_P_REQUIRETLS}}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n221 bye\r\n")},
     .log = LOG_MET "DONE NEVER NEEDS_TLS, NEVER\n" LOG_BYE},
    /* with a null path it goes all the same, in clear if it must */
    {.clause = "8689-5",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_MAIL,
                .sender = "",
                .rcpts = "b@s.test",
                .text = {"x\r\n", sizeof "x\r\n" - 1},
                .params = {.given = SMTP_P_REQUIRETLS}}},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET "C: MAIL FROM:<>\n"
                    "S: 250 ok\n"
                    "C: RCPT TO:<b@s.test>\n"
                    "S: 250 ok\n"
                    "RCPT 0 250 ok\n" LOG_DATA "T: x\\r\\n.\\r\\n\n"
                    "S: 250 ok\n"
                    "DONE DELIVERED 250 left out 64, DELIVERED 250\n" LOG_BYE},
    /* sent all the same */
    {.clause = "6152-3",
     .config = &bold,
     .call_count = 1,
     .calls = {{.what = CLIENT_MAIL,
                .sender = "a@c.test",
                .rcpts = "b@s.test",
                .text = {"\xe4\r\n", sizeof "\xe4\r\n" - 1},
                .params = {.given = SMTP_P_BODY, .body = SMTP_BODY_8BITMIME}}},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: \\xe4\\r\\n.\\r\\n\n"
                                      "S: 250 ok\n"
                                      "DONE DELIVERED 250 left out 2, DELIVERED 250\n" LOG_BYE},
    {.clause = "6152-3",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_MAIL,
                .sender = "a@c.test",
                .rcpts = "b@s.test",
                .text = {"\xe4\r\n", sizeof "\xe4\r\n" - 1},
                .params = {.given = SMTP_P_BODY, .body = SMTP_BODY_8BITMIME}}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 8BITMIME\r\n250 ok\r\n250 ok\r\n354 "
                           "go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 8BITMIME\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test> BODY=8BITMIME\n"
                      "S: 250 ok\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "S: 250 ok\n"
                      "RCPT 0 250 ok\n" LOG_DATA "T: \\xe4\\r\\n.\\r\\n\n"
                      "S: 250 ok\n"
                      "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    {.clause = "6531-3.3",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_MAIL,
                .sender = "\xc3\xa4@c.test",
                .rcpts = "\xc3\xb6@s.test",
                .text = {"x\r\n", sizeof "x\r\n" - 1},
                .params = {.given = SMTP_P_SMTPUTF8}}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n250 "
                           "ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250-8BITMIME\n"
                      "S: 250 SMTPUTF8\n"
                      "READY\n"
                      "C: MAIL FROM:<\\xc3\\xa4@c.test> SMTPUTF8\n"
                      "S: 250 ok\n"
                      "C: RCPT TO:<\\xc3\\xb6@s.test>\n"
                      "S: 250 ok\n"
                      "RCPT 0 250 ok\n" LOG_DATA LOG_SENT LOG_BYE},
};

START_TEST(test_rows)
{
    const char *wrong = client_golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s: row %d\n%s\nand not\n%s", rows[_i].clause, _i, wrong,
                  rows[_i].log);
}
END_TEST

/* ---- refused by name, and nothing said ---- */

static const char secret[] =
    "0123456789012345678901234567890123456789012345678901234567890123456789"
    "0123456789012345678901234567890123456789";
static const struct {
    const char *clause;
    smtp_span sender, rcpt;
    struct smtp_mail_params params;
    struct smtp_rcpt_params rcpt_params;
    enum smtp_fault fault;
    bool of_rcpt;
} refusals[] = {
    {"5321-2.3.8", {"a@c.test\r", 9}, {"b@s.test", 8}, {0}, {0}, SMTP_E_BARE_CR, false},
    {"5321-2.3.8",
     {"a@c.test>\r\nRCPT TO:<x@y", 23},
     {"b@s.test", 8},
     {0},
     {0},
     SMTP_E_BARE_CR,
     false},
    {"5321-2.3.8", {"a\n@c.test", 9}, {"b@s.test", 8}, {0}, {0}, SMTP_E_BARE_LF, false},
    {"5321-4.1.2", {"a\0@c.test", 9}, {"b@s.test", 8}, {0}, {0}, SMTP_E_NUL, false},
    {"5321-2.3.8", {"", 0}, {"b@s.test\r\n", 10}, {0}, {0}, SMTP_E_BARE_CR, true},
    {"5321-2.3.8", {"", 0}, {"b@s.test\n", 9}, {0}, {0}, SMTP_E_BARE_LF, true},
    {"5321-4.1.2", {"", 0}, {"b@s.test\0", 9}, {0}, {0}, SMTP_E_NUL, true},
    {"5321-4.1.2", {"a", 1}, {"b@s.test", 8}, {0}, {0}, SMTP_E_AT, false},
    {"5321-4.1.2", {"a@c.test> X=1", 13}, {"b@s.test", 8}, {0}, {0}, SMTP_E_TRAILING, false},
    {"5321-4.1.2", {"", 0}, {"", 0}, {0}, {0}, SMTP_E_PATH_NULL, true},
    {"5321-3.6.1", {"", 0}, {"@r.test:b@s.test", 16}, {0}, {0}, SMTP_E_ROUTE, true},
    {"6531-3.3", {"\xc3\xa4@c.test", 9}, {"b@s.test", 8}, {0}, {0}, SMTP_E_LOCAL_PART, false},
    {"3461-4.4",
     {"", 0},
     {"b@s.test", 8},
     {.given = SMTP_P_ENVID, .envid = {"a b", 3}},
     {0},
     SMTP_E_PARAM,
     false},
    {"3461-4.4",
     {"", 0},
     {"b@s.test", 8},
     {.given = SMTP_P_ENVID, .envid = {"a SIZE=1", 8}},
     {0},
     SMTP_E_PARAM,
     false},
    {"3461-4.2",
     {"", 0},
     {"b@s.test", 8},
     {0},
     {.given = SMTP_P_ORCPT, .orcpt_type = {"rfc822", 6}, .orcpt = {"b NOTIFY=NEVER", 14}},
     SMTP_E_PARAM,
     true},
    {"5321-2.3.8",
     {"", 0},
     {"b@s.test", 8},
     {.given = SMTP_P_ENVID, .envid = {"a\r\nb", 4}},
     {0},
     SMTP_E_BARE_CR,
     false},
    {"3461-4.4",
     {"", 0},
     {"b@s.test", 8},
     {.given = SMTP_P_ENVID, .envid = {secret, 101}},
     {0},
     SMTP_E_PARAM_ENVID,
     false},
    {"3461-4.2",
     {"", 0},
     {"b@s.test", 8},
     {0},
     {.given = SMTP_P_ORCPT, .orcpt_type = {"rfc822", 6}, .orcpt = {"b\n", 2}},
     SMTP_E_BARE_LF,
     true},
    {"3461-4.2",
     {"", 0},
     {"b@s.test", 8},
     {0},
     {.given = SMTP_P_ORCPT, .orcpt_type = {"r", 1}, .orcpt = {"+", 1}},
     SMTP_E_PARAM_ORCPT,
     true},
};

/* A session that is READY, with nothing in its output. */
static void make_ready(struct smtp_client *c)
{
    static char in[SMTP_CLIENT_IN_MIN], out[SMTP_CLIENT_OUT_MIN];
    static const char hello[] = "220 x\r\n250 x\r\n";
    struct smtp_client_event ev;
    ck_assert_int_eq(
        smtp_client_init(c, &plain, (smtp_room){in, sizeof in}, (smtp_room){out, sizeof out}, 0),
        SMTP_OK);
    memcpy(smtp_edge_room(&c->edge).p, hello, sizeof hello - 1);
    smtp_edge_got(&c->edge, sizeof hello - 1);
    while (smtp_client_next(c, 0, &ev) || smtp_client_next(c, 0, &ev))
        ck_assert_int_ne(ev.kind, SMTP_CE_CLOSED);
    smtp_edge_sent(&c->edge, c->edge.out_len);
    ck_assert(smtp_client_next(c, 0, &ev));
    ck_assert_int_eq(ev.kind, SMTP_CE_READY);
}

START_TEST(test_refusals)
{
    struct smtp_client c;
    struct smtp_rcpt rcpts[2] = {
        {.address = {"good@s.test", 11}},
        {.address = refusals[_i].rcpt, .params = refusals[_i].rcpt_params}};
    struct smtp_mail mail = {.sender = refusals[_i].sender,
                             .params = refusals[_i].params,
                             .rcpts = rcpts,
                             .rcpt_count = 2};
    size_t rcpt = 99;
    make_ready(&c);
    enum smtp_fault fault = smtp_client_mail(&c, &mail, &rcpt);
    ck_assert_msg(fault == refusals[_i].fault, "%s: %s", refusals[_i].clause,
                  smtp_fault_row(fault)->symbol);
    ck_assert_uint_eq(rcpt, refusals[_i].of_rcpt ? 1 : SIZE_MAX);
    ck_assert_uint_eq(c.edge.out_len, 0);
    mail = (struct smtp_mail){.rcpts = rcpts, .rcpt_count = 1}; /* and then a good one */
    ck_assert_int_eq(smtp_client_mail(&c, &mail, &rcpt), SMTP_OK);
}
END_TEST

START_TEST(test_long_values)
{
    static char local[70000];
    struct smtp_client c;
    struct smtp_rcpt rcpt = {.address = {local, sizeof local}};
    struct smtp_mail mail = {.rcpts = &rcpt, .rcpt_count = 1};
    size_t at;
    memset(local, 'x', sizeof local);
    make_ready(&c);
    ck_assert_int_eq(smtp_client_mail(&c, &mail, &at), SMTP_E_PATH_LONG);
    rcpt.address.n = 65;
    size_t end = 65 - 7;
    smtp_room_put((smtp_room){local, sizeof local}, &end, SMTP_SPAN("@s.test"));
    ck_assert_int_eq(smtp_client_mail(&c, &mail, &at), SMTP_OK);
    make_ready(&c);
    rcpt.address.n = 65 + 7;
    memset(local, 'x', sizeof local);
    smtp_room_put((smtp_room){local, sizeof local}, &end, SMTP_SPAN("@s.test"));
    ck_assert_int_eq(smtp_client_mail(&c, &mail, &at), SMTP_E_LOCAL_LONG);
    rcpt.address = SMTP_SPAN("b@s.test");
    rcpt.params = (struct smtp_rcpt_params){
        .given = SMTP_P_ORCPT, .orcpt_type = {"x", 1}, .orcpt = {local, 65000}};
    ck_assert_int_eq(smtp_client_mail(&c, &mail, &at), SMTP_E_LINE_LONG);
    rcpt.params.given = 0;
    mail.params = (struct smtp_mail_params){.given = SMTP_P_AUTH, .auth = {local, 65000}};
    ck_assert_int_eq(smtp_client_mail(&c, &mail, &at), SMTP_E_LINE_LONG);
    mail.params.given = 0;
    mail.rcpt_count = 0;
    ck_assert_int_eq(smtp_client_mail(&c, &mail, &at), SMTP_E_NO_RCPT);
    ck_assert_uint_eq(c.edge.out_len, 0);
}
END_TEST

static const struct {
    const char *clause;
    enum smtp_verb verb;
    smtp_span argument;
    enum smtp_fault fault;
} commands[] = {
    {"5321-4.1.1.6", SMTP_V_VRFY, {"joe", 3}, SMTP_OK},
    {"5321-4.1.1.6", SMTP_V_VRFY, {"\"joe doe\"", 9}, SMTP_OK},
    {"5321-4.1.1.6", SMTP_V_VRFY, {"", 0}, SMTP_E_NO_ARGUMENT},
    {"5321-4.1.1.6", SMTP_V_VRFY, {"joe doe", 7}, SMTP_E_STRING},
    {"5321-4.1.1.6", SMTP_V_VRFY, {"@", 1}, SMTP_E_STRING},
    {"5321-4.1.1.7", SMTP_V_EXPN, {"", 0}, SMTP_E_NO_ARGUMENT},
    {"5321-2.3.8", SMTP_V_EXPN, {"a\r\nQUIT", 7}, SMTP_E_BARE_CR},
    {"5321-2.3.8", SMTP_V_NOOP, {"a\nb", 3}, SMTP_E_BARE_LF},
    {"5321-4.1.2", SMTP_V_HELP, {"a\0", 2}, SMTP_E_NUL},
    {"5321-4.1.1.8", SMTP_V_HELP, {"", 0}, SMTP_OK},
    {"5321-4.1.1.9", SMTP_V_NOOP, {"", 0}, SMTP_OK},
    {"5321-4.1.1.5", SMTP_V_RSET, {"", 0}, SMTP_OK},
    {"5321-4.1.1.5", SMTP_V_RSET, {"x", 1}, SMTP_E_ARGUMENT},
    {"5321-4.1.1.2", SMTP_V_MAIL, {"", 0}, SMTP_E_VERB},
    {"5321-4.1.1.10", SMTP_V_QUIT, {"", 0}, SMTP_E_VERB},
    {"3207-4", SMTP_V_STARTTLS, {"", 0}, SMTP_E_VERB},
    {"5321-F.1", SMTP_V_TURN, {"", 0}, SMTP_E_VERB},
};

START_TEST(test_commands)
{
    struct smtp_client c;
    make_ready(&c);
    enum smtp_fault fault = smtp_client_command(&c, commands[_i].verb, commands[_i].argument);
    ck_assert_msg(fault == commands[_i].fault, "%s: %s", commands[_i].clause,
                  smtp_fault_row(fault)->symbol);
    ck_assert((c.edge.out_len > 0) == (fault == SMTP_OK));
}
END_TEST

/* RFC 5321 4.5.3.1.4 */
START_TEST(test_long_command)
{
    static char text[600];
    struct smtp_client c;
    memset(text, 'x', sizeof text);
    make_ready(&c);
    ck_assert_int_eq(smtp_client_command(&c, SMTP_V_NOOP, (smtp_span){text, 506}),
                     SMTP_E_LINE_LONG);
    ck_assert_int_eq(smtp_client_command(&c, SMTP_V_NOOP, (smtp_span){text, 505}), SMTP_OK);
    ck_assert_uint_eq(c.edge.out_len, 512);
}
END_TEST

static Suite *refuse_suite(void)
{
    Suite *suite = suite_create("client_refuse");
    TCase *tcase = tcase_create("rows");
    tcase_add_loop_test(tcase, test_rows, 0, sizeof rows / sizeof *rows);
    tcase_add_loop_test(tcase, test_refusals, 0, sizeof refusals / sizeof *refusals);
    tcase_add_test(tcase, test_long_values);
    tcase_add_loop_test(tcase, test_commands, 0, sizeof commands / sizeof *commands);
    tcase_add_test(tcase, test_long_command);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(refuse_suite)
