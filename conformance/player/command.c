#include "player/command.h"

#include <string.h>

#include "player/text.h"
#include "smtp/grammar.h"

/* ---- a line in parts ------------------------------------------------------------------------- */

smtp_span command_verb(smtp_span line)
{
    const char *blank = line.n == 0 ? NULL : memchr(line.p, ' ', line.n);
    return smtp_span_cut(line, 0, blank == NULL ? line.n : (size_t)(blank - line.p));
}

/* The first `c` at or behind `at` that stands in no quoted string; line.n: there is none. */
static size_t find_unquoted(smtp_span line, size_t at, char c)
{
    bool quoted = false;
    for (; at < line.n; at++) {
        if (quoted && line.p[at] == '\\')
            at++;
        else if (line.p[at] == '"')
            quoted = !quoted;
        else if (!quoted && line.p[at] == c)
            return at;
    }
    return line.n;
}

smtp_span command_path(smtp_span line)
{
    size_t open = find_unquoted(line, 0, '<'), close = find_unquoted(line, open, '>');
    return close < line.n ? smtp_span_cut(line, open + 1, close) : (smtp_span){line.p, 0};
}

static bool next_word(smtp_span *rest, smtp_span *word)
{
    size_t from = 0;
    while (from < rest->n && rest->p[from] == ' ')
        from++;
    *word = command_verb(smtp_span_cut(*rest, from, rest->n));
    *rest = smtp_span_cut(*rest, from + word->n, rest->n);
    return word->n > 0;
}

bool command_print(const struct scenario_command *command, struct vars *vars, uint32_t i,
                   smtp_room room, size_t *n)
{
    struct text_cursor cursor = {.text = &command->text, .i = i};
    smtp_span octets;
    uint64_t pause;
    *n = 0;
    while (text_next(&cursor, vars, &octets, &pause) == TEXT_OCTETS) {
        if (octets.n > room.n - *n)
            return false;
        memcpy(room.p + *n, octets.p, octets.n);
        *n += octets.n;
    }
    return true;
}

/* ---- parameters ------------------------------------------------------------------------------ */

static smtp_span keyword_of(smtp_span parameter)
{
    const char *equals = parameter.n == 0 ? NULL : memchr(parameter.p, '=', parameter.n);
    return smtp_span_cut(parameter, 0,
                         equals == NULL ? parameter.n : (size_t)(equals - parameter.p));
}

/* Those whose values are keywords too (RFC 6152 3, RFC 3461 4.1 and 4.3). */
static bool has_keywords(smtp_span keyword)
{
    return smtp_span_is_nocase(keyword, SMTP_SPAN("BODY")) ||
           smtp_span_is_nocase(keyword, SMTP_SPAN("NOTIFY")) ||
           smtp_span_is_nocase(keyword, SMTP_SPAN("RET"));
}

/* A wanted keyword without a value fits every value. */
static bool is_parameter(smtp_span has, smtp_span wanted)
{
    smtp_span keyword = keyword_of(wanted);
    if (!smtp_span_is_nocase(keyword_of(has), keyword))
        return false;
    if (keyword.n == wanted.n)
        return true;
    smtp_span value = smtp_span_cut(has, keyword.n, has.n),
              other = smtp_span_cut(wanted, keyword.n, wanted.n);
    return has_keywords(keyword) ? smtp_span_is_nocase(value, other) : smtp_span_is(value, other);
}

static bool has_parameter(smtp_span parameters, smtp_span wanted)
{
    smtp_span word;
    while (next_word(&parameters, &word))
        if (is_parameter(word, wanted))
            return true;
    return false;
}

static bool has_all(smtp_span parameters, smtp_span wanted)
{
    smtp_span word;
    while (next_word(&wanted, &word))
        if (!has_parameter(parameters, word))
            return false;
    return true;
}

static bool conditions_hold(const struct scenario_row *row, smtp_span parameters)
{
    for (size_t i = 0; i < row->condition_count; i++) {
        const struct scenario_condition *c = &row->conditions[i];
        bool all = true;
        for (size_t w = 0; w < c->count; w++)
            all = all && has_parameter(parameters, smtp_span_of(c->words[w]));
        if (all != (c->kind == SCENARIO_HAS))
            return false;
    }
    return true;
}

