/*
 * NAME
 *     parse.c: the parser of scenarios: lines to steps (notation, section 1)
 */
#include "scenario/parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "scenario/set_parts.h"

static void set_place(struct parser *p, unsigned line, size_t column)
{
    struct scenario_error *e = p->error;
    snprintf(e->file, sizeof e->file, "%s", p->file);
    e->line = line;
    e->column = (unsigned)column;
}

bool parse_fail(struct parser *p, const char *format, ...)
{
    va_list args;
    set_place(p, p->line_number, p->at + 1);
    va_start(args, format);
    vsnprintf(p->error->text, sizeof p->error->text, format, args);
    va_end(args);
    return false;
}

bool parse_fail_at(struct parser *p, unsigned line, const char *format, ...)
{
    va_list args;
    /* the steps of a prelude have the line of its "use", which is in another file */
    set_place(p, p->prelude ? p->line_number : line, 0);
    va_start(args, format);
    vsnprintf(p->error->text, sizeof p->error->text, format, args);
    va_end(args);
    return false;
}

smtp_span parse_rest(const struct parser *p)
{
    return smtp_span_cut(p->line, p->at, p->line.n);
}

bool parse_end(const struct parser *p)
{
    return p->at >= p->line.n;
}

bool parse_take(struct parser *p, const char *text)
{
    size_t n = strlen(text);
    if (p->line.n - p->at < n || memcmp(p->line.p + p->at, text, n) != 0)
        return false;
    p->at += n;
    return true;
}

char *parse_copy(struct parser *p, size_t from, size_t to)
{
    return arena_string(p->arena, smtp_span_cut(p->line, from, to));
}

unsigned parse_step_line(const struct parser *p)
{
    return p->prelude ? p->use_line : p->line_number;
}

/* ---- use ------------------------------------------------------------------------------------- */

/* The prelude's lines become steps of this file, at the line of its "use". */
static bool read_prelude(struct parser *p, smtp_span octets, const char *file)
{
    struct parser inner = *p;
    inner.octets = octets;
    inner.file = file;
    inner.prelude = true;
    inner.use_line = p->line_number;
    if (!source_check(&inner))
        return false;
    while (source_next_line(&inner))
        if (!parse_line(&inner))
            return false;
    if (!exchange_end(&inner))
        return false;
    inner.octets = p->octets;
    inner.next = p->next;
    inner.line = p->line;
    inner.line_number = p->line_number;
    inner.last_line = p->last_line;
    inner.at = p->at;
    inner.file = p->file;
    inner.prelude = false;
    *p = inner;
    return true;
}

const char *prelude_path(struct arena *arena, const char *dir, smtp_span name)
{
    smtp_span parts[] = {smtp_span_of(dir == NULL ? "preludes" : dir), SMTP_SPAN("/"), name,
                         SMTP_SPAN(".smtp")};
    size_t n = 0, room = 1;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        room += parts[i].n;
    char *path = arena_get(arena, room);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        smtp_room_put((smtp_room){path, room}, &n, parts[i]);
    return path;
}

static bool prelude_octets(struct parser *p, const char *path, smtp_span *out)
{
    for (size_t i = 0; i < p->preludes->count; i++) {
        const struct prelude_text *known = list_at(p->preludes, i);
        if (strcmp(known->path, path) == 0) {
            *out = known->octets;
            return true;
        }
    }
    if (p->prelude_dir == NULL || !set_read_file(p->arena, path, out))
        return false;
    *(struct prelude_text *)list_add(p->preludes) = (struct prelude_text){path, *out};
    return true;
}

static bool use_line(struct parser *p)
{
    if (p->prelude)
        return parse_fail(p, "a prelude uses no other prelude");
    if (p->in_test)
        return parse_fail(p, "use stands before test:");
    if (!exchange_end(p))
        return false;
    parse_take(p, "use ");
    const char *role = p->scenario->role == SCENARIO_SERVER ? "server" : "client";
    smtp_span name = parse_rest(p), octets;
    char inner[512];
    int n = snprintf(inner, sizeof inner, "%s/%.*s", role, (int)name.n, name.p);
    bool plain = text_is_name(name) && n > 0 && (size_t)n < sizeof inner;
    const char *path = plain ? prelude_path(p->arena, p->prelude_dir, smtp_span_of(inner)) : NULL;
    if (!plain || !prelude_octets(p, path, &octets))
        return parse_fail(p, "no prelude \"%.*s\" for a %s", (int)name.n, name.p, role);
    return read_prelude(p, octets, path);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static bool begin_test(struct parser *p)
{
    if (p->prelude)
        return parse_fail(p, "a prelude is the conversation alone, without test:");
    if (p->has_test)
        return parse_fail(p, "a second test:");
    p->has_test = true;
    p->in_test = true;
    p->open = false;
    p->scenario->first_test_line = p->line_number + 1;
    return true;
}

/* 1*(%x61-7A / "-") ":" */
static bool is_field(smtp_span line)
{
    size_t n = 0;
    while (n < line.n && ((line.p[n] >= 'a' && line.p[n] <= 'z') || line.p[n] == '-'))
        n++;
    return n > 0 && n < line.n && line.p[n] == ':';
}

static bool starts(const struct parser *p, const char *text)
{
    size_t n = strlen(text);
    return p->line.n >= n && memcmp(p->line.p, text, n) == 0;
}

static bool parse_message_end(struct parser *p)
{
    if (p->in_message && p->message.count == 0)
        return parse_fail_at(p, p->message_line, "message: without lines");
    p->in_message = false;
    p->header_ended = true;
    head_choose_each(p);
    return true;
}

static bool conversation_line(struct parser *p)
{
    bool test = smtp_span_is(p->line, SMTP_SPAN("test:"));
    bool known = test || starts(p, "use ") || starts(p, "@") || starts(p, "M:") ||
                 starts(p, "M.") || mark_is_here(p);
    if (!known)
        return parse_fail(p, "no such line: \"%.*s\"", (int)p->line.n, p->line.p);
    if (!p->prelude && !parse_message_end(p))
        return false;
    if (mark_is_here(p))
        return line_conversation(p);
    p->repeated_above.times = 0;
    if (test)
        return begin_test(p);
    if (starts(p, "use "))
        return use_line(p);
    if (starts(p, "@"))
        return directive_line(p);
    return mail_line(p);
}

bool parse_line(struct parser *p)
{
    if (p->line.n == 0 || p->line.p[0] == '#')
        return true;
    if (!p->claimed) {
        p->claimed = true;
        return head_claim(p);
    }
    if (starts(p, ">"))
        return head_message_line(p);
    if (is_field(p->line) && !smtp_span_is(p->line, SMTP_SPAN("test:"))) {
        if (smtp_span_is(p->line, SMTP_SPAN("message:")))
            p->message_line = p->line_number;
        return head_field(p);
    }
    return conversation_line(p);
}

bool parse_file(struct parser *p)
{
    if (!source_check(p))
        return false;
    while (source_next_line(p))
        if (!parse_line(p))
            return false;
    p->at = 0;
    p->line_number = p->last_line;
    if (!p->header_ended && !parse_message_end(p))
        return false;
    if (!line_end(p) || !head_end(p))
        return false;
    struct scenario *s = p->scenario;
    s->steps = p->steps.items;
    s->step_count = p->steps.count;
    s->message = (struct scenario_text){.strings = p->message.items, .count = p->message.count};
    return true;
}
