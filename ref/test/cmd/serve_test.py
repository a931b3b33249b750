#!/usr/bin/env python3
"""smtpref serve as its users see it: delivery over every kind of connection, refusals, stopping, options.

usage: serve_test.py SMTPREF [UNITTEST ARGUMENTS]
"""
import contextlib
import os
import re
import select
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
import tempfile
import unittest

SMTPREF = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "smtpref"
PATIENCE = 60  # seconds until something that has to happen is given up
DOMAIN = "example.test"
FROM, TO = "sender@example.org", "tester@" + DOMAIN

TEXT = b"\r\n".join([
    b"Subject: all that a text may hold",
    b"",
    b".",
    b"..",
    b".leading dot",
    b"..two leading dots",
    b"8 bit: \xe4\xf6\xfc \xff \x80",
    b"\x00 NUL, \x7f DEL, \t tab",
    b"x" * 998,
    b"y" * 70000,
    b"",
    b"",
    b"end",
    b"",
])


class Server:
    """A running server; `where` has (host, port, kind) of each listener in the order in which it said so."""

    def __init__(self, *arguments, listeners, log=None):
        self.log = log
        # without a buffer: what was read ahead, select() does not see
        self.process = subprocess.Popen([SMTPREF, "serve", *arguments], bufsize=0, stdout=subprocess.PIPE,
                                        stderr=log or subprocess.PIPE)
        self.where = []
        try:
            for _ in range(listeners):
                self.where.append(self.read_listener())
        except BaseException:
            self.close()
            raise

    def read_listener(self):
        if not select.select([self.process.stdout], [], [], PATIENCE)[0]:
            raise AssertionError("nothing on standard output")
        line = self.process.stdout.readline().decode()
        match = re.fullmatch(r"listening (\S+):([1-9][0-9]*) ((?:smtp|lmtp|submission)s?)\n", line)
        if not match:
            raise AssertionError(f"not a listening line: {line!r}")
        return match.group(1).strip("[]"), int(match.group(2)), match.group(3)

    def stop(self, number=signal.SIGTERM):
        """Ends it and returns its exit status."""
        self.process.send_signal(number)
        try:
            return self.process.wait(PATIENCE)
        finally:
            self.close()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        if self.process.stderr:
            self.process.stderr.close()


@contextlib.contextmanager
def serving(*arguments, listeners):
    server = Server(*arguments, listeners=listeners)
    try:
        yield server
    finally:
        server.close()


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as s:
            s.bind(("::1", 0))
        return True
    except OSError:
        return False


