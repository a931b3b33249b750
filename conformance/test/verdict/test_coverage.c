#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check_main.h"
#include "verdict/coverage.h"

/* A small ledger, scenarios and reasons: what covers a row, and what does not. */

#define HEADER "id\tsection\tlevel\trole\trequirement\ttestability\thint\tbasis\n"
#define ROW(letter, level, role, testability)                                                      \
    "R5321-9-" letter "\t9\t" level "\t" role "\tSay so.\t" testability "\tLook.\tkeyword\n"

static const char table[] = HEADER                                /* cited by */
    ROW("a", "MUST", "server", "wire-server")                     /* must, info and client */
    ROW("b", "GRAMMAR", "both", "delivered")                      /* info only */
    ROW("c", "SHOULD", "relay", "delivered")                      /* a scenario for clients only */
    ROW("d", "MUST NOT", "gateway", "delivered")                  /* none */
    ROW("e", "GRAMMAR", "client", "wire-server")                  /* may only */
    ROW("f", "MAY", "client", "wire-server")                      /* does not count, as below */
    ROW("g", "MUST", "server", "internal")                        /* */
    ROW("h", "MUST", "client", "wire-client")                     /* */
    ROW("i", "MUST", "admin", "wire-server")                      /* */
    ROW("j", "SHOULD", "server", "wire-server")                   /* should */
    "R5321-4.5.3.1.5-a\t4.5.3.1.5\tMUST NOT\tserver\tShort "      /* a rule about servers */
    "lines.\twire-server\tLook.\tkeyword\n"                       /* */
    "R5321-4.1.1.1-i\t4.1.1.1\tMUST\tboth\tHello.\twire-server\t" /* a rule about clients */
    "Look.\tkeyword\n";

#define SERVER(level, ids)                                                                         \
    "server " level ": say so\nreq: " ids "\neffect: none\ntest:\nS: 220 => pass\n"
#define CLIENT(level, ids)                                                                         \
    "client " level ": say so\nreq: " ids "\ntest:\nS: 220\nC: QUIT\nS: 221\n"

static const char *const scenarios[] = {
    SERVER("must", "R5321-9-a R5321-9-f"), SERVER("info", "R5321-9-a R5321-9-b"),
    CLIENT("must", "R5321-9-a R5321-9-c"), SERVER("may", "R5321-9-e"),
    SERVER("should", "R5321-9-j"),
};

struct world {
    char dir[64], ledger_path[96], reasons_path[96];
    struct ledger *ledger;
    struct scenario_set *set;
    struct coverage *coverage;
};

static void write_file(const char *path, const char *text)
{
    FILE *to = fopen(path, "wb");
    ck_assert_ptr_nonnull(to);
    fputs(text, to);
    ck_assert_int_eq(fclose(to), 0);
}

static void read_scenarios(struct world *w)
{
    w->set = scenario_set_new(SOURCE_ROOT "/conformance/prelude");
    ck_assert_ptr_nonnull(w->set);
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
        char id[16];
        struct scenario_error error;
        snprintf(id, sizeof id, "s%zu", i);
        bool ok = scenario_parse(w->set, id, id, smtp_span_of(scenarios[i]), &error);
        ck_assert_msg(ok, "%s:%u: %s", id, error.line, error.text);
    }
}

