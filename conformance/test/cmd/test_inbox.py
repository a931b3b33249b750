#!/usr/bin/env python3
"""--inbox: what servers deliver into a Maildir, or hand on to us by LMTP or SMTP."""
import itertools
import os
import shlex
import smtplib
import socket
import threading
import unittest

from program import Case, FAIL, NOTHING, OK, TROUBLE, USAGE, verdicts
from servers import Talker, serving

RCPT, RCPT2 = "tester@example.test", "tester2@example.test"
HEAD = "server must: deliver\nreq: R5321-4.4-n\neffect: mail\nneeds: inbox\n"
SERIAL = itertools.count()
LINES = "@inbox 1\nM: Return-Path: <{from}>\nM. message\n"
ONE = HEAD + "message:\n> Subject: {nonce}\n>\n> ..a\nuse data\ntest:\nC. message\nS: 250\n" + LINES


class Server(Talker):
    """Stores, or hands on, what deliver() makes of a text; its dots are undone."""

    def __init__(self, deliver):
        super().__init__()
        self.deliver = deliver

    def addresses(self, verb):
        return [line.split(b"<")[1].split(b">")[0].decode() for line in self.said if line.upper().startswith(verb)]

    def read_text(self, lines):
        text = []
        for line in lines:
            if line == b".\r\n":
                break
            text.append(line[1:] if line.startswith(b".") else line)
        self.deliver(self.addresses(b"MAIL")[-1], self.addresses(b"RCPT")[-1], b"".join(text))


