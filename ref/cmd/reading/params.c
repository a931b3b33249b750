#include "parts.h"

/* ---- fields ---- */

static void xtext_field(struct reading *r, smtp_span xtext)
{
    size_t n = smtp_decode_xtext(reading_scratch(r), xtext);
    reading_field(r, "meaning", reading_keep(r, n));
}

static void by_fields(struct reading *r, const struct smtp_by *by)
{
    reading_signed(r, "BY", by->seconds);
    reading_word(r, "BY-mode", by->returns ? "R, return when late" : "N, notify when late");
    reading_word(r, "BY-trace", by->trace ? "yes" : "no");
}

static void mail_field(struct reading *r, enum smtp_mail_param bit,
                       const struct smtp_mail_params *p)
{
    static const char *const bodies[] = {[SMTP_BODY_NONE] = "", "7BIT", "8BITMIME", "BINARYMIME"};
    switch (bit) {
    case SMTP_P_SIZE:
        reading_number(r, "SIZE", p->size);
        break;
    case SMTP_P_BODY:
        reading_word(r, "BODY", bodies[p->body]);
        break;
    case SMTP_P_SMTPUTF8:
        reading_word(r, "SMTPUTF8", "yes");
        break;
    case SMTP_P_RET:
        reading_word(r, "RET", p->ret == SMTP_RET_FULL ? "FULL" : "HDRS");
        break;
    case SMTP_P_ENVID:
        reading_field(r, "ENVID", p->envid);
        xtext_field(r, p->envid);
        break;
    case SMTP_P_AUTH:
        reading_field(r, "AUTH", p->auth);
        xtext_field(r, p->auth);
        break;
    case SMTP_P_REQUIRETLS:
        reading_word(r, "REQUIRETLS", "yes");
        break;
    case SMTP_P_BY:
        by_fields(r, &p->by);
        break;
    case SMTP_P_HOLDFOR:
        reading_number(r, "HOLDFOR", p->hold_for);
        break;
    case SMTP_P_HOLDUNTIL:
        reading_field(r, "HOLDUNTIL", p->hold_until);
        break;
    case SMTP_P_MT_PRIORITY:
        reading_signed(r, "MT-PRIORITY", p->priority);
        break;
    }
}

static void notify_field(struct reading *r, unsigned notify)
{
    static const char *const names[] = {"NEVER", "SUCCESS", "FAILURE", "DELAY"};
    size_t n = 0;
    smtp_room room = reading_scratch(r);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if ((notify & 1U << i) == 0)
            continue;
        smtp_room_put(room, &n, n > 0 ? SMTP_SPAN(" ") : SMTP_SPAN(""));
        smtp_room_put(room, &n, smtp_span_of(names[i]));
    }
    reading_field(r, "NOTIFY", reading_keep(r, n));
}

static void rcpt_fields(struct reading *r, const struct smtp_rcpt_params *p)
{
    if ((p->given & (unsigned)SMTP_P_NOTIFY) != 0)
        notify_field(r, p->notify);
    if ((p->given & (unsigned)SMTP_P_ORCPT) == 0)
        return;
    reading_field(r, "ORCPT-type", p->orcpt_type);
    reading_field(r, "ORCPT", p->orcpt);
    xtext_field(r, p->orcpt);
}

/* ---- reading ---- */

/* The places of the parser lie in a copy when a space was put in front. */
static size_t place_of(const struct reading *r, const struct smtp_cursor *all, const char *p)
{
    bool copied = r->text.n > 0 && (size_t)(all->end - all->at) > r->text.n;
    if (copied)
        return (size_t)(p - all->at) - 1;
    return (size_t)(p - r->text.p);
}

/* RFC 5321 4.1.1.11: 555 for what is not known. */
static bool unknown(struct reading *r, const struct smtp_param *param, size_t off)
{
    if ((r->lax & (unsigned)SMTP_LAX_PARAM_ANY) == 0) {
        reading_fail(r, SMTP_E_PARAM_UNKNOWN, off);
        return false;
    }
    r->lax_used |= (unsigned)SMTP_LAX_PARAM_ANY;
    reading_field(r, "unknown", param->keyword);
    if (param->has_value)
        reading_field(r, "value", param->value);
    return true;
}

/* One parameter of MAIL or, where `mail` is NULL, of RCPT. */
static enum smtp_fault read_one(const struct reading *r, const struct smtp_param *param,
                                struct smtp_mail_params *mail, struct smtp_rcpt_params *rcpt,
                                size_t *off)
{
    return mail != NULL ? smtp_parse_mail_param(param, r->lax, mail, off)
                        : smtp_parse_rcpt_param(param, r->lax, rcpt, off);
}

/* RFC 5321 4.1.2: *(SP esmtp-param), before any of them is read by its own rule. */
static bool is_of_form(struct reading *r, struct smtp_cursor c)
{
    const struct smtp_cursor all = c;
    struct smtp_param param;
    enum smtp_fault fault;
    while ((fault = smtp_param_next(&c, &param)) == SMTP_OK)
        ;
    r->lax_used |= c.lax_used;
    if (fault != SMTP_NOMATCH)
        reading_fail(r, fault, place_of(r, &all, c.fault_at));
    return fault == SMTP_NOMATCH;
}

static bool read_all(struct reading *r, struct smtp_cursor c, struct smtp_mail_params *mail,
                     struct smtp_rcpt_params *rcpt)
{
    const struct smtp_cursor all = c;
    struct smtp_param param;
    if (!is_of_form(r, c))
        return false;
    while (smtp_param_next(&c, &param) == SMTP_OK) {
        size_t off = 0;
        enum smtp_fault fault = read_one(r, &param, mail, rcpt, &off);
        const char *at = fault == SMTP_E_PARAM_TWICE ? param.keyword.p : param.value.p + off;
        if (fault == SMTP_NOMATCH) {
            if (!unknown(r, &param, place_of(r, &all, param.keyword.p)))
                return false;
        } else if (fault != SMTP_OK) {
            reading_fail(r, fault, place_of(r, &all, at));
            return false;
        }
    }
    return true;
}

bool reading_mail_params(struct reading *r, struct smtp_cursor params, struct smtp_mail_params *out)
{
    if (!read_all(r, params, out, NULL))
        return false;
    for (unsigned bit = SMTP_P_SIZE; bit <= SMTP_P_MT_PRIORITY; bit <<= 1)
        if ((out->given & bit) != 0)
            mail_field(r, (enum smtp_mail_param)bit, out);
    return true;
}

bool reading_rcpt_params(struct reading *r, struct smtp_cursor params, struct smtp_rcpt_params *out)
{
    if (!read_all(r, params, NULL, out))
        return false;
    rcpt_fields(r, out);
    return true;
}
