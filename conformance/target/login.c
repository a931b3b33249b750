#include "target/login.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

#include "smtp/chars.h"

static const struct {
    const char *name;
    enum login_mechanism mechanism;
    bool server_first;
} mechanisms[] = {
    {"PLAIN", LOGIN_PLAIN, false},
    {"LOGIN", LOGIN_LOGIN, false},
    {"CRAM-MD5", LOGIN_CRAM_MD5, true},
};

static struct login_answer refuse(enum smtp_fault fault)
{
    return (struct login_answer){.fault = fault};
}

static struct login_answer verdict(bool good)
{
    return (struct login_answer){.fault = good ? SMTP_OK : SMTP_E_AUTH_CREDENTIALS, .done = good};
}

static struct login_answer ask(struct login *login)
{
    return (struct login_answer){.challenge = smtp_span_of(login->challenge)};
}

static bool is_user(smtp_span name)
{
    return smtp_span_is(name, SMTP_SPAN(LOGIN_USER));
}

/* ---- one mechanism each ---------------------------------------------------------------------- */

/* RFC 4616 2: message = [authzid] UTF8NUL authcid UTF8NUL passwd; to act for others is no right here. */
static struct login_answer plain(smtp_span message)
{
    smtp_span parts[3];
    size_t count = 0, from = 0;
    for (size_t i = 0; i <= message.n; i++) {
        if (i < message.n && message.p[i] != '\0')
            continue;
        if (count < 3)
            parts[count] = smtp_span_cut(message, from, i);
        count++;
        from = i + 1;
    }
    return verdict(count == 3 && (parts[0].n == 0 || is_user(parts[0])) && is_user(parts[1]) &&
                   smtp_span_is(parts[2], SMTP_SPAN(LOGIN_PASSWORD)));
}

static struct login_answer login_login(struct login *login, smtp_span response)
{
    if (login->step == 2)
        return verdict(login->known && smtp_span_is(response, SMTP_SPAN(LOGIN_PASSWORD)));
    login->known = is_user(response);
    snprintf(login->challenge, sizeof login->challenge, "Password:");
    return ask(login);
}

/* RFC 2195 2: the user name, a space, and the keyed digest in small hexadecimal. */
static struct login_answer cram_md5(const struct login *login, smtp_span response)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    char wanted[sizeof LOGIN_USER + EVP_MAX_MD_SIZE + EVP_MAX_MD_SIZE] = LOGIN_USER " ";
    size_t at = sizeof LOGIN_USER;
    if (HMAC(EVP_md5(), LOGIN_PASSWORD, sizeof LOGIN_PASSWORD - 1,
             (const unsigned char *)login->challenge, strlen(login->challenge), digest, &n) == NULL)
        return refuse(SMTP_E_AUTH_TEMPORARY);
    for (unsigned i = 0; i < n; i++) {
        wanted[at++] = digits[digest[i] >> 4];
        wanted[at++] = digits[digest[i] & 15];
    }
    return verdict(smtp_span_is(response, (smtp_span){wanted, at}));
}

/* ---- all of them ----------------------------------------------------------------------------- */

struct login_answer login_go_on(struct login *login, smtp_span response)
{
    login->step++;
    switch (login->mechanism) {
    case LOGIN_PLAIN:
        return plain(response);
    case LOGIN_LOGIN:
        return login_login(login, response);
    case LOGIN_CRAM_MD5:
        return cram_md5(login, response);
    }
    return refuse(SMTP_E_AUTH_MECHANISM);
}

/* RFC 4954 4: an empty challenge asks for an initial response; RFC 2195 2: a text that never comes
 * twice. */
static void set_challenge(struct login *login, unsigned long count)
{
    login->challenge[0] = '\0';
    if (login->mechanism == LOGIN_LOGIN)
        snprintf(login->challenge, sizeof login->challenge, "Username:");
    if (login->mechanism == LOGIN_CRAM_MD5)
        snprintf(login->challenge, sizeof login->challenge, "<%lu.0@mx.example.test>", count);
}

struct login_answer login_begin(struct login *login, smtp_span mechanism, const smtp_span *initial,
                                unsigned long count)
{
    for (size_t i = 0; i < sizeof mechanisms / sizeof *mechanisms; i++) {
        if (!smtp_span_is_nocase(mechanism, smtp_span_of(mechanisms[i].name)))
            continue;
        *login = (struct login){.mechanism = mechanisms[i].mechanism};
        if (initial != NULL && mechanisms[i].server_first) /* RFC 4954 4 */
            return refuse(SMTP_E_AUTH_INITIAL);
        set_challenge(login, count);
        return initial != NULL ? login_go_on(login, *initial) : ask(login);
    }
    return refuse(SMTP_E_AUTH_MECHANISM);
}
