#!/usr/bin/env python3
"""Only what an earlier report has left to be done: smtpspec check --rerun-failed."""
import json
import unittest

from program import FAIL, NOTHING, OK, SCENARIOS, TROUBLE, Case, verdicts
from servers import Talker, serving


class Rerun(Case):
    def run_twice(self, *arguments, status, replies):
        """The first run's server breaks things; the second one is good: the verdicts of both runs."""
        with serving(Talker(replies=replies)) as server:
            first = verdicts(self.check(server.name, status=FAIL)[1])
        with serving(Talker()) as server:
            self.check("--rerun-failed", self.path("report.json"), *arguments, server.name, status=status)
        return first, verdicts(self.report())

    def test_failures(self):
        """The report is read before it is written again."""
        first, second = self.run_twice(status=OK, replies={b"NOOP": b"550 no\r\n"})
        failed = [name for name, verdict in first.items() if verdict == "fail"]
        self.assertTrue(0 < len(failed) < len(first))
        self.assertEqual(second, {name: "pass" for name in failed})

    def test_strict(self):
        first, second = self.run_twice("--strict", status=OK, replies={b"NOOP": b"550 no\r\n"})
        self.assertIn("warn", first.values())
        self.assertEqual(set(second), {name for name, verdict in first.items() if verdict in ("fail", "warn")})

    def test_rules(self):
        """A case that passed, but in which the server broke a rule."""
        first, second = self.run_twice(status=OK, replies={b"QUIT": b"221 bye\n\r\n"})
        self.assertTrue(any(first[name] == "pass" for name in second))

    def test_with_only(self):
        _, second = self.run_twice("--only", "noop/plain", status=OK, replies={b"NOOP": b"550 no\r\n"})
        self.assertEqual(list(second), ["noop/plain"])

    def change(self, function):
        report = self.report()
        function(report)
        self.write("report.json", json.dumps(report))

    def test_nothing_failed(self):
        self.check("self", status=OK)
        run = self.run_it("check", "--scenarios", SCENARIOS, "--rerun-failed", self.path("report.json"), "self", status=NOTHING)
        self.assertIn("none of these cases failed there", run.stderr)

    def test_inconclusive_and_excused(self):
        self.check("self", status=OK)

        def spoil(report):
            report["cases"][0]["verdict"] = "inconclusive"
            report["cases"][1].update(verdict="fail", expectation="baseline")
            report["cases"][2].update(verdict="error", expectation="unexpected")
        self.change(spoil)
        names = [case["id"] for case in self.report()["cases"]]
        self.check("--rerun-failed", self.path("report.json"), "self", status=OK)
        self.assertEqual(list(verdicts(self.report())), [names[0], names[2]])

    def test_gone(self):
        self.check("self", status=OK)

        def spoil(report):
            report["cases"][0].update(id="no/such-case", verdict="fail", expectation="unexpected")
            report["cases"][1].update(verdict="fail", expectation="unexpected")
        self.change(spoil)
        run, report = self.check("--rerun-failed", self.path("report.json"), "self", status=OK)
        self.assertIn("1 case of that report is not there any more", run.stderr)
        self.assertEqual(len(report["cases"]), 1)

    def test_no_report(self):
        for text, said in (("", "report.json:1:0:"), ("{}", "is no report of smtpspec")):
            run = self.run_it("check", "--rerun-failed", self.write("report.json", text), "self", status=TROUBLE)
            self.assertIn(said, run.stderr)
        self.assertIn("No such file", self.run_it("check", "--rerun-failed", self.path("none"), "self", status=TROUBLE).stderr)


if __name__ == "__main__":
    unittest.main(verbosity=1)
