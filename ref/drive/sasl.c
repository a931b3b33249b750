#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange.h"

/* The strongest first. RFC 4954 4: what a listener could use is not for connections in clear; what
 * he could try passwords against at leisure (RFC 2195 7, RFC 6331) is not either. */
static const struct mechanism mechanisms[] = {
    {"SCRAM-SHA-256-PLUS", FORM_SHA256, true, true, false},
    {"SCRAM-SHA-256", FORM_SHA256, true, false, true},
    {"SCRAM-SHA-1-PLUS", FORM_SHA1, true, true, false},
    {"SCRAM-SHA-1", FORM_SHA1, true, false, true},
    {"CRAM-MD5", FORM_PASSWORD, false, false, false},
    {"PLAIN", 0, true, false, false},
    {"LOGIN", 0, false, false, false},
};
enum { MECHANISMS = sizeof mechanisms / sizeof *mechanisms };

static bool is_usable(const struct drive_sasl *sasl, const struct mechanism *m)
{
    return (sasl->users->forms & m->needs) == m->needs;
}

const struct mechanism *sasl_mechanism(const struct drive_sasl *sasl, smtp_span name)
{
    for (size_t i = 0; i < MECHANISMS; i++)
        if (smtp_span_is_nocase(name, smtp_span_of(mechanisms[i].name)))
            return is_usable(sasl, &mechanisms[i]) ? &mechanisms[i] : NULL;
    return NULL;
}

static bool is_offered(const struct mechanism *m, enum drive_offer offer)
{
    switch (offer) {
    case DRIVE_OFFER_TLS:
        return true;
    case DRIVE_OFFER_CLEAR:
        return m->in_clear;
    case DRIVE_OFFER_CLEAR_ALL:
        return !m->plus;
    }
    return false;
}

static void list_offer(struct drive_sasl *sasl, enum drive_offer offer)
{
    smtp_room room = {sasl->offers[offer], sizeof sasl->offers[offer] - 1};
    size_t n = 0;
    for (size_t i = 0; i < MECHANISMS; i++) {
        if (!is_usable(sasl, &mechanisms[i]) || !is_offered(&mechanisms[i], offer))
            continue;
        if (n > 0)
            smtp_room_put(room, &n, SMTP_SPAN(" "));
        smtp_room_put(room, &n, smtp_span_of(mechanisms[i].name));
    }
}

struct drive_sasl *drive_sasl_new(const struct drive_users *users, struct drive_worker *worker,
                                  const char **why)
{
    struct drive_sasl *sasl = calloc(1, sizeof *sasl);
    *why = "no memory";
    if (sasl == NULL)
        return NULL;
    int result = gsasl_init(&sasl->gsasl);
    if (result != GSASL_OK) {
        *why = gsasl_strerror(result);
        free(sasl);
        return NULL;
    }
    gsasl_callback_set(sasl->gsasl, exchange_asked);
    sasl->users = users;
    sasl->worker = worker;
    list_offer(sasl, DRIVE_OFFER_TLS);
    list_offer(sasl, DRIVE_OFFER_CLEAR);
    list_offer(sasl, DRIVE_OFFER_CLEAR_ALL);
    return sasl;
}

void drive_sasl_free(struct drive_sasl *sasl)
{
    if (sasl == NULL)
        return;
    gsasl_done(sasl->gsasl);
    free(sasl);
}

const char *drive_sasl_offer(const struct drive_sasl *sasl, enum drive_offer offer)
{
    return sasl->offers[offer];
}
