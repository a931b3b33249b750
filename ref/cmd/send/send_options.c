#include "send_options.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "../options.h"
#include "send_status.h"

enum { MOST_SECONDS = 86400 };

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

const char send_help[] =
    "usage: smtpref send [OPTION...] RECIPIENT... < MESSAGE\n"
    "       smtpref send -t [OPTION...] < MESSAGE\n"
    "       smtpref send -bs [OPTION...]\n"
    "\n"
    "Sends the message on standard input. Without --server each recipient's domain is looked up, "
    "and "
    "its mail exchangers are tried.\n"
    "\n"
    "  -t                    recipients are those of To, Cc and Bcc, too; Bcc is taken out\n"
    "  -i, -oi               a line with a lone dot does not end the message\n"
    "  -f ADDR               sender; <> for none (the user at this host)\n"
    "  -F NAME               full name, for a From field that is missing\n"
    "  -bm                   send (what is done anyway)\n"
    "  -bs                   speak SMTP on standard input and output; each message is sent before "
    "it is "
    "answered\n"
    "  -v                    as --trace\n"
    "  -N WHEN, --dsn WHEN   notify: never, or some of success,failure,delay (RFC 3461)\n"
    "  -R full|hdrs          what a notification returns\n"
    "  -V ID                 envelope identifier\n"
    "  -B 7bit|8bitmime      what the text is, where it is not to be looked at\n"
    "  --server HOST[:PORT]  send to this server; [::1]:25 for IPv6 (port 25, with --tls 465, with "
    "--lmtp 24)\n"
    "  --starttls never|opportunistic|required\n"
    "                        required: verified (opportunistic; with --auth required)\n"
    "  --tls                 TLS from the first octet, verified\n"
    "  --lmtp                speak LMTP (RFC 2033)\n"
    "  --auth USER           log in; the password is the first line of --password-file, or "
    "SMTPREF_PASSWORD\n"
    "  --password-file FILE\n"
    "  --password-in-clear   show the password to a server that TLS has not verified\n"
    "  --mechanism NAME      log in by this one (the strongest that is offered)\n"
    "  --require-tls         TLS all the way to the recipient (RFC 8689); needs --server\n"
    "  --ca FILE             trust these certificates (the system's)\n"
    "  --insecure            take any certificate\n"
    "  --name HOST           our name (this host's)\n"
    "  --dns ADDR:PORT       ask this DNS server (the system's)\n"
    "  --mx-port PORT        port of mail exchangers (25)\n"
    "  --timeout SECONDS     how long a server may be silent (RFC 5321 4.5.3.2: 2 to 10 minutes)\n"
    "  --raw                 send the octets as they are: no LF to CRLF, no fields added\n"
    "  --smtputf8            the header has UTF-8 (RFC 6532)\n"
    "  --just-send-8         8-bit text to servers without 8BITMIME, too\n"
    "  --trace               show the dialogue on standard error, without secrets\n"
    "  --json                results as JSON on standard output\n"
    "  --quiet               show failures only\n"
    "\n"
    "Other options of sendmail(8) (-odb, -oem, -O, -m, -n, -U, -G, -h, -L, -X) change nothing.\n"
    "Prints a line for each recipient: delivered on standard output, all else on standard error.\n"
    "Exit status: 0 all delivered; else the first that holds: 75 something may be tried again, 77 "
    "the "
    "server does not let the\n"
    "user in, 67 no such mailbox or domain, 69 refused for good. 64 wrong options, 65 a message or "
    "address that cannot be read,\n"
    "70 trouble of our own, 78 wrong configuration.\n";

static int usage(const char *what)
{
    fprintf(stderr, SEND_PROGRAM ": %s (" SEND_PROGRAM " --help lists all)\n", what);
    return EX_USAGE;
}

static int wrong(const char *option, const char *value, const char *what)
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

/* HOST, HOST:PORT, [ADDRESS], [ADDRESS]:PORT, and an IPv6 address alone. */
static int set_server(struct send_options *o, const char *text)
{
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
        return wrong("--server", text, "not HOST[:PORT] (IPv6 as [::1]:25)");
    memcpy(o->host, begin, n);
    o->host[n] = '\0';
    o->submit.host = o->host;
    return 0;
}

