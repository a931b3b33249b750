/*
 * NAME
 *     witness_hop.c: a relay's side of a witness run: what it says to us, its next hop
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "player/command.h"
#include "player/text.h"
#include "player/witness_plan.h"

/* ---- a command that fits the row, and none above --------------------------------------------- */

struct line {
    char p[COMMAND_MAX];
    size_t n;
    bool full;
};

static void put(struct line *line, const char *text)
{
    size_t n = strlen(text);
    line->full = line->full || n > sizeof line->p - line->n;
    if (line->full)
        return;
    memcpy(line->p + line->n, text, n);
    line->n += n;
}

static void put_words(struct line *line, const struct scenario_row *row,
                      enum scenario_condition_kind kind)
{
    for (size_t i = 0; i < row->condition_count; i++)
        for (size_t w = 0; row->conditions[i].kind == kind && w < row->conditions[i].count; w++) {
            put(line, " ");
            put(line, row->conditions[i].words[w]);
        }
}

static bool is_rows(struct plan *plan, const struct scenario_step *step,
                    const struct scenario_row *row, smtp_span line)
{
    for (const struct scenario_row *above = step->rows; above < row; above++)
        if (command_fits(above, &plan->vars, 1, line))
            return false;
    return command_fits(row, &plan->vars, 1, line);
}

/* The line as written; "the verb's plainest form for ..." has a name behind EHLO. */
static void write_line(struct plan *plan, const struct scenario_row *row, struct line *line)
{
    const struct scenario_command *command = row->command;
    line->n = 0;
    line->full =
        !command_print(command, &plan->vars, 1, (smtp_room){line->p, sizeof line->p}, &line->n);
    bool hello = command->verb != NULL &&
                 (strcmp(command->verb, "EHLO") == 0 || strcmp(command->verb, "HELO") == 0);
    if (hello && command->open && line->n == 4)
        put(line, " relay.example");
    put_words(line, row, SCENARIO_HAS);
}

static bool try_line(struct plan *plan, const struct scenario_step *step,
                     const struct scenario_row *row, struct line *line)
{
    static const char *const any[] = {"VRFY x", "HELP", "XREL x"};
    const struct scenario_command *command = row->command;
    for (size_t i = 0; command->kind == SCENARIO_CMD_ANYTHING && i < sizeof any / sizeof *any;
         i++) {
        line->n = 0;
        line->full = false;
        put(line, any[i]);
        if (is_rows(plan, step, row, (smtp_span){line->p, line->n}))
            return true;
    }
    if (command->kind == SCENARIO_CMD_ANYTHING)
        return false;
    write_line(plan, row, line);
    if (!line->full && is_rows(plan, step, row, (smtp_span){line->p, line->n}))
        return true;
    for (const struct scenario_row *above = step->rows; above < row; above++)
        put_words(line, above, SCENARIO_LACKS); /* what has them is not taken by it */
    return !line->full && is_rows(plan, step, row, (smtp_span){line->p, line->n});
}

/* ---- what is said ---------------------------------------------------------------------------- */

/* RFC 5321 4.5.2: a period that begins a line is doubled. */
static bool say_stuffed(struct plan *plan, struct act_list *list, smtp_span text)
{
    for (size_t at = 0, end; at < text.n; at = end) {
        const char *lf = memchr(text.p + at, '\n', text.n - at);
        end = lf == NULL ? text.n : (size_t)(lf - text.p) + 1;
        if ((text.p[at] == '.' && !plan_add_octets(plan, list, SMTP_SPAN("."))) ||
            !plan_add_octets(plan, list, smtp_span_cut(text, at, end)))
            return false;
    }
    return plan_add_octets(plan, list, SMTP_SPAN(".\r\n"));
}

static bool say_chunk(struct plan *plan, struct act_list *list, smtp_span text)
{
    char head[48];
    int n = snprintf(head, sizeof head, "BDAT %zu LAST\r\n", text.n);
    return n > 0 && plan_add_octets(plan, list, (smtp_span){head, (size_t)n}) &&
           plan_add_octets(plan, list, text);
}

