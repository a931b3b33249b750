/*
 * NAME
 *     oracle.h: the grammar as an oracle of fuzz targets
 *
 * DESCRIPTION
 *     abnf_oracle() breaks the oracle `abnf` when the parser of a group accepts what the grammar does not
 *     generate, or what prose forbids, or refuses anything else. Bounded: longer texts pass unasked. The
 *     grammars are read at the first call and kept: nothing of an input is.
 */
#ifndef ABNF_ORACLE_H
#define ABNF_ORACLE_H

#include <stdint.h>

#include "smtp/span.h"

enum { ABNF_ORACLE_MOST = 512 };

/* `group` is a name of groups.h. */
void abnf_oracle(const char *group, smtp_span text);

/* RFC 5322 3.3: whether prose allows a date-time that the grammar generates. */
bool abnf_is_date(smtp_span text);

/*
 * RFC 1870 4, RFC 3030 2: whether a number is read for what its digits say, which may be more than there is
 * room for: then for the greatest that there is.
 */
bool abnf_is_size(smtp_span digits, uint64_t read);

/* The text with the case of every ASCII letter swapped; text.n octets at `to`. */
smtp_span abnf_swapped(char *to, smtp_span text);

#endif
