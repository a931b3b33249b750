#include "suites.h"

#include <string.h>

#include "blackbox/shrink.h"

static void add(struct moves *moves, const char *octets, int due, enum move_kind kind, bool lone)
{
    const struct move move = {
        .kind = kind, .octets = smtp_span_of(octets), .due = due, .lone = lone};
    ck_assert(moves_add(moves, &move));
}

static bool has(const struct moves *moves, const char *octets)
{
    for (size_t i = 0; i < moves->count; i++)
        if (strstr(moves->list[i].octets.p, octets) != NULL)
            return true;
    return false;
}

struct wish {
    const char *first, *second; /* both have to be there */
    size_t asked;
};

static bool holds(void *arg, const struct moves *moves)
{
    struct wish *wish = arg;
    wish->asked++;
    return has(moves, wish->first) && has(moves, wish->second);
}

static void fill(struct moves *moves)
{
    *moves = (struct moves){.list = NULL};
    add(moves, "EHLO a\r\n", 1, MOVE_SAY, false);
    add(moves, "NOOP\r\n", 1, MOVE_SAY, false);
    add(moves, "MAIL FROM:<>\r\nRCPT TO:<a>\r\nRCPT TO:<b>\r\nDATA\r\n", 4, MOVE_SAY, false);
    add(moves, "some text\r\nand the needle is in it\r\nmore\r\n.\r\n", 1, MOVE_TEXT, true);
    add(moves, "RSET\r\n", 1, MOVE_SAY, false);
}

/* Only what both wishes need is left: of the group one line, of the text the needle and the end. */
START_TEST(keeps_what_holds)
{
    struct moves moves;
    struct wish wish = {"<b>", "needle", 0};
    struct shrink shrink = {holds, &wish, 500};
    fill(&moves);
    ck_assert(shrink_moves(&shrink, &moves));
    ck_assert_uint_eq(moves.count, 2);
    ck_assert_str_eq(moves.list[0].octets.p, "RCPT TO:<b>\r\n");
    ck_assert_int_eq(moves.list[0].due, 1);
    ck_assert_str_eq(moves.list[1].octets.p, "needle\r\n.\r\n");
    moves_free(&moves);
}
END_TEST

/* RFC 3030 2: the size is that of what is left. */
START_TEST(corrects_the_size_of_a_chunk)
{
    struct moves moves = {.list = NULL};
    struct wish wish = {"needle", " LAST", 0};
    struct shrink shrink = {holds, &wish, 500};
    add(&moves, "BDAT 26 LAST\r\nin front needle and behind", 1, MOVE_SAY, true);
    ck_assert(shrink_moves(&shrink, &moves));
    ck_assert_str_eq(moves.list[0].octets.p, "BDAT 6 LAST\r\nneedle");
    moves_free(&moves);
}
END_TEST

START_TEST(asks_no_more_than_it_may)
{
    struct moves moves;
    struct wish wish = {"<b>", "needle", 0};
    struct shrink shrink = {holds, &wish, 3};
    fill(&moves);
    ck_assert(shrink_moves(&shrink, &moves));
    ck_assert_uint_eq(wish.asked, 3);
    ck_assert(has(&moves, "needle") && has(&moves, "<b>"));
    moves_free(&moves);
}
END_TEST

START_TEST(forgets_cuts_behind_the_end)
{
    struct moves moves = {.list = NULL};
    const struct move move = {.octets = SMTP_SPAN("abcdefgh"), .cuts = {2, 6}, .due = 1};
    ck_assert(moves_add(&moves, &move));
    ck_assert(moves_replace(&moves, 0, SMTP_SPAN("abcd")));
    ck_assert_uint_eq(moves.list[0].cuts[0], 2);
    ck_assert_uint_eq(moves.list[0].cuts[1], 0);
    moves_free(&moves);
}
END_TEST

Suite *shrink_suite(void)
{
    Suite *s = suite_create("shrink");
    TCase *t = tcase_create("shrink");
    tcase_add_test(t, keeps_what_holds);
    tcase_add_test(t, corrects_the_size_of_a_chunk);
    tcase_add_test(t, asks_no_more_than_it_may);
    tcase_add_test(t, forgets_cuts_behind_the_end);
    suite_add_tcase(s, t);
    return s;
}
