#include <assert.h>

#include "received_parts.h"

static size_t run_wsp(struct smtp_cursor *c)
{
    const char *begin = c->at;
    while (smtp_grammar_at(c, ' ') || smtp_grammar_at(c, '\t'))
        c->at++;
    return (size_t)(c->at - begin);
}

/*
 * RFC 5322 3.2.2
 *     FWS = ([*WSP CRLF] 1*WSP)
 * obs-FWS is refused. White space "MUST NOT be inserted in such a way that any line of a folded
 * header field is made up entirely of WSP characters": such a fold is none.
 */
bool smtp_trace_fws(struct smtp_cursor *c)
{
    bool blank = run_wsp(c) > 0;
    struct smtp_cursor fold = *c;
    if (!smtp_grammar_word(&fold, "\r\n") || run_wsp(&fold) == 0 || fold.at == fold.end ||
        smtp_grammar_at(&fold, '\r'))
        return blank;
    c->at = fold.at;
    return true;
}

/*
 * RFC 5322 3.2.2
 *     ctext    = %d33-39 / %d42-91 / %d93-126
 *     ccontent = ctext / quoted-pair / comment
 * 3.2.1: quoted-pair = "\" (VCHAR / WSP); parentheses and white space are the caller's.
 */
static bool read_ctext(struct smtp_cursor *c)
{
    bool quoted = smtp_grammar_take(c, '\\');
    bool fits = smtp_grammar_is(c, SMTP_C_VCHAR_SP) || (quoted && smtp_grammar_at(c, '\t'));
    c->at += fits ? 1 : 0;
    return fits;
}

/* RFC 5322 3.2.2: comment = "(" *([FWS] ccontent) [FWS] ")"; "Comments may nest." */
static bool read_comment(struct smtp_cursor *c)
{
    size_t depth = 0;
    do {
        if (smtp_grammar_take(c, '('))
            depth++;
        else if (smtp_grammar_take(c, ')'))
            depth--;
        else if (!smtp_trace_fws(c) && !read_ctext(c))
            return false;
    } while (depth > 0);
    return true;
}

/* RFC 5322 3.2.2: CFWS = (1*([FWS] comment) [FWS]) / FWS */
enum smtp_trace_fault smtp_trace_cfws(struct smtp_cursor *c, bool *some)
{
    *some = smtp_trace_fws(c);
    while (smtp_grammar_at(c, '(')) {
        if (!read_comment(c))
            return SMTP_T_COMMENT;
        smtp_trace_fws(c);
        *some = true;
    }
    return SMTP_T_OK;
}

enum smtp_trace_fault smtp_trace_blank(struct smtp_cursor *c)
{
    return smtp_trace_fws(c) ? SMTP_T_OK : SMTP_T_BLANK;
}

enum smtp_trace_fault smtp_trace_end(struct smtp_cursor *c, const char *begin,
                                     enum smtp_trace_fault fault)
{
    if (fault != SMTP_T_OK) {
        c->fault_at = c->at;
        c->at = begin;
    }
    return fault;
}

smtp_room smtp_trace_rest(smtp_room to, size_t at)
{
    return at < to.n ? (smtp_room){to.p + at, to.n - at} : (smtp_room){to.p, 0};
}

const struct smtp_trace_row *smtp_trace_row(enum smtp_trace_fault fault)
{
    static const struct smtp_trace_row rows[SMTP_T_COUNT] = {{"OK", "", ""},
                                                             {"NOMATCH", "", ""},
#define ROW(symbol, clause, text) {#symbol, clause, text},
                                                             SMTP_TRACE_FAULTS(ROW)
#undef ROW
    };
    assert(fault < SMTP_T_COUNT);
    return &rows[fault];
}
