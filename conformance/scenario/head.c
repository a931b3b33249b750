/*
 * NAME
 *     head.c: the first line, the fields and the message (notation, section 2)
 */
#include "scenario/parse.h"

#include <string.h>

/* ---- the claim: ("server" / "client") SP level ": " text ------------------------------------- */

static const char *const levels[] = {"must", "should", "may", "info"};

const char *scenario_level_name(enum scenario_level level)
{
    return levels[level];
}

static const char *const effects[] = {"none", "mail", "load", "hostile"};

const char *scenario_effect_name(enum scenario_effect effect)
{
    return effects[effect];
}

bool head_claim(struct parser *p)
{
    bool server = parse_take(p, "server ");
    if (server || parse_take(p, "client "))
        for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
            if (parse_take(p, levels[i]) && parse_take(p, ": ") && !parse_end(p)) {
                p->scenario->role = server ? SCENARIO_SERVER : SCENARIO_CLIENT;
                p->scenario->level = (enum scenario_level)i;
                return text_plain(p, &p->scenario->title);
            }
    p->at = 0;
    return parse_fail(
        p, "the first line says who is tested and how binding it is: \"server must: refuse ...\"");
}

/* ---- fields ---------------------------------------------------------------------------------- */

typedef bool word_check(struct parser *p, smtp_span word);

/* 1*(SP word): each is checked and copied. */
static bool read_words(struct parser *p, word_check *check, const char *const **out, size_t *count)
{
    struct list words = LIST_OF(p->arena, const char *);
    while (!parse_end(p)) {
        size_t from = p->at;
        smtp_span word = text_word(p);
        p->at = from;
        if (!text_is_word(word))
            return word.n == 0 ? parse_fail(p, "one blank between words")
                               : parse_fail(p, "not a word: %.*s", (int)word.n, word.p);
        if (check != NULL && !check(p, word))
            return false;
        p->at += word.n;
        *(const char **)list_add(&words) = arena_string(p->arena, word);
        parse_take(p, " ");
    }
    *out = words.items;
    *count = words.count;
    return true;
}

static size_t run_of(smtp_span s, size_t at, bool (*in)(char c))
{
    size_t n = 0;
    while (at + n < s.n && in(s.p[at + n]))
        n++;
    return n;
}

static bool is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_section(char c)
{
    return text_is_digit(c) || c == '.' || (c >= 'A' && c <= 'Z');
}

static bool is_keyword(char c)
{
    return text_is_digit(c) || c == '-' || (c >= 'A' && c <= 'Z');
}

/* R5321-4.1.4-u: RFC, section, row of the ledger. */
static bool check_requirement(struct parser *p, smtp_span word)
{
    size_t rfc = run_of(word, 1, text_is_digit), section = run_of(word, rfc + 2, is_section);
    size_t row = run_of(word, rfc + section + 3, is_small);
    if (word.n > 0 && word.p[0] == 'R' && rfc > 0 && section > 0 && row > 0 &&
        rfc + section + row + 3 == word.n && word.p[rfc + 1] == '-' &&
        word.p[rfc + section + 2] == '-')
        return true;
    return parse_fail(p, "not a requirement id: %.*s", (int)word.n, word.p);
}

static bool in_list(smtp_span word, const char *const *names)
{
    for (; *names != NULL; names++)
        if (smtp_span_is(word, smtp_span_of(*names)))
            return true;
    return false;
}

static bool is_capital_need(smtp_span word)
{
    size_t keyword = run_of(word, 0, is_keyword);
    if (keyword == 0)
        return false;
    if (keyword == word.n)
        return true;
    size_t parameter = run_of(word, keyword + 1, is_keyword);
    return word.p[keyword] == '=' && parameter > 0 && keyword + 1 + parameter == word.n;
}

static bool check_need(struct parser *p, smtp_span word)
{
    static const char *const server[] = {"inbox",  "hop",        "list",    "alias", "deny",
                                         "full",   "stop",       "tls",     "auth",  "dns",
                                         "public", "submission", "gateway", "lmtp",  NULL};
    static const char *const client[] = {"auth", "tls-required", "tls-optional", "two-messages",
                                         NULL};
    bool of_client = p->scenario->role == SCENARIO_CLIENT;
    if (in_list(word, of_client ? client : server))
        return true;
    if (!is_capital_need(word))
        return parse_fail(p, "unknown need \"%.*s\"", (int)word.n, word.p);
    return !of_client || parse_fail(p, "a client offers no keywords: %.*s", (int)word.n, word.p);
}

