/*
 * NAME
 *     mutant.h: what a mutant changes
 *
 * DESCRIPTION
 *     The change column of mutants.tsv, one or more of these joined by "; ":
 *
 *       rule VERB STATE[,STATE] THEN CODE   a row in front of the sequencing table, by its names;
 *                                           THEN also SAME
 *       limit NAME NUMBER                   command_line recipients message errors command_ms
 *                                           text_ms tls_ms
 *       lax NAME                            a tolerance of smtp/lax.h
 *       without KEYWORD                     an extension that is not offered
 *       policy WHEN CODE                    the application's answer where WHEN holds, see
 *                                           mutant_when
 *       reply /REGEX/TEXT/                  every match in what the server writes is replaced;
 *                                           \r \n \t \0 \xHH and $1 or ${1} in TEXT
 *       input /REGEX/TEXT/                  the same for what the server reads
 *       inject                              what stands in clear behind STARTTLS is run inside
 *
 *     Regular expressions are PCRE2, multi-line ("^" after each LF).
 */
#ifndef CONFORMANCE_MUTANT_H
#define CONFORMANCE_MUTANT_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "smtp/server.h"
#include "target/target.h"

/* When the policy of a mutant answers otherwise. */
enum mutant_when {
    MUTANT_NEVER,
    MUTANT_GREETING,   /* the greeting */
    MUTANT_HELLO,      /* any EHLO or HELO */
    MUTANT_LITERAL,    /* an address literal, in EHLO or in a path */
    MUTANT_NULL_PATH,  /* MAIL FROM:<> */
    MUTANT_SENDER,     /* any MAIL */
    MUTANT_POSTMASTER, /* RCPT TO:<postmaster>, without domain */
    MUTANT_ROUTE,      /* a path with a source route */
    MUTANT_QUOTED,     /* a quoted local-part */
    MUTANT_LONG,       /* a local-part of 64 octets */
    MUTANT_CASE,       /* a domain that is not all in small letters */
    MUTANT_FOREIGN,    /* a recipient of another domain */
    MUTANT_UNKNOWN,    /* a recipient that does not exist */
    MUTANT_TEXT,       /* the end of data */
    MUTANT_TRACE,      /* the end of a text that begins with a trace field */
    MUTANT_VRFY,       /* any VRFY */
    MUTANT_BODY        /* MAIL with BODY= */
};

struct mutant_rewrite {
    pcre2_code *regex;
    char *text; /* replacement, octets */
    size_t length;
};

enum { MUTANT_RULES_MAX = 8, MUTANT_REWRITES_MAX = 2 };

struct mutant {
    struct smtp_rule *rules; /* the whole table, own rows in front; NULL: none changed */
    size_t rule_count;       /* own rows */
    struct smtp_limits limits;
    unsigned lax;     /* more than the reference has */
    unsigned without; /* bits of enum smtp_ext */
    enum mutant_when when;
    unsigned code;
    struct mutant_rewrite reply, input;
    bool inject;
};

/* Reads a change column. NULL and why if it is not understood. */
struct mutant *mutant_parse(const char *change, char *why, size_t why_size);
void mutant_free(struct mutant *mutant);

#endif
