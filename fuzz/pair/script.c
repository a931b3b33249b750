#include "pair/script.h"

#include <string.h>

#include "smtp/grammar.h"
#include "smtp/lax.h"

/* ---- octets and marks ---- */

static void add_octets(struct script *s, smtp_span octets)
{
    octets = smtp_span_cut(octets, 0, SCRIPT_OCTETS - s->n);
    if (octets.n > 0)
        memcpy(s->octets + s->n, octets.p, octets.n);
    s->n += octets.n;
}

static void add_mark(struct script *s, const struct record *r)
{
    if (s->mark_count < SCRIPT_MARKS)
        s->marks[s->mark_count++] = (struct script_mark){s->n, r->kind, r->n, r->cut};
}

static void take_apart(struct script *s, smtp_span input)
{
    struct record r;
    for (size_t i = 0; i < SCRIPT_MODES; i++)
        s->modes[i] = (unsigned char)record_mode(&input);
    s->n = s->mark_count = 0;
    while (record_next(&input, &r)) {
        add_octets(s, r.octets);
        if (r.kind != RECORD_WRITE || r.cut)
            add_mark(s, &r);
    }
}

/* ---- decisions ---- */

/* The marks of one place, a sequence of decisions; those that are not said accept. */
static void decide(const struct script_mark *mark, const struct script_mark *stop,
                   struct script_decision *out, size_t count)
{
    struct script_decision next = {.answer = SCRIPT_ACCEPT};
    size_t n = 0;
    memset(out, 0, count * sizeof *out);
    for (; mark < stop && n < count; mark++) {
        static const enum script_answer answers[] = {[RECORD_TLS] = SCRIPT_ACCEPT,
                                                     [RECORD_REFUSE] = SCRIPT_REFUSE,
                                                     [RECORD_DEFER] = SCRIPT_DEFER,
                                                     [RECORD_CLOSE] = SCRIPT_CLOSE};
        bool answered = mark->kind == RECORD_TLS || mark->kind == RECORD_REFUSE ||
                        mark->kind == RECORD_DEFER || mark->kind == RECORD_CLOSE;
        bool breaks = mark->kind == RECORD_HANG_UP;
        if (mark->kind == RECORD_WAIT)
            next.late_s += 4 * mark->n;
        if (answered)
            next.answer = answers[mark->kind];
        next.lost = answered && mark + 1 < stop && mark[1].kind == RECORD_HANG_UP;
        next.dies = breaks;
        mark += next.lost ? 1 : 0;
        out[n] = next;
        if (answered || breaks) {
            n++;
            next = (struct script_decision){.answer = SCRIPT_ACCEPT};
        }
    }
}

/* ---- one request: a piece of the octets, and the marks in it ---- */

struct piece {
    const char *p, *stop;
    const struct script_mark *mark, *mark_stop;
    const char *base;
};

static const struct script_mark *marks_up_to(struct piece *piece, const char *place)
{
    while (piece->mark < piece->mark_stop && piece->base + piece->mark->at <= place)
        piece->mark++;
    return piece->mark;
}

static smtp_span next_line(struct piece *piece, struct script_decision *decision)
{
    const struct script_mark *from = piece->mark;
    size_t left = (size_t)(piece->stop - piece->p);
    const char *end = left > 0 ? memchr(piece->p, '\n', left) : NULL;
    smtp_span line = {piece->p, end != NULL ? (size_t)(end - piece->p) : left};
    decide(from, marks_up_to(piece, line.p + line.n), decision, 1);
    piece->p = end != NULL ? end + 1 : piece->stop;
    return line;
}

/* Where the address ends: at the first space that is not inside quotes. */
static size_t address_length(smtp_span line)
{
    bool quoted = false;
    size_t n = 0;
    for (; n < line.n && (quoted || line.p[n] != ' '); n++) {
        if (line.p[n] == '"')
            quoted = !quoted;
        if (quoted && line.p[n] == '\\' && n + 1 < line.n)
            n++;
    }
    return n;
}

/* As far as they can be read. */
static void read_params(smtp_span text, struct smtp_mail_params *mail,
                        struct smtp_rcpt_params *rcpt)
{
    struct smtp_cursor c = smtp_cursor_of(text, SMTP_LAX_UTF8);
    struct smtp_param param;
    size_t off;
    enum smtp_fault fault = SMTP_OK;
    while (fault == SMTP_OK && smtp_param_next(&c, &param) == SMTP_OK)
        fault = mail != NULL ? smtp_parse_mail_param(&param, SMTP_LAX_UTF8, mail, &off)
                             : smtp_parse_rcpt_param(&param, SMTP_LAX_UTF8, rcpt, &off);
}

