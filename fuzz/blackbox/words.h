/*
 * NAME
 *     words.h: the words of commands, good ones, bad ones, and those at the limits
 *
 * DESCRIPTION
 *     Each function adds one to `to`. What is good by RFC 5321 4.1 and the extensions' grammars is more
 *     frequent than what is not, so that conversations get on. Mailboxes that could be somebody's are
 *     those of the site alone; all others lie in domains that are nobody's (RFC 2606, 6761).
 */
#ifndef FUZZ_BLACKBOX_WORDS_H
#define FUZZ_BLACKBOX_WORDS_H

#include "blackbox/chance.h"
#include "blackbox/site.h"
#include "player/octets.h"

struct words {
    struct chance *chance;
    const struct site *site;
    struct octets *to;
    bool lost; /* no memory: what was added is not whole */
};

void words_put(struct words *w, const char *text);
void words_host(struct words *w);         /* for EHLO and HELO */
void words_mailbox(struct words *w);      /* nobody's, without brackets */
void words_reverse_path(struct words *w); /* with brackets, behind MAIL FROM: */
void words_forward_path(struct words *w);
void words_mail_parameters(struct words *w);
void words_rcpt_parameters(struct words *w);
void words_argument(struct words *w); /* of VRFY, HELP, NOOP and the like */
void words_unknown(struct words *w);  /* a whole line with a verb that nobody knows */

/* A text without its end, with neighbours of the end of data in it; `by_dots`: no line of it is a
 * period alone, so that only what is no end by RFC 5321 4.1.1.4 stands in it. */
void words_text(struct words *w, bool by_dots);

#endif
