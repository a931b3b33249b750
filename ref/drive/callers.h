/*
 * NAME
 *     callers.h: how many connections an address has, and how often it comes
 *
 * DESCRIPTION
 *     An IPv4 address is one caller, and so is an IPv6 /64: who has one address there has them all
 *     (RFC 4291 2.5.4). The rate is a bucket: `per_minute` connections may come at once, and each is
 *     forgotten 60 s / per_minute later. What an address leaves behind is dropped when it has nothing
 *     open and nothing to be remembered for; CALLERS_MAX are kept at most, and further ones are
 *     refused.
 */
#ifndef DRIVE_CALLERS_H
#define DRIVE_CALLERS_H

#include "smtp/span.h"

enum { CALLERS_MAX = 65536 };

struct callers;

enum caller {
    CALLER_WELCOME, /* counted until callers_left() */
    CALLER_MANY,    /* too many at once; also when there is no memory to count him */
    CALLER_OFTEN
};

/* 0: no limit. NULL: no memory. */
struct callers *callers_new(size_t at_once, size_t per_minute);
void callers_free(struct callers *callers);

/* `address` as text; what is none is one caller too. */
enum caller callers_came(struct callers *callers, const char *address, uint64_t now_ms);
void callers_left(struct callers *callers, const char *address);

size_t callers_known(const struct callers *callers);

#endif
