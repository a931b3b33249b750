#include <string.h>

#include "actor.h"
#include "check_main.h"
#include "net/mem.h"
#include "net/tls.h"

/* ---- contexts ------------------------------------------------------------------------------ */

#define NAME "mx.example.test"

static struct {
    struct net_tls_context *server, *other, *address;
    char *pem, *other_pem, *address_pem;
} shared;

enum client { TRUSTING, WRONG_NAME, UNTRUSTED, INSECURE, BY_ADDRESS, WRONG_ADDRESS, PLAIN };

static struct net_tls_context *make_client(enum client how)
{
    static const struct {
        char **pem;
        const char *name;
    } rows[] = {
        [TRUSTING] = {&shared.pem, NAME},
        [WRONG_NAME] = {&shared.pem, "elsewhere.example.test"},
        [UNTRUSTED] = {&shared.other_pem, NAME},
        [BY_ADDRESS] = {&shared.address_pem, "192.0.2.1"},
        [WRONG_ADDRESS] = {&shared.address_pem, "192.0.2.2"},
    };
    const char *why = NULL;
    struct net_tls_context *c = NULL;
    if (how == INSECURE)
        c = net_tls_context_new(&(struct net_tls_options){.insecure = true}, &why);
    else
        c = net_tls_context_trusting(*rows[how].pem, rows[how].name, &why);
    ck_assert_msg(c != NULL, "%s", why);
    return c;
}

static void set_up(void)
{
    const char *why = NULL;
    shared.server = net_tls_context_self_signed(NAME, &shared.pem, &why);
    shared.other = net_tls_context_self_signed(NAME, &shared.other_pem, &why);
    shared.address = net_tls_context_self_signed("192.0.2.1", &shared.address_pem, &why);
    ck_assert(shared.server != NULL && shared.other != NULL && shared.address != NULL);
}

static void tear_down(void)
{
    net_tls_context_free(shared.server);
    net_tls_context_free(shared.other);
    net_tls_context_free(shared.address);
    free(shared.pem);
    free(shared.other_pem);
    free(shared.address_pem);
}

/* ---- two actors, a filter around each ------------------------------------------------------ */

#define SAY(text)                                                                                  \
    {                                                                                              \
        ACTOR_SAY, text, 0                                                                         \
    }
#define HEAR(text)                                                                                 \
    {                                                                                              \
        ACTOR_HEAR, text, 0                                                                        \
    }
#define DO(op)                                                                                     \
    {                                                                                              \
        ACTOR_##op, NULL, 0                                                                        \
    }
#define FOR(op, n)                                                                                 \
    {                                                                                              \
        ACTOR_##op, NULL, n                                                                        \
    }
#define START_CLIENT SAY("STARTTLS"), HEAR("220"), DO(TLS)
#define START_SERVER HEAR("STARTTLS"), SAY("220"), DO(TLS)

enum { LINES_MAX = 12, SMALL = 4, MIB = 1048576 };

