#include "oracle/server/play.h"

#include <stdio.h>
#include <string.h>

#include "fuzz.h"

#define ANY                                                                                        \
    (SMTP_S_START | SMTP_S_READY | SMTP_S_MAIL | SMTP_S_RCPT | SMTP_S_CHUNKS | SMTP_S_FAILED)
#define NO_MAIL (SMTP_S_START | SMTP_S_READY)
#define TRANSACTION (SMTP_S_MAIL | SMTP_S_RCPT | SMTP_S_CHUNKS | SMTP_S_FAILED)
#define ENVELOPE (SMTP_S_MAIL | SMTP_S_RCPT)

/*
 * RFC 5321 4.1.4: a command that fails leaves the session as it was; 4.1.1.6 to 4.1.1.9: these change
 * nothing anyway. Of what fails a chunk (RFC 3030 2) nothing is here.
 */
static const struct {
    const char *octets;
    unsigned states; /* in which it changes nothing */
    bool refused;    /* by the application */
} inserts[] = {
    {"NOOP\r\n", ANY, false},
    {"VRFY joe\r\n", ANY, false},
    {"EXPN list\r\n", ANY, false},
    {"HELP\r\n", ANY, false},
    {"XYZZY\r\n", ANY, false},
    {"\r\n", ANY, false},
    {"NOOP\n\r\n", ANY, false},
    {"RSET now\r\n", ANY & ~(unsigned)SMTP_S_START, false},
    {"QUIT now\r\n", ANY, false},
    {"EHLO [\r\n", ANY, false},
    {"LHLO [\r\n", ANY, false},
    {"HELO\r\n", ANY, false},
    {"ETRN x\r\n", ANY, false},
    {"TURN\r\n", ANY, false},
    {"STARTTLS x\r\n", ANY, false},
    {"MAIL FROM:<x@y.example>\r\n", TRANSACTION, false},
    {"MAIL FROM:<>\r\n", TRANSACTION, false},
    {"MAIL FROM:<x@y.example> BODY=8BITMIME\r\n", TRANSACTION | SMTP_S_START, false},
    {"MAIL FROM:<x@y.example> BODY=BINARYMIME SMTPUTF8\r\n", ANY, true},
    {"MAIL FROM:<x@y.example> XYZ=1\r\n", ANY, false},
    {"MAIL FROM:<x\r\n", ANY, false},
    {"RCPT TO:<x@y.example>\r\n", NO_MAIL, false},
    {"RCPT TO:<x@y.example>\r\n", ENVELOPE, true},
    {"RCPT TO:<x@\r\n", ANY, false},
    {"RCPT TO:<>\r\n", ANY, false},
    {"DATA\r\n", NO_MAIL | SMTP_S_MAIL, false},
    {"DATA\r\n", SMTP_S_RCPT, true},
    {"DATA x\r\n", ANY & ~(unsigned)(SMTP_S_CHUNKS | SMTP_S_FAILED), false},
    {"AUTH PLAIN AHUAcA==\r\n", TRANSACTION | SMTP_S_START, false},
    {"AUTH PLAIN AHUAcA==\r\n", SMTP_S_READY, true},
    {"AUTH XYZ\r\n", ANY, false},
};
enum { INSERTS = sizeof inserts / sizeof *inserts };

static bool has_counts_left(const struct smtp_server *s)
{
    const struct smtp_limits *l = s->limits;
    return (l->errors == 0 || s->errors < l->errors) &&
           (l->transactions == 0 || s->transactions < l->transactions) &&
           (l->auth_tries == 0 || s->auth_failures < l->auth_tries);
}

/* What counts refusals and time is put back: of those one more is one more. */
void server_insert(struct smtp_server *s, unsigned pick, uint64_t now_ms)
{
    unsigned i = pick % INSERTS, tried = 0;
    for (; (inserts[i].states & (unsigned)s->state) == 0 && tried < INSERTS; tried++)
        i = (i + 1) % INSERTS;
    if (tried == INSERTS || !has_counts_left(s))
        return;
    unsigned errors = s->errors, failures = s->auth_failures;
    size_t transactions = s->transactions;
    uint64_t since_ms = s->since_ms, deadline_ms = s->edge.deadline_ms;
    bool restart = s->restart;
    struct server_talk talk =
        server_say(s, inserts[i].octets, inserts[i].refused ? RECORD_REFUSE : RECORD_WRITE, now_ms);
    FUZZ_CHECK(talk.replies == 1, "reply-accounting", "%u replies to %s", talk.replies,
               inserts[i].octets);
    s->errors = errors;
    s->auth_failures = failures;
    s->transactions = transactions;
    s->since_ms = since_ms;
    s->edge.deadline_ms = deadline_ms;
    s->restart = restart;
}
