#!/usr/bin/env python3
"""smtpfuzz on the reference over sockets, and on mutants: exit statuses, scenarios that smtpspec plays again, interrupts."""
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest

SMTPFUZZ, SMTPREF, SMTPSPEC = (os.path.abspath(path) for path in sys.argv[1:4])
del sys.argv[1:4]
PATIENCE = 60
RCPT = "tester@example.test"
NONE, FIND, UNREACHABLE, USAGE = 0, 1, 3, 64


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def serve(self, log=False):
        """The reference on a free port; its address, and with `log` also what it says when somebody comes."""
        command = [SMTPREF, "serve", "--listen", "127.0.0.1:0", "--domain", "example.test", "--sink"]
        process = subprocess.Popen(command if log else [*command, "--quiet"], stdout=subprocess.PIPE, text=True,
                                   stderr=subprocess.PIPE if log else None)

        def stop():
            process.kill()
            process.wait()
            process.stdout.close()
            if log:
                process.stderr.close()
        self.addCleanup(stop)
        address = re.match(r"listening (\S+)", process.stdout.readline()).group(1)
        return (address, process.stderr) if log else address

    def fuzz(self, *arguments, status):
        run = subprocess.run([SMTPFUZZ, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=PATIENCE, check=False,
                             stdin=subprocess.DEVNULL)
        self.assertNotIn("Sanitizer", run.stderr)
        self.assertEqual(run.returncode, status, run.stdout + run.stderr)
        return run


class Hunt(Case):
    def test_reference(self):
        address = self.serve()
        run = self.fuzz(address, "--time", "3", "--seed", "1", "--rcpt", RCPT, status=NONE)
        self.assertRegex(run.stdout, r"^0 finds in \d+ conversations on 127")
        self.assertFalse(os.path.exists(os.path.join(self.folder, "smtpfuzz-finds")))

    def test_mutants(self):
        """A find is a file that smtpspec reads and plays: on the reference it is no failure."""
        for mutant in ("eod-crlf-lf", "eod-two-replies", "text-answered-early"):
            with self.subTest(mutant=mutant):
                run = self.fuzz("self", "--mutant", mutant, "--time", "20", "--seed", "2", "--first", "--output", mutant, status=FIND)
                self.assertIn("(played: fails)", run.stdout)
                again = subprocess.run([SMTPSPEC, "check", "--scenarios", os.path.join(self.folder, mutant), "self"],
                                       capture_output=True, text=True, timeout=PATIENCE, check=False)
                self.assertNotEqual(again.returncode, USAGE, again.stderr)
                self.assertNotIn("FAIL", again.stdout)

    def test_usage(self):
        for arguments in ((), ("self", "self"), ("mx.example.test:25",), ("127.0.0.1:25", "--mutant", "x"), ("self", "--tmie", "1"),
                          ("self", "--effect", "mail"), ("self", "--starttls", "--tls")):
            with self.subTest(arguments=arguments):
                self.fuzz(*arguments, status=USAGE)

    def test_no_such_mutant(self):
        run = self.fuzz("self", "--mutant", "eod-lf-lff", status=UNREACHABLE)
        self.assertIn("did you mean eod-lf-lf", run.stderr)

    def test_unreachable(self):
        address = self.serve()
        self.doCleanups()
        self.setUp()
        self.fuzz(address, "--time", "2", status=UNREACHABLE)

    def test_consent_is_asked_for(self):
        run = self.fuzz("192.0.2.1:25", status=USAGE)
        self.assertIn("--effect hostile", run.stderr)

    def test_interrupt(self):
        address, log = self.serve(log=True)
        process = subprocess.Popen([SMTPFUZZ, address, "--time", "50", "--rcpt", RCPT], cwd=self.folder, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        self.assertTrue(log.readline())  # somebody has come
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, NONE, out)
        self.assertIn(", interrupted", out)


if __name__ == "__main__":
    unittest.main()
