#include "blackbox/words.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

void words_put(struct words *w, const char *text)
{
    if (!octets_add(w->to, smtp_span_of(text)))
        w->lost = true;
}

static void put_times(struct words *w, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        words_put(w, text);
}

static const char *one_of(struct words *w, const char *const *list, size_t count)
{
    return list[chance_below(w->chance, count)];
}

/* ---- hosts and mailboxes --------------------------------------------------------------------- */

/* RFC 5321 4.5.3.1.2: 255 octets; RFC 1035: 63 a label. */
static void long_domain(struct words *w)
{
    static const size_t labels[] = {1, 2, 3, 4};
    size_t count = labels[chance_below(w->chance, COUNT(labels))];
    size_t octets = 61 + chance_below(w->chance, 4);
    for (size_t i = 0; i < count; i++) {
        put_times(w, "d", octets);
        words_put(w, ".");
    }
    words_put(w, "example");
}

void words_host(struct words *w)
{
    static const char *const odd[] = {
        "",
        "a",
        "[127.0.0.1]",
        "[IPv6:::1]",
        "[IPv6:::1",
        "[1.2.3.256]",
        "-a.example",
        "a-.example",
        "a..example",
        ".example",
        "a.example.",
        "a_b.example",
        "a b.example",
        "[x:y]",
        "[IPv6:1:2:3:4:5:6:7:8]",
        "xn--a.example",
        "\xc3\xb6.example",
        "1.example",
        "[IPv6:::ffff:127.0.0.1]",
        "a\t",
        "[]",
        "localhost",
    };
    size_t kind = chance_below(w->chance, 10);
    if (kind < 6)
        words_put(w, w->site->me);
    else if (kind < 9)
        words_put(w, one_of(w, odd, COUNT(odd)));
    else
        long_domain(w);
}

/* RFC 5321 4.5.3.1.1: 64 octets. */
static void local_part(struct words *w)
{
    static const char *const parts[] = {
        "a",       "a.b",      "a..b", ".a",   "a.",     "\"a b\"", "\"\"",         "\"a\\\"b\"",
        "\"a@b\"", "a+b",      "\"a",  "a\"b", "a b",    "",        "a\\b",         "\"a\\",
        "!#$%&'*", "\xc3\xb6", "\xff", "(c)a", "\"a\"b", "a@b",     "a\x01",        "\"a\tb\"",
        "<a",      "a,b",      "a:b",  "=",    "-a",     "%s%n",    "postmaster-x", "..",
    };
    size_t kind = chance_below(w->chance, 8);
    if (kind < 7)
        words_put(w, one_of(w, parts, COUNT(parts)));
    else
        put_times(w, "l", 62 + chance_below(w->chance, 5));
}

static void domain(struct words *w)
{
    static const char *const domains[] = {
        "example.org",
        "example.com",
        "a.invalid",
        "[192.0.2.1]",
        "[IPv6:2001:db8::1]",
        "[IPv6:2001:db8::1::2]",
        "[192.0.2.256]",
        "-a.example",
        "a..example",
        "example.",
        "",
        "[x-y:z]",
        "a_b.example",
        "xn--bcher-kva.example",
        "EXAMPLE.ORG",
        "b\xc3\xbc.example",
        "[]",
        "[192.0.2.1",
        "example.org:25",
        "a.b.c.d.e.f.example",
    };
    size_t kind = chance_below(w->chance, 9);
    if (kind < 4)
        words_put(w, "example.org");
    else if (kind < 8)
        words_put(w, one_of(w, domains, COUNT(domains)));
    else
        long_domain(w);
}

void words_mailbox(struct words *w)
{
    local_part(w);
    if (chance_percent(w->chance, 92))
        words_put(w, "@");
    domain(w);
}

/* RFC 5321 4.1.1.3 and appendix C: source routes, which may be ignored. */
static void route(struct words *w)
{
    static const char *const routes[] = {
        "@a.example:", "@a.example,@b.example:", "@:",          "@a.example",
        ":",           "@a.example,:",           "@a..example:"};
    words_put(w, one_of(w, routes, COUNT(routes)));
}

static void bracketed(struct words *w, const char *mailbox)
{
    size_t kind = chance_below(w->chance, 24);
    words_put(w, kind == 0 ? "" : kind == 1 ? " <" : kind == 2 ? "<<" : "<");
    if (chance_percent(w->chance, 6))
        route(w);
    if (mailbox != NULL)
        words_put(w, mailbox);
    else
        words_mailbox(w);
    words_put(w, kind == 3 ? "" : kind == 4 ? ">>" : kind == 5 ? " >" : ">");
}

void words_reverse_path(struct words *w)
{
    size_t kind = chance_below(w->chance, 10);
    if (kind < 5) {
        words_put(w, "<");
        words_put(w, w->site->from);
        words_put(w, ">");
    } else if (kind == 5) {
        words_put(w, "<>");
    } else {
        bracketed(w, NULL);
    }
}

void words_forward_path(struct words *w)
{
    const struct site *site = w->site;
    size_t kind = chance_below(w->chance, 10);
    const char *mine =
        site->rcpt_count > 0 ? site->rcpt[chance_below(w->chance, site->rcpt_count)] : NULL;
    if (kind < 6 && mine != NULL) {
        words_put(w, "<");
        words_put(w, mine);
        words_put(w, ">");
    } else {
        bracketed(w, kind == 6 ? mine : NULL);
    }
}

/* ---- parameters ------------------------------------------------------------------------------ */

