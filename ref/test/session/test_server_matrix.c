#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "event_log.h"

/* Every word in every state in which it can come: the code, and where the session is then. The last two
 * need CHUNKING. */
enum { REFUSED, START, READY, MAIL, RCPT, CHUNKS, FAILED, COLUMNS };

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
    {SMTP_S_CHUNKS, false, "EHLO a.test\r\nMAIL FROM:<>\r\nRCPT TO:<b@b.test>\r\nBDAT 0\r\n"},
    {SMTP_S_FAILED, false, "EHLO a.test\r\nMAIL FROM:<>\r\nRCPT TO:<b@b.test>\r\nBDAT\r\n"},
};

/* The letter says what becomes of the state: = stays, S READY, M MAIL, R RCPT, D TEXT, T TLS, C CLOSED,
 * K CHUNKS, F FAILED. */
struct row {
    enum smtp_verb verb;
    const char *line, *clause;
    const char *cells[COLUMNS];
};

/* Nothing is offered but STARTTLS; so CHUNKS and FAILED are out of reach. */
static const struct row plain[] = {
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
    {SMTP_V_AUTH, "AUTH PLAIN =", "4.2.4", {"503=", "502=", "502=", "502=", "502="}},
    {SMTP_V_ETRN, "ETRN b.test", "4.2.4", {"503=", "502=", "502=", "502=", "502="}},
    {SMTP_V_TURN, "TURN", "F.1", {"503=", "502=", "502=", "502=", "502="}},
    {SMTP_V_UNKNOWN, "XYZZY", "4.2.4", {"503=", "500=", "500=", "500=", "500="}},
};

/* With CHUNKING and AUTH. */
static const struct row extended[] = {
    {SMTP_V_EHLO, "EHLO a.test", "4.1.4", {"503=", "250S", "250S", "250S", "250S", "250S", "250S"}},
    {SMTP_V_HELO, "HELO a.test", "4.1.4", {"503=", "250S", "250S", "250S", "250S", "250S", "250S"}},
    {SMTP_V_LHLO,
     "LHLO a.test",
     "RFC 2033 4.1",
     {"503=", "500=", "500=", "500=", "500=", "500=", "500="}},
    {SMTP_V_MAIL,
     "MAIL FROM:<a@a.test>",
     "4.1.4",
     {"503=", "503=", "250M", "503=", "503=", "503=", "503="}},
    {SMTP_V_RCPT,
     "RCPT TO:<c@b.test>",
     "3030-2",
     {"503=", "503=", "503=", "250R", "250R", "503=", "503="}},
    {SMTP_V_DATA, "DATA", "3030-2", {"503=", "503=", "503=", "503=", "354D", "503F", "503="}},
    {SMTP_V_BDAT,
     "BDAT 0 LAST",
     "3030-2",
     {"503=", "503=", "503=", "503F", "250S", "250S", "503="}},
    {SMTP_V_BDAT, "BDAT 0", "3030-2", {"503=", "503=", "503=", "503F", "250K", "250K", "503="}},
    {SMTP_V_RSET, "RSET", "4.1.1.5", {"503=", "250=", "250S", "250S", "250S", "250S", "250S"}},
    {SMTP_V_VRFY, "VRFY Smith", "7.3", {"503=", "252=", "252=", "252=", "252=", "252=", "252="}},
    {SMTP_V_EXPN, "EXPN list", "7.3", {"503=", "252=", "252=", "252=", "252=", "252=", "252="}},
    {SMTP_V_HELP, "HELP", "4.1.1.8", {"503=", "214=", "214=", "214=", "214=", "214=", "214="}},
    {SMTP_V_NOOP, "NOOP", "4.1.1.9", {"503=", "250=", "250=", "250=", "250=", "250=", "250="}},
    {SMTP_V_QUIT, "QUIT", "4.1.1.10", {"221C", "221C", "221C", "221C", "221C", "221C", "221C"}},
    {SMTP_V_STARTTLS,
     "STARTTLS",
     "3207-4",
     {"503=", "503=", "220T", "220T", "220T", "220T", "220T"}},
    {SMTP_V_AUTH,
     "AUTH PLAIN =",
     "4954-4",
     {"503=", "503=", "235=", "503=", "503=", "503=", "503="}},
    {SMTP_V_ETRN, "ETRN b.test", "4.2.4", {"503=", "502=", "502=", "502=", "502=", "502=", "502="}},
    {SMTP_V_TURN, "TURN", "F.1", {"503=", "502=", "502=", "502=", "502=", "502=", "502="}},
    {SMTP_V_UNKNOWN, "XYZZY", "4.2.4", {"503=", "500=", "500=", "500=", "500=", "500=", "500="}},
};

