"""What the runs have shown: kept as a table of tabs, and printed for people."""
import csv
import dataclasses
import os
import statistics

from run import SURVIVED

COLUMNS = ["bug", "target", "start", "oracle", "seconds", "runs", "seeds"]
STARTS = ("seeds", "empty")
OF_ALL = ("sanitizer", "timeout", "memory", "leak", "assert", "crash")  # oracle 1 of every target


@dataclasses.dataclass
class Row:
    bug: str
    target: str
    start: str
    oracle: str
    seconds: float
    runs: int
    seeds: int  # that kill it as they are; the run went without them

    @property
    def killed(self):
        return self.oracle != SURVIVED


def load(path):
    """By bug, target and start; of what was run again the later stands."""
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8", newline="") as f:
        rows = [Row(r["bug"], r["target"], r["start"], r["oracle"], float(r["seconds"]), int(r["runs"]), int(r["seeds"]))
                for r in csv.DictReader(f, delimiter="\t")]
    return {(row.bug, row.target, row.start): row for row in rows}


def save(path, rows):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new", "w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f, delimiter="\t", lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in rows.values():
            writer.writerow([row.bug, row.target, row.start, row.oracle, f"{row.seconds:.2f}", row.runs, row.seeds])
    os.replace(path + ".new", path)


def cell(row):
    if row is None:
        return "not run"
    left_out = f", -{row.seeds}" if row.seeds else ""
    if not row.killed:
        return f"SURVIVED {row.seconds:.0f} s{left_out}"
    return f"{row.oracle} {row.seconds:.1f} s{left_out}"


def print_bugs(bugs, rows):
    width = max([len(bug.name) for bug in bugs] + [4])
    print(f"{'bug':{width}}  {'target':9} {'from the seeds':34} {'from nothing':34} drawn from")
    for bug in bugs:
        for target in bug.targets:
            cells = [cell(rows.get((bug.name, target, start))) for start in STARTS]
            print(f"{bug.name:{width}}  {target:9} {cells[0]:34} {cells[1]:34} {bug.weakness}")


def killers(bugs, rows):
    """Which bugs each oracle of each target has killed."""
    killed = {}
    for bug in bugs:
        for target in bug.targets:
            for start in STARTS:
                row = rows.get((bug.name, target, start))
                if row is not None and row.killed:
                    killed.setdefault((target, row.oracle), {})[bug.name] = None
    return killed


def print_oracles(targets, bugs, rows):
    """Oracle by bug; returns the oracles that have killed none."""
    killed, idle = killers(bugs, rows), []
    print("\noracle                                   kills  bugs")
    for target in targets:
        named = target.oracles + [name for t, name in killed if t == target.name and name not in target.oracles]
        for oracle in named:
            of = killed.get((target.name, oracle), {})
            if not of and oracle not in OF_ALL:
                idle.append(f"{target.name}: {oracle}")
            strange = "" if oracle in target.oracles or oracle in OF_ALL else "  (not on the man page of the target)"
            print(f"{target.name:12}{oracle:28} {len(of):5}  {' '.join(of)}{strange}")
    return idle


def print_sum(bugs, rows, start):
    """Returns whether any run of this start survived."""
    runs = [[rows[(bug.name, target, start)] for target in bug.targets if (bug.name, target, start) in rows] for bug in bugs]
    runs = [run for run in runs if run]
    if not runs:
        return False
    killed = [run for run in runs if all(row.killed for row in run)]
    seconds = [row.seconds for run in runs for row in run if row.killed]
    known = sum(any(row.seeds for row in run) for run in runs)
    note = f"; {known} would be by a seed as it is: those seeds were left out" if start == "seeds" else ""
    print(f"from {start}: {len(killed)} of {len(runs)} bugs killed ({100 * len(killed) / len(runs):.0f} %){note}; "
          f"median {statistics.median(seconds) if seconds else 0:.1f} s, longest {max(seconds, default=0):.1f} s")
    return len(killed) < len(runs)


def report(targets, bugs, rows):
    """True: every bug that was run was killed from the seeds, and every oracle kills one."""
    print_bugs(bugs, rows)
    idle = print_oracles(targets, bugs, rows)
    print()
    survivors = [print_sum(bugs, rows, start) for start in STARTS]
    print(f"{len(idle)} oracles have killed none" + "".join(f"\n  {name}" for name in idle))
    return not survivors[0] and not idle