static int set_starttls(struct send_options *o, const char *value)
{
    static const struct {
        const char *name;
        enum drive_tls tls;
    } kinds[] = {{"never", DRIVE_TLS_NEVER},
                 {"opportunistic", DRIVE_TLS_OPPORTUNISTIC},
                 {"required", DRIVE_TLS_REQUIRED}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(value, kinds[i].name) != 0)
            continue;
        if (o->tls_told)
            return usage("one of --tls and --starttls, once");
        o->submit.tls = kinds[i].tls;
        o->tls_told = true;
        return 0;
    }
    return wrong("--starttls", value, "not never, opportunistic or required");
}

/* RFC 3461 4.1 */
static int set_notify(struct send_options *o, const char *value)
{
    struct smtp_param param = {SMTP_SPAN("NOTIFY"), smtp_span_of(value), true};
    size_t off;
    o->rcpt_params = (struct smtp_rcpt_params){.given = 0};
    if (smtp_parse_rcpt_param(&param, SMTP_LAX_NONE, &o->rcpt_params, &off) != SMTP_OK)
        return wrong("--dsn", value, smtp_fault_row(SMTP_E_PARAM_NOTIFY)->text);
    return 0;
}

/* A parameter of MAIL by its own grammar. */
static int set_param(struct send_options *o, const char *option, smtp_span keyword, smtp_span value)
{
    struct smtp_param param = {keyword, value, true};
    size_t off;
    enum smtp_fault fault = smtp_parse_mail_param(&param, SMTP_LAX_NONE, &o->params, &off);
    char shown[64];
    snprintf(shown, sizeof shown, "%.*s", (int)(value.n < 60 ? value.n : 60), value.p);
    return fault == SMTP_OK ? 0 : wrong(option, shown, smtp_fault_row(fault)->text);
}

static int set_envid(struct send_options *o, const char *value)
{
    size_t n = smtp_print_xtext((smtp_room){o->envid, sizeof o->envid}, smtp_span_of(value));
    if (n > sizeof o->envid)
        return wrong("-V", value, smtp_fault_row(SMTP_E_PARAM_ENVID)->text);
    return set_param(o, "-V", SMTP_SPAN("ENVID"), (smtp_span){o->envid, n});
}

/* sendmail(8): -bs speaks SMTP on standard input, -bm sends; the others have a queue or aliases. */
static int set_mode(struct send_options *o, const char *value)
{
    if (strcmp(value, "s") == 0)
        o->session = true;
    else if (strcmp(value, "m") != 0)
        return wrong("-b", value, "only -bm and -bs are known here");
    return 0;
}

static int set_once(const char **to, const char *value, const char *option)
{
    if (*to != NULL)
        return wrong(option, value, "given twice");
    *to = value;
    return 0;
}

static int set_name(struct send_options *o, const char *value)
{
    if (strlen(value) >= sizeof o->name)
        return wrong("--name", value, smtp_fault_row(SMTP_E_DOMAIN_LONG)->text);
    snprintf(o->name, sizeof o->name, "%s", value);
    return 0;
}

/* The first line of the file; never an argument, which everybody on the machine can see. */
static int read_password(struct send_options *o, const char *file)
{
    size_t room = 0;
    FILE *in = fopen(file, "r");
    if (o->password != NULL)
        return wrong("--password-file", file, "given twice");
    if (in == NULL) {
        fprintf(stderr, SEND_PROGRAM ": %s: %s\n", file, strerror(errno));
        return EX_CONFIG;
    }
    ssize_t n = getline(&o->password, &room, in);
    fclose(in);
    while (n > 0 && (o->password[n - 1] == '\n' || o->password[n - 1] == '\r'))
        o->password[--n] = '\0';
    if (n > 0)
        return 0;
    fprintf(stderr, SEND_PROGRAM ": %s: no password in it\n", file);
    return EX_CONFIG;
}

static int set_seconds(struct send_options *o, const char *value)
{
    if (!smtp_span_number(smtp_span_of(value), 5, &o->timeout) || o->timeout == 0 ||
        o->timeout > MOST_SECONDS)
        return wrong("--timeout", value, "not a number from 1 to 86400");
    return 0;
}

/* ---- options ------------------------------------------------------------------------------- */

