#include <stdlib.h>
#include <string.h>

#include "explore/explore.h"

enum { FRONT = 8, TABLE = 160 };

/* ---- "rule VERB STATE[,STATE] THEN CODE" ---- */

static char *next_word(char **rest, const char *separators)
{
    char *word = *rest + strspn(*rest, separators);
    size_t n = strcspn(word, separators);
    *rest = word + n + (word[n] != '\0' ? 1 : 0);
    word[n] = '\0';
    return n > 0 ? word : NULL;
}

static bool read_verb(const char *name, enum smtp_verb *out)
{
    static const struct {
        const char *name;
        enum smtp_verb verb;
    } others[] = {{"CONNECT", SMTP_V_CONNECT},   {"END_OF_DATA", SMTP_V_END_OF_DATA},
                  {"TLS_UP", SMTP_V_TLS_UP},     {"END_OF_CHUNK", SMTP_V_END_OF_CHUNK},
                  {"RESPONSE", SMTP_V_RESPONSE}, {"UNKNOWN", SMTP_V_UNKNOWN}};
    *out = smtp_verb_of(smtp_span_of(name));
    for (size_t i = 0; *out == SMTP_V_UNKNOWN && i < sizeof others / sizeof *others; i++)
        if (strcmp(others[i].name, name) == 0)
            *out = others[i].verb;
    return *out != SMTP_V_UNKNOWN || strcmp(name, "UNKNOWN") == 0;
}

static bool read_state(const char *name, unsigned *out)
{
    for (unsigned i = 0; i < SMTP_STATE_COUNT; i++)
        if (strcmp(smtp_state_name((enum smtp_state)(1U << i)), name) == 0) {
            *out |= 1U << i;
            return true;
        }
    return strcmp(name, "SAME") == 0;
}

static bool read_row(char *text, struct smtp_rule *row)
{
    char *kind = next_word(&text, " "), *verb = next_word(&text, " ");
    char *states = next_word(&text, " "), *then = next_word(&text, " ");
    char *code = next_word(&text, " ");
    unsigned to = 0;
    if (code == NULL || strcmp(kind, "rule") != 0)
        return false;
    *row = (struct smtp_rule){.text = "mutant", .clause = "", .enhanced = "2.0.0"};
    if (!read_verb(verb, &row->verb) || !read_state(then, &to))
        return false;
    for (char *name = next_word(&states, ","); name != NULL; name = next_word(&states, ","))
        if (!read_state(name, &row->in))
            return false;
    row->then = (enum smtp_state)to;
    row->code = (unsigned short)strtoul(code, NULL, 10);
    if (row->code >= 400)
        row->enhanced = row->code >= 500 ? "5.5.1" : "4.5.1";
    return true;
}

/* All parts of a change, or 0 where one is no rule. */
static size_t read_change(char *change, struct smtp_rule *rows)
{
    size_t n = 0;
    while (*change != '\0' && n < FRONT) {
        char *end = strstr(change, "; ");
        char *next = end != NULL ? end + 2 : change + strlen(change);
        if (end != NULL)
            *end = '\0';
        if (!read_row(change, &rows[n++]))
            return 0;
        change = next;
    }
    return n;
}

/* ---- one mutant ---- */

/* The changed rows in front: the first that fits counts. */
static const struct smtp_rule *table_of(const struct smtp_rule *front, size_t n,
                                        const struct smtp_rule *behind)
{
    static struct smtp_rule table[TABLE];
    size_t at = n;
    memcpy(table, front, n * sizeof *front);
    do
        table[at++] = *behind;
    while (behind++->in != 0 && at < TABLE);
    return table;
}

static bool is_noticed(const char *name, const struct smtp_rule *rows, size_t n, unsigned depth)
{
    const struct world *world;
    struct explored result;
    for (size_t i = 0; (world = server_world(i, NULL)) != NULL; i++) {
        bool lmtp = strstr(world->name, "LMTP") != NULL;
        world = server_world(i, table_of(rows, n, lmtp ? smtp_lmtp_rules : smtp_server_rules));
        if (explore(world, depth, &result) && result.finding.found) {
            printf("%-32s %s: %.90s\n", name, world->name, result.finding.why);
            return true;
        }
    }
    printf("%-32s NOT NOTICED\n", name);
    return false;
}

/* Changed, and as good as it was: RFC 5321 4.3.2 has 250 for EXPN. */
static bool is_legal(const char *name)
{
    return strcmp(name, "expn-anything") == 0;
}

size_t explore_mutants(const char *path, const char *only, unsigned depth)
{
    char line[1024];
    size_t count = 0, missed = 0;
    FILE *f = fopen(path, "r");
    if (f == NULL)
        return SIZE_MAX;
    while (fgets(line, sizeof line, f) != NULL) {
        struct smtp_rule rows[FRONT];
        char *rest = line, *name = next_word(&rest, "\t\n"), *change = next_word(&rest, "\t\n");
        size_t n = change != NULL ? read_change(change, rows) : 0;
        if (n == 0 || is_legal(name) || (only != NULL && strcmp(name, only) != 0))
            continue;
        count++;
        missed += !is_noticed(name, rows, n, depth);
        fflush(stdout);
    }
    fclose(f);
    printf("%zu of %zu changed tables noticed\n", count - missed, count);
    return count > 0 ? missed : SIZE_MAX;
}
