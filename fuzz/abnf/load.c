#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grammars.h"

bool abnf_grammar_has(const struct abnf_grammar_file *file, bool utf8)
{
    return utf8 || strcmp(file->name, "utf8") != 0;
}

static void give_up(const char *name, size_t line, const char *text)
{
    fprintf(stderr, "%s.abnf:%zu: %s\n", name, line, text);
    abort();
}

struct abnf *abnf_load(bool utf8)
{
    struct abnf *g = abnf_new();
    struct abnf_error error;
    if (g == NULL)
        abort();
    for (const struct abnf_grammar_file *file = abnf_grammar_files; file->name != NULL; file++)
        if (abnf_grammar_has(file, utf8) && !abnf_read(g, file->text, &error))
            give_up(file->name, error.line, error.text);
    if (abnf_undefined(g) != NULL)
        give_up(abnf_undefined(g), 0, "no such rule");
    if (abnf_loops(g) != NULL)
        give_up(abnf_loops(g), 0, "the rule begins with itself");
    return g;
}
