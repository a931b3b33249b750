#include "inputs.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void *must(void *p)
{
    if (p == NULL)
        abort();
    return p;
}

/* All of the file, in an allocation of just that size. */
static bool read_file(const char *path, smtp_room *out)
{
    FILE *f = fopen(path, "rb");
    size_t room = 0, got = 1;
    *out = (smtp_room){NULL, 0};
    while (f != NULL && got > 0) {
        if (room - out->n < 4096) {
            room = room == 0 ? 8192 : room * 2;
            out->p = must(realloc(out->p, room));
        }
        got = fread(out->p + out->n, 1, room - out->n, f);
        out->n += got;
    }
    if (f == NULL || ferror(f)) {
        fprintf(stderr, "%s: cannot be read\n", path);
        free(out->p);
        return false;
    }
    fclose(f);
    char *exact = must(malloc(out->n > 0 ? out->n : 1));
    memcpy(exact, out->p, out->n);
    free(out->p);
    out->p = exact;
    return true;
}

static bool take_file(const char *path, void (*take)(void *arg, smtp_span octets), void *arg)
{
    smtp_room octets;
    if (!read_file(path, &octets))
        return false;
    take(arg, (smtp_span){octets.p, octets.n});
    free(octets.p);
    return true;
}

bool inputs_each(const char *path, void (*take)(void *arg, smtp_span octets), void *arg)
{
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
        return take_file(path, take, arg);
    struct dirent **names;
    int count = scandir(path, &names, NULL, alphasort);
    bool ok = count >= 0;
    for (int i = 0; i < count; i++) {
        char inner[4096];
        int n = snprintf(inner, sizeof inner, "%s/%s", path, names[i]->d_name);
        if (names[i]->d_name[0] != '.' && n > 0 && (size_t)n < sizeof inner)
            ok = inputs_each(inner, take, arg) && ok;
        free(names[i]);
    }
    if (count >= 0)
        free(names);
    return ok;
}
