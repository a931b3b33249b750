#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "smtp/span.h"
#include "users.h"

enum { FILE_MAX = 1 << 24 };

/* ---- one password --------------------------------------------------------------------------- */

/* The next part of `*rest` up to a comma or its end. */
static smtp_span next_part(smtp_span *rest)
{
    const char *comma = rest->n > 0 ? memchr(rest->p, ',', rest->n) : NULL;
    size_t n = comma != NULL ? (size_t)(comma - rest->p) : rest->n;
    smtp_span part = smtp_span_cut(*rest, 0, n);
    *rest = smtp_span_cut(*rest, comma != NULL ? n + 1 : n, rest->n);
    return part;
}

/* base64 of `octets` octets, or of any when that is 0; copied as text. */
static bool copy_base64(smtp_span text, size_t octets, char *to, size_t size)
{
    char *decoded = NULL;
    size_t n = 0;
    if (text.n == 0 || text.n >= size ||
        gsasl_base64_from(text.p, text.n, &decoded, &n) != GSASL_OK)
        return false;
    OPENSSL_cleanse(decoded, n);
    gsasl_free(decoded);
    memcpy(to, text.p, text.n);
    to[text.n] = '\0';
    return n > 0 && (octets == 0 || n == octets);
}

/* iterations,salt,stored-key,server-key[,salted-password]; we have no use for the last. */
static bool read_keys(smtp_span text, Gsasl_hash hash, struct keys *out)
{
    uint64_t iterations = 0;
    size_t n = gsasl_hash_length(hash);
    if (!smtp_span_number(next_part(&text), 8, &iterations) || iterations == 0 ||
        iterations > ITERATIONS_MAX)
        return false;
    out->iterations = (unsigned)iterations;
    return copy_base64(next_part(&text), 0, out->salt, sizeof out->salt) &&
           copy_base64(next_part(&text), n, out->stored, sizeof out->stored) &&
           copy_base64(next_part(&text), n, out->server, sizeof out->server);
}

static const struct {
    smtp_span mark;
    enum form form;
} forms[] = {
    {{"{PLAIN}", 7}, FORM_PASSWORD},
    {{"{SCRAM-SHA-1}", 13}, FORM_SHA1},
    {{"{SCRAM-SHA-256}", 15}, FORM_SHA256},
};
enum { FORMS = sizeof forms / sizeof *forms };

/* The form of a password; *text is what stands behind the mark. 0: unknown. */
static unsigned form_of(smtp_span *text)
{
    if (text->n == 0 || text->p[0] != '{')
        return FORM_PASSWORD;
    for (size_t i = 0; i < FORMS; i++) {
        if (!smtp_span_is(smtp_span_cut(*text, 0, forms[i].mark.n), forms[i].mark))
            continue;
        *text = smtp_span_cut(*text, forms[i].mark.n, text->n);
        return (unsigned)forms[i].form;
    }
    return 0;
}

static char *prepare_span(smtp_span text)
{
    bool no_memory = false; /* is said as if it could not be prepared */
    char *copy = strndup(text.p, text.n), *prepared = NULL;
    if (copy != NULL && strlen(copy) == text.n)
        prepared = users_prepare(copy, 0, &no_memory); /* RFC 4013 2.5: a stored string */
    users_wipe(copy);
    return prepared;
}

/* NULL, or what is wrong. */
static const char *read_password(struct user *user, smtp_span text)
{
    unsigned form = form_of(&text);
    if (form == 0)
        return "the password's form is none of {PLAIN}, {SCRAM-SHA-1}, {SCRAM-SHA-256}";
    if ((user->forms & form) != 0)
        return "this user stands here twice";
    user->forms |= form;
    if (form == FORM_PASSWORD) {
        user->password = text.n > 0 ? prepare_span(text) : NULL;
        return user->password != NULL ? NULL : "SASLprep (RFC 4013) does not take the password";
    }
    bool good = form == FORM_SHA1 ? read_keys(text, GSASL_HASH_SHA1, &user->sha1)
                                  : read_keys(text, GSASL_HASH_SHA256, &user->sha256);
    return good ? NULL : "the keys are not iterations,salt,stored-key,server-key";
}

/* ---- lines ---------------------------------------------------------------------------------- */

/* The user of that name, at the end of the list where it is new. */
static struct user *user_for(struct drive_users *users, char *name)
{
    for (size_t i = 0; i < users->count; i++) {
        if (strcmp(users->list[i].name, name) != 0)
            continue;
        users_wipe(name);
        return &users->list[i];
    }
    users->list[users->count] = (struct user){.name = name};
    return &users->list[users->count++];
}

