/*
 * NAME
 *     deliver_text.c: the text on its way to the mailbox, and how a mutant changes it
 *
 * DESCRIPTION
 *     RFC 5321 4.5.2: all characters are delivered. A slip looks at one line at a time.
 */
#include <string.h>

#include "target/deliver.h"

enum { LINE_CUT = 990 };

/* Up to behind the next LF. */
static smtp_span next_line(smtp_span *rest)
{
    const char *lf = rest->n == 0 ? NULL : memchr(rest->p, '\n', rest->n);
    size_t n = lf == NULL ? rest->n : (size_t)(lf - rest->p) + 1;
    smtp_span line = smtp_span_cut(*rest, 0, n);
    *rest = smtp_span_cut(*rest, n, rest->n);
    return line;
}

static bool is_line_end(char c)
{
    return c == '\r' || c == '\n';
}

static char changed(enum mutant_slip slip, char c)
{
    if (slip == MUTANT_SLIP_HIGH_BIT)
        return (char)(c & 0x7f);
    return (char)(slip == MUTANT_SLIP_TABS && c == '\t' ? ' ' : c);
}

static bool is_lost(enum mutant_slip slip, char c)
{
    bool control = (c >= 0 && c < ' ') || c == 127;
    return slip == MUTANT_SLIP_CONTROLS_LOST && control && c != '\t' && !is_line_end(c);
}

/* Octet by octet. */
static void add_octets(enum mutant_slip slip, struct deliver_octets *to, smtp_span line)
{
    for (size_t i = 0; i < line.n; i++) {
        char c = changed(slip, line.p[i]);
        if (slip == MUTANT_SLIP_LINE_CUT && i > 0 && i % LINE_CUT == 0)
            deliver_add(to, SMTP_SPAN("\r\n"));
        if (!is_lost(slip, c))
            deliver_add(to, (smtp_span){&c, 1});
    }
}

static smtp_span without_dots(smtp_span line)
{
    size_t n = 0;
    while (n < line.n && line.p[n] == '.')
        n++;
    return smtp_span_cut(line, n, line.n);
}

static void add_without_blanks(struct deliver_octets *to, smtp_span line)
{
    size_t end = line.n;
    while (end > 0 && (is_line_end(line.p[end - 1]) || line.p[end - 1] == ' '))
        end--;
    deliver_add(to, smtp_span_cut(line, 0, end));
    deliver_add(to, SMTP_SPAN("\r\n"));
}

/* RFC 5321 4.4: final delivery may remove those that came, so that there is exactly one. */
static bool is_old_return_path(const struct delivery *d, smtp_span line)
{
    return d->slip != MUTANT_SLIP_OLD_RETURN_PATH_KEPT &&
           smtp_span_has_head_nocase(line, SMTP_SPAN("Return-Path:"));
}

static void add_header_line(const struct delivery *d, struct deliver_octets *to, smtp_span line)
{
    bool old = smtp_span_has_head_nocase(line, SMTP_SPAN("Received:"));
    if (old && d->slip == MUTANT_SLIP_OLD_RECEIVED_LOST)
        return;
    if (old && d->slip == MUTANT_SLIP_OLD_RECEIVED_FOLDED) {
        deliver_add(to, SMTP_SPAN("Received: "));
        line = smtp_span_cut(line, sizeof "Received:" - 1, line.n);
    }
    deliver_add(to, line);
}

static void add_body_line(const struct delivery *d, struct deliver_octets *to, smtp_span line,
                          bool last)
{
    bool dotted = line.n > 0 && line.p[0] == '.';
    if (d->slip == MUTANT_SLIP_BLANK_LINE_LOST && last && smtp_span_is(line, SMTP_SPAN("\r\n")))
        return;
    if (d->slip == MUTANT_SLIP_CHUNK_DOTS && d->chunks && dotted)
        line = smtp_span_cut(line, 1, line.n);
    if (d->slip == MUTANT_SLIP_DOTS_KEPT && dotted)
        deliver_add(to, SMTP_SPAN("."));
    if (d->slip == MUTANT_SLIP_FROM_LINE && smtp_span_has_head_nocase(line, SMTP_SPAN("From ")))
        deliver_add(to, SMTP_SPAN(">"));
    if (d->slip == MUTANT_SLIP_TRAILING_BLANKS)
        add_without_blanks(to, line);
    else
        add_octets(d->slip, to, d->slip == MUTANT_SLIP_DOTS_LOST ? without_dots(line) : line);
}

/* Fields that stand below the first of the message. */
static void add_below(const struct delivery *d, struct deliver_octets *to)
{
    size_t at = 0;
    if (d->slip == MUTANT_SLIP_RECEIVED_BELOW) {
        struct delivery usual = *d;
        struct deliver_octets trace = {.p = NULL};
        usual.slip = MUTANT_SLIP_NO_RETURN_PATH;
        deliver_add_trace(&usual, &trace);
        deliver_add(to, deliver_span(&trace));
        deliver_free_octets(&trace);
    }
    if (d->slip != MUTANT_SLIP_APPARENTLY_TO)
        return;
    deliver_add(to, SMTP_SPAN("Apparently-To: "));
    deliver_add(to, deliver_next(&d->recipients, &at));
    deliver_add(to, SMTP_SPAN("\r\n"));
}

/* What is left of the text when its header has ended. */
static smtp_span add_header(const struct delivery *d, struct deliver_octets *to, smtp_span rest)
{
    bool first = true, lost = false;
    while (rest.n > 0 && !is_line_end(rest.p[0])) {
        smtp_span line = next_line(&rest);
        bool folded = line.p[0] == ' ' || line.p[0] == '\t';
        if (!folded)
            lost = is_old_return_path(d, line);
        if (!lost)
            add_header_line(d, to, line);
        if (first)
            add_below(d, to);
        first = false;
    }
    return rest;
}

void deliver_add_text(const struct delivery *d, struct deliver_octets *to)
{
    smtp_span rest = add_header(d, to, deliver_span(&d->text));
    if (d->slip == MUTANT_SLIP_NONE) {
        deliver_add(to, rest);
        return;
    }
    while (rest.n > 0) {
        smtp_span line = next_line(&rest);
        add_body_line(d, to, line, rest.n == 0);
    }
}
