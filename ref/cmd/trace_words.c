#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "trace_view.h"

enum { EXCERPT = 40 };

void trace_clean(char *to, size_t room, smtp_span s)
{
    size_t at = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char octet = (unsigned char)s.p[i];
        bool plain = octet >= ' ' && octet < 127;
        if (at + (plain ? 1 : 4) + (i + 1 < s.n ? 3 : 0) >= room) {
            at += (size_t)snprintf(to + at, room - at, "%s", room - at > 3 ? "..." : "");
            break;
        }
        at += (size_t)snprintf(to + at, room - at, plain ? "%c" : "\\x%02X", octet);
    }
    to[at] = '\0';
}

void trace_duration(char *to, size_t room, int64_t seconds)
{
    static const struct {
        const char *name;
        uint64_t seconds;
    } units[] = {{"d", 86400}, {"h", 3600}, {"min", 60}, {"s", 1}};
    uint64_t left = seconds < 0 ? 0 - (uint64_t)seconds : (uint64_t)seconds;
    size_t unit = 0;
    while (unit < 3 && left < units[unit].seconds)
        unit++;
    uint64_t first = left / units[unit].seconds, rest = left % units[unit].seconds;
    int n = snprintf(to, room, "%s%" PRIu64 " %s", seconds < 0 ? "-" : "", first, units[unit].name);
    if (unit < 3 && rest >= units[unit + 1].seconds && n > 0 && (size_t)n < room)
        snprintf(to + n, room - (size_t)n, " %" PRIu64 " %s", rest / units[unit + 1].seconds,
                 units[unit + 1].name);
}

void trace_time(char *to, size_t room, int64_t seconds)
{
    struct smtp_date d;
    if (smtp_date_at(seconds, 0, &d))
        snprintf(to, room, "%04u-%02u-%02u %02u:%02u:%02u", d.year, d.month, d.day, d.hour,
                 d.minute, d.second);
    else
        snprintf(to, room, "?");
}

void trace_host_name(char *to, size_t room, const struct smtp_trace_host *host)
{
    trace_clean(to, room, host->domain.kind != SMTP_D_NONE ? host->domain.value : SMTP_SPAN("-"));
}

void trace_host(char *to, size_t room, const struct smtp_trace_host *host)
{
    trace_host_name(to, room, host);
    size_t n = strlen(to);
    char address[80];
    if (host->domain.kind == SMTP_D_NONE || host->address.kind == SMTP_D_NONE)
        return;
    trace_clean(address, sizeof address, host->address.value);
    if (strcmp(address, to) != 0)
        snprintf(to + n, room - n, " [%s]", address);
}

const char *trace_tls(enum smtp_hop_tls tls)
{
    switch (tls) {
    case SMTP_HOP_UNKNOWN:
        return "?";
    case SMTP_HOP_CLEAR:
        return "no";
    case SMTP_HOP_TLS:
        return "yes";
    }
    return "?";
}

size_t trace_number(const struct trace_view *view, const struct smtp_hop *hop)
{
    return (size_t)(hop - view->chain.hops) + 1;
}

void trace_names(char *to, size_t room, unsigned findings, bool bad)
{
    size_t at = 0;
    to[0] = '\0';
    for (unsigned i = 0; i < SMTP_FI_COUNT; i++) {
        const struct smtp_finding_row *row = smtp_finding_row((enum smtp_finding)i);
        if ((findings & 1U << i) == 0 || (bad && !row->bad) || at + 2 >= room)
            continue;
        at += (size_t)snprintf(to + at, room - at, "%s", at > 0 ? ", " : "");
        for (const char *p = row->symbol; *p != '\0' && at + 1 < room; p++)
            to[at++] = (char)(*p == '_' ? '-' : tolower((unsigned char)*p));
        to[at] = '\0';
    }
}

/* ---- findings in words ---- */

/* The last hop before this one that `from` was compared with. */
static const struct smtp_hop *hop_before(const struct trace_view *view, const struct smtp_hop *hop)
{
    const struct smtp_hop *h = hop;
    while (h > view->chain.hops) {
        h--;
        if (h->seen.by.domain.kind == SMTP_D_NONE || !smtp_host_is_local(&h->seen.by))
            break;
    }
    return h;
}

