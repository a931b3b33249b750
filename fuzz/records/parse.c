#include "records/records.h"

#include <string.h>

/* Where the octets go, and the first thing that is wrong. */
struct writer {
    smtp_room to;
    size_t *n;
    const char *why;
};

static bool fails(struct writer *w, const char *why)
{
    w->why = why;
    return false;
}

static void write_octet(struct writer *w, char c)
{
    struct record r = {.kind = RECORD_WRITE, .octets = {&c, 1}};
    record_put(w->to, w->n, &r);
}

static smtp_span behind(smtp_span s, size_t n)
{
    return smtp_span_cut(s, n, s.n);
}

static bool is_brace(char c)
{
    return c == '{' || c == '}';
}

/* One octet of text as NOTATION.md writes it. */
static bool parse_char(struct writer *w, smtp_span *s)
{
    char c = s->p[0];
    if (c < ' ' || c > '~')
        return fails(w, "not a printable ASCII character: write it as \\xHH in a string");
    if (is_brace(c) && (s->n < 2 || s->p[1] != c))
        return fails(w, "lone brace: write it twice");
    write_octet(w, c);
    *s = behind(*s, is_brace(c) ? 2 : 1);
    return true;
}

static bool parse_text(struct writer *w, smtp_span s)
{
    if (s.n > 0 && s.p[0] != ' ')
        return fails(w, "a blank stands behind the mark");
    if (s.n == 1 || (s.n > 1 && (s.p[1] == ' ' || s.p[s.n - 1] == ' ')))
        return fails(w, "a blank at an end of the line: write it in a string");
    s = behind(s, 1);
    while (s.n > 0)
        if (!parse_char(w, &s))
            return false;
    write_octet(w, '\r');
    write_octet(w, '\n');
    return true;
}

static int hex_value(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = c != '\0' ? strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;
    return found != NULL ? (int)(found - digits) : -1;
}

static bool parse_escape(struct writer *w, smtp_span *s)
{
    static const char names[] = "rnt0\\\"", octets[] = "\r\n\t\0\\\"";
    const char *found = s->n > 1 && s->p[1] != '\0' ? strchr(names, s->p[1]) : NULL;
    if (found != NULL) {
        write_octet(w, octets[found - names]);
        *s = behind(*s, 2);
        return true;
    }
    int high = s->n > 3 && s->p[1] == 'x' ? hex_value(s->p[2]) : -1;
    int low = high >= 0 ? hex_value(s->p[3]) : -1;
    if (low < 0)
        return fails(w, "unknown escape: \\r \\n \\t \\0 \\\\ \\\" or \\xHH");
    write_octet(w, (char)(unsigned char)(high * 16 + low));
    *s = behind(*s, 4);
    return true;
}

/* Takes a string with its quotes. */
static bool parse_string(struct writer *w, smtp_span *s)
{
    if (s->n == 0 || s->p[0] != '"')
        return fails(w, "a string is expected");
    *s = behind(*s, 1);
    while (s->n > 0 && s->p[0] != '"')
        if (!(s->p[0] == '\\' ? parse_escape(w, s) : parse_char(w, s)))
            return false;
    if (s->n == 0)
        return fails(w, "string without closing quote");
    *s = behind(*s, 1);
    return true;
}

/* " * 20" behind a string; 1 where there is none. */
static bool parse_count(struct writer *w, smtp_span *s, uint64_t *out)
{
    size_t n = 3;
    *out = 1;
    if (s->n < 3 || memcmp(s->p, " * ", 3) != 0)
        return true;
    while (n < s->n && s->p[n] != ' ')
        n++;
    if (!smtp_span_number(smtp_span_cut(*s, 3, n), 7, out) || *out == 0)
        return fails(w, "bad count: 1 to 9999999");
    *s = behind(*s, n);
    return true;
}

static bool parse_strings(struct writer *w, smtp_span s)
{
    do {
        if (s.n == 0 || s.p[0] != ' ')
            return fails(w, "a blank stands in front of a string");
        s = behind(s, 1);
        smtp_span string = s;
        uint64_t count;
        if (!parse_string(w, &s) || !parse_count(w, &s, &count))
            return false;
        for (; count > 1; count--) {
            smtp_span again = string;
            if (!parse_string(w, &again))
                return false;
        }
    } while (s.n > 0);
    return true;
}

/* "5s" of a time and "1" of the others. */
static bool parse_number(struct writer *w, smtp_span s, struct record *r)
{
    uint64_t n;
    bool seconds = r->kind == RECORD_WAIT || r->kind == RECORD_BUSY;
    if (seconds && (s.n == 0 || s.p[s.n - 1] != 's'))
        return fails(w, "a time is 0s to 255s");
    if (!smtp_span_number(smtp_span_cut(s, 0, seconds ? s.n - 1 : s.n), 3, &n) || n > 255)
        return fails(w, seconds ? "a time is 0s to 255s" : "which one is 0 to 255");
    r->n = (unsigned)n;
    return true;
}

static bool parse_mark(struct writer *w, smtp_span line)
{
    for (int kind = RECORD_WRITE; kind <= RECORD_MODE; kind++) {
        struct record r = {.kind = (enum record_kind)kind, .cut = kind == RECORD_WRITE};
        smtp_span word = smtp_span_of(records_mark(&r)), rest = behind(line, word.n);
        bool counted = record_is_counted(r.kind);
        if (!smtp_span_is(smtp_span_cut(line, 0, word.n), word))
            continue;
        if (counted ? rest.n == 0 || rest.p[0] != ' ' : rest.n > 0)
            continue;
        if (counted && !parse_number(w, behind(rest, 1), &r))
            return false;
        record_put(w->to, w->n, &r);
        return true;
    }
    return fails(w, "no such mark: @cut @tls @tls-fails @pause @refuse @defer @shutdown @close "
                    "@reply @stop @busy @mode");
}

static bool parse_line(struct writer *w, smtp_span line)
{
    if (line.n == 0 || line.p[0] == '#')
        return true;
    if (line.p[0] == '@')
        return parse_mark(w, line);
    bool peer = line.n > 1 && (line.p[0] == 'C' || line.p[0] == 'S');
    if (peer && line.p[1] == ':')
        return parse_text(w, behind(line, 2));
    if (peer && line.p[1] == '=')
        return parse_strings(w, behind(line, 2));
    return fails(w, "no such line: C: text, C= \"octets\", @mark or # comment");
}

bool records_parse(smtp_span text, smtp_room to, size_t *n, struct records_error *error)
{
    struct writer w = {.to = to, .n = n};
    *n = 0;
    *error = (struct records_error){.line = 1};
    for (; text.n > 0; error->line++) {
        const char *lf = memchr(text.p, '\n', text.n);
        size_t end = lf != NULL ? (size_t)(lf - text.p) : text.n;
        if (!parse_line(&w, smtp_span_cut(text, 0, end))) {
            error->why = w.why;
            return false;
        }
        if (lf == NULL) {
            error->why = "no line end at the end of the file";
            return false;
        }
        text = behind(text, end + 1);
    }
    return true;
}
