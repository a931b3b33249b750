#include "blackbox/rules.h"

#define REQ(...) ((const char *const[]){__VA_ARGS__, NULL})

const struct observer_rule rules_own[RULES_COUNT + 1] = {
    [RULES_NO_REPLY] = {"command-unanswered", REQ("R5321-4.2-a"), SCENARIO_MUST, 'S',
                        "each command gets one reply"},
    [RULES_TEXT_ENDS_EARLY] = {"text-ends-early",
                               REQ("R5321-4.1.1.4-i", "R5321-2.3.8-b", "R5321-4.1.1.4-c",
                                   "R5321-4.5.2-b"),
                               SCENARIO_MUST, 'S',
                               "the text ends at CRLF.CRLF, and nothing of it is run as a command"},
    [RULES_CHUNK_ENDS_EARLY] = {"chunk-ends-early", REQ("R3030-2-h"), SCENARIO_MUST, 'S',
                                "a chunk ends behind its octets, whatever they are"},
    [RULES_TEXT_FOR_NOBODY] = {"text-for-nobody", REQ("R5321-3.3-w", "R5321-4.1.4-t"),
                               SCENARIO_MUST, 'S',
                               "a text is not accepted where no recipient has been"},
    [RULES_RCPT_WITHOUT_MAIL] = {"rcpt-without-mail", REQ("R5321-3.3-r", "R5321-4.1.4-t"),
                                 SCENARIO_MUST, 'S',
                                 "a recipient is not accepted where no sender has been"},
    [RULES_HANGS_UP] = {"hangs-up", REQ("R5321-3.8-b", "R5321-3.8-c"), SCENARIO_MUST, 'S',
                        "a server that closes unasked says 421 first"},
    [RULES_SERVER_GONE] = {"server-gone", REQ("R5321-3.8-b"), SCENARIO_MUST, 'S',
                           "behind each case a new connection is greeted and EHLO answered"},
    [RULES_REPLY_DIFFERS] = {"reply-differs", (const char *const[]){NULL}, SCENARIO_SHOULD, 'S',
                             "the same octets get the same replies, but for numbers and names"},
    [RULES_COUNT] = {NULL, NULL, SCENARIO_INFO, 0, NULL},
};
