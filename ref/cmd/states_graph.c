#include <stdio.h>
#include <string.h>

#include "states.h"

/*
 * The table as a graph, everything offered. Refusals that leave the state as it is are not drawn,
 * they would be an edge from each state to itself. What the engine does without a row is dashed.
 */
static const struct {
    enum smtp_state from, to;
    const char *label;
} beside[] = {
    {SMTP_S_CONNECT, SMTP_S_REFUSED, "(greeting) 554"},
    {SMTP_S_READY, SMTP_S_AUTH, "AUTH 334"},
    {SMTP_S_CHUNK, SMTP_S_FAILED, "(chunk refused)"},
};
enum { BESIDE = sizeof beside / sizeof *beside };

static bool is_plain_refusal(const struct smtp_rule *rule)
{
    return rule->code >= 400 && rule->then == SMTP_S_SAME;
}

static enum smtp_state state_at(int i)
{
    return (enum smtp_state)(1U << i);
}

/* The first row of the verb in that state is the one that counts. */
static bool counts(const struct smtp_rule *rules, const struct smtp_rule *rule,
                   const struct states_filter *filter, enum smtp_state from)
{
    return (states_shown(rule, filter) & (unsigned)from) != 0 && !is_plain_refusal(rule) &&
           smtp_rule_for(rules, rule->verb, from, ~0U) == rule;
}

static enum smtp_state after(const struct smtp_rule *rule, enum smtp_state from)
{
    return rule->then == SMTP_S_SAME ? from : rule->then;
}

/* The verbs and codes that lead from one state to another, into a label; the number of them. */
static int label(const struct smtp_rule *rules, const struct states_filter *filter,
                 enum smtp_state from, enum smtp_state to, const char *between)
{
    int n = 0;
    for (const struct smtp_rule *rule = rules; rule->in != 0; rule++) {
        if (!counts(rules, rule, filter, from) || after(rule, from) != to)
            continue;
        printf("%s%s", n > 0 ? between : "", states_verb(rule));
        if (rule->code != 0)
            printf(" %u", rule->code);
        n++;
    }
    return n;
}

static bool leads(const struct smtp_rule *rules, const struct states_filter *filter,
                  enum smtp_state from, enum smtp_state to)
{
    for (const struct smtp_rule *rule = rules; rule->in != 0; rule++)
        if (counts(rules, rule, filter, from) && after(rule, from) == to)
            return true;
    return false;
}

static bool is_touched(const struct smtp_rule *rules, const struct states_filter *filter,
                       enum smtp_state state)
{
    for (int i = 0; i < SMTP_STATE_COUNT; i++)
        if (leads(rules, filter, state_at(i), state) || leads(rules, filter, state, state_at(i)))
            return true;
    return false;
}

static bool is_whole(const struct states_filter *filter)
{
    return *filter->verb == '\0' && *filter->state == '\0';
}

static void dot_vertex(const struct smtp_rule *rules, const struct states_filter *filter,
                       enum smtp_state state)
{
    const char *name = smtp_state_name(state);
    printf("  %s [label=<<b>%s</b>", name, name);
    if (leads(rules, filter, state, state)) {
        printf("<br/><font point-size=\"9\" color=\"#555555\">");
        label(rules, filter, state, state, "<br/>");
        printf("</font>");
    }
    printf(">%s];\n", state == SMTP_S_CLOSED ? ", peripheries=2" : "");
}

void states_dot(const struct smtp_rule *rules, const struct states_filter *filter)
{
    puts("digraph states {\n"
         "  graph [fontname=\"Helvetica\", nodesep=0.5, ranksep=0.6];\n"
         "  node [shape=box, style=\"rounded,filled\", fillcolor=\"#eef3f8\", color=\"#4a6785\", "
         "fontname=\"Helvetica\", fontsize=12];\n"
         "  edge [color=\"#4a6785\", fontname=\"Helvetica\", fontsize=10];");
    for (int i = 0; i < SMTP_STATE_COUNT; i++)
        if (is_touched(rules, filter, state_at(i)))
            dot_vertex(rules, filter, state_at(i));
    for (int from = 0; from < SMTP_STATE_COUNT; from++)
        for (int to = 0; to < SMTP_STATE_COUNT; to++) {
            if (from == to || !leads(rules, filter, state_at(from), state_at(to)))
                continue;
            printf("  %s -> %s [label=\" ", smtp_state_name(state_at(from)),
                   smtp_state_name(state_at(to)));
            label(rules, filter, state_at(from), state_at(to), "\\n ");
            puts("\"];");
        }
    for (size_t i = 0; is_whole(filter) && i < BESIDE; i++)
        printf("  %s -> %s [label=\" %s\", style=dashed];\n", smtp_state_name(beside[i].from),
               smtp_state_name(beside[i].to), beside[i].label);
    puts("}");
}

void states_mermaid(const struct smtp_rule *rules, const struct states_filter *filter)
{
    puts("stateDiagram-v2");
    for (int from = 0; from < SMTP_STATE_COUNT; from++)
        for (int to = 0; to < SMTP_STATE_COUNT; to++) {
            if (!leads(rules, filter, state_at(from), state_at(to)))
                continue;
            printf("    %s --> %s: ", smtp_state_name(state_at(from)),
                   smtp_state_name(state_at(to)));
            label(rules, filter, state_at(from), state_at(to), ", ");
            putchar('\n');
        }
    for (size_t i = 0; is_whole(filter) && i < BESIDE; i++)
        printf("    %s --> %s: %s\n", smtp_state_name(beside[i].from),
               smtp_state_name(beside[i].to), beside[i].label);
}
