/*
 * NAME
 *     smtpfuzz diff: the same octets to several servers
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "blackbox/compare.h"
#include "blackbox/machine_print.h"
#include "cmd/interrupt.h"
#include "commands.h"
#include "diff_run.h"

/* ---- while it goes on ------------------------------------------------------------------------ */

static void show(void *arg)
{
    struct diff *d = arg;
    size_t connections = 0;
    if (!d->on_terminal)
        return;
    for (size_t i = 0; i < d->count; i++)
        connections += d->places[i].site.connections;
    fprintf(stderr, "\r\033[K %s, %zu connections", d->doing, connections);
    fflush(stderr);
}

void diff_clear_line(const struct diff *d)
{
    if (d->on_terminal)
        fputs("\r\033[K", stderr);
}

/* ---- the servers ----------------------------------------------------------------------------- */

static bool open_one(struct diff *d, size_t i)
{
    const struct diff_options *o = &d->options;
    const struct diff_server *s = &o->servers[i];
    const struct place_plan plan = {
        .host = s->address.self ? NULL : s->address.host,
        .port = s->address.port,
        .mode = o->starttls           ? PLAYER_STARTTLS
                : s->address.implicit ? PLAYER_IMPLICIT
                                      : PLAYER_CLEAR,
        .ca = o->ca,
        .insecure = o->insecure,
        .mutant = s->mutant,
        .mutants = o->mutants,
        .timeout_ms = o->timeout_ms,
        .beside = d->beside,
    };
    struct place *place = &d->places[i];
    if (!place_open(place, &plan)) {
        fprintf(stderr, DIFF_PROGRAM ": %s: %s\n", s->name, place->why);
        return false;
    }
    if (d->beside == NULL && place->uv != NULL)
        d->beside = place;
    return true;
}

static void fill_one(struct diff *d, size_t i)
{
    enum { MINUTE_MS = 60000 };
    const struct diff_options *o = &d->options;
    const struct diff_server *s = &o->servers[i];
    struct site *site = &d->places[i].site;
    site->me = o->ehlo;
    site->from = s->from != NULL ? s->from : o->from;
    site->pace_ms = o->rate == 0 ? 0 : MINUTE_MS / o->rate + (MINUTE_MS % o->rate != 0);
    site->rcpt[0] = s->rcpt != NULL ? s->rcpt : o->rcpt != NULL ? o->rcpt : "tester@example.test";
    site->rcpt_count = 1;
    d->names[i] = s->name;
}

static bool open_all(struct diff *d)
{
    bool good = true;
    for (d->count = 0; d->count < d->options.count && good;) {
        good = open_one(d, d->count);
        fill_one(d, d->count++);
    }
    return good;
}

/* One text that nobody mistakes: whoever does not take it cannot be compared. */
static bool reach_all(struct diff *d)
{
    for (size_t i = 0; i < d->count; i++) {
        enum eod_answer answer;
        d->servers[i].silence_ms = d->options.silence_ms;
        if (eod_begin(&d->servers[i], &d->places[i].site, &answer))
            continue;
        diff_clear_line(d);
        fprintf(stderr, DIFF_PROGRAM ": %s: a plain message for %s is not taken (%s)\n",
                d->names[i], d->places[i].site.rcpt[0], eod_names[answer]);
        return false;
    }
    return true;
}

/* ---- automata -------------------------------------------------------------------------------- */

static void write_dot(const struct diff *d, size_t i)
{
    char file[512];
    if (mkdir(d->options.dot, 0777) != 0 && errno != EEXIST)
        fprintf(stderr, DIFF_PROGRAM ": %s: %s\n", d->options.dot, strerror(errno));
    snprintf(file, sizeof file, "%.300s/%.150s.dot", d->options.dot, d->names[i]);
    FILE *to = fopen(file, "w");
    if (to != NULL)
        machine_print_dot(to, d->names[i], &d->automata[i]);
    if (to == NULL || fclose(to) != 0)
        fprintf(stderr, DIFF_PROGRAM ": %s: %s\n", file, strerror(errno));
}

