"""New inputs that reach what the committed corpus does not, minimised, into corpus/."""
import hashlib
import pathlib
import shutil
import subprocess
import tempfile

from .targets import ROOT


def gathered(target, folder):
    """All inputs that the engines made, in one folder."""
    folder.mkdir()
    sources = [*target.work.glob("corpus/*"), *target.work.glob("afl/*/queue/id:*")]
    for i, path in enumerate(sources):
        if path.is_file() and path.stat().st_size <= target.longest:
            shutil.copyfile(path, folder / str(i))
    return len(sources)


def additions(target, inputs, folder):
    """What libFuzzer's merge adds to the committed corpus: an edge each that is new, not another count of an old one."""
    kept = pathlib.Path(folder) / "kept"
    shutil.copytree(target.seeds, kept) if target.seeds.exists() else kept.mkdir()
    before = {path.name for path in kept.iterdir()}
    subprocess.run([target.program("fuzz"), "-merge=1", "-use_counters=0", "-timeout=10", f"-max_len={target.longest}", kept, inputs],
                   cwd=folder, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    return [path for path in sorted(kept.iterdir()) if path.name not in before]


def merge(target):
    """How many inputs came to corpus/, each under the name of its hash."""
    with tempfile.TemporaryDirectory() as folder:
        inputs = pathlib.Path(folder) / "inputs"
        if gathered(target, inputs) == 0:
            print(f"{target.name}: no inputs in {target.work.relative_to(ROOT)}: fuzz first")
            return 0
        new = additions(target, inputs, folder)
        target.seeds.mkdir(parents=True, exist_ok=True)
        for path in new:
            data = path.read_bytes()
            (target.seeds / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
    print(f"{target.name}: {len(new)} inputs that reach something new")
    return len(new)
