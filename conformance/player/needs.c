#include "player/needs.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "player/mail.h"

enum { SLOW_MS = 10000 };

static bool refuse(char *why, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool refuse(char *why, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
    vsnprintf(why, size, format, args);
    va_end(args);
    return false;
}

/* ---- what is not played ---------------------------------------------------------------------- */

static const char *unplayed_directive(enum scenario_directive directive)
{
    switch (directive) {
    case SCENARIO_AT_RESULT:
        return "clients under test are not played yet";
    case SCENARIO_AT_INBOX:
    case SCENARIO_AT_STOP:
    case SCENARIO_AT_KILL:
    case SCENARIO_AT_START:
    case SCENARIO_AT_TLS:
    case SCENARIO_AT_TLS_END:
    case SCENARIO_AT_CLOSE:
    case SCENARIO_AT_RESET:
    case SCENARIO_AT_HALF_CLOSE:
    case SCENARIO_AT_DRAIN:
    case SCENARIO_AT_AUTH:
    case SCENARIO_AT_PAUSE:
    case SCENARIO_AT_ALIVE:
        break;
    }
    return NULL;
}

/* What a next hop cannot do (hop.h, BUGS). */
static const char *unplayed_hop(const struct scenario_step *step)
{
    for (size_t r = 0; r < step->row_count; r++) {
        const struct scenario_row *row = &step->rows[r];
        if (row->is_exact)
            return "exact octets of a relay are not played yet";
        for (size_t i = 0; i < row->step_count; i++)
            if (row->steps[i].op == SCENARIO_DIRECTIVE &&
                row->steps[i].directive != SCENARIO_AT_CLOSE &&
                row->steps[i].directive != SCENARIO_AT_RESET &&
                row->steps[i].directive != SCENARIO_AT_HALF_CLOSE)
                return "directives of a next hop are not played yet, but @close, @reset and "
                       "@half-close";
    }
    return NULL;
}

const char *needs_unplayed(const struct scenario *scenario)
{
    if (scenario->role == SCENARIO_CLIENT)
        return "clients under test are not played yet";
    for (size_t i = 0; i < scenario->step_count; i++) {
        const struct scenario_step *step = &scenario->steps[i];
        if (step->hop) {
            const char *why = unplayed_hop(step);
            if (why != NULL)
                return why;
        }
        if (step->op != SCENARIO_DIRECTIVE)
            continue;
        const char *why = unplayed_directive(step->directive);
        if (why != NULL)
            return why;
        if (step->directive == SCENARIO_AT_AUTH && strcmp(step->word, "PLAIN") != 0 &&
            strcmp(step->word, "LOGIN") != 0)
            return "@auth is played with PLAIN and LOGIN only";
    }
    return NULL;
}

/* ---- needs: ---------------------------------------------------------------------------------- */

bool needs_is_keyword(const char *need)
{
    return need[0] < 'a' || need[0] > 'z';
}

/* "AUTH=PLAIN": with that word among the parameters of the keyword. */
static bool has_parameter(const char *parameters, smtp_span wanted)
{
    while (*parameters != '\0') {
        parameters += strspn(parameters, " ");
        size_t n = strcspn(parameters, " ");
        if (smtp_span_is_nocase((smtp_span){parameters, n}, wanted))
            return true;
        parameters += n;
    }
    return false;
}

static bool keyword_met(const struct player_run *run, const char *need)
{
    const char *equals = strchr(need, '=');
    smtp_span keyword = {need, equals == NULL ? strlen(need) : (size_t)(equals - need)};
    bool starttls = smtp_span_is(keyword, SMTP_SPAN("STARTTLS"));
    const char *parameters = vars_ehlo(run, keyword);
    if (parameters == NULL) /* a run that begins with STARTTLS may have been told the inner list */
        return starttls && (run->mode == PLAYER_STARTTLS || run->clear != NULL);
    return equals == NULL || has_parameter(parameters, smtp_span_of(equals + 1));
}

/* A fact of the run, or one that another of its diallers has. */
static bool fact_met(struct player *p, const char *need)
{
    const struct player_run *run = p->run;
    const struct {
        const char *fact;
        struct net_dialler *dialler;
    } doors[] = {{"deny", run->denying}, {"submission", run->submission}, {"lmtp", run->lmtp}};
    if (strcmp(need, "stop") == 0) /* by the directives that ask for it: hooks_met() */
        return true;
    if (strcmp(need, "inbox") == 0)
        return run->inbox != NULL;
    if (strcmp(need, "hop") == 0)
        return run->hop != NULL;
    for (size_t i = 0; i < sizeof doors / sizeof *doors; i++) {
        if (strcmp(need, doors[i].fact) != 0 || doors[i].dialler == NULL)
            continue;
        p->dialler = doors[i].dialler;
        return true;
    }
    return vars_fact(run, need);
}

/* What gives it to a run, in the words of its user. */
static const char *fact_remedy(const char *fact)
{
    static const struct {
        const char *fact, *remedy;
    } remedies[] = {
        {"alias", "--alias MAILBOX"},
        {"auth", "--auth USER:PASSWORD"},
        {"deny", "a server that greets with 554"},
        {"hop", "--hop PORT and --hop-domain DOMAIN"},
        {"inbox", "--inbox WHERE"},
        {"list", "--list MAILBOX"},
        {"public", "--profile mx"},
        {"lmtp", "a target lmtp://HOST:PORT"},
        {"submission", "a target submission://HOST"},
        {"tls", "a server that lists STARTTLS"},
    };
    for (size_t i = 0; i < sizeof remedies / sizeof *remedies; i++)
        if (strcmp(remedies[i].fact, fact) == 0)
            return remedies[i].remedy;
    return fact;
}

static bool each_met(struct player *p, char *why, size_t size)
{
    for (size_t i = 0; i < p->scenario->need_count; i++) {
        const char *need = p->scenario->needs[i];
        if (needs_is_keyword(need) && !keyword_met(p->run, need))
            return refuse(why, size, "the server does not list %s", need);
        if (!needs_is_keyword(need) && !fact_met(p, need))
            return refuse(why, size, "needs %s", fact_remedy(need));
    }
    return true;
}

/* Whether needs: names the keyword, with a parameter or without. */
static bool has_need(const struct scenario *scenario, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < scenario->need_count; i++)
        if (strncmp(scenario->needs[i], name, n) == 0 &&
            (scenario->needs[i][n] == '\0' || scenario->needs[i][n] == '='))
            return true;
    return false;
}

