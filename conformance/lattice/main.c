/*
 * NAME
 *     smtpspec-lattice: writes the scenarios about the end of data
 *
 * SYNOPSIS
 *     smtpspec-lattice FOLDER
 *
 * DESCRIPTION
 *     One representative of each class of lattice.h goes into one of three tables, and each table
 *     into three files: in one write, octet by octet with a pause in front of the planted
 *     commands and one behind the first of them, and with each octet in a TLS record of its own.
 *
 *     exploitable   a sender that doubles dots, but lets bare CR and LF pass, can send it: who ends
 *                   the text there lets strangers write commands
 *     wrong         no such sender sends it; to end the text there breaks the same clauses
 *     ends          here the text does end
 *
 *     every-string is one text with all strings of six octets in it.
 *     Ends 0; 1 when the readers and the reference disagree or a file cannot be written.
 */
#include <stdio.h>
#include <string.h>

#include "lattice/lattice.h"

enum { SWEEP_ORDER = 6, SWEEP_ROOM = 32768, LINE = 48 };

struct group {
    const char *name, *title, *req, *tags;
    const char *early, *run; /* why it is no good */
    bool ends, let_through;
};

static const struct group groups[] = {
    {"exploitable", "not end the text at what a sender that doubles periods lets through",
     "R5321-4.1.1.4-i R5321-2.3.8-b R5321-4.1.1.4-c R5321-4.5.2-b", "tags: smuggling\n",
     "exploitable: the text ends here, and what follows is run as commands",
     "exploitable: content is run as commands, through any sender that lets it pass", false, true},
    {"wrong", "end the text at CRLF.CRLF only, even where nobody can exploit it",
     "R5321-2.3.8-b R5321-4.1.1.4-c R5321-4.5.2-b", "",
     "wrong: the text ends here, though no sender that doubles periods sends it",
     "wrong: content is run as commands, though no sender that doubles periods sends it", false,
     false},
    {"ends", "end the text at CRLF.CRLF, whatever stands in front of it",
     "R5321-4.1.1.4-c R5321-4.5.2-b R5321-3.3-v", "", NULL, NULL, true, true},
};

static const struct form {
    const char *name, *needs, *setup, *write;
    bool waits;
} forms[] = {
    {"", "", "use data\n", "C= ", false},
    {"-bytewise", "", "use data\n", "C= bytewise ", true},
    {"-tls", "needs: STARTTLS\n",
     "use hello\nC: STARTTLS\nS: 220\n@tls\nC: EHLO {me}\nS: 250\nC: MAIL FROM:<{from}>\nS: 250\n"
     "S| 530 => skip \"wants AUTH inside TLS: a run with --starttls and --auth shows it\"\n"
     "C: RCPT TO:<{rcpt}>\nS: 250 | 251\nC: DATA\nS: 354\n",
     "C= bytewise ", true},
};

static void print_name(FILE *f, const struct lattice_class *c)
{
    static const char *const names[LATTICE_ALPHABET] = {"cr", "lf", "dot", "nul", "x"};
    for (size_t i = 0; i < c->n; i++) {
        const char *at = memchr(lattice_alphabet, c->octets[i], LATTICE_ALPHABET);
        fprintf(f, "%s%s", i == 0 ? "" : "-", names[at - lattice_alphabet]);
    }
}

static void print_octets(FILE *f, const char *s, size_t n)
{
    static const char *const escapes[LATTICE_ALPHABET] = {"\\r", "\\n", ".", "\\x00", "x"};
    for (size_t i = 0; i < n; i++) {
        const char *at = memchr(lattice_alphabet, s[i], LATTICE_ALPHABET);
        fputs(escapes[at - lattice_alphabet], f);
    }
}

static void print_head(FILE *f, const char *title, const char *req, const char *tags)
{
    fprintf(f, "server must: %s\n# written by smtpspec-lattice\nreq: %s\neffect: hostile\n%s",
            title, req, tags);
}

/* What comes behind the planted commands: one reply, and to QUIT one more. */
static void print_end(FILE *f, const char *fail)
{
    fprintf(f,
            "S: 250 | 5yz\nS| 421 => pass \"hangs up on it\"\n"
            "S| close => inconclusive \"hangs up on it without a reply\"\nS| 4yz\n"
            "C: QUIT\nS: 221\nS| close => pass \"hangs up on it\"\n"
            "S| 2yz | 3yz => fail \"%s\"\n"
            "S| 5yz => fail \"ends the text too early and refuses the rest as commands\"\n",
            fail);
}

/* The piece in writes of its own, and then nothing: who answers has seen an end in it. */
static void print_silence(FILE *f, const struct group *group)
{
    fprintf(f,
            "S: silence 200ms\nS| 4yz | 5yz => pass \"refuses it at once\"\n"
            "S| close => inconclusive \"hangs up on it without a reply\"\nS| 2yz => fail \"%s\"\n",
            group->early);
}