static bool field_req(struct parser *p)
{
    return read_words(p, check_requirement, &p->scenario->req, &p->scenario->req_count);
}

static bool field_needs(struct parser *p)
{
    return read_words(p, check_need, &p->scenario->needs, &p->scenario->need_count);
}

static bool field_tags(struct parser *p)
{
    return read_words(p, NULL, &p->scenario->tags, &p->scenario->tag_count);
}

static bool field_cite(struct parser *p)
{
    return read_words(p, NULL, &p->scenario->cite, &p->scenario->cite_count);
}

static bool field_effect(struct parser *p)
{
    smtp_span word = parse_rest(p);
    if (p->scenario->role == SCENARIO_CLIENT) {
        p->at = 0;
        return parse_fail(p, "\"effect:\" is for servers; a client under test talks only to us");
    }
    for (size_t i = 0; i < sizeof effects / sizeof *effects; i++)
        if (smtp_span_is(word, smtp_span_of(effects[i]))) {
            p->scenario->effect = (enum scenario_effect)i;
            p->has_effect = true;
            return true;
        }
    return parse_fail(p, "unknown effect \"%.*s\": none, mail, load or hostile", (int)word.n,
                      word.p);
}

static bool field_timeout(struct parser *p)
{
    smtp_span word = parse_rest(p);
    if (text_duration(word, &p->scenario->timeout_ms) && p->scenario->timeout_ms > 0)
        return true;
    return parse_fail(p, "bad timeout: %.*s", (int)word.n, word.p);
}

static bool field_disputed(struct parser *p)
{
    return text_plain(p, &p->scenario->disputed);
}

/* The same octets so many times: a block of them is added as fast as one. */
static void add_repeated(struct parser *p, struct list *pieces, smtp_span octets, uint32_t times)
{
    char block[1024];
    uint32_t held = 0;
    size_t n = 0;
    for (; octets.n > 0 && held < times && n + octets.n <= sizeof block; n += octets.n, held++)
        memcpy(block + n, octets.p, octets.n);
    for (; held > 0 && times >= held; times -= held)
        text_add_octets(p, pieces, (smtp_span){block, n});
    for (; times > 0; times--)
        text_add_octets(p, pieces, octets);
}

static void add_string(struct parser *p, struct list *pieces, const struct scenario_string *s)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->pieces[i].var == NULL)
            text_add_octets(p, pieces, s->pieces[i].octets);
        else
            *(struct scenario_piece *)list_add(pieces) = s->pieces[i];
    }
}

/* The octets as pieces, repeats written out: {each} may stand inside of a repeated string. */
static void flatten(struct parser *p, const struct scenario_text *text, struct list *pieces)
{
    for (size_t i = 0; i < text->count; i++) {
        const struct scenario_string *s = &text->strings[i];
        if (s->count == 1 && s->pieces[0].var == NULL) {
            add_repeated(p, pieces, s->pieces[0].octets, s->times);
            continue;
        }
        for (uint32_t n = 0; n < s->times; n++)
            add_string(p, pieces, s);
    }
}

/* "each: " 1*(%x61-7A / DIGIT / "-") 1*(SP bytes) */
static bool field_each(struct parser *p)
{
    smtp_span name = text_word(p);
    for (size_t i = 0; i < name.n; i++)
        if (!is_small(name.p[i]) && !text_is_digit(name.p[i]) && name.p[i] != '-')
            return parse_fail(p, "bad name of an each: %.*s: small letters, digits and hyphens",
                              (int)name.n, name.p);
    for (size_t i = 0; i < p->eaches.count; i++)
        if (smtp_span_is(smtp_span_of(((struct each *)list_at(&p->eaches, i))->name), name))
            return parse_fail(p, "a second each: %.*s", (int)name.n, name.p);
    if (name.n == 0 || !parse_take(p, " "))
        return parse_fail(p, "each: NAME \"octets\"");
    struct scenario_text text = {0};
    p->received = true;
    bool good = text_bytes(p, &text);
    p->received = false;
    if (!good)
        return false;
    struct list pieces = LIST_OF(p->arena, struct scenario_piece);
    flatten(p, &text, &pieces);
    *(struct each *)list_add(&p->eaches) =
        (struct each){arena_string(p->arena, name), pieces.items, pieces.count};
    return true;
}

