#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "guard.h"
#include "rule_table.h"
#include "smtp/command.h"

#define OK SMTP_OK
#define ANY SMTP_V_UNKNOWN
#define NO SMTP_E_NO_ARGUMENT
#define ARG SMTP_E_ARGUMENT
#define STR SMTP_E_STRING
#define PAR SMTP_E_PARAM
#define B64 SMTP_E_AUTH_BASE64
#define END SMTP_E_TRAILING

/* A line, strictly; `print` NULL: it prints as it stands. */
static const struct row {
    const char *clause;
    smtp_span line;
    enum smtp_verb verb;
    enum smtp_fault fault;
    size_t at;
    const char *print;
} rows[] = {
    /* the verb: 2.4, 4.1.1 */
    {"5321-2.4", T("NOOP"), SMTP_V_NOOP, OK, 0, NULL},
    {"5321-2.4", T("noop"), SMTP_V_NOOP, OK, 0, "NOOP"},
    {"5321-2.4", T("nOoP"), SMTP_V_NOOP, OK, 0, "NOOP"},
    {"5321-2.4", T(""), ANY, SMTP_E_NO_COMMAND, 0, NULL},
    {"5321-4.1.1", T(" NOOP"), ANY, SMTP_E_VERB, 0, NULL},
    {"5321-4.1.1", T(" "), ANY, SMTP_E_VERB, 0, NULL},
    {"5321-4.1.1", T("NOOP\t"), ANY, SMTP_E_VERB, 4, NULL},
    {"5321-4.1.1", T("NO\0OP"), ANY, SMTP_E_VERB, 2, NULL},
    {"5321-4.1.1", T("NOOP\x7f"), ANY, SMTP_E_VERB, 4, NULL},
    {"5321-4.1.1", T("N\xcfOP"), ANY, SMTP_E_VERB, 1, NULL},
    {"5321-4.1.1", T("NOOP1"), ANY, SMTP_E_VERB, 4, NULL},
    {"5321-4.2.4", T("NOO"), ANY, SMTP_E_VERB, 0, NULL},
    {"5321-4.2.4", T("NOOPX"), ANY, SMTP_E_VERB, 0, NULL},
    {"5321-4.2.4", T("FOO bar"), ANY, SMTP_E_VERB, 0, NULL},
    {"5321-4.2.4", T("SEND FROM:<a@b.c>"), ANY, SMTP_E_VERB, 0, NULL},
    {"5321-4.2.4", T("."), ANY, SMTP_E_VERB, 0, NULL},
    /* ehlo = "EHLO" SP ( Domain / address-literal ) */
    {"5321-4.1.1.1", T("EHLO foo"), SMTP_V_EHLO, OK, 0, NULL},
    {"5321-4.1.1.1", T("EHLO foo.example.com"), SMTP_V_EHLO, OK, 0, NULL},
    {"5321-4.1.1.1", T("EHLO 127.0.0.1"), SMTP_V_EHLO, OK, 0, NULL},
    {"5321-4.1.1.1", T("EHLO [127.0.0.1]"), SMTP_V_EHLO, OK, 0, NULL},
    {"5321-4.1.1.1", T("EHLO [IPv6:::ffff:192.0.2.1]"), SMTP_V_EHLO, OK, 0, NULL},
    {"5321-4.1.1.1", T("EHLO [x:y]"), SMTP_V_EHLO, OK, 0, NULL},
    {"5321-4.1.1.1", T("EHLO"), SMTP_V_EHLO, NO, 4, NULL},
    {"5321-4.1.1.1", T("EHLO "), SMTP_V_EHLO, NO, 5, NULL},
    {"5321-4.1.1.1", T("EHLO  foo"), SMTP_V_EHLO, SMTP_E_DOMAIN, 5, NULL},
    {"5321-4.1.1.1", T("EHLO foo bar"), SMTP_V_EHLO, END, 8, NULL},
    {"5321-4.1.1.1", T("EHLO foo "), SMTP_V_EHLO, END, 8, NULL},
    {"5321-4.1.1.1", T("EHLO foo.com."), SMTP_V_EHLO, SMTP_E_DOMAIN, 13, NULL},
    {"5321-4.1.1.1", T("EHLO foo_bar"), SMTP_V_EHLO, SMTP_E_DOMAIN, 8, NULL},
    {"5321-4.1.1.1", T("EHLO -foo"), SMTP_V_EHLO, SMTP_E_DOMAIN, 5, NULL},
    {"5321-4.1.1.1", T("EHLO a!b"), SMTP_V_EHLO, END, 6, NULL},
    {"5321-4.1.1.1", T("EHLO [192.0.2.1"), SMTP_V_EHLO, SMTP_E_LITERAL, 15, NULL},
    {"5321-4.1.1.1", T("EHLO 192.0.2.1]"), SMTP_V_EHLO, END, 14, NULL},
    {"5321-4.1.2", T("EHLO caf\xe9"), SMTP_V_EHLO, SMTP_E_NON_ASCII, 8, NULL},
    {"5321-4.1.2", T("EHLO \xc3\xa9"), SMTP_V_EHLO, SMTP_E_NON_ASCII, 5, NULL},
    {"5321-4.1.2", T("EHLO a\0b"), SMTP_V_EHLO, SMTP_E_NUL, 6, NULL},
    {"5321-4.1.2", T("EHLO a.\x01"), SMTP_V_EHLO, SMTP_E_CONTROL, 7, NULL},
    {"5321-4.1.2", T("EHLO a\x7f"), SMTP_V_EHLO, SMTP_E_CONTROL, 6, NULL},
    {"5321-4.5.3.1.2", T("EHLO " X64("a") X64("a") X64("a") X64("a")), SMTP_V_EHLO,
     SMTP_E_DOMAIN_LONG, 260, NULL},
    /* helo = "HELO" SP Domain */
    {"5321-4.1.1.1", T("HELO foo.example.com"), SMTP_V_HELO, OK, 0, NULL},
    {"5321-4.1.1.1", T("HELO [192.0.2.1]"), SMTP_V_HELO, SMTP_E_DOMAIN, 5, NULL},
    {"5321-4.1.1.1", T("HELO"), SMTP_V_HELO, NO, 4, NULL},
    {"RFC 2033 4.1", T("LHLO foo.edu"), SMTP_V_LHLO, OK, 0, NULL},
    {"RFC 2033 4.1", T("lhlo [192.0.2.1]"), SMTP_V_LHLO, OK, 0, "LHLO [192.0.2.1]"},
    {"RFC 2033 4.1", T("LHLO"), SMTP_V_LHLO, NO, 4, NULL},
    /* mail = "MAIL FROM:" Reverse-path [SP Mail-parameters] */
    {"5321-4.1.1.2", T("MAIL FROM:<a@b.c>"), SMTP_V_MAIL, OK, 0, NULL},
    {"5321-4.1.1.2", T("MAIL FROM:<>"), SMTP_V_MAIL, OK, 0, NULL},
    {"5321-4.1.1.2", T("MAIL FROM:<> BODY=8BITMIME"), SMTP_V_MAIL, OK, 0, NULL},
    {"5321-4.1.1.2", T("MAIL FROM:<a@b.c> SIZE=1 BODY=7BIT X"), SMTP_V_MAIL, OK, 0, NULL},
    {"5321-4.1.1.2", T("mail from:<A@b.C>"), SMTP_V_MAIL, OK, 0, "MAIL FROM:<A@b.C>"},
    {"5321-4.1.1.2", T("Mail From:<@a,@b:c@d> x=y"), SMTP_V_MAIL, OK, 0,
     "MAIL FROM:<@a,@b:c@d> x=y"},
    {"5321-4.1.1.2", T("MAIL"), SMTP_V_MAIL, NO, 4, NULL},
    {"5321-4.1.1.2", T("MAIL "), SMTP_V_MAIL, NO, 5, NULL},
    {"5321-4.1.1.2", T("MAIL FROM"), SMTP_V_MAIL, SMTP_E_FROM, 9, NULL},
    {"5321-4.1.1.2", T("MAIL FROM :<a@b.c>"), SMTP_V_MAIL, SMTP_E_FROM, 9, NULL},
    {"5321-4.1.1.2", T("MAIL  FROM:<a@b.c>"), SMTP_V_MAIL, SMTP_E_FROM, 5, NULL},
    {"5321-4.1.1.2", T("MAIL <a@b.c>"), SMTP_V_MAIL, SMTP_E_FROM, 5, NULL},
    {"5321-4.1.1.2", T("MAIL TO:<a@b.c>"), SMTP_V_MAIL, SMTP_E_FROM, 5, NULL},
    {"5321-4.1.1.2", T("MAIL FROM<a@b.c>"), SMTP_V_MAIL, SMTP_E_FROM, 9, NULL},
    {"5321-4.1.1.2", T("MAIL FROM:"), SMTP_V_MAIL, SMTP_E_PATH_OPEN, 10, NULL},
    {"5321-3.3", T("MAIL FROM: <a@b.c>"), SMTP_V_MAIL, SMTP_E_PATH_OPEN, 10, NULL},
    {"5321-4.1.1.2", T("MAIL FROM:a@b.c"), SMTP_V_MAIL, SMTP_E_PATH_OPEN, 10, NULL},
    {"5321-4.1.1.2", T("MAIL FROM:<a@b.c"), SMTP_V_MAIL, SMTP_E_PATH_CLOSE, 16, NULL},
    {"5321-4.1.1.2", T("MAIL FROM:<a@b.c>X=1"), SMTP_V_MAIL, END, 17, NULL},
    {"5321-4.1.1.2", T("MAIL FROM:<a@b.c> "), SMTP_V_MAIL, PAR, 18, NULL},
    {"5321-4.1.1.2", T("MAIL FROM:<a@b.c>  SIZE=1"), SMTP_V_MAIL, PAR, 18, NULL},
    {"5321-4.1.1.2", T("MAIL FROM:<a@b.c> =x"), SMTP_V_MAIL, PAR, 18, NULL},
    {"5321-4.1.1.2", T("MAIL FROM:<a@b.c> SIZE="), SMTP_V_MAIL, PAR, 23, NULL},
    {"5321-4.1.1.2", T("MAIL FROM:<a@b.c> SIZE==1"), SMTP_V_MAIL, PAR, 23, NULL},
    {"5321-4.1.1.2", T("MAIL FROM:<a@b.c> S_IZE=1"), SMTP_V_MAIL, PAR, 19, NULL},
    {"5321-4.1.1.2", T("MAIL FROM:<a@b.c> SIZE=1 SIZE=2"), SMTP_V_MAIL, OK, 0, NULL},
    {"5321-4.1.1.2", T("MAIL FROM:<postmaster>"), SMTP_V_MAIL, SMTP_E_AT, 21, NULL},
    {"5321-4.1.2", T("MAIL FROM:<a\tb@c>"), SMTP_V_MAIL, SMTP_E_CONTROL, 12, NULL},
    {"5321-4.1.2", T("MAIL FROM:<\"a\x1b\"@c>"), SMTP_V_MAIL, SMTP_E_CONTROL, 13, NULL},
    {"5321-4.1.2", T("MAIL FROM:<\xc3\xa9@b.c> SMTPUTF8"), SMTP_V_MAIL, SMTP_E_NON_ASCII, 11, NULL},
    {"5321-4.1.2", T("MAIL FROM:<a@b.c> X=\xe9"), SMTP_V_MAIL, SMTP_E_NON_ASCII, 20, NULL},
    {"5321-4.1.2", T("MAIL FROM:<a@b.c>\nRCPT TO:<d@e.f>"), SMTP_V_MAIL, SMTP_E_CONTROL, 17, NULL},
    {"5321-4.5.3.1.1", T("MAIL FROM:<" X64("a") "a@b>"), SMTP_V_MAIL, SMTP_E_LOCAL_LONG, 75, NULL},
    /* rcpt = "RCPT TO:" ( ... / Forward-path ) [SP Rcpt-parameters] */
    {"5321-4.1.1.3", T("RCPT TO:<a@b.c>"), SMTP_V_RCPT, OK, 0, NULL},
    {"5321-4.1.1.3", T("RCPT TO:<Postmaster>"), SMTP_V_RCPT, OK, 0, NULL},
    {"5321-4.1.1.3", T("RCPT TO:<postmaster> NOTIFY=NEVER"), SMTP_V_RCPT, OK, 0, NULL},
    {"5321-4.1.1.3", T("RCPT TO:<Postmaster@[192.0.2.1]>"), SMTP_V_RCPT, OK, 0, NULL},
    {"5321-4.1.1.3", T("rcpt to:<@hosta.int,@jkl.org:userc@d.bar.org>"), SMTP_V_RCPT, OK, 0,
     "RCPT TO:<@hosta.int,@jkl.org:userc@d.bar.org>"},
    {"5321-4.1.1.3", T("RCPT"), SMTP_V_RCPT, NO, 4, NULL},
    {"5321-4.1.1.3", T("RCPT TO"), SMTP_V_RCPT, SMTP_E_TO, 7, NULL},
    {"5321-4.1.1.3", T("RCPT <a@b.c>"), SMTP_V_RCPT, SMTP_E_TO, 5, NULL},
    {"5321-4.1.1.3", T("RCPT TO:"), SMTP_V_RCPT, SMTP_E_PATH_OPEN, 8, NULL},
    {"5321-4.1.1.3", T("RCPT TO:garbage"), SMTP_V_RCPT, SMTP_E_PATH_OPEN, 8, NULL},
    {"5321-4.1.1.3", T("RCPT TO:<>"), SMTP_V_RCPT, SMTP_E_PATH_NULL, 9, NULL},
    {"5321-4.1.1.3", T("RCPT TO:<a@b.c>junk"), SMTP_V_RCPT, END, 15, NULL},
    {"5321-4.1.2", T("RCPT TO:<a@b.c>\0"), SMTP_V_RCPT, SMTP_E_NUL, 15, NULL},
    {"5321-4.1.2", T("RCPT TO:<\"a\"b\"@c>"), SMTP_V_RCPT, SMTP_E_AT, 12, NULL},
    /* data, rset, quit; turn; STARTTLS */
    {"5321-4.1.1.4", T("DATA"), SMTP_V_DATA, OK, 0, NULL},
    {"5321-4.1.1.4", T("DATA foo"), SMTP_V_DATA, ARG, 4, NULL},
    {"5321-4.1.1.4", T("DATA "), SMTP_V_DATA, ARG, 4, NULL},
    {"5321-4.1.1.5", T("RSET"), SMTP_V_RSET, OK, 0, NULL},
    {"5321-4.1.1.5", T("RSET x"), SMTP_V_RSET, ARG, 4, NULL},
    {"5321-4.1.1.10", T("quit"), SMTP_V_QUIT, OK, 0, "QUIT"},
    {"5321-4.1.1.10", T("QUIT foo"), SMTP_V_QUIT, ARG, 4, NULL},
    {"5321-F.1", T("TURN"), SMTP_V_TURN, OK, 0, NULL},
    {"5321-F.1", T("TURN x"), SMTP_V_TURN, ARG, 4, NULL},
    {"3207-4", T("STARTTLS"), SMTP_V_STARTTLS, OK, 0, NULL},
    {"3207-4", T("starttls"), SMTP_V_STARTTLS, OK, 0, "STARTTLS"},
    {"3207-4", T("STARTTLS now"), SMTP_V_STARTTLS, SMTP_E_TLS_ARGUMENT, 8, NULL},
    /* vrfy, expn: a String, and 3.5.1 a mailbox */
    {"5321-4.1.1.6", T("VRFY Crispin"), SMTP_V_VRFY, OK, 0, NULL},
    {"5321-4.1.1.6", T("VRFY \"Mark Crispin\""), SMTP_V_VRFY, OK, 0, NULL},
    {"5321-3.5.1", T("VRFY crispin@example.com"), SMTP_V_VRFY, OK, 0, NULL},
    {"5321-3.5.1", T("VRFY \"a b\"@[192.0.2.1]"), SMTP_V_VRFY, OK, 0, NULL},
    {"5321-3.5.1", T("VRFY a.b@c"), SMTP_V_VRFY, OK, 0, NULL},
    {"5321-4.1.1.6", T("VRFY"), SMTP_V_VRFY, NO, 4, NULL},
    {"5321-4.1.1.6", T("VRFY "), SMTP_V_VRFY, NO, 5, NULL},
    {"5321-4.1.1.6", T("VRFY a b"), SMTP_V_VRFY, STR, 6, NULL},
    {"5321-4.1.1.6", T("VRFY <a@b>"), SMTP_V_VRFY, STR, 5, NULL},
    {"5321-4.1.1.6", T("VRFY a.b"), SMTP_V_VRFY, SMTP_E_AT, 8, NULL},
    {"5321-3.5.1", T("VRFY a@b c"), SMTP_V_VRFY, END, 8, NULL},
    {"5321-3.5.1", T("VRFY a@b..c"), SMTP_V_VRFY, SMTP_E_DOMAIN, 9, NULL},
    {"5321-4.1.1.6", T("VRFY \"a"), SMTP_V_VRFY, SMTP_E_QUOTED_OPEN, 7, NULL},
    {"5321-4.1.1.7", T("EXPN Example-People"), SMTP_V_EXPN, OK, 0, NULL},
    {"5321-4.1.1.7", T("EXPN"), SMTP_V_EXPN, NO, 4, NULL},
    {"5321-4.1.2", T("EXPN a\xe9"), SMTP_V_EXPN, SMTP_E_NON_ASCII, 6, NULL},
    /* help, noop = [ SP String ] */
    {"5321-4.1.1.8", T("HELP"), SMTP_V_HELP, OK, 0, NULL},
    {"5321-4.1.1.8", T("HELP MAIL"), SMTP_V_HELP, OK, 0, NULL},
    {"5321-4.1.1.8", T("HELP \"MAIL\""), SMTP_V_HELP, OK, 0, NULL},
    {"5321-4.1.1.8", T("HELP a@b"), SMTP_V_HELP, STR, 6, NULL},
    {"5321-4.1.1.8", T("HELP "), SMTP_V_HELP, NO, 5, NULL},
    {"5321-4.1.1.9", T("NOOP x"), SMTP_V_NOOP, OK, 0, NULL},
    {"5321-4.1.1.9", T("NOOP \"\""), SMTP_V_NOOP, OK, 0, NULL},
    {"5321-4.1.1.9", T("NOOP \"a \\\" b \\\\ c\""), SMTP_V_NOOP, OK, 0, NULL},
    {"5321-4.1.1.9", T("NOOP x y"), SMTP_V_NOOP, STR, 6, NULL},
    {"5321-4.1.1.9", T("NOOP  x"), SMTP_V_NOOP, STR, 5, NULL},
    {"5321-4.1.1.9", T("NOOP \"x\"y"), SMTP_V_NOOP, STR, 8, NULL},
    {"5321-4.1.2", T("NOOP a\nQUIT"), SMTP_V_NOOP, SMTP_E_CONTROL, 6, NULL},
    /* bdat-cmd ::= "BDAT" SP chunk-size [ SP end-marker ] */
    {"3030-2", T("BDAT 0"), SMTP_V_BDAT, OK, 0, NULL},
    {"3030-2", T("BDAT 1000"), SMTP_V_BDAT, OK, 0, NULL},
    {"3030-2", T("BDAT 86 LAST"), SMTP_V_BDAT, OK, 0, NULL},
    {"3030-2", T("bdat 0086 last"), SMTP_V_BDAT, OK, 0, "BDAT 86 LAST"},
    {"3030-2", T("BDAT 18446744073709551615"), SMTP_V_BDAT, OK, 0, NULL},
    {"3030-2", T("BDAT 18446744073709551616"), SMTP_V_BDAT, OK, 0, "BDAT 18446744073709551615"},
    {"3030-2", T("BDAT 9999999999999999999999 LAST"), SMTP_V_BDAT, OK, 0,
     "BDAT 18446744073709551615 LAST"},
    {"3030-2", T("BDAT"), SMTP_V_BDAT, NO, 4, NULL},
    {"3030-2", T("BDAT "), SMTP_V_BDAT, NO, 5, NULL},
    {"3030-2", T("BDAT LAST"), SMTP_V_BDAT, PAR, 5, NULL},
    {"3030-2", T("BDAT -1"), SMTP_V_BDAT, PAR, 5, NULL},
    {"3030-2", T("BDAT 5 "), SMTP_V_BDAT, END, 7, NULL},
    {"3030-2", T("BDAT 5 LASTX"), SMTP_V_BDAT, END, 11, NULL},
    {"3030-2", T("BDAT 5 LA"), SMTP_V_BDAT, END, 9, NULL},
    {"3030-2", T("BDAT 5 FOO"), SMTP_V_BDAT, END, 7, NULL},
    {"3030-2", T("BDAT 5x"), SMTP_V_BDAT, END, 6, NULL},
    {"3030-2", T("BDAT 5  LAST"), SMTP_V_BDAT, END, 7, NULL},
    /* auth-command = "AUTH" SP sasl-mech [SP initial-response] */
    {"4954-8", T("AUTH PLAIN"), SMTP_V_AUTH, OK, 0, NULL},
    {"4954-8", T("AUTH PLAIN ="), SMTP_V_AUTH, OK, 0, NULL},
    {"4954-8", T("AUTH PLAIN AGEAYg=="), SMTP_V_AUTH, OK, 0, NULL},
    {"4954-8", T("AUTH PLAIN AGE="), SMTP_V_AUTH, OK, 0, NULL},
    {"4954-8", T("AUTH PLAIN AG+/"), SMTP_V_AUTH, OK, 0, NULL},
    {"4954-8", T("AUTH SCRAM-SHA-256_PLUS"), SMTP_V_AUTH, OK, 0, NULL},
    {"4954-8", T("AUTH"), SMTP_V_AUTH, NO, 4, NULL},
    {"4954-8", T("AUTH plain"), SMTP_V_AUTH, PAR, 5, NULL},
    {"4954-8", T("AUTH PLAIN "), SMTP_V_AUTH, B64, 11, NULL},
    {"4954-8", T("AUTH PLAIN A"), SMTP_V_AUTH, B64, 12, NULL},
    {"4954-8", T("AUTH PLAIN AGE"), SMTP_V_AUTH, B64, 14, NULL},
    {"4954-8", T("AUTH PLAIN AG="), SMTP_V_AUTH, B64, 14, NULL},
    {"4954-8", T("AUTH PLAIN AGE=="), SMTP_V_AUTH, B64, 15, NULL},
    {"4954-8", T("AUTH PLAIN AGEA="), SMTP_V_AUTH, B64, 15, NULL},
    {"4954-8", T("AUTH PLAIN AGEA x"), SMTP_V_AUTH, END, 15, NULL},
    {"4954-8", T("AUTH PLAIN A*EA"), SMTP_V_AUTH, B64, 12, NULL},
    {"4954-8", T("AUTH ABCDEFGHIJKLMNOPQRST"), SMTP_V_AUTH, OK, 0, NULL},
    {"4954-8", T("AUTH ABCDEFGHIJKLMNOPQRSTU"), SMTP_V_AUTH, END, 25, NULL},
    /* ETRN [<option character>]<node name> */
    {"RFC 1985 5", T("ETRN uu.net"), SMTP_V_ETRN, OK, 0, NULL},
    {"RFC 1985 5.3", T("ETRN @foo.com"), SMTP_V_ETRN, OK, 0, NULL},
    {"RFC 1985 5.3", T("ETRN #uucp!x"), SMTP_V_ETRN, OK, 0, NULL},
    {"RFC 1985 5", T("ETRN"), SMTP_V_ETRN, NO, 4, NULL},
    {"RFC 1985 5", T("ETRN a..b"), SMTP_V_ETRN, SMTP_E_DOMAIN, 7, NULL},
    {"RFC 1985 5.3", T("ETRN @"), SMTP_V_ETRN, SMTP_E_DOMAIN, 6, NULL},
    {"RFC 1985 5.3", T("ETRN #"), SMTP_V_ETRN, PAR, 6, NULL},
    {"RFC 1985 5.3", T("ETRN #a b"), SMTP_V_ETRN, END, 7, NULL},
    {"RFC 1985 5", T("ETRN a b"), SMTP_V_ETRN, END, 6, NULL},
};
enum { ROWS = sizeof rows / sizeof *rows };

