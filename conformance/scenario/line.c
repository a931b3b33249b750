/*
 * NAME
 *     line.c: lines of the conversation, and what we say ourselves (notation, section 3)
 */
#include "scenario/parse.h"

bool line_is_ours(const struct parser *p, const struct mark *mark)
{
    bool server = p->scenario->role == SCENARIO_SERVER;
    return (mark->side == 'C') == (server != mark->hop);
}

/* ---- steps ----------------------------------------------------------------------------------- */

static struct scenario_step *add_step(struct parser *p, struct list *steps, enum scenario_op op,
                                      const struct mark *mark)
{
    struct scenario_step *step = list_add(steps);
    *step = (struct scenario_step){.op = op,
                                   .line = parse_step_line(p),
                                   .conn = mark->conn,
                                   .hop = mark->hop,
                                   .in_test = p->in_test,
                                   .source = arena_string(p->arena, p->line),
                                   .times = mark->times};
    return step;
}

struct scenario_step *line_step(struct parser *p, enum scenario_op op, const struct mark *mark)
{
    return add_step(p, &p->steps, op, mark);
}

struct scenario_step *line_row_step(struct parser *p, enum scenario_op op, const struct mark *mark)
{
    struct scenario_row *row = list_at(&p->rows, p->rows.count - 1);
    struct scenario_step *step = add_step(p, &p->row_steps, op, mark);
    row->steps = p->row_steps.items;
    row->step_count = p->row_steps.count;
    return step;
}

/* Our line: in the exchange that it answers, or by itself. */
static struct scenario_step *own_step(struct parser *p, enum scenario_op op)
{
    if (exchange_takes(p, &p->mark))
        return line_row_step(p, op, &p->mark);
    return line_step(p, op, &p->mark);
}

/* ---- ours ------------------------------------------------------------------------------------ */

/* [SP text], sent with CRLF behind it */
static bool our_text(struct parser *p, struct scenario_text *out)
{
    struct list pieces = LIST_OF(p->arena, struct scenario_piece);
    if (p->mark.kind == '*' && parse_end(p))
        return parse_fail(p, "a repeated line needs a text");
    if (!text_until(p, p->line.n, &pieces))
        return false;
    text_add_octets(p, &pieces, SMTP_SPAN("\r\n"));
    *out = text_of_pieces(p, &pieces);
    return true;
}

/* "=" [" bytewise"] 1*(SP (bytes / time)) */
static bool our_bytes(struct parser *p, struct scenario_text *out)
{
    bool bytewise = parse_take(p, "bytewise ");
    if (!text_bytes(p, out))
        return false;
    out->bytewise = bytewise;
    return parse_end(p) || parse_fail(p, "a verdict stands only on a line of the side under test");
}

/* "C" [n] ". message" [" by BDAT"] */
static bool our_message(struct parser *p)
{
    size_t from = p->at;
    bool any = parse_take(p, " any message"), choice = parse_take(p, " message by DATA");
    bool by_bdat = parse_take(p, " message by BDAT");
    bool good = (by_bdat || parse_take(p, " message")) && parse_end(p);
    if (!good)
        p->at = from;
    if (any)
        return parse_fail(p, "\"any message\" is for a client under test");
    if (choice)
        return parse_fail(p, "the player cannot choose: C. message, or C. message by BDAT");
    if (!good)
        return parse_fail(p, "\"%s\" is followed by: message, or message by BDAT", p->mark.text);
    if (p->has_effect && p->scenario->effect == SCENARIO_EFFECT_NONE) {
        p->at = 0;
        return parse_fail(p, "effect: none, but a message is sent");
    }
    own_step(p, SCENARIO_SEND_MESSAGE)->by_bdat = by_bdat;
    return true;
}

/* "Only S* n: right under C* n: makes n exchanges, one by one." */
static bool check_pair(struct parser *p, const struct mark *above)
{
    struct mark *m = &p->mark;
    m->with_above = m->side == 'S' && m->kind == '*' && above->times > 0 &&
                    m->conn == above->conn && m->hop == above->hop;
    if (!m->with_above || m->times == above->times)
        return true;
    p->at = 0;
    return parse_fail(p, "%u commands, %u replies", above->times, m->times);
}

static bool our_line(struct parser *p)
{
    struct scenario_text text = {0};
    if (p->mark.kind == '.')
        return our_message(p);
    p->received = false;
    if (p->mark.kind == '=' ? !our_bytes(p, &text) : !our_text(p, &text))
        return false;
    struct scenario_step *step = own_step(p, SCENARIO_SEND);
    step->text = text;
    step->with_above = p->mark.with_above;
    return true;
}

/* ---- all lines ------------------------------------------------------------------------------- */

static bool check_hop(struct parser *p)
{
    if (!p->mark.hop)
        return true;
    p->at = 0;
    if (p->scenario->role == SCENARIO_CLIENT)
        return parse_fail(p, "HC and HS are for a relay under test, which is a server");
    return scenario_needs(p->scenario, "hop") || parse_fail(p, "HC and HS need \"needs: hop\"");
}

static bool check_kind(struct parser *p, bool ours)
{
    char kind = p->mark.kind;
    bool choice = kind == '|' || kind == '?' || kind == '&';
    p->at = 0;
    if (p->mark.side == 'S' && (kind == '?' || kind == '&' || kind == '.'))
        return parse_fail(p, "\"%s\" is no line", p->mark.text);
    return !ours || !choice || parse_fail(p, "\"%s\" is for the side under test", p->mark.text);
}

bool line_conversation(struct parser *p)
{
    struct mark above = p->repeated_above;
    p->repeated_above.times = 0;
    if (!mark_read(p))
        return false;
    size_t at = p->at;
    bool ours = line_is_ours(p, &p->mark);
    if (!check_hop(p) || !check_kind(p, ours) || !check_pair(p, &above))
        return false;
    p->at = at;
    if (!ours) {
        if (!exchange_target_line(p))
            return false;
    } else if ((!exchange_takes(p, &p->mark) && !exchange_end(p)) ||
               !connection_open(p, &p->mark) || !our_line(p)) {
        return false;
    }
    if (p->mark.side == 'C' && p->mark.kind == '*')
        p->repeated_above = p->mark;
    return true;
}

bool line_end(struct parser *p)
{
    return exchange_end(p) && exchange_all_end(p);
}
