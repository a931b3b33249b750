#include "data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The folder that the program lies in, links followed; false where the system does not tell. */
static bool find_program(char out[DATA_PATH_SIZE])
{
    ssize_t n = readlink("/proc/self/exe", out, DATA_PATH_SIZE);
    if (n <= 0 || n >= DATA_PATH_SIZE)
        return false;
    out[n] = '\0';
    *strrchr(out, '/') = '\0';
    return true;
}

/* From the program's folder to that of the data; without "..", so that the paths in reports are short. */
static bool find_beside(char out[DATA_PATH_SIZE])
{
    const char *way = SMTPSPEC_TO_DATA;
    if (!find_program(out))
        return false;
    for (char *slash; strncmp(way, "../", 3) == 0 && (slash = strrchr(out, '/')) != NULL; way += 3)
        *slash = '\0';
    size_t at = strlen(out);
    int n = snprintf(out + at, DATA_PATH_SIZE - at, "/%s", way);
    return n > 0 && (size_t)n < DATA_PATH_SIZE - at;
}

/* A program in the build tree has no data beside it, and does not look into an older installation. */
static void find_folder(struct data *data)
{
    char beside[DATA_PATH_SIZE];
    const char *folder = getenv("SMTPSPEC_DATA");
    if (folder == NULL || folder[0] == '\0') {
        folder = find_beside(beside) ? beside : SMTPSPEC_INSTALLED_DATA;
        if (access(folder, R_OK) != 0)
            folder = SMTPSPEC_SOURCE_DATA;
    }
    snprintf(data->folder, sizeof data->folder, "%s", folder);
}

bool data_weaknesses(const struct data *data, char out[DATA_PATH_SIZE])
{
    data_path(data, "corpus/weaknesses", out);
    if (strcmp(data->folder, SMTPSPEC_SOURCE_DATA) == 0)
        snprintf(out, DATA_PATH_SIZE, "%s", SMTPSPEC_SOURCE_WEAKNESSES);
    return access(out, R_OK) == 0;
}

void data_path(const struct data *data, const char *part, char out[DATA_PATH_SIZE])
{
    int n = snprintf(out, DATA_PATH_SIZE, "%s/%s", data->folder, part);
    if (n < 0 || n >= DATA_PATH_SIZE)
        out[0] = '\0'; /* a path that long cannot be opened */
}

enum verdict_exit data_open(struct data *data, const char *program)
{
    char path[DATA_PATH_SIZE], why[512];
    *data = (struct data){.set = NULL};
    find_folder(data);
    data_path(data, "requirements", path);
    data->ledger = ledger_load(path, why, sizeof why);
    if (data->ledger != NULL)
        return VERDICT_OK;
    fprintf(stderr,
            "%s: %s (SMTPSPEC_DATA names the folder of scenarios, prelude and requirements)\n",
            program, why);
    return VERDICT_TROUBLE;
}

void data_print_error(const struct scenario_error *error)
{
    fputs(error->file, stderr);
    if (error->line > 0)
        fprintf(stderr, ":%u", error->line);
    if (error->line > 0 && error->column > 0)
        fprintf(stderr, ":%u", error->column);
    fprintf(stderr, ": %s\n", error->text);
}

static bool load_shipped(struct data *data, struct scenario_error *error)
{
    char path[DATA_PATH_SIZE];
    data_path(data, "scenarios", path);
    if (!scenario_load(data->set, path, error))
        return false;
    return !data_weaknesses(data, path) || scenario_load(data->set, path, error);
}

enum verdict_exit data_load(struct data *data, const char *program, const char *path)
{
    char prelude[DATA_PATH_SIZE];
    struct scenario_error error;
    data_path(data, "prelude", prelude);
    data->set = scenario_set_new(prelude);
    if (data->set == NULL) {
        fprintf(stderr, "%s: no memory\n", program);
        return VERDICT_TROUBLE;
    }
    bool ok = path != NULL ? scenario_load(data->set, path, &error) : load_shipped(data, &error);
    if (!ok) {
        data_print_error(&error);
        return path != NULL ? VERDICT_USAGE : VERDICT_TROUBLE;
    }
    return VERDICT_OK;
}

void data_close(struct data *data)
{
    if (data->set != NULL)
        scenario_set_free(data->set);
    ledger_free(data->ledger);
}
