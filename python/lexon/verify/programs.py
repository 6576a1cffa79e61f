# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Builds the libraries that `lexon verify` runs: the program as it is, as transformed, and in f64 with bounds.

All are finished by the same plain road, so that a difference between them comes from the transformation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from lexon.compiler.driver import Toolbox
from lexon.compiler.manifest import read_manifest
from lexon.errors import LexonError
from lexon.verify.sections import Section

T = TypeVar("T")

# What every public function has at the end of the road, described or not.
_C_INTERFACE = re.compile(r"^ *llvm\.func @_mlir_ciface_([\w$.-]+)\(.*\{$", re.M)

# The plainest road from any stage to the LLVM dialect, and the pass that computes bounds: what verify stands on.
REFERENCE = "reference"
FINISH = (f"--pipeline={REFERENCE}",)
BOUNDS = ("--track-rounding-errors",)
# No optimization that could hide a fault of the transformation; -O0 would only be slower to run.
TRANSLATE = ("--emit=so", "-O1", "--veclib=none")


@dataclass(frozen=True)
class Step:
    """Arguments of one run of lexon-opt that are part of a transformation; `name` is for messages."""

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Built:
    """A library, or why there is none."""

    library: Path | None
    error: LexonError | None = None


class Builder:
    """Builds libraries of one section in `folder`; the methods may run at the same time."""

    def __init__(self, section: Section, folder: Path, tools: Toolbox, target: str | None = None) -> None:
        self._section = section
        self._folder = folder
        self._tools = tools
        self._target = ("--mcpu=" + target,) if target else ()
        self._shown = {str(section.path): section.shown}

    def build(self, name: str, step: Step, source: Path | None = None) -> Built:
        """The section (or `source`) after `step`, finished, as a library called `name`; errors are returned."""
        try:
            changed = self._optimize(source or self._section.path, step.name, step.arguments)
        except LexonError as error:
            return Built(None, error)
        return self.finish(changed, name)

    def before(self) -> tuple[Built, list[dict[str, Any]]]:
        """The unchanged section as a library, and the signatures of its public functions.

        A function that has none (see docs/formats.md) is given by its name alone.
        """
        try:
            lowered = self._optimize(self._section.path, "before", FINISH)
        except LexonError as error:
            return Built(None, error), []
        # Errors are returned: an exception in one of several tasks would stop all other work, of other sections too.
        found, library = self._tools.parallel(
            [_attempt(lambda: self._signatures(lowered)), _attempt(lambda: self._translate(lowered, "before"))]
        )
        for part in (found, library):
            if isinstance(part, LexonError):
                return Built(None, part), []
        assert isinstance(found, list) and isinstance(library, Path)
        signatures: list[dict[str, Any]] = found
        described = {str(item["function"]) for item in signatures}
        callable_ = _C_INTERFACE.findall(lowered.read_text())
        return Built(library), [*signatures, *({"function": name} for name in callable_ if name not in described)]

    def bounds(self) -> Built:
        """The section computed in f64, each result with a bound on what another order of rounding may give.

        Bounds are defined on scalar arithmetic. A program in a dialect above that is taken as the first stage of the
        plain road leaves it, where its operations have become that.
        """
        direct = self.build("bounds", Step("bounds-f64", BOUNDS))
        if direct.library is not None:
            return direct
        try:
            first = read_manifest(self._tools).stages(REFERENCE)[0].name
            lowered = self._optimize(self._section.path, "first-stage", (*FINISH, f"--stop-after={first}"))
        except LexonError:
            return direct
        return self.build("bounds", Step("bounds-f64", BOUNDS), lowered)

    def step(self, source: Path | None, name: str, step: Step) -> Path:
        """Runs one step on `source` (the section if None); returns the file with the IR after it."""
        return self._optimize(source or self._section.path, name, step.arguments)

    def finish(self, source: Path, name: str) -> Built:
        """The library of IR at any stage; errors are returned."""
        try:
            return Built(self._translate(self._optimize(source, name + "-llvm", FINISH), name))
        except LexonError as error:
            message = f"the IR after it cannot be finished to be run: {error.message}"
            return Built(None, LexonError(message, place=error.place, advice=error.advice))

    def all(self, *tasks: Callable[[], T]) -> list[T]:
        """The results of tasks that run at the same time."""
        return self._tools.parallel(tasks)

    def _optimize(self, source: Path, name: str, arguments: Sequence[str]) -> Path:
        out = self._folder / f"{name}.mlir"
        self._shown[str(out)] = f"{self._section.shown} after {name}"
        return self._tools.run_to(out, "lexon-opt", [source, *arguments], shown=dict(self._shown))

    def _translate(self, source: Path, name: str) -> Path:
        out = self._folder / f"{name}.so"
        return self._tools.run_to(out, "lexon-translate", [source, *TRANSLATE, *self._target], shown=dict(self._shown))

    def _signatures(self, source: Path) -> list[dict[str, Any]]:
        text = self._tools.run("lexon-translate", [source, "--emit=signatures"], shown=dict(self._shown))
        signatures = json.loads(text)
        if not isinstance(signatures, list):
            raise LexonError("--emit=signatures did not print a JSON array", place="lexon-translate")
        return signatures


def _attempt(task: Callable[[], object]) -> Callable[[], object]:
    """The task, giving its LexonError instead of raising it."""

    def attempt() -> object:
        try:
            return task()
        except LexonError as error:
            return error

    return attempt
