#!/usr/bin/env python3
"""kill -9 of `smtpref serve` under load: what was answered 250 is in the Maildir, whole and once.

RFC 5321 4.2.5: with 250 after the text the server has taken over the message, and 6.1: it must not lose it for
frivolous reasons, such as a host that crashes later. Each round starts the server on the same Maildir, loads it over
many pipelining connections, kills it at a moment that nobody chose, and looks at what is there:

    answered   messages whose 250 was read         lost    answered, but not in new/
    open       begun, and never answered           half    files in new/ that are not a whole message
    stored     files in new/, each of them taken   twice   messages with more than one file
    extra      whole, though nobody read their 250 alien   whole, but never sent
               (that is allowed)                   tmp     leftovers in tmp/, all rounds together

An end that a power loss needs (fsync) cannot be seen by a kill: order_test.py looks at the order of the calls.
Exit status: 0 when nothing is lost, half, twice or alien; 1 when something is, or when a round showed nothing; 64 usage.
With --plant: 0 when the fault that was planted was noticed.
"""
import argparse
import asyncio
import collections
import hashlib
import os
import random
import re
import subprocess
import sys
import tempfile
import time

DOMAIN = "example.test"
PATIENCE = 60  # seconds until something that has to happen is given up
LONGEST = 200_000
COLUMNS = ("round", "seconds", "answered", "open", "stored", "extra", "tmp", "lost", "half", "twice", "alien")
FAULTS = ("lost", "half", "twice", "alien")
PLANTS = {"late": "lost", "half": "half", "twice": "twice"}


class Trouble(Exception):
    """The round could not be made."""


# ---- messages ------------------------------------------------------------------------------------

