#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/types.h>
#include <unistd.h>

struct disk disk;

/* clang-format off */
int __real_openat(int at, const char *name, int flags, ...);
int __wrap_openat(int at, const char *name, int flags, ...);
ssize_t __real_write(int file, const void *octets, size_t n);
ssize_t __wrap_write(int file, const void *octets, size_t n);
int __real_fsync(int file);
int __wrap_fsync(int file);
int __real_linkat(int from, const char *old, int to, const char *new, int flags);
int __wrap_linkat(int from, const char *old, int to, const char *new, int flags);
int __real_unlinkat(int at, const char *name, int flags);
int __wrap_unlinkat(int at, const char *name, int flags);
/* clang-format on */

static bool breaks(enum disk_call call)
{
    if (!disk.on)
        return false;
    if (disk.n < sizeof disk.notes - 1)
        disk.notes[disk.n++] = "OWFLU"[call];
    bool now = ++disk.count[call] == disk.fails_at && disk.fails == call;
    if (now)
        errno = disk.error;
    return now;
}

int __wrap_openat(int at, const char *name, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(args, mode_t) : 0;
    va_end(args);
    return breaks(DISK_OPEN) ? -1 : __real_openat(at, name, flags, mode);
}

ssize_t __wrap_write(int file, const void *octets, size_t n)
{
    if (breaks(DISK_WRITE))
        return -1;
    if (disk.on && disk.short_write > 0 && n > disk.short_write)
        n = disk.short_write;
    return __real_write(file, octets, n);
}

int __wrap_fsync(int file)
{
    return breaks(DISK_FSYNC) ? -1 : __real_fsync(file);
}

int __wrap_linkat(int from, const char *old, int to, const char *new, int flags)
{
    return breaks(DISK_LINK) ? -1 : __real_linkat(from, old, to, new, flags);
}

int __wrap_unlinkat(int at, const char *name, int flags)
{
    return breaks(DISK_UNLINK) ? -1 : __real_unlinkat(at, name, flags);
}
