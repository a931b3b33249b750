#!/usr/bin/env python3
"""What a server is asked again, how fast, and how much: --retries, --rate, --mail-budget."""
import os
import shutil
import threading
import time
import unittest

from program import NOTHING, OK, SCENARIOS, USAGE, Case, verdicts
from servers import Talker, first, serving

BUSY = Talker(replies={b"EHLO": b"450 not now\r\n", b"HELO": b"450 not now\r\n"})
MAILBOX = ("--rcpt", "someone@example.net")


class Keeper(Talker):
    """Keeps the texts of the messages, and refuses the first of them for now."""

    def __init__(self, **options):
        super().__init__(**options)
        self.texts = []
        self.lock = threading.Lock()

    def read_text(self, lines):
        text = []
        for line in lines:
            text.append(line)
            if line == b".\r\n":
                break
        with self.lock:
            self.texts.append(b"".join(text))


class Retries(Case):
    def test_comes_right(self):
        """Greylisting: the probe and all first attempts but not the second ones."""
        def behaviour(connection, number):
            (BUSY if 2 <= number <= 4 else Talker())(connection, number)
        with serving(behaviour) as server:
            _, report = self.check("--only", "noop", "--jobs", "1", server.name, status=OK)
        self.assertEqual(set(verdicts(report).values()), {"pass"})
        self.assertEqual({case["attempts"] for case in report["cases"]}, {2})

    def test_stays(self):
        for retries, connections in (("0", 1), ("1", 2), ("2", 3)):
            with self.subTest(retries=retries), serving(first(1, Talker(), BUSY)) as server:
                _, report = self.check("--only", "noop/plain", "--retries", retries, server.name, status=NOTHING)
                self.assertEqual(list(verdicts(report).values()), ["inconclusive"])
                self.assertEqual(server.count, 1 + connections)
                self.assertEqual(report["cases"][0].get("attempts", 1), connections)

    def test_concluded_is_not_repeated(self):
        with serving(Talker(replies={b"NOOP": b"550 no\r\n"})) as server:
            self.check("--only", "noop/plain", server.name, status=1)
            self.assertEqual(server.count, 2)

    def test_another_nonce(self):
        keeper = Keeper()

        def behaviour(connection, number):
            Deferring(keeper, number == 2)(connection, number)
        with serving(behaviour) as server:
            _, report = self.check("--only", "mail", "--seed", "7", *MAILBOX, server.name, status=OK)
        self.assertEqual(report["cases"][0]["attempts"], 2)
        nonces = {line for text in keeper.texts for line in text.splitlines() if line.lower().startswith(b"message-id:")}
        self.assertEqual((len(keeper.texts), len(nonces)), (2, 2))


class Deferring(Talker):
    """Gives its texts to a keeper; the message is taken, or deferred by 451."""

    def __init__(self, keeper, defers):
        super().__init__()
        self.keeper, self.defers = keeper, defers

    def read_text(self, lines):
        self.keeper.read_text(lines)

    def talk(self, connection, stack):
        super().talk(Softener(connection) if self.defers else connection, stack)


class Softener:
    """A connection on which 250 behind a text becomes 451."""

    def __init__(self, connection):
        self.connection = connection

    def sendall(self, octets):
        self.connection.sendall(b"451 later\r\n" if octets == b"250 taken\r\n" else octets)

    def __getattr__(self, name):
        return getattr(self.connection, name)


class Rate(Case):
    def test_interval(self):
        times = []

        def behaviour(connection, number):
            times.append(time.monotonic())
            Talker()(connection, number)
        with serving(behaviour) as server:
            self.check("--rate", "300", "--only", "noop", server.name, status=OK)
        self.assertEqual(len(times), 4)
        self.assertGreater(times[-1] - times[0], 3 * 0.2 - 0.1)

    def test_virtual(self):
        """On self the clock leaps over what is waited."""
        begun = time.monotonic()
        self.check("--rate", "1", "self", status=OK)
        self.assertLess(time.monotonic() - begun, 20)

    def test_arguments(self):
        for option, value in (("--rate", "fast"), ("--rate", "60001"), ("--retries", "10"), ("--mail-budget", "-1")):
            run = self.run_it("check", option, value, "self", status=USAGE)
            self.assertIn(option, run.stderr)


class Budget(Case):
    def scenarios(self):
        folder = self.path("scenarios")
        shutil.copytree(SCENARIOS, folder)
        for name in ("b", "c", "d"):
            shutil.copy(os.path.join(folder, "mail", "accepted.smtp"), os.path.join(folder, "mail", f"{name}.smtp"))
        return folder

    def test_spent(self):
        report = ("--json", self.path("report.json"), "--jobs", "1")
        folder = self.scenarios()
        for budget, passes in (("0", 4), ("2", 2), ("9", 4)):
            with self.subTest(budget=budget), serving(Talker()) as server:
                self.run_it("check", "--scenarios", folder, "--only", "mail", *MAILBOX, "--mail-budget", budget, *report,
                            server.name, status=OK)
                cases = self.report()["cases"]
                self.assertEqual([case["verdict"] for case in cases], ["pass"] * passes + ["skip"] * (4 - passes))
                self.assertTrue(all("--mail-budget" in case["why"] for case in cases[passes:]))


class Resume(Case):
    def test_what_is_left(self):
        with serving(Talker()) as server:
            first_run = verdicts(self.check("--only", "noop", server.name, status=OK)[1])
            _, report = self.check("--resume", self.path("report.json"), server.name, status=OK)
        self.assertEqual(len(first_run), 3)
        self.assertTrue(report["cases"])
        self.assertFalse(set(first_run) & set(verdicts(report)))

    def test_nothing_is_left(self):
        self.check("self", status=OK)
        run = self.run_it("check", "--scenarios", SCENARIOS, "--resume", self.path("report.json"), "self", status=NOTHING)
        self.assertIn("all of these cases were run there", run.stderr)

    def test_with_rerun(self):
        run = self.run_it("check", "--resume", "a", "--rerun-failed", "b", status=USAGE)
        self.assertIn("--resume", run.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=1)
