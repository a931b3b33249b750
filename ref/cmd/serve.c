#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "drive/serve.h"
#include "options.h"
#include "serve_options.h"

/* All that has to be given back. */
struct site {
    struct smtp_limits limits;
    struct net_uv *uv;
    struct net_tls_context *tls;
    struct drive_users *users;
    struct drive_worker *worker;
    struct drive_sasl *sasl;
    struct drive_policy *policy;
    struct drive_store *store;
    char hold_until[32]; /* RFC 4865 3 */
    struct drive_serve *serve;
};

static int trouble(const char *about, const char *why)
{
    fprintf(stderr, "smtpref serve: %s: %s\n", about, why);
    return EXIT_FAILURE;
}

static void set_limits(struct site *site, const struct serve_options *o)
{
    site->limits = smtp_limits_default;
    site->limits.message = o->max_size;
    site->limits.transactions = (size_t)o->max_transactions;
    site->limits.command_ms = o->timeout * 1000;
    site->limits.text_ms = o->timeout * 1000;
    site->limits.text_rate = o->min_speed;
    if (site->limits.command_ms < site->limits.tls_ms)
        site->limits.tls_ms = site->limits.command_ms;
}

/* OpenSSL's own words for a file that cannot be opened are "system lib". */
static bool is_readable(const char *file)
{
    FILE *opened = fopen(file, "rb");
    if (opened == NULL) {
        trouble(file, strerror(errno));
        return false;
    }
    fclose(opened);
    return true;
}

static int open_tls(struct site *site, const struct serve_options *o)
{
    if (o->cert == NULL)
        return 0;
    if (!is_readable(o->cert) || (o->key != NULL && !is_readable(o->key)))
        return EXIT_FAILURE;
    struct net_tls_options options = {.server = true, .cert_file = o->cert, .key_file = o->key};
    const char *why = "";
    site->tls = net_tls_context_new(&options, &why);
    return site->tls != NULL ? 0 : trouble("TLS", why);
}

static struct drive_store *open_relay(struct site *site, const struct serve_options *o)
{
    enum { CONNECT_MS = 30000 };
    struct net_dialler *dialler =
        net_uv_dialler(site->uv, o->relay.host, o->relay.port, CONNECT_MS);
    struct drive_relay_config config = {.name = o->name, .lmtp = o->relay_lmtp};
    return dialler != NULL ? drive_relay_new(net_uv_world(site->uv), dialler, &config) : NULL;
}

/* RFC 3461 5.2.3: who promises DSN tells of deliveries. */
static struct drive_store *open_maildir(struct site *site, const struct serve_options *o,
                                        const char **why)
{
    struct drive_store *maildir = drive_maildir_new(site->uv, o->maildir, o->name, why);
    if (maildir == NULL || (o->extensions & (unsigned)SMTP_X_DSN) == 0)
        return maildir;
    struct drive_store *notifier = drive_notifier_new(maildir, site->policy, o->name);
    if (notifier == NULL)
        maildir->ops->free(maildir);
    return notifier;
}

static int open_store(struct site *site, const struct serve_options *o)
{
    const char *why = "no memory";
    if (o->sink)
        site->store = drive_sink_new();
    else if (o->relay.port != 0)
        site->store = open_relay(site, o);
    else
        site->store = open_maildir(site, o, &why);
    return site->store != NULL ? 0 : trouble(o->maildir != NULL ? o->maildir : "store", why);
}

static int open_users(struct site *site, const struct serve_options *o)
{
    const char *why = "no memory";
    if (o->users == NULL)
        return 0;
    site->users = drive_users_read(o->users, &why);
    if (site->users == NULL)
        return trouble(o->users, why);
    if (drive_users_are_exposed(site->users))
        fprintf(stderr, "smtpref serve: %s: warning: everybody may read it (chmod 600 %s)\n",
                o->users, o->users);
    site->worker = drive_worker_new(site->uv);
    if (site->worker != NULL)
        site->sasl = drive_sasl_new(site->users, site->worker, &why);
    return site->sasl != NULL ? 0 : trouble("AUTH", why);
}

/* What is offered, and to whom. */
static int set_auth(struct site *site, const struct serve_options *o,
                    struct smtp_server_config *session)
{
    if (site->sasl == NULL)
        return 0;
    session->auth_tls = drive_sasl_offer(site->sasl, DRIVE_OFFER_TLS);
    session->auth_clear =
        drive_sasl_offer(site->sasl, o->auth_clear ? DRIVE_OFFER_CLEAR_ALL : DRIVE_OFFER_CLEAR);
    session->auth_needed = o->mode == SMTP_MODE_SUBMISSION; /* RFC 6409 4.3 */
    if (site->tls == NULL && session->auth_clear[0] == '\0')
        return trouble(o->users, "no mechanism is good for all users: --cert or --auth-clear");
    return 0;
}

