#include "server_parts.h"

/* RFC 3030 2: BDAT is for those that saw CHUNKING in the answer to EHLO. */
enum smtp_fault smtp_session_check_bdat(struct smtp_server *s, struct smtp_event *ev, size_t *off)
{
    (void)ev;
    *off = 0;
    return s->extended ? SMTP_OK : SMTP_E_SEQUENCE;
}

/* RFC 3030 3: BINARYMIME cannot be used with the DATA command. */
enum smtp_fault smtp_session_check_data(struct smtp_server *s, struct smtp_event *ev, size_t *off)
{
    (void)ev;
    *off = 0;
    return s->binary ? SMTP_E_BINARY_DATA : SMTP_OK;
}

/* ---- a chunk that is refused ---- */

/* RFC 2033 4.3: the last chunk takes an answer for each recipient, and none where there is none. */
static size_t answers_to(const struct smtp_server *s, enum smtp_fault fault)
{
    static const unsigned transaction = SMTP_S_MAIL | SMTP_S_RCPT | SMTP_S_CHUNKS | SMTP_S_FAILED;
    bool each = s->config->mode == SMTP_MODE_LMTP && s->chunk.last &&
                ((unsigned)s->state & transaction) != 0 && smtp_fault_row(fault)->code != 421;
    return each ? s->recipients : 1;
}

void smtp_session_owe_chunk(struct smtp_server *s, enum smtp_fault fault,
                            const struct smtp_rule *rule)
{
    s->chunk.refused = true;
    s->chunk.fault = fault;
    s->chunk.rule = rule;
    s->chunk.answers = answers_to(s, fault);
    smtp_session_release(s);
}

bool smtp_session_drop_chunk(struct smtp_server *s, uint64_t now_ms)
{
    smtp_span in = smtp_edge_in(&s->edge), run;
    if (smtp_chunk_next(&s->chunk.left, &in, &run) == SMTP_STEP_DATA)
        smtp_session_came(s, run.n, now_ms);
    smtp_edge_take(&s->edge, run.n);
    return s->chunk.left == 0;
}

/* RFC 3030 2: the octets are discarded "before sending the appropriate 5XX or 4XX code". */
bool smtp_session_pay_chunk(struct smtp_server *s, struct smtp_event *ev)
{
    struct smtp_chunk *c = &s->chunk;
    ev->kind = SMTP_EV_REJECTED;
    ev->fault = c->fault;
    ev->rule = c->rule;
    ev->size = c->size;
    ev->cmd = (struct smtp_command){.verb = SMTP_V_BDAT, .chunk = c->size, .last = c->last};
    c->refused = c->answers > 1;
    if (c->answers == 0) {
        s->restart = true; /* RFC 5321 4.5.3.2.7: it has come, though nobody answers it */
        ev->fault = SMTP_E_NO_RCPT;
        smtp_session_enter(s, s->state == SMTP_S_MAIL ? SMTP_S_READY : SMTP_S_SAME);
        return true;
    }
    c->answers--;
    if (c->rule != NULL)
        smtp_session_answer(s, SMTP_V_BDAT, c->rule);
    else
        smtp_session_refuse(s, SMTP_V_BDAT, c->fault);
    return true;
}

/* ---- a chunk that is taken ---- */

static void note_bare(struct smtp_server *s, enum smtp_fault fault, uint64_t off)
{
    s->dot.fault = fault;
    s->dot.fault_off = off;
}

/* RFC 3030 2: lines end in CRLF in chunks too, but BINARYMIME has no lines. */
static void look_for_bare(struct smtp_server *s, smtp_span run)
{
    if (!s->config->refuse_bare || s->binary)
        return;
    for (size_t i = 0; i < run.n && s->dot.fault == SMTP_OK; i++) {
        bool lf = run.p[i] == '\n';
        if (s->cr && !lf)
            note_bare(s, SMTP_E_TEXT_BARE_CR, s->text + i - 1);
        else if (lf && !s->cr)
            note_bare(s, SMTP_E_TEXT_BARE_LF, s->text + i);
        s->cr = run.p[i] == '\r';
    }
}

static bool end_of_chunk(struct smtp_server *s, struct smtp_event *ev)
{
    if (s->chunk.last) {
        if (s->cr && s->dot.fault == SMTP_OK)
            note_bare(s, SMTP_E_TEXT_BARE_CR, s->text - 1);
        return smtp_session_end_of_data(s, ev);
    }
    ev->kind = SMTP_EV_CHUNK;
    ev->size = s->chunk.size;
    ev->fault = smtp_session_text_fault(s, &ev->fault_off);
    return smtp_session_finish(s, SMTP_V_END_OF_CHUNK, ev);
}

/* Law 3: what is too much is drained, and only the count ends a chunk. */
bool smtp_session_step_chunk(struct smtp_server *s, uint64_t now_ms, struct smtp_event *ev)
{
    while (s->chunk.left > 0) {
        smtp_span in = smtp_edge_in(&s->edge), run;
        if (smtp_chunk_next(&s->chunk.left, &in, &run) == SMTP_STEP_MORE)
            return false;
        s->taken = run.n;
        smtp_session_came(s, run.n, now_ms);
        look_for_bare(s, run);
        if (smtp_session_body(s, run, ev))
            return true;
    }
    return end_of_chunk(s, ev);
}