static void check_print(const struct row *row, const struct smtp_command *cmd)
{
    static const char blank[1024];
    char want[1024];
    size_t n = (size_t)(row->print != NULL ? snprintf(want, sizeof want, "%s\r\n", row->print)
                                           : snprintf(want, sizeof want, "%.*s\r\n",
                                                      (int)row->line.n, row->line.p));
    for (size_t room = 0; room <= n; room++) {
        smtp_span place = guard_copy((smtp_span){blank, room});
        smtp_room to = {(char *)(uintptr_t)place.p, room};
        ck_assert_msg(smtp_print_command(to, cmd) == n, "%s: %s", row->clause, want);
        ck_assert_msg(room < n || memcmp(place.p, want, n) == 0, "%s: %s", row->clause, place.p);
        guard_free(place);
    }
}

START_TEST(test_rows)
{
    const struct row *row = &rows[_i];
    smtp_span line = guard_copy(row->line);
    struct smtp_command cmd;
    enum smtp_fault fault = smtp_parse_command(line, 0, &cmd);
    ck_assert_msg(fault == row->fault, "%s: %.*s: %s at %zu", row->clause, (int)row->line.n,
                  row->line.p, smtp_fault_row(fault)->symbol, cmd.fault_off);
    ck_assert_int_eq(cmd.verb, row->verb);
    ck_assert_ptr_eq(cmd.line.p, line.p);
    ck_assert_uint_eq(cmd.line.n, line.n);
    ck_assert_uint_eq(cmd.lax_used, 0);
    if (fault != SMTP_OK)
        ck_assert_msg(cmd.fault_off == row->at, "%s: %.*s: at %zu", row->clause, (int)row->line.n,
                      row->line.p, cmd.fault_off);
    else
        check_print(row, &cmd);
    guard_free(line);
}
END_TEST

