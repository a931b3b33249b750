#include "parts.h"
#include "smtp/command.h"
#include "smtp/params.h"

const char *abnf_ask_command(smtp_span text, unsigned lax)
{
    struct smtp_command command;
    enum smtp_fault fault = smtp_parse_command(text, lax, &command);
    return fault == SMTP_OK ? NULL : smtp_fault_row(fault)->symbol;
}

const char *abnf_ask_mail_params(smtp_span text, unsigned lax)
{
    struct smtp_cursor c = smtp_cursor_of(text, lax);
    struct smtp_mail_params params = {.given = 0};
    struct smtp_param param;
    size_t off;
    enum smtp_fault fault = text.n == 0 ? SMTP_E_PARAM : SMTP_OK;
    while (fault == SMTP_OK && c.at < c.end) {
        fault = smtp_param_next(&c, &param);
        if (fault == SMTP_OK)
            fault = smtp_parse_mail_param(&param, lax, &params, &off);
    }
    return fault == SMTP_OK ? NULL : smtp_fault_row(fault)->symbol;
}

const char *abnf_ask_rcpt_params(smtp_span text, unsigned lax)
{
    struct smtp_cursor c = smtp_cursor_of(text, lax);
    struct smtp_rcpt_params params = {.given = 0};
    struct smtp_param param;
    size_t off;
    enum smtp_fault fault = text.n == 0 ? SMTP_E_PARAM : SMTP_OK;
    while (fault == SMTP_OK && c.at < c.end) {
        fault = smtp_param_next(&c, &param);
        if (fault == SMTP_OK)
            fault = smtp_parse_rcpt_param(&param, lax, &params, &off);
    }
    return fault == SMTP_OK ? NULL : smtp_fault_row(fault)->symbol;
}

const char *abnf_ask_xtext(smtp_span text, unsigned lax)
{
    (void)lax;
    return smtp_is_xtext(text) ? NULL : "XTEXT";
}

const char *abnf_ask_base64(smtp_span text, unsigned lax)
{
    char octets[ABNF_TEXT_MAX];
    size_t n;
    (void)lax;
    return smtp_decode_base64((smtp_room){octets, sizeof octets}, text, &n) ? NULL : "BASE64";
}
