#include <jansson.h>
#include <stdlib.h>

#include "parse_output.h"
#include "reading/rules.h"
#include "reading/shown.h"

/* Octets as they are where they are UTF-8, else in their shown form. */
static json_t *string_of(smtp_span octets)
{
    if (shown_is_utf8(octets))
        return json_stringn(octets.n > 0 ? octets.p : "", octets.n);
    smtp_room room = {malloc(4 * octets.n), 4 * octets.n};
    if (room.p == NULL)
        return NULL;
    json_t *out = json_stringn(room.p, shown_put(room, octets, true));
    free(room.p);
    return out;
}

static json_t *fields_of(const struct reading *r)
{
    json_t *out = json_array();
    for (size_t i = 0; i < r->field_count; i++)
        json_array_append_new(out, json_pack("{s:s, s:o}", "name", r->fields[i].name, "value",
                                             string_of(r->fields[i].value)));
    return out;
}

static json_t *tolerances_of(unsigned used)
{
    json_t *out = json_array();
#define ADD(symbol, bit, clause, text)                                                             \
    if ((used & 1U << (bit)) != 0)                                                                 \
        json_array_append_new(out, json_string(#symbol));
    SMTP_LAXES(ADD)
#undef ADD
    return out;
}

static json_t *fault_of(const struct reading *r)
{
    const struct reading_fault *f = &r->fault;
    const struct rule_text *rule = f->rule != NULL ? rule_of(f->rule) : NULL;
    return json_pack("{s:s, s:I, s:s, s:s, s:s*, s:s*, s:o*}", "symbol", f->symbol, "offset",
                     (json_int_t)r->off, "clause", f->clause, "text", f->text, "rule", f->rule,
                     "abnf", rule != NULL ? rule->abnf : NULL, "reply",
                     f->code != 0
                         ? json_pack("{s:i, s:s}", "code", (int)f->code, "enhanced", f->enhanced)
                         : NULL);
}

bool parse_tell_json(const struct reading *r)
{
    bool accepted = r->fault.symbol == NULL;
    json_t *out = json_pack("{s:s, s:o, s:b}", "kind", r->kind->name, "text", string_of(r->text),
                            "accepted", accepted);
    if (out == NULL)
        return false;
    if (accepted) {
        json_object_set_new(out, "fields", fields_of(r));
        json_object_set_new(out, "canonical", string_of(r->canonical));
        json_object_set_new(out, "tolerances", tolerances_of(r->lax_used));
    } else {
        json_object_set_new(out, "fault", fault_of(r));
    }
    int failed = json_dumpf(out, stdout, JSON_COMPACT);
    json_decref(out);
    putchar('\n');
    return failed == 0;
}
