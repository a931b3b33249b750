#!/usr/bin/env python3
"""smtpref serve: modes, extensions on and off, chunks, and clients that are too many.

usage: serve_modes_test.py SMTPREF [UNITTEST ARGUMENTS]
"""
import email
import smtplib
import subprocess
import unittest

from serve_test import DOMAIN, FROM, PATIENCE, SMTPREF, TO, Case, Raw, serving

CLEAR = {"size", "8bitmime", "pipelining", "enhancedstatuscodes", "starttls", "help", "chunking", "binarymime", "smtputf8",
         "limits", "mt-priority"}


class ModesCase(Case):
    def arguments(self, *more):
        return ["--listen", "127.0.0.1:0", "--domain", DOMAIN, "--maildir", self.maildir, "--cert", self.cert, "--key", self.key,
                "--quiet", *more]

    def keywords(self, server, tls=False):
        with smtplib.SMTP("127.0.0.1", server.where[0][1], "client.example.org", timeout=PATIENCE) as client:
            if tls:
                client.starttls(context=self.tls)
            client.ehlo()
            return set(client.esmtp_features)


class Extensions(ModesCase):
    def test_all(self):
        with serving(*self.arguments(), listeners=1) as server:
            self.assertEqual(self.keywords(server), CLEAR)
            self.assertEqual(self.keywords(server, tls=True), CLEAR - {"starttls"} | {"requiretls"})
        with serving(*self.arguments("--mode", "submission"), listeners=1) as server:
            self.assertEqual(self.keywords(server), CLEAR)
        with serving(*self.arguments("--list", f"team@{DOMAIN}={TO}"), listeners=1) as server:
            self.assertEqual(self.keywords(server), CLEAR | {"expn"})

    def test_promise(self):
        """What no store carries out is offered on request only."""
        for promise, mode, more in (("DSN", "smtp", {"dsn"}), ("deliverby,DSN", "smtp", {"dsn", "deliverby"}),
                                    ("FUTURERELEASE", "smtp", set()), ("FUTURERELEASE", "submission", {"futurerelease"})):
            with self.subTest(promise=promise), serving(*self.arguments("--promise", promise, "--mode", mode), listeners=1) as server:
                self.assertEqual(self.keywords(server), CLEAR | more)

    def test_notice(self):
        """RFC 3461 5.2.3: a sender here is told of the delivery; Python's parser reads what he is told."""
        with serving(*self.arguments("--promise", "DSN", "--name", "mx.example.test"), listeners=1) as server:
            with smtplib.SMTP("127.0.0.1", server.where[0][1], "client.example.org", timeout=PATIENCE) as client:
                for options in ("NOTIFY=FAILURE", "NOTIFY=SUCCESS"):
                    client.sendmail(f"me@{DOMAIN}", TO, b"Subject: x\r\n\r\nbody\r\n", ["ENVID=a+2Bb"], [options])
        messages = self.take_messages()
        self.assertEqual(len(messages), 3)
        notices = [m for m in map(email.message_from_bytes, messages) if m.get_content_type() == "multipart/report"]
        self.assertEqual(len(notices), 1)
        self.assertEqual((notices[0]["Return-Path"], notices[0].get_param("report-type")), ("<>", "delivery-status"))
        said, status, header = notices[0].get_payload()
        self.assertIn(TO, said.get_payload())
        message, recipient = status.get_payload()
        self.assertEqual(message.items(), [("Original-Envelope-Id", "a+b"), ("Reporting-MTA", "dns; mx.example.test")])
        self.assertEqual(recipient.items(), [("Final-Recipient", f"rfc822; {TO}"), ("Action", "delivered"), ("Status", "2.0.0")])
        self.assertEqual(header.get_content_type(), "text/rfc822-headers")
        self.assertIn("\nSubject: x", header.get_payload())

    def test_without(self):
        for without, missing in (("SIZE", {"size"}), ("smtputf8", {"smtputf8"}), ("CHUNKING", {"chunking", "binarymime"}),
                                 ("8BITMIME", {"8bitmime", "smtputf8"}), ("BINARYMIME,limits", {"binarymime", "limits"}),
                                 ("STARTTLS", {"starttls"}), ("REQUIRETLS", set()), ("AUTH", set())):
            with self.subTest(without=without), serving(*self.arguments("--without", without), listeners=1) as server:
                self.assertEqual(self.keywords(server), CLEAR - missing)
        everything = ("SIZE,8BITMIME,PIPELINING,ENHANCEDSTATUSCODES,STARTTLS,HELP,EXPN,CHUNKING,BINARYMIME,SMTPUTF8,DSN,AUTH,"
                      "REQUIRETLS,LIMITS,DELIVERBY,MT-PRIORITY,FUTURERELEASE")
        with serving(*self.arguments("--without", everything), listeners=1) as server:
            self.assertEqual(self.keywords(server), set())

    def test_chunks(self):
        """Any octets, and a chunk that ends in the middle of CRLF."""
        text = b"a\x00b\r\n.\r\nc\nd\re\xff\r\n"
        with serving(*self.arguments(), listeners=1) as server, Raw("127.0.0.1", server.where[0][1]) as client:
            client.say(b"EHLO client.example.org\r\nMAIL FROM:<a@b> BODY=BINARYMIME\r\nRCPT TO:<%s>\r\nBDAT 4\r\n%sBDAT %d LAST\r\n%sQUIT\r\n"
                       % (TO.encode(), text[:4], len(text) - 4, text[4:]))
            self.assertEqual([client.reply()[:3] for _ in range(7)], ["220", "250", "250", "250", "250", "250", "221"])
        (message,) = self.take_messages()
        self.check_message(message, text, "a@b", "[127.0.0.1]", "ESMTP", TO.encode())

    def test_utf8(self):
        with serving(*self.arguments(), listeners=1) as server, Raw("127.0.0.1", server.where[0][1]) as client:
            client.say("EHLO client.example.org\r\nMAIL FROM:<ä@ö.example>\r\nMAIL FROM:<ä@ö.example> SMTPUTF8\r\n"
                       "RCPT TO:<ü@example.test>\r\nDATA\r\n".encode())
            self.assertEqual([client.reply()[:9] for _ in range(6)],
                             ["220 examp", "250 HELP\r", "550 5.6.7", "250 2.1.0", "250 2.1.5", "354 start"])
            client.say("Subject: ä\r\n\r\n.\r\nQUIT\r\n".encode())
            self.assertEqual([client.reply()[:3] for _ in range(2)], ["250", "221"])
        (message,) = self.take_messages()
        self.assertIn("Return-Path: <ä@ö.example>\r\n".encode(), message)
        self.assertIn(b"\twith UTF8SMTP id ", message)


