#include "serve_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "smtp/server.h"

#define PROGRAM "smtpref serve"

static const char *const modes[] = {
    [SMTP_MODE_SMTP] = "smtp", [SMTP_MODE_SUBMISSION] = "submission", [SMTP_MODE_LMTP] = "lmtp"};

static const struct {
    const char *name;
    enum smtp_ext bit;
} extensions[] = {
    {"SIZE", SMTP_X_SIZE},
    {"8BITMIME", SMTP_X_8BITMIME},
    {"PIPELINING", SMTP_X_PIPELINING},
    {"ENHANCEDSTATUSCODES", SMTP_X_ENHANCEDSTATUSCODES},
    {"STARTTLS", SMTP_X_STARTTLS},
    {"HELP", SMTP_X_HELP},
    {"EXPN", SMTP_X_EXPN},
    {"CHUNKING", SMTP_X_CHUNKING},
    {"BINARYMIME", SMTP_X_BINARYMIME},
    {"SMTPUTF8", SMTP_X_SMTPUTF8},
    {"DSN", SMTP_X_DSN},
    {"AUTH", SMTP_X_AUTH},
    {"REQUIRETLS", SMTP_X_REQUIRETLS},
    {"LIMITS", SMTP_X_LIMITS},
    {"DELIVERBY", SMTP_X_DELIVERBY},
    {"MT-PRIORITY", SMTP_X_MT_PRIORITY},
    {"FUTURERELEASE", SMTP_X_FUTURERELEASE},
};
enum { EXTENSIONS = sizeof extensions / sizeof *extensions };

/* These bind who takes the message to notify (RFC 3461 5.2, 2852 4.1) or to wait (4865 4.2), which no store of ours does. */
#define PROMISES                                                                                   \
    ((unsigned)SMTP_X_DSN | (unsigned)SMTP_X_DELIVERBY | (unsigned)SMTP_X_FUTURERELEASE)

enum {
    MOST_CONNECTIONS = 100000,
    MOST_SECONDS = 86400,
    MOST_A_MINUTE = 60000,
    MOST_SPEED = 1000,
    MOST_TRANSACTIONS = 999999, /* RFC 9422 4.1: six digits */
    CONNECTIONS = 250,
    SPEED = 64
};

enum row {
    HELP,
    LISTEN,
    TLS_LISTEN,
    CERT,
    KEY,
    DOMAIN,
    MAILBOX,
    LIST,
    REFUSE_FROM,
    DENY,
    NO_MAIL,
    REQUIRE_TLS,
    MAILDIR,
    SINK,
    LMTP_RELAY,
    SMTP_RELAY,
    NAME,
    MODE,
    WITHOUT,
    PROMISE,
    USERS,
    AUTH_CLEAR,
    MAX_SIZE,
    MAX_CONNECTIONS,
    MAX_PER_ADDRESS,
    MAX_PER_MINUTE,
    MAX_TRANSACTIONS,
    TIMEOUT,
    MIN_SPEED,
    QUIET
};

static const struct option_row rows[] = {
    [HELP] = {"help", false},
    [LISTEN] = {"listen", true},
    [TLS_LISTEN] = {"tls-listen", true},
    [CERT] = {"cert", true},
    [KEY] = {"key", true},
    [DOMAIN] = {"domain", true},
    [MAILBOX] = {"mailbox", true},
    [LIST] = {"list", true},
    [REFUSE_FROM] = {"refuse-from", true},
    [DENY] = {"deny", false},
    [NO_MAIL] = {"no-mail", false},
    [REQUIRE_TLS] = {"require-tls", false},
    [MAILDIR] = {"maildir", true},
    [SINK] = {"sink", false},
    [LMTP_RELAY] = {"lmtp-relay", true},
    [SMTP_RELAY] = {"smtp-relay", true},
    [NAME] = {"name", true},
    [MODE] = {"mode", true},
    [WITHOUT] = {"without", true},
    [PROMISE] = {"promise", true},
    [USERS] = {"users", true},
    [AUTH_CLEAR] = {"auth-clear", false},
    [MAX_SIZE] = {"max-size", true},
    [MAX_CONNECTIONS] = {"max-connections", true},
    [MAX_PER_ADDRESS] = {"max-per-address", true},
    [MAX_PER_MINUTE] = {"max-per-minute", true},
    [MAX_TRANSACTIONS] = {"max-transactions", true},
    [TIMEOUT] = {"timeout", true},
    [MIN_SPEED] = {"min-speed", true},
    [QUIET] = {"quiet", false},
    {NULL, false},
};

