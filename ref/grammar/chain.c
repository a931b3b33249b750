#include <assert.h>
#include <string.h>

#include "chain_parts.h"

#define BIT(finding) (1U << SMTP_FI_##finding)

const struct smtp_finding_row *smtp_finding_row(enum smtp_finding finding)
{
    static const struct smtp_finding_row rows[SMTP_FI_COUNT] = {
#define ROW(symbol, bad, clause, text) {#symbol, bad, clause, text},
        SMTP_FINDINGS(ROW)
#undef ROW
    };
    assert(finding < SMTP_FI_COUNT);
    return &rows[finding];
}

bool smtp_findings_bad(unsigned findings)
{
    for (unsigned i = 0; i < SMTP_FI_COUNT; i++)
        if ((findings & 1U << i) != 0 && smtp_finding_row((enum smtp_finding)i)->bad)
            return true;
    return false;
}

static bool is_received(const struct smtp_field *f)
{
    return smtp_span_is_nocase(f->name, SMTP_SPAN("Received"));
}

size_t smtp_chain_count(smtp_span header)
{
    struct smtp_field field;
    size_t count = 0;
    for (size_t at = 0; smtp_field_next(header, &at, &field);)
        count += is_received(&field) ? 1 : 0;
    return count;
}

/* ---- fields ---- */

/* A parser does not begin on a name with white space behind it; which octet it is, is told here. */
static enum smtp_trace_fault fault_of(const struct smtp_field *f, const struct smtp_cursor *c,
                                      enum smtp_trace_fault fault, size_t *at)
{
    *at = f->at + (size_t)(c->fault_at - f->text.p);
    if (fault != SMTP_T_NOMATCH)
        return fault;
    *at = f->at + f->name.n;
    return SMTP_T_COLON;
}

static void read_hop(const struct smtp_field *f, struct smtp_hop *hop)
{
    memset(hop, 0, sizeof *hop);
    struct smtp_cursor c = smtp_cursor_of(f->text, SMTP_LAX_NONE);
    hop->field = f->text;
    hop->at = f->at;
    enum smtp_trace_fault fault = smtp_parse_received(&c, &hop->received);
    if (fault != SMTP_T_OK) {
        hop->fault = fault_of(f, &c, fault, &hop->fault_at);
        hop->findings |= BIT(MALFORMED);
    }
    smtp_chain_look(smtp_span_cut(f->text, f->body, f->text.n), hop);
    hop->seconds = hop->dated ? smtp_date_seconds(&hop->seen.date) : 0;
}

/* RFC 5321 4.4: "there MUST be exactly one" Return-Path when delivery has been made, on top. */
static void read_path(const struct smtp_field *f, bool low, struct smtp_chain *out)
{
    if (out->has_path) {
        out->path_twice_at = f->at;
        out->findings |= BIT(PATH_TWICE);
        return;
    }
    struct smtp_cursor c = smtp_cursor_of(f->text, SMTP_LAX_NONE);
    enum smtp_trace_fault fault = smtp_parse_return_path(&c, &out->path);
    out->has_path = true;
    out->path_at = f->at;
    if (fault != SMTP_T_OK) {
        out->path_fault = fault_of(f, &c, fault, &out->path_fault_at);
        out->findings |= BIT(PATH);
    }
    if (low)
        out->findings |= BIT(PATH_LOW);
}

/* The line that a mailbox file puts before a message begins with "From " and is no matter of ours. */
static void note_stray(const struct smtp_field *f, struct smtp_chain *out)
{
    bool postmark = f->at == 0 && smtp_span_has_head_nocase(f->text, SMTP_SPAN("From "));
    if (postmark || (out->findings & BIT(STRAY)) != 0)
        return;
    out->stray_at = f->at;
    out->findings |= BIT(STRAY);
}

static void read_fields(smtp_span header, struct smtp_chain *out)
{
    struct smtp_field field;
    size_t left = out->count;
    while (smtp_field_next(header, &out->header, &field)) {
        if (is_received(&field))
            read_hop(&field, &out->hops[--left]);
        else if (smtp_span_is_nocase(field.name, SMTP_SPAN("Return-Path")))
            read_path(&field, left < out->count, out);
        else if (field.name.n == 0)
            note_stray(&field, out);
        out->fields += field.name.n > 0 ? 1 : 0;
    }
}

/* ---- times ---- */

