#include <time.h>

#include "connection.h"

enum { LINE_SIZE = 8192 }; /* what a peer says is longest as escapes */

struct log_line {
    char text[LINE_SIZE];
    size_t n;
};

static void put_span(struct log_line *l, smtp_span s)
{
    smtp_room_put((smtp_room){l->text, sizeof l->text}, &l->n, s);
}

static void put(struct log_line *l, const char *text)
{
    put_span(l, smtp_span_of(text));
}

static void put_number(struct log_line *l, const char *before, uint64_t number)
{
    put(l, before);
    smtp_room_put_number((smtp_room){l->text, sizeof l->text}, &l->n, number);
}

/* What a peer said never begins a line or a word of its own. */
static void put_said(struct log_line *l, const char *before, smtp_span said)
{
    static const char hex[] = "0123456789abcdef";
    put(l, before);
    for (size_t i = 0; i < said.n; i++) {
        unsigned char octet = (unsigned char)said.p[i];
        char escape[] = {'\\', 'x', hex[octet >> 4], hex[octet & 15]};
        if (octet > ' ' && octet < 0x7F && octet != '\\')
            put_span(l, smtp_span_cut(said, i, i + 1));
        else
            put_span(l, (smtp_span){escape, sizeof escape});
    }
}

static void begin(struct log_line *l, const struct drive_session *s)
{
    time_t now = time(NULL);
    struct tm tm;
    char text[32] = "";
    if (gmtime_r(&now, &tm) != NULL)
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
    l->n = 0;
    put(l, text);
    put_number(l, " session=", s->number);
    put_said(l, " peer=", smtp_span_of(s->peer));
}

static void end(struct log_line *l, FILE *log)
{
    put(l, "\n");
    fwrite(l->text, 1, l->n < sizeof l->text ? l->n : sizeof l->text, log);
    fflush(log);
}

/* How it is protected, and who it is; passwords are never near a log. */
static void put_login(struct log_line *l, const struct drive_session *s)
{
    put(l, " tls=");
    put(l, s->tls != NULL ? s->tls : "-");
    put_said(l, " auth=", smtp_span_of(s->user[0] != '\0' ? s->user : "-"));
}

void log_transaction(const struct drive_session *s, uint64_t size, const char *outcome)
{
    FILE *log = s->host->config->log;
    struct log_line l;
    if (log == NULL)
        return;
    begin(&l, s);
    put(&l, " id=");
    put(&l, s->transfer != NULL ? transfer_id(s->transfer) : "-");
    put_said(&l, " from=<", s->envelope->shown.sender);
    put_number(&l, "> recipients=", s->envelope->shown.recipient_count);
    put_number(&l, " size=", size);
    put_login(&l, s);
    put(&l, " ");
    put(&l, outcome);
    end(&l, log);
}

void log_session(const struct drive_session *s, uint64_t now_ms)
{
    FILE *log = s->host->config->log;
    struct log_line l;
    if (log == NULL)
        return;
    begin(&l, s);
    put_login(&l, s);
    put_said(&l, " hello=", s->hello_n > 0 ? (smtp_span){s->hello, s->hello_n} : SMTP_SPAN("-"));
    put_number(&l, " accepted=", s->messages);
    put_number(&l, " refused=", s->refused);
    put_number(&l, " ms=", now_ms - s->since_ms);
    put(&l, " ");
    put(&l, s->how);
    end(&l, log);
}
