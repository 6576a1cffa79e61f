# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Rows of a suite: what to measure and what has to be reached. A suite is a Python file with a tuple `ROWS`."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lexon.bench.problem import Problem
from lexon.bench.systems import RIVALS
from lexon.errors import LexonError


@dataclass(frozen=True)
class Level:
    """Reached if any figure given is: `ratio` (best rival's time / Lexon's) or `share` (of the limit) at least, or
    `most`: the measured value at most."""

    ratio: float | None = None
    share: float | None = None
    most: float | None = None

    def reached(self, ratio: float | None, share: float | None, value: float | None) -> bool:
        """False too if nothing was measured that the level speaks of.

        >>> Level(ratio=1.25, share=0.88).reached(1.1, 0.9, None)
        True
        """
        return bool(
            (self.ratio is not None and ratio is not None and ratio >= self.ratio)
            or (self.share is not None and share is not None and share >= self.share)
            or (self.most is not None and value is not None and value <= self.most)
        )

    def __bool__(self) -> bool:
        return (self.ratio, self.share, self.most) != (None, None, None)


@dataclass(frozen=True)
class Goal:
    """`never` below, `must` reach, `aim`; an empty level is not asked for."""

    never: Level = Level()
    must: Level = Level()
    aim: Level = Level()


@dataclass(frozen=True)
class Row:
    """One line of the table.

    `build` makes the problem (imports of torch belong into it); rows of `kind` "compile" and "memory" compile it and
    measure how long that takes, or what running it needs. `statistic` ("min" or "median") is the figure that is judged;
    `cold`: weights are rotated beyond the last-level cache; `rivals` are the systems for the ratio, `others` are shown.
    """

    name: str
    title: str
    build: Callable[[], Problem]
    threads: int = 2
    dtype: str = "f32"
    statistic: str = "min"
    cold: bool = False
    kind: str = "time"
    rivals: tuple[str, ...] = RIVALS
    others: tuple[str, ...] = ("eager",)
    goal: Goal = Goal()


@dataclass(frozen=True)
class Group:
    """The geometric mean of the ratios (and shares) of the rows whose names start with one of `rows`."""

    name: str
    title: str
    rows: tuple[str, ...]
    goal: Goal


def load_suite(path: Path) -> tuple[tuple[Row, ...], tuple[Group, ...]]:
    """Reads a suite; raises LexonError if the file is none, or two rows have one name."""
    if not path.is_file():
        raise LexonError("there is no such suite", place=str(path))
    name = f"lexon_bench_suite_{path.stem}"
    specification = importlib.util.spec_from_file_location(name, path)
    if specification is None or specification.loader is None:
        raise LexonError("is not a Python file", place=str(path))
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module  # dataclasses and pickling look their module up
    folder = str(path.resolve().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    specification.loader.exec_module(module)
    rows = getattr(module, "ROWS", None)
    if not isinstance(rows, tuple) or not all(isinstance(row, Row) for row in rows):
        raise LexonError("has no tuple ROWS of lexon.bench.Row", place=str(path))
    names = [row.name for row in rows]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise LexonError(f"two rows are called '{twice}'", place=str(path))
    return rows, tuple(getattr(module, "GROUPS", ()))


def find_row(path: Path, name: str) -> Row:
    """The row `name` of the suite `path`; raises LexonError if there is none."""
    rows, _ = load_suite(path)
    for row in rows:
        if row.name == name:
            return row
    raise LexonError(f"there is no row '{name}'", place=str(path))