static const struct play {
    const char *what;
    enum client how;
    bool implicit;
    size_t capacity, room;
    uint64_t ms;
    struct actor_line client[LINES_MAX], server[LINES_MAX]; /* zeros: STOP */
    const char *log_client, *log_server;
    const char *why_client, *why_server; /* a part of the text; NULL: none */
} plays[] = {
    /* clang-format off */
    {"STARTTLS", TRUSTING, false, 0, 0, 0,
     {START_CLIENT, SAY("hi"), HEAR("yo")}, {START_SERVER, HEAR("hi"), SAY("yo"), DO(END)},
     "|220<tls>|yo<gone>", "|STARTTLS<tls>|hi<close><gone>", NULL, NULL},
    {"implicit", TRUSTING, true, 0, 0, 0,
     {HEAR("220"), SAY("hi"), DO(END)}, {SAY("220"), HEAR("hi")},
     "<tls>|220<close><gone>", "<tls>|hi<gone>", NULL, NULL},
    {"an address instead of a name", BY_ADDRESS, true, 0, 0, 0,
     {HEAR("220")}, {SAY("220"), DO(END)},
     "<tls>|220<gone>", "<tls><close><gone>", NULL, NULL},
    {"a wrong address", WRONG_ADDRESS, true, 0, 0, 0,
     {DO(END)}, {SAY("220"), DO(END)},
     "<no tls><reset><gone>", "<no tls><reset><gone>",
     "certificate: IP address mismatch", "alert"},
    {"a wrong name", WRONG_NAME, true, 0, 0, 0,
     {DO(END)}, {SAY("220"), DO(END)},
     "<no tls><reset><gone>", "<no tls><reset><gone>",
     "certificate: hostname mismatch", "alert"},
    {"an unknown certificate", UNTRUSTED, false, 0, 0, 0,
     {START_CLIENT, SAY("hi"), DO(END)}, {START_SERVER, DO(END)},
     "|220<no tls><reset><gone>", "|STARTTLS<no tls><reset><gone>",
     "certificate: self", "alert"},
    {"insecure", INSECURE, true, 0, 0, 0,
     {HEAR("220")}, {SAY("220"), DO(END)},
     "<tls>|220<gone>", "<tls><close><gone>", NULL, NULL},
    {"one write, one record, one read", TRUSTING, true, 0, 0, 9,
     {FOR(HOLD, 1), FOR(WAIT, 9), FOR(HOLD, 0), HEAR("abc"), DO(END)},
     {SAY("a"), DO(SENT), SAY("b"), DO(SENT), SAY("c")},
     "<tls>|a|b|c<close><gone>", "<tls><gone>", NULL, NULL},
    {"in clear as well", TRUSTING, false, 0, 0, 9,
     {FOR(HOLD, 1), FOR(WAIT, 9), FOR(HOLD, 0), HEAR("abc"), DO(END)},
     {SAY("a"), DO(SENT), SAY("b"), DO(SENT), SAY("c")},
     "|a|b|c<close><gone>", "<gone>", NULL, NULL},
    {"a record is read in parts where there is little room", TRUSTING, true, 0, SMALL, 0,
     {HEAR("abcd"), HEAR("efgh"), HEAR("ij"), DO(END)}, {SAY("abcdefghij")},
     "<tls>|abcd|efgh|ij<close><gone>", "<tls><gone>", NULL, NULL},
    {"octets in clear that are here already are dropped", TRUSTING, false, 0, 0, 0,
     {SAY("STARTTLSNOOP"), HEAR("220"), DO(TLS), SAY("EHLO"), HEAR("250")},
     {START_SERVER, HEAR("EHLO"), SAY("250"), DO(END)},
     "|220<tls>|250<gone>", "|STARTTLSNOOP<tls>|EHLO<close><gone>", NULL, NULL},
    {"behind the 220 too", TRUSTING, false, 0, 0, 0,
     {START_CLIENT, SAY("EHLO"), HEAR("250")},
     {HEAR("STARTTLS"), SAY("220501"), DO(TLS), HEAR("EHLO"), SAY("250"), DO(END)},
     "|220501<tls>|250<gone>", "|STARTTLS<tls>|EHLO<close><gone>", NULL, NULL},
    {"octets in clear that come later fail the handshake", TRUSTING, false, 0, 0, 0,
     {SAY("STARTTLS"), DO(SENT), SAY("NOOP"), HEAR("220"), DO(TLS), SAY("EHLO"), DO(END)},
     {START_SERVER, DO(END)},
     "|220<no tls><reset><gone>", "|STARTTLS<no tls><reset><gone>",
     "closed the connection in the handshake", "not TLS"},
    {"a peer that speaks no TLS", PLAIN, true, 0, 0, 0,
     {SAY("EHLO client.example\r\n"), DO(END)}, {SAY("220"), DO(END)},
     "<close><gone>", "<no tls><reset><gone>", NULL, "not TLS"},
    {"a peer that never answers", PLAIN, false, 0, 0, 60000,
     {SAY("STARTTLS"), HEAR("220"), DO(END)}, {FOR(LIMIT, 60000), START_SERVER, SAY("hi")},
     "|220<reset><gone>", "|STARTTLS<late><gone>", NULL, NULL},
    {"a peer that never answers, implicit", PLAIN, true, 0, 0, 60000,
     {DO(END)}, {FOR(LIMIT, 60000), SAY("220"), DO(END)},
     "<reset><gone>", "<late><gone>", NULL, NULL},
    {"a peer that closes in the handshake", PLAIN, true, 0, 0, 0,
     {SAY("\x16\x03\x01")}, {SAY("220"), DO(END)},
     "<gone>", "<no tls><reset><gone>", NULL, "closed the connection in the handshake"},
    {"a peer that breaks off in the handshake", PLAIN, true, 0, 0, 0,
     {SAY("\x16\x03\x01"), DO(SENT), DO(RESET)}, {SAY("220"), DO(END)},
     "<gone>", "<no tls><reset><gone>", NULL, "broken off in the handshake"},
    {"a peer that breaks off before the handshake", TRUSTING, false, 2, 0, 1,
     {SAY("STARTTLS"), DO(SENT), FOR(HOLD, 1), FOR(WAIT, 1), DO(RESET)}, {START_SERVER},
     "<gone>", "|ST|AR|TT|LS<reset><no tls><gone>", NULL, "broken off before the handshake"},
    {"the handshake is given up", PLAIN, true, 0, 0, 5,
     {DO(END)}, {FOR(WAIT, 5)}, "<close><gone>", "<gone>", NULL, NULL},
    {"broken off inside TLS", TRUSTING, true, 0, 0, 0,
     {HEAR("220"), DO(RESET)}, {SAY("220"), DO(END)},
     "<tls>|220<gone>", "<tls><reset><gone>", NULL, NULL},
    {"neither way is open any more", TRUSTING, true, 0, 0, 1,
     {DO(SHUT), FOR(WAIT, 1), DO(RESET)}, {DO(END), DO(FOREVER)},
     "<tls><gone>", "<tls><close><gone>", NULL, NULL},
    {"half-close inside TLS", TRUSTING, true, 0, 0, 0,
     {SAY("q"), DO(SHUT), HEAR("answer"), DO(END)}, {HEAR("q"), DO(END), SAY("answer")},
     "<tls>|answer<close><gone>", "<tls>|q<close><gone>", NULL, NULL},
    {"behind a half-close nothing is written", TRUSTING, true, 0, 0, 1,
     {DO(SHUT), FOR(WAIT, 1), SAY("lost"), DO(SENT)}, {DO(END)},
     "<tls><close><gone>", "<tls><close><gone>", NULL, NULL},
    {"close waits for the handshake and for the output", TRUSTING, true, 1, 0, 1,
     {SAY("abc")}, {FOR(HOLD, 1), FOR(WAIT, 1), FOR(HOLD, 0), DO(END)},
     "<tls><gone>", "<tls>|abc<close><gone>", NULL, NULL},
    {"TLS_END and on in clear", TRUSTING, false, 0, 0, 0,
     {START_CLIENT, SAY("a"), HEAR("b"), DO(TLS_END), SAY("clear"), HEAR("too"), DO(END)},
     {START_SERVER, HEAR("a"), SAY("b"), DO(TLS_END), SAY("too"), HEAR("clear")},
     "|220<tls>|b<clear>|too<close><gone>", "|STARTTLS<tls>|a<clear>|clear<gone>", NULL, NULL},
    {"close_notify is answered by one who closes", TRUSTING, true, 0, 0, 0,
     {HEAR("220"), DO(TLS_END), DO(END)}, {SAY("220"), DO(END)},
     "<tls>|220<clear><close><gone>", "<tls><close><gone>", NULL, NULL},
    {"a TLS_END that nobody answers", TRUSTING, true, 0, 0, 30,
     {HEAR("220"), FOR(LIMIT, 30), DO(TLS_END)}, {SAY("220"), DO(END), DO(FOREVER)},
     "<tls>|220<late><gone>", "<tls><close><gone>", NULL, NULL},
    {"TLS twice", TRUSTING, false, 0, 0, 0,
     {START_CLIENT, DO(TLS_END), SAY("STARTTLS"), HEAR("220"), DO(TLS), SAY("in"), DO(END)},
     {START_SERVER, DO(TLS_END), HEAR("STARTTLS"), SAY("220"), DO(TLS), HEAR("in")},
     "|220<tls><clear>|220<tls><close><gone>",
     "|STARTTLS<tls><clear>|STARTTLS<tls>|in<gone>", NULL, NULL},
    {"there is no TLS inside TLS; the peer sees an end without close_notify", TRUSTING, true, 0, 0, 0,
     {DO(END)}, {DO(TLS), DO(TLS_AGAIN), DO(END)},
     "<tls><cut><gone>", "<tls><reset><gone>", NULL, "TLS inside TLS"},
    {"TLS_END where there is no TLS", TRUSTING, false, 0, 0, 0,
     {DO(TLS_END), SAY("x")}, {DO(END)}, "<gone>", "|x<close><gone>", NULL, NULL},
    {"1 MiB", TRUSTING, false, 0, 0, 0,
     {START_CLIENT, FOR(POUR, MIB)}, {START_SERVER, FOR(SWALLOW, MIB), DO(END)},
     "|220<tls><gone>", "|STARTTLS<tls><close><gone>", NULL, NULL},
    {"1 MiB by small pipes and little room", TRUSTING, true, 7, 5, 0,
     {FOR(POUR, MIB)}, {FOR(SWALLOW, MIB), DO(END)},
     "<tls><gone>", "<tls><close><gone>", NULL, NULL},
    {"both ways at once", TRUSTING, true, 1, 64, 0,
     {FOR(EXCHANGE, 50000)}, {FOR(EXCHANGE, 50000), DO(END)},
     "<tls><gone>", "<tls><close><gone>", NULL, NULL},
    /* clang-format on */
};

