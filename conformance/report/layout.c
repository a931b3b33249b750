/*
 * NAME
 *     layout.c: lines of text in columns
 */
#include "report/layout.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"

static const char *colour_of(enum layout_style style)
{
    switch (style) {
    case LAYOUT_PLAIN:
        return "";
    case LAYOUT_STRONG:
        return "\x1b[1m";
    case LAYOUT_DIM:
        return "\x1b[2m";
    case LAYOUT_GOOD:
        return "\x1b[32m";
    case LAYOUT_BAD:
        return "\x1b[1;31m";
    case LAYOUT_WARN:
        return "\x1b[33m";
    case LAYOUT_NOTE:
        return "\x1b[36m";
    case LAYOUT_OPEN:
        return "\x1b[35m";
    }
    return "";
}

void layout_put(struct layout *l, enum layout_style style, const char *text)
{
    if (text[0] == '\0')
        return;
    /* blanks come with the text behind them, so that no line ends in any */
    fprintf(l->to, "%*s", (int)l->padded, "");
    l->column += l->padded + escape_width(text);
    l->padded = 0;
    if (!l->colour || style == LAYOUT_PLAIN)
        fputs(text, l->to);
    else
        fprintf(l->to, "%s%s\x1b[0m", colour_of(style), text);
}

void layout_print(struct layout *l, enum layout_style style, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    /* clang-tidy 14 loses sight of va_start when it reads several files */
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    layout_put(l, style, text);
}

void layout_tab(struct layout *l, size_t column)
{
    enum { LEAST = 2 };
    if (l->column > 0 && column < l->column + LEAST)
        l->padded = LEAST;
    else
        l->padded = column - l->column;
}

void layout_end(struct layout *l)
{
    fputc('\n', l->to);
    l->column = 0;
    l->padded = 0;
}

/* How many octets of clean UTF-8 take so many columns, or all of them. */
static size_t octets_in(const char *text, size_t length, size_t columns)
{
    size_t i = 0;
    for (; i < length; i++) {
        bool begins = ((unsigned char)text[i] & 0xc0) != 0x80;
        if (begins && columns-- == 0)
            break;
    }
    return i;
}

static void put_part(struct layout *l, const char *text, size_t length)
{
    fprintf(l->to, "%*s", (int)l->padded, "");
    fwrite(text, 1, length, l->to);
    l->column += l->padded;
    l->padded = 0;
    for (size_t i = 0; i < length; i++)
        l->column += ((unsigned char)text[i] & 0xc0) != 0x80;
}

static void put_word(struct layout *l, size_t indent, const char *word, size_t length)
{
    size_t at = l->column + l->padded;
    if (at > indent &&
        octets_in(word, length, LAYOUT_WIDTH > at + 1 ? LAYOUT_WIDTH - at - 1 : 0) < length) {
        layout_end(l);
        layout_tab(l, indent);
    }
    if (l->column > indent && l->padded == 0)
        l->padded = 1;
    while (length > 0) {
        size_t n = octets_in(word, length, LAYOUT_WIDTH - indent);
        put_part(l, word, n);
        word += n;
        length -= n;
        if (length > 0) {
            layout_end(l);
            layout_tab(l, indent);
        }
    }
}

void layout_wrap(struct layout *l, size_t indent, const char *text)
{
    char *clean = escape_text(text);
    if (clean == NULL)
        return;
    for (const char *at = clean; *at != '\0';) {
        size_t n = strcspn(at, " ");
        if (n > 0)
            put_word(l, indent, at, n);
        at += n + (at[n] == ' ');
    }
    free(clean);
}

/* ---- octets, line by line -------------------------------------------------------------------- */

static size_t line_length(smtp_span octets)
{
    const char *lf = octets.n == 0 ? NULL : memchr(octets.p, '\n', octets.n);
    return lf == NULL ? octets.n : (size_t)(lf - octets.p) + 1;
}

static size_t count_lines(smtp_span octets)
{
    size_t count = 0;
    for (; octets.n > 0; count++)
        octets = smtp_span_cut(octets, line_length(octets), octets.n);
    return count;
}

static void put_octets(struct layout *l, size_t indent, smtp_span line)
{
    char *text = escape_elided(line, LAYOUT_WIDTH - indent);
    if (text != NULL)
        layout_put(l, LAYOUT_PLAIN, text);
    free(text);
}

void layout_octets(struct layout *l, size_t indent, size_t lines, smtp_span octets)
{
    size_t all = count_lines(octets), head = (lines - 1) / 2;
    size_t left_out = all > lines ? all - lines + 1 : 0;
    for (size_t i = 0; i < all; i++) {
        size_t n = line_length(octets);
        bool gap = left_out > 0 && i >= head && i < head + left_out;
        if (i > 0 && (!gap || i == head)) {
            layout_end(l);
            layout_tab(l, indent);
        }
        if (!gap)
            put_octets(l, indent, smtp_span_cut(octets, 0, n));
        else if (i == head)
            layout_print(l, LAYOUT_DIM, "... %zu lines ...", left_out);
        octets = smtp_span_cut(octets, n, octets.n);
    }
}
