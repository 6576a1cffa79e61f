# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Which rows and systems a command means."""

from __future__ import annotations

import difflib
import fnmatch
from collections.abc import Sequence
from typing import Protocol, TypeVar

from lexon.bench.results import OWN
from lexon.bench.suite import Row
from lexon.bench.systems import MAKERS
from lexon.errors import LexonError


class Named(Protocol):
    """A row, or whatever else has a name."""

    @property
    def name(self) -> str:
        """Without spaces."""
        ...


NamedT = TypeVar("NamedT", bound=Named)


def named(rows: Sequence[NamedT], only: Sequence[str]) -> list[NamedT]:
    """The rows with one of the names (or patterns) `only`, all if there is none.

    Raises LexonError for a name that fits no row.
    """
    for pattern in only:
        if not fnmatch.filter([row.name for row in rows], pattern):
            near = difflib.get_close_matches(pattern, [row.name for row in rows], n=3, cutoff=0.4)
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            raise LexonError(f"there is no row '{pattern}'{hint}", advice="lexon bench --list shows all")
    return [row for row in rows if not only or any(fnmatch.fnmatch(row.name, pattern) for pattern in only)]


def choose(rows: Sequence[Row], only: Sequence[str], threads: int | None, quick: bool) -> list[Row]:
    """The rows with one of the names (or patterns) `only`, with that many threads, of the quick ones if asked.

    Raises LexonError for a name that fits no row, and if nothing is left.
    """
    chosen = [
        row
        for row in named(rows, only)
        if (threads is None or row.threads == threads) and (row.quick or not quick or bool(only))
    ]
    if not chosen:
        raise LexonError("no row is left to measure", advice="lexon bench --list shows all rows")
    return chosen


def chosen_systems(row: Row, names: str | None) -> list[str]:
    """The row's systems, or those of the comma-separated `names`; Lexon is always among them."""
    if names is None:
        return list(dict.fromkeys((OWN, *row.others, *row.rivals)))
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in MAKERS]
    if unknown:
        raise LexonError(f"there is no system '{unknown[0]}'", advice=f"use {', '.join(MAKERS)}")
    return list(dict.fromkeys((OWN, *wanted)))
