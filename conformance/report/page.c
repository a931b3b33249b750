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

bool page_write(FILE *to, const struct page *page, bool (*put)(FILE *to, const void *arg),
                const void *arg)
{
    char *json = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&json, &size);
    if (memory == NULL)
        return false;
    bool ok = put(memory, arg);
    ok = fclose(memory) == 0 && ok;
    if (ok) {
        fwrite(page->head, 1, page->head_size, to);
        page_put_json(to, (smtp_span){json, size});
        fwrite(page->tail, 1, page->tail_size, to);
    }
    free(json);
    return ok && fflush(to) == 0 && ferror(to) == 0;
}
