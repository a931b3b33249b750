"""Builds what the engines run: the targets, for AFL++ in variants, and the mutator that AFL++ loads."""
import os
import subprocess
import sys

from .targets import ROOT

# AFL++'s compiler takes its orders from the environment, which no compiler cache looks at.
VARIANTS = {
    "afl": {},
    "afl-asan": {"AFL_USE_ASAN": "1", "AFL_USE_UBSAN": "1"},
    "afl-msan": {"AFL_USE_MSAN": "1"},
    "afl-cmplog": {"AFL_LLVM_CMPLOG": "1"},
    "afl-laf": {"AFL_LLVM_LAF_ALL": "1"},
}


class BuildFailed(Exception):
    """Carries the log."""


def run(argv, env=None):
    done = subprocess.run(argv, cwd=ROOT, env={**os.environ, **(env or {})}, text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise BuildFailed(f"{' '.join(map(str, argv))}\n{done.stdout[-4000:]}")


def make(folder, preset, programs, env=None):
    print(f"building {folder}: {' '.join(programs)}", file=sys.stderr, flush=True)
    run(["cmake", "--preset", preset, "-B", f"build/{folder}"], env)
    run(["cmake", "--build", f"build/{folder}", "--target", *programs, "--", "--quiet"], env)


def libfuzzer(targets):
    make("fuzz", "fuzz", [f"fuzz_{t.name}" for t in targets])


def afl(targets, variant="afl"):
    env = {"CCACHE_DISABLE": "1", "AFL_QUIET": "1", **VARIANTS[variant]}
    make(variant, "afl", [f"fuzz_{t.name}" for t in targets], env)


def mutators():
    """Without instrumentation, since AFL++ loads them into itself."""
    make("gcc", "gcc", ["afl_records", "afl_text"])


def mutator_of(target):
    return ROOT / "build" / "gcc" / "lib" / f"afl_{target.input}.so"
