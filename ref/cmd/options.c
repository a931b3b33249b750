#include "options.h"

#include <stdio.h>
#include <string.h>

#include "smtp/span.h"

static int find(const struct option_row *rows, smtp_span name)
{
    for (int i = 0; rows[i].name != NULL; i++)
        if (smtp_span_is(smtp_span_of(rows[i].name), name))
            return i;
    return OPTIONS_BAD;
}

static int complain(const struct options *o, const char *what, const char *argument)
{
    fprintf(stderr, "%s: %s: %s (%s --help lists all)\n", o->program, argument, what, o->program);
    return OPTIONS_BAD;
}

/* Behind the options; `--` is taken with them. */
static bool at_operands(struct options *o)
{
    if (!o->operands)
        return false;
    if (strcmp(*o->argv, "--") == 0) {
        o->argv++;
        o->argc--;
        return true;
    }
    return strncmp(*o->argv, "--", 2) != 0;
}

int options_next(struct options *o, const char **value)
{
    if (o->argc == 0 || at_operands(o))
        return OPTIONS_END;
    const char *argument = *o->argv++;
    o->argc--;
    if (strncmp(argument, "--", 2) != 0)
        return complain(o, "an option begins with --", argument);
    const char *name = argument + 2, *equals = strchr(name, '=');
    int row =
        find(o->rows, (smtp_span){name, equals != NULL ? (size_t)(equals - name) : strlen(name)});
    if (row < 0)
        return complain(o, "unknown option", argument);
    *value = equals != NULL ? equals + 1 : NULL;
    if (!o->rows[row].has_value)
        return equals == NULL ? row : complain(o, "it takes no value", argument);
    if (equals != NULL)
        return row;
    if (o->argc == 0)
        return complain(o, "a value is missing", argument);
    *value = *o->argv++;
    o->argc--;
    return row;
}

bool options_number(const struct options *o, const char *name, const char *value, uint64_t most,
                    uint64_t *out)
{
    if (smtp_span_number(smtp_span_of(value), 20, out) && *out <= most)
        return true;
    fprintf(stderr, "%s: --%s %s: not a number from 0 to %llu\n", o->program, name, value,
            (unsigned long long)most);
    return false;
}
