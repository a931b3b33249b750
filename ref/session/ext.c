#include "server_parts.h"

/* ---- what is offered ---- */

/* Some extensions are only for some: what the bit alone does not say. */
bool smtp_session_offers(const struct smtp_server *s, enum smtp_ext extension)
{
    const struct smtp_server_config *c = s->config;
    if (!smtp_session_has(s, extension))
        return false;
    switch (extension) {
    case SMTP_X_STARTTLS: /* RFC 3207 4.2: no TLS inside TLS */
        return !s->edge.secure;
    case SMTP_X_BINARYMIME: /* RFC 3030 3(3) */
        return smtp_session_has(s, SMTP_X_CHUNKING);
    case SMTP_X_SMTPUTF8: /* RFC 6531 3.1(8) */
        return smtp_session_has(s, SMTP_X_8BITMIME);
    case SMTP_X_AUTH:
        return smtp_session_mechanisms(s).n > 0;
    case SMTP_X_REQUIRETLS: /* RFC 8689 2 */
        return s->edge.secure;
    case SMTP_X_FUTURERELEASE: /* RFC 4865 3(2), 4.2(2) */
        return c->mode == SMTP_MODE_SUBMISSION && c->hold_max_s > 0 && c->hold_max_until != NULL;
    case SMTP_X_SIZE:
    case SMTP_X_8BITMIME:
    case SMTP_X_PIPELINING:
    case SMTP_X_ENHANCEDSTATUSCODES:
    case SMTP_X_HELP:
    case SMTP_X_VRFY:
    case SMTP_X_EXPN:
    case SMTP_X_CHUNKING:
    case SMTP_X_DSN:
    case SMTP_X_LIMITS:
    case SMTP_X_DELIVERBY:
    case SMTP_X_MT_PRIORITY:
        break;
    }
    return true;
}

/* ---- parameters of keywords ---- */

static void put_number(smtp_room to, size_t *at, const char *before, uint64_t number)
{
    smtp_room_put(to, at, smtp_span_of(before));
    smtp_room_put_number(to, at, number);
}

static void put_word(smtp_room to, size_t *at, smtp_span word)
{
    if (word.n > 0)
        smtp_room_put(to, at, SMTP_SPAN(" "));
    smtp_room_put(to, at, word);
}

/* RFC 1870 4: size-param ::= [1*DIGIT] */
static void print_size(const struct smtp_server *s, smtp_room to, size_t *at)
{
    if (!s->config->size_unsaid)
        put_number(to, at, " ", s->limits->message);
}

/* RFC 4954 3(3) */
static void print_auth(const struct smtp_server *s, smtp_room to, size_t *at)
{
    put_word(to, at, smtp_session_mechanisms(s));
}

/* RFC 9422 4.1, 4.2: "0" is not allowed, and six digits are the most. */
static void put_limit(smtp_room to, size_t *at, const char *name, size_t limit)
{
    enum { MOST = 999999 };
    if (limit > 0)
        put_number(to, at, name, limit < MOST ? limit : MOST);
}

static void print_limits(const struct smtp_server *s, smtp_room to, size_t *at)
{
    put_limit(to, at, " RCPTMAX=", s->limits->recipients);
    put_limit(to, at, " MAILMAX=", s->limits->transactions);
}

/* RFC 2852 2(3): min-by-time = [1*9DIGIT] */
static void print_by(const struct smtp_server *s, smtp_room to, size_t *at)
{
    if (s->config->deliver_by_min > 0)
        put_number(to, at, " ", s->config->deliver_by_min);
}

/* RFC 6710 3(3) */
static void print_priority(const struct smtp_server *s, smtp_room to, size_t *at)
{
    put_word(to, at, smtp_span_of(s->config->priority_profile));
}

/* RFC 4865 3(3) */
static void print_hold(const struct smtp_server *s, smtp_room to, size_t *at)
{
    put_number(to, at, " ", s->config->hold_max_s);
    put_word(to, at, smtp_span_of(s->config->hold_max_until));
}

