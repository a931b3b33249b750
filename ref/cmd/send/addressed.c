#include "addressed.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../drive/idn.h"
#include "send_status.h"

enum { MAILBOX_MAX = 1024 };

/* ---- one mailbox --------------------------------------------------------------------------- */

/* RFC 6531 3.2: only a local-part beyond ASCII needs SMTPUTF8; the domain has another spelling. */
static enum smtp_fault to_ascii(char *mailbox, bool *utf8)
{
    char *at = strrchr(mailbox, '@');
    char domain[DRIVE_HOST_MAX];
    smtp_span local = {mailbox, (size_t)(at - mailbox)};
    if (!idn_to_ascii((smtp_room){domain, sizeof domain}, smtp_span_of(at + 1)))
        return SMTP_E_DOMAIN;
    if (!idn_is_ascii(local))
        *utf8 = true;
    else if (local.n + 1 + strlen(domain) < MAILBOX_MAX)
        memcpy(at + 1, domain, strlen(domain) + 1);
    return SMTP_OK;
}

static enum smtp_fault check_mailbox(const char *mailbox, bool utf8)
{
    struct smtp_cursor c =
        smtp_cursor_of(smtp_span_of(mailbox), utf8 ? (unsigned)SMTP_LAX_UTF8 : 0U);
    struct smtp_path path;
    enum smtp_fault fault = smtp_parse_mailbox(&c, &path);
    if (fault == SMTP_NOMATCH)
        return SMTP_E_LOCAL_PART;
    return fault == SMTP_OK && c.at != c.end ? SMTP_E_TRAILING : fault;
}

/* A copy on the heap, complete and checked. */
static enum smtp_fault make_mailbox(const struct smtp_address *address, const char *host,
                                    bool *utf8, char **out)
{
    char mailbox[MAILBOX_MAX];
    size_t n = smtp_print_address((smtp_room){mailbox, sizeof mailbox}, address);
    smtp_room room = {mailbox, sizeof mailbox - 1};
    if (address->domain.n == 0) {
        smtp_room_put(room, &n, SMTP_SPAN("@"));
        smtp_room_put(room, &n, smtp_span_of(host));
    }
    if (n > room.n)
        return SMTP_E_PATH_LONG;
    mailbox[n] = '\0';
    if (memchr(mailbox, '\0', n) != NULL)
        return SMTP_E_NUL;
    bool wide = false;
    enum smtp_fault fault = to_ascii(mailbox, &wide);
    if (fault == SMTP_OK)
        fault = check_mailbox(mailbox, wide);
    *utf8 = *utf8 || wide;
    *out = fault == SMTP_OK ? strdup(mailbox) : NULL;
    return fault;
}

/* ---- all of them --------------------------------------------------------------------------- */

struct gathering {
    struct addressed *addressed;
    const struct send_options *options;
    int status;
};

static int complain(const char *about, smtp_span text, enum smtp_fault fault)
{
    fprintf(stderr, SEND_PROGRAM ": %s %.*s: %s\n", about, (int)(text.n < 200 ? text.n : 200),
            text.n > 0 ? text.p : "", smtp_fault_row(fault)->text);
    return EX_DATAERR;
}

static int no_memory(void)
{
    fprintf(stderr, SEND_PROGRAM ": no memory\n");
    return EX_SOFTWARE;
}

static bool grow(struct addressed *e)
{
    size_t room = e->room > 0 ? 2 * e->room : 16;
    if (e->mail.rcpt_count < e->room)
        return true;
    char **mailboxes = realloc(e->mailboxes, room * sizeof *mailboxes);
    if (mailboxes == NULL)
        return false;
    e->mailboxes = mailboxes;
    struct drive_rcpt *rcpts = realloc(e->mail.rcpts, room * sizeof *rcpts);
    if (rcpts == NULL)
        return false;
    e->mail.rcpts = rcpts;
    e->room = room;
    return true;
}

static bool is_here(const struct addressed *e, const char *mailbox)
{
    for (size_t i = 0; i < e->mail.rcpt_count; i++)
        if (strcmp(e->mailboxes[i], mailbox) == 0)
            return true;
    return false;
}

