#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drive/serve.h"
#include "idn.h"
#include "smtp/chars.h"

struct site {
    struct drive_policy policy; /* first: a site is a policy */
    struct smtp_domain *domains;
    struct smtp_path *mailboxes; /* their text is the caller's */
    struct smtp_path *lists;     /* in the order of the config's */
    size_t domain_count, mailbox_count, list_count;
    const struct drive_site_config *config;
};

static bool is_ascii(smtp_span text)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] > 127)
            return false;
    return true;
}

/* RFC 5890 2.3.2.4: U-labels are the name that their A-labels are. */
static bool is_same_name(smtp_span a, smtp_span b)
{
    char one[SMTP_DOMAIN_MAX + 1], other[SMTP_DOMAIN_MAX + 1];
    if (smtp_span_is_nocase(a, b))
        return true;
    if (is_ascii(a) && is_ascii(b))
        return false;
    return idn_to_ascii((smtp_room){one, sizeof one}, a) &&
           idn_to_ascii((smtp_room){other, sizeof other}, b) &&
           smtp_span_is_nocase(smtp_span_of(one), smtp_span_of(other));
}

/* RFC 5321 2.4: domains in any case; 4.1.3: a literal stands for its address. */
static bool is_same_domain(const struct smtp_domain *a, const struct smtp_domain *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == SMTP_D_IPV4 || a->kind == SMTP_D_IPV6)
        return memcmp(a->address, b->address, a->kind == SMTP_D_IPV4 ? 4 : 16) == 0;
    return is_same_name(a->text, b->text);
}

static bool is_same_mailbox(const struct smtp_path *a, const struct smtp_path *b)
{
    struct smtp_path moved = *a;
    if (!is_same_domain(&a->domain, &b->domain))
        return false;
    moved.domain = b->domain;
    return smtp_mailbox_is(&moved, b);
}

static bool is_ours(const struct site *site, const struct smtp_domain *domain)
{
    for (size_t i = 0; i < site->domain_count; i++)
        if (is_same_domain(&site->domains[i], domain))
            return true;
    return false;
}

/* RFC 5321 4.5.1: postmaster, in any case. 4.1.2: a quoted spelling is the same name. */
static bool is_postmaster(const struct smtp_path *path)
{
    char local[SMTP_LOCAL_MAX];
    size_t n = smtp_print_local_meaning((smtp_room){local, sizeof local}, path->local);
    return n <= sizeof local && smtp_span_is_nocase((smtp_span){local, n}, SMTP_SPAN("postmaster"));
}

/* The list of that name; NULL: none. */
static const struct drive_list *find_list(const struct site *site, const struct smtp_path *path)
{
    for (size_t i = 0; i < site->list_count; i++)
        if (is_same_mailbox(&site->lists[i], path))
            return &site->config->lists[i];
    return NULL;
}

static bool is_mailbox(const struct site *site, const struct smtp_path *path)
{
    for (size_t i = 0; i < site->mailbox_count; i++)
        if (is_same_mailbox(&site->mailboxes[i], path))
            return true;
    return site->mailbox_count == 0 || is_postmaster(path) || find_list(site, path) != NULL;
}

/* Our own name, at which there is nobody but postmaster: it stands in notices (RFC 3461 9.3). */
static bool is_host(const struct site *site, const struct smtp_domain *domain)
{
    return site->config->host != NULL && domain->kind == SMTP_D_NAME &&
           is_same_name(domain->text, smtp_span_of(site->config->host));
}

/* RFC 5321 4.1.1.3: <Postmaster> without a domain is ours; 3.6.2 and 7.1: no relaying. */
static enum smtp_fault judge_recipient(const struct site *site, const struct smtp_path *path,
                                       bool relay)
{
    if (path->domain.kind == SMTP_D_NONE)
        return is_postmaster(path) ? SMTP_OK : SMTP_E_NO_MAILBOX;
    if (is_host(site, &path->domain) && is_postmaster(path))
        return SMTP_OK;
    if (!is_ours(site, &path->domain))
        return relay ? SMTP_OK : SMTP_E_NO_RELAY;
    return is_mailbox(site, path) ? SMTP_OK : SMTP_E_NO_MAILBOX;
}

