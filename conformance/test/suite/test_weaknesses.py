#!/usr/bin/env python3
"""corpus/weaknesses/entries.tsv: each known weakness is accounted for, and what it names is there.

    test_weaknesses.py SMTPSPEC SOURCE
"""
import json
import os
import re
import subprocess
import sys
import unittest

SMTPSPEC, SOURCE = sys.argv[1:3]
FOLDER = os.path.join(SOURCE, "corpus", "weaknesses")
SEEN = {"scenario", "hidden", "client"}  # hidden: not seen from outside, or not without harm; with the reason


def entries():
    with open(os.path.join(FOLDER, "entries.tsv"), encoding="utf-8") as f:
        head, *rows = [line.rstrip("\n").split("\t") for line in f]
    assert head == ["entry", "role", "product", "seen", "where"], head
    return [dict(zip(head, row, strict=True)) for row in rows]


def shipped():
    return json.loads(subprocess.run([SMTPSPEC, "list", "--json"], capture_output=True, check=True).stdout)


def cited(file):
    with open(file, encoding="utf-8") as f:
        line = re.search(r"^cite: (.*)$", f.read(), re.MULTILINE)
    return line.group(1).split() if line else []


class Entries(unittest.TestCase):
    def setUp(self):
        self.files = {}  # the name of a file, without that of its each: line
        for case in shipped():
            name = case["file"].rsplit(".smtp", 1)[0]
            self.files[case["id"] if name.endswith(case["id"]) else case["id"].rsplit("/", 1)[0]] = case["file"]

    def test_each_stands_once(self):
        names = [entry["entry"] for entry in entries()]
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual(len(names), 130)

    def test_each_is_accounted_for(self):
        for entry in entries():
            with self.subTest(entry["entry"]):
                self.assertIn(entry["seen"], SEEN)
                self.assertTrue(entry["where"])
                self.assertFalse(entry["role"] == "server" and entry["seen"] == "client")

    def test_scenarios_are_there_and_cite_it(self):
        for entry in entries():
            for where in entry["where"].split() if entry["seen"] == "scenario" else []:
                with self.subTest(entry["entry"], where=where):
                    self.assertIn(where, self.files)
                    self.assertIn(entry["entry"], cited(self.files[where]))

    def test_files_are_named(self):
        named = {where for entry in entries() if entry["seen"] == "scenario" for where in entry["where"].split()}
        ours = {name for name in self.files if name.startswith("weaknesses/")}
        self.assertGreater(len(ours), 24)
        self.assertEqual(ours - named, set())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
