#include "closest.h"

#include <string.h>

enum { LONGEST = 128 };

static size_t least(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* How many octets have to be put in, left out or changed (Levenshtein), a row at a time. */
static size_t distance(const char *a, size_t a_n, const char *b, size_t b_n)
{
    size_t row[LONGEST + 1];
    for (size_t i = 0; i <= b_n; i++)
        row[i] = i;
    for (size_t i = 1; i <= a_n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_n; j++) {
            size_t above = row[j];
            row[j] = least(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[b_n];
}

struct closest closest_to(const char *word)
{
    return (struct closest){.word = word};
}

static bool is_kept(const struct closest *near, const char *candidate)
{
    for (size_t i = 0; i < near->count; i++)
        if (strcmp(near->kept[i], candidate) == 0)
            return true;
    return false;
}

static void keep(struct closest *near, const char *candidate, size_t d)
{
    size_t at = near->count;
    while (at > 0 && near->distance[at - 1] > d)
        at--;
    if (at == CLOSEST_KEPT)
        return;
    if (near->count < CLOSEST_KEPT)
        near->count++;
    for (size_t i = near->count - 1; i > at; i--) {
        near->kept[i] = near->kept[i - 1];
        near->distance[i] = near->distance[i - 1];
    }
    near->kept[at] = candidate;
    near->distance[at] = d;
}

void closest_offer(struct closest *near, const char *candidate)
{
    size_t word_n = strlen(near->word), n = strlen(candidate);
    if (word_n == 0 || word_n > LONGEST || n > LONGEST || is_kept(near, candidate))
        return;
    size_t d = distance(near->word, word_n, candidate, n);
    size_t most = (word_n > n ? word_n : n) / 3 + 1;
    if (d <= most || (word_n >= 3 && strstr(candidate, near->word) != NULL))
        keep(near, candidate, d);
}

const char *closest_best(const struct closest *near)
{
    return near->count == 0 ? NULL : near->kept[0];
}

void closest_print(FILE *to, const struct closest *near)
{
    for (size_t i = 0; i < near->count; i++)
        fprintf(to, "%s\"%s\"",
                i == 0                ? "; did you mean "
                : i + 1 < near->count ? ", "
                                      : " or ",
                near->kept[i]);
    if (near->count > 0)
        fputs("?", to);
}
