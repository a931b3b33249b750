#include "rules.h"

#include <string.h>

/* clang-format off */
static const struct rule_text rules[] = {
    /* ---- lines and commands ---- */
    {"line", "RFC 5321 2.3.8, 4.1.2",
     "line    = *( %d32-126 ) CRLF        ; what commands are written in\n"
     "CRLF    = %d13 %d10                 ; neither of them stands alone\n"
     "; 512 octets with the CRLF (4.5.3.1.4), and what each extension adds"},
    {"command", "RFC 5321 4.1.1",
     "ehlo    = \"EHLO\" SP ( Domain / address-literal ) CRLF\n"
     "helo    = \"HELO\" SP Domain CRLF\n"
     "mail    = \"MAIL FROM:\" Reverse-path [SP Mail-parameters] CRLF\n"
     "rcpt    = \"RCPT TO:\" ( \"<Postmaster@\" Domain \">\" / \"<Postmaster>\" / Forward-path ) [SP Rcpt-parameters] CRLF\n"
     "data    = \"DATA\" CRLF\n"
     "rset    = \"RSET\" CRLF\n"
     "vrfy    = \"VRFY\" SP String CRLF\n"
     "expn    = \"EXPN\" SP String CRLF\n"
     "help    = \"HELP\" [ SP String ] CRLF\n"
     "noop    = \"NOOP\" [ SP String ] CRLF\n"
     "quit    = \"QUIT\" CRLF\n"
     "; extensions: STARTTLS (3207), BDAT (3030), AUTH (4954), LHLO (2033), ETRN (1985)"},
    {"octets", "RFC 5321 4.1.2, RFC 5322 3.2.3",
     "atext           = ALPHA / DIGIT / \"!\" / \"#\" / \"$\" / \"%\" / \"&\" / \"'\" / \"*\" / \"+\" / \"-\" / \"/\" /\n"
     "                  \"=\" / \"?\" / \"^\" / \"_\" / \"`\" / \"{\" / \"|\" / \"}\" / \"~\"\n"
     "qtextSMTP       = %d32-33 / %d35-91 / %d93-126\n"
     "quoted-pairSMTP = %d92 %d32-126\n"
     "esmtp-value     = 1*(%d33-60 / %d62-126)"},
    {"String", "RFC 5321 4.1.2",
     "String          = Atom / Quoted-string\n"
     "Atom            = 1*atext\n"
     "Quoted-string   = DQUOTE *QcontentSMTP DQUOTE\n"
     "QcontentSMTP    = qtextSMTP / quoted-pairSMTP\n"
     "quoted-pairSMTP = %d92 %d32-126\n"
     "qtextSMTP       = %d32-33 / %d35-91 / %d93-126"},
    {"mail", "RFC 5321 4.1.1.2",
     "mail            = \"MAIL FROM:\" Reverse-path [SP Mail-parameters] CRLF\n"
     "Mail-parameters = esmtp-param *(SP esmtp-param)\n"
     "; no space on either side of the colon (3.3)"},
    {"rcpt", "RFC 5321 4.1.1.3",
     "rcpt            = \"RCPT TO:\" ( \"<Postmaster@\" Domain \">\" / \"<Postmaster>\" / Forward-path ) [SP Rcpt-parameters] CRLF\n"
     "Rcpt-parameters = esmtp-param *(SP esmtp-param)\n"
     "; no space on either side of the colon (3.3)"},
    {"starttls", "RFC 3207 4",
     "starttls = \"STARTTLS\" CRLF        ; no parameters"},
    /* ---- addresses ---- */
    {"Domain", "RFC 5321 4.1.2",
     "Domain     = sub-domain *(\".\" sub-domain)\n"
     "sub-domain = Let-dig [Ldh-str]\n"
     "Let-dig    = ALPHA / DIGIT\n"
     "Ldh-str    = *( ALPHA / DIGIT / \"-\" ) Let-dig\n"
     "; 255 octets at most (4.5.3.1.2)"},
    {"address-literal", "RFC 5321 4.1.2, 4.1.3",
     "address-literal         = \"[\" ( IPv4-address-literal / IPv6-address-literal / General-address-literal ) \"]\"\n"
     "IPv4-address-literal    = Snum 3(\".\" Snum)\n"
     "IPv6-address-literal    = \"IPv6:\" IPv6-addr\n"
     "General-address-literal = Standardized-tag \":\" 1*dcontent\n"
     "Standardized-tag        = Ldh-str\n"
     "dcontent                = %d33-90 / %d94-126\n"
     "Snum                    = 1*3DIGIT        ; 0 through 255\n"
     "IPv6-addr               = IPv6-full / IPv6-comp / IPv6v4-full / IPv6v4-comp\n"
     "IPv6-hex                = 1*4HEXDIG\n"
     "IPv6-full               = IPv6-hex 7(\":\" IPv6-hex)\n"
     "IPv6-comp               = [IPv6-hex *5(\":\" IPv6-hex)] \"::\" [IPv6-hex *5(\":\" IPv6-hex)]\n"
     "                          ; no more than 6 groups beside the \"::\"\n"
     "IPv6v4-full             = IPv6-hex 5(\":\" IPv6-hex) \":\" IPv4-address-literal\n"
     "IPv6v4-comp             = [IPv6-hex *3(\":\" IPv6-hex)] \"::\" [IPv6-hex *3(\":\" IPv6-hex) \":\"] IPv4-address-literal\n"
     "                          ; no more than 4 groups beside the \"::\" and the IPv4-address-literal"},
    {"Path", "RFC 5321 4.1.2",
     "Reverse-path = Path / \"<>\"\n"
     "Forward-path = Path\n"
     "Path         = \"<\" [ A-d-l \":\" ] Mailbox \">\"\n"
     "A-d-l        = At-domain *( \",\" At-domain )\n"
     "At-domain    = \"@\" Domain\n"
     "Mailbox      = Local-part \"@\" ( Domain / address-literal )\n"
     "; 256 octets at most (4.5.3.1.3)"},
    {"Mailbox", "RFC 5321 4.1.2",
     "Mailbox    = Local-part \"@\" ( Domain / address-literal )\n"
     "Local-part = Dot-string / Quoted-string"},
    {"Local-part", "RFC 5321 4.1.2",
     "Local-part      = Dot-string / Quoted-string\n"
     "Dot-string      = Atom *(\".\" Atom)\n"
     "Atom            = 1*atext\n"
     "Quoted-string   = DQUOTE *QcontentSMTP DQUOTE\n"
     "QcontentSMTP    = qtextSMTP / quoted-pairSMTP\n"
     "quoted-pairSMTP = %d92 %d32-126\n"
     "qtextSMTP       = %d32-33 / %d35-91 / %d93-126\n"
     "; 64 octets at most (4.5.3.1.1)"},
    {"Quoted-string", "RFC 5321 4.1.2",
     "Quoted-string   = DQUOTE *QcontentSMTP DQUOTE\n"
     "QcontentSMTP    = qtextSMTP / quoted-pairSMTP\n"
     "quoted-pairSMTP = %d92 %d32-126\n"
     "qtextSMTP       = %d32-33 / %d35-91 / %d93-126"},
    /* ---- parameters ---- */
    {"esmtp-param", "RFC 5321 4.1.2",
     "esmtp-param   = esmtp-keyword [\"=\" esmtp-value]\n"
     "esmtp-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / \"-\")\n"
     "esmtp-value   = 1*(%d33-60 / %d62-126)\n"
     "; each keyword once (4.1.1.11)"},
    {"size-value", "RFC 1870 4", "size-param = \"SIZE=\" size-value\nsize-value = 1*20DIGIT"},
    {"body-value", "RFC 6152 2, RFC 3030 3",
     "body-param = \"BODY=\" body-value\nbody-value = \"7BIT\" / \"8BITMIME\" / \"BINARYMIME\""},
    {"no-value", "RFC 6531 3.1, RFC 8689 2", "smtputf8   = \"SMTPUTF8\"        ; no value\nrequiretls = \"REQUIRETLS\"      ; no value"},
    {"ret-value", "RFC 3461 4.3", "ret-parameter = \"RET=\" ( \"FULL\" / \"HDRS\" )"},
    {"envid", "RFC 3461 4.4",
     "envid-parameter = \"ENVID=\" xtext        ; 100 octets at most, of printable octets\n"
     "xtext           = *( xchar / hexchar )\n"
     "xchar           = %d33-42 / %d44-60 / %d62-126\n"
     "hexchar         = \"+\" 2(%x30-39 / %x41-46)"},
    {"auth-param", "RFC 4954 5, 8",
     "auth-param = \"AUTH=\" xtext        ; of a Mailbox, or \"<>\"\n"
     "xtext      = *( xchar / hexchar )\n"
     "xchar      = %d33-42 / %d44-60 / %d62-126\n"
     "hexchar    = \"+\" 2(%x30-39 / %x41-46)"},
    {"by-value", "RFC 2852 4",
     "by-parameter = \"BY=\" by-value\n"
     "by-value     = by-time \";\" by-mode [by-trace]\n"
     "by-time      = [\"-\" / \"+\"] 1*9DIGIT     ; more than 0 with a by-mode of \"R\"\n"
     "by-mode      = \"N\" / \"R\"\n"
     "by-trace     = \"T\""},
    {"hold-param", "RFC 4865 3, with erratum 2040",
     "hold-param               = hold-for-param / hold-until-param\n"
     "hold-for-param           = \"HOLDFOR=\" future-release-interval\n"
     "hold-until-param         = \"HOLDUNTIL=\" future-release-date-time\n"
     "future-release-interval  = %x31-39 *8DIGIT\n"
     "future-release-date-time = date-time        ; of RFC 3339 5.6, in UTC"},
    {"priority-value", "RFC 6710 7",
     "priority-value = ([\"-\"] NZDIGIT) / \"0\"\nNZDIGIT        = %x31-39"},
    {"notify", "RFC 3461 4.1",
     "notify-parameter    = \"NOTIFY=\" notify-esmtp-value\n"
     "notify-esmtp-value  = \"NEVER\" / 1#notify-list-element\n"
     "notify-list-element = \"SUCCESS\" / \"FAILURE\" / \"DELAY\""},
    {"orcpt", "RFC 3461 4.2, RFC 6533 3",
     "orcpt-parameter            = \"ORCPT=\" original-recipient-address     ; 500 octets at most\n"
     "original-recipient-address = addr-type \";\" xtext\n"
     "addr-type                  = Atom\n"
     "; of type utf-8: utf-8-addr-xtext, and with SMTPUTF8 utf-8-addr-unitext"},
    {"bdat", "RFC 3030 2",
     "bdat-cmd   = \"BDAT\" SP chunk-size [ SP end-marker ] CRLF\nchunk-size = 1*DIGIT\nend-marker = \"LAST\""},
    {"auth-command", "RFC 4954 8, RFC 4422 3.1",
     "auth-command     = \"AUTH\" SP sasl-mech [SP initial-response] CRLF     ; and the lines of the exchange\n"
     "initial-response = base64 / \"=\"\n"
     "sasl-mech        = 1*20mech-char\n"
     "mech-char        = %x41-5A / DIGIT / \"-\" / \"_\"\n"
     "base64           = base64-terminal / ( 1*(4base64-char) [base64-terminal] )\n"
     "base64-char      = ALPHA / DIGIT / \"+\" / \"/\"\n"
     "base64-terminal  = (2base64-char \"==\") / (3base64-char \"=\")"},
    {"xtext", "RFC 3461 4",
     "xtext   = *( xchar / hexchar )\nxchar   = %d33-42 / %d44-60 / %d62-126\nhexchar = \"+\" 2(%x30-39 / %x41-46)"},
    {"base64", "RFC 4954 8",
     "base64          = base64-terminal / ( 1*(4base64-char) [base64-terminal] )\n"
     "base64-char     = ALPHA / DIGIT / \"+\" / \"/\"\n"
     "base64-terminal = (2base64-char \"==\") / (3base64-char \"=\")"},
    /* ---- replies ---- */
    {"Reply-line", "RFC 5321 4.2",
     "Reply-line = *( Reply-code \"-\" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF\n"
     "Reply-code = %x32-35 %x30-35 %x30-39\n"
     "textstring = 1*(%d09 / %d32-126)\n"
     "; one code (4.2.1), 512 octets a line (4.5.3.1.5)"},
    {"Greeting", "RFC 5321 4.2",
     "Greeting = ( \"220 \" (Domain / address-literal) [ SP textstring ] CRLF ) /\n"
     "           ( \"220-\" (Domain / address-literal) [ SP textstring ] CRLF *( \"220-\" [ textstring ] CRLF ) \"220\" [ SP textstring ] CRLF )"},
    {"ehlo-ok-rsp", "RFC 5321 4.1.1.1",
     "ehlo-ok-rsp  = ( \"250\" SP Domain [ SP ehlo-greet ] CRLF ) /\n"
     "               ( \"250-\" Domain [ SP ehlo-greet ] CRLF *( \"250-\" ehlo-line CRLF ) \"250\" SP ehlo-line CRLF )\n"
     "ehlo-greet   = 1*(%d0-9 / %d11-12 / %d14-127)\n"
     "ehlo-line    = ehlo-keyword *( SP ehlo-param )\n"
     "ehlo-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / \"-\")\n"
     "ehlo-param   = 1*(%d33-126)"},
    {"ehlo-line", "RFC 5321 4.1.1.1",
     "ehlo-line    = ehlo-keyword *( SP ehlo-param )\n"
     "ehlo-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / \"-\")\n"
     "ehlo-param   = 1*(%d33-126)"},
    {"status-code", "RFC 3463 2",
     "status-code = class \".\" subject \".\" detail\nclass       = \"2\" / \"4\" / \"5\"\n"
     "subject     = 1*3DIGIT\ndetail      = 1*3DIGIT"},
    /* ---- trace fields ---- */
    {"CFWS", "RFC 5322 3.2.2",
     "FWS      = [*WSP CRLF] 1*WSP\n"
     "comment  = \"(\" *([FWS] ccontent) [FWS] \")\"\n"
     "ccontent = ctext / quoted-pair / comment\n"
     "ctext    = %d33-39 / %d42-91 / %d93-126\n"
     "CFWS     = (1*([FWS] comment) [FWS]) / FWS"},
    {"group", "RFC 5322 3.4",
     "address    = mailbox / group\n"
     "group      = display-name \":\" [group-list] \";\" [CFWS]\n"
     "group-list = mailbox-list / CFWS"},
    {"date-time", "RFC 5322 3.3, without its obs- forms (RFC 5321 4.4)",
     "date-time   = [ day-of-week \",\" ] date time [CFWS]\n"
     "day-of-week = [FWS] day-name\n"
     "day-name    = \"Mon\" / \"Tue\" / \"Wed\" / \"Thu\" / \"Fri\" / \"Sat\" / \"Sun\"\n"
     "date        = day month year\n"
     "day         = [FWS] 1*2DIGIT FWS\n"
     "month       = \"Jan\" / \"Feb\" / \"Mar\" / \"Apr\" / \"May\" / \"Jun\" / \"Jul\" / \"Aug\" / \"Sep\" / \"Oct\" / \"Nov\" / \"Dec\"\n"
     "year        = FWS 4*DIGIT FWS\n"
     "time        = time-of-day zone\n"
     "time-of-day = 2DIGIT \":\" 2DIGIT [ \":\" 2DIGIT ]\n"
     "zone        = FWS ( \"+\" / \"-\" ) 4DIGIT"},
    {"Stamp", "RFC 5321 4.4, with erratum 1683",
     "Time-stamp-line = \"Received:\" FWS Stamp CRLF\n"
     "Stamp           = From-domain By-domain Opt-info [CFWS] \";\" FWS date-time\n"
     "From-domain     = \"FROM\" FWS Extended-Domain\n"
     "By-domain       = CFWS \"BY\" FWS Extended-Domain\n"
     "Opt-info        = [Via] [With] [ID] [For] [Additional-Registered-Clauses]\n"
     "Via             = CFWS \"VIA\" FWS Link\n"
     "With            = CFWS \"WITH\" FWS Protocol\n"
     "ID              = CFWS \"ID\" FWS ( Atom / msg-id )\n"
     "For             = CFWS \"FOR\" FWS ( Path / Mailbox )\n"
     "Additional-Registered-Clauses = 1*(CFWS Atom FWS String)"},
    {"Extended-Domain", "RFC 5321 4.4",
     "Extended-Domain = Domain / ( Domain FWS \"(\" TCP-info \")\" ) / ( address-literal FWS \"(\" TCP-info \")\" )\n"
     "TCP-info        = address-literal / ( Domain FWS address-literal )"},
    {"trace-field", "RFC 5321 4.4",
     "Return-path-line = \"Return-Path:\" FWS Reverse-path CRLF\n"
     "Time-stamp-line  = \"Received:\" FWS Stamp CRLF"},
};

