#include "records/records.h"

#include <string.h>

const char *records_mark(const struct record *r)
{
    switch (r->kind) {
    case RECORD_WRITE:
        return r->cut ? "@cut" : NULL;
    case RECORD_TLS:
        return "@tls";
    case RECORD_TLS_FAILS:
        return "@tls-fails";
    case RECORD_WAIT:
        return "@pause";
    case RECORD_REFUSE:
        return "@refuse";
    case RECORD_DEFER:
        return "@defer";
    case RECORD_CLOSE:
        return "@shutdown";
    case RECORD_HANG_UP:
        return "@close";
    case RECORD_REPLY:
        return "@reply";
    case RECORD_STOP:
        return "@stop";
    case RECORD_BUSY:
        return "@busy";
    case RECORD_MODE:
        return "@mode";
    }
    return NULL;
}

static char letter(enum record_kind kind)
{
    switch (kind) {
    case RECORD_WRITE:
        return 'c';
    case RECORD_TLS:
        return 't';
    case RECORD_TLS_FAILS:
        return 'f';
    case RECORD_WAIT:
        return 'w';
    case RECORD_REFUSE:
        return 'r';
    case RECORD_DEFER:
        return 'd';
    case RECORD_CLOSE:
        return 'q';
    case RECORD_HANG_UP:
        return 'x';
    case RECORD_REPLY:
        return 'a';
    case RECORD_STOP:
        return 's';
    case RECORD_BUSY:
        return 'b';
    case RECORD_MODE:
        return 'm';
    }
    return '\0';
}

static void put_octets(smtp_room to, size_t *at, smtp_span octets)
{
    for (size_t i = 0; i < octets.n; i++) {
        smtp_span one = smtp_span_cut(octets, i, i + 1);
        smtp_room_put(to, at, one);
        if ((unsigned char)one.p[0] == 0xff)
            smtp_room_put(to, at, one);
    }
}

void record_put(smtp_room to, size_t *at, const struct record *r)
{
    char mark[3] = {(char)0xff, letter(r->kind), (char)r->n};
    put_octets(to, at, r->octets);
    if (r->kind != RECORD_WRITE || r->cut)
        smtp_room_put(to, at, (smtp_span){mark, record_is_counted(r->kind) ? 3 : 2});
}
