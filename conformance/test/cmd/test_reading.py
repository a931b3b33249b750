#!/usr/bin/env python3
"""list, explain and verify: the commands that need no server."""
import json
import os
import unittest

from program import DATA, FAIL, OK, SCENARIOS, TROUBLE, USAGE, Case, environment

GOOD = "server must: answer NOOP with 250\nreq: R5321-4.1.1.9-a\neffect: none\nuse hello\ntest:\nC: NOOP\nS: 250\n"


class List(Case):
    def test_text(self):
        run = self.run_it("list", "--scenarios", SCENARIOS, status=OK)
        lines = run.stdout.splitlines()
        self.assertEqual(lines[-1], "6 scenarios")
        columns = {line.index("  ", 0) for line in lines[:1]}
        self.assertTrue(columns)
        levels = {line[len("noop/argument/quoted") + 2:].split()[0] for line in lines[:-1]}
        self.assertEqual(levels, {"must", "should"})
        self.assertIn("noop/plain            must    none     answer NOOP with 250  [R5321-4.1.1.9-a]", lines)

    def test_choice(self):
        run = self.run_it("list", "--scenarios", SCENARIOS, "--only", "noop", "--level", "must", status=OK)
        self.assertEqual([line.split()[0] for line in run.stdout.splitlines()], ["noop/plain", "1"])
        run = self.run_it("list", "--scenarios", SCENARIOS, "nope", status=USAGE)
        self.assertIn("no scenario is called nope", run.stderr)

    def test_json(self):
        run = self.run_it("list", "--scenarios", SCENARIOS, "--json", status=OK)
        listed = {case["id"]: case for case in json.loads(run.stdout)}
        self.assertEqual(len(listed), 6)
        case = dict(listed["greeting/refused"])
        self.assertTrue(case.pop("file").endswith("greeting/refused.smtp"))
        self.assertEqual(case, {"id": "greeting/refused", "title": "keep the connection after a 554 greeting until QUIT",
                                "role": "server", "level": "must", "effect": "none", "req": ["R5321-3.1-f"], "needs": ["deny"],
                                "tags": []})

    def test_shipped(self):
        shipped = json.loads(self.run_it("list", "--json", status=OK).stdout)
        self.assertGreater(len(shipped), 200)
        self.assertEqual(len({case["id"] for case in shipped}), len(shipped))


class Explain(Case):
    def explain(self, what):
        return self.run_it("explain", "--scenarios", SCENARIOS, what, status=OK).stdout

    def test_scenario(self):
        text = self.explain("noop/argument/word")
        self.assertIn("A server should pass over the argument of NOOP.", text)
        self.assertIn("R5321-4.1.1.9-c  RFC 5321 section 4.1.1.9, ", text)
        self.assertIn("noop/argument/quoted", text)
        self.assertIn("  C: NOOP {each}\n", text)
        self.assertIn("One file, several cases:", self.explain("noop/argument"))
        self.assertNotIn("several cases", self.explain("noop/plain"))

    def test_requirement(self):
        text = self.explain("R5321-4.1.1.9-a")
        self.assertIn("RFC 5321 section 4.1.1.9", text)
        self.assertIn("  noop/plain  must answer NOOP with 250\n", text)
        self.assertIn("rule reply-line-ends-in-crlf", self.explain("R5321-2.3.8-d"))

    def test_rule(self):
        text = self.explain("reply-line-ends-in-crlf")
        self.assertIn("binds the server", text)
        self.assertIn("R5321-2.3.8-d", text)
        self.assertIn("GRAMMAR, binds client and server\n", text)

    def test_topic(self):
        self.assertEqual(len(self.explain("noop").splitlines()), 3)

    def test_unknown(self):
        for what, near in (("noop/plian", "noop/plain"), ("R5321-4.1.1.9-z", "R5321-4.1.1.9-a"),
                           ("reply-lines-end-in-crlf", "reply-line-ends-in-crlf")):
            run = self.run_it("explain", "--scenarios", SCENARIOS, what, status=USAGE)
            self.assertIn(near, run.stderr)
        self.run_it("explain", status=USAGE)
        self.run_it("explain", "a", "b", status=USAGE)


