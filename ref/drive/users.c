#include "users.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *users_prepare(const char *text, Gsasl_saslprep_flags flags, bool *no_memory)
{
    enum { STRINGPREP_NO_MEMORY = 201 }; /* libidn's, which GNU SASL hands on */
    char *prepared = NULL;
    int why = 0, result = gsasl_saslprep(text, flags, &prepared, &why);
    *no_memory = result == GSASL_MALLOC_ERROR || why == STRINGPREP_NO_MEMORY;
    if (result == GSASL_OK && prepared[0] != '\0')
        return prepared;
    if (result == GSASL_OK)
        users_wipe(prepared);
    return NULL;
}

void users_wipe(char *text)
{
    if (text != NULL)
        OPENSSL_cleanse(text, strlen(text));
    free(text);
}

void user_clear(struct user *user)
{
    users_wipe(user->name);
    users_wipe(user->password);
    OPENSSL_cleanse(user, sizeof *user);
}

static int by_name(const void *name, const void *user)
{
    return strcmp(name, ((const struct user *)user)->name);
}

const struct user *users_find(const struct drive_users *users, const char *prepared)
{
    return bsearch(prepared, users->list, users->count, sizeof *users->list, by_name);
}

/* ---- users that are not there --------------------------------------------------------------- */

/* Octets that only this process can make, different for each purpose. */
static void make_octets(const struct drive_users *users, char purpose, const char *name,
                        unsigned char out[EVP_MAX_MD_SIZE])
{
    unsigned char key[sizeof users->secret + 1];
    unsigned n = 0;
    memcpy(key, users->secret, sizeof users->secret);
    key[sizeof users->secret] = (unsigned char)purpose;
    if (HMAC(EVP_sha256(), key, (int)sizeof key, (const unsigned char *)name, strlen(name), out,
             &n) == NULL)
        memset(out, 0, EVP_MAX_MD_SIZE);
    OPENSSL_cleanse(key, sizeof key);
}

/* As long as the model's own, so that it tells nothing. */
static void make_text(const struct drive_users *users, char purpose, const char *name, char *text)
{
    unsigned char octets[EVP_MAX_MD_SIZE] = {0}, decoded[SALT_MAX];
    size_t padding = strlen(text) - strcspn(text, "=");
    int n = EVP_DecodeBlock(decoded, (const unsigned char *)text, (int)strlen(text));
    make_octets(users, purpose, name, octets);
    size_t want = n > 0 ? (size_t)n - padding : 0;
    if (want > sizeof octets)
        want = sizeof octets;
    (void)EVP_EncodeBlock((unsigned char *)text, octets, (int)want);
}

static void disguise(const struct drive_users *users, char purpose, const char *name,
                     struct keys *keys)
{
    make_text(users, (char)(purpose + 0), name, keys->salt);
    make_text(users, (char)(purpose + 1), name, keys->stored);
    make_text(users, (char)(purpose + 2), name, keys->server);
}

static char *make_password(const struct drive_users *users, const char *name)
{
    unsigned char octets[EVP_MAX_MD_SIZE];
    char text[65];
    make_octets(users, 'p', name, octets);
    for (size_t i = 0; i < 32; i++)
        snprintf(text + 2 * i, 3, "%02x", octets[i]);
    char *password = strdup(text);
    OPENSSL_cleanse(text, sizeof text);
    return password;
}

struct user users_nobody(const struct drive_users *users, const char *prepared)
{
    struct user nobody = *users->model;
    nobody.name = NULL;
    nobody.password = NULL;
    if ((nobody.forms & FORM_SHA1) != 0)
        disguise(users, 'a', prepared, &nobody.sha1);
    if ((nobody.forms & FORM_SHA256) != 0)
        disguise(users, 'x', prepared, &nobody.sha256);
    if ((nobody.forms & FORM_PASSWORD) != 0)
        nobody.password = make_password(users, prepared);
    return nobody;
}

/* ---- passwords ------------------------------------------------------------------------------ */

/* RFC 5802 3: StoredKey := H(HMAC(Hi(Normalize(password), salt, i), "Client Key")) */
static bool has_key(const struct keys *keys, Gsasl_hash hash, const char *password)
{
    char salted[GSASL_HASH_MAX_SIZE], client[GSASL_HASH_MAX_SIZE], server[GSASL_HASH_MAX_SIZE],
        stored[GSASL_HASH_MAX_SIZE], text[KEY_TEXT], *salt = NULL;
    size_t salt_n = 0, n = gsasl_hash_length(hash);
    bool same = false;
    if (gsasl_base64_from(keys->salt, strlen(keys->salt), &salt, &salt_n) != GSASL_OK)
        return false;
    if (gsasl_scram_secrets_from_password(hash, password, keys->iterations, salt, salt_n, salted,
                                          client, server, stored) == GSASL_OK) {
        int length = EVP_EncodeBlock((unsigned char *)text, (unsigned char *)stored, (int)n);
        same = strlen(keys->stored) == (size_t)length &&
               CRYPTO_memcmp(text, keys->stored, (size_t)length) == 0;
    }
    gsasl_free(salt);
    OPENSSL_cleanse(salted, sizeof salted);
    OPENSSL_cleanse(client, sizeof client);
    OPENSSL_cleanse(server, sizeof server);
    OPENSSL_cleanse(stored, sizeof stored);
    OPENSSL_cleanse(text, sizeof text);
    return same;
}

/* Digests are compared, so that not even the length tells. */
static bool is_same(const char *a, const char *b)
{
    unsigned char one[EVP_MAX_MD_SIZE], other[EVP_MAX_MD_SIZE];
    unsigned n = 0, m = 0;
    bool same = EVP_Digest(a, strlen(a), one, &n, EVP_sha256(), NULL) == 1 &&
                EVP_Digest(b, strlen(b), other, &m, EVP_sha256(), NULL) == 1 && n == m &&
                CRYPTO_memcmp(one, other, n) == 0;
    OPENSSL_cleanse(one, sizeof one);
    OPENSSL_cleanse(other, sizeof other);
    return same;
}

bool user_has_password(const struct user *user, const char *prepared)
{
    if (user->password != NULL)
        return is_same(user->password, prepared);
    if ((user->forms & FORM_SHA256) != 0)
        return has_key(&user->sha256, GSASL_HASH_SHA256, prepared);
    return (user->forms & FORM_SHA1) != 0 && has_key(&user->sha1, GSASL_HASH_SHA1, prepared);
}
