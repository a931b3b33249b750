#!/usr/bin/env python3
"""Arguments: which cases they choose, and what is said about wrong ones."""
import os
import unittest

from program import NOTHING, OK, SCENARIOS, TROUBLE, USAGE, Case, environment, verdicts

ALL = {"greeting/refused", "mail/accepted", "noop/argument/word", "noop/argument/quoted", "noop/plain", "quit/first-command"}
NOOP = {"noop/argument/word", "noop/argument/quoted", "noop/plain"}


class Choice(Case):
    def test_only_exclude_level(self):
        for arguments, expected in (
                ([], ALL), (["--only", "noop"], NOOP), (["--only", "noop/"], NOOP), (["--only", "noop/plain"], {"noop/plain"}),
                (["--only", "noop/argument"], {"noop/argument/word", "noop/argument/quoted"}),
                (["--only", "noop/argument/word"], {"noop/argument/word"}), (["--only", "*plain"], {"noop/plain"}),
                (["--only", "n*"], NOOP), (["--only", "R5321-4.1.1.9-a"], {"noop/plain"}),
                (["--only=noop/plain", "--only=quit"], {"noop/plain", "quit/first-command"}),
                (["--exclude", "noop"], ALL - NOOP), (["--only", "noop", "--exclude", "*/plain"], NOOP - {"noop/plain"}),
                (["--level", "must"], ALL - {"noop/argument/word", "noop/argument/quoted"}), (["--level", "should"], ALL)):
            with self.subTest(arguments=arguments):
                _, report = self.check(*arguments, status=OK if expected - {"greeting/refused"} else NOTHING)
                self.assertEqual(set(verdicts(report)), expected)

    def test_nothing_left(self):
        for arguments in (["--only", "noop", "--exclude", "noop"], ["--only", "noop/argument", "--level", "must"]):
            run = self.run_it("check", "--scenarios", SCENARIOS, *arguments, status=USAGE)
            self.assertIn("no scenario for a server is left", run.stderr)

    def test_effect(self):
        _, report = self.check("--effect", "none", "self", status=OK)
        self.assertEqual(verdicts(report)["mail/accepted"], "skip")

    def test_nothing_concluded(self):
        run, report = self.check("--only", "mail", "--effect", "none", "self", status=NOTHING)
        self.assertIn("nothing was concluded", run.stdout)
        self.assertEqual(report["exit"], NOTHING)


class Wrong(Case):
    def refused(self, about, *arguments, status=USAGE):
        run = self.run_it(*arguments, status=status)
        self.assertEqual(run.stdout, "")
        self.assertIn(about, run.stderr)

    def test_options(self):
        for about, arguments in (
                ("did you mean --only?", ["--onyl", "x"]), ("did you mean --starttls?", ["--start-tls"]),
                ("unknown option --zzzzzzzz (smtpspec check --help", ["--zzzzzzzz"]), ("unknown option -x", ["-x"]),
                ("--json needs a value: --json FILE", ["--json"]), ("--quiet takes no value", ["--quiet=yes"]),
                ("--json : it is empty", ["--json", ""]), ("--json b: is given twice", ["--json", "a", "--json", "b"]),
                ("500x: no such unit", ["--timeout", "500x"]), ("not a time", ["--timeout", "0"]),
                ("not a time", ["--timeout", "soon"]), ("more than a day", ["--timeout", "2000m"]),
                ("--jobs 0: 1 at least", ["--jobs", "0"]), ("not a number from 0 to 64", ["--jobs", "65"]),
                ("--level mast: must, should", ["--level", "mast"]), ("--effect much: none, mail", ["--effect", "much"]),
                ("not a mailbox", ["--rcpt", "<a@b>"]), ("not a mailbox", ["--from", "nobody"]),
                ("three at most", ["--rcpt=a@b", "--rcpt=a@b", "--rcpt=a@b", "--rcpt=a@b"]),
                ("is USER:PASSWORD", ["--auth", "somebody"]), ("--ehlo a b: a domain name", ["--ehlo", "a b"]),
                ("not both", ["--quiet", "--verbose"]), ("not both", ["--starttls", "--tls"]),
                ("not both", ["--starttls", "smtps://x"]), ("self has an account of its own", ["--auth", "a:b"]),
                ("--profile x: mx, submission or lmtp", ["--profile", "x"]),
                ("--profile mx: is given twice", ["--profile", "lmtp", "--profile", "mx"]),
                ("one target only", ["a", "b"])):
            with self.subTest(arguments=arguments):
                self.refused(about, "check", *arguments)

    def test_targets(self):
        for about, target in (
                ("in brackets", "::1"), ("\"]\" is missing", "[::1"), ("port is a number", "[::1]25"), ("port is a number", "a:0"),
                ("port is a number", "a:65536"), ("port is a number", "a:smtp"), ("port is a number", "a:25/x"),
                ("no host name", ":25"), ("no host name", ""), ("no host name", "smtp://"), ("no host name", "a" * 300),
                ("the scheme is", "http://a"), ("not a mailbox", "me@example.net"), ("not a mailbox", "smtp://u:p@h")):
            with self.subTest(target=target):
                self.refused(about, "check", target)

    def test_patterns(self):
        self.refused("no scenario is called noop/plian; did you mean \"noop/plain\"", "check", "--scenarios", SCENARIOS, "--only",
                     "noop/plian")
        self.refused("no scenario is called", "check", "--scenarios", SCENARIOS, "--exclude", "x*")

    def test_commands(self):
        self.refused("did you mean \"check\"?", "chek")
        self.refused("no such command: zzzzzz", "help", "zzzzzz")
        self.refused("usage: smtpspec COMMAND")

    def test_scenario_files(self):
        wrong = self.write("wrong.smtp", "server must: be nice\nreq: R5321-4.1.1.9-a\neffect: none\ntest:\nC: NOOP\nS: 2xx\n")
        for command in (["check", "--scenarios"], ["list", "--scenarios"]):
            run = self.run_it(*command, wrong, status=USAGE)
            self.assertRegex(run.stderr, r"\A\S*wrong\.smtp:6:[0-9]+: .*2xx.*\n\Z")
        self.refused("nonexistent", "check", "--scenarios", "/nonexistent", status=USAGE)
        empty = self.path("empty")
        os.mkdir(empty)
        self.refused(empty + ": ", "check", "--scenarios", empty, status=USAGE)

    def test_data(self):
        run = self.run_it("check", status=TROUBLE, env={**environment(), "SMTPSPEC_DATA": "/nonexistent"})
        self.assertIn("/nonexistent/requirements", run.stderr)
        self.assertIn("SMTPSPEC_DATA", run.stderr)


class Help(Case):
    def test_help(self):
        for arguments in (["--help"], ["help"], ["-h"]):
            run = self.run_it(*arguments, status=OK)
            self.assertTrue(run.stdout.startswith("usage: smtpspec COMMAND"), run.stdout)
        for command in ("check", "list", "explain", "verify"):
            texts = [self.run_it(*arguments, status=OK).stdout for arguments in
                     ([command, "--help"], ["help", command], [command, "-h"])]
            self.assertEqual(len(set(texts)), 1)
            self.assertTrue(texts[0].startswith(f"usage: smtpspec {command} "), texts[0])
            self.assertLessEqual(max(map(len, texts[0].splitlines())), 96)

    def test_version(self):
        run = self.run_it("--version", status=OK)
        self.assertRegex(run.stdout, r"\Asmtpspec [0-9]+\.[0-9]+\.[0-9]+\n\Z")


if __name__ == "__main__":
    unittest.main(verbosity=1)