static void read_rcpts(struct piece *piece, struct script_request *r)
{
    r->rcpt_count = 0;
    while (piece->p < piece->stop && *piece->p != '\n' && r->rcpt_count < SCRIPT_RCPTS) {
        struct script_rcpt *rcpt = &r->rcpts[r->rcpt_count++];
        smtp_span line = next_line(piece, &rcpt->decision);
        size_t n = address_length(line);
        rcpt->address = smtp_span_cut(line, 0, n);
        rcpt->params = (struct smtp_rcpt_params){.given = 0};
        if (n < line.n)
            read_params(smtp_span_cut(line, n, line.n), NULL, &rcpt->params);
    }
    if (piece->p < piece->stop && *piece->p == '\n')
        piece->p++;
}

static void read_turn(struct script_request *r, const struct script_mark *mark, size_t at)
{
    bool about_chunk = mark->kind == RECORD_REFUSE || mark->kind == RECORD_DEFER;
    if (about_chunk && r->chunk.answer == SCRIPT_ACCEPT) {
        r->chunk.answer = mark->kind == RECORD_REFUSE ? SCRIPT_REFUSE : SCRIPT_DEFER;
        r->chunk_at = at;
    } else if (!about_chunk && r->turn_count < SCRIPT_TURNS) {
        r->turns[r->turn_count++] = (struct script_turn){.at = at,
                                                         .late_s = 4 * mark->n,
                                                         .gives_up = mark->kind == RECORD_CLOSE,
                                                         .dies = mark->kind == RECORD_HANG_UP};
    }
}

static void read_text(struct piece *piece, struct script_request *r)
{
    const struct script_mark *from = piece->mark;
    r->text = (smtp_span){piece->p, (size_t)(piece->stop - piece->p)};
    decide(from, marks_up_to(piece, piece->p), &r->data, 1);
    r->chunk = (struct script_decision){.answer = SCRIPT_ACCEPT};
    r->turn_count = 0;
    while (piece->mark < piece->mark_stop && piece->base + piece->mark->at < piece->stop) {
        read_turn(r, piece->mark, (size_t)(piece->base + piece->mark->at - piece->p));
        piece->mark++;
    }
    decide(piece->mark, piece->mark_stop, r->end, SCRIPT_RCPTS);
}

static enum smtp_verb command_of(char letter)
{
    static const struct {
        char letter;
        enum smtp_verb verb;
    } commands[] = {{'V', SMTP_V_VRFY},
                    {'E', SMTP_V_EXPN},
                    {'H', SMTP_V_HELP},
                    {'R', SMTP_V_RSET},
                    {'A', SMTP_V_AUTH}};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (commands[i].letter == letter)
            return commands[i].verb;
    return SMTP_V_NOOP;
}

static void read_request(struct piece *piece, struct script_request *r)
{
    smtp_span line = next_line(piece, &r->sender);
    if (line.n >= 2 && line.p[0] == '?') {
        r->verb = command_of(line.p[1]);
        r->argument = smtp_span_cut(line, 3, line.n);
        r->rcpt_count = 0;
        return;
    }
    size_t n = address_length(line);
    r->verb = SMTP_V_MAIL;
    r->argument = smtp_span_cut(line, 0, n);
    r->params = (struct smtp_mail_params){.given = 0};
    if (n < line.n)
        read_params(smtp_span_cut(line, n, line.n), &r->params, NULL);
    read_rcpts(piece, r);
    read_text(piece, r);
}

void script_read(struct script *s, smtp_span input)
{
    take_apart(s, input);
    const struct script_mark *mark = s->marks, *stop = s->marks + s->mark_count, *from = mark;
    size_t at = 0;
    s->tls_fails = false;
    s->request_count = 0;
    while (mark < stop && mark->at == 0 && !mark->cut)
        s->tls_fails = mark++->kind == RECORD_TLS_FAILS || s->tls_fails;
    decide(from, mark, s->session, SCRIPT_SESSION);
    while (at < s->n && s->request_count < SCRIPT_REQUESTS) {
        from = mark;
        while (mark < stop && !mark->cut)
            mark++;
        size_t end = mark < stop ? mark->at : s->n;
        struct piece piece = {s->octets + at, s->octets + end, from, mark, s->octets};
        if (end > at)
            read_request(&piece, &s->requests[s->request_count++]);
        at = end;
        mark += mark < stop ? 1 : 0;
    }
}