/* ---- variables ------------------------------------------------------------------------------- */

/* Groups get their values on the way, all others have to have one now. */
static bool text_met(struct player *p, const struct scenario_text *text, char *why, size_t size)
{
    smtp_span value;
    for (size_t s = 0; s < text->count; s++)
        for (size_t k = 0; k < text->strings[s].count; k++) {
            const char *var = text->strings[s].pieces[k].var;
            const char *remedy = var == NULL ? NULL : vars_remedy(var);
            if (remedy != NULL && !vars_find(&p->vars, var, 1, &value))
                return refuse(why, size, "needs %s", remedy);
        }
    return true;
}

static bool message_met(struct player *p, char *why, size_t size)
{
    return text_met(p, text_message(p->scenario), why, size) &&
           (text_set_size(p->scenario, &p->vars) || refuse(why, size, "no memory"));
}

static bool auth_met(struct player *p, char *why, size_t size)
{
    smtp_span value;
    return vars_find(&p->vars, "plain", 1, &value) ||
           refuse(why, size, "needs %s", vars_remedy("plain"));
}

static bool rows_met(struct player *p, const struct scenario_step *step, char *why, size_t size)
{
    for (size_t r = 0; r < step->row_count; r++) {
        const struct scenario_row *row = &step->rows[r];
        if (!text_met(p, &row->exact, why, size) ||
            (row->command != NULL && !text_met(p, &row->command->text, why, size)))
            return false;
        for (size_t i = 0; i < row->step_count; i++)
            if (!text_met(p, &row->steps[i].text, why, size))
                return false;
    }
    return true;
}

