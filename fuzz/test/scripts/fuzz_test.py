#!/usr/bin/env python3
"""scripts/fuzz without an engine: what it makes of a target's last words, of AFL++'s statistics, of cores, of wrong usage.

usage: fuzz_test.py ROOT
"""
import importlib.machinery
import importlib.util
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop()).resolve()
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "scripts"))
from fuzzing import account, engines, finds, fleet, targets  # noqa: E402

LOADER = importlib.machinery.SourceFileLoader("fuzz", str(ROOT / "scripts" / "fuzz"))
FUZZ = importlib.util.module_from_spec(importlib.util.spec_from_loader("fuzz", LOADER))
LOADER.exec_module(FUZZ)

ABORTED = """INFO: Seed: 1
ORACLE split-invariance: events of whole
==7== ERROR: libFuzzer: deadly signal
    #0 0x55 in __sanitizer_print_stack_trace (fuzz_dot+0x1)
    #8 0x56 in must_equal /tree/fuzz/targets/dot.c:74:5
    #9 0x57 in LLVMFuzzerTestOneInput /tree/fuzz/targets/dot.c:184:9
SUMMARY: libFuzzer: deadly signal
"""
OVERFLOW = """==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x60
    #0 0x55 in read_text /tree/ref/grammar/local.c:40:9
    #1 0x56 in smtp_parse_path /tree/ref/grammar/path.c:99:9
    #2 0x57 in check_spans /tree/fuzz/targets/command.c:24:9
    #3 0x58 in check_lax /tree/fuzz/targets/command.c:70:9
SUMMARY: AddressSanitizer: heap-buffer-overflow /tree/ref/grammar/local.c:40:9 in read_text
"""
UNDEFINED = """/tree/ref/base/span.c:70:14: runtime error: applying non-zero offset 5 to null pointer
    #0 0x55 in smtp_span_number /tree/ref/base/span.c:70:14
SUMMARY: UndefinedBehaviorSanitizer: undefined-behavior /tree/ref/base/span.c:70:14 in
"""


class Words(unittest.TestCase):
    def test_oracle_comes_first(self):
        self.assertEqual(finds.reading(ABORTED), ("split-invariance", ("must_equal",)))

    def test_sanitizer_and_three_frames(self):
        self.assertEqual(finds.reading(OVERFLOW), ("heap-buffer-overflow", ("read_text", "smtp_parse_path", "check_spans")))

    def test_undefined_says_what(self):
        oracle, frames = finds.reading(UNDEFINED)
        self.assertTrue(oracle.startswith("applying-non-zero-offset"), oracle)
        self.assertEqual(frames, ("smtp_span_number",))

    def test_nothing_said(self):
        self.assertEqual(finds.reading(""), ("died", ()))


class Fleet(unittest.TestCase):
    def setUp(self):
        self.target = targets.Target("t", 100, {"libfuzzer": 1, "afl": 1}, False, "text")

    def test_one_a_core_and_a_main(self):
        for cores in (1, 2, 5, 16):
            chosen = fleet.roles(self.target, cores)
            self.assertEqual(len({name for name, *_ in chosen}), cores)
            self.assertEqual(chosen[0][0], "main")
            self.assertLessEqual(sum(variant == "afl-asan" for _, variant, *_ in chosen), 1)

    def test_no_msan_where_libraries_are_not_instrumented(self):
        self.assertNotIn("msan", [name for name, *_ in fleet.roles(self.target, 16)])

    def test_options_of_another_version_are_left_out(self):
        self.assertEqual(fleet.without_unknown(("-p", "lin", "-a", "ascii", "-Z"), {"-p", "-Z"}), ("-p", "lin", "-Z"))


class Fake:
    def __init__(self, stability):
        self.stability = stability

    def counts(self):
        return {"stability": self.stability}


class Account(unittest.TestCase):
    def test_unstable(self):
        self.assertFalse(FUZZ.unstable(Fake("100.00%")))
        self.assertFalse(FUZZ.unstable(Fake("-")))
        self.assertTrue(FUZZ.unstable(Fake("99.87%")))

    def test_last_number(self):
        self.assertEqual(engines.last_number(r"cov: (\d+)", "#1 cov: 3 ft\n#2 cov: 17 ft\n"), 17)
        self.assertEqual(engines.last_number(r"cov: (\d+)", "nothing"), 0)

    def test_table_lines_up(self):
        rows = [("server", "afl", "5.0", "100", "1", "2", "3", "100.00%", "0")]
        lines = account.table(rows).splitlines()
        self.assertEqual(len(lines), 2)
        self.assertEqual(len(lines[0]), len(lines[1]))


class Targets(unittest.TestCase):
    def test_every_row_has_a_source_and_a_known_input(self):
        listed = list(targets.all_targets())
        self.assertGreaterEqual(len(listed), 4)
        for target in listed:
            self.assertTrue((ROOT / "fuzz" / "targets" / f"{target.name}.c").exists(), target.name)
            self.assertIn(target.input, ("records", "text"))
            self.assertTrue(target.dictionary.exists(), target.name)


class Usage(unittest.TestCase):
    def ends(self, *words):
        return subprocess.run([ROOT / "scripts" / "fuzz", *words], capture_output=True, check=False).returncode

    def test_status(self):
        self.assertEqual(self.ends("--help"), 0)
        self.assertEqual(self.ends(), 64)
        self.assertEqual(self.ends("dot", "--engine", "none"), 64)


if __name__ == "__main__":
    unittest.main()
