"""How fast the targets run on one core, beside what others have published, and how long the corpus takes."""
import os
import re
import subprocess
import tempfile

from planted import Fault

# What is measured: name, target, part of it (SMTPFUZZ_ONLY), the goal in runs a second.
RATES = (
    ("server session", "server", "session", 20000),
    ("server, split invariance and the rest", "server", None, 8000),
    ("client against server", "pair", None, 10000),
)
AFL_GOAL, OCTETS_GOAL, REPLAY_GOAL = 12000, 200, 10
PUBLISHED = (
    ("Exim, AFLNet", "4.8", "mean of 10 runs of 24 h, ProFuzzBench data of Nyx-Net"),
    ("Exim, AFL++ with desock", "69", "the same"),
    ("Exim, Nyx-Net", "313", "the same"),
    ("toy server and client over loopback TCP", "3 140", "sessions of six commands; the ceiling of a runner with sockets"),
    ("picohttpparser, AFL++ persistent, ASan+UBSan", "19 000", "a parser of at most 512 octets"),
)
CAVEAT = "Exim forks, logs and spools, and its runs go through a socket or a snapshot of a machine; our target is the session alone."


def command(root, words, **more):
    run = subprocess.run(words, cwd=root, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False, **more)
    if run.returncode != 0:
        raise Fault(f"{' '.join(words)}: status {run.returncode}\n{(run.stdout + run.stderr)[-2000:]}")
    return run.stdout


def build(root, preset, *targets):
    command(root, ["cmake", "--preset", preset])
    command(root, ["cmake", "--build", "--preset", preset, "--target", *targets])


def build_afl(root, *targets):
    """With ASan and UBSan; AFL++'s compiler takes its orders from the environment, which no compiler cache looks at."""
    environment = {**os.environ, "CCACHE_DISABLE": "1", "AFL_QUIET": "1", "AFL_USE_ASAN": "1", "AFL_USE_UBSAN": "1"}
    command(root, ["cmake", "--preset", "afl", "-B", "build/afl-asan"], env=environment)
    command(root, ["cmake", "--build", "build/afl-asan", "--target", *targets], env=environment)


def rate(root, target, part, seconds):
    """Runs a second and octets an input, of the build with ASan and UBSan."""
    only = ["--only", part] if part else []
    out = command(root, [f"build/asan/bin/replay_{target}", *only, "--speed", str(seconds), f"corpus/{target}"])
    found = re.search(r"(\d+) runs a second, (\d+) octets an input", out)
    if not found:
        raise Fault(f"replay_{target} --speed printed no rate: {out[-300:]}")
    return int(found.group(1)), int(found.group(2))


def afl_rate(root, target, part, seconds):
    """Runs a second by the clock, octets an input of its queue, stability."""
    environment = {**os.environ, "AFL_NO_UI": "1", "AFL_SKIP_CPUFREQ": "1", "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1",
                   "AFL_NO_AFFINITY": "1", "AFL_FAST_CAL": "1"}
    if part:
        environment["SMTPFUZZ_ONLY"] = part
    with tempfile.TemporaryDirectory() as work:
        one_core = ["taskset", "-c", str(max(os.sched_getaffinity(0)))]  # of both: what wakes the other need not cross over
        command(root, [*one_core, "afl-fuzz", "-V", str(seconds), "-i", f"corpus/{target}", "-o", work, "-S", "speed", "--",
                       f"build/afl-asan/bin/fuzz_{target}"],
                env=environment)
        queue = [entry.stat().st_size for entry in os.scandir(os.path.join(work, "speed/queue")) if entry.is_file()]
        with open(os.path.join(work, "speed/fuzzer_stats"), encoding="utf-8") as f:
            stats = dict(re.findall(r"^(\w+)\s*: (.*)$", f.read(), re.MULTILINE))
    return float(stats["execs_per_sec"]), sum(queue) // len(queue), stats["stability"]


def replay_seconds(root, targets):
    """Processor time of the whole corpus through every target, one after another."""
    before = os.times()
    for target in targets:
        command(root, [f"build/asan/bin/replay_{target}", f"corpus/{target}"])
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def line(name, value, goal, met, note=""):
    print(f"  {name:48} {value:>12}   goal {goal:>12}  {'met' if met else 'MISSED'}{'   ' + note if note else ''}")


def speed(root, targets, seconds):
    """True: every goal is met."""
    names = list(targets)
    rows = [row for row in RATES if row[1] in targets]
    build(root, "asan", *("replay_" + name for name in names))
    build_afl(root, "fuzz_server")
    well = len(rows) == len(RATES)
    print("ours, runs a second of one core, ASan+UBSan:")
    for name, target, part, goal in rows:
        runs, octets = rate(root, target, part, seconds)
        met = runs >= goal and octets >= OCTETS_GOAL
        well = well and met
        line(name, f"{runs}", f"{goal}", met, f"{octets} octets an input (goal {OCTETS_GOAL})")
    runs, octets, stability = afl_rate(root, "server", "session", seconds)
    met = runs >= AFL_GOAL and octets >= OCTETS_GOAL
    line("server session, AFL++ persistent, shared memory", f"{runs:.0f}", f"{AFL_GOAL}", met,
         f"{octets} octets an input of its queue, stability {stability}, by the clock")
    used = replay_seconds(root, names)
    line("the whole corpus through every target", f"{used:.1f} s", f"{REPLAY_GOAL} s", used < REPLAY_GOAL)
    print("published:")
    for name, figure, note in PUBLISHED:
        print(f"  {name:48} {figure:>12}   {note}")
    print(f"  {CAVEAT}")
    return well and met and used < REPLAY_GOAL