class Raw:
    """A client that says exactly what it is told."""

    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), timeout=PATIENCE)
        self.file = self.socket.makefile("rb")

    def say(self, octets):
        self.socket.sendall(octets)

    def reply(self):
        """The last line of the next reply; empty at the end of the connection."""
        line = self.file.readline()
        while line[3:4] == b"-":
            line = self.file.readline()
        return line.decode()

    def close(self):
        self.file.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Case(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.cert, cls.key = (os.path.join(cls.folder.name, name) for name in ("cert.pem", "key.pem"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-days", "2", "-subj", "/CN=localhost", "-addext",
                        "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1", "-keyout", cls.key, "-out", cls.cert],
                       check=True, capture_output=True)
        cls.tls = ssl.create_default_context(cafile=cls.cert)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def setUp(self):
        self.maildir_folder = tempfile.TemporaryDirectory()
        self.maildir = os.path.join(self.maildir_folder.name, "mail")
        self.addCleanup(self.maildir_folder.cleanup)

    def take_messages(self):
        """The stored messages; they are removed, and nothing else may lie there."""
        self.assertEqual(os.listdir(os.path.join(self.maildir, "tmp")), [])
        new = os.path.join(self.maildir, "new")
        messages = []
        for name in sorted(os.listdir(new)):
            path = os.path.join(new, name)
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
            with open(path, "rb") as file:
                messages.append(file.read())
            os.unlink(path)
        return messages

    def check_message(self, message, text, sender, peer, protocol, recipient=b""):
        trace = re.match(
            rb"Return-Path: <([^\r\n]*)>\r\n"
            rb"Received: from client\.example\.org \((\[[^\]]*\])\)\r\n\tby example\.test\r\n\twith (\S+) id [A-Za-z0-9]+(?: for <([^>]+)>)?;\r\n"
            rb"\t(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}\r\n",
            message)
        self.assertTrue(trace, message[:400])
        self.assertEqual(trace.groups(b""), (sender.encode(), peer.encode(), protocol.encode(), recipient))
        self.assertEqual(message[trace.end():], text)


class Delivery(Case):
    def connect(self, where, starttls):
        host, port, kind = where
        if kind == "smtps":
            client = smtplib.SMTP_SSL(host, port, "client.example.org", timeout=PATIENCE, context=self.tls)
        else:
            client = smtplib.SMTP(host, port, "client.example.org", timeout=PATIENCE)
        if starttls:
            client.starttls(context=self.tls)
        return client

    def test_every_connection(self):
        hosts = [("127.0.0.1", "[127.0.0.1]")] + ([("[::1]", "[IPv6:::1]")] if has_ipv6() else [])
        arguments = ["--cert", self.cert, "--key", self.key, "--domain", DOMAIN, "--maildir", self.maildir, "--quiet"]
        for host, _ in hosts:
            arguments += ["--listen", host + ":0", "--tls-listen", host + ":0"]
        with serving(*arguments, listeners=2 * len(hosts)) as server:
            self.assertEqual([kind for _, _, kind in server.where], ["smtp", "smtps"] * len(hosts))
            for i, (host, literal) in enumerate(hosts):
                for where, starttls, protocol in ((server.where[2 * i], False, "ESMTP"), (server.where[2 * i], True, "ESMTPS"),
                                                  (server.where[2 * i + 1], False, "ESMTPS")):
                    with self.subTest(host=host, kind=where[2], starttls=starttls):
                        self.assertEqual(where[0], host.strip("[]"))
                        with self.connect(where, starttls) as client:
                            self.assertEqual(client.sendmail(FROM, [TO], TEXT, ["BODY=8BITMIME"]), {})
                            self.assertEqual(client.sendmail("", [TO, "other@" + DOMAIN], b"second\r\n"), {})
                            self.assertEqual(client.has_extn("starttls"), where[2] == "smtp" and not starttls)
                        messages = self.take_messages()
                        self.assertEqual(len(messages), 2)
                        messages.sort(key=len)
                        self.check_message(messages[0], b"second\r\n", "", literal, protocol)
                        self.check_message(messages[1], TEXT, FROM, literal, protocol, TO.encode())
            self.assertEqual(server.stop(), 0)

    def test_octets_as_they_come(self):
        """smtplib cannot say these: bare CR and LF are content, and only CRLF.CRLF ends it."""
        text = b"bare\rCR\nLF\n.\nnot the end\r.\rnor this\n.\r\nnor this\r\n"
        with serving("--listen", "127.0.0.1:0", "--domain", DOMAIN, "--maildir", self.maildir, listeners=1) as server:
            with Raw(*server.where[0][:2]) as client:
                client.say(b"HELO client.example.org\r\nMAIL FROM:<a@b>\r\nRCPT TO:<x@example.test>\r\nDATA\r\n")
                for code in ("220", "250", "250", "250", "354"):
                    self.assertEqual(client.reply()[:3], code)
                client.say(text + b".\r\nQUIT\r\n")
                self.assertEqual(client.reply()[:3], "250")
                self.assertEqual(client.reply()[:3], "221")
                self.assertEqual(client.reply(), "")
            (message,) = self.take_messages()
            self.check_message(message, text, "a@b", "[127.0.0.1]", "SMTP", b"x@example.test")
            self.assertEqual(server.stop(), 0)

    def test_no_certificate_no_starttls(self):
        with serving("--listen", "127.0.0.1:0", "--domain", DOMAIN, "--sink", "--name", "mx.example.test",
                     listeners=1) as server:
            with smtplib.SMTP(*server.where[0][:2], timeout=PATIENCE) as client:
                client.ehlo()
                self.assertFalse(client.has_extn("starttls"))
                for keyword in ("size", "8bitmime", "pipelining", "enhancedstatuscodes", "help"):
                    self.assertTrue(client.has_extn(keyword), keyword)
                self.assertTrue(client.ehlo_resp.startswith(b"mx.example.test "), client.ehlo_resp)
                self.assertEqual(client.docmd("STARTTLS")[0], 502)

    def test_cut_in_text_leaves_nothing(self):
        with serving("--listen", "127.0.0.1:0", "--domain", DOMAIN, "--maildir", self.maildir, listeners=1) as server:
            with Raw(*server.where[0][:2]) as client:
                client.say(b"EHLO client.example.org\r\nMAIL FROM:<a@b>\r\nRCPT TO:<x@example.test>\r\nDATA\r\n")
                for _ in range(5):
                    client.reply()
                client.say(b"x" * 200000)
            self.assertEqual(server.stop(), 0)
        self.assertEqual(self.take_messages(), [])

    def test_maildir_gone(self):
        with serving("--listen", "127.0.0.1:0", "--domain", DOMAIN, "--maildir", self.maildir, listeners=1) as server:
            with smtplib.SMTP(*server.where[0][:2], "client.example.org", timeout=PATIENCE) as client:
                os.rmdir(os.path.join(self.maildir, "tmp"))
                with self.assertRaises(smtplib.SMTPDataError) as error:
                    client.sendmail(FROM, [TO], b"lost\r\n")
                self.assertEqual(error.exception.smtp_code, 451)
            self.assertEqual(os.listdir(os.path.join(self.maildir, "new")), [])


class Policy(Case):
    def test_listed_mailboxes(self):
        arguments = ["--listen", "127.0.0.1:0", "--domain", DOMAIN, "--domain", "other.test", "--mailbox", TO, "--sink",
                     "--max-size", "1000"]
        with serving(*arguments, listeners=1) as server:
            with smtplib.SMTP(*server.where[0][:2], "client.example.org", timeout=PATIENCE) as client:
                client.ehlo()
                client.mail(FROM)
                for path, code, enhanced in (
                        (TO, 250, b"2.1.5"), ("nobody@example.test", 550, b"5.1.1"), ("Tester@example.test", 550, b"5.1.1"),
                        ('"tester"@EXAMPLE.test', 250, b"2.1.5"), ("tester@other.test", 550, b"5.1.1"),
                        ("PostMaster@other.test", 250, b"2.1.5"), ("Postmaster", 250, b"2.1.5"),
                        ("tester@foreign.example", 550, b"5.7.1"), ("@other.test:tester@foreign.example", 550, b"5.7.1")):
                    with self.subTest(path=path):
                        reply = client.docmd(f"RCPT TO:<{path}>")
                        self.assertEqual((reply[0], reply[1].split()[0]), (code, enhanced))
                client.rset()
                self.assertEqual(client.docmd("VRFY tester"), (250, b"2.1.5 <tester@example.test>"))
                self.assertEqual(client.docmd("VRFY nobody")[0], 550)
                self.assertEqual(client.docmd(f"MAIL FROM:<{FROM}> SIZE=1001")[0], 552)
                client.mail(FROM)
                client.rcpt(TO)
                self.assertEqual(client.data(b"x" * 2000)[0], 552)

    def test_whole_domain(self):
        with serving("--listen", "127.0.0.1:0", "--domain", DOMAIN, "--sink", listeners=1) as server:
            with smtplib.SMTP(*server.where[0][:2], "client.example.org", timeout=PATIENCE) as client:
                self.assertEqual(client.sendmail(FROM, ["anybody@" + DOMAIN], b"x"), {})
                with self.assertRaises(smtplib.SMTPRecipientsRefused):
                    client.sendmail(FROM, ["anybody@foreign.example"], b"x")
                client.rset()
                self.assertEqual(client.docmd("VRFY anybody")[0], 252)


class Relay(Case):
    """A server in front, that keeps nothing, and one behind it with the Maildir."""

    @contextlib.contextmanager
    def chain(self, front=(), behind=()):
        lmtp = "lmtp" in behind
        with serving("--listen", "127.0.0.1:0", "--domain", DOMAIN, "--maildir", self.maildir, "--quiet", *behind,
                     listeners=1) as back:
            relay = "--lmtp-relay" if lmtp else "--smtp-relay"
            with serving("--listen", "127.0.0.1:0", "--domain", DOMAIN, "--domain", "elsewhere.test", "--name", "front.test",
                         relay, "127.0.0.1:%d" % back.where[0][1], "--quiet", *front, listeners=1) as server:
                yield server, back

    def send(self, server, recipients, text=TEXT):
        with smtplib.SMTP(*server.where[0][:2], "client.example.org", timeout=PATIENCE) as client:
            client.ehlo()
            client.mail(FROM, ["BODY=8BITMIME"])
            codes = [client.rcpt(recipient)[0] for recipient in recipients]
            self.assertEqual(set(codes), {250})
            return client.data(text)

    def check_relayed(self, message, protocols):
        """Return-Path of the last, a Received of each, and the text."""
        self.assertTrue(message.startswith(b"Return-Path: <sender@example.org>\r\nReceived: from front.test "), message[:200])
        for protocol in protocols:
            self.assertRegex(message, rb"\r\n\twith " + protocol + rb" id ")
        self.assertEqual(message.count(b"Return-Path:"), 1)
        self.assertTrue(message.endswith(b"\r\n" + TEXT))

    def test_whole(self):
        for mode, protocol in (("smtp", b"ESMTP"), ("lmtp", b"LMTP")):
            with self.subTest(mode=mode), self.chain(behind=("--mode", mode)) as (server, _):
                self.assertEqual(self.send(server, [TO, "other@" + DOMAIN])[0], 250)
                messages = self.take_messages()
                self.assertEqual(len(messages), 1)
                self.check_relayed(messages[0], (b"ESMTP", protocol))

    def test_one_is_refused(self):
        for mode in ("smtp", "lmtp"):
            with self.subTest(mode=mode), self.chain(behind=("--mode", mode)) as (server, _):
                code, text = self.send(server, [TO, "nobody@elsewhere.test"])
                self.assertEqual((code, text[:5]), (554, b"5.7.1"))
                self.assertEqual(self.take_messages(), [])

    def test_each_by_itself(self):
        """RFC 2033 4.2"""
        with self.chain(front=("--mode", "lmtp"), behind=("--mode", "lmtp")) as (server, _):
            with Raw(*server.where[0][:2]) as client:
                client.say(b"LHLO client.example.org\r\nMAIL FROM:<%s>\r\nRCPT TO:<%s>\r\nRCPT TO:<x@elsewhere.test>\r\n"
                           b"RCPT TO:<postmaster@%s>\r\nDATA\r\nSubject: x\r\n.\r\nQUIT\r\n"
                           % (FROM.encode(), TO.encode(), DOMAIN.encode()))
                replies = [client.reply() for _ in range(10)]
            self.assertEqual([reply[:3] for reply in replies],
                             ["220", "250", "250", "250", "250", "250", "354", "250", "554", "250"])
            self.assertEqual(replies[8][4:9], "5.7.1")
            self.assertEqual(len(self.take_messages()), 1)

    def test_nobody_behind(self):
        with self.chain(behind=("--mode", "lmtp")) as (server, back):
            self.assertEqual(back.stop(), 0)
            code, text = self.send(server, [TO])
            self.assertEqual((code, text[:5]), (451, b"4.4.1"))
            self.assertEqual(server.stop(), 0)

    def test_stops_with_a_message_on_its_way(self):
        with self.chain(behind=("--mode", "lmtp")) as (server, _):
            with Raw(*server.where[0][:2]) as client:
                client.say(b"EHLO client.example.org\r\nMAIL FROM:<>\r\nRCPT TO:<%s>\r\nDATA\r\nSubject" % TO.encode())
                for code in ("220", "250", "250", "250", "354"):
                    self.assertEqual(client.reply()[:3], code)
                server.process.send_signal(signal.SIGTERM)
                client.say(b": x\r\n.\r\n")
                self.assertEqual(client.reply()[:3], "250")
                self.assertEqual(client.reply()[:3], "421")
            self.assertEqual(server.process.wait(PATIENCE), 0)
            self.assertEqual(len(self.take_messages()), 1)

    def test_cut_in_text(self):
        with self.chain(behind=("--mode", "lmtp")) as (server, back):
            with Raw(*server.where[0][:2]) as client:
                client.say(b"EHLO client.example.org\r\nMAIL FROM:<>\r\nRCPT TO:<%s>\r\nDATA\r\n" % TO.encode()
                           + b"y" * 60000 + b"\r\n")
                for code in ("220", "250", "250", "250", "354"):
                    self.assertEqual(client.reply()[:3], code)
            self.assertEqual(server.stop(), 0)
            self.assertEqual(back.stop(), 0)
            self.assertEqual(self.take_messages(), [])


class Stopping(Case):
    ARGUMENTS = ["--listen", "127.0.0.1:0", "--domain", DOMAIN, "--sink"]

    def test_idle_client_hears_421(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number), serving(*self.ARGUMENTS, listeners=1) as server:
                with Raw(*server.where[0][:2]) as client:
                    self.assertEqual(client.reply()[:4], "220 ")
                    server.process.send_signal(number)
                    self.assertRegex(client.reply(), r"^421 4\.3\.2 example\.test ")
                    self.assertEqual(client.reply(), "")
                self.assertEqual(server.process.wait(PATIENCE), 0)

    def test_text_is_finished(self):
        with serving(*self.ARGUMENTS, listeners=1) as server:
            with Raw(*server.where[0][:2]) as client, Raw(*server.where[0][:2]) as idle:
                self.assertEqual(idle.reply()[:3], "220")
                client.say(b"EHLO client.example.org\r\nMAIL FROM:<a@b>\r\nRCPT TO:<x@example.test>\r\nDATA\r\n")
                for _ in range(5):
                    reply = client.reply()
                self.assertEqual(reply[:3], "354")
                server.process.send_signal(signal.SIGTERM)
                self.assertEqual(idle.reply()[:3], "421")  # so the signal has come
                client.say(b"text\r\n.\r\n")
                self.assertEqual(client.reply()[:3], "250")
                self.assertEqual(client.reply()[:3], "421")
            self.assertEqual(server.process.wait(PATIENCE), 0)

    def test_second_signal_breaks_off(self):
        with serving(*self.ARGUMENTS, listeners=1) as server:
            with Raw(*server.where[0][:2]) as client, Raw(*server.where[0][:2]) as idle:
                self.assertEqual(idle.reply()[:3], "220")
                client.say(b"EHLO client.example.org\r\nMAIL FROM:<a@b>\r\nRCPT TO:<x@example.test>\r\nDATA\r\n")
                for _ in range(5):
                    client.reply()
                server.process.send_signal(signal.SIGTERM)
                self.assertEqual(idle.reply()[:3], "421")
                server.process.send_signal(signal.SIGTERM)
                self.assertEqual(server.process.wait(PATIENCE), 0)

    def test_nobody_there(self):
        with serving(*self.ARGUMENTS, listeners=1) as server:
            self.assertEqual(server.stop(), 0)


class Load(Case):
    def test_200_at_once(self):
        arguments = ["--listen", "127.0.0.1:0", "--domain", DOMAIN, "--maildir", self.maildir, "--max-connections", "200",
                     "--quiet"]
        text = b"text of %d\r\n"
        with serving(*arguments, listeners=1) as server, contextlib.ExitStack() as stack:
            clients = [stack.enter_context(Raw(*server.where[0][:2])) for _ in range(200)]
            for client in clients:
                self.assertEqual(client.reply()[:3], "220")
            with Raw(*server.where[0][:2]) as one_more:
                self.assertRegex(one_more.reply(), r"^421 ")
            for client in clients:
                client.say(b"EHLO client.example.org\r\nMAIL FROM:<a@b>\r\nRCPT TO:<x@example.test>\r\nDATA\r\n")
            for client in clients:
                self.assertEqual([client.reply()[:3] for _ in range(4)], ["250", "250", "250", "354"])
            for i, client in enumerate(clients):
                client.say(text % i + b".\r\nQUIT\r\n")
            for client in clients:
                self.assertEqual([client.reply()[:3] for _ in range(3)], ["250", "221", ""])
            self.assertEqual(server.stop(), 0)
        messages = self.take_messages()
        self.assertEqual(sorted(m.split(b"\r\n")[-2] for m in messages), sorted((text % i)[:-2] for i in range(200)))


class Log(Case):
    def run_one(self, *more):
        with tempfile.TemporaryFile() as log:
            server = Server("--listen", "127.0.0.1:0", "--domain", DOMAIN, "--maildir", self.maildir, *more, listeners=1, log=log)
            try:
                with smtplib.SMTP(*server.where[0][:2], "client.example.org", timeout=PATIENCE) as client:
                    client.sendmail(FROM, [TO], b"x\r\n")
                self.assertEqual(server.stop(), 0)
            finally:
                server.close()
            log.seek(0)
            return log.read().decode()

    def test_lines(self):
        transaction, connection = self.run_one().splitlines()
        self.assertRegex(transaction, r"^\S+Z session=1 peer=127\.0\.0\.1 id=[A-Za-z0-9]+ from=<sender@example\.org> "
                                      r"recipients=1 size=3 tls=- auth=- accepted$")
        self.assertRegex(connection, r"^\S+Z session=1 peer=127\.0\.0\.1 tls=- auth=- hello=client\.example\.org accepted=1 refused=0 "
                                     r"ms=[0-9]+ quit$")
        name = re.search(r"id=(\S+)", transaction).group(1)
        (file,) = os.listdir(os.path.join(self.maildir, "new"))
        self.assertIn("." + name + ".", file)

    def test_quiet(self):
        self.assertEqual(self.run_one("--quiet"), "")


class Options(Case):
    def run_it(self, *arguments):
        return subprocess.run([SMTPREF, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False)

    GOOD = ["serve", "--domain", DOMAIN, "--sink"]

    def test_help_and_version(self):
        for arguments in (["--help"], ["serve", "--help"], ["states", "--help"], ["parse", "--help"]):
            run = self.run_it(*arguments)
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            self.assertTrue(run.stdout.startswith("usage: smtpref "))
        run = self.run_it("--version")
        self.assertEqual(run.returncode, 0)
        self.assertRegex(run.stdout, r"^smtpref [0-9]+\.[0-9]+\.[0-9]+\n$")

    def test_states(self):
        run = self.run_it("states", "--tsv")
        self.assertEqual(run.returncode, 0)
        self.assertIn("DATA\tMAIL\tSAME\t503\t5.5.1 no valid recipients\t5321-3.3\t\n", run.stdout)

    def test_wrong_options(self):
        listen = ["--listen", "127.0.0.1:0"]
        for arguments in (
                [], ["nonsense"], ["--nonsense"], ["states", "--nonsense"], self.GOOD, ["serve", *listen, "--sink"],
                ["serve", *listen, "--domain", DOMAIN], [*self.GOOD, *listen, "--nonsense"], [*self.GOOD, *listen, "word"],
                [*self.GOOD, *listen, "--maildir", "x"], [*self.GOOD, *listen, "--lmtp-relay", "127.0.0.1:24"],
                ["serve", *listen, "--domain", DOMAIN, "--smtp-relay", "127.0.0.1"],
                ["serve", *listen, "--domain", DOMAIN, "--smtp-relay", "127.0.0.1:0"],
                ["serve", *listen, "--domain", DOMAIN, "--smtp-relay", "127.0.0.1:24", "--lmtp-relay", "127.0.0.1:24"], [*self.GOOD, "--listen"], [*self.GOOD, *listen, "--sink=x"],
                [*self.GOOD, "--listen", "127.0.0.1"], [*self.GOOD, "--listen", "::1:25"], [*self.GOOD, "--listen", "127.0.0.1:65536"],
                [*self.GOOD, "--listen", "[127.0.0.1]:25"], [*self.GOOD, "--tls-listen", "127.0.0.1:0"],
                [*self.GOOD, *listen, "--key", self.key], [*self.GOOD, *listen, "--timeout", "0"],
                [*self.GOOD, *listen, "--timeout", "1s"], [*self.GOOD, *listen, "--max-connections", "0"],
                [*self.GOOD, *listen, "--max-size", "-1"], [*self.GOOD, *listen, "--name", "a b"],
                [*self.GOOD, *listen, "--name", "a", "--name", "b"], [*self.GOOD, *listen, "--mailbox", "x@elsewhere.test"],
                [*self.GOOD, *listen, "--mailbox", "x"], [*self.GOOD, *listen, "--domain", "a..b"]):
            with self.subTest(arguments=arguments):
                run = self.run_it(*arguments)
                self.assertEqual(run.returncode, 64, run)
                self.assertEqual(run.stdout, "")
                self.assertTrue(run.stderr)

    def test_trouble(self):
        listen = ["--listen", "127.0.0.1:0"]
        empty = os.path.join(self.folder.name, "empty.pem")
        with open(empty, "w", encoding="ascii"):
            pass
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            for arguments, about in (
                    ([*self.GOOD, "--listen", "127.0.0.1:%d" % taken.getsockname()[1]], "address already in use"),
                    ([*self.GOOD, "--listen", "300.1.1.1:25"], "300.1.1.1"),
                    ([*self.GOOD, "--listen", "192.0.2.1:0"], "192.0.2.1"),
                    ([*self.GOOD, *listen, "--cert", "/nonexistent.pem"], "/nonexistent.pem: No such file"),
                    ([*self.GOOD, *listen, "--cert", empty], empty),
                    ([*self.GOOD, *listen, "--cert", self.cert], self.cert),
                    ([*self.GOOD, *listen, "--cert", self.cert, "--key", empty], "pem"),
                    (["serve", "--domain", DOMAIN, *listen, "--maildir", "/nonexistent/mail"], "/nonexistent/mail")):
                with self.subTest(arguments=arguments):
                    run = self.run_it(*arguments)
                    self.assertEqual(run.returncode, 1, run)
                    self.assertIn(about, run.stderr)
                    self.assertEqual(run.stderr.count("\n"), 1)
                    self.assertEqual(run.stdout, "")


if __name__ == "__main__":
    unittest.main(verbosity=1)
