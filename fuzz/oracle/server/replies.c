#include "oracle/server/play.h"

#include <string.h>

#include "fuzz.h"

static bool digit(char c, char low, char high)
{
    return c >= low && c <= high;
}

/* RFC 5321 4.2, read without the parser of the reference: whether the line ends its reply. */
static bool check_line(smtp_span line)
{
    FUZZ_CHECK(line.n >= 5 && line.n <= 512, "reply-form", "line of %zu octets", line.n);
    FUZZ_CHECK(line.p[line.n - 2] == '\r', "reply-form", "bare LF");
    FUZZ_CHECK(digit(line.p[0], '2', '5') && digit(line.p[1], '0', '5') &&
                   digit(line.p[2], '0', '9'),
               "reply-form", "code %.3s", line.p);
    FUZZ_CHECK(line.p[3] == ' ' || line.p[3] == '-' || line.n == 5, "reply-form", "mark %d",
               line.p[3]);
    for (size_t i = 4; i + 2 < line.n; i++)
        FUZZ_CHECK(line.p[i] == '\t' || digit(line.p[i], ' ', '~'), "output-form", "octet %d",
                   line.p[i]);
    return line.p[3] != '-';
}

void server_check_replies(const struct server_play *p)
{
    unsigned replies = 0;
    smtp_span first = {NULL, 0}, rest = {p->said, p->said_n};
    if (p->said_n > sizeof p->said)
        return; /* more than it holds */
    while (rest.n > 0) {
        const char *lf = memchr(rest.p, '\n', rest.n);
        FUZZ_CHECK(lf != NULL, "reply-form", "a line without end");
        smtp_span line = smtp_span_cut(rest, 0, (size_t)(lf + 1 - rest.p));
        bool last = check_line(line);
        if (first.p == NULL)
            first = line;
        FUZZ_CHECK(memcmp(first.p, line.p, 3) == 0, "reply-form", "%.3s and %.3s in one reply",
                   first.p, line.p);
        replies += last ? 1 : 0;
        if (last)
            first.p = NULL;
        rest = smtp_span_cut(rest, line.n, rest.n);
    }
    FUZZ_CHECK(replies >= p->owed && replies <= p->owed + p->timeouts, "reply-accounting",
               "%u replies, %u owed, %u timeouts", replies, p->owed, p->timeouts);
}
