#include "shown.h"

#include <string.h>

/* Ranges of code points, each up to and including its end. */
struct range {
    uint32_t from, to;
};

/* No width: combining marks. */
static const struct range marks[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
    {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};
/* Two columns: East Asian and pictures. */
static const struct range wide[] = {{0x1100, 0x115f}, {0x2e80, 0xa4cf},   {0xac00, 0xd7a3},
                                    {0xf900, 0xfaff}, {0xfe30, 0xfe6f},   {0xff00, 0xff60},
                                    {0xffe0, 0xffe6}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd}};
/* Not to be shown: C1 controls, marks of direction, joiners, separators of lines. */
static const struct range unseen[] = {{0x80, 0xa0},     {0xad, 0xad},     {0x061c, 0x061c},
                                      {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},
                                      {0xfeff, 0xfeff}, {0xfff0, 0xfffb}, {0xe0000, 0x10ffff}};

#define IN(table, point) is_in(table, sizeof(table) / sizeof *(table), point)

static bool is_in(const struct range *table, size_t count, uint32_t point)
{
    for (size_t i = 0; i < count; i++)
        if (point >= table[i].from && point <= table[i].to)
            return true;
    return false;
}

/*
 * RFC 3629 3: the octets of one character above U+007F, 0 if they are none: too few, too long a
 * form, a surrogate, over U+10FFFF.
 */
static size_t read_utf8(smtp_span octets, uint32_t *out)
{
    static const struct {
        unsigned char mask, head;
        uint32_t least;
    } forms[] = {{0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
    unsigned char first = (unsigned char)octets.p[0];
    for (size_t more = 1; more <= 3; more++) {
        if ((first & forms[more - 1].mask) != forms[more - 1].head)
            continue;
        uint32_t point = first & (unsigned char)~forms[more - 1].mask;
        for (size_t i = 1; i <= more; i++) {
            if (i >= octets.n || ((unsigned char)octets.p[i] & 0xc0) != 0x80)
                return 0;
            point = point << 6 | ((unsigned char)octets.p[i] & 0x3f);
        }
        *out = point;
        bool bad = point < forms[more - 1].least || (point >= 0xd800 && point <= 0xdfff) ||
                   point > 0x10ffff;
        return bad ? 0 : more + 1;
    }
    return 0;
}

static struct shown escape(const char *text, size_t n)
{
    struct shown s = {.n = n, .octets = 1, .width = n};
    memcpy(s.text, text, n);
    return s;
}

static struct shown hex(unsigned char octet)
{
    static const char digits[] = "0123456789abcdef";
    const char text[4] = {'\\', 'x', digits[octet >> 4], digits[octet & 15]};
    return escape(text, sizeof text);
}

struct shown shown_next(smtp_span octets, bool doubled)
{
    unsigned char octet = (unsigned char)octets.p[0];
    uint32_t point;
    if (octet == '\r' || octet == '\n' || octet == '\t')
        return escape(octet == '\r' ? "\\r" : octet == '\n' ? "\\n" : "\\t", 2);
    if (octet == '\\' && doubled)
        return escape("\\\\", 2);
    if (octet >= ' ' && octet < 0x7f)
        return escape(octets.p, 1);
    size_t n = read_utf8(octets, &point);
    if (n == 0 || IN(unseen, point))
        return hex(octet);
    struct shown s = {.n = n, .octets = n, .width = IN(wide, point) ? 2 : 1};
    if (IN(marks, point))
        s.width = 0;
    memcpy(s.text, octets.p, n);
    return s;
}

void shown_print(FILE *to, smtp_span octets, bool doubled)
{
    for (struct shown s; octets.n > 0; octets = smtp_span_cut(octets, s.octets, octets.n)) {
        s = shown_next(octets, doubled);
        fwrite(s.text, 1, s.n, to);
    }
}

size_t shown_column(smtp_span octets, size_t off, bool doubled)
{
    size_t column = 0, at = 0;
    while (at < octets.n) {
        struct shown s = shown_next(smtp_span_cut(octets, at, octets.n), doubled);
        at += s.octets;
        if (at > off)
            break;
        column += s.width;
    }
    return column;
}

size_t shown_put(smtp_room to, smtp_span octets, bool doubled)
{
    size_t at = 0;
    for (struct shown s; octets.n > 0; octets = smtp_span_cut(octets, s.octets, octets.n)) {
        s = shown_next(octets, doubled);
        smtp_room_put(to, &at, (smtp_span){s.text, s.n});
    }
    return at;
}

bool shown_is_utf8(smtp_span octets)
{
    while (octets.n > 0) {
        uint32_t point;
        size_t n = (unsigned char)octets.p[0] < 0x80 ? 1 : read_utf8(octets, &point);
        if (n == 0)
            return false;
        octets = smtp_span_cut(octets, n, octets.n);
    }
    return true;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The octet behind a backslash; the length of what was read, 0: none of the escapes. */
static size_t read_escape(smtp_span text, char *out)
{
    static const char letters[] = "rnt\\", octets[] = "\r\n\t\\";
    if (text.n < 2)
        return 0;
    for (size_t i = 0; i < sizeof octets - 1; i++) {
        if (text.p[1] != letters[i])
            continue;
        *out = octets[i];
        return 2;
    }
    if (text.n < 4 || text.p[1] != 'x' || digit(text.p[2]) < 0 || digit(text.p[3]) < 0)
        return 0;
    *out = (char)(16 * digit(text.p[2]) + digit(text.p[3]));
    return 4;
}

long shown_undo(smtp_room text, size_t *wrong)
{
    size_t n = 0;
    for (size_t at = 0, step; at < text.n; at += step) {
        char octet = text.p[at];
        step = 1;
        if (octet == '\\') {
            step = read_escape((smtp_span){text.p + at, text.n - at}, &octet);
            if (step == 0) {
                *wrong = at;
                return -1;
            }
        }
        text.p[n++] = octet;
    }
    return (long)n;
}
