"""`smtpref send` delivers to the real servers of scripts/peers, which are started for it one after the other."""
import pathlib
import re
import shlex
import subprocess
import tempfile
import time

from texts import BODIES, delivered, text

ROOT = pathlib.Path(__file__).resolve().parents[3]
PEERS = ROOT / "scripts" / "peers"
SPARED = {("haraka", "long"): "lines of more than 992 octets are broken in two there"}
EXTENSIONS = ("PIPELINING", "SIZE", "8BITMIME", "CHUNKING", "DSN", "SMTPUTF8")


def names():
    return subprocess.run([PEERS / "list"], check=True, capture_output=True, text=True).stdout.split()


class Peer:
    """A server that runs until the block ends; its facts are attributes."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.dir = pathlib.Path(self.folder.name) / "peer"
        done = subprocess.run([PEERS / "start", self.name, self.dir], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            self.folder.cleanup()
            raise RuntimeError(f"{self.name} did not start: {done.stderr.strip()}")
        for line in (self.dir / "env").read_text().splitlines():
            key, _, value = line.partition("=")
            setattr(self, key.lower(), "".join(shlex.split(value)))
        return self

    def __exit__(self, *_):
        subprocess.run([PEERS / "stop", self.dir], check=False, stdin=subprocess.DEVNULL)
        self.folder.cleanup()

    def take(self, patience=15):
        """The next message of the Maildir, which is removed; None when none comes in `patience` seconds."""
        new = pathlib.Path(self.maildir) / "new"
        end = time.monotonic() + patience
        while time.monotonic() < end:
            for file in sorted(new.iterdir()) if new.is_dir() else []:
                octets = file.read_bytes()
                file.unlink()
                return octets
            time.sleep(0.02)
        return None


def send(program, peer, door, auth, body, work, sender="sender@example.test"):
    """Runs `smtpref send`; what went wrong, and the dialogue."""
    password = work / "password"
    user, _, secret = peer.auth.partition(":")
    password.write_text(secret)
    argv = [program, "send", "--server", f"{peer.host}:{peer.tls_port if door == 'tls' else peer.port}", "--name", "client.example.org",
            "--ca", peer.ca, "--raw", "--trace", "-f", sender, "-N", "never", "--timeout", "20"]
    argv += {"plain": ["--starttls", "never"], "starttls": ["--starttls", "required"], "tls": ["--tls"]}[door]
    argv += ["--auth", user, "--password-file", str(password), *(["--password-in-clear"] if door == "plain" else [])] if auth else []
    done = subprocess.run([*argv, peer.rcpt], input=text(body), capture_output=True, timeout=60, check=False)
    said = done.stderr.decode(errors="replace")
    return ("" if done.returncode == 0 else f"{body}: status {done.returncode}: {said.strip().splitlines()[-1:]}"), said


def compare(peer, body):
    message = peer.take()
    if message is None:
        return f"{body}: nothing arrived"
    want = delivered(body).replace(b"\r\n", b"\n")
    got = message.replace(b"\r\n", b"\n")
    return "" if got.endswith(want) else f"{body}: arrived otherwise: {got[-60:]!r}, not {want[-60:]!r}"


def used(dialogue):
    """Which of the extensions that the server offers the client used, and which it did not."""
    offered = {e for e in EXTENSIONS if re.search(rf"250[- ]{e}\b", dialogue)}
    signs = {"PIPELINING": r"C[^\n]*MAIL FROM[^\n]*\n[^\n]*C[^\n]*RCPT TO", "SIZE": r"\bSIZE=\d", "8BITMIME": r"\bBODY=8BITMIME",
             "CHUNKING": r"\bBDAT \d", "DSN": r"\bNOTIFY=", "SMTPUTF8": r"MAIL FROM[^\n]* SMTPUTF8"}
    return {e for e in offered if re.search(signs[e], dialogue)}, offered


def try_text(program, peer, door, auth, body, sender="sender@example.test"):
    with tempfile.TemporaryDirectory() as folder:
        why, dialogue = send(program, peer, door, auth, body, pathlib.Path(folder), sender)
    return why or compare(peer, body), used(dialogue)


def try_server(program, peer, door, auth):
    """What went wrong; what was used of what was offered (RFC 6531: a sender in UTF-8 where there is SMTPUTF8)."""
    trouble, seen, offered = [], set(), set()
    bodies = [body for body in (BODIES if not auth else ("dots",)) if (peer.name, body) not in SPARED]
    tries = [(body, "sender@example.test") for body in bodies]
    for body, sender in tries:
        why, (now, offered) = try_text(program, peer, door, auth, body, sender)
        seen |= now
        trouble += [why] if why else []
        if "SMTPUTF8" in offered and not auth and len(tries) == len(bodies):
            tries.append(("eight", "jürgen@example.test"))
    missing = offered - seen
    if not trouble and missing and not auth:
        trouble = [f"offered and not used: {' '.join(sorted(missing))}"]
    spared = "".join(f"; not {body}: {why}" for (name, body), why in SPARED.items() if name == peer.name and not auth)
    return trouble, f"used: {' '.join(e for e in EXTENSIONS if e in seen) or 'nothing'}{spared}"


def deliver(program, peers, table):
    print("smtpref send delivers to servers")
    for name in peers:
        with Peer(name) as peer:
            if peer.profile != "mx":
                table.cannot(name, "plain", f"is for {peer.profile}")
                continue
            if not peer.maildir:
                table.cannot(name, "plain", "keeps no mail to be compared")
                continue
            for door in ("plain", "starttls", "tls"):
                if door != "plain" and (peer.starttls if door == "starttls" else peer.tls_port) in ("", "no"):
                    table.cannot(name, door, "the server, or its packaged build, does not have it")
                    continue
                table.pair(name, door, "", *try_server(program, peer, door, False))
                if not peer.auth:
                    continue
                trouble, note = try_server(program, peer, door, True)
                if trouble and "the server does not offer AUTH" in trouble[0]:
                    table.cannot(name, door, "AUTH is not offered there", "AUTH")
                elif trouble and door == "plain" and re.search(r": 53[08] ", trouble[0]):
                    table.cannot(name, door, "AUTH is refused there before TLS", "AUTH")
                else:
                    table.pair(name, door, "AUTH", trouble, note)
