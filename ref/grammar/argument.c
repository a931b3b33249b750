#include "grammar_parts.h"

/* A host that RFC 6531 does not extend: U-labels are none of it, whatever is allowed. */
static enum smtp_fault read_ascii(struct smtp_cursor *c,
                                  enum smtp_fault (*parse)(struct smtp_cursor *,
                                                           struct smtp_domain *),
                                  struct smtp_domain *out)
{
    unsigned lax = c->lax;
    c->lax &= ~(unsigned)SMTP_LAX_UTF8;
    enum smtp_fault fault = parse(c, out);
    c->lax = lax;
    return fault == SMTP_NOMATCH ? smtp_grammar_fault(c, c->at, SMTP_E_DOMAIN) : fault;
}

/*
 * RFC 5321 4.1.1.1: ehlo = "EHLO" SP ( Domain / address-literal ); RFC 2033 4.1: LHLO likewise. RFC 6531
 * 3.7.1: "only ASCII (LDH label or A-label) domains" here.
 */
static enum smtp_fault read_host(struct smtp_cursor *c, struct smtp_command *out)
{
    return read_ascii(c, smtp_parse_host, &out->host);
}

/* RFC 5321 4.1.1.1: helo = "HELO" SP Domain */
static enum smtp_fault read_name(struct smtp_cursor *c, struct smtp_command *out)
{
    if (smtp_grammar_at(c, '[') && !smtp_grammar_allow(c, SMTP_LAX_HELO_LITERAL))
        return smtp_grammar_fault(c, c->at, SMTP_E_DOMAIN);
    return read_host(c, out);
}

/* RFC 5321 4.1.2: *(SP esmtp-param), of correct form; left to smtp_param_next(). */
static enum smtp_fault read_params(struct smtp_cursor *c, struct smtp_command *out)
{
    struct smtp_param param;
    if (c->at < c->end && !smtp_grammar_at(c, ' '))
        return smtp_grammar_fault(c, c->at, SMTP_E_TRAILING);
    out->params =
        (struct smtp_cursor){.at = c->at, .end = c->end, .fault_at = c->at, .lax = c->lax};
    enum smtp_fault fault = SMTP_OK;
    while (fault == SMTP_OK)
        fault = smtp_param_next(c, &param);
    return fault == SMTP_NOMATCH ? SMTP_OK : fault;
}

static void skip_spaces(struct smtp_cursor *c)
{
    while (smtp_grammar_at(c, ' ') && smtp_grammar_allow(c, SMTP_LAX_COLON_SPACE))
        c->at++;
}

/*
 * RFC 5321 4.1.1.2: mail = "MAIL FROM:" Reverse-path [SP Mail-parameters]
 * 3.3: no spaces "on either side of the colon".
 */
static enum smtp_fault read_mail(struct smtp_cursor *c, struct smtp_command *out)
{
    const char *begin = c->at;
    if (!smtp_grammar_word(c, "FROM:"))
        return smtp_grammar_fault(c, begin, SMTP_E_FROM);
    skip_spaces(c);
    enum smtp_fault fault = smtp_parse_reverse_path(c, &out->path);
    if (fault == SMTP_NOMATCH)
        return smtp_grammar_fault(c, begin, SMTP_E_PATH_OPEN);
    return fault == SMTP_OK ? read_params(c, out) : fault;
}

/* RFC 5321 4.1.1.3: rcpt = "RCPT TO:" ( ... / Forward-path ) [SP Rcpt-parameters] */
static enum smtp_fault read_rcpt(struct smtp_cursor *c, struct smtp_command *out)
{
    const char *begin = c->at;
    if (!smtp_grammar_word(c, "TO:"))
        return smtp_grammar_fault(c, begin, SMTP_E_TO);
    skip_spaces(c);
    enum smtp_fault fault = smtp_parse_forward_path(c, &out->path);
    if (fault == SMTP_NOMATCH)
        return smtp_grammar_fault(c, begin, SMTP_E_PATH_OPEN);
    return fault == SMTP_OK ? read_params(c, out) : fault;
}

