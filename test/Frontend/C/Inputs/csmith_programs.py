# ===- csmith_programs.py - random programs by two compilers ----------------===#
#
# Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
#
# ===-----------------------------------------------------------------------===#
"""Compile csmith's random programs with lexon-cc, and compare what they print with what Clang's -O0 makes them print.

A program prints a checksum of its variables. Those that run longer than a few seconds even so are passed over.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from random_programs import Variant, arguments, check, check_all, run

# Each in its turn. (Not --float: it mixes pointers to float and to int, which is an error, and undefined.)
OPTIONS = ([], ["--inline-function"], ["--no-volatiles", "--max-funcs", "20"], ["--max-expr-complexity", "20"])


def compare(seed: int, setting: argparse.Namespace) -> str | None:
    """As random_programs.check."""
    source = setting.scratch / f"{seed}.c"
    status, text, _ = run(["csmith", "--seed", str(seed), *OPTIONS[seed % len(OPTIONS)]], 60)
    if status != 0:
        return None
    source.write_bytes(text)
    include = Path(shutil.which("csmith") or "csmith").resolve().parents[1] / "include" / "csmith"
    result = check(seed, source, [f"-I{include}"], [Variant(["-O0"], [["-O0"], ["-O3"]])], setting)
    if result == "":
        source.unlink()
    return result


def main() -> int:
    setting = arguments(__doc__ or "").parse_args()
    return check_all(setting, lambda seed: compare(seed, setting))


if __name__ == "__main__":
    sys.exit(main())
