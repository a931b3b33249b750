#!/usr/bin/env python3
"""smtpref send as its users see it: delivery to real and scripted servers, mail exchangers, results, options.

usage: send_test.py SMTPREF [UNITTEST ARGUMENTS]
"""
import contextlib
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import unittest

from names import Names
from scripted import CLOSE, RESET, SILENT, Scripted, plain
from serve_test import PATIENCE, SMTPREF, TEXT, has_ipv6, serving

ME, TO = "me@client.test", "tester@example.test"
HEAD = b"From: me@client.test\r\nDate: Thu, 1 Jan 1970 00:00:00 +0000\r\nMessage-ID: <x@client.test>\r\n"
SHORT = b"Subject: short\n\nbody\n"
LONG = SHORT + b"more than sockets hold\n" * 500000


def make_certificate(folder, name, *extra):
    """A self-signed certificate for `name`: the two files."""
    cert, key = (os.path.join(folder, f"{name}{end}.pem") for end in ("", "-key"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName={','.join(extra) or 'DNS:' + name}",
                    "-keyout", key, "-out", cert], check=True, capture_output=True)
    return cert, key


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.maildir = os.path.join(self.folder, "mail")

    def send(self, *arguments, text=SHORT, status=0, sender=ME, env=None):
        """Runs it; standard output and standard error."""
        arguments = (["-f", sender] if sender is not None else []) + ["--name", "client.test", *arguments]
        done = subprocess.run([SMTPREF, "send", *arguments], input=text, capture_output=True, timeout=PATIENCE,
                              env={**os.environ, **(env or {})})
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout.decode(), done.stderr.decode()

    def results(self, *arguments, **more):
        """Outcome, code and text of each recipient."""
        out, _ = self.send("--json", *arguments, **more)
        return [(r["recipient"], r["outcome"], r["code"], r["enhanced"]) for r in json.loads(out)["recipients"]]

    def take_messages(self):
        """Stored messages without the trace fields."""
        messages = []
        new = os.path.join(self.maildir, "new")
        for name in sorted(os.listdir(new)):
            with open(os.path.join(new, name), "rb") as file:
                message = file.read()
            os.unlink(os.path.join(new, name))
            trace = re.match(rb"Return-Path: <([^>]*)>\r\nReceived: [^\r]*\r\n(?:[ \t][^\r]*\r\n)*", message)
            self.assertTrue(trace, message[:400])
            messages.append((trace.group(1).decode(), message[trace.end():]))
        return messages

    def scripted(self, *arguments, **more):
        server = Scripted(*arguments, **more)
        self.addCleanup(server.close)
        return server

    def names(self, zone, lost=0):
        names = Names(zone, lost)
        self.addCleanup(names.close)
        return names


class Delivery(Case):
    """Octets arrive as they were sent, over every kind of connection."""

    def serve(self, *arguments, listeners=1):
        return serving("--domain", "example.test", "--maildir", self.maildir, "--quiet", *arguments, listeners=listeners)

    def check_octets(self, *arguments):
        self.send("--raw", *arguments, TO, text=HEAD + TEXT)
        self.assertEqual(self.take_messages(), [(ME, HEAD + TEXT)])

    def test_plain(self):
        hosts = ["127.0.0.1"] + (["[::1]"] if has_ipv6() else [])
        for host in hosts:
            with self.subTest(host=host), self.serve("--listen", host + ":0") as server:
                self.check_octets("--server", f"{host}:{server.where[0][1]}")

    def test_tls(self):
        cert, key = make_certificate(self.folder, "localhost", "DNS:localhost", "IP:127.0.0.1")
        with self.serve("--listen", "127.0.0.1:0", "--tls-listen", "127.0.0.1:0", "--cert", cert, "--key", key,
                        listeners=2) as server:
            plain_port, tls_port = (str(where[1]) for where in server.where)
            for options in (["--server", "localhost:" + plain_port, "--starttls", "required", "--ca", cert],
                            ["--server", "127.0.0.1:" + plain_port, "--starttls", "required", "--ca", cert],
                            ["--server", "127.0.0.1:" + plain_port, "--starttls", "required", "--insecure"],
                            ["--server", "127.0.0.1:" + plain_port, "--starttls", "opportunistic"],
                            ["--server", "127.0.0.1:" + plain_port, "--starttls", "never"],
                            ["--server", "localhost:" + tls_port, "--tls", "--ca", cert]):
                with self.subTest(options=options):
                    self.check_octets(*options)

    def test_no_final_crlf(self):
        text = HEAD + b"\r\n.\r\n..\r\n.x\r\nno end"
        with self.serve("--listen", "127.0.0.1:0") as server:
            self.send("--raw", "--server", f"127.0.0.1:{server.where[0][1]}", TO, text=text)
        stored = self.take_messages()[0][1]
        self.assertIn(stored, (text, text + b"\r\n"))  # RFC 5321 4.1.1.4: DATA adds the last CRLF

    def test_large(self):
        text = HEAD + b"\r\n" + b"".join(b"%d .\r\n.\r\n" % i for i in range(200000))
        with self.serve("--listen", "127.0.0.1:0", "--max-size", "0") as server:
            self.send("--raw", "--server", f"127.0.0.1:{server.where[0][1]}", TO, text=text)
        self.assertEqual(self.take_messages(), [(ME, text)])

    def test_null_sender(self):
        with self.serve("--listen", "127.0.0.1:0") as server:
            self.send("--server", f"127.0.0.1:{server.where[0][1]}", TO, sender="<>")
        self.assertEqual(self.take_messages()[0][0], "")


