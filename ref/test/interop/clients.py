"""How each client is told to send one file to one door of the server.

A client is a function (Job) -> Run. Secrets travel in files or the environment where the client takes them so.
"""
import os
import pathlib
from typing import NamedTuple

HERE = pathlib.Path(__file__).resolve().parent
SENDER = RECIPIENT = "tester@example.test"
USER, PASSWORD = "tester", "secret"


class Job(NamedTuple):
    door: str  # plain, starttls, tls
    port: int
    ca: str
    auth: str  # a mechanism, or nothing
    file: pathlib.Path  # the message, CRLF
    work: pathlib.Path


class Run(NamedTuple):
    argv: list
    stdin: bytes = b""
    env: dict = {}


def curl(job):
    scheme = "smtps" if job.door == "tls" else "smtp"
    argv = ["curl", "--silent", "--show-error", "--max-time", "20", "--cacert", job.ca, "--mail-from", SENDER,
            "--mail-rcpt", RECIPIENT, "--upload-file", str(job.file)]
    if job.door == "starttls":
        argv.append("--ssl-reqd")
    if job.auth:
        argv += ["--user", f"{USER}:{PASSWORD}", "--login-options", f"AUTH={job.auth}"]
    return Run(argv + [f"{scheme}://localhost:{job.port}"])


def stuffed(job):
    """For who sends a text as it finds it: RFC 5321 4.5.2 and 4.1.1.4, done here."""
    octets = job.file.read_bytes()
    octets = octets if octets.endswith(b"\r\n") else octets + b"\r\n"
    return (b"\r\n" + octets).replace(b"\r\n.", b"\r\n..")[2:] + b"."


def swaks(job):
    """By itself it adds an empty line and takes a last dot for the end: --no-data-fixup."""
    data = job.work / "stuffed"
    data.write_bytes(stuffed(job))
    argv = ["swaks", "--server", "localhost", "--port", str(job.port), "--from", SENDER, "--to", RECIPIENT,
            "--helo", "client.example.org", "--timeout", "20", "--no-data-fixup",
            "--data", f"@{data}"]
    if job.door != "plain":
        argv += [{"starttls": "--tls", "tls": "--tls-on-connect"}[job.door], "--tls-verify", "--tls-ca-path", job.ca]
    if job.auth:
        argv += ["--auth", job.auth, "--auth-user", USER, "--auth-password", PASSWORD]
    return Run(argv)


def msmtp(job):
    argv = ["msmtp", "--file=/dev/null", "--host=localhost", f"--port={job.port}", f"--from={SENDER}", "--timeout=20",
            f"--tls={'off' if job.door == 'plain' else 'on'}", f"--tls-starttls={'on' if job.door == 'starttls' else 'off'}"]
    if job.door != "plain":
        argv += [f"--tls-trust-file={job.ca}"]
    if job.auth:
        argv += [f"--auth={job.auth.lower()}", f"--user={USER}", f"--passwordeval=echo {PASSWORD}"]
    return Run(argv + ["--", RECIPIENT], stdin=job.file.read_bytes().replace(b"\r\n", b"\n"))


def smtplib(job):
    return Run(["/usr/bin/python3", str(HERE / "smtplib_client.py"), *facts(job)], env={"SMTP_PASSWORD": PASSWORD})


def nodemailer(job):
    return Run(["node", str(HERE / "nodemailer_client.cjs"), *facts(job)],
               env={"SMTP_PASSWORD": PASSWORD, "NODE_PATH": "/usr/share/nodejs"})


def net_smtp(job):
    return Run(["perl", str(HERE / "net_smtp_client.pl"), *facts(job)], env={"SMTP_PASSWORD": PASSWORD})


def facts(job):
    return [job.door, str(job.port), job.ca, job.auth or "none", str(job.file), SENDER, RECIPIENT, USER]


def s_client(job):
    """Typed by hand: it reads no reply, so it leans on PIPELINING, and what it types is dot-stuffed here."""
    import base64

    lines = [b"EHLO client.example.org"]
    if job.auth:
        lines.append(b"AUTH PLAIN " + base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()))
    lines += [f"MAIL FROM:<{SENDER}> BODY=8BITMIME".encode(), f"RCPT TO:<{RECIPIENT}>".encode(), b"DATA"]
    argv = ["openssl", "s_client", "-quiet", "-no_ign_eof", "-nocommands", "-verify_return_error", "-CAfile", job.ca,
            "-connect", f"localhost:{job.port}"]
    if job.door == "starttls":
        argv += ["-starttls", "smtp", "-name", "client.example.org"]
    return Run(argv, stdin=b"\r\n".join(lines) + b"\r\n" + stuffed(job) + b"\r\nQUIT\r\n")


# The clients, and the mechanisms that each knows.
CLIENTS = {
    "curl": (curl, ["PLAIN", "LOGIN", "CRAM-MD5"]),
    "swaks": (swaks, ["PLAIN", "LOGIN", "CRAM-MD5"]),
    "msmtp": (msmtp, ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"]),
    "smtplib": (smtplib, ["PLAIN", "LOGIN", "CRAM-MD5"]),
    "nodemailer": (nodemailer, ["PLAIN", "LOGIN", "CRAM-MD5"]),
    "Net::SMTP": (net_smtp, ["PLAIN", "LOGIN", "CRAM-MD5"]),
    "s_client": (s_client, ["PLAIN"]),
}

# Pairs that cannot be, with the reason that the table prints.
IMPOSSIBLE = {
    ("s_client", "plain"): "it speaks TLS only",
}

ENVIRONMENT = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
