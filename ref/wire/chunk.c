#include "smtp/wire.h"

/* RFC 3030 2: the octet count ends a chunk, and nothing that stands in it. */
enum smtp_step smtp_chunk_next(uint64_t *left, smtp_span *in, smtp_span *out)
{
    *out = (smtp_span){in->p, 0};
    if (*left == 0)
        return SMTP_STEP_END;
    if (in->n == 0)
        return SMTP_STEP_MORE;
    out->n = in->n < *left ? in->n : (size_t)*left;
    in->p += out->n;
    in->n -= out->n;
    *left -= out->n;
    return SMTP_STEP_DATA;
}
