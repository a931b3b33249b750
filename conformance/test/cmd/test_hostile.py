#!/usr/bin/env python3
"""Servers that mean harm: whatever they do, and wherever, each case ends in a verdict, in bounded time and memory.

The scenarios here stop at five places of a conversation. A server knows from the EHLO name which of them it is in (on loopback the
name carries the scenario's), behaves until then, and does its worst from there. Exact times are tested with a virtual clock
(player/test_time.c); here the limits are far above what is due and far below what the server would go on for.
"""
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor

from program import FAIL, NOTHING, SMTPSPEC, TROUBLE, Case, environment
from servers import GREETING, Talker, make_certificate, serving

TIMEOUT = "3s"  # also for the contact that has to go well
CASE_MS = 60000  # a case is due after its timeout, the one for a QUIT, and two seconds for the close; the rest is for a slow machine
LATEST = 300  # seconds for a run; no server here stops before its connection is closed
MEMORY = int(sys.argv.pop(1)) << 20 if len(sys.argv) > 1 else 100 << 20

PLACES = {
    "hello": "server must: answer EHLO\nreq: R5321-4.1.1.1-d\neffect: none\ntest:\nS: 220\nC: EHLO {me}\nS: 250\n",
    "reply": "server must: answer\nreq: R5321-4.2-a\neffect: none\nuse hello\ntest:\nC: NOOP\nS: 250\n",
    "text": "server must: answer a message\nreq: R5321-4.2-a\neffect: mail\nuse data\ntest:\nC. message\nS: 250\n",
    "handshake": "server must: shake hands\nreq: R3207-4-a\neffect: none\nneeds: STARTTLS\nuse hello\ntest:\nC: STARTTLS\nS: 220\n@tls\n"
                 "C: EHLO {me}\nS: 250\n",
    "secure": "server must: answer in TLS\nreq: R5321-4.2-a\neffect: none\nneeds: STARTTLS\nuse hello\nC: STARTTLS\nS: 220\n@tls\n"
              "test:\nC: NOOP\nS: 250\n",
}
GARBAGE = bytes((i * 167 + (i >> 8) * 31) & 0xff for i in range(65536)).replace(b"\n", b"\0")


def say_for_ever(octets):
    def behaviour(connection, _over):
        while True:
            connection.sendall(octets)
    return behaviour


def hang(connection, _over):
    connection.settimeout(None)
    while connection.recv(4096):
        pass


def drop(connection, _over):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def deaf(_connection, over):
    """Reads nothing; the wait is over when the test closes the server."""
    over.wait()


def say_long_line(connection, _over):
    connection.sendall(b"250 " + b"x" * 10_000_000 + b"\r\n")
    hang(connection, _over)


def say_an_octet_a_second(connection, over):
    while not over.wait(1):
        connection.sendall(b"2")


BEHAVIOURS = {"hang": hang, "drop": drop, "deaf": deaf, "garbage": say_for_ever(GARBAGE), "no code": say_for_ever(b"x\r\n" * 5000),
              "endless reply": say_for_ever(b"250-and more\r\n" * 5000), "endless replies": say_for_ever(b"250 ok\r\n" * 5000),
              "long line": say_long_line, "octet a second": say_an_octet_a_second}


class Hostile(Talker):
    """Well-behaved to whoever has another name than one of the places."""

    def __init__(self, behaviour, context):
        super().__init__(hello=b"250-mx.example.test\r\n250-STARTTLS\r\n250 SIZE\r\n", context=context)
        self.behaviour = behaviour
        self.over = threading.Event()

    def talk(self, connection, stack):
        connection.sendall(self.greeting)
        lines = connection.makefile("rb")
        name, secure = "", False
        while line := lines.readline():
            verb, _, argument = line.strip().decode("latin-1").partition(" ")
            name = argument.split(".")[0].removeprefix("at-") if verb == "EHLO" else name
            if (verb, name) in (("EHLO", "hello"), ("NOOP", "reply"), ("NOOP", "secure")):
                return self.behaviour(connection, self.over)
            connection.sendall(self.reply(verb.encode(), secure))
            if verb == "QUIT":
                return None
            if verb == "DATA":
                self.read_text(lines)
            if verb == "DATA" or (verb, name) == ("STARTTLS", "handshake"):
                return self.behaviour(connection, self.over)
            if verb == "STARTTLS":
                secure = True
                connection = stack.enter_context(self.context.wrap_socket(connection, server_side=True))
                lines = connection.makefile("rb")
        return None


