#include "clients.h"

#include <stdio.h>
#include <string.h>

#include "client_log.h"
#include "shown.h"

enum { LOG_MAX = 1 << 16 };

const struct client_way client_ways[] = {
    {"client-mail", NULL, true},
    {"client-plain", "PLAIN", true},
    {"client-login", "LOGIN", true},
    {"client-try", "PLAIN", false},
    {NULL, NULL, false},
};

static const struct smtp_client_config config = {.name = "c.test", .tls = SMTP_TLS_NEVER};

static void add(struct verdict *v, smtp_span word, const char *behind)
{
    smtp_room room = {v->text, sizeof v->text - 1};
    smtp_room_put(room, &v->n, v->n > 0 ? SMTP_SPAN(" ") : SMTP_SPAN(""));
    smtp_room_put(room, &v->n, word);
    smtp_room_put(room, &v->n, smtp_span_of(behind));
    v->n = v->n < room.n ? v->n : room.n;
    v->text[v->n] = '\0';
}

/* RFC 5321 4.5.2: undone by the receiver's codec it is what the caller gave, and ends with CRLF. */
static bool is_text(smtp_span sent, smtp_span text)
{
    static char octets[LOG_MAX], got[LOG_MAX];
    size_t wrong, n = 0;
    memcpy(octets, sent.p, sent.n);
    long length = shown_undo((smtp_room){octets, sent.n}, &wrong);
    smtp_span in = {octets, length < 0 ? 0 : (size_t)length}, run;
    struct smtp_dot dot = {.lax = 0};
    enum smtp_step step;
    while ((step = smtp_dot_next(&dot, &in, &run)) == SMTP_STEP_DATA)
        smtp_room_put((smtp_room){got, sizeof got}, &n, run);
    bool ended = text.n == 0 || (text.n >= 2 && memcmp(text.p + text.n - 2, "\r\n", 2) == 0);
    if (step != SMTP_STEP_END || in.n > 0 || n != text.n + (ended ? 0 : 2))
        return false;
    return memcmp(got, text.p, text.n) == 0 && (ended || memcmp(got + text.n, "\r\n", 2) == 0);
}

static smtp_span word_at(smtp_span line, size_t at)
{
    size_t end = at;
    while (end < line.n && line.p[end] != ' ' && line.p[end] != '/' && line.p[end] != ',')
        end++;
    return smtp_span_cut(line, at, end);
}

static bool begins(smtp_span line, const char *head)
{
    return smtp_span_is(smtp_span_cut(line, 0, strlen(head)), smtp_span_of(head));
}

static void read_line(smtp_span line, smtp_span text, struct verdict *v)
{
    char behind[64];
    if (begins(line, "C: ")) {
        add(v, word_at(line, 3), "");
    } else if (begins(line, "T: ")) {
        bool same = is_text(smtp_span_cut(line, 3, line.n), text);
        add(v, same ? SMTP_SPAN("text") : SMTP_SPAN("another text"), "");
    } else if (begins(line, "DONE ")) {
        add(v, word_at(line, 5), "");
    } else if (begins(line, "CLOSED ")) { /* a code may stand before the fault */
        size_t fault = line.n;
        while (line.p[fault - 1] != ' ')
            fault--;
        snprintf(behind, sizeof behind, ":%.*s", (int)(line.n - fault), line.p + fault);
        add(v, SMTP_SPAN("CLOSED"), behind);
    } else if (begins(line, "CLOSED") || begins(line, "REFUSED")) {
        add(v, line, "");
    } else if (begins(line, "AUTH ")) {
        snprintf(behind, sizeof behind, ":%.*s", (int)word_at(line, 5).n, line.p + 5);
        add(v, SMTP_SPAN("auth"), behind);
    }
}

static void read_log(smtp_span log, smtp_span text, struct verdict *v)
{
    v->n = 0;
    v->text[0] = '\0';
    for (size_t at = 0; at < log.n;) {
        const char *end = memchr(log.p + at, '\n', log.n - at);
        size_t n = end != NULL ? (size_t)(end - log.p) - at : log.n - at;
        read_line(smtp_span_cut(log, at, at + n), text, v);
        at += n + 1;
    }
}

static bool play(smtp_span server, const struct client_way *way, smtp_span text,
                 struct client_cuts cuts, struct client_log *log)
{
    static char in[SMTP_CLIENT_IN_MIN], out[1 << 16];
    struct client_call calls[2];
    size_t count = 0;
    if (way->mechanism != NULL)
        calls[count++] = (struct client_call){
            .what = CLIENT_AUTH, .mechanism = way->mechanism, .answers = {"first", "second"}};
    if (way->mails)
        calls[count++] = (struct client_call){.what = CLIENT_MAIL,
                                              .sender = "alice@mail.test",
                                              .rcpts = "bob@rcpt.test",
                                              .text = text};
    const struct client_step steps[] = {{.does = CLIENT_WRITE, .octets = server},
                                        {.does = CLIENT_END, .how = SMTP_END_CLOSE}};
    struct client_play play = {.config = &config,
                               .calls = calls,
                               .call_count = count,
                               .in = {in, sizeof in},
                               .out = {out, sizeof out},
                               .log = {.room = log->room}};
    bool good = client_play_all(&play, steps, 2, cuts);
    log->n = play.log.n;
    return good;
}

bool stream_client(smtp_span server, const struct client_way *way, smtp_span text,
                   struct verdict *out)
{
    static char first[LOG_MAX], second[LOG_MAX];
    struct client_log whole = {.room = {first, sizeof first}};
    struct client_log other = {.room = {second, sizeof second}};
    if (!play(server, way, text, (struct client_cuts){.step = 0}, &whole))
        return false;
    read_log(client_log_text(&whole), text, out);
    for (size_t step = 1; step < server.n; step = stream_step_after(step))
        if (!play(server, way, text, (struct client_cuts){.step = step}, &other) ||
            !smtp_span_is(client_log_text(&whole), client_log_text(&other)))
            return false;
    return true;
}
