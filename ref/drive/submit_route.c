#include <stdio.h>
#include <string.h>
#include <uv.h>

#include "idn.h"
#include "submission.h"

/* ---- hosts --------------------------------------------------------------------------------- */

/* RFC 5890 2.3.2.1: a name that a person wrote may have U-labels. */
static void use_only(struct drive_submit *s, const char *name)
{
    smtp_room room = {s->only.name, sizeof s->only.name};
    bool good = idn_to_ascii(room, smtp_span_of(name));
    struct courier_why why = submit_why(SMTP_O_NEVER, 0, "5.1.2", "the host's name is none");
    s->hosts = &s->only;
    s->host_count = good ? 1 : 0;
    if (!good)
        submit_trouble(s, "", &why);
    submit_go(s, TURN_HOST);
}

static void mx_done(struct lookup *lookup)
{
    struct drive_submit *s = lookup->arg;
    if (!s->stopping)
        submit_go(s, TURN_MX);
}

void submit_find_hosts(struct drive_submit *s)
{
    s->host_at = s->host_count = 0;
    s->clear = false;
    s->why = (struct courier_why){.outcome = SMTP_O_NONE};
    s->why_host[0] = '\0';
    lookup_clear(&s->mx);
    if (s->stopping) {
        submit_go(s, TURN_GROUP);
    } else if (s->config->host != NULL) {
        use_only(s, s->config->host);
    } else if (s->literal) { /* RFC 5321 2.3.4, 4.1.3 */
        use_only(s, s->domain);
    } else {
        s->mx.done = mx_done;
        s->mx.arg = s;
        resolver_mx(s->resolver, s->domain, &s->mx);
    }
}

/* Nobody is to be asked: the group has its result. */
static void end_group(struct drive_submit *s, const struct courier_why *why)
{
    submit_trouble(s, "", why);
    submit_go(s, TURN_HOST); /* there is none */
}

static void later(struct drive_submit *s, const char *what, const char *reason)
{
    char text[DRIVE_TEXT_MAX];
    snprintf(text, sizeof text, "%s: %s", what, reason);
    struct courier_why why = submit_why(SMTP_O_LATER, 0, "4.4.3", text); /* RFC 3463 3.5 */
    end_group(s, &why);
}

static uint64_t seed_of(const struct drive_submit *s)
{
    uint64_t seed = s->config->seed;
    if (seed == 0)
        (void)uv_random(NULL, NULL, &seed, sizeof seed, 0, NULL);
    return seed;
}

/* RFC 5321 5.1 */
static void order_hosts(struct drive_submit *s)
{
    struct mx_host *hosts = s->mx.hosts;
    size_t count = mx_order(hosts, s->mx.host_count, seed_of(s));
    s->hosts = hosts;
    s->host_count = mx_before(hosts, count, s->config->name);
    struct courier_why why =
        count == 0
            ? submit_why(SMTP_O_NEVER, 0, "5.4.4", "no mail exchanger of the domain has a name")
            : submit_why(SMTP_O_NEVER, 0, "5.4.0",
                         "we are the domain's best mail exchanger ourselves");
    if (s->host_count == 0)
        end_group(s, &why);
    else
        submit_go(s, TURN_HOST);
}

void submit_take_mx(struct drive_submit *s)
{
    static const char no_domain[] = "there is no such domain";
    static const char no_mail[] = "the domain accepts no mail"; /* RFC 7505 4.1 */
    struct courier_why why;
    switch (s->mx.status) {
    case LOOKUP_FOUND:
        if (!mx_is_null(s->mx.hosts, s->mx.host_count)) {
            order_hosts(s);
            break;
        }
        why = submit_why(SMTP_O_NEVER, 556, "5.1.10", no_mail);
        end_group(s, &why);
        break;
    case LOOKUP_NOTHING: /* the implicit MX */
        use_only(s, s->domain);
        break;
    case LOOKUP_NO_NAME:
        why = submit_why(SMTP_O_NEVER, 0, "5.1.2", no_domain);
        end_group(s, &why);
        break;
    case LOOKUP_LATER:
        later(s, "the domain's mail exchangers", s->mx.why);
        break;
    }
}

/* ---- addresses ----------------------------------------------------------------------------- */

static void addresses_done(struct lookup *lookup)
{
    struct drive_submit *s = lookup->arg;
    if (!s->stopping)
        submit_go(s, TURN_ADDRESSES);
}

void submit_next_host(struct drive_submit *s)
{
    lookup_clear(&s->addresses);
    s->address_at = 0;
    if (s->host_at == s->host_count || s->stopping) {
        submit_go(s, TURN_GROUP);
        return;
    }
    snprintf(s->host, sizeof s->host, "%s", s->hosts[s->host_at++].name);
    if (submit_is_address(s->host)) {
        submit_go(s, TURN_DIAL);
        return;
    }
    s->addresses.done = addresses_done;
    s->addresses.arg = s;
    resolver_addresses(s->resolver, s->host, &s->addresses);
}

/* RFC 5321 5.1: no usable address "MUST be reported as an error"; 3463 3.5: X.4.4 unable to route. */
void submit_take_addresses(struct drive_submit *s)
{
    bool none = s->addresses.status != LOOKUP_LATER;
    char text[DRIVE_TEXT_MAX];
    if (s->addresses.status == LOOKUP_FOUND) {
        submit_go(s, TURN_DIAL);
        return;
    }
    snprintf(text, sizeof text, "%s", none ? "the host has no address" : s->addresses.why);
    struct courier_why why =
        submit_why(none ? SMTP_O_NEVER : SMTP_O_LATER, 0, none ? "5.4.4" : "4.4.3", text);
    submit_trouble(s, s->host, &why);
    submit_go(s, TURN_HOST);
}