/* The mailbox that a name alone would mean: one of the list, or postmaster. */
static const struct smtp_path *find_name(const struct site *site, smtp_span local)
{
    struct smtp_path wanted = {.local = local};
    for (size_t i = 0; i < site->mailbox_count; i++) {
        wanted.domain = site->mailboxes[i].domain;
        if (is_same_mailbox(&site->mailboxes[i], &wanted))
            return &site->mailboxes[i];
    }
    return NULL;
}

bool drive_site_has(const struct drive_policy *policy, smtp_span mailbox)
{
    struct smtp_cursor c = smtp_cursor_of(mailbox, SMTP_LAX_ADVISED | SMTP_LAX_UTF8);
    struct smtp_path path = {.null = false};
    return smtp_parse_mailbox(&c, &path) == SMTP_OK && c.at == c.end &&
           judge_recipient((const struct site *)policy, &path, false) == SMTP_OK;
}

static void say_mailbox(smtp_span local, smtp_span domain, struct drive_verdict *out)
{
    int n = snprintf(out->text, sizeof out->text, "<%.*s@%.*s>", (int)local.n, local.p,
                     (int)domain.n, domain.p);
    out->code = 250;
    out->enhanced = "2.1.5";
    if (n < 0 || (size_t)n >= sizeof out->text)
        *out = (struct drive_verdict){.fault = SMTP_E_NO_MAILBOX};
}

static void verify_mailbox(const struct site *site, const struct smtp_path *path,
                           struct drive_verdict *out)
{
    if (judge_recipient(site, path, false) != SMTP_OK)
        out->fault = SMTP_E_NO_MAILBOX;
    else if (site->mailbox_count > 0 || is_postmaster(path))
        say_mailbox(path->local, path->domain.text, out);
}

/* RFC 5321 3.5.1 to 3.5.3: 250 and the mailbox, 550, or 252 (the table's own) where only syntax is
 * known. */
static void verify(const struct site *site, smtp_span argument, struct drive_verdict *out)
{
    struct smtp_cursor c = smtp_cursor_of(argument, SMTP_LAX_NONE);
    struct smtp_path path = {.null = false};
    if (smtp_parse_mailbox(&c, &path) == SMTP_OK && c.at == c.end) {
        verify_mailbox(site, &path, out);
        return;
    }
    path = (struct smtp_path){.local = argument};
    const struct smtp_path *found = find_name(site, argument);
    if (found != NULL)
        say_mailbox(found->local, found->domain.text, out);
    else if (is_postmaster(&path))
        say_mailbox(argument, site->domains[0].text, out);
    else if (site->mailbox_count > 0)
        out->fault = SMTP_E_NO_MAILBOX;
}

/* RFC 5321 3.5.1, 3.5.2: a line for each member, <local-part@domain>. */
static void say_members(const char *members, struct drive_verdict *out)
{
    size_t at = 0;
    out->code = 250;
    out->enhanced = "2.1.5";
    for (const char *p = members; *p != '\0'; p += *p == ',') {
        size_t n = strcspn(p, ",");
        int put = snprintf(out->text + at, sizeof out->text - at, "%s<%.*s>", at > 0 ? "\n" : "",
                           (int)n, p);
        if (put < 0 || (size_t)put >= sizeof out->text - at) {
            *out = (struct drive_verdict){.fault = SMTP_E_STORE};
            return;
        }
        at += (size_t)put;
        p += n;
    }
}

static void expand(const struct site *site, smtp_span argument, struct drive_verdict *out)
{
    struct smtp_cursor c = smtp_cursor_of(argument, SMTP_LAX_NONE);
    struct smtp_path path = {.null = false};
    if (smtp_parse_mailbox(&c, &path) != SMTP_OK || c.at != c.end)
        path = (struct smtp_path){.local = argument, .domain = site->domains[0]};
    const struct drive_list *list = find_list(site, &path);
    if (list != NULL)
        say_members(list->members, out);
    else if (site->list_count > 0)
        out->fault = SMTP_E_NO_MAILBOX;
}

