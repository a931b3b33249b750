#include "diff_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/options.h"
#include "commands.h"

enum row {
    STARTTLS,
    CA,
    INSECURE,
    EHLO,
    RCPT,
    FROM,
    EFFECT,
    RATE,
    TIMEOUT,
    SILENCE,
    SEED,
    CONVERSATIONS,
    LENGTH,
    NO_AUTOMATA,
    NO_DELIVERED,
    DOT,
    MUTANTS,
    QUIET,
    HELP
};

static const struct option_row rows[] = {
    [STARTTLS] = {"starttls", NULL, "go on inside TLS after STARTTLS", "Connection"},
    [CA] = {"ca", "FILE", "trust these certificates (PEM) in place of the system's", NULL},
    [INSECURE] = {"insecure", NULL, "take any certificate", NULL},
    [EHLO] = {"ehlo", "NAME", "our name (client.example.org)", NULL},
    [RCPT] = {"rcpt", "ADDR", "a mailbox of all servers that may get test mail", NULL},
    [FROM] = {"from", "ADDR", "the sender (sender@example.org)", NULL},
    [EFFECT] = {"effect", "EFFECT", "hostile: for servers that are not on loopback", "Manners"},
    [RATE] = {"rate", "N", "connections a minute to each, at most (60; on loopback no limit)",
              NULL},
    [TIMEOUT] = {"timeout", "TIME", "how long an answer may take (10 s)", NULL},
    [SILENCE] = {"silence", "TIME",
                 "how long a server that hangs up on what stands behind an end of data is given\n"
                 "to show one (300 ms)",
                 NULL},
    [SEED] = {"seed", "N", "of the conversations (1)", "What is compared"},
    [CONVERSATIONS] = {"conversations", "N", "said to all of them (30)", NULL},
    [LENGTH] = {"length", "N",
                "all strings of up to N octets of CR, LF, period, NUL and x with a\n"
                "period in them, within a text (3; the automata see longer ones)",
                NULL},
    [NO_AUTOMATA] = {"no-automata", NULL, "do not infer what each takes for the end of data", NULL},
    [NO_DELIVERED] = {"no-delivered", NULL, "do not look at what arrives in an inbox", NULL},
    [DOT] = {"dot", "FOLDER", "write each automaton as FOLDER/NAME.dot for Graphviz", NULL},
    [MUTANTS] = {"mutants", "FILE", "the table for mutant=NAME of self", NULL},
    [QUIET] = {"quiet", NULL, "no progress line", NULL},
    [HELP] = {"help", NULL, "this text", NULL},
    {NULL, NULL, NULL, NULL},
};

void diff_options_help(void)
{
    fputs(
        "usage: smtpfuzz diff SERVER SERVER... [OPTION...]\n"
        "\n"
        "Sends the same octets to several servers and says where they differ: what each takes for\n"
        "the end of data (an automaton, inferred by asking, and the senders behind which that is\n"
        "unsafe), replies, messages delivered, and what a relay makes of it for the next server.\n"
        "\n"
        "SERVER: HOST:PORT or self, with a name in front and more behind it:\n"
        "  NAME=HOST:PORT[,rcpt=ADDR][,from=ADDR][,inbox=MAILDIR][,hop=PORT:DOMAIN]\n"
        "  inbox: where mail for rcpt arrives. hop: the server relays mail for that domain to\n"
        "  127.0.0.1:PORT, where we take it octet for octet. self takes mutant=NAME.\n",
        stdout);
    options_print_help(stdout, rows);
    fputs("\nExit status: 0 no difference that is not masked; 1 differences; 3 a server cannot be\n"
          "reached, or trouble of ours; 64 wrong arguments.\n",
          stdout);
}

/* ---- a server -------------------------------------------------------------------------------- */

static const char *take_hop(struct diff_server *s, char *value)
{
    uint64_t port = 0;
    char *colon = strchr(value, ':');
    if (colon == NULL || colon[1] == '\0')
        return "hop=PORT:DOMAIN";
    *colon = '\0';
    if (!smtp_span_number(smtp_span_of(value), 5, &port) || port == 0 || port > UINT16_MAX)
        return "hop=PORT:DOMAIN, the port a number";
    s->hop_port = (uint16_t)port;
    s->hop_domain = colon + 1;
    return NULL;
}

/* NULL: good. */
static const char *take_key(struct diff_server *s, char *piece)
{
    char *value = strchr(piece, '=');
    if (value == NULL)
        return "behind a comma stands key=value";
    *value++ = '\0';
    if (strcmp(piece, "hop") == 0)
        return take_hop(s, value);
    const char **text = strcmp(piece, "rcpt") == 0     ? &s->rcpt
                        : strcmp(piece, "from") == 0   ? &s->from
                        : strcmp(piece, "inbox") == 0  ? &s->inbox
                        : strcmp(piece, "mutant") == 0 ? &s->mutant
                                                       : NULL;
    if (text == NULL)
        return "the keys are rcpt, from, inbox, hop and mutant";
    *text = value;
    return NULL;
}

