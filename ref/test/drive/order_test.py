#!/usr/bin/env python3
"""The order of the calls for one message, as strace(1) sees them: octets written, file synced, name linked, folder synced,
and only then 250 (RFC 5321 4.2.5: with it the server has taken over the message).

Runs `smtpref serve` under strace, delivers a message of several writes, and reads the trace. Then the trace is changed, in
each way that would lose a message, and has to be refused. Without leave to trace the test fails and says so.
Exit status: 0 good, 1 not; with --plant LIBRARY KIND (plant.c): 0 when the trace is refused.
"""
import argparse
import os
import re
import smtplib
import subprocess
import sys
import tempfile
import time

PATIENCE = 60
CALLS = "openat,write,writev,pwrite64,pwritev,fsync,fdatasync,linkat,link,rename,renameat,renameat2,sendto,sendmsg,exit_group"
WRITES = ("write", "writev", "pwrite64", "pwritev")
TEXT = b"Subject: order\r\n\r\n" + b"0123456789abcde\r\n" * 9000


class Wrong(Exception):
    """The order is not what it has to be, or there is no trace."""


class Call:
    """A call from the line where it began to the line where it came back."""

    def __init__(self, begin, name, arguments):
        self.begin, self.end, self.name, self.arguments, self.result = begin, None, name, arguments, None

    def come_back(self, end, rest):
        self.end = end
        self.arguments += rest
        found = re.search(r"\) += (-?\d+)", rest)
        self.result = int(found.group(1)) if found else None


def read_calls(lines):
    """The calls of all threads, in the order in which they began."""
    calls, pending = [], {}
    for number, line in enumerate(lines):
        pid, _, rest = line.rstrip("\n").partition(" ")
        rest = rest.lstrip()
        resumed = re.match(r"<\.\.\. \w+ resumed>", rest)
        if resumed and pid in pending:
            pending.pop(pid).come_back(number, rest[resumed.end():])
        begun = re.match(r"(\w+)\(", rest)
        if begun:
            call = Call(number, begun.group(1), "")
            calls.append(call)
            unfinished = rest.find(" <unfinished ...>")
            if unfinished >= 0:
                call.arguments = rest[begun.end():unfinished]
                pending[pid] = call
            else:
                call.come_back(number, rest[begun.end():])
    return calls


# ---- the order -----------------------------------------------------------------------------------

def is_file(call):
    return re.match(r"\d+<[^>]*/mail/tmp/[^/>]+>", call.arguments)


def is_socket(call):
    return re.match(r"\d+<(socket|TCP)", call.arguments)


def first(calls, what, wanted):
    for call in calls:
        if call.result is not None and call.result >= 0 and wanted(call):
            return call
    raise Wrong(f"no {what}")


def reply_to_text(calls):
    """What is said next behind 354."""
    said = [c for c in calls if c.name in WRITES + ("sendto", "sendmsg") and is_socket(c)]
    for call, following in zip(said, said[1:]):
        if '"354 ' in call.arguments:
            if '"250 ' not in following.arguments:
                raise Wrong(f"not 250: {following.arguments}")
            return following
    raise Wrong("no reply to the text")


def steps_of(calls, size):
    """What has to come one after the other: (name, call)."""
    writes = [c for c in calls if c.name in WRITES and is_file(c) and c.result is not None]
    if not writes or sum(c.result for c in writes) != size:
        raise Wrong(f"{sum(c.result for c in writes)} octets were written, the message has {size}")
    return [
        (f"last of {len(writes)} writes", max(writes, key=lambda c: c.end)),
        ("fsync of the file", first(calls, "fsync of the file", lambda c: c.name in ("fsync", "fdatasync") and is_file(c))),
        ("link into new/", first(calls, "link into new/",
                                 lambda c: c.name.startswith(("link", "rename")) and re.search(r"</[^>]*/mail/new>", c.arguments))),
        ("fsync of new/", first(calls, "fsync of new/",
                                lambda c: c.name == "fsync" and re.match(r"\d+<[^>]*/mail/new>", c.arguments))),
        ("250", reply_to_text(calls)),
    ]


def check(calls, size):
    """The steps; each has come back before the next begins, or Wrong."""
    steps = steps_of(calls, size)
    for (name, call), (next_name, following) in zip(steps, steps[1:]):
        if following.begin <= call.end:
            raise Wrong(f"{next_name} before {name}")
    return steps


