#include "blackbox/eod.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const eod_names[EOD_ANSWERS] = {"text", "refused", "ended", "hangs up", "lost"};

/* ---- the moves ------------------------------------------------------------------------------- */

static bool add(struct moves *moves, enum move_kind kind, smtp_span octets)
{
    const struct move move = {.kind = kind, .octets = octets, .due = 1, .lone = kind == MOVE_TEXT};
    return moves_add(moves, &move);
}

static bool add_line(struct moves *moves, const char *head, const char *word, const char *tail)
{
    char line[512];
    int n = snprintf(line, sizeof line, "%s%.400s%s\r\n", head, word, tail);
    return n > 0 && (size_t)n < sizeof line && add(moves, MOVE_SAY, (smtp_span){line, (size_t)n});
}

static bool put_text(struct octets *to, const char *subject, smtp_span octets)
{
    return octets_add(to, SMTP_SPAN("Subject: ")) && octets_add(to, smtp_span_of(subject)) &&
           octets_add(to, SMTP_SPAN("\r\n\r\nx")) && octets_add(to, octets);
}

static bool add_text(struct moves *moves, const char *subject, smtp_span octets, bool waits)
{
    const smtp_span rest = SMTP_SPAN("NOOP\r\n.\r\n");
    struct octets text = {.p = NULL};
    bool good = put_text(&text, subject, octets);
    if (waits) {
        const struct move first = {
            .kind = MOVE_TEXT, .octets = {text.p, text.n}, .due = 0, .lone = true};
        good = good && moves_add(moves, &first) && add(moves, MOVE_TEXT, rest);
    } else {
        good =
            good && octets_add(&text, rest) && add(moves, MOVE_TEXT, (smtp_span){text.p, text.n});
    }
    free(text.p);
    return good;
}

static bool make(struct moves *moves, const struct eod *eod, const char *subject, smtp_span octets)
{
    const struct site *site = eod->site;
    *moves = (struct moves){.list = NULL};
    bool tls =
        site->mode != PLAYER_STARTTLS || (add_line(moves, "EHLO ", site->me, "") &&
                                          add(moves, MOVE_STARTTLS, SMTP_SPAN("STARTTLS\r\n")));
    return tls && site->rcpt_count > 0 && add_line(moves, "EHLO ", site->me, "") &&
           add_line(moves, "MAIL FROM:<", site->from, ">") &&
           add_line(moves, "RCPT TO:<", site->rcpt[0], ">") &&
           add(moves, MOVE_SAY, SMTP_SPAN("DATA\r\n")) &&
           add_text(moves, subject, octets, eod->waits);
}

/* ---- the answer ------------------------------------------------------------------------------ */

static bool has_code(const struct turn *turn, unsigned code)
{
    for (unsigned i = 0; i < turn->replies && i < TURN_CODES; i++)
        if (turn->codes[i] == code)
            return true;
    return false;
}

/* RFC 5321 4.1.1.10: the 221 to QUIT, and nothing that is not a reply to the text before it. */
static enum eod_answer answer_of(const struct talk_result *result, bool waits)
{
    size_t count = result->moves.count;
    if (count == 0 || result->moves.list[count - 1].kind != MOVE_TEXT)
        return EOD_LOST;
    const struct turn *text = &result->turns[count], *bye = &result->goodbye;
    bool early = waits && result->moves.list[count - 2].kind != MOVE_TEXT;
    unsigned replies = text->replies + bye->replies;
    bool left = has_code(bye, 221), told = has_code(text, 421) || has_code(bye, 421);
    if (replies - left - told > 1 || (early && left && text->replies > 0))
        return EOD_ENDED;
    if (!left)
        return EOD_HUNG_UP;
    return text->replies > 0 && text->codes[0] / 100 == 2 ? EOD_TEXT : EOD_REFUSED;
}

/* A message may take its time to be taken. */
static enum eod_answer ask_once(const struct eod *eod, const struct moves *moves)
{
    struct talk_result result;
    struct talk_replay replay = talk_replay_of(moves);
    uint64_t quiet = eod->site->quiet_ms;
    if (eod->waits && quiet < eod->silence_ms)
        eod->site->quiet_ms = eod->silence_ms;
    bool good = talk_run(eod->site, &replay.source, &result);
    eod->site->quiet_ms = quiet;
    enum eod_answer answer = good ? answer_of(&result, eod->waits) : EOD_LOST;
    talk_free(&result);
    return answer;
}

enum eod_answer eod_ask(const struct eod *eod, const char *subject, smtp_span octets)
{
    enum { TRIES = 3 };
    struct moves moves;
    enum eod_answer answer = EOD_LOST;
    bool good = make(&moves, eod, subject, octets);
    for (unsigned i = 0; i < TRIES && good && answer == EOD_LOST; i++)
        answer = ask_once(eod, &moves);
    moves_free(&moves);
    return answer;
}

bool eod_begin(struct eod *eod, struct site *site, enum eod_answer *why)
{
    eod->site = site;
    eod->waits = false;
    eod->lost = 0;
    *why = eod_ask(eod, "first contact", SMTP_SPAN("x"));
    if (*why != EOD_TEXT && *why != EOD_REFUSED)
        return false;
    eod->waits = eod_ask(eod, "first contact", SMTP_SPAN("\r\n.\r\n")) != EOD_ENDED;
    return true;
}

int eod_ask_word(void *arg, const struct word *word)
{
    struct eod *eod = arg;
    char octets[AUTOMATON_WORD];
    for (size_t i = 0; i < word->n; i++)
        octets[i] = lattice_alphabet[word->letters[i]];
    enum eod_answer answer = eod_ask(eod, "automaton", (smtp_span){octets, word->n});
    eod->lost += answer == EOD_LOST;
    if (eod->progress != NULL)
        eod->progress(eod->arg);
    return answer == EOD_LOST ? -1 : (int)answer;
}
