#include "oracle/server/play.h"

#include <stdio.h>
#include <string.h>

#include "fuzz.h"

static void expect(struct smtp_server *s, const char *octets, unsigned code, uint64_t now_ms)
{
    struct server_talk talk = server_say(s, octets, RECORD_WRITE, now_ms);
    FUZZ_CHECK(talk.replies == 1 && talk.code == code, "transaction-atomicity",
               "after a reset %u replies, %u, to %s", talk.replies, talk.code, octets);
}

static const char *hello_of(const struct smtp_server *s)
{
    return s->config->mode == SMTP_MODE_LMTP ? "LHLO c.example\r\n" : "EHLO c.example\r\n";
}

/* RFC 5321 4.1.1.5 and 4.1.4: RSET and a new EHLO clear the buffers; 4.1.1.4: the end of data too. */
static void reset(struct smtp_server *s, unsigned pick, uint64_t now_ms)
{
    bool greeted = s->state != SMTP_S_START;
    if (greeted && pick % 2 == 0)
        expect(s, "RSET\r\n", 250, now_ms);
    else
        expect(s, hello_of(s), 250, now_ms);
}

/* MAIL and RCPT state reset together: no recipient is left, no sender, and nothing of what MAIL said. */
void server_check_reset(const struct server_seat *seat, unsigned pick, uint64_t now_ms)
{
    static struct server_seat copy;
    if (!seat->server.extended && seat->server.state != SMTP_S_START)
        return; /* behind HELO no parameter was taken */
    server_copy(&copy, seat);
    struct smtp_server *s = &copy.server;
    s->errors = 0;
    s->transactions = 0;
    reset(s, pick, now_ms);
    expect(s, "DATA\r\n", 503, now_ms);
    expect(s, "RCPT TO:<b@s.example>\r\n", 503, now_ms);
    expect(s, "MAIL FROM:<a@c.example>\r\n", 250, now_ms);
    expect(s, "DATA\r\n", 503, now_ms);
    if ((s->config->extensions & (unsigned)SMTP_X_SMTPUTF8) != 0)
        expect(s, "RCPT TO:<\xc3\xa9@s.example>\r\n", 553, now_ms);
    expect(s, "RCPT TO:<b@s.example>\r\n", 250, now_ms);
    expect(s, "DATA\r\n", 354, now_ms);
    expect(s, "x\r\n.\r\n", 250, now_ms); /* one recipient, so in LMTP too one reply */
    expect(s, "RCPT TO:<b@s.example>\r\n", 503, now_ms);
}