static const struct {
    enum smtp_fault fault;
    const char *rule;
} broken[] = {
    {SMTP_E_LINE_LONG, "line"},
    {SMTP_E_BARE_CR, "line"},
    {SMTP_E_BARE_LF, "line"},
    {SMTP_E_NUL, "octets"},
    {SMTP_E_CONTROL, "octets"},
    {SMTP_E_NON_ASCII, "octets"},
    {SMTP_E_VERB, "command"},
    {SMTP_E_NO_COMMAND, "command"},
    {SMTP_E_NOT_HERE, "command"},
    {SMTP_E_ARGUMENT, "command"},
    {SMTP_E_NO_ARGUMENT, "command"},
    {SMTP_E_STRING, "String"},
    {SMTP_E_FROM, "mail"},
    {SMTP_E_TO, "rcpt"},
    {SMTP_E_TRAILING, "command"},
    {SMTP_E_DOMAIN, "Domain"},
    {SMTP_E_DOMAIN_LONG, "Domain"},
    {SMTP_E_LITERAL, "address-literal"},
    {SMTP_E_PATH_OPEN, "Path"},
    {SMTP_E_PATH_CLOSE, "Path"},
    {SMTP_E_PATH_NULL, "Path"},
    {SMTP_E_PATH_LONG, "Path"},
    {SMTP_E_ROUTE, "Path"},
    {SMTP_E_LOCAL_PART, "Local-part"},
    {SMTP_E_LOCAL_LONG, "Local-part"},
    {SMTP_E_QUOTED_OPEN, "Quoted-string"},
    {SMTP_E_AT, "Mailbox"},
    {SMTP_E_PARAM, "esmtp-param"},
    {SMTP_E_PARAM_TWICE, "esmtp-param"},
    {SMTP_E_PARAM_UNKNOWN, "esmtp-param"},
    {SMTP_E_PARAM_SIZE, "size-value"},
    {SMTP_E_PARAM_BODY, "body-value"},
    {SMTP_E_PARAM_VALUE, "no-value"},
    {SMTP_E_PARAM_RET, "ret-value"},
    {SMTP_E_PARAM_ENVID, "envid"},
    {SMTP_E_PARAM_AUTH, "auth-param"},
    {SMTP_E_PARAM_BY, "by-value"},
    {SMTP_E_PARAM_HOLD, "hold-param"},
    {SMTP_E_PARAM_PRIORITY, "priority-value"},
    {SMTP_E_PARAM_NOTIFY, "notify"},
    {SMTP_E_PARAM_ORCPT, "orcpt"},
    {SMTP_E_TLS_ARGUMENT, "starttls"},
    {SMTP_E_REPLY_CODE, "Reply-line"},
    {SMTP_E_REPLY_MARK, "Reply-line"},
    {SMTP_E_REPLY_TEXT, "Reply-line"},
    {SMTP_E_REPLY_LONG, "Reply-line"},
    {SMTP_E_REPLY_MIXED, "Reply-line"},
    {SMTP_E_REPLY_BARE, "Reply-line"},
    {SMTP_E_GREETING, "Greeting"},
    {SMTP_E_EHLO_LINE, "ehlo-line"},
    {SMTP_E_EHLO_PARAM, "ehlo-line"},
    {SMTP_E_AUTH_BASE64, "base64"},
    {SMTP_E_COMMENT, "CFWS"},
    {SMTP_E_GROUP, "group"},
};

