#!/usr/bin/env python3
"""Third parties' reading of the reports: json and jsonschema, xmllint and junitparser, html.parser, and a small TAP parser.

usage: check_reports.py SAMPLE SCHEMA XSD SHAPE

SAMPLE writes a run of the fixture in a format; SHAPE is the example of a report that users know. Exits 1 and says
what is wrong.
"""
import copy
import functools
import html.parser
import json
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

import jsonschema
import junitparser

RUNS = ("full", "interrupted", "clean", "nothing", "hostile", "client")
NASTY = bytes(range(256))
LATER = {"file", "cite", "ehlo_clear", "not_run", "known", "attempts", "baseline_broken"}  # fields that came to the format behind its first version
OK = {"pass", "warn", "info", "skip"}
POINT = re.compile(r"(ok|not ok) (\d+) - ((?:[^#\\]|\\.)*?)(?: # (SKIP|TODO) (.*))?")
OCTET = re.compile(r"\\(?:x([0-9a-f]{2})|([rnt\\]))")

faults = []


def expect(condition, text):
    if not condition:
        faults.append(text)


@functools.lru_cache(maxsize=None)
def sample(form, run):
    done = subprocess.run([sys.argv[1], form, run], stdout=subprocess.PIPE, timeout=60, check=True)
    return done.stdout.decode("utf-8")  # strict: whatever octets came, a report is UTF-8


def octets(text):
    """The octets that an escaped string stands for."""
    named = {"r": "\r", "n": "\n", "t": "\t", "\\": "\\"}
    plain = OCTET.sub(lambda m: chr(int(m.group(1), 16)) if m.group(1) else named[m.group(2)], text)
    return plain.encode("latin-1")


# ---- JSON --------------------------------------------------------------------------------------

def compare_shape(shape, value, where):
    """What the example has, with the type that it has there; lists by their first item."""
    if isinstance(shape, dict):
        expect(isinstance(value, dict), f"{where}: not an object")
        for key, inner in shape.items():
            if key not in value:
                faults.append(f"{where}: no {key}")
            else:
                compare_shape(inner, value[key], f"{where}.{key}")
    elif isinstance(shape, list):
        expect(isinstance(value, list), f"{where}: not a list")
        for i, item in enumerate(value):
            compare_shape(shape[0], item, f"{where}[{i}]")
    elif isinstance(shape, bool) or isinstance(shape, str):
        expect(isinstance(value, type(shape)), f"{where}: {value!r} is not like {shape!r}")
    else:
        expect(isinstance(value, (int, float)) and not isinstance(value, bool), f"{where}: {value!r} is no number")


def spoilt(report):
    """Reports that the schema has to refuse, each with one thing wrong."""
    def without(*path):
        broken = copy.deepcopy(report)
        at = broken
        for step in path[:-1]:
            at = at[step]
        del at[path[-1]]
        return f"without {path}", broken

    def replaced(value, *path):
        broken = copy.deepcopy(report)
        at = broken
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = value
        return f"{path} = {value!r}", broken

    for key in report:
        if key not in LATER:
            yield without(key)
    for part in (("target",), ("summary",), ("summary", "must"), ("cases", 0), ("cases", 1, "transcript", 0), ("findings", 0)):
        at = report
        for step in part:
            at = at[step]
        for key in at:
            if key not in ("transcript", "disputed") and key not in LATER:
                yield without(*part, key)
    yield replaced("smtpspec-report/2", "schema")
    yield replaced("today", "started")
    yield replaced("passed", "cases", 0, "verdict")
    yield replaced("MUST", "cases", 0, "level")
    yield replaced("250 ok\r\n", "cases", 0, "received")
    yield replaced("\\q", "cases", 0, "received")
    yield replaced("\\xFF", "findings", 0, "bytes")
    yield replaced("C", "findings", 0, "side")
    yield replaced("c", "cases", 1, "transcript", 0, "from")
    yield replaced(-1, "summary", "pass")
    yield replaced(1.5, "seed")


