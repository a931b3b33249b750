#!/usr/bin/env python3
"""smtpref serve --users with real clients: smtplib, GNU SASL's own program, and smtpref send.

usage: serve_auth_test.py SMTPREF [UNITTEST ARGUMENTS]
"""
import base64
import os
import smtplib
import ssl
import subprocess
import tempfile
import unittest

from serve_test import DOMAIN, PATIENCE, SMTPREF, TO, Case, Raw, Server, serving

USER, PASSWORD = "tim", "pencil"
MECHANISMS = ["SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"]
PLUS = ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS"]
MESSAGE = b"Subject: x\r\n\r\nhi\r\n"


class AuthCase(Case):
    def setUp(self):
        super().setUp()
        self.users = os.path.join(self.maildir_folder.name, "users")
        self.write_users(f"# ours\n{USER}:{PASSWORD}\nann:other\n")

    def write_users(self, text, mode=0o600):
        with open(self.users, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.users, mode)

    def arguments(self, *more):
        return ["--listen", "127.0.0.1:0", "--domain", DOMAIN, "--maildir", self.maildir, "--users", self.users, *more]

    def secure(self, *more):
        return self.arguments("--cert", self.cert, "--key", self.key, "--tls-listen", "127.0.0.1:0", *more)

    def client(self, server, tls=True):
        client = smtplib.SMTP("127.0.0.1", server.where[0][1], "client.example.org", timeout=PATIENCE)
        self.addCleanup(client.close)
        if tls:
            client.starttls(context=self.tls)
        client.ehlo()
        return client


class Smtplib(AuthCase):
    def log_in(self, client, mechanism, password):
        """smtplib chooses by itself: it is shown one mechanism."""
        client.esmtp_features["auth"] = mechanism
        return client.login(USER, password, initial_response_ok=mechanism == "PLAIN")

    def test_mechanisms(self):
        with serving(*self.secure("--quiet"), listeners=2) as server:
            for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5"):
                with self.subTest(mechanism=mechanism):
                    client = self.client(server)
                    self.assertEqual(self.log_in(client, mechanism, PASSWORD)[0], 235)
                    client.ehlo()
                    self.assertFalse(client.has_extn("auth"))  # RFC 4954 3: not after success
                    self.assertEqual(client.docmd("AUTH PLAIN")[0], 503)
                    self.assertEqual(client.sendmail("a@b", [TO], MESSAGE), {})
                    self.assertIn(b"\twith ESMTPSA id ", self.take_messages()[0])
                    with self.assertRaises(smtplib.SMTPAuthenticationError) as error:
                        self.log_in(self.client(server), mechanism, "wrong")
                    self.assertEqual(error.exception.smtp_code, 535)

    def test_offers(self):
        with serving(*self.secure("--quiet"), listeners=2) as server:
            self.assertEqual(self.client(server, tls=False).esmtp_features["auth"].split(), MECHANISMS[:2])
            self.assertEqual(sorted(self.client(server).esmtp_features["auth"].split()), sorted(MECHANISMS + PLUS))
            for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256-PLUS"):
                self.assertEqual(self.client(server, tls=False).docmd("AUTH " + mechanism)[0], 504)
        with serving(*self.arguments("--quiet", "--auth-clear"), listeners=1) as server:
            self.assertEqual(self.client(server, tls=False).esmtp_features["auth"].split(), MECHANISMS)

    def test_same_answer(self):
        """Whether the name or the password is wrong."""
        said = []
        with serving(*self.arguments("--quiet", "--auth-clear"), listeners=1) as server:
            for name, password in ((USER, "wrong"), ("nobody", PASSWORD)):
                octets = base64.b64encode(f"\0{name}\0{password}".encode()).decode()
                said.append(self.client(server, tls=False).docmd("AUTH PLAIN " + octets))
        self.assertEqual(said[0], said[1])
        self.assertEqual(said[0][0], 535)

    def test_pipelined_exchange(self):
        """RFC 4954 4: AUTH ends a group of commands; who runs ahead is answered all the same, in order."""
        with serving(*self.arguments("--quiet", "--auth-clear"), listeners=1) as server:
            with Raw("127.0.0.1", server.where[0][1]) as client:
                client.say(b"EHLO a.example\r\nAUTH LOGIN\r\ndGlt\r\ncGVuY2ls\r\nNOOP\r\nQUIT\r\n")
                self.assertEqual([client.reply()[:3] for _ in range(7)], ["220", "250", "334", "334", "235", "250", "221"])

    def test_gone_while_deriving(self):
        """Many that do not wait for their answer; the server goes on and ends well."""
        with serving(*self.arguments("--quiet", "--auth-clear"), listeners=1) as server:
            for _ in range(50):
                with Raw("127.0.0.1", server.where[0][1]) as client:
                    client.say(b"EHLO a.example\r\nAUTH PLAIN AHRpbQBwZW5jaWw=\r\n")
            self.assertEqual(self.client(server, tls=False).docmd("AUTH PLAIN AHRpbQBwZW5jaWw=")[0], 235)
            self.assertEqual(server.stop(), 0)


