#include "connection.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wire.h"

enum { KNOWN = 32 };

/* AFL++'s fork server, where the program has one: everything up to here is done once. */
__attribute__((weak)) void __afl_manual_init(void); /* NOLINT: its name */

static struct {
    struct kit_wire wire;
    char input[KIT_MOST];
    int out;    /* the file in memory */
    off_t seen; /* octets of it that the wire has */
    bool began, over;
} connection = {.out = -1};

static struct kit_subject subject = {.side = KIT_SERVER, .once = true};

/* What the environment asks for, kept before the server clears it. */
static struct {
    int input;    /* descriptor; -1: nothing is wanted */
    int complain; /* where oracles speak */
    char known[1024];
    bool no_fork;
} wanted = {.input = -1};

__attribute__((constructor)) static void read_environment(void)
{
    const char *input = getenv("KIT_INPUT");
    if (input != NULL) {
        /* kept open: servers give up rights, change their folder, and turn away their own stdin */
        wanted.input = strcmp(input, "-") == 0 ? dup(STDIN_FILENO) : open(input, O_RDONLY);
        wanted.complain = dup(STDERR_FILENO);
        if (wanted.input < 0) {
            perror(input);
            abort();
        }
    }
    const char *known = getenv("KIT_KNOWN");
    snprintf(wanted.known, sizeof wanted.known, "%s", known == NULL ? "" : known);
    wanted.no_fork = getenv("KIT_NO_FORK") != NULL;
}

bool connection_wanted(void)
{
    return wanted.input >= 0;
}

bool connection_takes_fork(void)
{
    static bool taken;
    bool takes = connection.began && wanted.no_fork && !taken;
    taken = taken || takes;
    return takes;
}

bool connection_began(void)
{
    return connection.began;
}

static size_t read_all(int fd)
{
    size_t n = 0;
    for (ssize_t got = 1; got > 0 && n<sizeof connection.input; n += got> 0 ? (size_t)got : 0)
        got = read(fd, connection.input + n, sizeof connection.input - n);
    return n;
}

static const char *const *known_rules(void)
{
    static const char *rules[KNOWN + 1];
    size_t n = 0;
    for (char *at = wanted.known; n < KNOWN && *at != '\0';) {
        char *end = at + strcspn(at, " ");
        bool last = *end == '\0';
        *end = '\0';
        if (end > at)
            rules[n++] = at;
        at = last ? end : end + 1;
    }
    return rules;
}

/* The server comes back for another connection: this one is over, in us or in the child that has it. */
static _Noreturn void over(void)
{
    int status = 0;
    connection_end();
    while (wait(&status) > 0)
        if (WIFSIGNALED(status))
            raise(WTERMSIG(status));
    _exit(0);
}

int connection_accept(void)
{
    if (connection.began)
        over();
    if (__afl_manual_init != NULL)
        __afl_manual_init();
    connection.out = memfd_create("connection", 0);
    if (connection.out < 0)
        abort();
    dup2(wanted.complain, STDERR_FILENO);
    subject.name = "the server";
    subject.known = known_rules();
    smtp_span input = {connection.input, read_all(wanted.input)};
    kit_wire_begin(&connection.wire, &subject, input, false);
    connection.began = true;
    atexit(connection_end);
    return dup(connection.out); /* ours stays open */
}

bool connection_is(int fd)
{
    struct stat a, b;
    return connection.out >= 0 && fstat(fd, &a) == 0 && fstat(connection.out, &b) == 0 &&
           a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* What the server has written since. */
static void take_output(void)
{
    char piece[4096];
    for (ssize_t n; (n = pread(connection.out, piece, sizeof piece, connection.seen)) > 0;
         connection.seen += n)
        kit_write(&connection.wire, piece, (size_t)n);
}

ssize_t connection_read(void *room, size_t n)
{
    take_output();
    return (ssize_t)kit_read(&connection.wire, room, n);
}

bool connection_ready(void)
{
    return kit_ready(&connection.wire);
}

void connection_end(void)
{
    if (!connection.began || connection.over)
        return;
    connection.over = true;
    take_output();
    kit_wire_end(&connection.wire);
}
