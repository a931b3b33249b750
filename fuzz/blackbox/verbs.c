#include "blackbox/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* ---- lines ----------------------------------------------------------------------------------- */

static size_t letter_of(char c)
{
    static const char upper[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const char *at = memchr(upper, c, sizeof upper - 1);
    return at == NULL ? SIZE_MAX : (size_t)(at - upper);
}

/* RFC 5321 2.4: verbs in any case. */
static void put_verb(struct words *w, const char *verb)
{
    static const char lower[] = "abcdefghijklmnopqrstuvwxyz";
    bool in_small = chance_percent(w->chance, 8);
    for (size_t i = 0; verb[i] != '\0'; i++) {
        size_t letter = in_small ? letter_of(verb[i]) : SIZE_MAX;
        smtp_span octet = {letter == SIZE_MAX ? &verb[i] : &lower[letter], 1};
        if (!octets_add(w->to, octet))
            w->lost = true;
    }
}

static void make_hello(struct words *w, const char *verb)
{
    put_verb(w, verb);
    words_put(w, " ");
    words_host(w);
    words_put(w, "\r\n");
}

static void make_mail(struct words *w)
{
    put_verb(w, "MAIL FROM:");
    words_reverse_path(w);
    words_mail_parameters(w);
    words_put(w, "\r\n");
}

static void make_rcpt(struct words *w)
{
    put_verb(w, "RCPT TO:");
    words_forward_path(w);
    words_rcpt_parameters(w);
    words_put(w, "\r\n");
}

static void make_plain(struct words *w, const char *verb)
{
    put_verb(w, verb);
    words_put(w, chance_percent(w->chance, 4) ? " \r\n" : "\r\n");
}

static void make_argument(struct words *w, const char *verb)
{
    put_verb(w, verb);
    words_argument(w);
    words_put(w, "\r\n");
}

/* RFC 4954 4 */
static void make_auth(struct words *w)
{
    static const char *const arguments[] = {
        " PLAIN", " PLAIN =", " PLAIN AGEAYg==", " LOGIN", " LOGIN YQ==",       " CRAM-MD5",
        " XYZZY", " PLAIN !", " PLAIN A===",     "",       " PLAIN AGEAYg== x", " SCRAM-SHA-256",
    };
    put_verb(w, "AUTH");
    words_put(w, arguments[chance_below(w->chance, COUNT(arguments))]);
    words_put(w, "\r\n");
}

static void make_response(struct words *w)
{
    static const char *const responses[] = {"*", "=", "", "AGEAYg==", "YQ==", "!!", "A===", "* "};
    words_put(w, responses[chance_below(w->chance, COUNT(responses))]);
    words_put(w, "\r\n");
}

/* RFC 2920 3.1: MAIL, RCPT and RSET anywhere in a group, DATA at its end. */
static void make_group(struct words *w)
{
    size_t recipients = 1 + chance_below(w->chance, 4);
    if (chance_percent(w->chance, 30))
        words_put(w, "RSET\r\n");
    make_mail(w);
    for (size_t i = 0; i < recipients; i++)
        make_rcpt(w);
    if (chance_percent(w->chance, 60))
        words_put(w, "DATA\r\n");
}

static void make_other(struct words *w)
{
    words_unknown(w);
    words_put(w, "\r\n");
}

/* Lines of which nobody can say how many there are (RFC 5321 2.3.8). */
static void make_junk(struct words *w)
{
    static const smtp_span junk[] = {
        {"NOOP\nNOOP\r\n", 11},
        {"NOOP\rNOOP\r\n", 11},
        {"\r\n", 2},
        {"\n", 1},
        {"NO\0OP\r\n", 7},
        {"NOOP\n", 5},
        {"NOOP\r\r\n", 7},
        {"\xff\xff\xff\xff\r\n", 6},
        {"\0\0\0\r\n", 5},
        {" \r\n", 3},
        {"RSET\n\r\n", 7},
        {"\x16\x03\x01\r\n", 5},
        {"MAIL FROM:<a@b.example>\nRCPT TO:<a@b.example>\r\n", 48},
        {"NOOP", 4},
    };
    smtp_span some = junk[chance_below(w->chance, COUNT(junk))];
    if (!octets_add(w->to, some))
        w->lost = true;
}

/* ---- texts and chunks ------------------------------------------------------------------------ */

static void make_text(struct words *w)
{
    if (!chance_percent(w->chance, 6))
        words_text(w, true);
    words_put(w, w->to->n > 0 ? "\r\n.\r\n" : ".\r\n");
}

/* RFC 3030 2: the octets are counted, and nothing in them ends the chunk. */
static void make_chunk(struct words *w)
{
    char line[64];
    struct octets content = {.p = NULL};
    struct words inner = {.chance = w->chance, .site = w->site, .to = &content};
    if (!chance_percent(w->chance, 10))
        words_text(&inner, false);
    if (chance_percent(w->chance, 30))
        words_put(&inner, "\r\n.\r\nRSET\r\n");
    snprintf(line, sizeof line, "BDAT %s%zu%s\r\n", chance_percent(w->chance, 5) ? "000" : "",
             content.n, chance_percent(w->chance, 60) ? " LAST" : "");
    words_put(w, line);
    w->lost = w->lost || inner.lost || !octets_add(w->to, (smtp_span){content.p, content.n});
    free(content.p);
}

/* RFC 3030 4.2: chunks may follow each other without waiting; nothing in them looks like a command, for
 * a server that has no transaction takes them for lines. */
static void make_chunks(struct words *w)
{
    size_t count = 2 + chance_below(w->chance, 4);
    for (size_t i = 0; i < count; i++)
        words_put(w, "BDAT 7\r\nchunk\r\n");
}

/* RFC 3207 4: nothing may stand behind it. */
static void make_starttls(struct words *w)
{
    words_put(w, "STARTTLS\r\n");
    if (chance_percent(w->chance, 40))
        words_put(w, chance_percent(w->chance, 50) ? "NOOP\r\n" : "RSET\r\nRSET\r\n");
}

/* ---- the table ------------------------------------------------------------------------------- */

static void make_line(enum verb verb, struct words *w)
{
    switch (verb) {
    case VERB_EHLO:
        make_hello(w, "EHLO");
        return;
    case VERB_HELO:
        make_hello(w, "HELO");
        return;
    case VERB_MAIL:
        make_mail(w);
        return;
    case VERB_RCPT:
        make_rcpt(w);
        return;
    case VERB_DATA:
        make_plain(w, "DATA");
        return;
    case VERB_TEXT:
        make_text(w);
        return;
    case VERB_BDAT:
        make_chunk(w);
        return;
    case VERB_RSET:
        make_plain(w, "RSET");
        return;
    case VERB_VRFY:
        make_argument(w, "VRFY");
        return;
    case VERB_EXPN:
        make_argument(w, "EXPN");
        return;
    case VERB_HELP:
        make_argument(w, "HELP");
        return;
    case VERB_NOOP:
        make_argument(w, "NOOP");
        return;
    case VERB_STARTTLS:
        make_starttls(w);
        return;
    case VERB_AUTH:
        make_auth(w);
        return;
    case VERB_RESPONSE:
        make_response(w);
        return;
    case VERB_GROUP:
        make_group(w);
        return;
    case VERB_CHUNKS:
        make_chunks(w);
        return;
    case VERB_JUNK:
        make_junk(w);
        return;
    case VERB_NONE:
    case VERB_OTHER:
    case VERB_COUNT:
        make_other(w);
        return;
    }
}

/* A line that holds what a server may take for two, or for none. */
static bool is_countable(smtp_span octets)
{
    for (size_t i = 0; i < octets.n; i++) {
        bool cr = octets.p[i] == '\r', lf = octets.p[i] == '\n';
        bool pair = (cr && i + 1 < octets.n && octets.p[i + 1] == '\n') ||
                    (lf && i > 0 && octets.p[i - 1] == '\r');
        if (octets.p[i] == '\0' || ((cr || lf) && !pair))
            return false;
    }
    return octets.n > 2;
}

static bool is_content(enum verb verb)
{
    return verb == VERB_TEXT || verb == VERB_BDAT;
}

void verb_make(enum verb verb, struct words *w, struct move *out)
{
    static const enum move_kind kinds[VERB_COUNT] = {
        [VERB_TEXT] = MOVE_TEXT, [VERB_RESPONSE] = MOVE_RESPONSE, [VERB_STARTTLS] = MOVE_STARTTLS};
    make_line(verb, w);
    *out = (struct move){
        .kind = kinds[verb], .octets = {w->to->p, w->to->n}, .due = 1, .lone = is_content(verb)};
    if (verb == VERB_GROUP || verb == VERB_CHUNKS)
        out->due = (int)move_lines(out->octets);
    if (verb == VERB_CHUNKS)
        out->due /= 2; /* a line of each is its content */
    if (verb == VERB_JUNK ||
        (!is_content(verb) && verb != VERB_RESPONSE && !is_countable(out->octets)))
        out->due = MOVES_OPEN;
}

enum verb verb_of(const struct move *move)
{
    static const struct {
        const char *name;
        enum verb verb;
    } verbs[] = {
        {"EHLO ", VERB_EHLO},    {"HELO ", VERB_HELO},  {"MAIL FROM:", VERB_MAIL},
        {"RCPT TO:", VERB_RCPT}, {"DATA\r", VERB_DATA}, {"BDAT ", VERB_BDAT},
        {"RSET\r", VERB_RSET},   {"VRFY", VERB_VRFY},   {"EXPN", VERB_EXPN},
        {"HELP", VERB_HELP},     {"NOOP", VERB_NOOP},   {"AUTH", VERB_AUTH},
    };
    if (move->kind == MOVE_TEXT)
        return VERB_TEXT;
    if (move->kind == MOVE_RESPONSE)
        return VERB_RESPONSE;
    if (move->kind == MOVE_STARTTLS)
        return VERB_STARTTLS;
    if (move->due == MOVES_OPEN)
        return VERB_JUNK;
    if (move->due > 1)
        return smtp_span_has_head_nocase(move->octets, SMTP_SPAN("BDAT")) ? VERB_CHUNKS
                                                                          : VERB_GROUP;
    for (size_t i = 0; i < COUNT(verbs); i++)
        if (smtp_span_has_head_nocase(move->octets, smtp_span_of(verbs[i].name)))
            return verbs[i].verb;
    return VERB_OTHER;
}
