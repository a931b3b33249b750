#include <stdlib.h>
#include <string.h>

#include "trace_view.h"

enum column { HOP, FROM, BY, WITH, TLS, TIME, DELAY, SINCE, WRONG, COLUMNS };
enum { CELL = 64, HOST_MOST = 44 };

static const struct {
    const char *title;
    bool right;
} columns[COLUMNS] = {
    [HOP] = {"Hop", true},     [FROM] = {"From", false},  [BY] = {"By", false},
    [WITH] = {"With", false},  [TLS] = {"TLS", false},    [TIME] = {"Time (UTC)", false},
    [DELAY] = {"Delay", true}, [SINCE] = {"Since", true}, [WRONG] = {"Findings", false},
};

/* Where both are too much, the name goes alone; a long name loses its middle. */
static void put_host(char *to, const struct smtp_trace_host *host)
{
    char whole[TRACE_WORD];
    trace_host(whole, sizeof whole, host);
    if (strlen(whole) > HOST_MOST)
        trace_host_name(whole, sizeof whole, host);
    size_t n = strlen(whole), half = (HOST_MOST - 3) / 2;
    if (n <= HOST_MOST)
        snprintf(to, CELL, "%s", whole);
    else
        snprintf(to, CELL, "%.*s...%s", (int)half, whole, whole + n - half);
}

static void fill_cell(const struct trace_view *view, const struct smtp_hop *hop, enum column column,
                      char to[CELL])
{
    to[0] = '\0';
    switch (column) {
    case HOP:
        snprintf(to, CELL, "%zu", trace_number(view, hop));
        break;
    case FROM:
        put_host(to, &hop->seen.from);
        break;
    case BY:
        put_host(to, &hop->seen.by);
        break;
    case WITH:
        trace_clean(to, 20, hop->seen.with);
        break;
    case TLS:
        snprintf(to, CELL, "%s", trace_tls(hop->tls));
        break;
    case TIME:
        if (hop->dated)
            trace_time(to, CELL, hop->seconds);
        break;
    case DELAY:
        if (hop->has_delay)
            trace_duration(to, CELL, hop->delay);
        break;
    case SINCE:
        if (hop->has_delay)
            trace_duration(to, CELL, hop->since);
        break;
    case WRONG:
        trace_names(to, CELL, hop->findings, true);
        break;
    case COLUMNS:
        break;
    }
    if (to[0] == '\0' && column != WRONG)
        snprintf(to, CELL, "-");
}

static void measure(const struct trace_view *view, size_t widths[COLUMNS])
{
    for (int i = 0; i < COLUMNS; i++)
        widths[i] = strlen(columns[i].title);
    for (size_t row = 0; row < view->chain.count; row++)
        for (int i = 0; i < COLUMNS; i++) {
            char cell[CELL];
            fill_cell(view, &view->chain.hops[row], (enum column)i, cell);
            size_t n = strlen(cell);
            widths[i] = n > widths[i] ? n : widths[i];
        }
}

static void put_cell(FILE *to, int column, const char *text, size_t width)
{
    int fill = columns[column].right ? (int)width : -(int)width;
    if (column == COLUMNS - 1)
        fill = 0;
    fprintf(to, "%*s", fill, text);
}

static const char *paint(bool colour, const char *code)
{
    return colour ? code : "";
}

static void put_table(const struct trace_view *view, FILE *to, bool colour)
{
    size_t widths[COLUMNS];
    measure(view, widths);
    bool wrong = false;
    for (size_t row = 0; row < view->chain.count; row++)
        wrong = wrong || smtp_findings_bad(view->chain.hops[row].findings);
    int shown = wrong ? COLUMNS : WRONG;
    fputs(paint(colour, "\033[1m"), to);
    for (int i = 0; i < shown; i++) {
        put_cell(to, i, columns[i].title, i + 1 < shown || columns[i].right ? widths[i] : 0);
        fputs(i + 1 < shown ? "  " : "", to);
    }
    fprintf(to, "%s\n", paint(colour, "\033[0m"));
    for (size_t row = 0; row < view->chain.count; row++) {
        const struct smtp_hop *hop = &view->chain.hops[row];
        bool bad = smtp_findings_bad(hop->findings);
        int last = bad ? shown : WRONG;
        fputs(bad ? paint(colour, "\033[31m") : "", to);
        for (int i = 0; i < last; i++) {
            char cell[CELL];
            fill_cell(view, hop, (enum column)i, cell);
            put_cell(to, i, cell, widths[i]);
            fputs(i + 1 < last ? "  " : "", to);
        }
        fprintf(to, "%s\n", bad ? paint(colour, "\033[0m") : "");
    }
}

/* "5321-4.4" and "5322 3.3" for people. */
static void put_clause(FILE *to, const char *clause)
{
    fprintf(to, " (RFC %.4s %s)", clause, clause + 5);
}

static void put_items(const struct trace_view *view, FILE *to, bool bad, const char *title)
{
    struct trace_item item;
    for (size_t state = 0; trace_item_next(view, &state, &item);) {
        if (smtp_finding_row(item.finding)->bad != bad)
            continue;
        char name[40];
        struct trace_place place = trace_file_place(&view->file, item.at);
        trace_names(name, sizeof name, 1U << item.finding, false);
        if (title != NULL)
            fprintf(to, "\n%s\n", title);
        title = NULL;
        fprintf(to, "  %-10s ", name);
        if (item.hop != NULL)
            fprintf(to, "hop %zu, ", trace_number(view, item.hop));
        fprintf(to, "line %zu, octet %zu: %s", place.line, place.octet, item.text);
        put_clause(to, item.clause);
        fputc('\n', to);
    }
}

static void put_path(const struct trace_view *view, FILE *to)
{
    char path[TRACE_WORD];
    if (!view->chain.has_path || view->chain.path_fault != SMTP_T_OK)
        return;
    trace_clean(path, sizeof path, view->chain.path.text);
    fprintf(to, "Return-Path: %s\n\n", path);
}

static void put_total(const struct trace_view *view, FILE *to)
{
    char total[80];
    size_t count = view->chain.count;
    fprintf(to, "\n%zu hop%s", count, count == 1 ? "" : "s");
    if (view->chain.has_total) {
        trace_duration(total, sizeof total, view->chain.total);
        fprintf(to, ", %s from the first to the last", total);
    }
    bool bad = smtp_findings_bad(smtp_chain_findings(&view->chain));
    fputs(bad ? "\n" : ", nothing wrong\n", to);
}

void trace_text(const struct trace_view *view, FILE *to, bool colour)
{
    put_path(view, to);
    if (view->chain.count > 0) {
        put_table(view, to, colour);
        put_total(view, to);
    } else {
        fputs("no Received fields: no server had this message yet\n", to);
    }
    put_items(view, to, true, "Findings");
    put_items(view, to, false, "Notes");
}
