/*
 * NAME
 *     chunk.c: chunks and texts, by their count and by their end
 *
 * DESCRIPTION
 *     Input: one octet picks the server (see oracle/server), one what becomes of the message (see fates)
 *     and how it travels, one the sizes of its chunks; the rest is the message. It is sent by BDAT in
 *     chunks, with a sentinel right behind the last octet, then in one chunk, then by DATA. Oracles:
 *
 *       octet-conservation  whatever becomes of a chunk, just so many octets are its own as were announced:
 *                           the sentinel is answered, and nothing in the message is
 *       failed-is-final     behind a chunk that was refused each one is discarded and refused
 *       chunk-invariance    any chunks deliver the same, and are judged the same, in any pieces
 *       data-is-bdat        so does DATA with dots stuffed, but for a CRLF at the end (RFC 5321 4.1.1.4)
 */
#include <string.h>

#include "fuzz.h"
#include "oracle/server/play.h"

enum { MOST = 4096, HEAD = 3 };

/* What comes first, and at which chunk the application refuses. */
static const struct fate {
    const char *envelope;
    unsigned refuse; /* the n-th chunk, from 1; 0: none */
    bool hello;
} fates[] = {
    {"MAIL FROM:<a@c.example>\r\nRCPT TO:<b@s.example>\r\n", 0, true},
    {"MAIL FROM:<a@c.example>\r\nRCPT TO:<b@s.example>\r\nRCPT TO:<c@s.example>\r\n", 1, true},
    {"MAIL FROM:<a@c.example>\r\nRCPT TO:<b@s.example>\r\n", 2, true},
    {"MAIL FROM:<a@c.example>\r\n", 0, true},
    {"", 0, true},
    {"", 0, false},
    {"MAIL FROM:<a@c.example> BODY=BINARYMIME\r\nRCPT TO:<b@s.example>\r\n", 0, true},
    {"MAIL FROM:<a@c.example>\r\nRCPT TO:<b@s.example>\r\nBDAT 1\r\nxDATA\r\n", 0, true},
};
enum { FATES = sizeof fates / sizeof *fates };

/* How many octets of the chunks arrive at a time. */
static const struct server_way ways[] = {
    {.name = "pieces", .oracle = "chunk-invariance", .feed = 61, .random = true},
    {.name = "whole", .oracle = "chunk-invariance"},
    {.name = "bytewise", .oracle = "chunk-invariance", .feed = 1},
};
enum { WAYS = sizeof ways / sizeof *ways };

struct message {
    const struct server_mode *mode;
    const struct fate *fate;
    const struct server_way *way; /* of the chunks */
    smtp_span text;
};

/* The end of the text as the session told it. */
struct ending {
    bool come;
    uint64_t size, fault_off;
    enum smtp_fault fault;
};

static void listen(void *arg, const struct smtp_event *ev)
{
    struct ending *end = arg;
    if (ev->kind == SMTP_EV_MESSAGE)
        *end = (struct ending){true, ev->size, ev->fault_off, ev->fault};
}

static void write_octets(struct server_play *p, smtp_span octets)
{
    struct record r = {.kind = RECORD_WRITE, .octets = octets};
    if (octets.n > 0 && !p->over)
        server_obey(p, &r);
}

static void begin(struct server_play *p, const struct message *m, const struct server_way *way,
                  struct ending *end)
{
    static struct server_tap tap;
    tap = (struct server_tap){.event = listen, .arg = end};
    *end = (struct ending){.come = false};
    p->mode = m->mode;
    p->tap = &tap;
    server_begin(p, way, (struct record){.kind = RECORD_WRITE});
    bool lmtp = m->mode->config.mode == SMTP_MODE_LMTP;
    if (m->fate->hello)
        write_octets(p, lmtp ? SMTP_SPAN("LHLO c\r\n") : SMTP_SPAN("EHLO c\r\n"));
    write_octets(p, smtp_span_of(m->fate->envelope));
}

/* Sizes from one octet: 1 to 4096, and sometimes an empty one. */
static size_t next_size(uint32_t *seed, size_t left)
{
    *seed = *seed * 1664525U + 1013904223U;
    size_t n = (*seed >> 8) % 7 == 0 ? 0 : 1 + (*seed >> 12) % (1U << (*seed >> 28) % 13);
    return n < left ? n : left;
}

/* The command and its octets in one write, and the sentinel behind the last. */
static void send_chunk(struct server_play *p, smtp_span chunk, bool last)
{
    static const char sentinel[] = "HELP\r\n";
    char octets[MOST + 64];
    smtp_room room = {octets, sizeof octets};
    size_t n = 0;
    smtp_room_put(room, &n, SMTP_SPAN("BDAT "));
    smtp_room_put_number(room, &n, chunk.n);
    smtp_room_put(room, &n, last ? SMTP_SPAN(" LAST\r\n") : SMTP_SPAN("\r\n"));
    smtp_room_put(room, &n, chunk);
    if (last)
        smtp_room_put(room, &n, SMTP_SPAN(sentinel));
    write_octets(p, (smtp_span){octets, n});
}

/*
 * RFC 3030 2: the receiver has "to accept and discard additional BDAT chunks already in the pipeline
 * after the failed BDAT"; of a chunk that is taken there is no reply to its command alone. Returns whether
 * the message has failed.
 */
