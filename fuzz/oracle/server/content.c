#include "oracle/server/play.h"

#include <string.h>

#include "fuzz.h"

/*
 * The client's octets read once more, without the codecs of the reference: which lines are commands,
 * what is content, and what was to deliver. All it takes from the session is the code that answered
 * each line.
 */
struct reader {
    const struct server_play *p;
    size_t at;    /* in p->heard */
    size_t lines; /* so far */
    size_t body;  /* octets of p->body that are accounted for */
    bool over;
};

static smtp_span rest_of(const struct reader *r)
{
    return (smtp_span){r->p->heard + r->at, r->p->heard_n - r->at};
}

/* RFC 5321 2.3.8: octets up to CRLF, with it, and nothing else ends a line; all where there is none. */
static size_t line_length(smtp_span in)
{
    const char *stop = in.p + in.n;
    for (const char *lf = in.p; (lf = memchr(lf, '\n', (size_t)(stop - lf))) != NULL; lf++)
        if (lf > in.p && lf[-1] == '\r')
            return (size_t)(lf + 1 - in.p);
    return in.n;
}

/* False: there is no whole line. */
static bool take_line(struct reader *r, smtp_span *out)
{
    smtp_span rest = rest_of(r);
    size_t n = line_length(rest);
    if (n < 2 || rest.p[n - 1] != '\n' || rest.p[n - 2] != '\r')
        return false;
    *out = smtp_span_cut(rest, 0, n - 2);
    r->at += n;
    return true;
}

/* chunk-size ::= 1*DIGIT; one that no counter holds is as good as endless. */
static bool is_size(smtp_span digits, uint64_t *size)
{
    *size = 0;
    for (size_t i = 0; i < digits.n; i++) {
        uint64_t digit = (uint64_t)(digits.p[i] - '0');
        if (digits.p[i] < '0' || digits.p[i] > '9')
            return false;
        *size = *size > (UINT64_MAX - digit) / 10 ? UINT64_MAX : *size * 10 + digit;
    }
    return digits.n >= 1;
}

/* "BDAT" SP chunk-size [SP "LAST"] (RFC 3030 2), and blanks behind it (RFC 5321 4.1.1). */
static bool is_chunk(smtp_span line, uint64_t *size)
{
    while (line.n > 0 && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t'))
        line.n--;
    if (!smtp_span_has_head_nocase(line, SMTP_SPAN("BDAT ")))
        return false;
    size_t end = 5;
    while (end < line.n && line.p[end] != ' ')
        end++;
    smtp_span last = smtp_span_cut(line, end, line.n);
    return is_size(smtp_span_cut(line, 5, end), size) &&
           (last.n == 0 || smtp_span_is_nocase(last, SMTP_SPAN(" LAST")));
}

/* These octets are the next ones that were delivered, or more than was. */
static void expect(struct reader *r, smtp_span octets)
{
    const struct server_play *p = r->p;
    size_t left = r->body < p->body_n ? p->body_n - r->body : 0;
    size_t n = octets.n < left ? octets.n : left;
    FUZZ_CHECK(n == 0 || memcmp(p->body + r->body, octets.p, n) == 0, "octet-conservation",
               "the texts behind octet %zu are not what was sent", r->body);
    r->body += octets.n;
}

/* RFC 5321 4.1.1.4 and 4.5.2 by search. */
static void read_text(struct reader *r)
{
    smtp_span in = rest_of(r);
    while (in.n > 0) {
        if (in.n >= 3 && memcmp(in.p, ".\r\n", 3) == 0) {
            r->at = (size_t)(in.p + 3 - r->p->heard);
            FUZZ_CHECK(r->body <= r->p->body_n, "octet-conservation", "a text was cut short");
            return;
        }
        size_t n = line_length(in), dot = in.p[0] == '.' ? 1 : 0;
        expect(r, smtp_span_cut(in, dot, n));
        in = smtp_span_cut(in, n, in.n);
    }
    r->over = true;
    FUZZ_CHECK(r->body <= r->p->body_n + 1, "octet-conservation", "a text is held back");
}

/* A chunk is taken or dropped, and its octets are nothing else (law 3). */
static void read_chunk(struct reader *r, uint64_t size, bool taken)
{
    smtp_span in = rest_of(r);
    size_t n = in.n < size ? in.n : (size_t)size;
    if (taken)
        expect(r, smtp_span_cut(in, 0, n));
    FUZZ_CHECK(r->body <= r->p->body_n, "octet-conservation", "a chunk was cut short");
    r->at += n;
}

/* The answer says what the octets behind the line are. */
static void read_behind(struct reader *r, smtp_span line, unsigned code, bool exchange)
{
    uint64_t size;
    if (code == 354)
        read_text(r);
    else if (!exchange && is_chunk(line, &size))
        read_chunk(r, size, code == 0);
    if (code == 220 && r->p->tls_at != SIZE_MAX)
        r->at = r->p->tls_at;
    else if (code == 221 || code == 421 || code == 220)
        r->over = true;
}

/* The last line may be a refused chunk, whose answer waits for its octets (RFC 3030 2). */
static bool is_waiting(const struct reader *r, smtp_span line)
{
    uint64_t size;
    return is_chunk(line, &size) && rest_of(r).n < size;
}

void server_check_content(const struct server_play *p)
{
    struct reader r = {.p = p};
    smtp_span line;
    bool exchange = false;
    if (p->commands >= SERVER_LINES)
        return;
    while (!r.over && take_line(&r, &line)) {
        if (r.lines == p->commands && (p->gone || is_waiting(&r, line)))
            break;
        FUZZ_CHECK(r.lines < p->commands, "no-command-from-content",
                   "%zu commands, and one more was sent: %.*s", p->commands, (int)line.n, line.p);
        unsigned code = p->codes[r.lines++];
        if (line.n > 500 && smtp_span_has_head_nocase(line, SMTP_SPAN("BDAT")))
            return; /* the limit decides whether it is one */
        read_behind(&r, line, code, exchange);
        exchange = code == 334;
    }
    FUZZ_CHECK(r.lines == p->commands, "no-command-from-content", "%zu commands, %zu were sent",
               p->commands, r.lines);
    FUZZ_CHECK(p->body_n <= r.body, "octet-conservation", "%zu octets of text, %zu were sent",
               p->body_n, r.body);
}
