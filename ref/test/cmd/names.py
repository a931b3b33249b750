"""A small DNS server for tests, on loopback: UDP and TCP on one port.

A zone maps (name, type) to a list of values: "A" and "AAAA" addresses, "MX" (preference, name), "CNAME" a name. The value
may be an rcode ("SERVFAIL", "REFUSED") or "SILENT" instead. The first `lost` questions are not answered. A name with no entry of any type does not exist.
Aliases are followed as a recursive resolver does (RFC 1034 4.3.2); what does not fit 512 octets comes truncated over UDP.
"""
import ipaddress
import socket
import struct
import threading

TYPES = {"A": 1, "CNAME": 5, "MX": 15, "AAAA": 28}
RCODES = {"NOERROR": 0, "SERVFAIL": 2, "NXDOMAIN": 3, "REFUSED": 5}
UDP_MAX = 512


def encode_name(name):
    labels = [label for label in name.split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


def read_name(octets, at):
    labels = []
    while octets[at]:
        labels.append(octets[at + 1:at + 1 + octets[at]].decode())
        at += 1 + octets[at]
    return ".".join(labels), at + 1


def encode_value(kind, value):
    if kind in ("A", "AAAA"):
        return ipaddress.ip_address(value).packed
    if kind == "MX":
        return struct.pack(">H", value[0]) + encode_name(value[1])
    return encode_name(value)


class Names:
    """`asked` has (name, type, transport) of each question."""

    def __init__(self, zone, lost=0):
        self.lost = lost
        self.zone = {(name.lower(), kind): values for (name, kind), values in zone.items()}
        self.asked = []
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.tcp = socket.socket()
        self.tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        while True:
            self.udp.bind(("127.0.0.1", 0))
            self.port = self.udp.getsockname()[1]
            try:
                self.tcp.bind(("127.0.0.1", self.port))
                break
            except OSError:
                self.udp.close()
                self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.tcp.listen()
        self.where = f"127.0.0.1:{self.port}"
        self.threads = [threading.Thread(target=f, daemon=True) for f in (self.serve_udp, self.serve_tcp)]
        for thread in self.threads:
            thread.start()

    def look_up(self, name, kind):
        """rcode and answers: (owner, type, value)."""
        answers = []
        while (name, "CNAME") in self.zone and kind != "CNAME" and len(answers) < 8:
            target = self.zone[name, "CNAME"][0]
            answers.append((name, "CNAME", target))
            name = target.lower()
        values = self.zone.get((name, kind))
        if isinstance(values, str):
            return values, []
        if values is None and not any(owner == name for owner, _ in self.zone):
            return "NXDOMAIN", answers
        return "NOERROR", answers + [(name, kind, value) for value in values or []]

    def answer(self, query, transport):
        number, = struct.unpack_from(">H", query)
        name, at = read_name(query, 12)
        kind = {number: name for name, number in TYPES.items()}.get(struct.unpack_from(">H", query, at)[0], "?")
        self.asked.append((name, kind, transport))
        if len(self.asked) <= self.lost:
            return None
        rcode, answers = self.look_up(name.lower(), kind)
        if rcode == "SILENT":
            return None
        body = b""
        for owner, kind, value in answers:
            data = encode_value(kind, value)
            body += encode_name(owner) + struct.pack(">HHIH", TYPES[kind], 1, 60, len(data)) + data
        question = query[12:at + 4]
        cut = transport == "udp" and 12 + len(question) + len(body) > UDP_MAX
        flags = 0x8180 | (0x0200 if cut else 0) | RCODES[rcode]
        header = struct.pack(">HHHHHH", number, flags, 1, 0 if cut else len(answers), 0, 0)
        return header + question + (b"" if cut else body)

    def serve_udp(self):
        while True:
            try:
                query, peer = self.udp.recvfrom(4096)
                if not query:  # shut down
                    return
                reply = self.answer(query, "udp")
                if reply:
                    self.udp.sendto(reply, peer)
            except OSError:
                return

    def serve_tcp(self):
        while True:
            try:
                connection, _ = self.tcp.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as file:
                connection.settimeout(5)
                try:
                    while (size := file.read(2)):
                        reply = self.answer(file.read(struct.unpack(">H", size)[0]), "tcp")
                        connection.sendall(struct.pack(">H", len(reply)) + reply)
                except OSError:
                    pass

    def close(self):
        for s in (self.udp, self.tcp):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            s.close()
        for thread in self.threads:
            thread.join(5)
