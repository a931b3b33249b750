#include <arpa/inet.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "idn.h"
#include "submission.h"

enum { DNS_TRY_MS = 5000 };

/* ---- turns --------------------------------------------------------------------------------- */

void submit_go(struct drive_submit *s, enum submit_turn turn)
{
    struct net_world *world = net_uv_world(s->uv);
    s->turn = turn;
    s->timer.at_ms = world->ops->now(world);
    net_uv_timer(s->uv, &s->timer);
}

bool submit_is_address(const char *host)
{
    struct in6_addr octets;
    return inet_pton(AF_INET, host, &octets) == 1 || inet_pton(AF_INET6, host, &octets) == 1;
}

/* ---- results ------------------------------------------------------------------------------- */

struct courier_why submit_why(enum smtp_outcome outcome, unsigned code, const char *enhanced,
                              const char *text)
{
    struct courier_why why = {.outcome = outcome, .code = code};
    struct smtp_cursor c = smtp_cursor_of(smtp_span_of(enhanced), SMTP_LAX_NONE);
    if (smtp_parse_enhanced(&c, &why.enhanced) != SMTP_OK)
        why.enhanced = (struct smtp_enhanced){.class = 0};
    snprintf(why.text, sizeof why.text, "%s", text);
    return why;
}

void submit_trouble(struct drive_submit *s, const char *host, const struct courier_why *why)
{
    bool weighs = s->why.outcome != SMTP_O_LATER || why->outcome == SMTP_O_LATER || why->denied;
    if (why->outcome == SMTP_O_NONE || !weighs)
        return;
    s->why = *why;
    snprintf(s->why_host, sizeof s->why_host, "%s", host);
}

static void set_result(struct drive_rcpt *rcpt, const struct courier_why *why, const char *host)
{
    rcpt->outcome = why->outcome;
    rcpt->code = why->code;
    rcpt->enhanced = why->enhanced;
    rcpt->denied = why->denied;
    snprintf(rcpt->text, sizeof rcpt->text, "%s", why->text);
    snprintf(rcpt->host, sizeof rcpt->host, "%s", host);
}

/* The last group is over; who has no result gets the reason. */
static void end_group(struct drive_submit *s)
{
    struct courier_why why = s->why;
    if (why.outcome == SMTP_O_NONE)
        why = submit_why(SMTP_O_LATER, 0, "", s->stopping ? "given up" : "no host took the mail");
    for (size_t i = 0; i < s->who_count; i++) {
        struct drive_rcpt *rcpt = &s->mail->rcpts[s->who[i]];
        if (rcpt->outcome == SMTP_O_NONE)
            set_result(rcpt, &why, s->why_host);
    }
    s->who_count = 0;
}

/* ---- groups -------------------------------------------------------------------------------- */

/* The domain as DNS knows it, or the address of a literal. */
static enum smtp_fault read_domain(smtp_span mailbox, char out[DRIVE_HOST_MAX], bool *literal)
{
    struct smtp_cursor c = smtp_cursor_of(mailbox, SMTP_LAX_UTF8);
    struct smtp_path path;
    enum smtp_fault fault = smtp_parse_mailbox(&c, &path);
    if (fault != SMTP_OK || c.at != c.end)
        return fault == SMTP_OK        ? SMTP_E_TRAILING
               : fault == SMTP_NOMATCH ? SMTP_E_LOCAL_PART
                                       : fault;
    *literal = path.domain.kind == SMTP_D_IPV4 || path.domain.kind == SMTP_D_IPV6;
    smtp_room room = {out, DRIVE_HOST_MAX};
    bool good = idn_to_ascii(room, *literal ? path.domain.value : path.domain.text);
    return good && path.domain.kind != SMTP_D_GENERAL ? SMTP_OK : SMTP_E_DOMAIN;
}

static bool is_of_group(const struct drive_submit *s, size_t i)
{
    char domain[DRIVE_HOST_MAX];
    bool literal;
    if (s->config->host != NULL)
        return true;
    return read_domain(s->mail->rcpts[i].mailbox, domain, &literal) == SMTP_OK &&
           literal == s->literal &&
           smtp_span_is_nocase(smtp_span_of(domain), smtp_span_of(s->domain));
}

/* RFC 8689 4.2.1: an MX that is not validated is no way for such a message, unless it is a bounce. */
static bool is_refused(const struct drive_submit *s)
{
    return s->config->host == NULL && (s->mail->params.given & SMTP_P_REQUIRETLS) != 0 &&
           s->mail->sender.n > 0;
}

/* False: the recipient has his result already. */
static bool open_group(struct drive_submit *s, size_t first)
{
    struct courier_why why;
    struct drive_rcpt *rcpt = &s->mail->rcpts[first];
    enum smtp_fault fault = SMTP_OK;
    s->grouped[first] = true;
    if (s->config->host == NULL)
        fault = read_domain(rcpt->mailbox, s->domain, &s->literal);
    if (fault != SMTP_OK)
        why = submit_why(SMTP_O_NEVER, 0, "5.1.3", smtp_fault_row(fault)->text);
    else if (is_refused(s))
        why = submit_why(SMTP_O_NEVER, 0, "5.7.10",
                         "REQUIRETLS needs a host: names that DNS gives are not verified here");
    else
        return true;
    set_result(rcpt, &why, "");
    return false;
}

