"""Planted bugs: fuzz/planted/*.txt.

A block is a bug; blank lines and lines that begin with "#" stand between blocks only:

    bug lf-dot-lf
    about LF "." CRLF ends the text
    weakness CVE-2023-51764
    target dot server
    file ref/wire/dot.c
    --- text
    what stands there, once
    --- instead
    what stands there in the copy
    --- end

"file" and the texts may come again for a bug that takes several edits. "weakness" names the kind of fault in servers and
clients that the bug is drawn from; "-" where none is known. Each target has to notice the bug by itself.
"""
import dataclasses
import os
import re

FIELDS = ("about", "weakness", "target")


class Fault(Exception):
    """The tables are wrong: a message for people."""


@dataclasses.dataclass
class Edit:
    file: str
    text: str
    instead: str


@dataclasses.dataclass
class Bug:
    name: str
    where: str
    about: str = ""
    weakness: str = ""
    target: str = ""
    edits: list = dataclasses.field(default_factory=list)

    @property
    def targets(self):
        return self.target.split()


@dataclasses.dataclass
class Target:
    name: str
    longest: int
    oracles: list


def read_edit(lines, file, where):
    """From behind "--- text" to "--- end"."""
    parts = {"text": [], "instead": []}
    part = "text"
    for line in lines:
        if line == "--- end":
            text, instead = ("\n".join(parts[name]) for name in ("text", "instead"))
            if not file or not text or text == instead:
                raise Fault(f"{where}: an edit needs a file, a text and another one instead")
            return Edit(file, text, instead)
        if line == "--- instead":
            part = "instead"
        else:
            parts[part].append(line)
    raise Fault(f"{where}: no line '--- end'")


def read_file(path):
    bugs, file = [], ""
    with open(path, encoding="utf-8") as f:
        lines = iter(f.read().splitlines())
    for line in lines:
        word, _, rest = line.partition(" ")
        where = f"{os.path.basename(path)}: {bugs[-1].name if bugs else line}"
        if not line or line.startswith("#"):
            continue
        if word == "bug":
            bugs.append(Bug(rest, os.path.basename(path)))
        elif not bugs:
            raise Fault(f"{where}: no bug is begun")
        elif word in FIELDS:
            setattr(bugs[-1], word, rest)
        elif word == "file":
            file = rest
        elif line == "--- text":
            bugs[-1].edits.append(read_edit(lines, file, where))
        else:
            raise Fault(f"{where}: no such line: {line}")
    return bugs


def check(bugs, targets):
    names = [bug.name for bug in bugs]
    for bug in bugs:
        missing = [field for field in FIELDS if not getattr(bug, field)]
        unknown = [name for name in bug.targets if name not in targets]
        if missing or not bug.edits or names.count(bug.name) > 1:
            raise Fault(f"{bug.where}: {bug.name}: without {missing or 'an edit'}, or there twice")
        if unknown:
            raise Fault(f"{bug.where}: {bug.name}: no target {unknown}")


def read(folder, targets):
    bugs = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".txt"):
            bugs += read_file(os.path.join(folder, name))
    check(bugs, targets)
    return bugs


def plant(root, edit):
    """The file with the bug in it."""
    with open(os.path.join(root, edit.file), encoding="utf-8") as f:
        source = f.read()
    if source.count(edit.text) != 1:
        raise Fault(f"not once in {edit.file}: {edit.text}")
    return source.replace(edit.text, edit.instead)


def stale(root, bugs):
    """Bugs whose place has changed."""
    faults = []
    for bug in bugs:
        try:
            for edit in bug.edits:
                plant(root, edit)
        except (Fault, OSError) as fault:
            faults.append(f"{bug.where}: {bug.name}: {fault}")
    return faults


def oracles(source):
    """What the man page of a target lists below "Oracles:": a name and two blanks or more behind it."""
    with open(source, encoding="utf-8") as f:
        page = f.read().split("*/", 1)[0]
    listed = page.partition("Oracles:")[2]
    return re.findall(r"^ \* {7}([a-z][a-z-]*)(?=\s{2,}\S|$| )", listed, re.MULTILINE)


def read_targets(root):
    targets = {}
    with open(os.path.join(root, "fuzz/targets.tsv"), encoding="utf-8") as f:
        for line in f:
            if not line.startswith("#") and line.strip():
                columns = line.rstrip("\n").split("\t")
                source = os.path.join(root, "fuzz/targets", columns[0] + ".c")
                targets[columns[0]] = Target(columns[0], int(columns[2]), oracles(source))
    return targets
