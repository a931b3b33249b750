/*
 * NAME
 *     smtpfuzz HOST:PORT: conversations that grow with the replies
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "commands.h"
#include "finds.h"
#include "place.h"

struct run {
    struct hunt_options options;
    struct place place;
    struct hunt hunt;
    bool on_terminal;
    uint64_t shown_ms;
};

/* ---- while it goes on ------------------------------------------------------------------------ */

static void clear_line(const struct run *r)
{
    if (r->on_terminal)
        fputs("\r\033[K", stderr);
}

static void show(void *arg, const struct hunt *h)
{
    enum { PAUSE_MS = 200 };
    struct run *r = arg;
    uint64_t now = hunt_elapsed(h);
    if (!r->on_terminal || now < r->shown_ms + PAUSE_MS)
        return;
    r->shown_ms = now;
    fprintf(stderr, "\r\033[K %zu conversations, %zu transitions, %zu finds, %.0f s", h->cases,
            h->guide.transitions, h->count, (double)now / 1000);
    fflush(stderr);
}

static bool caught(void *arg, struct catch *c)
{
    struct run *r = arg;
    bool written = finds_write(&r->options, &r->place.site, r->hunt.seed, c);
    clear_line(r);
    if (!r->options.quiet)
        finds_print(&r->options, c);
    return written && !r->options.first;
}

/* ---- before and behind ----------------------------------------------------------------------- */

static bool open_place(struct run *r)
{
    const struct hunt_options *o = &r->options;
    const struct place_plan plan = {
        .host = o->target.self ? NULL : o->target.host,
        .port = o->target.port,
        .mode = o->mode,
        .ca = o->ca,
        .insecure = o->insecure,
        .mutant = o->mutant,
        .mutants = o->mutants,
        .timeout_ms = o->timeout_ms,
    };
    if (place_open(&r->place, &plan))
        return true;
    fprintf(stderr, HUNT_PROGRAM ": %s\n", r->place.why);
    return false;
}

static void fill_site(struct run *r)
{
    enum { MINUTE_MS = 60000 };
    const struct hunt_options *o = &r->options;
    struct site *site = &r->place.site;
    site->me = o->ehlo;
    site->from = o->from;
    site->pace_ms = o->rate == 0 ? 0 : MINUTE_MS / o->rate + (MINUTE_MS % o->rate != 0);
    for (site->rcpt_count = 0; site->rcpt_count < o->rcpt_count; site->rcpt_count++)
        site->rcpt[site->rcpt_count] = o->rcpt[site->rcpt_count];
    if (o->target.self && o->rcpt_count == 0)
        site->rcpt[site->rcpt_count++] = "tester@example.test";
}

static int conclude(const struct run *r)
{
    const struct hunt *h = &r->hunt;
    clear_line(r);
    if (h->unreachable) {
        fprintf(stderr, HUNT_PROGRAM ": %s: no greeting with 220 and no 250 to EHLO%s%s\n",
                r->options.target_arg, r->place.site.dialler->why == NULL ? "" : ": ",
                r->place.site.dialler->why == NULL ? "" : r->place.site.dialler->why);
        return FUZZ_UNREACHABLE;
    }
    finds_summary(&r->options, h);
    if (h->no_memory)
        fputs(HUNT_PROGRAM ": no memory\n", stderr);
    return h->count > 0 ? FUZZ_FIND : h->no_memory ? FUZZ_UNREACHABLE : FUZZ_NONE;
}

static int run(struct run *r)
{
    enum { SHRINK_MOST = 300, LEAK_EVERY = 10 };
    const struct hunt_options *o = &r->options;
    fill_site(r);
    r->on_terminal = isatty(STDERR_FILENO) == 1 && !o->quiet;
    r->hunt = (struct hunt){.site = &r->place.site,
                            .seed = o->seed,
                            .time_ms = o->time_ms,
                            .cases_most = o->cases,
                            .level = o->level,
                            .shrink_most = SHRINK_MOST,
                            .leak_every = o->no_leak ? 0 : LEAK_EVERY,
                            .progress = show,
                            .caught = caught,
                            .arg = r};
    hunt_run(&r->hunt);
    int status = conclude(r);
    hunt_free(&r->hunt);
    return status;
}

int command_hunt(int argc, char **argv)
{
    struct run *r = calloc(1, sizeof *r);
    if (r == NULL)
        return FUZZ_UNREACHABLE;
    int status = hunt_options_read(&r->options, argc, argv);
    if (status == FUZZ_NONE && r->options.help) {
        hunt_options_help();
    } else if (status == FUZZ_NONE) {
        status = open_place(r) ? run(r) : FUZZ_UNREACHABLE;
        place_close(&r->place);
    }
    free(r);
    return status;
}
