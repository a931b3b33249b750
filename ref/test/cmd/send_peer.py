#!/usr/bin/env python3
"""smtpref send to a real server that scripts/peers has started: every octet arrives, over every kind of connection.

usage: scripts/peers/with PEER -- send_peer.py SMTPREF
"""
import os
import subprocess

from serve_test import SMTPREF, TEXT

ENV = os.environ
HEAD = b"From: a@b.test\r\nDate: Thu, 1 Jan 1970 00:00:00 +0000\r\nMessage-ID: <x@b.test>\r\n"
# aiosmtpd refuses lines over 1000 octets (RFC 5321 4.5.3.1.6)
TEXT = b"\r\n".join(line[:900] for line in (HEAD + TEXT).split(b"\r\n"))


def take_messages():
    new = os.path.join(ENV["PEER_MAILDIR"], "new")
    messages = []
    for name in sorted(os.listdir(new)):
        with open(os.path.join(new, name), "rb") as file:
            messages.append(file.read())
        os.unlink(os.path.join(new, name))
    return messages


def run(*arguments, status=0, env=None):
    done = subprocess.run([SMTPREF, "send", "--raw", "-f", ENV["PEER_FROM"], *arguments], input=TEXT, capture_output=True,
                          timeout=60, env={**ENV, **(env or {})})
    assert done.returncode == status, (arguments, done)
    return done


def main():
    host, user, password = "localhost", *ENV["PEER_AUTH"].split(":")
    plain, tls = (["--server", f"{host}:{ENV[port]}"] for port in ("PEER_PORT", "PEER_TLS_PORT"))
    ca, rcpt = ["--ca", ENV["PEER_CA"]], ENV["PEER_RCPT"]
    login = {"SMTPREF_PASSWORD": password}
    good = [[*plain, "--starttls", "never"], plain, [*plain, "--starttls", "required", *ca], [*tls, "--tls", *ca],
            # aiosmtpd offers AUTH behind STARTTLS only
            [*plain, *ca, "--auth", user], [*plain, *ca, "--auth", user, "--mechanism", "LOGIN"]]
    for options in good:
        run(*options, rcpt, env=login)
        # Python's Maildir keeps lines as LF
        assert [m.replace(b"\r\n", b"\n") for m in take_messages()] == [TEXT.replace(b"\r\n", b"\n")], options
    run(*plain, ENV["PEER_BAD_RCPT"], status=67)
    run(*plain, rcpt, ENV["PEER_BAD_RCPT"], status=67)
    assert len(take_messages()) == 1
    run(*plain, ENV["PEER_FOREIGN_RCPT"], status=69)
    run(*plain, *ca, "--auth", user, rcpt, status=77, env={"SMTPREF_PASSWORD": "wrong"})
    print(f"{len(good)} kinds of connection, {len(TEXT)} octets each")


if __name__ == "__main__":
    main()
