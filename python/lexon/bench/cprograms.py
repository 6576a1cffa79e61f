# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times C programs as Lexon and as Clang compile them, turn by turn, and compares what they print.

A program says how long its kernel took (`kernel: SECONDS s`, on standard error); else its whole run counts.
"""

from __future__ import annotations

import datetime
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lexon import paths, runtime
from lexon.bench.job import Outcome, SystemResult
from lexon.bench.machine import Watch
from lexon.bench.table import DISTURBED
from lexon.errors import LexonError

OWN, OTHER = "lexon", "clang"
FLAGS = ("-O3", "-march=native", "-w")
SHORTEST = 0.02  # seconds; what is over sooner is start-up and noise
TIME_OUT = 120.0  # seconds
LONGEST_WAIT = 5.0  # seconds until a machine that others use is taken as it is
QUICK = ("gemm", "jacobi-1d")


@dataclass(frozen=True)
class Program:
    """A C file, flags beside FLAGS, and the file that is its standard input."""

    name: str
    source: Path
    flags: tuple[str, ...] = ()
    stdin: Path | None = None


@dataclass(frozen=True)
class Run:
    """What a program printed on standard output, how it ended, and how long it took in seconds."""

    printed: bytes
    exit_code: int
    seconds: float


def known_programs() -> list[Program]:
    """Those of benchmarks/c, then the examples."""
    root = paths.build_dir().parent
    kernels = [Program(path.stem, path) for path in sorted((root / "benchmarks" / "c").glob("*.c"))]
    transformers = (root / "examples").glob("*/transformer.c")
    examples = [Program("transformer-large", path, ("-DLARGE_DATASET",)) for path in transformers]
    for path in sorted((root / "examples" / "c").glob("*.c")):
        stdin = path.with_suffix(".in")
        examples.append(Program(path.stem, path, stdin=stdin if stdin.is_file() else None))
    return [*kernels, *examples]


def reference_compiler() -> str:
    """Clang of the LLVM that Lexon is built with."""
    found = shutil.which("clang-22") or shutil.which("clang")
    if not found:
        raise LexonError("there is no Clang to compare with", advice="install clang-22")
    return found


def measure(program: Program, runs: int, progress: Callable[[str], None]) -> Outcome:
    """Runs the program as each compiler makes it `runs` times, alternately. What goes wrong is the result's `problem`,
    no exception; `detail` says why a program was passed over."""
    systems = {OWN: SystemResult(OWN), OTHER: SystemResult(OTHER)}
    outcome = Outcome(program.name, list(systems.values()))
    watch_all = Watch()
    with tempfile.TemporaryDirectory(prefix="lexon-bench-") as folder:
        compilers = {OWN: str(paths.tool("lexon-cc")), OTHER: reference_compiler()}
        binaries = {key: Path(folder) / key for key in systems}
        for key, compiler in compilers.items():
            progress(f"{key} compiles")
            start = time.perf_counter()
            if problem := _compile([compiler, *FLAGS, *program.flags], program.source, binaries[key]):
                outcome.problem = f"{key}: {problem}"
                return outcome
            systems[key].set_up_seconds = time.perf_counter() - start
        expected = run(binaries[OTHER], program.stdin)
        if isinstance(expected, str):
            outcome.problem = f"{OTHER}: {expected}"
            return outcome
        if expected.seconds < SHORTEST:
            outcome.detail = f"takes less than {1000 * SHORTEST:.0f} ms"
            return outcome
        for number in range(runs):
            progress(f"turn {number + 1} of {runs}")
            wait_until_quiet()
            for key in (OWN, OTHER) if number % 2 == 0 else (OTHER, OWN):
                found = run(binaries[key], program.stdin)
                if isinstance(found, str):
                    outcome.problem = f"{key}: {found}"
                    return outcome
                if (found.printed, found.exit_code) != (expected.printed, expected.exit_code):
                    outcome.problem = f"{key} prints or ends otherwise than {OTHER} did first"
                    return outcome
                systems[key].times.append(found.seconds)
    outcome.machine = {
        "cpu": runtime.cpu_info()["brand"] or runtime.cpu_info()["architecture"],
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "disturbed": watch_all.disturbed(),
    }
    return outcome


def run(binary: Path, stdin: Path | None = None) -> Run | str:
    """One run, or what went wrong."""
    start = time.perf_counter()
    try:
        with (stdin.open("rb") if stdin else Path("/dev/null").open("rb")) as standard_input:
            done = subprocess.run([binary], stdin=standard_input, capture_output=True, timeout=TIME_OUT)
    except subprocess.TimeoutExpired:
        return f"takes longer than {TIME_OUT:.0f} s"
    seconds = time.perf_counter() - start
    if done.returncode < 0:
        return f"ended by signal {-done.returncode}"
    told = re.search(rb"^kernel: ([0-9.]+) s$", done.stderr, re.MULTILINE)
    return Run(done.stdout, done.returncode, float(told[1]) if told else seconds)


def wait_until_quiet() -> None:
    """Returns when other programs use little of the machine, or after a while."""
    deadline = time.perf_counter() + LONGEST_WAIT
    while time.perf_counter() < deadline:
        watch = Watch()
        time.sleep(0.1)
        if watch.disturbed() < DISTURBED:
            return


def _compile(command: Sequence[str], source: Path, binary: Path) -> str:
    try:
        done = subprocess.run(
            [*command, str(source), "-lm", "-o", str(binary)], capture_output=True, text=True, errors="replace",
            timeout=TIME_OUT,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"compiles for more than {TIME_OUT:.0f} s"
    return "" if done.returncode == 0 else f"does not compile: {' | '.join(done.stderr.splitlines()[:3])[:300]}"
