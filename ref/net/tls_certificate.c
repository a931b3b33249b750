#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "tls_context.h"

enum { DAY_S = 86400, YEARS_S = 10 * 365 * DAY_S };

/* RFC 5280 4.2.1.6: GeneralName ::= CHOICE { dNSName [2] IA5String, iPAddress [7] OCTET STRING, ...
 * } */
static GENERAL_NAME *general_name(const char *name)
{
    GENERAL_NAME *general = GENERAL_NAME_new();
    ASN1_OCTET_STRING *address = a2i_IPADDRESS(name);
    if (general != NULL && address != NULL) {
        GENERAL_NAME_set0_value(general, GEN_IPADD, address);
        return general;
    }
    ASN1_OCTET_STRING_free(address);
    ASN1_IA5STRING *text = ASN1_IA5STRING_new();
    if (general == NULL || text == NULL || ASN1_STRING_set(text, name, (int)strlen(name)) != 1) {
        ASN1_IA5STRING_free(text);
        GENERAL_NAME_free(general);
        return NULL;
    }
    GENERAL_NAME_set0_value(general, GEN_DNS, text);
    return general;
}

static bool set_names(X509 *x, const char *name)
{
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    GENERAL_NAME *general = general_name(name);
    if (names == NULL || general == NULL || sk_GENERAL_NAME_push(names, general) <= 0) {
        GENERAL_NAME_free(general);
        GENERAL_NAMES_free(names);
        return false;
    }
    bool good = X509_add1_ext_i2d(x, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT) == 1;
    GENERAL_NAMES_free(names);
    return good;
}

/* RFC 5280 4.1.2.2: positive, unique for the issuer, at most 20 octets. */
static bool set_serial(X509 *x)
{
    uint64_t serial = 0;
    return RAND_bytes((unsigned char *)&serial, sizeof serial) == 1 &&
           ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), serial >> 1 | 1) == 1;
}

static bool fill(X509 *x, EVP_PKEY *key, const char *name)
{
    X509_NAME *subject = X509_get_subject_name(x);
    return X509_set_version(x, X509_VERSION_3) == 1 && set_serial(x) &&
           X509_gmtime_adj(X509_getm_notBefore(x), -DAY_S) != NULL &&
           X509_gmtime_adj(X509_getm_notAfter(x), YEARS_S) != NULL &&
           X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_ASC,
                                      (const unsigned char *)"smtpspec, self-signed", -1, -1,
                                      0) == 1 &&
           X509_set_issuer_name(x, subject) == 1 && X509_set_pubkey(x, key) == 1 &&
           set_names(x, name) && X509_sign(x, key, EVP_sha256()) > 0;
}

bool tls_certificate_make(const char *name, EVP_PKEY **key, X509 **certificate)
{
    EVP_PKEY *k = EVP_EC_gen("P-256");
    X509 *x = X509_new();
    if (k == NULL || x == NULL || !fill(x, k, name)) {
        EVP_PKEY_free(k);
        X509_free(x);
        return false;
    }
    *key = k;
    *certificate = x;
    return true;
}