static void say_from(const struct trace_view *view, struct trace_item *item,
                     const struct smtp_hop *hop)
{
    const struct smtp_hop *before = hop_before(view, hop);
    char from[300], by[300];
    trace_host(from, sizeof from, &hop->seen.from);
    trace_host(by, sizeof by, &before->seen.by);
    snprintf(item->text, sizeof item->text, "from %s, but hop %zu was by %s: %s", from,
             trace_number(view, before), by,
             item->finding == SMTP_FI_GAP ? "a hop is missing" : "another host of its domain");
}

static void say_skew(struct trace_item *item, const struct smtp_hop *hop)
{
    char span[80];
    trace_duration(span, sizeof span, -hop->delay);
    snprintf(item->text, sizeof item->text, "dated %s before the hop before it: a clock is wrong",
             span);
}

static void say_return(struct trace_item *item, const struct smtp_hop *hop)
{
    char by[300];
    trace_host_name(by, sizeof by, &hop->seen.by);
    snprintf(item->text, sizeof item->text, "%s had the message at hop %zu%s", by, hop->before + 1,
             item->finding == SMTP_FI_LOOP ? "" : ", for another recipient");
}

/* What stands at a place, up to the end of its line. */
static smtp_span text_at(const struct trace_view *view, size_t at)
{
    smtp_span rest = {view->file.header + at, view->file.header_n - at};
    const char *end = memchr(rest.p, '\r', rest.n);
    return end != NULL ? smtp_span_cut(rest, 0, (size_t)(end - rest.p)) : rest;
}

static void say_fault(const struct trace_view *view, struct trace_item *item,
                      enum smtp_trace_fault fault, size_t at)
{
    const struct smtp_trace_row *row = smtp_trace_row(fault);
    char there[EXCERPT];
    item->at = at;
    item->symbol = row->symbol;
    item->clause = row->clause;
    trace_clean(there, sizeof there, text_at(view, at));
    if (there[0] != '\0')
        snprintf(item->text, sizeof item->text, "%s, at \"%s\"", row->text, there);
    else
        snprintf(item->text, sizeof item->text, "%s, at the end of the line", row->text);
}

static void say_of_chain(const struct trace_view *view, struct trace_item *item)
{
    const struct smtp_chain *chain = &view->chain;
    item->at = chain->path_at;
    if (item->finding == SMTP_FI_PATH)
        say_fault(view, item, chain->path_fault, chain->path_fault_at);
    else if (item->finding == SMTP_FI_PATH_TWICE)
        item->at = chain->path_twice_at;
    else if (item->finding == SMTP_FI_STRAY)
        item->at = chain->stray_at;
    else if (item->finding == SMTP_FI_MANY) {
        item->at = chain->hops[view->limit].at; /* the first that is one too many */
        snprintf(item->text, sizeof item->text,
                 "%zu hops, over the limit of %zu: most likely a loop", chain->count, view->limit);
    }
}

static void say_of_hop(const struct trace_view *view, const struct smtp_hop *hop,
                       struct trace_item *item)
{
    item->hop = hop;
    item->at = hop->at;
    if (item->finding == SMTP_FI_MALFORMED)
        say_fault(view, item, hop->fault, hop->fault_at);
    else if (item->finding == SMTP_FI_SKEW)
        say_skew(item, hop);
    else if (item->finding == SMTP_FI_LOOP || item->finding == SMTP_FI_REVISIT)
        say_return(item, hop);
    else if (item->finding == SMTP_FI_GAP || item->finding == SMTP_FI_KIN)
        say_from(view, item, hop);
}

bool trace_item_next(const struct trace_view *view, size_t *state, struct trace_item *out)
{
    const struct smtp_chain *chain = &view->chain;
    for (; *state < (chain->count + 1) * SMTP_FI_COUNT; ++*state) {
        size_t row = *state / SMTP_FI_COUNT, finding = *state % SMTP_FI_COUNT;
        unsigned findings = row == 0 ? chain->findings : chain->hops[row - 1].findings;
        if ((findings & 1U << finding) == 0)
            continue;
        const struct smtp_finding_row *about = smtp_finding_row((enum smtp_finding)finding);
        *out = (struct trace_item){.finding = (enum smtp_finding)finding};
        out->symbol = about->symbol;
        out->clause = about->clause;
        snprintf(out->text, sizeof out->text, "%s", about->text);
        if (row == 0)
            say_of_chain(view, out);
        else
            say_of_hop(view, &chain->hops[row - 1], out);
        ++*state;
        return true;
    }
    return false;
}
