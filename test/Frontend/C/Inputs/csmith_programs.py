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
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# Each in its turn. (Not --float: it mixes pointers to float and to int, which is an error, and undefined.)
OPTIONS = ([], ["--inline-function"], ["--no-volatiles", "--max-funcs", "20"], ["--max-expr-complexity", "20"])


def run(command: list[str | Path], seconds: int) -> tuple[int | str, bytes, bytes]:
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return "time", b"", b""
    return done.returncode, done.stdout, done.stderr


def check(seed: int, setting: argparse.Namespace) -> str | None:
    """'' if all agree, None if the program was passed over, else what is wrong."""
    source = setting.scratch / f"{seed}.c"
    options = OPTIONS[seed % len(OPTIONS)]
    status, text, _ = run(["csmith", "--seed", str(seed), *options], 60)
    if status != 0:
        return None
    source.write_bytes(text)
    include = Path(shutil.which("csmith") or "csmith").resolve().parents[1] / "include" / "csmith"
    common = ["-w", f"-I{include}", source, "-lm", "-o"]
    expected_file, found_file = source.with_suffix(".expected"), source.with_suffix(".found")
    status, _, errors = run([setting.clang, "-O0", *common, expected_file], 120)
    if status != 0:
        return f"seed {seed}: Clang: {errors.decode(errors='replace')[:500]}"
    expected = run([expected_file], 5)
    if expected[0] == "time":
        return None
    for level in ("-O0", "-O3"):
        status, _, errors = run([setting.compiler, level, *common, found_file], 120)
        if status != 0:
            return f"seed {seed} {level}: compiler: {status}: {errors.decode(errors='replace')[:500]}"
        found = run([found_file], 30)
        if found[:2] != expected[:2]:
            return f"seed {seed} {level}: expected {expected[:2]}, found {found[:2]}"
    for file in (source, expected_file, found_file):
        file.unlink()
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--count", type=int, default=10, help="how many seeds")
    parser.add_argument("--jobs", type=int, default=2, help="programs at a time")
    parser.add_argument("--clang", default="clang", help="what to compare with")
    parser.add_argument("--compiler", default="lexon-cc", help="what to test")
    parser.add_argument("--scratch", type=Path, required=True, help="a folder; programs that fail stay there")
    setting = parser.parse_args()
    setting.scratch.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(setting.jobs) as pool:
        results = list(pool.map(lambda seed: check(seed, setting), range(setting.first, setting.first + setting.count)))
    wrong = [result for result in results if result]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{results.count('')} programs agree, {results.count(None)} passed over, {len(wrong)} differ")
    return 1 if wrong or not results.count("") else 0


if __name__ == "__main__":
    sys.exit(main())