static int take_switch(struct send_options *o, enum row row)
{
    switch (row) {
    case HELP:
        o->help = true;
        break;
    case TLS:
        if (o->tls_told)
            return usage("one of --tls and --starttls, once");
        o->submit.tls = DRIVE_TLS_IMPLICIT;
        o->tls_told = true;
        break;
    case LMTP:
        o->submit.lmtp = true;
        break;
    case PASSWORD_IN_CLEAR:
        o->submit.password_in_clear = true;
        break;
    case REQUIRE_TLS:
        o->params.given |= SMTP_P_REQUIRETLS;
        break;
    case INSECURE:
        o->submit.insecure = true;
        break;
    case RAW:
        o->raw = true;
        break;
    case SMTPUTF8:
        o->params.given |= SMTP_P_SMTPUTF8;
        break;
    case JUST_SEND_8:
        o->submit.just_send_8 = true;
        break;
    case TRACE:
        o->trace = true;
        break;
    case JSON:
        o->json = true;
        break;
    case QUIET:
        o->quiet = true;
        break;
    case FROM_HEADER:
        o->from_header = true;
        break;
    case IGNORE_DOTS:
        o->ignore_dots = true;
        break;
    default: /* take() has the others */
        break;
    }
    return 0;
}

static int take(struct send_options *o, enum row row, const char *value)
{
    switch (row) {
    case SERVER:
        return o->submit.host == NULL ? set_server(o, value)
                                      : wrong("--server", value, "given twice");
    case STARTTLS:
        return set_starttls(o, value);
    case AUTH:
        return set_once(&o->submit.user, value, "--auth");
    case PASSWORD_FILE:
        return read_password(o, value);
    case MECHANISM:
        return set_once(&o->submit.mechanism, value, "--mechanism");
    case DSN:
        return set_notify(o, value);
    case CA:
        return set_once(&o->submit.ca_file, value, "--ca");
    case NAME:
        return set_name(o, value);
    case DNS:
        return set_once(&o->submit.dns, value, "--dns");
    case MX_PORT:
        return read_port(value, &o->submit.port) ? 0 : wrong("--mx-port", value, "not a port");
    case TIMEOUT:
        return set_seconds(o, value);
    case SENDER:
        o->sender = value; /* MUAs say it twice; the last counts */
        return 0;
    case FULL_NAME:
        o->full_name = value;
        return 0;
    case MODE:
        return set_mode(o, value);
    case RET:
        return set_param(o, "-R", SMTP_SPAN("RET"), smtp_span_of(value));
    case ENVID:
        return set_envid(o, value);
    case BODY:
        return set_param(o, "-B", SMTP_SPAN("BODY"), smtp_span_of(value));
    case NOTHING:
        return 0;
    default:
        return take_switch(o, row);
    }
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
            return wrong("option", text - 1, "not known");
        if (l->value == NO_VALUE) {
            status = take(o, l->row, "");
            continue;
        }
        if (l->letter == 'o' && strcmp(text, "i") == 0)
            return take(o, IGNORE_DOTS, "");
        if (*text == '\0' && l->value == VALUE) {
            if (a->argc == 0)
                return wrong("option", text - 1, "a value is missing");
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
        return o->password == NULL ? 0 : usage("--password-file needs --auth");
    if (o->password == NULL && from_environment != NULL)
        o->password = strdup(from_environment);
    if (o->password == NULL)
        return usage("--auth needs --password-file, or SMTPREF_PASSWORD in the environment");
    o->submit.password = o->password;
    if (!o->tls_told)
        o->submit.tls = DRIVE_TLS_REQUIRED;
    return 0;
}

/* What one option says about another. */
static int check(struct send_options *o)
{
    if (o->recipient_count == 0 && !o->from_header && !o->session)
        return usage("recipients are needed, or -t");
    if (o->name[0] != '\0' && !is_host(o->name))
        return usage("--name is a domain name or an address literal");
    if (o->submit.host == NULL && (o->submit.lmtp || o->submit.user != NULL))
        return usage("--auth and --lmtp need --server");
    if (o->submit.host == NULL && o->submit.tls == DRIVE_TLS_IMPLICIT)
        return usage("--tls needs --server");
    if (o->submit.host == NULL && (o->params.given & SMTP_P_REQUIRETLS) != 0)
        return usage("--require-tls needs --server");
    if (o->submit.tls == DRIVE_TLS_NEVER && (o->params.given & SMTP_P_REQUIRETLS) != 0)
        return usage("--require-tls is not to be had with --starttls never");
    if (o->raw && o->from_header)
        return usage("--raw leaves the header as it is, -t does not");
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
