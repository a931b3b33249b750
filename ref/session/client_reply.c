#include "client_parts.h"

/* RFC 2033 4.2, 4.3: in LMTP one for each recipient that was accepted. */
size_t smtp_dialog_end_replies(const struct smtp_client *c)
{
    return c->config->lmtp ? c->accepted : 1;
}

/* RFC 2920 3.1: replies are matched by counting. */
enum smtp_verb smtp_dialog_awaited(const struct smtp_client *c)
{
    switch (c->phase) {
    case SMTP_CP_GREETING:
        return SMTP_V_CONNECT;
    case SMTP_CP_HELLO:
    case SMTP_CP_COMMAND:
        return c->verb;
    case SMTP_CP_STARTTLS:
        return SMTP_V_STARTTLS;
    case SMTP_CP_AUTH:
        return SMTP_V_AUTH;
    case SMTP_CP_ENVELOPE:
        if (c->heard == 0)
            return SMTP_V_MAIL;
        return c->heard <= c->rcpts ? SMTP_V_RCPT : SMTP_V_DATA;
    case SMTP_CP_TEXT:
        return SMTP_V_BDAT;
    case SMTP_CP_END:
        return smtp_dialog_open(c) > smtp_dialog_end_replies(c) ? SMTP_V_BDAT : SMTP_V_END_OF_DATA;
    case SMTP_CP_FAILED:
        return SMTP_V_BDAT;
    case SMTP_CP_RESET:
        return SMTP_V_RSET;
    case SMTP_CP_QUIT:
        return smtp_dialog_open(c) == 1 ? SMTP_V_QUIT : SMTP_V_UNKNOWN;
    case SMTP_CP_TLS:
    case SMTP_CP_READY:
    case SMTP_CP_CLOSED:
        break;
    }
    return SMTP_V_UNKNOWN;
}

/* ---- lines ---- */

/* RFC 5321 4.2: actions hang on the code alone, so that text which is none is noted and borne. */
static enum smtp_fault read_text(smtp_span line, struct smtp_reply_line *out, size_t *off)
{
    enum smtp_fault fault = smtp_parse_reply_line(line, out, off);
    size_t unused;
    if (fault == SMTP_E_REPLY_TEXT)
        (void)(smtp_parse_reply_line(smtp_span_cut(line, 0, *off), out, &unused) == SMTP_OK);
    return fault;
}

/*
 * RFC 5321 4.2.1: "by examining this first digit" a client knows what to do, so that 571 is borne too,
 * which 4.2 does not generate: read as 501, and noted.
 */
static enum smtp_fault read_line(struct smtp_client *c, smtp_span line, struct smtp_reply_line *out,
                                 size_t *off)
{
    enum smtp_fault fault = read_text(line, out, off);
    if (fault != SMTP_E_REPLY_CODE || *off != 1 || line.p[1] < '6' || line.p[1] > '9')
        return fault;
    char *digit = c->edge.in.p + c->edge.in_head + 1, was = *digit;
    *digit = '0';
    fault = read_text(line, out, off);
    *digit = was;
    out->code += 10 * (unsigned)(was - '0');
    if (fault != SMTP_OK && fault != SMTP_E_REPLY_TEXT)
        return fault;
    *off = 1;
    return SMTP_E_REPLY_CODE;
}

static bool is_borne(enum smtp_fault fault, const struct smtp_reply_line *line)
{
    return fault == SMTP_OK || fault == SMTP_E_REPLY_TEXT ||
           (fault == SMTP_E_REPLY_CODE && line->code / 10 % 10 > 5);
}

/* RFC 2034 4: the class is the code's first digit; anything else is text that looks like it. */
static void note_text(struct smtp_client *c, const struct smtp_reply_line *line)
{
    smtp_span text = line->text;
    if (line->enhanced.class == line->code / 100) {
        c->enhanced = line->enhanced;
        text = line->rest;
    }
    c->text_at = (size_t)(text.p - smtp_edge_in(&c->edge).p); /* the buffer may move */
    c->text_n = text.n;
}

/* What the framing says; a line that only LF ends is the end of all trust in the framing. */
static enum smtp_fault framed(const struct smtp_client *c, enum smtp_fault framing)
{
    if (framing == SMTP_E_LINE_LONG)
        return SMTP_E_REPLY_LONG;
    return c->line.lax_used != 0 ? SMTP_E_REPLY_BARE : SMTP_OK;
}

static enum smtp_fault add_line(struct smtp_client *c, const struct smtp_reply_line *line)
{
    if (c->reply.lines == 0)
        c->enhanced = (struct smtp_enhanced){.class = 0};
    enum smtp_fault fault = smtp_reply_add(&c->reply, line);
    if (fault == SMTP_OK && c->reply.lines > c->limits->reply_lines)
        fault = SMTP_E_REPLY_LINES;
    note_text(c, line);
    return fault;
}

static void refuse_line(struct smtp_client *c, struct smtp_client_event *ev, enum smtp_fault fault)
{
    ev->fault = fault;
    c->reply = (struct smtp_reply){.lines = 0};
    if (smtp_dialog_open(c) > 0)
        c->heard++;
    if (c->phase == SMTP_CP_QUIT) /* it is over in any case */
        smtp_dialog_enter(c, SMTP_CP_CLOSED);
    else
        smtp_dialog_end(c, fault);
}

