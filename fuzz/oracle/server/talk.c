#include "oracle/server/play.h"

#include <string.h>

#include "fuzz.h"

static void count_replies(struct server_talk *talk, smtp_span out)
{
    while (out.n > 0) {
        const char *lf = memchr(out.p, '\n', out.n);
        FUZZ_CHECK(lf != NULL && lf - out.p >= 4, "reply-form", "a line without end");
        if (out.p[3] == ' ') {
            talk->replies++;
            talk->code =
                (unsigned)((out.p[0] - '0') * 100 + (out.p[1] - '0') * 10 + out.p[2] - '0');
        }
        out = smtp_span_cut(out, (size_t)(lf + 1 - out.p), out.n);
    }
}

static void listen(struct smtp_server *s, enum record_kind outcome, uint64_t now_ms,
                   struct server_talk *talk)
{
    struct smtp_event ev;
    bool more = true;
    for (unsigned i = 0; more; i++) {
        more = smtp_server_next(s, now_ms, &ev);
        if (more && ev.wants_reply)
            (void)server_decide(s, &ev, (struct record){.kind = outcome});
        count_replies(talk, smtp_edge_out(&s->edge));
        more = more || s->edge.out_len > 0;
        smtp_edge_sent(&s->edge, s->edge.out_len);
        FUZZ_CHECK(i < 1000, "work-bound", "events without end");
    }
}

struct server_talk server_say(struct smtp_server *s, const char *octets, enum record_kind outcome,
                              uint64_t now_ms)
{
    struct server_talk talk = {0};
    smtp_room room = smtp_edge_room(&s->edge);
    size_t n = strlen(octets);
    FUZZ_CHECK(n <= room.n, "memory-bound", "no room for a command");
    memcpy(room.p, octets, n);
    smtp_edge_got(&s->edge, n);
    listen(s, outcome, now_ms, &talk);
    return talk;
}