static void print_refused(FILE *f, const struct group *group, const struct form *form)
{
    static const char rest[] = "RCPT TO:<{rcpt}>\\r\\nDATA\\r\\n";
    fprintf(f, "%s\"Subject: {nonce}\\r\\n\\r\\nx{each}", form->write);
    if (form->waits) {
        fputs("\"\n", f);
        print_silence(f, group);
        fprintf(f, "%s\"MAIL FROM:<{from}>\\r\\n\"\n", form->write);
        print_silence(f, group);
        fprintf(f, "%s\"%s\"\n", form->write, rest);
    } else {
        fprintf(f, "MAIL FROM:<{from}>\\r\\n%s\"\n", rest);
    }
    fprintf(f, "%s\"Subject: smuggled {nonce}\\r\\n\\r\\ny\\r\\n.\\r\\n\"\n", form->write);
    print_end(f, group->run);
}

static void print_accepted(FILE *f, const struct form *form)
{
    fprintf(f,
            "%s\"Subject: {nonce}\\r\\n\\r\\nx{each}\"\n"
            "S: 250 | 5yz\nS| 421 => pass \"hangs up on it\"\n"
            "S| close => inconclusive \"hangs up on it without a reply\"\nS| 4yz\n"
            "C: NOOP\nS: 250\nS| close => pass \"hangs up on it\"\n",
            form->write);
}

static FILE *create(const char *folder, const char *name, const char *suffix)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/%s%s.smtp", folder, name, suffix);
    FILE *f = n > 0 && (size_t)n < sizeof path ? fopen(path, "w") : NULL;
    if (f == NULL)
        perror(path);
    return f;
}

static bool close_file(FILE *f)
{
    bool good = ferror(f) == 0;
    good = fclose(f) == 0 && good;
    if (!good)
        perror("smtpspec-lattice");
    return good;
}

static bool write_table(const char *folder, const struct lattice *lattice,
                        const struct group *group, const struct form *form)
{
    FILE *f = create(folder, group->name, form->name);
    if (f == NULL)
        return false;
    print_head(f, group->title, group->req, group->tags);
    fputs(form->needs, f);
    for (size_t i = 0; i < lattice->count; i++) {
        const struct lattice_class *c = &lattice->classes[i];
        if (c->ends != group->ends || (!c->ends && c->let_through != group->let_through))
            continue;
        fputs("each: ", f);
        print_name(f, c);
        fputs(" \"", f);
        print_octets(f, c->octets, c->n);
        fputs("\"\n", f);
    }
    fprintf(f, "%stest:\n", form->setup);
    if (group->ends)
        print_accepted(f, form);
    else
        print_refused(f, group, form);
    return close_file(f);
}

static bool write_sweep(const char *folder)
{
    static char sweep[SWEEP_ROOM];
    size_t n = lattice_sweep(SWEEP_ORDER, sweep, sizeof sweep);
    FILE *f = create(folder, "every-string", "");
    if (f == NULL)
        return false;
    print_head(f, "not end the text at any string of six octets that is not CRLF.CRLF",
               "R5321-4.1.1.4-c R5321-2.3.8-b R5321-4.5.2-b R5321-4.1.1.4-i", "tags: smuggling\n");
    fputs("use data\ntest:\nC= \"Subject: {nonce}\\r\\n\\r\\nx\"\n", f);
    for (size_t at = 0; at < n; at += LINE) {
        fputs("C= \"", f);
        print_octets(f, sweep + at, n - at < LINE ? n - at : LINE);
        fputs("\"\n", f);
    }
    fputs("C= \"x\\r\\nMAIL FROM:<{from}>\\r\\nx\\r\\n.\\r\\n\"\n", f);
    print_end(f, "content is run as commands");
    return close_file(f);
}

static bool write_all(const char *folder, const struct lattice *lattice)
{
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        for (size_t j = 0; j < sizeof forms / sizeof *forms; j++)
            if (!write_table(folder, lattice, &groups[i], &forms[j]))
                return false;
    return write_sweep(folder);
}

int main(int argc, char **argv)
{
    static struct lattice lattice;
    struct lattice_class why;
    if (argc != 2 || argv[1][0] == '-') {
        fprintf(stderr, "usage: smtpspec-lattice FOLDER\n");
        return 64;
    }
    if (!lattice_build(&lattice, &why)) {
        fputs("smtpspec-lattice: the readers and the reference disagree about \"", stderr);
        print_octets(stderr, why.octets, why.n);
        fputs("\"\n", stderr);
        return 1;
    }
    if (!write_all(argv[1], &lattice))
        return 1;
    printf("%zu strings, %zu classes\n", lattice.strings, lattice.count);
    return 0;
}
