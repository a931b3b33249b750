/*
 * NAME
 *     diff_delivered.c: what arrives in the inboxes of the servers
 *
 * DESCRIPTION
 *     A message for each class of the lattice to each server with an inbox; then how many messages came of
 *     it, and what the text became. A store that keeps lines with LF cannot tell CRLF from LF, so they
 *     are one here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blackbox/compare.h"
#include "blackbox/outcome.h"
#include "cmd/interrupt.h"
#include "cmd/maildir.h"
#include "diff_run.h"

enum { NONCE = 64, SETTLED_MS = 1500, PATIENCE_MS = 20000, LOOK_MS = 250 };

struct post {
    struct diff *d;
    size_t server;
    struct maildir maildir;
    struct inbox inbox;
    size_t accepted; /* messages that have to come */
};

static void nonce_of(size_t server, size_t i, char out[NONCE])
{
    snprintf(out, NONCE, "qz%zun%zuqz", server, i);
}

/* ---- sending and waiting --------------------------------------------------------------------- */

static bool send_one(struct post *p, const struct word *word, size_t i)
{
    char nonce[NONCE], octets[AUTOMATON_WORD];
    nonce_of(p->server, i, nonce);
    for (size_t k = 0; k < word->n; k++)
        octets[k] = lattice_alphabet[word->letters[k]];
    if (!inbox_expect(&p->inbox, smtp_span_of(nonce)))
        return false;
    enum eod_answer answer =
        eod_ask(&p->d->servers[p->server], nonce, (smtp_span){octets, word->n});
    p->accepted += answer == EOD_TEXT || answer == EOD_ENDED;
    return !interrupt_came();
}

static size_t count_all(const struct inbox *inbox)
{
    size_t count = 0;
    for (const struct inbox_message *m = inbox->first; m != NULL; m = m->next)
        count++;
    return count;
}

/* Until all have come and nothing more does, or for as long as anybody waits. */
static bool collect(struct post *p)
{
    struct site *site = p->d->servers[p->server].site;
    const char *why = "";
    size_t last = 0;
    uint64_t quiet = 0;
    for (uint64_t waited = 0; waited < PATIENCE_MS; waited += LOOK_MS) {
        if (!maildir_look(&p->maildir, &p->inbox, &why)) {
            diff_clear_line(p->d);
            fprintf(stderr, DIFF_PROGRAM ": %s: %s\n", p->maildir.path, why);
            return false;
        }
        size_t count = count_all(&p->inbox);
        quiet = count == last ? quiet + LOOK_MS : 0;
        last = count;
        if (count >= p->accepted && quiet >= SETTLED_MS)
            return true;
        if (!site_sleep(site, LOOK_MS))
            return false;
    }
    return true;
}

/* ---- what came ------------------------------------------------------------------------------- */

/* What the clause makes of the text, and what the messages with the nonce hold, one behind the other. */
static bool gather(const struct post *p, const struct word *word, size_t i, struct octets *meant,
                   struct octets *came, size_t *messages)
{
    char nonce[NONCE], octets[AUTOMATON_WORD];
    struct octets wire = {.p = NULL};
    const struct inbox_message *m = NULL;
    nonce_of(p->server, i, nonce);
    for (size_t k = 0; k < word->n; k++)
        octets[k] = lattice_alphabet[word->letters[k]];
    bool good = octets_add(&wire, SMTP_SPAN("x")) &&
                octets_add(&wire, (smtp_span){octets, word->n}) &&
                octets_add(&wire, SMTP_SPAN("NOOP\r\n")) &&
                outcome_meant((smtp_span){wire.p, wire.n}, meant);
    for (*messages = 0;
         good && (m = inbox_next(&p->inbox, m, p->maildir.mailbox, smtp_span_of(nonce))) != NULL;
         ++*messages)
        good = outcome_body(m->octets, came);
    free(wire.p);
    return good;
}

static bool describe(const struct post *p, const struct word *word, size_t i,
                     char text[CLUSTER_WORD])
{
    struct octets meant = {.p = NULL}, came = {.p = NULL};
    size_t messages;
    bool good = gather(p, word, i, &meant, &came, &messages);
    if (good && messages == 0)
        snprintf(text, CLUSTER_WORD, "nothing");
    else if (good && messages > 1)
        snprintf(text, CLUSTER_WORD, "%zu messages", messages);
    else if (good)
        snprintf(text, CLUSTER_WORD, "%s",
                 outcome_of((smtp_span){meant.p, meant.n}, (smtp_span){came.p, came.n}));
    free(meant.p);
    free(came.p);
    return good;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static bool compare_all(struct diff *d, const struct post *posts, size_t count,
                        const struct word *words, size_t word_count)
{
    const char *names[CLUSTER_SERVERS];
    bool good = true;
    *d->clusters = (struct clusters){.servers = count};
    for (size_t s = 0; s < count; s++)
        names[s] = d->names[posts[s].server];
    for (size_t i = 0; i < word_count && good; i++) {
        char texts[CLUSTER_SERVERS][CLUSTER_WORD], example[CLUSTER_EXAMPLE];
        const char *lines[CLUSTER_SERVERS];
        for (size_t s = 0; s < count && good; s++) {
            good = describe(&posts[s], &words[i], i, texts[s]);
            lines[s] = texts[s];
        }
        compare_word_text(&words[i], example);
        if (good)
            clusters_add(d->clusters, "text", lines, example);
    }
    diff_clear_line(d);
    puts("\nMessages delivered, beside what the clause makes of them");
    d->differences += clusters_print(stdout, d->clusters, names);
    fflush(stdout);
    return good;
}

static bool post_all(struct post *p, const struct word *words, size_t count)
{
    const struct diff_server *s = &p->d->options.servers[p->server];
    const char *why = "";
    inbox_init(&p->inbox);
    if (!maildir_open(&p->maildir, s->inbox, smtp_span_of(p->d->servers[p->server].site->rcpt[0]),
                      &why)) {
        fprintf(stderr, DIFF_PROGRAM ": %s: %s\n", s->inbox, why);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        if (!send_one(p, &words[i], i))
            return false;
    return collect(p);
}

bool diff_delivered(struct diff *d)
{
    static struct word words[LATTICE_CLASSES];
    static struct post posts[CLUSTER_SERVERS];
    size_t word_count = words_of_lattice(words), count = 0;
    bool good = true;
    d->doing = "messages delivered";
    for (size_t i = 0; i < d->count && good; i++) {
        if (d->options.servers[i].inbox == NULL || d->options.no_delivered)
            continue;
        posts[count] = (struct post){.d = d, .server = i};
        good = post_all(&posts[count++], words, word_count);
    }
    if (good && count > 1)
        good = compare_all(d, posts, count, words, word_count);
    for (size_t s = 0; s < count; s++) {
        maildir_close(&posts[s].maildir);
        inbox_free(&posts[s].inbox);
    }
    return good;
}
