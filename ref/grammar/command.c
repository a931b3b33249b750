#include "grammar_parts.h"

/* RFC 5321 4.1.1: white space before the CRLF. */
static void cut_blanks(struct smtp_cursor *c)
{
    while (c->end > c->at && (c->end[-1] == ' ' || c->end[-1] == '\t')) {
        if (!smtp_grammar_allow(c, SMTP_LAX_BLANK_END))
            return;
        c->end--;
    }
}

/*
 * RFC 5321 4.1.1: "The commands themselves are alphabetic characters terminated by <SP> if
 * parameters follow and <CRLF> otherwise."
 */
static enum smtp_fault read_verb(struct smtp_cursor *c, struct smtp_command *out)
{
    const char *begin = c->at;
    if (c->at == c->end)
        return smtp_grammar_fault(c, begin, SMTP_E_NO_COMMAND);
    smtp_grammar_run(c, SMTP_C_ALPHA);
    enum smtp_verb verb = smtp_verb_of(smtp_grammar_since(c, begin));
    if (c->at < c->end && !smtp_grammar_at(c, ' '))
        return smtp_grammar_fault(c, begin, SMTP_E_VERB);
    if (verb == SMTP_V_UNKNOWN) {
        c->at = begin;
        return smtp_grammar_fault(c, begin, SMTP_E_VERB);
    }
    out->verb = verb;
    return SMTP_OK;
}

/* What stands behind the first space, whatever the line is. */
static smtp_span argument_of(smtp_span line)
{
    size_t n = 0;
    while (n < line.n && line.p[n] != ' ')
        n++;
    return smtp_span_cut(line, n + 1, line.n);
}

/* Faults that are not about the octet at which they stand. */
static bool is_of_form(enum smtp_fault fault)
{
    static const enum smtp_fault others[] = {SMTP_E_VERB, SMTP_E_NO_COMMAND, SMTP_E_DOMAIN_LONG,
                                             SMTP_E_LOCAL_LONG, SMTP_E_PATH_LONG};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i] == fault)
            return false;
    return true;
}

/* RFC 5321 4.1.2: 501 for "invalid character codes", in whatever rule they stand. */
static enum smtp_fault name_octet(smtp_span line, size_t off, enum smtp_fault fault)
{
    if (!is_of_form(fault) || off >= line.n || !smtp_is(line.p[off], SMTP_C_CTL | SMTP_C_HIGH))
        return fault;
    if (line.p[off] == '\0')
        return SMTP_E_NUL;
    return smtp_is(line.p[off], SMTP_C_CTL) ? SMTP_E_CONTROL : SMTP_E_NON_ASCII;
}

enum smtp_fault smtp_parse_command(smtp_span line, unsigned lax, struct smtp_command *out)
{
    struct smtp_cursor c = smtp_cursor_of(line, lax);
    *out = (struct smtp_command){.verb = SMTP_V_UNKNOWN, .line = line};
    cut_blanks(&c);
    out->argument = argument_of((smtp_span){c.at, (size_t)(c.end - c.at)});
    enum smtp_fault fault = read_verb(&c, out);
    if (fault == SMTP_OK) {
        bool blank = smtp_grammar_take(&c, ' ');
        fault = smtp_grammar_argument(&c, blank, out);
    }
    out->lax_used = c.lax_used;
    if (fault == SMTP_OK)
        return SMTP_OK;
    out->fault_off = (size_t)(c.fault_at - line.p);
    return name_octet(line, out->fault_off, fault);
}

/* RFC 6531 3.7.4.2: vrfy = "VRFY" SP String [ SP "SMTPUTF8" ] CRLF, and expn alike */
smtp_span smtp_command_name(const struct smtp_command *c)
{
    const size_t word = sizeof " SMTPUTF8" - 1;
    return smtp_span_cut(c->argument, 0, c->argument.n - (c->utf8 ? word : 0));
}

/* ---- print ---- */

static smtp_room behind(smtp_room to, size_t at)
{
    return at < to.n ? (smtp_room){to.p + at, to.n - at} : (smtp_room){to.p, 0};
}

static void print_path(smtp_room to, size_t *at, const char *word, const struct smtp_command *c)
{
    smtp_room_put(to, at, smtp_span_of(word));
    *at += smtp_print_path(behind(to, *at), &c->path);
    smtp_span params = {c->params.at, (size_t)(c->params.end - c->params.at)};
    smtp_room_put(to, at, params);
}

static void print_chunk(smtp_room to, size_t *at, const struct smtp_command *c)
{
    smtp_room_put(to, at, SMTP_SPAN(" "));
    smtp_room_put_number(to, at, c->chunk);
    if (c->last)
        smtp_room_put(to, at, SMTP_SPAN(" LAST"));
}

static void print_plain(smtp_room to, size_t *at, smtp_span argument)
{
    if (argument.n == 0)
        return;
    smtp_room_put(to, at, SMTP_SPAN(" "));
    smtp_room_put(to, at, argument);
}

static void print_auth(smtp_room to, size_t *at, const struct smtp_command *c)
{
    print_plain(to, at, c->mechanism);
    if (c->has_initial)
        print_plain(to, at, c->initial);
}

size_t smtp_print_command(smtp_room to, const struct smtp_command *c)
{
    size_t at = 0;
    smtp_room_put(to, &at, smtp_span_of(smtp_verb_name(c->verb)));
    if (c->verb == SMTP_V_MAIL) {
        print_path(to, &at, " FROM:", c);
    } else if (c->verb == SMTP_V_RCPT) {
        print_path(to, &at, " TO:", c);
    } else if (c->verb == SMTP_V_BDAT) {
        print_chunk(to, &at, c);
    } else if (c->verb == SMTP_V_AUTH) {
        print_auth(to, &at, c);
    } else if (c->verb == SMTP_V_EHLO || c->verb == SMTP_V_HELO || c->verb == SMTP_V_LHLO) {
        smtp_room_put(to, &at, SMTP_SPAN(" "));
        at += smtp_print_domain(behind(to, at), &c->host);
    } else {
        print_plain(to, &at, c->argument);
    }
    smtp_room_put(to, &at, SMTP_SPAN("\r\n"));
    return at;
}