void head_choose_each(struct parser *p)
{
    if (p->each_index < p->eaches.count)
        p->each = list_at(&p->eaches, p->each_index);
}

static bool begin_message(struct parser *p)
{
    head_choose_each(p);
    p->in_message = true;
    p->scenario->has_message = true;
    return true;
}

static const struct field {
    const char *name;
    bool (*read)(struct parser *p);
    bool many; /* may stand more than once */
} fields[] = {
    {"req", field_req, false},           {"effect", field_effect, false},
    {"needs", field_needs, false},       {"tags", field_tags, false},
    {"cite", field_cite, false},         {"timeout", field_timeout, false},
    {"disputed", field_disputed, false}, {"each", field_each, true},
    {"message", begin_message, false},
};

enum { MESSAGE = 8 };

static const struct field *find_field(smtp_span name)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (smtp_span_is(name, smtp_span_of(fields[i].name)))
            return &fields[i];
    return NULL;
}

static bool read_field(struct parser *p, const struct field *f, size_t name)
{
    unsigned bit = 1U << (f - fields);
    if (!f->many && (p->seen_fields & bit) != 0)
        return parse_fail(p, "a second \"%s:\"", f->name);
    p->seen_fields |= bit;
    p->at = name + 1;
    if (f == &fields[MESSAGE])
        return parse_end(p) ? f->read(p) : parse_fail(p, "\"message:\" stands alone on its line");
    if (parse_end(p))
        return parse_fail(p, "\"%s:\" without a value", f->name);
    if (!parse_take(p, " "))
        return parse_fail(p, "a blank after \"%s:\"", f->name);
    return f->read(p);
}

bool head_field(struct parser *p)
{
    smtp_span line = p->line;
    size_t name = (size_t)((const char *)memchr(line.p, ':', line.n) - line.p);
    const struct field *f = p->prelude ? NULL : find_field((smtp_span){line.p, name});
    if (f == NULL)
        return parse_fail(p, "unknown header \"%.*s:\"", (int)name, line.p);
    if (p->header_ended && f == &fields[MESSAGE])
        return parse_fail(p, "message: stands before the conversation");
    if (p->header_ended || p->in_message)
        return parse_fail(p, "header \"%s:\" after the header has ended", f->name);
    return read_field(p, f, name);
}

/* ">" [SP text] / ">=" 1*(SP bytes) */
bool head_message_line(struct parser *p)
{
    if (!p->in_message)
        return parse_fail(p, "\">\" outside of message:");
    if (parse_take(p, ">= ")) {
        struct scenario_text text = {0};
        p->received = true;
        bool good = text_bytes(p, &text);
        p->received = false;
        for (size_t i = 0; good && i < text.count; i++)
            *(struct scenario_string *)list_add(&p->message) = text.strings[i];
        return good;
    }
    parse_take(p, ">");
    if (!parse_end(p) && !parse_take(p, " "))
        return parse_fail(p, "a blank after \">\"");
    struct list pieces = LIST_OF(p->arena, struct scenario_piece);
    if (!text_until(p, p->line.n, &pieces))
        return false;
    text_add_octets(p, &pieces, SMTP_SPAN("\r\n"));
    *(struct scenario_string *)list_add(&p->message) =
        (struct scenario_string){.pieces = pieces.items, .count = pieces.count, .times = 1};
    return true;
}

/* ---- what only the whole file shows --------------------------------------------------------- */

bool head_end(struct parser *p)
{
    const struct scenario *s = p->scenario;
    if (s->req_count == 0)
        return parse_fail(p, "no \"req:\"");
    if (s->role == SCENARIO_SERVER && !p->has_effect)
        return parse_fail(p, "no \"effect:\"");
    if (p->eaches.count == 1)
        return parse_fail(p, "a single \"each:\"");
    if (p->eaches.count > 1 && !p->each_used)
        return parse_fail(p, "\"each:\" without {each}");
    if (!p->has_test)
        return parse_fail(p, "no test:");
    if (!p->has_expect)
        return parse_fail(p, "nothing is expected after test:");
    return true;
}
