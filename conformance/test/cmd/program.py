"""Runs smtpspec for the tests of its commands.

Each test_*.py is called with the path of the program as its first argument.
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

SMTPSPEC = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "smtpspec"
HERE = os.path.dirname(os.path.abspath(__file__))
SCENARIOS = os.path.join(HERE, "scenarios")
DATA = os.path.join(HERE, "..", "..")
PATIENCE = 60  # seconds until something that has to happen is given up

OK, FAIL, NOTHING, TROUBLE, USAGE = 0, 1, 2, 3, 64


def environment():
    """Without what the user's own shell may say about colour and data."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "SMTPSPEC_DATA")}
    return {**kept, "SMTPSPEC_DATA": DATA}


class Case(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, text):
        with open(self.path(name), "wb") as f:
            f.write(text.encode())
        return self.path(name)

    def run_it(self, *arguments, status=None, env=None):
        """Runs it to its end; nothing that it prints may speak of a crash."""
        run = subprocess.run([SMTPSPEC, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False,
                             env=env or environment(), stdin=subprocess.DEVNULL)
        self.assertNotIn("AddressSanitizer", run.stderr)
        self.assertNotIn("runtime error", run.stderr)
        if status is not None:
            self.assertEqual(run.returncode, status, f"{arguments}\n{run.stdout}\n{run.stderr}")
        return run

    def check(self, *arguments, status):
        """smtpspec check on the small set of these tests, with a JSON report."""
        run = self.run_it("check", "--scenarios", SCENARIOS, "--json", self.path("report.json"), *arguments, status=status)
        return run, self.report()

    def report(self):
        with open(self.path("report.json"), encoding="utf-8") as f:
            return json.load(f)


def results(page):
    """What a page is drawn from."""
    return json.loads(page.split('<script type="application/json" id="data">')[1].split("</script>")[0])


def verdicts(report):
    return {case["id"]: case["verdict"] for case in report["cases"]}
