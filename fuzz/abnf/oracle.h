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

#include "smtp/span.h"

enum { ABNF_ORACLE_MOST = 512 };

/* `group` is a name of groups.h. */
void abnf_oracle(const char *group, smtp_span text);

/* The text with the case of every ASCII letter swapped; text.n octets at `to`. */
smtp_span abnf_swapped(char *to, smtp_span text);

#endif
