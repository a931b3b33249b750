#include "explore/server_model.h"

#include "smtp/chars.h"

enum {
    TRANSACTION = SMTP_S_MAIL | SMTP_S_RCPT | SMTP_S_CHUNKS | SMTP_S_FAILED,
    HELLOED = TRANSACTION | SMTP_S_READY
};

bool model_allows(const struct model *m, const struct letter *letter)
{
    if (m->at == SMTP_S_CLOSED)
        return false;
    if (m->at == SMTP_S_CONNECT || letter->kind == LETTER_CONNECT)
        return m->at == SMTP_S_CONNECT && letter->kind == LETTER_CONNECT;
    bool tls = letter->kind == LETTER_TLS || letter->kind == LETTER_TLS_FAILS;
    if (m->at == SMTP_S_TLS) /* nothing is read in clear until it is over */
        return letter->kind != LETTER_LINE;
    return !tls;
}

static bool in(const struct model *m, unsigned states)
{
    return (states & (unsigned)m->at) != 0;
}

/* ---- whether success is due ---- */

static bool offers(const struct model *m, const struct smtp_server_config *c, unsigned needs)
{
    if ((needs & SMTP_X_STARTTLS) != 0 && m->secure) /* RFC 3207 4.2 */
        return false;
    return (needs & ~c->extensions) == 0;
}

/* RFC 3207 4; RFC 4954 6. */
static bool is_gated(const struct model *m, const struct smtp_server_config *c, enum smtp_verb verb)
{
    bool tls_first = c->tls_needed && !m->secure;
    bool auth_first = c->auth_needed && !m->authenticated;
    bool always = verb == SMTP_V_NOOP || verb == SMTP_V_EHLO || verb == SMTP_V_STARTTLS ||
                  verb == SMTP_V_QUIT;
    bool before_auth = always || verb == SMTP_V_AUTH || verb == SMTP_V_HELO ||
                       verb == SMTP_V_RSET || verb == SMTP_V_LHLO;
    return (tls_first && !always) || (auth_first && !before_auth);
}

static bool is_legal_mail(const struct model *m, const struct smtp_server_config *c,
                          const struct letter *l)
{
    return m->at == SMTP_S_READY && (l->needs == 0 || (m->extended && offers(m, c, l->needs)));
}

static bool is_legal_rcpt(const struct model *m, const struct smtp_server_config *c,
                          const struct letter *l)
{
    bool utf8 = l->form != FORM_UTF8 || m->utf8; /* RFC 6531 3.5 */
    return in(m, SMTP_S_MAIL | SMTP_S_RCPT) && utf8 && m->rcpts < c->limits->recipients;
}

/* RFC 4954 4: after EHLO, not in a transaction, and once. */
static bool is_legal_auth(const struct model *m, const struct smtp_server_config *c,
                          const struct letter *l)
{
    return m->at == SMTP_S_READY && m->extended && !m->authenticated && offers(m, c, l->needs);
}

/* RFC 5321 4.1.4, 4.1.1; by word. */
static bool is_legal(const struct model *m, const struct smtp_server_config *c,
                     const struct letter *l)
{
    bool lmtp = c->mode == SMTP_MODE_LMTP;
    if (l->form == FORM_BAD || l->form == FORM_DOT || is_gated(m, c, l->verb))
        return false;
    if (m->at == SMTP_S_REFUSED) /* 3.1 */
        return l->verb == SMTP_V_QUIT;
    if (l->verb == SMTP_V_MAIL)
        return is_legal_mail(m, c, l);
    if (l->verb == SMTP_V_RCPT)
        return is_legal_rcpt(m, c, l);
    if (l->verb == SMTP_V_DATA) /* RFC 3030 3 */
        return m->at == SMTP_S_RCPT && !m->binary;
    if (l->verb == SMTP_V_BDAT)
        return in(m, SMTP_S_RCPT | SMTP_S_CHUNKS) && m->extended && offers(m, c, SMTP_X_CHUNKING);
    if (l->verb == SMTP_V_STARTTLS)
        return in(m, HELLOED) && offers(m, c, l->needs);
    if (l->verb == SMTP_V_AUTH)
        return is_legal_auth(m, c, l);
    if (l->verb == SMTP_V_EHLO || l->verb == SMTP_V_HELO) /* RFC 2033 4.1 */
        return !lmtp;
    return l->verb != SMTP_V_LHLO || lmtp;
}

