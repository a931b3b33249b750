#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "records/records.h"

enum { ROOM = 1 << 20 };

/* Octets without what means nothing print as this text, which gives them back. */
static const struct {
    smtp_span octets;
    const char *text;
} rows[] = {
    {{"", 0}, ""},
    {{"EHLO a\r\n", 8}, "C: EHLO a\n"},
    {{"\xff"
      "m\x02"
      "NOOP\r\n",
      9},
     "@mode 2\nC: NOOP\n"},
    {{"\r\n", 2}, "C:\n"},
    {{" \r\n", 3}, "C= \" \\r\\n\"\n"},
    {{"a \r\n", 4}, "C= \"a \\r\\n\"\n"},
    {{"a\n", 2}, "C= \"a\\n\"\n"},
    {{"a\rb\r\n", 5}, "C= \"a\\rb\\r\\n\"\n"},
    {{"\n", 1}, "C= \"\\n\"\n"},
    {{"{x}\\\r\n", 6}, "C: {{x}}\\\n"},
    {{"{\"\\\t\0", 5}, "C= \"{{\\\"\\\\\\t\\x00\"\n"},
    {{"a\xff\xff"
      "b\r\n",
      6},
     "C= \"a\\xffb\\r\\n\"\n"},
    {{"QUIT\r\nx\xff"
      "cNO\r\n",
      13},
     "C: QUIT\nC= \"x\"\n@cut\nC: NO\n"},
    {{"\xff"
      "t\xff"
      "f\xff"
      "w\xff\xff"
      "r\xff"
      "d\xff"
      "q\xff"
      "x\xff"
      "a\3\xff"
      "s\xff"
      "b\x1e\xff"
      "m\0",
      26},
     "@tls\n@tls-fails\n@pause 255s\n@refuse\n@defer\n@shutdown\n@close\n@reply 3\n@stop\n@busy "
     "30s\n"
     "@mode 0\n"},
};

static size_t to_text(smtp_span in, char who, char out[ROOM])
{
    size_t n = records_print(in, who, (smtp_room){out, ROOM});
    ck_assert_uint_le(n, ROOM);
    return n;
}

static size_t to_records(smtp_span text, char out[ROOM])
{
    struct records_error error;
    size_t n;
    ck_assert_msg(records_parse(text, (smtp_room){out, ROOM}, &n, &error), "%zu: %s in\n%.*s",
                  error.line, error.why, (int)text.n, text.p);
    ck_assert_uint_le(n, ROOM);
    return n;
}

START_TEST(test_rows)
{
    static char text[ROOM], octets[ROOM];
    smtp_span want = smtp_span_of(rows[_i].text);
    size_t n = to_text(rows[_i].octets, 'C', text);
    ck_assert_msg(smtp_span_is((smtp_span){text, n}, want), "%.*s", (int)n, text);
    n = to_records(want, octets);
    ck_assert(smtp_span_is((smtp_span){octets, n}, rows[_i].octets));
}
END_TEST

/* What else the text may hold. */
static const struct {
    const char *text;
    smtp_span octets;
} more[] = {
    {"# note\n\nS: 220 x\n", {"220 x\r\n", 7}},
    {"C= \"ab\" * 2 \"\\0c\"\n", {"abab\0c", 6}},
    {"C= \"\\x0A\\xFF\" * 1\n", {"\n\xff\xff", 3}},
    {"C= \"\"\n", {"", 0}},
};

START_TEST(test_more)
{
    static char octets[ROOM];
    size_t n = to_records(smtp_span_of(more[_i].text), octets);
    ck_assert(smtp_span_is((smtp_span){octets, n}, more[_i].octets));
}
END_TEST

static const struct {
    const char *text;
    size_t line;
    const char *why;
} bad[] = {
    {"EHLO x\n", 1, "no such line"},
    {"C: a\nC:b\n", 2, "a blank stands behind the mark"},
    {"C:  a\n", 1, "a blank at an end"},
    {"C: a \n", 1, "a blank at an end"},
    {"C: \n", 1, "a blank at an end"},
    {"C: a\r\n", 1, "not a printable"},
    {"C: {x\n", 1, "lone brace"},
    {"# c\n\nC= \"a\n", 3, "string without closing quote"},
    {"C= a\n", 1, "a string is expected"},
    {"C=\n", 1, "a blank stands in front"},
    {"C= \"\\q\"\n", 1, "unknown escape"},
    {"C= \"\\xf\"\n", 1, "unknown escape"},
    {"C= \"a\"\"b\"\n", 1, "a blank stands in front"},
    {"C= \"a\" * 0\n", 1, "bad count"},
    {"C= \"a\" * \n", 1, "bad count"},
    {"@tlsx\n", 1, "no such mark"},
    {"@pause 5\n", 1, "a time is"},
    {"@pause 256s\n", 1, "a time is"},
    {"@busy 5\n", 1, "a time is"},
    {"@reply\n", 1, "no such mark"},
    {"@pause\n", 1, "no such mark"},
    {"@mode x\n", 1, "which one is"},
    {"@cut 1\n", 1, "no such mark"},
    {"C: a", 1, "no line end"},
};

