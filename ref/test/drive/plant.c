/*
 * NAME
 *     plant.c: a Maildir store that is wrong in the way that PLANT names, to be loaded by LD_PRELOAD
 *
 * DESCRIPTION
 *     Shows that the crash test and the test of the order can fail. What link and unlink do:
 *         late    both are done a while after they were answered: 250 before the message is there
 *         half    the name stands in new/ as soon as the file is made: messages that are not whole
 *         twice   a second name in new/
 *     Any other word is an error, so that a misspelt one does not look like a right store.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum { PATH_SIZE = 512, LATE_MS = 300 };

static int (*real_openat)(int, const char *, int, ...);
static int (*real_linkat)(int, const char *, int, const char *, int);
static int (*real_unlinkat)(int, const char *, int);
static const char *plant;

static void *real(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL)
        abort();
    return found;
}

__attribute__((constructor)) static void begin(void)
{
    static const char *const plants[] = {"late", "half", "twice"};
    *(void **)&real_openat = real("openat");
    *(void **)&real_linkat = real("linkat");
    *(void **)&real_unlinkat = real("unlinkat");
    const char *word = getenv("PLANT");
    for (size_t i = 0; word != NULL && i < sizeof plants / sizeof *plants; i++)
        if (strcmp(word, plants[i]) == 0)
            plant = plants[i];
    if (plant == NULL) {
        fprintf(stderr, "plant: PLANT is late, half or twice\n");
        _exit(64);
    }
}

static int is_planted(const char *what)
{
    return strcmp(plant, what) == 0;
}

/* ---- late ---------------------------------------------------------------------------------- */

struct change {
    int from, to; /* to < 0: unlink */
    char name[PATH_SIZE];
};

static void *change_later(void *arg)
{
    struct change *c = arg;
    /* a link comes before the unlink that was asked for behind it */
    struct timespec late = {0, (c->to < 0 ? LATE_MS + 100 : LATE_MS) * 1000000L};
    nanosleep(&late, NULL);
    if (c->to < 0)
        real_unlinkat(c->from, c->name, 0);
    else
        real_linkat(c->from, c->name, c->to, c->name, 0);
    free(c);
    return NULL;
}

static int put_off(int from, int to, const char *name)
{
    struct change *c = calloc(1, sizeof *c);
    pthread_t thread;
    if (c == NULL)
        abort();
    c->from = from;
    c->to = to;
    snprintf(c->name, sizeof c->name, "%s", name);
    if (pthread_create(&thread, NULL, change_later, c) != 0 || pthread_detach(thread) != 0)
        abort();
    return 0;
}

/* ---- the calls ----------------------------------------------------------------------------- */

int openat(int at, const char *name, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(args, mode_t) : 0;
    va_end(args);
    int file = real_openat(at, name, flags, mode);
    if (file >= 0 && (flags & O_CREAT) != 0 && is_planted("half")) {
        char path[PATH_SIZE];
        snprintf(path, sizeof path, "/proc/self/fd/%d/../new/%s", at, name);
        real_linkat(at, name, AT_FDCWD, path, 0);
    }
    return file;
}

int linkat(int from, const char *old, int to, const char *new, int flags)
{
    char second[PATH_SIZE];
    if (is_planted("late"))
        return put_off(from, to, new);
    if (is_planted("half"))
        return 0;
    snprintf(second, sizeof second, "%s.again", new);
    real_linkat(from, old, to, second, flags);
    return real_linkat(from, old, to, new, flags);
}

int unlinkat(int at, const char *name, int flags)
{
    return is_planted("late") ? put_off(at, -1, name) : real_unlinkat(at, name, flags);
}
