#include "oracle/client/play.h"

#include <string.h>

/* ---- asked: what was sent, read again ---- */

enum { SILENT, GREETED, OPEN, ADDRESSED, TEXT, CHUNKS, LAST, OVER };

struct reader {
    const struct client_play *play;
    smtp_span rest;
    int state;
    unsigned mails;
    char text[64]; /* of the mail, dots undone */
    size_t text_n;
    unsigned ends; /* texts that were sent to their end */
};

static bool is(smtp_span line, const char *text)
{
    return smtp_span_is(line, smtp_span_of(text));
}

static bool begins(smtp_span line, const char *text)
{
    size_t n = strlen(text);
    return line.n >= n && memcmp(line.p, text, n) == 0;
}

static void check_whole(const struct reader *r, bool may_be_empty)
{
    const struct client_letter *letter = r->play->tried[r->mails - 1];
    const char *text = letter->text.p;
    size_t n = letter->text.n;
    bool held = letter->fault == SMTP_E_NEEDS_8BITMIME && r->play->config.just_send_8;
    FUZZ_CHECK(letter->fault == SMTP_OK || held || r->text_n == 0, "asked",
               "the end of a text with %s", smtp_fault_row(letter->fault)->symbol);
    bool crlf = r->text_n == n + 2 && memcmp(r->text + n, "\r\n", 2) == 0;
    bool whole = (r->text_n == n || (r->state == TEXT && crlf)) && memcmp(r->text, text, n) == 0;
    FUZZ_CHECK(whole || (may_be_empty && r->text_n == 0), "asked", "text %u ended at %zu of %zu",
               r->mails, r->text_n, n);
}

static void add_text(struct reader *r, smtp_span octets)
{
    FUZZ_CHECK(r->text_n + octets.n <= sizeof r->text, "asked", "more text than there is");
    if (octets.n > 0)
        memcpy(r->text + r->text_n, octets.p, octets.n);
    r->text_n += octets.n;
}

static void read_text_line(struct reader *r, smtp_span line)
{
    if (is(line, ".")) {
        check_whole(r, true);
        r->ends += r->text_n > 0;
        r->state = GREETED;
        return;
    }
    FUZZ_CHECK(!is(line, "..") || r->text_n > 0, "asked", "a dot");
    add_text(r, line.n > 0 && line.p[0] == '.' ? smtp_span_cut(line, 1, line.n) : line);
    add_text(r, SMTP_SPAN("\r\n"));
}

/* "BDAT n[ LAST]" and its octets, which may be cut off where the session was broken off. */
static void read_chunk(struct reader *r, smtp_span line)
{
    size_t n = 0, i = 5;
    for (; i < line.n && line.p[i] >= '0' && line.p[i] <= '9'; i++)
        n = 10 * n + (size_t)(line.p[i] - '0');
    bool last = is(smtp_span_cut(line, i, line.n), " LAST");
    FUZZ_CHECK(i > 5 && (last || i == line.n), "asked", "%.*s", (int)line.n, line.p);
    bool cut = r->rest.n < n;
    add_text(r, smtp_span_cut(r->rest, 0, n));
    r->rest = smtp_span_cut(r->rest, n, r->rest.n);
    r->state = last ? LAST : CHUNKS;
    if (last && !cut)
        check_whole(r, false);
    r->ends += last && !cut;
}

static const struct {
    const char *begin;
    bool whole;  /* the line is this; else it goes on with parameters */
    unsigned in; /* states */
    int then;    /* -1: the same */
} lines[] = {
    {"EHLO c.test", true, 1U << SILENT, GREETED},
    {"LHLO c.test", true, 1U << SILENT, GREETED},
    {"EHLO c.test", true, 1U << GREETED, -1}, /* after TLS */
    {"LHLO c.test", true, 1U << GREETED, -1},
    {"HELO c.test", true, 1U << GREETED, -1},
    {"STARTTLS", true, 1U << GREETED, -1},
    {"dQ==", true, 1U << GREETED, -1},
    {"*", true, 1U << GREETED, -1},
    {"VRFY joe", true, 1U << GREETED, -1},
    {"EXPN joe", true, 1U << GREETED, -1},
    {"HELP", true, 1U << GREETED, -1},
    {"NOOP", true, 1U << GREETED, -1},
    {"RCPT TO:<b@s.test>", false, 1U << OPEN, ADDRESSED},
    {"RCPT TO:<Postmaster>", false, 1U << ADDRESSED, -1},
    {"DATA", true, 1U << ADDRESSED, TEXT},
    {"RSET", true, 1U << OPEN | 1U << ADDRESSED | 1U << TEXT | 1U << CHUNKS | 1U << LAST, GREETED},
    {"QUIT", true, 0x7f, OVER},
};

