#!/usr/bin/env python3
"""smtpref trace as its users see it: four outputs of each sample against its golden, exit status, errors.

usage: trace_test.py SMTPREF [--update] [UNITTEST ARGUMENTS]

--update writes the goldens anew (trace/SAMPLE.txt .json .dot .svg); look at the difference before it is committed.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import unittest
import xml.etree.ElementTree

import jsonschema

SMTPREF = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "smtpref"
UPDATE = "--update" in sys.argv and sys.argv.remove("--update") is None
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", "..", ".."))
SAMPLES = os.path.join(ROOT, "corpus", "received")
NAMES = sorted(name[:-4] for name in os.listdir(SAMPLES) if name.endswith(".eml"))
SOUND = {"crlf", "days", "forward", "hops-30", "postfix"}
SVG = "{http://www.w3.org/2000/svg}"


def trace(*arguments, data=None, cwd=SAMPLES):
    """Exit status, standard output, standard error."""
    run = subprocess.run([SMTPREF, "trace", *arguments], input=data, capture_output=True, cwd=cwd, timeout=60, check=False,
                         stdin=None if data is not None else subprocess.DEVNULL)
    return run.returncode, run.stdout, run.stderr


class Golden(unittest.TestCase):
    maxDiff = None

    def check(self, options, ending):
        """Each sample's name and output, when it is the golden's."""
        self.assertGreater(len(NAMES), 15)
        outputs = []
        for name in NAMES:
            with self.subTest(sample=name):
                status, out, err = trace(*options, name + ".eml")
                self.assertEqual((status, err), (0 if name in SOUND else 2, b""))
                self.assertTrue(all(octet in b"\n" or 32 <= octet < 127 for octet in out), "not printable ASCII")
                path = os.path.join(HERE, "trace", name + ending)
                if UPDATE:
                    with open(path, "wb") as file:
                        file.write(out)
                with open(path, "rb") as file:
                    self.assertEqual(out.decode(), file.read().decode())
                outputs.append((name, out.decode()))
        return outputs

    def test_text(self):
        for name, out in self.check((), ".txt"):
            self.assertTrue(all(line == line.rstrip() for line in out.splitlines()), name)

    def test_json(self):
        with open(os.path.join(ROOT, "ref", "cmd", "trace.schema.json"), encoding="utf-8") as file:
            schema = json.load(file)
        jsonschema.Draft7Validator.check_schema(schema)
        for name, out in self.check(("--json",), ".json"):
            document = json.loads(out)
            jsonschema.validate(document, schema)
            self.check_places(name, document)
            bad = [symbol for hop in document["hops"] for symbol in hop["findings"]]
            self.assertEqual(document["sound"], not document["findings"])
            self.assertEqual(bad, [f["symbol"] for f in document["findings"] if f["hop"] is not None])

    def check_places(self, name, document):
        """Offsets and lines are those of the file, as somebody else counts them."""
        with open(os.path.join(SAMPLES, name + ".eml"), "rb") as file:
            octets = file.read()
        header = octets.split(b"\r\n\r\n" if b"\r\n" in octets else b"\n\n")[0]
        fields = [m.start() for m in re.finditer(rb"^Received[ \t]*:", header, re.MULTILINE)]
        self.assertEqual([hop["offset"] for hop in document["hops"]], fields[::-1])
        for item in (*document["hops"], *document["findings"], *document["notes"],
                     *(hop["fault"] for hop in document["hops"] if hop["fault"])):
            self.assertEqual(item["line"], octets[:item["offset"]].count(b"\n") + 1)

    def test_dot(self):
        self.assertTrue(shutil.which("dot"), "Graphviz: scripts/setup test")
        for name, out in self.check(("--dot",), ".dot"):
            drawn = subprocess.run(["dot", "-Tsvg"], input=out.encode(), capture_output=True, timeout=60, check=False)
            self.assertEqual((drawn.returncode, drawn.stderr), (0, b""), name)
            root = xml.etree.ElementTree.fromstring(drawn.stdout)
            edges = [e for e in root.iter(SVG + "g") if e.get("class") == "edge"]
            hops = json.loads(trace("--json", name + ".eml")[1])["hops"]
            self.assertGreaterEqual(len(edges), len(hops), name)

    def test_svg(self):
        for name, out in self.check(("--svg",), ".svg"):
            root = xml.etree.ElementTree.fromstring(out)
            self.assertNotRegex(out, r"href|url\(|<script|<image")  # self-contained
            width, height = (float(root.get(key)) for key in ("width", "height"))
            self.check_inside(root, width, height)
            self.check_apart(name, root)

    def boxes(self, root):
        """Where each text is, by the width of a monospaced letter."""
        for text in root.iter(SVG + "text"):
            letter = 8.0 if text.get("class") in ("name", "title") else 6.7
            n = len("".join(text.itertext())) * letter
            x = float(text.get("x")) - (n / 2 if text.get("text-anchor") == "middle" else 0)
            if n > 0:
                yield x, float(text.get("y")), x + n, text

    def check_inside(self, root, width, height):
        for left, y, right, text in self.boxes(root):
            self.assertTrue(0 <= left and right <= width and 0 < y < height, (text.text, left, right, width))

    def check_apart(self, name, root):
        boxes = list(self.boxes(root))
        for i, (left, y, right, text) in enumerate(boxes):
            for other_left, other_y, other_right, other in boxes[:i]:
                if abs(y - other_y) < 10:
                    self.assertTrue(right <= other_left + 2 or other_right <= left + 2, f"{name}: {text.text!r} over {other.text!r}")


class Program(unittest.TestCase):
    def test_help(self):
        status, out, err = trace("--help")
        self.assertEqual((status, err), (0, b""))
        for word in (b"--json", b"--dot", b"--svg", b"--max-hops", b"Exit status", b"TRACE.md"):
            self.assertIn(word, out)
        self.assertLessEqual(max(map(len, out.splitlines())), 120)

    def test_usage(self):
        for arguments, says in (((), b"which file"), (("--json", "--dot", "-"), b"one of"), (("-", "x"), b"one file"),
                                (("--what", "-"), b"--what"), (("--max-hops", "x", "-"), b"max-hops"), (("--max-hops",), b"value"),
                                (("--json=1", "-"), b"--json=1")):
            with self.subTest(arguments=arguments):
                status, out, err = trace(*arguments)
                self.assertEqual((status, out), (64, b""))
                self.assertIn(says, err)
                self.assertEqual(err.count(b"\n"), 1)

    def test_trouble(self):
        for arguments, data, says in ((("nowhere.eml",), None, b"No such file"), ((".",), None, b"directory"),
                                      (("-",), b"", b"no header fields"), (("-",), b"\r\nbody\r\n", b"no header fields"),
                                      (("-",), b"just text\nand more\n", b"no header fields"),
                                      (("-",), b"Received: x\n" * 2001, b"more than 2000"),
                                      (("-",), b"X: " + b"y" * (17 << 20) + b"\n", b"16 MiB"),
                                      (("-",), b"X: y\n" * (4 << 20), b"16 MiB"), (("/dev/zero",), None, b"16 MiB")):
            with self.subTest(says=says, data=data and data[:20]):
                status, out, err = trace(*arguments, data=data)
                self.assertEqual((status, out), (1, b""))
                self.assertIn(says, err)
                self.assertEqual(err.count(b"\n"), 1)

    def test_full_disk(self):
        with open("/dev/full", "wb") as full:
            for form in ((), ("--json",), ("--dot",), ("--svg",)):
                run = subprocess.run([SMTPREF, "trace", *form, "postfix.eml"], stdout=full, stderr=subprocess.PIPE, cwd=SAMPLES,
                                     timeout=60, check=False)
                self.assertEqual(run.returncode, 1, form)
                self.assertIn(b"cannot be written", run.stderr)

    def test_standard_input(self):
        with open(os.path.join(SAMPLES, "gap.eml"), "rb") as file:
            data = file.read()
        self.assertEqual(trace("-", data=data), trace("gap.eml"))
        self.assertEqual(json.loads(trace("-", "--json", data=data)[1])["file"], "-")

    def test_line_ends(self):
        """CRLF or LF, one message: the same but for the offsets."""
        for name in NAMES:
            with open(os.path.join(SAMPLES, name + ".eml"), "rb") as file:
                lf = file.read().replace(b"\r\n", b"\n")
            for form in (("--dot",), ("--svg",)):
                self.assertEqual(trace(*form, "-", data=lf), trace(*form, "-", data=lf.replace(b"\n", b"\r\n")), name)
            ours, theirs = (json.loads(trace("--json", "-", data=data)[1]) for data in (lf, lf.replace(b"\n", b"\r\n")))
            for one, other in zip(ours["hops"], theirs["hops"]):
                self.assertEqual(one["line"], other["line"])
                self.assertEqual(one["offset"] + one["line"] - 1, other["offset"])

    def test_bare_lf_in_a_crlf_file(self):
        status, out, _ = trace("--json", "-", data=b"Received: from a.b\r\n\tby c.d\n\twith SMTP; Thu, 15 Jan 2026 10:00:00 +0000\r\n\r\n")
        self.assertEqual(status, 2)
        self.assertEqual(json.loads(out)["hops"][0]["fault"]["offset"], 27)

    def test_mailbox_file(self):
        status, out, _ = trace("-", data=b"From x@y Thu Jan 15 10:00:00 2026\nSubject: x\n\n")
        self.assertEqual((status, out.splitlines()[0]), (0, b"no Received fields: no server had this message yet"))
        for form in ("--json", "--dot", "--svg"):
            self.assertEqual(trace(form, "-", data=b"Subject: x\n\n")[0], 0)

    def test_no_end(self):
        """The section may end with the file, its last line without an end."""
        field = b"Received: from a.b by c.d; Thu, 15 Jan 2026 10:00:00 +0000"
        for data in (field, field + b"\n", field + b"\r\n", field + b"\n\nReceived: x"):
            status, out, _ = trace("--json", "-", data=data)
            self.assertEqual((status, len(json.loads(out)["hops"])), (0, 1))

    def test_limit(self):
        hops = b"".join(b"Received: from h%d.x by h%d.x; Thu, 15 Jan 2026 10:00:00 +0000\n" % (i - 1, i) for i in range(101, 0, -1))
        one_less = hops.split(b"\n", 1)[1]
        self.assertEqual(trace("-", data=one_less)[0], 0)
        status, out, _ = trace("-", data=hops)
        self.assertEqual(status, 2)
        self.assertIn(b"101 hops, over the limit of 100", out)
        self.assertEqual(trace("-", "--max-hops=101", data=hops)[0], 0)
        self.assertEqual(trace("--max-hops", "0", "-", data=b"Subject: x\n")[0], 0)
        self.assertEqual(trace("--max-hops", "0", "-", data=one_less)[0], 2)
        for form in ("--json", "--dot", "--svg"):
            self.assertEqual(trace(form, "-", data=hops)[0], 2)

    def test_undated_origin(self):
        """In the drawing it stands where time begins."""
        data = b"".join(b"Received: from x by y; Thu, 15 Jan 2026 10:0%d:00 +0000\n" % i for i in (2, 1)) + b"Received: from x by y\n"
        circles = xml.etree.ElementTree.fromstring(trace("--svg", "-", data=data)[1]).iter(SVG + "circle")
        self.assertEqual(len({circle.get("cx") for circle in circles}), 1)

    def test_long_words(self):
        data = b"Received: from " + b"a" * 9000 + b" by <b&\"\\>" + b"b" * 300 + b" with \x1b]0;x\x07;\n\n"
        for form in ((), ("--json",), ("--dot",), ("--svg",)):
            status, out, _ = trace(*form, "-", data=data)
            self.assertEqual(status, 2)
            self.assertNotIn(b"\x1b", out)
            if form == ("--svg",):
                xml.etree.ElementTree.fromstring(out)
            if form == ("--dot",):
                self.assertEqual(subprocess.run(["dot", "-Tsvg"], input=out, capture_output=True, timeout=60, check=False).returncode, 0)


if __name__ == "__main__":
    unittest.main()
