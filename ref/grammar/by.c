#include "params_parts.h"

/*
 * RFC 2852 4
 *     by-value = by-time";"by-mode[by-trace]
 *     by-time  = ["-" / "+"]1*9digit ; a negative or zero value is not
 *                                    ; allowed with a by-mode of "R"
 *     by-mode  = "N" / "R"           ; "Notify" or "Return"
 *     by-trace = "T"                 ; "Trace"
 */
bool smtp_grammar_by(struct smtp_cursor *c, struct smtp_mail_params *out)
{
    int32_t seconds = 0;
    unsigned digits = 0;
    bool minus = smtp_grammar_take(c, '-');
    if (!minus)
        (void)smtp_grammar_take(c, '+');
    for (; digits < 9 && smtp_grammar_is(c, SMTP_C_DIGIT); digits++, c->at++)
        seconds = 10 * seconds + (*c->at - '0');
    if (digits == 0 || !smtp_grammar_take(c, ';'))
        return false;
    out->by.seconds = minus ? -seconds : seconds;
    out->by.returns = out->by.seconds > 0 && smtp_grammar_word(c, "R");
    if (!out->by.returns && !smtp_grammar_word(c, "N"))
        return false;
    out->by.trace = smtp_grammar_word(c, "T");
    return true;
}

void smtp_grammar_put_by(smtp_room to, size_t *at, const struct smtp_mail_params *params)
{
    const struct smtp_by *by = &params->by;
    if (by->seconds < 0)
        smtp_room_put(to, at, SMTP_SPAN("-"));
    smtp_room_put_number(to, at, (uint64_t)(by->seconds < 0 ? -by->seconds : by->seconds));
    smtp_room_put(to, at, by->returns ? SMTP_SPAN(";R") : SMTP_SPAN(";N"));
    if (by->trace)
        smtp_room_put(to, at, SMTP_SPAN("T"));
}

/* RFC 6710 7: priority-value = (["-"] NZDIGIT) / "0" */
bool smtp_grammar_priority(struct smtp_cursor *c, struct smtp_mail_params *out)
{
    if (smtp_grammar_take(c, '0'))
        return true;
    bool minus = smtp_grammar_take(c, '-');
    if (!smtp_grammar_is(c, SMTP_C_DIGIT) || *c->at == '0')
        return false;
    int digit = *c->at++ - '0';
    out->priority = minus ? -digit : digit;
    return true;
}

void smtp_grammar_put_priority(smtp_room to, size_t *at, const struct smtp_mail_params *params)
{
    int priority = params->priority;
    if (priority < 0)
        smtp_room_put(to, at, SMTP_SPAN("-"));
    smtp_room_put_number(to, at, (uint64_t)(priority < 0 ? -priority : priority));
}
