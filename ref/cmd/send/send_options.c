#include "send_options.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../options.h"
#include "send_status.h"
#include "send_values.h"

enum row {
    HELP,
    SERVER,
    STARTTLS,
    TLS,
    LMTP,
    AUTH,
    PASSWORD_FILE,
    PASSWORD_IN_CLEAR,
    MECHANISM,
    DSN,
    REQUIRE_TLS,
    CA,
    INSECURE,
    NAME,
    DNS,
    MX_PORT,
    TIMEOUT,
    RAW,
    SMTPUTF8,
    JUST_SEND_8,
    WITHOUT,
    TRACE,
    JSON,
    QUIET,
    /* letters only */
    FROM_HEADER,
    IGNORE_DOTS,
    SENDER,
    FULL_NAME,
    MODE,
    RET,
    ENVID,
    BODY,
    NOTHING
};

static const struct option_row rows[] = {
    [HELP] = {"help", false},
    [SERVER] = {"server", true},
    [STARTTLS] = {"starttls", true},
    [TLS] = {"tls", false},
    [LMTP] = {"lmtp", false},
    [AUTH] = {"auth", true},
    [PASSWORD_FILE] = {"password-file", true},
    [PASSWORD_IN_CLEAR] = {"password-in-clear", false},
    [MECHANISM] = {"mechanism", true},
    [DSN] = {"dsn", true},
    [REQUIRE_TLS] = {"require-tls", false},
    [CA] = {"ca", true},
    [INSECURE] = {"insecure", false},
    [NAME] = {"name", true},
    [DNS] = {"dns", true},
    [MX_PORT] = {"mx-port", true},
    [TIMEOUT] = {"timeout", true},
    [RAW] = {"raw", false},
    [SMTPUTF8] = {"smtputf8", false},
    [JUST_SEND_8] = {"just-send-8", false},
    [WITHOUT] = {"without", true},
    [TRACE] = {"trace", false},
    [JSON] = {"json", false},
    [QUIET] = {"quiet", false},
    {NULL, false},
};

enum value {
    NO_VALUE,
    ATTACHED,
    VALUE
}; /* ATTACHED: what stands behind the letter, if anything does */

static const struct letter {
    char letter;
    enum value value;
    enum row row;
} letters[] = {
    {'t', NO_VALUE, FROM_HEADER},
    {'i', NO_VALUE, IGNORE_DOTS},
    {'f', VALUE, SENDER},
    {'r', VALUE, SENDER},
    {'F', VALUE, FULL_NAME},
    {'b', ATTACHED, MODE},
    {'v', NO_VALUE, TRACE},
    {'N', VALUE, DSN},
    {'R', VALUE, RET},
    {'V', VALUE, ENVID},
    {'B', VALUE, BODY},
    {'o', ATTACHED, NOTHING}, /* -oi: see below */
    {'O', VALUE, NOTHING},
    {'e', ATTACHED, NOTHING},
    {'d', ATTACHED, NOTHING},
    {'m', NO_VALUE, NOTHING},
    {'n', NO_VALUE, NOTHING},
    {'U', NO_VALUE, NOTHING},
    {'G', NO_VALUE, NOTHING},
    {'h', VALUE, NOTHING},
    {'L', VALUE, NOTHING},
    {'X', VALUE, NOTHING},
};

/* ---- options ------------------------------------------------------------------------------- */

/* What is on or off. */
static const struct {
    enum row row;
    size_t offset;
} switches[] = {
    {HELP, offsetof(struct send_options, help)},
    {LMTP, offsetof(struct send_options, submit.lmtp)},
    {PASSWORD_IN_CLEAR, offsetof(struct send_options, submit.password_in_clear)},
    {INSECURE, offsetof(struct send_options, submit.insecure)},
    {RAW, offsetof(struct send_options, raw)},
    {JUST_SEND_8, offsetof(struct send_options, submit.just_send_8)},
    {TRACE, offsetof(struct send_options, trace)},
    {JSON, offsetof(struct send_options, json)},
    {QUIET, offsetof(struct send_options, quiet)},
    {FROM_HEADER, offsetof(struct send_options, from_header)},
    {IGNORE_DOTS, offsetof(struct send_options, ignore_dots)},
};

