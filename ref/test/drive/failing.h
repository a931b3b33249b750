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
 *     Ours are malloc and its kin called by our objects: the linker puts these in their place (--wrap).
 *     GNU SASL is linked as an archive in which the names of these functions were changed. OpenSSL and
 *     libuv are asked by their own interfaces. What the C library allocates by itself is nobody's.
 */
#ifndef FAILING_H
#define FAILING_H

#include <stdbool.h>
#include <stddef.h>

enum failing_source { FAILING_OURS, FAILING_SASL, FAILING_OPENSSL, FAILING_UV, FAILING_SOURCES };

struct failing_count {
    size_t seen;                  /* allocations of the source since begin */
    bool failed;                  /* the k-th was among them */
    size_t left[FAILING_SOURCES]; /* not freed: of ours and of GNU SASL, whose are freed now */
};

void failing_install(void);

/* The at-th allocation of the source fails, the first is 1; with for_good all behind it, too. */
void failing_begin(enum failing_source source, size_t at, bool for_good);
bool failing_has_failed(void);
size_t failing_seen(void);              /* so far */
struct failing_count failing_end(void); /* from here on nothing fails */

#endif