static void judge_times(struct smtp_chain *out)
{
    const struct smtp_hop *first = NULL, *last = NULL;
    for (struct smtp_hop *hop = out->hops; hop < out->hops + out->count; hop++) {
        if (!hop->dated || (hop->findings & BIT(ZONE)) != 0)
            continue;
        if (last != NULL) {
            hop->has_delay = true;
            hop->delay = hop->seconds - last->seconds;
            hop->since = hop->seconds - first->seconds;
            hop->findings |= hop->delay < 0 ? BIT(SKEW) : 0U;
            out->has_total = true;
            out->total = hop->since;
        } else {
            first = hop;
        }
        last = hop;
    }
}

/* ---- hosts ---- */

static bool is_there(const struct smtp_trace_host *h)
{
    return h->domain.kind != SMTP_D_NONE;
}

/* A host that means the same everywhere. */
static bool is_placed(const struct smtp_trace_host *h)
{
    return is_there(h) && !smtp_host_is_local(h);
}

/* What a hop says of where the message came from; `here` is where it was. */
static void judge_from(struct smtp_hop *hop, const struct smtp_trace_host *here)
{
    const struct smtp_trace_host *from = &hop->seen.from;
    if (!is_there(from))
        return;
    bool local = smtp_host_is_local(from);
    if (local)
        hop->findings |= BIT(LOCAL);
    if (here == NULL || (local && !is_placed(&hop->seen.by)))
        return;
    enum smtp_kinship kin = smtp_host_kinship(local ? &hop->seen.by : from, here);
    if (kin == SMTP_KIN_NONE)
        hop->findings |= BIT(GAP);
    else if (kin == SMTP_KIN_DOMAIN)
        hop->findings |= BIT(KIN);
}

/* RFC 5321 4.4: each server says who it is; localhost is the host of the hop before. */
static void judge_way(struct smtp_chain *out)
{
    const struct smtp_trace_host *here = NULL;
    for (struct smtp_hop *hop = out->hops; hop < out->hops + out->count; hop++) {
        judge_from(hop, here);
        if (is_placed(&hop->seen.by))
            here = &hop->seen.by;
        else if (!is_there(&hop->seen.by))
            here = NULL;
    }
}

/*
 * RFC 5321 6.3: a message that comes to a host again. With another host between it is a loop, or
 * somebody forwards: then it is for another recipient. Without one, handing over to itself is usual
 * (filters do); to itself by its own name and for the same recipient is not.
 */
static unsigned judge_return(const struct smtp_hop *hop, const struct smtp_hop *before,
                             bool elsewhere)
{
    const struct smtp_path *was = &before->seen.recipient, *is = &hop->seen.recipient;
    bool known = was->local.n > 0 && is->local.n > 0;
    bool same = known && smtp_mailbox_is(was, is);
    if (elsewhere)
        return known && !same ? BIT(REVISIT) : BIT(LOOP);
    bool itself = is_placed(&hop->seen.from) &&
                  smtp_host_kinship(&hop->seen.from, &hop->seen.by) == SMTP_KIN_SAME;
    return same && itself ? BIT(LOOP) : 0U;
}

static void judge_loops(struct smtp_chain *out)
{
    for (size_t i = 0; i < out->count; i++) {
        struct smtp_hop *hop = &out->hops[i];
        bool elsewhere = false;
        if (!is_placed(&hop->seen.by))
            continue;
        for (size_t j = i; j-- > 0;) {
            const struct smtp_trace_host *by = &out->hops[j].seen.by;
            if (!is_placed(by))
                continue;
            if (smtp_host_kinship(by, &hop->seen.by) == SMTP_KIN_SAME) {
                hop->findings |= judge_return(hop, &out->hops[j], elsewhere);
                hop->before = j;
                break;
            }
            elsewhere = true;
        }
    }
}

static void note_protocols(struct smtp_chain *out)
{
    for (struct smtp_hop *hop = out->hops; hop < out->hops + out->count; hop++) {
        if ((hop->traits & SMTP_TRAIT_AUTH) != 0)
            hop->findings |= BIT(SUBMISSION);
        if (hop->tls == SMTP_HOP_CLEAR && (hop->findings & BIT(LOCAL)) == 0)
            hop->findings |= BIT(CLEAR);
    }
}

bool smtp_chain_read(smtp_span header, struct smtp_hop *hops, size_t room, size_t limit,
                     struct smtp_chain *out)
{
    memset(out, 0, sizeof *out);
    out->hops = hops;
    out->count = smtp_chain_count(header);
    if (out->count > room)
        return false;
    read_fields(header, out);
    judge_times(out);
    judge_way(out);
    judge_loops(out);
    note_protocols(out);
    if (out->count > limit)
        out->findings |= BIT(MANY);
    return true;
}

unsigned smtp_chain_findings(const struct smtp_chain *chain)
{
    unsigned all = chain->findings;
    for (size_t i = 0; i < chain->count; i++)
        all |= chain->hops[i].findings;
    return all;
}
