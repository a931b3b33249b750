#include "finds.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "blackbox/story.h"

/* ---- a file ---------------------------------------------------------------------------------- */

/* A rule whose breaking a scenario cannot show has none. */
static bool has_scenario(const struct catch *c)
{
    return c->rule->req[0] != NULL;
}

static bool save(const char *file, const char *text)
{
    FILE *to = fopen(file, "w");
    bool good = to != NULL && fputs(text, to) >= 0;
    if (to != NULL && fclose(to) != 0)
        good = false;
    if (!good)
        fprintf(stderr, HUNT_PROGRAM ": %s: %s\n", file, strerror(errno));
    return good;
}

/* NAME.smtp, NAME-2.smtp for the next verb that breaks the same rule. */
static void name_file(const struct hunt_options *o, struct catch *c)
{
    for (unsigned i = 1; i < 100; i++) {
        struct stat there;
        char number[8] = "";
        if (i > 1)
            snprintf(number, sizeof number, "-%u", i);
        snprintf(c->file, sizeof c->file, "%.180s/%s%s.smtp", o->output, c->rule->name, number);
        if (stat(c->file, &there) != 0)
            return;
    }
}

bool finds_write(const struct hunt_options *o, struct site *site, uint64_t seed, struct catch *c)
{
    char note[160], why[256] = "";
    struct talk_result result;
    struct talk_replay replay = talk_replay_of(&c->moves);
    if (!has_scenario(c))
        return true;
    snprintf(note, sizeof note, "found by smtpfuzz, seed %llu, case %zu", (unsigned long long)seed,
             c->at_case);
    (void)talk_run(site, &replay.source, &result);
    char *text = story_print(c, &result, site, note);
    talk_free(&result);
    if (text == NULL)
        return false;
    enum player_verdict verdict = story_play(text, site, why, sizeof why);
    c->reproduced = verdict == PLAYER_FAIL || verdict == PLAYER_WARN;
    if (mkdir(o->output, 0777) != 0 && errno != EEXIST)
        fprintf(stderr, HUNT_PROGRAM ": %s: %s\n", o->output, strerror(errno));
    name_file(o, c);
    bool good = save(c->file, text);
    free(text);
    return good;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void print_requirements(const struct observer_rule *rule)
{
    for (size_t i = 0; rule->req[i] != NULL; i++)
        printf(" %s", rule->req[i]);
}

static void print_again(const struct hunt_options *o, const struct catch *c)
{
    printf("       again     smtpspec check --scenarios %s --effect hostile --strict", c->file);
    if (o->starttls)
        printf(" --starttls");
    if (o->tls)
        printf(" --tls");
    if (o->ca != NULL)
        printf(" --ca %s", o->ca);
    if (o->insecure)
        printf(" --insecure");
    for (size_t i = 0; i < o->rcpt_count; i++)
        printf(" --rcpt %s", o->rcpt[i]);
    printf(" %s\n", o->target_arg);
}

void finds_print(const struct hunt_options *o, const struct catch *c)
{
    printf(" FIND  %-6s  %s (case %zu)\n       rule      %s:", scenario_level_name(c->rule->level),
           c->why, c->at_case, c->rule->name);
    print_requirements(c->rule);
    printf("\n                 %s\n", c->rule->text);
    if (!c->repeats && has_scenario(c))
        puts("       note      it did not come again when the conversation was played again");
    if (c->file[0] != '\0' && o->target.self && o->mutant != NULL)
        printf("       scenario  %s%s\n", c->file, c->reproduced ? " (played: fails)" : "");
    else if (c->file[0] != '\0')
        print_again(o, c);
    if (c->file[0] != '\0' && !c->reproduced)
        puts("       note      the scenario by itself does not fail: see its comment");
    fflush(stdout);
}

void finds_summary(const struct hunt_options *o, const struct hunt *h)
{
    for (size_t i = 0; i < h->count; i++) {
        const struct catch *c = &h->catches[i];
        printf(" %-28s %5zu case%s ", c->rule->name, c->times, c->times == 1 ? " " : "s");
        print_requirements(c->rule);
        putchar('\n');
    }
    printf("%zu find%s in %zu conversations on %s, %zu connections, %zu transitions, %.1f s, "
           "seed %llu%s\n",
           h->count, h->count == 1 ? "" : "s", h->cases, o->target_arg, h->site->connections,
           h->guide.transitions, (double)hunt_elapsed(h) / 1000, (unsigned long long)h->seed,
           h->interrupted ? ", interrupted" : "");
    fflush(stdout);
}