/* RFC 9422 4.1, RFC 4954 9: what ends the session. */
static bool is_too_many(const struct model *m, const struct smtp_server_config *c,
                        const struct letter *l)
{
    bool mails = l->verb == SMTP_V_MAIL && m->mails > c->limits->transactions;
    bool logins = l->verb == SMTP_V_AUTH && l->needs != 0 && m->failures >= c->limits->auth_tries;
    return m->at != SMTP_S_TEXT && m->at != SMTP_S_AUTH &&
           ((mails && c->limits->transactions > 0) ||
            (logins && is_legal_auth(m, c, l) && !is_gated(m, c, l->verb)));
}

/* ---- where it is then ---- */

static void forget_mail(struct model *m)
{
    m->rcpts = 0;
    m->utf8 = m->binary = false;
}

static void go(struct model *m, enum smtp_state to)
{
    m->at = to;
    if (to == SMTP_S_READY || to == SMTP_S_START)
        forget_mail(m);
}

static void begin_mail(struct model *m, const struct letter *l)
{
    m->at = SMTP_S_MAIL;
    m->rcpts = 0;
    m->utf8 = l->utf8;
    m->binary = l->body == SMTP_BODY_BINARYMIME;
}

static void succeed(struct model *m, const struct letter *l, unsigned code)
{
    if (l->verb == SMTP_V_EHLO || l->verb == SMTP_V_HELO || l->verb == SMTP_V_LHLO) {
        go(m, SMTP_S_READY);
        m->extended = l->verb != SMTP_V_HELO;
    } else if (l->verb == SMTP_V_MAIL) {
        begin_mail(m, l);
    } else if (l->verb == SMTP_V_RCPT) {
        m->at = SMTP_S_RCPT;
        m->rcpts++;
    } else if (l->verb == SMTP_V_DATA) {
        m->at = SMTP_S_TEXT;
    } else if (l->verb == SMTP_V_BDAT) {
        go(m, l->form == FORM_LAST ? SMTP_S_READY : SMTP_S_CHUNKS);
    } else if (l->verb == SMTP_V_RSET && m->at != SMTP_S_START) {
        go(m, SMTP_S_READY);
    } else if (l->verb == SMTP_V_STARTTLS) {
        m->at = SMTP_S_TLS;
    } else if (l->verb == SMTP_V_AUTH && code == 334) {
        m->at = SMTP_S_AUTH;
    } else if (l->verb == SMTP_V_AUTH) {
        m->authenticated = true;
    } else if (l->verb == SMTP_V_QUIT) {
        m->at = SMTP_S_CLOSED;
    }
}

/* RFC 3030 2: after a failed BDAT, only RSET or EHLO; RFC 2033 4.3: in LMTP the last chunk ends it. */
static void fail_chunk(struct model *m, const struct smtp_server_config *c, const struct letter *l,
                       bool taken)
{
    bool lmtp = c->mode == SMTP_MODE_LMTP && l->form == FORM_LAST;
    if (!offers(m, c, SMTP_X_CHUNKING) || !in(m, TRANSACTION))
        return;
    if (lmtp && (taken || m->at == SMTP_S_MAIL))
        go(m, SMTP_S_READY);
    else
        m->at = SMTP_S_FAILED;
}

