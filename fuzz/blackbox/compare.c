#include "blackbox/compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blackbox/grow.h"
#include "blackbox/verbs.h"
#include "player/encode.h"

/* ---- replies --------------------------------------------------------------------------------- */

static const char *const verb_names[VERB_COUNT] = {
    [VERB_NONE] = "greeting", [VERB_EHLO] = "EHLO",         [VERB_HELO] = "HELO",
    [VERB_MAIL] = "MAIL",     [VERB_RCPT] = "RCPT",         [VERB_DATA] = "DATA",
    [VERB_TEXT] = "text",     [VERB_BDAT] = "BDAT",         [VERB_RSET] = "RSET",
    [VERB_VRFY] = "VRFY",     [VERB_EXPN] = "EXPN",         [VERB_HELP] = "HELP",
    [VERB_NOOP] = "NOOP",     [VERB_STARTTLS] = "STARTTLS", [VERB_AUTH] = "AUTH",
    [VERB_RESPONSE] = "AUTH", [VERB_GROUP] = "group",       [VERB_CHUNKS] = "BDATs",
    [VERB_OTHER] = "command", [VERB_JUNK] = "line ends"};

/* "2", "25", "5+" for more; "close", "-" for nothing. */
static void describe(const struct talk_result *result, size_t i, char word[CLUSTER_WORD])
{
    enum { MOST = 8 };
    const struct turn *turn = &result->turns[i + 1];
    size_t n = 0;
    if (i >= result->moves.count) {
        snprintf(word, CLUSTER_WORD, "gone");
        return;
    }
    for (unsigned k = 0; k < turn->replies && k < TURN_CODES && n < MOST; k++)
        word[n++] = (char)('0' + turn->codes[k] / 100 % 10);
    if (turn->replies > MOST)
        word[n++] = '+';
    word[n] = '\0';
    if (turn->closed)
        snprintf(word + n, CLUSTER_WORD - n, "%sclose", n > 0 ? " " : "");
    else if (n == 0)
        snprintf(word, CLUSTER_WORD, "-");
}

/* True: all servers took the move alike. */
static bool add_row(struct compare *c, const struct moves *moves, size_t i,
                    const struct talk_result *results)
{
    char words[CLUSTER_SERVERS][CLUSTER_WORD], example[CLUSTER_EXAMPLE];
    const char *lines[CLUSTER_SERVERS];
    bool alike = true;
    for (size_t s = 0; s < c->count; s++) {
        describe(&results[s], i, words[s]);
        lines[s] = words[s];
        alike = alike && strcmp(words[0], words[s]) == 0;
    }
    encode_octets(moves->list[i].octets, example, sizeof example);
    clusters_add(c->clusters, verb_names[verb_of(&moves->list[i])], lines, example);
    return alike;
}

/* A move was left out somewhere, because it had no turn. */
static bool said_alike(const struct compare *c, const struct moves *moves, size_t i,
                       const struct talk_result *results)
{
    for (size_t s = 0; s < c->count; s++)
        if (i < results[s].moves.count &&
            !smtp_span_is(results[s].moves.list[i].octets, moves->list[i].octets))
            return false;
    return true;
}

static bool compare_one(struct compare *c, const struct moves *moves)
{
    struct talk_result *results = calloc(c->count, sizeof *results);
    bool good = results != NULL;
    for (size_t s = 0; s < c->count && good; s++) {
        struct talk_replay replay = talk_replay_of(moves);
        good = talk_run(c->servers[s].site, &replay.source, &results[s]);
    }
    for (size_t i = 0; i < moves->count && good; i++)
        if (!said_alike(c, moves, i, results) || !add_row(c, moves, i, results))
            break;
    for (size_t s = 0; s < c->count && results != NULL; s++)
        talk_free(&results[s]);
    free(results);
    return good;
}

bool compare_replies(struct compare *c, uint64_t seed, uint64_t conversations)
{
    struct guide *guide = calloc(1, sizeof *guide);
    bool good = guide != NULL;
    for (uint64_t i = 0; i < conversations && good; i++) {
        struct grow grow;
        struct talk_result result;
        grow_init(&grow, guide, c->servers[i % c->count].site, seed, i);
        good = talk_run(c->servers[i % c->count].site, &grow.source, &result);
        if (good) {
            grow_end(&grow, &result);
            good = compare_one(c, &result.moves);
        }
        talk_free(&result);
        grow_free(&grow);
        c->progress(c->arg);
    }
    if (guide != NULL)
        guide_free(guide);
    free(guide);
    return good;
}

/* ---- ends of data ---------------------------------------------------------------------------- */

void compare_word_text(const struct word *word, char out[CLUSTER_EXAMPLE])
{
    FILE *to = fmemopen(out, CLUSTER_EXAMPLE, "w");
    out[0] = '\0';
    if (to == NULL)
        return;
    word_print(to, word);
    fclose(to);
}

bool compare_ends(struct compare *c, const struct word *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *answers[CLUSTER_SERVERS];
        char octets[AUTOMATON_WORD], example[CLUSTER_EXAMPLE];
        for (size_t k = 0; k < words[i].n; k++)
            octets[k] = lattice_alphabet[words[i].letters[k]];
        for (size_t s = 0; s < c->count; s++) {
            answers[s] =
                eod_names[eod_ask(&c->servers[s], "lattice", (smtp_span){octets, words[i].n})];
            if (c->servers[s].site->interrupted != NULL && c->servers[s].site->interrupted())
                return false;
        }
        compare_word_text(&words[i], example);
        clusters_add(c->clusters, "end of data", answers, example);
        c->progress(c->arg);
    }
    return true;
}

static bool has_period(const struct word *word)
{
    for (size_t i = 0; i < word->n; i++)
        if (lattice_alphabet[word->letters[i]] == '.')
            return true;
    return false;
}

static bool next_word(struct word *word)
{
    for (size_t i = word->n; i-- > 0;) {
        if (++word->letters[i] < LATTICE_ALPHABET)
            return true;
        word->letters[i] = 0;
    }
    return false;
}

size_t compare_words(size_t longest, struct word *out, size_t room)
{
    size_t count = 0;
    for (size_t n = 1; n <= longest; n++) {
        struct word word = {.n = n};
        do {
            if (!has_period(&word))
                continue;
            if (count < room)
                out[count] = word;
            count++;
        } while (next_word(&word));
    }
    return count;
}
