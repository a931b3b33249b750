#!/usr/bin/env python3
"""Many servers beside one another: smtpspec matrix."""
import copy
import json
import os
import re
import unittest

import jsonschema
from program import DATA, FAIL, OK, TROUBLE, USAGE, Case, results


def case(name, verdict, **more):
    return {"id": name, "title": f"do {name}", "verdict": verdict, "level": "must", "req": ["R5321-2.3.8-d"], "why": "because", "line": 7, "ms": 1.5,
            "effect": "none", "tags": [], "expected": "250", "received": "550 no\\r\\n", "expectation": "as-expected",
            "again": f"smtpspec check --only {name} self",
            "transcript": [{"ms": 0, "conn": 1, "from": "S", "tls": False, "bytes": "220 <b>\\r\\n"}], **more}


def finding(rule, in_case, side="server", verdict="fail"):
    return {"rule": rule, "req": ["R5321-4.2-b"], "level": "must", "verdict": verdict, "side": side, "case": in_case, "count": 2, "why": "a bare CR",
            "bytes": "250 \\r"}


def report(*cases, findings=(), **more):
    counts = {verdict: sum(one["verdict"] == verdict for one in cases) for verdict in ("pass", "fail", "warn", "info", "inconclusive", "skip", "error")}
    return {"schema": "smtpspec-report/1", "tool": "smtpspec 0.1.0", "started": "2026-11-23T16:00:00Z", "seconds": 0.25, "seed": 2**64 - 1,
            "target": {"url": "smtp://127.0.0.1:25", "role": "server", "tls": "none", "greeting": "220 mx", "ehlo": [], "tls_version": None, "profile": "mx"},
            "interrupted": False, "summary": {**counts, "must": {"met": 0, "of": 0}, "should": {"met": 0, "of": 0}}, "exit": 0, "cases": list(cases),
            "findings": list(findings), **more}


class Matrix(Case):
    def matrix(self, *arguments, status=OK, **reports):
        """Runs it on reports that are given as name=value ("_" is a dot); what it printed, and the JSON."""
        files = [self.write(f"{name.replace('_', '.')}.json", json.dumps(value)) for name, value in reports.items()]
        run = self.run_it("matrix", *files, "--json", self.path("out"), *arguments, status=status)
        with open(self.path("out"), encoding="utf-8") as f:
            out = json.load(f)
        with open(os.path.join(DATA, "report", "smtpspec-matrix.schema.json"), encoding="utf-8") as f:
            schema = json.load(f)
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.Draft202012Validator(schema).validate(out)
        return run, out


def cells(rows):
    return {row["id"]: row["cells"] for row in rows}