static enum smtp_fault judge_sender(const struct site *site, const struct smtp_path *path)
{
    for (size_t i = 0; i < site->config->refused_count; i++)
        if (smtp_span_is_nocase(path->mailbox, smtp_span_of(site->config->refused_senders[i])))
            return SMTP_E_SENDER;
    return SMTP_OK;
}

static void judge_command(const struct site *site, const struct drive_session *session,
                          const struct smtp_command *cmd, struct drive_verdict *out)
{
    bool relay = site->config->relays && drive_session_user(session) != NULL;
    if (cmd->verb == SMTP_V_MAIL)
        out->fault = judge_sender(site, &cmd->path);
    else if (cmd->verb == SMTP_V_RCPT)
        out->fault = judge_recipient(site, &cmd->path, relay);
    else if (cmd->verb == SMTP_V_VRFY)
        verify(site, smtp_command_name(cmd), out);
    else if (cmd->verb == SMTP_V_EXPN)
        expand(site, smtp_command_name(cmd), out);
}

static bool site_judge(struct drive_policy *policy, struct drive_session *session,
                       const struct smtp_event *ev, struct drive_verdict *out)
{
    const struct site *site = (const struct site *)policy;
    if (ev->kind == SMTP_EV_CONNECT && site->config->denies)
        out->fault = SMTP_E_NO_SERVICE;
    if (ev->kind == SMTP_EV_CONNECT && site->config->mailless)
        out->fault = SMTP_E_NO_MAIL;
    if (ev->kind == SMTP_EV_COMMAND)
        judge_command(site, session, &ev->cmd, out);
    return true;
}

/* ---- making one ---------------------------------------------------------------------------- */

static bool add_domain(struct site *site, const char *text, const char **why)
{
    struct smtp_cursor c = smtp_cursor_of(smtp_span_of(text), SMTP_LAX_UTF8);
    *why = "a domain is a domain name or an address literal";
    if (smtp_parse_host(&c, &site->domains[site->domain_count]) != SMTP_OK || c.at != c.end)
        return false;
    site->domain_count++;
    return true;
}

static bool read_mailbox(const struct site *site, smtp_span text, struct smtp_path *path,
                         const char **why)
{
    struct smtp_cursor c = smtp_cursor_of(text, SMTP_LAX_UTF8);
    *why = "a mailbox is local-part@domain";
    if (smtp_parse_mailbox(&c, path) != SMTP_OK || c.at != c.end)
        return false;
    *why = "a mailbox stands at one of the domains";
    return is_ours(site, &path->domain);
}

static bool make_room(struct site *site, const struct drive_site_config *config)
{
    site->domains = calloc(config->domain_count + 1, sizeof *site->domains);
    site->mailboxes = calloc(config->mailbox_count + 1, sizeof *site->mailboxes);
    site->lists = calloc(config->list_count + 1, sizeof *site->lists);
    return site->domains != NULL && site->mailboxes != NULL && site->lists != NULL;
}

static bool fill(struct site *site, const struct drive_site_config *config, const char **why)
{
    if (!make_room(site, config))
        return false;
    *why = "a site has a domain";
    bool good = config->domain_count > 0;
    for (size_t i = 0; good && i < config->domain_count; i++)
        good = add_domain(site, config->domains[i], why);
    for (size_t i = 0; good && i < config->mailbox_count; i++, site->mailbox_count++)
        good = read_mailbox(site, smtp_span_of(config->mailboxes[i]), &site->mailboxes[i], why);
    for (size_t i = 0; good && i < config->list_count; i++, site->list_count++)
        good = read_mailbox(site, config->lists[i].mailbox, &site->lists[i], why);
    return good;
}

struct drive_policy *drive_site_new(const struct drive_site_config *config, const char **why)
{
    struct site *site = calloc(1, sizeof *site);
    *why = "no memory";
    if (site == NULL)
        return NULL;
    site->policy.judge = site_judge;
    site->config = config;
    if (fill(site, config, why))
        return &site->policy;
    drive_site_free(&site->policy);
    return NULL;
}

void drive_site_free(struct drive_policy *policy)
{
    struct site *site = (struct site *)policy;
    if (site == NULL)
        return;
    free(site->domains);
    free(site->mailboxes);
    free(site->lists);
    free(site);
}
