#include "files.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_SIZE = 1024, ENDING = 5 };

struct walk {
    void (*each)(void *arg, const char *id, const char *file);
    void *arg;
    size_t root; /* octets of a path that are no part of an id */
};

static bool has_ending(const char *name)
{
    size_t n = strlen(name);
    return n > ENDING && strcmp(name + n - ENDING, ".smtp") == 0;
}

static void call(const struct walk *walk, const char *file)
{
    char id[PATH_SIZE];
    const char *name = file + walk->root;
    size_t n = strlen(name) - (has_ending(name) ? ENDING : 0);
    snprintf(id, sizeof id, "%.*s", (int)n, name);
    walk->each(walk->arg, id, file);
}

static bool is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static bool walk_folder(const struct walk *walk, const char *folder)
{
    struct dirent **entries = NULL;
    int n = scandir(folder, &entries, is_shown, alphasort);
    bool ok = n >= 0;
    for (int i = 0; i < n; i++) {
        char path[PATH_SIZE];
        int size = snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        bool fits = size > 0 && (size_t)size < sizeof path;
        if (fits && is_folder(path))
            ok = walk_folder(walk, path) && ok;
        else if (fits && has_ending(path))
            call(walk, path);
        free(entries[i]);
    }
    free(entries);
    return ok;
}

bool files_each(const char *path, void (*each)(void *arg, const char *id, const char *file),
                void *arg)
{
    struct walk walk = {each, arg, strlen(path) + 1};
    struct stat about;
    if (stat(path, &about) != 0)
        return false;
    if (S_ISDIR(about.st_mode)) {
        char folder[PATH_SIZE];
        size_t n = strlen(path);
        while (n > 1 && path[n - 1] == '/')
            n--;
        walk.root = n + 1;
        snprintf(folder, sizeof folder, "%.*s", (int)n, path);
        return walk_folder(&walk, folder);
    }
    const char *slash = strrchr(path, '/');
    walk.root = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    call(&walk, path);
    return true;
}

/* All of it; NULL: an error, or no memory. */
static char *read_all(FILE *f, size_t *size)
{
    char *text = NULL;
    size_t n = 0, room = 0, got = 1;
    while (got > 0) {
        char *more = n + 1 < room ? text : realloc(text, room = 2 * room + 4096);
        if (more == NULL)
            break;
        text = more;
        got = fread(text + n, 1, room - n - 1, f);
        n += got;
    }
    if (got > 0 || ferror(f) != 0) {
        free(text);
        return NULL;
    }
    text[n] = '\0';
    *size = n;
    return text;
}

char *files_read(const char *file, size_t *size)
{
    FILE *f = fopen(file, "rb");
    if (f == NULL)
        return NULL;
    char *text = read_all(f, size);
    fclose(f);
    return text;
}

bool files_print(FILE *to, const char *file, int indent)
{
    size_t size;
    char *text = files_read(file, &size);
    if (text == NULL)
        return false;
    for (char *line = text; *line != '\0';) {
        size_t n = strcspn(line, "\n");
        fprintf(to, "%*s%.*s\n", n > 0 ? indent : 0, "", (int)n, line);
        line += n + (line[n] == '\n');
    }
    free(text);
    return true;
}