class Messages:
    """Texts with an id of their own, and what is known about each."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        lines = []
        for _ in range(4000):
            line = self.random.choice(("", ".", "..", " ")) + "%x" % self.random.getrandbits(self.random.choice((8, 256, 1000)))
            lines.append(line.encode() + b"\r\n")
        self.pool = b"".join(lines)
        self.ends = [m.end() for m in re.finditer(b"\r\n", self.pool)]
        self.sums = {}  # id: of the text
        self.answered = set()

    def make(self):
        """A new message: id and text. Many are short, some empty."""
        name = f"m{len(self.sums)}"
        most = self.random.choice((0, 500, 5_000, 50_000, LONGEST))
        first = self.random.randrange(len(self.ends))
        last = first
        while last + 1 < len(self.ends) and self.ends[last + 1] - self.ends[first] <= most:
            last += 1
        text = f"Crash-Id: {name}\r\nSubject: {most}\r\n\r\n".encode() + self.pool[self.ends[first]:self.ends[last]]
        self.sums[name] = hashlib.sha256(text).digest()
        return name, text

    def id_of(self, octets):
        """The id of a file that is whole, else None."""
        found = re.match(rb"Return-Path: <[^\r\n]*>\r\nReceived: (?:[^\r\n]|\r\n\t)*\r\n(?=Crash-Id: (m[0-9]+)\r\n)", octets)
        if not found:
            return None
        name = found.group(1).decode()
        whole = self.sums.get(name) == hashlib.sha256(octets[found.end():]).digest()
        return name if whole or name not in self.sums else None


def stuffed(text):
    """RFC 5321 4.5.2."""
    return (b"\r\n" + text).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n"


# ---- the load ------------------------------------------------------------------------------------

async def read_code(reader):
    while True:
        line = await reader.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("cut")
        if line[3:4] != b"-":
            return int(line[:3])


async def send_messages(messages, reader, writer):
    """RFC 2920: the end of one text and the commands of the next message leave together."""
    group = f"MAIL FROM:<a@client.example>\r\nRCPT TO:<b@{DOMAIN}>\r\nDATA\r\n".encode()
    writer.write(b"EHLO client.example\r\n")
    if [await read_code(reader), await read_code(reader)] != [220, 250]:
        raise Trouble("no greeting")
    writer.write(group)
    while True:
        name, text = messages.make()
        codes = [await read_code(reader) for _ in range(3)]
        if codes != [250, 250, 354]:
            raise Trouble(f"MAIL, RCPT, DATA were answered {codes}")
        writer.write(stuffed(text) + group)
        await writer.drain()
        if await read_code(reader) == 250:
            messages.answered.add(name)


async def client(messages, port):
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionError:
        return
    try:
        await send_messages(messages, reader, writer)
    except ConnectionError:
        pass  # the kill
    finally:
        writer.close()
        try:
            await writer.wait_closed()
        except ConnectionError:
            pass


async def load_and_kill(server, port, messages, connections, seconds):
    """Kills the server `seconds` after the first message was answered; ends when all connections have."""
    tasks = [asyncio.create_task(client(messages, port)) for _ in range(connections)]
    before, until = len(messages.answered), time.monotonic() + PATIENCE
    while len(messages.answered) == before and time.monotonic() < until and not any(t.done() for t in tasks):
        await asyncio.sleep(0.01)
    await asyncio.sleep(seconds)
    server.kill()
    server.wait()
    await asyncio.wait_for(asyncio.gather(*tasks), PATIENCE)


# ---- the server ----------------------------------------------------------------------------------

def start(smtpref, maildir, connections, environment):
    server = subprocess.Popen(
        [smtpref, "serve", "--listen", "127.0.0.1:0", "--domain", DOMAIN, "--maildir", maildir, "--quiet",
         "--max-connections", str(connections)], stdout=subprocess.PIPE, env={**os.environ, **environment})
    line = server.stdout.readline().decode()
    found = re.fullmatch(r"listening 127\.0\.0\.1:([1-9][0-9]*) smtp\n", line)
    if not found:
        server.kill()
        server.wait()
        raise Trouble(f"the server did not start: {line!r}")
    return server, int(found.group(1))


# ---- what is there -------------------------------------------------------------------------------

def take(folder, messages):
    """Counts of the ids of the whole files, and how many are not whole. All of them are removed, as by a reader."""
    found, half = collections.Counter(), 0
    for file in os.listdir(folder):
        path = os.path.join(folder, file)
        with open(path, "rb") as opened:
            name = messages.id_of(opened.read())
        os.unlink(path)
        found[name] += name is not None
        half += name is None
    return +found, half


def play(number, options, maildir, messages, environment):
    """One round; a dict with COLUMNS."""
    begun, answered = len(messages.sums), set(messages.answered)
    tmp, new = (os.path.join(maildir, folder) for folder in ("tmp", "new"))
    leftovers = set(os.listdir(tmp)) if os.path.isdir(tmp) else set()
    server, port = start(options.smtpref, maildir, options.connections, environment)
    if not leftovers <= set(os.listdir(tmp)):
        server.kill()
        server.wait()
        raise Trouble("the start removed files from tmp/ that are younger than 36 hours")
    seconds = messages.random.uniform(0.1, 1.0)
    with server.stdout:
        asyncio.run(load_and_kill(server, port, messages, options.connections, seconds))
    found, half = take(new, messages)
    now = messages.answered - answered
    return {
        "round": number, "seconds": f"{seconds:.2f}", "answered": len(now), "open": len(messages.sums) - begun - len(now),
        "stored": sum(found.values()) + half, "extra": len(set(found) - now), "tmp": len(os.listdir(tmp)),
        "lost": len(now - set(found)), "half": half, "twice": sum(n > 1 for n in found.values()),
        "alien": sum(name not in messages.sums for name in found) + len(set(found) & answered),
    }


def print_row(cells):
    print(" ".join(f"{str(cell):>8}" for cell in cells), flush=True)


def play_all(options, environment):
    """The sums of the columns. With a plant it ends when the fault was seen."""
    sums = collections.Counter()
    messages = Messages(options.seed)
    print_row(COLUMNS)
    with tempfile.TemporaryDirectory(prefix="smtpref-crash-", dir=options.directory) as folder:
        for number in range(1, options.rounds + 1):
            row = play(number, options, os.path.join(folder, "mail"), messages, environment)
            print_row(row[column] for column in COLUMNS)
            if row["answered"] == 0 or row["open"] == 0:
                raise Trouble("a round in which nothing was answered, or nothing was open, shows nothing")
            sums.update({column: row[column] for column in ("answered", "open", "extra", *FAULTS)})
            if options.plant and sums[PLANTS[options.plant]]:
                break
    return sums


# ---- the program ---------------------------------------------------------------------------------

def read_options(arguments):
    parser = argparse.ArgumentParser(
        prog="crash-test", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", nargs="?", type=int, default=20, metavar="N", help="rounds (20)")
    parser.add_argument("--smtpref", default="smtpref", help="the program")
    parser.add_argument("--connections", type=int, default=40, metavar="N", help="at once (40)")
    parser.add_argument("--directory", metavar="DIR", help="where the Maildir is made (TMPDIR, or /tmp)")
    parser.add_argument("--seed", type=int, default=None, metavar="N", help="of the messages and the moments (random)")
    parser.add_argument("--plant", choices=PLANTS, help="a store that is wrong so: the test has to notice it")
    parser.add_argument("--plant-library", metavar="FILE", help="plant.c, as a library")
    parser.error = lambda message: (print(f"crash-test: {message} (--help lists all)", file=sys.stderr), sys.exit(64))
    options = parser.parse_args(arguments)
    if options.rounds < 1 or options.connections < 1:
        parser.error("rounds and connections are 1 at least")
    if bool(options.plant) != bool(options.plant_library):
        parser.error("--plant and --plant-library go together")
    if options.seed is None:
        options.seed = random.randrange(1 << 32)
    return options


def verdict(options, sums):
    """The exit status; says why."""
    wrong = ", ".join(f"{sums[fault]} {fault}" for fault in FAULTS if sums[fault])
    if options.plant:
        seen = sums[PLANTS[options.plant]] > 0
        print(f"crash-test: the plant '{options.plant}' was {'noticed' if seen else 'NOT noticed'}: {wrong or 'nothing wrong'}")
        return 0 if seen else 1
    print(f"crash-test: {'WRONG: ' + wrong if wrong else 'good'}: {sums['answered']} messages answered 250"
          f"{'' if wrong else ', each there, whole, once'}; {sums['open']} cut off, {sums['extra']} of them stored whole"
          f" (seed {options.seed})")
    return 1 if wrong else 0


def main():
    options = read_options(sys.argv[1:])
    environment = {"LD_PRELOAD": options.plant_library, "PLANT": options.plant} if options.plant else {}
    try:
        return verdict(options, play_all(options, environment))
    except (OSError, Trouble, asyncio.TimeoutError) as error:
        print(f"crash-test: {error or 'connections that do not end'} (seed {options.seed})", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