class Verify(Case):
    def test_good(self):
        run = self.run_it("verify", SCENARIOS, status=OK)
        lines = run.stdout.splitlines()
        self.assertEqual(len(lines), 6)
        self.assertRegex(lines[-1], r"^5 files, 6 scenarios, [0-9]+ runs: all good$")
        self.assertTrue(all(": good, " in line for line in lines[:-1]), lines)
        run = self.run_it("verify", "--quiet", SCENARIOS, status=OK)
        self.assertEqual(len(run.stdout.splitlines()), 1)

    def test_wrong(self):
        good = self.write("good.smtp", GOOD)
        for text, about in ((GOOD.replace("S: 250\n", "S: 2xx\n"), r":7:[0-9]+: .*\"2xx\""),
                            (GOOD.replace("must", "must not"), r":1:"), (GOOD.replace("test:\n", ""), r":6(:[0-9]+)?: no test:"),
                            (GOOD[:-1], r":7(:[0-9]+)?: no line end"), ("", r""),
                            # one more row that nothing can reach
                            (GOOD + "S| 250 => fail \"never\"\n", r":8(:[0-9]+)?: ")):
            with self.subTest(text=text):
                wrong = self.write("wrong.smtp", text)
                run = self.run_it("verify", good, wrong, status=FAIL)
                self.assertRegex(run.stderr, r"(?m)^\S*wrong\.smtp" + about)
                self.assertIn("good.smtp: good, 1 scenario", run.stdout)
                self.assertIn("1 wrong", run.stdout)

    def test_unknown_requirement(self):
        run = self.run_it("verify", self.write("x.smtp", GOOD.replace("4.1.1.9-a", "4.1.1.9-zz")), status=OK)
        self.assertIn("x.smtp: warning: R5321-4.1.1.9-zz is not in the ledger", run.stderr)
        self.assertIn("1 warning", run.stdout)

    def test_no_file(self):
        self.run_it("verify", "/nonexistent", status=USAGE)
        run = self.run_it("verify", self.folder.name, status=USAGE)
        self.assertIn("no *.smtp file", run.stderr)
        self.run_it("verify", "--nonsense", status=USAGE)


HEADER = "id\tsection\tlevel\trole\trequirement\ttestability\thint\tbasis\n"
ROWS = {"R5321-4.1.1.9-a": ("MUST", "wire-server"), "R5321-4.1.1.9-b": ("SHOULD", "wire-server"),
        "R5321-4.1.1.9-c": ("MUST", "internal"), "R5321-4.5.3.1.5-a": ("MUST NOT", "wire-server"),
        "R5321-4.1.1.9-d": ("MUST", "delivered")}


