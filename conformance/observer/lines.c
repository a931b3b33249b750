#include "observer/observer_parts.h"
#include "smtp/chars.h"

smtp_span observer_kept_line(const struct observer *o)
{
    return (smtp_span){o->reply, o->reply_n < sizeof o->reply ? o->reply_n : sizeof o->reply};
}

static bool has_bare_cr(smtp_span line)
{
    for (size_t i = 0; i + 1 < line.n; i++)
        if (line.p[i] == '\r' && line.p[i + 1] != '\n')
            return true;
    return false;
}

/* RFC 5321 2.3.8: a server sends nothing but CR LF as the end of a line. */
static void judge_end(struct observer *o, smtp_span line)
{
    bool crlf = o->reply_n >= 2 && (o->reply_n > line.n || line.p[line.n - 2] == '\r');
    if (!crlf)
        observer_find(o, RULE_REPLY_LINE_CRLF, "a reply line ends in a bare LF", line);
    else if (has_bare_cr(line))
        observer_find(o, RULE_REPLY_LINE_CRLF, "a bare CR in a reply line", line);
    if (!crlf)
        observer_blind(o);
    o->after_bare_lf = !crlf;
}

/* RFC 5321 4.5.3.1.5; RFC 4954 4: a challenge may be longer. */
static void judge_length(struct observer *o, smtp_span line, unsigned code)
{
    if (o->reply_n > 512 && code != 334)
        observer_find(o, RULE_REPLY_LINE_512, "a reply line is longer than 512 octets", line);
}

static bool may_be_ehlo(const struct observer *o)
{
    return o->blind || (o->due_n > 0 && o->due[o->due_head].what == SAID_EHLO);
}

/*
 * RFC 5321 4.2: textstring = 1*(%d09 / %d32-126). 4.1.1.1: ehlo-greet takes any ASCII character but
 * CR and LF. RFC 6531 3.7.4: UTF-8 may stand in some replies where SMTPUTF8 is used.
 */
static void judge_octets(struct observer *o, smtp_span line, smtp_span text, unsigned code)
{
    bool controls = code == 250 && !o->in_reply && may_be_ehlo(o);
    bool high = (o->offers & OFFER_UTF8) != 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\r' || smtp_is(text.p[i], SMTP_C_TEXT) ||
            (controls && smtp_is(text.p[i], SMTP_C_CTL)) ||
            (high && smtp_is(text.p[i], SMTP_C_HIGH)))
            continue;
        observer_find(o, RULE_REPLY_TEXT_OCTETS, "an octet that no reply text has", line);
        return;
    }
}

/* RFC 5321 4.2: Reply-code = %x32-35 %x30-35 %x30-39. False: no three digits. */
static bool read_code(struct observer *o, smtp_span line, unsigned *out)
{
    uint64_t code;
    if (!smtp_span_number(smtp_span_cut(line, 0, 3), 3, &code))
        return false;
    *out = (unsigned)code;
    if (code / 100 < 2 || code / 100 > 5 || code / 10 % 10 > 5)
        observer_find(o, RULE_REPLY_CODE_DIGITS, "a reply code out of 2-5, 0-5, 0-9", line);
    return true;
}

/* What stands in front of CR LF, or of the LF alone. */
static smtp_span without_end(const struct observer *o, smtp_span line)
{
    if (o->reply_n > line.n)
        return line;
    size_t n = line.n - 1;
    return smtp_span_cut(line, 0, n > 0 && line.p[n - 1] == '\r' ? n - 1 : n);
}

/* A line with its end. RFC 5321 4.2: Reply-code ( "-" / SP ) and text, or the code alone. */
static void reply_line(struct observer *o, smtp_span line)
{
    bool after_bare_lf = o->after_bare_lf;
    judge_end(o, line);
    smtp_span body = without_end(o, line);
    unsigned code = 0;
    bool has_code = (body.n > 2 && (body.n == 3 || body.p[3] == ' ' || body.p[3] == '-')) &&
                    read_code(o, line, &code);
    if (!has_code) {
        /* a line that a bare LF cut in two has been reported */
        if (!after_bare_lf)
            observer_find(o, RULE_REPLY_FORM, "not a reply line", line);
        observer_blind(o);
        o->in_reply = false;
        return;
    }
    char mark = '\0';
    if (body.n > 3)
        mark = body.p[3];
    smtp_span text = smtp_span_cut(body, 4, body.n);
    judge_length(o, line, code);
    judge_octets(o, line, text, code);
    observer_reply_line(o, code, mark, text);
}

void observer_reply_octet(struct observer *o, char octet)
{
    /* RFC 8446 5.1: a record begins with 20 to 23; an alert in clear is the end of a handshake */
    if (o->reply_n == 0 && octet >= 20 && octet <= 23 && (o->awaits_tls || !o->greeted)) {
        o->muted = true;
        observer_blind(o);
    }
    if (o->muted)
        return;
    if (o->reply_n < sizeof o->reply)
        o->reply[o->reply_n] = octet;
    o->reply_n++;
    if (octet != '\n')
        return;
    if (!o->awaits_tls)
        reply_line(o, observer_kept_line(o));
    else
        observer_find_clear(o);
    o->reply_n = 0;
}
