#include "callers.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

enum { CHAINS = 1024, KEY = 9, MINUTE_MS = 60000 };

struct caller_entry {
    struct caller_entry *next;
    unsigned char key[KEY];
    size_t open;
    uint64_t free_ms; /* the bucket is empty then */
};

struct callers {
    size_t at_once, per_minute, known;
    struct caller_entry *chains[CHAINS];
};

/* The family, and what of the address counts. */
static void make_key(const char *address, unsigned char key[KEY])
{
    char text[INET6_ADDRSTRLEN];
    unsigned char octets[16];
    size_t n = strcspn(address, "%"); /* a zone (RFC 4007) */
    memset(key, 0, KEY);
    if (n >= sizeof text)
        return;
    memcpy(text, address, n);
    text[n] = '\0';
    if (inet_pton(AF_INET, text, octets) == 1) {
        key[0] = 4;
        memcpy(key + 1, octets, 4);
    } else if (inet_pton(AF_INET6, text, octets) == 1) {
        key[0] = 6;
        memcpy(key + 1, octets, 8);
    }
}

/* FNV-1a */
static struct caller_entry **chain_of(struct callers *callers, const unsigned char key[KEY])
{
    uint32_t hash = 2166136261U;
    for (size_t i = 0; i < KEY; i++)
        hash = (hash ^ key[i]) * 16777619U;
    return &callers->chains[(hash ^ hash >> 16) % CHAINS];
}

static struct caller_entry *find(struct callers *callers, const unsigned char key[KEY])
{
    struct caller_entry *e = *chain_of(callers, key);
    while (e != NULL && memcmp(e->key, key, KEY) != 0)
        e = e->next;
    return e;
}

/* Those of the chain that nothing is remembered of. */
static void sweep(struct callers *callers, struct caller_entry **chain, uint64_t now_ms)
{
    while (*chain != NULL) {
        struct caller_entry *e = *chain;
        if (e->open > 0 || e->free_ms > now_ms) {
            chain = &e->next;
            continue;
        }
        *chain = e->next;
        callers->known--;
        free(e);
    }
}

static struct caller_entry *add(struct callers *callers, const unsigned char key[KEY])
{
    struct caller_entry **chain = chain_of(callers, key);
    struct caller_entry *e = callers->known < CALLERS_MAX ? malloc(sizeof *e) : NULL;
    if (e == NULL)
        return NULL;
    *e = (struct caller_entry){.next = *chain};
    memcpy(e->key, key, KEY);
    *chain = e;
    callers->known++;
    return e;
}

struct callers *callers_new(size_t at_once, size_t per_minute)
{
    struct callers *callers = calloc(1, sizeof *callers);
    if (callers == NULL)
        return NULL;
    callers->at_once = at_once;
    callers->per_minute = per_minute;
    return callers;
}

void callers_free(struct callers *callers)
{
    if (callers == NULL)
        return;
    for (size_t i = 0; i < CHAINS; i++) {
        while (callers->chains[i] != NULL) {
            struct caller_entry *e = callers->chains[i];
            callers->chains[i] = e->next;
            free(e);
        }
    }
    free(callers);
}

/* A connection more in the bucket, if it holds one more. */
static bool pour(struct caller_entry *e, size_t per_minute, uint64_t now_ms)
{
    uint64_t begin = e->free_ms > now_ms ? e->free_ms : now_ms;
    if (per_minute == 0)
        return true;
    uint64_t end = begin + MINUTE_MS / per_minute;
    if (end > now_ms + MINUTE_MS)
        return false;
    e->free_ms = end;
    return true;
}

enum caller callers_came(struct callers *callers, const char *address, uint64_t now_ms)
{
    unsigned char key[KEY];
    if (callers->at_once == 0 && callers->per_minute == 0)
        return CALLER_WELCOME;
    make_key(address, key);
    sweep(callers, chain_of(callers, key), now_ms);
    struct caller_entry *e = find(callers, key);
    if (e == NULL)
        e = add(callers, key);
    if (e == NULL || (callers->at_once > 0 && e->open >= callers->at_once))
        return CALLER_MANY;
    if (!pour(e, callers->per_minute, now_ms))
        return CALLER_OFTEN;
    e->open++;
    return CALLER_WELCOME;
}

void callers_left(struct callers *callers, const char *address)
{
    unsigned char key[KEY];
    make_key(address, key);
    struct caller_entry *e = find(callers, key);
    if (e != NULL && e->open > 0)
        e->open--;
}

size_t callers_known(const struct callers *callers)
{
    return callers->known;
}