/* Law 10: a refused command leaves the transaction as it was; RFC 3030 2: but DATA behind chunks. */
static void fail(struct model *m, const struct smtp_server_config *c, const struct letter *l,
                 const struct answers *seen)
{
    m->failures += l->verb == SMTP_V_AUTH && seen->asked && seen->first / 100 == 5;
    if (l->verb == SMTP_V_BDAT)
        fail_chunk(m, c, l, seen->asked);
    else if (l->verb == SMTP_V_DATA && m->at == SMTP_S_CHUNKS)
        m->at = SMTP_S_FAILED;
}

/* ---- lines ---- */

static unsigned replies_due(const struct model *m, const struct smtp_server_config *c,
                            const struct letter *l)
{
    bool lmtp = c->mode == SMTP_MODE_LMTP;
    if (m->at == SMTP_S_TEXT && l->form != FORM_DOT)
        return 0;
    if (m->at == SMTP_S_TEXT) /* RFC 2033 4.2 */
        return lmtp ? m->rcpts : 1;
    if (m->at == SMTP_S_AUTH)
        return l->octets_behind ? 2 : 1; /* two lines: a response, and a command */
    bool each = lmtp && l->form == FORM_LAST && in(m, TRANSACTION) && offers(m, c, SMTP_X_CHUNKING);
    return each ? m->rcpts : 1; /* RFC 2033 4.3 */
}

static void step_text(struct model *m, const struct letter *l)
{
    if (l->form == FORM_DOT) /* RFC 5321 4.1.1.4: whatever the answer */
        go(m, SMTP_S_READY);
}

/* RFC 4648 4, as far as it is wanted here: of the letters those with padding are well formed. */
static bool is_base64(const struct letter *l)
{
    size_t n = 0, end = l->n - 2;
    while (n < end && l->octets[n] != '=')
        if (!smtp_is(l->octets[n++], SMTP_C_LET_DIG))
            return false;
    while (n < end && l->octets[n] == '=')
        n++;
    return n == end && n % 4 == 0;
}

/* RFC 4954 4: one line, and the exchange is over. */
static void step_auth(struct model *m, const struct letter *l, enum model_choice choice,
                      const struct answers *seen, struct finding *f)
{
    bool success = seen->first / 100 == 2;
    bool due = is_base64(l) && choice == CHOICE_ACCEPT;
    if (success != due)
        finding_add(f, "model", "%u to a line of AUTH", seen->first);
    go(m, SMTP_S_READY);
    m->failures += seen->first / 100 == 5;
    m->authenticated = success;
}

/* RFC 5321 4.2.4: 500 for what is not known; 4.1.4, 4.3.2: 503 for what comes out of order. What is not
 * offered may be either. */
static void check_refusal(const struct model *m, const struct smtp_server_config *c,
                          const struct letter *l, unsigned code, struct finding *f)
{
    bool known = l->verb == SMTP_V_MAIL || l->verb == SMTP_V_RCPT || l->verb == SMTP_V_DATA;
    bool order = known && l->form == FORM_GOOD && l->needs == 0 && !is_gated(m, c, l->verb) &&
                 m->rcpts < c->limits->recipients;
    if (order && code != 503)
        finding_add(f, "model", "%u to %s out of order", code, l->name);
    bool word = l->verb == SMTP_V_UNKNOWN && m->at != SMTP_S_REFUSED && l->n > 2;
    if (word && code != 500 && code != 501)
        finding_add(f, "model", "%u to %s", code, l->name);
}

static void step_command(struct model *m, const struct smtp_server_config *c,
                         const struct letter *l, enum model_choice choice,
                         const struct answers *seen, struct finding *f)
{
    bool success = seen->first / 100 == 2 || seen->first / 100 == 3;
    bool due = is_legal(m, c, l) && (choice == CHOICE_ACCEPT || !seen->asked);
    if (seen->count > 0 && success != due)
        finding_add(f, "model", "%u to %s in state %s", seen->first, l->name,
                    smtp_state_name(m->at));
    if (success)
        succeed(m, l, seen->first);
    else
        fail(m, c, l, seen);
    if (seen->count > 0 && !success && !seen->asked)
        check_refusal(m, c, l, seen->first, f);
}

