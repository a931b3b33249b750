#include "player/log.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOG_FIRST = 64 }; /* lines that are never left out */

/* NULL: no memory. */
static struct log_line *new_line(struct log *log, const struct player_line *line)
{
    if (log->count == log->room) {
        size_t room = log->room == 0 ? 32 : 2 * log->room;
        struct log_line *lines = realloc(log->lines, room * sizeof *lines);
        if (lines == NULL)
            return NULL;
        log->lines = lines;
        log->room = room;
    }
    assert(log->lines != NULL);
    struct log_line *l = &log->lines[log->count++];
    *l = (struct log_line){.line = *line};
    return l;
}

static bool append(struct log_line *l, smtp_span octets)
{
    if (octets.n == 0)
        return l->p != NULL;
    if (l->p == NULL || l->room - l->n < octets.n) {
        size_t room = 2 * (l->n + octets.n);
        char *p = realloc(l->p, room);
        if (p == NULL)
            return false;
        l->p = p;
        l->room = room;
    }
    memcpy(l->p + l->n, octets.p, octets.n);
    l->n += octets.n;
    return true;
}

/* Keeps the first and the last LOG_KEEP octets of all that a line was given. */
static void extend(struct log_line *l, smtp_span octets)
{
    const size_t most = (size_t)2 * LOG_KEEP;
    if (l->n + octets.n <= most) {
        append(l, octets);
        return;
    }
    if (l->n < LOG_KEEP) {
        size_t n = LOG_KEEP - l->n;
        if (!append(l, smtp_span_cut(octets, 0, n)))
            return;
        octets = smtp_span_cut(octets, n, octets.n);
    }
    size_t tail = l->n - LOG_KEEP,
           over = tail + octets.n > LOG_KEEP ? tail + octets.n - LOG_KEEP : 0;
    size_t old = over < tail ? over : tail;
    memmove(l->p + LOG_KEEP, l->p + LOG_KEEP + old, tail - old);
    l->n -= old;
    append(l, smtp_span_cut(octets, over - old, octets.n));
    l->cut += over;
}

/* One line out of the middle; those at the end are what a failure is read from. */
static void drop_line(struct log *log)
{
    struct log_line *l = &log->lines[LOG_FIRST];
    log->total -= l->n;
    free(l->p);
    log->count--;
    log->lost_lines++;
    memmove(l, l + 1, (log->count - LOG_FIRST) * sizeof *l);
}

void log_add(struct log *log, const struct player_line *line, bool joins)
{
    struct log_line *last = log->count == 0 ? NULL : &log->lines[log->count - 1];
    bool same = last != NULL && log->joined && last->line.from == line->from &&
                last->line.conn == line->conn && last->line.secure == line->secure;
    if (!same)
        last = new_line(log, line);
    if (last == NULL)
        return;
    size_t before = last->n;
    if (log->whole)
        append(last, line->bytes);
    else
        extend(last, line->bytes);
    log->total += last->n - before;
    log->joined = joins;
    while (!log->whole && log->count > LOG_FIRST + 1 &&
           (log->total > LOG_MAX || log->count > LOG_LINES))
        drop_line(log);
}

void log_hide(struct log *log, smtp_span secret)
{
    for (size_t i = 0; i < log->count; i++)
        for (size_t at = 0; secret.n > 0 && at + secret.n <= log->lines[i].n; at++)
            if (memcmp(log->lines[i].p + at, secret.p, secret.n) == 0)
                memset(log->lines[i].p + at, '*', secret.n);
}

/* ---- the lines, for the outcome -------------------------------------------------------------- */

static size_t note_cut(const struct log_line *l, char text[64])
{
    if (l->cut == 0)
        return 0;
    int n = snprintf(text, 64, "[%llu octets left out]", (unsigned long long)l->cut);
    return n < 0 ? 0 : (size_t)n;
}

static size_t note_lost(const struct log *log, size_t i, char text[64])
{
    if (log->lost_lines == 0 || i != LOG_FIRST)
        return 0;
    int n = snprintf(text, 64, "[%zu lines left out]", log->lost_lines);
    return n < 0 ? 0 : (size_t)n;
}

static char *copy(char *to, const char *from, size_t n)
{
    if (n > 0)
        memcpy(to, from, n);
    return to + n;
}

/* The octets of a line, with what was left out of its middle; returns the end. */
static char *write_line(const struct log_line *l, char *at)
{
    char note[64];
    size_t head = l->cut > 0 ? LOG_KEEP : l->n;
    at = copy(at, l->p, head);
    at = copy(at, note, note_cut(l, note));
    return copy(at, l->p == NULL ? NULL : l->p + head, l->n - head);
}

struct player_line *log_lines(const struct log *log, size_t *count)
{
    size_t octets = log->total + 64;
    char note[64];
    *count = 0;
    for (size_t i = 0; i < log->count; i++)
        octets += note_cut(&log->lines[i], note);
    struct player_line *lines =
        log->count == 0 ? NULL : malloc(log->count * sizeof *lines + octets);
    if (lines == NULL)
        return NULL;
    char *at = (char *)(lines + log->count);
    for (size_t i = 0; i < log->count; i++) {
        lines[i] = log->lines[i].line;
        lines[i].bytes.p = at;
        at = copy(at, note, note_lost(log, i, note));
        at = write_line(&log->lines[i], at);
        lines[i].bytes.n = (size_t)(at - lines[i].bytes.p);
    }
    *count = log->count;
    return lines;
}

char *log_excerpt(smtp_span octets, size_t *length)
{
    struct log_line l = {.p = NULL};
    char note[64];
    extend(&l, octets);
    char *text = malloc(l.n + note_cut(&l, note) + 1);
    *length = text == NULL ? 0 : (size_t)(write_line(&l, text) - text);
    if (text != NULL)
        text[*length] = '\0';
    free(l.p);
    return text;
}

void log_free(struct log *log)
{
    for (size_t i = 0; i < log->count; i++)
        free(log->lines[i].p);
    free(log->lines);
}