class Programs(AuthCase):
    def gsasl(self, server, mechanism, password):
        """GNU SASL's program says STARTTLS before EHLO, so it is tried in clear."""
        command = ["gsasl", "--smtp", "--no-starttls", f"--connect=127.0.0.1:{server.where[0][1]}", "--mechanism", mechanism,
                   "--authentication-id", USER, "--password", password]
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE)

    def test_gsasl(self):
        with serving(*self.arguments("--quiet", "--auth-clear"), listeners=1) as server:
            for mechanism in MECHANISMS:
                with self.subTest(mechanism=mechanism):
                    run = self.gsasl(server, mechanism, PASSWORD)
                    self.assertEqual(run.returncode, 0, run)
                    self.assertIn("235 2.7.0 ", run.stdout)
                    run = self.gsasl(server, mechanism, "wrong")
                    self.assertNotEqual(run.returncode, 0, run)
                    self.assertNotIn("235", run.stdout)

    def test_gsasl_made_keys(self):
        """Lines as gsasl --mkpasswd prints them, and nothing else: CRAM-MD5 is not offered then."""
        for mechanism in ("SCRAM-SHA-1", "SCRAM-SHA-256"):
            with self.subTest(mechanism=mechanism):
                keys = subprocess.run(["gsasl", "--mkpasswd", "--mechanism", mechanism, "--password", PASSWORD,
                                       "--iteration-count", "5000"], check=True, capture_output=True, text=True).stdout
                self.write_users(f"{USER}:{keys}")
                with serving(*self.arguments("--quiet", "--auth-clear"), listeners=1) as server:
                    offered = self.client(server, tls=False).esmtp_features["auth"].split()
                    self.assertEqual(offered, [mechanism, "PLAIN", "LOGIN"])
                    for each in offered:
                        self.assertEqual(self.gsasl(server, each, PASSWORD).returncode, 0, each)
                        self.assertNotEqual(self.gsasl(server, each, "wrong").returncode, 0, each)

    def send(self, where, mechanism, password, *more):
        command = [SMTPREF, "send", "--server", f"localhost:{where[1]}", "--ca", self.cert, "--auth", USER, "--mechanism",
                   mechanism, "--name", "client.test", "-f", "me@client.test", *more, "friend@elsewhere.test"]
        return subprocess.run(command, input=MESSAGE, capture_output=True, timeout=PATIENCE,
                              env={**os.environ, "SMTPREF_PASSWORD": password})

    def test_our_own(self):
        """Each mechanism by STARTTLS and by TLS from the first octet; the -PLUS forms are bound to it."""
        with serving(*self.secure("--quiet", "--mode", "submission"), listeners=2) as server:
            for where, more in ((server.where[0], ["--starttls", "required"]), (server.where[1], ["--tls"])):
                for mechanism in MECHANISMS + PLUS:
                    with self.subTest(mechanism=mechanism, where=where):
                        run = self.send(where, mechanism, PASSWORD, *more)
                        self.assertEqual(run.returncode, 0, run)
                        (message,) = self.take_messages()
                        self.assertIn(b"\twith ESMTPSA id ", message)
                        self.assertTrue(message.endswith(b"\r\n\r\nhi\r\n"), message)
                        run = self.send(where, mechanism, "wrong", *more)
                        self.assertEqual(run.returncode, 77, run)
                        self.assertIn(b"535", run.stderr)


