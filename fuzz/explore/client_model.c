#include "explore/client_model.h"

#include <string.h>

void client_model_begin(struct client_model *m)
{
    memset(m, 0, sizeof *m);
    m->due[m->due_n++] = ASKED_GREETING;
}

static void ask(struct client_model *m, enum asked what)
{
    if (m->due_n < ASKED_MAX)
        m->due[m->due_n++] = what;
}

/* ---- what the client says ---- */

static const struct {
    const char *head;
    enum asked what;
} words[] = {
    {"EHLO c.test\r\n", ASKED_HELLO},   {"HELO c.test\r\n", ASKED_HELLO},
    {"LHLO c.test\r\n", ASKED_HELLO},   {"STARTTLS\r\n", ASKED_STARTTLS},
    {"AUTH LOGIN\r\n", ASKED_AUTH},     {"MAIL FROM:<a@c.test>", ASKED_MAIL},
    {"RCPT TO:<b@s.test>", ASKED_RCPT}, {"RCPT TO:<c@s.test>", ASKED_RCPT},
    {"DATA\r\n", ASKED_DATA},           {"BDAT ", ASKED_CHUNK},
    {"RSET\r\n", ASKED_OTHER},          {"VRFY joe\r\n", ASKED_OTHER},
    {"QUIT\r\n", ASKED_QUIT},
};

/* RFC 2920 3.1: what others may follow before its reply; without PIPELINING none. */
static bool may_follow(const struct client_model *m, enum asked what)
{
    enum asked last = m->due_n > 0 ? m->due[m->due_n - 1] : ASKED_OTHER;
    bool groups = (m->offers & SMTP_KW_PIPELINING) != 0;
    if (m->due_n == 0 || what == ASKED_QUIT) /* who gives up says so at once */
        return true;
    return groups && (last == ASKED_MAIL || last == ASKED_RCPT || last == ASKED_CHUNK);
}

static void begin_mail(struct client_model *m)
{
    m->mails++;
    m->rcpts_most = (m->offers & SMTP_KW_LIMITS) != 0 ? 1 : MODEL_RCPTS;
    m->rcpts_said = m->rcpts_heard = m->rcpts_taken = 0;
    m->mail_refused = m->chunk_refused = m->text_ended = false;
    for (size_t i = 0; i < MODEL_RCPTS; i++)
        m->outcomes[i] = SMTP_O_NONE;
}

static void begin_chunk(struct client_model *m)
{
    size_t i = 5;
    for (m->chunk_left = 0; m->line[i] >= '0' && m->line[i] <= '9'; i++)
        m->chunk_left = 10 * m->chunk_left + (size_t)(m->line[i] - '0');
    m->chunk_last = memcmp(m->line + i, " LAST", 5) == 0;
}

static void end_chunk(struct client_model *m, bool lmtp)
{
    size_t replies = lmtp && m->chunk_last ? m->rcpts_taken : 1;
    for (size_t i = 0; i < replies; i++)
        ask(m, m->chunk_last ? ASKED_END : ASKED_CHUNK);
    m->text_ended = m->text_ended || m->chunk_last;
}

static void check_leave(const struct client_model *m, enum asked what, struct finding *f)
{
    bool mail = what == ASKED_MAIL && m->mails >= m->begun;
    bool chunk = what == ASKED_CHUNK &&
                 ((m->offers & SMTP_KW_CHUNKING) == 0 || m->rcpts_taken == 0 || m->text_ended);
    bool data = what == ASKED_DATA && m->rcpts_said == 0;
    bool tls = what == ASKED_STARTTLS && (m->offers & SMTP_KW_STARTTLS) == 0;
    bool auth = what == ASKED_AUTH && (m->offers & SMTP_KW_AUTH) == 0;
    if (m->quit_said || m->in_clear_only || mail || chunk || data || tls || auth ||
        !may_follow(m, what))
        finding_add(f, "client", "out of place: %.*s", (int)m->line_n, m->line);
}

