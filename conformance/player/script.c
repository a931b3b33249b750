#include "player/script.h"

/* A line of ours, of pieces; a reply with just this code. */
#define PIECES(...) ((const struct scenario_piece[]){__VA_ARGS__})
#define TEXT(...)                                                                                  \
    {                                                                                              \
        .strings = &(const struct scenario_string){.pieces = PIECES(__VA_ARGS__),                  \
                                                   .count = sizeof PIECES(__VA_ARGS__) /           \
                                                            sizeof(struct scenario_piece),         \
                                                   .times = 1},                                    \
        .count = 1                                                                                 \
    }
#define SAY(...)                                                                                   \
    {                                                                                              \
        .op = SCENARIO_SEND, .conn = 1, .times = 1, .text = TEXT(__VA_ARGS__)                      \
    }
#define OCTETS(text)                                                                               \
    {                                                                                              \
        .octets = { text, sizeof(text) - 1 }                                                       \
    }
#define VAR(name)                                                                                  \
    {                                                                                              \
        .var = (name)                                                                              \
    }
#define HEAR(a, b, c)                                                                              \
    {                                                                                              \
        .op = SCENARIO_EXPECT, .conn = 1, .times = 1, .row_count = 1,                              \
        .rows = &(const struct scenario_row)                                                       \
        {                                                                                          \
            .source = #a #b #c, .outcome_count = 1,                                                \
            .outcomes =                                                                            \
                &(const struct scenario_outcome){.kind = SCENARIO_CODE, .digits = {a, b, c}},      \
        }                                                                                          \
    }
#define AT(what)                                                                                   \
    {                                                                                              \
        .op = SCENARIO_DIRECTIVE, .conn = 1, .times = 1, .directive = (what)                       \
    }
#define EHLO SAY(OCTETS("EHLO "), VAR("me"), OCTETS("\r\n"))
#define COUNT(steps) (sizeof(steps) / sizeof *(steps))

static const struct scenario_step starttls[] = {
    SAY(OCTETS("STARTTLS\r\n")), HEAR(2, 2, 0), AT(SCENARIO_AT_TLS), EHLO, HEAR(2, 5, 0),
};

static const struct scenario_step auth_plain[] = {
    SAY(OCTETS("AUTH PLAIN "), VAR("plain"), OCTETS("\r\n")),
    HEAR(2, 3, 5),
};

static const struct scenario_step auth_login[] = {
    SAY(OCTETS("AUTH LOGIN\r\n")),          HEAR(3, 3, 4),
    SAY(VAR("user64"), OCTETS("\r\n")),     HEAR(3, 3, 4),
    SAY(VAR("password64"), OCTETS("\r\n")), HEAR(2, 3, 5),
};

static const struct scenario_step alive[] = {
    HEAR(2, 2, 0),           EHLO,          HEAR(2, 5, 0),
    SAY(OCTETS("QUIT\r\n")), HEAR(2, 2, 1), AT(SCENARIO_AT_CLOSE),
};

const struct script script_starttls = {starttls, COUNT(starttls), "STARTTLS in the prelude"};
const struct script script_auth_plain = {auth_plain, COUNT(auth_plain), "AUTH PLAIN"};
const struct script script_auth_login = {auth_login, COUNT(auth_login), "AUTH LOGIN"};
const struct script script_alive = {alive, COUNT(alive), "@alive"};

const struct scenario_step script_quit = SAY(OCTETS("QUIT\r\n"));
const struct scenario_step script_lhlo = SAY(OCTETS("LHLO "), VAR("me"), OCTETS("\r\n"));

const struct scenario_step script_hop_ready = SAY(OCTETS("220 next-hop.example ready\r\n"));
const struct scenario_step script_hop_ok = SAY(OCTETS("250 ok\r\n"));
const struct scenario_step script_hop_go_on = SAY(OCTETS("354 go on\r\n"));
const struct scenario_step script_hop_bye = SAY(OCTETS("221 bye\r\n"));
