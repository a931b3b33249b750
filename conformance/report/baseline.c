#include "report/baseline.h"

#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/findings.h"
#include "verdict/table.h"

static const char header[] = "case\tverdict\tmessage\treason\tlink\texpires";

/* ---- reading --------------------------------------------------------------------------------- */

static bool is_nothing(const char *cell)
{
    return strcmp(cell, "-") == 0;
}

/* YYYY-MM-DD, so that days compare as text. */
static bool is_day(const char *cell)
{
    static const char shape[] = "0000-00-00";
    bool ok = strlen(cell) == sizeof shape - 1;
    for (size_t i = 0; ok && shape[i] != '\0'; i++)
        ok = shape[i] == '-' ? cell[i] == '-' : cell[i] >= '0' && cell[i] <= '9';
    return ok && strncmp(cell + 5, "01", 2) >= 0 && strncmp(cell + 5, "12", 2) <= 0 &&
           strcmp(cell + 8, "01") >= 0 && strcmp(cell + 8, "31") <= 0;
}

static const struct baseline_row *find(const struct baseline *b, const char *id)
{
    for (size_t i = 0; b != NULL && i < b->count; i++)
        if (strcmp(b->rows[i].id, id) == 0)
            return &b->rows[i];
    return NULL;
}

static bool read_row(void *arg, const struct table_place *at, const char *const *cells)
{
    struct baseline *b = arg;
    if (strcmp(cells[1], "fail") != 0 && strcmp(cells[1], "warn") != 0)
        return table_fault(at, cells[1], ": the verdict is fail or warn");
    if (!is_nothing(cells[5]) && !is_day(cells[5]))
        return table_fault(at, cells[5], ": the day is YYYY-MM-DD, or - for no end");
    if (find(b, cells[0]) != NULL)
        return table_fault(at, cells[0], ": is there twice");
    struct baseline_row *rows = realloc(b->rows, (b->count + 1) * sizeof *rows);
    if (rows == NULL)
        return table_fault(at, "no memory", "");
    b->rows = rows;
    rows[b->count++] = (struct baseline_row){.id = cells[0],
                                             .verdict = cells[1],
                                             .message = cells[2],
                                             .reason = cells[3],
                                             .link = cells[4],
                                             .expires = cells[5],
                                             .line = at->line};
    return true;
}

struct baseline *baseline_read(const char *file, char *why, size_t size)
{
    struct table_place at = {.path = file, .why = why, .why_size = size};
    struct baseline *b = calloc(1, sizeof *b);
    if (b == NULL) {
        snprintf(why, size, "%s: no memory", file);
        return NULL;
    }
    if (table_read(&at, header, read_row, b, &b->text))
        return b;
    baseline_free(b);
    return NULL;
}

void baseline_free(struct baseline *b)
{
    if (b == NULL)
        return;
    free(b->rows);
    free(b->text);
    free(b);
}

/* ---- holding it against a run ---------------------------------------------------------------- */

static bool is_at_fault(enum player_verdict verdict)
{
    return verdict == PLAYER_FAIL || verdict == PLAYER_WARN;
}

/* Not concluded, or not to be counted: neither for an entry nor against it. */
static bool says_nothing(const struct player_outcome *outcome)
{
    return outcome->verdict > PLAYER_FAIL || (outcome->verdict == PLAYER_FAIL && outcome->disputed);
}

/* "*" stands for any octets, none too. */
static bool fits(const char *pattern, const char *text)
{
    const char *star = NULL, *from = text;
    while (*text != '\0') {
        if (*pattern == '*') {
            star = ++pattern;
            from = text;
        } else if (*pattern == *text) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star;
            text = ++from;
        } else {
            return false;
        }
    }
    return pattern[strspn(pattern, "*")] == '\0';
}

/* What an entry that has not expired comes to. */
static enum baseline_fate judge(const struct baseline_row *row, enum player_verdict verdict,
                                const char *clean)
{
    if (!is_at_fault(verdict))
        return BASELINE_PASSED;
    bool same =
        strcmp(player_verdict_name(verdict), row->verdict) == 0 && fits(row->message, clean);
    return same ? BASELINE_KNOWN : BASELINE_OTHER;
}

