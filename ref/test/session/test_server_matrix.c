#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "event_log.h"

/* Every word in every state in which it can come: the code, and where the session is then. */
enum { REFUSED, START, READY, MAIL, RCPT, COLUMNS };

static const struct column {
    enum smtp_state state;
    bool refused; /* greeted with 554 */
    const char *way;
} columns[COLUMNS] = {
    {SMTP_S_REFUSED, true, ""},
    {SMTP_S_START, false, ""},
    {SMTP_S_READY, false, "EHLO a.test\r\n"},
    {SMTP_S_MAIL, false, "EHLO a.test\r\nMAIL FROM:<>\r\n"},
    {SMTP_S_RCPT, false, "EHLO a.test\r\nMAIL FROM:<>\r\nRCPT TO:<b@b.test>\r\n"},
};

/* The letter says what becomes of the state: = stays, S READY, M MAIL, R RCPT, D TEXT, T TLS, C
 * CLOSED. */
static const struct {
    enum smtp_verb verb;
    const char *line, *clause;
    const char *cells[COLUMNS];
} rows[] = {
    {SMTP_V_EHLO, "EHLO a.test", "4.1.4", {"503=", "250S", "250S", "250S", "250S"}},
    {SMTP_V_HELO, "HELO a.test", "4.1.4", {"503=", "250S", "250S", "250S", "250S"}},
    {SMTP_V_LHLO, "LHLO a.test", "RFC 2033 4.1", {"503=", "500=", "500=", "500=", "500="}},
    {SMTP_V_MAIL, "MAIL FROM:<a@a.test>", "4.1.4", {"503=", "503=", "250M", "503=", "503="}},
    {SMTP_V_RCPT, "RCPT TO:<c@b.test>", "3.3", {"503=", "503=", "503=", "250R", "250R"}},
    {SMTP_V_DATA, "DATA", "3.3", {"503=", "503=", "503=", "503=", "354D"}},
    {SMTP_V_BDAT, "BDAT 0 LAST", "4.2.4", {"503=", "502=", "502=", "502=", "502="}},
    {SMTP_V_RSET, "RSET", "4.1.1.5", {"503=", "250=", "250S", "250S", "250S"}},
    {SMTP_V_VRFY, "VRFY Smith", "7.3", {"503=", "252=", "252=", "252=", "252="}},
    {SMTP_V_EXPN, "EXPN list", "7.3", {"503=", "252=", "252=", "252=", "252="}},
    {SMTP_V_HELP, "HELP", "4.1.1.8", {"503=", "214=", "214=", "214=", "214="}},
    {SMTP_V_NOOP, "NOOP", "4.1.1.9", {"503=", "250=", "250=", "250=", "250="}},
    {SMTP_V_QUIT, "QUIT", "4.1.1.10", {"221C", "221C", "221C", "221C", "221C"}},
    {SMTP_V_STARTTLS, "STARTTLS", "3207-4", {"503=", "503=", "220T", "220T", "220T"}},
    {SMTP_V_AUTH, "AUTH PLAIN", "4.2.4", {"503=", "502=", "502=", "502=", "502="}},
    {SMTP_V_ETRN, "ETRN b.test", "4.2.4", {"503=", "502=", "502=", "502=", "502="}},
    {SMTP_V_TURN, "TURN", "F.1", {"503=", "502=", "502=", "502=", "502="}},
    {SMTP_V_UNKNOWN, "XYZZY", "4.2.4", {"503=", "500=", "500=", "500=", "500="}},
};
enum { ROWS = sizeof rows / sizeof *rows };

static enum smtp_state state_of(char letter, enum smtp_state before)
{
    switch (letter) {
    case 'S':
        return SMTP_S_READY;
    case 'M':
        return SMTP_S_MAIL;
    case 'R':
        return SMTP_S_RCPT;
    case 'D':
        return SMTP_S_TEXT;
    case 'T':
        return SMTP_S_TLS;
    case 'C':
        return SMTP_S_CLOSED;
    default:
        return before;
    }
}

static enum smtp_fault greet(void *arg, const struct smtp_event *ev)
{
    const bool *refused = arg;
    return ev->kind == SMTP_EV_CONNECT && *refused ? SMTP_E_NO_SERVICE : SMTP_OK;
}

static unsigned visited[SMTP_V_ROW_COUNT];

static void play(size_t row, const struct column *column)
{
    static char in[1024], out[2048], text[4096];
    const struct smtp_server_config config = {.name = "mx.test", .extensions = SMTP_X_STARTTLS};
    bool refused = column->refused;
    struct event_play p = {.config = &config,
                           .in = {in, sizeof in},
                           .out = {out, sizeof out},
                           .log = {.room = {text, sizeof text}},
                           .decide = greet,
                           .arg = &refused};
    char line[64], want[16];
    const char *cell = rows[row].cells[column - columns];
    ck_assert(event_play_begin(&p));
    event_play_write(&p, smtp_span_of(column->way));
    ck_assert_int_eq(smtp_server_state(&p.server), column->state);
    size_t before = p.log.n;
    snprintf(line, sizeof line, "%s\r\n", rows[row].line);
    event_play_write(&p, smtp_span_of(line));
    smtp_span said = smtp_span_cut(event_log_text(&p.log), before, sizeof text);
    text[p.log.n] = '\0';
    snprintf(want, sizeof want, "\nS: %.3s", cell);
    ck_assert_msg(strstr(said.p, want) != NULL, "%s, %s in %s: %s", rows[row].clause,
                  rows[row].line, smtp_state_name(column->state), said.p);
    ck_assert_int_eq(smtp_server_state(&p.server), state_of(cell[3], column->state));
    for (size_t verb = 0; verb < SMTP_V_ROW_COUNT; verb++)
        visited[verb] |= p.visited[verb];
}

START_TEST(test_cells)
{
    for (size_t i = 0; i < COLUMNS; i++)
        play((size_t)_i, &columns[i]);
}
END_TEST

/* The rows above leave no cell of the sequencing table out. */
START_TEST(test_all_cells)
{
    memset(visited, 0, sizeof visited);
    for (size_t row = 0; row < ROWS; row++)
        for (size_t i = 0; i < COLUMNS; i++)
            play(row, &columns[i]);
    for (size_t verb = 0; verb < SMTP_VERB_COUNT; verb++)
        for (size_t i = 0; i < COLUMNS; i++)
            ck_assert_msg((visited[verb] & (unsigned)columns[i].state) != 0, "%s in %s",
                          smtp_verb_name((enum smtp_verb)verb), smtp_state_name(columns[i].state));
    ck_assert_uint_eq(visited[SMTP_V_CONNECT], SMTP_S_CONNECT);
}
END_TEST

static Suite *matrix_suite(void)
{
    Suite *suite = suite_create("server matrix");
    TCase *tcase = tcase_create("matrix");
    tcase_add_loop_test(tcase, test_cells, 0, ROWS);
    tcase_add_test(tcase, test_all_cells);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(matrix_suite)
