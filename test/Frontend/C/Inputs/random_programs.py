# ===- random_programs.py - random programs by two compilers ---------------===#
#
# Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
#
# ===-----------------------------------------------------------------------===#
"""What the makers of random C programs share: two compilers, one output; what differs stays in a folder."""

from __future__ import annotations

import argparse
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Variant:
    """How Clang makes the expected output (its flags), and the flags of all compilations that must print the same."""

    expected: Sequence[str]
    found: Sequence[Sequence[str]]


def run(command: Sequence[str | Path], seconds: int) -> tuple[int | str, bytes, bytes]:
    """Exit code ("time" if it took longer), standard output, standard error."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return "time", b"", b""
    return done.returncode, done.stdout, done.stderr


def check(seed: int, source: Path, flags: Sequence[str], variants: Sequence[Variant], setting: argparse.Namespace) -> (
    str | None
):
    """'' if all agree, None if the program runs longer than a few seconds, else what is wrong. `flags` are for all."""
    expected_file, found_file = source.with_suffix(".expected"), source.with_suffix(".found")
    common = ["-w", *flags, source, "-lm", "-o"]
    for variant in variants:
        status, _, errors = run([setting.clang, *variant.expected, *common, expected_file], 120)
        if status != 0:
            return f"seed {seed}: Clang: {errors.decode(errors='replace')[:500]}"
        expected = run([expected_file], 5)
        if expected[0] == "time":
            return None
        for found_flags in variant.found:
            name = f"seed {seed} {' '.join(found_flags)}"
            status, _, errors = run([setting.compiler, *found_flags, *common, found_file], 120)
            if status != 0:
                return f"{name}: compiler: {status}: {errors.decode(errors='replace')[:500]}"
            found = run([found_file], 30)
            if found[:2] != expected[:2]:
                return f"{name}: expected {_difference(expected, found)}"
    for file in (expected_file, found_file):
        file.unlink()
    return ""


def _difference(expected: tuple[int | str, bytes, bytes], found: tuple[int | str, bytes, bytes]) -> str:
    """Lines that differ, the first three; the exit codes if none does."""
    lines = zip(expected[1].splitlines(), found[1].splitlines(), strict=False)
    pairs = [f"{e.decode(errors='replace')!r}, found {f.decode(errors='replace')!r}" for e, f in lines if e != f]
    if pairs:
        return "; ".join(pairs[:3])
    return f"{expected[0]} with {len(expected[1])} bytes, found {found[0]} with {len(found[1])}"


def arguments(description: str) -> argparse.ArgumentParser:
    """The options that all makers have."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--count", type=int, default=10, help="how many seeds")
    parser.add_argument("--jobs", type=int, default=2, help="programs at a time")
    parser.add_argument("--clang", default="clang", help="what to compare with")
    parser.add_argument("--compiler", default="lexon-cc", help="what to test")
    parser.add_argument("--scratch", type=Path, help="a folder; programs that fail stay there")
    return parser


def check_all(setting: argparse.Namespace, one: Callable[[int], str | None]) -> int:
    """Checks each seed with `one`, which returns what `check` does; says what differs. The exit code."""
    setting.scratch.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(setting.jobs) as pool:
        results = []
        for result in pool.map(one, range(setting.first, setting.first + setting.count)):
            results.append(result)
            if result:
                print(result, flush=True)
    wrong = sum(map(bool, results))
    print(f"{results.count('')} programs agree, {results.count(None)} passed over, {wrong} differ")
    return 1 if wrong or not results.count("") else 0
