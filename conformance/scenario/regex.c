#include "scenario/regex.h"

#include <string.h>

pcre2_code *regex_compile(const char *pattern, char *why, size_t why_size)
{
    int error = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, 0, &error, &offset, NULL);
    if (code == NULL)
        pcre2_get_error_message(error, (PCRE2_UCHAR *)why, why_size);
    return code;
}

/* Calls back for each row of the name table: two octets of number, then the name. */
static void each_name(const pcre2_code *code, const PCRE2_SIZE *ovector, smtp_span octets,
                      regex_group *group, void *arg)
{
    uint32_t count = 0, size = 0;
    PCRE2_SPTR table = NULL;
    pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &count);
    pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &size);
    pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &table);
    for (uint32_t i = 0; i < count; i++, table += size) {
        unsigned number = (unsigned)(table[0] << 8 | table[1]);
        smtp_span value = {NULL, 0};
        if (ovector != NULL && ovector[(size_t)2 * number] == PCRE2_UNSET)
            continue;
        if (ovector != NULL)
            value =
                smtp_span_cut(octets, ovector[(size_t)2 * number], ovector[(size_t)2 * number + 1]);
        group(arg, (const char *)table + 2, value);
    }
}

/* A regular expression of ours with a slip in it would let a peer keep us for hours. */
enum { TRIES = 1000000 };

static bool match(const pcre2_code *code, smtp_span octets, pcre2_match_data *data)
{
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    if (context == NULL)
        return false;
    pcre2_set_match_limit(context, TRIES);
    PCRE2_SPTR subject = (PCRE2_SPTR)(octets.n == 0 ? "" : octets.p);
    bool found = pcre2_match(code, subject, octets.n, 0, 0, data, context) >= 0;
    pcre2_match_context_free(context);
    return found;
}

bool regex_find(const pcre2_code *code, smtp_span octets, regex_group *group, void *arg)
{
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(code, NULL);
    if (data == NULL)
        return false;
    bool found = match(code, octets, data);
    if (found && group != NULL)
        each_name(code, pcre2_get_ovector_pointer(data), octets, group, arg);
    pcre2_match_data_free(data);
    return found;
}

void regex_names(const pcre2_code *code, regex_group *group, void *arg)
{
    each_name(code, NULL, (smtp_span){NULL, 0}, group, arg);
}
