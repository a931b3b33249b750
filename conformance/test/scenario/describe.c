#include "describe.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>

static void put_octets(FILE *to, smtp_span s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"' || c == '\\' || c == '{' || c == '}')
            fprintf(to, "\\%c", c);
        else if (c == '\r' || c == '\n')
            fputs(c == '\r' ? "\\r" : "\\n", to);
        else if (c < 0x20 || c >= 0x7F)
            fprintf(to, "\\x%02x", c);
        else
            fputc(c, to);
    }
}

/* Pieces are joined where they meet, so that each variable stands between two of octets. */
static void put_string(FILE *to, const struct scenario_string *s)
{
    if (s->is_pause) {
        ck_assert_uint_eq(s->count, 0);
        fprintf(to, " %" PRIu64 "ms", s->pause_ms);
        return;
    }
    fputs(" \"", to);
    for (size_t i = 0; i < s->count; i++) {
        const struct scenario_piece *piece = &s->pieces[i];
        ck_assert(piece->var != NULL || piece->octets.n > 0);
        ck_assert(piece->var != NULL || i == 0 || s->pieces[i - 1].var != NULL);
        if (piece->var != NULL)
            fprintf(to, "{%s}", piece->var);
        else
            put_octets(to, piece->octets);
    }
    fputc('"', to);
    if (s->times != 1)
        fprintf(to, " * %" PRIu32, s->times);
}

static void put_text(FILE *to, const struct scenario_text *text)
{
    if (text->bytewise)
        fputs(" bytewise", to);
    for (size_t i = 0; i < text->count; i++)
        put_string(to, &text->strings[i]);
}

static void put_outcome(FILE *to, const struct scenario_outcome *o)
{
    switch (o->kind) {
    case SCENARIO_ANY:
        fputs(" any", to);
        return;
    case SCENARIO_CLOSE:
        fputs(" close", to);
        return;
    case SCENARIO_SILENCE:
        fprintf(to, " silence:%" PRIu64 "ms", o->ms);
        return;
    case SCENARIO_CODE:
        fputc(' ', to);
        for (size_t i = 0; i < 3; i++)
            fputc(o->digits[i] == 255 ? "xyz"[i] : '0' + o->digits[i], to);
        return;
    }
}

static void put_condition(FILE *to, const struct scenario_condition *c)
{
    static const char *const names[] = {"enhanced", "has", "lacks", "match"};
    fprintf(to, " [%s", names[c->kind]);
    for (size_t i = 0; i < c->count; i++)
        fprintf(to, " %s", c->words[i]);
    if (c->text != NULL)
        fprintf(to, " %s", c->text);
    if (c->kind == SCENARIO_MATCH)
        fprintf(to, " <- %.*s", (int)c->sample_length, c->sample);
    fputc(']', to);
}

static void put_command(FILE *to, const struct scenario_command *c)
{
    switch (c->kind) {
    case SCENARIO_CMD_ANYTHING:
        fputs(" anything", to);
        return;
    case SCENARIO_CMD_MESSAGE:
        fprintf(to, " %smessage%s%s", c->any_message ? "any-" : "", c->by_data ? " by-data" : "",
                c->by_bdat ? " by-bdat" : "");
        return;
    case SCENARIO_CMD_PATTERN:
        fprintf(to, " %s:", c->verb == NULL ? "-" : c->verb);
        put_text(to, &c->text);
        fputs(c->open ? " ..." : "", to);
        return;
    }
}

static void put_steps(FILE *to, const struct scenario_step *steps, size_t count,
                      const char *indent);

static void put_row(FILE *to, const struct scenario_row *row, const char *indent)
{
    fprintf(to, "%s  %u |", indent, row->line);
    for (size_t i = 0; i < row->outcome_count; i++)
        put_outcome(to, &row->outcomes[i]);
    if (row->is_exact) {
        fputs(" exact", to);
        put_text(to, &row->exact);
    }
    if (row->command != NULL)
        put_command(to, row->command);
    for (size_t i = 0; i < row->condition_count; i++)
        put_condition(to, &row->conditions[i]);
    if (row->verdict != SCENARIO_GO_ON)
        fprintf(to, " => %s", scenario_verdict_name(row->verdict));
    if (row->reason != NULL)
        fprintf(to, " \"%s\"", row->reason);
    fprintf(to, "    <%s>\n", row->source);
    put_steps(to, row->steps, row->step_count, "        ");
}

