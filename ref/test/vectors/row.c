#include "row.h"

#include <stdlib.h>
#include <string.h>

#include "shown.h"
#include "smtp/lax.h"

void row_complain(const struct row *row, const char *what, const char *got)
{
    fprintf(stderr, "%s:%u: %s: %s%s%s\n", row->file, row->number, row->kind, what,
            *got != '\0' ? ": " : "", got);
}

/* \{N:text} stands for N times the text; the other escapes are shown_undo()'s. */
static bool repeat(smtp_span in, smtp_room to, size_t *n)
{
    *n = 0;
    while (in.n > 0) {
        bool repeated = in.n > 2 && in.p[0] == '\\' && in.p[1] == '{';
        size_t step = in.n > 1 && in.p[0] == '\\' ? 2 : 1;
        smtp_span text = smtp_span_cut(in, 0, step);
        unsigned long times = 1;
        if (repeated) {
            char *colon;
            times = strtoul(in.p + 2, &colon, 10);
            const char *end =
                *colon == ':' ? memchr(colon, '}', in.n - (size_t)(colon - in.p)) : NULL;
            if (end == NULL || times == 0)
                return false;
            text = (smtp_span){colon + 1, (size_t)(end - colon) - 1};
            step = (size_t)(end - in.p) + 1;
        }
        while (times-- > 0)
            smtp_room_put(to, n, text);
        in = smtp_span_cut(in, step, in.n);
    }
    return *n <= to.n;
}

static bool undo(char *text, char *to, smtp_span *out)
{
    size_t n, wrong;
    if (!repeat(smtp_span_of(text), (smtp_room){to, INPUT_MAX}, &n))
        return false;
    long length = shown_undo((smtp_room){to, n}, &wrong);
    *out = (smtp_span){to, length < 0 ? 0 : (size_t)length};
    return length >= 0;
}

/* "lax=NAME,NAME" and a semicolon begin a note. */
static bool read_lax(struct row *row)
{
    static const struct {
        const char *name;
        unsigned bit;
    } laxes[] = {
#define LAX(symbol, bit, clause, text) {#symbol, 1U << (bit)},
        SMTP_LAXES(LAX)
#undef LAX
    };
    row->lax = 0;
    if (strncmp(row->note, "lax=", 4) != 0)
        return true;
    for (char *at = row->note + 4;; at++) {
        size_t n = strcspn(at, ",;"), i = 0;
        while (i < sizeof laxes / sizeof *laxes &&
               !smtp_span_is(smtp_span_of(laxes[i].name), (smtp_span){at, n}))
            i++;
        if (i == sizeof laxes / sizeof *laxes)
            return false;
        row->lax |= laxes[i].bit;
        at += n;
        if (*at != ',')
            return true;
    }
}

/* "5321-4.1.2": RFC and section. */
static bool is_clause(const char *clause)
{
    size_t rfc = strspn(clause, "0123456789");
    return rfc >= 3 && rfc <= 4 && clause[rfc] == '-' && clause[rfc + 1] != '\0' &&
           strspn(clause + rfc + 1, "0123456789.ABCDF") == strlen(clause + rfc + 1);
}

static bool cut(char *line, char *fields[], size_t count, size_t *found)
{
    for (*found = 0; *found < count && line != NULL; ++*found) {
        fields[*found] = line;
        line = strchr(line, '\t');
        if (line != NULL)
            *line++ = '\0';
    }
    return line == NULL;
}

static bool read_row(struct row *row)
{
    char *fields[6] = {NULL};
    size_t found;
    if (!cut(row->line, fields, 6, &found) || found < 5) {
        row->kind = row->line;
        row_complain(row, "5 or 6 columns between tabs", "");
        return false;
    }
    row->kind = fields[0];
    row->verdict = fields[2];
    row->clause = fields[3];
    row->note = fields[4];
    row->print = (smtp_span){NULL, 0};
    const char *wrong = !undo(fields[1], row->octets, &row->input)                 ? "input"
                        : found > 5 && !undo(fields[5], row->printed, &row->print) ? "print"
                        : !is_clause(row->clause)                                  ? "clause"
                        : !read_lax(row)                                           ? "tolerance"
                        : *row->verdict == '\0'                                    ? "verdict"
                                                                                   : NULL;
    if (wrong != NULL)
        row_complain(row, "malformed", wrong);
    return wrong == NULL;
}

int row_next(struct row *row, FILE *file)
{
    while (fgets(row->line, sizeof row->line, file) != NULL) {
        row->number++;
        size_t n = strlen(row->line);
        if (n == 0 || row->line[n - 1] != '\n') {
            row->kind = row->line;
            row_complain(row, "a line without end, or too long", "");
            return -1;
        }
        row->line[n - 1] = '\0';
        if (n > 1 && row->line[0] != '#')
            return read_row(row) ? 1 : -1;
    }
    return 0;
}
