/* What stands between the octets of a conversation: see records/records.h. */
#include "mutator_parts.h"

static bool is_mark(const struct edit *e, const struct unit *u, const char *letters)
{
    if (!u->mark || u->n < 2)
        return false;
    for (; *letters != '\0'; letters++)
        if (e->p[u->at + 1] == *letters)
            return true;
    return false;
}

static bool is_cut(const struct edit *e, const struct unit *u)
{
    return is_mark(e, u, "c");
}

static bool is_outcome(const struct edit *e, const struct unit *u)
{
    return is_mark(e, u, "rdqt"); /* 't' is an outcome, too: of a handshake, of a decision */
}

static bool is_tls(const struct edit *e, const struct unit *u)
{
    return is_mark(e, u, "tf");
}

static bool is_wait(const struct edit *e, const struct unit *u)
{
    return is_mark(e, u, "wb") && u->n == 3;
}

static bool is_hang_up(const struct edit *e, const struct unit *u)
{
    return is_mark(e, u, "xs");
}

static bool put_mark(struct edit *e, size_t at, char letter)
{
    char mark[] = {(char)0xff, letter};
    return edit_replace(e, at, 0, (smtp_span){mark, sizeof mark});
}

static bool put_number(struct edit *e, size_t at, char letter, size_t n)
{
    char mark[] = {(char)0xff, letter, (char)(unsigned char)n};
    return edit_replace(e, at, 0, (smtp_span){mark, sizeof mark});
}

static bool take(struct edit *e, const struct unit *u)
{
    return u->n < e->n && edit_replace(e, u->at, u->n, (smtp_span){NULL, 0});
}

bool edit_write_cut(struct edit *e)
{
    struct unit line;
    return unit_line(e, &line) && put_mark(e, line.at + edit_below(e, line.n + 1), 'c');
}

bool edit_write_merge(struct edit *e)
{
    struct unit cut;
    return unit_find(e, is_cut, &cut) && take(e, &cut);
}

bool edit_outcome(struct edit *e)
{
    static const char letters[] = {'r', 'd', 'q'};
    char letter = letters[edit_below(e, sizeof letters)];
    struct unit u;
    if (edit_once_in(e, 4))
        return put_number(e, unit_edge(e), 'a', edit_below(e, 32));
    if (!unit_find(e, is_outcome, &u) || edit_once_in(e, 3))
        return put_mark(e, unit_edge(e), letter);
    if (edit_once_in(e, 3))
        return take(e, &u);
    e->p[u.at + 1] = letter;
    return true;
}

bool edit_tls(struct edit *e)
{
    struct unit u;
    if (!unit_find(e, is_tls, &u))
        return put_mark(e, unit_edge(e), edit_once_in(e, 4) ? 'f' : 't');
    char letter = e->p[u.at + 1];
    if (edit_once_in(e, 3)) {
        e->p[u.at + 1] = letter == 't' ? 'f' : 't';
        return true;
    }
    return take(e, &u) && put_mark(e, unit_edge(e), letter);
}

/* RFC 5321 4.5.3.2: the deadlines are 2, 3, 5 and 10 minutes; the longest wait of one mark is 255 s. */
bool edit_time(struct edit *e)
{
    static const unsigned char seconds[] = {0, 1, 59, 60, 61, 119, 120, 121, 180, 240, 254, 255};
    size_t n = seconds[edit_below(e, sizeof seconds)];
    struct unit u;
    if (!unit_find(e, is_wait, &u) || edit_once_in(e, 2))
        return put_number(e, unit_edge(e), edit_once_in(e, 4) ? 'b' : 'w', n);
    if (edit_once_in(e, 4))
        return take(e, &u);
    e->p[u.at + 2] = (char)(unsigned char)n;
    return true;
}

static size_t modes_in_front(const struct edit *e)
{
    enum { MODES = 3 };
    struct unit u;
    size_t n = 0;
    while (n < MODES && unit_at(MUTATOR_RECORDS, (smtp_span){e->p, e->n}, 3 * n, &u) &&
           is_mark(e, &u, "m") && u.n == 3)
        n++;
    return n;
}

/* Targets read up to three of them, most as bits. */
bool edit_mode(struct edit *e)
{
    size_t n = edit_below(e, edit_once_in(e, 4) ? 256 : 16), modes = modes_in_front(e);
    size_t which = edit_once_in(e, 2) ? 0 : edit_below(e, modes + 1), at = 3 * which;
    if (which >= modes)
        return put_number(e, at, 'm', n);
    if (edit_once_in(e, 2))
        n = (unsigned char)e->p[at + 2] ^ (size_t)1 << edit_below(e, 8);
    e->p[at + 2] = (char)(unsigned char)n;
    return true;
}

bool edit_hang_up(struct edit *e)
{
    struct unit u;
    if (unit_find(e, is_hang_up, &u))
        return take(e, &u);
    return put_mark(e, unit_edge(e), edit_once_in(e, 3) ? 's' : 'x');
}
