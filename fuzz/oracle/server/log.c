#include "oracle/server/play.h"

#include <stdio.h>
#include <string.h>

/* Without padding, so that equal events are equal octets. */
struct entry {
    const char
        *state; /* in front of the event: a literal, so that equal names are equal pointers */
    uint64_t fault_off, size;
    uint32_t n; /* octets that follow: the command line, or the text */
    uint32_t lax;
    uint16_t kind, verb, fault, recipient;
};

static void put(struct server_log *log, const void *octets, size_t n)
{
    smtp_room_put((smtp_room){log->octets, sizeof log->octets}, &log->n, (smtp_span){octets, n});
}

static void begin(struct server_log *log, const struct smtp_event *ev, enum smtp_state before,
                  size_t n)
{
    struct entry e = {.state = smtp_state_name(before),
                      .fault_off = ev->fault_off,
                      .size = ev->size,
                      .n = (uint32_t)n,
                      .lax = ev->lax_used,
                      .kind = (uint16_t)ev->kind,
                      .verb = (uint16_t)ev->cmd.verb,
                      .fault = (uint16_t)ev->fault,
                      .recipient = (uint16_t)ev->recipient};
    put(log, &e, sizeof e);
}

/* Neighbouring BODY events are one (law 5). */
static void join(struct server_log *log, const struct smtp_event *ev, enum smtp_state before)
{
    struct entry e;
    if (log->body == SIZE_MAX) {
        log->body = log->n;
        begin(log, ev, before, 0);
    }
    if (log->body + sizeof e <= sizeof log->octets) {
        memcpy(&e, log->octets + log->body, sizeof e);
        e.n += (uint32_t)ev->bytes.n;
        memcpy(log->octets + log->body, &e, sizeof e);
    }
    put(log, ev->bytes.p, ev->bytes.n);
}

void server_log_event(struct server_log *log, const struct smtp_event *ev, enum smtp_state before)
{
    if (ev->kind == SMTP_EV_INJECTED)
        return; /* how many were here already depends on the segments */
    if (ev->kind == SMTP_EV_BODY) {
        join(log, ev, before);
        return;
    }
    log->body = SIZE_MAX;
    begin(log, ev, before, ev->cmd.line.n);
    put(log, ev->cmd.line.p, ev->cmd.line.n);
}

void server_log_print(const struct server_log *log)
{
    size_t n = log->n < sizeof log->octets ? log->n : sizeof log->octets;
    struct entry e;
    for (size_t at = 0; at + sizeof e <= n; at += sizeof e + e.n) {
        memcpy(&e, log->octets + at, sizeof e);
        size_t left = n - at - sizeof e;
        fprintf(stderr, "  %s: event %u %s %s @%llu size %llu lax %x rcpt %u: %.*s\n", e.state,
                e.kind, smtp_verb_name((enum smtp_verb)e.verb),
                smtp_fault_row((enum smtp_fault)e.fault)->symbol, (unsigned long long)e.fault_off,
                (unsigned long long)e.size, e.lax, e.recipient, (int)(e.n < left ? e.n : left),
                log->octets + at + sizeof e);
    }
}
