#!/usr/bin/env python3
"""What happens to a run when its server goes away, and when its user does not want to wait."""
import json
import os
import pty
import select
import signal
import subprocess
import threading
import unittest

from program import SCENARIOS, SMTPSPEC, Case, FAIL, PATIENCE, TROUBLE, environment, results, verdicts
from servers import Talker, closes, first, serving, silent


class Gone(Case):
    def test_dies(self):
        """Two cases are played, then nobody listens any more: the rest is not run."""
        with serving(None) as server:
            talker = Talker()

            def behaviour(connection, number):
                if number == 3:
                    server.stop_listening()
                talker(connection, number)
            server.behaviour = behaviour
            run, report = self.check("--timeout", "1", "--jobs", "1", "--exclude", "greeting", "--exclude", "mail", server.name,
                                     status=TROUBLE)
            self.assertIn("connection refused", run.stderr)
            self.assertIn("were not run", run.stderr)
            self.assertIn("cases were not run", run.stdout)
            self.assertTrue(run.stdout.endswith("\n not finished: nothing is broken so far, 1 inconclusive case\n"), run.stdout)
            # the probe, two cases; then one case and the second probe that nobody answers
            self.assertEqual(server.count, 3)
            self.assertEqual(list(verdicts(report).values()), ["pass", "pass", "inconclusive"])
            self.assertEqual((report["exit"], report["interrupted"]), (TROUBLE, False))

    def test_falls_silent(self):
        """One more probe, not a deadline for each case."""
        with serving(first(2, Talker(), silent)) as server:
            run, report = self.check("--timeout", "1", "--jobs", "1", "--exclude", "greeting", "--exclude", "mail", server.name,
                                     status=TROUBLE)
            self.assertIn("the greeting has not come within 1 s", run.stderr)
            self.assertEqual(server.count, 4)
            self.assertEqual(sorted(verdicts(report).values()), ["inconclusive", "pass"])

    def test_greets_and_answers_nothing_else(self):
        """The second probe is answered, and still not every case costs its deadline."""
        with serving(Talker(replies={b"MAIL": b"", b"RCPT": b"", b"DATA": b"", b"NOOP": b"", b"RSET": b""})) as server:
            path = self.path("report.json")
            run = self.run_it("check", "--timeout", "200ms", "--jobs", "1", "--only", "state", "--rcpt", "tester@example.test",
                              "--json", path, server.name, status=TROUBLE)
            self.assertIn("cases of five files in a row without an answer", run.stderr)
            with open(path, encoding="utf-8") as f:
                self.assertLess(len(json.load(f)["cases"]), 20)  # of the topic's 26

    def test_leaves_one_thing_without_an_answer(self):
        """Many cases of one file show one thing that is not answered: what comes behind them is played all the same."""
        with serving(Talker(replies={b"MAIL": b""})) as server:
            path = self.path("report.json")
            self.run_it("check", "--timeout", "200ms", "--jobs", "1", "--retries", "0", "--only", "address/local-part-good",
                        "--only", "noop", "--json", path, server.name, status=1)
            with open(path, encoding="utf-8") as f:
                summary = json.load(f)["summary"]
            self.assertGreater(summary["fail"], 5)
            self.assertGreater(summary["pass"], 0)

    def test_silent_from_the_first_case(self):
        with serving(first(1, Talker(), silent)) as server:
            _, report = self.check("--timeout", "1", "--jobs", "2", "--only", "noop", server.name, status=TROUBLE)
            self.assertEqual(report["summary"]["pass"], 0)

    def test_comes_back(self):
        """One case that is not answered does not end the run when the second probe is."""
        def behaviour(connection, number):
            (silent if number == 3 else Talker())(connection, number)
        with serving(behaviour) as server:
            _, report = self.check("--timeout", "1", "--jobs", "1", "--retries", "0", "--only", "noop", server.name, status=2)
            self.assertEqual(list(verdicts(report).values()), ["pass", "inconclusive", "pass"])

    def test_closes_in_every_case(self):
        with serving(first(1, Talker(), closes)) as server:
            _, report = self.check("--timeout", "1", server.name, status=2)
            self.assertEqual(report["summary"]["pass"], 0)

    def test_breaks_a_clause(self):
        with serving(Talker(replies={b"NOOP": b"550 no\r\n"})) as server:
            run, report = self.check("--only", "noop", server.name, status=FAIL)
            self.assertEqual(verdicts(report), {"noop/argument/word": "warn", "noop/argument/quoted": "warn",
                                                "noop/plain": "fail"})
            self.assertIn("not conformant", run.stdout)
            run, _ = self.check("--only", "noop/argument", server.name, status=0)
            run, _ = self.check("--only", "noop/argument", "--strict", server.name, status=FAIL)