static bool texts_met(struct player *p, char *why, size_t size)
{
    bool sends = p->scenario->has_message;
    for (size_t i = 0; i < p->scenario->step_count; i++)
        sends = sends || p->scenario->steps[i].op == SCENARIO_SEND_MESSAGE;
    if (sends && !message_met(p, why, size))
        return false;
    for (size_t i = 0; i < p->scenario->step_count; i++) {
        const struct scenario_step *step = &p->scenario->steps[i];
        bool auth = step->op == SCENARIO_DIRECTIVE && step->directive == SCENARIO_AT_AUTH;
        if (!text_met(p, &step->text, why, size) || !rows_met(p, step, why, size) ||
            (auth && !auth_met(p, why, size)))
            return false;
    }
    return !p->login_auth || auth_met(p, why, size);
}

/* Each of @stop, @kill and @start has a hook of its own. */
static bool hooks_met(struct player *p, char *why, size_t size)
{
    const struct player_hooks none = {.stop = NULL},
                              *hooks = p->run->hooks == NULL ? &none : p->run->hooks;
    for (size_t i = 0; i < p->scenario->step_count; i++) {
        const struct scenario_step *step = &p->scenario->steps[i];
        if (step->op != SCENARIO_DIRECTIVE)
            continue;
        if (step->directive == SCENARIO_AT_STOP && hooks->stop == NULL)
            return refuse(why, size, "needs --on-stop COMMAND");
        if (step->directive == SCENARIO_AT_KILL && hooks->kill == NULL)
            return refuse(why, size, "needs --on-kill COMMAND");
        if (step->directive == SCENARIO_AT_START && hooks->start == NULL)
            return refuse(why, size, "needs --on-start COMMAND");
    }
    return true;
}

/* ---- the mode -------------------------------------------------------------------------------- */

static bool has_tls_step(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->step_count; i++)
        if (scenario->steps[i].op == SCENARIO_DIRECTIVE &&
            scenario->steps[i].directive == SCENARIO_AT_TLS)
            return true;
    return false;
}

static smtp_span first_octets(const struct scenario_step *step)
{
    if (step->op != SCENARIO_SEND || step->text.count == 0 || step->text.strings[0].count == 0)
        return (smtp_span){NULL, 0};
    return step->text.strings[0].pieces[0].octets;
}

/* Lines of a prelude all have the line of their "use"; its EHLO is said in the run's variant. */
static bool is_own(const struct scenario *scenario, size_t i)
{
    return i == 0 || scenario->steps[i - 1].line != scenario->steps[i].line;
}

static bool names_mailbox(const struct scenario_text *text)
{
    for (size_t i = 0; i < text->strings[0].count; i++) {
        const char *var = text->strings[0].pieces[i].var;
        if (var != NULL && strncmp(var, "rcpt", 4) == 0)
            return true;
    }
    return false;
}

/* RFC 2033 4.1: what a file says itself is said as it stands, and LMTP has neither EHLO nor HELO.
 * 4.2: a text takes a reply for each recipient, where files count on one. */
static const char *no_lmtp(const struct scenario *scenario)
{
    uint32_t recipients = 0;
    for (size_t i = 0; i < scenario->step_count; i++) {
        const struct scenario_step *step = &scenario->steps[i];
        smtp_span words = first_octets(step);
        bool ehlo = smtp_span_has_head_nocase(words, SMTP_SPAN("EHLO"));
        if ((ehlo && is_own(scenario, i)) || smtp_span_has_head_nocase(words, SMTP_SPAN("HELO")))
            return "says EHLO or HELO, which LMTP does not have";
        if (smtp_span_has_head_nocase(words, SMTP_SPAN("MAIL")))
            recipients = 0;
        if (smtp_span_has_head_nocase(words, SMTP_SPAN("RCPT")) && names_mailbox(&step->text))
            recipients += step->times;
        bool text = step->op == SCENARIO_SEND_MESSAGE || smtp_span_is(words, SMTP_SPAN(".\r\n"));
        if (text && recipients > 1)
            return "expects one reply for several recipients, and LMTP gives each its own";
    }
    return NULL;
}