def check_json(schema, shape):
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    expect(validator.is_valid(shape), "the schema refuses the example")
    for run in RUNS:
        for form in ("json", "bare"):
            report = json.loads(sample(form, run))
            for error in validator.iter_errors(report):
                faults.append(f"{form} {run}: {list(error.absolute_path)}: {error.message}")
    full = json.loads(sample("json", "full"))
    compare_shape(shape, full, "full")
    known = {key for key in shape["cases"][0]} | {"disputed", *LATER}
    expect(all(set(case) <= known for case in full["cases"]), "a case has fields that nobody knows")
    for name, report in spoilt(full):
        expect(not validator.is_valid(report), f"the schema takes a report {name}")


def check_json_content():
    full = json.loads(sample("json", "full"))
    verdicts = [case["verdict"] for case in full["cases"]]
    for name in ("pass", "warn", "info", "inconclusive", "skip", "error"):
        expect(full["summary"][name] == verdicts.count(name), f"summary of {name}")
    expect(full["seed"] == 2**64 - 1, "seed")
    by_id = {case["id"]: case for case in full["cases"]}
    every = by_id["replies/every-octet"]
    expect(octets(every["received"]) == NASTY, "received is not what came")
    expect(octets(every["transcript"][-1]["bytes"]) == NASTY, "the transcript is not what came")
    unexpected = {case["id"] for case in full["cases"] if case["expectation"] == "unexpected"}
    expect(unexpected == {"data/eod-lf-dot-lf", "replies/every-octet", "quit/second"}, f"unexpected: {unexpected}")
    expect([c["id"] for c in full["cases"] if "disputed" in c] == ["quit/with-argument"], "disputed")
    findings = [(f["rule"], f["side"], f["case"], f["count"], f["verdict"]) for f in full["findings"]]
    expect(findings == [("reply-line-ends-in-crlf", "server", "data/eod-lf-dot-lf", 5, "fail"),
                        ("command-line-ends-in-crlf", "client", "data/eod-lf-dot-lf", 1, "fail"),
                        ("reply-line-ends-in-crlf", "server", "replies/text", 1, "fail"),
                        ("reply-is-ascii", "server", "replies/text", 1, "warn")], f"findings: {findings}")
    bare = json.loads(sample("bare", "full"))
    expect(all("transcript" not in case for case in bare["cases"]), "transcripts although they were not wanted")
    for case in full["cases"]:
        del case["transcript"]
    expect(bare == full, "without transcripts other things change too")


def check_json_runs():
    part = json.loads(sample("json", "interrupted"))
    expect(part["interrupted"] is True and len(part["cases"]) == 4, "interrupted: not just what was run")
    nothing = json.loads(sample("json", "nothing"))
    expect(nothing["target"]["greeting"] is None and nothing["target"]["tls_version"] is None, "no greeting is null")
    expect(nothing["target"]["ehlo"] == [] and nothing["target"]["tls"] == "none", "no EHLO is empty")
    again = {case["id"]: case["again"] for case in nothing["cases"]}
    expect(again["starttls/twice"] == "smtpspec check --only starttls/twice self", f"again: {again}")
    expect(json.loads(sample("json", "client"))["target"]["role"] == "client", "role")
    hostile = json.loads(sample("json", "hostile"))
    expect(octets(hostile["target"]["ehlo"][0]) == NASTY[1:], "EHLO line of all octets")


# ---- JUnit -------------------------------------------------------------------------------------

def kind(case):
    for name in ("failure", "error", "skipped", "system-out"):
        if case.find(name) is not None:
            return name
    return "pass"


def lint(text):
    """What xmllint has to say against it, by the schema."""
    done = subprocess.run(["xmllint", "--noout", "--schema", sys.argv[3], "-"], input=text.encode(), stderr=subprocess.PIPE, check=False)
    return "" if done.returncode == 0 else done.stderr.decode()


