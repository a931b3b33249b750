"""The texts that have to arrive as they were sent: each is a whole message in canonical form (CRLF)."""

HEADER = (
    b"From: <tester@example.test>\r\n"
    b"To: <tester@example.test>\r\n"
    b"Subject: %s\r\n"
    b"Date: Fri, 27 Nov 2026 12:00:00 +0000\r\n"
    b"Message-ID: <%s@interop.example.test>\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n"
    b"\r\n"
)

BODIES = {
    # RFC 5321 4.5.2: every place in which a dot can stand
    "dots": b".\r\n..\r\n.x\r\n..x\r\nx.\r\n\r\n.\r\n \r\n.\tx\r\n...\r\n.",
    # 4.5.3.1.6: a text line of 1000 octets with its CRLF is what everybody takes
    "long": b"x" * 998 + b"\r\n." + b"y" * 997 + b"\r\n" + b"z" * 997 + b".\r\n",
    # RFC 6152: octets above 127, not all of them UTF-8
    "eight": "Grüße, 你好, 🐌\r\n".encode() + bytes(range(160, 256)) + b"\r\n",
    # 4.1.1.4: the sender adds the CRLF that is missing
    "unended": b"first\r\nlast, without an end of line",
    "empty": b"",
    "large": b"".join(b"%07d %s\r\n" % (n, b"abcdefghij" * (n % 7)) for n in range(9000)),
}


def text(name):
    return HEADER % (name.encode(), name.encode()) + BODIES[name]


def delivered(name):
    """What a server that adds nothing of its own has of it after DATA."""
    octets = text(name)
    return octets if octets.endswith(b"\r\n") else octets + b"\r\n"