static int usage(const char *what)
{
    fprintf(stderr, PROGRAM ": %s (" PROGRAM " --help lists all)\n", what);
    return EXIT_USAGE;
}

/* RFC 3986 3.2.2 writes IPv6 addresses in brackets where a port follows. */
static bool read_address(const char *text, struct address *a)
{
    const char *colon = strrchr(text, ':');
    uint64_t port;
    if (colon == NULL || !smtp_span_number(smtp_span_of(colon + 1), 5, &port) || port > UINT16_MAX)
        return false;
    smtp_span host = {text, (size_t)(colon - text)};
    a->bracketed = host.n >= 2 && host.p[0] == '[' && host.p[host.n - 1] == ']';
    if (a->bracketed)
        host = smtp_span_cut(host, 1, host.n - 1);
    bool has_colon = host.n > 0 && memchr(host.p, ':', host.n) != NULL;
    if (host.n == 0 || host.n >= HOST_MAX || has_colon != a->bracketed)
        return false;
    memcpy(a->host, host.p, host.n);
    a->host[host.n] = '\0';
    a->port = (uint16_t)port;
    return true;
}

static int usage_address(const char *text)
{
    fprintf(stderr, PROGRAM ": %s: not ADDR:PORT (IPv6 as [::1]:25)\n", text);
    return EXIT_USAGE;
}

static int add_address(struct serve_options *o, const char *text, bool implicit)
{
    struct address *a = &o->addresses[o->address_count];
    if (!read_address(text, a))
        return usage_address(text);
    a->implicit = implicit;
    o->address_count++;
    return 0;
}

static int set_relay(struct serve_options *o, const char *text, bool lmtp)
{
    if (o->relay.port != 0)
        return usage("there is one next hop");
    o->relay_lmtp = lmtp;
    return read_address(text, &o->relay) && o->relay.port != 0 ? 0 : usage_address(text);
}

static int add(const char **list, size_t *count, const char *value)
{
    list[(*count)++] = value;
    return 0;
}

static int add_list(struct serve_options *o, const char *value)
{
    const char *equals = strchr(value, '=');
    if (equals == NULL || equals[1] == '\0')
        return usage("--list takes ADDR=ADDR,...");
    smtp_span mailbox = {value, (size_t)(equals - value)};
    o->lists[o->site.list_count++] = (struct drive_list){mailbox, equals + 1};
    return 0;
}

static int set(const char **to, const char *value)
{
    if (*to != NULL)
        return usage("an option is given twice");
    *to = value;
    return 0;
}

static int set_mode(struct serve_options *o, const char *value)
{
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(value, modes[i]) != 0)
            continue;
        o->mode = (enum smtp_mode)i;
        return 0;
    }
    return usage("--mode is smtp, submission or lmtp");
}

/* What needs an extension that is switched off goes with it. */
static void take_away(struct serve_options *o, enum smtp_ext extension)
{
    o->extensions &= ~(unsigned)extension;
    if (extension == SMTP_X_CHUNKING) /* RFC 3030 3 */
        o->extensions &= ~(unsigned)SMTP_X_BINARYMIME;
    if (extension == SMTP_X_8BITMIME) /* RFC 6531 3.1 */
        o->extensions &= ~(unsigned)SMTP_X_SMTPUTF8;
}

static unsigned extension_of(smtp_span name)
{
    for (size_t i = 0; i < EXTENSIONS; i++)
        if (smtp_span_is_nocase(name, smtp_span_of(extensions[i].name)))
            return (unsigned)extensions[i].bit;
    return 0;
}

