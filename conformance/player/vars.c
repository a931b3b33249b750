#include "player/vars.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "player/encode.h"

/* Each variable of the notation that a run gives or makes possible, and how. */
static const struct {
    const char *name, *remedy;
} builtins[] = {
    {"me", "--ehlo NAME"},
    {"mx", "the run's own name for its server"},
    {"from", "--from MAILBOX"},
    {"rcpt", "--rcpt MAILBOX"},
    {"rcpt2", "a second --rcpt MAILBOX"},
    {"rcpt3", "a third --rcpt MAILBOX"},
    {"bad-from", "--bad-from MAILBOX"},
    {"bad-rcpt", "--bad-rcpt MAILBOX"},
    {"foreign-rcpt", "--foreign-rcpt MAILBOX"},
    {"utf8-rcpt", "--utf8-rcpt MAILBOX"},
    {"list", "--list MAILBOX"},
    {"alias", "--alias MAILBOX"},
    {"local", "--rcpt MAILBOX"},
    {"domain", "--rcpt MAILBOX"},
    {"user", "--auth USER:PASSWORD"},
    {"password", "--auth USER:PASSWORD"},
    {"user64", "--auth USER:PASSWORD"},
    {"password64", "--auth USER:PASSWORD"},
    {"plain", "--auth USER:PASSWORD"},
    {"max-size", "a server that lists SIZE with its limit"},
    {"too-big", "a server that lists SIZE with its limit"},
    {"nonce", "the player"},
    {"date", "the player"},
    {"size", "a message of known size"},
    {"i", "a repeated line"},
};

const char *vars_remedy(const char *name)
{
    for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++)
        if (strcmp(builtins[i].name, name) == 0)
            return builtins[i].remedy;
    return NULL;
}

bool vars_fact(const struct player_run *run, const char *fact)
{
    for (const char *const *f = run->facts; f != NULL && *f != NULL; f++)
        if (strcmp(*f, fact) == 0)
            return true;
    return false;
}

const char *vars_ehlo(const struct player_run *run, smtp_span keyword)
{
    for (const char *const *line = run->ehlo; line != NULL && *line != NULL; line++) {
        const char *end = *line + strcspn(*line, " ");
        if (smtp_span_is_nocase((smtp_span){*line, (size_t)(end - *line)}, keyword))
            return end;
    }
    return NULL;
}

static const char *run_value(const struct vars *vars, const char *name)
{
    for (const struct player_var *v = vars->run->vars; v != NULL && v->name != NULL; v++)
        if (strcmp(v->name, name) == 0)
            return v->value;
    return NULL;
}

/* ---- finding and setting --------------------------------------------------------------------- */

/* The latest: an older value may still be on its way to an edge. */
static struct vars_entry *find_entry(const struct vars *vars, const char *name)
{
    for (size_t i = vars->count; i > 0; i--)
        if (strcmp(vars->entries[i - 1].name, name) == 0)
            return &vars->entries[i - 1];
    return NULL;
}

bool vars_find(struct vars *vars, const char *name, uint32_t i, smtp_span *out)
{
    if (strcmp(name, "i") == 0) {
        int n = snprintf(vars->number, sizeof vars->number, "%lu", (unsigned long)i);
        *out = (smtp_span){vars->number, n < 0 ? 0 : (size_t)n};
        return true;
    }
    const struct vars_entry *entry = find_entry(vars, name);
    if (entry != NULL) {
        *out = (smtp_span){entry->value, entry->n};
        return true;
    }
    const char *value = run_value(vars, name);
    *out = smtp_span_of(value);
    return value != NULL;
}

static bool make_room(struct vars *vars)
{
    if (vars->count < vars->room)
        return true;
    size_t room = vars->room == 0 ? 16 : 2 * vars->room;
    struct vars_entry *entries = realloc(vars->entries, room * sizeof *entries);
    if (entries == NULL)
        return false;
    vars->entries = entries;
    vars->room = room;
    return true;
}

