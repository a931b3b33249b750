"""smtpref parse and states, as their users see them.

usage: parse_test.py SMTPREF
"""
import json
import shutil
import subprocess
import sys
import unittest

SMTPREF = sys.argv.pop()
PATIENCE = 30


def run(*arguments, text=None):
    data = text if isinstance(text, (bytes, type(None))) else text.encode()
    return subprocess.run([SMTPREF, *arguments], input=data, capture_output=True, timeout=PATIENCE, check=False)


class Parse(unittest.TestCase):
    def lines(self, status, *arguments, text=None):
        made = run("parse", *arguments, text=text)
        self.assertEqual(made.returncode, status, made)
        self.assertEqual(made.stderr, b"")
        self.assertTrue(all(octet in (10, *range(32, 127), *range(128, 256)) for octet in made.stdout), made.stdout)
        return made.stdout.decode().splitlines()

    def caret(self, column, *arguments):
        lines = self.lines(1, *arguments)
        self.assertEqual(lines[1], " " * column + "^")
        return lines

    def test_accepted(self):
        lines = self.lines(0, "command", "mail from:<a@b.test> size=100")
        self.assertEqual(lines[0], "accepted  mail from:<a@b.test> size=100")
        self.assertIn("  verb              MAIL", lines)
        self.assertIn("  SIZE              100", lines)
        self.assertEqual(lines[-1], "  canonical         MAIL FROM:<a@b.test> size=100")

    def test_refused(self):
        lines = self.caret(10 + 14, "command", "MAIL FROM:<a@b_c.test>")
        self.assertEqual(lines[2:6], ["  fault   DOMAIN at octet 14: malformed domain", "  clause  RFC 5321 4.1.2",
                                      "  server  answers 501 5.5.4", "  rule    Domain (RFC 5321 4.1.2)"])
        self.assertIn('Domain     = sub-domain *("." sub-domain)', lines[6])

    def test_caret_stands_below_the_octet(self):
        self.caret(10 + 3, "mailbox", "a@b@c")
        self.caret(10 + 5, "--escapes", "command", r"NOOP \xc3\xa9")  # one column, two octets
        self.caret(10 + 5, "string", "--escapes", r'"\\aa\x01"')  # a backslash shown as two
        self.caret(10 + 4, "--lax", "UTF8", "mailbox", "日本 a@b")  # two columns each
        self.caret(10 + 32, "--lax", "UTF8", "local-part", "x" + 40 * "é")  # 64 octets end in the middle of one
        self.caret(10 + 2, "--escapes", "reply-line", r"25\r")
        self.caret(10 + 8, "--escapes", "command", r"NOOP\r\nx")  # another line

    def test_long_text_is_cut(self):
        lines = self.lines(1, "command", "NOOP " + 600 * "x")
        self.assertLess(max(map(len, lines[:2])), 100)
        self.assertTrue(lines[0].startswith("refused   ...x") and lines[0].endswith("x..."))
        self.assertEqual(lines[1].index("^"), 10 + 3 + 48)

    def test_nothing_raw(self):
        nasty = bytes(range(1, 256)).replace(b"\n", b"")
        for kind in ("command", "string", "greeting", "base64", "received"):
            with self.subTest(kind=kind):
                made = run("parse", kind, text=nasty + b"\n")
                self.assertEqual(made.returncode, 1)
                self.assertFalse(set(made.stdout) & ({*range(32)} - {10} | {127}))
                made.stdout.decode()

    def test_standard_input(self):
        lines = self.lines(1, "domain", text="a.test\r\nb_c\nd.test\n")
        self.assertEqual([line[:8] for line in lines if line[0] != " "], ["accepted", "refused ", "accepted"])
        self.assertEqual(self.lines(0, "domain", text=""), [])

    def test_lines_that_belong_together(self):
        lines = self.lines(0, "ehlo", text="250-mx.test hi\n250-SIZE 10\n250 HELP\n250 mx.test\n")
        self.assertEqual(len([line for line in lines if line.startswith("accepted")]), 2)
        self.assertEqual(len(self.lines(0, "reply", "250-a", "250 b")), 6)
        lines = self.lines(0, "received", text="Received: from a.test\r\n\tby b.test; Fri, 21 Nov 1997 10:01:22 -0600\n" * 2)
        self.assertEqual(len([line for line in lines if line.startswith("accepted")]), 2)

    def test_unfinished_reply(self):
        self.assertIn("REPLY_PART", "".join(self.lines(1, "reply", text="250-a\n250-b\n")))

    def test_tolerances(self):
        self.lines(1, "command", "NOOP ")
        lines = self.lines(0, "--lax", "advised", "command", "NOOP ")
        self.assertTrue(lines[-1].startswith("  tolerance         BLANK_END: "))
        lines = self.lines(0, "--lax=dots,UNDERSCORE", "mailbox", "a..b@c_d")
        self.assertEqual(len([line for line in lines if "tolerance" in line]), 2)
        listed = run("parse", "--lax", "list")
        self.assertEqual((listed.returncode, listed.stderr), (0, b""))
        self.assertIn(b"BLANK_END", listed.stdout)

    def test_json(self):
        made = run("parse", "--json", "--escapes", "mailbox", "a@b", r"\xff@b", "a_b")
        self.assertEqual(made.returncode, 1)
        good, octets, bad = [json.loads(line) for line in made.stdout.splitlines()]
        self.assertTrue(good["accepted"])
        self.assertEqual(good["canonical"], "a@b")
        self.assertIn({"name": "domain", "value": "b"}, good["fields"])
        self.assertEqual(octets["text"], r"\xff@b")
        self.assertEqual({key: bad["fault"][key] for key in ("symbol", "offset", "clause", "rule", "reply")},
                         {"symbol": "AT", "offset": 3, "clause": "5321-4.1.2", "rule": "Mailbox",
                          "reply": {"code": 501, "enhanced": "5.5.4"}})

    def test_operands(self):
        self.lines(0, "mailbox", "--", "--a@b", "-c@d")
        self.assertEqual(self.lines(0, "--", "domain", "--", text=""), [])

    def test_wrong_options(self):
        for arguments in ([], ["nonsense"], ["--nonsense"], ["--lax", "x", "command"], ["--lax"], ["command", "--json=1"],
                          ["--escapes", "command", "a\\q"]):
            with self.subTest(arguments=arguments):
                made = run("parse", *arguments, text="")
                self.assertEqual((made.returncode, made.stdout), (64, b""))
                self.assertTrue(made.stderr)

    def test_every_kind_is_listed_and_reads(self):
        listed = run("parse", "--help").stdout.decode()
        kinds = [line.split()[0] for line in listed.split("KIND is one of\n")[1].split("\n\n")[0].splitlines()]
        self.assertGreater(len(kinds), 20)
        for kind in kinds:
            with self.subTest(kind=kind):
                self.assertIn(run("parse", kind, "\t").returncode, (1,))


