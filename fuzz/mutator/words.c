#include "words.h"

#include "smtp/capabilities.h"
#include "smtp/command.h"

/* clang-format off */
#define W(literal) {(literal), sizeof(literal) - 1}

static const smtp_span verbs[] = {
#define VERB(verb) W(#verb),
    SMTP_VERBS(VERB)
#undef VERB
    W("XCLIENT"), W(""),
};

static const smtp_span params[] = {
    W("SIZE="), W("BODY="), W("SMTPUTF8"), W("RET="), W("ENVID="), W("AUTH="), W("REQUIRETLS"), W("BY="),
    W("HOLDFOR="), W("HOLDUNTIL="), W("MT-PRIORITY="), W("NOTIFY="), W("ORCPT="), W("XTEST="), W("XTEST"),
};

static const smtp_span values[] = {
    W("0"), W("1"), W("1000"), W("10485761"), W("18446744073709551616"), W("7BIT"), W("8BITMIME"), W("BINARYMIME"), W("FULL"),
    W("HDRS"), W("QQ314159"), W("a+3Db+2B"), W("+"), W("+0"), W("+G0"), W("<>"), W("e+40x.example"), W("120;R"), W("-1;N"),
    W("60;RT"), W("-999999999;NT"), W("86400"), W("2027-01-01T00:00:00Z"), W("2027-01-01T00:00:00.5Z"), W("-9"), W("9"),
    W("10"), W("NEVER"), W("SUCCESS,FAILURE"), W("DELAY"), W("NEVER,DELAY"), W("rfc822;a@b.example"),
    W("utf-8;\\x{E9}@b.example"), W("utf-8;\xc3\xa9@b.example"), W(""),
};

static const smtp_span keywords[] = {
    W("SIZE"), W("8BITMIME"), W("PIPELINING"), W("ENHANCEDSTATUSCODES"), W("STARTTLS"), W("HELP"), W("VRFY"), W("EXPN"),
    W("CHUNKING"), W("BINARYMIME"), W("SMTPUTF8"), W("DSN"), W("AUTH"), W("REQUIRETLS"), W("LIMITS"), W("DELIVERBY"),
    W("MT-PRIORITY"), W("FUTURERELEASE"), W("ETRN"), W("SIZE 1000"), W("AUTH PLAIN LOGIN"), W("AUTH=LOGIN"),
    W("LIMITS MAILMAX=1 RCPTMAX=1 RCPTDOMAINMAX=1"), W("DELIVERBY 60"), W("MT-PRIORITY STANAG4406"),
    W("FUTURERELEASE 86400 2030-01-01T00:00:00Z"),
};

static const smtp_span mechanisms[] = {
#define MECHANISM(symbol, name) W(name),
    SMTP_MECHANISMS(MECHANISM)
#undef MECHANISM
    W("AGEAYgBj"), W("AA=="), W("="), W("*"),
};

static const smtp_span codes[] = {
    W("220"), W("221"), W("235"), W("250"), W("251"), W("252"), W("334"), W("354"), W("421"), W("432"), W("450"), W("451"),
    W("452"), W("454"), W("455"), W("500"), W("501"), W("502"), W("503"), W("504"), W("521"), W("530"), W("534"), W("535"),
    W("538"), W("550"), W("551"), W("552"), W("553"), W("554"), W("555"), W("556"), W("000"), W("199"), W("200"), W("299"),
    W("300"), W("399"), W("400"), W("499"), W("559"), W("560"), W("599"), W("600"), W("999"), W("25"), W("2500"),
};

static const smtp_span enhanced[] = {
    W("2.0.0 "), W("2.1.0 "), W("2.1.5 "), W("4.4.2 "), W("4.7.0 "), W("5.1.1 "), W("5.5.1 "), W("5.7.1 "), W("3.0.0 "),
    W("5.1000.1 "), W("5.01.1 "), W("5.7."),
};

static const smtp_span numbers[] = {
    W("0"), W("1"), W("2"), W("9"), W("10"), W("00"), W("63"), W("64"), W("65"), W("99"), W("100"), W("101"), W("255"), W("256"),
    W("511"), W("512"), W("513"), W("999"), W("1000"), W("1001"), W("4294967295"), W("4294967296"), W("2147483647"),
    W("2147483648"), W("9223372036854775807"), W("9223372036854775808"), W("18446744073709551615"),
    W("18446744073709551616"), W("99999999999999999999"), W("100000000000000000000"), W("-1"), W("+1"),
};

static const smtp_span terminators[] = {
    W("\r\n.\r\n"), W("\n.\n"), W("\r\n.\n"), W("\n.\r\n"), W("\r.\r"), W("\r\n.\r"), W("\r.\r\n"), W("\r\n..\r\n"),
    W("\r\n.\0\r\n"), W("\r\n\0.\r\n"), W("\r\n. \r\n"), W("\r\n.\r\r\n"), W("\r\r\n.\r\n"), W("\r\n.\r\n.\r\n"), W("\r\n.x\r\n"),
    W("\r\n."), W("\r\n"), W("\r"), W("\n"), W("\r\n\r\n"), W(".\r\n"),
};

