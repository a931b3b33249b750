"""The instances of an AFL++ fleet: a main and secondaries that each look another way."""
import subprocess

from . import build
from .engines import Afl, clear_afl

# name, build variant, options, environment; in the order in which they are added to the cores
ROLES = [
    ("main", "afl", ("-p", "fast"), {"AFL_FINAL_SYNC": "1"}),
    ("asan", "afl-asan", ("-p", "explore"), {"AFL_DISABLE_TRIM": "1"}),
    ("cmplog", "afl", ("-p", "coe", "-l", "2AT"), {"AFL_DISABLE_TRIM": "1"}),
    ("msan", "afl-msan", ("-p", "rare"), {"AFL_DISABLE_TRIM": "1"}),
    ("laf", "afl-laf", ("-p", "explore", "-Z"), {}),
    ("exploit", "afl", ("-p", "exploit", "-P", "exploit"), {"AFL_DISABLE_TRIM": "1"}),
    ("ascii", "afl", ("-p", "lin", "-a", "ascii", "-P", "explore"), {}),
    ("binary", "afl", ("-p", "quad", "-a", "binary", "-P", "explore"), {"AFL_DISABLE_TRIM": "1"}),
    ("mmopt", "afl", ("-p", "mmopt"), {"AFL_DISABLE_TRIM": "1"}),
    ("ours", "afl", ("-p", "explore"), {"AFL_CUSTOM_MUTATOR_ONLY": "1"}),
]


def options_known():
    """The letters of the options that this afl-fuzz has: -P and -a came with 4.10."""
    text = subprocess.run(["afl-fuzz", "-hh"], capture_output=True, text=True, errors="replace", check=False).stdout
    return {line.split()[0] for line in text.splitlines() if line.startswith("  -")}


def without_unknown(options, known):
    kept = []
    for i in range(len(options)):
        flag = options[i] if options[i].startswith("-") else options[i - 1]
        if flag in known:
            kept.append(options[i])
    return tuple(kept)


def roles(target, cores):
    """As many as there are cores; a target whose libraries MSan does not know has no such instance."""
    usable = [role for role in ROLES if role[1] != "afl-msan" or target.msan]
    return [usable[i] if i < len(usable) else (f"more{i}", "afl", ("-p", "rare"), {"AFL_DISABLE_TRIM": "1"}) for i in range(cores)]


def instances(target, seconds, cores):
    chosen, known = roles(target, cores), options_known()
    variants = {variant for _, variant, _, _ in chosen} | ({"afl-cmplog"} if any(name == "cmplog" for name, *_ in chosen) else set())
    build.libfuzzer([target])
    build.mutators()
    for variant in sorted(variants):
        build.afl([target], variant)
    clear_afl(target)
    for name, variant, options, env in chosen:
        extra = ("-c", str(target.program("afl-cmplog"))) if name == "cmplog" else ()
        foreign = ("-F", str(target.work / "corpus")) if name == "main" else ()
        yield Afl(target, seconds, name, variant, (*without_unknown(options, known), *extra, *foreign), env)
