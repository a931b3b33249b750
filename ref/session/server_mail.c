#include <string.h>

#include "server_parts.h"

#include "smtp/chars.h"

static bool has(const struct smtp_mail_params *mail, enum smtp_mail_param param)
{
    return (mail->given & (unsigned)param) != 0;
}

/* Seconds, rounded up. */
static int64_t release_time(const struct smtp_mail_params *mail)
{
    smtp_span text = mail->hold_until;
    size_t i = 0;
    while (i < text.n && text.p[i] != '.')
        i++;
    for (; i < text.n; i++)
        if (text.p[i] != '0' && smtp_is(text.p[i], SMTP_C_DIGIT))
            return mail->hold_until_s + 1;
    return mail->hold_until_s;
}

/* RFC 4865 4.2(7), (8): no longer than what EHLO lists. */
static bool is_held_too_long(const struct smtp_server *s, const struct smtp_mail_params *mail)
{
    if (has(mail, SMTP_P_HOLDFOR))
        return mail->hold_for > s->config->hold_max_s;
    struct smtp_param latest = {.keyword = {"HOLDUNTIL", 9},
                                .value = smtp_span_of(s->config->hold_max_until),
                                .has_value = true};
    struct smtp_mail_params most = {.given = 0};
    size_t off;
    return has(mail, SMTP_P_HOLDUNTIL) &&
           (smtp_parse_mail_param(&latest, 0, &most, &off) != SMTP_OK ||
            release_time(mail) > release_time(&most));
}

/* What the extensions that are offered do not grant. */
static enum smtp_fault check_values(const struct smtp_server *s,
                                    const struct smtp_mail_params *mail)
{
    uint64_t limit = s->limits->message;
    /* RFC 1870 6.1(2): a message that is declared too large is refused before it is sent */
    if (has(mail, SMTP_P_SIZE) && limit > 0 && mail->size > limit)
        return SMTP_E_SIZE_DECLARED;
    /* RFC 2852 3 */
    if (has(mail, SMTP_P_BY) && mail->by.returns &&
        (uint32_t)mail->by.seconds < s->config->deliver_by_min)
        return SMTP_E_BY_SHORT;
    if (is_held_too_long(s, mail))
        return SMTP_E_HOLD_LONG;
    /* RFC 4865 5.2.2; of HOLDUNTIL, those know who know what time it is */
    bool both = has(mail, SMTP_P_BY) && has(mail, SMTP_P_HOLDFOR);
    return both && (int64_t)mail->hold_for > mail->by.seconds ? SMTP_E_HOLD_BY : SMTP_OK;
}

enum smtp_fault smtp_session_check_mail(struct smtp_server *s, struct smtp_event *ev, size_t *off)
{
    enum smtp_fault fault = smtp_session_ext_mail(s, &ev->cmd, &ev->mail, off);
    if (fault == SMTP_OK)
        fault = check_values(s, &ev->mail);
    if (fault != SMTP_OK)
        return fault;
    bool utf8 = has(&ev->mail, SMTP_P_SMTPUTF8);
    if (!utf8 && smtp_session_needs_utf8(s, ev)) /* RFC 6531 3.5 */
        return SMTP_E_UTF8_SENDER;
    if (smtp_session_lacks_domain(s, &ev->cmd.path))
        return SMTP_E_SENDER_SHORT;
    s->utf8 = utf8;
    s->binary = ev->mail.body == SMTP_BODY_BINARYMIME;
    return SMTP_OK;
}

bool smtp_session_lacks_domain(const struct smtp_server *s, const struct smtp_path *path)
{
    bool name = path->domain.kind == SMTP_D_NAME;
    return s->config->mode == SMTP_MODE_SUBMISSION && name &&
           memchr(path->domain.text.p, '.', path->domain.text.n) == NULL;
}
