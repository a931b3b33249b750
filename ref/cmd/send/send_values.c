#include "send_values.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "send_status.h"

enum { MOST_SECONDS = 86400 };

int send_usage(const char *what)
{
    fprintf(stderr, SEND_PROGRAM ": %s (" SEND_PROGRAM " --help lists all)\n", what);
    return EX_USAGE;
}

int send_wrong(const char *option, const char *value, const char *what)
{
    fprintf(stderr, SEND_PROGRAM ": %s %s: %s\n", option, value, what);
    return EX_USAGE;
}

/* ---- values -------------------------------------------------------------------------------- */

static bool read_port(const char *text, uint16_t *out)
{
    uint64_t port;
    if (!smtp_span_number(smtp_span_of(text), 5, &port) || port == 0 || port > UINT16_MAX)
        return false;
    *out = (uint16_t)port;
    return true;
}

int send_set_port(struct send_options *o, const char *value)
{
    return read_port(value, &o->submit.port) ? 0 : send_wrong("--mx-port", value, "not a port");
}

/* HOST, HOST:PORT, [ADDRESS], [ADDRESS]:PORT, and an IPv6 address alone. */
int send_set_server(struct send_options *o, const char *text)
{
    if (o->submit.host != NULL)
        return send_wrong("--server", text, "given twice");
    bool bracketed = text[0] == '[';
    const char *close = bracketed ? strchr(text, ']') : NULL;
    const char *colon = strchr(close != NULL ? close : text, ':');
    if (!bracketed && colon != NULL && strchr(colon + 1, ':') != NULL)
        colon = NULL;
    const char *end = close != NULL ? close : colon != NULL ? colon : text + strlen(text);
    const char *begin = text + (bracketed ? 1 : 0);
    size_t n = (size_t)(end - begin);
    bool good = n > 0 && n < sizeof o->host && bracketed == (close != NULL) &&
                (close == NULL || close[1] == '\0' || close[1] == ':') &&
                (colon == NULL || read_port(colon + 1, &o->submit.port));
    if (!good)
        return send_wrong("--server", text, "not HOST[:PORT] (IPv6 as [::1]:25)");
    memcpy(o->host, begin, n);
    o->host[n] = '\0';
    o->submit.host = o->host;
    return 0;
}

int send_set_tls(struct send_options *o, enum drive_tls tls)
{
    if (o->tls_told)
        return send_usage("one of --tls and --starttls, once");
    o->submit.tls = tls;
    o->tls_told = true;
    return 0;
}

int send_set_starttls(struct send_options *o, const char *value)
{
    static const struct {
        const char *name;
        enum drive_tls tls;
    } kinds[] = {{"never", DRIVE_TLS_NEVER},
                 {"opportunistic", DRIVE_TLS_OPPORTUNISTIC},
                 {"required", DRIVE_TLS_REQUIRED}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(value, kinds[i].name) == 0)
            return send_set_tls(o, kinds[i].tls);
    return send_wrong("--starttls", value, "not never, opportunistic or required");
}

/* RFC 3461 4.1 */
int send_set_notify(struct send_options *o, const char *value)
{
    struct smtp_param param = {SMTP_SPAN("NOTIFY"), smtp_span_of(value), true};
    size_t off;
    o->rcpt_params = (struct smtp_rcpt_params){.given = 0};
    if (smtp_parse_rcpt_param(&param, SMTP_LAX_NONE, &o->rcpt_params, &off) != SMTP_OK)
        return send_wrong("--dsn", value, smtp_fault_row(SMTP_E_PARAM_NOTIFY)->text);
    return 0;
}

/* A parameter of MAIL by its own grammar. */
int send_set_param(struct send_options *o, const char *option, smtp_span keyword, smtp_span value)
{
    struct smtp_param param = {keyword, value, true};
    size_t off;
    enum smtp_fault fault = smtp_parse_mail_param(&param, SMTP_LAX_NONE, &o->params, &off);
    char shown[64];
    snprintf(shown, sizeof shown, "%.*s", (int)(value.n < 60 ? value.n : 60), value.p);
    return fault == SMTP_OK ? 0 : send_wrong(option, shown, smtp_fault_row(fault)->text);
}

int send_set_envid(struct send_options *o, const char *value)
{
    size_t n = smtp_print_xtext((smtp_room){o->envid, sizeof o->envid}, smtp_span_of(value));
    if (n > sizeof o->envid)
        return send_wrong("-V", value, smtp_fault_row(SMTP_E_PARAM_ENVID)->text);
    return send_set_param(o, "-V", SMTP_SPAN("ENVID"), (smtp_span){o->envid, n});
}

/* sendmail(8): -bs speaks SMTP on standard input, -bm sends; the others have a queue or aliases. */
int send_set_mode(struct send_options *o, const char *value)
{
    if (strcmp(value, "s") == 0)
        o->session = true;
    else if (strcmp(value, "m") != 0)
        return send_wrong("-b", value, "only -bm and -bs are known here");
    return 0;
}

int send_set_once(const char **to, const char *value, const char *option)
{
    if (*to != NULL)
        return send_wrong(option, value, "given twice");
    *to = value;
    return 0;
}

int send_set_name(struct send_options *o, const char *value)
{
    if (strlen(value) >= sizeof o->name)
        return send_wrong("--name", value, smtp_fault_row(SMTP_E_DOMAIN_LONG)->text);
    snprintf(o->name, sizeof o->name, "%s", value);
    return 0;
}

/* The first line of the file; never an argument, which everybody on the machine can see. */
int send_read_password(struct send_options *o, const char *file)
{
    char *line = NULL;
    size_t room = 0;
    if (o->password != NULL)
        return send_wrong("--password-file", file, "given twice");
    FILE *in = fopen(file, "r");
    if (in == NULL) {
        fprintf(stderr, SEND_PROGRAM ": %s: %s\n", file, strerror(errno));
        return EX_CONFIG;
    }
    ssize_t n = getline(&line, &room, in);
    fclose(in);
    while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
        line[--n] = '\0';
    if (n > 0) {
        o->password = line;
        return 0;
    }
    free(line); /* at the end of the file nothing is said of what stands in it */
    fprintf(stderr, SEND_PROGRAM ": %s: no password in it\n", file);
    return EX_CONFIG;
}

/* Keywords of EHLO with commas between. */
int send_set_without(struct send_options *o, const char *value)
{
    for (const char *at = value; *at != '\0';) {
        smtp_span name = {at, strcspn(at, ",")};
        unsigned keyword = smtp_keyword_of(name);
        if (keyword == 0)
            return send_wrong("--without", value, "not keywords of EHLO with commas between");
        o->submit.ignore |= keyword;
        at += name.n + (at[name.n] == ',');
    }
    return 0;
}

int send_set_seconds(struct send_options *o, const char *value)
{
    if (!smtp_span_number(smtp_span_of(value), 5, &o->timeout) || o->timeout == 0 ||
        o->timeout > MOST_SECONDS)
        return send_wrong("--timeout", value, "not a number from 1 to 86400");
    return 0;
}
