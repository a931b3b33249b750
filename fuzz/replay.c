/*
 * NAME
 *     replay.c: main() that runs files through a fuzz target
 *
 * DESCRIPTION
 *     Each argument is a file or a folder of files. Needs no fuzzer: this is how the corpus stays a
 *     regression test in every build. Ends 0 when all went through; a broken oracle aborts.
 */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

static size_t played;

static bool replay_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        fprintf(stderr, "%s: cannot be read\n", path);
        return false;
    }
    char *octets = NULL;
    size_t n = 0, room = 0;
    for (size_t got = 1; got > 0; n += got) {
        if (room - n < 4096) {
            room = room == 0 ? 8192 : room * 2;
            char *bigger = realloc(octets, room);
            if (bigger == NULL)
                abort();
            octets = bigger;
        }
        got = fread(octets + n, 1, room - n, f);
    }
    fclose(f);
    uint8_t *exact = malloc(n > 0 ? n : 1); /* its end is the end of the allocation, for ASan */
    if (exact == NULL)
        abort();
    memcpy(exact, octets, n);
    free(octets);
    LLVMFuzzerTestOneInput(exact, n);
    free(exact);
    played++;
    return true;
}

static bool replay(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
        return replay_file(path);
    struct dirent **names;
    int count = scandir(path, &names, NULL, alphasort);
    bool ok = count >= 0;
    for (int i = 0; i < count; i++) {
        char inner[4096];
        int n = snprintf(inner, sizeof inner, "%s/%s", path, names[i]->d_name);
        if (names[i]->d_name[0] != '.' && n > 0 && (size_t)n < sizeof inner)
            ok = replay(inner) && ok;
        free(names[i]);
    }
    if (count >= 0)
        free(names);
    return ok;
}

int main(int argc, char **argv)
{
    bool ok = argc > 1;
    for (int i = 1; i < argc; i++)
        ok = replay(argv[i]) && ok;
    printf("%zu inputs replayed\n", played);
    return ok && played > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
