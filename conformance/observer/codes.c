#include <stdio.h>

#include "observer/observer_parts.h"

/*
 * RFC 5321 4.3.2 with what extensions add. Success and intermediate codes only: a 4yz or 5yz may
 * answer anything (4.3.2: 421, 500, 501; RFC 3207 4: 454, 530; RFC 4954 6; RFC 7504; policy).
 */
struct row {
    const char *name;
    unsigned success[4]; /* none: no 2yz is possible at all */
    unsigned more;       /* the 3yz that asks for more; 0 = none */
};

static const struct row rows[] = {
    [SAID_CONNECT] = {"the connection", {220}, 0},
    [SAID_EHLO] = {"EHLO", {250}, 0},
    [SAID_HELO] = {"HELO", {250}, 0},
    [SAID_MAIL] = {"MAIL", {250}, 0},
    /* 4.2.3 calls 252 "will accept message and attempt delivery" */
    [SAID_RCPT] = {"RCPT", {250, 251, 252}, 0},
    [SAID_DATA] = {"DATA", {0}, 354},
    [SAID_TEXT] = {"the text", {250}, 0},
    [SAID_BDAT] = {"BDAT", {250}, 0}, /* RFC 3030 2 */
    [SAID_RSET] = {"RSET", {250}, 0},
    [SAID_VRFY] = {"VRFY", {250, 251, 252}, 0},
    [SAID_EXPN] = {"EXPN", {250, 252}, 0},
    [SAID_HELP] = {"HELP", {211, 214}, 0},
    [SAID_NOOP] = {"NOOP", {250}, 0},
    [SAID_QUIT] = {"QUIT", {221}, 0},
    [SAID_STARTTLS] = {"STARTTLS", {220}, 0}, /* RFC 3207 4 */
    [SAID_AUTH] = {"AUTH", {235}, 334},       /* RFC 4954 4 */
    [SAID_RESPONSE] = {"a line of AUTH", {235}, 334},
    [SAID_OTHER] = {"a command that is not known here", {0}, 0},
};

void observer_find_said(struct observer *o, enum observer_rule_id rule, const char *lead,
                        enum said what, smtp_span bytes)
{
    char why[120];
    snprintf(why, sizeof why, "%s %s", lead, rows[what].name);
    observer_find(o, rule, why, bytes);
}

static bool is_listed(const struct row *row, unsigned code)
{
    for (size_t i = 0; i < sizeof row->success / sizeof *row->success; i++)
        if (row->success[i] == code)
            return true;
    return false;
}

static void find(struct observer *o, enum observer_rule_id rule, enum said what, unsigned code)
{
    char lead[32];
    snprintf(lead, sizeof lead, "%u to", code);
    observer_find_said(o, rule, lead, what, observer_kept_line(o));
}

/*
 * 4.3.2: "command not recognized" for one of the required commands (4.5.1). Only where nothing else
 * can be meant: the verb alone, of those that need no argument. After a greeting other than 220
 * there is no service to speak of.
 */
static bool is_required(const struct observer *o, const struct said_entry *entry)
{
    return entry->bare && o->serves &&
           (entry->what == SAID_DATA || entry->what == SAID_RSET || entry->what == SAID_NOOP ||
            entry->what == SAID_QUIT);
}

void observer_judge_code(struct observer *o, const struct said_entry *entry, unsigned code)
{
    const struct row *row = &rows[entry->what];
    if (entry->what == SAID_CONNECT)
        o->serves = code == 220;
    if (entry->what != SAID_OTHER && code / 100 == 3 && code != row->more)
        find(o, RULE_REPLY_IN_SEQUENCE, entry->what, code);
    if (entry->what == SAID_DATA && code / 100 == 2)
        find(o, RULE_REPLY_IN_SEQUENCE, entry->what, code);
    else if (entry->what != SAID_OTHER && code / 100 == 2 && !is_listed(row, code))
        find(o, RULE_REPLY_CODE_LISTED, entry->what, code);
    if (code == 500 && is_required(o, entry))
        find(o, RULE_REQUIRED_COMMAND, entry->what, code);
}
