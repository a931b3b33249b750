#include <string.h>

#include "parts.h"

static const char blank_line[] = "5322-3.2.2", no_day[] = "5322-3.3";
static const char days[] = "SunMonTueWedThuFriSat",
                  months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

static bool is_blank(char octet)
{
    return octet == ' ' || octet == '\t';
}

/* RFC 5322 3.2.2: no line behind a fold is blank only. */
bool abnf_has_blank_line(smtp_span text)
{
    for (size_t i = 0; i + 1 < text.n; i++) {
        size_t at = i + 1;
        if (text.p[i] != '\n' || !is_blank(text.p[at]))
            continue;
        while (at < text.n && is_blank(text.p[at]))
            at++;
        if (at == text.n || text.p[at] == '\r')
            return true;
    }
    return false;
}

static void skip_blank(smtp_span *s)
{
    while (s->n > 0 && (is_blank(s->p[0]) || s->p[0] == '\r' || s->p[0] == '\n'))
        *s = smtp_span_cut(*s, 1, s->n);
}

/* Digits, of which the value stops where it is over all years. */
static unsigned long take_number(smtp_span *s)
{
    unsigned long number = 0;
    for (; s->n > 0 && s->p[0] >= '0' && s->p[0] <= '9'; *s = smtp_span_cut(*s, 1, s->n))
        number = number > 9999999 ? number : 10 * number + (unsigned long)(s->p[0] - '0');
    return number;
}

/* The place of three letters among the names, from 0. */
static unsigned take_name(smtp_span *s, const char *names)
{
    unsigned i = 0;
    while (names[3 * (size_t)i] != '\0' &&
           !smtp_span_is_nocase((smtp_span){names + 3 * (size_t)i, 3}, smtp_span_cut(*s, 0, 3)))
        i++;
    *s = smtp_span_cut(*s, 3, s->n);
    return i;
}

bool abnf_has_day(unsigned long year, unsigned month, unsigned day)
{
    static const unsigned char lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month >= 1 && month <= 12 && day >= 1 &&
           day <= lengths[month - 1] + (leap && month == 2 ? 1U : 0U);
}

/* Zeller's congruence, with Sunday as 0. */
static unsigned weekday_of(unsigned long year, unsigned month, unsigned day)
{
    if (month < 3) {
        month += 12;
        year--;
    }
    unsigned long of_century = year % 100, century = year / 100;
    unsigned long h =
        day + 13UL * (month + 1) / 5 + of_century + of_century / 4 + century / 4 + 5 * century;
    return (unsigned)((h + 6) % 7);
}

enum { NO_NAME = 7 };

struct date {
    size_t name_at, day_at, year_at; /* in the text */
    unsigned name, day, month;
    unsigned long year;
    size_t day_n, year_n; /* digits */
};

/* False: that is no date. */
static bool read_date(smtp_span text, struct date *out)
{
    smtp_span rest = text;
    *out = (struct date){.name = NO_NAME};
    skip_blank(&rest);
    out->name_at = text.n - rest.n;
    if (rest.n > 0 && rest.p[0] > '9') {
        out->name = take_name(&rest, days);
        rest = smtp_span_cut(rest, 1, rest.n);
        skip_blank(&rest);
    }
    out->day_at = text.n - rest.n;
    out->day = (unsigned)take_number(&rest);
    out->day_n = text.n - rest.n - out->day_at;
    skip_blank(&rest);
    out->month = take_name(&rest, months) + 1;
    skip_blank(&rest);
    out->year_at = text.n - rest.n;
    out->year = take_number(&rest);
    out->year_n = text.n - rest.n - out->year_at;
    return out->day_n > 0 && out->month <= 12 && out->year_n >= 4;
}

/*
 * RFC 5322 3.3: a day that its month has, a year of 1900 or later, the day-of-week of that date. Over
 * 999999 there is no year to us.
 */
const char *abnf_prose_date_alone(smtp_span text)
{
    struct date d;
    if (!read_date(text, &d) || d.year < 1900 || d.year > 999999 ||
        !abnf_has_day(d.year, d.month, d.day))
        return no_day;
    return d.name != NO_NAME && d.name != weekday_of(d.year, d.month, d.day) ? no_day : NULL;
}

const char *abnf_prose_date(struct abnf *g, smtp_span text)
{
    (void)g;
    return abnf_has_blank_line(text) ? blank_line : abnf_prose_date_alone(text);
}

/* ---- mending ---- */

static void put(smtp_room text, size_t at, const char *octets, size_t n)
{
    memcpy(text.p + at, octets, n);
}

static void mend_date(smtp_room text)
{
    struct date d;
    smtp_span span = {text.p, text.n};
    if (!read_date(span, &d))
        return;
    if (d.year_n == 4 && d.year < 1900)
        put(text, d.year_at, "20", 2);
    if (d.day < 1 || d.day > 28)
        put(text, d.day_at, d.day_n == 1 ? "7" : "08", d.day_n);
    (void)read_date(span, &d);
    if (d.name != NO_NAME && d.year > 0)
        put(text, d.name_at, days + 3 * (size_t)weekday_of(d.year, d.month, d.day), 3);
}

/* The date is the text, or behind one of its semicolons. */
void abnf_mend_date(smtp_room text)
{
    mend_date(text);
    for (size_t at = 0; at < text.n; at++)
        if (text.p[at] == ';')
            mend_date((smtp_room){text.p + at + 1, text.n - at - 1});
}

/* One code on all lines. */
void abnf_mend_reply(smtp_room text)
{
    for (size_t at = 0; at + 3 < text.n; at++)
        if (text.p[at] == '\n')
            put(text, at + 1, text.p, 3);
}
