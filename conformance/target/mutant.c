/*
 * NAME
 *     mutant.c: reads the change column of mutants.tsv
 */
#include "target/mutant.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smtp/chars.h"

struct reader {
    char *words[8]; /* of one part of the change */
    size_t count;
    char *why;
    size_t why_size;
    struct mutant *mutant;
};

static bool complain(struct reader *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool complain(struct reader *r, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
    vsnprintf(r->why, r->why_size, format, list);
    va_end(list);
    return false;
}

struct named {
    const char *name;
    unsigned value;
};

static const struct named lax_names[] = {
#define LAX_NAME(symbol, bit, clause, text) {#symbol, (unsigned)SMTP_LAX_##symbol},
    SMTP_LAXES(LAX_NAME)
#undef LAX_NAME
        {NULL, 0},
};

static const struct named ext_names[] = {
    {"SIZE", SMTP_X_SIZE},
    {"8BITMIME", SMTP_X_8BITMIME},
    {"PIPELINING", SMTP_X_PIPELINING},
    {"ENHANCEDSTATUSCODES", SMTP_X_ENHANCEDSTATUSCODES},
    {"STARTTLS", SMTP_X_STARTTLS},
    {"HELP", SMTP_X_HELP},
    {"VRFY", SMTP_X_VRFY},
    {"EXPN", SMTP_X_EXPN},
    {"CHUNKING", SMTP_X_CHUNKING},
    {"BINARYMIME", SMTP_X_BINARYMIME},
    {"SMTPUTF8", SMTP_X_SMTPUTF8},
    {"DSN", SMTP_X_DSN},
    {"AUTH", SMTP_X_AUTH},
    {"REQUIRETLS", SMTP_X_REQUIRETLS},
    {"LIMITS", SMTP_X_LIMITS},
    {"DELIVERBY", SMTP_X_DELIVERBY},
    {"MT-PRIORITY", SMTP_X_MT_PRIORITY},
    {"FUTURERELEASE", SMTP_X_FUTURERELEASE},
    {NULL, 0},
};

static const struct named when_names[] = {
    {"greeting", MUTANT_GREETING},
    {"hello", MUTANT_HELLO},
    {"literal", MUTANT_LITERAL},
    {"null-path", MUTANT_NULL_PATH},
    {"sender", MUTANT_SENDER},
    {"postmaster", MUTANT_POSTMASTER},
    {"route", MUTANT_ROUTE},
    {"quoted", MUTANT_QUOTED},
    {"long", MUTANT_LONG},
    {"case", MUTANT_CASE},
    {"foreign", MUTANT_FOREIGN},
    {"unknown", MUTANT_UNKNOWN},
    {"text", MUTANT_TEXT},
    {"trace", MUTANT_TRACE},
    {"vrfy", MUTANT_VRFY},
    {"body", MUTANT_BODY},
    {"chunk", MUTANT_CHUNK},
    {"login", MUTANT_LOGIN},
    {"wrong-login", MUTANT_WRONG_LOGIN},
    {NULL, 0},
};

static const struct named slip_names[] = {
#define SLIP_NAME(name, value) {name, MUTANT_SLIP_##value},
    MUTANT_SLIPS(SLIP_NAME)
#undef SLIP_NAME
        {NULL, 0},
};

static const struct named *find(const struct named *table, const char *name)
{
    for (; table->name != NULL; table++)
        if (strcmp(table->name, name) == 0)
            return table;
    return NULL;
}

/* The next word of *rest, cut off at the separator; NULL at the end. */
static char *next_word(char **rest, char separator)
{
    char *word = *rest;
    if (word == NULL || *word == '\0')
        return NULL;
    char *end = strchr(word, separator);
    *rest = end == NULL ? NULL : end + 1;
    if (end != NULL)
        *end = '\0';
    return word;
}

static bool number(const char *text, uint64_t *out)
{
    return smtp_span_number(smtp_span_of(text), 20, out);
}

static bool read_state(struct reader *r, const char *name, unsigned *bits)
{
    for (unsigned i = 0; i < SMTP_STATE_COUNT; i++) {
        if (strcmp(smtp_state_name((enum smtp_state)(1U << i)), name) == 0) {
            *bits |= 1U << i;
            return true;
        }
    }
    return complain(r, "no such state: %s", name);
}

/* Rows of the table that are no words of the wire. */
static const struct named row_names[] = {
    {"UNKNOWN", SMTP_V_UNKNOWN},
    {"CONNECT", SMTP_V_CONNECT},
    {"END_OF_DATA", SMTP_V_END_OF_DATA},
    {"TLS_UP", SMTP_V_TLS_UP},
    {"END_OF_CHUNK", SMTP_V_END_OF_CHUNK},
    {"RESPONSE", SMTP_V_RESPONSE},
    {NULL, 0},
};

static bool read_verb(struct reader *r, const char *name, enum smtp_verb *out)
{
    const struct named *row = find(row_names, name);
    if (row != NULL) {
        *out = (enum smtp_verb)row->value;
        return true;
    }
    for (int verb = SMTP_V_UNKNOWN; verb < SMTP_V_ROW_COUNT; verb++) {
        if (strcmp(smtp_verb_name((enum smtp_verb)verb), name) == 0) {
            *out = (enum smtp_verb)verb;
            return true;
        }
    }
    return complain(r, "no such verb: %s", name);
}

static size_t table_length(const struct smtp_rule *rules)
{
    size_t n = 0;
    while (rules[n].in != 0)
        n++;
    return n + 1; /* with the row that ends it */
}

/* The reference's table with one more row in front. */
static bool add_rule(struct reader *r, const struct smtp_rule *row)
{
    struct mutant *m = r->mutant;
    const struct smtp_rule *old = m->rules != NULL ? m->rules : smtp_server_rules;
    size_t n = table_length(old);
    struct smtp_rule *rules = calloc(n + 1, sizeof *rules);
    if (rules == NULL)
        return complain(r, "no memory");
    rules[0] = *row;
    memcpy(rules + 1, old, n * sizeof *rules);
    free(m->rules);
    m->rules = rules;
    m->rule_count++;
    return true;
}

static bool read_rule(struct reader *r)
{
    struct smtp_rule row = {.text = "mutant", .clause = "", .enhanced = ""};
    uint64_t code;
    if (r->count != 5)
        return complain(r, "rule VERB STATE[,STATE] THEN CODE");
    if (!read_verb(r, r->words[1], &row.verb))
        return false;
    char *rest = r->words[2];
    for (char *name = next_word(&rest, ','); name != NULL; name = next_word(&rest, ','))
        if (!read_state(r, name, &row.in))
            return false;
    unsigned then = 0;
    if (strcmp(r->words[3], "SAME") != 0 && !read_state(r, r->words[3], &then))
        return false;
    if (!number(r->words[4], &code) || code > 599)
        return complain(r, "not a reply code: %s", r->words[4]);
    row.then = (enum smtp_state)then;
    row.code = (unsigned short)code;
    row.enhanced = code >= 500 ? "5.5.1" : code >= 400 ? "4.5.1" : code >= 300 ? "" : "2.0.0";
    return add_rule(r, &row);
}

static bool read_limit(struct reader *r)
{
    struct smtp_limits *l = &r->mutant->limits;
    uint64_t n;
    if (r->count != 3 || !number(r->words[2], &n))
        return complain(r, "limit NAME NUMBER");
    const char *name = r->words[1];
    if (strcmp(name, "command_line") == 0)
        l->command_line = (size_t)n;
    else if (strcmp(name, "recipients") == 0)
        l->recipients = (size_t)n;
    else if (strcmp(name, "message") == 0)
        l->message = n;
    else if (strcmp(name, "errors") == 0)
        l->errors = (unsigned)n;
    else if (strcmp(name, "command_ms") == 0)
        l->command_ms = n;
    else if (strcmp(name, "text_ms") == 0)
        l->text_ms = n;
    else if (strcmp(name, "tls_ms") == 0)
        l->tls_ms = n;
    else if (strcmp(name, "auth_line") == 0)
        l->auth_line = (size_t)n;
    else if (strcmp(name, "transactions") == 0)
        l->transactions = (size_t)n;
    else if (strcmp(name, "hops") == 0)
        l->hops = (unsigned)n;
    else if (strcmp(name, "auth_tries") == 0)
        l->auth_tries = (unsigned)n;
    else
        return complain(r, "no such limit: %s", name);
    return true;
}

static bool read_bit(struct reader *r, const struct named *table, unsigned *bits)
{
    const struct named *row = r->count == 2 ? find(table, r->words[1]) : NULL;
    if (row == NULL)
        return complain(r, "%s: no such name: %s", r->words[0], r->count > 1 ? r->words[1] : "");
    *bits |= row->value;
    return true;
}

static bool read_policy(struct reader *r)
{
    uint64_t code;
    const struct named *row = r->count == 3 ? find(when_names, r->words[1]) : NULL;
    if (row == NULL || !number(r->words[2], &code) || code < 200 || code > 599)
        return complain(r, "policy WHEN CODE");
    r->mutant->when = (enum mutant_when)row->value;
    r->mutant->code = (unsigned)code;
    return true;
}

static bool read_slip(struct reader *r)
{
    const struct named *row = r->count == 2 ? find(slip_names, r->words[1]) : NULL;
    if (row == NULL)
        return complain(r, "slip NAME");
    r->mutant->slip = (enum mutant_slip)row->value;
    return true;
}

static int hex(char c)
{
    const char *digits = "0123456789abcdef";
    const char *at = c == '\0' ? NULL : strchr(digits, smtp_lower(c));
    return at == NULL ? -1 : (int)(at - digits);
}

/* \r \n \t \0 \\ \xHH; in place. */
static size_t unescape(char *text)
{
    static const char from[] = "rnt0\\", to[] = "\r\n\t\0\\";
    char *out = text;
    for (const char *p = text; *p != '\0'; p++) {
        const char *at = *p == '\\' && p[1] != '\0' ? strchr(from, p[1]) : NULL;
        if (at != NULL) {
            *out++ = to[at - from];
            p++;
        } else if (*p == '\\' && p[1] == 'x' && hex(p[2]) >= 0 && hex(p[3]) >= 0) {
            *out++ = (char)(hex(p[2]) * 16 + hex(p[3]));
            p += 3;
        } else {
            *out++ = *p;
        }
    }
    return (size_t)(out - text);
}

/* "reply /REGEX/TEXT/": the part as a whole, not in words; "/" does not stand inside. */
static bool read_rewrite(struct reader *r, const char *part, struct mutant_rewrite *out)
{
    const char *first = strchr(part, '/');
    const char *second = first == NULL ? NULL : strchr(first + 1, '/');
    const char *third = second == NULL ? NULL : strchr(second + 1, '/');
    if (third == NULL || third[1] != '\0')
        return complain(r, "reply /REGEX/TEXT/");
    int code;
    PCRE2_SIZE at;
    out->regex = pcre2_compile((PCRE2_SPTR)(first + 1), (PCRE2_SIZE)(second - first - 1),
                               PCRE2_MULTILINE, &code, &at, NULL);
    if (out->regex == NULL)
        return complain(r, "regular expression: error %d at octet %zu", code, at);
    out->text = strndup(second + 1, (size_t)(third - second - 1));
    if (out->text == NULL)
        return complain(r, "no memory");
    out->length = unescape(out->text);
    return true;
}

/* "early /REGEX/", "hold /REGEX/" */
static bool read_regex(struct reader *r, const char *part, uint32_t options, pcre2_code **out)
{
    const char *first = strchr(part, '/'), *last = strrchr(part, '/');
    int code;
    PCRE2_SIZE at;
    if (first == NULL || first == last || last[1] != '\0')
        return complain(r, "early /REGEX/, hold /REGEX/");
    *out = pcre2_compile((PCRE2_SPTR)(first + 1), (PCRE2_SIZE)(last - first - 1), options, &code,
                         &at, NULL);
    return *out != NULL || complain(r, "regular expression: error %d at octet %zu", code, at);
}

static bool read_part(struct reader *r, char *part)
{
    struct mutant *m = r->mutant;
    if (strncmp(part, "early /", 7) == 0)
        return read_regex(r, part, 0, &m->early);
    if (strncmp(part, "hold /", 6) == 0)
        return read_regex(r, part, PCRE2_MULTILINE, &m->hold);
    if (strncmp(part, "reply /", 7) == 0)
        return read_rewrite(r, part, &m->reply);
    if (strncmp(part, "input /", 7) == 0)
        return read_rewrite(r, part, &m->input);
    if (strncmp(part, "notice /", 8) == 0)
        return read_rewrite(r, part, &m->notice);
    if (strncmp(part, "onward /", 8) == 0)
        return read_rewrite(r, part, &m->onward);
    if (strncmp(part, "hears /", 7) == 0)
        return read_rewrite(r, part, &m->hears);
    char *rest = part;
    r->count = 0;
    for (char *w = next_word(&rest, ' '); w != NULL && r->count < 8; w = next_word(&rest, ' '))
        r->words[r->count++] = w;
    const char *kind = r->count > 0 ? r->words[0] : "";
    if (strcmp(kind, "rule") == 0)
        return read_rule(r);
    if (strcmp(kind, "limit") == 0)
        return read_limit(r);
    if (strcmp(kind, "lax") == 0)
        return read_bit(r, lax_names, &m->lax);
    if (strcmp(kind, "without") == 0)
        return read_bit(r, ext_names, &m->without);
    if (strcmp(kind, "policy") == 0)
        return read_policy(r);
    if (strcmp(kind, "slip") == 0)
        return read_slip(r);
    if (strcmp(kind, "inject") == 0)
        return m->inject = true;
    return complain(r, "no such change: %s", kind);
}

void mutant_base_limits(struct smtp_limits *out)
{
    *out = smtp_limits_default;
    out->transactions = MUTANT_TRANSACTIONS;
}

struct mutant *mutant_parse(const char *change, char *why, size_t why_size)
{
    char *copy = strdup(change);
    struct mutant *m = calloc(1, sizeof *m);
    struct reader r = {.why = why, .why_size = why_size, .mutant = m};
    bool ok = copy != NULL && m != NULL;
    if (ok)
        mutant_base_limits(&m->limits);
    for (char *part = copy; ok && part != NULL;) {
        char *next = strstr(part, "; ");
        if (next != NULL) {
            *next = '\0';
            next += 2;
        }
        ok = read_part(&r, part);
        part = next;
    }
    free(copy);
    if (ok)
        return m;
    mutant_free(m);
    return NULL;
}

void mutant_free(struct mutant *m)
{
    if (m == NULL)
        return;
    free(m->rules);
    pcre2_code_free(m->reply.regex);
    pcre2_code_free(m->input.regex);
    pcre2_code_free(m->notice.regex);
    pcre2_code_free(m->onward.regex);
    pcre2_code_free(m->hears.regex);
    pcre2_code_free(m->early);
    pcre2_code_free(m->hold);
    free(m->reply.text);
    free(m->input.text);
    free(m->notice.text);
    free(m->onward.text);
    free(m->hears.text);
    free(m);
}
