#!/usr/bin/env python3
"""Where reports go and what keeps them from being written."""
import json
import os
import re
import unittest
import xml.etree.ElementTree

from program import FAIL, OK, SCENARIOS, TROUBLE, USAGE, Case, results, verdicts
from servers import Talker, serving


class Self(Case):
    def test_modes(self):
        for mode, tls in (([], "none"), (["--starttls"], "starttls"), (["--tls"], "implicit")):
            with self.subTest(mode=mode):
                run, report = self.check(*mode, status=OK)
                self.assertEqual(run.stderr, "")
                self.assertEqual(report["target"]["url"], "self")
                self.assertEqual(report["target"]["tls"], tls)
                self.assertEqual(report["target"]["tls_version"], "TLSv1.3" if mode else None)
                self.assertRegex(report["target"]["greeting"], r"^220 \S+")
                self.assertEqual(verdicts(report)["mail/accepted"], "pass")
                self.assertEqual(verdicts(report)["greeting/refused"], "pass")

    def test_repeatable(self):
        first, second = (self.check("self", status=OK)[1] for _ in range(2))
        for report in (first, second):
            report["started"] = report["seconds"] = None
        # the clock is virtual: the same octets at the same times
        strip = re.compile(r"Date: [^\\]*")
        self.assertEqual(strip.sub("", json.dumps(first)), strip.sub("", json.dumps(second)))

    def test_seed(self):
        texts = [json.dumps(self.check("--seed", seed, "--only", "mail", "self", status=OK)[1]["cases"]) for seed in "12"]
        self.assertNotEqual(*texts)

    def test_transcripts(self):
        _, report = self.check("--only", "noop/plain", status=OK)
        self.assertIn({"NOOP\\r\\n"}, [{line["bytes"]} for line in report["cases"][0]["transcript"]])
        _, report = self.check("--only", "noop/plain", "--no-transcripts", status=OK)
        self.assertFalse(report["cases"][0].get("transcript"))


class Page(Case):
    def test_what_a_server_sent(self):
        """Whatever it says, nothing of it is markup."""
        evil = b"220 mx.example.test <script>alert(1)</script><!--<script>\r\n"
        replies = {b"NOOP": b"550 </script><script>document.title='owned'</script>\r\n"}
        with serving(Talker(greeting=evil, replies=replies)) as server:
            self.check("--html", self.path("a.html"), server.name, status=FAIL)
        with open(self.path("a.html"), encoding="utf-8") as f:
            text = f.read()
        self.assertEqual(results(text)["report"], self.report())
        self.assertIn("</script><script>document.title='owned'", json.dumps(self.report()))
        self.assertNotIn("<script>document", text)
        self.assertEqual((text.count("<script"), text.count("</script>"), text.count("<!--")), (2, 2, 0))

    def test_both_ehlos(self):
        _, report = self.check("--starttls", "self", status=OK)
        self.assertIn("STARTTLS", report["target"]["ehlo_clear"])
        self.assertNotIn("STARTTLS", report["target"]["ehlo"])
        for mode in ("--tls", "self"):
            _, report = self.check(mode, status=OK)
            self.assertIsNone(report["target"]["ehlo_clear"])

    def test_where_cases_stand(self):
        _, report = self.check("self", status=OK)
        for case in report["cases"]:
            self.assertTrue(case["id"].startswith(case["file"].removesuffix(".smtp")), case["file"])
            self.assertTrue(os.path.exists(os.path.join(SCENARIOS, case["file"])))


class Where(Case):
    def test_standard_output(self):
        for option, read in (("--json", json.loads), ("--junit", xml.etree.ElementTree.fromstring),
                             ("--tap", lambda text: self.assertIn("\n1..", "\n" + text)), ("--html", results)):
            with self.subTest(option=option):
                run = self.run_it("check", "--scenarios", SCENARIOS, option, "-", status=OK)
                read(run.stdout)
                self.assertIn("conformant in what was tested", run.stderr)

    def test_all_at_once(self):
        names = [self.path(name) for name in ("a.json", "a.xml", "a.tap", "a.html")]
        run = self.run_it("check", "--scenarios", SCENARIOS, "--json", names[0], "--junit", names[1], "--tap", names[2],
                          "--html", names[3], status=OK)
        self.assertIn("conformant in what was tested", run.stdout)
        self.assertTrue(run.stdout.endswith(f"\n report: {names[3]}\n"))
        for name in names:
            self.assertGreater(os.path.getsize(name), 0)

    def test_two_on_standard_output(self):
        run = self.run_it("check", "--json", "-", "--tap", "-", status=USAGE)
        self.assertIn("standard output", run.stderr)

    def test_not_writable(self):
        """Said before the server is asked anything."""
        with serving(Talker()) as server:
            for option in ("--json", "--junit", "--tap", "--html"):
                run = self.run_it("check", option, "/nonexistent/report", server.name, status=TROUBLE)
                self.assertIn("/nonexistent/report: No such file or directory", run.stderr)
            self.assertEqual(server.count, 0)

    def test_full_disk(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full here")
        for option in ("--json", "--html"):
            run = self.run_it("check", "--scenarios", SCENARIOS, option, "/dev/full", "self", status=TROUBLE)
            self.assertIn("/dev/full", run.stderr)


class Text(Case):
    def test_quiet(self):
        run = self.run_it("check", "--scenarios", SCENARIOS, "--quiet", "self", status=OK)
        self.assertRegex(run.stdout, r"\Aself: 6 pass, [0-9.]+ s: conformant in what was tested\n\Z")
        with serving(Talker(replies={b"NOOP": b"550 no\r\n"})) as server:
            run = self.run_it("check", "--scenarios", SCENARIOS, "--quiet", server.name, status=FAIL)
            lines = run.stdout.splitlines()
            self.assertRegex(lines[0], r"^FAIL +must +noop/plain ")
            self.assertNotIn("noop/argument", run.stdout)
            self.assertIn("550 no\\r\\n", run.stdout)
            self.assertRegex(lines[-1], r"1 pass, 1 FAIL, 2 warn, 2 skipped, [0-9.]+ s: not conformant$")

    def test_verbose(self):
        run = self.run_it("check", "--scenarios", SCENARIOS, "self", status=OK)
        self.assertNotIn("noop/plain", run.stdout)
        run = self.run_it("check", "--scenarios", SCENARIOS, "--verbose", "self", status=OK)
        self.assertIn("noop/plain", run.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=1)
