#include <stdio.h>
#include <string.h>

#include "observer/observer_parts.h"
#include "smtp/chars.h"

/* Length of 1*DIGIT at `at`. */
static size_t digits(smtp_span s, size_t at)
{
    size_t n = 0;
    while (at + n < s.n && smtp_is(s.p[at + n], SMTP_C_DIGIT))
        n++;
    return n;
}

struct status {
    size_t n; /* of the whole code; 0 = the text begins with none */
    bool good;
    unsigned subject, detail; /* of a good one */
};

static unsigned number(smtp_span s, size_t at, size_t n)
{
    unsigned value = 0;
    for (size_t i = at; i < at + n; i++)
        value = 10 * value + (unsigned)(s.p[i] - '0');
    return value;
}

/*
 * RFC 2034 4: status-code = class "." subject "." detail, class = "2" / "4" / "5", subject and
 * detail = 1*3digit; RFC 3463 2: no leading zeros. Anything of the shape digit.digits.digits with a
 * space or nothing behind it counts as meant for one.
 */
static struct status read_status(smtp_span text)
{
    size_t subject = digits(text, 2);
    size_t detail_at = 2 + subject + 1;
    size_t detail = digits(text, detail_at);
    size_t n = detail_at + detail;
    if (digits(text, 0) != 1 || subject == 0 || detail == 0 || text.p[1] != '.' ||
        text.p[detail_at - 1] != '.' || (n < text.n && text.p[n] != ' '))
        return (struct status){0};
    bool zeros = (subject > 1 && text.p[2] == '0') || (detail > 1 && text.p[detail_at] == '0');
    bool class = text.p[0] == '2' || text.p[0] == '4' || text.p[0] == '5';
    if (!class || zeros || subject > 3 || detail > 3)
        return (struct status){.n = n};
    return (struct status){n, true, number(text, 2, subject), number(text, detail_at, detail)};
}

static void judge_status(struct observer *o, const struct status *status, smtp_span code)
{
    char text[sizeof o->enhanced];
    if (code.p[0] != (char)('0' + o->code / 100))
        observer_find(o, RULE_ENHANCED_CLASS, "a status code of another class than the reply",
                      observer_kept_line(o));
    else if (o->reply_line == 1)
        observer_meaning(o, status->subject, status->detail);
    /* a good code has at most 9 octets */
    memcpy(text, code.p, code.n);
    text[code.n] = '\0';
    if (o->reply_line == 1)
        memcpy(o->enhanced, text, sizeof text);
    else if (o->enhanced[0] != '\0' && strcmp(o->enhanced, text) != 0)
        observer_find(o, RULE_ENHANCED_SAME, "a status code unlike that of the first line",
                      observer_kept_line(o));
}

/* RFC 2034 3 and 4. */
void observer_enhanced(struct observer *o, smtp_span text)
{
    if ((o->offers & OFFER_ENHANCED) == 0)
        return;
    struct status status = read_status(text);
    if (o->code / 100 == 3) {
        if (status.n > 0)
            observer_find(o, RULE_ENHANCED_IN_3YZ, "a status code in a 3yz", observer_kept_line(o));
        return;
    }
    if (status.n == 0)
        observer_find(o, RULE_ENHANCED_PRESENT, "no status code", observer_kept_line(o));
    else if (!status.good)
        observer_find(o, RULE_ENHANCED_FORM, "a malformed status code", observer_kept_line(o));
    else
        judge_status(o, &status, smtp_span_cut(text, 0, status.n));
}