static void check_why(const char *what, const char *why, const char *part)
{
    ck_assert_msg(part != NULL || why[0] == '\0', "%s: %s", what, why);
    ck_assert_msg(part == NULL || strstr(why, part) != NULL, "%s: %s", what, why);
}

START_TEST(test_play)
{
    const struct play *p = &plays[_i];
    bool never = false, filtered = p->how != PLAIN;
    struct net_mem *mem = net_mem_new(p->capacity);
    struct net_world *world = net_mem_world(mem);
    struct actor *a = actor_new(p->client, p->room), *b = actor_new(p->server, p->room);
    struct net_tls_context *client = filtered ? make_client(p->how) : NULL;
    struct net_tls_context *server =
        p->how == BY_ADDRESS || p->how == WRONG_ADDRESS ? shared.address : shared.server;
    struct net_end *one = filtered ? net_tls_wrap(client, &a->end, p->implicit) : &a->end;
    struct net_end *two = net_tls_wrap(server, &b->end, p->implicit);
    a->filter = filtered ? one : NULL;
    b->filter = two;
    ck_assert(net_mem_join(mem, one, two));
    ck_assert(!world->ops->run(world, &never));
    net_mem_free(mem);
    ck_assert_msg(strcmp(a->log, p->log_client) == 0, "%s: %s", p->what, a->log);
    ck_assert_msg(strcmp(b->log, p->log_server) == 0, "%s: %s", p->what, b->log);
    check_why(p->what, a->why, p->why_client);
    check_why(p->what, b->why, p->why_server);
    ck_assert(!a->broke_pattern && !b->broke_pattern);
    ck_assert(strstr(b->log, "<tls>") == NULL || strcmp(b->version, "TLSv1.3") == 0);
    net_tls_context_free(client);
    actor_free(a);
    actor_free(b);
}
END_TEST

