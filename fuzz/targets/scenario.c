/*
 * NAME
 *     scenario.c: the parser of scenario files
 *
 * DESCRIPTION
 *     Input: the octets of a file. Preludes stand in memory, and no other is there. Oracles:
 *
 *       error-placed       a file that is refused adds nothing; the error has a text in one line, and
 *                          a place in the file or in a prelude
 *       parse-again        read once more the file gives the same scenarios, down to each row, or the
 *                          same error
 *       comment-no-matter  with a comment in front it is the same, a line further down
 *       well-formed        what a player relies on: counts have their items, every reply has rows,
 *                          steps stand in the order of their lines, preludes at their "use"
 *       sample-matches     each regular expression is found in its own sample
 */
#include <string.h>

#include "fuzz.h"
#include "scenario/regex.h"
#include "scenario/scenario.h"

enum { MOST = 16384, SCENARIOS = 64 };

static const char comment[] = "# nothing\n";

static const struct {
    const char *name, *text;
} preludes[] = {
    {"server/hello", "S: 220\nC: EHLO {me}\nS: 250\n"},
    {"server/helo", "S: 220\nC: HELO {me}\nS: 250\n"},
    {"server/mail", "S: 220\nC: EHLO {me}\nS: 250\nC: MAIL FROM:<{from}>\nS: 250\n"},
    {"server/rcpt", "S: 220\nC: EHLO {me}\nS: 250\nC: MAIL FROM:<{from}>\nS: 250\n"
                    "C: RCPT TO:<{rcpt}>\nS: 250 | 251\n"},
    {"server/data", "S: 220\nC: EHLO {me}\nS: 250\nC: MAIL FROM:<{from}>\nS: 250\n"
                    "C: RCPT TO:<{rcpt}>\nS: 250 | 251\nC: DATA\nS: 354\n"},
    {"client/hello", "S: 220 {mx} ESMTP\nC: EHLO ...\nS: 250-{mx}\nS: 250 PIPELINING\n"
                     "C| HELO ...\nS: 250 {mx}\n"},
};

/* ---- a digest of all that was read ----------------------------------------------------------- */

struct digest {
    uint64_t value;
    unsigned shift; /* lines that stand in front of the file */
};

static void add(struct digest *d, const void *octets, size_t n)
{
    const unsigned char *p = octets;
    for (size_t i = 0; i < n; i++)
        d->value = (d->value ^ p[i]) * UINT64_C(1099511628211);
}

static void add_number(struct digest *d, uint64_t n)
{
    add(d, &n, sizeof n);
}

static void add_line(struct digest *d, unsigned line)
{
    FUZZ_CHECK(line > d->shift, "well-formed", "line %u of a file", line);
    add_number(d, line - d->shift);
}

static void add_string(struct digest *d, const char *s)
{
    add_number(d, s == NULL ? UINT64_MAX : strlen(s));
    if (s != NULL)
        add(d, s, strlen(s));
}

static void add_strings(struct digest *d, const char *const *strings, size_t count)
{
    add_number(d, count);
    for (size_t i = 0; i < count; i++) {
        FUZZ_CHECK(strings[i] != NULL, "well-formed", "a word is missing");
        add_string(d, strings[i]);
    }
}

static void add_text(struct digest *d, const struct scenario_text *text)
{
    add_number(d, text->count);
    add_number(d, text->bytewise);
    for (size_t i = 0; i < text->count; i++) {
        const struct scenario_string *s = &text->strings[i];
        FUZZ_CHECK(s->is_pause || s->times > 0, "well-formed", "a string that is there no times");
        FUZZ_CHECK(!s->is_pause || s->count == 0, "well-formed", "a pause of octets");
        add_number(d, s->count);
        add_number(d, s->times);
        add_number(d, s->pause_ms);
        for (size_t k = 0; k < s->count; k++) {
            add_string(d, s->pieces[k].var);
            add_number(d, s->pieces[k].octets.n);
            add(d, s->pieces[k].octets.p, s->pieces[k].octets.n);
        }
    }
}

