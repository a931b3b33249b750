#include "blackbox/machine_print.h"

#include "blackbox/eod.h"
#include "blackbox/senders.h"

static const char *const letters[LATTICE_ALPHABET] = {"CR", "LF", ".", "NUL", "x"};

void machine_print_table(FILE *to, const struct automaton *a)
{
    fputs("   state  text       CR  LF   .  NUL  x   reached by\n", to);
    for (size_t i = 0; i < a->count; i++) {
        fprintf(to, "   %-6zu %-9s", i, eod_names[a->answer[i]]);
        for (size_t k = 0; k < LATTICE_ALPHABET; k++)
            fprintf(to, " %3u", a->next[i][k]);
        fputs("   ", to);
        word_print(to, &a->access[i]);
        fputc('\n', to);
    }
}

static void print_edge(FILE *to, const struct automaton *a, size_t from, size_t target)
{
    const char *between = "";
    bool any = false;
    for (size_t k = 0; k < LATTICE_ALPHABET; k++)
        any = any || a->next[from][k] == target;
    if (!any)
        return;
    fprintf(to, "  s%zu -> s%zu [label=\"", from, target);
    for (size_t k = 0; k < LATTICE_ALPHABET; k++)
        if (a->next[from][k] == target) {
            fprintf(to, "%s%s", between, letters[k]);
            between = " ";
        }
    fputs("\"];\n", to);
}

void machine_print_dot(FILE *to, const char *name, const struct automaton *a)
{
    fprintf(to, "digraph \"%s\" {\n  rankdir=LR;\n  node [shape=circle];\n", name);
    for (size_t i = 0; i < a->count; i++)
        fprintf(to, "  s%zu [label=\"%zu\\n%s\"%s];\n", i, i, eod_names[a->answer[i]],
                a->answer[i] == EOD_ENDED ? " shape=doublecircle" : "");
    for (size_t i = 0; i < a->count; i++)
        for (size_t k = 1; k < a->count && a->answer[i] != EOD_ENDED; k++)
            print_edge(to, a, i, k);
    fputs("}\n", to);
}

/* Whether one that lets less pass is enough. */
static bool is_more_than_needed(const struct automaton *a, size_t i)
{
    struct word word;
    for (size_t k = 0; k < SENDERS; k++)
        if (k != i && sender_is_less(&senders[k], &senders[i]) &&
            senders_attack(&senders[k], a, EOD_ENDED, &word))
            return true;
    return false;
}

size_t machine_print_senders(FILE *to, const struct automaton *a)
{
    size_t count = 0;
    for (size_t i = 0; i < SENDERS; i++) {
        struct word word;
        if (!senders_attack(&senders[i], a, EOD_ENDED, &word) || is_more_than_needed(a, i))
            continue;
        count++;
        fputs("   unsafe behind a sender that lets pass ", to);
        sender_print(to, &senders[i]);
        fputs(": ", to);
        word_print(to, &word);
        fputc('\n', to);
    }
    if (count == 0)
        fputs("   safe behind every sender that doubles periods behind CRLF\n", to);
    return count;
}