/* ---- by hand ------------------------------------------------------------------------------- */

/* All that an end writes, one behind the other. */
static size_t collect(struct net_end *end, char *to, size_t size)
{
    size_t n = 0;
    end->step(end, 0);
    while ((smtp_edge_want(end->edge) & SMTP_WANT_WRITE) != 0) {
        smtp_span out = smtp_edge_out(end->edge);
        ck_assert_uint_le(out.n, size - n);
        memcpy(to + n, out.p, out.n);
        n += out.n;
        smtp_edge_sent(end->edge, out.n);
        end->step(end, 0);
    }
    return n;
}

static void feed(struct net_end *end, const char *p, size_t n)
{
    while (n > 0) {
        ck_assert_uint_ne(smtp_edge_want(end->edge) & SMTP_WANT_READ, 0);
        smtp_room room = smtp_edge_room(end->edge);
        size_t most = n < room.n ? n : room.n;
        memcpy(room.p, p, most);
        smtp_edge_got(end->edge, most);
        end->step(end, 0);
        p += most;
        n -= most;
    }
}

static void shuttle(struct net_end *one, struct net_end *two)
{
    static char octets[65536];
    size_t there, back;
    two->step(two, 0);
    do {
        there = collect(one, octets, sizeof octets);
        feed(two, octets, there);
        back = collect(two, octets, sizeof octets);
        feed(one, octets, back);
    } while (there + back > 0);
}

