/*
 * NAME
 *     guard.h: inputs flush against a page that nobody may touch
 *
 * DESCRIPTION
 *     guard_copy() returns the octets of a span at the very end of a mapped page; the next page has
 *     no access, so that reading one octet too far is a crash in every build. guard_free() gives it back.
 */
#ifndef GUARD_H
#define GUARD_H

#include "smtp/span.h"

smtp_span guard_copy(smtp_span s);
void guard_free(smtp_span s);

#endif
