#!/usr/bin/env python3
"""The first contact: servers that cannot be tested, and what smtpspec check says about them.

How long it takes is not measured: a server that is silent is asked once, which is one --timeout.
"""
import shlex
import socket
import unittest

from program import NOTHING, OK, SCENARIOS, TROUBLE, USAGE, Case, verdicts
from servers import GREETING, Talker, closes, floods, make_certificate, says, serving, silent


class Contact(Case):
    def fails(self, server, about, *arguments, status=TROUBLE):
        """The run could not be made: a message that names the server, whole reports, nothing that counts."""
        target = server if isinstance(server, str) else server.name
        run, report = self.check("--timeout", "1", *arguments, target, status=status)
        self.assertIn(about, run.stderr)
        self.assertIn(target.split("://")[-1], run.stderr)
        self.assertEqual(run.stderr.count("\n"), 1, run.stderr)
        self.assertEqual(report["exit"], status)
        self.assertEqual(report["cases"], [])
        self.assertEqual(report["summary"]["pass"], 0)
        return run, report

    def test_closed_port(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
            self.fails("127.0.0.1:%d" % taken.getsockname()[1], "connection refused: 127.0.0.1")

    def test_no_such_name(self):
        self.fails("nowhere.invalid:25", "nowhere.invalid")

    def test_never_answers(self):
        with serving(silent) as server:
            self.fails(server, "the greeting has not come within 1 s")
            self.assertEqual(server.count, 1)

    def test_never_answers_ehlo(self):
        with serving(says(GREETING)) as server:
            _, report = self.fails(server, "the answer to EHLO has not come within 1 s")
            self.assertEqual(report["target"]["greeting"], "220 mx.example.test ready")
            self.assertEqual(server.count, 1)

    def test_half_a_greeting(self):
        with serving(says(b"220-mx.example.test\r\n220 re")) as server:
            self.fails(server, "the greeting has not come within 1 s")

    def test_never_shakes_hands(self):
        with serving(silent) as server:
            self.fails("smtps://" + server.name, "the TLS handshake has not ended within 1 s")

    def test_closes_at_once(self):
        with serving(closes) as server:
            self.fails(server, "closed the connection before the greeting")
            self.assertEqual(server.count, 1)

    def test_floods(self):
        for octets, about in ((b"x", "64 KiB and more without an end as the greeting"),
                              (b"220-more\r\n", "64 KiB and more without an end as the greeting"),
                              (b"HTTP/1.1 400 Bad Request\r\n", "what is no SMTP reply as the greeting: \"HTTP/1.1 400"),
                              (b"\r\n", "what is no SMTP reply as the greeting")):
            with self.subTest(octets=octets), serving(floods(octets)) as server:
                self.fails(server, about)

    def test_no_reply_in_the_middle(self):
        with serving(says(b"220-mx.example.test\r\nnonsense\r\n")) as server:
            self.fails(server, "what is no SMTP reply as the greeting: \"nonsense\"")

    def test_not_now(self):
        with serving(says(b"421 mx.example.test too busy\r\n")) as server:
            self.fails(server, "is not ready now: \"421 mx.example.test too busy\"")

    def test_refuses_our_name(self):
        with serving(Talker(replies={b"EHLO": b"550 who?\r\n", b"HELO": b"550 who?\r\n"})) as server:
            run, _ = self.fails(server, "550 who?")
            self.assertIn("--ehlo", run.stderr)

    def test_answers_ehlo_with_another_code(self):
        with serving(Talker(replies={b"EHLO": b"220 ok\r\n"})) as server:
            run, _ = self.fails(server, "answers EHLO with neither 250 nor a refusal: \"220 ok\"")
            self.assertNotIn("--ehlo", run.stderr)

    def test_no_starttls(self):
        with serving(Talker()) as server:
            self.fails(server, "does not offer STARTTLS", "--starttls")

    def test_refuses_starttls(self):
        talker = Talker(hello=b"250-mx\r\n250 STARTTLS\r\n", replies={b"STARTTLS": b"454 no\r\n"})
        with serving(talker) as server:
            self.fails(server, "refuses STARTTLS: \"454 no\"", "--starttls")

    def test_no_tls_in_starttls(self):
        with serving(Talker(hello=b"250-mx\r\n250 STARTTLS\r\n", replies={b"STARTTLS": b"220 go\r\n220 really\r\n"})) as server:
            self.fails(server, "TLS", "--starttls")

    def test_refuses_the_log_in(self):
        with serving(Talker(replies={b"AUTH": b"535 wrong\r\n"})) as server:
            run, _ = self.fails(server, "refuses the log in of --auth: \"535 wrong\"", "--auth", "somebody:secret")
            self.assertNotIn("secret", run.stdout + run.stderr)


class Denied(Case):
    def test_554(self):
        with serving(Talker(greeting=b"554 no mail here\r\n")) as server:
            run, report = self.check("--timeout", "1", "--exclude", "greeting", server.name, status=NOTHING)
            self.assertIn("gives no service: \"554 no mail here\"", run.stderr)
            self.assertIn("nothing was concluded", run.stdout)
            self.assertEqual(server.count, 1)
            self.assertEqual(report["exit"], NOTHING)
            self.assertEqual(set(verdicts(report).values()), {"skip"})

    def test_554_is_what_some_cases_ask_for(self):
        with serving(Talker(greeting=b"554 no mail here\r\n")) as server:
            _, report = self.check("--timeout", "5", server.name, status=OK)
            self.assertEqual({case for case, verdict in verdicts(report).items() if verdict == "pass"}, {"greeting/refused"})


class Fine(Case):
    def test_plain(self):
        with serving(Talker()) as server:
            _, report = self.check(server.name, status=OK)
            self.assertEqual(verdicts(report), {"greeting/refused": "skip", "mail/accepted": "skip", "noop/argument/word": "pass",
                                                "noop/argument/quoted": "pass", "noop/plain": "pass",
                                                "quit/first-command": "pass"})
            why = {case["id"]: case["why"] for case in report["cases"]}
            self.assertIn("--effect mail or --rcpt", why["mail/accepted"])
            target = report["target"]
            self.assertEqual(target["url"], "smtp://" + server.name)
            self.assertEqual((target["tls"], target["ehlo"]), ("none", ["PIPELINING", "SIZE 1000000"]))
            self.assertFalse(report["interrupted"])

    def test_ipv6(self):
        if not has_ipv6():
            self.skipTest("no IPv6 on this machine")
        with serving(Talker(), "::1") as server:
            _, report = self.check(server.name, status=OK)
            self.assertEqual(report["target"]["url"], f"smtp://[::1]:{server.port}")

    def test_helo_only(self):
        talker = Talker(replies={b"EHLO": b"500 what\r\n"})
        with serving(talker) as server:
            _, report = self.check("--only", "quit", server.name, status=OK)
            self.assertEqual(report["target"]["ehlo"], [])
            self.assertIn(b"HELO client.example.org\r\n", talker.said)

    def test_mail_with_a_recipient(self):
        talker = Talker()
        with serving(talker) as server:
            _, report = self.check("--rcpt", "tester@example.test", "--from", "me@example.org", "--only", "mail", server.name,
                                   status=OK)
            self.assertEqual(verdicts(report), {"mail/accepted": "pass"})
            self.assertIn(b"MAIL FROM:<me@example.org>\r\n", talker.said)
            self.assertIn(b"RCPT TO:<tester@example.test>\r\n", talker.said)
        with serving(talker) as server:
            _, report = self.check("--rcpt", "tester@example.test", "--effect", "none", server.name, "--only", "mail",
                                   status=NOTHING)
            self.assertEqual(verdicts(report), {"mail/accepted": "skip"})

    def test_our_name(self):
        talker = Talker()
        with serving(talker) as server:
            self.check("--only", "noop/plain", "--ehlo", "[127.0.0.1]", server.name, status=OK)
            self.assertEqual({line for line in talker.said if line.startswith(b"EHLO")}, {b"EHLO [127.0.0.1]\r\n"})
            talker.said.clear()
            self.check("--only", "noop/plain", server.name, status=OK)
            self.assertEqual({line for line in talker.said if line.startswith(b"EHLO")},
                             {b"EHLO client.example.org\r\n", b"EHLO noop-plain.client.example.org\r\n"})


class Tls(Case):
    def setUp(self):
        super().setUp()
        self.cert, self.context = make_certificate(self.folder.name)
        self.talker = Talker(hello=b"250-mx.example.test\r\n250-STARTTLS\r\n250 SIZE\r\n", context=self.context)

    def test_certificate(self):
        with serving(self.talker) as server:
            target = f"localhost:{server.port}"
            run, report = self.check("--timeout", "5", "--starttls", target, status=TROUBLE)
            self.assertIn("certificate", run.stderr)
            self.assertIn("--insecure", run.stderr)
            self.assertIn("--ca", run.stderr)
            self.assertEqual(report["cases"], [])
            for arguments in (["--ca", self.cert], ["--insecure"]):
                with self.subTest(arguments=arguments):
                    _, report = self.check("--starttls", *arguments, "--only", "noop", target, status=OK)
                    self.assertEqual(report["target"]["tls_version"], "TLSv1.3")
                    self.assertEqual(report["target"]["tls"], "starttls")
                    self.assertEqual(set(verdicts(report).values()), {"pass"})
                    again = {case["id"]: shlex.split(case["again"]) for case in report["cases"]}
                    self.assertEqual(again["noop/plain"], ["smtpspec", "check", "--only", "noop/plain", "--starttls", *arguments,
                                                           "--scenarios", SCENARIOS, target])

    def test_implicit(self):
        def implicit(connection, number):
            with self.context.wrap_socket(connection, server_side=True) as secure:
                self.talker(secure, number)
        with serving(implicit) as server:
            for arguments in ([f"smtps://localhost:{server.port}"], ["--tls", f"localhost:{server.port}"]):
                with self.subTest(arguments=arguments):
                    _, report = self.check("--insecure", "--only", "noop", *arguments, status=OK)
                    self.assertEqual(report["target"]["tls"], "implicit")
                    self.assertEqual(report["target"]["url"], f"smtps://localhost:{server.port}")

    def test_ca_that_is_none(self):
        run = self.run_it("check", "--ca", "/nonexistent.pem", "--starttls", "localhost:25", status=TROUBLE)
        self.assertIn("/nonexistent.pem", run.stderr)

    def test_password_in_clear(self):
        run = self.run_it("check", "--auth", "somebody:secret", "mx.example.test", status=USAGE)
        self.assertIn("--starttls", run.stderr)
        self.assertNotIn("secret", run.stderr)


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as s:
            s.bind(("::1", 0))
            return True
    except OSError:
        return False


if __name__ == "__main__":
    unittest.main(verbosity=1)