/* A line cut anywhere is a fault or another legal line, and its offset never lies behind its end.
 */
START_TEST(test_cut)
{
    for (size_t n = 0; n <= rows[_i].line.n; n++) {
        smtp_span line = guard_copy(smtp_span_cut(rows[_i].line, 0, n));
        struct smtp_command cmd;
        enum smtp_fault fault = smtp_parse_command(line, 0, &cmd);
        ck_assert(fault == SMTP_OK || cmd.fault_off <= n);
        guard_free(line);
    }
}
END_TEST

START_TEST(test_parts)
{
    struct smtp_command cmd;
    ck_assert_int_eq(smtp_parse_command(SMTP_SPAN("BDAT 12 LAST"), 0, &cmd), SMTP_OK);
    ck_assert_uint_eq(cmd.chunk, 12);
    ck_assert(cmd.last);
    ck_assert(smtp_span_is(cmd.argument, SMTP_SPAN("12 LAST")));
    ck_assert_int_eq(smtp_parse_command(SMTP_SPAN("EHLO [192.0.2.1]"), 0, &cmd), SMTP_OK);
    ck_assert_int_eq(cmd.host.kind, SMTP_D_IPV4);
    ck_assert_int_eq(smtp_parse_command(SMTP_SPAN("MAIL FROM:<a@b> X=1 Y"), 0, &cmd), SMTP_OK);
    ck_assert(smtp_span_is(cmd.path.mailbox, SMTP_SPAN("a@b")));
    ck_assert(smtp_span_is((smtp_span){cmd.params.at, (size_t)(cmd.params.end - cmd.params.at)},
                           SMTP_SPAN(" X=1 Y")));
    ck_assert_int_eq(smtp_parse_command(SMTP_SPAN("XYZZY a b"), 0, &cmd), SMTP_E_VERB);
    ck_assert(smtp_span_is(cmd.argument, SMTP_SPAN("a b")));
}
END_TEST

