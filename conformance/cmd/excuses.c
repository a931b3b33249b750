#include "excuses.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "observer/observer.h"
#include "report/groups.h"

static bool complain(const char *file, const char *what)
{
    fprintf(stderr, CHECK_PROGRAM ": %s: %s\n", file, what);
    return false;
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool is_there(const struct scenario_set *set, const char *id)
{
    for (const struct observer_rule *rule = observer_rules; rule->name != NULL; rule++)
        if (strcmp(rule->name, id) == 0)
            return true;
    return scenario_find(set, id) != NULL;
}

static bool note_stale(const struct baseline *baseline, const char *file,
                       const struct scenario_set *set)
{
    bool ok = true;
    for (size_t i = 0; i < baseline->count; i++) {
        const struct baseline_row *row = &baseline->rows[i];
        if (is_there(set, row->id))
            continue;
        fprintf(stderr, CHECK_PROGRAM ": %s:%u: %s: no such case or rule\n", file, row->line,
                row->id);
        ok = false;
    }
    return ok;
}

static bool read_baseline(struct excuses *e, const char *file, const struct scenario_set *set)
{
    char why[640] = "no memory";
    e->baseline = baseline_read(file, why, sizeof why);
    if (e->baseline == NULL) {
        fprintf(stderr, CHECK_PROGRAM ": %s\n", why);
        return false;
    }
    size_t empty = baseline_count_unreasoned(e->baseline);
    if (empty > 0)
        fprintf(stderr, CHECK_PROGRAM ": %s: %zu entr%s no reason yet\n", file, empty,
                empty == 1 ? "y has" : "ies have");
    return note_stale(e->baseline, file, set);
}

bool excuses_open(struct excuses *e, const struct check_options *o, const struct scenario_set *set,
                  size_t chosen)
{
    *e = (struct excuses){.whole = true};
    size_t all = 0;
    for (size_t i = 0; i < scenario_count(set); i++)
        all += scenario_at(set, i)->role == SCENARIO_SERVER;
    e->whole = chosen == all;
    if (o->baseline != NULL && !read_baseline(e, o->baseline, set))
        return false;
    if (o->write_baseline == NULL)
        return true;
    e->to = fopen(o->write_baseline, "ab"); /* it is emptied when there is something to write */
    return e->to != NULL || complain(o->write_baseline, strerror(errno));
}

/* ---- behind the run -------------------------------------------------------------------------- */

bool excuses_apply(struct excuses *e, struct report_run *run)
{
    char today[32] = "";
    struct tm utc;
    if (gmtime_r(&run->started, &utc) != NULL)
        strftime(today, sizeof today, "%Y-%m-%d", &utc);
    return baseline_apply(e->baseline, run->outcomes, run->count, today,
                          e->whole && groups_not_run(run) == 0);
}

bool excuses_write(struct excuses *e, const struct check_options *o, const struct report_run *run)
{
    if (e->to == NULL)
        return true;
    if (run->interrupted || groups_not_run(run) > 0)
        return complain(o->write_baseline, "not written, the run was not finished");
    errno = 0;
    bool ok = ftruncate(fileno(e->to), 0) == 0 &&
              baseline_write(e->to, e->baseline, run->outcomes, run->count, o->strict);
    ok = fclose(e->to) == 0 && ok;
    e->to = NULL;
    return ok || complain(o->write_baseline, errno != 0 ? strerror(errno) : "no memory");
}

void excuses_close(struct excuses *e)
{
    if (e->to != NULL)
        fclose(e->to);
    baseline_free(e->baseline);
    *e = (struct excuses){.to = NULL};
}
