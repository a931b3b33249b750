#include <stdlib.h>
#include <string.h>

#include "check_rows.h"
#include "inboxes.h"

enum { MOST_JOBS = 64 };

static const char *const profiles[TARGET_PROFILES] = {
    [TARGET_MX] = "mx",
    [TARGET_SUBMISSION] = "submission",
    [TARGET_LMTP] = "lmtp",
};

const char *check_profile_name(enum target_profile profile)
{
    return profiles[profile];
}

bool check_profile_read(struct check_options *o, const char *name)
{
    for (size_t i = 0; i < TARGET_PROFILES; i++) {
        if (strcmp(profiles[i], name) != 0)
            continue;
        o->profile = (enum target_profile)i;
        return true;
    }
    return false;
}

static bool set(const struct options *parser, int row, const char **to, const char *value)
{
    if (value[0] == '\0')
        return options_refuse(parser, row, value, "it is empty");
    if (*to != NULL)
        return options_refuse(parser, row, value, "is given twice");
    *to = value;
    return true;
}

/* What stands between "<" and ">" in MAIL and RCPT: anything else would break every case. */
static bool set_mailbox(const struct options *parser, int row, const char **to, const char *value)
{
    const char *at = strrchr(value, '@');
    bool good = at != NULL && at != value && at[1] != '\0' && strpbrk(value, "<> \t\r\n") == NULL;
    if (!good)
        return options_refuse(parser, row, value, "not a mailbox: name@example.net");
    return set(parser, row, to, value);
}

static bool add_rcpt(const struct options *parser, struct check_options *o, const char *value)
{
    if (o->rcpt_count == CHECK_RCPTS)
        return options_refuse(parser, RCPT, value, "three at most");
    return set_mailbox(parser, RCPT, &o->rcpt[o->rcpt_count++], value);
}

static bool set_auth(const struct options *parser, struct check_options *o, const char *value)
{
    const char *colon = strchr(value, ':');
    if (colon == NULL || colon == value)
        return options_refuse(parser, AUTH, "...", "is USER:PASSWORD");
    free(o->user);
    o->user = malloc(strlen(value) + 1);
    if (o->user == NULL)
        return options_refuse(parser, AUTH, "...", "no memory");
    memcpy(o->user, value, strlen(value) + 1);
    o->user[colon - value] = '\0';
    o->password = o->user + (colon - value) + 1;
    return true;
}

static bool set_profile(const struct options *parser, struct check_options *o, const char *value)
{
    if (o->has_profile)
        return options_refuse(parser, PROFILE, value, "is given twice");
    o->has_profile = true;
    return check_profile_read(o, value) ||
           options_refuse(parser, PROFILE, value, "mx, submission or lmtp");
}

static bool set_command(const struct options *parser, int row, char **to, const char *value)
{
    free(*to);
    *to = strdup(value);
    return *to != NULL || options_refuse(parser, row, value, "no memory");
}

static bool add_inbox(const struct options *parser, struct check_options *o, const char *value)
{
    const char *path;
    uint16_t port;
    if (!inboxes_read(value, &path, &port))
        return options_refuse(parser, INBOX, value, "maildir:DIR or lmtp:PORT");
    if (o->inbox_count == CHECK_RCPTS)
        return options_refuse(parser, INBOX, value, "three at most");
    o->inbox[o->inbox_count++] = value;
    return true;
}

static bool set_hop(const struct options *parser, struct check_options *o, const char *value)
{
    const char *colon = strrchr(value, ':');
    const char *port = colon == NULL ? value : colon + 1;
    uint64_t number = 0;
    if (!smtp_span_number(smtp_span_of(port), 5, &number) || number == 0 || number > UINT16_MAX ||
        colon == value)
        return options_refuse(parser, HOP, value, "[HOST:]PORT");
    if (o->hop_port != 0)
        return options_refuse(parser, HOP, value, "is given twice");
    o->hop_port = (uint16_t)number;
    o->hop_host = strdup(colon == NULL ? "127.0.0.1" : value);
    if (o->hop_host != NULL && colon != NULL)
        o->hop_host[colon - value] = '\0';
    return o->hop_host != NULL || options_refuse(parser, HOP, value, "no memory");
}

/* What stands behind "@": a mailbox shows whether it may. */
static bool set_hop_domain(const struct options *parser, struct check_options *o, const char *value)
{
    if (value[0] == '\0' || strpbrk(value, "@<> \t\r\n") != NULL)
        return options_refuse(parser, HOP_DOMAIN, value, "not a domain: example.net");
    return set(parser, HOP_DOMAIN, &o->hop_domain, value);
}

static bool set_ehlo(const struct options *parser, struct check_options *o, const char *value)
{
    if (value[strcspn(value, " \t\r\n<>")] != '\0')
        return options_refuse(parser, EHLO, value, "a domain name or an address literal");
    return set(parser, EHLO, &o->ehlo, value);
}

static bool set_effect(const struct options *parser, struct check_options *o, const char *value)
{
    static const enum scenario_effect effects[] = {SCENARIO_EFFECT_NONE, SCENARIO_EFFECT_MAIL,
                                                   SCENARIO_EFFECT_LOAD, SCENARIO_EFFECT_HOSTILE};
    for (size_t i = 0; i < sizeof effects / sizeof *effects; i++) {
        if (strcmp(scenario_effect_name(effects[i]), value) != 0)
            continue;
        o->effect = effects[i];
        o->has_effect = true;
        return true;
    }
    return options_refuse(parser, EFFECT, value, "none, mail, load or hostile");
}