static void check_sample(const struct scenario_condition *c)
{
    char why[256];
    pcre2_code *code = regex_compile(c->text, why, sizeof why);
    FUZZ_CHECK(code != NULL, "sample-matches", "%s: %s", c->text, why);
    FUZZ_CHECK(regex_find(code, (smtp_span){c->sample, c->sample_length}, NULL, NULL),
               "sample-matches", "%s: %s", c->text, c->sample);
    pcre2_code_free(code);
}

static void add_condition(struct digest *d, const struct scenario_condition *c)
{
    add_number(d, c->kind);
    add_strings(d, c->words, c->count);
    add_string(d, c->text);
    if (c->kind != SCENARIO_MATCH)
        return;
    add(d, c->sample, c->sample_length);
    if (d->shift == 0) /* once is enough */
        check_sample(c);
}

static void add_steps(struct digest *d, const struct scenario_step *steps, size_t count);

static void add_row(struct digest *d, const struct scenario_row *row)
{
    add_line(d, row->line);
    add_string(d, row->source);
    add_number(d, row->outcome_count);
    for (size_t i = 0; i < row->outcome_count; i++) {
        add_number(d, row->outcomes[i].kind);
        add(d, row->outcomes[i].digits, sizeof row->outcomes[i].digits);
        add_number(d, row->outcomes[i].ms);
    }
    for (size_t i = 0; i < row->condition_count; i++)
        add_condition(d, &row->conditions[i]);
    FUZZ_CHECK(row->outcome_count > 0 || row->is_exact || row->command != NULL, "well-formed",
               "row on line %u expects nothing", row->line);
    add_text(d, &row->exact);
    if (row->command != NULL) {
        add_string(d, row->command->verb);
        add_text(d, &row->command->text);
    }
    add_number(d, row->verdict);
    add_string(d, row->reason);
    add_steps(d, row->steps, row->step_count);
}

static void add_step(struct digest *d, const struct scenario_step *step)
{
    FUZZ_CHECK(step->conn >= 1 && step->conn <= 9, "well-formed", "connection %u", step->conn);
    FUZZ_CHECK(step->times >= 1, "well-formed", "line %u, no times", step->line);
    FUZZ_CHECK((step->op == SCENARIO_EXPECT) == (step->row_count > 0), "well-formed",
               "line %u has %zu rows", step->line, step->row_count);
    add_number(d, step->op);
    add_line(d, step->line);
    add_number(d, step->conn * 16 + step->hop * 8 + step->in_test * 4 + step->optional * 2 +
                      step->any_order);
    add_string(d, step->source);
    add_number(d, step->times);
    add_text(d, &step->text);
    for (size_t i = 0; i < step->row_count; i++)
        add_row(d, &step->rows[i]);
    add_number(d, step->directive);
    add_string(d, step->word);
    add_number(d, step->ms);
    add_number(d, step->number);
    add_string(d, step->field);
    if (step->match != NULL)
        add_condition(d, step->match);
}

static void add_steps(struct digest *d, const struct scenario_step *steps, size_t count)
{
    add_number(d, count);
    for (size_t i = 0; i < count; i++) {
        FUZZ_CHECK(i == 0 || steps[i - 1].line <= steps[i].line, "well-formed",
                   "line %u behind line %u", steps[i].line, steps[i - 1].line);
        FUZZ_CHECK(i == 0 || steps[i - 1].in_test <= steps[i].in_test, "well-formed",
                   "line %u leaves the test", steps[i].line);
        add_step(d, &steps[i]);
    }
}

static void add_scenario(struct digest *d, const struct scenario *s)
{
    add_string(d, s->id);
    add_number(d, s->role);
    add_number(d, s->level);
    add_string(d, s->title);
    add_strings(d, s->req, s->req_count);
    add_number(d, s->effect);
    add_strings(d, s->needs, s->need_count);
    add_strings(d, s->tags, s->tag_count);
    add_strings(d, s->cite, s->cite_count);
    add_number(d, s->timeout_ms);
    add_string(d, s->disputed);
    add_text(d, &s->message);
    add_steps(d, s->steps, s->step_count);
    add_number(d, s->slow_ms);
}

/* ---- one reading ----------------------------------------------------------------------------- */

struct reading {
    bool ok;
    size_t count;
    uint64_t digest;
    struct scenario_error error;
};

