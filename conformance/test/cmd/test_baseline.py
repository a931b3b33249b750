#!/usr/bin/env python3
"""What is known to fail: smtpspec check --baseline and --write-baseline."""
import json
import os
import re
import unittest
import xml.etree.ElementTree

import jsonschema

from program import DATA, FAIL, OK, SCENARIOS, TROUBLE, Case, results
from servers import Talker, serving

HEADER = "case\tverdict\tmessage\treason\tlink\texpires\n"
with open(os.path.join(DATA, "report", "smtpspec-report.schema.json"), encoding="utf-8") as schema:
    SCHEMA = json.load(schema)
BAD = {b"NOOP": b"550 no\r\n"}
UNGOOD = {b"QUIT": b"221 bye\n\r\n"}  # breaks rules of the observer


class Baseline(Case):
    def play(self, *arguments, status, replies=None):
        with serving(Talker(replies=replies)) as server:
            run, report = self.check(*arguments, server.name, status=status)
        jsonschema.validate(report, SCHEMA)
        return run, report

    def written(self, *arguments, replies=BAD):
        """The lines of a baseline that was written of this server."""
        self.play("--write-baseline", self.path("base.tsv"), *arguments, status=FAIL, replies=replies)
        return self.read()

    def read(self):
        with open(self.path("base.tsv"), encoding="utf-8") as f:
            text = f.read()
        self.assertTrue(text.startswith(HEADER))
        return [line.split("\t") for line in text.splitlines()[1:]]

    def put(self, rows):
        return self.write("base.tsv", HEADER + "".join("\t".join(row) + "\n" for row in rows))

    def test_round_trip(self):
        rows = self.written()
        self.assertEqual([(row[0], row[1], row[3:]) for row in rows], [("noop/plain", "fail", ["-", "-", "-"])])
        run, report = self.play("--baseline", self.path("base.tsv"), status=OK, replies=BAD)
        self.assertIn("base.tsv: 1 entry has no reason yet", run.stderr)
        case = next(case for case in report["cases"] if case["id"] == "noop/plain")
        self.assertEqual((case["verdict"], case["expectation"], case["known"]), ("fail", "baseline", "-"))
        self.assertEqual((report["summary"]["known"], report["summary"]["fail"], report["baseline_broken"]), (1, 0, []))
        self.assertLess(report["summary"]["must"]["met"], report["summary"]["must"]["of"])
        self.assertIn("conformant but for what is known", run.stdout)

    def test_reason(self):
        rows = self.written()
        rows[0][3:] = ["old gateway", "https://example.org/7", "2999-12-31"]
        base = self.put(rows)
        run, report = self.play("--baseline", base, "--write-baseline", base, status=OK, replies=BAD)
        self.assertEqual(run.stderr, "")
        self.assertIn("known: old gateway", run.stdout.replace("\n", " "))
        self.assertIn("old gateway", [case.get("known") for case in report["cases"]])
        self.assertEqual(self.read(), rows)

    def test_formats(self):
        rows = self.written()
        rows[0][3] = "old gateway"
        names = [self.path(name) for name in ("a.xml", "a.tap", "a.html")]
        self.play("--baseline", self.put(rows), "--junit", names[0], "--tap", names[1], "--html", names[2], status=OK, replies=BAD)
        tree = xml.etree.ElementTree.parse(names[0]).getroot()
        self.assertEqual(tree.get("failures"), "0")
        self.assertIn("known: old gateway", [item.get("message") for item in tree.iter("skipped")])
        with open(names[1], encoding="utf-8") as f:
            self.assertRegex(f.read(), r"not ok \d+ - noop/plain # TODO known: old gateway\n")
        with open(names[2], encoding="utf-8") as f:
            self.assertEqual(results(f.read())["report"], self.report())

    def broken(self, why, rows, *arguments, replies=BAD):
        """It ends with 1, and all reports name the entry."""
        names = [self.path(name) for name in ("a.xml", "a.tap")]
        run, report = self.play("--baseline", self.put(rows), "--junit", names[0], "--tap", names[1], *arguments, status=FAIL,
                                replies=replies)
        self.assertEqual([(entry["id"], entry["line"]) for entry in report["baseline_broken"]], [(rows[0][0], 2)])
        self.assertIn(why, report["baseline_broken"][0]["why"])
        self.assertIn(why, run.stdout)
        suites = [suite for suite in xml.etree.ElementTree.parse(names[0]).getroot() if suite.get("name") == "baseline"]
        self.assertEqual([case.get("name") for case in suites[0].iter("testcase")], [rows[0][0]])
        with open(names[1], encoding="utf-8") as f:
            text = f.read()
        self.assertRegex(text, rf"not ok \d+ - baseline/{rows[0][0]}\n")
        self.assertIn(f"1..{text.count('ok ')}\n", text)

    def test_unexpected_pass(self):
        self.broken("is not broken any more", self.written(), replies=None)

    def test_wrong_message(self):
        rows = self.written()
        rows[0][2] += "!"
        self.broken("in another way", rows)
        rows[0][2] = "*"
        self.play("--baseline", self.put(rows), status=OK, replies=BAD)

    def test_changing_text(self):
        """What is written has the codes, and no text of the server's."""
        for reply, kept in ((b"550 5.5.1 id %d\r\n", "550 5.5.1 *"), (b"550 id %d\r\n", "550 *"), (b"550-x\r\n550 %d\r\n", "550-*")):
            rows = self.written(replies={b"NOOP": reply % 1})
            self.assertRegex(rows[0][2], f'"{re.escape(kept)}"$')
            self.play("--baseline", self.path("base.tsv"), status=OK, replies={b"NOOP": reply % 2})
            self.broken("in another way", rows, replies={b"NOOP": b"554 5.5.2 no\r\n"})

    def test_parts(self):
        rows = self.written()
        for message, status in (("*550 no*", OK), ("*550*no*", OK), ("*551*", FAIL), ("*55", FAIL), ("e*p*,*o*", OK)):
            with self.subTest(message=message):
                rows[0][2] = message
                self.play("--baseline", self.put(rows), status=status, replies=BAD)

    def test_wrong_verdict(self):
        rows = self.written()
        rows[0][1] = "warn"
        self.broken("in another way", rows)

    def test_expired(self):
        rows = self.written()
        rows[0][5] = "2020-02-29"
        self.broken("expired", rows)
        self.broken("expired", rows, "--quiet")

    def test_not_looked_at(self):
        """Another choice of cases says nothing of an entry, and leaves it in the file."""
        rows = self.written()
        rows[0][5] = "2020-02-29"
        base = self.put(rows)
        self.play("--only", "quit", "--baseline", base, "--write-baseline", base, status=OK)
        self.assertEqual(self.read(), rows)

    def test_strict(self):
        self.play("--write-baseline", self.path("base.tsv"), "--strict", status=FAIL, replies=BAD)
        self.assertEqual({row[1] for row in self.read()}, {"fail", "warn"})
        self.play("--baseline", self.path("base.tsv"), "--strict", status=OK, replies=BAD)
        self.play("--baseline", self.path("base.tsv"), status=OK, replies=BAD)
        self.written()
        self.play("--baseline", self.path("base.tsv"), "--strict", status=FAIL, replies=BAD)

    def test_rule(self):
        rows = self.written(replies=UNGOOD)
        self.assertFalse([row for row in rows if "/" in row[0] and row[0] != "quit/first-command"])
        rules = [row for row in rows if "/" not in row[0]]
        self.assertTrue(rules)
        run, report = self.play("--baseline", self.path("base.tsv"), status=OK, replies=UNGOOD)
        self.assertTrue(any(finding.get("known") == "-" for finding in report["findings"]))
        self.assertIn("known", run.stdout)
        _, report = self.play("--baseline", self.path("base.tsv"), status=FAIL)
        self.assertLessEqual({row[0] for row in rules}, {entry["id"] for entry in report["baseline_broken"]})
        self.play("--only", "noop", "--baseline", self.put(rules), status=OK)

    def test_rerun(self):
        """What is excused has not been left to be done."""
        self.written()
        self.play("--baseline", self.path("base.tsv"), "--strict", status=FAIL, replies=BAD)
        known = {case["id"] for case in self.report()["cases"] if case["expectation"] == "baseline"}
        self.play("--rerun-failed", self.path("report.json"), "--strict", status=OK)
        self.assertFalse(known & {case["id"] for case in self.report()["cases"]})

    def test_malformed(self):
        row = ["noop/plain", "fail", "*", "-", "-", "-"]
        for at, (rows, said) in enumerate((
                ([row[:5]], "2: 6 columns"), ([["noop/plain", "skip", "*", "-", "-", "-"]], "2: skip: the verdict is"),
                ([row, row], "3: noop/plain: is there twice"), ([[*row[:5], "2026-13-01"]], "2: 2026-13-01: the day"),
                ([[*row[:5], "soon"]], "2: soon: the day"), ([["noop/plain", "fail", "", "-", "-", "-"]], "2: an empty column"),
                ([["no/such", *row[1:]]], "2: no/such: no such case or rule"))):
            with self.subTest(at=at), serving(Talker()) as server:
                run = self.run_it("check", "--scenarios", SCENARIOS, "--baseline", self.put(rows), server.name, status=TROUBLE)
                self.assertIn(f"base.tsv:{said}", run.stderr)
                self.assertEqual(server.count, 0)
        for text, said in (("id\n", "base.tsv:1: the first line names the columns"), ("", "an empty file")):
            run = self.run_it("check", "--baseline", self.write("base.tsv", text), status=TROUBLE)
            self.assertIn(said, run.stderr)
        self.assertIn("cannot be read", self.run_it("check", "--baseline", self.path("none"), status=TROUBLE).stderr)

    def test_not_written(self):
        run = self.run_it("check", "--write-baseline", "/nonexistent/base", status=TROUBLE)
        self.assertIn("/nonexistent/base: No such file", run.stderr)
        base = self.put([["noop/plain", "fail", "*", "kept", "-", "-"]])
        with serving(Talker()) as server:
            name = server.name
        self.check("--write-baseline", base, name, status=TROUBLE)
        self.assertEqual(self.read()[0][3], "kept")


if __name__ == "__main__":
    unittest.main(verbosity=1)
