# ===- loop_parts.py - what kernels of C are made of ----------------------===#
#
# Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
#
# ===-----------------------------------------------------------------------===#
"""Sizes, loops, indices and arrays of loop_kernels.py.

Sizes are known here for each call, so the greatest index of each access is known too: arrays are made large enough, and
signed sums stay small, by construction.
"""

from __future__ import annotations

from dataclasses import dataclass, field

CALLS = 2
TYPES = ("double", "float", "int", "unsigned", "short")
FLOATS = ("double", "float")
WIDER = {"float": "double", "int": "long", "short": "int", "unsigned": "unsigned long", "double": "double"}
UNSIGNED = ("unsigned", "size_t", "unsigned char")
#: Of what type counters are that no conversion can make wrap, for each type of what bounds them.
COUNTERS = {"int": ("int", "int", "long"), "long": ("long",), "short": ("int",), "unsigned": ("unsigned", "size_t"),
            "size_t": ("size_t",)}  # fmt: skip
EXTENTS = (0, 1, 2, 3, 4, 7, 8, 9, 12, 13, 15, 16, 17, 20, 24, 25, 31, 32, 33, 40, 48, 63, 64, 65, 70)
LONG = (1000, 1024, 1025, 1500, 2050)  # more than the blocks that kernels cut sums into
MOST = 60_000  # iterations of a nest: a program compiled without optimization should take no second


@dataclass
class Size:
    """A number that bounds loops: a literal, or a variable with a value for each call."""

    text: str
    kind: str
    type: str
    values: list[int]


@dataclass
class Loop:
    """Counts through [lo, size + extra), or through a part of it that an outer loop's counter bounds."""

    name: str
    type: str
    lo: int
    size: Size
    extra: int
    step: int
    form: str
    begin: str
    end: str
    low: list[int]
    high: list[int]
    triangle: bool = False

    @property
    def value(self) -> str:
        """The text for what counts."""
        return f"({self.name} - 1)" if self.form in ("count-down", "while++") else self.name

    def last(self, call: int) -> int:
        return max(self.high[call] - 1, self.low[call], 0)


@dataclass
class Index:
    """A linear function of counters; `tops` are its greatest values, one for each call."""

    text: str
    tops: list[int]
    loops: list[Loop]
    plain: bool = False  # a counter, or a counter plus a constant


@dataclass
class Array:
    name: str
    type: str
    rank: int
    storage: str = ""
    uses: list[list[Index]] = field(default_factory=list)
    written: bool = False
    slack: bool = False
    dims: list[tuple[str, list[int]]] = field(default_factory=list)
    capacity: int = 1
    base: str = ""  # of the buffer in `main`
    offset: int = 0
    const_row: int = 0
