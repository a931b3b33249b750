#include "check_rows.h"

const struct option_row check_rows[] = {
    [STARTTLS] = {"starttls", NULL, "go on inside TLS after STARTTLS", "Connection"},
    [TLS] = {"tls", NULL, "TLS from the first octet, as smtps://", NULL},
    [PROFILE] = {"profile", "WHAT",
                 "what the server is for: mx (everybody's mail), submission (RFC 6409)\n"
                 "or lmtp (RFC 2033); submission:// and lmtp:// say it too",
                 NULL},
    [CLEAR_PORT] = {"clear-port", "PORT",
                    "the same server's port in clear, for cases of STARTTLS in a run\n"
                    "on smtps://",
                    NULL},
    [ON_STOP] = {"on-stop", "COMMAND",
                 "tells the server to stop, for the cases of that; it is gone then", NULL},
    [ON_KILL] = {"on-kill", "COMMAND",
                 "ends the server at once, as a crash does: with --only, for others\n"
                 "that are being played are hit as well",
                 NULL},
    [ON_START] = {"on-start", "COMMAND", "starts it again; we wait until its port can be reached",
                  NULL},
    [CA] = {"ca", "FILE", "trust these certificates (PEM) in place of the system's", NULL},
    [INSECURE] = {"insecure", NULL, "take any certificate, and log in without TLS if need be",
                  NULL},
    [AUTH] = {"auth", "USER:PASSWORD", "log in by AUTH PLAIN; transcripts have asterisks for it",
              NULL},
    [EHLO] = {"ehlo", "NAME", "our name: a domain name or an address literal", NULL},
    [RCPT] = {"rcpt", "ADDR",
              "a mailbox that the server accepts and that may get test mail;\n"
              "up to three times, a few cases need two or three",
              "Mailboxes, without brackets"},
    [BAD_RCPT] = {"bad-rcpt", "ADDR", "one that it refuses, of a domain of its own", NULL},
    [FOREIGN_RCPT] = {"foreign-rcpt", "ADDR", "one for which it does not relay", NULL},
    [UTF8_RCPT] = {"utf8-rcpt", "ADDR", "an internationalized one that it accepts", NULL},
    [FROM] = {"from", "ADDR", "the sender (sender@example.org)", NULL},
    [BAD_FROM] = {"bad-from", "ADDR", "a sender that it refuses", NULL},
    [LIST] = {"list", "ADDR", "a mailing list with the first two --rcpt on it", NULL},
    [ALIAS] = {"alias", "ADDR", "an alias that stands for the first two --rcpt", NULL},
    [INBOX] = {"inbox", "WHERE",
               "where delivered mail is seen: maildir:DIR, for the first, second and\n"
               "third --rcpt in turn (line ends of a store that keeps LF are not\n"
               "compared), or lmtp:PORT, on which we take, as LMTP or SMTP server on\n"
               "127.0.0.1, what the server hands on",
               "Delivery"},
    [INBOX_WAIT] = {"inbox-wait", "TIME",
                    "how long a message may take to come (30 s); then the case is\n"
                    "inconclusive",
                    NULL},
    [HOP] = {"hop", "[HOST:]PORT",
             "where we are the next hop of a relay (127.0.0.1): it is to send all\n"
             "mail for --hop-domain to that port; --inbox-wait holds here too",
             NULL},
    [HOP_DOMAIN] = {"hop-domain", "DOMAIN", "a domain that it relays for, to us", NULL},
    [ONLY] = {"only", "WHICH",
              "these cases only, repeatable: an id, a topic such as data, a glob,\n"
              "or a requirement such as R5321-4.1.1.4-i",
              "Which cases"},
    [EXCLUDE] = {"exclude", "WHICH", "not these, repeatable", NULL},
    [LEVEL] = {"level", "LEVEL", "must, should, may or info: that level and what binds more (info)",
               NULL},
    [EFFECT] = {"effect", "EFFECT",
                "the most that may be done to the server: none, mail (messages\n"
                "are sent), load or hostile. Without it none, with --rcpt mail;\n"
                "everything on self",
                NULL},
    [SLOW] = {"slow", NULL, "also cases that wait for more than 10 s; on self always", NULL},
    [SCENARIOS] = {"scenarios", "PATH",
                   "a scenario file or a folder in place of the set that ships", NULL},
    [RERUN_FAILED] = {"rerun-failed", "REPORT",
                      "only cases that failed, or were not concluded, in that JSON\n"
                      "report; with --strict also those with a warning",
                      NULL},
    [RESUME] = {"resume", "REPORT",
                "only cases that are not in that JSON report, of a run that was\n"
                "interrupted",
                NULL},
    [TIMEOUT] = {"timeout", "TIME", "how long an answer may take: 30, 30s, 500ms, 2m (30 s)",
                 "Run"},
    [JOBS] = {"jobs", "N", "cases at once (4 on loopback, else 1)", NULL},
    [SEED] = {"seed", "N", "makes the nonces repeatable", NULL},
    [STRICT] = {"strict", NULL, "a warning ends with 1 too", NULL},
    [ALLOW_INCONCLUSIVE] = {"allow-inconclusive", "N", "do not end with 2 for so many", NULL},
    [RETRIES] = {"retries", "N",
                 "play again, at the end and after a pause, what was not concluded\n"
                 "(1; 0 on self)",
                 NULL},
    [RATE] = {"rate", "N",
              "connections a minute, at most (60; on loopback no limit, which 0\n"
              "says too); after 421 and 450 a pause",
              NULL},
    [MAIL_BUDGET] = {"mail-budget", "N",
                     "after so many messages skip what sends more (1000; on loopback no\n"
                     "limit, which 0 says too)",
                     NULL},
    [BASELINE] = {"baseline", "FILE",
                  "what is known to fail. A table with tabs, first line: case verdict\n"
                  "message reason link expires. case: an id, or a rule's name; verdict:\n"
                  "fail or warn; message: the report's why, * for any part; expires:\n"
                  "YYYY-MM-DD, the last day. - is nothing. What fails just so does not\n"
                  "count; an entry that passed, failed otherwise or expired ends with 1",
                  NULL},
    [WRITE_BASELINE] = {"write-baseline", "FILE",
                        "write such a table of what fails now (--strict: warnings too), with\n"
                        "what --baseline says of it, else - for the reasons",
                        NULL},
    [JSON] = {"json", "FILE",
              "write a JSON report; - is standard output, then the text goes\n"
              "to standard error",
              "Reports"},
    [JUNIT] = {"junit", "FILE", "a JUnit report", NULL},
    [TAP] = {"tap", "FILE", "a TAP report", NULL},
    [HTML] = {"html", "FILE", "a page for a browser, all in one file", NULL},
    [NO_TRANSCRIPTS] = {"no-transcripts", NULL,
                        "leave the dialogues out of the JSON report and the page", NULL},
    [WHOLE_TRANSCRIPTS] = {"whole-transcripts", NULL,
                           "every octet, however many: megabytes are possible", NULL},
    [QUIET] = {"quiet", NULL, "only what failed, and the last line", NULL},
    [VERBOSE] = {"verbose", NULL, "every case", NULL},
    [HELP] = {"help", NULL, "this text", NULL},
    {NULL, NULL, NULL, NULL},
};

void check_options_help(void)
{
    fputs("usage: smtpspec check [TARGET] [OPTION...]\n"
          "\n"
          "Plays the scenarios on an SMTP server and says which clauses it breaks.\n"
          "TARGET: self (the reference server in memory, the default), HOST or HOST:PORT,\n"
          "smtp://HOST[:PORT] (25), smtps://HOST[:PORT] (465), submission://HOST[:PORT] (587),\n"
          "lmtp://HOST[:PORT] (24).\n"
          "An IPv6 address stands in brackets: [::1]:25. A server that is not yours is asked for\n"
          "nothing that leaves traces but log lines, until --rcpt or --effect says so.\n",
          stdout);
    options_print_help(stdout, check_rows);
    fputs("\nExit status: 0 all as expected; 1 a clause is broken; 2 nothing was concluded, or too "
          "many\n"
          "inconclusive cases; 3 the run could not be made or finished; 64 wrong arguments.\n",
          stdout);
}
