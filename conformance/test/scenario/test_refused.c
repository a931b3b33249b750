#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blocks.h"
#include "check_main.h"
#include "guard.h"
#include "scenario/scenario.h"

/* The rows of data/refused.txt; its first line says how they are written. */
enum { FROM_THE_NOTATION = 122, ROWS = 232 };

static struct blocks rows;

static void setup(void)
{
    rows = blocks_read("refused.txt");
}

static void teardown(void)
{
    blocks_free(&rows);
}

static unsigned hex(char c)
{
    static const char digits[] = "0123456789ABCDEF";
    const char *found = strchr(digits, c);
    ck_assert(found != NULL && c != '\0');
    return (unsigned)(found - digits);
}

/* Undoes %HH and "%-". */
static size_t unfold(smtp_span text, char *to)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '%') {
            to[n++] = text.p[i];
        } else if (text.p[i + 1] == '-') {
            i += 2;
            ck_assert(text.p[i] == '\n');
        } else {
            unsigned octet = hex(text.p[i + 1]) * 16 + hex(text.p[i + 2]);
            memcpy(to + n++, &(unsigned char){(unsigned char)octet}, 1);
            i += 2;
        }
    }
    return n;
}

struct expected {
    char frame[2];
    unsigned line, column; /* column 0: not looked at */
    const char *piece;
};

/* A number at *p, which goes behind it. */
static unsigned number_at(const char **p)
{
    char *end = NULL;
    unsigned long number = strtoul(*p, &end, 10);
    ck_assert(end != *p && number < 1000);
    *p = end;
    return (unsigned)number;
}

static struct expected read_heading(const char *heading)
{
    struct expected e = {.frame = {heading[0]}};
    const char *p = heading + 1;
    e.line = number_at(&p);
    if (*p == ':') {
        p++;
        e.column = number_at(&p);
    }
    ck_assert(*p == ' ' && strlen(p) > 4);
    e.piece = p + 1;
    return e;
}

static smtp_span whole_text(const struct expected *e, const struct block *row, char *to)
{
    char heading[32];
    size_t n = 0;
    if (strcmp(e->frame, "-") != 0) {
        snprintf(heading, sizeof heading, "frame %s", e->frame);
        n = unfold(blocks_find(&rows, heading)->text, to);
    }
    n += unfold(row->text, to + n);
    return guard_copy((smtp_span){to, n});
}

START_TEST(refuses)
{
    const struct block *row = &rows.all[_i + 4];
    struct expected e = read_heading(row->heading);
    char text[2048];
    smtp_span octets = whole_text(&e, row, text);
    struct scenario_set *set = scenario_set_new(SOURCE_ROOT "/conformance/prelude");
    struct scenario_error error = {.line = 4711};
    ck_assert_msg(!scenario_parse(set, "a/b", "a/b.smtp", octets, &error), "accepted: %s",
                  row->heading);
    ck_assert_msg(strstr(error.text, e.piece) != NULL, "%s\n  but: %s", row->heading, error.text);
    ck_assert_msg(error.line == e.line, "%s\n  on line %u: %s", row->heading, error.line,
                  error.text);
    ck_assert_msg(e.column == 0 || e.column == error.column, "%s\n  column %u", row->heading,
                  error.column);
    ck_assert_str_eq(error.file, "a/b.smtp");
    ck_assert_uint_eq(scenario_count(set), 0);
    scenario_set_free(set);
    guard_free(octets);
}
END_TEST

START_TEST(has_all_rows)
{
    ck_assert_uint_eq(rows.count, ROWS + 4);
    ck_assert_int_gt(ROWS, FROM_THE_NOTATION);
}
END_TEST

/* ---- preludes -------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    unsigned line;
    const char *piece;
} preludes[] = {
    {"twice", 2, "a prelude uses no other prelude"},
    {"with-test", 2, "a prelude is the conversation alone"},
    {"with-head", 1, "unknown header \"req:\""},
    {"with-message", 1, "unknown header \"message:\""},
    {"judges", 2, "\"fail\" before test:"},
    {"begins-with-a-row", 1, "\"S|\" without an S line above it"},
};

/* The error is the prelude's: its file, its line. */
START_TEST(refuses_prelude)
{
    char text[256], file[512];
    int n =
        snprintf(text, sizeof text,
                 "server must: do it\nreq: R5321-3.1-a\neffect: none\n\n\nuse %s\ntest:\nS: 250\n",
                 preludes[_i].name);
    snprintf(file, sizeof file, "%s/conformance/test/scenario/data/prelude/server/%s.smtp",
             SOURCE_ROOT, preludes[_i].name);
    struct scenario_set *set =
        scenario_set_new(SOURCE_ROOT "/conformance/test/scenario/data/prelude");
    struct scenario_error error;
    ck_assert(!scenario_parse(set, "a", "a.smtp", (smtp_span){text, (size_t)n}, &error));
    ck_assert_msg(strstr(error.text, preludes[_i].piece) != NULL, "%s", error.text);
    ck_assert_str_eq(error.file, file);
    ck_assert_uint_eq(error.line, preludes[_i].line);
    scenario_set_free(set);
}
END_TEST

static Suite *refused_suite(void)
{
    Suite *s = suite_create("scenario/refused");
    TCase *t = tcase_create("files");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, has_all_rows);
    tcase_add_loop_test(t, refuses, 0, ROWS);
    tcase_add_loop_test(t, refuses_prelude, 0, (int)(sizeof preludes / sizeof *preludes));
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(refused_suite)
