#include "address.h"

#include <stdio.h>
#include <string.h>

#include "smtp/span.h"

static const struct scheme {
    const char *name;
    uint16_t port;
    bool implicit;
} schemes[] = {
    {"smtp", 25, false},
    {"smtps", 465, true},       /* RFC 8314 7.3 */
    {"submission", 587, false}, /* RFC 6409 3.1 */
    {"lmtp", 24, false},        /* RFC 2033 5: not 25 */
};

static const struct scheme *find_scheme(smtp_span name)
{
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (smtp_span_is_nocase(smtp_span_of(schemes[i].name), name))
            return &schemes[i];
    return NULL;
}

/* RFC 3986 3.2.2 writes IPv6 addresses in brackets where a port may follow. */
static bool read_host(smtp_span *rest, struct address *out, const char **why)
{
    smtp_span host;
    bool bracketed = rest->n > 0 && rest->p[0] == '[';
    const char *end = rest->n == 0 ? NULL : memchr(rest->p, bracketed ? ']' : ':', rest->n);
    if (bracketed && end == NULL) {
        *why = "a \"]\" is missing";
        return false;
    }
    size_t n = end == NULL ? rest->n : (size_t)(end - rest->p);
    host = smtp_span_cut(*rest, bracketed, n);
    *rest = smtp_span_cut(*rest, n + bracketed, rest->n);
    if (!bracketed && rest->n > 1 && memchr(rest->p + 1, ':', rest->n - 1) != NULL)
        *why = "an IPv6 address stands in brackets: [::1]:25";
    else if (host.n == 0 || host.n >= sizeof out->host)
        *why = "no host name: self, HOST, HOST:PORT or smtp://HOST:PORT";
    else
        *why = NULL;
    if (*why != NULL)
        return false;
    memcpy(out->host, host.p, host.n);
    out->host[host.n] = '\0';
    return true;
}

static bool read_port(smtp_span rest, struct address *out, const char **why)
{
    uint64_t port;
    if (rest.n == 0)
        return true;
    *why = "the port is a number from 1 to 65535";
    if (rest.p[0] != ':' || !smtp_span_number(smtp_span_cut(rest, 1, rest.n), 5, &port) ||
        port == 0 || port > UINT16_MAX)
        return false;
    out->port = (uint16_t)port;
    out->port_given = true;
    return true;
}

bool address_read(const char *text, struct address *out, const char **why)
{
    smtp_span rest = smtp_span_of(text);
    const char *slashes = strstr(text, "://");
    const struct scheme *scheme = &schemes[0];
    *out = (struct address){.self = strcmp(text, "self") == 0, .scheme = "smtp"};
    if (out->self)
        return true;
    if (slashes != NULL) {
        scheme = find_scheme((smtp_span){text, (size_t)(slashes - text)});
        rest = smtp_span_of(slashes + 3);
    }
    if (scheme == NULL) {
        *why = "the scheme is smtp, smtps, submission or lmtp";
        return false;
    }
    out->scheme = scheme->name;
    out->port = scheme->port;
    out->implicit = scheme->implicit;
    if (strchr(text, '@') != NULL) {
        *why = "a host, not a mailbox; a mailbox goes with --rcpt";
        return false;
    }
    if (rest.n > 0 && rest.p[rest.n - 1] == '/')
        rest.n--;
    return read_host(&rest, out, why) && read_port(rest, out, why);
}

void address_make_implicit(struct address *a)
{
    const struct scheme *smtps = find_scheme(SMTP_SPAN("smtps"));
    if (a->self || a->implicit)
        return;
    a->implicit = true;
    a->scheme = smtps->name;
    if (!a->port_given)
        a->port = smtps->port;
}

bool address_is_loopback(const struct address *a)
{
    bool in_127 = strncmp(a->host, "127.", 4) == 0 &&
                  a->host[strspn(a->host, "0123456789.")] == '\0'; /* no name that begins so */
    return a->self || in_127 || strcmp(a->host, "::1") == 0 ||
           smtp_span_is_nocase(smtp_span_of(a->host), SMTP_SPAN("localhost"));
}

void address_print(const struct address *a, char out[ADDRESS_URL_SIZE])
{
    bool brackets = strchr(a->host, ':') != NULL;
    if (a->self)
        snprintf(out, ADDRESS_URL_SIZE, "self");
    else
        snprintf(out, ADDRESS_URL_SIZE, "%s://%s%s%s:%u", a->scheme, brackets ? "[" : "", a->host,
                 brackets ? "]" : "", a->port);
}