class Coverage(Case):
    """A ledger of five rows, of which four count: a scenario, a rule of the observer, and twice nothing."""

    def setUp(self):
        super().setUp()
        for folder in ("requirements", "prelude", "scenarios/noop"):
            os.makedirs(self.path(folder))
        os.rmdir(self.path("prelude"))
        os.symlink(os.path.join(DATA, "prelude"), self.path("prelude"))
        lines = [f"{name}\t{name[6:-2]}\t{level}\tserver\tSay so.\t{seen}\tLook.\tprose\n" for name, (level, seen) in ROWS.items()]
        self.write("requirements/rfc5321.tsv", HEADER + "".join(lines))
        self.write("scenarios/noop/plain.smtp", GOOD)
        self.reasons()

    def reasons(self, *rows):
        self.write("requirements/reasons.tsv", "id\treason\tneeded\n" + "".join(f"{row}\tNobody can.\ttwo servers\n" for row in rows))

    def coverage(self, *options, status):
        return self.of_folder("coverage", *options, status=status)

    def of_folder(self, *arguments, status):
        return self.run_it(*arguments, status=status, env={**environment(), "SMTPSPEC_DATA": self.folder.name})

    def test_table(self):
        lines = self.coverage(status=FAIL).stdout.splitlines()
        self.assertEqual(lines[0].split(), "RFC level rows scenario rule only reason none may only".split())
        self.assertEqual(lines[1].split(), ["5321", "MUST", "2", "1", "0", "0", "1", "0"])
        self.assertEqual(lines[2].split(), ["5321", "MUST", "NOT", "1", "0", "1", "0", "0", "0"])
        self.assertIn("all   all              4         1         1         0         2         0", lines)
        self.assertEqual(len({len(line) for line in lines[:lines.index("")]}), 1)
        self.assertEqual(lines[-1], "2 rows with no scenario, rule or reason (--gaps lists them)")

    def test_gaps(self):
        run = self.coverage("--gaps", status=FAIL)
        self.assertEqual([line.split()[0] for line in run.stdout.splitlines()], ["R5321-4.1.1.9-b", "R5321-4.1.1.9-d", "2"])
        self.coverage("--allow-gaps", "1", status=FAIL)
        run = self.coverage("--allow-gaps=2", status=OK)
        self.assertIn("2 rows with no scenario, rule or reason, 2 allowed", run.stdout)

    def test_reasons(self):
        self.reasons("R5321-4.1.1.9-b", "R5321-4.1.1.9-d")
        run = self.coverage(status=OK)
        self.assertIn("by a reason alone      33.3 %, at most 10 %: NOT MET", run.stdout)
        self.assertIn("covered, or with a reason  100.0 %, at least 95 %: met", run.stdout)
        self.assertTrue(run.stdout.endswith("\n0 rows with no scenario, rule or reason\n"))

    def test_explain(self):
        self.assertTrue(self.of_folder("explain", "R5321-4.1.1.9-d", status=OK).stdout.endswith("\nCovered by:\n  nothing\n"))
        self.reasons("R5321-4.1.1.9-d")
        text = self.of_folder("explain", "R5321-4.1.1.9-d", status=OK).stdout
        self.assertTrue(text.endswith("  nothing; the reason:\n    Nobody can.\n  what it would take:\n    two servers\n"), text)

    def test_wrong_reasons(self):
        for row, what in (("R5321-4.1.1.9-a", "is covered by a scenario: its reason is stale"), ("R5321-9-a", "is not in the ledger"),
                          ("R5321-4.5.3.1.5-a", "is covered by a rule"), ("R5321-4.1.1.9-c", "needs no reason"),
                          ("R5321-4.1.1.9-d", "has a reason already")):
            with self.subTest(row=row):
                self.reasons("R5321-4.1.1.9-b", "R5321-4.1.1.9-d", row)
                run = self.coverage(status=FAIL)
                self.assertIn(f"requirements/reasons.tsv:4: {row} {what}", run.stderr)
                self.assertEqual(len(run.stderr.splitlines()), 1)
        self.write("requirements/reasons.tsv", "id\treason\n")
        self.assertIn("reasons.tsv:1: the first line names the columns", self.coverage(status=TROUBLE).stderr)

    def test_json(self):
        self.reasons("R5321-4.1.1.9-d")
        report = json.loads(self.coverage("--json", status=FAIL).stdout)
        self.assertEqual({row["id"]: row["covered"] for row in report["rows"]},
                         {"R5321-4.1.1.9-a": "scenario", "R5321-4.1.1.9-b": "none", "R5321-4.5.3.1.5-a": "rule",
                          "R5321-4.1.1.9-d": "reason"})
        self.assertEqual(report["counts"][0], {"rfc": 5321, "level": "MUST", "rows": 2, "scenario": 1, "rule": 0, "reason": 1,
                                               "none": 0, "may_only": 0})
        self.assertEqual([measure["met"] for measure in report["measures"]], [False, False])
        gaps = json.loads(self.coverage("--json", "--gaps", status=FAIL).stdout)
        self.assertEqual([row["id"] for row in gaps["rows"]], ["R5321-4.1.1.9-b"])

    def test_usage(self):
        self.assertIn("--rfc 1870", self.coverage("--rfc", "1870", status=USAGE).stderr)
        self.coverage("--rfc", "5321", status=FAIL)
        for wrong in (("--rfc", "x"), ("--allow-gaps", "-1"), ("R5321-4.1.1.9-a",), ("--nonsense",)):
            self.coverage(*wrong, status=USAGE)
        self.assertIn("--allow-gaps N", self.coverage("--help", status=OK).stdout)

    def test_shipped(self):
        """Whatever is open yet: no reason that ships is wrong or stale."""
        run = self.run_it("coverage", "--allow-gaps", "9999", status=OK)
        self.assertEqual(run.stderr, "")


if __name__ == "__main__":
    unittest.main(verbosity=1)
