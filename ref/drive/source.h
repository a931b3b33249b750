/*
 * NAME
 *     source.h: what the text of a message asks of a server
 */
#ifndef DRIVE_SOURCE_H
#define DRIVE_SOURCE_H

#include "drive/submit.h"

struct source_facts {
    uint64_t size;
    bool eight;  /* octets above 127 */
    bool binary; /* CR or LF that is not part of a CRLF */
    bool open;   /* the last line has no end */
};

/* Reads all of it; false: it cannot be read. */
SMTP_CHECK bool source_look(struct drive_source *source, struct source_facts *facts);

/* Says so in the parameters of MAIL. */
void source_declare(const struct source_facts *facts, struct smtp_mail_params *params);

#endif