static void open_world(struct world *w)
{
    char why[256] = "";
    *w = (struct world){.dir = "/tmp/smtpspec-coverage-XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(w->dir));
    snprintf(w->ledger_path, sizeof w->ledger_path, "%s/rfc5321.tsv", w->dir);
    snprintf(w->reasons_path, sizeof w->reasons_path, "%s/reasons.tsv", w->dir);
    write_file(w->ledger_path, table);
    w->ledger = ledger_load(w->dir, why, sizeof why);
    ck_assert_msg(w->ledger != NULL, "%s", why);
    read_scenarios(w);
    w->coverage = coverage_new(w->ledger, w->set);
    ck_assert_ptr_nonnull(w->coverage);
}

static void close_world(struct world *w)
{
    coverage_free(w->coverage);
    scenario_set_free(w->set);
    ledger_free(w->ledger);
    unlink(w->reasons_path);
    ck_assert_int_eq(unlink(w->ledger_path), 0);
    ck_assert_int_eq(rmdir(w->dir), 0);
}

/* ---- what covers a row ----------------------------------------------------------------------- */

static const struct {
    const char *id;
    enum coverage_kind by;
    size_t scenarios, binding;
    bool soft;
} covered[] = {
    {"R5321-9-a", COVERAGE_SCENARIO, 2, 1, false},
    {"R5321-9-b", COVERAGE_SCENARIO, 1, 0, true},
    {"R5321-9-c", COVERAGE_NONE, 0, 0, false},
    {"R5321-9-d", COVERAGE_NONE, 0, 0, false},
    {"R5321-9-e", COVERAGE_SCENARIO, 1, 0, true},
    {"R5321-9-j", COVERAGE_SCENARIO, 1, 1, false},
    {"R5321-4.5.3.1.5-a", COVERAGE_RULE, 0, 0, false},
    {"R5321-4.1.1.1-i", COVERAGE_NONE, 0, 0, false},
};

START_TEST(a_row_is_covered_by_who_cites_it)
{
    struct world w;
    open_world(&w);
    ck_assert_uint_eq(coverage_count(w.coverage), sizeof covered / sizeof *covered);
    for (size_t i = 0; i < sizeof covered / sizeof *covered; i++) {
        const struct coverage_row *row = coverage_at(w.coverage, i);
        ck_assert_str_eq(row->row->id, covered[i].id);
        ck_assert_ptr_eq(coverage_find(w.coverage, covered[i].id), row);
        ck_assert_msg(coverage_by(row) == covered[i].by, "%s", covered[i].id);
        ck_assert_uint_eq(row->scenarios, covered[i].scenarios);
        ck_assert_uint_eq(row->binding, covered[i].binding);
        ck_assert_msg(coverage_is_soft(row) == covered[i].soft, "%s", covered[i].id);
    }
    ck_assert_ptr_null(coverage_at(w.coverage, coverage_count(w.coverage)));
    close_world(&w);
}
END_TEST

/* ---- reasons --------------------------------------------------------------------------------- */

static const struct {
    const char *id, *wrong;
} excuses[] = {
    {"R5321-9-d", NULL},
    {"R5321-9-d", "has a reason already"},
    {"R5321-9-zz", "is not in the ledger"},
    {"R5321-9-f", "needs no reason"},
    {"R5321-9-g", "needs no reason"},
    {"R5321-9-b", "is covered by a scenario"},
    {"R5321-4.5.3.1.5-a", "is covered by a rule"},
};

START_TEST(a_reason_is_for_a_row_that_nothing_covers)
{
    struct world w;
    open_world(&w);
    for (size_t i = 0; i < sizeof excuses / sizeof *excuses; i++) {
        const char *wrong = coverage_excuse(w.coverage, excuses[i].id, "no such server", "one");
        if (excuses[i].wrong == NULL) {
            ck_assert_msg(wrong == NULL, "%s: %s", excuses[i].id, wrong);
            continue;
        }
        ck_assert_msg(wrong != NULL, "%s", excuses[i].id);
        ck_assert_msg(strncmp(wrong, excuses[i].wrong, strlen(excuses[i].wrong)) == 0, "%s: %s",
                      excuses[i].id, wrong);
    }
    ck_assert_int_eq(coverage_by(coverage_find(w.coverage, "R5321-9-d")), COVERAGE_REASON);
    close_world(&w);
}
END_TEST

static char heard[512];

static void hear(void *arg, const struct table_place *at, const char *id, const char *what)
{
    size_t n = strlen(heard);
    (*(size_t *)arg)++;
    snprintf(heard + n, sizeof heard - n, "%u: %s %s\n", at->line, id, what);
}

START_TEST(reasons_are_read_to_their_end)
{
    struct world w;
    char why[256] = "";
    size_t wrong = 0;
    struct coverage_complaints complaints = {hear, &wrong};
    heard[0] = '\0';
    open_world(&w);
    write_file(w.reasons_path, "id\treason\tneeded\n"
                               "R5321-9-a\tNobody knows.\tnothing\n"
                               "R5321-9-c\tTwo servers.\ta second one\n"
                               "R5321-9-x\tNobody knows.\tnothing\n");
    ck_assert(coverage_read_reasons(w.coverage, w.dir, &complaints, why, sizeof why));
    ck_assert_uint_eq(wrong, 2);
    ck_assert_str_eq(heard, "2: R5321-9-a is covered by a scenario: its reason is stale\n"
                            "4: R5321-9-x is not in the ledger\n");
    ck_assert_str_eq(coverage_find(w.coverage, "R5321-9-c")->reason, "Two servers.");
    ck_assert_str_eq(coverage_find(w.coverage, "R5321-9-c")->needed, "a second one");
    close_world(&w);
}
END_TEST

static const struct {
    const char *text, *why;
} refused[] = {
    {NULL, ":0: cannot be read"},
    {"", ":0: an empty file"},
    {"id\treason\n", ":1: the first line names the columns: id reason needed"},
    {"id\treason\tneeded\nR5321-9-c\tTwo.\n", ":2: 3 columns, with a tab between them"},
    {"id\treason\tneeded\nR5321-9-c\t\tTwo.\n", ":2: an empty column"},
    {"id\treason\tneeded\nR5321-9-c\tTwo.\tTwo.", ":2: no line end"},
};

START_TEST(a_file_that_is_no_table_is_refused)
{
    struct world w;
    char why[256] = "";
    size_t wrong = 0;
    struct coverage_complaints complaints = {hear, &wrong};
    open_world(&w);
    if (refused[_i].text != NULL)
        write_file(w.reasons_path, refused[_i].text);
    ck_assert(!coverage_read_reasons(w.coverage, w.dir, &complaints, why, sizeof why));
    ck_assert_str_eq(why + strlen(w.reasons_path), refused[_i].why);
    ck_assert_uint_eq(wrong, 0);
    close_world(&w);
}
END_TEST

/* ---- counts ---------------------------------------------------------------------------------- */

START_TEST(counts_are_by_level_and_rfc)
{
    struct world w;
    open_world(&w);
    struct coverage_counts all = coverage_counts_of(w.coverage, 0, NULL);
    ck_assert_uint_eq(all.rows, 8);
    ck_assert_uint_eq(all.by[COVERAGE_SCENARIO], 4);
    ck_assert_uint_eq(all.by[COVERAGE_RULE], 1);
    ck_assert_uint_eq(all.by[COVERAGE_REASON], 0);
    ck_assert_uint_eq(all.by[COVERAGE_NONE], 3);
    ck_assert_uint_eq(all.soft, 2);
    ck_assert_uint_eq(coverage_counts_of(w.coverage, 5321, "GRAMMAR").rows, 2);
    ck_assert_uint_eq(coverage_counts_of(w.coverage, 5321, "MAY").rows, 0);
    ck_assert_uint_eq(coverage_counts_of(w.coverage, 1870, NULL).rows, 0);
    ck_assert_uint_eq(coverage_next_rfc(w.coverage, 0), 5321);
    ck_assert_uint_eq(coverage_next_rfc(w.coverage, 5321), 0);
    close_world(&w);
}
END_TEST

/* One of six by a reason is more than one in ten; one of two SHOULD is less than 95 %. */
START_TEST(measures_tell_what_is_shown_from_what_is_excused)
{
    struct world w;
    open_world(&w);
    ck_assert(coverage_excused(w.coverage, 0).met);
    ck_assert_ptr_null(coverage_excuse(w.coverage, "R5321-9-d", "no gateway", "one"));
    struct coverage_measure excused = coverage_excused(w.coverage, 5321);
    ck_assert_uint_eq(excused.rows, 6);
    ck_assert_uint_eq(excused.permille, 166);
    ck_assert(!excused.met);
    struct coverage_measure should = coverage_should(w.coverage, 5321);
    ck_assert_uint_eq(should.rows, 2);
    ck_assert_uint_eq(should.permille, 500);
    ck_assert(!should.met);
    ck_assert_ptr_null(coverage_excuse(w.coverage, "R5321-9-c", "no relay", "one"));
    ck_assert_uint_eq(coverage_should(w.coverage, 5321).permille, 1000);
    ck_assert(coverage_should(w.coverage, 5321).met);
    close_world(&w);
}
END_TEST

static Suite *coverage_suite(void)
{
    Suite *suite = suite_create("coverage");
    TCase *tc = tcase_create("coverage");
    tcase_add_test(tc, a_row_is_covered_by_who_cites_it);
    tcase_add_test(tc, a_reason_is_for_a_row_that_nothing_covers);
    tcase_add_test(tc, reasons_are_read_to_their_end);
    tcase_add_loop_test(tc, a_file_that_is_no_table_is_refused, 0,
                        (int)(sizeof refused / sizeof *refused));
    tcase_add_test(tc, counts_are_by_level_and_rfc);
    tcase_add_test(tc, measures_tell_what_is_shown_from_what_is_excused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(coverage_suite)
