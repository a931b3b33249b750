#include "oracle/client/play.h"

/* Who calls, and what he wishes. The first wants what every server can give. */

#define TEXT(literal)                                                                              \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

#define PLAIN_LETTER(who, what)                                                                    \
    {                                                                                              \
        .sender = TEXT(who),                                                                       \
        .params = {.given = SMTP_P_SIZE | SMTP_P_RET, .size = 99, .ret = SMTP_RET_HDRS},           \
        .words = " SIZE=99 RET=HDRS", .rcpt_words = "", .text = TEXT(what),                        \
    }

static const struct client_letter with_dsn = {
    .sender = TEXT("a@c.test"),
    .params = {.given = SMTP_P_BODY | SMTP_P_RET | SMTP_P_ENVID | SMTP_P_AUTH | SMTP_P_BY |
                        SMTP_P_MT_PRIORITY,
               .body = SMTP_BODY_8BITMIME,
               .ret = SMTP_RET_FULL,
               .envid = TEXT("e+3D1"),
               .auth = TEXT("<>"),
               .by = {.seconds = 120, .returns = true, .trace = true},
               .priority = -3},
    .words = " BODY=8BITMIME RET=FULL ENVID=e+3D1 AUTH=<> BY=120;RT MT-PRIORITY=-3",
    .rcpt_params = {.given = (unsigned)SMTP_P_NOTIFY | (unsigned)SMTP_P_ORCPT,
                    .notify = (unsigned)SMTP_NOTIFY_SUCCESS | (unsigned)SMTP_NOTIFY_DELAY,
                    .orcpt_type = TEXT("rfc822"),
                    .orcpt = TEXT("b@s.test")},
    .rcpt_words = " NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b@s.test",
    .text = TEXT("caf\xc3\xa9\r\n..\r\n"),
};

/* RFC 8689 5: a bounce goes on without REQUIRETLS. */
static const struct client_letter bounce = {
    .params = {.given = SMTP_P_BODY | SMTP_P_REQUIRETLS, .body = SMTP_BODY_7BIT},
    .words = " BODY=7BIT REQUIRETLS",
    .rcpt_words = "",
    .text = TEXT("no\r\n"),
};

static const struct client_letter in_utf8 = {
    .sender = TEXT("\xc3\xa9@c.test"),
    .params = {.given = SMTP_P_SMTPUTF8 | SMTP_P_REQUIRETLS | SMTP_P_HOLDFOR, .hold_for = 60},
    .words = " SMTPUTF8 REQUIRETLS HOLDFOR=60",
    .rcpt_words = "",
    .text = TEXT("t\r\n"),
};

static const struct client_letter binary = {
    .sender = TEXT("a@c.test"),
    .params = {.given = SMTP_P_BODY | SMTP_P_HOLDUNTIL,
               .body = SMTP_BODY_BINARYMIME,
               .hold_until = TEXT("2027-01-01T00:00:00Z"),
               .hold_until_s = 1798761600},
    .words = " BODY=BINARYMIME HOLDUNTIL=2027-01-01T00:00:00Z",
    .rcpt_words = "",
    .text = TEXT("\n.\n\r\0\xff\r.\r\n.\r\n"),
};

/* Texts that may not go out as they are: RFC 6152 3, 5321 2.3.8. */
static const struct client_letter undeclared = {
    .sender = TEXT("a@c.test"),
    .words = "",
    .rcpt_words = "",
    .text = TEXT("t\r\n\xc3\xa9\r\n"),
    .fault = SMTP_E_NEEDS_8BITMIME,
};
static const struct client_letter bare_lf = {
    .sender = TEXT("a@c.test"),
    .words = "",
    .rcpt_words = "",
    .text = TEXT("t\r\n.\nu\r\n"),
    .fault = SMTP_E_TEXT_BARE_LF,
};
static const struct client_letter large = {
    .sender = TEXT("a@c.test"),
    .params = {.given = SMTP_P_SIZE, .size = 100000},
    .words = " SIZE=100000",
    .rcpt_words = "",
    .text = TEXT("t\r\n"),
};
static const struct client_letter bare_cr = {
    .sender = TEXT("a@c.test"),
    .words = "",
    .rcpt_words = "",
    .text = TEXT("t\r\nu\r"),
    .fault = SMTP_E_TEXT_BARE_CR,
};

static const struct client_letter first = PLAIN_LETTER("a@c.test", "t\r\n.t\r\n.\r\n..\r\nu\r\n");
static const struct client_letter second = PLAIN_LETTER("", "t");

static const struct client_caller callers[] = {
    {.mechanism = TEXT("LOGIN"), .auth = "AUTH LOGIN", .letters = {&first, &second}},
    {.mechanism = TEXT("PLAIN"),
     .has_initial = true,
     .initial = TEXT("\0u\0p"),
     .auth = "AUTH PLAIN AHUAcA==",
     .letters = {&with_dsn, &bounce}},
    {.mechanism = TEXT("X-1"),
     .has_initial = true,
     .auth = "AUTH X-1 =",
     .quits = true,
     .letters = {&in_utf8, &binary}},
    {.mechanism = TEXT("LOGIN"), .auth = "AUTH LOGIN", .letters = {&undeclared, &bare_lf}},
    {.mechanism = TEXT("LOGIN"), .auth = "AUTH LOGIN", .letters = {&large, &bare_cr}},
};

const struct client_caller *client_caller_of(unsigned mode)
{
    return &callers[mode % (sizeof callers / sizeof *callers)];
}