# A process of its own: what is started counts what was in memory where it was started.
METER = """
import resource, subprocess, sys
run = subprocess.run(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=int(sys.argv[1]), check=False)
print(run.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10)
"""


def run_measured(*command, env=None):
    """Exit status, what was said, and the peak of its memory; an error when it has taken longer than anything may."""
    meter = subprocess.run([sys.executable, "-c", METER, str(LATEST), *command], capture_output=True, text=True, check=False, env=env)
    if meter.returncode != 0:
        raise AssertionError(meter.stderr)
    status, memory = meter.stdout.split()
    return int(status), meter.stderr, int(memory)


class Hostility(Case):
    def setUp(self):
        super().setUp()
        _, self.context = make_certificate(self.folder.name)
        os.makedirs(self.path("scenarios/at"))
        for name, text in PLACES.items():
            self.write(f"scenarios/at/{name}.smtp", text)

    def play(self, name, behaviour, over, *arguments):
        """Ends by itself, in bounded memory; the report."""
        reports = [f"--{form}={self.path(name)}.{form}" for form in ("json", "html", "junit", "tap")]
        with serving(behaviour) as server:
            status, said, memory = run_measured(SMTPSPEC, "check", *reports, "--timeout", TIMEOUT, "--insecure", "--retries", "0", "--rcpt",
                                                "tester@example.test", *arguments, server.name, env=environment())
            over.set()
        self.assertNotIn("AddressSanitizer", said)
        self.assertIn(status, (FAIL, NOTHING, TROUBLE), said)
        self.assertLess(memory, MEMORY)
        with open(self.path(name) + ".json", encoding="utf-8") as f:
            return json.load(f)

    def play_hostile(self, name, *arguments):
        """The small set, at one behaviour."""
        server = Hostile(BEHAVIOURS[name], self.context)
        return self.play(name, server, server.over, "--scenarios", self.path("scenarios"), *arguments)

    def play_greeting(self, name):
        """The first contact goes well; then the server is another one."""
        over = threading.Event()

        def behaviour(connection, number):
            if number == 1:
                Talker()(connection, number)
            else:
                BEHAVIOURS[name](connection, over)
        return self.play(name, behaviour, over, "--scenarios", self.path("scenarios"), "--only", "at/hello")

    def judge_all(self, play, cases):
        """Every behaviour, all at once, for most of them wait: a verdict for every case."""
        with ThreadPoolExecutor(len(BEHAVIOURS)) as pool:
            for name, report in zip(BEHAVIOURS, pool.map(play, BEHAVIOURS)):
                with self.subTest(name):
                    self.assertEqual([case["id"] for case in report["cases"]], cases)
                    for case in report["cases"]:
                        self.assertIn(case["verdict"], ("fail", "inconclusive"), case)
                        self.assertLess(case["ms"], CASE_MS, case)

    def test_everywhere(self):
        self.judge_all(self.play_hostile, [f"at/{place}" for place in sorted(PLACES)])

    def test_as_greeting(self):
        self.judge_all(self.play_greeting, ["at/hello"])

    def test_evidence(self):
        """Head and tail of what was too long, and how much stood between."""
        case = self.play_hostile("long line", "--only", "at/reply")["cases"][0]
        self.assertEqual((case["verdict"], case["why"]), ("fail", "a reply of more than 65536 octets"))
        said = [line["bytes"] for line in case["transcript"] if line["from"] == "S"]
        for text in (case["received"], said[-1]):
            self.assertRegex(text, r"^250 x{2044}\[\d+ octets left out\]x{2048}$")

    def test_whole_suite(self):
        """All that ships, against garbage without end: evidence of a thousand cases is bounded too."""
        def behaviour(connection, number):
            if number == 1:
                Talker()(connection, number)
                return
            connection.sendall(GREETING)
            connection.recv(1000)
            BEHAVIOURS["garbage"](connection, None)
        report = self.play("all", behaviour, threading.Event(), "--effect", "hostile")
        self.assertGreater(len(report["cases"]), 1000)
        passed = {case["id"].split("/")[0] for case in report["cases"] if case["verdict"] == "pass"}
        self.assertLessEqual(passed, {"greeting"})  # which is a good one


class Meter(unittest.TestCase):
    def test_sees_memory(self):
        """The limit can be exceeded."""
        _, _, memory = run_measured(sys.executable, "-c", f"bytearray({MEMORY})")
        self.assertGreater(memory, MEMORY)


if __name__ == "__main__":
    unittest.main(verbosity=1)
