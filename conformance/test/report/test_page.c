#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "guard.h"
#include "report/page.h"

/* HTML, "restrictions for contents of script elements"; ECMA-262 11.3, line terminators. */
static const struct {
    const char *json, *written;
} rows[] = {
    {"", ""},
    {"{\"a\": [1, true, null]}", "{\"a\": [1, true, null]}"},
    {"\"</script>\"", "\"\\u003c/script\\u003e\""},
    {"\"<!--<script>\"", "\"\\u003c!--\\u003cscript\\u003e\""},
    {"\"]]>&amp;\"", "\"]]\\u003e\\u0026amp;\""},
    {"\"<\"", "\"\\u003c\""},
    {"<<", "\\u003c\\u003c"},
    {"\"\xe2\x80\xa8|\xe2\x80\xa9\"", "\"\\u2028|\\u2029\""},
    {"\"\xe2\x80\xa7\xe2\x80\xaa\xe2\x82\xac\"", "\"\xe2\x80\xa7\xe2\x80\xaa\xe2\x82\xac\""},
    {"\xe2\x80", "\xe2\x80"}, /* no UTF-8: nothing behind the end is read */
    {"\xe2", "\xe2"},
    {"\\u003c", "\\u003c"},
};

/* What page_put_json makes of it; the caller frees. */
static char *written(const char *json, size_t *size)
{
    char *out = NULL;
    FILE *to = open_memstream(&out, size);
    smtp_span in = guard_copy(smtp_span_of(json));
    ck_assert_ptr_nonnull(to);
    page_put_json(to, in);
    ck_assert_int_eq(fclose(to), 0);
    guard_free(in);
    return out;
}

START_TEST(json_in_a_script_element)
{
    size_t size;
    char *out = written(rows[_i].json, &size);
    ck_assert_str_eq(out, rows[_i].written);
    free(out);
}
END_TEST

static bool put_script(FILE *to, const void *arg)
{
    fputs("\"<script>\"", to);
    return *(const bool *)arg;
}

START_TEST(page_around_it)
{
    static const unsigned char head[] = "<p>", tail[] = "</p>";
    const struct page page = {head, sizeof head - 1, tail, sizeof tail - 1};
    const bool fine = true, failed = false;
    char *out = NULL;
    size_t size;
    FILE *to = open_memstream(&out, &size);
    ck_assert(page_write(to, &page, put_script, &fine));
    ck_assert_int_eq(fclose(to), 0);
    ck_assert_str_eq(out, "<p>\"\\u003cscript\\u003e\"</p>");
    free(out);
    to = open_memstream(&out, &size);
    ck_assert(!page_write(to, &page, put_script, &failed));
    ck_assert_int_eq(fclose(to), 0);
    ck_assert_uint_eq(size, 0); /* half a page would look like a whole one */
    free(out);
}
END_TEST

/* So many letters, and a character of three octets. */
static bool put_letters(FILE *to, const void *arg)
{
    for (size_t i = 0; i < *(const size_t *)arg; i++)
        fputc('x', to);
    return fputs("\xe2\x80\xa8", to) >= 0;
}

/* Wherever a piece of what is read ends. */
START_TEST(long_page)
{
    static const size_t lengths[] = {16381, 16382, 16383, 16384, 49151};
    const struct page page = {(const unsigned char *)"<", 1, (const unsigned char *)">", 1};
    char *out = NULL;
    size_t size, letters = lengths[_i];
    FILE *to = open_memstream(&out, &size);
    ck_assert(page_write(to, &page, put_letters, &letters));
    ck_assert_int_eq(fclose(to), 0);
    ck_assert_uint_eq(size, letters + 8);
    ck_assert_uint_eq(strspn(out + 1, "x"), letters);
    ck_assert_str_eq(out + 1 + letters, "\\u2028>");
    free(out);
}
END_TEST

START_TEST(full_disk)
{
    const bool fine = true;
    FILE *full = fopen("/dev/full", "wb");
    ck_assert_ptr_nonnull(full);
    ck_assert(!page_write(full, &page_report, put_script, &fine));
    fclose(full);
}
END_TEST

static Suite *page_suite(void)
{
    Suite *s = suite_create("report/page");
    TCase *t = tcase_create("page");
    tcase_add_loop_test(t, json_in_a_script_element, 0, sizeof rows / sizeof *rows);
    tcase_add_test(t, page_around_it);
    tcase_add_loop_test(t, long_page, 0, 5);
    tcase_add_test(t, full_disk);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(page_suite)
