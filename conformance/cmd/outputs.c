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

bool outputs_open(struct outputs *outputs, const struct check_options *o)
{
    *outputs = (struct outputs){.text = stdout};
    bool ok = open_one(o->json, &outputs->json, outputs) &&
              open_one(o->junit, &outputs->junit, outputs) &&
              open_one(o->tap, &outputs->tap, outputs);
    if (!ok) {
        close_one(&outputs->json);
        close_one(&outputs->junit);
        close_one(&outputs->tap);
    }
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
    bool ok = true;
    errno = 0;
    if (outputs->json != NULL)
        ok = finish(o->json, &outputs->json, report_json(outputs->json, run, !o->no_transcripts));
    if (outputs->junit != NULL)
        ok = finish(o->junit, &outputs->junit, report_junit(outputs->junit, run)) && ok;
    if (outputs->tap != NULL)
        ok = finish(o->tap, &outputs->tap, report_tap(outputs->tap, run)) && ok;
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
    return outputs_write_files(outputs, o, run) && ok;
}
