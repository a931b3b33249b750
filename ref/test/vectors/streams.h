/*
 * NAME
 *     streams.h: verdicts over streams, the same for every segmentation
 *
 * DESCRIPTION
 *     line      command lines: a word for each, "accept" or FAULT@offset, "more" for a rest
 *     data      what follows 354: "accept", or the fault of a text that ended, or "more"; then, where
 *               octets are left, "+N"
 *     replies   what a client reads: a code for each reply, the fault and the place in its line for a line that
 *               is none, "more" for a rest
 *     received  Received fields, one behind the other: "accept" or FAULT@offset, which ends it
 *     session   what a server answers to the octets of a client: the codes of its replies
 *     Each writes the verdict and says true, or false when two segmentations differ.
 */
#ifndef STREAMS_H
#define STREAMS_H

#include "smtp/server.h"

struct verdict {
    char text[4096];
    size_t n;
};

/* The lengths of pieces that are tried: all up to a long line's, then doubled. */
size_t stream_step_after(size_t step);

bool stream_lines(smtp_span in, unsigned lax, struct verdict *out);

bool stream_replies(smtp_span in, struct verdict *out);

void stream_received(smtp_span in, struct verdict *out);

/* `text`: what was delivered. */
bool stream_data(smtp_span in, unsigned lax, struct verdict *out, smtp_room text, size_t *n);

bool stream_session(smtp_span in, const struct smtp_server_config *config, struct verdict *out);

#endif
