#include "oracle/server/play.h"

static const struct smtp_limits few = {.command_line = 512,
                                       .recipients = 100,
                                       .message = 10485760,
                                       .errors = 100,
                                       .command_ms = 300000,
                                       .text_ms = 300000,
                                       .tls_ms = 60000,
                                       .auth_line = 2048,
                                       .transactions = 20,
                                       .hops = 3,
                                       .auth_tries = 3};
/* Nothing is counted, and who is slow wins little time; lines of an exchange are no longer than others. */
static const struct smtp_limits free_and_slow = {.command_line = 512,
                                                 .recipients = 1000,
                                                 .message = 0,
                                                 .command_ms = 300000,
                                                 .text_ms = 600000,
                                                 .text_rate = 100,
                                                 .tls_ms = 60000,
                                                 .auth_line = 512};

/* RFC 7504: a host that takes no mail. Its table has no other rows, so that all else is 500. */
static const struct smtp_rule no_mail[] = {
    {SMTP_V_CONNECT, SMTP_S_CONNECT, SMTP_S_REFUSED, 521, NULL, "{name} takes no mail", "7504 3",
     0},
    {SMTP_V_QUIT, SMTP_S_REFUSED, SMTP_S_CLOSED, 221, "2.0.0", "{name} closes", "5321 4.1.1.10", 0},
    {SMTP_V_UNKNOWN, 0, SMTP_S_SAME, 0, NULL, NULL, NULL, 0}};

#define PLAIN                                                                                      \
    SMTP_X_SIZE | SMTP_X_8BITMIME | SMTP_X_PIPELINING | SMTP_X_ENHANCEDSTATUSCODES | SMTP_X_STARTTLS
#define CHUNKS PLAIN | SMTP_X_CHUNKING | SMTP_X_BINARYMIME | SMTP_X_DSN | SMTP_X_LIMITS
#define NAMED .name = "mx.example.test", .limits = &few
#define EXTENDED                                                                                   \
    NAMED, .lax = SMTP_LAX_ADVISED, .extensions = ~0U, .refuse_bare = true, .auth_clear = "PLAIN", \
           .auth_tls = "PLAIN LOGIN", .deliver_by_min = 60, .hold_max_s = 86400,                   \
           .hold_max_until = "2030-01-01T00:00:00Z", .priority_profile = "STANAG4406"

static const struct server_mode modes[SERVER_MODES] = {
    {"plain",
     {.name = "mx.example.test", .lax = SMTP_LAX_ADVISED, .extensions = PLAIN},
     .strict = true},
    {"submission", {EXTENDED, .mode = SMTP_MODE_SUBMISSION}, .strict = true},
    {"lmtp", {EXTENDED, .mode = SMTP_MODE_LMTP}, .strict = true},
    {"chunking", {NAMED, .lax = SMTP_LAX_ADVISED, .extensions = CHUNKS}, .strict = true},
    {"lmtp-plain",
     {NAMED, .lax = SMTP_LAX_ADVISED, .extensions = PLAIN, .mode = SMTP_MODE_LMTP},
     .strict = true},
    {"lmtp-chunking",
     {NAMED, .lax = SMTP_LAX_ADVISED, .extensions = CHUNKS, .mode = SMTP_MODE_LMTP},
     .strict = true},
    {"lenient",
     {NAMED, .lax = ~0U & ~(unsigned)SMTP_LAX_UTF8, .extensions = CHUNKS, .size_unsaid = true},
     .strict = false},
    {"guarded",
     {EXTENDED, .tls_needed = true, .auth_needed = true, .mode = SMTP_MODE_SMTP},
     .strict = false},
    {"slow",
     {.name = "[192.0.2.1]",
      .limits = &free_and_slow,
      .lax = SMTP_LAX_ADVISED,
      .mode = SMTP_MODE_SUBMISSION,
      .extensions = ~0U,
      .auth_tls = "PLAIN",
      .hold_max_s = 60},
     .strict = true},
    {"no-mail",
     {.name = "mx.example.test", .rules = no_mail, .lax = SMTP_LAX_ADVISED, .extensions = PLAIN},
     .strict = false},
};

const struct server_mode *server_mode(unsigned mode)
{
    return &modes[mode % SERVER_MODES];
}
