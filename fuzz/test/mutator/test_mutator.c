#include <string.h>

#include "check_main.h"
#include "mutator.h"
#include "records/records.h"
#include "suites.h"

enum { MOST = 8192, SEEDS = 20000 };

/* What an edit can make of an input: `want` comes up for some seed */
static const struct {
    const char *edit;
    enum mutator_input kind;
    const char *before, *donor, *want;
} rows[] = {
    {"unit-insert", MUTATOR_RECORDS, "NOOP\r\n", "", "NOOP\r\nRSET\r\n"},
    {"unit-insert", MUTATOR_RECORDS, "250 ok\r\n", "", "220 ready\r\n250 ok\r\n"},
    {"unit-insert", MUTATOR_TEXT, "<a@b>", "", "<SIZE=a@b>"},
    {"unit-delete", MUTATOR_RECORDS, "A\r\n\377tB\r\n", "", "A\r\nB\r\n"},
    {"unit-delete", MUTATOR_RECORDS, "A\r\nB\r\nC\r\n", "", "C\r\n"},
    {"unit-delete", MUTATOR_TEXT, "<ab@cd>", "", "<ab>"},
    {"unit-duplicate", MUTATOR_RECORDS, "A\r\n\377r", "", "A\r\nA\r\n\377r"},
    {"unit-duplicate", MUTATOR_RECORDS, "A\r\nB\r\n", "", "A\r\nB\r\nA\r\nB\r\n"},
    {"unit-duplicate", MUTATOR_RECORDS, "A\r\nB\r\n", "", "B\r\nA\r\nB\r\n"},
    {"unit-duplicate", MUTATOR_TEXT, "a.b", "", "a..b"},
    {"unit-swap", MUTATOR_RECORDS, "A\r\n\377tBCD\r\n", "", "BCD\r\n\377tA\r\n"},
    {"unit-swap", MUTATOR_RECORDS, "A\r\nBC\r\n", "", "BC\r\nA\r\n"},
    {"unit-swap", MUTATOR_TEXT, "ab@c", "", "c@ab"},
    {"unit-splice", MUTATOR_RECORDS, "A\r\n", "X\r\n\377qY\r\n", "A\r\nX\r\n\377q"},
    {"unit-splice", MUTATOR_RECORDS, "A\r\nB\r\n", "X\r\n", "A\r\nX\r\n"},
    {"unit-splice", MUTATOR_RECORDS, "A\r\n", "", "A\r\n"},
    {"write-cut", MUTATOR_RECORDS, "AB\r\n", "", "AB\r\377c\n"},
    {"write-merge", MUTATOR_RECORDS, "A\r\377c\n", "", "A\r\n"},
    {"write-merge", MUTATOR_RECORDS, "A\r\n", "", "A\r\n"},
    {"outcome", MUTATOR_RECORDS, "A\r\n\377r", "", "A\r\n\377d"},
    {"outcome", MUTATOR_RECORDS, "A\r\n\377r", "", "A\r\n"},
    {"outcome", MUTATOR_RECORDS, "A\r\n", "", "\377qA\r\n"},
    {"tls", MUTATOR_RECORDS, "A\r\n\377tB\r\n", "", "A\r\n\377fB\r\n"},
    {"tls", MUTATOR_RECORDS, "A\r\n\377tB\r\n", "", "A\r\nB\r\n\377t"},
    {"tls", MUTATOR_RECORDS, "A\r\n", "", "\377tA\r\n"},
    {"time", MUTATOR_RECORDS, "A\r\n", "", "A\r\n\377w\377"},
    {"time", MUTATOR_RECORDS, "\377w\005", "", "\377w\x78"},
    {"time", MUTATOR_RECORDS, "A\r\n\377w\005", "", "A\r\n"},
    {"mode", MUTATOR_RECORDS, "A\r\n", "", "\377m\001A\r\n"},
    {"mode", MUTATOR_RECORDS, "\377m\001A\r\n", "", "\377m\002A\r\n"},
    {"hang-up", MUTATOR_RECORDS, "A\r\nB\r\n", "", "A\r\n\377xB\r\n"},
    {"hang-up", MUTATOR_RECORDS, "A\r\n\377x", "", "A\r\n"},
    {"verb", MUTATOR_RECORDS, "RCPT TO:<a@b>\r\n", "", "MAIL TO:<a@b>\r\n"},
    {"verb", MUTATOR_TEXT, "NOOP", "", "BDAT"},
    {"param-add", MUTATOR_RECORDS, "MAIL FROM:<>\r\n", "", "MAIL FROM:<> BODY=8BITMIME\r\n"},
    {"param-add", MUTATOR_RECORDS, "250 a\r\n", "", "250 a CHUNKING\r\n"},
    {"param-drop", MUTATOR_RECORDS, "MAIL FROM:<> SIZE=1 RET=FULL\r\n", "",
     "MAIL FROM:<> RET=FULL\r\n"},
    {"param-value", MUTATOR_RECORDS, "MAIL FROM:<> RET=FULL\r\n", "", "MAIL FROM:<> RET=HDRS\r\n"},
    {"param-value", MUTATOR_TEXT, "SIZE=1", "", "SIZE="},
    {"param-keyword", MUTATOR_RECORDS, "MAIL FROM:<> RET=1\r\n", "", "MAIL FROM:<> SIZE=1\r\n"},
    {"inside", MUTATOR_TEXT, "for <a@b>", "", "for <>"},
    {"inside", MUTATOR_TEXT, "for <a@b>", "", "for <Postmaster>"},
    {"inside", MUTATOR_RECORDS, "RCPT TO:<\"a b\"@c>\r\n", "", "RCPT TO:<\"\"@c>\r\n"},
    {"size-lie", MUTATOR_RECORDS, "BDAT 3\r\nabc", "", "BDAT 4\r\nabc"},
    {"size-lie", MUTATOR_RECORDS, "BDAT 3\r\nabc", "", "BDAT 2\r\nabc"},
    {"size-lie", MUTATOR_RECORDS, "MAIL FROM:<> SIZE=1\r\n", "",
     "MAIL FROM:<> SIZE=18446744073709551615\r\n"},
    {"size-lie", MUTATOR_RECORDS, "250 ok\r\n", "", "250 ok\r\n"},
    {"size-fit", MUTATOR_RECORDS, "BDAT 9\r\nab\r\n\377c\377\377c", "",
     "BDAT 6\r\nab\r\n\377c\377\377c"},
    {"size-fit", MUTATOR_RECORDS, "BDAT 9\r\nab\r\nNOOP\r\n", "", "BDAT 4\r\nab\r\nNOOP\r\n"},
    {"number", MUTATOR_TEXT, "[127.0.0.1]", "", "[127.0.256.1]"},
    {"number", MUTATOR_TEXT, "00:59:59", "", "00:60:59"},
    {"reply-code", MUTATOR_RECORDS, "250 ok\r\n", "", "550 ok\r\n"},
    {"reply-code", MUTATOR_RECORDS, "250 2.0.0 ok\r\n", "", "250 5.1.1 ok\r\n"},
    {"reply-code", MUTATOR_RECORDS, "EHLO a\r\n", "", "EHLO a\r\n"},
    {"reply-more", MUTATOR_RECORDS, "250 ok\r\n", "", "250-ok\r\n"},
    {"reply-more", MUTATOR_RECORDS, "250-ok\r\n", "", "250 ok\r\n"},
    {"reply-more", MUTATOR_RECORDS, "250 ok\r\n", "", "250-ok\r\n250 ok\r\n"},
    {"octet-class", MUTATOR_RECORDS, "AB\r\n", "", "A\r\r\n"},
    {"octet-class", MUTATOR_RECORDS, "AB\r\n", "", "A.B\r\n"},
    {"octet-class", MUTATOR_RECORDS, "AB\r\n", "", "AB\n"},
    {"octet-class", MUTATOR_TEXT, "AB", "", "A\""},
    {"terminator", MUTATOR_RECORDS, "x\r\n", "", "x\r\n.\n"},
    {"terminator", MUTATOR_RECORDS, "x\r\n", "", "x\r\n.\377c\r\n"},
    {"terminator", MUTATOR_RECORDS, ".\r\n", "", ".\n"},
    {"terminator", MUTATOR_TEXT, "x\r\n", "", "x\n.\r\n"},
    {"case", MUTATOR_RECORDS, "QUIT\r\n", "", "quit\r\n"},
    {"case", MUTATOR_TEXT, "ab", "", "aB"},
};
enum { ROWS = sizeof rows / sizeof *rows };