class Store:
    """A Maildir."""

    def __init__(self, path, lf=False, times=1, delay=0.0, change=lambda text: text):
        self.path, self.lf, self.times, self.delay, self.change = path, lf, times, delay, change

    def put(self, octets, folder="new"):
        for sub in ("tmp", "new", "cur"):
            os.makedirs(os.path.join(self.path, sub), exist_ok=True)
        name = os.path.join(self.path, "tmp", f"{next(SERIAL)}.test")
        with open(name, "wb") as f:
            f.write(octets)
        os.rename(name, os.path.join(self.path, folder, os.path.basename(name) + (":2,S" if folder == "cur" else "")))

    def message(self, sender, text):
        octets = b"Return-Path: <" + sender.encode() + b">\r\n" + self.change(text)
        return octets.replace(b"\r\n", b"\n") if self.lf else octets

    def __call__(self, sender, _rcpt, text):
        octets = self.message(sender, text)
        for _ in range(self.times):
            if self.delay:
                threading.Timer(self.delay, self.put, [octets]).start()
            else:
                self.put(octets)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Inbox(Case):
    def play(self, text, deliver, *arguments, status, rcpts=(RCPT,)):
        path = self.write("one.smtp", text)
        with serving(Server(deliver)) as server:
            rcpt = [word for r in rcpts for word in ("--rcpt", r)]
            run = self.run_it("check", "--scenarios", path, "--json", self.path("report.json"), "--inbox-wait", "1s", *rcpt, *arguments,
                              server.name, status=status)
        return run, self.report()["cases"][0]

    def maildir(self, **how):
        self.store = Store(self.path("Maildir"), **how)
        return self.store, "--inbox", "maildir:" + self.store.path

    def test_maildir(self):
        """It is made with the first message; what was in it before is nobody's."""
        _, case = self.play(ONE, *self.maildir(), status=OK)
        self.assertEqual(case["verdict"], "pass")
        _, case = self.play(ONE, *self.maildir(), "--seed", "1", status=OK)
        _, case = self.play(ONE, *self.maildir(), "--seed", "1", status=OK)
        self.assertEqual(case["verdict"], "pass")

    def test_lf(self):
        _, case = self.play(ONE, *self.maildir(lf=True), status=OK)
        self.assertEqual(case["verdict"], "pass")

    def test_late(self):
        _, case = self.play(ONE, *self.maildir(delay=0.4), status=OK)
        self.assertEqual(case["verdict"], "pass")

    def test_never(self):
        _, case = self.play(ONE, lambda *_: None, "--inbox", "maildir:" + self.path("Maildir"), status=NOTHING)
        self.assertEqual((case["verdict"], case["why"]), ("inconclusive", f"0 of 1 message for {RCPT} came within 1 s"))

    def test_twice(self):
        _, case = self.play(ONE, *self.maildir(times=2), status=FAIL)
        self.assertEqual((case["verdict"], case["why"]), ("fail", f"2 messages for {RCPT}, not 1"))
        self.assertEqual(case["expected"], f"1 message for {RCPT}, and no more")

    def test_octets(self):
        """Both sides of the octet that differs, in the report and on the terminal."""
        run, case = self.play(ONE, *self.maildir(change=lambda text: text.replace(b"..a", b".a")), status=FAIL)
        self.assertEqual(case["line"], 15)
        self.assertRegex(case["why"], r'^octet \d+ of the message differs: expected ".*\.\.a\\r\\n", got ".*[^.]\.a\\r\\n"$')
        self.assertTrue(case["expected"].endswith('..a\\r\\n"'), case["expected"])
        self.assertTrue(case["received"].endswith("\\r\\n\\r\\n.a\\r\\n"), case["received"])
        self.assertIn("--inbox maildir:", case["again"])
        self.assertIn("octet ", run.stdout)

    def test_field(self):
        deliver, *inbox = self.maildir()
        deliver.message = lambda sender, text: b"Return-Path: <Sender@example.org>\r\n" + text
        _, case = self.play(ONE, deliver, *inbox, status=FAIL)
        self.assertEqual((case["expected"], case["received"]),
                         ("Return-Path: <sender@example.org>", "Return-Path: <Sender@example.org>\\r\\n"))

    def test_mailboxes(self):
        """Each --inbox is that of the --rcpt in its place."""
        stores = {RCPT: Store(self.path("one")), RCPT2: Store(self.path("two"))}
        text = ONE.replace("use data", "use mail").replace("C. message", "C: RCPT TO:<{rcpt2}>\nS: 250\nC: DATA\nS: 354\nC. message")
        text = text.replace("@inbox 1", "@inbox 0\n@inbox 1 {rcpt2}")
        self.play(text, lambda sender, rcpt, octets: stores[rcpt](sender, rcpt, octets), "--inbox", "maildir:" + self.path("one"),
                  "--inbox", "maildir:" + self.path("two"), status=OK, rcpts=(RCPT, RCPT2))
        _, case = self.play(text, stores[RCPT], "--inbox", "maildir:" + self.path("one"), status=NOTHING, rcpts=(RCPT, RCPT2))
        self.assertEqual((case["verdict"], case["why"]), ("skip", "needs an inbox for {rcpt2}"))

    def test_moved(self):
        """Somebody reads the mail meanwhile: from new/ to cur/ it stays the same message."""
        deliver, *inbox = self.maildir()
        deliver.put = lambda octets, put=deliver.put: put(octets, "cur")
        self.play(ONE, deliver, *inbox, status=OK)

    def test_at_the_end_of_the_run(self):
        """The second message comes when its case is over, while another one is played."""
        deliver, *inbox = self.maildir()

        def twice(sender, rcpt, text):
            deliver(sender, rcpt, text)
            if b"half a second" not in text:
                threading.Timer(0.3, deliver, [sender, rcpt, text]).start()
        self.write("a.smtp", ONE)
        self.write("b.smtp", ONE.replace("..a", "half a second").replace("@inbox", "@pause 1s\n@inbox"))
        with serving(Server(twice)) as server:
            self.run_it("check", "--scenarios", self.folder.name, "--json", self.path("report.json"), "--jobs", "1", "--rcpt", RCPT, *inbox,
                        server.name, status=FAIL)
        report = self.report()
        self.assertEqual(verdicts(report), {"a": "fail", "b": "pass"})
        self.assertEqual(report["cases"][0]["why"], f"at the end of the run: 2 messages for {RCPT}, not 1")
        self.assertEqual(report["summary"]["fail"], 1)

    def test_not_readable(self):
        self.write("Maildir", "a file")
        run = self.run_it("check", "--scenarios", self.write("one.smtp", ONE), "--rcpt", RCPT, "--inbox", "maildir:" + self.path("Maildir"),
                          "127.0.0.1:1", status=TROUBLE)
        self.assertIn("Maildir: Not a directory", run.stderr)

    def test_options(self):
        for words, why in ((("--inbox", "mbox:x"), "--inbox mbox:x: maildir:DIR or lmtp:PORT"),
                           (("--inbox", "lmtp:0"), "--inbox lmtp:0: maildir:DIR or lmtp:PORT"),
                           (("--inbox", "lmtp:70000"), "maildir:DIR or lmtp:PORT"),
                           (("--inbox", "maildir:"), "maildir:DIR or lmtp:PORT"),
                           (("--inbox", "maildir:x"), "--inbox shows the mail of a --rcpt"),
                           (("--inbox-wait", "x"), "--inbox-wait x: not a time")):
            run = self.run_it("check", *words, "127.0.0.1:1", status=USAGE)
            self.assertIn(why, run.stderr)
        run = self.run_it("check", "--rcpt", RCPT, "--inbox", "maildir:x", "self", status=USAGE)
        self.assertIn("self has an inbox of its own", run.stderr)

    # ---- the next hop --------------------------------------------------------------------------

    def hop(self, client, *recipients, status=OK):
        """A server that hands on by a client of Python's library."""
        port = free_port()

        def deliver(sender, rcpt, text):
            with client("127.0.0.1", port, local_hostname="mx.example.test", timeout=10) as hop:
                refused = hop.sendmail(sender, recipients or [rcpt], text)
                if refused:
                    raise AssertionError(refused)
        return self.play(ONE, deliver, "--inbox", f"lmtp:{port}", status=status)

    def test_lmtp(self):
        """Return-Path is ours: we make the final delivery."""
        _, case = self.hop(smtplib.LMTP)
        self.assertEqual(case["verdict"], "pass")

    def test_smtp(self):
        self.hop(smtplib.SMTP)

    def lmtp(self, *recipients, status):
        """Python's own client reads one reply for all recipients; this one, a reply for each."""
        port, seen = free_port(), []

        def deliver(sender, _rcpt, text):
            with socket.create_connection(("127.0.0.1", port), timeout=10) as s, s.makefile("rb") as f:
                rcpts = "".join(f"RCPT TO:<{r}>\r\n" for r in recipients)
                s.sendall(f"LHLO a.test\r\nMAIL FROM:<{sender}>\r\n{rcpts}DATA\r\n".encode())
                s.sendall(text.replace(b"\n.", b"\n..") + b".\r\nQUIT\r\n")
                seen.extend(line[:4] for line in f.read().splitlines())
        _, case = self.play(ONE, deliver, "--inbox", f"lmtp:{port}", status=status)
        hello = [b"250-"] * 6 + [b"250 "]
        self.assertEqual(seen, [b"220 ", *hello, b"250 ", *[b"250 "] * len(recipients), b"354 ", *[b"250 "] * len(recipients), b"221 "])
        return case

    def test_lmtp_recipients(self):
        """A message for each; quoted, or with its domain in another case, it is the same mailbox."""
        self.lmtp(RCPT, RCPT2, "TESTER@example.test", status=OK)
        case = self.lmtp('"tes\\ter"@example.test', status=OK)
        self.assertEqual(case["verdict"], "pass")
        case = self.lmtp(RCPT, "tester@EXAMPLE.test", status=FAIL)
        self.assertEqual(case["why"], f"2 messages for {RCPT}, not 1")

    def test_bdat(self):
        """Chunks of any octets, and one that is not wanted is read all the same."""
        port, seen = free_port(), []

        def deliver(sender, rcpt, text):
            with socket.create_connection(("127.0.0.1", port), timeout=10) as s, s.makefile("rb") as f:
                s.sendall(b"EHLO a.test\r\nBDAT 6 LAST\r\nQUIT\r\n" + f"MAIL FROM:<{sender}>\r\nRCPT TO:<{rcpt}>\r\n".encode())
                s.sendall(b"BDAT 22\r\nReturn-Path: <a@b.c>\r\n" + f"bdat {len(text)}\r\n".encode() + text + b"BDAT 0 last\r\nQUIT\r\n")
                seen.extend(line[:4] for line in f.read().splitlines()[8:])
        text = ONE.replace("M. message", "M: no Return-Path\nM. message")
        _, case = self.play(text, deliver, "--inbox", f"lmtp:{port}", status=OK)
        self.assertEqual((case["verdict"], seen), ("pass", [b"503 ", *[b"250 "] * 5, b"221 "]))

    def test_hop_takes_all(self):
        """Whatever is said to it is answered, and it waits for what comes."""
        port, seen = free_port(), []

        def deliver(*_):
            with socket.create_connection(("127.0.0.1", port), timeout=10) as s, s.makefile("rb") as f:
                for line in (b"", b"HELO x", b"VRFY x", b"DATA", b"MAIL FROM:<>", b"RCPT TO:<" + b"x" * 5000 + b">", b"RSET", b"NOOP",
                             b"MAIL FROM:broken", b"QUIT"):
                    s.sendall(line + b"\r\n" if line else b"")
                    seen.append(f.readline()[:3])
                seen.append(f.readline())
        self.play(ONE, deliver, "--inbox", f"lmtp:{port}", "--retries", "0", status=NOTHING)
        self.assertEqual(seen, [b"220", b"250", b"500", b"503", b"250", b"500", b"250", b"250", b"250", b"221", b""])

    def test_port_in_use(self):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            s.listen()
            run = self.run_it("check", "--rcpt", RCPT, "--inbox", f"lmtp:{s.getsockname()[1]}", "127.0.0.1:1", status=TROUBLE)
        self.assertIn("address already in use", run.stderr)

    # ---- a crash -------------------------------------------------------------------------------

    def test_hooks(self):
        """@kill and @start call the user's commands. (scripts/run has a server that is killed.)"""
        deliver, *inbox = self.maildir()
        text = ONE.replace("needs: inbox", "needs: inbox stop").replace("@inbox 1", "@kill\n@start\n@inbox 1")
        killed, started = self.path("killed"), self.path("started")
        self.play(text, deliver, *inbox, "--on-kill", "touch " + shlex.quote(killed), "--on-start", "touch " + shlex.quote(started),
                  status=OK)
        self.assertTrue(os.path.exists(killed) and os.path.exists(started))
        _, case = self.play(text, deliver, *inbox, "--on-kill", "false", "--on-start", "true", status=TROUBLE)
        self.assertEqual((case["verdict"], case["why"]), ("error", "@kill: the command of --on-kill failed"))
        _, case = self.play(text, deliver, *inbox, "--on-kill", "true", status=NOTHING)
        self.assertEqual((case["verdict"], case["why"]), ("skip", "needs --on-start COMMAND"))


if __name__ == "__main__":
    unittest.main()