static int switch_on(struct send_options *o, enum row row)
{
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
        if (switches[i].row == row)
            *(bool *)((char *)o + switches[i].offset) = true;
    return 0;
}

static int take(struct send_options *o, enum row row, const char *value)
{
    switch (row) {
    case HELP:
    case LMTP:
    case PASSWORD_IN_CLEAR:
    case INSECURE:
    case RAW:
    case JUST_SEND_8:
    case TRACE:
    case JSON:
    case QUIET:
    case FROM_HEADER:
    case IGNORE_DOTS:
        return switch_on(o, row);
    case SERVER:
        return send_set_server(o, value);
    case STARTTLS:
        return send_set_starttls(o, value);
    case TLS:
        return send_set_tls(o, DRIVE_TLS_IMPLICIT);
    case AUTH:
        return send_set_once(&o->submit.user, value, "--auth");
    case PASSWORD_FILE:
        return send_read_password(o, value);
    case MECHANISM:
        return send_set_once(&o->submit.mechanism, value, "--mechanism");
    case DSN:
        return send_set_notify(o, value);
    case REQUIRE_TLS:
        o->params.given |= SMTP_P_REQUIRETLS;
        return 0;
    case SMTPUTF8:
        o->params.given |= SMTP_P_SMTPUTF8;
        return 0;
    case CA:
        return send_set_once(&o->submit.ca_file, value, "--ca");
    case NAME:
        return send_set_name(o, value);
    case DNS:
        return send_set_once(&o->submit.dns, value, "--dns");
    case MX_PORT:
        return send_set_port(o, value);
    case TIMEOUT:
        return send_set_seconds(o, value);
    case WITHOUT:
        return send_set_without(o, value);
    case SENDER: /* mail readers say it twice; the last counts */
        o->sender = value;
        return 0;
    case FULL_NAME:
        o->full_name = value;
        return 0;
    case MODE:
        return send_set_mode(o, value);
    case RET:
        return send_set_param(o, "-R", SMTP_SPAN("RET"), smtp_span_of(value));
    case ENVID:
        return send_set_envid(o, value);
    case BODY:
        return send_set_param(o, "-B", SMTP_SPAN("BODY"), smtp_span_of(value));
    case NOTHING:
        break;
    }
    return 0;
}

/* ---- arguments ----------------------------------------------------------------------------- */

struct arguments {
    int argc;
    char **argv;
};

static const struct letter *find_letter(char letter)
{
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (letters[i].letter == letter)
            return &letters[i];
    return NULL;
}

/* -ti, -fADDR, -f ADDR */
static int take_letters(struct send_options *o, struct arguments *a, const char *text)
{
    int status = 0;
    while (status == 0 && *text != '\0') {
        const struct letter *l = find_letter(*text++);
        if (l == NULL)
            return send_wrong("option", text - 1, "not known");
        if (l->value == NO_VALUE) {
            status = take(o, l->row, "");
            continue;
        }
        if (l->letter == 'o' && strcmp(text, "i") == 0)
            return take(o, IGNORE_DOTS, "");
        if (*text == '\0' && l->value == VALUE) {
            if (a->argc == 0)
                return send_wrong("option", text - 1, "a value is missing");
            text = *a->argv++;
            a->argc--;
        }
        return take(o, l->row, text);
    }
    return status;
}

static int take_word(struct send_options *o, struct arguments *a)
{
    struct options parser = {
        .program = SEND_PROGRAM, .rows = rows, .argc = a->argc, .argv = a->argv};
    const char *value = NULL;
    int row = options_next(&parser, &value);
    *a = (struct arguments){parser.argc, parser.argv};
    return row < 0 ? EX_USAGE : take(o, (enum row)row, value != NULL ? value : "");
}