/* Some of the words, in their order, each with its blank. */
static bool are_words(smtp_span said, const char *words)
{
    while (said.n > 0 && *words != '\0') {
        size_t n = 1 + strcspn(words + 1, " ");
        bool here = said.n >= n && memcmp(said.p, words, n) == 0;
        if (here && (said.n == n || said.p[n] == ' '))
            said = smtp_span_cut(said, n, said.n);
        words += n;
    }
    return said.n == 0;
}

static bool obeys(struct reader *r, smtp_span line)
{
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        size_t n = strlen(lines[i].begin);
        if (!begins(line, lines[i].begin) || (lines[i].in & 1U << r->state) == 0)
            continue;
        const char *words = lines[i].whole ? "" : r->play->tried[r->mails - 1]->rcpt_words;
        if (!are_words(smtp_span_cut(line, n, line.n), words))
            continue;
        if (lines[i].then >= 0)
            r->state = lines[i].then;
        return true;
    }
    return r->state == GREETED && is(line, r->play->caller->auth);
}

static void read_mail(struct reader *r, smtp_span line)
{
    bool may = r->state == GREETED || r->state == OPEN || r->state == ADDRESSED ||
               r->state == LAST || r->state == TEXT;
    FUZZ_CHECK(may && r->mails < r->play->tried_n, "asked", "in state %d: %.*s", r->state,
               (int)line.n, line.p);
    const struct client_letter *letter = r->play->tried[r->mails++];
    size_t begin = strlen("MAIL FROM:<"), end = begin + letter->sender.n;
    bool sender = smtp_span_is(smtp_span_cut(line, begin, end), letter->sender) &&
                  begins(smtp_span_cut(line, end, line.n), ">");
    FUZZ_CHECK(sender && are_words(smtp_span_cut(line, end + 1, line.n), letter->words), "asked",
               "%.*s", (int)line.n, line.p);
    r->text_n = 0;
    r->state = OPEN;
}

static void read_line(struct reader *r, smtp_span line)
{
    bool chunk = begins(line, "BDAT ") && (r->state == ADDRESSED || r->state == CHUNKS);
    if (chunk) {
        read_chunk(r, line);
        return;
    }
    /* Where DATA was refused, RSET, MAIL or QUIT follow it; no text of ours looks like them. */
    bool command = begins(line, "RSET") || begins(line, "QUIT") || begins(line, "MAIL");
    if (r->state == TEXT && !(command && r->text_n == 0)) {
        read_text_line(r, line);
        return;
    }
    if (begins(line, "MAIL FROM:<")) {
        read_mail(r, line);
        return;
    }
    FUZZ_CHECK(obeys(r, line), "asked", "in state %d: %.*s", r->state, (int)line.n, line.p);
}

/* What was sent. An unfinished line at the end is one that was broken off. */
void client_check_sent(const struct client_play *p)
{
    static struct reader r;
    size_t n = p->sent_n < CLIENT_LOG ? p->sent_n : CLIENT_LOG;
    r = (struct reader){.play = p, .rest = {p->sent, n}};
    while (r.rest.n > 0) {
        size_t at = 0;
        while (at + 1 < r.rest.n && (r.rest.p[at] != '\r' || r.rest.p[at + 1] != '\n'))
            at++;
        if (at + 1 >= r.rest.n)
            return;
        smtp_span line = smtp_span_cut(r.rest, 0, at);
        r.rest = smtp_span_cut(r.rest, at + 2, r.rest.n);
        FUZZ_CHECK(r.state != OVER, "asked", "behind QUIT: %.*s", (int)line.n, line.p);
        read_line(&r, line);
    }
    bool delivered = p->mail.outcome == SMTP_O_DELIVERED && p->begun > 0;
    FUZZ_CHECK(!delivered || r.ends > 0, "asked", "delivered, and no text was ended");
}