/* RFC 4954 8: [SP initial-response], of which "=" is an empty one. */
START_TEST(test_auth_parts)
{
    static const struct {
        const char *line, *mechanism, *initial;
        bool has_initial;
    } want[] = {
        {"AUTH LOGIN", "LOGIN", "", false},
        {"auth EXTERNAL =", "EXTERNAL", "=", true},
        {"AUTH PLAIN AGEAYg==", "PLAIN", "AGEAYg==", true},
        {"NOOP PLAIN", "", "", false},
    };
    struct smtp_command cmd;
    smtp_span line = guard_copy(smtp_span_of(want[_i].line));
    ck_assert_int_eq(smtp_parse_command(line, 0, &cmd), SMTP_OK);
    ck_assert(smtp_span_is(cmd.mechanism, smtp_span_of(want[_i].mechanism)));
    ck_assert(smtp_span_is(cmd.initial, smtp_span_of(want[_i].initial)));
    ck_assert_int_eq(cmd.has_initial, want[_i].has_initial);
    guard_free(line);
}
END_TEST

/* RFC 6531 3.7.4.2: the word is no part of the name, in any case; without the extension it is refused. */
START_TEST(test_name)
{
    static const struct {
        const char *line, *name;
        bool utf8;
    } want[] = {
        {"VRFY tester SMTPUTF8", "tester", true},
        {"EXPN team@a.test smtputf8", "team@a.test", true},
        {"VRFY SMTPUTF8", "SMTPUTF8", false},
        {"VRFY \"a SMTPUTF8\"", "\"a SMTPUTF8\"", false},
        {"VRFY \xc3\xa9 SMTPUTF8 SMTPUTF8", NULL, true},
        {"VRFY \xc3\xa9 SMTPUTF8 ", "\xc3\xa9", true},
    };
    struct smtp_command cmd;
    smtp_span line = guard_copy(smtp_span_of(want[_i].line));
    unsigned lax = (unsigned)SMTP_LAX_UTF8 | (unsigned)SMTP_LAX_BLANK_END;
    ck_assert_int_eq(smtp_parse_command(line, lax, &cmd) == SMTP_OK, want[_i].name != NULL);
    ck_assert_int_eq(cmd.utf8, want[_i].utf8);
    if (want[_i].name != NULL)
        ck_assert(smtp_span_is(smtp_command_name(&cmd), smtp_span_of(want[_i].name)));
    guard_free(line);
}
END_TEST

/* A span that points nowhere is an empty line. */
START_TEST(test_nowhere)
{
    struct smtp_command cmd;
    ck_assert_int_eq(smtp_parse_command((smtp_span){NULL, 0}, SMTP_LAX_BLANK_END, &cmd),
                     SMTP_E_NO_COMMAND);
    ck_assert_uint_eq(cmd.fault_off, 0);
    ck_assert_uint_eq(cmd.argument.n, 0);
}
END_TEST

static Suite *command_suite(void)
{
    Suite *suite = suite_create("command");
    TCase *tcase = tcase_create("command");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_loop_test(tcase, test_cut, 0, ROWS);
    tcase_add_test(tcase, test_parts);
    tcase_add_loop_test(tcase, test_auth_parts, 0, 4);
    tcase_add_loop_test(tcase, test_name, 0, 6);
    tcase_add_test(tcase, test_nowhere);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(command_suite)
