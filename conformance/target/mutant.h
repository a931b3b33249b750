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
 *                                           text_ms tls_ms auth_line transactions hops
 *                                           auth_tries
 *       lax NAME                            a tolerance of smtp/lax.h
 *       without KEYWORD                     an extension that is not offered
 *       policy WHEN CODE                    the application's answer where WHEN holds, see
 *                                           mutant_when
 *       reply /REGEX/TEXT/                  every match in what the server writes is replaced;
 *                                           \r \n \t \0 \xHH and $1 or ${1} in TEXT
 *       input /REGEX/TEXT/                  the same for what the server reads
 *       onward /REGEX/TEXT/                 the same for what it says to its next hop
 *       hears /REGEX/TEXT/                  the same for what its next hop says to it
 *       early /REGEX/                       CRLF.CRLF is put behind the octets that match, which may
 *                                           have come in any pieces; "\\z" is to end it
 *       hold /REGEX/                        what the server writes and ends with a match waits for its
 *                                           next output
 *       inject                              what stands in clear behind STARTTLS is run inside
 *       notice /REGEX/TEXT/                 the same for each notice (Return-Path on top)
 *       slip NAME                           one of MUTANT_SLIPS, on the way to the mailbox
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
    MUTANT_BODY,       /* MAIL with BODY= */
    MUTANT_CHUNK,      /* the end of a chunk that is not the last */
    MUTANT_LOGIN,      /* the end of an AUTH exchange with the right password */
    MUTANT_WRONG_LOGIN /* with wrong credentials */
};