static const char *const broken_trace[SMTP_T_COUNT] = {
    [SMTP_T_BLANK] = "CFWS",
    [SMTP_T_COMMENT] = "CFWS",
    [SMTP_T_DAY] = "date-time",
    [SMTP_T_DAY_NAME] = "date-time",
    [SMTP_T_COMMA] = "date-time",
    [SMTP_T_MONTH] = "date-time",
    [SMTP_T_YEAR] = "date-time",
    [SMTP_T_TIME] = "date-time",
    [SMTP_T_ZONE] = "date-time",
    [SMTP_T_FROM] = "Stamp",
    [SMTP_T_BY] = "Stamp",
    [SMTP_T_HOST] = "Extended-Domain",
    [SMTP_T_TCP_INFO] = "Extended-Domain",
    [SMTP_T_CLAUSE] = "Stamp",
    [SMTP_T_ORDER] = "Stamp",
    [SMTP_T_VALUE] = "Stamp",
    [SMTP_T_ID] = "Stamp",
    [SMTP_T_RECIPIENT] = "Stamp",
    [SMTP_T_PATH] = "Path",
    [SMTP_T_COLON] = "trace-field",
    [SMTP_T_TRAILING] = "trace-field",
};
/* clang-format on */

const struct rule_text *rule_of(const char *name)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (strcmp(rules[i].name, name) == 0)
            return &rules[i];
    return NULL;
}

const char *rule_of_fault(enum smtp_fault fault)
{
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        if (broken[i].fault == fault)
            return broken[i].rule;
    return NULL;
}

const char *rule_of_trace_fault(enum smtp_trace_fault fault)
{
    return broken_trace[fault];
}
