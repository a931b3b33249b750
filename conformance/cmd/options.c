#include "options.h"

#include <string.h>

#include "closest.h"
#include "smtp/span.h"

static int find(const struct option_row *rows, smtp_span name)
{
    for (int i = 0; rows[i].name != NULL; i++)
        if (smtp_span_is(smtp_span_of(rows[i].name), name))
            return i;
    return OPTIONS_BAD;
}

static int unknown(const struct options *o, const char *argument)
{
    enum { LONGEST = 64 };
    char name[LONGEST];
    const char *bare = argument + strspn(argument, "-");
    snprintf(name, sizeof name, "%.*s", (int)strcspn(bare, "="), bare);
    struct closest near = closest_to(name);
    for (size_t i = 0; o->rows[i].name != NULL; i++)
        closest_offer(&near, o->rows[i].name);
    fprintf(stderr, "%s: unknown option %.*s", o->program, (int)strcspn(argument, "="), argument);
    if (closest_best(&near) != NULL)
        fprintf(stderr, "; did you mean --%s?\n", closest_best(&near));
    else
        fprintf(stderr, " (%s --help lists all)\n", o->program);
    return OPTIONS_BAD;
}

static int complain(const struct options *o, int row, const char *what)
{
    fprintf(stderr, "%s: --%s %s\n", o->program, o->rows[row].name, what);
    return OPTIONS_BAD;
}

static int take_value(struct options *o, int row, const char **value)
{
    if (o->argc == 0) {
        fprintf(stderr, "%s: --%s needs a value: --%s %s\n", o->program, o->rows[row].name,
                o->rows[row].name, o->rows[row].value);
        return OPTIONS_BAD;
    }
    *value = *o->argv++;
    o->argc--;
    return row;
}

static int option(struct options *o, const char *argument, const char **value)
{
    const char *name = argument + 2, *equals = strchr(name, '=');
    size_t n = equals != NULL ? (size_t)(equals - name) : strlen(name);
    int row = strcmp(argument, "-h") == 0 ? find(o->rows, SMTP_SPAN("help"))
              : argument[1] == '-'        ? find(o->rows, (smtp_span){name, n})
                                          : OPTIONS_BAD;
    if (row < 0)
        return unknown(o, argument);
    *value = equals != NULL ? equals + 1 : NULL;
    if (o->rows[row].value == NULL)
        return equals == NULL ? row : complain(o, row, "takes no value");
    return equals != NULL ? row : take_value(o, row, value);
}

int options_next(struct options *o, const char **value)
{
    if (o->argc == 0)
        return OPTIONS_END;
    const char *argument = *o->argv++;
    o->argc--;
    if (!o->words_only && strcmp(argument, "--") == 0) {
        o->words_only = true;
        return options_next(o, value);
    }
    if (!o->words_only && argument[0] == '-' && argument[1] != '\0')
        return option(o, argument, value);
    *value = argument;
    return OPTIONS_WORD;
}

bool options_refuse(const struct options *o, int row, const char *value, const char *why)
{
    fprintf(stderr, "%s: --%s %s: %s\n", o->program, o->rows[row].name, value, why);
    return false;
}

bool options_number(const struct options *o, int row, const char *value, uint64_t most,
                    uint64_t *out)
{
    uint64_t number;
    char why[64];
    if (smtp_span_number(smtp_span_of(value), 20, &number) && number <= most) {
        *out = number;
        return true;
    }
    snprintf(why, sizeof why, "not a number from 0 to %llu", (unsigned long long)most);
    return options_refuse(o, row, value, why);
}

bool options_time(const struct options *o, int row, const char *value, uint64_t *out_ms)
{
    static const struct {
        const char *name;
        uint64_t ms;
    } units[] = {{"", 1000}, {"s", 1000}, {"ms", 1}, {"m", 60000}};
    enum { DAY_MS = 86400000, DIGITS = 9 };
    size_t n = strspn(value, "0123456789");
    uint64_t number;
    if (!smtp_span_number((smtp_span){value, n}, DIGITS, &number) || number == 0)
        return options_refuse(o, row, value, "not a time: 30, 30s, 500ms or 2m");
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(value + n, units[i].name) != 0)
            continue;
        *out_ms = number * units[i].ms;
        return *out_ms <= DAY_MS || options_refuse(o, row, value, "more than a day");
    }
    return options_refuse(o, row, value, "no such unit: s, ms or m");
}

/* The first line behind the name, the others below it. */
static void print_about(FILE *to, const char *about, int column)
{
    for (;;) {
        size_t n = strcspn(about, "\n");
        fprintf(to, "%.*s\n", (int)n, about);
        if (about[n] == '\0')
            return;
        about += n + 1;
        fprintf(to, "%*s", column, "");
    }
}

void options_print_help(FILE *to, const struct option_row *rows)
{
    enum { COLUMN = 26 };
    for (; rows->name != NULL; rows++) {
        char left[64];
        if (rows->heading != NULL)
            fprintf(to, "\n%s:\n", rows->heading);
        if (rows->about == NULL)
            continue;
        snprintf(left, sizeof left, "  --%s%s%s", rows->name, rows->value != NULL ? " " : "",
                 rows->value != NULL ? rows->value : "");
        fprintf(to, "%-*s", COLUMN, left);
        print_about(to, rows->about, COLUMN);
    }
}