def check_junitparser(run, text):
    """A reader that is not ours counts what the summary says."""
    with tempfile.NamedTemporaryFile(suffix=".xml") as file:
        file.write(text.encode())
        file.flush()
        suites = junitparser.JUnitXml.fromfile(file.name)
    kinds = [type(case.result[0]).__name__ if case.result else "" for suite in suites for case in suite]
    counts = {"failures": kinds.count("Failure"), "errors": kinds.count("Error"), "skipped": kinds.count("Skipped"), "tests": len(kinds)}
    said = {name: getattr(suites, name) for name in counts}
    expect(said == counts, f"junit {run}: junitparser counts {counts}, the file says {said}")
    cases = json.loads(sample("json", run))
    disputed = sum("disputed" in case for case in cases["cases"])
    sums = cases["summary"]
    rules = {(f["rule"]) for f in cases["findings"] if f["side"] == cases["target"]["role"] and f["verdict"] == "fail"}
    want = {"failures": sums["fail"] + len(rules), "errors": sums["error"], "skipped": sums["skip"] + sums["inconclusive"] + disputed}
    expect({name: counts[name] for name in want} == want, f"junit {run}: {counts} is not the summary's {want}")


def check_junit_schema():
    """It can refuse."""
    text = sample("junit", "full")
    for name, old, new in (("no name", ' name="data/eod-lf-dot-lf"', ""), ("no time", ' time="0.0125"', ""),
                           ("no message", ' message="LF.LF ended the message"', ""), ("a strange element", "<system-out>", "<system-err>"),
                           ("a negative count", 'failures="3"', 'failures="-3"'), ("no type", ' type="must"', "")):
        expect(old in text, f"junit schema: nothing to spoil for {name}")
        spoilt_text = text.replace(old, new).replace("</system-out>", "</system-err>" if "err" in new else "</system-out>")
        expect(lint(spoilt_text) != "", f"the schema takes a JUnit file with {name}")


def check_junit_run(run):
    text = sample("junit", run)
    expect(lint(text) == "", f"junit {run}: {lint(text)}")
    check_junitparser(run, text)
    root = ElementTree.fromstring(text.encode())
    for suite in [root, *root.findall("testsuite")]:
        cases = list(suite.iter("testcase"))
        for attribute, name in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            counted = sum(kind(case) == name for case in cases)
            expect(int(suite.get(attribute)) == counted, f"junit {run} {suite.get('name')}: {attribute} is not {counted}")
        expect(int(suite.get("tests")) == len(cases), f"junit {run} {suite.get('name')}: tests")
    return root


def check_junit():
    roots = {run: check_junit_run(run) for run in RUNS}
    cases = {case.get("name"): case for case in roots["full"].iter("testcase")}
    for case in json.loads(sample("json", "full"))["cases"]:
        want = {"fail": "failure", "error": "error", "skip": "skipped", "inconclusive": "skipped", "warn": "system-out",
                "pass": "pass", "info": "pass"}[case["verdict"]]
        want = "skipped" if "disputed" in case else want
        expect(kind(cases[case["id"]]) == want, f"junit {case['id']}: {kind(cases[case['id']])}, not {want}")
    expect(cases["quit/after-mail"].find("skipped").get("message").startswith("inconclusive: 450"), "junit: inconclusive")
    expect(cases["starttls/twice"].find("skipped").get("message") == "skip: STARTTLS is not offered", "junit: skip")
    failure = cases["data/eod-lf-dot-lf"].find("failure")
    expect(failure.get("message") == "LF.LF ended the message", "junit: failure's message")
    expect("RFC 5321 4.1.1.4" in failure.text and "again" in failure.text, "junit: failure's evidence")
    expect(kind(cases["reply-line-ends-in-crlf"]) == "failure", "junit: finding")
    expect("command-line-ends-in-crlf" not in cases, "junit: our own side is not under test")
    expect(sum(1 for _ in roots["interrupted"].iter("testcase")) == 6, "junit: interrupted")


# ---- TAP ---------------------------------------------------------------------------------------

def parse_tap(run):
    """Points as (ok, name, directive, reason, diagnostics), and what bailed out."""
    lines = sample("tap", run).split("\n")
    expect(lines[0] == "TAP version 13" and lines[-1] == "", f"tap {run}: head or tail")
    plan = re.fullmatch(r"1\.\.(\d+)", lines[1])
    points, bail = [], None
    for line in lines[2:-1]:
        match = POINT.fullmatch(line)
        if line.startswith("#"):
            points[-1][4].append(line[2:])
        elif line.startswith("Bail out!"):
            bail = line
        elif match:
            expect(int(match.group(2)) == len(points) + 1, f"tap {run}: number {match.group(2)}")
            points.append((match.group(1) == "ok", match.group(3), match.group(4), match.group(5), []))
        else:
            faults.append(f"tap {run}: no TAP: {line!r}")
    expect(plan is not None and int(plan.group(1)) == len(points), f"tap {run}: plan")
    return points, bail


