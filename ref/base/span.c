#include "smtp/span.h"

#include <string.h>

#include "smtp/chars.h"

smtp_span smtp_span_of(const char *string)
{
    if (string == NULL)
        return SMTP_SPAN("");
    return (smtp_span){string, strlen(string)};
}

smtp_span smtp_span_cut(smtp_span s, size_t from, size_t to)
{
    if (to > s.n)
        to = s.n;
    if (from > to)
        from = to;
    if (from == 0) /* no arithmetic on a span that points nowhere */
        return (smtp_span){s.p, to};
    return (smtp_span){s.p + from, to - from};
}

bool smtp_span_is(smtp_span a, smtp_span b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool smtp_span_is_nocase(smtp_span a, smtp_span b)
{
    return a.n == b.n && smtp_span_has_head_nocase(a, b);
}

/* RFC 5321 2.4: verbs and keywords in any mixture of case. */
bool smtp_span_has_head_nocase(smtp_span s, smtp_span head)
{
    if (s.n < head.n)
        return false;
    for (size_t i = 0; i < head.n; i++) {
        if (smtp_lower(s.p[i]) != smtp_lower(head.p[i]))
            return false;
    }
    return true;
}

void smtp_room_put(smtp_room to, size_t *at, smtp_span s)
{
    if (*at < to.n && s.n > 0) {
        size_t left = to.n - *at;
        memcpy(to.p + *at, s.p, s.n < left ? s.n : left);
    }
    *at += s.n;
}

void smtp_room_put_number(smtp_room to, size_t *at, uint64_t number)
{
    char digits[20]; /* of UINT64_MAX */
    size_t first = sizeof digits;
    do {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    smtp_room_put(to, at, (smtp_span){digits + first, sizeof digits - first});
}

bool smtp_span_number(smtp_span s, unsigned max_digits, uint64_t *out)
{
    uint64_t number = 0;
    if (s.n == 0 || s.n > max_digits)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!smtp_is(s.p[i], SMTP_C_DIGIT))
            return false;
        unsigned digit = (unsigned)(s.p[i] - '0');
        if (number > (UINT64_MAX - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    *out = number;
    return true;
}
