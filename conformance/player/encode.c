#include "player/encode.h"

#include <stdio.h>
#include <string.h>

size_t encode_base64_size(size_t n)
{
    return (n + 2) / 3 * 4;
}

size_t encode_base64(smtp_span octets, char *out)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t at = 0;
    for (size_t i = 0; i < octets.n; i += 3) {
        uint32_t bits = 0;
        size_t have = octets.n - i < 3 ? octets.n - i : 3;
        for (size_t k = 0; k < 3; k++)
            bits = bits << 8 | (k < have ? (unsigned char)octets.p[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            out[at++] = (char)(k <= have ? alphabet[bits >> (18 - 6 * k) & 63] : '=');
    }
    return at;
}

void encode_quote(smtp_span octets, char *out, size_t size)
{
    const char *end = octets.n == 0 ? NULL : memchr(octets.p, '\n', octets.n);
    size_t n = end == NULL ? octets.n : (size_t)(end - octets.p), at = 0;
    if (end != NULL && n > 0 && octets.p[n - 1] == '\r')
        n--;
    out[at++] = '"';
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)octets.p[i];
        if (at + 9 > size) { /* \xHH...", and NUL */
            memcpy(out + at, "...", 3);
            at += 3;
            break;
        }
        if (c >= ' ' && c < 127)
            out[at++] = (char)c;
        else
            at += (size_t)snprintf(out + at, size - at, "\\x%02x", c);
    }
    out[at++] = '"';
    out[at] = '\0';
}

/* At most four octets; returns how many. */
static size_t put_octet(char *out, char c)
{
    static const char from[] = "\r\n\t\\\"", to[] = "rnt\\\"";
    const char *at = c == '\0' ? NULL : strchr(from, c);
    if (at != NULL) {
        out[0] = '\\';
        out[1] = to[at - from];
        return 2;
    }
    if (c >= ' ' && c < 127) {
        out[0] = c;
        return 1;
    }
    snprintf(out, 5, "\\x%02x", (unsigned char)c);
    return 4;
}

void encode_octets(smtp_span octets, char *out, size_t size)
{
    size_t at = 0;
    out[at++] = '"';
    for (size_t i = 0; i < octets.n; i++) {
        if (at + 9 > size) { /* \xHH...", and NUL */
            memcpy(out + at, "...", 3);
            at += 3;
            break;
        }
        at += put_octet(out + at, octets.p[i]);
    }
    out[at++] = '"';
    out[at] = '\0';
}