static void put_directive(FILE *to, const struct scenario_step *s)
{
    static const char *const names[] = {"tls",   "tls-end", "close", "reset", "half-close",
                                        "drain", "auth",    "pause", "alive", "stop",
                                        "kill",  "start",   "inbox", "result"};
    fprintf(to, " @%s", names[s->directive]);
    if (s->word != NULL)
        fprintf(to, " %s", s->word);
    if (s->directive == SCENARIO_AT_PAUSE)
        fprintf(to, " %" PRIu64 "ms", s->ms);
    if (s->directive == SCENARIO_AT_INBOX)
        fprintf(to, " %" PRIu32, s->number);
}

static void put_mail(FILE *to, const struct scenario_step *s)
{
    static const char *const names[] = {"field", "field", "no-field", "tail", "body"};
    fprintf(to, " mail %s", names[s->mail]);
    if (s->field != NULL)
        fprintf(to, " %s", s->field);
    put_text(to, &s->text);
    if (s->match != NULL)
        put_condition(to, s->match);
}

static void put_expect(FILE *to, const struct scenario_step *s)
{
    fprintf(to, " expect%s%s", s->optional ? " optional" : "", s->any_order ? " any-order" : "");
}

static void put_step(FILE *to, const struct scenario_step *s, const char *indent)
{
    fprintf(to, "%s%u%s %s%u", indent, s->line, s->in_test ? " test" : "", s->hop ? "hop " : "",
            s->conn);
    switch (s->op) {
    case SCENARIO_SEND:
        fputs(" send", to);
        put_text(to, &s->text);
        break;
    case SCENARIO_SEND_MESSAGE:
        fputs(s->by_bdat ? " send-message by-bdat" : " send-message", to);
        break;
    case SCENARIO_EXPECT:
        put_expect(to, s);
        break;
    case SCENARIO_DIRECTIVE:
        put_directive(to, s);
        break;
    case SCENARIO_MAIL:
        put_mail(to, s);
        break;
    }
    if (s->times != 1)
        fprintf(to, " x%" PRIu32, s->times);
    fprintf(to, "%s    <%s>\n", s->with_above ? " with-above" : "", s->source);
    for (size_t i = 0; i < s->row_count; i++)
        put_row(to, &s->rows[i], indent);
}

static void put_steps(FILE *to, const struct scenario_step *steps, size_t count, const char *indent)
{
    for (size_t i = 0; i < count; i++)
        put_step(to, &steps[i], indent);
}

static void put_words(FILE *to, const char *name, const char *const *words, size_t count)
{
    if (count == 0)
        return;
    fputs(name, to);
    for (size_t i = 0; i < count; i++)
        fprintf(to, " %s", words[i]);
    fputc('\n', to);
}

static void put_head(FILE *to, const struct scenario *s)
{
    fprintf(to, "%s: %s %s: %s\n", s->id, s->role == SCENARIO_SERVER ? "server" : "client",
            scenario_level_name(s->level), s->title);
    put_words(to, "req", s->req, s->req_count);
    if (s->role == SCENARIO_SERVER)
        fprintf(to, "effect %s\n", scenario_effect_name(s->effect));
    put_words(to, "needs", s->needs, s->need_count);
    put_words(to, "tags", s->tags, s->tag_count);
    put_words(to, "cite", s->cite, s->cite_count);
    if (s->timeout_ms != 0)
        fprintf(to, "timeout %" PRIu64 "ms\n", s->timeout_ms);
    if (s->disputed != NULL)
        fprintf(to, "disputed %s\n", s->disputed);
    if (s->slow_ms != 0)
        fprintf(to, "waits %" PRIu64 "ms\n", s->slow_ms);
    if (s->has_message) {
        fputs("message", to);
        put_text(to, &s->message);
        fputc('\n', to);
    }
    fprintf(to, "test begins on line %u\n", s->first_test_line);
}

char *describe(const struct scenario *s)
{
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&text, &n);
    ck_assert_ptr_nonnull(to);
    put_head(to, s);
    put_steps(to, s->steps, s->step_count, "  ");
    ck_assert_int_eq(fclose(to), 0);
    return text;
}
