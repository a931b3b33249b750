"""From an input that broke something to a regression file: reproduce, name, minimise, write."""
import hashlib
import pathlib
import re
import shutil
import subprocess
import tempfile

from .targets import FINDS, ROOT

OURS = re.compile(r"#\d+ 0x[0-9a-f]+ in (\S+) .*?/((?:ref|conformance|fuzz)/\S+?):\d+")
NOT_TOLD_APART = {"LLVMFuzzerTestOneInput", "main"}
MINIMISE_SECONDS = 30


def reading(text):
    """Oracle and top frames of what a target said as it died."""
    said = re.search(r"^ORACLE ([\w-]+)", text, re.MULTILINE)
    summary = re.search(r"^SUMMARY: \w+: ([\w-]+)", text, re.MULTILINE)
    error = re.search(r"runtime error: (.{1,40})", text)
    oracle = said.group(1) if said else re.sub(r"\W+", "-", error.group(1)) if error else summary.group(1) if summary else "died"
    frames = [name for name, _ in OURS.findall(text) if name not in NOT_TOLD_APART]
    return oracle, tuple(frames[:3])


def outcome(target, path):
    """What an input breaks: (oracle, top frames of ours), or None. The oracle of a sanitizer is its kind of error."""
    try:
        run = subprocess.run([target.program("fuzz"), "-runs=1", "-timeout=10", "-rss_limit_mb=2048", path], cwd=ROOT, text=True,
                             errors="replace", capture_output=True, stdin=subprocess.DEVNULL, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        return "timeout", ()
    if run.returncode == 0:
        return None
    return reading(run.stderr)


def minimised(target, path, wanted, folder):
    """The smallest input that libFuzzer gets to with the same outcome; the input itself where there is none."""
    out = pathlib.Path(folder) / "minimised"
    subprocess.run([target.program("fuzz"), "-minimize_crash=1", f"-max_total_time={MINIMISE_SECONDS}", "-timeout=10",
                    f"-exact_artifact_path={out}", path], cwd=folder, capture_output=True, stdin=subprocess.DEVNULL,
                   timeout=10 * MINIMISE_SECONDS, check=False)
    if out.exists() and 0 < out.stat().st_size < path.stat().st_size and outcome(target, out) == wanted:
        return out
    return path


def by_outcome(target):
    """The smallest of the inputs that break the same in the same place; those that break nothing here stand under None."""
    groups = {}
    for path in sorted((FINDS / target.name).glob("*"), key=lambda p: p.stat().st_size):
        if path.is_file():
            groups.setdefault(outcome(target, path), []).append(path)
    return groups


def write(target, path, oracle):
    data = path.read_bytes()
    out = target.seeds / f"find--{oracle}-{hashlib.sha256(data).hexdigest()[:12]}"
    target.seeds.mkdir(parents=True, exist_ok=True)
    out.write_bytes(data)
    return out


def triage(target):
    """A regression file for each kind of find, told as it is written; how many there are."""
    groups = by_outcome(target)
    lost = groups.pop(None, [])
    for path in lost:
        print(f"{target.name}: {path.relative_to(ROOT)} broke something under AFL++, and nothing under libFuzzer with ASan and UBSan")
    for (oracle, frames), paths in groups.items():
        with tempfile.TemporaryDirectory() as folder:
            smallest = minimised(target, paths[0], (oracle, frames), folder)
            out = write(target, smallest, oracle)
        print(f"{target.name}: FIND {oracle} in {' < '.join(frames) or '?'}: {len(paths)} inputs, "
              f"the smallest {out.stat().st_size} octets: {out.relative_to(ROOT)}")
        keep_seen(target, paths)
    return len(groups) + bool(lost)


def keep_seen(target, paths):
    """So that the next run does not tell the same finds again."""
    seen = FINDS / f"{target.name}.told"
    seen.mkdir(parents=True, exist_ok=True)
    for path in paths:
        shutil.move(path, seen / path.name)