/* Who is named twice gets one copy. */
static bool add_recipient(void *arg, const struct smtp_address *address)
{
    struct gathering *g = arg;
    struct addressed *e = g->addressed;
    bool utf8 = (e->mail.params.given & SMTP_P_SMTPUTF8) != 0;
    char *mailbox = NULL;
    enum smtp_fault fault = make_mailbox(address, g->options->name, &utf8, &mailbox);
    if (fault != SMTP_OK) {
        g->status = complain("recipient", address->local, fault);
        return false;
    }
    if (mailbox == NULL || !grow(e)) {
        free(mailbox);
        g->status = no_memory();
        return false;
    }
    if (is_here(e, mailbox)) {
        free(mailbox);
        return true;
    }
    e->mail.params.given |= utf8 ? (unsigned)SMTP_P_SMTPUTF8 : 0U;
    e->mailboxes[e->mail.rcpt_count] = mailbox;
    e->mail.rcpts[e->mail.rcpt_count++] =
        (struct drive_rcpt){.mailbox = smtp_span_of(mailbox), .params = g->options->rcpt_params};
    return true;
}

static int add_arguments(struct gathering *g)
{
    const struct send_options *o = g->options;
    for (size_t i = 0; g->status == 0 && i < o->recipient_count; i++) {
        smtp_span text = smtp_span_of(o->recipients[i]);
        struct smtp_addresses list = smtp_addresses_of(text);
        struct smtp_address address;
        enum smtp_fault fault;
        while ((fault = smtp_addresses_next(&list, &address)) == SMTP_OK)
            if (!add_recipient(g, &address))
                return g->status;
        if (fault != SMTP_NOMATCH)
            g->status = complain("recipient", text, fault);
    }
    return g->status;
}

static int add_header(struct gathering *g, smtp_span message)
{
    struct recipient_fault where;
    enum smtp_fault fault = message_recipients(message, add_recipient, g, &where);
    if (fault == SMTP_OK || g->status != 0)
        return g->status;
    fprintf(stderr, SEND_PROGRAM ": field %.*s, octet %zu: %s\n", (int)where.field.name.n,
            where.field.name.p, where.off + 1, smtp_fault_row(fault)->text);
    return EX_DATAERR;
}

/* ---- the sender ---------------------------------------------------------------------------- */

static const char *user_name(void)
{
    const struct passwd *entry = getpwuid(getuid());
    return entry != NULL ? entry->pw_name : "nobody";
}

static int set_sender(struct addressed *e, const struct send_options *o)
{
    const char *written = o->sender != NULL ? o->sender : user_name();
    struct smtp_addresses list = smtp_addresses_of(smtp_span_of(written));
    struct smtp_address address, second;
    bool utf8 = (e->mail.params.given & SMTP_P_SMTPUTF8) != 0;
    if (written[0] == '\0' || strcmp(written, "<>") == 0) /* RFC 5321 4.5.5 */
        return 0;
    enum smtp_fault fault = smtp_addresses_next(&list, &address);
    if (fault == SMTP_OK && smtp_addresses_next(&list, &second) != SMTP_NOMATCH)
        fault = SMTP_E_TRAILING;
    if (fault == SMTP_NOMATCH)
        fault = SMTP_E_LOCAL_PART;
    if (fault == SMTP_OK)
        fault = make_mailbox(&address, o->name, &utf8, &e->sender);
    if (fault != SMTP_OK)
        return complain("sender", smtp_span_of(written), fault);
    e->mail.params.given |= utf8 ? (unsigned)SMTP_P_SMTPUTF8 : 0U;
    e->mail.sender = smtp_span_of(e->sender);
    return e->sender != NULL ? 0 : no_memory();
}

int addressed_make(struct addressed *out, const struct send_options *o, smtp_span message)
{
    struct gathering g = {out, o, 0};
    *out = (struct addressed){.mail = {.params = o->params}};
    int status = add_arguments(&g);
    if (status == 0 && o->from_header)
        status = add_header(&g, message);
    if (status == 0)
        status = set_sender(out, o);
    if (status != 0 || out->mail.rcpt_count > 0)
        return status;
    fprintf(stderr, SEND_PROGRAM ": the message names no recipient\n");
    return EX_DATAERR;
}

void addressed_free(struct addressed *e)
{
    for (size_t i = 0; i < e->mail.rcpt_count; i++)
        free(e->mailboxes[i]);
    free(e->mailboxes);
    free(e->mail.rcpts);
    free(e->sender);
}
