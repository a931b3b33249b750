#include "first_reply.h"

#include <stdlib.h>
#include <string.h>

#include "smtp/chars.h"

void first_reply_restart(struct first_reply *reply)
{
    reply->code = 0;
    reply->n = reply->line = 0;
}

smtp_span first_reply_text(const struct first_reply *reply)
{
    return (smtp_span){reply->text, reply->n};
}

/* RFC 5321 4.2: Reply-code [ SP textstring ]; "-" where more lines follow. */
static enum first_step read_line(struct first_reply *reply)
{
    const char *line = reply->text + reply->line;
    size_t n = reply->n - reply->line - 1; /* without LF */
    uint64_t code;
    if (n > 0 && line[n - 1] == '\r')
        n--;
    if (n < 3 || !smtp_span_number((smtp_span){line, 3}, 3, &code) || code < 200 || code > 599 ||
        (n > 3 && line[3] != ' ' && line[3] != '-')) {
        memmove(reply->text, line, reply->n -= reply->line); /* that is what there is to be shown */
        return FIRST_WRONG;
    }
    reply->code = (unsigned)code;
    reply->line = reply->n;
    return n > 3 && line[3] == '-' ? FIRST_MORE : FIRST_WHOLE;
}

enum first_step first_reply_read(struct first_reply *reply, smtp_span in, size_t *taken)
{
    for (*taken = 0; *taken < in.n;) {
        if (reply->n == sizeof reply->text)
            return FIRST_FLOOD;
        char c = in.p[(*taken)++];
        reply->text[reply->n++] = c;
        enum first_step step = c == '\n' ? read_line(reply) : FIRST_MORE;
        if (step != FIRST_MORE)
            return step;
    }
    return FIRST_MORE;
}

/* ---- EHLO lines ------------------------------------------------------------------------------ */

static bool is_keyword(const char *line, const char *keyword)
{
    smtp_span word = {line, strcspn(line, " =")};
    return smtp_span_is_nocase(word, smtp_span_of(keyword));
}

bool first_lines_have(const struct first_lines *lines, const char *keyword)
{
    for (size_t i = 0; i < lines->count; i++)
        if (is_keyword(lines->list[i], keyword))
            return true;
    return false;
}

static size_t count_lines(smtp_span text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '\n';
    return n;
}

/* Cuts the copy into lines behind their codes; the first one is the server's name. */
static void cut(struct first_lines *lines, char *text)
{
    bool first = true;
    for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        if (end > line && end[-1] == '\r')
            end[-1] = '\0';
        if (!first && strlen(line) > 4)
            lines->list[lines->count++] = line + 4;
        first = false;
    }
}

bool first_lines_take(struct first_lines *lines, const struct first_reply *reply)
{
    static const char starttls[] = "STARTTLS";
    bool had = first_lines_have(lines, starttls);
    smtp_span text = first_reply_text(reply);
    first_lines_free(lines);
    lines->text = malloc(text.n + 1);
    lines->list = calloc(count_lines(text) + 2, sizeof *lines->list);
    if (lines->text == NULL || lines->list == NULL)
        return false;
    memcpy(lines->text, text.p, text.n);
    for (char *nul = lines->text;
         (nul = memchr(nul, '\0', text.n - (size_t)(nul - lines->text))) != NULL;)
        *nul = '?'; /* no NUL in strings */
    lines->text[text.n] = '\0';
    cut(lines, lines->text);
    if (had && !first_lines_have(lines, starttls))
        lines->list[lines->count++] = starttls;
    return true;
}

const char *const *first_lines_list(const struct first_lines *lines)
{
    static const char *const none[] = {NULL};
    return lines->list != NULL ? lines->list : none;
}

void first_lines_free(struct first_lines *lines)
{
    free(lines->text);
    free(lines->list);
    *lines = (struct first_lines){NULL, NULL, 0};
}