static const char *const mail_good[] = {
    " SIZE=1000",     " BODY=7BIT",
    " BODY=8BITMIME", " size=0",
    " RET=HDRS",      " RET=FULL ENVID=q1",
    " ENVID=+2B",     " SMTPUTF8",
    " AUTH=<>",       " BY=3600;R",
    " MT-PRIORITY=3", " HOLDFOR=60",
    " REQUIRETLS",    " body=8bitmime SIZE=1",
    " BY=-60;N",      " MT-PRIORITY=-9",
};

static const char *const mail_bad[] = {
    " SIZE=",
    " SIZE=-1",
    " SIZE=99999999999999999999",
    " SIZE=100000000000000000000",
    " SIZE=1 SIZE=2",
    " BODY=",
    " BODY=9BIT",
    " X-Y=z",
    " =",
    " SIZE",
    "  SIZE=1",
    " SIZE=1 ",
    " BODY=BINARYMIME",
    " RET=ALL",
    " ENVID=+2",
    " SMTPUTF8=1",
    " AUTH=",
    " AUTH=+",
    " BY=;R",
    " BY=1;",
    " BY=99999999999999999999;R",
    " MT-PRIORITY=+10",
    " HOLDFOR=",
    " HOLDUNTIL=2030-02-30T00:00:00Z",
    " NOTIFY=NEVER",
    " -X=1",
    " X=\xc3\xb6",
    " SIZE==1",
    " A B C D E F G",
    "SIZE=1",
    "\tSIZE=1",
    " REQUIRETLS=1",
};

static const char *const rcpt_good[] = {
    " NOTIFY=NEVER",
    " NOTIFY=SUCCESS,DELAY",
    " ORCPT=rfc822;a@example.org",
    " NOTIFY=FAILURE ORCPT=rfc822;a+2Bb@example.org",
    " notify=never",
};

static const char *const rcpt_bad[] = {
    " NOTIFY=",
    " NOTIFY=NEVER,DELAY",
    " NOTIFY=X",
    " ORCPT=",
    " ORCPT=rfc822",
    " ORCPT=;a",
    " ORCPT=rfc822;a b",
    " X=y",
    " SIZE=1",
    " =",
    " NOTIFY=NEVER NOTIFY=NEVER",
    "  NOTIFY=NEVER",
    " ORCPT=utf-8;\\x{ZZ}",
    " ORCPT=utf-8;\\x{1F600}",
    " ORCPT=rfc822;+",
};

static void parameters(struct words *w, const char *const *good, size_t good_count,
                       const char *const *bad, size_t bad_count)
{
    size_t kind = chance_below(w->chance, 20);
    if (kind >= 14 && kind < 18)
        words_put(w, one_of(w, good, good_count));
    if (kind == 18 || kind == 19)
        words_put(w, one_of(w, bad, bad_count));
    if (kind == 17) {
        words_put(w, " X-LONG=");
        put_times(w, "x", chance_below(w->chance, 520));
    }
}

void words_mail_parameters(struct words *w)
{
    parameters(w, mail_good, COUNT(mail_good), mail_bad, COUNT(mail_bad));
}

void words_rcpt_parameters(struct words *w)
{
    parameters(w, rcpt_good, COUNT(rcpt_good), rcpt_bad, COUNT(rcpt_bad));
}

/* ---- other commands -------------------------------------------------------------------------- */

void words_argument(struct words *w)
{
    static const char *const arguments[] = {
        "",      " ",         " x",        " MAIL", " a b c", " \"a b\"", " <a@example.org>",
        " %n%s", " \xc3\xb6", " \xff\xfe", " \x01", "\tx",    " -1",      " postmaster",
        " (",    " \"",       " \\",       " <",    " QUIT",  " help",    "x",
    };
    size_t kind = chance_below(w->chance, 8);
    if (kind == 0) {
        words_put(w, " ");
        put_times(w, "n", 480 + chance_below(w->chance, 28)); /* near 512 with verb and CRLF */
    } else if (kind < 7) {
        words_put(w, one_of(w, arguments, COUNT(arguments)));
    } else if (w->site->rcpt_count > 0) {
        words_put(w, " ");
        words_put(w, w->site->rcpt[0]);
    }
}

void words_unknown(struct words *w)
{
    static const char *const lines[] = {
        "XYZZY",
        "X",
        "MAILX FROM:<a@example.org>",
        "NOOPS",
        "EHL",
        "DATAX",
        "TURN",
        "SEND FROM:<a@example.org>",
        "SOML FROM:<a@example.org>",
        "GET / HTTP/1.1",
        "Host: a.example",
        "MAIL",
        "RCPT",
        "MAIL FROM",
        "RCPT TO",
        "MAIL TO:<a@example.org>",
        "RCPT FROM:<a@example.org>",
        "MAIL  FROM:<a@example.org>",
        "ETRN example.org",
        "DEBUG",
        "WIZ",
        "HELO",
        "EHLO",
        "BDAT",
        "BDAT x",
        "BDAT -1",
        "BDAT 1 FIRST",
        "AUTH",
        "STARTTLS x",
        "DATA x",
        "RSET x",
        "QUIT x",
        "VRFY",
        "EXPN",
        " NOOP",
        "\xe2\x82\xac",
        "nOoP",
        "rset",
        "Noop (",
        "MAIL FROM:",
        "RCPT TO:",
        "MAIL FROM:<",
    };
    words_put(w, one_of(w, lines, COUNT(lines)));
}
