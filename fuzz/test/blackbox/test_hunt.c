#include "suites.h"

#include <stdlib.h>
#include <string.h>

#include "blackbox/hunt.h"
#include "blackbox/story.h"
#include "target/target.h"

/* A hunt on the reference, or on one of its mutants, in memory. */
struct ground {
    struct mutant_list *list;
    struct target_self *self;
    struct site site;
    struct hunt hunt;
    bool stop;
};

static const struct mutant *mutant_named(struct ground *g, const char *name)
{
    char why[256];
    g->list = mutant_list_load(SOURCE_ROOT "/conformance/mutants.tsv", why, sizeof why);
    ck_assert_msg(g->list != NULL, "%s", why);
    for (size_t i = 0; i < mutant_count(g->list); i++)
        if (strcmp(mutant_at(g->list, i)->name, name) == 0)
            return mutant_at(g->list, i)->mutant;
    ck_abort_msg("no mutant %s", name);
    return NULL;
}

static void no_progress(void *arg, const struct hunt *hunt)
{
    (void)arg;
    (void)hunt;
}

static bool stop_at_it(void *arg, struct catch *c)
{
    (void)arg;
    (void)c;
    return false;
}

static struct ground *lay(const char *mutant, uint64_t seed, uint64_t cases)
{
    const char *why = "";
    struct ground *g = calloc(1, sizeof *g);
    ck_assert_ptr_nonnull(g);
    const struct mutant *with = mutant == NULL ? NULL : mutant_named(g, mutant);
    g->self = target_self_new(PLAYER_CLEAR, TARGET_MX, with, &why);
    ck_assert_msg(g->self != NULL, "%s", why);
    g->site = (struct site){.world = target_self_world(g->self),
                            .dialler = target_self_dialler(g->self),
                            .tls = target_self_tls(g->self),
                            .me = "client.example.org",
                            .from = "sender@example.org",
                            .rcpt = {"tester@example.test"},
                            .rcpt_count = 1,
                            .timeout_ms = 10000,
                            .quiet_ms = 1000,
                            .stop = &g->stop};
    g->hunt = (struct hunt){.site = &g->site,
                            .seed = seed,
                            .cases_most = cases,
                            .level = SCENARIO_SHOULD,
                            .shrink_most = 200,
                            .leak_every = 10,
                            .progress = no_progress,
                            .caught = stop_at_it};
    hunt_run(&g->hunt);
    return g;
}

static void clear(struct ground *g)
{
    hunt_free(&g->hunt);
    target_self_free(g->self);
    if (g->list != NULL)
        mutant_list_free(g->list);
    free(g);
}

/* ---- the same seed --------------------------------------------------------------------------- */

static bool same_moves(const struct moves *a, const struct moves *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!smtp_span_is(a->list[i].octets, b->list[i].octets) ||
            memcmp(a->list[i].cuts, b->list[i].cuts, sizeof a->list[i].cuts) != 0)
            return false;
    return true;
}

static bool same_guides(const struct guide *a, const struct guide *b)
{
    if (a->transitions != b->transitions || a->kept_count != b->kept_count)
        return false;
    for (size_t i = 0; i < a->kept_count; i++)
        if (!same_moves(&a->kept[i], &b->kept[i]))
            return false;
    return true;
}

START_TEST(says_the_same_for_the_same_seed)
{
    struct ground *a = lay(NULL, 7, 60), *b = lay(NULL, 7, 60), *c = lay(NULL, 8, 60);
    ck_assert_uint_gt(a->hunt.guide.kept_count, 20);
    ck_assert(same_guides(&a->hunt.guide, &b->hunt.guide));
    ck_assert(!same_guides(&a->hunt.guide, &c->hunt.guide));
    clear(a);
    clear(b);
    clear(c);
}
END_TEST

/* ---- what is found --------------------------------------------------------------------------- */

START_TEST(finds_nothing_on_the_reference)
{
    struct ground *g = lay(NULL, (uint64_t)_i, 150);
    ck_assert_msg(g->hunt.count == 0, "%s: %s", g->hunt.catches[0].rule->name,
                  g->hunt.catches[0].why);
    ck_assert_uint_eq(g->hunt.cases, 150);
    ck_assert_uint_gt(g->hunt.guide.transitions, 200);
    clear(g);
}
END_TEST

static const struct {
    const char *mutant, *rule;
} plants[] = {
    {"eod-lf-lf", "text-ends-early"},
    {"data-without-recipient", "text-for-nobody"},
    {"rset-keeps-the-transaction", "rcpt-without-mail"},
    {"reply-bare-lf", "reply-line-ends-in-crlf"},
    {"bdat-group-one-reply", "command-unanswered"},
    {"unknown-verb-closes", "hangs-up"},
    {"enhanced-wrong-class", "enhanced-code-class"},
};

/* Found, made short, and written as a scenario that fails on the mutant and passes on the reference. */
START_TEST(finds_what_was_planted)
{
    struct ground *g = lay(plants[_i].mutant, 1, 2000), *good = lay(NULL, 1, 1);
    char why[256] = "";
    ck_assert_uint_eq(g->hunt.count, 1);
    const struct catch *c = &g->hunt.catches[0];
    ck_assert_str_eq(c->rule->name, plants[_i].rule);
    ck_assert(c->repeats);
    struct talk_result result;
    struct talk_replay replay = talk_replay_of(&c->moves);
    ck_assert(talk_run(&g->site, &replay.source, &result));
    ck_assert_uint_le(result.moves.count, 7);
    char *text = story_print(c, &result, &g->site, "a test");
    enum player_verdict verdict = story_play(text, &g->site, why, sizeof why);
    ck_assert_msg(verdict == PLAYER_FAIL, "%s\n%s", why, text);
    verdict = story_play(text, &good->site, why, sizeof why);
    ck_assert_msg(verdict == PLAYER_PASS || verdict == PLAYER_INCONCLUSIVE, "%s\n%s", why, text);
    free(text);
    talk_free(&result);
    clear(g);
    clear(good);
}
END_TEST

Suite *hunt_suite(void)
{
    Suite *s = suite_create("hunt");
    TCase *t = tcase_create("hunt");
    tcase_add_test(t, says_the_same_for_the_same_seed);
    tcase_add_loop_test(t, finds_nothing_on_the_reference, 1, 4);
    tcase_add_loop_test(t, finds_what_was_planted, 0, sizeof plants / sizeof *plants);
    suite_add_tcase(s, t);
    return s;
}