# ---- the trace -----------------------------------------------------------------------------------

def deliver(port):
    with smtplib.SMTP("127.0.0.1", port, "client.example", timeout=PATIENCE) as client:
        client.sendmail("a@client.example", ["b@example.test"], TEXT)


def wait_for_end(path):
    """The tracer is nobody's child (-D): its last line is the exit of the last thread."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with open(path, encoding="ascii", errors="replace") as file:
            lines = file.readlines()
        if lines and re.search(r"\+\+\+ (exited|killed)", lines[-1]):
            return lines
        time.sleep(0.02)
    raise Wrong("the trace does not end")


def trace(smtpref, folder, environment):
    """The lines of strace for one message, and the length of the file that was stored."""
    output, maildir = os.path.join(folder, "trace"), os.path.join(folder, "mail")
    variables = [argument for name, value in environment.items() for argument in ("-E", f"{name}={value}")]
    try:
        server = subprocess.Popen(
            ["strace", "-D", "-f", "-y", "-s", "64", "-o", output, "-e", f"trace={CALLS}", "-e", "signal=none", *variables,
             smtpref, "serve", "--listen", "127.0.0.1:0", "--domain", "example.test", "--maildir", maildir, "--quiet"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except OSError as error:
        raise Wrong(f"strace: {error.strerror}: scripts/setup test installs it") from error
    try:
        line = server.stdout.readline().decode()
        if not line.startswith("listening 127.0.0.1:"):
            server.kill()
            raise Wrong(f"no server under strace: {line}{server.stderr.read().decode()}")
        deliver(int(line.split()[1].rpartition(":")[2]))
    finally:
        server.terminate()
        server.wait(PATIENCE)
        server.stdout.close()
        server.stderr.close()
    lines = wait_for_end(output)
    files = [file for name in ("tmp", "new") for file in os.scandir(os.path.join(maildir, name))]
    return lines, files[0].stat().st_size  # a plant may have left it in tmp/


# ---- traces that have to be refused ---------------------------------------------------------------

def worse(lines, steps):
    """Each way to be wrong: (what, lines). A step is moved before the one that it has to follow, left out, or fails."""
    for (before, call), (name, following) in zip(steps, steps[1:]):
        moved = lines[following.begin:following.end + 1]
        rest = lines[:following.begin] + lines[following.end + 1:]
        yield f"{name} before {before}", rest[:call.begin] + moved + rest[call.begin:]
        yield f"no {name}", rest
        failed = [re.sub(r"\) += \d+", ") = -1 EIO (Input/output error)", line) for line in moved]
        if name != "250":
            yield f"{name} that failed", lines[:following.begin] + failed + lines[following.end + 1:]


def check_the_check(lines, steps, size):
    """How many wrong traces were refused; Wrong for one that was not."""
    count = 0
    for what, changed in worse(lines, steps):
        try:
            check(read_calls(changed), size)
        except Wrong:
            count += 1
            continue
        raise Wrong(f"a trace was not refused: {what}")
    return count


# ---- the program ---------------------------------------------------------------------------------

def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("smtpref")
    parser.add_argument("--plant", nargs=2, metavar=("LIBRARY", "KIND"))
    options = parser.parse_args()
    # a leak checker traces, too, and there is one tracer only
    environment = {"ASAN_OPTIONS": "detect_leaks=0"}
    if options.plant:
        environment.update(LD_PRELOAD=options.plant[0], PLANT=options.plant[1])
    try:
        with tempfile.TemporaryDirectory(prefix="smtpref-order-") as folder:
            lines, size = trace(options.smtpref, folder, environment)
        if options.plant:
            try:
                check(read_calls(lines), size)
            except Wrong as why:
                print(f"order: the plant was noticed: {why}")
                return 0
            raise Wrong("the plant was not noticed")
        steps = check(read_calls(lines), size)
        print("order: " + ", ".join(name for name, _ in steps))
        print(f"order: good; {check_the_check(lines, steps, size)} wrong traces were refused")
        return 0
    except (Wrong, OSError, smtplib.SMTPException, subprocess.TimeoutExpired) as why:
        print(f"order: {why}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
