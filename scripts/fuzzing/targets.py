"""The fuzz targets, as fuzz/targets.tsv lists them, and where their things lie."""
import dataclasses
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
WORK = ROOT / "build" / "fuzzing"  # a folder a target: inputs that the engines made, logs, AFL++'s output
FINDS = ROOT / "build" / "finds"  # inputs that broke something, as the engine wrote them


@dataclasses.dataclass(frozen=True)
class Target:
    name: str
    longest: int  # octets
    minutes: dict  # by engine
    msan: bool
    input: str  # "records" or "text": which mutator

    @property
    def seeds(self):
        return ROOT / "corpus" / self.name

    @property
    def work(self):
        return WORK / self.name

    @property
    def dictionary(self):
        own = ROOT / "fuzz" / "dictionaries" / f"{self.name}.dict"
        return own if own.exists() else own.with_name("all.dict")

    def program(self, build):
        return ROOT / "build" / build / "bin" / f"fuzz_{self.name}"


def all_targets():
    rows = (ROOT / "fuzz" / "targets.tsv").read_text(encoding="utf-8").splitlines()
    for row in rows:
        if row and not row.startswith("#"):
            name, _, longest, libfuzzer, afl, msan, *more = row.split("\t")
            minutes = {"libfuzzer": float(libfuzzer), "afl": float(afl)}
            yield Target(name, int(longest), minutes, msan == "yes", more[0] if more else "text")


def named(name):
    """The target of that name; LookupError names those that there are."""
    known = {t.name: t for t in all_targets()}
    if name not in known:
        raise LookupError(f"no target named {name}; there are: {' '.join(known)}")
    return known[name]
