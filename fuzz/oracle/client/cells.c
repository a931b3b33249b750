#include "oracle/client/play.h"

/* ---- for fuzzers: a place for each of phase and what the reply means ---- */

enum { PHASES = SMTP_CP_CLOSED + 1, VERDICTS = SMTP_VERDICT_WRONG + 1 };

/* libFuzzer reads these as counters, and keeps an input for each that is new. */
#if defined(__linux__)
__attribute__((section("__libfuzzer_extra_counters")))
#endif
static unsigned char places[PHASES * VERDICTS * SMTP_V_ROW_COUNT];

/* ---- for us: the cells of the reply table ---- */

/* Of a row: each code that it lists, and the two kinds of refusal. */
enum { ROWS = 32, SUCCESS = 3, MORE = SUCCESS, LATER_CODE, LATER, NEVER, CELLS };
static bool seen[ROWS][CELLS];

static bool has_cell(const struct smtp_client_rule *rule, unsigned cell)
{
    if (cell < SUCCESS)
        return rule->success[cell] != 0;
    if (cell == MORE)
        return rule->more != 0;
    return cell != LATER_CODE || rule->later != 0;
}

static unsigned cell_of(const struct smtp_client_rule *rule, unsigned code)
{
    for (unsigned i = 0; i < SUCCESS; i++)
        if (rule->success[i] == code)
            return i;
    if (rule->more == code)
        return MORE;
    if (rule->later == code)
        return LATER_CODE;
    if (code / 100 == 4)
        return LATER;
    return code / 100 == 5 ? NEVER : CELLS;
}

void client_cell(const struct client_play *p, const struct smtp_client_event *ev)
{
    enum smtp_verdict verdict = smtp_client_verdict(ev->verb, ev->code);
    size_t pair = (size_t)p->client.phase * VERDICTS + (size_t)verdict;
    places[pair * SMTP_V_ROW_COUNT + (size_t)ev->verb] = 1;
    const struct smtp_client_rule *rule = smtp_client_rule_for(ev->verb);
    if (rule == NULL)
        return;
    unsigned cell = cell_of(rule, ev->code);
    if (cell < CELLS)
        seen[rule - smtp_client_rules][cell] = true;
}

static const char *cell_name(unsigned cell)
{
    static const char *const names[] = {"the first success",
                                        "the second success",
                                        "the third success",
                                        "go on",
                                        "5yz read as 4yz",
                                        "4yz",
                                        "5yz"};
    return names[cell];
}

bool client_cells_print(void)
{
    size_t covered = 0, all = 0;
    for (size_t row = 0; smtp_client_rules[row].clause != NULL; row++) {
        const struct smtp_client_rule *rule = &smtp_client_rules[row];
        for (unsigned cell = 0; cell < CELLS; cell++) {
            if (!has_cell(rule, cell))
                continue;
            all++;
            covered += seen[row][cell] ? 1 : 0;
            if (!seen[row][cell])
                printf("not covered: %s, %s\n", smtp_verb_name(rule->verb), cell_name(cell));
        }
    }
    printf("%zu of %zu cells of the client's table\n", covered, all);
    return covered == all;
}