static bool hold(struct baseline_row *row, enum player_verdict verdict, const char *why)
{
    char *clean = escape_text(why);
    if (clean == NULL)
        return false;
    if (row->fate != BASELINE_EXPIRED)
        row->fate = judge(row, verdict, clean);
    free(clean);
    return true;
}

static bool hold_case(struct baseline_row *row, struct player_outcome *outcome)
{
    if (says_nothing(outcome))
        return true;
    bool ok = hold(row, outcome->verdict, outcome->why);
    outcome->known = row->fate == BASELINE_KNOWN ? row->reason : NULL;
    return ok;
}

/* The first of the target's by that rule; NULL: it is not broken. */
static struct player_finding *find_rule(struct player_outcome *outcome, const char *rule)
{
    for (size_t i = 0; outcome != NULL && i < outcome->finding_count; i++)
        if (strcmp(outcome->findings[i].rule, rule) == 0 &&
            finding_is_targets(outcome->scenario, &outcome->findings[i]))
            return &outcome->findings[i];
    return NULL;
}

static void mark_rule(const struct baseline_row *row, struct player_outcome *const *outcomes,
                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t f = 0; outcomes[i] != NULL && f < outcomes[i]->finding_count; f++)
            if (strcmp(outcomes[i]->findings[f].rule, row->id) == 0)
                outcomes[i]->findings[f].known = row->reason;
}

/* The first finding of a rule speaks for all, as in the reports. */
static bool hold_rule(struct baseline_row *row, struct player_outcome *const *outcomes,
                      size_t count, bool whole)
{
    const struct player_finding *first = NULL;
    for (size_t i = 0; first == NULL && i < count; i++)
        first = find_rule(outcomes[i], row->id);
    if (first == NULL)
        return !whole || hold(row, PLAYER_PASS, NULL);
    bool ok = hold(row, finding_verdict(first), first->why);
    if (row->fate == BASELINE_KNOWN)
        mark_rule(row, outcomes, count);
    return ok;
}

static bool is_case(const struct baseline_row *row)
{
    return strchr(row->id, '/') != NULL; /* no rule has a slash in its name */
}

bool baseline_apply(struct baseline *b, struct player_outcome *const *outcomes, size_t count,
                    const char *today, bool whole)
{
    bool ok = true;
    for (size_t r = 0; b != NULL && r < b->count; r++) {
        struct baseline_row *row = &b->rows[r];
        bool ended = !is_nothing(row->expires) && strcmp(row->expires, today) < 0;
        if (!is_case(row)) {
            row->fate = ended ? BASELINE_EXPIRED : BASELINE_OPEN;
            ok = hold_rule(row, outcomes, count, whole) && ok;
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            if (outcomes[i] == NULL || strcmp(outcomes[i]->scenario->id, row->id) != 0)
                continue;
            row->fate = ended ? BASELINE_EXPIRED : BASELINE_OPEN;
            ok = hold_case(row, outcomes[i]) && ok;
        }
    }
    return ok;
}

bool baseline_is_broken(const struct baseline_row *row)
{
    return row->fate != BASELINE_OPEN && row->fate != BASELINE_KNOWN;
}

size_t baseline_count_broken(const struct baseline *b)
{
    size_t n = 0;
    for (size_t i = 0; b != NULL && i < b->count; i++)
        n += baseline_is_broken(&b->rows[i]);
    return n;
}

size_t baseline_count_unreasoned(const struct baseline *b)
{
    size_t n = 0;
    for (size_t i = 0; b != NULL && i < b->count; i++)
        n += is_nothing(b->rows[i].reason);
    return n;
}

const char *baseline_says(const struct baseline_row *row)
{
    switch (row->fate) {
    case BASELINE_OPEN:
    case BASELINE_KNOWN:
        break;
    case BASELINE_PASSED:
        return "is not broken any more: the entry can go";
    case BASELINE_OTHER:
        return "failed in another way than the entry says";
    case BASELINE_EXPIRED:
        return "the entry has expired";
    }
    return "";
}

/* ---- writing --------------------------------------------------------------------------------- */

