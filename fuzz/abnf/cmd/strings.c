#include <stdio.h>

#include "cmd.h"

/* RFC 5321 4.5.3.1, RFC 3461 4.2, 4.4, and what their rules count to. */
static const size_t limits[] = {64, 255, 256, 512, 510, 998, 100, 500, 20, 9};

static size_t any_length(struct abnf_dice *dice)
{
    size_t limit = limits[abnf_roll(dice, sizeof limits / sizeof *limits)];
    size_t around = limit + abnf_roll(dice, 9);
    return around > 6 ? around - 6 : 1;
}

size_t cmd_string(const struct cmd_string *how, struct abnf_dice *dice, smtp_room to)
{
    size_t length = abnf_roll(dice, 4) == 0 ? any_length(dice) : 0;
    bool mend = abnf_roll(dice, 4) != 0 && how->mend != NULL;
    size_t n = abnf_make(how->g, how->rule, dice, length, to);
    if (n > to.n)
        return n;
    n -= how->tail;
    if (mend)
        how->mend((smtp_room){to.p, n});
    return how->near ? abnf_spoil(dice, to, n) : n;
}

/* ---- on one line ---- */

void cmd_show(smtp_span text)
{
    for (size_t i = 0; i < text.n; i++) {
        char octet = text.p[i];
        if (octet == '\\')
            printf("\\\\");
        else if (octet == '\r')
            printf("\\r");
        else if (octet == '\n')
            printf("\\n");
        else if (octet == '\t')
            printf("\\t");
        else if (octet < ' ' || octet > '~')
            printf("\\x%02x", (unsigned char)octet);
        else
            putchar(octet);
    }
}

static int hex_of(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    digit |= 0x20;
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* What stands behind a backslash, and *at behind it; a backslash that begins nothing is one. */
static char unescape(smtp_span shown, size_t *at)
{
    char kind = '\0';
    if (*at < shown.n)
        kind = shown.p[*at];
    ++*at;
    if (kind == 'r')
        return '\r';
    if (kind == 'n')
        return '\n';
    if (kind == 't')
        return '\t';
    if (kind == '\\')
        return '\\';
    if (kind == 'x' && *at + 1 < shown.n && hex_of(shown.p[*at]) >= 0 &&
        hex_of(shown.p[*at + 1]) >= 0) {
        *at += 2;
        return (char)(16 * hex_of(shown.p[*at - 2]) + hex_of(shown.p[*at - 1]));
    }
    --*at;
    return '\\';
}

size_t cmd_unshow(smtp_room to, smtp_span shown)
{
    size_t n = 0;
    for (size_t at = 0; at < shown.n;) {
        char octet = shown.p[at++];
        if (octet == '\\')
            octet = unescape(shown, &at);
        smtp_room_put(to, &n, (smtp_span){&octet, 1});
    }
    return n;
}
