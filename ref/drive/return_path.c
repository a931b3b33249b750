#include "return_path.h"

#include "smtp/chars.h"

enum phase { NAME, LINE, BODY };

static const char name[] = "return-path:";

static void pass(struct return_path *f)
{
    f->phase = LINE;
    f->cr = false;
}

/* One octet at the start of a line; false: it belongs to what comes now and is not taken. */
static bool take_name(struct return_path *f, char octet)
{
    if (f->held_n == 0 && (octet == ' ' || octet == '\t')) {
        pass(f);
        f->colon = true; /* RFC 5322 2.2.3: folded, it goes on with the field above */
        return false;
    }
    if (f->held_n == 0) {
        f->dropping = false;
        f->colon = false;
    }
    if (smtp_lower(octet) != name[f->held_n]) {
        pass(f);
        return false;
    }
    f->held[f->held_n++] = octet;
    if (f->held_n == RETURN_PATH_HELD) {
        f->held_n = 0;
        f->dropping = true;
        f->colon = true;
        pass(f);
    }
    return true;
}

/* Up to the end of the line, CRLF and no other (RFC 5321 2.3.8); returns how many octets. */
static size_t run_line(struct return_path *f, smtp_span in)
{
    for (size_t i = 0; i < in.n; i++) {
        bool ends = f->cr && in.p[i] == '\n';
        f->cr = in.p[i] == '\r';
        f->colon = f->colon || in.p[i] == ':';
        if (!ends)
            continue;
        f->phase = f->colon ? NAME : BODY;
        return i + 1;
    }
    return in.n;
}

static smtp_span let_go(struct return_path *f)
{
    smtp_span held = {f->held, f->held_n};
    f->held_n = 0;
    return held;
}

static bool next_run(struct return_path *f, smtp_span *in, smtp_span *out)
{
    *out = (smtp_span){in->p, 0};
    while (f->phase == NAME && in->n > 0 && take_name(f, in->p[0]))
        *in = smtp_span_cut(*in, 1, in->n);
    if (f->phase == NAME || in->n == 0)
        return false;
    if (f->held_n > 0) {
        *out = let_go(f);
        return true;
    }
    size_t n = f->phase == BODY ? in->n : run_line(f, *in);
    if (!f->dropping)
        *out = (smtp_span){in->p, n};
    *in = smtp_span_cut(*in, n, in->n);
    return true;
}

bool return_path_next(struct return_path *f, smtp_span *in, smtp_span *out)
{
    while (next_run(f, in, out))
        if (out->n > 0)
            return true;
    return false;
}

bool return_path_is_done(const struct return_path *f)
{
    return f->phase == BODY;
}

smtp_span return_path_end(struct return_path *f)
{
    return let_go(f);
}