/* The same in LMTP, where a last chunk without recipients has no answer (RFC 2033 4.3). */
static const struct row lmtp[] = {
    {SMTP_V_EHLO,
     "EHLO a.test",
     "2033-4.1",
     {"503=", "500=", "500=", "500=", "500=", "500=", "500="}},
    {SMTP_V_HELO,
     "HELO a.test",
     "2033-4.1",
     {"503=", "500=", "500=", "500=", "500=", "500=", "500="}},
    {SMTP_V_LHLO,
     "LHLO a.test",
     "2033-4.1",
     {"503=", "250S", "250S", "250S", "250S", "250S", "250S"}},
    {SMTP_V_MAIL,
     "MAIL FROM:<a@a.test>",
     "4.1.4",
     {"503=", "503=", "250M", "503=", "503=", "503=", "503="}},
    {SMTP_V_RCPT,
     "RCPT TO:<c@b.test>",
     "3030-2",
     {"503=", "503=", "503=", "250R", "250R", "503=", "503="}},
    {SMTP_V_DATA, "DATA", "3030-2", {"503=", "503=", "503=", "503=", "354D", "503F", "503="}},
    {SMTP_V_BDAT,
     "BDAT 0 LAST",
     "2033-4.3",
     {"503=", "503=", "503=", "...S", "250S", "250S", "503="}},
    {SMTP_V_BDAT, "BDAT 0", "3030-2", {"503=", "503=", "503=", "503F", "250K", "250K", "503="}},
    {SMTP_V_RSET, "RSET", "4.1.1.5", {"503=", "250=", "250S", "250S", "250S", "250S", "250S"}},
    {SMTP_V_VRFY, "VRFY Smith", "7.3", {"503=", "252=", "252=", "252=", "252=", "252=", "252="}},
    {SMTP_V_EXPN, "EXPN list", "7.3", {"503=", "252=", "252=", "252=", "252=", "252=", "252="}},
    {SMTP_V_HELP, "HELP", "4.1.1.8", {"503=", "214=", "214=", "214=", "214=", "214=", "214="}},
    {SMTP_V_NOOP, "NOOP", "4.1.1.9", {"503=", "250=", "250=", "250=", "250=", "250=", "250="}},
    {SMTP_V_QUIT, "QUIT", "4.1.1.10", {"221C", "221C", "221C", "221C", "221C", "221C", "221C"}},
    {SMTP_V_STARTTLS,
     "STARTTLS",
     "3207-4",
     {"503=", "503=", "220T", "220T", "220T", "220T", "220T"}},
    {SMTP_V_AUTH,
     "AUTH PLAIN =",
     "4954-4",
     {"503=", "503=", "235=", "503=", "503=", "503=", "503="}},
    {SMTP_V_ETRN, "ETRN b.test", "4.2.4", {"503=", "502=", "502=", "502=", "502=", "502=", "502="}},
    {SMTP_V_TURN, "TURN", "F.1", {"503=", "502=", "502=", "502=", "502=", "502=", "502="}},
    {SMTP_V_UNKNOWN, "XYZZY", "4.2.4", {"503=", "500=", "500=", "500=", "500=", "500=", "500="}},
};

