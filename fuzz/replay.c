/*
 * NAME
 *     replay.c: main() that runs files through a fuzz target
 *
 * SYNOPSIS
 *     replay_TARGET FILE|FOLDER...
 *     replay_TARGET [--only PART] --speed SECONDS FILE|FOLDER...
 *     replay_TARGET --passing FOLDER FILE|FOLDER...
 *
 * DESCRIPTION
 *     Needs no fuzzer: this is how the corpus stays a regression test in every build. --speed runs the
 *     files again and again for so long, once as a warm-up, and prints runs a second of processor time and
 *     octets an input. --only is for targets that know parts (SMTPFUZZ_ONLY).
 *     --passing gives each input a process of its own, and writes those that go through into the folder,
 *     under their number: what is left of a corpus where the target is broken.
 *     Ends 0 when all went through; 1: something could not be read, or there was nothing; 64: usage; a
 *     broken oracle aborts.
 */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fuzz.h"
#include "inputs.h"

enum { USAGE = 64, PATIENCE = 10 }; /* seconds, for an input that does not end */

static const char usage[] =
    "usage: replay_TARGET [--only PART] [--speed SECONDS | --passing FOLDER] FILE|FOLDER...\n"
    "Runs files through the fuzz target; --speed measures how fast, --passing keeps those that go "
    "through.\n";

struct pile {
    smtp_room *inputs;
    size_t n, octets, passed;
    bool keep;
    const char *passing; /* folder, or NULL */
    FILE *nowhere;       /* where the targets then talk to */
};

static void run(smtp_span octets)
{
    LLVMFuzzerTestOneInput((const uint8_t *)octets.p, octets.n);
}

static void die(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

/* Whether the target survives the input, in a process of its own that says nothing. */
static bool passes(smtp_span octets, FILE *nowhere)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        alarm(PATIENCE);
        dup2(fileno(nowhere), STDERR_FILENO);
        run(octets);
        _exit(EXIT_SUCCESS);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        die("a process of its own");
    return status == 0;
}

static void keep_passing(struct pile *pile, smtp_span octets)
{
    char path[4096];
    if (!passes(octets, pile->nowhere))
        return;
    snprintf(path, sizeof path, "%s/%zu", pile->passing, pile->n);
    FILE *out = fopen(path, "wb");
    bool written = out != NULL && fwrite(octets.p, 1, octets.n, out) == octets.n;
    if (out == NULL || fclose(out) != 0 || !written)
        die(path);
    pile->passed++;
}

static void take(void *arg, smtp_span octets)
{
    struct pile *pile = arg;
    pile->octets += octets.n;
    pile->n++;
    if (pile->passing != NULL) {
        keep_passing(pile, octets);
        return;
    }
    run(octets);
    if (!pile->keep)
        return;
    pile->inputs = realloc(pile->inputs, pile->n * sizeof *pile->inputs);
    char *copy = malloc(octets.n + 1);
    if (pile->inputs == NULL || copy == NULL)
        abort();
    memcpy(copy, octets.p, octets.n);
    pile->inputs[pile->n - 1] = (smtp_room){copy, octets.n};
}

static void measure(struct pile *pile, double seconds)
{
    size_t runs = 0;
    double used = 0;
    for (clock_t start = clock(); pile->n > 0 && used < seconds;) {
        for (size_t i = 0; i < pile->n; i++, runs++)
            run((smtp_span){pile->inputs[i].p, pile->inputs[i].n});
        used = (double)(clock() - start) / (double)CLOCKS_PER_SEC;
    }
    if (pile->n > 0)
        printf("%.0f runs a second, %zu octets an input, %zu inputs\n", (double)runs / used,
               pile->octets / pile->n, pile->n);
    for (size_t i = 0; i < pile->n; i++)
        free(pile->inputs[i].p);
    free(pile->inputs);
}

int main(int argc, char **argv)
{
    struct pile pile = {.keep = false};
    double seconds = 0;
    int at = 1;
    for (; at + 1 < argc && strncmp(argv[at], "--", 2) == 0; at += 2) {
        if (strcmp(argv[at], "--speed") == 0)
            seconds = strtod(argv[at + 1], NULL);
        else if (strcmp(argv[at], "--passing") == 0)
            pile.passing = argv[at + 1];
        else if (strcmp(argv[at], "--only") != 0 || setenv("SMTPFUZZ_ONLY", argv[at + 1], 1) != 0)
            break;
    }
    if (at == argc || strncmp(argv[at], "--", 2) == 0) {
        bool help = at < argc && strcmp(argv[at], "--help") == 0;
        fputs(usage, help ? stdout : stderr);
        return help ? EXIT_SUCCESS : USAGE;
    }
    pile.keep = seconds > 0;
    if (pile.passing != NULL && (pile.nowhere = fopen("/dev/null", "w")) == NULL)
        die("/dev/null");
    bool ok = true;
    for (; at < argc; at++)
        ok = inputs_each(argv[at], take, &pile) && ok;
    if (pile.passing != NULL)
        printf("%zu of %zu inputs went through\n", pile.passed, pile.n);
    else
        printf("%zu inputs replayed\n", pile.n);
    if (pile.keep)
        measure(&pile, seconds);
    return ok && pile.n > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