bool vars_set(struct vars *vars, const char *name, smtp_span value)
{
    size_t length = strlen(name) + 1;
    char *both = malloc(length + value.n + 1);
    if (both == NULL || !make_room(vars)) {
        free(both);
        return false;
    }
    memcpy(both, name, length);
    if (value.n > 0)
        memcpy(both + length, value.p, value.n);
    both[length + value.n] = '\0';
    vars->entries[vars->count++] = (struct vars_entry){both, both + length, value.n};
    return true;
}

void vars_free(struct vars *vars)
{
    for (size_t i = 0; i < vars->count; i++)
        free(vars->entries[i].name);
    free(vars->entries);
}

/* ---- the player's own ------------------------------------------------------------------------ */

/* 12 letters and digits that depend on the run's seed and the scenario's id alone. */
static bool set_nonce(struct vars *vars)
{
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    uint64_t hash = 14695981039346656037U ^ (vars->run->seed * 0x9E3779B97F4A7C15U);
    for (const char *c = vars->scenario->id; *c != '\0'; c++)
        hash = (hash ^ (unsigned char)*c) * 1099511628211U;
    char nonce[12];
    for (size_t i = 0; i < sizeof nonce; i++) {
        hash ^= hash >> 29;
        hash *= 0xBF58476D1CE4E5B9U;
        nonce[i] = alphabet[(hash >> 40) % (i == 0 ? 26 : 36)];
    }
    return vars_set(vars, "nonce", (smtp_span){nonce, sizeof nonce});
}

/* RFC 5322 section 3.3, in UTC. */
static bool set_date(struct vars *vars)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    time_t now = vars->run->date != 0 ? (time_t)vars->run->date : time(NULL);
    struct tm tm;
    if (gmtime_r(&now, &tm) == NULL)
        return false;
    char text[64];
    int n =
        snprintf(text, sizeof text, "%.3s, %d %.3s %d %02d:%02d:%02d +0000",
                 days + (ptrdiff_t)3 * tm.tm_wday, tm.tm_mday, months + (ptrdiff_t)3 * tm.tm_mon,
                 tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
    return n > 0 && vars_set(vars, "date", (smtp_span){text, (size_t)n});
}

/* The scenario's name as a label (RFC 5321 4.1.2: sub-domain) of at most 63 octets. */
static size_t print_label(const char *id, char label[63])
{
    size_t n = 0;
    for (; *id != '\0' && n < 63; id++) {
        char c = (char)(*id >= 'A' && *id <= 'Z' ? *id - 'A' + 'a' : *id);
        bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (good || n > 0)
            label[n++] = (char)(good ? c : '-');
    }
    while (n > 0 && label[n - 1] == '-')
        n--;
    return n;
}

/* The scenario's name in front of {me}, but not of an address literal, nor past 255 octets. */
static bool set_me(struct vars *vars)
{
    const char *me = run_value(vars, "me");
    char label[63], name[256];
    if (!vars->run->name_in_ehlo || me == NULL || me[0] == '[')
        return true;
    size_t n = print_label(vars->scenario->id, label);
    int length = snprintf(name, sizeof name, "%.*s.%s", (int)n, label, me);
    if (n == 0 || length < 0 || (size_t)length >= sizeof name)
        return true;
    return vars_set(vars, "me", (smtp_span){name, (size_t)length});
}

/* The halves of {rcpt}, cut at the last "@": a quoted local-part may hold others. */
static bool set_halves(struct vars *vars)
{
    const char *rcpt = run_value(vars, "rcpt");
    const char *at = rcpt == NULL ? NULL : strrchr(rcpt, '@');
    if (at == NULL || run_value(vars, "local") != NULL)
        return true;
    return vars_set(vars, "local", (smtp_span){rcpt, (size_t)(at - rcpt)}) &&
           vars_set(vars, "domain", smtp_span_of(at + 1));
}

