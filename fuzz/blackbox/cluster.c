#include "blackbox/cluster.h"

#include <stdlib.h>
#include <string.h>

/* What may differ by the clauses themselves: the classes that servers may choose from; NULL: any answer. */
static const struct mask {
    const char *subject, *classes, *reason;
} masks[] = {
    {"VRFY", "25", "RFC 5321 3.5.3, 7.3: 250, 252 and a refusal are all allowed"},
    {"EXPN", "25", "RFC 5321 3.5.2, 7.3: EXPN may be refused, or be unknown"},
    {"HELP", "25", "RFC 5321 4.1.1.8: HELP is optional"},
    {"AUTH", "2345", "RFC 4954: mechanisms differ"},
    {"STARTTLS", "25", "RFC 3207: an extension"},
    {"BDAT", NULL, "RFC 3030 2: for servers that list CHUNKING alone"},
    {"BDATs", NULL, "RFC 3030 2: for servers that list CHUNKING alone"},
    {"HELO", "25",
     "RFC 5321 4.1.4, 4.5.1: a second one may be refused, and what is a good name is the site's to "
     "say"},
};

static bool is_equal(const struct clusters *c, const char *const *words)
{
    for (size_t i = 1; i < c->servers; i++)
        if (strcmp(words[0], words[i]) != 0)
            return false;
    return true;
}

static bool is_of(const struct clusters *c, const struct cluster *cluster, const char *subject,
                  const char *const *words)
{
    if (strncmp(cluster->subject, subject, CLUSTER_WORD - 1) != 0)
        return false;
    for (size_t i = 0; i < c->servers; i++)
        if (strncmp(cluster->words[i], words[i], CLUSTER_WORD - 1) != 0)
            return false;
    return true;
}

/* One reply each, of a class that is allowed. */
static const char *masked(const struct clusters *c, const char *subject, const char *const *words)
{
    for (size_t m = 0; m < sizeof masks / sizeof *masks; m++) {
        bool all = strcmp(masks[m].subject, subject) == 0;
        for (size_t i = 0; i < c->servers && all && masks[m].classes != NULL; i++)
            all = strlen(words[i]) == 1 && strchr(masks[m].classes, words[i][0]) != NULL;
        if (all)
            return masks[m].reason;
    }
    return NULL;
}

static struct cluster *find(struct clusters *c, const char *subject, const char *const *words)
{
    for (size_t i = 0; i < c->count; i++)
        if (is_of(c, &c->list[i], subject, words))
            return &c->list[i];
    if (c->count == CLUSTERS)
        return NULL;
    struct cluster *cluster = &c->list[c->count++];
    *cluster = (struct cluster){.reason = masked(c, subject, words)};
    snprintf(cluster->subject, sizeof cluster->subject, "%s", subject);
    for (size_t i = 0; i < c->servers; i++)
        snprintf(cluster->words[i], sizeof cluster->words[i], "%s", words[i]);
    return cluster;
}

void clusters_add(struct clusters *c, const char *subject, const char *const *words,
                  const char *example)
{
    c->rows++;
    if (is_equal(c, words)) {
        c->equal++;
        return;
    }
    struct cluster *cluster = find(c, subject, words);
    if (cluster == NULL) {
        c->lost++;
        return;
    }
    if (cluster->times++ == 0 || strlen(example) < strlen(cluster->example))
        snprintf(cluster->example, sizeof cluster->example, "%s", example);
}

/* ---- on paper -------------------------------------------------------------------------------- */

static int by_times(const void *a, const void *b)
{
    const struct cluster *x = *(const struct cluster *const *)a;
    const struct cluster *y = *(const struct cluster *const *)b;
    return x->times != y->times ? (x->times < y->times ? 1 : -1) : strcmp(x->example, y->example);
}

static void print_one(FILE *to, const struct clusters *c, const struct cluster *cluster,
                      const char *const *names)
{
    fprintf(to, " %4zu x %s, for instance %s\n       ", cluster->times, cluster->subject,
            cluster->example);
    for (size_t i = 0; i < c->servers; i++)
        fprintf(to, "%s%s: %s", i == 0 ? "" : ", ", names[i], cluster->words[i]);
    fputc('\n', to);
    if (cluster->reason != NULL)
        fprintf(to, "       masked: %s\n", cluster->reason);
}

static void print_half(FILE *to, const struct clusters *c, const struct cluster **order,
                       const char *const *names, bool is_masked)
{
    for (size_t i = 0; i < c->count; i++)
        if ((order[i]->reason != NULL) == is_masked)
            print_one(to, c, order[i], names);
}

size_t clusters_print(FILE *to, const struct clusters *c, const char *const *names)
{
    const struct cluster *order[CLUSTERS];
    size_t open = 0;
    for (size_t i = 0; i < c->count; i++) {
        order[i] = &c->list[i];
        open += c->list[i].reason == NULL;
    }
    qsort(order, c->count, sizeof(const struct cluster *), by_times);
    print_half(to, c, order, names, false);
    print_half(to, c, order, names, true);
    fprintf(to, " %zu asked, %zu alike, %zu kinds of difference, %zu of them masked\n", c->rows,
            c->equal, c->count, c->count - open);
    return open;
}