START_TEST(test_bad)
{
    struct records_error error;
    size_t n;
    ck_assert(!records_parse(smtp_span_of(bad[_i].text), (smtp_room){NULL, 0}, &n, &error));
    ck_assert_uint_eq(error.line, bad[_i].line);
    ck_assert_msg(strncmp(error.why, bad[_i].why, strlen(bad[_i].why)) == 0, "%s", error.why);
}
END_TEST

/* Two inputs are the same records when the same octets stand between the same marks. */
static bool next_joined(smtp_span *in, struct record *mark, char *octets, size_t *n)
{
    struct record r;
    *n = 0;
    while (record_next(in, &r)) {
        memcpy(octets + *n, r.octets.p != NULL ? r.octets.p : "", r.octets.n);
        *n += r.octets.n;
        *mark = r;
        if (r.kind != RECORD_WRITE || r.cut)
            return true;
    }
    *mark = (struct record){.kind = RECORD_WRITE};
    return *n > 0;
}

static void must_be_same_records(smtp_span a, smtp_span b)
{
    static char left[ROOM], right[ROOM];
    for (;;) {
        struct record ra, rb;
        size_t n, m;
        bool more_a = next_joined(&a, &ra, left, &n), more_b = next_joined(&b, &rb, right, &m);
        ck_assert(more_a == more_b && n == m && memcmp(left, right, n) == 0);
        if (!more_a)
            return;
        ck_assert(ra.kind == rb.kind && ra.cut == rb.cut && ra.n == rb.n);
    }
}

static void must_go_round(smtp_span in)
{
    static char text[ROOM], octets[ROOM], again[ROOM];
    size_t n = to_text(in, 'C', text);
    size_t m = to_records((smtp_span){text, n}, octets);
    must_be_same_records(in, (smtp_span){octets, m});
    size_t k = to_text((smtp_span){octets, m}, 'C', again);
    ck_assert(smtp_span_is((smtp_span){text, n}, (smtp_span){again, k}));
}

/* Octets that are mostly what has a meaning. */
START_TEST(test_random)
{
    static const char likely[] = "\xff\xff\xff\xff\r\n\r\n tfwrdqxmc\0\"\\{}a.";
    uint32_t seed = (uint32_t)_i + 1;
    char octets[40];
    for (unsigned round = 0; round < 20000; round++) {
        size_t n = round % sizeof octets;
        for (size_t i = 0; i < n; i++) {
            seed = seed * 1664525U + 1013904223U;
            octets[i] = likely[(seed >> 16) % (sizeof likely - 1)];
        }
        must_go_round((smtp_span){octets, n});
    }
}
END_TEST

/* The committed corpus of every target that takes records. */
START_TEST(test_corpus)
{
    static const char *const folders[] = {SOURCE_ROOT "/corpus/server",
                                          SOURCE_ROOT "/corpus/client"};
    static char octets[ROOM];
    struct dirent **names;
    int count = scandir(folders[_i], &names, NULL, alphasort), seeds = 0;
    ck_assert_int_gt(count, 2);
    for (int i = 0; i < count; i++) {
        char path[4096];
        int n = snprintf(path, sizeof path, "%s/%s", folders[_i], names[i]->d_name);
        FILE *f = names[i]->d_name[0] != '.' && n > 0 ? fopen(path, "rb") : NULL;
        if (f != NULL) {
            must_go_round((smtp_span){octets, fread(octets, 1, sizeof octets / 4, f)});
            fclose(f);
            seeds++;
        }
        free(names[i]);
    }
    free(names);
    ck_assert_int_gt(seeds, 0);
}
END_TEST

static Suite *records_suite(void)
{
    Suite *suite = suite_create("records");
    TCase *tcase = tcase_create("text");
    tcase_add_loop_test(tcase, test_rows, 0, sizeof rows / sizeof *rows);
    tcase_add_loop_test(tcase, test_more, 0, sizeof more / sizeof *more);
    tcase_add_loop_test(tcase, test_bad, 0, sizeof bad / sizeof *bad);
    tcase_add_loop_test(tcase, test_random, 0, 4);
    tcase_add_loop_test(tcase, test_corpus, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(records_suite)
