#include <string.h>

#include "check_main.h"
#include "guard.h"
#include "rule_table.h"

/* RFC 5321 4.1.2: all quoted forms of one name are equal. */
static const struct {
    const char *local, *meaning;
} meanings[] = {
    {"a.b", "a.b"},
    {"\"a.b\"", "a.b"},
    {"\"a b\"", "a b"},
    {"\"\"", ""},
    {"\"Joe\\,Smith\"", "Joe,Smith"},
    {"\"\\a\\b\"", "ab"},
    {"\"\\\\\"", "\\"},
    {"\"\\\"\"", "\""},
    {"\"\\\\\\\"\\ \"", "\\\" "},
    {"a\\b", "a\\b"},
    {"\"a", "\"a"},
    {"", ""},
};
enum { MEANINGS = sizeof meanings / sizeof *meanings };

START_TEST(test_meanings)
{
    smtp_span local = guard_copy(smtp_span_of(meanings[_i].local));
    size_t n = strlen(meanings[_i].meaning);
    for (size_t room = 0; room <= n; room++) {
        char out[32] = "";
        ck_assert_uint_eq(smtp_print_local_meaning((smtp_room){out, room}, local), n);
        ck_assert_mem_eq(out, meanings[_i].meaning, room);
        ck_assert_int_eq(out[room], '\0');
    }
    guard_free(local);
}
END_TEST

static const struct {
    const char *clause, *a, *b;
    bool same;
} pairs[] = {
    {"5321-2.4", "<a@b.c>", "<a@b.c>", true},
    {"5321-2.4", "<a@b.c>", "<a@B.C>", true},
    {"5321-2.4", "<a@b.c>", "<A@b.c>", false},
    {"5321-2.4", "<a@b.c>", "<a@b.d>", false},
    {"5321-2.4", "<a@b.c>", "<ab@b.c>", false},
    {"5321-2.4", "<ab@b.c>", "<a@b.c>", false},
    {"5321-4.1.2", "<a.b@c>", "<\"a.b\"@c>", true},
    {"5321-4.1.2", "<\"\\a\\.b\"@c>", "<a.b@c>", true},
    {"5321-4.1.2", "<\"a\\b\"@c>", "<\"ab\"@c>", true},
    {"5321-4.1.2", "<\"a\\\\b\"@c>", "<\"ab\"@c>", false},
    {"5321-4.1.2", "<\"A\"@c>", "<a@c>", false},
    {"5321-4.1.1.3", "<Postmaster>", "<POSTMASTER>", true},
    {"5321-4.1.1.3", "<Postmaster@c>", "<postmaster@C>", true},
    {"5321-4.1.1.3", "<Postmaster>", "<postmaster@c>", false},
    {"5321-4.1.3", "<a@[1.2.3.4]>", "<a@[01.2.3.004]>", true},
    {"5321-4.1.3", "<a@[1.2.3.4]>", "<a@[1.2.3.5]>", false},
    {"5321-4.1.3", "<a@[1.2.3.4]>", "<a@1.2.3.4>", false},
    {"5321-4.1.3", "<a@[IPv6:::1]>", "<a@[ipv6:0:0:0:0:0:0:0:1]>", true},
    {"5321-4.1.3", "<a@[IPv6:::1]>", "<a@[IPv6:::2]>", false},
    {"5321-4.1.3", "<a@[IPv6:::1.2.3.4]>", "<a@[IPv6:::102:304]>", true},
    {"5321-4.1.3", "<a@[x:y]>", "<a@[X:Y]>", true},
    {"5321-4.1.3", "<a@[x:y]>", "<a@[z:y]>", false},
    {"5321-4.1.3", "<a@[x:y]>", "<a@[x:z]>", false},
    {"5321-4.1.2", "<@r:a@b>", "<a@b>", true},
};
enum { PAIRS = sizeof pairs / sizeof *pairs };

static struct smtp_path path_of(const char *text)
{
    struct smtp_cursor c = smtp_cursor_of(smtp_span_of(text), 0);
    struct smtp_path path;
    ck_assert_msg(smtp_parse_forward_path(&c, &path) == SMTP_OK, "%s", text);
    return path;
}

START_TEST(test_pairs)
{
    struct smtp_path a = path_of(pairs[_i].a), b = path_of(pairs[_i].b);
    ck_assert_msg(smtp_mailbox_is(&a, &b) == pairs[_i].same, "%s", pairs[_i].clause);
    ck_assert_msg(smtp_mailbox_is(&b, &a) == pairs[_i].same, "%s", pairs[_i].clause);
}
END_TEST

START_TEST(test_null_path)
{
    struct smtp_path null = {.null = true}, a = path_of("<a@b>"), alone = path_of("<postmaster>");
    ck_assert(smtp_mailbox_is(&null, &null));
    ck_assert(!smtp_mailbox_is(&null, &a));
    ck_assert(!smtp_mailbox_is(&alone, &null));
}
END_TEST

/* Mailbox = Local-part "@" ( Domain / address-literal ), without brackets */
static const struct rule_row rows[] = {
    {"5321-4.1.2", T("a@b"), SMTP_OK, 3, 0, 0},
    {"5321-4.1.2", T("a@b>"), SMTP_OK, 3, 0, 0},
    {"5321-4.1.2", T("\"a b\"@[IPv6:::1] x"), SMTP_OK, 16, 0, 0},
    {"5321-4.1.2", T("@b"), SMTP_NOMATCH, 0, 0, 0},
    {"5321-4.1.2", T(""), SMTP_NOMATCH, 0, 0, 0},
    {"5321-4.1.2", T("a"), SMTP_E_AT, 1, 0, 0},
    {"5321-4.1.2", T("a@"), SMTP_E_DOMAIN, 2, 0, 0},
    {"5321-4.1.2", T("a@[x"), SMTP_E_LITERAL, 4, 0, 0},
};
enum { ROWS = sizeof rows / sizeof *rows };

static enum smtp_fault parse(struct smtp_cursor *c, void *result)
{
    return smtp_parse_mailbox(c, result);
}

/* A mailbox prints as the path around it does, without the brackets. */
static size_t print(smtp_room to, const void *result)
{
    char text[512];
    size_t at = 0, n = smtp_print_path((smtp_room){text, sizeof text}, result);
    smtp_room_put(to, &at, smtp_span_cut((smtp_span){text, n}, 1, n - 1));
    return at;
}

START_TEST(test_rows)
{
    struct smtp_path path = {.null = false};
    const struct rule rule = {parse, print, &path};
    const char *wrong = rule_check(&rule, &rows[_i]);
    ck_assert_msg(wrong == NULL, "%s", wrong);
}
END_TEST

static Suite *mailbox_suite(void)
{
    Suite *suite = suite_create("mailbox");
    TCase *tcase = tcase_create("mailbox");
    tcase_add_loop_test(tcase, test_meanings, 0, MEANINGS);
    tcase_add_loop_test(tcase, test_pairs, 0, PAIRS);
    tcase_add_test(tcase, test_null_path);
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(mailbox_suite)