class Lmtp(ModesCase):
    def test_delivery(self):
        with serving(*self.arguments("--mode", "lmtp", "--mailbox", TO, "--mailbox", "ann@" + DOMAIN), listeners=1) as server:
            self.assertEqual(server.where[0][2], "lmtp")
            with Raw("127.0.0.1", server.where[0][1]) as client:
                client.say(b"EHLO a.example\r\nLHLO client.example.org\r\nMAIL FROM:<%s>\r\nRCPT TO:<%s>\r\nRCPT TO:<nobody@example.test>\r\n"
                           b"RCPT TO:<ann@example.test>\r\nDATA\r\n" % (FROM.encode(), TO.encode()))
                self.assertEqual([client.reply()[:3] for _ in range(8)], ["220", "500", "250", "250", "250", "550", "250", "354"])
                client.say(b"x\r\n.\r\nQUIT\r\n")
                self.assertEqual([client.reply()[:3] for _ in range(4)], ["250", "250", "221", ""])
        (message,) = self.take_messages()
        self.check_message(message, b"x\r\n", FROM, "[127.0.0.1]", "LMTP")

    def test_smtplib(self):
        with serving(*self.arguments("--mode", "lmtp"), listeners=1) as server:
            with smtplib.LMTP("127.0.0.1", server.where[0][1], "client.example.org", timeout=PATIENCE) as client:
                self.assertEqual(client.sendmail(FROM, [TO], b"x\r\n"), {})
        self.assertEqual(len(self.take_messages()), 1)


class Submission(ModesCase):
    def submit(self, *chunks):
        """The replies to a transaction; its text in chunks."""
        with serving(*self.arguments("--mode", "submission"), listeners=1) as server, Raw("127.0.0.1", server.where[0][1]) as client:
            client.say(b"EHLO client.example.org\r\nMAIL FROM:<%s>\r\nRCPT TO:<%s>\r\n" % (FROM.encode(), TO.encode()))
            replies = [client.reply()[:3] for _ in range(4)]
            self.assertEqual(replies, ["220", "250", "250", "250"])
            for i, chunk in enumerate(chunks):
                client.say(b"BDAT %d%s\r\n%s" % (len(chunk), b" LAST" if i + 1 == len(chunks) else b"", chunk))
            client.say(b"QUIT\r\n")
            return [client.reply()[:9] for _ in range(len(chunks) + 1)][-2]

    def test_added(self):
        """RFC 6409 8.2, 8.3: at the end of the header."""
        self.assertEqual(self.submit(b"Subject: x\r\n\r", b"\nDate: y\r\n"), "250 2.6.0")
        (message,) = self.take_messages()
        self.assertRegex(message, rb"\r\nSubject: x\r\nDate: [^\r]+ [+-][0-9]{4}\r\nMessage-ID: <[^\r<>@]+@example\.test>\r\n\r\nDate: y\r\n\Z")

    def test_header_alone(self):
        self.assertEqual(self.submit(b"Date: x"), "250 2.6.0")
        (message,) = self.take_messages()
        self.assertRegex(message, rb"\r\nDate: x\r\nMessage-ID: <[^\r]+>\r\n\Z")

    def test_kept(self):
        text = b"Message-ID: <a@b>\r\nDate: x\r\nTo: c@d.e\r\n\r\n" + b"y" * 40000
        self.assertEqual(self.submit(text), "250 2.6.0")
        (message,) = self.take_messages()
        self.check_message(message, text, FROM, "[127.0.0.1]", "ESMTP", TO.encode())

    def test_refused(self):
        """RFC 6409 4.2, 5.1."""
        for text in (b"From: a@@b.c\r\n\r\nx\r\n", b"To: a@b\r\n\r\n", b"To: a@b"):
            with self.subTest(text=text):
                self.assertEqual(self.submit(text), "554 5.6.0")
        self.assertEqual(self.take_messages(), [])


