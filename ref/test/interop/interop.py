"""Real clients deliver to `smtpref serve`, and `smtpref send` delivers to real servers; every octet is compared.

usage: interop.py [--bin DIR] [--client NAME]... [--server NAME]... [--no-clients] [--no-servers] [--verbose]

One line a pair: what was sent and arrived whole, or why the pair cannot be. Exit status: 0 all pairs that can be are good, 1 some
are not, 64 usage.
"""
import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

import servers
from clients import CLIENTS, ENVIRONMENT, IMPOSSIBLE, Job
from server import Server, split_trace
from texts import BODIES, delivered, text

DOORS = ("plain", "starttls", "tls")


class Table:
    def __init__(self, verbose):
        self.bad, self.good, self.none, self.verbose = 0, 0, 0, verbose

    def pair(self, left, door, auth, trouble, note=""):
        self.good, self.bad = self.good + (not trouble), self.bad + bool(trouble)
        print(f"  {left:12} {door:9} {auth or '-':18} {'FAIL' if trouble else 'ok':5} {trouble[0] if trouble else note}", flush=True)
        for line in trouble[1:] if self.verbose else []:
            print("      " + line)

    def cannot(self, left, door, why, auth=""):
        self.none += 1
        print(f"  {left:12} {door:9} {auth or '-':18} {'none':5} {why}", flush=True)


def run(job, client):
    made = client(job)
    try:
        done = subprocess.run(made.argv, input=made.stdin, env={**ENVIRONMENT, **made.env}, cwd=job.work, capture_output=True,
                              timeout=40, check=False)
    except subprocess.TimeoutExpired:
        return "did not end in 40 s"
    if done.returncode == 0:
        return ""
    said = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
    return f"status {done.returncode}: {said[-1] if said else 'without a word'}"


def keyword(door, auth):
    """RFC 3848: what the Received field has to say of the way."""
    return b"ESMTP" + (b"" if door == "plain" else b"S") + (b"A" if auth else b"")


def compare(name, door, auth, messages):
    if len(messages) != 1:
        return f"{name}: {len(messages)} messages arrived"
    trace, octets = split_trace(messages[0])
    if octets != delivered(name):
        return f"{name}: {difference(octets, delivered(name))}"
    if b"with " + keyword(door, auth) + b" " not in trace.replace(b"\r\n\t", b" "):
        return f"{name}: not with {keyword(door, auth).decode()}: {trace!r}"
    return ""


def difference(got, want):
    at = next((i for i, (a, b) in enumerate(zip(got, want)) if a != b), min(len(got), len(want)))
    return f"octet {at} of {len(want)} differs (got {len(got)}): {got[max(0, at - 8):at + 8]!r}, not {want[max(0, at - 8):at + 8]!r}"


def try_client(server, work, name, door, auth):
    client, _ = CLIENTS[name]
    trouble = []
    for body in BODIES if not auth else ("dots",):
        file = work / f"{body}.eml"
        file.write_bytes(text(body))
        why = run(Job(door, server.port(door), str(server.cert), auth, file, work), client)
        why = f"{body}: {why}" if why else compare(body, door, auth, server.take())
        if why:
            trouble.append(why)
            server.take()
    return trouble


def clients(program, names, table):
    print("clients deliver to smtpref serve")
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        server = Server(program, work)
        try:
            for name in names:
                client, mechanisms = CLIENTS[name]
                argv = client(Job("tls", 0, "", "", pathlib.Path("/dev/null"), work)).argv
                for door in DOORS:
                    if shutil.which(argv[0]) is None:
                        table.pair(name, door, "", [f"{argv[0]} is not installed (scripts/setup interop)"])
                    elif (name, door) in IMPOSSIBLE:
                        table.cannot(name, door, IMPOSSIBLE[name, door])
                    else:
                        table.pair(name, door, "", try_client(server, work, name, door, ""), f"{len(BODIES)} texts")
                        for auth in mechanisms:
                            table.pair(name, door, auth, try_client(server, work, name, door, auth), "1 text")
        finally:
            server.stop()


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--bin", default="build/gcc/bin", type=pathlib.Path)
    options.add_argument("--client", action="append", choices=list(CLIENTS))
    options.add_argument("--server", action="append", choices=servers.names())
    options.add_argument("--no-clients", action="store_true")
    options.add_argument("--no-servers", action="store_true")
    options.add_argument("--verbose", action="store_true", help="every text that did not arrive, not only the first")
    args = options.parse_args()
    program = str((args.bin / "smtpref").resolve())
    table = Table(args.verbose)
    if not args.no_clients:
        clients(program, args.client or list(CLIENTS), table)
    if not args.no_servers:
        servers.deliver(program, args.server or servers.names(), table)
    print(f"{table.good} pairs good, {table.bad} not, {table.none} that cannot be")
    return 1 if table.bad or not table.good else 0


if __name__ == "__main__":
    sys.exit(main())
