#include <string.h>

#include "chain_parts.h"

/* RFC 5322 4.3: obs-zone, and two more names of UTC; all others "SHOULD be considered equivalent to "-0000"". */
static const struct {
    char name[4];
    char zone[6];
} zones[] = {
    {"UT", "+0000"},  {"GMT", "+0000"}, {"UTC", "+0000"}, {"Z", "+0000"},
    {"EDT", "-0400"}, {"EST", "-0500"}, {"CDT", "-0500"}, {"CST", "-0600"},
    {"MDT", "-0600"}, {"MST", "-0700"}, {"PDT", "-0700"}, {"PST", "-0800"},
};
enum { ZONES = sizeof zones / sizeof *zones, DATE_ROOM = 64 };

/* The words of a date, commas being white space; comments are passed over. */
static bool next_word(struct smtp_cursor *c, smtp_span *out)
{
    for (enum chain_piece piece; (piece = smtp_chain_next(c, out)) != CHAIN_END;) {
        if (piece != CHAIN_WORD)
            continue;
        const char *comma = memchr(out->p, ',', out->n);
        if (comma == NULL)
            return true;
        c->at = comma + 1;
        out->n = (size_t)(comma - out->p);
        if (out->n > 0)
            return true;
    }
    return false;
}

/*
 * RFC 5322 4.3: two digits 00 to 49 are 2000 to 2049, all other years of two or three digits are
 * counted from 1900.
 */
static void put_year(smtp_room to, size_t *at, smtp_span word)
{
    uint64_t year;
    if (word.n > 1 && smtp_span_number(word, 3, &year))
        smtp_room_put_number(to, at, year + (word.n == 2 && year < 50 ? 2000 : 1900));
    else
        smtp_room_put(to, at, word);
}

/* An hour of one digit is not even obsolete, but seen. */
static void put_time(smtp_room to, size_t *at, smtp_span word)
{
    if (word.n > 1 && word.p[1] == ':')
        smtp_room_put(to, at, SMTP_SPAN("0"));
    smtp_room_put(to, at, word);
}

/* False: a name that tells nothing. */
static bool put_zone(smtp_room to, size_t *at, smtp_span word)
{
    if (word.n > 0 && (*word.p == '+' || *word.p == '-')) {
        smtp_room_put(to, at, word);
        return true;
    }
    for (unsigned i = 0; i < ZONES; i++) {
        if (!smtp_span_is_nocase(word, smtp_span_of(zones[i].name)))
            continue;
        smtp_room_put(to, at, smtp_span_of(zones[i].zone));
        return true;
    }
    smtp_room_put(to, at, SMTP_SPAN("-0000"));
    return false;
}

/*
 * RFC 5322 4.3 allows CFWS everywhere, years of two digits and zones by name. What the words mean is
 * written as section 3.3 has it, and read by the parser for that: it knows the ranges.
 */
bool smtp_chain_date(smtp_span text, struct smtp_date *out, bool *guessed)
{
    char octets[DATE_ROOM];
    smtp_room to = {octets, sizeof octets};
    struct smtp_cursor c = smtp_cursor_of(text, SMTP_LAX_NONE);
    smtp_span word;
    size_t at = 0;
    bool some = next_word(&c, &word);
    if (some && !smtp_is(*word.p, SMTP_C_DIGIT)) /* the day of the week */
        some = next_word(&c, &word);
    for (unsigned i = 0; some && i < 4; i++) {
        if (i == 2)
            put_year(to, &at, word);
        else if (i == 3)
            put_time(to, &at, word);
        else
            smtp_room_put(to, &at, word);
        smtp_room_put(to, &at, SMTP_SPAN(" "));
        some = next_word(&c, &word);
    }
    *guessed = !put_zone(to, &at, some ? word : SMTP_SPAN(""));
    if (at > sizeof octets)
        return false;
    struct smtp_cursor date = smtp_cursor_of((smtp_span){octets, at}, SMTP_LAX_NONE);
    return smtp_parse_date(&date, out) == SMTP_T_OK && date.at == date.end;
}
