#include "mx.h"

#include "smtp/span.h"

/* RFC 7505 3: "a single MX RR [...] with [...] preference number 0 and a zero-length label". */
bool mx_is_null(const struct mx_host *hosts, size_t count)
{
    return count == 1 && hosts[0].name[0] == '\0';
}

/* A step of xorshift64*; the high half of what it makes is the good one. */
static uint32_t roll(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (uint32_t)((*state * 0x2545F4914F6CDD1DU) >> 32);
}

static void swap(struct mx_host *a, struct mx_host *b)
{
    struct mx_host kept = *a;
    *a = *b;
    *b = kept;
}

/* RFC 5321 5.1: "the sender-SMTP MUST randomize them to spread the load". Fisher and Yates. */
static void shuffle(struct mx_host *hosts, size_t count, uint64_t seed)
{
    uint64_t state = seed != 0 ? seed : 1; /* zero would stay zero */
    for (size_t left = count; left > 1; left--)
        swap(&hosts[left - 1], &hosts[roll(&state) % left]);
}

static size_t drop_root(struct mx_host *hosts, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (hosts[i].name[0] != '\0')
            hosts[kept++] = hosts[i];
    return kept;
}

/* By insertion, which leaves equals as the shuffle put them. */
size_t mx_order(struct mx_host *hosts, size_t count, uint64_t seed)
{
    count = drop_root(hosts, count);
    shuffle(hosts, count, seed);
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k > 0 && hosts[k].preference < hosts[k - 1].preference; k--)
            swap(&hosts[k], &hosts[k - 1]);
    return count;
}

/*
 * RFC 5321 5.1: "If a matching record is found, all records at that preference level and
 * higher-numbered ones MUST be discarded".
 */
size_t mx_before(const struct mx_host *hosts, size_t count, const char *own)
{
    size_t before = count;
    for (size_t i = 0; i < before; i++)
        if (smtp_span_is_nocase(smtp_span_of(hosts[i].name), smtp_span_of(own)))
            before = i;
    while (before > 0 && before < count && hosts[before - 1].preference == hosts[before].preference)
        before--;
    return before;
}
