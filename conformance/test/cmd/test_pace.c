#include <string.h>

#include "check_main.h"
#include "pace.h"

/* An outcome of two lines, ours and the server's, on that connection. */
static struct player_outcome *outcome_of(unsigned conn, const char *ours, const char *theirs)
{
    static struct player_line lines[2];
    static struct player_outcome outcome;
    lines[0] = (struct player_line){.conn = 1, .from = 'C', .bytes = smtp_span_of(ours)};
    lines[1] = (struct player_line){.conn = conn, .from = 'S', .bytes = smtp_span_of(theirs)};
    outcome = (struct player_outcome){.lines = lines, .line_count = 2};
    return &outcome;
}

/* A case of `conn` connections begins at `from` and ends at `to`. */
static void play(struct pace *pace, uint64_t from, uint64_t to, unsigned conn, const char *theirs)
{
    pace_begin(pace, from);
    pace_end(pace, to, outcome_of(conn, "NOOP\r\n", theirs));
}

START_TEST(no_limit)
{
    struct pace pace = pace_of(0);
    play(&pace, 1000, 1001, 9, "421 go away\r\n");
    ck_assert(pace_is_due(&pace, 1000));
}
END_TEST

START_TEST(interval)
{
    struct pace pace = pace_of(60);
    ck_assert(pace_is_due(&pace, 0));
    play(&pace, 5000, 5010, 1, "250 ok\r\n");
    ck_assert(!pace_is_due(&pace, 5999));
    ck_assert(pace_is_due(&pace, 6000));
    play(&pace, 9000, 9010, 3, "250 ok\r\n"); /* three connections: three seconds */
    ck_assert(!pace_is_due(&pace, 11999));
    ck_assert(pace_is_due(&pace, 12000));
    play(&pace, 12000, 30000, 1, "250 ok\r\n"); /* a slow case has waited enough */
    ck_assert(pace_is_due(&pace, 30000));
    pace = pace_of(1000000);
    play(&pace, 7, 7, 1, "250 ok\r\n");
    ck_assert(!pace_is_due(&pace, 7)); /* never none at all */
}
END_TEST

START_TEST(skips_cost_nothing)
{
    struct pace pace = pace_of(60);
    struct player_outcome skip = {.verdict = PLAYER_SKIP};
    pace_begin(&pace, 5000);
    pace_end(&pace, 5000, &skip);
    ck_assert(pace_is_due(&pace, 5000));
    struct player_outcome refused = {.verdict = PLAYER_INCONCLUSIVE}; /* no line was said */
    pace_begin(&pace, 5000);
    pace_end(&pace, 5000, &refused);
    ck_assert(!pace_is_due(&pace, 5999));
}
END_TEST

START_TEST(pauses_double)
{
    static const char *const unwelcome[] = {"421 busy\r\n", "250 ok\r\n450 greylisted\r\n",
                                            "421-busy\r\n421 bye\r\n"};
    struct pace pace = pace_of(60);
    uint64_t now = 0, pause = PACE_PAUSE_MS;
    for (size_t i = 0; i < 12; i++) {
        play(&pace, now, now + 10, 1, unwelcome[i % 3]);
        ck_assert(!pace_is_due(&pace, now + 10 + pause - 1));
        ck_assert(pace_is_due(&pace, now + 10 + pause));
        now += 10 + pause;
        pause = pause * 2 > PACE_PAUSE_MOST_MS ? PACE_PAUSE_MOST_MS : pause * 2;
    }
    play(&pace, now, now + 10, 1, "250 421 and 450 stand in a text\r\n");
    ck_assert(pace_is_due(&pace, now + 1000));
    play(&pace, now + 1000, now + 1010, 1, unwelcome[0]); /* from the beginning */
    ck_assert(pace_is_due(&pace, now + 1010 + PACE_PAUSE_MS));
}
END_TEST

static const struct {
    const char *ours, *theirs;
    size_t count;
} messages[] = {
    {"NOOP\r\n", "250 ok\r\n", 0},
    {"DATA\r\n", "503 no\r\n", 0},
    {"DATA\r\n", "354 go\r\n250 ok\r\n354 go\r\n", 2},
    {"BDAT 4 LAST\r\nab\r\n", "250 ok\r\n", 1},
    {"BDAT 4\r\nab\r\nBDAT 2\r\n\r\nBDAT 0 LAST\r\n", "250 ok\r\n", 1},
    {"BDAT 4", "", 0},
    {"BDAT \n", "", 0},
};

START_TEST(message_count)
{
    ck_assert_uint_eq(pace_messages(outcome_of(1, messages[_i].ours, messages[_i].theirs)),
                      messages[_i].count);
}
END_TEST

static Suite *pace_suite(void)
{
    Suite *suite = suite_create("pace");
    TCase *tc = tcase_create("pace");
    tcase_add_test(tc, no_limit);
    tcase_add_test(tc, interval);
    tcase_add_test(tc, skips_cost_nothing);
    tcase_add_test(tc, pauses_double);
    tcase_add_loop_test(tc, message_count, 0, sizeof messages / sizeof *messages);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(pace_suite)
