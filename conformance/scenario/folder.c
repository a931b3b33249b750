/*
 * NAME
 *     folder.c: scenarios from files and folders
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "scenario/scenario.h"
#include "scenario/set_parts.h"

static const char extension[] = ".smtp";

enum { EXTENSION = sizeof extension - 1, DEEPEST = 32 };

static bool fail(struct scenario_error *e, const char *path, const char *text)
{
    *e = (struct scenario_error){.line = 0};
    snprintf(e->file, sizeof e->file, "%s", path);
    snprintf(e->text, sizeof e->text, "%s", text);
    return false;
}

static bool fail_errno(struct scenario_error *e, const char *path)
{
    char text[200];
    snprintf(text, sizeof text, "cannot be read: %s", strerror(errno));
    return fail(e, path, text);
}

/* ---- one file -------------------------------------------------------------------------------- */

static bool read_open_file(struct arena *arena, FILE *f, smtp_span *out)
{
    char *octets = NULL;
    size_t n = 0, room = 0, got = 0;
    do {
        if (n == room) {
            size_t more = room == 0 ? 4096 : 2 * room;
            char *copy = arena_get(arena, more);
            if (n > 0)
                memcpy(copy, octets, n);
            octets = copy;
            room = more;
        }
        got = fread(octets + n, 1, room - n, f);
        n += got;
    } while (got > 0);
    *out = (smtp_span){octets, n};
    return ferror(f) == 0;
}

bool set_read_file(struct arena *arena, const char *path, smtp_span *out)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return false;
    bool good = read_open_file(arena, f, out);
    int why = errno;
    fclose(f);
    errno = why;
    return good;
}

/* Behind the last folder of that name in the path; else `otherwise`. */
static size_t behind(const char *path, const char *folder, size_t otherwise)
{
    for (const char *at = strstr(path, folder); at != NULL; at = strstr(at + 1, folder))
        if (at == path || at[-1] == '/')
            otherwise = (size_t)(at - path) + strlen(folder);
    return otherwise;
}

/* "A scenario's id is its path below scenarios/ without .smtp"; that of a weakness the path below
 * corpus/; elsewhere below the folder given. */
static char *id_of(struct arena *arena, const char *path, size_t below)
{
    smtp_span whole = smtp_span_of(path);
    size_t from = behind(path, "scenarios/", 0);
    if (from == 0 && strstr(path, "corpus/weaknesses/") != NULL)
        from = behind(path, "corpus/", below);
    if (from == 0)
        from = below;
    bool named =
        whole.n > EXTENSION && memcmp(path + whole.n - EXTENSION, extension, EXTENSION) == 0;
    return arena_string(arena, smtp_span_cut(whole, from, whole.n - (named ? EXTENSION : 0)));
}

static bool load_file(struct scenario_set *set, const char *path, size_t below,
                      struct scenario_error *error)
{
    struct arena *arena = set_arena(set);
    smtp_span octets;
    if (!set_read_file(arena, path, &octets))
        return fail_errno(error, path);
    return scenario_parse(set, id_of(arena, path, below), path, octets, error);
}

/* ---- folders --------------------------------------------------------------------------------- */

static char *join(struct arena *arena, const char *folder, const char *name)
{
    size_t a = strlen(folder), room = a + strlen(name) + 2;
    char *path = arena_get(arena, room);
    snprintf(path, room, "%s%s%s", folder, a > 0 && folder[a - 1] == '/' ? "" : "/", name);
    return path;
}

static bool find_files(struct list *files, const char *folder, int depth,
                       struct scenario_error *error);

static bool take_entry(struct list *files, const char *path, int depth,
                       struct scenario_error *error)
{
    struct stat st;
    size_t n = strlen(path);
    if (lstat(path, &st) != 0)
        return fail_errno(error, path);
    if (S_ISDIR(st.st_mode))
        return depth >= DEEPEST ? fail(error, path, "folders within folders, too deep")
                                : find_files(files, path, depth + 1, error);
    if (n > EXTENSION && strcmp(path + n - EXTENSION, extension) == 0)
        *(const char **)list_add(files) = path;
    return true;
}

/* Names that begin with a period are passed over. */
static bool find_files(struct list *files, const char *folder, int depth,
                       struct scenario_error *error)
{
    DIR *d = opendir(folder);
    if (d == NULL)
        return fail_errno(error, folder);
    bool good = true;
    for (struct dirent *e = readdir(d); good && e != NULL; e = readdir(d))
        if (e->d_name[0] != '.')
            good = take_entry(files, join(files->arena, folder, e->d_name), depth, error);
    closedir(d);
    return good;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool load_folder(struct scenario_set *set, const char *path, struct scenario_error *error)
{
    struct list files = LIST_OF(set_arena(set), const char *);
    size_t n = strlen(path), below = n > 0 && path[n - 1] == '/' ? n : n + 1;
    if (!find_files(&files, path, 0, error))
        return false;
    if (files.count == 0)
        return fail(error, path, "no scenarios in this folder");
    qsort(files.items, files.count, files.size, by_name);
    for (size_t i = 0; i < files.count; i++)
        if (!load_file(set, *(const char **)list_at(&files, i), below, error))
            return false;
    return true;
}

bool scenario_load(struct scenario_set *set, const char *path, struct scenario_error *error)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return fail_errno(error, path);
    if (S_ISDIR(st.st_mode))
        return load_folder(set, path, error);
    const char *slash = strrchr(path, '/');
    return load_file(set, path, slash == NULL ? 0 : (size_t)(slash - path) + 1, error);
}