/* RFC 5321 4.5.3.1.5: 512 octets; more are received as far as the buffer goes (4.5.3.1). */
static void judge_line(struct smtp_client *c, struct smtp_client_event *ev, smtp_span line,
                       enum smtp_fault framing)
{
    struct smtp_reply_line read;
    enum smtp_fault fault = framed(c, framing), text;
    ev->text = line;
    ev->fault_off = line.n;
    if (fault != SMTP_OK) {
        refuse_line(c, ev, fault);
        return;
    }
    text = read_line(c, line, &read, &ev->fault_off);
    if (!is_borne(text, &read)) {
        refuse_line(c, ev, text);
        return;
    }
    ev->code = read.code;
    ev->last = read.last;
    ev->text = read.text;
    ev->enhanced = read.enhanced;
    ev->fault_off = text == SMTP_OK ? 0 : ev->fault_off;
    fault = add_line(c, &read);
    if (fault != SMTP_OK) {
        refuse_line(c, ev, fault);
        return;
    }
    ev->fault = text;
    if (text == SMTP_OK && line.n + 2 > SMTP_REPLY_LINE_MAX) {
        ev->fault = SMTP_E_REPLY_LONG;
        ev->fault_off = SMTP_REPLY_LINE_MAX;
    }
    if (c->phase == SMTP_CP_HELLO && c->verb != SMTP_V_HELO && c->reply.lines > 1)
        smtp_dialog_offer(c, ev);
}

void smtp_dialog_release(struct smtp_client *c)
{
    smtp_edge_take(&c->edge, c->taken);
    c->taken = 0;
}

bool smtp_dialog_line(struct smtp_client *c, struct smtp_client_event *ev)
{
    smtp_span line;
    enum smtp_fault framing;
    enum smtp_step step =
        smtp_line_next(&c->line, smtp_edge_in(&c->edge), &line, &c->taken, &framing);
    if (step == SMTP_STEP_MORE) {
        smtp_dialog_release(c);
        return false;
    }
    ev->kind = SMTP_CE_LINE;
    ev->verb = smtp_dialog_awaited(c);
    judge_line(c, ev, line, framing);
    return true;
}

/* ---- whole replies ---- */

/* RFC 5321 3.8: 421 may be the answer to anything, and to nothing. */
static void hear_421(struct smtp_client *c)
{
    if (c->mail != NULL) {
        smtp_dialog_decide_all(c, SMTP_O_ACCEPTED, SMTP_O_LATER);
        smtp_dialog_decide_all(c, SMTP_O_NONE, SMTP_O_LATER);
    }
    c->code = 421;
    smtp_dialog_break(c, SMTP_E_SERVICE);
}

/* RFC 5321 4.1.1.10. Replies to what was said before QUIT come first. */
static bool hear_quit(struct smtp_client *c)
{
    if (smtp_dialog_open(c) == 0)
        smtp_dialog_enter(c, SMTP_CP_CLOSED);
    return false;
}

static bool hear_reset(struct smtp_client *c)
{
    if (smtp_client_verdict(SMTP_V_RSET, c->reply.code) != SMTP_VERDICT_DONE) {
        c->code = c->reply.code;
        smtp_dialog_end(c, SMTP_E_REPLY_CLASS);
        return false;
    }
    smtp_dialog_settle(c);
    smtp_dialog_ready(c);
    return false;
}

static bool hear_phase(struct smtp_client *c, struct smtp_client_event *ev)
{
    switch (c->phase) {
    case SMTP_CP_GREETING:
        return smtp_dialog_hear_greeting(c, ev);
    case SMTP_CP_HELLO:
        return smtp_dialog_hear_hello(c, ev);
    case SMTP_CP_STARTTLS:
        return smtp_dialog_hear_starttls(c, ev);
    case SMTP_CP_AUTH:
        return smtp_dialog_hear_auth(c, ev);
    case SMTP_CP_COMMAND:
        return smtp_dialog_hear_command(c, ev);
    case SMTP_CP_ENVELOPE:
        return smtp_dialog_hear_envelope(c, ev);
    case SMTP_CP_TEXT:
    case SMTP_CP_END:
        return smtp_dialog_hear_text(c, ev);
    case SMTP_CP_FAILED:
        return smtp_dialog_hear_failed(c, ev);
    case SMTP_CP_RESET:
        return hear_reset(c);
    case SMTP_CP_QUIT:
        return hear_quit(c);
    case SMTP_CP_TLS:
    case SMTP_CP_READY:
    case SMTP_CP_CLOSED:
        break;
    }
    return false;
}

bool smtp_dialog_hear(struct smtp_client *c, struct smtp_client_event *ev)
{
    bool asked_for = smtp_dialog_open(c) > 0, some = false;
    enum smtp_verb verb = smtp_dialog_awaited(c);
    if (asked_for)
        c->heard++;
    c->restart = true;
    ev->verb = verb;
    ev->code = c->reply.code;
    ev->enhanced = c->enhanced;
    ev->text = smtp_span_cut(smtp_edge_in(&c->edge), c->text_at, c->text_at + c->text_n);
    if (c->reply.code == 421 && c->phase != SMTP_CP_QUIT) {
        hear_421(c);
    } else if (!asked_for) {
        c->code = c->reply.code;
        smtp_dialog_end(c, SMTP_E_REPLY_UNASKED);
    } else {
        some = hear_phase(c, ev);
    }
    c->reply = (struct smtp_reply){.lines = 0};
    return some;
}
