#!/usr/bin/env python3
"""corpus/results: what is kept of real servers is whole, and what its gate refuses.

    test_kept_results.py SMTPSPEC SOURCE
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

SMTPSPEC, SOURCE = sys.argv[1:3]
KEPT = os.path.join(SOURCE, "corpus", "results")
GATE = os.path.join(SOURCE, "scripts", "gates", "results")
JUDGEMENTS = os.path.join(SOURCE, "conformance", "judgements.tsv")
SCHEMA = os.path.join(SOURCE, "conformance", "report", "smtpspec-report.schema.json")


def check(folder):
    run = subprocess.run(["/usr/bin/python3", GATE, "check", folder, JUDGEMENTS, SCHEMA, SMTPSPEC], capture_output=True, text=True, check=False)
    return run.returncode, run.stdout + run.stderr


class Kept(unittest.TestCase):
    def test_is_whole(self):
        status, said = check(KEPT)
        self.assertEqual(status, 0, said)


class Refused(unittest.TestCase):
    """A copy of one server's result, in which something is wrong."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        for name in ("postfix.json", "index.html"):
            shutil.copy(os.path.join(KEPT, name), self.folder.name)
        with open(os.path.join(KEPT, "versions.tsv"), encoding="utf-8") as f:
            self.write("versions.tsv", "".join(line for line in f if line.startswith(("server\t", "postfix\t"))))

    def write(self, name, text):
        with open(os.path.join(self.folder.name, name), "w", encoding="utf-8") as f:
            f.write(text)

    def refuses(self, words, change=lambda report: None):
        with open(os.path.join(self.folder.name, "postfix.json"), encoding="utf-8") as f:
            report = json.load(f)
        change(report)
        self.write("postfix.json", json.dumps(report))
        status, said = check(self.folder.name)
        self.assertEqual(status, 1, said)
        self.assertIn(words, said)

    def test_the_copy_is_good(self):
        self.assertEqual(check(self.folder.name)[0], 0)

    def test_no_report(self):
        self.refuses("'seed' is a required property", lambda report: report.pop("seed"))

    def test_a_failure_that_is_not_judged(self):
        def change(report):
            passed = next(case for case in report["cases"] if case["id"] == "noop/changes-nothing")
            passed["verdict"] = "fail"
            report["summary"]["pass"] -= 1
            report["summary"]["fail"] += 1
        self.refuses("not judged: noop/changes-nothing", change)

    def test_a_rule_that_is_not_judged(self):
        self.refuses("not judged: reply-line-end", lambda report: report["findings"][0].update(
            rule="reply-line-end", verdict="fail", side="server"))

    def test_wrong_counts(self):
        self.refuses("the summary counts other cases with pass", lambda report: report["summary"].update({"pass": 1}))

    def test_an_end_before_its_time(self):
        self.refuses("the run was not finished", lambda report: report.update(interrupted=True))

    def test_no_version(self):
        self.write("versions.tsv", "server\tversion\tsuite\tstarted\n")
        self.refuses("versions.tsv has []")

    def test_not_on_the_page(self):
        self.write("index.html", "<!DOCTYPE html>\n")
        self.refuses("postfix: is not on the page")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