static bool take_name_away(struct serve_options *o, smtp_span name)
{
    unsigned bit = extension_of(name);
    take_away(o, (enum smtp_ext)bit);
    return bit != 0;
}

static bool promise_name(struct serve_options *o, smtp_span name)
{
    unsigned bit = extension_of(name) & PROMISES;
    o->extensions |= bit;
    return bit != 0;
}

/* Names with commas between them. */
static int set_names(struct serve_options *o, enum row row, const char *value,
                     bool (*set_name)(struct serve_options *o, smtp_span name))
{
    for (const char *at = value; at != NULL;) {
        const char *comma = strchr(at, ',');
        size_t n = comma != NULL ? (size_t)(comma - at) : strlen(at);
        if (!set_name(o, (smtp_span){at, n})) {
            fprintf(stderr,
                    PROGRAM ": --%s %.*s: no such extension (" PROGRAM " --help lists all)\n",
                    rows[row].name, (int)n, at);
            return EXIT_USAGE;
        }
        at = comma != NULL ? comma + 1 : NULL;
    }
    return 0;
}

static int read_number(const struct options *parser, enum row row, const char *value, uint64_t most,
                       uint64_t *out)
{
    return options_number(parser, rows[row].name, value, most, out) ? 0 : EXIT_USAGE;
}

static int take(struct serve_options *o, const struct options *parser, enum row row,
                const char *value)
{
    switch (row) {
    case HELP:
        o->help = true;
        return 0;
    case LISTEN:
    case TLS_LISTEN:
        return add_address(o, value, row == TLS_LISTEN);
    case CERT:
        return set(&o->cert, value);
    case KEY:
        return set(&o->key, value);
    case DOMAIN:
        return add(o->domains, &o->site.domain_count, value);
    case MAILBOX:
        return add(o->mailboxes, &o->site.mailbox_count, value);
    case LIST:
        return add_list(o, value);
    case REFUSE_FROM:
        return add(o->refused_senders, &o->site.refused_count, value);
    case DENY:
        o->site.denies = true;
        return 0;
    case NO_MAIL:
        o->site.mailless = true;
        return 0;
    case REQUIRE_TLS:
        o->require_tls = true;
        return 0;
    case MAILDIR:
        return set(&o->maildir, value);
    case LMTP_RELAY:
    case SMTP_RELAY:
        return set_relay(o, value, row == LMTP_RELAY);
    case SINK:
        o->sink = true;
        return 0;
    case NAME:
        return set(&o->name, value);
    case MODE:
        return set_mode(o, value);
    case WITHOUT:
        return set_names(o, row, value, take_name_away);
    case PROMISE:
        return set_names(o, row, value, promise_name);
    case USERS:
        return set(&o->users, value);
    case AUTH_CLEAR:
        o->auth_clear = true;
        return 0;
    case MAX_SIZE:
        return read_number(parser, row, value, UINT64_MAX, &o->max_size);
    case MAX_CONNECTIONS:
        return read_number(parser, row, value, MOST_CONNECTIONS, &o->max_connections);
    case MAX_PER_ADDRESS:
        return read_number(parser, row, value, MOST_CONNECTIONS, &o->max_per_address);
    case MAX_PER_MINUTE:
        return read_number(parser, row, value, MOST_A_MINUTE, &o->max_per_minute);
    case MAX_TRANSACTIONS:
        return read_number(parser, row, value, MOST_TRANSACTIONS, &o->max_transactions);
    case MIN_SPEED:
        return read_number(parser, row, value, MOST_SPEED, &o->min_speed);
    case TIMEOUT:
        return read_number(parser, row, value, MOST_SECONDS, &o->timeout);
    case QUIET:
        o->quiet = true;
        return 0;
    }
    return EXIT_USAGE;
}

static bool is_host(const char *name)
{
    struct smtp_cursor c = smtp_cursor_of(smtp_span_of(name), SMTP_LAX_NONE);
    struct smtp_domain host;
    return smtp_parse_host(&c, &host) == SMTP_OK && c.at == c.end;
}

