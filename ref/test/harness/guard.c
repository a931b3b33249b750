#include "guard.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static size_t page_size(void)
{
    long size = sysconf(_SC_PAGESIZE);
    return size > 0 ? (size_t)size : 4096;
}

static size_t pages_for(size_t n)
{
    size_t page = page_size();
    return (n + page - 1) / page + 1;
}

smtp_span guard_copy(smtp_span s)
{
    size_t page = page_size(), pages = pages_for(s.n);
    char *map =
        mmap(NULL, pages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED)
        abort();
    char *fence = map + (pages - 1) * page;
    if (mprotect(fence, page, PROT_NONE) != 0)
        abort();
    if (s.n > 0)
        memcpy(fence - s.n, s.p, s.n);
    return (smtp_span){fence - s.n, s.n};
}

void guard_free(smtp_span s)
{
    size_t page = page_size(), pages = pages_for(s.n);
    char *fence = (char *)(uintptr_t)(s.p + s.n);
    munmap(fence - (pages - 1) * page, pages * page);
}
