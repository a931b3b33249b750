/*
 * NAME
 *     smtp/chain.h: the way of a message, read off its trace fields
 *
 * SYNOPSIS
 *     size_t room = smtp_chain_count(header);
 *     struct smtp_hop *hops = ...room of them...;
 *     struct smtp_chain chain;
 *     smtp_chain_read(header, hops, room, SMTP_HOPS_MAX, &chain);
 *
 * DESCRIPTION
 *     Takes the header section with its CRLFs and makes a hop of each Received field: none is
 *     dropped. hops[0] is the one nearest to the origin, the lowest field. A field that breaks the
 *     grammar keeps its fault and the place of it, and is still looked through for what can be
 *     recognised (`seen`): bare addresses, addresses in comments, obsolete dates. Findings say what
 *     is wrong with the chain, notes what is good to know.
 *
 * LIFETIME
 *     All spans of a result borrow from the header section.
 *
 * SEE
 *     RFC 5321 sections 4.4 and 6.3, RFC 5322 sections 2.2 and 4.3, RFC 3848.
 *
 * BUGS
 *     Whether two names are one host's is a guess: the names say it, no DNS.
 */
#ifndef SMTP_CHAIN_H
#define SMTP_CHAIN_H

#include "smtp/received.h"

/* RFC 5321 6.3: "a large rejection threshold, normally at least 100 Received entries" */
enum { SMTP_HOPS_MAX = 100 };

/* clang-format off */
#define SMTP_FINDINGS(X) /* symbol, finding or note, clause, text */ \
    X(MALFORMED,  true,  "5321-4.4",  "the field breaks the grammar") \
    X(SKEW,       true,  "5321-4.4",  "it is dated before the hop below it: a clock is wrong") \
    X(LOOP,       true,  "5321-6.3",  "the same host had the message before") \
    X(GAP,        true,  "5321-4.4",  "from is not the host of the hop before: a hop is missing") \
    X(MANY,       true,  "5321-6.3",  "more hops than the limit: a loop, most likely") \
    X(PATH,       true,  "5321-4.4",  "malformed Return-Path") \
    X(PATH_TWICE, true,  "5321-4.4",  "a second Return-Path") \
    X(STRAY,      true,  "5322 2.2",  "a line of the header section is no field") \
    X(PATH_LOW,   false, "5321-4.4",  "Return-Path stands below a Received: more was done after delivery") \
    X(UNDATED,    false, "5322 3.3",  "no date can be read") \
    X(ZONE,       false, "5322 4.3",  "what the zone means is not known: no delay is told from it") \
    X(REVISIT,    false, "5321-6.3",  "the same host had the message before, for another recipient") \
    X(LOCAL,      false, "5321-4.4",  "handed over inside one host") \
    X(KIN,        false, "5321-4.4",  "from is another host of the domain of the hop before") \
    X(SUBMISSION, false, "3848-1",    "submitted by an authenticated client") \
    X(CLEAR,      false, "3848-1",    "without TLS")
/* clang-format on */

enum smtp_finding {
#define SMTP_FINDING_ENUM(symbol, bad, clause, text) SMTP_FI_##symbol,
    SMTP_FINDINGS(SMTP_FINDING_ENUM)
#undef SMTP_FINDING_ENUM
        SMTP_FI_COUNT
};

struct smtp_finding_row {
    const char *symbol;
    bool bad; /* a finding; false: a note */
    const char *clause, *text;
};

const struct smtp_finding_row *smtp_finding_row(enum smtp_finding finding);

/* ---- the fields of a header section ---- */

struct smtp_field {
    smtp_span text; /* the field with its folds, without the CRLF behind it */
    smtp_span name; /* without white space behind it; empty: the line is no field */
    size_t at;      /* offset of the field in the header section */
    size_t body;    /* offset in `text` of what stands behind the colon */
};

/*
 * The field that begins at offset *at, which moves behind it. False: the section ends there, at an
 * empty line or with the text.
 */
bool smtp_field_next(smtp_span header, size_t *at, struct smtp_field *out);

/* ---- the chain ---- */

enum smtp_hop_tls { SMTP_HOP_UNKNOWN, SMTP_HOP_CLEAR, SMTP_HOP_TLS };

struct smtp_hop {
    smtp_span field; /* without the CRLF behind it */
    size_t at;       /* its offset in the header section */

    enum smtp_trace_fault fault;
    size_t fault_at;               /* offset in the header section */
    struct smtp_received received; /* fault SMTP_T_OK: what the grammar reads */

    /*
     * What can be recognised, well-formed or not. Hosts: a bare address has its kind; name and
     * address also from comments. recipient.local is empty when `for` is no mailbox. No clauses.
     */
    struct smtp_received seen;
    bool dated; /* seen.date */

    int64_t seconds;      /* since 1970 UTC, when dated */
    bool has_delay;       /* this hop and one before it tell their times */
    int64_t delay, since; /* seconds since the last dated hop, and since the first */
    enum smtp_hop_tls tls;
    unsigned traits;   /* of the protocol: bits of enum smtp_trait */
    unsigned findings; /* bits 1 << enum smtp_finding */
    size_t before;     /* LOOP, REVISIT: index of the hop where the host was */
};

struct smtp_chain {
    struct smtp_hop *hops;
    size_t count;
    size_t fields, header; /* fields of any name, octets before the empty line */
    unsigned findings;     /* those of no single hop */
    size_t stray_at;       /* STRAY, the first: its offset */

    bool has_path;
    struct smtp_path path; /* the first Return-Path; path_fault SMTP_T_OK */
    size_t path_at;
    enum smtp_trace_fault path_fault;
    size_t path_fault_at;
    size_t path_twice_at;

    bool has_total;
    int64_t total; /* seconds from the first date to the last, in the order of the hops */
};

/* How many Received fields there are. */
size_t smtp_chain_count(smtp_span header);

/* False: there are more than `room` hops, and nothing but out->count is filled. */
SMTP_CHECK bool smtp_chain_read(smtp_span header, struct smtp_hop *hops, size_t room, size_t limit,
                                struct smtp_chain *out);

/* All findings and notes of the chain and its hops. */
unsigned smtp_chain_findings(const struct smtp_chain *chain);

/* Whether any of these bits is a finding. */
bool smtp_findings_bad(unsigned findings);

/* ---- hosts ---- */

enum smtp_kinship {
    SMTP_KIN_UNKNOWN, /* nothing that could be compared */
    SMTP_KIN_NONE,
    SMTP_KIN_DOMAIN, /* hosts of one domain */
    SMTP_KIN_SAME
};

/* Whether the two are one host: by any of their names and addresses. */
enum smtp_kinship smtp_host_kinship(const struct smtp_trace_host *a,
                                    const struct smtp_trace_host *b);

/* localhost, 127.0.0.0/8, ::1 */
bool smtp_host_is_local(const struct smtp_trace_host *h);

#endif
