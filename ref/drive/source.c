#include "source.h"

#include <string.h>

/* ---- memory -------------------------------------------------------------------------------- */

static bool memory_rewind(struct drive_source *source)
{
    ((struct drive_memory *)source)->at = 0;
    return true;
}

static size_t memory_read(struct drive_source *source, smtp_room to)
{
    struct drive_memory *m = (struct drive_memory *)source;
    smtp_span piece = smtp_span_cut(m->text, m->at, m->text.n);
    size_t n = piece.n < to.n ? piece.n : to.n;
    if (n > 0)
        memcpy(to.p, piece.p, n);
    m->at += n;
    return n;
}

void drive_memory_init(struct drive_memory *memory, smtp_span text)
{
    *memory = (struct drive_memory){{memory_rewind, memory_read}, text, 0};
}

/* ---- files --------------------------------------------------------------------------------- */

static bool file_rewind(struct drive_source *source)
{
    return fseek(((struct drive_file *)source)->file, 0, SEEK_SET) == 0;
}

static size_t file_read(struct drive_source *source, smtp_room to)
{
    struct drive_file *f = (struct drive_file *)source;
    size_t n = fread(to.p, 1, to.n, f->file);
    return n == 0 && ferror(f->file) != 0 ? SIZE_MAX : n;
}

void drive_file_init(struct drive_file *file, FILE *stream)
{
    *file = (struct drive_file){{file_rewind, file_read}, stream};
}

/* ---- what it is ---------------------------------------------------------------------------- */

/* RFC 5321 2.3.8: CR and LF stand in a text as CRLF only, but RFC 3030 3 lets them stand alone. */
static void look_at(struct source_facts *facts, smtp_span octets, bool *cr)
{
    for (size_t i = 0; i < octets.n; i++) {
        facts->binary = facts->binary || (octets.p[i] == '\n') != *cr;
        *cr = octets.p[i] == '\r';
        facts->eight = facts->eight || ((unsigned char)octets.p[i] & 0x80U) != 0;
    }
    facts->size += octets.n;
    facts->open = octets.n > 0 ? octets.p[octets.n - 1] != '\n' : facts->open;
}

bool source_look(struct drive_source *source, struct source_facts *facts)
{
    char octets[16384];
    bool cr = false;
    size_t n;
    *facts = (struct source_facts){.open = false};
    if (!source->rewind(source))
        return false;
    while ((n = source->read(source, (smtp_room){octets, sizeof octets})) != 0) {
        if (n == SIZE_MAX)
            return false;
        look_at(facts, (smtp_span){octets, n}, &cr);
    }
    facts->binary = facts->binary || cr;
    return true;
}

/* RFC 1870 3: octets with CRLF, without the end-of-data line; DATA ends the last line. */
void source_declare(const struct source_facts *facts, struct smtp_mail_params *params)
{
    params->given |= SMTP_P_SIZE;
    params->size = facts->size + (facts->open ? 2 : 0);
    if ((params->given & SMTP_P_BODY) != 0 || (!facts->binary && !facts->eight))
        return;
    params->given |= SMTP_P_BODY;
    params->body = facts->binary ? SMTP_BODY_BINARYMIME : SMTP_BODY_8BITMIME;
}