/* What can go wrong with a message that was taken. deliver.c has a point for each. */
/* clang-format off */
#define MUTANT_SLIPS(X) /* name, value */ \
    X("no-return-path", NO_RETURN_PATH)           /* no Return-Path */ \
    X("return-path-below", RETURN_PATH_BELOW)     /* it stands below Received */ \
    X("return-path-lower", RETURN_PATH_LOWER)     /* in small letters */ \
    X("return-path-bare", RETURN_PATH_BARE)       /* without angle brackets */ \
    X("return-path-filled", RETURN_PATH_FILLED)   /* the null path is given a name */ \
    X("no-received", NO_RECEIVED)                 /* no Received */ \
    X("received-below", RECEIVED_BELOW)           /* it stands below the first field of the message */ \
    X("received-no-from", RECEIVED_NO_FROM)       /* no from clause */ \
    X("received-no-by", RECEIVED_NO_BY)           /* no by clause */ \
    X("received-no-peer", RECEIVED_NO_PEER)       /* no address of the client */ \
    X("received-order", RECEIVED_ORDER)           /* id in front of with */ \
    X("received-for-all", RECEIVED_FOR_ALL)       /* for with every recipient */ \
    X("received-for-first", RECEIVED_FOR_FIRST)   /* for with the first of several recipients */ \
    X("received-year", RECEIVED_YEAR)             /* two digits of the year */ \
    X("received-zone", RECEIVED_ZONE)             /* GMT */ \
    X("with-esmtp", WITH_ESMTP)                   /* with ESMTP, whatever the session */ \
    X("with-esmtps", WITH_ESMTPS)                 /* with ESMTPS, in clear too */ \
    X("old-received-lost", OLD_RECEIVED_LOST)     /* trace fields of others are dropped */ \
    X("old-received-folded", OLD_RECEIVED_FOLDED) /* their first blank becomes two */ \
    X("old-return-path-kept", OLD_RETURN_PATH_KEPT) /* one that came stays below ours */ \
    X("apparently-to", APPARENTLY_TO)             /* Apparently-To with the recipient */ \
    X("dots-kept", DOTS_KEPT)                     /* the period that was added stays */ \
    X("dots-lost", DOTS_LOST)                     /* all periods at the start of a line go */ \
    X("line-cut", LINE_CUT)                       /* a line is broken after 990 octets */ \
    X("high-bit", HIGH_BIT)                       /* octets lose their top bit */ \
    X("tabs", TABS)                               /* a tab becomes a space */ \
    X("controls-lost", CONTROLS_LOST)             /* control characters but HT, CR and LF go */ \
    X("trailing-blanks", TRAILING_BLANKS)         /* blanks at the end of a line go */ \
    X("blank-line-lost", BLANK_LINE_LOST)         /* an empty last line goes */ \
    X("from-line", FROM_LINE)                     /* ">" in front of "From " */ \
    X("twice", TWICE)                             /* delivered twice */ \
    X("old-recipients", OLD_RECIPIENTS)           /* those of the message before get this one too */ \
    X("header-recipients", HEADER_RECIPIENTS)     /* those that stand in To and Cc get it */ \
    X("list-keeps-sender", LIST_KEEPS_SENDER)     /* the sender of what a list hands on is the old one */ \
    X("list-marks-from", LIST_MARKS_FROM)         /* a list changes From */ \
    X("list-spares-sender", LIST_SPARES_SENDER)   /* the sender's copy goes to another member */ \
    X("list-one-for-all", LIST_ONE_FOR_ALL)       /* all copies go to the first member */ \
    X("alias-one-for-all", ALIAS_ONE_FOR_ALL)     /* all copies go to the first behind an alias */ \
    X("alias-changes-sender", ALIAS_CHANGES_SENDER) /* an alias changes the sender, as a list does */ \
    X("lost", LOST)                               /* what is accepted is not delivered */ \
    X("lost-but-first", LOST_BUT_FIRST)           /* only its first recipient gets it */ \
    X("lost-if-faulty", LOST_IF_FAULTY)           /* one without From goes nowhere */ \
    X("crash-loses", CRASH_LOSES)                 /* what was accepted is gone with the process */ \
    X("counts-doubled", COUNTS_DOUBLED)           /* a period that is doubled makes a text too large */ \
    X("quit-delivers", QUIT_DELIVERS)             /* a text that was cut off is delivered */ \
    X("quit-delivers-nothing", QUIT_DELIVERS_NOTHING) /* an empty one, where no text has come */ \
    X("refused-delivers", REFUSED_DELIVERS)       /* a text that was refused is delivered */ \
    X("rset-delivers", RSET_DELIVERS)             /* recipients from before RSET get what follows */ \
    X("rset-keeps-chunks", RSET_KEEPS_CHUNKS)     /* so do chunks from before RSET */ \
    X("chunk-dots", CHUNK_DOTS)                   /* a period at the start of a line of a chunk goes */ \
    X("with-not-a", WITH_NOT_A)                   /* with does not tell of AUTH */ \
    X("received-id", RECEIVED_ID)                 /* id is followed by neither Atom nor msg-id */ \
    X("received-link", RECEIVED_LINK)             /* via a link that is not registered */ \
    X("received-name", RECEIVED_NAME)             /* a clause that is not registered */ \
    X("notice-for-each", NOTICE_FOR_EACH)         /* a notice for each recipient */ \
    X("notice-twice", NOTICE_TWICE)               /* each notice twice */ \
    X("no-message-id", NO_MESSAGE_ID)             /* submission: Message-ID is not added */ \
    X("no-date", NO_DATE)                         /* nor Date */ \
    X("header-taken", HEADER_TAKEN)               /* malformed addresses in the header are taken */ \
    X("sender-made-up", SENDER_MADE_UP)           /* Sender is replaced by an address that is none */ \
    X("foreign-rewritten", FOREIGN_REWRITTEN)     /* addresses of others get our domain */ \
    X("notice-always", NOTICE_ALWAYS)             /* notices of what is relayed, whoever asked for none */
/* clang-format on */

enum mutant_slip {
    MUTANT_SLIP_NONE,
#define MUTANT_SLIP_ENUM(name, value) MUTANT_SLIP_##value,
    MUTANT_SLIPS(MUTANT_SLIP_ENUM)
#undef MUTANT_SLIP_ENUM
};

struct mutant_rewrite {
    pcre2_code *regex;
    char *text; /* replacement, octets */
    size_t length;
};

enum { MUTANT_RULES_MAX = 8, MUTANT_REWRITES_MAX = 2 };

/* MAIL commands that self takes in a session, as it lists with LIMITS. */
enum { MUTANT_TRANSACTIONS = 60 };

struct mutant {
    struct smtp_rule *rules; /* the whole table, own rows in front; NULL: none changed */
    size_t rule_count;       /* own rows */
    struct smtp_limits limits;
    unsigned lax;     /* more than the reference has */
    unsigned without; /* bits of enum smtp_ext */
    enum mutant_when when;
    unsigned code;
    struct mutant_rewrite reply, input, notice, onward, hears;
    pcre2_code *early, *hold;
    bool inject;
    enum mutant_slip slip;
};

/* Those of self without a mutant. */
void mutant_base_limits(struct smtp_limits *out);

/* Reads a change column. NULL and why if it is not understood. */
struct mutant *mutant_parse(const char *change, char *why, size_t why_size);
void mutant_free(struct mutant *mutant);

#endif
