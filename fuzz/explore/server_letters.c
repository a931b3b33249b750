#include "explore/server_model.h"

/* NOLINTBEGIN(bugprone-macro-parentheses): literals are joined, and fields named */
#define LINE(verb_, form_, text)                                                                   \
    .name = text, .octets = text "\r\n", .n = sizeof(text "\r\n") - 1, .verb = SMTP_V_##verb_,     \
    .form = FORM_##form_
#define CHUNK(text, form_, data)                                                                   \
    .name = text, .octets = text "\r\n" data, .n = sizeof(text "\r\n" data) - 1,                   \
    .verb = SMTP_V_BDAT, .form = FORM_##form_
#define MARK(text, kind_) .name = text, .kind = LETTER_##kind_
/* NOLINTEND(bugprone-macro-parentheses) */

#define X50 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X500 X50 X50 X50 X50 X50 X50 X50 X50 X50 X50

/* All verbs, in good and in bad form; lines that are no commands; chunks; what is no line. */
/* clang-format off */
const struct letter server_letters[] = {
    {MARK("@connect", CONNECT)},
    {LINE(EHLO, GOOD, "EHLO c.test")}, {LINE(EHLO, BAD, "EHLO")},
    {LINE(HELO, GOOD, "HELO c.test")}, {LINE(HELO, BAD, "HELO c..test")},
    {LINE(LHLO, GOOD, "LHLO c.test")}, {LINE(LHLO, BAD, "LHLO")},
    {LINE(MAIL, GOOD, "MAIL FROM:<a@c.test>")}, {LINE(MAIL, GOOD, "MAIL FROM:<>")},
    {LINE(MAIL, BAD, "MAIL FROM:a@c.test")}, {LINE(MAIL, BAD, "MAIL FROM:<a@c.test> X=1")},
    {LINE(MAIL, BAD, "MAIL")},
    {LINE(MAIL, GOOD, "MAIL FROM:<a@c.test> BODY=8BITMIME"), .needs = SMTP_X_8BITMIME, .body = SMTP_BODY_8BITMIME},
    {LINE(MAIL, GOOD, "MAIL FROM:<a@c.test> BODY=BINARYMIME"), .needs = SMTP_X_BINARYMIME, .body = SMTP_BODY_BINARYMIME},
    {LINE(MAIL, GOOD, "MAIL FROM:<\xc3\xbc@c.test> SMTPUTF8"), .needs = SMTP_X_SMTPUTF8, .utf8 = true},
    {LINE(MAIL, BAD, "MAIL FROM:<\xc3\xbc@c.test>")},
    {LINE(MAIL, BAD, "MAIL FROM:<a@c.test> SIZE=99999")},
    {LINE(RCPT, GOOD, "RCPT TO:<b@s.test>")}, {LINE(RCPT, GOOD, "RCPT TO:<Postmaster>")},
    {LINE(RCPT, BAD, "RCPT TO:b@s.test")}, {LINE(RCPT, BAD, "RCPT TO:<>")},
    {LINE(RCPT, UTF8, "RCPT TO:<\xc3\xbc@s.test>")},
    {LINE(DATA, GOOD, "DATA")}, {LINE(DATA, BAD, "DATA x")},
    {CHUNK("BDAT 3", GOOD, "x\r\n"), .octets_behind = true},
    {CHUNK("BDAT 3 LAST", LAST, "x\r\n"), .octets_behind = true},
    {CHUNK("BDAT 0 LAST", LAST, "")}, {LINE(BDAT, BAD, "BDAT x")},
    {LINE(RSET, GOOD, "RSET")}, {LINE(RSET, BAD, "RSET x")},
    {LINE(VRFY, GOOD, "VRFY joe")}, {LINE(VRFY, BAD, "VRFY")},
    {LINE(EXPN, GOOD, "EXPN list")}, {LINE(EXPN, BAD, "EXPN")},
    {LINE(HELP, GOOD, "HELP")}, {LINE(HELP, BAD, "HELP \"")},
    {LINE(NOOP, GOOD, "NOOP")}, {LINE(NOOP, BAD, "NOOP \"")},
    {LINE(QUIT, GOOD, "QUIT")}, {LINE(QUIT, BAD, "QUIT x")},
    {LINE(STARTTLS, GOOD, "STARTTLS"), .needs = SMTP_X_STARTTLS}, {LINE(STARTTLS, BAD, "STARTTLS x")},
    {LINE(AUTH, GOOD, "AUTH PLAIN AGEAYg=="), .needs = SMTP_X_AUTH},
    {LINE(AUTH, GOOD, "AUTH LOGIN"), .needs = SMTP_X_AUTH},
    {LINE(AUTH, BAD, "AUTH X-OTHER"), .needs = SMTP_X_AUTH}, {LINE(AUTH, BAD, "AUTH PLAIN !")}, {LINE(AUTH, BAD, "AUTH")},
    {LINE(ETRN, BAD, "ETRN c.test")}, {LINE(TURN, BAD, "TURN")}, {LINE(UNKNOWN, BAD, "FOO")},
    {LINE(UNKNOWN, DOT, ".")}, {LINE(UNKNOWN, BAD, "..")}, {LINE(UNKNOWN, BAD, "")},
    {LINE(UNKNOWN, BAD, "*")}, {LINE(RESPONSE, BAD, "dQ==")},
    {LINE(UNKNOWN, BAD, "NOOP\0x")}, {LINE(UNKNOWN, BAD, "RSET\nRSET")}, {LINE(UNKNOWN, BAD, "RSET\rRSET")},
    {.name = "a line too long", .octets = "NOOP " X500 X500 X500 "\r\n", .n = sizeof("NOOP " X500 X500 X500 "\r\n") - 1,
     .verb = SMTP_V_UNKNOWN, .form = FORM_BAD},
    {MARK("@tls", TLS)}, {MARK("@tls-fails", TLS_FAILS)}, {MARK("@late", LATE)}, {MARK("@close", END)},
    {MARK("@stop", STOP)},
};
/* clang-format on */

const size_t server_letter_count = sizeof server_letters / sizeof *server_letters;