/* An edit of a copy; octets then. */
static size_t edited(size_t row, uint64_t seed, char out[MOST])
{
    smtp_span before = smtp_span_of(rows[row].before);
    memcpy(out, before.p, before.n);
    return mutator_apply(rows[row].edit, rows[row].kind, seed, (smtp_room){out, MOST}, before.n,
                         smtp_span_of(rows[row].donor));
}

START_TEST(test_edit)
{
    static char out[MOST];
    smtp_span want = smtp_span_of(rows[_i].want);
    bool idle = strcmp(rows[_i].want, rows[_i].before) == 0, seen = idle;
    for (uint64_t seed = 0; seed < SEEDS && seen == idle; seed++)
        seen = smtp_span_is((smtp_span){out, edited((size_t)_i, seed, out)}, want);
    ck_assert_msg(seen, "%s of %s: never, or not only, %s", rows[_i].edit, rows[_i].before,
                  rows[_i].want);
}
END_TEST

START_TEST(test_edit_has_a_row)
{
    for (size_t i = 0; mutator_edit_name(i) != NULL; i++) {
        bool found = strcmp(mutator_edit_name(i), "length") == 0; /* below */
        for (size_t k = 0; k < ROWS; k++)
            found = found || strcmp(rows[k].edit, mutator_edit_name(i)) == 0;
        ck_assert_msg(found, "%s", mutator_edit_name(i));
    }
}
END_TEST

