#include "oracle/server/scenario.h"

#include <stdlib.h>
#include <string.h>

#include "oracle/server/play.h"

enum { TEXT = 8 * SERVER_MOST };

struct writing {
    FILE *out;
    char sent[SERVER_MOST]; /* what the client said since the last line that was printed */
    size_t n;
    bool decided; /* the input says what the application decides */
    char text[TEXT];
};

/* The client's octets, as records print them: that is the notation, too. */
static void print_sent(struct writing *w)
{
    char octets[2 * SERVER_MOST];
    smtp_room room = {octets, sizeof octets};
    struct record r = {.kind = RECORD_WRITE, .octets = {w->sent, w->n}};
    size_t n = 0;
    record_put(room, &n, &r);
    size_t text = records_print((smtp_span){octets, n}, 'C', (smtp_room){w->text, TEXT});
    fwrite(w->text, 1, text < TEXT ? text : TEXT, w->out);
    w->n = 0;
}

static void print_replies(struct writing *w, smtp_span octets)
{
    while (octets.n > 4) {
        const char *lf = memchr(octets.p, '\n', octets.n);
        size_t n = lf != NULL ? (size_t)(lf + 1 - octets.p) : octets.n;
        if (octets.p[3] != '-' && w->decided)
            fputs("S: any\n", w->out);
        else if (octets.p[3] != '-' && memcmp(octets.p, "252", 3) == 0)
            fputs("S: 2yz\n", w->out); /* VRFY, EXPN: whom an application knows is its own matter */
        else if (octets.p[3] != '-')
            fprintf(w->out, "S: %.3s\n", octets.p);
        octets = smtp_span_cut(octets, n, octets.n);
    }
}

static void listen(void *arg, char what, smtp_span octets, uint64_t now_ms)
{
    struct writing *w = arg;
    (void)now_ms;
    if (what == 'S') {
        print_sent(w);
        print_replies(w, octets);
        return;
    }
    if (what != 'C')
        return;
    if (w->n > 0) { /* a cut, and no reply between: a pause parts the writes */
        print_sent(w);
        fputs("C= \"\" 50ms\n", w->out);
    }
    smtp_room_put((smtp_room){w->sent, sizeof w->sent}, &w->n, octets);
}

static void print_head(unsigned mode, smtp_span input, const char *name, FILE *out)
{
    static const char *const needs[SERVER_MODES] = {NULL,       "submission", "lmtp",
                                                    "CHUNKING", "lmtp",       "lmtp CHUNKING",
                                                    NULL,       "auth",       "submission"};
    bool tls = false;
    struct record r;
    while (record_next(&input, &r))
        tls = tls || r.kind == RECORD_TLS;
    fprintf(out, "server must: answer as the reference does: %s\n", name);
    fputs("req: R5321-4.2-a\neffect: hostile\n", out);
    const char *more = needs[mode % SERVER_MODES];
    if (more != NULL || tls)
        fprintf(out, "needs:%s%s%s\n", more != NULL ? " " : "", more != NULL ? more : "",
                tls ? " STARTTLS" : "");
    fputs("test:\n", out);
}

static void print_mark(struct writing *w, const struct record *r, bool wanted)
{
    bool outcome = r->kind == RECORD_REFUSE || r->kind == RECORD_DEFER || r->kind == RECORD_CLOSE ||
                   r->kind == RECORD_REPLY || r->kind == RECORD_STOP;
    w->decided = w->decided || outcome;
    if (r->kind == RECORD_WRITE || r->kind == RECORD_MODE || outcome)
        return;
    print_sent(w);
    if (r->kind == RECORD_WAIT || r->kind == RECORD_BUSY)
        fprintf(w->out, "@pause %us\n", r->n);
    else
        fputs(r->kind == RECORD_TLS && wanted ? "@tls\n" : "@close\n", w->out);
}

static bool is_end(const struct record *r, bool wanted)
{
    bool tls = r->kind == RECORD_TLS || r->kind == RECORD_TLS_FAILS;
    return r->kind == RECORD_HANG_UP || (tls && !(wanted && r->kind == RECORD_TLS));
}

static void play(struct server_play *p, struct writing *w, smtp_span input)
{
    struct record r;
    bool ended = false;
    server_begin(p, &server_whole, (struct record){.kind = RECORD_WRITE});
    while (!p->over && !ended && record_next(&input, &r)) {
        bool wanted = (smtp_edge_want(&p->seat->server.edge) & SMTP_WANT_TLS) != 0;
        print_mark(w, &r, wanted);
        ended = is_end(&r, wanted);
        if (!ended)
            server_obey(p, &r);
    }
    print_sent(w);
    if (!p->over && !ended && !server_is_place(p))
        fputs("@close\n", w->out); /* in the middle of something no QUIT is read as one */
}

bool server_scenario_print(smtp_span input, const char *name, FILE *out)
{
    if (input.n > SERVER_MOST)
        return false;
    struct server_play *p = calloc(1, sizeof *p);
    struct writing *w = calloc(1, sizeof *w);
    struct server_tap tap = {.wire = listen, .arg = w};
    if (p == NULL || w == NULL)
        abort();
    w->out = out;
    unsigned mode = record_mode(&input);
    p->mode = server_mode(mode);
    p->tap = &tap;
    print_head(mode, input, name, out);
    play(p, w, input);
    free(p);
    free(w);
    return true;
}
