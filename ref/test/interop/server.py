"""The reference server for the clients, and what arrived at it."""
import contextlib
import pathlib
import re
import subprocess

from clients import PASSWORD, USER


def certificate(work):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,DNS:mx.example.test,IP:127.0.0.1",
         "-keyout", work / "key.pem", "-out", work / "cert.pem"],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return work / "cert.pem", work / "key.pem"


class Server:
    """`smtpref serve` on free ports: plain with STARTTLS, and implicit TLS."""

    def __init__(self, program, work, options=()):
        self.maildir = pathlib.Path(work) / "Maildir"
        self.cert, key = certificate(work)
        users = work / "users"
        users.write_text(f"{USER}:{PASSWORD}\n")
        users.chmod(0o600)
        self.process = subprocess.Popen(
            [program, "serve", "--listen", "127.0.0.1:0", "--tls-listen", "127.0.0.1:0", "--cert", self.cert, "--key", key,
             "--name", "mx.example.test", "--domain", "example.test", "--maildir", self.maildir, "--users", users, "--auth-clear",
             "--quiet", *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.ports = {}
        for line in self.process.stdout:
            _, address, kind = line.split()
            self.ports[kind] = int(address.rpartition(":")[2])
            if len(self.ports) == 2:
                break
        if len(self.ports) != 2:
            raise RuntimeError(f"smtpref serve did not start: status {self.process.wait()}")

    def port(self, door):
        return self.ports["smtps" if door == "tls" else "smtp"]

    def take(self):
        """The messages that are there, which are removed."""
        messages = []
        for file in sorted((self.maildir / "new").iterdir()):
            messages.append(file.read_bytes())
            file.unlink()
        return messages

    def stop(self):
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        self.process.wait(20)
        self.process.stdout.close()


def split_trace(message):
    """Return-Path and Received of the reference server, and what stands behind them."""
    match = re.match(rb"Return-Path: [^\r\n]*\r\n(Received:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*)", message)
    return (match.group(1), message[match.end():]) if match else (b"", message)
