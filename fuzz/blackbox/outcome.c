#include "blackbox/outcome.h"

#include <stdlib.h>
#include <string.h>

/* ---- line ends ------------------------------------------------------------------------------- */

static bool add_with_lf(struct octets *out, smtp_span octets)
{
    bool good = true;
    for (size_t i = 0; i < octets.n && good; i++) {
        bool pair = octets.p[i] == '\r' && i + 1 < octets.n && octets.p[i + 1] == '\n';
        good = pair || octets_add(out, smtp_span_cut(octets, i, i + 1));
    }
    return good;
}

/* RFC 5321 4.5.2: a period that begins a line, and is not all of it, goes. */
bool outcome_meant(smtp_span wire, struct octets *out)
{
    struct octets plain = {.p = NULL};
    bool good = true;
    for (size_t i = 0; i < wire.n && good; i++) {
        bool starts = i == 0 || (i >= 2 && wire.p[i - 1] == '\n' && wire.p[i - 2] == '\r');
        good = (starts && wire.p[i] == '.') || octets_add(&plain, smtp_span_cut(wire, i, i + 1));
    }
    good = good && add_with_lf(out, (smtp_span){plain.p, plain.n});
    free(plain.p);
    return good;
}

bool outcome_body(smtp_span message, struct octets *out)
{
    struct octets plain = {.p = NULL};
    bool good = add_with_lf(&plain, message);
    size_t i = 2;
    while (i < plain.n && memcmp(plain.p + i - 2, "\n\n", 2) != 0)
        i++;
    good = good && octets_add(out, smtp_span_cut((smtp_span){plain.p, plain.n}, i, plain.n));
    free(plain.p);
    return good;
}

/* ---- kinds ----------------------------------------------------------------------------------- */

/* The octets that are left when one, or blanks that stand for it, is taken out everywhere. */
static size_t next_kept(smtp_span s, size_t i, char without)
{
    while (i < s.n && (s.p[i] == without || (without != '.' && s.p[i] == ' ')))
        i++;
    return i;
}

static bool is_same_without(smtp_span a, smtp_span b, char without)
{
    size_t i = next_kept(a, 0, without), k = next_kept(b, 0, without);
    while (i < a.n && k < b.n && a.p[i] == b.p[k]) {
        i = next_kept(a, i + 1, without);
        k = next_kept(b, k + 1, without);
    }
    return i == a.n && k == b.n;
}

static smtp_span without_last_lf(smtp_span s)
{
    return smtp_span_cut(s, 0, s.n - (s.n > 0 && s.p[s.n - 1] == '\n'));
}

const char *outcome_of(smtp_span sent, smtp_span arrived)
{
    sent = without_last_lf(sent);
    arrived = without_last_lf(arrived);
    if (smtp_span_is(sent, arrived))
        return "as sent";
    if (is_same_without(sent, arrived, '.'))
        return "periods differ";
    if (is_same_without(sent, arrived, '\r'))
        return "bare CR differs";
    if (is_same_without(sent, arrived, '\0'))
        return "NUL differs";
    return arrived.n < sent.n && memchr(sent.p + arrived.n, 'N', sent.n - arrived.n) != NULL &&
                   (arrived.n == 0 || memchr(arrived.p, 'N', arrived.n) == NULL)
               ? "cut off"
               : "changed";
}