static void check_error(const struct scenario_error *e, smtp_span file, size_t lines)
{
    size_t n = strnlen(e->text, sizeof e->text);
    bool here = strcmp(e->file, "x/y.smtp") == 0;
    FUZZ_CHECK(n > 0 && n < sizeof e->text && memchr(e->text, '\n', n) == NULL, "error-placed",
               "%s", e->text);
    FUZZ_CHECK(here || strstr(e->file, ".smtp") != NULL, "error-placed", "in %s", e->file);
    FUZZ_CHECK(e->line >= 1 && (!here || e->line <= lines + 1), "error-placed",
               "line %u of %zu: %s", e->line, lines, e->text);
    FUZZ_CHECK(e->column <= file.n + 1, "error-placed", "column %u", e->column);
}

static size_t lines_of(smtp_span file)
{
    size_t lines = 0;
    for (size_t i = 0; i < file.n; i++)
        lines += file.p[i] == '\n';
    return lines;
}

static void read_file(smtp_span file, unsigned shift, struct reading *out)
{
    *out = (struct reading){.ok = false};
    struct digest d = {UINT64_C(14695981039346656037), shift};
    struct scenario_set *set = scenario_set_new(NULL);
    if (set == NULL)
        abort();
    for (size_t i = 0; i < sizeof preludes / sizeof *preludes; i++)
        scenario_set_prelude(set, preludes[i].name, smtp_span_of(preludes[i].text));
    out->ok = scenario_parse(set, "x/y", "x/y.smtp", file, &out->error);
    out->count = scenario_count(set);
    FUZZ_CHECK(out->ok == (out->count > 0), "error-placed", "%zu scenarios", out->count);
    if (!out->ok)
        check_error(&out->error, file, lines_of(file));
    for (size_t i = 0; i < out->count; i++)
        add_scenario(&d, scenario_at(set, i));
    out->digest = d.value;
    scenario_set_free(set);
}

/* Errors name lines: "5yz on line 14 takes it". */
static bool is_number_below(const char **a, const char **b, unsigned shift)
{
    char *end_a, *end_b;
    if (**a < '0' || **a > '9' || **b < '0' || **b > '9')
        return false;
    unsigned long in_a = strtoul(*a, &end_a, 10), in_b = strtoul(*b, &end_b, 10);
    *a = end_a;
    *b = end_b;
    return in_b == in_a || in_b == in_a + shift;
}

static bool is_same_text(const char *a, const char *b, unsigned shift)
{
    while (*a != '\0' && *b != '\0')
        if (!is_number_below(&a, &b, shift) && *a++ != *b++)
            return false;
    return *a == *b;
}

static void must_equal(const struct reading *a, const struct reading *b, unsigned shift,
                       const char *oracle)
{
    FUZZ_CHECK(a->ok == b->ok && a->count == b->count, oracle, "%zu scenarios, then %zu: %s",
               a->count, b->count, b->error.text);
    FUZZ_CHECK(a->digest == b->digest, oracle, "another reading");
    if (a->ok)
        return;
    bool here = strcmp(a->error.file, "x/y.smtp") == 0;
    FUZZ_CHECK(is_same_text(a->error.text, b->error.text, shift), oracle, "%s\n%s", a->error.text,
               b->error.text);
    FUZZ_CHECK(b->error.line == a->error.line + (here ? shift : 0), oracle, "%u %u: %s",
               a->error.line, b->error.line, a->error.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char further[MOST + sizeof comment];
    struct reading first, again, below;
    if (size > MOST)
        return 0;
    smtp_span file = {(const char *)data, size};
    read_file(file, 0, &first);
    read_file(file, 0, &again);
    must_equal(&first, &again, 0, "parse-again");
    /* a file that is empty, or has a byte order mark, is so by what stands in front */
    if (size == 0 || smtp_span_is(smtp_span_cut(file, 0, 3), SMTP_SPAN("\xef\xbb\xbf")))
        return 0;
    memcpy(further, comment, sizeof comment - 1);
    memcpy(further + sizeof comment - 1, data, size);
    read_file((smtp_span){further, size + sizeof comment - 1}, 1, &below);
    must_equal(&first, &below, 1, "comment-no-matter");
    return 0;
}
