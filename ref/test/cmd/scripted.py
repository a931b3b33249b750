"""A mail server for tests that answers what it is told to, and keeps what it heard.

`replies` maps a verb ("CONNECT", "EHLO", "MAIL", ..., "END" for the text) to a reply without CRLF, a list of replies (one for
each time, the last stays), or one of the actions CLOSE (end the connection), RESET (break it off) and SILENT.
In "TEXT" an action is taken as soon as the first octets of the text have come; "OTHER" is all that has no entry.
"""
import base64
import socket
import struct
import threading

CLOSE, RESET, SILENT = object(), object(), object()
DEFAULTS = {"CONNECT": "220 scripted.test ESMTP", "EHLO": "250 scripted.test", "HELO": "250 scripted.test", "MAIL": "250 ok",
            "RCPT": "250 ok", "DATA": "354 go", "END": "250 2.0.0 taken", "QUIT": "221 bye", "RSET": "250 ok", "NOOP": "250 ok",
            "STARTTLS": "454 no"}


class Scripted:
    def __init__(self, replies=None, keywords=(), host="127.0.0.1", port=0, tls=None):
        self.replies = {**DEFAULTS, **(replies or {})}
        self.keywords = list(keywords)
        self.tls = tls
        self.heard = []       # lines of all connections
        self.texts = []       # as they came, without the end-of-data line, dots undone
        self.connections = 0
        self.counts = {}
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((host, port))
        self.socket.listen()
        self.host, self.port = self.socket.getsockname()
        self.where = f"{self.host}:{self.port}"
        self.text_begun = threading.Event()
        self.closing = threading.Event()
        self.threads = []
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self.talk, args=(connection,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def reply_to(self, verb):
        reply = self.replies.get(verb, self.replies.get("OTHER", "502 5.5.1 not here"))
        if isinstance(reply, list):
            at = self.counts.get(verb, 0)
            self.counts[verb] = at + 1
            reply = reply[min(at, len(reply) - 1)]
        return reply

    def act(self, connection, verb):
        """False: the connection is over."""
        reply = self.reply_to(verb)
        if reply is SILENT:
            self.closing.wait(60)
            return False
        if reply is RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        if reply is CLOSE:
            return False
        if verb == "EHLO" and reply.startswith("250") and self.keywords:
            lines = [reply[4:]] + self.keywords
            reply = "\r\n".join(f"250{'-' if i + 1 < len(lines) else ' '}{line}" for i, line in enumerate(lines))
        connection.sendall(reply.encode("latin-1") + b"\r\n")
        return not reply.startswith(("421", "221"))

    def talk(self, connection):
        connection.settimeout(60)
        try:
            if self.act(connection, "CONNECT") and not self.obey(connection) and self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
                self.obey(connection)
        except OSError:
            pass
        finally:
            connection.close()

    def obey(self, connection):
        """Until the end, or until TLS begins: False then."""
        with connection.makefile("rb", buffering=0 if self.tls else -1) as file:
            while (line := file.readline()):
                text = line.rstrip(b"\r\n").decode("latin-1")
                self.heard.append(text)
                verb = text.split(" ")[0].upper()
                if not self.act(connection, verb):
                    return True
                if verb == "STARTTLS" and self.replies["STARTTLS"].startswith("220"):
                    return False
                if verb == "DATA" and self.replies["DATA"].startswith("354") and not self.take_text(connection, file):
                    return True
        return True

    def take_text(self, connection, file):
        lines = []
        if "TEXT" in self.replies:
            file.readline()
            self.text_begun.set()
            return self.act(connection, "TEXT")
        while (line := file.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line[1:] if line.startswith(b".") else line)
        self.text_begun.set()
        self.texts.append(b"".join(lines))
        return self.act(connection, "END")

    def close(self):
        self.closing.set()
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()
        self.thread.join(5)
        for thread in self.threads:
            thread.join(5)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def plain(user, password):
    return base64.b64encode(f"\0{user}\0{password}".encode()).decode()
