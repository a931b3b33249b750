#!/usr/bin/env python3
"""smtpfuzz on the reference over sockets, and on mutants: exit statuses, scenarios that smtpspec plays again, interrupts."""
import os
import re
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import unittest

SMTPFUZZ, SMTPREF, SMTPSPEC = (os.path.abspath(path) for path in sys.argv[1:4])
del sys.argv[1:4]
PATIENCE = 120
RCPT = "tester@example.test"
NONE, FIND, UNREACHABLE, USAGE = 0, 1, 3, 64


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def serve(self, log=False, relay=None):
        """The reference on a free port; its address, and with `log` also what it says when somebody comes."""
        command = [SMTPREF, "serve", "--listen", "127.0.0.1:0", "--domain", "example.test",
                   *(["--sink"] if relay is None else ["--smtp-relay", f"127.0.0.1:{relay}"])]
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
        run = self.fuzz(address, "--time", "5", "--seed", "1", "--rcpt", RCPT, status=NONE)
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


class Impatient(socketserver.StreamRequestHandler):
    """Ends a text at LF.LF too, and hangs up where anything stands behind an end."""

    def say(self, line):
        self.wfile.write(line + b"\r\n")

    def read_text(self):
        text = b"\n"
        while True:
            piece = self.request.recv(65536)
            text = (text + piece).replace(b"\r\n", b"\n")
            if not piece or b"\n.\n" in text:
                return bool(piece) and text.endswith(b"\n.\n") and text.count(b"\n.\n") == 1

    def handle(self):
        self.say(b"220 impatient.example")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.say(b"354 go on")
                if not self.read_text():
                    return
            self.say(b"221 bye" if verb == b"QUIT" else b"250 impatient.example")
            if verb == b"QUIT":
                return


class Diff(Case):
    def test_hangs_up_behind_an_end(self):
        """What stands behind an end is sent later, so that the end is seen."""
        with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Impatient) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            run = self.fuzz("diff", f"server=127.0.0.1:{server.server_address[1]}", "--rcpt", RCPT, "--silence", "100ms", "--length", "0", "--conversations", "0",
                            status=FIND)
            server.shutdown()
        self.assertIn("it hangs up on what stands behind an end", run.stdout)
        self.assertIn("unsafe behind a sender that lets pass bare LF: LF . LF", run.stdout)

    def test_mutants_beside_the_reference(self):
        """The automata, who can attack through them, the strings, and the graph."""
        run = self.fuzz("diff", "ref=self", "lax=self,mutant=eod-lf-lf", "--length", "3", "--conversations", "5", "--dot", "graphs", status=FIND)
        ref, lax = run.stdout.split(" lax: ")[:2]
        self.assertIn(" ref: 6 states", ref)
        self.assertIn("safe behind every sender", ref)
        self.assertIn("unsafe behind a sender that lets pass bare LF: LF . LF", lax)
        self.assertIn("end of data, for instance LF . LF\n       ref: text, lax: ended", run.stdout)
        with open(os.path.join(self.folder, "graphs", "lax.dot"), encoding="utf-8") as f:
            self.assertIn("doublecircle", f.read())

    def test_alike(self):
        self.fuzz("diff", "one=self", "two=self", "--length", "2", "--conversations", "10", status=NONE)

    def test_sockets_and_two_hops(self):
        """A relay of ours hands on what it took: to a server as strict as it is, nothing is smuggled."""
        sink = socket.socket()
        sink.bind(("127.0.0.1", 0))
        port = sink.getsockname()[1]
        sink.close()
        address = self.serve(relay=port)
        run = self.fuzz("diff", f"relay={address},hop={port}:example.test", "--rcpt", RCPT, "lax=self,mutant=eod-lf-lf", "--length", "0",
                        "--conversations", "0", "--dot", "graphs", status=FIND)
        self.assertRegex(run.stdout, r"relay relayed \d+ of 58 texts")
        self.assertIn("relay -> relay: safe", run.stdout)
        self.assertIn("relay -> lax: ", run.stdout)
        self.assertTrue(os.path.exists(os.path.join(self.folder, "graphs", "pairs.dot")))

    def test_usage(self):
        for arguments in ((), ("127.0.0.1:25",), ("a=self,x=y",), ("a=self,hop=1",), ("mx.example.test:25", "--rcpt", "a@b.example")):
            with self.subTest(arguments=arguments):
                self.fuzz("diff", *arguments, status=USAGE)


if __name__ == "__main__":
    unittest.main()