class Message(Case):
    """What sendmail(8) does to a message."""

    def sent(self, *arguments, text, **more):
        with Scripted() as server:
            self.send("--server", server.where, *arguments, text=text, **more)
            return server.texts, [line for line in server.heard if line.startswith(("MAIL", "RCPT"))]

    def test_lines(self):
        texts, _ = self.sent(TO, text=HEAD.replace(b"\r", b"") + b"\na\n.\nb\n")
        self.assertEqual(texts, [HEAD + b"\r\na\r\n"])
        for option in ("-i", "-oi"):
            texts, _ = self.sent(option, TO, text=HEAD.replace(b"\r", b"") + b"\na\n.\nb\n")
            self.assertEqual(texts, [HEAD + b"\r\na\r\n.\r\nb\r\n"])

    def test_added_fields(self):
        texts, _ = self.sent("-F", "Some One", TO, text=b"Subject: x\n\nbody\n")
        self.assertRegex(texts[0], rb'^Subject: x\r\nFrom: "Some One" <me@client\.test>\r\nDate: [A-Z][a-z]{2}, [^\r]+\r\n'
                                   rb"Message-ID: <[0-9a-f]+\.[0-9a-f]+@client\.test>\r\n\r\nbody\r\n$")

    def test_from_header(self):
        texts, heard = self.sent("-t", text=b"To: One <a@x.test>, g: b@x.test;\nCc: c@x.test (c)\nBcc: d@x.test,\n a@x.test\n"
                                           b"From: me@client.test\nDate: x\nMessage-ID: y\n\nbody\n")
        self.assertEqual(heard[1:], [f"RCPT TO:<{c}@x.test>" for c in "abcd"])
        self.assertEqual(texts, [b"To: One <a@x.test>, g: b@x.test;\r\nCc: c@x.test (c)\r\n"
                                 b"From: me@client.test\r\nDate: x\r\nMessage-ID: y\r\n\r\nbody\r\n"])

    def test_from_header_and_arguments(self):
        _, heard = self.sent("-ti", "z@x.test", text=b"To: a@x.test\n\n")
        self.assertEqual(heard[1:], ["RCPT TO:<z@x.test>", "RCPT TO:<a@x.test>"])

    def test_names(self):
        """Names without a domain are here; A-labels unless SMTPUTF8 is needed anyhow (RFC 6531 3.2)."""
        _, heard = self.sent("root", "Jo <jo@b\u00fccher.test>", text=SHORT, sender="me")
        self.assertEqual(heard, ["MAIL FROM:<me@client.test>", "RCPT TO:<root@client.test>",
                                 "RCPT TO:<jo@xn--bcher-kva.test>"])

    def test_utf8(self):
        with Scripted(keywords=["SMTPUTF8", "8BITMIME"]) as server:
            self.send("--server", server.where, "j\u00f6@b\u00fccher.test")
            heard = [line.encode("latin-1").decode() for line in server.heard]
            self.assertIn("RCPT TO:<j\u00f6@b\u00fccher.test>", heard)
            self.assertRegex(heard[1], r"^MAIL FROM:<me@client\.test>.* SMTPUTF8")
        with Scripted() as server:
            self.assertEqual(self.results("--server", server.where, "j\u00f6@x.test", status=69),
                             [("j\u00f6@x.test", "permanent", 0, "5.6.7")])
            self.assertEqual([line for line in server.heard if line.startswith("MAIL")], [])

    def test_parameters(self):
        with Scripted(keywords=["DSN", "SIZE", "8BITMIME"]) as server:
            self.send("--server", server.where, "-N", "success,failure", "-R", "hdrs", "-V", "id+1", TO,
                      text=HEAD.replace(b"\r", b"") + b"\n\xff\n")
            self.assertEqual(server.heard[1:3], [f"MAIL FROM:<{ME}> SIZE={len(HEAD) + 5} BODY=8BITMIME RET=HDRS ENVID=id+2B1",
                                                 f"RCPT TO:<{TO}> NOTIFY=SUCCESS,FAILURE"])

    def test_without(self):
        with Scripted(keywords=["SIZE", "8BITMIME", "CHUNKING", "PIPELINING"]) as server:
            self.send("--without", "size,CHUNKING", "--server", server.where, TO)
            self.assertEqual([line.split(" ")[0] for line in server.heard], ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"])
            self.assertEqual(server.heard[1], f"MAIL FROM:<{ME}>")

    def test_no_dsn(self):
        _, heard = self.sent("-N", "never", "-R", "full", "-V", "id", TO, text=SHORT)
        self.assertEqual(heard, [f"MAIL FROM:<{ME}>", f"RCPT TO:<{TO}>"])

    def test_tolerated(self):
        _, heard = self.sent("-oem", "-odb", "-oi", "-em", "-m", "-n", "-O", "QueueDirectory=/x", "-h3", "-bm", "-U", TO,
                             text=SHORT)
        self.assertEqual(len(heard), 2)

    def test_eight_bit(self):
        """RFC 6152 3: 8-bit text goes to who says 8BITMIME, unless the user says otherwise."""
        text = SHORT + b"\xe4\n"
        with Scripted() as server:
            self.assertEqual(self.results("--server", server.where, TO, text=text, status=69)[0][1:],
                             ("permanent", 0, "5.6.3"))
            self.assertEqual(server.texts, [])
            self.send("--server", server.where, "--just-send-8", TO, text=text)
            self.assertIn(b"\xe4\r\n", server.texts[0])

    def test_bare_octets(self):
        """RFC 5321 2.3.8: bare CR and LF are never sent as text."""
        for text in (b"Subject: x\n\na\rb\n", b"Subject: x\n\na\r"):
            with Scripted(keywords=["8BITMIME"]) as server:
                self.assertEqual(self.results("--server", server.where, TO, text=text, status=69)[0][1:],
                                 ("permanent", 0, "5.6.3"))
                self.assertEqual(server.texts, [])


class Replies(Case):
    """What a server answers, and what becomes of it."""

    def check(self, replies, expected, status, recipients=(TO,), keywords=(), text=SHORT):
        with Scripted(replies, keywords=keywords) as server:
            results = self.results("--server", server.where, *recipients, status=status, text=text)
            self.assertEqual([r[1:] for r in results], expected)
            return server

    def test_later(self):
        for verb in ("MAIL", "RCPT", "DATA", "END"):
            with self.subTest(verb=verb):
                self.check({verb: "451 4.7.1 greylisted"}, [("temporary", 451, "4.7.1")], 75)

    def test_text_of_the_reply_that_decided(self):
        """With PIPELINING others come behind it."""
        with Scripted({"MAIL": "451 4.7.1 greylisted", "RCPT": "503 need MAIL", "DATA": "503 need MAIL"},
                      keywords=["PIPELINING"]) as server:
            _, err = self.send("--server", server.where, TO, status=75)
            self.assertEqual(err, f"temporary {TO} by 127.0.0.1: 451 4.7.1 greylisted\n")

    def test_never(self):
        for verb, status in (("MAIL", 69), ("RCPT", 69), ("DATA", 69), ("END", 69)):
            with self.subTest(verb=verb):
                self.check({verb: "554 5.7.1 not you"}, [("permanent", 554, "5.7.1")], status)

    def test_no_mailbox(self):
        self.check({"RCPT": "550 5.1.1 nobody"}, [("permanent", 550, "5.1.1")], 67)
        self.check({"RCPT": "550 nobody"}, [("permanent", 550, "")], 67)

    def test_some(self):
        server = self.check({"RCPT": ["250 ok", "450 4.2.1 later", "550 5.1.1 nobody"]},
                            [("delivered", 250, "2.0.0"), ("temporary", 450, "4.2.1"), ("permanent", 550, "5.1.1")], 75,
                            ["a@x.test", "b@x.test", "c@x.test"])
        self.assertEqual(len(server.texts), 1)

    def test_lines_for_people(self):
        with Scripted({"RCPT": ["250 ok", "550 5.1.1 nobody \x1b[31m"]}) as server:
            out, err = self.send("--server", server.where, "a@x.test", "b@x.test", status=67)
            self.assertEqual(out, "delivered a@x.test by 127.0.0.1: 250 2.0.0 taken\n")
            self.assertEqual(err, "permanent b@x.test by 127.0.0.1: 550 5.1.1 nobody \n")
            out, err = self.send("--quiet", "--server", server.where, "a@x.test", status=67)
            self.assertEqual(out, "")

    def test_greeting(self):
        self.check({"CONNECT": "554 5.3.2 no service"}, [("permanent", 554, "5.3.2")], 69)
        self.check({"CONNECT": "521 no mail here"}, [("permanent", 521, "")], 69)
        self.check({"CONNECT": "421 4.3.2 busy"}, [("temporary", 421, "4.3.2")], 75)
        self.check({"CONNECT": CLOSE}, [("temporary", 0, "4.4.2")], 75)
        self.check({"CONNECT": "SSH-2.0-OpenSSH"}, [("temporary", 0, "4.4.2")], 75)

    def test_hello(self):
        server = self.check({"EHLO": "502 5.5.1 what"}, [("delivered", 250, "2.0.0")], 0)
        self.assertEqual(server.heard[:2], ["EHLO client.test", "HELO client.test"])

    def test_dies_in_text(self):
        for action in (RESET, CLOSE):
            self.check({"TEXT": action}, [("temporary", 0, "4.4.2")], 75, text=LONG)

    def test_dies_behind_text(self):
        """RFC 1047: nobody knows whether it arrived."""
        for action in (RESET, CLOSE):
            self.check({"END": action}, [("unknown", 0, "")], 75)

    def test_dies_behind_success(self):
        """What was answered 250 is delivered, whatever comes then."""
        for action in (RESET, CLOSE, "500 what"):
            self.check({"QUIT": action}, [("delivered", 250, "2.0.0")], 0)

    def test_shutdown(self):
        self.check({"MAIL": "421 4.3.2 bye"}, [("temporary", 421, "4.3.2")], 75)

    def test_silent(self):
        for verb, outcome in (("CONNECT", "temporary"), ("END", "unknown")):
            with self.subTest(verb=verb), Scripted({verb: SILENT}) as server:
                results = self.results("--server", server.where, "--timeout", "1", TO, status=75)
                self.assertEqual(results[0][1], outcome)

    def test_too_many_recipients(self):
        """RFC 5321 4.5.3.1.10: 452 to those that are too many; they get a transaction of their own."""
        server = self.check({"RCPT": ["250 ok", "250 ok", "452 4.5.3 too many", "250 ok"]},
                            [("delivered", 250, "2.0.0")] * 3, 0, ["a@x.test", "b@x.test", "c@x.test"])
        self.assertEqual(len(server.texts), 2)
        self.assertEqual(server.connections, 1)

    def test_many_recipients(self):
        """RFC 5321 4.5.3.1.8: 100 at a time."""
        server = self.check({}, [("delivered", 250, "2.0.0")] * 250, 0, [f"r{i}@x.test" for i in range(250)])
        self.assertEqual(len(server.texts), 3)
        self.assertEqual(len([line for line in server.heard if line.startswith("RCPT")]), 250)

    def test_limits(self):
        """RFC 9422: RCPTMAX in a transaction, MAILMAX in a connection."""
        server = self.check({}, [("delivered", 250, "2.0.0")] * 5, 0, [f"r{i}@x.test" for i in range(5)],
                            ["LIMITS RCPTMAX=2 MAILMAX=2"])
        self.assertEqual(len(server.texts), 3)
        self.assertEqual(server.connections, 2)

    def test_no_server(self):
        out = self.results("--server", f"127.0.0.1:{free_port()}", TO, status=75)
        self.assertEqual(out, [(TO, "temporary", 0, "4.4.1")])

    def test_lmtp(self):
        """RFC 2033 4.2: an answer for each recipient."""
        with Scripted({"LHLO": "250 scripted.test", "END": "250 2.0.0 a has it\r\n452 4.2.2 b is full"}) as server:
            results = self.results("--lmtp", "--server", server.where, "a@x.test", "b@x.test", status=75)
            self.assertEqual(results, [("a@x.test", "delivered", 250, "2.0.0"), ("b@x.test", "temporary", 452, "4.2.2")])
            self.assertEqual(server.heard[0], "LHLO client.test")

    def test_interrupt(self):
        """What is not sent to its end is broken off, what is sent is waited for; everybody has a result."""
        for verb, outcome in (("RCPT", "temporary"), ("TEXT", "temporary"), ("END", "unknown")):
            with self.subTest(verb=verb), Scripted({verb: SILENT}) as server:
                process = subprocess.Popen([SMTPREF, "send", "-f", ME, "--json", "--server", server.where, TO],
                                           stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                process.stdin.write(LONG)
                process.stdin.close()
                if verb == "RCPT":
                    while not any(line.startswith("RCPT") for line in server.heard):
                        server.closing.wait(0.01)
                else:
                    self.assertTrue(server.text_begun.wait(PATIENCE))
                process.send_signal(signal.SIGINT)
                if verb == "END":
                    process.send_signal(signal.SIGTERM)
                out = process.stdout.read()
                process.stdout.close()
                self.assertEqual(process.wait(PATIENCE), 75)
                self.assertEqual(json.loads(out)["recipients"][0]["outcome"], outcome)


    def test_interrupt_of_a_dial(self):
        """A server that does not even answer TCP: its queue is full."""
        with socket.socket() as silent, socket.socket() as waiting:
            silent.bind(("127.0.0.1", 0))
            silent.listen(0)
            waiting.connect(silent.getsockname())
            process = subprocess.Popen([SMTPREF, "send", "-f", ME, "--trace", "--server", f"127.0.0.1:{silent.getsockname()[1]}", TO],
                                       stdin=subprocess.PIPE, stderr=subprocess.PIPE)
            process.stdin.write(SHORT)
            process.stdin.close()
            self.assertIn(b"127.0.0.1", process.stderr.readline())
            process.send_signal(signal.SIGINT)
            err = process.stderr.read()
            process.stderr.close()
            self.assertEqual(process.wait(PATIENCE), 75)
            self.assertIn(b"given up", err)


class Tls(Case):
    """RFC 3207, 7817: what is required is verified, what is opportunistic is not."""

    def server(self, cert, key, **more):
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(cert, key)
        return self.scripted({"STARTTLS": "220 go"}, keywords=["STARTTLS"], tls=tls, **more)

    def test_wrong_name(self):
        cert, key = make_certificate(self.folder, "other.test")
        server = self.server(cert, key)
        where = ["--server", f"localhost:{server.port}"]
        self.assertEqual(self.results(*where, "--starttls", "required", "--ca", cert, TO, status=75)[0][1:],
                         ("temporary", 0, "4.7.10"))
        self.assertFalse([line for line in server.heard if line.startswith("MAIL")])
        _, err = self.send(*where, "--starttls", "required", "--ca", cert, TO, status=75)
        self.assertIn("hostname mismatch", err)
        self.send(*where, "--starttls", "opportunistic", TO)
        self.send(*where, "--starttls", "required", "--insecure", TO)
        self.assertEqual(len(server.texts), 2)

    def test_unknown_authority(self):
        cert, key = make_certificate(self.folder, "localhost")
        server = self.server(cert, key)
        _, err = self.send("--server", f"localhost:{server.port}", "--starttls", "required", TO, status=75)
        self.assertIn("certificate", err)
        self.assertEqual(server.texts, [])

    def test_expired(self):
        cert, key = (os.path.join(self.folder, name) for name in ("old.pem", "old-key.pem"))
        request = os.path.join(self.folder, "request.pem")
        subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-subj", "/CN=localhost", "-keyout", key, "-out", request], check=True, capture_output=True)
        subprocess.run(["openssl", "x509", "-req", "-in", request, "-signkey", key, "-days", "-1", "-out", cert],
                       check=True, capture_output=True)
        server = self.server(cert, key)
        _, err = self.send("--server", f"localhost:{server.port}", "--starttls", "required", "--ca", cert, TO, status=75)
        self.assertIn("expired", err)
        self.send("--server", f"localhost:{server.port}", TO)
        self.assertEqual(len(server.texts), 1)

    def test_not_offered(self):
        server = self.scripted()
        self.assertEqual(self.results("--server", server.where, "--starttls", "required", TO, status=75)[0][1:],
                         ("temporary", 0, "4.7.10"))
        self.assertEqual(server.texts, [])
        self.send("--server", server.where, "--starttls", "opportunistic", TO)

    def test_refused(self):
        server = self.scripted({"STARTTLS": "454 4.7.0 no"}, keywords=["STARTTLS"])
        self.assertEqual(self.results("--server", server.where, "--starttls", "required", TO, status=75)[0][1], "temporary")
        self.send("--server", server.where, TO)
        self.assertEqual(len(server.texts), 1)

    def test_broken_handshake(self):
        """Opportunistic TLS that cannot be had: the same server in clear (RFC 7435)."""
        server = self.scripted({"STARTTLS": "220 go"}, keywords=["STARTTLS"])  # and then no TLS
        self.send("--server", server.where, TO)
        self.assertEqual((len(server.texts), server.connections), (1, 2))
        self.assertEqual(self.results("--server", server.where, "--starttls", "required", TO, status=75)[0][1], "temporary")

    def test_require_tls(self):
        """RFC 8689 4.2.1: REQUIRETLS inside verified TLS, or not at all."""
        cert, key = make_certificate(self.folder, "localhost", "IP:127.0.0.1")
        server = self.server(cert, key)
        where = ["--server", f"127.0.0.1:{server.port}", "--ca", cert, "--require-tls"]  # another address might have it
        self.assertEqual(self.results(*where, TO, status=69)[0][1:], ("permanent", 0, "5.7.30"))
        server.keywords.append("REQUIRETLS")
        self.send(*where, TO)
        self.assertIn(f"MAIL FROM:<{ME}> REQUIRETLS", server.heard)
        plain_server = self.scripted(keywords=["REQUIRETLS"])
        self.assertEqual(self.results("--server", plain_server.where, "--require-tls", TO, status=69)[0][1:],
                         ("permanent", 0, "5.7.10"))

    def test_implicit(self):
        """A server in clear where TLS is expected."""
        server = self.scripted()
        self.assertEqual(self.results("--server", server.where, "--tls", "--insecure", TO, status=75)[0][1:],
                         ("temporary", 0, "4.7.10"))


class Auth(Case):
    """RFC 4954. SCRAM and the like are tested against GNU SASL's server in test_sasl_client."""

    def server(self, replies, **more):
        cert, key = make_certificate(self.folder, "localhost")
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(cert, key)
        self.where = ["--ca", cert]
        server = self.scripted({"STARTTLS": "220 go", **replies}, keywords=["STARTTLS", "AUTH PLAIN"], tls=tls, **more)
        return server

    def login(self, server, *arguments, **more):
        return self.results("--server", f"localhost:{server.port}", *self.where, "--auth", "user", *arguments, TO,
                            env={"SMTPREF_PASSWORD": "secret"}, **more)[0][1:]

    def test_plain(self):
        server = self.server({"AUTH": "235 2.7.0 in"})
        self.assertEqual(self.login(server)[0], "delivered")
        self.assertIn("AUTH PLAIN " + plain("user", "secret"), server.heard)

    def test_password_file(self):
        server = self.server({"AUTH": "235 2.7.0 in"})
        path = os.path.join(self.folder, "password")
        with open(path, "w", encoding="utf-8") as file:
            file.write("p\u00e4ss word\n")
        self.login(server, "--password-file", path)
        self.assertIn("AUTH PLAIN " + plain("user", "p\u00e4ss word"), server.heard)

    def test_refused(self):
        server = self.server({"AUTH": "535 5.7.8 no"})
        self.assertEqual(self.login(server, status=77), ("permanent", 535, "5.7.8"))
        self.assertEqual(server.texts, [])

    def test_later(self):
        server = self.server({"AUTH": "454 4.7.0 later"})
        self.assertEqual(self.login(server, status=75), ("temporary", 454, "4.7.0"))

    def test_every_mechanism(self):
        """At our own server; -PLUS binds the connection (RFC 9266)."""
        cert, key = make_certificate(self.folder, "localhost")
        users = os.path.join(self.folder, "users")
        with open(users, "w", encoding="utf-8") as file:
            file.write("user:secret\n")
        os.chmod(users, 0o600)
        with serving("--domain", "example.test", "--maildir", self.maildir, "--quiet", "--listen", "127.0.0.1:0", "--tls-listen",
                     "127.0.0.1:0", "--cert", cert, "--key", key, "--users", users, listeners=2) as server:
            where = ["--server", f"localhost:{server.where[0][1]}", "--ca", cert, "--auth", "user"]
            tls = ["--server", f"localhost:{server.where[1][1]}", "--tls", "--ca", cert, "--auth", "user"]
            for options in ([*where], [*tls], [*where, "--starttls", "never"],
                            *([*where, "--mechanism", name] for name in
                              ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS")),
                            *([*where, "--starttls", "never", "--mechanism", name] for name in ("SCRAM-SHA-1", "scram-sha-256"))):
                with self.subTest(options=options):
                    self.send(*options, TO, env={"SMTPREF_PASSWORD": "secret"})
                    self.assertEqual(len(self.take_messages()), 1)
                    self.send(*options, TO, env={"SMTPREF_PASSWORD": "wrong"}, status=77)

    def test_not_in_clear(self):
        """RFC 4954 4, 4616 4: the password itself is shown to a verified server only."""
        server = self.scripted({"AUTH": "235 in"}, keywords=["AUTH PLAIN LOGIN"])
        where = ["--server", server.where, "--starttls", "opportunistic", "--auth", "user"]
        env = {"SMTPREF_PASSWORD": "secret"}
        self.assertEqual(self.results(*where, TO, env=env, status=77)[0][1:], ("permanent", 0, "5.7.8"))
        self.assertFalse([line for line in server.heard if line.startswith("AUTH")])
        self.send(*where, "--password-in-clear", TO, env=env)
        self.assertIn("AUTH PLAIN " + plain("user", "secret"), server.heard)

    def test_not_offered(self):
        server = self.scripted()
        _, err = self.send("--server", server.where, "--auth", "user", "--starttls", "never", TO,
                           env={"SMTPREF_PASSWORD": "secret"}, status=77)
        self.assertIn("does not offer AUTH", err)

    def test_long_initial_response(self):
        """RFC 4954 4: what does not fit the command answers an empty challenge."""
        password = "x" * 600
        server = self.server({"AUTH": "334 ", "OTHER": "235 2.7.0 in"})
        self.assertEqual(self.results("--server", f"localhost:{server.port}", *self.where, "--auth", "user", TO,
                                      env={"SMTPREF_PASSWORD": password})[0][1], "delivered")
        self.assertIn("AUTH PLAIN", server.heard)
        self.assertIn(plain("user", password), server.heard)

    def test_wrong_challenge(self):
        """RFC 4954 4: cancelled by an asterisk."""
        server = self.scripted({"AUTH": "334 d3Jvbmc=", "*": "501 5.7.0 cancelled"}, keywords=["AUTH SCRAM-SHA-256"])
        self.assertEqual(self.results("--server", server.where, "--starttls", "never", "--auth", "user", TO, status=77,
                                      env={"SMTPREF_PASSWORD": "secret"})[0][1], "permanent")
        self.assertIn("*", server.heard)

    def test_trace_has_no_secret(self):
        server = self.server({"AUTH": "235 in"})
        _, err = self.send("--server", f"localhost:{server.port}", *self.where, "--auth", "user", "--trace", TO,
                           env={"SMTPREF_PASSWORD": "secret"})
        self.assertIn("C: AUTH PLAIN (secret)\n", err)
        self.assertNotIn(plain("user", "secret"), err)
        self.assertIn("octets of text)", err)

    def test_unproven_server(self):
        """RFC 5802 5: a server that says 235 without having shown that it knows the password is somebody else."""
        server = self.scripted({"AUTH": "235 in"}, keywords=["AUTH SCRAM-SHA-256"])
        self.assertEqual(self.results("--server", server.where, "--starttls", "never", "--auth", "user", TO, status=77,
                                      env={"SMTPREF_PASSWORD": "secret"})[0][1:], ("permanent", 0, "5.7.8"))
        self.assertEqual(server.texts, [])


class Exchangers(Case):
    """RFC 5321 5.1, RFC 7505: from domains to servers."""

    def setUp(self):
        super().setUp()
        self.servers = []

    def serve(self, *replies):
        """Servers at 127.0.0.1, .2, ... on one port; None: nobody is there."""
        for _ in range(20):
            port = free_port()
            try:
                self.servers = [self.scripted(r, host=f"127.0.0.{i + 1}", port=port) if r is not None else None
                                for i, r in enumerate(replies)]
                self.port = str(port)
                return
            except OSError:
                continue
        self.fail("no free port")

    def mx(self, zone, *recipients, lost=0, options=(), **more):
        zone = {**{(f"mx{i}.test", "A"): [f"127.0.0.{i}"] for i in range(1, 5)}, **zone}
        self.dns = self.names(zone, lost)
        return self.results("--dns", self.dns.where, "--mx-port", self.port, *options, *(recipients or [TO]), **more)

    def counts(self):
        return [len(s.texts) if s else 0 for s in self.servers]

    def test_preference(self):
        self.serve({}, {}, {})
        for _ in range(5):
            self.mx({("example.test", "MX"): [(30, "mx3.test"), (10, "mx2.test"), (20, "mx1.test")]})
        self.assertEqual(self.counts(), [0, 5, 0])

    def test_next(self):
        """Until one takes the connection: nobody there, no greeting, 554, 421."""
        self.serve(None, {"CONNECT": "554 no"}, {"CONNECT": "421 no"}, {})
        self.mx({("example.test", "MX"): [(i * 10, f"mx{i}.test") for i in range(1, 5)]})
        self.assertEqual(self.counts(), [0, 0, 0, 1])
        self.assertEqual([s.connections for s in self.servers[1:]], [1, 1, 1])

    def test_next_when_it_dies(self):
        self.serve({"TEXT": RESET}, {})
        self.mx({("example.test", "MX"): [(10, "mx1.test"), (20, "mx2.test")]}, text=LONG)
        self.assertEqual(self.counts(), [0, 1])

    def test_no_next_when_unknown(self):
        """A second copy is worse than a question."""
        self.serve({"END": RESET}, {})
        self.assertEqual(self.mx({("example.test", "MX"): [(10, "mx1.test"), (20, "mx2.test")]}, status=75)[0][1], "unknown")
        self.assertEqual([s.connections for s in self.servers], [1, 0])

    def test_no_next_when_refused(self):
        """A reply to the transaction decides."""
        for reply, status, outcome in (("450 4.7.1 greylisted", 75, "temporary"), ("550 5.1.1 no", 67, "permanent")):
            self.serve({"RCPT": reply}, {})
            results = self.mx({("example.test", "MX"): [(10, "mx1.test"), (20, "mx2.test")]}, status=status)
            self.assertEqual(results[0][1], outcome)
            self.assertEqual(self.counts(), [0, 0])

    def test_all_down(self):
        self.serve(None, None)
        self.assertEqual(self.mx({("example.test", "MX"): [(10, "mx1.test"), (20, "mx2.test")]}, status=75),
                         [(TO, "temporary", 0, "4.4.1")])

    def test_all_refuse(self):
        self.serve({"CONNECT": "554 no"}, {"CONNECT": "521 no"})
        self.assertEqual(self.mx({("example.test", "MX"): [(10, "mx1.test"), (20, "mx2.test")]}, status=69),
                         [(TO, "permanent", 521, "")])

    def test_spread(self):
        """Equal preference: both get some (each of 20 runs falls by chance: 2 of a million runs fail)."""
        self.serve({}, {})
        for _ in range(20):
            self.mx({("example.test", "MX"): [(10, "mx1.test"), (10, "mx2.test")]})
            self.dns.close()
        self.assertEqual(sum(self.counts()), 20)
        self.assertTrue(all(self.counts()))

    def test_addresses(self):
        """A host of several addresses: each is tried."""
        self.serve(None, None, {})
        self.mx({("example.test", "MX"): [(10, "mx.test")], ("mx.test", "A"): [f"127.0.0.{i}" for i in (1, 2, 3)]})
        self.assertEqual(self.counts(), [0, 0, 1])

    def test_ipv6(self):
        if not has_ipv6():
            self.skipTest("no IPv6 here")
        self.serve({})
        self.mx({("example.test", "MX"): [(10, "mx.test")], ("mx.test", "AAAA"): ["::1"], ("mx.test", "A"): ["127.0.0.1"]})
        self.assertEqual(self.counts(), [1])

    def test_null_mx(self):
        self.serve({})
        self.assertEqual(self.mx({("example.test", "MX"): [(0, ".")], ("example.test", "A"): ["127.0.0.1"]}, status=67),
                         [(TO, "permanent", 556, "5.1.10")])
        self.assertEqual(self.servers[0].connections, 0)

    def test_implicit_mx(self):
        self.serve({})
        self.mx({("example.test", "A"): ["127.0.0.1"]})
        self.assertEqual(self.counts(), [1])

    def test_no_address_beside_mx(self):
        """"MUST NOT utilize any address RRs associated with that name" when there is an MX."""
        self.serve({})
        self.assertEqual(self.mx({("example.test", "MX"): [(10, "gone.test")], ("example.test", "A"): ["127.0.0.1"]}, status=69),
                         [(TO, "permanent", 0, "5.4.4")])
        self.assertEqual(self.servers[0].connections, 0)

    def test_alias(self):
        """"If a CNAME record is found, the resulting name is processed as if it were the initial name"."""
        self.serve({}, {})
        self.mx({("example.test", "CNAME"): ["real.test"], ("real.test", "MX"): [(10, "mx2.test")]})
        self.mx({("example.test", "CNAME"): ["real.test"], ("real.test", "A"): ["127.0.0.1"]})
        self.assertEqual(self.counts(), [1, 1])

    def test_no_domain(self):
        self.serve({})
        self.assertEqual(self.mx({}, status=67), [(TO, "permanent", 0, "5.1.2")])

    def test_no_addresses(self):
        self.serve({})
        self.assertEqual(self.mx({("example.test", "TXT"): []}, status=69), [(TO, "permanent", 0, "5.4.4")])

    def test_temporary(self):
        self.serve({})
        for rcode in ("SERVFAIL", "REFUSED"):
            self.assertEqual(self.mx({("example.test", "MX"): rcode}, status=75), [(TO, "temporary", 0, "4.4.3")])
        self.assertEqual(self.mx({("example.test", "MX"): [(10, "mx.test")], ("mx.test", "A"): "SERVFAIL",
                                  ("mx.test", "AAAA"): "SERVFAIL"}, status=75), [(TO, "temporary", 0, "4.4.3")])

    def test_lost_question(self):
        """What is not answered is asked again."""
        self.serve({})
        self.mx({("example.test", "MX"): [(10, "mx1.test")]}, lost=1, options=["--timeout", "1"])
        self.assertEqual(self.counts(), [1])
        self.assertEqual(self.dns.asked[:2], [("example.test", "MX", "udp")] * 2)

    def test_temporary_outweighs(self):
        """One exchanger is gone for good, another only now: trying again may help."""
        self.serve(None)
        zone = {("example.test", "MX"): [(10, "mx1.test"), (20, "gone.test")]}
        self.assertEqual(self.mx(zone, status=75), [(TO, "temporary", 0, "4.4.1")])

    def test_own_name(self):
        """We are in the list: only those before us."""
        self.serve({}, {})
        self.mx({("example.test", "MX"): [(10, "mx2.test"), (20, "client.test"), (30, "mx1.test")]})
        self.assertEqual(self.counts(), [0, 1])
        self.assertEqual(self.mx({("example.test", "MX"): [(10, "client.test"), (20, "mx1.test")]}, status=69),
                         [(TO, "permanent", 0, "5.4.0")])

    def test_truncated(self):
        """So many records that UDP has no room: asked again over TCP."""
        self.serve({})
        zone = {("example.test", "MX"): [(10, "mx1.test")] + [(20 + i, f"some-long-name-{i}.example.test") for i in range(40)]}
        self.mx(zone)
        self.assertEqual(self.counts(), [1])
        self.assertIn(("example.test", "MX", "tcp"), self.dns.asked)

    def test_groups(self):
        """A transaction for each domain, with all of its recipients; results in their order."""
        self.serve({}, {})
        zone = {("a.test", "MX"): [(10, "mx1.test")], ("b.test", "MX"): [(10, "mx2.test")]}
        results = self.mx(zone, "1@a.test", "2@b.test", "3@A.test", "4@gone.test", status=67)
        self.assertEqual([r[1] for r in results], ["delivered", "delivered", "delivered", "permanent"])
        self.assertEqual(self.counts(), [1, 1])
        self.assertEqual([line for line in self.servers[0].heard if line.startswith("RCPT")],
                         ["RCPT TO:<1@a.test>", "RCPT TO:<3@A.test>"])

    def test_literal(self):
        self.serve({})
        self.mx({}, "x@[127.0.0.1]")
        self.assertEqual(self.counts(), [1])
        if has_ipv6():
            self.mx({}, "x@[IPv6:::ffff:127.0.0.1]")
            self.assertEqual(self.counts(), [2])
        self.assertEqual(self.mx({}, "x@[tag:unknown]", status=67)[0][1:], ("permanent", 0, "5.1.3"))
        self.assertEqual(self.dns.asked, [])

    def test_labels(self):
        self.serve({})
        self.mx({("xn--bcher-kva.test", "MX"): [(10, "mx1.test")]}, "x@b\u00fccher.test")
        self.assertEqual(self.counts(), [1])

    def test_names_are_complete(self):
        """RFC 5321 2.3.5: nothing is appended."""
        self.serve({})
        self.mx({}, status=67)
        self.assertEqual({name for name, _, _ in self.dns.asked}, {"example.test"})


class Session(Case):
    """-bs: SMTP on standard input and output; what is answered 250 has arrived."""

    MAIL = (b"EHLO reader.test\r\nMAIL FROM:<me@client.test> BODY=8BITMIME\r\nRCPT TO:<a@x.test>\r\nRCPT TO:<b@x.test>\r\nDATA\r\n"
            b"Subject: x\r\n\r\n..dot \xff\r\n.\r\n")

    def talk(self, said, *arguments, status=0):
        """The codes of its replies; said comes from a pipe."""
        out, self.err = self.send("-bs", *arguments, text=said, status=status, sender=None)
        return [line[:3] for line in out.split("\r\n") if line[3:4] == " "]

    def test_messages(self):
        server = self.scripted(keywords=["8BITMIME"])
        codes = self.talk(self.MAIL + self.MAIL[18:] + b"QUIT\r\n", "--server", server.where)
        self.assertEqual(codes, ["220", "250"] + ["250"] * 3 + ["354", "250"] + ["250"] * 3 + ["354", "250", "221"])
        self.assertEqual(len(server.texts), 2)
        for text in server.texts:
            self.assertRegex(text, rb"^Received: from reader\.test [^\0]*\r\nSubject: x\r\n\r\n\.dot \xff\r\n$")
        self.assertEqual([line for line in server.heard if line.startswith("RCPT")], ["RCPT TO:<a@x.test>", "RCPT TO:<b@x.test>"] * 2)

    def test_results(self):
        for replies, code in (({"RCPT": ["250 ok", "550 5.1.1 no"]}, "554"), ({"RCPT": ["250 ok", "450 4.2.1 no"]}, "451"),
                              ({"END": "552 5.3.4 no"}, "554"), ({"CONNECT": CLOSE}, "451")):
            with self.subTest(replies=replies), Scripted(replies, keywords=["8BITMIME"]) as server:
                self.assertEqual(self.talk(self.MAIL + b"QUIT\r\n", "--server", server.where)[-2:], [code, "221"])
                self.assertIn("b@x.test", self.err)

    def test_file(self):
        """Standard input is a file, and ends without QUIT."""
        server = self.scripted(keywords=["8BITMIME"])
        path = os.path.join(self.folder, "dialogue")
        with open(path, "wb") as file:
            file.write(self.MAIL)
        with open(path, "rb") as file:
            done = subprocess.run([SMTPREF, "send", "-bs", "--server", server.where], stdin=file, capture_output=True,
                                  timeout=PATIENCE)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(len(server.texts), 1)

    def test_stop(self):
        """SIGTERM: 421, and what is under way is given up."""
        server = self.scripted({"RCPT": SILENT}, keywords=["8BITMIME"])
        process = subprocess.Popen([SMTPREF, "send", "-bs", "--server", server.where], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        process.stdin.write(self.MAIL)
        process.stdin.flush()
        while not any(line.startswith("RCPT") for line in server.heard):
            server.closing.wait(0.01)
        process.send_signal(signal.SIGTERM)
        out = process.stdout.read().decode()
        process.stdout.close()
        process.stdin.close()
        self.assertEqual(process.wait(PATIENCE), 0)
        self.assertEqual([line[:3] for line in out.split("\r\n") if line[3:4] == " "][-2:], ["451", "421"])


class Options(Case):
    def test_usage(self):
        for arguments in ([], ["--bogus", TO], ["-y", TO], ["-bp", TO], ["--server", "", TO], ["--server", "a:0", TO],
                          ["--server", "[::1", TO], ["--server", "a:b", TO], ["--starttls", "maybe", TO],
                          ["--tls", "--starttls", "never", "--server", "a", TO], ["--tls", TO], ["--lmtp", TO],
                          ["--auth", "u", TO], ["--auth", "u", "--server", "a", TO], ["--require-tls", TO],
                          ["--timeout", "0", TO], ["--timeout", "x", TO], ["-N", "sometimes", TO], ["-N", "never,success", TO],
                          ["-R", "some", TO], ["-B", "9bit", TO], ["-V", "", TO], ["--raw", "-t"], ["-f"], ["--name", "a b", TO],
                          ["--mx-port", "x", TO], ["--without", "X", TO],
                          ["--server", "a", "--server", "b", TO], ["--dns", "a", "--dns", "b", TO], ["-V", "x" * 300, TO],
                          ["--name", "x" * 300, TO], ["--require-tls", "--server", "a", "--starttls", "never", TO], ["--server"]):
            with self.subTest(arguments=arguments):
                done = subprocess.run([SMTPREF, "send", *arguments], input=SHORT, capture_output=True, timeout=PATIENCE,
                                      env={k: v for k, v in os.environ.items() if k != "SMTPREF_PASSWORD"})
                self.assertEqual((done.returncode, done.stdout), (64, b""), done.stderr)
                self.assertTrue(done.stderr.startswith(b"smtpref send: "), done.stderr)
                self.assertEqual(done.stderr.count(b"\n"), 1)

    def test_help(self):
        out, err = self.send("--help", sender=None)
        self.assertTrue(out.startswith("usage: smtpref send"))
        self.assertEqual(err, "")

    def test_operands(self):
        """Behind -- there are recipients only; an IPv6 address needs no brackets without a port."""
        with Scripted(keywords=["SMTPUTF8"]) as server:
            self.send("--smtputf8", "--server", server.where, "--", "-odd@x.test", sender=None)
            self.assertIn("RCPT TO:<-odd@x.test>", server.heard)
            self.assertRegex(server.heard[1], r"^MAIL FROM:<[^@]+@client\.test> SMTPUTF8$")
        self.assertEqual(self.results("--server", "::1", "--mx-port", str(free_port()), TO, status=75)[0][1:3], ("temporary", 0))

    def test_bad_addresses(self):
        for recipient in ("a..b@x.test", "a@", "a@x..y", "<a@b", "a b@c", "a@" + "x" * 300, "x" * 65 + "@y.test", ""):
            with self.subTest(recipient=recipient):
                _, err = self.send("--server", "127.0.0.1:1", recipient, status=65)
                self.assertTrue(err.startswith("smtpref send: "), err)
        self.send("--server", "127.0.0.1:1", TO, sender="a..b@c", status=65)
        self.send("--server", "127.0.0.1:1", TO, sender="a@b, c@d", status=65)
        _, err = self.send("-t", text=b"To: a@b, c d\n\n", status=65)
        self.assertIn("field To, octet ", err)
        self.send("-t", text=b"Subject: x\n\n", status=65)

    def test_config(self):
        self.send("--server", "127.0.0.1:1", "--starttls", "required", "--ca", "/nonexistent", TO, status=78)
        self.send("--dns", "nowhere", TO, status=78)
        self.send("--server", "127.0.0.1:1", "--auth", "u", "--password-file", "/dev/null", TO, status=78)
        self.send("--server", "127.0.0.1:1", "--auth", "u", "--password-file", "/nonexistent", TO, status=78)


if __name__ == "__main__":
    unittest.main()