/* RFC 5321 4.5.3.1.1: 64 octets of a local-part, and one more and less. */
START_TEST(test_length)
{
    static char out[MOST];
    bool seen[3] = {false};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        memcpy(out, "a@", 2);
        size_t n = mutator_apply("length", MUTATOR_TEXT, seed, (smtp_room){out, MOST}, 2,
                                 (smtp_span){NULL, 0});
        ck_assert(out[n - 1] == '@');
        for (size_t i = 0; i < 3; i++)
            seen[i] = seen[i] || n == 63 + i + 1;
    }
    ck_assert(seen[0] && seen[1] && seen[2]);
}
END_TEST

static const char conversation[] =
    "\377m\001EHLO a.example\r\n\377cMAIL FROM:<a@b.example> SIZE=9 BODY=8BITMIME\r\n\377r"
    "RCPT TO:<c@d.example>\r\nDATA\r\n\377w\005Subject: 1\377\377\r\n\r\n..x\r\n.\r\n\377t"
    "BDAT 4 LAST\r\nab\r\n250-ok\r\n250 2.0.0 ok\r\n\377xQUIT\r\n";
static const char donor[] = "\377qRSET\r\n\377f354 go\r\n\377w1.\r\n";

/* Whether every mark is whole and has a meaning. */
static bool is_whole(smtp_span in)
{
    struct record r;
    while (record_next(&in, &r))
        if (r.kind == RECORD_WRITE && r.octets.n == 0 && !r.cut)
            return false;
    return true;
}

