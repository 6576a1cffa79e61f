# ===- program_tests.py - lit tests that are C programs ---------------------===#
#
# Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
#
# Each program of some folders is a test of its own: the same output, byte for byte, from Clang and from lexon-cc.
#
# ===-----------------------------------------------------------------------===#

import os
import subprocess
import sys
from pathlib import Path

import lit.formats
import lit.Test


class ProgramTests(lit.formats.FileBasedTest):
    """Every .c file in `folders`, and every folder with .c files in them, is a program.

    `variants` names a program's extra arguments for the compilers; it is compared once with each.
    """

    def __init__(self, *folders, variants=None):
        self.variants = variants or {}
        self.programs = {}
        for folder in map(Path, folders):
            found = [p for p in folder.iterdir() if p.suffix == ".c" or (p.is_dir() and any(p.glob("*.c")))]
            if not found:
                raise FileNotFoundError(f"{folder}: no C programs")
            for program in found:
                if self.programs.setdefault(program.name, program) != program:
                    raise FileExistsError(f"{program}: there is another program of this name")

    def getTestsInDirectory(self, suite, path_in_suite, lit_config, local_config):
        if path_in_suite[-1] in self.programs:
            return  # lit looks into a program's own folder too
        for name in sorted(self.programs):
            yield lit.Test.Test(suite, (*path_in_suite, name), local_config)

    def getTestsForPath(self, suite, path_in_suite, lit_config, local_config):
        yield lit.Test.Test(suite, path_in_suite, local_config)

    def execute(self, test, lit_config):
        program = self.programs[test.path_in_suite[-1]]
        scratch = Path(test.getExecPath()).parent / "Output" / f"{program.name}.tmp"
        compare = [sys.executable, Path(__file__).with_name("compare.py")]
        command = [*compare, "--scratch", scratch, "--reader", "mlir-opt-22", program]
        environment = {**os.environ, **test.config.environment}
        for flags in self.variants.get(program.name, ("",)):
            done = subprocess.run(
                [*command, f"--flags={flags}"], env=environment, capture_output=True, text=True, errors="replace"
            )
            if done.returncode != 0:
                return lit.Test.FAIL, f"{flags}\n{done.stdout}{done.stderr}"
        return lit.Test.PASS, ""
