/*
 * NAME
 *     smtp/span.h: borrowed octets
 *
 * DESCRIPTION
 *     A span is a piece of somebody else's octets: a pointer and a length, not terminated by NUL,
 *     and any octet may stand in it. A room is the same for octets that may be written. Neither owns
 *     anything; each function that returns one says how long it lives.
 *
 *     Comparison folds ASCII letters only (RFC 5321 section 2.4: verbs, keywords and domains are
 *     matched without regard to case; local-parts never are).
 */
#ifndef SMTP_SPAN_H
#define SMTP_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define SMTP_CHECK __attribute__((warn_unused_result))
#define SMTP_FALLTHROUGH __attribute__((fallthrough))
#else
#define SMTP_CHECK
#define SMTP_FALLTHROUGH ((void)0)
#endif

typedef struct {
    const char *p;
    size_t n;
} smtp_span;

typedef struct {
    char *p;
    size_t n;
} smtp_room;

/* A span over a string literal, without its NUL. */
#define SMTP_SPAN(literal) ((smtp_span){(literal), sizeof(literal) - 1})

/* The span of a NUL-terminated string; of NULL, the empty span. */
smtp_span smtp_span_of(const char *string);

/* The octets from `from` up to `to`, clipped to the span. */
smtp_span smtp_span_cut(smtp_span s, size_t from, size_t to);

/* Octet for octet. */
bool smtp_span_is(smtp_span a, smtp_span b);

/* The same but for the case of ASCII letters. */
bool smtp_span_is_nocase(smtp_span a, smtp_span b);

/* Whether `s` begins with `head`, ASCII letters in any case. */
bool smtp_span_has_head_nocase(smtp_span s, smtp_span head);

/*
 * Copies as many of `s` as fit behind `*at` octets of `to`, and always adds s.n to `*at`: so the sum
 * at the end of a print is the room that it would have needed, and it fits when sum <= to.n.
 */
void smtp_room_put(smtp_room to, size_t *at, smtp_span s);

/* As smtp_room_put, with the number in decimal. */
void smtp_room_put_number(smtp_room to, size_t *at, uint64_t number);

/*
 * Reads 1*max_digits DIGIT, whole span. False, and `*out` untouched, if there is anything else, more
 * digits than `max_digits`, or a value over UINT64_MAX.
 */
SMTP_CHECK bool smtp_span_number(smtp_span s, unsigned max_digits, uint64_t *out);

#endif