static void command(struct client_model *m, bool lmtp, struct finding *f)
{
    size_t i = 0, count = sizeof words / sizeof *words;
    while (i < count && (m->line_n < strlen(words[i].head) ||
                         memcmp(m->line, words[i].head, strlen(words[i].head)) != 0))
        i++;
    if (i == count) {
        finding_add(f, "client", "nobody asked for %.*s", (int)m->line_n, m->line);
        return;
    }
    enum asked what = words[i].what;
    check_leave(m, what, f);
    if (what == ASKED_MAIL)
        begin_mail(m);
    m->rcpts_said += what == ASKED_RCPT;
    m->quit_said = what == ASKED_QUIT;
    m->in_clear_only = what == ASKED_STARTTLS;
    if (what == ASKED_CHUNK)
        begin_chunk(m);
    else
        ask(m, what);
    if (what == ASKED_CHUNK && m->chunk_left == 0)
        end_chunk(m, lmtp);
}

/* RFC 5321 4.1.1.4: a line with a single period; the CRLF of DATA counts. */
static void end_text_line(struct client_model *m, bool lmtp)
{
    size_t replies = lmtp ? m->rcpts_taken : 1;
    if (m->line_n != 3 || m->line[0] != '.')
        return;
    m->in_text = false;
    m->text_ended = true;
    for (size_t i = 0; i < replies; i++)
        ask(m, ASKED_END);
}

static void end_line(struct client_model *m, bool lmtp, struct finding *f)
{
    if (m->in_text) {
        end_text_line(m, lmtp);
    } else if (m->in_auth) {
        m->in_auth = false;
        ask(m, ASKED_AUTH);
    } else {
        command(m, lmtp, f);
    }
    m->line_n = 0;
}

void client_model_said(struct client_model *m, smtp_span octets, bool lmtp, struct finding *f)
{
    for (size_t i = 0; i < octets.n; i++) {
        if (m->chunk_left > 0) {
            if (--m->chunk_left == 0)
                end_chunk(m, lmtp);
            continue;
        }
        if (m->line_n < sizeof m->line)
            m->line[m->line_n] = octets.p[i];
        if (++m->line_n >= 2 && m->line_n <= sizeof m->line && octets.p[i] == '\n' &&
            m->line[m->line_n - 2] == '\r')
            end_line(m, lmtp, f);
    }
}

/* ---- what it hears ---- */

/* RFC 5321 4.2.1; 4.5.3.1.10: 552 to RCPT is 452. */
static enum smtp_outcome refusal(unsigned code)
{
    return code / 100 == 4 ? SMTP_O_LATER : SMTP_O_NEVER;
}

static void decide(struct client_model *m, enum smtp_outcome from, enum smtp_outcome to)
{
    for (size_t i = 0; i < MODEL_RCPTS; i++)
        if (m->outcomes[i] == from)
            m->outcomes[i] = to;
}

static void heard_rcpt(struct client_model *m, unsigned code)
{
    size_t i = m->rcpts_heard++;
    if (m->mail_refused || i >= MODEL_RCPTS)
        return;
    m->rcpts_taken += code / 100 == 2;
    m->outcomes[i] = code / 100 == 2 ? SMTP_O_ACCEPTED : refusal(code == 552 ? 452 : code);
}

static void heard_end(struct client_model *m, unsigned code, bool lmtp)
{
    enum smtp_outcome to = code / 100 == 2 ? SMTP_O_DELIVERED : refusal(code);
    for (size_t i = 0; i < MODEL_RCPTS; i++) {
        if (m->outcomes[i] != SMTP_O_ACCEPTED)
            continue;
        m->outcomes[i] = to;
        if (lmtp) /* RFC 2033 4.2: one after the other */
            break;
    }
}

