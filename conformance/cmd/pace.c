#include "pace.h"

#include <string.h>

struct pace pace_of(uint64_t connections_a_minute)
{
    enum { MINUTE_MS = 60000 };
    uint64_t interval = connections_a_minute == 0 ? 0 : MINUTE_MS / connections_a_minute;
    bool limited = connections_a_minute > 0;
    return (struct pace){.interval_ms = limited && interval == 0 ? 1 : interval};
}

bool pace_is_due(const struct pace *pace, uint64_t now_ms)
{
    return now_ms >= pace->due_ms;
}

void pace_hold(struct pace *pace, uint64_t until_ms)
{
    if (pace->due_ms < until_ms)
        pace->due_ms = until_ms;
}

void pace_begin(struct pace *pace, uint64_t now_ms)
{
    if (pace->interval_ms == 0)
        return;
    pace_hold(pace, now_ms);
    pace->due_ms += pace->interval_ms;
}

/* ---- what a case has cost -------------------------------------------------------------------- */

static uint64_t connections(const struct player_outcome *outcome)
{
    uint64_t most = outcome->verdict == PLAYER_SKIP ? 0 : 1;
    for (size_t i = 0; i < outcome->line_count; i++)
        if (outcome->lines[i].conn > most && outcome->lines[i].conn < PLAYER_HOP)
            most = outcome->lines[i].conn;
    return most;
}

/* How many lines of the octets begin with that word. */
static size_t count_lines(smtp_span octets, const char *word)
{
    size_t n = strlen(word), count = 0;
    for (size_t at = 0; at + n <= octets.n; at++)
        if ((at == 0 || octets.p[at - 1] == '\n') && memcmp(octets.p + at, word, n) == 0)
            count++;
    return count;
}

static size_t count_said(const struct player_outcome *outcome, char from, const char *word)
{
    size_t count = 0;
    for (size_t i = 0; i < outcome->line_count; i++)
        if (outcome->lines[i].from == from && outcome->lines[i].conn < PLAYER_HOP)
            count += count_lines(outcome->lines[i].bytes, word);
    return count;
}

/* RFC 5321 4.2.3: 421, service not available; 450, mailbox unavailable, greylisting as a rule. */
static bool was_unwelcome(const struct player_outcome *outcome)
{
    return count_said(outcome, 'S', "421") + count_said(outcome, 'S', "450") > 0;
}

void pace_end(struct pace *pace, uint64_t now_ms, const struct player_outcome *outcome)
{
    uint64_t opened = connections(outcome);
    if (pace->interval_ms == 0)
        return;
    if (opened == 0) {
        pace->due_ms -= pace->interval_ms; /* pace_begin() was for nothing */
        return;
    }
    pace->due_ms += (opened - 1) * pace->interval_ms;
    if (!was_unwelcome(outcome)) {
        pace->pause_ms = 0;
        return;
    }
    pace->pause_ms = pace->pause_ms == 0 ? PACE_PAUSE_MS : pace->pause_ms * 2;
    if (pace->pause_ms > PACE_PAUSE_MOST_MS)
        pace->pause_ms = PACE_PAUSE_MOST_MS;
    pace_hold(pace, now_ms + pace->pause_ms);
}

/* RFC 3030 2: the last chunk is "BDAT size LAST". */
static size_t count_last_chunks(smtp_span octets)
{
    static const char verb[] = "BDAT ";
    size_t count = 0;
    for (size_t at = 0; at + sizeof verb - 1 <= octets.n; at++) {
        const char *p = octets.p + at, *end = memchr(p, '\n', octets.n - at);
        if ((at == 0 || p[-1] == '\n') && memcmp(p, verb, sizeof verb - 1) == 0 && end != NULL &&
            end - p > 6 && memcmp(end - 6, " LAST\r", 6) == 0)
            count++;
    }
    return count;
}

size_t pace_messages(const struct player_outcome *outcome)
{
    size_t count = count_said(outcome, 'S', "354");
    for (size_t i = 0; i < outcome->line_count; i++)
        if (outcome->lines[i].from == 'C' && outcome->lines[i].conn < PLAYER_HOP)
            count += count_last_chunks(outcome->lines[i].bytes);
    return count;
}