static void step_line(struct model *m, const struct smtp_server_config *c, const struct letter *l,
                      enum model_choice choice, const struct answers *seen, struct finding *f)
{
    bool too_many, closes = seen->asked && choice == CHOICE_CLOSE;
    unsigned due = replies_due(m, c, l);
    m->mails += l->verb == SMTP_V_MAIL && m->at != SMTP_S_TEXT && m->at != SMTP_S_AUTH;
    too_many = is_too_many(m, c, l) || m->stopping;
    if (seen->count != due && !(seen->count == 1 && (closes || too_many)) && !m->stopping)
        finding_add(f, "one-reply", "%u replies to %s in state %s, %u are due", seen->count,
                    l->name, smtp_state_name(m->at), due);
    if (closes || (too_many && seen->closed)) {
        if (!seen->closed || seen->first != 421)
            finding_add(f, "model", "%u where the session ends", seen->first);
        m->at = SMTP_S_CLOSED;
    } else if (m->at == SMTP_S_TEXT) {
        step_text(m, l);
    } else if (m->at == SMTP_S_AUTH) {
        step_auth(m, l, choice, seen, f);
    } else {
        if (too_many && !m->stopping)
            finding_add(f, "model", "%u, and 421 is due", seen->first);
        step_command(m, c, l, choice, seen, f);
    }
}

/* ---- marks ---- */

/* RFC 5321 3.1: who refuses to serve waits for QUIT. */
static void step_connect(struct model *m, enum model_choice choice, const struct answers *seen,
                         struct finding *f)
{
    static const enum smtp_state then[] = {SMTP_S_START, SMTP_S_REFUSED, SMTP_S_REFUSED,
                                           SMTP_S_CLOSED};
    bool success = seen->first == 220;
    m->at = then[choice];
    if (seen->count != 1 || success != (choice == CHOICE_ACCEPT))
        finding_add(f, "model", "%u replies, the first %u, to the connection", seen->count,
                    seen->first);
}

static void step_mark(struct model *m, const struct letter *l, enum model_choice choice,
                      const struct answers *seen, struct finding *f)
{
    bool handshake = m->at == SMTP_S_TLS, text = m->at == SMTP_S_TEXT;
    unsigned due = 0;
    if (l->kind == LETTER_CONNECT) {
        step_connect(m, choice, seen, f);
        return;
    }
    if (l->kind == LETTER_TLS) { /* RFC 3207 4.2: all knowledge is dropped */
        go(m, SMTP_S_START);
        m->extended = m->authenticated = false;
        m->secure = true;
    } else if (l->kind == LETTER_STOP && (handshake || text)) {
        m->stopping = true;
    } else {
        bool says = l->kind == LETTER_STOP || (l->kind == LETTER_LATE && !handshake);
        due = says ? 1 : 0; /* RFC 5321 3.8, 4.5.3.2.7 */
        m->at = SMTP_S_CLOSED;
    }
    if (!m->stopping && (seen->count != due || (due == 1 && seen->first != 421)))
        finding_add(f, "model", "%u replies, the first %u, to %s", seen->count, seen->first,
                    l->name);
    if (m->stopping && seen->closed)
        m->at = SMTP_S_CLOSED;
}

void model_step(struct model *m, const struct smtp_server_config *config,
                const struct letter *letter, enum model_choice choice, const struct answers *seen,
                struct finding *f)
{
    if (letter->kind == LETTER_LINE)
        step_line(m, config, letter, choice, seen, f);
    else
        step_mark(m, letter, choice, seen, f);
    if (m->stopping && seen->closed) /* 3.8: 421 as soon as nothing is open */
        m->at = SMTP_S_CLOSED;
    if ((m->at == SMTP_S_CLOSED) != seen->closed)
        finding_add(f, "model", "closed: %d, and in state %s", seen->closed,
                    smtp_state_name(m->at));
}