static void heard(struct client_model *m, enum asked what, unsigned code, bool lmtp)
{
    if (code == 421 && what != ASKED_QUIT) {
        decide(m, SMTP_O_ACCEPTED, SMTP_O_LATER);
        decide(m, SMTP_O_NONE, SMTP_O_LATER);
    } else if (what == ASKED_STARTTLS) {
        m->in_clear_only = code / 100 == 2;
    } else if (what == ASKED_AUTH) {
        m->in_auth = code / 100 == 3;
    } else if (what == ASKED_MAIL && code >= 400) {
        m->mail_refused = true;
        decide(m, SMTP_O_NONE, refusal(code));
    } else if (what == ASKED_RCPT) {
        heard_rcpt(m, code);
    } else if (what == ASKED_DATA) {
        m->in_text = code / 100 == 3;
        if (code >= 400 && !m->mail_refused)
            decide(m, SMTP_O_ACCEPTED, refusal(code));
    } else if (what == ASKED_CHUNK && code >= 400) {
        m->chunk_refused = true;
        decide(m, SMTP_O_ACCEPTED, refusal(code));
    } else if (what == ASKED_END) {
        heard_end(m, code, lmtp);
    }
}

/* RFC 5321 4.3.2: no 3yz but where there is more to say, and then no 2yz to DATA. */
static bool is_wrong_class(const struct client_model *m, const struct reply_letter *letter)
{
    if (letter->form != REPLY_GOOD || m->due_n == 0 || letter->code == 421)
        return false;
    enum asked what = m->due[0];
    unsigned class = letter->code / 100;
    bool means_nothing = (what == ASKED_RCPT && m->mail_refused) ||
                         ((what == ASKED_CHUNK || what == ASKED_END) && m->chunk_refused);
    if (what == ASKED_QUIT || means_nothing)
        return false;
    if (what == ASKED_DATA)
        return class == 2;
    return class == 3 && what != ASKED_AUTH;
}

/* RFC 5321 4.2.1: the lines of a reply have one code; the half of one is a 250. */
bool client_model_is_broken(const struct client_model *m, const struct reply_letter *letter)
{
    bool mixed = m->part && letter->form == REPLY_GOOD && letter->code != 250;
    return letter->form == REPLY_BROKEN || mixed || is_wrong_class(m, letter);
}

void client_model_heard(struct client_model *m, const struct reply_letter *letter, bool lmtp)
{
    bool broken = client_model_is_broken(m, letter);
    m->part = letter->form == REPLY_PART && !broken;
    if (broken)
        m->in_clear_only = false;
    if (broken || m->part || m->due_n == 0)
        return;
    enum asked what = m->due[0];
    memmove(m->due, m->due + 1, --m->due_n * sizeof *m->due);
    if (what == ASKED_HELLO)
        m->offers = letter->code / 100 == 2 ? letter->offers : 0;
    heard(m, what, letter->code, lmtp);
}

/* ---- what became of the mail ---- */

void client_model_done(struct client_model *m, const struct smtp_mail *mail, struct finding *f)
{
    if (++m->done != m->begun)
        finding_add(f, "client", "DONE %u of %u", m->done, m->begun);
    if (m->mails < m->begun) { /* nothing was said of it */
        m->begun = m->done = m->mails;
        return;
    }
    for (size_t i = 0; i < mail->rcpt_count && mail->fault == SMTP_OK; i++) {
        enum smtp_outcome due = m->outcomes[i], got = mail->rcpts[i].outcome;
        if (i >= m->rcpts_most) /* RFC 9422 4.2: for another transaction */
            due = SMTP_O_NONE;
        bool unknown = due == SMTP_O_ACCEPTED && m->text_ended && got == SMTP_O_UNKNOWN;
        if (due == SMTP_O_ACCEPTED)
            due = SMTP_O_NONE;
        if (got != due && !unknown)
            finding_add(f, "client", "recipient %zu: outcome %d, and %d is due", i, (int)got,
                        (int)due);
    }
}

uint64_t client_model_patience(const struct client_model *m)
{
    static const unsigned seconds[] = {
        [ASKED_GREETING] = 300, [ASKED_MAIL] = 300, [ASKED_RCPT] = 300,
        [ASKED_DATA] = 120,     [ASKED_END] = 600,  [ASKED_QUIT] = 0,
    };
    return m->due_n > 0 ? 1000ULL * seconds[m->due[0]] : 0;
}