static void next_group(struct drive_submit *s)
{
    size_t i = 0;
    end_group(s);
    while (i < s->mail->rcpt_count && (s->grouped[i] || !open_group(s, i)))
        i++;
    if (i == s->mail->rcpt_count) {
        submit_go(s, TURN_END);
        return;
    }
    s->who[s->who_count++] = i;
    for (i++; i < s->mail->rcpt_count; i++) {
        if (s->grouped[i] || !is_of_group(s, i))
            continue;
        s->grouped[i] = true;
        s->who[s->who_count++] = i;
    }
    submit_find_hosts(s);
}

static void take_turn(struct net_timer *timer, uint64_t now_ms)
{
    struct drive_submit *s = (struct drive_submit *)timer;
    (void)now_ms;
    switch (s->turn) {
    case TURN_GROUP:
        next_group(s);
        break;
    case TURN_MX:
        submit_take_mx(s);
        break;
    case TURN_HOST:
        submit_next_host(s);
        break;
    case TURN_ADDRESSES:
        submit_take_addresses(s);
        break;
    case TURN_DIAL:
        submit_dial(s);
        break;
    case TURN_CLOSED:
        submit_take_connection(s);
        break;
    case TURN_END:
        s->done(s->arg);
        break;
    }
}

/* ---- the beginning ------------------------------------------------------------------------- */

/* What is wrong with the config itself shows before anything is sent. */
static bool check(const struct drive_submit *s, const char **why)
{
    struct smtp_cursor c = smtp_cursor_of(smtp_span_of(s->config->name), SMTP_LAX_NONE);
    struct smtp_domain own;
    *why = "our own name is neither a domain nor an address literal";
    if (smtp_parse_host(&c, &own) != SMTP_OK || c.at != c.end)
        return false;
    struct net_tls_context *context = submit_tls(s, "localhost", why);
    if (context == NULL)
        return false;
    net_tls_context_free(context);
    return true;
}

static uint64_t dns_try(const struct drive_submit_config *config)
{
    bool sooner = config->connect_ms != 0 && config->connect_ms < DNS_TRY_MS;
    return sooner ? config->connect_ms : DNS_TRY_MS;
}

static bool prepare(struct drive_submit *s, const char **why)
{
    size_t count = s->mail->rcpt_count;
    *why = "no memory";
    s->who = calloc(count + 1, sizeof *s->who);
    s->grouped = calloc(count + 1, sizeof *s->grouped);
    if (s->who == NULL || s->grouped == NULL || !check(s, why))
        return false;
    *why = "the text cannot be read";
    if (!source_look(s->mail->source, &s->facts))
        return false;
    s->resolver = resolver_new(net_uv_loop(s->uv), s->config->dns, dns_try(s->config), why);
    return s->resolver != NULL;
}

struct drive_submit *drive_submit_new(struct net_uv *uv, const struct drive_submit_config *config,
                                      struct drive_mail *mail, void (*done)(void *arg), void *arg,
                                      const char **why)
{
    struct drive_submit *s = calloc(1, sizeof *s);
    *why = "no memory";
    if (s == NULL)
        return NULL;
    *s = (struct drive_submit){.uv = uv, .config = config, .mail = mail, .done = done, .arg = arg};
    s->timer.done = take_turn;
    if (!prepare(s, why)) {
        drive_submit_free(s);
        return NULL;
    }
    for (size_t i = 0; i < mail->rcpt_count; i++)
        mail->rcpts[i].outcome = SMTP_O_NONE;
    submit_go(s, TURN_GROUP);
    return s;
}

/* ---- the end ------------------------------------------------------------------------------- */

/* Where a lookup is under way, its answer is not waited for. */
void drive_submit_stop(struct drive_submit *s)
{
    bool hard = s->stopping;
    s->stopping = true;
    if (s->courier == NULL) {
        if (s->turn != TURN_END && s->turn != TURN_CLOSED)
            submit_go(s, TURN_GROUP);
        return;
    }
    struct net_end *end = courier_end(s->courier);
    courier_stop(s->courier, hard);
    if (s->courier != NULL && !s->job.up)
        net_uv_give_up(s->uv, end);
}

void drive_submit_free(struct drive_submit *s)
{
    if (s == NULL)
        return;
    assert(s->courier == NULL);
    net_uv_timer_stop(s->uv, &s->timer);
    resolver_free(s->resolver);
    lookup_clear(&s->mx);
    lookup_clear(&s->addresses);
    free(s->who);
    free(s->grouped);
    free(s);
}

/* ---- all of it at once --------------------------------------------------------------------- */

static void set_true(void *arg)
{
    *(bool *)arg = true;
}

bool drive_submit(const struct drive_submit_config *config, struct drive_mail *mail,
                  const char **why)
{
    bool over = false;
    struct net_uv *uv = net_uv_new();
    *why = "no memory";
    struct drive_submit *s =
        uv != NULL ? drive_submit_new(uv, config, mail, set_true, &over, why) : NULL;
    if (s != NULL) {
        struct net_world *world = net_uv_world(uv);
        bool good = world->ops->run(world, &over);
        assert(good == over);
        (void)good;
        *why = "the event loop failed";
        drive_submit_free(s);
    }
    net_uv_free(uv);
    return over;
}
