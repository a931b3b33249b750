"""A copy of the sources in which bugs are planted one after another, built by the fuzz preset.

The copy stays from run to run, and only files that have changed are copied anew, so that a bug costs the compilation of
the files that it touches.
"""
import filecmp
import os
import shutil
import subprocess

import planted

PARTS = ("CMakeLists.txt", "CMakePresets.json", "ref", "conformance", "fuzz", "corpus/abnf")


def sources(root):
    run = subprocess.run(["find", *PARTS, "-type", "f", "-not", "-path", "*/node_modules/*", "-not", "-name", "*.pyc"],
                         cwd=root, check=True, capture_output=True, text=True)
    return set(run.stdout.splitlines())


class Tree:
    def __init__(self, root, path):
        self.root, self.path = root, path
        self.log = os.path.join(path, "build.log")
        self.update()

    def update(self):
        """Makes the copy equal to the sources again, whatever was planted there."""
        wanted = sources(self.root)
        for file in wanted:
            source, copy = os.path.join(self.root, file), os.path.join(self.path, file)
            if not os.path.exists(copy) or not filecmp.cmp(source, copy, shallow=False):
                os.makedirs(os.path.dirname(copy), exist_ok=True)
                shutil.copyfile(source, copy)  # with the time of now, for ninja
        for file in sources(self.path) - wanted if os.path.exists(os.path.join(self.path, "fuzz")) else ():
            os.unlink(os.path.join(self.path, file))

    def command(self, *words):
        with open(self.log, "w", encoding="utf-8") as log:
            run = subprocess.run(words, cwd=self.path, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, check=False)
        if run.returncode != 0:
            with open(self.log, encoding="utf-8", errors="replace") as log:
                raise planted.Fault(f"{' '.join(words)}: status {run.returncode}\n" + "".join(log.readlines()[-30:]))

    def configure(self):
        """No warning is an error here: a planted bug may leave a function that nobody calls."""
        if not os.path.exists(os.path.join(self.path, "build/fuzz/build.ninja")):
            self.command("cmake", "--preset", "fuzz", "-DSMTPSPEC_WERROR=OFF")

    def plant(self, bug):
        for edit in bug.edits:
            source = planted.plant(self.path, edit)
            with open(os.path.join(self.path, edit.file), "w", encoding="utf-8") as f:
                f.write(source)

    def restore(self, bug):
        for file in {edit.file for edit in bug.edits}:
            shutil.copyfile(os.path.join(self.root, file), os.path.join(self.path, file))

    def build(self, target, name, kind="fuzz"):
        """The fuzzer, or the replay program, put aside under a name of its own."""
        self.configure()
        self.command("cmake", "--build", "--preset", "fuzz", "--target", f"{kind}_{target}")
        program = os.path.join(self.path, name)
        shutil.copy2(os.path.join(self.path, f"build/fuzz/bin/{kind}_{target}"), program)
        return program
