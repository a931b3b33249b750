#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "explore/explore.h"

static const char help[] = "usage: explore [--depth N] [--mutants FILE [--only NAME]]\n"
                           "\n"
                           "Visits every state that the server and the client session can be in "
                           "after up to N letters behind the greeting (5): commands\n"
                           "in good and bad form, replies, chunks, handshakes, time that runs out, "
                           "and each answer of the\n"
                           "application or the caller. Every step is judged by the passive "
                           "observer, by a model of the protocol, and\n"
                           "by what must hold in every state. Prints states, transitions and words "
                           "(paths) for each set-up.\n"
                           "\n"
                           "  --mutants FILE   the same with each sequencing table that a row of "
                           "FILE (conformance/mutants.tsv)\n"
                           "                   changes; each has to be noticed\n"
                           "  --only NAME      this row alone\n"
                           "\n"
                           "Ends 0; 1 where something is wrong; 64 usage.\n";

static bool run(const struct world *world, unsigned depth)
{
    struct explored result;
    clock_t start = clock();
    if (!explore(world, depth + 1, &result)) {
        fprintf(stderr, "explore: no memory\n");
        return false;
    }
    printf("%-42s %7zu states %9zu transitions %14llu words  %.1f s\n", world->name, result.states,
           result.transitions, (unsigned long long)result.words,
           (double)(clock() - start) / CLOCKS_PER_SEC);
    fflush(stdout);
    if (!result.finding.found)
        return true;
    fprintf(stderr, "%s: %s\n  after: %s\n", world->name, result.finding.why, result.path);
    return false;
}

static bool run_all(unsigned depth)
{
    const struct world *world;
    bool ok = true;
    for (size_t i = 0; (world = server_world(i, NULL)) != NULL; i++)
        ok = run(world, depth) && ok;
    for (size_t i = 0; (world = client_world(i)) != NULL; i++)
        ok = run(world, depth) && ok;
    return ok;
}

static int usage(const char *what)
{
    fprintf(stderr, "explore: %s\n%s", what, help);
    return 64;
}

int main(int argc, char **argv)
{
    const char *mutants = NULL, *only = NULL;
    unsigned long depth = 5;
    for (int i = 1; i < argc; i++) {
        bool more = i + 1 < argc;
        if (strcmp(argv[i], "--help") == 0) {
            fputs(help, stdout);
            return EXIT_SUCCESS;
        }
        if (strcmp(argv[i], "--depth") == 0 && more)
            depth = strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--mutants") == 0 && more)
            mutants = argv[++i];
        else if (strcmp(argv[i], "--only") == 0 && more)
            only = argv[++i];
        else
            return usage(argv[i]);
    }
    if (depth < 1 || depth >= EXPLORE_DEPTH_MAX)
        return usage("--depth takes 1 to 7");
    if (mutants != NULL)
        return explore_mutants(mutants, only, (unsigned)depth + 1) == 0 ? EXIT_SUCCESS
                                                                        : EXIT_FAILURE;
    return run_all((unsigned)depth) ? EXIT_SUCCESS : EXIT_FAILURE;
}
