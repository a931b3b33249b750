#include <assert.h>

#include "smtp/received.h"

static const char *const names[SMTP_WITH_COUNT] = {"", "",
#define NAME(name, clause) #name,
                                                   SMTP_WITHS(NAME)
#undef NAME
};

enum { FIRST = SMTP_WITH_OTHER + 1, LETTERS = SMTP_TRAIT_AUTH | SMTP_TRAIT_TLS };

enum smtp_with smtp_with_of(smtp_span name)
{
    if (name.n == 0)
        return SMTP_WITH_NONE;
    for (unsigned i = FIRST; i < SMTP_WITH_COUNT; i++)
        if (smtp_span_is_nocase(name, smtp_span_of(names[i])))
            return (enum smtp_with)i;
    return SMTP_WITH_OTHER;
}

const char *smtp_with_name(enum smtp_with with)
{
    assert(with < SMTP_WITH_COUNT);
    return names[with];
}

/*
 * RFC 3848 1: an "A" for the one that authenticated, an "S" for TLS, "SA" for both. RFC 6531 4.3
 * puts "UTF8" before. The table has each group of four in this order.
 */
enum smtp_with smtp_with_made(unsigned traits)
{
    static const enum smtp_with plain[] = {SMTP_WITH_ESMTP, SMTP_WITH_LMTP, SMTP_WITH_UTF8SMTP,
                                           SMTP_WITH_UTF8LMTP};
    if ((traits & SMTP_TRAIT_EXTENDED) == 0)
        return SMTP_WITH_SMTP;
    unsigned group =
        ((traits & SMTP_TRAIT_LMTP) != 0 ? 1U : 0U) + ((traits & SMTP_TRAIT_UTF8) != 0 ? 2U : 0U);
    return (enum smtp_with)(plain[group] + (traits & LETTERS));
}

unsigned smtp_with_traits(enum smtp_with with)
{
    for (unsigned traits = SMTP_TRAIT_EXTENDED; traits < 2U * SMTP_TRAIT_UTF8; traits++)
        if ((traits & SMTP_TRAIT_EXTENDED) != 0 && smtp_with_made(traits) == with)
            return traits;
    return 0;
}
