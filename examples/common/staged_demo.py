# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the demos of the examples share: the stages of one model, each with its time, then a run that proves it.

Every stage is a target of the build, so a second run does only what is out of date, and then runs and proves again.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Stage:
    """A target of the build, and what a reader is told about it."""

    name: str
    what: str
    target: str
    compiles: bool = False
    """Counts towards the time from MLIR to the executable."""


@dataclass(frozen=True)
class Demo:
    """One example: the CMake option that switches it on, its stages, and the command that runs and proves it."""

    name: str
    option: str
    stages: tuple[Stage, ...]
    proof: Callable[[Path, argparse.Namespace], list[str]]
    """From the build folder and the options of the command line."""


def main_stages(name: str) -> tuple[Stage, ...]:
    """The road from the model to an executable, as LexonExample.cmake names its targets."""
    return (
        Stage("tools", "Lexon's tools and runtime library", f"lexon-{name}-tools"),
        Stage("import", "PyTorch to TOSA and weights", f"lexon-{name}-frontend"),
        Stage("midend", "TOSA to parallel loops of vector code", f"lexon-{name}-midend", compiles=True),
        Stage("backend", "to the LLVM dialect", f"lexon-{name}-backend", compiles=True),
        Stage("codegen", "to LLVM IR and objects", f"lexon-{name}-codegen", compiles=True),
        Stage("link", f"to bin/{name}-runner-staged", f"lexon-{name}-executable", compiles=True),
    )


@dataclass
class Failed(Exception):
    """A command ended with `code`; the last lines it printed."""

    code: int
    lines: list[str] = field(default_factory=list)


class Display:
    """A progress bar under the finished stages in a terminal, otherwise plain lines."""

    def __init__(self, stack: ExitStack, total: int) -> None:
        self.console = Console(highlight=False, soft_wrap=True)
        self.bar = None
        self.last = time.monotonic()
        if self.console.is_terminal:
            columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
            self.bar = stack.enter_context(Progress(*columns, console=self.console, transient=True))
            self.task = self.bar.add_task("", total=total)

    def doing(self, text: str) -> None:
        """What goes on now."""
        if self.bar:
            self.bar.update(self.task, description=text)
        elif time.monotonic() - self.last > 1:  # a line for each step of the long stages
            self._print(f"  {text}")

    def done(self, name: str, what: str, result: str) -> None:
        """One stage has ended."""
        self._print(f"{name:<9}{what:<40}{result:>12}")
        if self.bar:
            self.bar.advance(self.task)

    def _print(self, line: str) -> None:
        self.console.print(line, markup=False)
        self.last = time.monotonic()


def argument_parser(description: str | None) -> argparse.ArgumentParser:
    """The options that all demos have; a demo adds its own."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="build folder (default: build)")
    return parser


def run_demo(demo: Demo, options: argparse.Namespace) -> int:
    """Runs all stages and the proof; returns the exit code."""
    build = options.build.resolve()
    try:
        with ExitStack() as stack:
            display = Display(stack, len(demo.stages))
            _configure(demo.option, build, display)
            seconds = {stage: _stage(build, display, stage) for stage in demo.stages}
        total = sum(seconds[stage] for stage in demo.stages if stage.compiles)
        print(f"MLIR to executable: {total:.1f} s\n" if total >= 0.05 else "everything was up to date\n", flush=True)
        if subprocess.run(demo.proof(build, options), check=False).returncode == 0:
            return 0
        again = f"ninja -C {options.build} -t clean lexon-{demo.name}-frontend"
        print(f"to import again from nothing, first run: {again}", file=sys.stderr)
        return 1
    except Failed as failure:
        print("\n".join(failure.lines), file=sys.stderr)
        print(f"the demo stops here: a stage failed with exit code {failure.code}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


def _configure(option: str, build: Path, display: Display) -> None:
    """Switches the example on in the build folder, once."""
    cache = build / "CMakeCache.txt"
    if cache.exists() and f"{option}:BOOL=ON" in cache.read_text():
        return
    display.doing("configure")
    command = ["cmake", "-S", str(ROOT), "-B", str(build), f"-D{option}=ON"]
    if not cache.exists():
        command += ["-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release"]
    _run(command, display, "configure")


def _stage(build: Path, display: Display, stage: Stage) -> float:
    """Builds the stage's target; returns the seconds that took, 0 if there was nothing to do."""
    display.doing(stage.name)
    start = time.perf_counter()
    jobs = str(len(os.sched_getaffinity(0)))
    lines = _run(["cmake", "--build", str(build), "-j", jobs, "--target", stage.target], display, stage.name)
    seconds = time.perf_counter() - start
    idle = any("no work to do" in line for line in lines)
    display.done(stage.name, stage.what, "up to date" if idle else f"{seconds:.1f} s")
    return 0.0 if idle else seconds


def _run(command: list[str], display: Display, name: str) -> list[str]:
    """Runs a command and shows its last line beside the bar; returns the end of what it printed."""
    lines: deque[str] = deque(maxlen=60)
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except OSError as error:
        raise Failed(127, [f"cannot start {command[0]}: {error.strerror}; run: make setup"]) from error
    assert process.stdout is not None
    try:
        for line in process.stdout:
            lines.append(line.rstrip())
            display.doing(f"{name}: {line.strip()[:60]}")
        code = process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    if code:
        raise Failed(code, list(lines))
    return list(lines)