/* ---- keywords ---- */

/*
 * Octets that each adds to the longest MAIL and RCPT. RFC 1870 3(5): 26. RFC 6152 adds none; so that
 * BODY takes no room from the path: 14; RFC 3030 3(8): 16. RFC 6531 3.1(5): 10. RFC 3461 5.4: ENVID and RET
 * 116, NOTIFY and ORCPT 536. RFC 4954 3(5): 500. RFC 8689 2(5): 11. RFC 2852 2(5): 17. RFC 6710 3(6):
 * 15. RFC 4865 3(5): 34.
 */
static const struct keyword {
    enum smtp_ext bit;
    const char *text;
    size_t mail, rcpt;
    void (*print)(const struct smtp_server *s, smtp_room to, size_t *at);
} keywords[] = {
    {SMTP_X_PIPELINING, "PIPELINING", 0, 0, NULL},
    {SMTP_X_SIZE, "SIZE", 26, 0, print_size},
    {SMTP_X_8BITMIME, "8BITMIME", 14, 0, NULL},
    {SMTP_X_ENHANCEDSTATUSCODES, "ENHANCEDSTATUSCODES", 0, 0, NULL},
    {SMTP_X_STARTTLS, "STARTTLS", 0, 0, NULL},
    {SMTP_X_AUTH, "AUTH", 500, 0, print_auth},
    {SMTP_X_CHUNKING, "CHUNKING", 0, 0, NULL},
    {SMTP_X_BINARYMIME, "BINARYMIME", 16, 0, NULL},
    {SMTP_X_SMTPUTF8, "SMTPUTF8", 10, 0, NULL},
    {SMTP_X_DSN, "DSN", 116, 536, NULL},
    {SMTP_X_REQUIRETLS, "REQUIRETLS", 11, 0, NULL},
    {SMTP_X_LIMITS, "LIMITS", 0, 0, print_limits},
    {SMTP_X_DELIVERBY, "DELIVERBY", 17, 0, print_by},
    {SMTP_X_MT_PRIORITY, "MT-PRIORITY", 15, 0, print_priority},
    {SMTP_X_FUTURERELEASE, "FUTURERELEASE", 34, 0, print_hold},
    {SMTP_X_VRFY, "VRFY", 0, 0, NULL},
    {SMTP_X_EXPN, "EXPN", 0, 0, NULL},
    {SMTP_X_HELP, "HELP", 0, 0, NULL},
};
enum { KEYWORDS = sizeof keywords / sizeof *keywords };

size_t smtp_session_ext_line(unsigned extensions)
{
    size_t mail = 0, rcpt = 0;
    for (size_t i = 0; i < KEYWORDS; i++) {
        if ((extensions & (unsigned)keywords[i].bit) == 0)
            continue;
        mail += keywords[i].mail;
        rcpt += keywords[i].rcpt;
    }
    return mail > rcpt ? mail : rcpt;
}

/* RFC 5321 4.1.1.1: *( "250-" ehlo-line CRLF ). RFC 9422 3: LIMITS has one limit at least. */
static bool is_listed(const struct smtp_server *s, enum smtp_ext extension)
{
    if (extension == SMTP_X_AUTH && s->authenticated)
        return false;
    if (extension == SMTP_X_LIMITS && s->limits->recipients == 0 && s->limits->transactions == 0)
        return false;
    return smtp_session_offers(s, extension);
}

void smtp_session_ext_print(const struct smtp_server *s, smtp_room to, size_t *at)
{
    for (size_t i = 0; i < KEYWORDS; i++) {
        const struct keyword *k = &keywords[i];
        if (!is_listed(s, k->bit))
            continue;
        smtp_room_put(to, at, SMTP_SPAN("\n"));
        smtp_room_put(to, at, smtp_span_of(k->text));
        if (k->print != NULL)
            k->print(s, to, at);
    }
}
