# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Rows of a suite: what to measure and what has to be reached. A suite is a Python file with a tuple `ROWS`."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lexon.bench.goals import Goal
from lexon.bench.problem import Problem
from lexon.bench.systems import RIVALS
from lexon.errors import LexonError

NO_GOAL = Goal()


@dataclass(frozen=True)
class Row:
    """One line of the table.

    `build` makes the problem (imports of torch belong into it). `kind` is "time", or what else is measured of the
    problem: "compile" (seconds from MLIR to a library) or "memory" (most resident memory / what weights and activations
    need). `statistic` ("min" or "median") is the time that is judged. `cold`: weights are rotated beyond the last-level
    cache. `rivals` are the systems for the ratio, `others` are only shown. `quick`: part of `--quick`.
    """

    name: str
    title: str
    build: Callable[[], Problem]
    threads: int = 2
    dtype: str = "f32"
    kind: str = "time"
    statistic: str = "min"
    cold: bool = False
    rivals: tuple[str, ...] = RIVALS
    others: tuple[str, ...] = ("eager",)
    goal: Goal = NO_GOAL
    quick: bool = False


@dataclass(frozen=True)
class Group:
    """One line about several rows, those whose names start with one of `rows`.

    `combine` says how: "geomean" of their ratios and shares, "sum" of their times, or "error": the largest of their
    multiples of the most accurate system's error.
    """

    name: str
    title: str
    rows: tuple[str, ...]
    combine: str
    goal: Goal

    def has(self, row: str) -> bool:
        """True if the row called `row` belongs to it."""
        return row.startswith(self.rows)


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
