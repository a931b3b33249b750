#include "progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static uint64_t now_ms(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

struct progress progress_begin(size_t total)
{
    return (struct progress){.on = isatty(STDERR_FILENO) == 1, .total = total};
}

void progress_show(struct progress *p, const char *id)
{
    enum { PAUSE_MS = 100 };
    uint64_t now = p->on ? now_ms() : 0;
    if (!p->on || now < p->shown_ms + PAUSE_MS)
        return;
    p->shown_ms = now;
    fprintf(stderr, "\r\033[K %zu of %zu, %zu failed · %.48s", p->done, p->total, p->fails, id);
    fflush(stderr);
}

void progress_end(const struct progress *p)
{
    if (!p->on)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
}
