/*
 * NAME
 *     page.c: results in a page of HTML
 */
#include "report/page.h"

#include <stdlib.h>
#include <string.h>

/* What stands for the octets at the front, and how many they are; NULL: they stand for themselves. */
static const char *replacement(const char *p, size_t n, size_t *taken)
{
    *taken = 1;
    switch (*p) {
    case '<':
        return "\\u003c";
    case '>':
        return "\\u003e";
    case '&':
        return "\\u0026";
    case '\xe2': /* U+2028 and U+2029 end a line of a script, though not one of JSON */
        if (n < 3 || p[1] != '\x80' || (p[2] != '\xa8' && p[2] != '\xa9'))
            return NULL;
        *taken = 3;
        return p[2] == '\xa8' ? "\\u2028" : "\\u2029";
    default:
        return NULL;
    }
}

void page_put_json(FILE *to, smtp_span json)
{
    size_t from = 0, taken;
    for (size_t i = 0; i < json.n; i += taken) {
        const char *other = replacement(json.p + i, json.n - i, &taken);
        if (other == NULL)
            continue;
        fwrite(json.p + from, 1, i - from, to);
        fputs(other, to);
        from = i + taken;
    }
    fwrite(json.p + from, 1, json.n - from, to);
}

/* By pieces: results of a target that talks for ever are more than has to stand in memory. */
static void put_pieces(FILE *to, FILE *json)
{
    char piece[16384];
    size_t n = 0, got;
    while ((got = fread(piece + n, 1, sizeof piece - n, json)) > 0) {
        size_t whole = n += got;
        while (whole > 0 && (piece[whole - 1] & 0x80) != 0) /* no character is cut in two */
            whole--;
        if (whole == 0)
            whole = n;
        page_put_json(to, (smtp_span){piece, whole});
        memmove(piece, piece + whole, n -= whole);
    }
    page_put_json(to, (smtp_span){piece, n});
}

bool page_write(FILE *to, const struct page *page, bool (*put)(FILE *to, const void *arg),
                const void *arg)
{
    FILE *json = tmpfile();
    if (json == NULL)
        return false;
    bool ok = put(json, arg) && fseek(json, 0, SEEK_SET) == 0;
    if (ok) {
        fwrite(page->head, 1, page->head_size, to);
        put_pieces(to, json);
        fwrite(page->tail, 1, page->tail_size, to);
    }
    ok = ok && ferror(json) == 0;
    fclose(json);
    return ok && fflush(to) == 0 && ferror(to) == 0;
}
