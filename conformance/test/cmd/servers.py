"""Servers on loopback that do one thing, mostly a wrong one.

A behaviour is a function that is given a connection and its number from 1; when it returns, the connection is closed.
"""
import contextlib
import os
import socket
import ssl
import subprocess
import threading

PATIENCE = 20
GREETING = b"220 mx.example.test ready\r\n"
HELLO = b"250-mx.example.test\r\n250-PIPELINING\r\n250 SIZE 1000000\r\n"


class Server:
    def __init__(self, behaviour, host="127.0.0.1"):
        self.behaviour = behaviour
        self.host = host
        self.listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.listener.bind((host, 0))
        self.listener.listen(50)
        self.port = self.listener.getsockname()[1]
        self.count = 0
        self.open = set()
        self.threads = []
        self.lock = threading.Lock()
        self.reached = threading.Condition(self.lock)
        self.start(self.accept)

    @property
    def name(self):
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def start(self, run, *arguments):
        thread = threading.Thread(target=run, args=arguments, daemon=True)
        self.threads.append(thread)
        thread.start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.settimeout(PATIENCE)
            with self.reached:
                self.count += 1
                self.open.add(connection)
                self.reached.notify_all()
            self.start(self.serve, connection, self.count)

    def serve(self, connection, number):
        try:
            self.behaviour(connection, number)
        except (OSError, ValueError):
            pass
        with self.lock:
            self.open.discard(connection)
        # a reset would take the octets along that the client has not read
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
        connection.close()

    def wait_for(self, number):
        """Until so many connections have come."""
        with self.reached:
            if not self.reached.wait_for(lambda: self.count >= number, PATIENCE):
                raise AssertionError(f"{self.count} connections, {number} expected")

    def stop_listening(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def close(self):
        self.stop_listening()
        with self.lock:
            left = list(self.open)
        for connection in left:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join(PATIENCE)


@contextlib.contextmanager
def serving(behaviour, host="127.0.0.1"):
    server = Server(behaviour, host)
    try:
        yield server
    finally:
        server.close()


# ---- behaviours --------------------------------------------------------------------------------

def silent(connection, _number):
    """Reads, and says nothing."""
    while connection.recv(4096):
        pass


def closes(_connection, _number):
    """Gone at once."""


def says(octets):
    """Says this and then nothing more."""
    def behaviour(connection, _number):
        connection.sendall(octets)
        silent(connection, _number)
    return behaviour


def floods(octets):
    """Says this for ever."""
    def behaviour(connection, _number):
        while True:
            connection.sendall(octets * 100)
    return behaviour


class Talker:
    """A small server that does what the tests' scenarios ask for."""

    def __init__(self, greeting=GREETING, hello=HELLO, replies=None, context=None):
        self.greeting, self.hello, self.context = greeting, hello, context
        self.replies = replies or {}
        self.said = []

    def reply(self, verb, secure):
        hello = self.hello.replace(b"250-STARTTLS\r\n", b"") if secure else self.hello
        usual = {b"EHLO": hello, b"HELO": b"250 mx.example.test\r\n", b"NOOP": b"250 ok\r\n", b"MAIL": b"250 ok\r\n",
                 b"RCPT": b"250 ok\r\n", b"DATA": b"354 go\r\n", b"QUIT": b"221 bye\r\n", b"STARTTLS": b"220 go\r\n"}
        return self.replies.get(verb, usual.get(verb, b"500 what\r\n"))

    def read_text(self, lines):
        for line in lines:
            if line == b".\r\n":
                return

    def __call__(self, connection, _number):
        with contextlib.ExitStack() as stack:
            self.talk(connection, stack)

    def talk(self, connection, stack):
        connection.sendall(self.greeting)
        lines = connection.makefile("rb")
        while True:
            line = lines.readline()
            self.said.append(line)
            verb = line.split()[0].upper() if line.split() else b""
            if not line:
                return
            reply = self.reply(verb, isinstance(connection, ssl.SSLSocket))
            connection.sendall(reply)
            if verb == b"QUIT":
                return
            if verb == b"DATA" and reply[:3] == b"354":
                self.read_text(lines)
                connection.sendall(b"250 taken\r\n")
            if verb == b"STARTTLS" and self.context is not None:
                connection = stack.enter_context(self.context.wrap_socket(connection, server_side=True))
                lines = connection.makefile("rb")


def first(count, behaviour, then):
    """One behaviour for so many connections, and another one from there."""
    def chosen(connection, number):
        (behaviour if number <= count else then)(connection, number)
    return chosen


def make_certificate(folder, name="localhost"):
    """A self-signed certificate: (its file, a context that has it)."""
    cert, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                    "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1", "-keyout", key, "-out",
                    cert], check=True, capture_output=True, timeout=PATIENCE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context
