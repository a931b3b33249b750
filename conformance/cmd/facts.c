#include "facts.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "smtp/chars.h"

/* ---- our name -------------------------------------------------------------------------------- */

/* RFC 5321 2.3.5: a fully-qualified name. One without a dot is an alias at best. */
static bool is_qualified(const char *name)
{
    const char *dot = strchr(name, '.');
    for (const char *c = name; *c != '\0'; c++)
        if (!smtp_is(*c, SMTP_C_LDH) && *c != '.')
            return false;
    return dot != NULL && dot != name && dot[1] != '\0' &&
           strcmp(name, "localhost.localdomain") != 0;
}

/* The address that packets to the net would leave from: connecting a datagram socket sends none. */
static bool own_address(char *out, size_t size)
{
    struct sockaddr_in away = {.sin_family = AF_INET, .sin_port = htons(25)}, own;
    socklen_t n = sizeof own;
    char text[INET_ADDRSTRLEN];
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    bool ok = fd >= 0 && inet_pton(AF_INET, "192.0.2.1", &away.sin_addr) == 1 &&
              connect(fd, (const struct sockaddr *)&away, sizeof away) == 0 &&
              getsockname(fd, (struct sockaddr *)&own, &n) == 0 &&
              inet_ntop(AF_INET, &own.sin_addr, text, sizeof text) != NULL;
    if (fd >= 0)
        close(fd);
    if (ok)
        snprintf(out, size, "[%s]", text);
    return ok;
}

static void own_name(char *out, size_t size)
{
    if (gethostname(out, size) == 0) {
        out[size - 1] = '\0';
        if (is_qualified(out))
            return;
    }
    if (!own_address(out, size))
        snprintf(out, size, "[127.0.0.1]");
}

void facts_init(struct facts *facts, const struct check_options *o)
{
    *facts = (struct facts){.var_count = 0};
    if (o->ehlo != NULL)
        snprintf(facts->me, sizeof facts->me, "%s", o->ehlo);
    else if (address_is_loopback(&o->target))
        snprintf(facts->me, sizeof facts->me, "client.example.org");
    else
        own_name(facts->me, sizeof facts->me);
}

/* ---- variables and facts --------------------------------------------------------------------- */

static void set_var(struct facts *facts, const char *name, const char *value)
{
    size_t i = 0;
    while (i < facts->var_count && strcmp(facts->vars[i].name, name) != 0)
        i++;
    if (value == NULL || i == FACTS_VARS - 1)
        return;
    facts->vars[i] = (struct player_var){name, value};
    facts->var_count += i == facts->var_count;
}

static void add_word(struct facts *facts, const char *word, bool holds)
{
    for (size_t i = 0; i < facts->word_count; i++)
        holds = holds && strcmp(facts->words[i], word) != 0;
    if (holds && facts->word_count < FACTS_MOST - 1)
        facts->words[facts->word_count++] = word;
}

void facts_take(struct facts *facts, const struct player_var *vars, const char *const *words)
{
    for (; vars->name != NULL; vars++)
        set_var(facts, vars->name, vars->value);
    for (; *words != NULL; words++)
        add_word(facts, *words, true);
}

static void fill_mailboxes(struct facts *facts, const struct check_options *o)
{
    static const char *const rcpts[CHECK_RCPTS] = {"rcpt", "rcpt2", "rcpt3"};
    if (!o->target.self)
        set_var(facts, "from", "sender@example.org");
    set_var(facts, "from", o->from);
    for (size_t i = 0; i < o->rcpt_count && i < CHECK_RCPTS; i++)
        set_var(facts, rcpts[i], o->rcpt[i]);
    set_var(facts, "bad-from", o->bad_from);
    set_var(facts, "bad-rcpt", o->bad_rcpt);
    set_var(facts, "foreign-rcpt", o->foreign_rcpt);
    set_var(facts, "utf8-rcpt", o->utf8_rcpt);
    set_var(facts, "list", o->list);
    set_var(facts, "alias", o->alias);
}

static bool offers(const char *const *ehlo, const char *keyword)
{
    for (; *ehlo != NULL; ehlo++)
        if (smtp_span_is_nocase((smtp_span){*ehlo, strcspn(*ehlo, " =")}, smtp_span_of(keyword)))
            return true;
    return false;
}

void facts_fill(struct facts *facts, const struct check_options *o,
                const struct probe_result *probe)
{
    fill_mailboxes(facts, o);
    set_var(facts, "me", facts->me);
    set_var(facts, "mx", probe->name);
    set_var(facts, "user", o->user);
    set_var(facts, "password", o->user == NULL ? NULL : o->password);
    add_word(facts, "tls", o->mode != PLAYER_CLEAR || offers(probe->ehlo, "STARTTLS"));
    add_word(facts, "auth", o->user != NULL);
    add_word(facts, "deny", probe->fate == PROBE_DENIED);
    add_word(facts, "list", o->list != NULL);
    add_word(facts, "alias", o->alias != NULL);
    add_word(facts, "public", o->has_profile && o->profile == TARGET_MX);
    add_word(facts, "submission", o->profile == TARGET_SUBMISSION);
    add_word(facts, "lmtp", o->profile == TARGET_LMTP);
}