static const struct table {
    const struct row *rows;
    size_t count;
    int columns;
    const char *hello;
    struct smtp_server_config config;
} tables[] = {
    {plain,
     sizeof plain / sizeof *plain,
     CHUNKS,
     "EHLO",
     {.name = "mx.test", .extensions = SMTP_X_STARTTLS}},
    {extended,
     sizeof extended / sizeof *extended,
     COLUMNS,
     "EHLO",
     {.name = "mx.test",
      .extensions = SMTP_X_STARTTLS | SMTP_X_CHUNKING | SMTP_X_AUTH,
      .auth_clear = "PLAIN"}},
    {lmtp,
     sizeof lmtp / sizeof *lmtp,
     COLUMNS,
     "LHLO",
     {.name = "mx.test",
      .mode = SMTP_MODE_LMTP,
      .extensions = SMTP_X_STARTTLS | SMTP_X_CHUNKING | SMTP_X_AUTH,
      .auth_clear = "PLAIN"}},
};
enum { TABLES = sizeof tables / sizeof *tables };

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
    case 'K':
        return SMTP_S_CHUNKS;
    case 'F':
        return SMTP_S_FAILED;
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

static void play(const struct table *table, const struct row *row, const struct column *column)
{
    static char in[16384], out[2048], text[4096];
    bool refused = column->refused;
    struct event_play p = {.config = &table->config,
                           .in = {in, sizeof in},
                           .out = {out, sizeof out},
                           .log = {.room = {text, sizeof text - 1}},
                           .decide = greet,
                           .arg = &refused};
    char line[64], want[16];
    const char *cell = row->cells[column - columns];
    bool hello = column->way[0] != '\0';
    ck_assert(event_play_begin(&p));
    event_play_write(&p, smtp_span_of(hello ? table->hello : ""));
    event_play_write(&p, smtp_span_of(hello ? column->way + 4 : ""));
    ck_assert_int_eq(smtp_server_state(&p.server), column->state);
    size_t before = p.log.n, lines = p.replies;
    snprintf(line, sizeof line, "%s\r\n", row->line);
    event_play_write(&p, smtp_span_of(line));
    text[p.log.n] = '\0';
    snprintf(want, sizeof want, "\nS: %.3s", cell);
    bool said = cell[0] == '.' ? p.replies == lines : strstr(text + before, want) != NULL;
    ck_assert_msg(said, "%s, %s in %s: %s", row->clause, row->line, smtp_state_name(column->state),
                  text + before);
    ck_assert_int_eq(smtp_server_state(&p.server), state_of(cell[3], column->state));
    for (size_t verb = 0; verb < SMTP_V_ROW_COUNT; verb++)
        visited[verb] |= p.visited[verb];
}

/* All cells; and the rows leave no cell of the sequencing table out. */
START_TEST(test_cells)
{
    const struct table *table = &tables[_i];
    memset(visited, 0, sizeof visited);
    for (size_t row = 0; row < table->count; row++)
        for (int i = 0; i < table->columns; i++)
            play(table, &table->rows[row], &columns[i]);
    for (size_t verb = 0; verb < SMTP_VERB_COUNT; verb++)
        for (int i = 0; i < table->columns; i++)
            ck_assert_msg((visited[verb] & (unsigned)columns[i].state) != 0, "%s in %s",
                          smtp_verb_name((enum smtp_verb)verb), smtp_state_name(columns[i].state));
    ck_assert_uint_eq(visited[SMTP_V_CONNECT], SMTP_S_CONNECT);
}
END_TEST

static Suite *matrix_suite(void)
{
    Suite *suite = suite_create("server matrix");
    TCase *tcase = tcase_create("matrix");
    tcase_add_loop_test(tcase, test_cells, 0, TABLES);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(matrix_suite)