class Tables(Matrix):
    def test_servers_and_cases(self):
        _, out = self.matrix(a=report(case("x/1", "pass"), case("x/2", "fail")), b=report(case("x/2", "pass"), case("x/3", "info")))
        self.assertEqual([server["name"] for server in out["servers"]], ["a", "b"])
        self.assertEqual(cells(out["cases"]), {"x/1": ["pass", "none"], "x/2": ["fail", "pass"], "x/3": ["none", "info"]})
        self.assertEqual({row["id"]: row["differs"] for row in out["cases"]}, {"x/1": False, "x/2": True, "x/3": False})
        self.assertEqual(out["servers"][0]["runs"][0]["summary"]["fail"], 1)

    def test_requirements(self):
        """The worst conclusion of those that cite it; a skip beside a pass is no conclusion."""
        for verdicts, want in ((("pass", "skip"), "pass"), (("info", "inconclusive"), "pass"), (("pass", "warn"), "warn"), (("warn", "fail"), "fail"),
                               (("skip", "inconclusive"), "inconclusive"), (("skip", "skip"), "skip"), (("error", "pass"), "pass"), (("error", "skip"), "error")):
            _, out = self.matrix(a=report(*(case(f"x/{i}", verdict) for i, verdict in enumerate(verdicts))))
            self.assertEqual(cells(out["requirements"]), {"R5321-2.3.8-d": [want]}, verdicts)
        row = out["requirements"][0]
        self.assertEqual((row["rfc"], row["section"], row["level"]), (5321, "2.3.8", "MUST NOT"))
        self.assertTrue(row["text"])

    def test_order_is_that_of_the_ledger(self):
        reqs = ["R9999-1-a", "R5321-4.1.1.10-b", "R5321-4.1.1.9-c", "R1870-3-a", "R0001-1-a"]
        _, out = self.matrix(a=report(*(case(f"x/{i}", "pass", req=[req]) for i, req in enumerate(reqs))))
        self.assertEqual([row["id"] for row in out["requirements"]], ["R1870-3-a", "R5321-4.1.1.9-c", "R5321-4.1.1.10-b", "R0001-1-a", "R9999-1-a"])
        self.assertNotIn("rfc", out["requirements"][4])

    def test_disputed(self):
        _, out = self.matrix(a=report(case("x/1", "fail", disputed="read it again")), b=report(case("x/1", "pass")))
        self.assertEqual(cells(out["cases"]), {"x/1": ["disputed", "pass"]})
        self.assertEqual([row["differs"] for row in out["cases"] + out["requirements"]], [False, False])

    def test_rules(self):
        broken = report(case("x/1", "pass"), findings=[finding("reply-form", "x/1"), finding("client-rule", "x/1", side="client")])
        _, out = self.matrix(a=broken, b=report(case("x/1", "pass")), c=report(case("x/1", "skip")))
        self.assertEqual(cells(out["rules"]), {"reply-form": ["fail", "pass", "none"]})
        self.assertEqual(cells(out["requirements"])["R5321-4.2-b"], ["fail", "pass", "none"])

    def test_text(self):
        reports = {"a": report(case("x/1", "pass"), case("y/1", "fail")), "long-name": report(case("x/1", "pass"), case("y/1", "pass"))}
        run, _ = self.matrix("--cases", **reports)
        self.assertRegex(run.stdout, r"(?m)^x/1 +must +pass +pass$")
        self.assertRegex(run.stdout, r"(?m)^y/1 +must +FAIL +pass$")
        run, _ = self.matrix("--cases", "--differ", **reports)
        self.assertNotRegex(run.stdout, r"(?m)^x/1 ")
        self.assertRegex(run.stdout, r"(?m)^y/1 +must +FAIL +pass$")
        run, _ = self.matrix("--differ", a=report(case("x/1", "pass")))
        self.assertIn("requirements: no difference", run.stdout)
        run, _ = self.matrix(**reports)
        self.assertRegex(run.stdout, r"(?m)^R5321-2\.3\.8-d +MUST NOT +FAIL +pass$")
        lines = run.stdout.splitlines()
        head = next(line for line in lines if line.endswith("long-name"))
        row = next(line for line in lines if line.startswith("R5321"))
        self.assertEqual(len(head), len(row))


class Repeats(Matrix):
    def test_changed(self):
        broken = report(case("x/1", "pass"), case("x/2", "pass"), findings=[finding("reply-form", "x/1"), finding("reply-form", "x/2")])
        run, out = self.matrix(a_1=broken, a_2=report(case("x/1", "fail"), case("x/2", "pass")), b=report(case("x/1", "pass")), status=FAIL)
        self.assertEqual([(server["name"], len(server["runs"])) for server in out["servers"]], [("a", 2), ("b", 1)])
        self.assertEqual(cells(out["cases"])["x/1"], ["fail", "pass"])
        self.assertEqual({row["id"]: row["changed"] for row in out["cases"] + out["rules"]}, {"x/1": ["a"], "x/2": [], "reply-form": ["a"]})
        self.assertIn("2 verdicts were not the same", run.stdout)
        self.assertRegex(run.stdout, r"(?m)^  a: x/1  pass, fail$")
        self.assertRegex(run.stdout, r"(?m)^  a: reply-form  broken in 1 of 2 runs$")

    def test_same(self):
        one = report(case("x/1", "fail"), findings=[finding("reply-form", "x/1")])
        run, out = self.matrix(a_1=one, a_2=one, a_3=one)
        self.assertIn("The same verdicts in all runs of a server.", run.stdout)
        self.assertEqual([row["changed"] for row in out["cases"] + out["rules"] + out["requirements"]], [[]] * 4)


class Page(Matrix):
    def test_evidence(self):
        """Of what did not pass all, of what passed the verdict; nothing of it is markup."""
        self.matrix("--html", self.path("m.html"), a=report(case("x/1", "fail", why="</script><!--"), case("x/2", "pass")))
        with open(self.path("m.html"), encoding="utf-8") as f:
            text = f.read()
        data = results(text)
        self.assertEqual(data["caseEvidence"]["x/1"][0]["transcript"][0]["bytes"], "220 <b>\\r\\n")
        self.assertEqual(data["caseEvidence"]["x/2"], [{"why": "because"}])
        self.assertEqual((text.count("<script"), text.count("</script>"), text.count("<!--"), text.count("<b>")), (2, 2, 0, 0))