def check_tap():
    points = {point[1]: point for point in parse_tap("full")[0]}
    for case in json.loads(sample("json", "full"))["cases"]:
        ok, _, directive, reason, diagnostics = points[case["id"]]
        expect(ok == (case["verdict"] in OK), f"tap {case['id']}: ok is {ok}")
        expect((directive == "SKIP") == (case["verdict"] == "skip"), f"tap {case['id']}: SKIP")
        todo = case["verdict"] == "inconclusive" or "disputed" in case
        expect((directive == "TODO") == todo, f"tap {case['id']}: TODO")
        if case["verdict"] in ("warn", "info"):
            expect(diagnostics == [f"{case['verdict']}: {case['why']}"], f"tap {case['id']}: {diagnostics}")
        if directive == "SKIP":
            expect(reason == case["why"], f"tap {case['id']}: {reason}")
        if case["verdict"] == "inconclusive":
            expect(reason == "inconclusive: " + case["why"], f"tap {case['id']}: {reason}")
    expect(not points["observer/reply-line-ends-in-crlf"][0], "tap: a broken rule is not ok")
    expect(points["observer/reply-is-ascii"][0], "tap: a should of the observer is ok")
    part, bail = parse_tap("interrupted")
    expect(len(part) == 6 and bail == "Bail out! interrupted: 9 of 13 cases were not run", f"tap: {bail}")
    for run in ("clean", "nothing", "client"):
        expect(parse_tap(run)[1] is None, f"tap {run}: bails out")
    hostile = parse_tap("hostile")[0]
    expect(len(hostile) == 8 and [p[2] for p in hostile].count("TODO") == 1, "tap: what was sent became a directive")


# ---- the page ----------------------------------------------------------------------------------

class Page(html.parser.HTMLParser):
    """Its elements, and the texts of its scripts."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.scripts, self.inside = [], [], False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, tuple(attrs)))
        self.inside = tag == "script"
        if self.inside:
            self.scripts.append("")

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.scripts[-1] += data


def check_html():
    clean = Page(sample("html", "clean")).elements
    for run in RUNS:
        text = sample("html", run)
        page = Page(text)
        expect(page.elements == clean, f"html {run}: what was received became an element")
        expect(len(page.scripts) == 2, f"html {run}: {len(page.scripts)} scripts")
        data = json.loads(page.scripts[0])
        expect(data["report"] == json.loads(sample("json", run)), f"html {run}: the results are not those of the JSON report")
        expect(not re.search("[<>&\u2028\u2029]", page.scripts[0]), f"html {run}: an octet that a script element does not like")
        outside = text.replace(page.scripts[0], "")
        expect(not re.search(r"https?://|//[a-z]+\.|@import|url\(", outside), f"html {run}: it names something to be loaded")
        expect("innerHTML" not in outside and "document.write" not in outside, f"html {run}: it makes markup of strings")
        ids = {row[0] for row in data["ledger"]}
        expect("R5321-4.1.1.4-i" in ids, f"html {run}: no ledger")


def check_text():
    for run in RUNS:
        for form in ("text", "verbose"):
            text = sample(form, run)
            bad = [line for line in text.split("\n") if re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e]", line)]
            expect(not bad, f"{form} {run}: controls reach the terminal: {bad}")
            wide = [line for line in text.split("\n") if len(line) > 110 and "  again " not in line]
            expect(run == "hostile" or not wide, f"{form} {run}: over 110 columns: {wide}")
            expect(not re.search(r" $", text, re.M), f"{form} {run}: blanks at the end of a line")


def main():
    with open(sys.argv[2], encoding="utf-8") as f:
        schema = json.load(f)
    with open(sys.argv[4], encoding="utf-8") as f:
        shape = json.load(f)
    check_json(schema, shape)
    check_json_content()
    check_json_runs()
    check_junit()
    check_junit_schema()
    check_html()
    check_tap()
    check_text()
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