/* RFC 3463 2 */
static size_t enhanced_length(const char *text)
{
    static const char digits[] = "0123456789";
    size_t n = strspn(text, digits);
    for (size_t i = 0; i < 2; i++) {
        size_t more = n > 0 && text[n] == '.' ? strspn(text + n + 1, digits) : 0;
        if (more == 0)
            return 0;
        n += 1 + more;
    }
    return text[n] == ' ' ? n + 1 : 0;
}

/* Where the text of a reply that is quoted begins; NULL: none is. */
static const char *reply_text(const char *message)
{
    for (const char *at = message; (at = strchr(at, '"')) != NULL; at++)
        if (strspn(at + 1, "0123456789") == 3 && strchr(" -", at[4]) != NULL && at[4] != '\0')
            return at + 5 + enhanced_length(at + 5);
    return NULL;
}

/* Codes stay the same from run to run; the text behind them may have a queue's id, or the time. */
static void put_message(FILE *to, const char *message)
{
    const char *text = reply_text(message);
    const char *end = text == NULL ? NULL : strrchr(text, '"');
    if (message[0] == '\0')
        fputs("*", to);
    else if (text == NULL)
        fputs(message, to);
    else
        fprintf(to, "%.*s*%s", (int)(text - message), message, end == NULL ? "" : end);
}

static bool put(FILE *to, const struct baseline *old, const char *id, enum player_verdict verdict,
                const char *why)
{
    const struct baseline_row *row = find(old, id);
    char *clean = escape_text(why);
    bool keeps = row != NULL && row->fate == BASELINE_KNOWN;
    if (clean == NULL)
        return false;
    fprintf(to, "%s\t%s\t", id, player_verdict_name(verdict));
    if (keeps)
        fputs(row->message, to);
    else
        put_message(to, clean);
    fprintf(to, "\t%s\t%s\t%s\n", keeps ? row->reason : "-", keeps ? row->link : "-",
            keeps ? row->expires : "-");
    free(clean);
    return true;
}

static bool is_wanted(enum player_verdict verdict, bool known, bool strict)
{
    return verdict == PLAYER_FAIL || (verdict == PLAYER_WARN && (strict || known));
}

static bool put_cases(FILE *to, const struct baseline *old, struct player_outcome *const *outcomes,
                      size_t count, bool strict)
{
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        const struct player_outcome *o = outcomes[i];
        if (o != NULL && !says_nothing(o) && is_wanted(o->verdict, o->known != NULL, strict))
            ok = put(to, old, o->scenario->id, o->verdict, o->why);
    }
    return ok;
}

static bool was_before(struct player_outcome *const *outcomes, size_t i, const char *rule)
{
    for (size_t k = 0; k < i; k++)
        if (find_rule(outcomes[k], rule) != NULL)
            return true;
    return false;
}

static bool put_rules(FILE *to, const struct baseline *old, struct player_outcome *const *outcomes,
                      size_t count, bool strict)
{
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        for (size_t f = 0; ok && outcomes[i] != NULL && f < outcomes[i]->finding_count; f++) {
            const struct player_finding *own = &outcomes[i]->findings[f];
            enum player_verdict verdict = finding_verdict(own);
            if (is_wanted(verdict, own->known != NULL, strict) &&
                find_rule(outcomes[i], own->rule) == own && !was_before(outcomes, i, own->rule))
                ok = put(to, old, own->rule, verdict, own->why);
        }
    }
    return ok;
}

bool baseline_write(FILE *to, const struct baseline *old, struct player_outcome *const *outcomes,
                    size_t count, bool strict)
{
    fprintf(to, "%s\n", header);
    bool ok =
        put_cases(to, old, outcomes, count, strict) && put_rules(to, old, outcomes, count, strict);
    for (size_t i = 0; ok && old != NULL && i < old->count; i++) {
        const struct baseline_row *row = &old->rows[i];
        if (row->fate == BASELINE_OPEN)
            fprintf(to, "%s\t%s\t%s\t%s\t%s\t%s\n", row->id, row->verdict, row->message,
                    row->reason, row->link, row->expires);
    }
    return ok && fflush(to) == 0 && ferror(to) == 0;
}