/* RFC 5321 4.1.1.8, 4.1.1.9: [ SP String ]. What is left over belongs to no String. */
static enum smtp_fault read_string(struct smtp_cursor *c, struct smtp_command *out)
{
    smtp_span string;
    (void)out;
    enum smtp_fault fault = smtp_parse_string(c, &string);
    if (fault == SMTP_NOMATCH || (fault == SMTP_OK && c->at < c->end))
        return smtp_grammar_fault(c, c->at, SMTP_E_STRING);
    return fault;
}

/* RFC 6531 3.7.4.2: vrfy = "VRFY" SP String [ SP "SMTPUTF8" ], and so does EXPN. */
static const char *cut_smtputf8(struct smtp_cursor *c, struct smtp_command *out)
{
    const smtp_span word = SMTP_SPAN(" SMTPUTF8");
    const char *end = c->end;
    size_t n = (size_t)(end - c->at);
    if (n < word.n || !smtp_span_is_nocase((smtp_span){end - word.n, word.n}, word) ||
        !smtp_grammar_allow(c, SMTP_LAX_UTF8))
        return end;
    out->utf8 = true;
    c->end -= word.n;
    return end;
}

/*
 * RFC 5321 4.1.1.6, 4.1.1.7: vrfy = "VRFY" SP String. 3.5.1 wants user and domain taken as well,
 * so a Mailbox is. Of two faults the one that got further is told.
 */
static enum smtp_fault read_name_or_mailbox(struct smtp_cursor *c, struct smtp_command *out)
{
    struct smtp_cursor other = *c;
    struct smtp_path path;
    enum smtp_fault fault = read_string(c, out);
    if (fault == SMTP_OK)
        return SMTP_OK;
    enum smtp_fault second = smtp_parse_mailbox(&other, &path);
    if (second == SMTP_OK && other.at < other.end)
        second = smtp_grammar_fault(&other, other.at, SMTP_E_TRAILING);
    if (second != SMTP_OK && (second == SMTP_NOMATCH || other.fault_at <= c->fault_at))
        return fault;
    *c = other;
    return second;
}

static enum smtp_fault read_user(struct smtp_cursor *c, struct smtp_command *out)
{
    const char *end = cut_smtputf8(c, out);
    enum smtp_fault fault = read_name_or_mailbox(c, out);
    c->end = end;
    if (fault == SMTP_OK)
        c->at = end;
    return fault;
}

/*
 * RFC 3030 2
 *     bdat-cmd   ::= "BDAT" SP chunk-size [ SP end-marker ]
 *     chunk-size ::= 1*DIGIT
 *     end-marker ::= "LAST"
 * A number that does not fit is as good as without end.
 */
static enum smtp_fault read_chunk(struct smtp_cursor *c, struct smtp_command *out)
{
    const char *begin = c->at;
    while (smtp_grammar_take(c, '0'))
        ;
    const char *digits = c->at;
    smtp_grammar_run(c, SMTP_C_DIGIT);
    if (c->at == begin)
        return smtp_grammar_fault(c, begin, SMTP_E_PARAM);
    smtp_span size = smtp_grammar_since(c, digits);
    if (size.n > 0 && !smtp_span_number(size, 20, &out->chunk))
        out->chunk = UINT64_MAX;
    if (!smtp_grammar_take(c, ' '))
        return SMTP_OK;
    out->last = smtp_grammar_word(c, "LAST");
    return out->last ? SMTP_OK : smtp_grammar_fault(c, begin, SMTP_E_TRAILING);
}

/*
 * RFC 1985 5: ETRN [<option character>]<node name>; 5.3: "@" domain, "#" queue of any syntax.
 * RFC 6531 3.1 names the commands that it extends: this is none of them.
 */
static enum smtp_fault read_node(struct smtp_cursor *c, struct smtp_command *out)
{
    const char *begin = c->at;
    if (smtp_grammar_take(c, '#')) {
        while (smtp_grammar_is(c, SMTP_C_VCHAR_SP) && !smtp_grammar_at(c, ' '))
            c->at++;
        return c->at > begin + 1 ? SMTP_OK : smtp_grammar_fault(c, begin, SMTP_E_PARAM);
    }
    (void)smtp_grammar_take(c, '@');
    return read_ascii(c, smtp_parse_domain, &out->host);
}

