#include "params_parts.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* RFC 4648 4, table 1; 64 for what stands not in it. */
static unsigned value_of(char octet)
{
    if (smtp_is(octet, SMTP_C_DIGIT))
        return (unsigned)(octet - '0') + 52;
    if (smtp_is(octet, SMTP_C_ALPHA))
        return octet >= 'a' ? (unsigned)(octet - 'a') + 26 : (unsigned)(octet - 'A');
    if (octet == '+')
        return 62;
    return octet == '/' ? 63 : 64;
}

/* RFC 4648 4: at the end "the pad character" once or twice. */
size_t smtp_print_base64(smtp_room to, smtp_span octets)
{
    size_t at = 0;
    for (size_t i = 0; i < octets.n; i += 3) {
        uint32_t bits = 0;
        for (size_t k = i; k < i + 3; k++)
            bits = bits << 8 | (k < octets.n ? (unsigned char)octets.p[k] : 0U);
        char quad[4] = {alphabet[bits >> 18], alphabet[bits >> 12 & 63], '=', '='};
        if (i + 1 < octets.n)
            quad[2] = alphabet[bits >> 6 & 63];
        if (i + 2 < octets.n)
            quad[3] = alphabet[bits & 63];
        smtp_room_put(to, &at, (smtp_span){quad, 4});
    }
    return at;
}

/* How many pad characters end the text: none, one or two. */
static size_t pads_of(smtp_span text)
{
    size_t pads = 0;
    while (pads < 2 && pads < text.n && text.p[text.n - 1 - pads] == '=')
        pads++;
    return pads;
}

/* RFC 4954 4: any character not in the alphabet is an error; RFC 4648 3.5: so are stray bits. */
static bool is_base64(smtp_span text, size_t pads)
{
    unsigned last = 0;
    if (text.n % 4 != 0)
        return false;
    for (size_t i = 0; i < text.n - pads; i++) {
        last = value_of(text.p[i]);
        if (last == 64)
            return false;
    }
    return (last & ((1U << (2 * pads)) - 1)) == 0;
}

bool smtp_decode_base64(smtp_room to, smtp_span text, size_t *n)
{
    size_t pads = pads_of(text), most = text.n / 4 * 3;
    if (!is_base64(text, pads) || most - pads > to.n)
        return false;
    uint32_t bits = 0;
    size_t at = 0;
    for (size_t i = 0; i < text.n - pads; i++) {
        bits = bits << 6 | value_of(text.p[i]); /* the bits of the last three characters count */
        if (i % 4 != 0)
            to.p[at++] = (char)(bits >> (6 - 2 * (i % 4)) & 255);
    }
    *n = at;
    return true;
}