static bool say_message(struct plan *plan, const struct scenario_step *step,
                        const struct scenario_row *row)
{
    struct act_list *list = &plan->relay->lists[step->conn];
    const struct scenario_command *command = row->command;
    smtp_room message;
    bool good =
        witness_mail_make(plan->mail, step, &message) || plan_fail(plan, step->line, "no memory");
    smtp_span text = {message.p, message.n};
    bool chunk = command->by_bdat && (plan->other || !command->by_data);
    if (good && command->by_data && !chunk)
        good =
            plan_add_octets(plan, list, SMTP_SPAN("DATA\r\n")) && plan_add(plan, list, ACT_LINE, 0);
    if (good)
        good = chunk ? say_chunk(plan, list, text) : say_stuffed(plan, list, text);
    free(message.p);
    return good;
}

static bool say_command(struct plan *plan, const struct scenario_step *step,
                        const struct scenario_row *row)
{
    struct act_list *list = &plan->relay->lists[step->conn];
    struct line line;
    if (!try_line(plan, step, row, &line))
        return plan_fail(plan, row->line,
                         "is never reached: nothing fits it that no row above takes");
    return plan_add_octets(plan, list, (smtp_span){line.p, line.n}) &&
           plan_add_octets(plan, list, SMTP_SPAN("\r\n"));
}

static bool say(struct plan *plan, const struct scenario_step *step, const struct scenario_row *row)
{
    struct act_list *list = &plan->relay->lists[step->conn];
    if (row->command != NULL && row->command->kind == SCENARIO_CMD_MESSAGE)
        return say_message(plan, step, row);
    if (row->command != NULL)
        return say_command(plan, step, row);
    if (row->outcomes[0].kind == SCENARIO_SILENCE)
        return plan_add(plan, list, ACT_WAIT, row->outcomes[0].ms + 1);
    plan->hop_passed[step->conn] = true;
    return plan_add(plan, list, ACT_CLOSE, 0);
}

/* ---- what is awaited ------------------------------------------------------------------------- */

static bool await(struct plan *plan, const struct scenario_step *step)
{
    struct act_list *list = &plan->relay->lists[step->conn];
    for (uint32_t i = 1; i <= step->times; i++)
        if (!plan_add(plan, list, ACT_AWAIT, text_size(&step->text, &plan->vars, i)))
            return false;
    return true;
}

static bool await_answer(struct plan *plan, const struct scenario_step *step,
                         const struct scenario_row *row)
{
    bool quit = row->command != NULL && row->command->verb != NULL &&
                strcmp(row->command->verb, "QUIT") == 0;
    for (size_t i = 0; i < row->step_count && !plan->ended; i++) {
        bool closes = row->steps[i].op == SCENARIO_DIRECTIVE &&
                      row->steps[i].directive != SCENARIO_AT_HALF_CLOSE;
        plan->hop_passed[step->conn] |= closes;
        if (row->steps[i].op == SCENARIO_SEND && !await(plan, &row->steps[i]))
            return false;
    }
    plan->hop_passed[step->conn] |= quit;
    return true;
}

/* ---- a step ---------------------------------------------------------------------------------- */

static bool expect(struct plan *plan, const struct scenario_step *step)
{
    if (step->optional && plan->other && step != plan->goal->step)
        return true;
    for (uint32_t i = 1; i <= step->times && !plan->ended && !plan->hop_passed[step->conn]; i++) {
        const struct scenario_row *row = plan_take(plan, step);
        if (row == NULL || !say(plan, step, row) || !await_answer(plan, step, row))
            return false;
    }
    return true;
}

/* Of a run of HC& the step that is played in its place: the last one first. */
static size_t mirrored(const struct plan *plan, size_t at)
{
    const struct scenario_step *steps = plan->scenario->steps, *step = &steps[at];
    size_t first = at, last = at;
    if (!plan->other || !step->any_order)
        return at;
    while (first > 0 && steps[first - 1].any_order && steps[first - 1].conn == step->conn)
        first--;
    while (last + 1 < plan->scenario->step_count && steps[last + 1].any_order &&
           steps[last + 1].conn == step->conn)
        last++;
    return first + last - at;
}

bool plan_hop(struct plan *plan, size_t at)
{
    const struct scenario_step *step = &plan->scenario->steps[mirrored(plan, at)];
    plan->relay->used[step->conn] = true;
    if (plan->hop_passed[step->conn])
        return true;
    return step->op == SCENARIO_SEND ? await(plan, step) : expect(plan, step);
}
