#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trace_view.h"

enum { HEADER_MAX = 16 * 1024 * 1024 };

/* How the first line ends: that is how all lines of the file do. */
struct reading {
    FILE *header, *lines;
    bool any, crlf;
    struct trace_line next;
};

static bool ends_in_crlf(const char *line, size_t n)
{
    return n >= 2 && line[n - 2] == '\r' && line[n - 1] == '\n';
}

static void put_line(struct reading *r, const char *line, size_t n, bool convert)
{
    fwrite(&r->next, sizeof r->next, 1, r->lines);
    fwrite(line, 1, convert ? n - 1 : n, r->header);
    fputs(convert ? "\r\n" : "", r->header);
    r->next.header += n + (convert ? 1 : 0);
    r->next.file += n;
}

/* False: the line is empty, the header section has ended. */
static bool take(struct reading *r, const char *line, size_t n)
{
    bool lf = line[n - 1] == '\n', crlf = ends_in_crlf(line, n);
    if (!r->any)
        r->crlf = crlf;
    r->any = true;
    put_line(r, line, n, lf && !crlf && !r->crlf);
    return !(crlf && n == 2) && !(lf && n == 1 && !r->crlf);
}

/* A line with its LF; what has none within HEADER_MAX octets is too much anyway. 0: the end. */
static size_t read_line(FILE *from, char *to)
{
    size_t n = 0;
    for (int octet; n < HEADER_MAX && (octet = getc(from)) != EOF;) {
        to[n++] = (char)octet;
        if (octet == '\n')
            break;
    }
    return n;
}

static const char *read_lines(struct reading *r, FILE *from)
{
    char *line = malloc(HEADER_MAX);
    if (line == NULL)
        return "no memory";
    errno = 0;
    for (size_t n; r->next.file <= HEADER_MAX && (n = read_line(from, line)) > 0;)
        if (!take(r, line, n))
            break;
    free(line);
    if (ferror(from))
        return strerror(errno);
    return r->next.file > HEADER_MAX ? "the header section has more than 16 MiB" : NULL;
}

/* NULL, or that there was no memory for what was written. */
static const char *close_stream(FILE *stream)
{
    return stream != NULL && fclose(stream) == 0 ? NULL : "no memory";
}

const char *trace_file_read(struct trace_file *file, FILE *from)
{
    memset(file, 0, sizeof *file);
    struct reading r = {.header = open_memstream(&file->header, &file->header_n),
                        .lines = open_memstream(&file->lines, &file->lines_n)};
    const char *why = NULL;
    if (r.header != NULL && r.lines != NULL)
        why = read_lines(&r, from);
    const char *header = close_stream(r.header), *lines = close_stream(r.lines);
    if (why == NULL)
        why = header != NULL ? header : lines;
    return why;
}

void trace_file_free(struct trace_file *file)
{
    free(file->header);
    free(file->lines);
}

/* The LF of a line that got a CR is one octet further in the header section than in the file. */
struct trace_place trace_file_place(const struct trace_file *file, size_t at)
{
    size_t low = 0, high = file->lines_n / sizeof(struct trace_line);
    struct trace_line line = {0, 0}, middle;
    while (high - low > 1) {
        size_t half = low + (high - low) / 2;
        memcpy(&middle, file->lines + half * sizeof middle, sizeof middle);
        if (middle.header <= at)
            low = half;
        else
            high = half;
    }
    memcpy(&line, file->lines + low * sizeof line, sizeof line);
    return (struct trace_place){.octet = line.file + (at - line.header), .line = low + 1};
}