static const char *read_line(struct drive_users *users, smtp_span line)
{
    const char *colon = line.n > 0 ? memchr(line.p, ':', line.n) : NULL;
    if (line.n == 0 || line.p[0] == '#')
        return NULL;
    if (colon == NULL)
        return "not name:password";
    size_t n = (size_t)(colon - line.p);
    char *name = n > 0 && n < DRIVE_USER_MAX ? prepare_span(smtp_span_cut(line, 0, n)) : NULL;
    if (name == NULL || strlen(name) >= DRIVE_USER_MAX) {
        users_wipe(name);
        return "SASLprep (RFC 4013) does not take the name, or it is longer than 255 octets";
    }
    return read_password(user_for(users, name), smtp_span_cut(line, n + 1, line.n));
}

static bool read_lines(struct drive_users *users, smtp_span text, const char **why)
{
    static char said[128];
    for (size_t number = 1; text.n > 0; number++) {
        const char *end = memchr(text.p, '\n', text.n);
        size_t n = end != NULL ? (size_t)(end - text.p) : text.n;
        const char *wrong = read_line(users, smtp_span_cut(text, 0, n));
        if (wrong != NULL) {
            snprintf(said, sizeof said, "line %zu: %s", number, wrong);
            *why = said;
            return false;
        }
        text = smtp_span_cut(text, end != NULL ? n + 1 : n, text.n);
    }
    *why = "there is no user in it";
    return users->count > 0;
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct user *)a)->name, ((const struct user *)b)->name);
}

static bool fill(struct drive_users *users, smtp_span text, const char **why)
{
    size_t lines = 1;
    for (size_t i = 0; i < text.n; i++)
        lines += text.p[i] == '\n';
    users->list = calloc(lines, sizeof *users->list);
    *why = "no memory";
    if (users->list == NULL || RAND_bytes(users->secret, (int)sizeof users->secret) != 1 ||
        !read_lines(users, text, why))
        return false;
    const char *first = users->list[0].name;
    users->forms = ~0U;
    for (size_t i = 0; i < users->count; i++) {
        const unsigned has = users->list[i].forms;
        /* keys can be made of a password, not the other way round */
        users->forms &= (has & FORM_PASSWORD) != 0 ? ~0U : has;
    }
    qsort(users->list, users->count, sizeof *users->list, compare);
    users->model = users_find(users, first);
    return true;
}

/* ---- the file ------------------------------------------------------------------------------- */

/* All octets of the file, to be wiped; NULL: errno says why. */
static char *read_all(const char *name, size_t *n, bool *exposed)
{
    struct stat about;
    char *octets = NULL;
    FILE *file = fopen(name, "rb");
    if (file == NULL)
        return NULL;
    setvbuf(file, NULL, _IONBF, 0); /* no copy of its own */
    if (fstat(fileno(file), &about) == 0 && about.st_size >= 0 && about.st_size < FILE_MAX)
        octets = malloc((size_t)about.st_size + 1);
    else
        errno = EFBIG;
    *n = octets != NULL ? fread(octets, 1, (size_t)about.st_size, file) : 0;
    if (octets != NULL && ferror(file)) {
        free(octets);
        octets = NULL;
    }
    *exposed = octets != NULL && (about.st_mode & S_IROTH) != 0;
    fclose(file);
    return octets;
}

struct drive_users *drive_users_read(const char *file, const char **why)
{
    size_t n = 0;
    bool exposed = false;
    struct drive_users *users = calloc(1, sizeof *users);
    *why = "no memory";
    if (users == NULL)
        return NULL;
    char *octets = read_all(file, &n, &exposed);
    bool good = octets != NULL && fill(users, (smtp_span){octets, n}, why);
    if (octets == NULL)
        *why = strerror(errno);
    else
        OPENSSL_cleanse(octets, n);
    free(octets);
    users->exposed = exposed;
    if (good)
        return users;
    drive_users_free(users);
    return NULL;
}

void drive_users_free(struct drive_users *users)
{
    if (users == NULL)
        return;
    for (size_t i = 0; i < users->count; i++)
        user_clear(&users->list[i]);
    OPENSSL_cleanse(users->secret, sizeof users->secret);
    free(users->list);
    free(users);
}

bool drive_users_are_exposed(const struct drive_users *users)
{
    return users->exposed;
}