/* RFC 4865 3: how far ahead mail may be submitted. It is stored at once, so any limit is kept. */
static void set_hold(struct site *site, struct smtp_server_config *session)
{
    enum { WEEK = 7 * 86400 };
    time_t until = time(NULL) + (time_t)10 * 365 * 86400;
    struct tm tm;
    if (gmtime_r(&until, &tm) == NULL ||
        strftime(site->hold_until, sizeof site->hold_until, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        return;
    session->hold_max_s = WEEK;
    session->hold_max_until = site->hold_until;
}

static int open_serve(struct site *site, const struct serve_options *o)
{
    unsigned never = 0;
    if (o->site.list_count == 0) /* RFC 5321 3.5.2: listed where it is carried out */
        never |= (unsigned)SMTP_X_EXPN;
    if (o->users == NULL)
        never |= (unsigned)SMTP_X_AUTH;
    if (o->mode != SMTP_MODE_SUBMISSION) /* RFC 4865 4.2 */
        never |= (unsigned)SMTP_X_FUTURERELEASE;
    if (o->relay.port != 0) /* what the next hop may not do, nobody here does for it */
        never |= (unsigned)SMTP_X_DSN | (unsigned)SMTP_X_DELIVERBY | (unsigned)SMTP_X_REQUIRETLS |
                 (unsigned)SMTP_X_FUTURERELEASE;
    struct drive_serve_config config = {
        .session = {.name = o->name,
                    .mode = o->mode,
                    .limits = &site->limits,
                    .lax = SMTP_LAX_ADVISED,
                    .tls_needed = o->require_tls,
                    .extensions = o->extensions & ~never},
        .policy = site->policy,
        .store = site->store,
        .tls = site->tls,
        .sasl = site->sasl,
        .connections = o->max_connections,
        .address_connections = o->max_per_address,
        .address_per_minute = o->max_per_minute,
        .log = o->quiet ? NULL : stderr,
    };
    set_hold(site, &config.session);
    int status = set_auth(site, o, &config.session);
    if (status != 0)
        return status;
    site->serve = drive_serve_new(site->uv, &config);
    return site->serve != NULL ? 0 : trouble("server", "no memory");
}

/* The sites that it is told about first: a name that is none is a matter of the options. */
static int open_site(struct site *site, struct serve_options *o)
{
    const char *why;
    o->site.host = o->name;
    o->site.relays = o->mode == SMTP_MODE_SUBMISSION && o->users != NULL;
    site->policy = drive_site_new(&o->site, &why);
    if (site->policy == NULL) {
        trouble("--domain, --mailbox, --list", why);
        return EXIT_USAGE;
    }
    set_limits(site, o);
    site->uv = net_uv_new();
    if (site->uv == NULL)
        return trouble("event loop", "no memory");
    int status = open_tls(site, o);
    if (status == 0)
        status = open_users(site, o);
    if (status == 0)
        status = open_store(site, o);
    return status != 0 ? status : open_serve(site, o);
}

static int listen_at(struct site *site, const struct address *a, enum smtp_mode mode)
{
    const char *why = "", *open = a->bracketed ? "[" : "", *close = a->bracketed ? "]" : "";
    uint16_t port = drive_serve_listen(site->serve, a->host, a->port, a->implicit, &why);
    if (port == 0) {
        fprintf(stderr, "smtpref serve: %s\n", why);
        return EXIT_FAILURE;
    }
    printf("listening %s%s%s:%u %s%s\n", open, a->host, close, port, serve_mode_name(mode),
           a->implicit ? "s" : "");
    return 0;
}

static int serve(struct site *site, const struct serve_options *o)
{
    for (size_t i = 0; i < o->address_count; i++)
        if (listen_at(site, &o->addresses[i], o->mode) != 0)
            return EXIT_FAILURE;
    if (fflush(stdout) != 0)
        return trouble("standard output", "it cannot be written");
    return drive_serve_run(site->serve) ? EXIT_SUCCESS : trouble("event loop", "it failed");
}

static void close_site(struct site *site)
{
    if (site->serve != NULL)
        drive_serve_free(site->serve);
    if (site->store != NULL)
        site->store->ops->free(site->store);
    if (site->uv != NULL)
        net_uv_free(site->uv);
    drive_sasl_free(site->sasl); /* no job is left now */
    drive_worker_free(site->worker);
    drive_users_free(site->users);
    net_tls_context_free(site->tls);
    drive_site_free(site->policy);
}

int command_serve(int argc, char **argv)
{
    struct serve_options options;
    struct site site = {.uv = NULL};
    int status = serve_options_read(&options, argc, argv);
    if (status == 0 && options.help) {
        fputs(serve_help, stdout);
    } else if (status == 0) {
        status = open_site(&site, &options);
        if (status == 0)
            status = serve(&site, &options);
        close_site(&site);
    }
    serve_options_free(&options);
    return status;
}
