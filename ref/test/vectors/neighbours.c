#include "neighbours.h"

#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "smtp/lax.h"

enum { END = 128 }; /* octets at each end of a text that are changed */

static const char others[] = "aZ09-._+=/*!@<>\"\\[](),;:# \t\r\n\x7f\x80\xc3"; /* and NUL */

static const unsigned all = 0U
#define BIT(symbol, bit, clause, text) | 1U << (bit)
    SMTP_LAXES(BIT)
#undef BIT
    ;

void neighbours_read(struct reading *r, const struct reading_kind *kind, smtp_span text,
                     unsigned lax)
{
    if (reading_begin(r, kind, text, lax))
        return;
    fputs("vectors: no memory\n", stderr);
    exit(EXIT_FAILURE);
}

/* The same value, in any case; print puts the mailbox of `for` between brackets. */
static bool is_same_field(const struct reading_field *a, const struct reading_field *b)
{
    if (strcmp(a->name, b->name) != 0)
        return false;
    bool brackets = strcmp(a->name, "for") == 0 && a->value.n + 2 == b->value.n;
    smtp_span value = brackets ? smtp_span_cut(b->value, 1, b->value.n - 1) : b->value;
    return smtp_span_is_nocase(a->value, value);
}

static bool is_same(const struct reading *a, const struct reading *b)
{
    if (!smtp_span_is(a->canonical, b->canonical))
        return false;
    if (a->lax_used != 0) /* what was borne is not always printed */
        return true;
    bool same = a->field_count == b->field_count;
    for (size_t i = 0; same && i < a->field_count; i++)
        same = is_same_field(&a->fields[i], &b->fields[i]);
    return same;
}

bool neighbours_identity(const struct row *row, const struct reading *r)
{
    struct reading again;
    smtp_span text = guard_copy(r->canonical);
    neighbours_read(&again, r->kind, text, 0);
    bool good = again.fault.symbol == NULL && is_same(r, &again);
    if (!good)
        row_complain(row, "what is printed does not read and print as the same",
                     again.fault.symbol != NULL ? again.fault.symbol : "");
    reading_end(&again);
    guard_free(text);
    return good;
}

/* In a Received field a name with an underscore is TCP-info by the tolerance, and a comment without it. */
static bool is_lax_too(const struct row *row, const struct reading_kind *kind, smtp_span text)
{
    struct reading r;
    neighbours_read(&r, kind, text, all);
    unsigned may = strcmp(kind->name, "received") == 0 ? (unsigned)SMTP_LAX_UNDERSCORE : 0;
    bool good = r.fault.symbol == NULL && (r.lax_used & ~may) == 0;
    if (!good)
        row_complain(row,
                     "what is accepted strictly is not, or by a tolerance, when all are allowed",
                     r.fault.symbol != NULL ? r.fault.symbol : "");
    reading_end(&r);
    return good;
}

static bool check(const struct row *row, const struct reading_kind *kind, smtp_span text,
                  unsigned long *accepted)
{
    struct reading r;
    neighbours_read(&r, kind, text, 0);
    bool good = true;
    if (r.fault.symbol == NULL) {
        ++*accepted;
        good = neighbours_identity(row, &r) && is_lax_too(row, kind, text);
    }
    if (!good)
        fprintf(stderr, "    %.*s\n", (int)text.n, text.p);
    reading_end(&r);
    return good;
}

bool neighbours_check(const struct row *row, const struct reading_kind *kind,
                      unsigned long *accepted)
{
    static char octets[INPUT_MAX + 1];
    const smtp_span in = row->input;
    for (size_t at = 0; at < in.n; at++) {
        if (at >= END && at + END < in.n)
            continue;
        size_t behind = in.n - at;
        memcpy(octets, in.p, at);
        memcpy(octets + at, in.p + at + 1, behind - 1);
        if (!check(row, kind, (smtp_span){octets, in.n - 1}, accepted))
            return false;
        memcpy(octets + at + 1, in.p + at, behind);
        octets[at] = in.p[at];
        if (!check(row, kind, (smtp_span){octets, in.n + 1}, accepted))
            return false;
        memcpy(octets, in.p, in.n);
        for (size_t i = 0; i < sizeof others; i++) {
            octets[at] = others[i];
            if (!check(row, kind, (smtp_span){octets, in.n}, accepted))
                return false;
        }
    }
    return true;
}
