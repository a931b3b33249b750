/*
 * NAME
 *     disk.h: the calls of the Maildir store, counted, noted and made to fail
 *
 * DESCRIPTION
 *     The linker puts these in the place of openat, write, fsync, linkat and unlinkat (--wrap).
 *     They do what the real ones do, but for the one call that the test chose. Workers of one
 *     message run one after the other, so the notes need no lock; the loop joins them before the
 *     test reads.
 */
#ifndef DISK_H
#define DISK_H

#include <stdbool.h>
#include <stddef.h>

enum disk_call { DISK_OPEN, DISK_WRITE, DISK_FSYNC, DISK_LINK, DISK_UNLINK, DISK_CALLS };

extern struct disk {
    bool on; /* only then anything is noted or fails */
    enum disk_call fails;
    size_t fails_at; /* the first is 1; 0: none */
    int error;
    size_t short_write; /* not 0: write() takes so many octets at most */
    size_t count[DISK_CALLS];
    char notes[256]; /* "OWWFLFU": the calls in order */
    size_t n;
} disk;

#endif