/* Cases about what is not listed would have nothing to say on a server that lists everything; nor
 * those about a server that demands TLS, lists SIZE without a number, or takes no mail at all, on one
 * that does not. */
static void find_door(struct player *p)
{
    for (size_t i = 0; i < p->scenario->tag_count; i++) {
        if (strcmp(p->scenario->tags[i], "unlisted") == 0 && p->run->plain != NULL)
            p->dialler = p->run->plain;
        if (strcmp(p->scenario->tags[i], "tls-first") == 0 && p->run->strict != NULL)
            p->dialler = p->run->strict;
        if (strcmp(p->scenario->tags[i], "checks-late") == 0 && p->run->late != NULL)
            p->dialler = p->run->late;
        if (strcmp(p->scenario->tags[i], "no-limit") == 0 && p->run->boundless != NULL)
            p->dialler = p->run->boundless;
        if (strcmp(p->scenario->tags[i], "mailless") == 0 && p->run->mailless != NULL)
            p->dialler = p->run->mailless;
    }
}

static bool profile_met(struct player *p, char *why, size_t size)
{
    bool needed = has_need(p->scenario, "lmtp");
    bool elsewhere = p->run->submission != NULL && p->dialler == p->run->submission;
    p->lmtp = needed || (vars_fact(p->run, "lmtp") && !elsewhere);
    p->submission = elsewhere || vars_fact(p->run, "submission");
    find_door(p);
    const char *never = p->lmtp && !needed ? no_lmtp(p->scenario) : NULL;
    return never == NULL || refuse(why, size, "%s", never);
}

static bool mode_met(struct player *p, char *why, size_t size)
{
    const struct player_run *run = p->run;
    bool clear = has_need(p->scenario, "STARTTLS"),
         submission = has_need(p->scenario, "submission");
    bool auth = has_need(p->scenario, "AUTH") || has_need(p->scenario, "auth");
    enum player_mode mode = run->mode;
    if (clear && mode == PLAYER_IMPLICIT && run->clear == NULL)
        return refuse(why, size, "begins in clear, and this port begins with TLS");
    p->implicit = mode == PLAYER_IMPLICIT && !clear;
    bool strict = run->strict != NULL && p->dialler == run->strict;
    if (clear && run->clear != NULL && !strict)
        p->dialler = run->clear;
    p->login_tls = mode == PLAYER_STARTTLS && !clear;
    p->login_auth = (run->auth || (submission && run->submission != NULL)) && !clear && !auth;
    p->uses_tls = p->implicit || p->login_tls || has_tls_step(p->scenario);
    return !p->uses_tls || p->run->tls != NULL || refuse(why, size, "this run cannot do TLS");
}

bool needs_met(struct player *p, char *why, size_t size)
{
    const char *unplayed = needs_unplayed(p->scenario);
    if (p->scenario->role == SCENARIO_CLIENT)
        return refuse(why, size, "%s", unplayed);
    if (!each_met(p, why, size))
        return false;
    if (unplayed != NULL)
        return refuse(why, size, "%s", unplayed);
    if (p->scenario->slow_ms > SLOW_MS && !p->run->slow)
        return refuse(why, size, "slow: waits %.6g s in all; played on request only",
                      (double)p->scenario->slow_ms / 1000);
    return profile_met(p, why, size) && hooks_met(p, why, size) && mode_met(p, why, size) &&
           texts_met(p, why, size) && mail_met(p, why, size);
}
