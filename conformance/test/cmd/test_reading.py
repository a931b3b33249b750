#!/usr/bin/env python3
"""list, explain and verify: the commands that need no server."""
import json
import unittest

from program import FAIL, OK, SCENARIOS, USAGE, Case

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


if __name__ == "__main__":
    unittest.main(verbosity=1)