static const char *read_server(struct diff_server *s, const char *text)
{
    const char *why = NULL;
    *s = (struct diff_server){.text = strdup(text)};
    if (s->text == NULL)
        return "no memory";
    char *comma = strchr(s->text, ','), *address = s->text;
    if (comma != NULL)
        *comma++ = '\0';
    char *equals = strchr(s->text, '=');
    s->name = s->text;
    if (equals != NULL) {
        *equals = '\0';
        address = equals + 1;
    }
    while (comma != NULL && why == NULL) {
        char *piece = comma;
        comma = strchr(piece, ',');
        if (comma != NULL)
            *comma++ = '\0';
        why = take_key(s, piece);
    }
    if (why == NULL && address_read(address, &s->address, &why))
        why = s->mutant != NULL && !s->address.self ? "mutant= is for self" : NULL;
    return why;
}

static bool take_server(struct diff_options *o, const char *text)
{
    const char *why = "too many servers";
    if (o->count < CLUSTER_SERVERS)
        why = read_server(&o->servers[o->count++], text);
    if (why != NULL)
        fprintf(stderr, DIFF_PROGRAM ": %s: %s\n", text, why);
    return why == NULL;
}

/* ---- options --------------------------------------------------------------------------------- */

static bool take_effect(const struct options *parser, struct diff_options *o, const char *value)
{
    o->has_effect = true;
    for (o->effect = SCENARIO_EFFECT_NONE; o->effect <= SCENARIO_EFFECT_HOSTILE; o->effect++)
        if (strcmp(value, scenario_effect_name(o->effect)) == 0)
            return true;
    return options_refuse(parser, EFFECT, value, "none, mail, load or hostile");
}

static bool take_number(const struct options *parser, struct diff_options *o, int row,
                        const char *value)
{
    enum { LONGEST = 6 };
    uint64_t *out = row == SEED            ? &o->seed
                    : row == CONVERSATIONS ? &o->conversations
                    : row == LENGTH        ? &o->length
                                           : &o->rate;
    o->has_rate = o->has_rate || row == RATE;
    return options_number(parser, row, value,
                          row == SEED     ? UINT64_MAX
                          : row == LENGTH ? LONGEST
                                          : 1000000,
                          out);
}

static void take_flag(struct diff_options *o, int row)
{
    bool *flag = row == STARTTLS       ? &o->starttls
                 : row == INSECURE     ? &o->insecure
                 : row == NO_AUTOMATA  ? &o->no_automata
                 : row == NO_DELIVERED ? &o->no_delivered
                 : row == QUIET        ? &o->quiet
                                       : &o->help;
    *flag = true;
}

static bool take(const struct options *parser, struct diff_options *o, int row, const char *value)
{
    if (row == OPTIONS_WORD)
        return take_server(o, value);
    if (row == EFFECT)
        return take_effect(parser, o, value);
    if (row == TIMEOUT || row == SILENCE)
        return options_time(parser, row, value, row == TIMEOUT ? &o->timeout_ms : &o->silence_ms);
    if (row == SEED || row == CONVERSATIONS || row == LENGTH || row == RATE)
        return take_number(parser, o, row, value);
    if (rows[row].value == NULL) {
        take_flag(o, row);
        return true;
    }
    const char **text = row == CA     ? &o->ca
                        : row == EHLO ? &o->ehlo
                        : row == RCPT ? &o->rcpt
                        : row == FROM ? &o->from
                        : row == DOT  ? &o->dot
                                      : &o->mutants;
    *text = value;
    return true;
}

static const char *contradiction(const struct diff_options *o)
{
    if (o->count == 0)
        return "no servers: NAME=HOST:PORT, or self";
    for (size_t i = 0; i < o->count; i++) {
        const struct diff_server *s = &o->servers[i];
        if (!address_is_loopback(&s->address) && o->effect < SCENARIO_EFFECT_HOSTILE)
            return "fuzzing is hostile, and a host is not on loopback: if it is yours to break, "
                   "say "
                   "--effect hostile";
        if (s->rcpt == NULL && o->rcpt == NULL && !s->address.self)
            return "a mailbox is needed: --rcpt, or rcpt= for each server";
    }
    return NULL;
}

int diff_options_read(struct diff_options *out, int argc, char **argv)
{
    enum {
        TIMEOUT_MS = 10000,
        SILENCE_MS = 300,
        CONVERSATIONS_USUAL = 30,
        LENGTH_USUAL = 3,
        RATE_USUAL = 60
    };
    struct options parser = {DIFF_PROGRAM, rows, argc, argv, false};
    const char *value = NULL;
    int row;
    *out = (struct diff_options){.timeout_ms = TIMEOUT_MS,
                                 .silence_ms = SILENCE_MS,
                                 .ehlo = "client.example.org",
                                 .from = "sender@example.org",
                                 .seed = 1,
                                 .conversations = CONVERSATIONS_USUAL,
                                 .length = LENGTH_USUAL,
                                 .mutants = SMTPSPEC_SOURCE_DATA "/mutants.tsv"};
    while ((row = options_next(&parser, &value)) != OPTIONS_END)
        if (row == OPTIONS_BAD || !take(&parser, out, row, value))
            return FUZZ_USAGE;
    const char *why = out->help ? NULL : contradiction(out);
    if (why != NULL)
        fprintf(stderr, DIFF_PROGRAM ": %s\n", why);
    if (!out->has_rate)
        out->rate = out->effect == SCENARIO_EFFECT_HOSTILE ? RATE_USUAL : 0;
    return why == NULL ? FUZZ_NONE : FUZZ_USAGE;
}

void diff_options_free(struct diff_options *o)
{
    for (size_t i = 0; i < o->count; i++)
        free(o->servers[i].text);
}
