/*
 * NAME
 *     failing.h: allocations counted, and one of them made to fail
 *
 * SYNOPSIS
 *     failing_install();                              before OpenSSL or libuv allocate anything
 *     for (size_t k = 1; ; k++) {
 *         failing_begin(FAILING_OURS, k, false);
 *         ...
 *         struct failing_count count = failing_end();
 *         if (!count.failed) break;                   there is no k-th
 *     }
 *
 * DESCRIPTION
 *     Ours are malloc, calloc, realloc, strdup, strndup and free of our objects and of what is linked
 *     statically (GNU SASL): the linker puts these in their place (--wrap). OpenSSL and libuv are asked
 *     by their own interfaces. What the C library allocates by itself is nobody's.
 */
#ifndef FAILING_H
#define FAILING_H

#include <stdbool.h>
#include <stddef.h>

enum failing_source { FAILING_OURS, FAILING_OPENSSL, FAILING_UV, FAILING_SOURCES };

struct failing_count {
    size_t seen; /* allocations of the source since begin */
    bool failed; /* the k-th was among them */
    long left;   /* of ours: those that were not freed */
};

void failing_install(void);

/* The at-th allocation of the source fails, the first is 1; with for_good all behind it, too. */
void failing_begin(enum failing_source source, size_t at, bool for_good);
bool failing_has_failed(void);
size_t failing_seen(void);              /* so far */
struct failing_count failing_end(void); /* from here on nothing fails */

#endif
