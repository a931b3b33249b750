#include "check_options.h"

#include <stdlib.h>
#include <string.h>

#include "check_rows.h"
#include "reproduce.h"
#include "verdict/verdict.h"

enum { TIMEOUT_MS = 30000, INBOX_WAIT_MS = 30000 };

/* ---- what one option says about another ------------------------------------------------------ */

static bool is_out(const char *file)
{
    return file != NULL && strcmp(file, "-") == 0;
}

static const char *contradiction(const struct check_options *o)
{
    bool tls = o->tls || o->target.implicit;
    bool clear = !o->starttls && !tls;
    if (o->starttls && tls)
        return "--starttls or TLS from the first octet, not both";
    if (o->resume != NULL && o->rerun != NULL)
        return "--resume or --rerun-failed, not both";
    if (o->quiet && o->verbose)
        return "--quiet or --verbose, not both";
    if (is_out(o->json) + is_out(o->junit) + is_out(o->tap) + is_out(o->html) > 1)
        return "only one report can go to standard output";
    if (o->target.self && o->inbox_count > 0)
        return "self has an inbox of its own: --inbox is for servers on the net";
    if (o->target.self && (o->hop_port != 0 || o->hop_domain != NULL))
        return "self has a next hop of its own: --hop is for servers on the net";
    if ((o->hop_port != 0) != (o->hop_domain != NULL))
        return "--hop and --hop-domain go together";
    if (o->inbox_count > o->rcpt_count)
        return "--inbox shows the mail of a --rcpt: there are more of them";
    if (o->target.self && o->user != NULL)
        return "self has an account of its own: --auth is for servers on the net";
    if (o->user != NULL && clear && !o->insecure && !address_is_loopback(&o->target))
        return "--auth would send the password in clear: add --starttls, or --insecure";
    return NULL;
}

/* DESIGN, Manners: loopback is exempt from rate. */
static void settle_manners(struct check_options *o)
{
    enum { RATE_USUAL = 60, BUDGET_USUAL = 1000, RETRY_MS = 60000, NEAR_RETRY_MS = 500 };
    bool foreign = !o->target.self && !address_is_loopback(&o->target);
    if (!o->has_retries)
        o->retries = !o->target.self;
    if (!o->has_rate)
        o->rate = foreign ? RATE_USUAL : 0;
    if (!o->has_mail_budget)
        o->mail_budget = foreign ? BUDGET_USUAL : 0;
    o->retry_ms = foreign ? RETRY_MS : NEAR_RETRY_MS;
}

static void settle(struct check_options *o)
{
    settle_manners(o);
    if (o->tls)
        address_make_implicit(&o->target);
    o->mode = o->starttls                    ? PLAYER_STARTTLS
              : o->tls || o->target.implicit ? PLAYER_IMPLICIT
                                             : PLAYER_CLEAR;
    if (!o->has_profile && !check_profile_read(o, o->target.scheme))
        o->profile = TARGET_MX;
    o->slow = o->slow || o->target.self;
    if (!o->has_effect)
        o->effect = o->target.self      ? SCENARIO_EFFECT_HOSTILE
                    : o->rcpt_count > 0 ? SCENARIO_EFFECT_MAIL
                                        : SCENARIO_EFFECT_NONE;
    if (o->jobs == 0)
        o->jobs = !o->target.self && address_is_loopback(&o->target) ? 4 : 1;
    if (o->target.self)
        o->jobs = 1; /* the clock is virtual: there is no time to be won */
}

int check_options_read(struct check_options *out, int argc, char **argv)
{
    struct options parser = {CHECK_PROGRAM, check_rows, argc, argv, false};
    const char *value = NULL, *why;
    int row;
    *out = (struct check_options){.target = {.self = true, .scheme = "smtp"},
                                  .target_arg = "self",
                                  .timeout_ms = TIMEOUT_MS,
                                  .inbox_wait_ms = INBOX_WAIT_MS};
    if (!select_init(&out->select, (size_t)argc))
        return VERDICT_TROUBLE;
    while ((row = options_next(&parser, &value)) != OPTIONS_END)
        if (row == OPTIONS_BAD || !check_values_take(&parser, out, row, value))
            return VERDICT_USAGE;
    why = out->help ? NULL : contradiction(out);
    if (why != NULL) {
        fprintf(stderr, CHECK_PROGRAM ": %s\n", why);
        return VERDICT_USAGE;
    }
    settle(out);
    out->reproduce = reproduce_line(out);
    return out->reproduce != NULL ? VERDICT_OK : VERDICT_TROUBLE;
}

void check_options_free(struct check_options *o)
{
    select_free(&o->select);
    free(o->user);
    free(o->hop_host);
    free(o->on_stop);
    free(o->on_kill);
    free(o->on_start);
    free(o->reproduce);
}
