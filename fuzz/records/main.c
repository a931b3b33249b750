/*
 * NAME
 *     smtpfuzz-records: records as text and back
 *
 * SYNOPSIS
 *     smtpfuzz-records to-text [--server] FILE        records.h says what the text is
 *     smtpfuzz-records to-records FILE
 *
 * DESCRIPTION
 *     Writes to standard output; FILE may be "-". --server marks the peer's lines S, for inputs of
 *     the client's targets. Ends 0; 1: the file cannot be read, or a line is none (FILE:LINE: why); 64:
 *     usage.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "records/records.h"

enum { USAGE = 64 };

static const char usage[] = "usage: smtpfuzz-records to-text [--server] FILE\n"
                            "       smtpfuzz-records to-records FILE\n"
                            "Prints fuzz input as text, or makes it of text. FILE may be -.\n";

static void *grow(void *old, size_t n)
{
    void *p = realloc(old, n);
    if (p == NULL) {
        fprintf(stderr, "smtpfuzz-records: no memory\n");
        exit(EXIT_FAILURE);
    }
    return p;
}

static smtp_room read_all(const char *path)
{
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    char *octets = NULL;
    size_t n = 0, got = 1;
    while (f != NULL && got > 0) {
        octets = grow(octets, n + 65536);
        got = fread(octets + n, 1, 65536, f);
        n += got;
    }
    if (f == NULL || ferror(f)) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(EXIT_FAILURE);
    }
    if (f != stdin)
        fclose(f);
    return (smtp_room){octets, n};
}

static int write_all(smtp_room octets)
{
    bool ok = fwrite(octets.p, 1, octets.n, stdout) == octets.n && fflush(stdout) == 0;
    free(octets.p);
    if (!ok)
        fprintf(stderr, "smtpfuzz-records: %s\n", strerror(errno));
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int to_text(smtp_span in, char who)
{
    smtp_room out = {NULL, records_print(in, who, (smtp_room){NULL, 0})};
    out.p = grow(NULL, out.n + 1);
    (void)records_print(in, who, out);
    return write_all(out);
}

static int to_records(const char *path, smtp_span in)
{
    smtp_room out = {NULL, 0};
    struct records_error error;
    if (!records_parse(in, out, &out.n, &error)) {
        fprintf(stderr, "%s:%zu: %s\n", path, error.line, error.why);
        return EXIT_FAILURE;
    }
    out.p = grow(NULL, out.n + 1);
    bool again = records_parse(in, out, &out.n, &error);
    return again ? write_all(out) : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    bool server = argc == 4 && strcmp(argv[2], "--server") == 0;
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return EXIT_SUCCESS;
    }
    if (argc != 3 && !server) {
        fputs(usage, stderr);
        return USAGE;
    }
    const char *path = argv[argc - 1];
    bool text = strcmp(argv[1], "to-text") == 0;
    if (!text && (server || strcmp(argv[1], "to-records") != 0)) {
        fputs(usage, stderr);
        return USAGE;
    }
    smtp_room file = read_all(path);
    smtp_span in = {file.p, file.n};
    int status = text ? to_text(in, server ? 'S' : 'C') : to_records(path, in);
    free(file.p);
    return status;
}