/* ---- MAIL and RCPT --------------------------------------------------------------------------- */

static bool is_mailbox_verb(smtp_span verb)
{
    return smtp_span_is_nocase(verb, SMTP_SPAN("MAIL")) ||
           smtp_span_is_nocase(verb, SMTP_SPAN("RCPT"));
}

/* "FROM:" and "TO:", in any case; blanks around them are not the row's business. */
static bool same_head(smtp_span line, smtp_span wanted)
{
    smtp_span a = smtp_span_cut(line, 0, find_unquoted(line, 0, ':')),
              b = smtp_span_cut(wanted, 0, find_unquoted(wanted, 0, ':'));
    return smtp_span_is_nocase(a, b);
}

static bool parse_path(smtp_span path, struct smtp_path *out)
{
    struct smtp_cursor c = smtp_cursor_of(path, SMTP_LAX_UTF8);
    return smtp_parse_mailbox(&c, out) == SMTP_OK && c.at == c.end;
}

/* RFC 5321 4.1.2: all spellings of a local-part are one mailbox; 2.4: a domain in any case. */
static bool same_path(smtp_span path, smtp_span wanted)
{
    struct smtp_path a = {.null = false}, b = {.null = false};
    if (parse_path(path, &a) && parse_path(wanted, &b))
        return smtp_mailbox_is(&a, &b);
    return smtp_span_is(path, wanted);
}

static smtp_span parameters_of(smtp_span line)
{
    return smtp_span_cut(line, find_unquoted(line, find_unquoted(line, 0, '<'), '>') + 1, line.n);
}

static bool mail_fits(const struct scenario_row *row, smtp_span line, smtp_span wanted)
{
    bool whole = find_unquoted(wanted, 0, '<') < wanted.n;
    if (!whole) /* "MAIL ..." */
        return row->command->open && conditions_hold(row, parameters_of(line));
    return same_head(line, wanted) && same_path(command_path(line), command_path(wanted)) &&
           has_all(parameters_of(line), parameters_of(wanted)) &&
           conditions_hold(row, parameters_of(line));
}

/* ---- a row ----------------------------------------------------------------------------------- */

/* RFC 4954 4: "AUTH" SP mechanism [SP initial-response] */
static bool auth_fits(smtp_span line, smtp_span wanted)
{
    smtp_span a, b;
    line = smtp_span_cut(line, command_verb(line).n, line.n);
    wanted = smtp_span_cut(wanted, command_verb(wanted).n, wanted.n);
    if (!next_word(&wanted, &b))
        return true;
    return next_word(&line, &a) && smtp_span_is_nocase(a, b);
}

/* `open`: with any further words behind those of the row. */
static bool words_fit(smtp_span line, smtp_span wanted, bool open)
{
    smtp_span verb = command_verb(wanted), rest = smtp_span_cut(wanted, verb.n, wanted.n),
              has = smtp_span_cut(line, command_verb(line).n, line.n);
    if (!open)
        return smtp_span_is(has, rest);
    return smtp_span_is(smtp_span_cut(has, 0, rest.n), rest) &&
           (has.n == rest.n || has.p[rest.n] == ' ');
}

bool command_fits(const struct scenario_row *row, struct vars *vars, uint32_t i, smtp_span line)
{
    char text[COMMAND_MAX];
    size_t n;
    const struct scenario_command *command = row->command;
    if (command == NULL || command->kind == SCENARIO_CMD_MESSAGE)
        return false;
    if (command->kind == SCENARIO_CMD_ANYTHING)
        return true;
    if (!command_print(command, vars, i, (smtp_room){text, sizeof text}, &n))
        return false;
    smtp_span wanted = {text, n}, verb = command_verb(wanted);
    if (!smtp_span_is_nocase(command_verb(line), verb))
        return false;
    if (is_mailbox_verb(verb))
        return mail_fits(row, line, wanted);
    if (smtp_span_is_nocase(verb, SMTP_SPAN("AUTH")))
        return auth_fits(line, wanted);
    return words_fit(line, wanted, command->open);
}
