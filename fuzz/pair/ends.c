#include "fuzz.h"
#include "pair/play.h"

/* RFC 5321 4.5.3.1 wants no less than 100 recipients of real servers. */
static const struct smtp_limits low = {.command_line = 512,
                                       .recipients = 3,
                                       .message = 200,
                                       .errors = 6,
                                       .command_ms = 300000,
                                       .text_ms = 300000,
                                       .tls_ms = 60000,
                                       .auth_line = 2048,
                                       .transactions = 3,
                                       .hops = 3,
                                       .auth_tries = 2};

/* The bits of the second and third mode. */
static const unsigned withheld[] = {
    SMTP_X_PIPELINING,    SMTP_X_SIZE,
    SMTP_X_8BITMIME,      SMTP_X_ENHANCEDSTATUSCODES,
    SMTP_X_STARTTLS,      SMTP_X_CHUNKING,
    SMTP_X_BINARYMIME,    SMTP_X_SMTPUTF8,
    SMTP_X_DSN,           SMTP_X_AUTH,
    SMTP_X_REQUIRETLS,    SMTP_X_LIMITS,
    SMTP_X_DELIVERBY,     SMTP_X_MT_PRIORITY,
    SMTP_X_FUTURERELEASE, (unsigned)SMTP_X_VRFY | (unsigned)SMTP_X_EXPN | (unsigned)SMTP_X_HELP,
};

static unsigned extensions(const struct script *s)
{
    unsigned not_offered = s->modes[1] | (unsigned)s->modes[2] << 8, out = ~0U;
    for (size_t i = 0; i < sizeof withheld / sizeof *withheld; i++)
        if ((not_offered >> i & 1) != 0)
            out &= ~withheld[i];
    return out;
}

static void configure_server(struct play *p, unsigned mode)
{
    static const enum smtp_mode modes[] = {SMTP_MODE_SMTP, SMTP_MODE_SUBMISSION, SMTP_MODE_LMTP,
                                           SMTP_MODE_SMTP};
    bool strict = (mode & 64) != 0;
    p->server_config = (struct smtp_server_config){.name = "s.test",
                                                   .mode = modes[mode >> 2 & 3],
                                                   .limits = strict ? &low : NULL,
                                                   .extensions = extensions(p->script),
                                                   .refuse_bare = strict,
                                                   .size_unsaid = strict,
                                                   .tls_needed = (mode & 16) != 0,
                                                   .auth_needed = (mode & 32) != 0,
                                                   .auth_clear = "PLAIN LOGIN",
                                                   .auth_tls = "PLAIN LOGIN",
                                                   .deliver_by_min = 60,
                                                   .hold_max_s = 86400,
                                                   .hold_max_until = "2030-01-01T00:00:00Z",
                                                   .priority_profile = "STANAG4406"};
}

static void configure_client(struct play *p, unsigned mode)
{
    static const enum smtp_client_tls tls[] = {SMTP_TLS_IF_OFFERED, SMTP_TLS_ALWAYS, SMTP_TLS_NEVER,
                                               SMTP_TLS_ALWAYS};
    unsigned ignore = (unsigned)SMTP_KW_PIPELINING | (unsigned)SMTP_KW_CHUNKING;
    p->client_config = (struct smtp_client_config){.name = "c.test",
                                                   .tls = tls[mode & 3],
                                                   .lmtp = (mode & 8) != 0,
                                                   .ignore = (mode & 128) != 0 ? ignore : 0};
}

void play_set_up(struct play *p)
{
    unsigned mode = p->script->modes[0];
    configure_server(p, mode);
    configure_client(p, mode);
    enum smtp_fault fault =
        smtp_server_init(&p->server, &p->server_config, (smtp_room){p->server_in, PLAY_IN},
                         (smtp_room){p->server_out, PLAY_OUT}, p->now_ms);
    FUZZ_CHECK(fault == SMTP_OK, "memory-bound", "no server");
    fault = smtp_client_init(&p->client, &p->client_config, (smtp_room){p->client_in, PLAY_IN},
                             (smtp_room){p->client_out, PLAY_OUT}, p->now_ms);
    FUZZ_CHECK(fault == SMTP_OK, "memory-bound", "no client");
    p->client.edge.secure = p->server.edge.secure = (mode & 3) == 3;
}

/* Read here without the session's own list: what the clauses of each extension say of it. */
bool play_has(const struct play *p, enum smtp_ext extension)
{
    unsigned has = p->server_config.extensions;
    if (extension == SMTP_X_REQUIRETLS && !p->server.edge.secure) /* RFC 8689 2 */
        return false;
    if (extension == SMTP_X_STARTTLS && p->server.edge.secure) /* RFC 3207 4.2 */
        return false;
    if (extension == SMTP_X_BINARYMIME && (has & SMTP_X_CHUNKING) == 0) /* RFC 3030 3 */
        return false;
    if (extension == SMTP_X_SMTPUTF8 && (has & SMTP_X_8BITMIME) == 0) /* RFC 6531 3.1 */
        return false;
    if (extension == SMTP_X_FUTURERELEASE && p->server_config.mode != SMTP_MODE_SUBMISSION)
        return false; /* RFC 4865 4.2 */
    return (has & (unsigned)extension) != 0;
}