/* A stream joins the peer's close_notify with what follows in clear: it ends where it ends. */
START_TEST(test_joined)
{
    static const struct actor_line client[] = {DO(TLS_END), HEAR("hal"), HEAR("lo"), DO(FOREVER)};
    static const struct actor_line server[] = {DO(TLS_END), SAY("hallo"), DO(FOREVER)};
    struct net_tls_context *theirs = make_client(TRUSTING);
    struct actor *a = actor_new(client, (size_t)_i), *b = actor_new(server, 0);
    struct net_end *one = net_tls_wrap(theirs, &a->end, true);
    struct net_end *two = net_tls_wrap(shared.server, &b->end, true);
    a->joined = true;
    shuttle(one, two);
    ck_assert_str_eq(a->log, "<tls><clear>hallo");
    ck_assert_str_eq(b->log, "<tls><clear>");
    one->gone(one, 0);
    two->gone(two, 0);
    net_tls_context_free(theirs);
    actor_free(a);
    actor_free(b);
}
END_TEST

/* What a transport can do to TLS that is up. */
static const struct {
    smtp_span octets;
    enum smtp_end end;
    bool ending; /* while our close_notify waits for the peer's */
    const char *log, *why;
} harms[] = {
    {{"\x17\x03\x03\x00\x05hello", sizeof "\x17\x03\x03\x00\x05hello" - 1},
     SMTP_END_NONE,
     false,
     "<tls><reset><gone>",
     "decryption failed"},
    {{"\x17\x03\x03\x00\x05hello", sizeof "\x17\x03\x03\x00\x05hello" - 1},
     SMTP_END_NONE,
     true,
     "<tls><reset><gone>",
     "decryption failed"},
    {{"220 hello\r\n", sizeof "220 hello\r\n" - 1},
     SMTP_END_NONE,
     false,
     "<tls><reset><gone>",
     "not TLS"},
    {{"", sizeof "" - 1}, SMTP_END_CLOSE, false, "<tls><cut><gone>", ""},
    {{"", sizeof "" - 1}, SMTP_END_CLOSE, true, "<tls><clear><cut><gone>", ""},
    {{"\x17\x03\x03", sizeof "\x17\x03\x03" - 1},
     SMTP_END_CLOSE,
     false,
     "<tls><cut><gone>",
     ""}, /* in the middle of a record */
    {{"", sizeof "" - 1}, SMTP_END_RESET, false, "<tls><reset><gone>", ""},
    {{"", sizeof "" - 1}, SMTP_END_RESET, true, "<tls><reset><clear><gone>", ""},
};