class Refusing(ModesCase):
    def conversation(self, server, *commands):
        with Raw("127.0.0.1", server.where[0][1]) as client:
            said = [client.reply()[:9]]
            for command in commands:
                client.say(command + b"\r\n")
                said.append(client.reply()[:9])
        return said

    def test_require_tls(self):
        """RFC 3207 4: 530 to all but EHLO, NOOP, QUIT and STARTTLS."""
        with serving(*self.arguments("--require-tls"), listeners=1) as server:
            said = self.conversation(server, b"NOOP", b"HELO a.example", b"MAIL FROM:<>", b"RSET", b"VRFY a", b"QUIT")
            self.assertEqual([reply[:3] for reply in said], ["220", "250", "530", "530", "530", "530", "221"])
            self.assertEqual(said[3], "530 5.7.0")
            with smtplib.SMTP("127.0.0.1", server.where[0][1], "client.example.org", timeout=PATIENCE) as client:
                client.starttls(context=self.tls)
                client.ehlo()
                self.assertEqual(client.mail(FROM)[0], 250)

    def test_no_mail(self):
        """RFC 7504."""
        with serving(*self.arguments("--no-mail"), listeners=1) as server:
            said = self.conversation(server, b"NOOP", b"MAIL FROM:<>", b"QUIT")
            self.assertEqual(said, ["521 this ", "521 5.3.2", "521 5.3.2", "221 2.0.0"])

    def test_max_transactions(self):
        """RFC 9422 4.1: failed ones count."""
        with serving(*self.arguments("--max-transactions", "2"), listeners=1) as server:
            with smtplib.SMTP("127.0.0.1", server.where[0][1], "client.example.org", timeout=PATIENCE) as client:
                client.ehlo()
                self.assertEqual(client.esmtp_features["limits"], "RCPTMAX=100 MAILMAX=2")
            said = self.conversation(server, b"EHLO a.example", b"MAIL FROM:<>", b"MAIL FROM:<>", b"MAIL FROM:<>")
            self.assertEqual([reply[:3] for reply in said], ["220", "250", "250", "503", "421"])


class Caps(ModesCase):
    def test_per_address(self):
        with serving(*self.arguments("--max-per-address", "1"), listeners=1) as server:
            with Raw("127.0.0.1", server.where[0][1]) as first:
                self.assertEqual(first.reply()[:3], "220")
                with Raw("127.0.0.1", server.where[0][1]) as second:
                    self.assertEqual(second.reply(), "421 example.test too many connections from your address\r\n")
                    self.assertEqual(second.reply(), "")
                first.say(b"QUIT\r\n")
                self.assertEqual((first.reply()[:3], first.reply()), ("221", ""))
            self.assertEqual(server.stop(), 0)

    def test_per_minute(self):
        with serving(*self.arguments("--max-per-minute", "2"), listeners=1) as server:
            said = []
            for _ in range(3):
                with Raw("127.0.0.1", server.where[0][1]) as client:
                    said.append(client.reply()[:3])
            self.assertEqual(said, ["220", "220", "421"])
            self.assertEqual(server.stop(), 0)


class Options(ModesCase):
    def test_wrong(self):
        good = ["serve", "--listen", "127.0.0.1:0", "--domain", DOMAIN, "--sink"]
        for arguments, why in (
                ([*good, "--mode", "esmtp"], "--mode is smtp, submission or lmtp"), ([*good, "--without", "NONSENSE"], "--without NONSENSE"),
                ([*good, "--without", "SIZE,,DSN"], "no such extension"), ([*good, "--without", ""], "no such extension"),
                ([*good, "--promise", "SIZE"], "--promise SIZE: no such extension"),
                ([*good, "--require-tls"], "--require-tls needs --cert"), ([*good, "--max-transactions", "1000000"], "--max-transactions"),
                ([*good, "--min-speed", "1001"], "--min-speed 1001: not a number from 0 to 1000"),
                ([*good, "--max-per-minute", "x"], "--max-per-minute"), ([*good, "--max-per-address", "-1"], "--max-per-address"),
                (["serve", "--listen", "127.0.0.1:25", "--domain", DOMAIN, "--sink", "--mode", "lmtp"], "RFC 2033 5")):
            with self.subTest(arguments=arguments):
                run = subprocess.run([SMTPREF, *arguments], capture_output=True, text=True, timeout=PATIENCE)
                self.assertEqual((run.returncode, run.stdout), (64, ""))
                self.assertIn(why, run.stderr)
                self.assertEqual(run.stderr.count("\n"), 1)


if __name__ == "__main__":
    unittest.main(verbosity=1)