static const smtp_span octets[] = {
    W("\r"), W("\n"), W("\0"), W("."), W("\x80"), W("\xfe"), W("\xc3\xa9"), W("\xe2\x82\xac"), W("\xf0\x9f\x93\xa7"), W("\xc0\x80"),
    W("\xed\xa0\x80"), W("\xc3"), W("\""), W("\\"), W("<"), W(">"), W("["), W("]"), W("("), W(")"), W("@"), W(":"), W(","), W(";"),
    W(" "), W("\t"), W("="), W("+"), W("-"), W("_"), W("%"), W("!"), W("/"), W("\x7f"), W("\x01"), W("0"), W("9"), W("A"), W("z"), W("~"),
};

static const smtp_span addresses[] = {
    W("<>"), W("<a@b.example>"), W("<Postmaster>"), W("<@a.example,@b.example:c@d.example>"), W("<\"a b\"@c.example>"),
    W("<\"\\\"\\\\\"@c.example>"), W("<a@[127.0.0.1]>"), W("<a@[IPv6:::1]>"), W("<a@[IPv6:1:2:3:4:5:6:7:8]>"),
    W("<a@[IPv6:1::3:4:5:6:7:8]>"), W("<a@[IPv6:::ffff:192.0.2.1]>"), W("<a@[x-tag:content]>"), W("<\xc3\xa9@\xc3\xa9.example>"),
    W("FROM:<"), W("TO:<"), W("@"), W("[IPv6:"), W("::"), W("xn--"), W(".."), W("a-"), W("\"\""), W("[255.255.255.255]"),
    W("<@a.example:\"b c\"@[IPv6:2001:db8::1]>"),
};

static const smtp_span trace[] = {
    W("Received: "), W("Return-Path: <>\r\n"), W("from "), W(" by "), W(" via TCP"), W(" with ESMTP"), W(" with ESMTPSA"),
    W(" with LMTP"), W(" with UTF8SMTPS"), W(" id "), W(" for <a@b.example>"), W("; "), W(" ("), W(")"), W("([192.0.2.1])"),
    W("([IPv6:::1])"), W("\r\n "), W("\r\n\t"), W("<a@b>"), W(" tls "), W("@"),
    W("Received: from a.b by c.d; 1 Jan 2026 00:00 +0000\r\n"),
    W("Received: from a.b ([192.0.2.1]) by c.d via TCP with ESMTP id x for <e@f>; 1 Jan 2026 00:00 +0000\r\n"),
};

static const smtp_span dates[] = {
    W("Tue, 24 Nov 2026 12:00:00 +0000"), W("Mon, "), W(" Jan "), W(" Feb "), W(" Dec "), W("29 Feb 2024"), W("29 Feb 2100"),
    W("23:59:60"), W("24:00:00"), W(" -0000"), W(" +2359"), W(" +2400"), W(" GMT"), W(" EST"), W(" Z"), W(" 99 "), W("(UT)"), W(" 1900 "),
};

static const smtp_span commands[] = {
    W("EHLO a.example\r\n"), W("HELO a.example\r\n"), W("LHLO a.example\r\n"), W("MAIL FROM:<a@b.example>\r\n"), W("MAIL FROM:<>\r\n"),
    W("RCPT TO:<c@d.example>\r\n"), W("RCPT TO:<Postmaster>\r\n"), W("DATA\r\n"), W("BDAT 4\r\nx\r\n\r"), W("BDAT 2 LAST\r\n\r\n"),
    W("BDAT 0 LAST\r\n"), W("RSET\r\n"), W("NOOP\r\n"), W("QUIT\r\n"), W("VRFY a\r\n"), W("EXPN a\r\n"), W("HELP\r\n"), W("STARTTLS\r\n"),
    W("AUTH PLAIN AGEAYgBj\r\n"), W("AUTH LOGIN\r\n"), W("YQ==\r\n"), W("*\r\n"), W(".\r\n"), W("Subject: x\r\n\r\nx\r\n.\r\n"),
};

static const smtp_span replies[] = {
    W("220 a.example ESMTP\r\n"), W("250 a.example\r\n"), W("250-a.example\r\n250 PIPELINING\r\n"), W("250-PIPELINING\r\n"),
    W("250-CHUNKING\r\n"), W("250 SIZE 1000\r\n"), W("250 STARTTLS\r\n"), W("250 2.0.0 ok\r\n"), W("354 go on\r\n"), W("334 \r\n"),
    W("235 2.7.0 ok\r\n"), W("221 bye\r\n"), W("421 4.3.2 closing\r\n"), W("450 4.2.0 later\r\n"), W("452 4.5.3 too many\r\n"),
    W("503 5.5.1 no\r\n"), W("550 5.1.1 no\r\n"), W("554 no\r\n"), W("220 ready\r\n"), W("454 no TLS\r\n"), W("500 what\r\n"),
};