static bool set_jobs(const struct options *parser, struct check_options *o, const char *value)
{
    if (!options_number(parser, JOBS, value, MOST_JOBS, &o->jobs))
        return false;
    return o->jobs > 0 || options_refuse(parser, JOBS, value, "1 at least");
}

static bool set_manners(const struct options *parser, struct check_options *o, int row,
                        const char *value)
{
    enum { RETRIES_MOST = 9, RATE_MOST = 60000 };
    if (row == RETRIES) {
        o->has_retries = true;
        return options_number(parser, row, value, RETRIES_MOST, &o->retries);
    }
    if (row == RATE) {
        o->has_rate = true;
        return options_number(parser, row, value, RATE_MOST, &o->rate);
    }
    o->has_mail_budget = true;
    return options_number(parser, row, value, UINT32_MAX, &o->mail_budget);
}

static bool set_target(struct check_options *o, const char *value)
{
    const char *why = "one target only";
    if (!o->target_given && address_read(value, &o->target, &why)) {
        o->target_given = true;
        o->target_arg = value;
        return true;
    }
    fprintf(stderr, CHECK_PROGRAM ": %s: %s\n", value, why);
    return false;
}

static bool flag(bool *to)
{
    *to = true;
    return true;
}

/* ---- a row each; false: it has been said what is wrong --------------------------------------- */

static bool take_connection(const struct options *p, struct check_options *o, int row,
                            const char *value)
{
    if (row == CA)
        return set(p, row, &o->ca, value);
    if (row == AUTH)
        return set_auth(p, o, value);
    if (row == PROFILE)
        return set_profile(p, o, value);
    if (row == CLEAR_PORT)
        return options_number(p, row, value, UINT16_MAX, &o->clear_port);
    if (row == ON_STOP || row == ON_KILL || row == ON_START)
        return set_command(p, row,
                           row == ON_STOP   ? &o->on_stop
                           : row == ON_KILL ? &o->on_kill
                                            : &o->on_start,
                           value);
    if (row == EHLO)
        return set_ehlo(p, o, value);
    return flag(row == STARTTLS ? &o->starttls : row == TLS ? &o->tls : &o->insecure);
}

static bool take_mailbox(const struct options *p, struct check_options *o, int row,
                         const char *value)
{
    const char **const places[] = {
        [BAD_RCPT] = &o->bad_rcpt, [FOREIGN_RCPT] = &o->foreign_rcpt, [UTF8_RCPT] = &o->utf8_rcpt,
        [FROM] = &o->from,         [BAD_FROM] = &o->bad_from,         [LIST] = &o->list,
        [ALIAS] = &o->alias,
    };
    return row == RCPT ? add_rcpt(p, o, value) : set_mailbox(p, row, places[row], value);
}

static bool take_choice(const struct options *p, struct check_options *o, int row,
                        const char *value)
{
    if (row == ONLY || row == EXCLUDE)
        select_add(row == ONLY ? &o->select.only : &o->select.exclude, value);
    else if (row == LEVEL)
        return select_read_level(value, &o->select.level) ||
               options_refuse(p, row, value, "must, should, may or info");
    else if (row == EFFECT)
        return set_effect(p, o, value);
    else if (row == SLOW)
        o->slow = true;
    else if (row == RERUN_FAILED)
        return set(p, row, &o->rerun, value);
    else if (row == RESUME)
        return set(p, row, &o->resume, value);
    else
        return set(p, row, &o->scenarios, value);
    return true;
}

static bool take_run(const struct options *p, struct check_options *o, int row, const char *value)
{
    if (row == TIMEOUT)
        return options_time(p, row, value, &o->timeout_ms);
    if (row == JOBS)
        return set_jobs(p, o, value);
    if (row == SEED) {
        o->has_seed = true;
        return options_number(p, row, value, UINT64_MAX, &o->seed);
    }
    if (row == ALLOW_INCONCLUSIVE)
        return options_number(p, row, value, UINT32_MAX, &o->allow_inconclusive);
    if (row == RETRIES || row == RATE || row == MAIL_BUDGET)
        return set_manners(p, o, row, value);
    if (row == BASELINE || row == WRITE_BASELINE)
        return set(p, row, row == BASELINE ? &o->baseline : &o->write_baseline, value);
    return flag(&o->strict);
}

static bool take_report(const struct options *p, struct check_options *o, int row,
                        const char *value)
{
    if (row == JSON)
        return set(p, row, &o->json, value);
    if (row == JUNIT)
        return set(p, row, &o->junit, value);
    if (row == TAP)
        return set(p, row, &o->tap, value);
    if (row == HTML)
        return set(p, row, &o->html, value);
    return flag(row == NO_TRANSCRIPTS      ? &o->no_transcripts
                : row == WHOLE_TRANSCRIPTS ? &o->whole_transcripts
                : row == QUIET             ? &o->quiet
                : row == VERBOSE           ? &o->verbose
                                           : &o->help);
}

bool check_values_take(const struct options *p, struct check_options *o, int row, const char *value)
{
    if (row == OPTIONS_WORD)
        return set_target(o, value);
    if (row < RCPT)
        return take_connection(p, o, row, value);
    if (row == INBOX)
        return add_inbox(p, o, value);
    if (row == INBOX_WAIT)
        return options_time(p, row, value, &o->inbox_wait_ms);
    if (row == HOP)
        return set_hop(p, o, value);
    if (row == HOP_DOMAIN)
        return set_hop_domain(p, o, value);
    if (row < ONLY)
        return take_mailbox(p, o, row, value);
    if (row < TIMEOUT)
        return take_choice(p, o, row, value);
    return row < JSON ? take_run(p, o, row, value) : take_report(p, o, row, value);
}