enum { NEVER, MAYBE, ALWAYS };

static const struct {
    enum smtp_fault (*read)(struct smtp_cursor *c, struct smtp_command *out);
    int argument;
    unsigned any; /* the tolerance that takes any text */
} forms[SMTP_VERB_COUNT] = {
    [SMTP_V_EHLO] = {read_host, ALWAYS, SMTP_LAX_HELO_ANY},
    [SMTP_V_HELO] = {read_name, ALWAYS, SMTP_LAX_HELO_ANY},
    [SMTP_V_LHLO] = {read_host, ALWAYS, SMTP_LAX_HELO_ANY},
    [SMTP_V_MAIL] = {read_mail, ALWAYS, 0},
    [SMTP_V_RCPT] = {read_rcpt, ALWAYS, 0},
    [SMTP_V_DATA] = {NULL, NEVER, SMTP_LAX_ARGUMENTS},
    [SMTP_V_BDAT] = {read_chunk, ALWAYS, 0},
    [SMTP_V_RSET] = {NULL, NEVER, SMTP_LAX_ARGUMENTS},
    [SMTP_V_VRFY] = {read_user, ALWAYS, SMTP_LAX_ARGUMENTS},
    [SMTP_V_EXPN] = {read_user, ALWAYS, SMTP_LAX_ARGUMENTS},
    [SMTP_V_HELP] = {read_string, MAYBE, SMTP_LAX_ARGUMENTS},
    [SMTP_V_NOOP] = {read_string, MAYBE, SMTP_LAX_ARGUMENTS},
    [SMTP_V_QUIT] = {NULL, NEVER, SMTP_LAX_ARGUMENTS},
    [SMTP_V_STARTTLS] = {NULL, NEVER, SMTP_LAX_ARGUMENTS},
    [SMTP_V_AUTH] = {smtp_grammar_auth, ALWAYS, 0},
    [SMTP_V_ETRN] = {read_node, ALWAYS, 0},
    [SMTP_V_TURN] = {NULL, NEVER, 0},
};

static enum smtp_fault read_strictly(struct smtp_cursor *c, bool blank, struct smtp_command *out)
{
    int argument = forms[out->verb].argument;
    if (argument == NEVER && blank) {
        c->at--; /* RFC 5321 4.1.1: the space announces an argument */
        return smtp_grammar_fault(
            c, c->at, out->verb == SMTP_V_STARTTLS ? SMTP_E_TLS_ARGUMENT : SMTP_E_ARGUMENT);
    }
    if (argument == NEVER || (argument == MAYBE && !blank))
        return SMTP_OK;
    if (c->at == c->end)
        return smtp_grammar_fault(c, c->at, SMTP_E_NO_ARGUMENT);
    enum smtp_fault fault = forms[out->verb].read(c, out);
    if (fault == SMTP_OK && c->at < c->end)
        return smtp_grammar_fault(c, c->at, SMTP_E_TRAILING);
    return fault;
}

/* With a tolerance: printable text, whatever the rule says. */
static bool is_text(struct smtp_cursor *c, const char *begin, unsigned classes)
{
    c->at = begin;
    smtp_grammar_run(c, classes);
    return c->at == c->end;
}

enum smtp_fault smtp_grammar_argument(struct smtp_cursor *c, bool blank, struct smtp_command *out)
{
    const char *begin = c->at;
    unsigned any = forms[out->verb].any, used = c->lax_used;
    bool greets = any == SMTP_LAX_HELO_ANY;
    enum smtp_fault fault = read_strictly(c, blank, out);
    if (fault == SMTP_OK || (fault == SMTP_E_NO_ARGUMENT && !greets) || (c->lax & any) == 0)
        return fault;
    if (!is_text(c, begin, greets ? SMTP_C_VCHAR_SP : SMTP_C_TEXT))
        return fault;
    c->lax_used = used | any | (out->utf8 ? (unsigned)SMTP_LAX_UTF8 : 0);
    if (greets)
        out->host = (struct smtp_domain){.text = smtp_grammar_since(c, begin)};
    return SMTP_OK;
}
