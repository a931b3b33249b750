"""One run of a target under one engine: starts it, tells how it goes, stops it, counts."""
import os
import re
import shutil
import signal
import subprocess
import time

from . import build
from .targets import FINDS, ROOT

AFL_ENV = {
    "AFL_NO_UI": "1", "AFL_SKIP_CPUFREQ": "1", "AFL_NO_AFFINITY": "1", "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1",
    "AFL_FORKSRV_INIT_TMOUT": "60000", "AFL_FAST_CAL": "1",
}
SANITIZER_ENV = {"ASAN_OPTIONS": "abort_on_error=1:symbolize=0:detect_leaks=0",
                 "UBSAN_OPTIONS": "abort_on_error=1:symbolize=0", "MSAN_OPTIONS": "exit_code=86:symbolize=0"}


class Run:
    """A child process and its log."""

    engine = ""

    def __init__(self, target, seconds):
        self.target, self.seconds = target, seconds
        self.child, self.started, self.ended = None, 0.0, None
        target.work.mkdir(parents=True, exist_ok=True)

    def begin(self):
        self.log = open(self.log_path(), "wb")
        self.child = subprocess.Popen(self.command(), stdout=self.log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                      env={**os.environ, **self.environment()}, cwd=ROOT, start_new_session=True)
        self.started = time.monotonic()

    def log_path(self):
        return self.target.work / f"{self.engine}.log"

    def environment(self):
        return {}

    def running(self):
        if self.child.poll() is None and time.monotonic() - self.started > self.seconds + 120:
            self.child.kill()  # an engine that does not end by itself
        if self.child.poll() is None:
            return True
        if self.ended is None:
            self.ended = time.monotonic()
            self.clear_group()
            self.log.close()
        return False

    def clear_group(self):
        """AFL++ may leave a child of its own behind, stopped: the one of CMPLOG."""
        try:
            os.killpg(self.child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def stop(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGINT)
            try:
                self.child.wait(20)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        self.running()

    def tail(self, octets=20000):
        with open(self.log_path(), "rb") as f:
            f.seek(max(0, os.fstat(f.fileno()).st_size - octets))
            return f.read().decode(errors="replace")

    def minutes(self):
        return ((self.ended or time.monotonic()) - self.started) / 60


def last_number(pattern, text, default=0):
    found = re.findall(pattern, text, re.MULTILINE)
    return int(found[-1]) if found else default


class LibFuzzer(Run):
    engine = "libfuzzer"

    def command(self):
        inputs = self.target.work / "corpus"
        inputs.mkdir(exist_ok=True)
        found = FINDS / self.target.name
        found.mkdir(parents=True, exist_ok=True)
        return [self.target.program("fuzz"), f"-max_total_time={max(1, int(self.seconds))}", "-timeout=10", "-rss_limit_mb=2048",
                f"-max_len={self.target.longest}", f"-dict={self.target.dictionary}", "-print_final_stats=1",
                f"-artifact_prefix={found}/", inputs, self.target.seeds]

    def environment(self):
        return {"ASAN_OPTIONS": "detect_leaks=1"}

    def counts(self):
        text = self.tail()
        runs = last_number(r"number_of_executed_units: *(\d+)", text) or last_number(r"^#(\d+)", text)
        seconds = max(1.0, 60 * self.minutes())
        return {"runs": runs, "rate": round(runs / seconds), "corpus": last_number(r"corp: (\d+)", text),
                "edges": last_number(r"cov: (\d+)", text), "stability": "-",
                "broke": self.child.poll() not in (None, 0, 72, -signal.SIGINT)}  # 72: interrupted


class Afl(Run):
    """One instance, alone or of a fleet."""

    engine = "afl"

    def __init__(self, target, seconds, name, variant="afl", options=(), env=None):
        super().__init__(target, seconds)
        self.name, self.variant, self.options, self.env = name, variant, options, env or {}

    def log_path(self):
        return self.target.work / f"afl-{self.name}.log"

    @property
    def out(self):
        return self.target.work / "afl" / self.name

    def command(self):
        role = ["-M" if self.name == "main" else "-S", self.name]  # -M does not trim, so one alone is no main
        return ["afl-fuzz", *role, "-V", str(max(1, int(self.seconds))), "-i", self.target.seeds, "-o", self.target.work / "afl",
                "-G", str(self.target.longest), "-t", "5000+", "-x", self.target.dictionary, *self.options,
                "--", self.target.program(self.variant)]

    def environment(self):
        return {**AFL_ENV, **SANITIZER_ENV, "AFL_CUSTOM_MUTATOR_LIBRARY": str(build.mutator_of(self.target)), **self.env}

    def statistics(self):
        try:
            lines = (self.out / "fuzzer_stats").read_text(encoding="utf-8").splitlines()
        except OSError:
            return {}
        return dict((part.strip() for part in line.split(":", 1)) for line in lines if ":" in line)

    def counts(self):
        s = self.statistics()
        runs = int(s.get("execs_done", 0))
        return {"runs": runs, "rate": round(runs / max(1.0, float(s.get("run_time", 0)))), "corpus": int(s.get("corpus_count", 0)),
                "edges": int(s.get("edges_found", 0)), "stability": s.get("stability", "?"),
                "broke": not self.running() and (self.child.returncode != 0 or not s)}


def clear_afl(target):
    """Keeps what an earlier fleet queued among the inputs, and gives the next one an empty folder."""
    inputs = target.work / "corpus"
    inputs.mkdir(parents=True, exist_ok=True)
    for path in target.work.glob("afl/*/queue/id:*"):
        if "orig:" not in path.name and "sync:" not in path.name:
            shutil.copyfile(path, inputs / f"afl-{path.parent.parent.name}-{path.name[3:9]}")
    shutil.rmtree(target.work / "afl", ignore_errors=True)


def collect_afl(target):
    """Takes what AFL++ found to where libFuzzer's finds lie."""
    folder = FINDS / target.name
    folder.mkdir(parents=True, exist_ok=True)
    for kind in ("crashes", "hangs"):
        for path in target.work.glob(f"afl/*/{kind}/id:*"):
            shutil.move(path, folder / f"afl-{kind}-{path.parent.parent.name}-{path.name[3:9]}")
