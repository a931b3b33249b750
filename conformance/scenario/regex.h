/*
 * NAME
 *     regex.h: the regular expressions of [~ /re/ "sample"]
 *
 * DESCRIPTION
 *     PCRE2 on octets, not on characters: what a peer says need not be UTF-8.
 */
#ifndef CONFORMANCE_REGEX_H
#define CONFORMANCE_REGEX_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "smtp/span.h"

/* NULL and why (at least 128 octets) when it is no regular expression. */
pcre2_code *regex_compile(const char *pattern, char *why, size_t why_size);

typedef void regex_group(void *arg, const char *name, smtp_span value);

/* Whether it is found in the octets; group() is told each named group that took part. */
bool regex_find(const pcre2_code *code, smtp_span octets, regex_group *group, void *arg);

/* The names of the groups, whether or not they would take part. */
void regex_names(const pcre2_code *code, regex_group *group, void *arg);

#endif
