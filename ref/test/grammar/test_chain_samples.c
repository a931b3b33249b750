#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "guard.h"
#include "smtp/chain.h"

#define OK SMTP_T_OK

enum { ROOM = 40, SAMPLE = 16384 };

static const struct {
    const char *name;
    size_t hops, well_formed;
    bool sound;
} samples[] = {
    {"postfix", 5, 5, true},     {"provider-a", 4, 0, false}, {"exchange", 6, 1, false},
    {"exim", 3, 1, false},       {"qmail", 5, 2, false},      {"loop", 5, 5, false},
    {"self", 3, 3, false},       {"forward", 3, 3, true},     {"skew", 3, 3, false},
    {"gap", 4, 4, false},        {"days", 4, 4, true},        {"zones", 7, 0, false},
    {"malformed", 11, 1, false}, {"octets", 1, 0, false},     {"paths", 1, 1, false},
    {"hops-30", 30, 30, true},   {"crlf", 3, 3, true},
};
enum { SAMPLES = sizeof samples / sizeof *samples };

/* With CRLF at the end of each line, whatever the file has. */
static size_t load(const char *name, char to[SAMPLE])
{
    char path[512];
    snprintf(path, sizeof path, "%s/corpus/received/%s.eml", SOURCE_ROOT, name);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s", path);
    size_t n = 0;
    for (int octet, last = 0; (octet = getc(file)) != EOF; last = octet) {
        ck_assert_uint_lt(n + 2, SAMPLE);
        if (octet == '\n' && last != '\r')
            to[n++] = '\r';
        to[n++] = (char)octet;
    }
    fclose(file);
    return n;
}

static void same_domain(const struct smtp_domain *a, const struct smtp_domain *b)
{
    ck_assert(smtp_span_is_nocase(a->value, b->value) || a->kind == SMTP_D_NONE);
}

static struct smtp_hop hop_of(smtp_span header)
{
    struct smtp_hop hop;
    struct smtp_chain chain;
    ck_assert(smtp_chain_read(header, &hop, 1, SMTP_HOPS_MAX, &chain));
    ck_assert_uint_eq(chain.count, 1);
    return hop;
}

/* Two readers, one that knows the grammar and one that does not: they agree where there is one. */
static void check_agreement(const struct smtp_hop *hop)
{
    const struct smtp_received *r = &hop->received, *s = &hop->seen;
    same_domain(&r->from.domain, &s->from.domain);
    if (r->from.name.kind != SMTP_D_NONE && memchr(r->from.name.value.p, '.', r->from.name.value.n))
        same_domain(&r->from.name, &s->from.name); /* "unknown" and the like are no names to it */
    same_domain(&r->from.address, &s->from.address);
    same_domain(&r->by.domain, &s->by.domain);
    same_domain(&r->by.address, &s->by.address);
    ck_assert(smtp_span_is(r->via, s->via) && smtp_span_is(r->with, s->with));
    ck_assert(smtp_span_is(r->id, s->id) && r->protocol == s->protocol);
    ck_assert(smtp_span_is(r->recipient.text, s->recipient.text));
    ck_assert(hop->dated && smtp_date_seconds(&r->date) == hop->seconds);
}

/* Parse, print, parse: the same; and printed again the same octets. */
static void check_round_trip(const struct smtp_hop *hop)
{
    char line[2048], second[2048];
    struct smtp_received again;
    size_t n = smtp_print_received((smtp_room){line, sizeof line}, &hop->received);
    ck_assert_uint_le(n, sizeof line);
    struct smtp_cursor c = smtp_cursor_of((smtp_span){line, n}, SMTP_LAX_NONE);
    ck_assert_int_eq(smtp_parse_received(&c, &again), OK);
    ck_assert_ptr_eq(c.at, c.end);
    ck_assert_uint_eq(smtp_print_received((smtp_room){second, sizeof second}, &again), n);
    ck_assert_mem_eq(line, second, n);
    struct smtp_hop read = hop_of((smtp_span){line, n});
    ck_assert_int_eq(read.fault, OK);
    ck_assert(smtp_span_is(read.seen.id, hop->seen.id) && read.seconds == hop->seconds);
    ck_assert(smtp_span_is(read.seen.with, hop->seen.with) && read.traits == hop->traits);
}

static void check_path(const struct smtp_chain *chain)
{
    char line[512], second[512];
    struct smtp_path again;
    if (!chain->has_path || chain->path_fault != OK)
        return;
    size_t n = smtp_print_return_path((smtp_room){line, sizeof line}, &chain->path);
    struct smtp_cursor c = smtp_cursor_of((smtp_span){line, n}, SMTP_LAX_NONE);
    ck_assert_int_eq(smtp_parse_return_path(&c, &again), OK);
    ck_assert(smtp_span_is(again.text, chain->path.text));
    ck_assert_uint_eq(smtp_print_return_path((smtp_room){second, sizeof second}, &again), n);
    ck_assert_mem_eq(line, second, n);
}

START_TEST(test_samples)
{
    static char text[SAMPLE];
    smtp_span header = guard_copy((smtp_span){text, load(samples[_i].name, text)});
    struct smtp_hop hops[ROOM];
    struct smtp_chain chain;
    ck_assert(smtp_chain_read(header, hops, ROOM, SMTP_HOPS_MAX, &chain));
    ck_assert_uint_eq(chain.count, samples[_i].hops);
    size_t well_formed = 0;
    for (size_t i = 0; i < chain.count; i++) {
        if (hops[i].fault != OK)
            continue;
        well_formed++;
        check_agreement(&hops[i]);
        check_round_trip(&hops[i]);
    }
    ck_assert_msg(well_formed == samples[_i].well_formed, "%s: %zu", samples[_i].name, well_formed);
    ck_assert_msg(smtp_findings_bad(smtp_chain_findings(&chain)) == !samples[_i].sound, "%s",
                  samples[_i].name);
    check_path(&chain);
    guard_free(header);
}
END_TEST

/* Cut anywhere, at a page that nobody may touch: no hop is lost, and no place is outside. */
START_TEST(test_cuts)
{
    static char text[SAMPLE];
    size_t all = load(samples[_i].name, text);
    struct smtp_hop hops[ROOM];
    struct smtp_chain chain;
    for (size_t n = 0; n < all; n++) {
        smtp_span header = guard_copy((smtp_span){text, n});
        ck_assert(smtp_chain_read(header, hops, ROOM, SMTP_HOPS_MAX, &chain));
        ck_assert_uint_eq(chain.count, smtp_chain_count(header));
        for (size_t i = 0; i < chain.count; i++)
            ck_assert(hops[i].at < n && hops[i].fault_at <= n && hops[i].before <= i);
        guard_free(header);
    }
}
END_TEST

static Suite *samples_suite(void)
{
    Suite *suite = suite_create("chain samples");
    TCase *tcase = tcase_create("samples");
    tcase_add_loop_test(tcase, test_samples, 0, SAMPLES);
    tcase_add_loop_test(tcase, test_cuts, 0, SAMPLES);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(samples_suite)
