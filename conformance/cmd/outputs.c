#include "outputs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "quiet.h"

static bool complain(const char *file)
{
    fprintf(stderr, CHECK_PROGRAM ": %s: %s\n", file, strerror(errno));
    return false;
}

static bool open_one(const char *file, FILE **out, struct outputs *outputs)
{
    if (file == NULL)
        return true;
    bool standard = strcmp(file, "-") == 0;
    *out = standard ? stdout : fopen(file, "wb");
    if (standard)
        outputs->text = stderr;
    return *out != NULL || complain(file);
}

static void close_one(FILE **file)
{
    if (*file != NULL && *file != stdout)
        fclose(*file);
    *file = NULL;
}

/* ---- a row for each report ------------------------------------------------------------------- */

static bool write_json(FILE *to, const struct report_run *run, const struct check_options *o)
{
    return report_json(to, run, !o->no_transcripts);
}

static bool write_junit(FILE *to, const struct report_run *run, const struct check_options *o)
{
    (void)o;
    return report_junit(to, run);
}

static bool write_tap(FILE *to, const struct report_run *run, const struct check_options *o)
{
    (void)o;
    return report_tap(to, run);
}

static bool write_html(FILE *to, const struct report_run *run, const struct check_options *o)
{
    return report_html(to, run, !o->no_transcripts);
}

typedef bool writer(FILE *to, const struct report_run *run, const struct check_options *o);
static writer *const writers[OUTPUTS] = {write_json, write_junit, write_tap, write_html};

static void names(const struct check_options *o, const char *out[OUTPUTS])
{
    const char *const all[OUTPUTS] = {o->json, o->junit, o->tap, o->html};
    memcpy(out, all, sizeof all);
}

/* ---------------------------------------------------------------------------------------------- */

bool outputs_open(struct outputs *outputs, const struct check_options *o)
{
    const char *name[OUTPUTS];
    bool ok = true;
    *outputs = (struct outputs){.text = stdout};
    names(o, name);
    for (size_t i = 0; ok && i < OUTPUTS; i++)
        ok = open_one(name[i], &outputs->files[i], outputs);
    for (size_t i = 0; !ok && i < OUTPUTS; i++)
        close_one(&outputs->files[i]);
    /* https://no-color.org: set and not empty */
    const char *no_colour = getenv("NO_COLOR");
    outputs->colour =
        isatty(fileno(outputs->text)) == 1 && (no_colour == NULL || no_colour[0] == '\0');
    return ok;
}

/* What a full disk keeps back shows at the latest when the file is closed. */
static bool finish(const char *name, FILE **file, bool written)
{
    bool ok = written && fflush(*file) == 0 && ferror(*file) == 0;
    if (*file != stdout && fclose(*file) != 0)
        ok = false;
    *file = NULL;
    return ok || complain(name);
}

bool outputs_write_files(struct outputs *outputs, const struct check_options *o,
                         const struct report_run *run)
{
    const char *name[OUTPUTS];
    bool ok = true;
    errno = 0;
    names(o, name);
    for (size_t i = 0; i < OUTPUTS; i++)
        if (outputs->files[i] != NULL)
            ok = finish(name[i], &outputs->files[i], writers[i](outputs->files[i], run, o)) && ok;
    return ok;
}

bool outputs_write(struct outputs *outputs, const struct check_options *o,
                   const struct report_run *run)
{
    if (o->quiet)
        quiet_text(outputs->text, run, outputs->colour);
    else
        report_text(outputs->text, run, outputs->colour, o->verbose);
    errno = 0;
    bool ok = (fflush(outputs->text) == 0 && ferror(outputs->text) == 0) || complain("the text");
    ok = outputs_write_files(outputs, o, run) && ok;
    if (ok && !o->quiet && o->html != NULL && strcmp(o->html, "-") != 0)
        fprintf(outputs->text, " report: %s\n", o->html);
    return ok;
}
