#include "grammar_parts.h"

/*
 * RFC 3629 4
 *     UTF8-2 = %xC2-DF UTF8-tail
 *     UTF8-3 = %xE0 %xA0-BF UTF8-tail / %xE1-EC 2( UTF8-tail ) /
 *              %xED %x80-9F UTF8-tail / %xEE-EF 2( UTF8-tail )
 *     UTF8-4 = %xF0 %x90-BF 2( UTF8-tail ) / %xF1-F3 3( UTF8-tail ) /
 *              %xF4 %x80-8F 2( UTF8-tail )
 */
static const struct {
    unsigned char from, to;    /* the first octet */
    unsigned char least, most; /* the second */
    unsigned char tails;       /* those behind it */
} forms[] = {
    {0xC2, 0xDF, 0x80, 0xBF, 0}, {0xE0, 0xE0, 0xA0, 0xBF, 1}, {0xE1, 0xEC, 0x80, 0xBF, 1},
    {0xED, 0xED, 0x80, 0x9F, 1}, {0xEE, 0xEF, 0x80, 0xBF, 1}, {0xF0, 0xF0, 0x90, 0xBF, 2},
    {0xF1, 0xF3, 0x80, 0xBF, 2}, {0xF4, 0xF4, 0x80, 0x8F, 2},
};
enum { FORMS = sizeof forms / sizeof *forms };

static bool take_range(struct smtp_cursor *c, unsigned char least, unsigned char most)
{
    if (c->at == c->end || (unsigned char)*c->at < least || (unsigned char)*c->at > most)
        return false;
    c->at++;
    return true;
}

bool smtp_grammar_utf8(struct smtp_cursor *c)
{
    if ((c->lax & (unsigned)SMTP_LAX_UTF8) == 0)
        return false;
    for (size_t i = 0; i < FORMS; i++) {
        if (!take_range(c, forms[i].from, forms[i].to))
            continue;
        bool whole = take_range(c, forms[i].least, forms[i].most);
        for (unsigned tail = 0; whole && tail < forms[i].tails; tail++)
            whole = take_range(c, 0x80, 0xBF);
        if (whole)
            c->lax_used |= (unsigned)SMTP_LAX_UTF8;
        return whole;
    }
    return false;
}