static int take_arguments(struct send_options *o, struct arguments *a)
{
    bool options = true;
    int status = 0;
    while (status == 0 && a->argc > 0) {
        const char *text = a->argv[0];
        bool word = options && strncmp(text, "--", 2) == 0;
        if (word && text[2] != '\0') {
            status = take_word(o, a);
            continue;
        }
        a->argc--;
        a->argv++;
        if (word)
            options = false;
        else if (options && text[0] == '-' && text[1] != '\0')
            status = take_letters(o, a, text + 1);
        else
            o->recipients[o->recipient_count++] = text;
    }
    return status;
}

/* ---- all of it ----------------------------------------------------------------------------- */

static bool is_host(const char *name)
{
    struct smtp_cursor c = smtp_cursor_of(smtp_span_of(name), SMTP_LAX_NONE);
    struct smtp_domain host;
    return smtp_parse_host(&c, &host) == SMTP_OK && c.at == c.end;
}

static void find_name(struct send_options *o)
{
    if (o->name[0] == '\0' && gethostname(o->name, sizeof o->name) != 0)
        o->name[0] = '\0';
    o->name[sizeof o->name - 1] = '\0';
    if (!is_host(o->name))
        snprintf(o->name, sizeof o->name, "localhost");
}

static void set_timeout(struct send_options *o)
{
    uint64_t ms = o->timeout * 1000;
    if (ms == 0)
        return;
    struct smtp_client_limits *l = &o->limits;
    uint64_t *const all[] = {&l->greeting_ms, &l->command_ms, &l->mail_ms, &l->rcpt_ms,
                             &l->data_ms,     &l->block_ms,   &l->end_ms};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        *all[i] = ms;
    l->tls_ms = ms < l->tls_ms ? ms : l->tls_ms;
    l->quit_ms = ms < l->quit_ms ? ms : l->quit_ms;
    o->submit.connect_ms = ms;
}

static int set_password(struct send_options *o)
{
    const char *from_environment = getenv("SMTPREF_PASSWORD");
    if (o->submit.user == NULL)
        return o->password == NULL ? 0 : send_usage("--password-file needs --auth");
    if (o->password == NULL && from_environment != NULL)
        o->password = strdup(from_environment);
    if (o->password == NULL)
        return send_usage("--auth needs --password-file, or SMTPREF_PASSWORD in the environment");
    o->submit.password = o->password;
    if (!o->tls_told)
        o->submit.tls = DRIVE_TLS_REQUIRED;
    return 0;
}

/* What one option says about another. */
static int check(struct send_options *o)
{
    if (o->recipient_count == 0 && !o->from_header && !o->session)
        return send_usage("recipients are needed, or -t");
    if (o->name[0] != '\0' && !is_host(o->name))
        return send_usage("--name is a domain name or an address literal");
    if (o->submit.host == NULL && (o->submit.lmtp || o->submit.user != NULL))
        return send_usage("--auth and --lmtp need --server");
    if (o->submit.host == NULL && o->submit.tls == DRIVE_TLS_IMPLICIT)
        return send_usage("--tls needs --server");
    if (o->submit.host == NULL && (o->params.given & SMTP_P_REQUIRETLS) != 0)
        return send_usage("--require-tls needs --server");
    if (o->submit.tls == DRIVE_TLS_NEVER && (o->params.given & SMTP_P_REQUIRETLS) != 0)
        return send_usage("--require-tls is not to be had with --starttls never");
    if (o->raw && o->from_header)
        return send_usage("--raw leaves the header as it is, -t does not");
    int status = set_password(o);
    if (status != 0)
        return status;
    find_name(o);
    set_timeout(o);
    o->submit.name = o->name;
    o->submit.limits = &o->limits;
    return 0;
}

int send_options_read(struct send_options *out, int argc, char **argv)
{
    *out = (struct send_options){.limits = smtp_client_limits_default};
    struct arguments a = {argc, argv};
    out->recipients = calloc((size_t)argc + 1, sizeof *out->recipients);
    if (out->recipients == NULL)
        return EX_SOFTWARE;
    int status = take_arguments(out, &a);
    return status != 0 || out->help ? status : check(out);
}

void send_options_free(struct send_options *o)
{
    if (o->password != NULL)
        OPENSSL_cleanse(o->password, strlen(o->password));
    free(o->password);
    free(o->recipients);
}
