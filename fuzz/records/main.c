/*
 * NAME
 *     smtpfuzz-records: records as text and back
 *
 * SYNOPSIS
 *     smtpfuzz-records to-text [--server] FILE        records.h says what the text is
 *     smtpfuzz-records to-records FILE
 *     smtpfuzz-records to-records --into FOLDER FILE...
 *     smtpfuzz-records to-scenario FILE               of an input of the target server
 *
 * DESCRIPTION
 *     Writes to standard output, or files of the same names; FILE may be "-". --server marks the peer's
 *     lines S, for inputs of the client's targets. Ends 0; 1: the file cannot be read, or a line is none (FILE:LINE: why); 64:
 *     usage.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oracle/server/scenario.h"
#include "records/records.h"

enum { USAGE = 64 };

static const char usage[] =
    "usage: smtpfuzz-records to-text [--server] FILE\n"
    "       smtpfuzz-records to-records FILE\n"
    "       smtpfuzz-records to-records --into FOLDER FILE...\n"
    "       smtpfuzz-records to-scenario FILE\n"
    "Prints fuzz input as text, or makes it of text; or plays one of the target server\n"
    "and prints it as a scenario. FILE may be -.\n";

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

static int write_all(FILE *f, smtp_room octets)
{
    bool ok = f != NULL && fwrite(octets.p, 1, octets.n, f) == octets.n && fflush(f) == 0;
    free(octets.p);
    if (!ok)
        fprintf(stderr, "smtpfuzz-records: %s\n", strerror(errno));
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int to_text(const char *path, char who)
{
    smtp_room file = read_all(path);
    smtp_span in = {file.p, file.n};
    smtp_room out = {NULL, records_print(in, who, (smtp_room){NULL, 0})};
    out.p = grow(NULL, out.n + 1);
    (void)records_print(in, who, out);
    free(file.p);
    return write_all(stdout, out);
}

static int to_records(const char *path, FILE *f)
{
    smtp_room file = read_all(path), out = {NULL, 0};
    smtp_span in = {file.p, file.n};
    struct records_error error;
    bool good = records_parse(in, out, &out.n, &error);
    if (good) {
        out.p = grow(NULL, out.n + 1);
        good = records_parse(in, out, &out.n, &error);
    }
    free(file.p);
    if (good)
        return write_all(f, out);
    fprintf(stderr, "%s:%zu: %s\n", path, error.line, error.why);
    return EXIT_FAILURE;
}

static int to_folder(const char *folder, char **paths, int count)
{
    int status = EXIT_SUCCESS;
    for (int i = 0; i < count && status == EXIT_SUCCESS; i++) {
        char path[4096];
        const char *slash = strrchr(paths[i], '/');
        int n = snprintf(path, sizeof path, "%s/%s", folder, slash != NULL ? slash + 1 : paths[i]);
        FILE *f = n > 0 && (size_t)n < sizeof path ? fopen(path, "wb") : NULL;
        status = to_records(paths[i], f);
        if (f != NULL && fclose(f) != 0)
            status = EXIT_FAILURE;
    }
    return status;
}

static int to_scenario(const char *path)
{
    smtp_room file = read_all(path);
    const char *slash = strrchr(path, '/');
    bool good = server_scenario_print((smtp_span){file.p, file.n}, slash != NULL ? slash + 1 : path,
                                      stdout);
    free(file.p);
    if (!good)
        fprintf(stderr, "%s: longer than the target takes\n", path);
    return good && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && is(argv[1], "--help")) {
        fputs(usage, stdout);
        return EXIT_SUCCESS;
    }
    if (argc == 3 && is(argv[1], "to-text"))
        return to_text(argv[2], 'C');
    if (argc == 4 && is(argv[1], "to-text") && is(argv[2], "--server"))
        return to_text(argv[3], 'S');
    if (argc == 3 && is(argv[1], "to-records"))
        return to_records(argv[2], stdout);
    if (argc == 3 && is(argv[1], "to-scenario"))
        return to_scenario(argv[2]);
    if (argc > 4 && is(argv[1], "to-records") && is(argv[2], "--into"))
        return to_folder(argv[3], argv + 4, argc - 4);
    fputs(usage, stderr);
    return USAGE;
}
