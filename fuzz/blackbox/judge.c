/*
 * NAME
 *     judge.c: a move and its replies
 */
#include "blackbox/talk_parts.h"

#include <stdio.h>
#include <string.h>

#include "smtp/wire.h"

static void find(struct talk *t, enum rule_id rule, const char *why)
{
    talk_report(t, &rules_own[rule], why);
}

static bool has_verb(smtp_span line, const char *verb)
{
    return smtp_span_has_head_nocase(line, smtp_span_of(verb));
}

/* RFC 5321 3.3 and 4.1.4: MAIL begins a transaction, RCPT adds to it. */
static void follow(struct talk *t, smtp_span line, unsigned code)
{
    struct standing *s = &t->standing;
    bool taken = code / 100 == 2;
    if (has_verb(line, "RCPT") && taken) {
        if (!s->mail)
            find(t, RULES_RCPT_WITHOUT_MAIL, "RCPT was accepted, and no MAIL before it");
        s->recipients++;
    } else if (has_verb(line, "MAIL") && taken) {
        s->mail = true;
        s->recipients = 0;
    } else if (taken && (has_verb(line, "RSET") || has_verb(line, "EHLO") ||
                         has_verb(line, "HELO") || has_verb(line, "STARTTLS"))) {
        s->mail = false;
        s->recipients = 0;
    } else if (has_verb(line, "DATA") && code == 354) {
        s->text_for_nobody = s->recipients == 0;
    }
}

static bool next_line(smtp_span *rest, smtp_span *line)
{
    for (size_t i = 1; i < rest->n; i++) {
        if (rest->p[i] != '\n' || rest->p[i - 1] != '\r')
            continue;
        *line = smtp_span_cut(*rest, 0, i - 1);
        *rest = smtp_span_cut(*rest, i + 1, rest->n);
        return true;
    }
    return false;
}

/* Each line of the move is a command, and each has its reply. */
static void follow_lines(struct talk *t)
{
    smtp_span rest = t->move.octets, line;
    for (unsigned i = 0; i < t->turn->replies && i < TURN_CODES && next_line(&rest, &line); i++) {
        t->standing.errors += t->turn->codes[i] / 100 == 5;
        follow(t, line, t->turn->codes[i]);
    }
}

/* RFC 5321 4.1.1.4: whatever the answer, the end of data ends the transaction. */
static void judge_text(struct talk *t)
{
    if (t->turn->replies > 0 && t->turn->codes[0] / 100 == 2 && t->standing.text_for_nobody)
        find(t, RULES_TEXT_FOR_NOBODY, "a text was accepted, and no recipient before it");
    t->standing.mail = t->standing.text_for_nobody = false;
    t->standing.recipients = 0;
}

/* RFC 3030 2: LAST ends the transaction, as the end of data does. */
static void judge_chunk(struct talk *t)
{
    const char *end = memchr(t->move.octets.p, '\r', t->move.octets.n);
    smtp_span line =
        smtp_span_cut(t->move.octets, 0, end == NULL ? 0 : (size_t)(end - t->move.octets.p));
    bool last = line.n > 5 &&
                smtp_span_is_nocase(smtp_span_cut(line, line.n - 5, line.n), SMTP_SPAN(" LAST"));
    bool taken = t->turn->replies > 0 && t->turn->codes[0] / 100 == 2;
    if (taken && last && t->standing.recipients == 0)
        find(t, RULES_TEXT_FOR_NOBODY, "BDAT LAST was accepted, and no recipient before it");
    if (last && taken)
        t->standing = (struct standing){.errors = t->standing.errors, .odd = t->standing.odd};
}

static bool has_code(const struct turn *turn, unsigned code)
{
    for (unsigned i = 0; i < turn->replies && i < TURN_CODES; i++)
        if (turn->codes[i] == code)
            return true;
    return false;
}

static bool is_chunk(const struct talk *t)
{
    return t->move.kind == MOVE_SAY && t->move.lone && has_verb(t->move.octets, "BDAT");
}

/* RFC 5321 4.1.1.4: CRLF.CRLF, and the CRLF of DATA stands in front; here behind the last octet alone.
 * A text that was made shorter may hold an end of its own. */
static bool ends_once(smtp_span text)
{
    struct smtp_dot dot = {.lax = 0};
    smtp_span out;
    while (text.n > 0)
        if (smtp_dot_next(&dot, &text, &out) == SMTP_STEP_END)
            return text.n == 0;
    return false;
}

/* More replies than one to a text or a chunk. 421 may come at any time. */
static void judge_lone(struct talk *t)
{
    char why[120];
    if (t->turn->replies < 2 || has_code(t->turn, 421) ||
        (t->move.kind == MOVE_TEXT && !ends_once(t->move.octets)))
        return;
    snprintf(why, sizeof why, "%u replies, beginning with %u and %u, to what is owed one",
             t->turn->replies, t->turn->codes[0], t->turn->codes[1]);
    find(t, is_chunk(t) ? RULES_CHUNK_ENDS_EARLY : RULES_TEXT_ENDS_EARLY, why);
}

void judge_turn(struct talk *t)
{
    char why[120];
    if (t->loose || t->move.due == MOVES_OPEN)
        return;
    if (t->turn->missing) {
        snprintf(why, sizeof why, "%d replies are due, and %u came", t->move.due, t->turn->replies);
        find(t, RULES_NO_REPLY, why);
        return;
    }
    if (t->move.lone)
        judge_lone(t);
    if (t->move.kind == MOVE_TEXT)
        judge_text(t);
    else if (is_chunk(t))
        judge_chunk(t);
    else if (t->move.kind == MOVE_STARTTLS ||
             (t->move.kind == MOVE_SAY && move_lines(t->move.octets) == (size_t)t->move.due))
        follow_lines(t);
}

/* RFC 5321 3.8: a few errors are no reason to hang up; 421 says that it is done. */
void judge_close(struct talk *t)
{
    enum { ERRORS_BORNE = 3 };
    const struct standing *s = &t->standing;
    if (t->loose || s->odd || s->errors > ERRORS_BORNE || t->code == 421 || t->code == 221 ||
        t->code == 554 || t->code == 521)
        return;
    find(t, RULES_HANGS_UP, "closed without a 421");
}
