#!/usr/bin/env python3
"""The installation as its users see it: the library embedded by CMake package and by pkg-config, the programs and their data.

usage: install_test.py CMAKE BUILD EXAMPLES CC FLAGS
FLAGS, divided by semicolons, are those that the library's own instrumentation asks of who links it.
"""
import contextlib
import os
import re
import shlex
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

PATIENCE = 60  # seconds until something that has to happen is given up
CMAKE, BUILD, EXAMPLES, CC, FLAGS = sys.argv[1:6] if len(sys.argv) > 5 else [""] * 5
FLAGS = [flag for flag in FLAGS.split(";") if flag]
KEPT = {name: value for name, value in os.environ.items()
        if name not in ("DESTDIR", "CFLAGS", "LDFLAGS", "CMAKE_PREFIX_PATH", "SMTPSPEC_DATA") and not name.startswith("PKG_CONFIG")}
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"]

TEXT = b"".join(line + b"\r\n" for line in (
    b"Subject: octets", b"", b".", b"..two dots", b"8 bit: \xe4\xff\x80", b"\x00 NUL", b"x" * 998, b"", b"y" * 70000, b"end"))


def run(*argv, env=None, status=0):
    """Standard output and standard error of a program that ends with this status."""
    done = subprocess.run(argv, env=KEPT if env is None else env, cwd=PREFIX, timeout=2 * PATIENCE, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != status:
        raise AssertionError(f"{shlex.join(argv)}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout, done.stderr


def setUpModule():
    global FOLDER, PREFIX
    FOLDER = tempfile.TemporaryDirectory()
    PREFIX = os.path.realpath(FOLDER.name)
    run(CMAKE, "--install", BUILD, "--prefix", PREFIX)


def tearDownModule():
    FOLDER.cleanup()


def installed(name):
    """The one installed file of this name; in which folder, is the distribution's choice."""
    found = [os.path.join(folder, name) for folder, _, files in os.walk(PREFIX) if name in files]
    if len(found) != 1:
        raise AssertionError(f"{name}: installed {len(found)} times")
    return found[0]


class Server:
    """The example; a thread reads what it prints, so that it never waits for us before it answers."""

    def __init__(self, program):
        self.process = subprocess.Popen([program, "0"], bufsize=0, stdout=subprocess.PIPE, env={})
        self.printed, self.ended, self.more = b"", False, threading.Condition()
        self.reader = threading.Thread(target=self.collect)
        self.reader.start()
        try:
            self.port = int(re.fullmatch(rb"listening 127\.0\.0\.1:([1-9][0-9]*)\n", self.line())[1])
        except BaseException:
            self.stop()
            raise

    def collect(self):
        while not self.ended:
            octets = self.process.stdout.read(65536)
            with self.more:
                self.printed, self.ended = self.printed + octets, not octets
                self.more.notify()

    def read(self, count):
        with self.more:
            if not self.more.wait_for(lambda: len(self.printed) >= count or self.ended, PATIENCE) or len(self.printed) < count:
                raise AssertionError(f"{self.printed[-80:]!r} and nothing more")
            octets, self.printed = self.printed[:count], self.printed[count:]
        return octets

    def line(self):
        octets = b""
        while not octets.endswith(b"\n"):
            octets += self.read(1)
        return octets

    def mail(self):
        return self.read(int(re.fullmatch(rb"mail ([0-9]+)\n", self.line())[1]))

    def stop(self):
        """Stops it by its process id: what ended it, and what nobody had read."""
        self.process.terminate()
        try:
            status = self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self.reader.join()
            self.process.stdout.close()
        return status, self.printed


@contextlib.contextmanager
def serving(program):
    server = Server(program)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


class Library(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = os.path.realpath(folder.name)

    def configure(self, *arguments, status=0):
        return run(CMAKE, "-G", "Ninja", "-S", EXAMPLES, "-B", self.folder, f"-DCMAKE_C_COMPILER={CC}", f"-DCMAKE_PREFIX_PATH={PREFIX}",
                   f"-DCMAKE_C_FLAGS={shlex.join([*STRICT, *FLAGS])}", *arguments, status=status)

    def deliver(self, program):
        """Two at once, one of them in the middle of its text: connections do not mix."""
        with serving(program) as server:
            with smtplib.SMTP("127.0.0.1", server.port, "client.example", timeout=PATIENCE) as slow, \
                    smtplib.SMTP("127.0.0.1", server.port, "client.example", timeout=PATIENCE) as fast:
                for command, code in (("HELO client.example", 250), ("MAIL FROM:<>", 250), ("RCPT TO:<Postmaster>", 250),
                                      ("DATA", 354)):
                    self.assertEqual(slow.docmd(command)[0], code)
                slow.send(b"half a ")
                self.assertEqual(fast.sendmail("a@example.org", ["b@example.net", "c@example.net"], TEXT, ["BODY=8BITMIME"]), {})
                self.assertEqual(server.mail(), b"from <a@example.org>\nto <b@example.net>\nto <c@example.net>\n" + TEXT)
                slow.send(b"line\r\n.\r\n")
                self.assertEqual(slow.getreply()[0], 250)
                self.assertEqual(server.mail(), b"from <>\nto <Postmaster>\nhalf a line\r\n")
            with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as alone:
                alone.shutdown(socket.SHUT_WR)
                with alone.makefile("rb") as file:
                    self.assertRegex(file.read(), rb"\A220 mail\.example [^\r\n]*\r\n\Z")
            self.assertEqual(server.stop(), (-signal.SIGTERM, b""))

    def converse(self, server, client):
        """Our client to our server; then what each of them refuses."""
        with serving(server) as server:
            arguments = ["127.0.0.1", str(server.port), "a@example.org"]

            def send(octets, *to):
                done = subprocess.run([client, *arguments, *to], input=octets, timeout=PATIENCE, check=False,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={})
                return done.returncode, done.stdout, done.stderr

            self.assertEqual(send(TEXT, "b@example.net", "Postmaster"), (0, b"delivered 250 b@example.net\ndelivered 250 Postmaster\n", b""))
            self.assertEqual(server.mail(), b"from <a@example.org>\nto <b@example.net>\nto <Postmaster>\n" + TEXT)
            status, printed, why = send(b"bare\nLF\n", "b@example.net")
            self.assertEqual((status, printed), (1, b"failed 0 b@example.net\n"))
            self.assertIn(b"bare LF", why)
            self.assertEqual(send(b"", "b@example.net\r\nRSET")[0], 1)
            self.assertEqual(send(TEXT * 4, "b@example.net")[:2], (1, b"failed 0 b@example.net\n"))  # more than SIZE
            self.assertEqual(send(b"")[0], 64)
            self.assertEqual(server.stop(), (-signal.SIGTERM, b""))
            self.assertEqual(send(b"", "b@example.net")[0], 1)

    def test_by_cmake_package(self):
        self.configure()
        with open(os.path.join(self.folder, "CMakeCache.txt"), encoding="utf-8") as cache:
            where = re.search(r"^smtpref_DIR:PATH=(.*)$", cache.read(), re.MULTILINE)[1]
        self.assertEqual(where, os.path.dirname(installed("smtpref-config.cmake")))
        run(CMAKE, "--build", self.folder)
        server = os.path.join(self.folder, "server_poll")
        self.deliver(server)
        self.converse(server, os.path.join(self.folder, "client_blocking"))

    def test_by_pkg_config(self):
        env = {**KEPT, "PKG_CONFIG_PATH": os.path.dirname(installed("smtpref.pc"))}
        flags = shlex.split(run("pkg-config", "--cflags", "--libs", "smtpref", env=env)[0])
        programs = [os.path.join(self.folder, name) for name in ("server_poll", "client_blocking")]
        for program in programs:
            run(CC, *STRICT, *FLAGS, "-o", program, os.path.join(EXAMPLES, os.path.basename(program) + ".c"), *flags)
        self.deliver(programs[0])
        self.converse(*programs)

    def test_versions(self):
        """While the first number is 0, the second one counts."""
        version = run("pkg-config", "--modversion", installed("smtpref.pc"))[0].strip()
        self.assertRegex(version, r"^0\.[0-9]+\.[0-9]+$")
        file, probe = installed("smtpref-config-version.cmake"), os.path.join(self.folder, "probe.cmake")
        with open(probe, "w", encoding="utf-8") as script:
            script.write(f'set(CMAKE_SIZEOF_VOID_P 8)\ninclude("{file}")\nmessage("=${{PACKAGE_VERSION_COMPATIBLE}}")\n')
        major, minor, _ = version.split(".")
        for wanted, fits in ((f"{major}.{minor}", True), (f"{major}.{int(minor) + 1}", False), ("1.0", False)):
            with self.subTest(wanted=wanted):
                first, second = wanted.split(".")
                said = run(CMAKE, f"-DPACKAGE_FIND_VERSION={wanted}", f"-DPACKAGE_FIND_VERSION_MAJOR={first}",
                           f"-DPACKAGE_FIND_VERSION_MINOR={second}", "-P", probe)[1]
                self.assertEqual(said.strip() in ("=TRUE", "=1"), fits, said)

    def test_each_header_alone(self):
        folder = os.path.dirname(installed("server.h"))
        names = sorted(os.listdir(folder))
        self.assertEqual(names, sorted(os.listdir(os.path.join(EXAMPLES, "..", "include", "smtp"))))
        for name in names:
            with self.subTest(header=name):
                source = os.path.join(self.folder, "one.c")
                with open(source, "w", encoding="ascii") as file:
                    file.write(f'#include "smtp/{name}"\nextern int one;\n')
                run(CC, "-std=c99", *STRICT, "-fsyntax-only", f"-I{os.path.dirname(folder)}", source)


class Programs(unittest.TestCase):
    def test_smtpspec_checks_itself(self):
        program = installed("smtpspec")
        self.assertEqual(os.path.basename(os.path.dirname(program)), "bin")
        run(program, "check", "self", "--quiet", env={})

    def test_data_are_the_installed_ones(self):
        """Not those of the source tree: what is not there is missed."""
        folder = os.path.dirname(os.path.dirname(installed("rfc5321.tsv")))
        self.assertEqual(sorted(os.listdir(folder)), ["corpus", "prelude", "requirements", "scenarios"])
        away = os.path.join(folder, "away")
        os.rename(os.path.join(folder, "requirements"), away)
        try:
            said = run(installed("smtpspec"), "list", env={}, status=3)[1]
        finally:
            os.rename(away, os.path.join(folder, "requirements"))
        self.assertIn(os.path.join(folder, "requirements"), said)

    def test_by_a_link(self):
        with tempfile.TemporaryDirectory() as folder:
            link = os.path.join(folder, "smtpspec")
            os.symlink(installed("smtpspec"), link)
            self.assertEqual(run(link, "list", env={}), run(installed("smtpspec"), "list", env={}))

    def test_smtpref(self):
        self.assertRegex(run(installed("smtpref"), "--version", env={})[0], r"[0-9]+\.[0-9]+\.[0-9]+")


if __name__ == "__main__":
    del sys.argv[1:6]
    unittest.main(verbosity=1)
