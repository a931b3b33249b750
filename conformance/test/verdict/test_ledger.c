#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check_main.h"
#include "verdict/verdict.h"

#define HEADER "id\tsection\tlevel\trole\trequirement\ttestability\thint\tbasis\n"
#define ROW(id, section, level)                                                                    \
    id "\t" section "\t" level "\tserver\tSay so.\twire-server\tLook.\tkeyword\n"

/* A folder of its own for each test, with one table or two. */
struct folder {
    char dir[64];
    char paths[2][96];
};

static void write_table(struct folder *f, size_t i, const char *name, const char *text)
{
    if (text == NULL)
        return;
    char path[sizeof f->paths[i]];
    snprintf(path, sizeof path, "%s/%s", f->dir, name);
    memcpy(f->paths[i], path, sizeof path);
    FILE *to = fopen(f->paths[i], "wb");
    ck_assert_ptr_nonnull(to);
    fputs(text, to);
    ck_assert_int_eq(fclose(to), 0);
}

static void make(struct folder *f, const char *first, const char *second)
{
    *f = (struct folder){.dir = "/tmp/smtpspec-ledger-XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(f->dir));
    write_table(f, 0, "rfc5321.tsv", first);
    write_table(f, 1, "rfc1870.tsv", second);
}

static void clear(struct folder *f)
{
    for (size_t i = 0; i < 2; i++)
        if (f->paths[i][0] != '\0')
            ck_assert_int_eq(unlink(f->paths[i]), 0);
    ck_assert_int_eq(rmdir(f->dir), 0);
}

/* ---- tables that are refused: the message behind "FOLDER/rfc5321.tsv:" ----------------------- */

static const struct {
    const char *table;
    const char *why;
} refused[] = {
    {"", "0: an empty file"},
    {"id\tsection\n", "1: the first line names the columns"},
    {"R5321-2-a\t2\tMUST\tserver\tSay so.\twire-server\tLook.\tkeyword\n",
     "1: the first line names the columns"},
    {HEADER "R5321-2-a\t2\tMUST\tserver\tSay so.\twire-server\tLook.\n", "2: 8 columns"},
    {HEADER ROW("R5321-2-a", "2", "MUST") ROW("R5321-2-b", "2\tx", "MUST"), "3: 8 columns"},
    {HEADER "\n", "2: 8 columns"},
    {HEADER "R5321-2-a\t2\tMUST\tserver\t\twire-server\tLook.\tkeyword\n", "2: an empty column"},
    {HEADER ROW("R1870-2-a", "2", "MUST"), "2: not an id of this file and section: R1870-2-a"},
    {HEADER ROW("R5321-2-a", "3", "MUST"), "2: not an id of this file and section: R5321-2-a"},
    {HEADER ROW("R5321-2-", "2", "MUST"), "2: not an id of this file and section: R5321-2-"},
    {HEADER ROW("R5321-2-A", "2", "MUST"), "2: not an id of this file and section: R5321-2-A"},
    {HEADER ROW("R5321-2-a", "2", "must"), "2: no such level: must"},
    {HEADER "R5321-2-a\t2\tMUST\tserver\tSay so.\twire-server\tLook.\tkeyword", "2: no line end"},
    {HEADER ROW("R5321-2-a", "2", "MUST") ROW("R5321-2-b", "2", "MAY")
         ROW("R5321-2-a", "2", "MUST"),
     "4: R5321-2-a stands on line 2 already"},
};

START_TEST(refuses)
{
    struct folder f;
    char why[256] = "", want[256];
    make(&f, refused[_i].table, HEADER ROW("R1870-1-a", "1", "MUST"));
    struct ledger *ledger = ledger_load(f.dir, why, sizeof why);
    clear(&f);
    snprintf(want, sizeof want, "%s/rfc5321.tsv:%s", f.dir, refused[_i].why);
    ck_assert_ptr_null(ledger);
    ck_assert_msg(strncmp(why, want, strlen(want)) == 0, "\"%s\" instead of \"%s\"", why, want);
}
END_TEST

START_TEST(refuses_a_folder_without_tables)
{
    struct folder f;
    char why[256] = "";
    make(&f, NULL, NULL);
    ck_assert_ptr_null(ledger_load(f.dir, why, sizeof why));
    ck_assert_ptr_nonnull(strstr(why, f.dir));
    clear(&f);
    why[0] = '\0';
    ck_assert_ptr_null(ledger_load(f.dir, why, sizeof why));
    ck_assert_ptr_nonnull(strstr(why, f.dir));
}
END_TEST

START_TEST(reads)
{
    struct folder f;
    char why[256] = "";
    make(&f, HEADER ROW("R5321-2-b", "2", "MUST NOT") ROW("R5321-2-a", "2", "GRAMMAR"),
         HEADER ROW("R1870-4.1-aa", "4.1", "MAY"));
    struct ledger *ledger = ledger_load(f.dir, why, sizeof why);
    clear(&f);
    ck_assert_msg(ledger != NULL, "%s", why);
    ck_assert_uint_eq(ledger_count(ledger), 3);
    ck_assert_str_eq(ledger_at(ledger, 0)->id, "R1870-4.1-aa");
    ck_assert_str_eq(ledger_at(ledger, 1)->id, "R5321-2-b");
    ck_assert_ptr_null(ledger_at(ledger, 3));
    const struct ledger_row *row = ledger_find(ledger, "R5321-2-a");
    ck_assert_ptr_eq(row, ledger_at(ledger, 2));
    ck_assert_uint_eq(row->rfc, 5321);
    ck_assert_str_eq(row->section, "2");
    ck_assert_str_eq(row->level, "GRAMMAR");
    ck_assert_str_eq(row->role, "server");
    ck_assert_str_eq(row->text, "Say so.");
    ck_assert_str_eq(row->testability, "wire-server");
    ck_assert_str_eq(row->hint, "Look.");
    ck_assert_str_eq(row->basis, "keyword");
    ck_assert_ptr_null(ledger_find(ledger, "R5321-2-c"));
    ck_assert_ptr_null(ledger_find(ledger, "R5321-2"));
    ck_assert_ptr_null(ledger_find(ledger, ""));
    ledger_free(ledger);
}
END_TEST

static Suite *ledger_suite(void)
{
    Suite *suite = suite_create("ledger");
    TCase *tc = tcase_create("ledger");
    tcase_add_loop_test(tc, refuses, 0, sizeof refused / sizeof *refused);
    tcase_add_test(tc, refuses_a_folder_without_tables);
    tcase_add_test(tc, reads);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(ledger_suite)