static bool send_next(struct server_play *p, smtp_span chunk, bool last, bool failed)
{
    size_t command = p->commands, body = p->body_n, said = p->said_n;
    send_chunk(p, chunk, last);
    FUZZ_CHECK(!failed || p->body_n == body, "failed-is-final", "%zu octets were delivered",
               p->body_n - body);
    FUZZ_CHECK(!failed || p->commands == command || p->codes[command] != 0, "failed-is-final",
               "a chunk was taken");
    return failed || (p->said_n > said && p->said[said] > '3');
}

/* The sentinel's 214 is the last reply; before it so many commands were taken as were sent. */
static void check_sentinel(const struct server_play *p, size_t sent)
{
    smtp_span said = {p->said, p->said_n};
    size_t at = said.n;
    for (at = at < 2 ? 0 : at - 2; at > 0 && said.p[at - 1] != '\n'; at--)
        continue;
    FUZZ_CHECK(said.n - at > 4 && memcmp(said.p + at, "214 ", 4) == 0, "octet-conservation",
               "the sentinel got: %.*s", (int)(said.n - at), said.p + at);
    FUZZ_CHECK(p->commands == sent, "octet-conservation", "%zu commands, %zu were sent",
               p->commands, sent);
}

static size_t by_chunks(struct server_play *p, const struct message *m, uint32_t seed,
                        struct ending *end)
{
    size_t chunks = 0;
    smtp_span left = m->text;
    bool last = false, failed = false;
    begin(p, m, seed != 0 ? m->way : &server_whole, end);
    size_t before = p->commands;
    while (!last) {
        size_t n = seed != 0 && chunks < 20 ? next_size(&seed, left.n) : left.n;
        last = n == left.n && (seed % 2 == 0 || n == 0);
        chunks++;
        if (chunks == m->fate->refuse)
            p->outcome.kind = RECORD_REFUSE;
        failed = send_next(p, smtp_span_cut(left, 0, n), last, failed);
        left = smtp_span_cut(left, n, left.n);
    }
    check_sentinel(p, before + chunks + 1);
    return chunks;
}

static void by_data(struct server_play *p, const struct message *m, struct ending *end)
{
    static char octets[2 * MOST + 16];
    struct smtp_stuff stuff = {0};
    smtp_span body = m->text;
    begin(p, m, &server_whole, end);
    write_octets(p, SMTP_SPAN("DATA\r\n"));
    size_t n = smtp_stuff_next(&stuff, (smtp_room){octets, sizeof octets}, &body);
    n += smtp_stuff_end(&stuff, (smtp_room){octets + n, sizeof octets - n});
    write_octets(p, (smtp_span){octets, n});
}

/* RFC 3030 2: a message that is refused at a chunk ends there. */
static void must_equal(const struct server_play *many, const struct ending *em,
                       const struct server_play *one, const struct ending *eo)
{
    bool whole = many->body_n == one->body_n;
    FUZZ_CHECK(many->body_n <= one->body_n && memcmp(many->body, one->body, many->body_n) == 0 &&
                   (whole || eo->fault != SMTP_OK),
               "chunk-invariance", "%zu octets delivered, %zu", many->body_n, one->body_n);
    FUZZ_CHECK(eo->come && (em->come || eo->fault != SMTP_OK), "chunk-invariance", "no end");
    FUZZ_CHECK(!em->come || (em->size == eo->size && em->fault == eo->fault &&
                             em->fault_off == eo->fault_off),
               "chunk-invariance", "%s at %llu of %llu, %s at %llu of %llu",
               smtp_fault_row(em->fault)->symbol, (unsigned long long)em->fault_off,
               (unsigned long long)em->size, smtp_fault_row(eo->fault)->symbol,
               (unsigned long long)eo->fault_off, (unsigned long long)eo->size);
}

/* RFC 5321 4.1.1.4: DATA ends a text with CRLF where it does not end so itself. */
static void compare_with_data(const struct message *m, const struct server_play *chunks,
                              const struct ending *ec)
{
    static struct server_play data;
    struct ending ed;
    smtp_span text = m->text;
    bool whole = text.n == 0 || (text.n >= 2 && memcmp(text.p + text.n - 2, "\r\n", 2) == 0);
    by_data(&data, m, &ed);
    FUZZ_CHECK(ed.come && data.body_n == text.n + (whole ? 0 : 2) &&
                   memcmp(data.body, chunks->body, chunks->body_n) == 0 && chunks->body_n == text.n,
               "data-is-bdat", "%zu octets by DATA, %zu by BDAT, of %zu", data.body_n,
               chunks->body_n, text.n);
    FUZZ_CHECK(!whole || (ed.fault == ec->fault && ed.fault_off == ec->fault_off), "data-is-bdat",
               "%s by DATA, %s by BDAT", smtp_fault_row(ed.fault)->symbol,
               smtp_fault_row(ec->fault)->symbol);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct server_play many, one;
    struct ending em, eo;
    if (size < HEAD || size > MOST)
        return 0;
    struct message m = {.mode = server_mode(data[0]),
                        .fate = &fates[data[1] % FATES],
                        .way = &ways[data[1] / FATES % WAYS],
                        .text = {(const char *)data + HEAD, size - HEAD}};
    bool chunking = (m.mode->config.extensions & (unsigned)SMTP_X_CHUNKING) != 0;
    if (!m.mode->strict || (!chunking && m.fate == &fates[FATES - 1]))
        return 0; /* DATA would be taken */
    many.seed = one.seed = 0;
    by_chunks(&many, &m, data[2] * 2654435761U, &em);
    if (m.fate != &fates[0] || !chunking)
        return 0;
    by_chunks(&one, &m, 0, &eo);
    must_equal(&many, &em, &one, &eo);
    compare_with_data(&m, &one, &eo);
    return 0;
}