static bool wants_tls(const struct serve_options *o)
{
    for (size_t i = 0; i < o->address_count; i++)
        if (o->addresses[i].implicit)
            return true;
    return false;
}

/* RFC 2033 5: LMTP is not spoken on port 25. */
static bool is_lmtp_on_25(const struct serve_options *o)
{
    for (size_t i = 0; i < o->address_count; i++)
        if (o->mode == SMTP_MODE_LMTP && o->addresses[i].port == 25)
            return true;
    return false;
}

static int check_auth(const struct serve_options *o)
{
    if (o->users == NULL && o->auth_clear)
        return usage("--auth-clear needs --users");
    if (o->users != NULL && (o->extensions & SMTP_X_AUTH) == 0)
        return usage("--users and --without AUTH contradict each other");
    return 0;
}

/* What one option says about another. */
static int check(struct serve_options *o)
{
    if (o->address_count == 0)
        return usage("--listen or --tls-listen is needed");
    if (o->site.domain_count == 0)
        return usage("--domain is needed");
    if (o->sink + (o->maildir != NULL) + (o->relay.port != 0) != 1)
        return usage("one of --maildir, --lmtp-relay, --smtp-relay and --sink is needed");
    if (o->cert == NULL && wants_tls(o))
        return usage("--tls-listen needs --cert");
    if (o->cert == NULL && o->key != NULL)
        return usage("--key needs --cert");
    if (o->require_tls && (o->cert == NULL || (o->extensions & (unsigned)SMTP_X_STARTTLS) == 0))
        return usage("--require-tls needs --cert, and STARTTLS to be offered");
    if (o->max_connections == 0 || o->timeout == 0)
        return usage("--max-connections and --timeout are 1 at least");
    if (is_lmtp_on_25(o))
        return usage("--mode lmtp is not for port 25 (RFC 2033 5)");
    if (o->name == NULL)
        o->name = o->domains[0];
    if (!is_host(o->name))
        return usage("--name is a domain name or an address literal");
    return check_auth(o);
}

static bool make_room(struct serve_options *o, int argc)
{
    size_t most = (size_t)argc + 1;
    o->addresses = calloc(most, sizeof *o->addresses);
    o->domains = calloc(most, sizeof *o->domains);
    o->mailboxes = calloc(most, sizeof *o->mailboxes);
    o->refused_senders = calloc(most, sizeof *o->refused_senders);
    o->lists = calloc(most, sizeof *o->lists);
    o->site.domains = o->domains;
    o->site.mailboxes = o->mailboxes;
    o->site.refused_senders = o->refused_senders;
    o->site.lists = o->lists;
    return o->addresses != NULL && o->domains != NULL && o->mailboxes != NULL &&
           o->refused_senders != NULL && o->lists != NULL;
}

int serve_options_read(struct serve_options *out, int argc, char **argv)
{
    *out = (struct serve_options){
        .max_size = smtp_limits_default.message,
        .max_connections = CONNECTIONS,
        .timeout = smtp_limits_default.command_ms / 1000,
        .min_speed = SPEED,
    };
    for (size_t i = 0; i < EXTENSIONS; i++)
        out->extensions |= (unsigned)extensions[i].bit & ~PROMISES;
    struct options parser = {.program = PROGRAM, .rows = rows, .argc = argc, .argv = argv};
    const char *value;
    int row, status = 0;
    if (!make_room(out, argc))
        return EXIT_FAILURE;
    while (status == 0 && (row = options_next(&parser, &value)) != OPTIONS_END)
        status = row == OPTIONS_BAD ? EXIT_USAGE : take(out, &parser, (enum row)row, value);
    if (status != 0 || out->help)
        return status;
    return check(out);
}

void serve_options_free(struct serve_options *o)
{
    free(o->addresses);
    free(o->domains);
    free(o->mailboxes);
    free(o->refused_senders);
    free(o->lists);
}

const char *serve_mode_name(enum smtp_mode mode)
{
    return modes[mode];
}
