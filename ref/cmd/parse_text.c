#include <stdio.h>
#include <string.h>

#include "parse_output.h"
#include "reading/rules.h"
#include "reading/shown.h"

enum { COLUMNS = 76, BEFORE = 48, NAMES = 18, INDENT = 10 };

/* "5321-4.1.2" and "5322 3.3" are both "RFC 5321 4.1.2". */
static void print_clause(const char *clause)
{
    printf("RFC ");
    for (; *clause != '\0'; clause++)
        putchar(*clause == '-' ? ' ' : *clause);
}

/* From where a long text is shown, so that the octet stands in sight. */
static size_t first_shown(smtp_span text, size_t off, bool doubled)
{
    size_t from = 0;
    size_t width = shown_column(text, off, doubled);
    while (width > BEFORE) {
        struct shown s = shown_next(smtp_span_cut(text, from, text.n), doubled);
        from += s.octets;
        width -= s.width;
    }
    return from;
}

static size_t last_shown(smtp_span text, size_t from, bool doubled)
{
    size_t width = 0, to = from;
    while (to < text.n) {
        struct shown s = shown_next(smtp_span_cut(text, to, text.n), doubled);
        if (width + s.width > COLUMNS)
            break;
        width += s.width;
        to += s.octets;
    }
    return to;
}

static void print_caret(const struct reading *r, bool doubled)
{
    bool whole = shown_column(r->text, r->text.n, doubled) <= COLUMNS;
    size_t from = whole ? 0 : first_shown(r->text, r->off, doubled);
    size_t to = whole ? r->text.n : last_shown(r->text, from, doubled);
    printf("refused%*s", INDENT - 7, "");
    fputs(from > 0 ? "..." : "", stdout);
    shown_print(stdout, smtp_span_cut(r->text, from, to), doubled);
    puts(to < r->text.n ? "..." : "");
    size_t column = shown_column(smtp_span_cut(r->text, from, r->text.n), r->off - from, doubled);
    printf("%*s^\n", (int)(INDENT + column + (from > 0 ? 3 : 0)), "");
}

static void print_rule(const char *name)
{
    const struct rule_text *rule = name != NULL ? rule_of(name) : NULL;
    if (rule == NULL)
        return;
    printf("  rule    %s (%s)\n", rule->name, rule->source);
    for (const char *line = rule->abnf; *line != '\0';) {
        size_t n = strcspn(line, "\n");
        printf("%*s%.*s\n", INDENT + 2, "", (int)n, line);
        line += line[n] == '\n' ? n + 1 : n;
    }
}

static void tell_fault(const struct reading *r, bool doubled)
{
    print_caret(r, doubled);
    printf("  fault   %s at octet %zu: %s\n", r->fault.symbol, r->off, r->fault.text);
    printf("  clause  ");
    print_clause(r->fault.clause);
    putchar('\n');
    if (r->fault.code != 0)
        printf("  server  answers %u %s\n", r->fault.code, r->fault.enhanced);
    print_rule(r->fault.rule);
}

static void tell_tolerance(const char *symbol, const char *clause, const char *text)
{
    printf("  %-*s%s: %s (", NAMES, "tolerance", symbol, text);
    print_clause(clause);
    puts(")");
}

static void tell_tolerances(unsigned used)
{
#define TELL(symbol, bit, clause, text)                                                            \
    if ((used & 1U << (bit)) != 0)                                                                 \
        tell_tolerance(#symbol, clause, text);
    SMTP_LAXES(TELL)
#undef TELL
}

void parse_tell(const struct reading *r, bool doubled)
{
    if (r->fault.symbol != NULL) {
        tell_fault(r, doubled);
        return;
    }
    printf("%-*s", INDENT, "accepted");
    shown_print(stdout, r->text, doubled);
    putchar('\n');
    for (size_t i = 0; i < r->field_count; i++) {
        printf("  %-*s", NAMES, r->fields[i].name);
        shown_print(stdout, r->fields[i].value, doubled);
        putchar('\n');
    }
    printf("  %-*s", NAMES, "canonical");
    shown_print(stdout, r->canonical, doubled);
    putchar('\n');
    tell_tolerances(r->lax_used);
}
