#include <jansson.h>
#include <string.h>

#include "trace_view.h"

/* TRACE.md defines the document. What is not there is null. */

static json_t *text_of(smtp_span s)
{
    char text[TRACE_TEXT];
    if (s.n == 0)
        return json_null();
    trace_clean(text, sizeof text, s);
    return json_string(text);
}

static json_t *address_of(const struct smtp_domain *d)
{
    return text_of(d->kind != SMTP_D_NONE ? d->value : SMTP_SPAN(""));
}

static json_t *host_of(const struct smtp_trace_host *h)
{
    if (h->domain.kind == SMTP_D_NONE)
        return json_null();
    return json_pack("{s:o, s:o, s:o}", "domain", text_of(h->domain.value), "name",
                     address_of(&h->name), "address", address_of(&h->address));
}

static json_t *place_into(const struct trace_view *view, json_t *object, size_t at)
{
    struct trace_place place = trace_file_place(&view->file, at);
    json_object_set_new(object, "offset", json_integer((json_int_t)place.octet));
    json_object_set_new(object, "line", json_integer((json_int_t)place.line));
    return object;
}

static json_t *fault_of(const struct trace_view *view, enum smtp_trace_fault fault, size_t at)
{
    if (fault == SMTP_T_OK)
        return json_null();
    const struct smtp_trace_row *row = smtp_trace_row(fault);
    json_t *object = json_pack("{s:s, s:s, s:s}", "symbol", row->symbol, "clause", row->clause,
                               "text", row->text);
    return place_into(view, object, at);
}

static json_t *names_of(unsigned findings, bool bad)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < SMTP_FI_COUNT; i++) {
        const struct smtp_finding_row *row = smtp_finding_row((enum smtp_finding)i);
        if ((findings & 1U << i) != 0 && row->bad == bad)
            json_array_append_new(list, json_string(row->symbol));
    }
    return list;
}

static json_t *time_of(const struct smtp_hop *hop)
{
    char time[40];
    if (!hop->dated)
        return json_null();
    trace_time(time, sizeof time, hop->seconds);
    char *blank = strchr(time, ' ');
    if (blank != NULL)
        *blank = 'T';
    return json_sprintf("%sZ", time);
}

static json_t *number_if(bool there, int64_t number)
{
    return there ? json_integer((json_int_t)number) : json_null();
}

static json_t *tls_of(enum smtp_hop_tls tls)
{
    return tls == SMTP_HOP_UNKNOWN ? json_null() : json_boolean(tls == SMTP_HOP_TLS);
}

static json_t *protocol_of(const struct smtp_hop *hop)
{
    if (hop->seen.protocol <= SMTP_WITH_OTHER)
        return json_null();
    return json_pack("{s:s, s:b, s:b, s:b, s:b}", "name", smtp_with_name(hop->seen.protocol),
                     "extended", (hop->traits & SMTP_TRAIT_EXTENDED) != 0, "authenticated",
                     (hop->traits & SMTP_TRAIT_AUTH) != 0, "utf8",
                     (hop->traits & SMTP_TRAIT_UTF8) != 0, "lmtp",
                     (hop->traits & SMTP_TRAIT_LMTP) != 0);
}

static json_t *hop_of(const struct trace_view *view, const struct smtp_hop *hop)
{
    const struct smtp_received *seen = &hop->seen;
    bool before = (hop->findings & (1U << SMTP_FI_LOOP | 1U << SMTP_FI_REVISIT)) != 0;
    json_t *object = json_pack("{s:I}", "hop", (json_int_t)trace_number(view, hop));
    place_into(view, object, hop->at);
    json_object_set_new(object, "from", host_of(&seen->from));
    json_object_set_new(object, "by", host_of(&seen->by));
    json_object_set_new(object, "via", text_of(seen->via));
    json_object_set_new(object, "with", text_of(seen->with));
    json_object_set_new(object, "id", text_of(seen->id));
    json_object_set_new(object, "for", text_of(seen->recipient.text));
    json_object_set_new(object, "clauses", text_of(hop->received.clauses));
    json_object_set_new(object, "protocol", protocol_of(hop));
    json_object_set_new(object, "tls", tls_of(hop->tls));
    json_object_set_new(object, "time", time_of(hop));
    json_object_set_new(object, "delay", number_if(hop->has_delay, hop->delay));
    json_object_set_new(object, "since", number_if(hop->has_delay, hop->since));
    json_object_set_new(object, "before", number_if(before, (int64_t)hop->before + 1));
    json_object_set_new(object, "fault", fault_of(view, hop->fault, hop->fault_at));
    json_object_set_new(object, "findings", names_of(hop->findings, true));
    json_object_set_new(object, "notes", names_of(hop->findings, false));
    return object;
}

static json_t *path_of(const struct trace_view *view)
{
    const struct smtp_chain *chain = &view->chain;
    if (!chain->has_path)
        return json_null();
    json_t *object = place_into(view, json_object(), chain->path_at);
    json_object_set_new(object, "path", text_of(chain->path.text));
    json_object_set_new(object, "fault", fault_of(view, chain->path_fault, chain->path_fault_at));
    return object;
}

static json_t *hops_of(const struct trace_view *view)
{
    json_t *list = json_array();
    for (size_t i = 0; i < view->chain.count; i++)
        json_array_append_new(list, hop_of(view, &view->chain.hops[i]));
    return list;
}

static json_t *items_of(const struct trace_view *view, bool bad)
{
    json_t *list = json_array();
    struct trace_item item;
    for (size_t state = 0; trace_item_next(view, &state, &item);) {
        if (smtp_finding_row(item.finding)->bad != bad)
            continue;
        json_t *object =
            json_pack("{s:s, s:o}", "symbol", smtp_finding_row(item.finding)->symbol, "hop",
                      number_if(item.hop != NULL,
                                item.hop != NULL ? (int64_t)trace_number(view, item.hop) : 0));
        place_into(view, object, item.at);
        json_object_set_new(object, "clause", json_string(item.clause));
        json_object_set_new(object, "text", json_string(item.text));
        json_array_append_new(list, object);
    }
    return list;
}

bool trace_json(const struct trace_view *view, FILE *to)
{
    const struct smtp_chain *chain = &view->chain;
    json_t *root = json_pack("{s:s, s:o, s:b}", "format", "smtpref-trace-1", "file",
                             text_of(smtp_span_of(view->name)), "sound",
                             !smtp_findings_bad(smtp_chain_findings(chain)));
    json_object_set_new(root, "return_path", path_of(view));
    json_object_set_new(root, "total", number_if(chain->has_total, chain->total));
    json_object_set_new(root, "hops", hops_of(view));
    json_object_set_new(root, "findings", items_of(view, true));
    json_object_set_new(root, "notes", items_of(view, false));
    bool written = root != NULL && json_dumpf(root, to, JSON_INDENT(2)) == 0;
    json_decref(root);
    fputc('\n', to);
    return written;
}
