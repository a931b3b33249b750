#include "records/records.h"

/* Takes an octet off the front, over what means nothing; false: a mark, or the end. */
static bool octet_next(smtp_span *in, char *out)
{
    while (in->n > 0 && (unsigned char)in->p[0] == 0xff) {
        smtp_span rest = *in;
        struct record r;
        if (in->n > 1 && (unsigned char)in->p[1] == 0xff) {
            *out = in->p[0];
            *in = smtp_span_cut(*in, 2, in->n);
            return true;
        }
        if (record_next(&rest, &r) && (r.kind != RECORD_WRITE || r.cut))
            return false;
        *in = rest;
    }
    if (in->n == 0)
        return false;
    *out = in->p[0];
    *in = smtp_span_cut(*in, 1, in->n);
    return true;
}

static bool is_plain(char c)
{
    return c >= ' ' && c <= '~';
}

/* Octets of the piece in front: up to LF, a mark or the end. *line: it can stand behind "C: ". */
static size_t measure(smtp_span in, bool *line)
{
    size_t n = 0;
    char c = '\0', last = '\0', first = '\0', before = '\0';
    bool plain = true;
    while (octet_next(&in, &c)) {
        if (n == 0)
            first = c;
        n++;
        if (c == '\n')
            break;
        plain = plain && (n == 1 || is_plain(last));
        before = last;
        last = c;
    }
    bool crlf = n >= 2 && c == '\n' && last == '\r';
    *line = crlf && plain && first != ' ' && before != ' ';
    return n;
}

static void put(smtp_room to, size_t *at, char c)
{
    smtp_room_put(to, at, (smtp_span){&c, 1});
}

static void print_char(smtp_room to, size_t *at, char c)
{
    put(to, at, c);
    if (c == '{' || c == '}') /* NOTATION.md: a brace itself is written twice */
        put(to, at, c);
}

static void print_escaped(smtp_room to, size_t *at, char c)
{
    static const char hex[] = "0123456789abcdef";
    static const struct {
        char octet, escape;
    } escapes[] = {{'\r', 'r'}, {'\n', 'n'}, {'\t', 't'}, {'\\', '\\'}, {'"', '"'}};
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
        if (escapes[i].octet == c) {
            put(to, at, '\\');
            put(to, at, escapes[i].escape);
            return;
        }
    }
    if (is_plain(c)) {
        print_char(to, at, c);
        return;
    }
    unsigned char u = (unsigned char)c;
    char escaped[] = {'\\', 'x', hex[u >> 4], hex[u & 15]};
    smtp_room_put(to, at, (smtp_span){escaped, sizeof escaped});
}

/* NOTATION.md section 3: "C: " and text, or "C= " and a string. */
static void print_piece(smtp_span *in, char who, smtp_room to, size_t *at)
{
    bool line;
    size_t n = measure(*in, &line);
    put(to, at, who);
    put(to, at, line ? ':' : '=');
    if (!line)
        smtp_room_put(to, at, SMTP_SPAN(" \""));
    else if (n > 2)
        put(to, at, ' ');
    for (size_t i = 0; i < n; i++) {
        char c = '\0';
        (void)octet_next(in, &c);
        if (!line)
            print_escaped(to, at, c);
        else if (i + 2 < n)
            print_char(to, at, c);
    }
    if (!line)
        put(to, at, '"');
    put(to, at, '\n');
}

static void print_mark(const struct record *r, smtp_room to, size_t *at)
{
    smtp_room_put(to, at, smtp_span_of(records_mark(r)));
    if (record_is_counted(r->kind)) {
        put(to, at, ' ');
        smtp_room_put_number(to, at, r->n);
    }
    if (r->kind == RECORD_WAIT || r->kind == RECORD_BUSY)
        put(to, at, 's');
    put(to, at, '\n');
}

size_t records_print(smtp_span in, char who, smtp_room to)
{
    size_t at = 0;
    while (in.n > 0) {
        smtp_span look = in;
        struct record r;
        char c;
        if (octet_next(&look, &c)) {
            print_piece(&in, who, to, &at);
            continue;
        }
        in = look;
        if (record_next(&in, &r))
            print_mark(&r, to, &at);
    }
    return at;
}
