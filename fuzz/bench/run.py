"""One run of a fuzzer against a planted bug, on one core, and what it died of."""
import dataclasses
import os
import re
import shutil
import signal
import subprocess
import tempfile

SURVIVED = "-"
BREAKS = (  # what the log says, and the name for it; the oracles of a target have their own
    (r"^ORACLE ([a-z-]+):", None),
    (r"ERROR: libFuzzer: timeout", "timeout"),
    (r"ERROR: libFuzzer: out-of-memory", "memory"),
    (r"ERROR: LeakSanitizer", "leak"),
    (r"ERROR: AddressSanitizer: ([a-zA-Z-]+)", "sanitizer"),
    (r"runtime error: ", "sanitizer"),
    (r"Assertion .* failed", "assert"),
    (r"ERROR: libFuzzer: deadly signal", "crash"),
)


RUNNING = set()


def stop():
    """Ends the fuzzers that run now."""
    for process in list(RUNNING):
        os.kill(process.pid, signal.SIGKILL)


@dataclasses.dataclass
class Outcome:
    oracle: str  # SURVIVED: none
    seconds: float  # of the processor
    runs: int
    seeds: int  # committed files that it dies of as they are, and that it therefore did not get


def name_of(log):
    for pattern, name in BREAKS:
        found = re.search(pattern, log, re.MULTILINE)
        if found:
            return name or found.group(1)
    return "crash"


def runs_of(log):
    """The last count that libFuzzer printed."""
    counts = re.findall(r"^#(\d+)\t", log, re.MULTILINE) + re.findall(r"^stat::number_of_executed_units: (\d+)", log, re.MULTILINE)
    return int(counts[-1]) if counts else 0


def wait(process):
    """Status and seconds of processor time."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_utime + usage.ru_stime


def words(program, target, seconds, work, dictionary, more):
    # The limit is processor time, so that other work on the machine makes no difference; the clock is there to end it at all.
    return ["prlimit", f"--cpu={seconds}:{seconds + 2}", program, "-seed=1", f"-max_len={target.longest}", f"-max_total_time={40 * seconds}", "-timeout=20",
            "-print_final_stats=1", f"-artifact_prefix={work}/", "-dict=" + dictionary, *more]


def passing(replay, target, seeds, folder):
    """
    Copies the seeds that the broken target survives; returns how many it does not: no seed of a run is a reproducer. Those that
    are too long for the target stay out too, since libFuzzer would cut them off anywhere.
    """
    os.mkdir(folder)
    if seeds is None:
        return 0
    done = subprocess.run([replay, "--passing", folder, seeds], stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=True)
    for name in os.listdir(folder):
        if os.path.getsize(os.path.join(folder, name)) > target.longest:
            os.unlink(os.path.join(folder, name))
    passed, all_of_them = re.search(r"(\d+) of (\d+) inputs", done.stdout).groups()
    return int(all_of_them) - int(passed)


def fuzz(root, program, target, seconds, replay=None, seeds=None, keep=None, more=()):
    """From the folder of seeds, without those that kill as they are, or from nothing. What kills it is copied to `keep`."""
    environment = {**os.environ, "ASAN_OPTIONS": "symbolize=0:detect_leaks=1", "UBSAN_OPTIONS": "symbolize=0"}
    with tempfile.TemporaryDirectory(prefix="fuzz-bench-") as work:
        os.mkdir(os.path.join(work, "new"))
        left_out = passing(replay, target, seeds, os.path.join(work, "seeds"))
        dictionary = os.path.join(root, "fuzz/dictionaries", target.name + ".dict")
        if not os.path.exists(dictionary):
            dictionary = os.path.join(root, "fuzz/dictionaries/all.dict")
        command = words(program, target, seconds, work, dictionary, more) + [os.path.join(work, "new"), os.path.join(work, "seeds")]
        with open(os.path.join(work, "log"), "w+", encoding="utf-8", errors="replace") as log:
            process = subprocess.Popen(command, cwd=work, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
            RUNNING.add(process)
            try:
                status, used = wait(process)
            finally:
                RUNNING.discard(process)
            log.seek(0)
            text = log.read()
        finds = [name for name in os.listdir(work) if name.startswith(("crash-", "timeout-", "oom-", "leak-"))]
        if keep and finds:
            shutil.copy(os.path.join(work, finds[0]), keep)
    if not finds:
        if status not in (0, -24, -9):  # the processor time is used up by SIGXCPU
            raise RuntimeError(f"{program}: status {status}\n{text[-3000:]}")
        return Outcome(SURVIVED, used, runs_of(text), left_out)
    return Outcome(name_of(text), used, runs_of(text), left_out)
