#!/usr/bin/env python3
"""Every function of the pure layers that reads or prints has its inverse, and every one over a stream its splits.

usage: inverses_test.py ROOT

Each public function of ref/include/smtp whose name says that it parses, decodes, prints or takes the next piece is
named once below, with what shows its claim; a new one without a line is an error, and so is a line that shows nothing.
A place is a test of ref/test, where all of the functions have to be called, or "vectors KIND": ref/test/vectors holds
parse and print together for each row of that kind, and for every text that differs from one in an octet.
"""
import pathlib
import re
import sys

INVERSES = [  # what reads, what prints, where print∘parse is shown to be the identity
    ("smtp_parse_command", "smtp_print_command", "vectors command"),
    ("smtp_parse_domain", "smtp_print_domain", "vectors domain"),
    ("smtp_parse_literal", "smtp_print_domain", "vectors literal"),
    ("smtp_parse_host", "smtp_print_domain", "vectors host"),
    ("smtp_parse_mailbox", "smtp_print_path", "grammar/test_mailbox.c"),
    ("smtp_parse_reverse_path", "smtp_print_path", "vectors reverse-path"),
    ("smtp_parse_forward_path", "smtp_print_path", "vectors forward-path"),
    ("smtp_param_next", "smtp_print_param", "grammar/test_param.c"),
    ("smtp_parse_mail_param", "smtp_print_mail_params", "vectors mail-params"),
    ("smtp_parse_rcpt_param", "smtp_print_rcpt_params", "vectors rcpt-params"),
    ("smtp_parse_reply_line", "smtp_print_reply", "vectors reply-line"),
    ("smtp_reply_add", "smtp_print_reply", "vectors reply"),
    ("smtp_parse_enhanced", "smtp_print_enhanced", "vectors enhanced"),
    ("smtp_parse_ehlo_line", "smtp_print_capabilities", "grammar/test_capabilities.c"),
    ("smtp_parse_date", "smtp_print_date", "vectors date"),
    ("smtp_parse_stamp", "smtp_print_received", "grammar/test_received.c"),
    ("smtp_parse_received", "smtp_print_received", "vectors received"),
    ("smtp_parse_return_path", "smtp_print_return_path", "vectors return-path"),
    ("smtp_decode_xtext", "smtp_print_xtext", "vectors xtext"),
    ("smtp_decode_base64", "smtp_print_base64", "vectors base64"),
    ("smtp_addresses_next", "smtp_print_address", "grammar/test_addresses.c"),
    ("smtp_date_seconds", "smtp_date_at", "grammar/test_date.c"),
    ("smtp_verb_of", "smtp_verb_name", "grammar/test_verb.c"),
    ("smtp_with_of", "smtp_with_name", "grammar/test_received.c"),
    ("smtp_keyword_of", "smtp_keyword_name", "grammar/test_capabilities.c"),
    ("smtp_mechanism_of", "smtp_mechanism_name", "grammar/test_capabilities.c"),
    ("smtp_dot_next", "smtp_stuff_next", "wire/test_stuff.c"),
]
WHOLE = [  # gives parts of the text as they stand, or has no way back: its own test
    ("smtp_parse_local", "grammar/test_local.c"),
    ("smtp_parse_string", "grammar/test_local.c"),
    ("smtp_parse_greeting", "grammar/test_ehlo.c"),
    ("smtp_print_local_meaning", "grammar/test_mailbox.c"),
    ("smtp_ehlo_param_next", "grammar/test_ehlo.c"),
    ("smtp_clause_next", "grammar/test_received.c"),
    ("smtp_field_next", "grammar/test_chain.c"),
    ("smtp_print_notice", "grammar/notice_sample.c"),  # test_notice.c; test_notice_text.c reads it as MIME again
]
STREAMS = [  # the same at every split of the input
    ("smtp_line_next", "wire/test_line.c"),
    ("smtp_dot_next", "wire/test_dot.c"),
    ("smtp_stuff_next", "wire/test_stuff.c"),
    ("smtp_chunk_next", "wire/test_chunk.c"),
    ("smtp_hops_next", "wire/test_hops.c"),
    ("smtp_mend_next", "session/test_mend.c"),
    ("smtp_server_next", "session/event_log.c"),  # by golden.c, for every row of test_server_*.c
    ("smtp_client_next", "session/client_log.c"),  # by client_golden.c, for every row of test_client_*.c
]
SPEAKS = re.compile(r"\b(smtp_(?:parse|print|decode)_\w+|smtp_\w+_next)\(")
COMMENT = re.compile(r"/\*.*?\*/", re.S)


def public(root):
    for header in sorted((root / "ref/include/smtp").glob("*.h")):
        yield from SPEAKS.findall(COMMENT.sub("", header.read_text(encoding="utf-8")))


def accepted_kinds(root):
    """The kinds of which some row is accepted."""
    for table in (root / "corpus/vectors").glob("*.tsv"):
        for line in table.read_text(encoding="utf-8").splitlines():
            columns = line.split("\t")
            if not line.startswith("#") and len(columns) >= 5 and columns[2] == "accept":
                yield columns[0]


def missing(root, kinds, functions, where):
    """The functions of which nothing is shown there."""
    if where.startswith("vectors "):
        if where.split()[1] not in kinds:
            return functions
        files = (root / "ref/cmd/reading").glob("*.c")
    else:
        files = [root / "ref/test" / where]
    text = "".join(f.read_text(encoding="utf-8") for f in files)
    return [f for f in functions if not re.search(rf"\b{f}\b", text)]


def faults(root):
    claims = [((a, b), where) for a, b, where in INVERSES] + [((a,), where) for a, where in WHOLE + STREAMS]
    claimed = {f for functions, _ in claims for f in functions}
    kinds = set(accepted_kinds(root))
    for name in sorted(set(public(root)) - claimed):
        yield f"{name}: public, and no line says what is its inverse or that it is a stream"
    for functions, where in claims:
        for name in missing(root, kinds, functions, where):
            yield f"{name}: {where} does not show it"


def main():
    found = list(faults(pathlib.Path(sys.argv[1])))
    print("\n".join(found) if found else f"{len(INVERSES)} inverses, {len(STREAMS)} streams, {len(WHOLE)} others")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