class Judgements(Matrix):
    HEAD = "# of servers\npeer\tcase\tjudgement\tclause\tremark\n"

    def judged(self, rows, *arguments, status=OK):
        return self.matrix("--judgements", self.write("j.tsv", self.HEAD + rows), *arguments, status=status,
                           a=report(case("x/1", "fail"), case("x/2", "fail"), findings=[finding("reply-form", "x/1")]),
                           b=report(case("x/1", "fail"), case("x/2", "pass")))

    def test_them(self):
        run, out = self.judged("a\tx/1\tpolicy\tRFC 5321 2.3.8\twhy\n*\treply-form\tour reading\tRFC 5321 4.2\t<b>\nb\tx/2\tpolicy\tRFC 1\tpasses\n",
                               "--html", self.path("m.html"))
        self.assertEqual([(one["server"], one["id"], one["judgement"], one["remark"]) for one in out["judgements"]],
                         [("a", "x/1", "policy", "why"), ("a", "reply-form", "our reading", "<b>")])
        self.assertIn("4 failures, 2 without a judgement", run.stdout)
        _, out = self.judged("a\tx/*\tpolicy\tRFC 1\tboth\n")
        self.assertEqual([one["id"] for one in out["judgements"]], ["x/1", "x/2"])
        _, out = self.judged("# nothing\n")
        self.assertEqual(out["judgements"], [])

    def test_refused(self):
        good = self.write("a.json", json.dumps(report(case("x/1", "pass"))))
        for text, said in (("", r":0: no line names"), ("peer\n", ":1: the first line"), (self.HEAD + "a\tb\tpolicy\tc\n", ":3: fewer than"),
                           (self.HEAD + "a\tb\tpolicy\tc\td\te\n", ":3: more than"), (self.HEAD + "a\tb\tpolicy\t\td\n", ":3: an empty"),
                           (self.HEAD + "#\na\tb\tpolitics\tc\td", ":4: no such judgement")):
            run = self.run_it("matrix", good, "--judgements", self.write("j.tsv", text), status=TROUBLE)
            self.assertRegex(run.stderr, r"j\.tsv" + said)
        run = self.run_it("matrix", good, "--judgements", self.path("none"), status=TROUBLE)
        self.assertIn("none: No such file", run.stderr)

    def test_ours(self):
        good = self.write("a.json", json.dumps(report(case("x/1", "pass"))))
        self.run_it("matrix", good, "--judgements", os.path.join(DATA, "judgements.tsv"), status=OK)


class Refused(Case):
    def refused(self, name, text, pattern, status=TROUBLE):
        run = self.run_it("matrix", self.write(name, text), status=status)
        self.assertEqual(run.stdout, "")
        self.assertRegex(run.stderr, pattern)
        self.assertEqual(run.stderr.count("\n"), 1)

    def test_files(self):
        good = json.dumps(report(case("x/1", "pass")), indent=1)
        self.refused("a.json", good[:-5], r"a\.json:\d+:\d+: ")
        self.refused("a.json", good.replace("report/1", "report/9"), r"a\.json: schema is smtpspec-report/9, and this program reads smtpspec-report/1\n")
        broken = copy.deepcopy(report(case("x/1", "passed")))
        self.refused("a.json", json.dumps(broken), r"a\.json: cases\[0\]\.verdict: is none of the words")
        self.refused("a.json", "\x1b[31m", r"a\.json:1:1: .*\\x1b")
        run = self.run_it("matrix", self.path("none.json"), status=TROUBLE)
        self.assertIn("none.json: No such file or directory", run.stderr)

    def test_one_of_many(self):
        good = self.write("a.json", json.dumps(report(case("x/1", "pass"))))
        run = self.run_it("matrix", good, self.write("b.json", "{}"), status=TROUBLE)
        self.assertRegex(run.stderr, r"b\.json: is no report of smtpspec")
        self.assertEqual(run.stdout, "")

    def test_usage(self):
        self.assertIn("no report is named", self.run_it("matrix", status=USAGE).stderr)
        self.assertIn("--diff", self.run_it("matrix", "--diff", "x", status=USAGE).stderr)
        self.assertIn("Exit status", self.run_it("matrix", "--help", status=OK).stdout)
        good = self.write("a.json", json.dumps(report(case("x/1", "pass"))))
        for option in ("--json", "--html"):
            self.assertIn("/nonexistent/m: No such file", self.run_it("matrix", good, option, "/nonexistent/m", status=TROUBLE).stderr)
            self.assertIn("/dev/full", self.run_it("matrix", good, option, "/dev/full", status=TROUBLE).stderr)

    def test_its_own(self):
        """What check writes, matrix reads: each mode, interrupted or not."""
        for mode in ("", "--starttls", "--no-transcripts"):
            self.run_it("check", *filter(None, [mode]), "--only", "noop", "--json", self.path("self.json"), "self", status=OK)
            run = self.run_it("matrix", self.path("self.json"), status=OK)
            self.assertTrue(re.search(r"(?m)^R5321-4\.1\.1\.9-c ", run.stdout))


if __name__ == "__main__":
    unittest.main(verbosity=1)
