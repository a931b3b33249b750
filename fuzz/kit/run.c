#include <string.h>

#include "fuzz.h"
#include "records/records.h"
#include "wire.h"

static void play(struct kit_wire *w, const struct kit_subject *subject, smtp_span input,
                 bool bytewise)
{
    kit_wire_begin(w, subject, input, bytewise);
    subject->play(subject->arg, w);
    kit_wire_end(w);
}

/* Where two logs part, or the length of both. */
static size_t first_difference(const struct kit_log *a, const struct kit_log *b)
{
    size_t n = 0;
    while (n < a->n && n < b->n && a->p[n] == b->p[n])
        n++;
    return n;
}

static void play_loop(struct kit_wire *w, const struct kit_subject *subject, smtp_span input)
{
    kit_wire_begin(w, subject, input, false);
    kit_server_begin(w);
    subject->play(subject->arg, w);
    kit_server_end(w);
    kit_wire_end(w);
}

int kit_run(const struct kit_subject *subject, const uint8_t *data, size_t size)
{
    static struct kit_wire whole, split;
    smtp_span input = {(const char *)data, size};
    if (size > KIT_MOST)
        return 0;
    if (record_mode(&input) % 2 == 1 && subject->side == KIT_CLIENT) {
        play_loop(&whole, subject, input);
        return 0;
    }
    play(&whole, subject, input, false);
    if (subject->once)
        return 0;
    play(&split, subject, input, true);
    size_t at = first_difference(&whole.log, &split.log);
    FUZZ_CHECK(at == whole.log.n && at == split.log.n, "split-invariance",
               "%s, at octet %zu of what it wrote:\n%.*s\nand octet by octet:\n%.*s", subject->name,
               at, (int)whole.log.n, whole.log.p, (int)split.log.n, split.log.p);
    return 0;
}