class Submission(AuthCase):
    def test_needs_auth(self):
        with serving(*self.secure("--mode", "submission", "--quiet"), listeners=2) as server:
            self.assertEqual([kind for _, _, kind in server.where], ["submission", "submissions"])
            client = self.client(server)
            self.assertEqual(client.docmd("MAIL FROM:<a@b>"), (530, b"5.7.0 authentication required"))
            self.assertEqual(client.docmd("VRFY x")[0], 530)
            self.assertEqual(client.docmd("NOOP")[0], 250)
            client.login(USER, PASSWORD)
            self.assertEqual(client.sendmail("a@b.example", ["x@elsewhere.test"], MESSAGE), {})
        self.assertEqual(len(self.take_messages()), 1)

    def test_smtp_needs_none_and_relays_nothing(self):
        with serving(*self.secure("--quiet"), listeners=2) as server:
            client = self.client(server)
            self.assertEqual(client.sendmail("a@b", [TO], MESSAGE), {})
            client.login(USER, PASSWORD)
            client.mail("a@b")
            self.assertEqual(client.docmd("RCPT TO:<x@elsewhere.test>")[0], 550)

    def test_log(self):
        with tempfile.TemporaryFile() as log:
            server = Server(*self.secure("--mode", "submission"), listeners=2, log=log)
            try:
                client = self.client(server)
                client.login(USER, PASSWORD)
                client.sendmail("a@b.example", ["x@elsewhere.test"], MESSAGE)
                client.quit()
                self.assertEqual(server.stop(), 0)
            finally:
                server.close()
            log.seek(0)
            text = log.read().decode()
        version = ssl.TLSVersion.TLSv1_3.name.replace("_", ".")
        transaction, connection = text.splitlines()
        self.assertRegex(transaction, rf" recipients=1 size=18 tls={version} auth=tim accepted$")
        self.assertRegex(connection, rf" tls={version} auth=tim hello=client\.example\.org accepted=1 refused=0 ms=[0-9]+ quit$")
        for secret in (PASSWORD, base64.b64encode(PASSWORD.encode()).decode()):
            self.assertNotIn(secret, text)


class Options(AuthCase):
    def run_it(self, *arguments):
        return subprocess.run([SMTPREF, "serve", "--listen", "127.0.0.1:0", "--domain", DOMAIN, "--sink", *arguments],
                              capture_output=True, text=True, timeout=PATIENCE)

    def test_exposed(self):
        self.write_users("tim:pencil\n", 0o644)
        with tempfile.TemporaryFile() as log:
            server = Server(*self.arguments("--quiet"), listeners=1, log=log)
            self.assertEqual(server.stop(), 0)
            log.seek(0)
            self.assertEqual(log.read().decode(),
                             f"smtpref serve: {self.users}: warning: everybody may read it (chmod 600 {self.users})\n")

    def test_trouble(self):
        for text, why in (("", "there is no user in it"), ("tim:pencil\nann\n", "line 2: not name:password"),
                          ("tim:{MD5}x\n", "line 1: the password's form is none of"), ("tim:a\ntim:b\n", "line 2: this user stands here twice")):
            with self.subTest(text=text):
                self.write_users(text)
                run = self.run_it("--users", self.users)
                self.assertEqual((run.returncode, run.stdout), (1, ""))
                self.assertTrue(run.stderr.startswith(f"smtpref serve: {self.users}: {why}"), run.stderr)
                self.assertEqual(run.stderr.count("\n"), 1)
        run = self.run_it("--users", "/nonexistent/users")
        self.assertEqual((run.returncode, run.stderr), (1, "smtpref serve: /nonexistent/users: No such file or directory\n"))

    def test_nothing_to_offer(self):
        """Neither kind of keys is everybody's, and passwords are not shown in clear."""
        one = subprocess.run(["gsasl", "--mkpasswd", "--mechanism", "SCRAM-SHA-1", "--password", "x"], check=True,
                             capture_output=True, text=True).stdout
        other = subprocess.run(["gsasl", "--mkpasswd", "--mechanism", "SCRAM-SHA-256", "--password", "x"], check=True,
                               capture_output=True, text=True).stdout
        self.write_users(f"tim:{one}ann:{other}")
        run = self.run_it("--users", self.users)
        self.assertEqual(run.returncode, 1)
        self.assertIn("no mechanism is good for all users", run.stderr)

    def test_wrong(self):
        for arguments in (["--auth-clear"], ["--users", self.users, "--without", "AUTH"], ["--users"],
                          ["--users", self.users, "--users", self.users]):
            with self.subTest(arguments=arguments):
                run = self.run_it(*arguments)
                self.assertEqual((run.returncode, run.stdout), (64, ""))
                self.assertTrue(run.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=1)