/* A whole file of each, so that one is there to be edited where fuzzing begins with nothing. */
#define SCENARIO \
    "server must: answer\nreq: R5321-4.2-a\neffect: none\nuse hello\ntest:\nC* 2: NOOP\nS* 2: 250\n" \
    "C= \"NOOP\\r\\n\" * 2\nS: 250 [~ /ok$/ \"250 ok\"]\nS| 5yz\nS| close => fail \"hangs up\"\n"
#define CASE(id) \
    "{\"id\":\"" id "\",\"title\":\"t\",\"verdict\":\"warn\",\"level\":\"should\",\"req\":[\"R1\"],\"why\":\"w\",\"line\":1,\"ms\":1," \
    "\"effect\":\"none\",\"tags\":[],\"expected\":\"250\",\"received\":\"\\\\r\\\\n\",\"expectation\":\"unexpected\",\"again\":\"x\"}"
#define FINDING \
    "{\"rule\":\"r\",\"req\":[\"R2\"],\"level\":\"must\",\"verdict\":\"fail\",\"side\":\"server\",\"case\":\"case-1\",\"count\":1," \
    "\"why\":\"w\",\"bytes\":\"250\"}"
#define REPORT \
    "{\"schema\":\"smtpspec-report/1\",\"tool\":\"t\",\"target\":{\"url\":\"u\",\"role\":\"server\",\"tls\":\"none\"," \
    "\"greeting\":null,\"ehlo\":[],\"tls_version\":null,\"profile\":null},\"started\":\"s\",\"seconds\":1,\"seed\":1," \
    "\"interrupted\":false,\"not_run\":0,\"summary\":{\"pass\":0,\"fail\":0,\"warn\":0,\"info\":0,\"inconclusive\":0,\"skip\":0," \
    "\"error\":0,\"must\":{\"met\":0,\"of\":0},\"should\":{\"met\":0,\"of\":0}},\"exit\":0,\"cases\":[\n" \
    CASE("case-1") ",\n" CASE("case-2") "\n],\"findings\":[\n" FINDING "\n]}\n"

static const smtp_span scenario[] = {
    W("C: "), W("S: "), W("S| "), W("C| "), W("HC: "), W("HS: "), W("test:\n"), W("use hello\n"), W("req: "), W("effect: none\n"),
    W("server must: "), W("client must: "), W(" => pass"), W(" => fail"), W("5yz"), W("2yz"), W(" | "), W("{from}"), W("{rcpt}"),
    W("{ehlo}"), W("\\r\\n"), W("\\x00"), W("@tls\n"), W("@pause 1s\n"), W("@close\n"), W("each: "),
    W("C. "), W("M: "), W("silence 2s"), W("level "), W(" info \""), W(" * 2"), W("C* 2: "),
    W("S* 2: "), W("C= bytewise \"a\"\n"), W(SCENARIO),
};

static const smtp_span results[] = {
    W("{"), W("}"), W("["), W("]"), W("\":\""), W("null"), W("true"), W("-1"), W("1e9"), W("\"cases\":["), W("\"id\":\""), W("\"verdict\":\"pass\""),
    W("\"verdict\":\"fail\""), W("\"verdict\":\"skip\""), W("\"transcript\":["), W("\"target\":{"), W("\\u0000"), W("\\ud800"),
    W("\\u001b"), W("\\u007f"), W("\\u009b"), W(CASE("case-3") ",\n"),
    W(FINDING ",\n"), W(REPORT),
};
/* clang-format on */

#define KIND(kind, rows) [kind] = {#rows, rows, sizeof(rows) / sizeof *(rows)}
static const struct words all[WORDS_KINDS] = {
    KIND(WORDS_VERBS, verbs),
    KIND(WORDS_PARAMS, params),
    KIND(WORDS_VALUES, values),
    KIND(WORDS_KEYWORDS, keywords),
    KIND(WORDS_MECHANISMS, mechanisms),
    KIND(WORDS_CODES, codes),
    KIND(WORDS_ENHANCED, enhanced),
    KIND(WORDS_NUMBERS, numbers),
    KIND(WORDS_TERMINATORS, terminators),
    KIND(WORDS_OCTETS, octets),
    KIND(WORDS_ADDRESSES, addresses),
    KIND(WORDS_TRACE, trace),
    KIND(WORDS_DATES, dates),
    KIND(WORDS_COMMANDS, commands),
    KIND(WORDS_REPLIES, replies),
    KIND(WORDS_SCENARIO, scenario),
    KIND(WORDS_RESULTS, results),
};

struct words words_of(enum words_kind kind)
{
    return all[kind];
}
