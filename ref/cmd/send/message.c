#include "message.h"

#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

/* ---- octets -------------------------------------------------------------------------------- */

smtp_span text_span(const struct text *text)
{
    return (smtp_span){text->p, text->n};
}

static bool make_room(struct text *text, size_t more)
{
    size_t room = text->room > 0 ? text->room : 4096;
    if (more > SIZE_MAX / 2 - text->n)
        return false;
    while (room < text->n + more)
        room *= 2;
    if (room == text->room)
        return true;
    char *p = realloc(text->p, room);
    if (p == NULL)
        return false;
    text->p = p;
    text->room = room;
    return true;
}

bool text_insert(struct text *text, size_t at, smtp_span octets)
{
    if (!make_room(text, octets.n))
        return false;
    memmove(text->p + at + octets.n, text->p + at, text->n - at);
    if (octets.n > 0)
        memcpy(text->p + at, octets.p, octets.n);
    text->n += octets.n;
    return true;
}

bool text_add(struct text *text, smtp_span octets)
{
    return text_insert(text, text->n, octets);
}

void text_cut(struct text *text, size_t at, size_t n)
{
    memmove(text->p + at, text->p + at + n, text->n - at - n);
    text->n -= n;
}

void text_free(struct text *text)
{
    free(text->p);
    *text = (struct text){NULL, 0, 0};
}

/* ---- reading ------------------------------------------------------------------------------- */

static bool read_raw(FILE *in, struct text *out)
{
    char octets[16384];
    size_t n;
    while ((n = fread(octets, 1, sizeof octets, in)) > 0)
        if (!text_add(out, (smtp_span){octets, n}))
            return false;
    return ferror(in) == 0;
}

/* RFC 5321 2.3.8: lines end in CRLF. The last may be without an end. */
static bool add_line(struct text *out, smtp_span line)
{
    bool ended = line.n > 0 && line.p[line.n - 1] == '\n';
    bool crlf = ended && line.n > 1 && line.p[line.n - 2] == '\r';
    smtp_span rest = smtp_span_cut(line, 0, line.n - (ended ? 1U : 0U) - (crlf ? 1U : 0U));
    return text_add(out, rest) && (!ended || text_add(out, SMTP_SPAN("\r\n")));
}

static bool is_dot(smtp_span line)
{
    return smtp_span_is(line, SMTP_SPAN(".")) || smtp_span_is(line, SMTP_SPAN(".\n")) ||
           smtp_span_is(line, SMTP_SPAN(".\r\n"));
}

/* A line that a mailbox file begins with is not the message's. */
static bool is_envelope(smtp_span line, const struct text *out)
{
    return out->n == 0 && line.n > 5 && memcmp(line.p, "From ", 5) == 0;
}

static bool read_lines(FILE *in, bool dot_ends, struct text *out)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    bool good = true;
    while (good && (n = getline(&line, &room, in)) > 0) {
        smtp_span octets = {line, (size_t)n};
        if (dot_ends && is_dot(octets))
            break;
        good = is_envelope(octets, out) || add_line(out, octets);
    }
    free(line);
    return good && ferror(in) == 0;
}

bool message_read(FILE *in, const struct message_rules *rules, struct text *out)
{
    return rules->raw ? read_raw(in, out) : read_lines(in, rules->dot_ends, out);
}