START_TEST(test_harm)
{
    static const struct actor_line waits[] = {DO(FOREVER)}, ends[] = {DO(TLS_END), DO(FOREVER)};
    struct net_tls_context *theirs = make_client(TRUSTING);
    struct actor *a = actor_new(harms[_i].ending ? ends : waits, 0), *b = actor_new(waits, 0);
    struct net_end *one = net_tls_wrap(theirs, &a->end, true);
    struct net_end *two = net_tls_wrap(shared.server, &b->end, true);
    a->filter = one;
    shuttle(one, two);
    feed(one, harms[_i].octets.p, harms[_i].octets.n);
    smtp_edge_ended(one->edge, harms[_i].end);
    one->step(one, 0);
    one->step(one, 0);
    one->gone(one, 0);
    two->gone(two, 0);
    ck_assert_str_eq(a->log, harms[_i].log);
    ck_assert_msg(strstr(a->why, harms[_i].why) != NULL, "%s", a->why);
    net_tls_context_free(theirs);
    actor_free(a);
    actor_free(b);
}
END_TEST

static void settle(struct net_mem *mem)
{
    struct net_world *world = net_mem_world(mem);
    bool never = false;
    ck_assert(!world->ops->run(world, &never));
}

static void kick(struct net_mem *mem, struct actor *a, const char *text, unsigned ask)
{
    ck_assert(smtp_edge_put(&a->edge, smtp_span_of(text)));
    a->edge.ask |= ask;
    net_kick(&a->end);
    settle(mem);
}

static const struct {
    bool implicit;
    const char *log_client, *log_server;
} kicks[] = {
    {false, "|late<close>", "|ok<gone>"},
    {true, "<tls>|late<close>", "<tls>|ok<gone>"},
};

/* A decision that comes late: net_kick() for the inner end. */
START_TEST(test_kick)
{
    static const struct actor_line client[] = {HEAR("late"), SAY("ok"), DO(FOREVER)};
    static const struct actor_line server[] = {DO(FOREVER)};
    bool implicit = kicks[_i].implicit;
    struct net_tls_context *theirs = make_client(TRUSTING);
    struct net_mem *mem = net_mem_new(0);
    struct actor *a = actor_new(client, 0), *b = actor_new(server, 0);
    net_kick(&b->end); /* there is no connection yet */
    ck_assert(net_mem_join(mem, net_tls_wrap(theirs, &a->end, implicit),
                           net_tls_wrap(shared.server, &b->end, implicit)));
    settle(mem);
    kick(mem, b, "late", 0);
    kick(mem, b, "", SMTP_WANT_CLOSE);
    kick(mem, b, "", 0); /* nor any more */
    ck_assert_str_eq(b->log, kicks[_i].log_server);
    ck_assert_str_eq(a->log, kicks[_i].log_client);
    net_mem_free(mem);
    net_tls_context_free(theirs);
    actor_free(a);
    actor_free(b);
}
END_TEST

/* A dial that was refused is told to the inner end. */
START_TEST(test_refused)
{
    static const struct actor_line part[] = {DO(FOREVER)};
    struct actor *a = actor_new(part, 0);
    struct net_end *one = net_tls_wrap(shared.server, &a->end, true);
    smtp_edge_ended(one->edge, SMTP_END_REFUSED);
    one->gone(one, 0);
    ck_assert_str_eq(a->log, "<refused><gone>");
    actor_free(a);
}
END_TEST

static Suite *tls_suite(void)
{
    Suite *suite = suite_create("net/tls");
    TCase *t = tcase_create("tls");
    tcase_add_unchecked_fixture(t, set_up, tear_down);
    tcase_add_loop_test(t, test_play, 0, sizeof plays / sizeof *plays);
    tcase_add_loop_test(t, test_joined, 3, 9); /* octets of room */
    tcase_add_loop_test(t, test_harm, 0, sizeof harms / sizeof *harms);
    tcase_add_loop_test(t, test_kick, 0, 2);
    tcase_add_test(t, test_refused);
    suite_add_tcase(suite, t);
    return suite;
}

CHECK_MAIN(tls_suite)
