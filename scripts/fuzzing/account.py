"""What the runs did: a line of progress while they last, a table at the end."""
import sys
import time

from .targets import ROOT

PATH = ROOT / "build" / "fuzz" / "account.txt"
HEAD = ("target", "engine", "minutes", "executions", "exec/s", "corpus", "edges", "stability", "finds")


def row(run, finds):
    c = run.counts()
    name = getattr(run, "name", "alone")
    engine = run.engine if name == "alone" else f"{run.engine} {name}"
    return (run.target.name, engine, f"{run.minutes():.1f}", str(c["runs"]), str(c["rate"]), str(c["corpus"]), str(c["edges"]),
            c["stability"], str(finds))


def table(rows):
    widths = [max(len(r[i]) for r in [HEAD, *rows]) for i in range(len(HEAD))]
    return "\n".join("  ".join(cell.ljust(w) if i < 2 else cell.rjust(w) for i, (cell, w) in enumerate(zip(r, widths)))
                     for r in [HEAD, *rows])


def keep(rows, note):
    PATH.parent.mkdir(parents=True, exist_ok=True)
    text = f"{time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime())} UTC  {note}\n{table(rows)}\n"
    with open(PATH, "a", encoding="utf-8") as f:  # the short runs of the gates do not wipe out the long ones
        f.write(text)


class Progress:
    """A line now and then; on a terminal more often."""

    def __init__(self, total):
        self.total, self.began = total, time.monotonic()
        self.every = 5 if sys.stderr.isatty() else 60
        self.next = self.began + self.every

    def tell(self, running, done):
        now = time.monotonic()
        if now < self.next:
            return
        self.next = now + self.every
        parts = [f"{r.target.name}/{r.engine} {r.counts()['rate']}/s {r.counts()['edges']} edges" for r in running]
        print(f"fuzz: {(now - self.began) / 60:.1f} min, {done} of {self.total} done; {', '.join(parts)}", file=sys.stderr, flush=True)