static bool infer(struct diff *d, size_t i, const struct word *tests, size_t count)
{
    struct eod *eod = &d->servers[i];
    eod->progress = show;
    eod->arg = d;
    struct learner learner = {.ask = eod_ask_word,
                              .arg = eod,
                              .absorbing = EOD_ENDED,
                              .tests = tests,
                              .test_count = count};
    d->known[i] = automaton_learn(&learner, &d->automata[i]);
    diff_clear_line(d);
    printf(" %s: %zu states, %zu probes%s\n", d->names[i], d->automata[i].count, learner.asked,
           eod->waits ? "; it hangs up on what stands behind an end, which was sent later" : "");
    if (!d->known[i]) {
        printf("   no automaton: %s\n", eod->lost > 0 ? "a text was not asked for any more"
                                                      : "it does not always answer alike");
        return !interrupt_came();
    }
    machine_print_table(stdout, &d->automata[i]);
    d->unsafe += machine_print_senders(stdout, &d->automata[i]) > 0;
    if (d->options.dot != NULL)
        write_dot(d, i);
    fflush(stdout);
    return true;
}

static bool infer_all(struct diff *d)
{
    static struct word tests[LATTICE_CLASSES];
    size_t count = words_of_lattice(tests);
    puts("What each takes for the end of data");
    d->doing = "inferring automata";
    for (size_t i = 0; i < d->count; i++)
        if (!infer(d, i, tests, count))
            return false;
    return true;
}

/* ---- strings and replies --------------------------------------------------------------------- */

static struct compare comparison(struct diff *d)
{
    *d->clusters = (struct clusters){.servers = d->count};
    return (struct compare){.servers = d->servers,
                            .count = d->count,
                            .clusters = d->clusters,
                            .progress = show,
                            .arg = d};
}

static void print_clusters(struct diff *d, const char *heading)
{
    diff_clear_line(d);
    puts(heading);
    d->differences += clusters_print(stdout, d->clusters, d->names);
    fflush(stdout);
}

static bool compare_strings(struct diff *d)
{
    size_t count = compare_words((size_t)d->options.length, NULL, 0);
    struct word *words = calloc(count + 1, sizeof *words);
    struct compare c = comparison(d);
    if (words == NULL)
        return false;
    d->doing = "strings within a text";
    (void)compare_words((size_t)d->options.length, words, count);
    bool good = compare_ends(&c, words, count);
    free(words);
    print_clusters(d, "\nStrings within a text");
    return good;
}

static bool compare_talk(struct diff *d)
{
    struct compare c = comparison(d);
    d->doing = "conversations";
    bool good = compare_replies(&c, d->options.seed, d->options.conversations);
    print_clusters(d, "\nReplies, by class");
    return good;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static int run(struct diff *d)
{
    d->on_terminal = isatty(STDERR_FILENO) == 1 && !d->options.quiet;
    if (!reach_all(d))
        return FUZZ_UNREACHABLE;
    bool good = d->options.no_automata || infer_all(d);
    good = good && (d->options.length == 0 || d->count < 2 || compare_strings(d));
    good = good && (d->options.conversations == 0 || d->count < 2 || compare_talk(d));
    good = good && diff_delivered(d) && diff_hops(d);
    printf("\n%zu servers, %zu of them unsafe behind some sender, %zu kinds of difference%s\n",
           d->count, d->unsafe, d->differences, interrupt_came() ? ", interrupted" : "");
    if (!good && !interrupt_came())
        return FUZZ_UNREACHABLE;
    return d->differences + d->unsafe > 0 ? FUZZ_FIND : FUZZ_NONE;
}

int command_diff(int argc, char **argv)
{
    struct diff *d = calloc(1, sizeof *d);
    struct clusters *clusters = calloc(1, sizeof *clusters);
    int status = FUZZ_UNREACHABLE;
    if (d != NULL && clusters != NULL) {
        d->clusters = clusters;
        status = diff_options_read(&d->options, argc, argv);
        if (status == FUZZ_NONE && d->options.help)
            diff_options_help();
        else if (status == FUZZ_NONE)
            status = open_all(d) ? run(d) : FUZZ_UNREACHABLE;
        for (size_t i = d->count; i-- > 0;)
            place_close(&d->places[i]);
        diff_hops_close();
        diff_options_free(&d->options);
    }
    free(clusters);
    free(d);
    return status;
}