/* RFC 1870 section 3: no number, or 0, means that no limit is told. */
static bool set_sizes(struct vars *vars)
{
    const char *parameter = vars_ehlo(vars->run, SMTP_SPAN("SIZE"));
    uint64_t limit = 0;
    if (parameter == NULL || *parameter != ' ' ||
        !smtp_span_number(smtp_span_of(parameter + 1), 20, &limit) || limit == 0 ||
        limit == UINT64_MAX)
        return true;
    char text[32];
    int n = snprintf(text, sizeof text, "%llu", (unsigned long long)limit + 1);
    return vars_set(vars, "max-size", smtp_span_of(parameter + 1)) && n > 0 &&
           vars_set(vars, "too-big", (smtp_span){text, (size_t)n});
}

static bool set_base64(struct vars *vars, const char *name, smtp_span octets)
{
    char *text = malloc(encode_base64_size(octets.n));
    if (text == NULL)
        return false;
    bool good = vars_set(vars, name, (smtp_span){text, encode_base64(octets, text)});
    free(text);
    return good;
}

/* RFC 4616: message = [authzid] NUL authcid NUL passwd */
static bool set_credentials(struct vars *vars)
{
    const char *user = run_value(vars, "user"), *password = run_value(vars, "password");
    if (user == NULL || password == NULL)
        return true;
    size_t u = strlen(user), w = strlen(password);
    char *plain = malloc(u + w + 2);
    if (plain == NULL)
        return false;
    plain[0] = '\0';
    memcpy(plain + 1, user, u + 1);
    memcpy(plain + u + 2, password, w);
    bool good = set_base64(vars, "user64", smtp_span_of(user)) &&
                set_base64(vars, "password64", smtp_span_of(password)) &&
                set_base64(vars, "plain", (smtp_span){plain, u + w + 2});
    free(plain);
    return good;
}

static bool needs_hop(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->need_count; i++)
        if (strcmp(scenario->needs[i], "hop") == 0)
            return true;
    return false;
}

static bool set_mailbox(struct vars *vars, const char *name, const char *head, const char *domain)
{
    smtp_span nonce;
    char mailbox[320];
    if (!vars_find(vars, "nonce", 1, &nonce))
        return false;
    int n = snprintf(mailbox, sizeof mailbox, "%s-%.*s@%s", head, (int)nonce.n, nonce.p, domain);
    return n > 0 && vars_set(vars, name, smtp_span_of(mailbox));
}

/* Where we are the next hop, all mail goes there, and each address says whose it is (hop.h). */
static bool set_hop(struct vars *vars)
{
    static const struct {
        const char *name, *head;
    } mailboxes[] = {{"from", "from"},
                     {"rcpt", "rcpt"},
                     {"rcpt2", "second"},
                     {"rcpt3", "third"},
                     {"utf8-rcpt", "\xd0\xb4"}};
    if (vars->run->hop == NULL || !needs_hop(vars->scenario))
        return true;
    const char *domain = vars->run->hop->domain;
    for (size_t i = 0; i < sizeof mailboxes / sizeof *mailboxes; i++)
        if (!set_mailbox(vars, mailboxes[i].name, mailboxes[i].head, domain))
            return false;
    smtp_span rcpt;
    return vars_find(vars, "rcpt", 1, &rcpt) &&
           vars_set(vars, "local", smtp_span_cut(rcpt, 0, rcpt.n - strlen(domain) - 1)) &&
           vars_set(vars, "domain", smtp_span_of(domain)) &&
           vars_set(vars, "mx", SMTP_SPAN("next-hop.example"));
}

bool vars_init(struct vars *vars, const struct scenario *scenario, const struct player_run *run)
{
    *vars = (struct vars){.scenario = scenario, .run = run};
    return set_nonce(vars) && set_date(vars) && set_me(vars) && set_halves(vars) &&
           set_sizes(vars) && set_credentials(vars) && set_hop(vars);
}