class Interrupted(Case):
    def stop_at(self, count, behaviour, number=signal.SIGINT, times=1, more=(), ready=None):
        """Sends the signal when so many connections have come; the exit status and standard error."""
        with serving(behaviour) as server:
            process = subprocess.Popen(
                [SMTPSPEC, "check", "--scenarios", SCENARIOS, "--json", self.path("report.json"), "--junit",
                 self.path("report.xml"), "--tap", self.path("report.tap"), "--html", self.path("report.html"), "--jobs", "1", *more, server.name],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), text=True)
            try:
                server.wait_for(count)
                if ready is not None:
                    self.assertTrue(ready.wait(PATIENCE))
                for _ in range(times):
                    process.send_signal(number)
                out, err = process.communicate(timeout=PATIENCE)
            finally:
                process.kill()
                process.wait()
            return process.returncode, out, err

    def test_in_a_wait(self):
        """Before the first case may begin, a minute later; the rest is what --resume plays."""
        over = threading.Event()

        def behaviour(connection, number):
            Talker()(connection, number)
            over.set()
        status, _, err = self.stop_at(1, behaviour, more=("--rate", "1"), ready=over)
        self.assertEqual(status, TROUBLE, err)
        report = self.report()
        self.assertTrue(report["interrupted"])
        self.assertGreater(report["not_run"], 0)
        with serving(Talker()) as server:
            self.check("--resume", self.path("report.json"), server.name, status=0)
        self.assertEqual(len(self.report()["cases"]), report["not_run"])

    def test_in_a_case(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number=number):
                status, out, err = self.stop_at(3, first(2, Talker(), silent), number)
                self.assertEqual(status, TROUBLE, err)
                self.assertIn("interrupted", out)
                report = self.report()
                self.assertTrue(report["interrupted"])
                self.assertEqual(report["exit"], TROUBLE)
                self.assertEqual([verdict for verdict in verdicts(report).values() if verdict != "skip"], ["pass"])
                self.assertGreater(report["not_run"], 0)
                for name in ("report.xml", "report.tap"):
                    self.assertGreater(os.path.getsize(self.path(name)), 0)
                with open(self.path("report.html"), encoding="utf-8") as page:
                    self.assertEqual(results(page.read())["report"], report)

    def test_signalled_by_several(self):
        """timeout(1) sends its signal twice, to the program and to the group: the reports are written all the same."""
        status, _, err = self.stop_at(3, first(2, Talker(), silent), signal.SIGTERM, times=20)
        self.assertEqual(status, TROUBLE, err)
        self.assertTrue(self.report()["interrupted"])

    def test_in_the_first_contact(self):
        status, _, err = self.stop_at(1, silent)
        self.assertEqual(status, TROUBLE)
        self.assertIn("interrupted", err)
        self.assertEqual((self.report()["interrupted"], self.report()["cases"]), (True, []))


class Progress(Case):
    def on_a_terminal(self, *arguments, env=None):
        """Standard error is a terminal; what was written there."""
        master, slave = pty.openpty()
        process = subprocess.Popen([SMTPSPEC, "check", *arguments], stdout=subprocess.PIPE, stderr=slave, env=env or environment())
        os.close(slave)
        said = b""
        while select.select([master], [], [], PATIENCE)[0]:
            try:
                octets = os.read(master, 4096)
            except OSError:
                octets = b""
            if not octets:
                break
            said += octets
        out, _ = process.communicate(timeout=PATIENCE)
        os.close(master)
        return process.returncode, out.decode(), said.decode()

    def test_line(self):
        with serving(Talker()) as server:
            status, out, said = self.on_a_terminal("--scenarios", SCENARIOS, server.name)
            self.assertEqual(status, 0)
            self.assertIn(" of 6, 0 failed", said)
            self.assertTrue(said.endswith("\r\033[K"), said)
            self.assertNotIn("\033", out)

    def test_colour(self):
        with serving(Talker()) as server:
            arguments = ("--scenarios", SCENARIOS, "--json", "-", server.name)
            _, out, said = self.on_a_terminal(*arguments)
            self.assertEqual(json.loads(out)["exit"], 0)
            self.assertIn("\033[1m", said)
            _, _, said = self.on_a_terminal(*arguments, env={**environment(), "NO_COLOR": "1"})
            self.assertNotIn("\033[1m", said)


if __name__ == "__main__":
    unittest.main(verbosity=1)