/* Begins with the conversation, or what fits, and mutates it `rounds` times in a buffer of `most`. */
static size_t mutated(enum mutator_input kind, uint64_t seed, smtp_room buffer, unsigned rounds)
{
    struct mutator_done done;
    size_t n = sizeof conversation - 1 < buffer.n ? sizeof conversation - 1 : buffer.n;
    memcpy(buffer.p, conversation, n);
    for (unsigned i = 0; i < rounds; i++) {
        n = mutator_mutate(kind, seed + i, buffer, n, SMTP_SPAN(donor), &done);
        ck_assert_uint_le(done.n, MUTATOR_STACKED);
        ck_assert_uint_ge(n, 1);
        ck_assert_uint_le(n, buffer.n);
    }
    return n;
}

START_TEST(test_same_seed_same_result)
{
    static char a[MOST], b[MOST];
    bool differs = false;
    for (uint64_t seed = 0; seed < 300; seed++) {
        size_t n = mutated(MUTATOR_RECORDS, seed, (smtp_room){a, MOST}, 5);
        memset(b, 'x', sizeof b);
        ck_assert_uint_eq(mutated(MUTATOR_RECORDS, seed, (smtp_room){b, MOST}, 5), n);
        ck_assert_mem_eq(a, b, n);
        size_t m = mutated(MUTATOR_RECORDS, seed + 1, (smtp_room){b, MOST}, 5);
        differs = differs || n != m || memcmp(a, b, n) != 0;
    }
    ck_assert(differs);
}
END_TEST

/* The octet behind the buffer is never touched, however small it is. */
START_TEST(test_never_outgrows)
{
    static char a[MOST + 1];
    for (size_t most = 1; most < 600; most += most < 20 ? 1 : 37)
        for (uint64_t seed = 0; seed < 60; seed++) {
            a[most] = '\x55';
            (void)mutated(_i == 0 ? MUTATOR_RECORDS : MUTATOR_TEXT, seed, (smtp_room){a, most}, 8);
            ck_assert_int_eq(a[most], '\x55');
        }
}
END_TEST

START_TEST(test_marks_stay_whole)
{
    static char a[MOST];
    for (uint64_t seed = 0; seed < 2000; seed++) {
        size_t n = mutated(MUTATOR_RECORDS, seed, (smtp_room){a, MOST}, 10);
        ck_assert_msg(is_whole((smtp_span){a, n}), "seed %u", (unsigned)seed);
    }
}
END_TEST

/* Half marks and 8-bit octets of a corpus are inputs like any other. */
START_TEST(test_odd_inputs)
{
    static const smtp_span odd[] = {
        {"", 0},   {"\377", 1},  {"\377\377", 2}, {"\377w", 2},
        {"\n", 1}, {"\377m", 2}, {"\0\0\0", 3},   {"BDAT 99999999999999999999\r\n", 27}};
    static char a[64];
    struct mutator_done done;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        for (uint64_t seed = 0; seed < 2000; seed++) {
            memcpy(a, odd[i].p, odd[i].n);
            size_t n = mutator_mutate((enum mutator_input)(seed % 2), seed,
                                      (smtp_room){a, sizeof a}, odd[i].n, odd[seed / 2 % 8], &done);
            ck_assert(n >= 1 && n <= sizeof a);
        }
}
END_TEST

Suite *mutator_suite(void)
{
    Suite *s = suite_create("mutator");
    TCase *t = tcase_create("mutator");
    tcase_add_loop_test(t, test_edit, 0, ROWS);
    tcase_add_test(t, test_edit_has_a_row);
    tcase_add_test(t, test_length);
    tcase_add_test(t, test_same_seed_same_result);
    tcase_add_loop_test(t, test_never_outgrows, 0, 2);
    tcase_add_test(t, test_marks_stay_whole);
    tcase_add_test(t, test_odd_inputs);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(mutator_suite, trim_suite, words_suite)
