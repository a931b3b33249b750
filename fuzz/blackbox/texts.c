/*
 * NAME
 *     texts.c: texts with neighbours of the end of data
 */
#include "blackbox/words.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

static void put(struct words *w, smtp_span octets)
{
    if (!octets_add(w->to, octets))
        w->lost = true;
}

/* Each is one thing to one reader and another to the next (RFC 5321 4.1.1.4, 2.3.8). */
static const smtp_span neighbours[] = {
    {"\n.\n", 3},       {"\n.\r\n", 4},       {"\r\n.\n", 4},     {"\r.\r", 3},
    {"\r\n.\r", 4},     {"\r.\r\n", 4},       {"\n.\r", 3},       {"\r\n..\r\n", 6},
    {"\r\n.x\r\n", 6},  {"\r\n. \r\n", 6},    {"\r\n.\0\r\n", 6}, {"\r\n\0.\r\n", 6},
    {"\r\n.\r\0\n", 6}, {"\r\r\n.\r\r\n", 7}, {"\n\n.\n\n", 5},   {"\r\n.\t\r\n", 6},
    {"\r\n.\r\r\n", 6}, {"\r\n...\r\n", 7},   {"\x85.\x85", 3},   {"\x0b.\x0b", 3},
};

/* What a text must not be taken for; harmless where it is. */
static const char *const commands[] = {"RSET\r\n", "NOOP\r\n", "VRFY x\r\n", "XYZZY\r\n",
                                       "HELP\r\n"};

static const char *const lines[] = {
    "Subject: x\r\n",
    "\r\n",
    "a\r\n",
    "From: <a@example.org>\r\n",
    "\xc3\xb6\r\n",
    "\t\r\n",
    "a b c d e f g\r\n",
    "Received: x\r\n",
    "-- \r\n",
    "BDAT 10 LAST\r\n",
    "QUIT\r\n",
};

static void neighbour(struct words *w)
{
    put(w, neighbours[chance_below(w->chance, COUNT(neighbours))]);
    if (chance_percent(w->chance, 70))
        words_put(w, commands[chance_below(w->chance, COUNT(commands))]);
}

/* A short string over the octets that matter. */
static void stray(struct words *w)
{
    static const char octets[] = {'\r', '\n', '.', '\0', 'x', '.'};
    size_t n = 2 + chance_below(w->chance, 7);
    for (size_t i = 0; i < n; i++)
        put(w, (smtp_span){&octets[chance_below(w->chance, sizeof octets)], 1});
    words_put(w, commands[chance_below(w->chance, COUNT(commands))]);
}

/* RFC 5321 4.5.3.1.6: a line of 1,000 octets, and a little more or less. */
static void long_line(struct words *w)
{
    size_t n = 994 + chance_below(w->chance, 10);
    for (size_t i = 0; i < n; i++)
        words_put(w, "t");
    words_put(w, "\r\n");
}

/* A period behind CRLF (or the start) and in front of CRLF, or of the end of the text, gets company. */
static void break_ends(struct words *w, size_t from)
{
    char *p = w->to->p;
    for (size_t i = from; i < w->to->n; i++) {
        bool begins = i == from || (i >= from + 2 && p[i - 1] == '\n' && p[i - 2] == '\r');
        size_t left = w->to->n - i;
        bool ends = left < 3 || (p[i + 1] == '\r' && p[i + 2] == '\n');
        if (p[i] == '.' && begins && ends)
            p[i] = 'x';
    }
}

void words_text(struct words *w, bool by_dots)
{
    size_t from = w->to->n, parts = chance_below(w->chance, 6);
    words_put(w, "Subject: x\r\n\r\nx");
    for (size_t i = 0; i < parts; i++) {
        size_t kind = chance_below(w->chance, 10);
        if (kind < 4)
            neighbour(w);
        else if (kind < 6)
            stray(w);
        else if (kind < 9)
            words_put(w, lines[chance_below(w->chance, COUNT(lines))]);
        else
            long_line(w);
    }
    if (by_dots && !w->lost)
        break_ends(w, from);
}
