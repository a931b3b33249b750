#include "report.h"

#include <jansson.h>

#include "send_status.h"

static const char *outcome_name(enum smtp_outcome outcome)
{
    switch (outcome) {
    case SMTP_O_DELIVERED:
        return "delivered";
    case SMTP_O_NEVER:
        return "permanent";
    case SMTP_O_UNKNOWN:
        return "unknown";
    case SMTP_O_NONE:
    case SMTP_O_ACCEPTED:
    case SMTP_O_LATER:
        break;
    }
    return "temporary";
}

static void print_enhanced(char out[32], const struct smtp_enhanced *e)
{
    out[0] = '\0';
    if (e->class != 0)
        snprintf(out, 32, "%u.%u.%u", (unsigned)e->class, (unsigned)e->subject,
                 (unsigned)e->detail);
}

/* ---- lines --------------------------------------------------------------------------------- */

/* What a server says may hold anything; a terminal gets printable octets. */
static void put_printable(FILE *to, const char *text)
{
    for (; *text != '\0'; text++)
        fputc((unsigned char)*text >= 0x20 && *text != 0x7f ? *text : '?', to);
}

static void print_line(FILE *to, const struct drive_rcpt *rcpt)
{
    char enhanced[32];
    print_enhanced(enhanced, &rcpt->enhanced);
    fprintf(to, "%-9s %.*s", outcome_name(rcpt->outcome), (int)rcpt->mailbox.n, rcpt->mailbox.p);
    if (rcpt->host[0] != '\0')
        fprintf(to, " by %s", rcpt->host);
    fputs(":", to);
    if (rcpt->code != 0)
        fprintf(to, " %u", rcpt->code);
    if (enhanced[0] != '\0')
        fprintf(to, " %s", enhanced);
    fputc(' ', to);
    put_printable(to, rcpt->text);
    fputc('\n', to);
}

void report_lines(const struct drive_mail *mail, bool quiet)
{
    for (size_t i = 0; i < mail->rcpt_count; i++) {
        bool good = mail->rcpts[i].outcome == SMTP_O_DELIVERED;
        if (!good || !quiet)
            print_line(good ? stdout : stderr, &mail->rcpts[i]);
    }
}

/* ---- JSON ---------------------------------------------------------------------------------- */

/* RFC 8259 8.1: UTF-8. What a server says may be anything. */
static json_t *string_of(smtp_span text)
{
    json_t *string = json_stringn(text.n > 0 ? text.p : "", text.n);
    char shown[DRIVE_TEXT_MAX];
    if (string != NULL)
        return string;
    size_t n = text.n < sizeof shown ? text.n : sizeof shown;
    for (size_t i = 0; i < n; i++)
        shown[i] = (char)((unsigned char)text.p[i] < 0x80 ? text.p[i] : '?');
    return json_stringn(shown, n);
}

static json_t *rcpt_of(const struct drive_rcpt *rcpt)
{
    char enhanced[32];
    print_enhanced(enhanced, &rcpt->enhanced);
    return json_pack("{s:o, s:s, s:i, s:s, s:o, s:o}", "recipient", string_of(rcpt->mailbox),
                     "outcome", outcome_name(rcpt->outcome), "code", (int)rcpt->code, "enhanced",
                     enhanced, "text", string_of(smtp_span_of(rcpt->text)), "host",
                     string_of(smtp_span_of(rcpt->host)));
}

bool report_json(const struct drive_mail *mail, int status)
{
    json_t *list = json_array();
    bool good = true;
    for (size_t i = 0; i < mail->rcpt_count; i++)
        good = json_array_append_new(list, rcpt_of(&mail->rcpts[i])) == 0 && good;
    json_t *report = json_pack("{s:o, s:i, s:o}", "sender", string_of(mail->sender), "status",
                               status, "recipients", list);
    good = good && report != NULL && json_dumpf(report, stdout, JSON_INDENT(2)) == 0;
    fputc('\n', stdout);
    json_decref(report);
    return good;
}

/* ---- status -------------------------------------------------------------------------------- */

/* RFC 3463 3.2: X.1.Y is about the address; RFC 5321 4.2.3: 550, 551 and 553 where there is none. */
static bool is_about_address(const struct drive_rcpt *rcpt)
{
    if (rcpt->enhanced.class == 5)
        return rcpt->enhanced.subject == 1;
    return rcpt->code == 550 || rcpt->code == 551 || rcpt->code == 553;
}

int report_status(const struct drive_mail *mail)
{
    bool later = false, denied = false, no_user = false, refused = false;
    for (size_t i = 0; i < mail->rcpt_count; i++) {
        const struct drive_rcpt *rcpt = &mail->rcpts[i];
        bool never = rcpt->outcome == SMTP_O_NEVER;
        later = later || (rcpt->outcome != SMTP_O_DELIVERED && !never);
        denied = denied || (never && rcpt->denied);
        no_user = no_user || (never && !rcpt->denied && is_about_address(rcpt));
        refused = refused || never;
    }
    if (later)
        return EX_TEMPFAIL;
    if (denied)
        return EX_NOPERM;
    if (no_user)
        return EX_NOUSER;
    return refused ? EX_UNAVAILABLE : 0;
}