class States(unittest.TestCase):
    def text(self, *arguments):
        made = run("states", *arguments)
        self.assertEqual((made.returncode, made.stderr), (0, b""))
        return made.stdout.decode()

    def test_table(self):
        lines = self.text().splitlines()
        column = lines[0].index("clause")
        self.assertTrue(all(line[column - 2:column] == "  " and line[column] != " " for line in lines))
        self.assertTrue(all(line == line.rstrip() for line in lines))

    def test_filters(self):
        rows = self.text("--tsv", "--verb", "data", "--state", "rcpt").splitlines()
        self.assertEqual([row.split("\t")[:4] for row in rows], [["DATA", "RCPT", "TEXT", "354"]])

    def test_lmtp(self):
        self.assertIn("LHLO\tSTART", self.text("--lmtp", "--tsv"))
        self.assertNotIn("LHLO\tSTART,READY,MAIL,RCPT,CHUNKS,FAILED\tREADY", self.text("--tsv"))

    def test_graphs(self):
        self.assertIn("    RCPT --> TEXT: DATA 354\n", self.text("--mermaid"))
        dot = shutil.which("dot")
        self.assertIsNotNone(dot, "graphviz is in the test group of scripts/setup")
        for arguments in (["--dot"], ["--dot", "--lmtp"], ["--dot", "--state", "MAIL"]):
            drawn = subprocess.run([dot, "-Tplain"], input=self.text(*arguments).encode(), capture_output=True,
                                   timeout=PATIENCE, check=False)
            self.assertEqual((drawn.returncode, drawn.stderr), (0, b""))
            self.assertIn(b"edge ", drawn.stdout)

    def test_wrong_options(self):
        for arguments in (["--dot", "--tsv"], ["--verb", "XYZZY"], ["--state", "x"], ["word"]):
            with self.subTest(arguments=arguments):
                made = run("states", *arguments)
                self.assertEqual((made.returncode, made.stdout), (64, b""))


if __name__ == "__main__":
    unittest.main()
