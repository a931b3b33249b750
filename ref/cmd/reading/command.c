#include <string.h>

#include "parts.h"

enum { COMMAND_LINE_MAX = 512 }; /* RFC 5321 4.5.3.1.4, with CRLF */

/* RFC 5321 2.3.8 and 4.1.2: what may stand in no command, whatever it says. */
static enum smtp_fault bad_octet(smtp_span line, size_t at)
{
    bool feed = at + 1 < line.n && line.p[at + 1] == '\n';
    switch (line.p[at]) {
    case '\r':
        return feed ? SMTP_E_TRAILING : SMTP_E_BARE_CR;
    case '\n':
        return SMTP_E_BARE_LF;
    case '\0':
        return SMTP_E_NUL;
    default:
        return SMTP_OK;
    }
}

/* CRLF ends a command: what stands behind it is not part of this one. */
static bool has_bad_octet(struct reading *r, smtp_span line)
{
    for (size_t i = 0; i < line.n; i++) {
        enum smtp_fault fault = bad_octet(line, i);
        if (fault == SMTP_OK)
            continue;
        reading_fail(r, fault, fault == SMTP_E_TRAILING ? i + 2 : i);
        return true;
    }
    return false;
}

/* What extensions let grow (RFC 1870 3, 3461 4, 4954 3 and others) is left to the session. */
static bool is_too_long(const struct smtp_command *cmd)
{
    bool grows = cmd->verb == SMTP_V_MAIL || cmd->verb == SMTP_V_RCPT || cmd->verb == SMTP_V_AUTH;
    return !grows && cmd->line.n + 2 > COMMAND_LINE_MAX;
}

/* RFC 4954 4: AUTH mechanism [initial-response]; "=" is an empty one. */
static void auth_fields(struct reading *r, const struct smtp_command *cmd)
{
    size_t n = 0;
    reading_field(r, "mechanism", cmd->mechanism);
    if (!cmd->has_initial)
        return;
    reading_field(r, "initial-response", cmd->initial);
    bool empty = smtp_span_is(cmd->initial, SMTP_SPAN("="));
    if (empty || smtp_decode_base64(reading_scratch(r), cmd->initial, &n))
        reading_field(r, "meaning", reading_keep(r, n));
}

static void fields(struct reading *r, const struct smtp_command *cmd)
{
    struct smtp_mail_params mail = {.given = 0};
    struct smtp_rcpt_params rcpt = {.given = 0};
    reading_word(r, "verb", smtp_verb_name(cmd->verb));
    reading_domain_fields(r, &cmd->host);
    if (cmd->verb == SMTP_V_MAIL || cmd->verb == SMTP_V_RCPT)
        reading_path_fields(r, &cmd->path);
    if (cmd->verb == SMTP_V_MAIL)
        (void)reading_mail_params(r, cmd->params, &mail);
    else if (cmd->verb == SMTP_V_RCPT)
        (void)reading_rcpt_params(r, cmd->params, &rcpt);
    else if (cmd->verb == SMTP_V_AUTH)
        auth_fields(r, cmd);
    else if (cmd->verb != SMTP_V_BDAT && cmd->host.text.n == 0 && cmd->argument.n > 0)
        reading_field(r, "argument", cmd->argument);
    if (cmd->verb != SMTP_V_BDAT)
        return;
    reading_number(r, "octets", cmd->chunk);
    reading_word(r, "last", cmd->last ? "yes" : "no");
}

/* The rule of the verb says more than that of all commands, or than that of a parameter of MAIL. */
static void name_rule(struct reading *r, const struct smtp_command *cmd, enum smtp_fault fault)
{
    static const struct {
        enum smtp_verb verb;
        const char *rule;
    } rules[] = {{SMTP_V_MAIL, "mail"},
                 {SMTP_V_RCPT, "rcpt"},
                 {SMTP_V_BDAT, "bdat"},
                 {SMTP_V_AUTH, "auth-command"}};
    bool of_mail = cmd->verb == SMTP_V_MAIL || cmd->verb == SMTP_V_RCPT;
    if (fault != SMTP_E_TRAILING && fault != SMTP_E_NO_ARGUMENT &&
        (fault != SMTP_E_PARAM || of_mail))
        return;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].verb == cmd->verb)
            r->fault.rule = rules[i].rule;
}

/* A line with or without its CRLF. */
void reading_command(struct reading *r)
{
    smtp_span line = r->text;
    bool ended = line.n >= 2 && memcmp(line.p + line.n - 2, "\r\n", 2) == 0;
    line.n -= ended ? 2 : 0;
    if (has_bad_octet(r, line))
        return;
    struct smtp_command cmd;
    enum smtp_fault fault = smtp_parse_command(line, r->lax, &cmd);
    r->lax_used = cmd.lax_used;
    if (fault == SMTP_OK && is_too_long(&cmd)) {
        fault = SMTP_E_LINE_LONG;
        cmd.fault_off = COMMAND_LINE_MAX - 2;
    }
    if (fault != SMTP_OK) {
        reading_fail(r, fault, cmd.fault_off);
        name_rule(r, &cmd, fault);
        return;
    }
    size_t n = smtp_print_command(r->print, &cmd);
    r->canonical = (smtp_span){r->print.p, ended ? n : n - 2};
    fields(r, &cmd);
}

/* *(SP esmtp-param), where the first SP may be left out. */
static struct smtp_cursor params_of(struct reading *r)
{
    smtp_span text = r->text;
    if (text.n > 0 && text.p[0] != ' ') {
        smtp_room room = reading_scratch(r);
        room.p[0] = ' ';
        memcpy(room.p + 1, text.p, text.n);
        text = reading_keep(r, text.n + 1);
    }
    return smtp_cursor_of(text, r->lax);
}

static void print_from(struct reading *r, struct smtp_cursor params, size_t n)
{
    size_t added = (size_t)(params.end - params.at) - r->text.n;
    r->canonical = smtp_span_cut((smtp_span){r->print.p, n}, added, n);
}

void reading_params_of_mail(struct reading *r)
{
    struct smtp_cursor c = params_of(r);
    struct smtp_mail_params params = {.given = 0};
    if (reading_mail_params(r, c, &params))
        print_from(r, c, smtp_print_mail_params(r->print, &params));
}

void reading_params_of_rcpt(struct reading *r)
{
    struct smtp_cursor c = params_of(r);
    struct smtp_rcpt_params params = {.given = 0};
    if (reading_rcpt_params(r, c, &params))
        print_from(r, c, smtp_print_rcpt_params(r->print, &params));
}
