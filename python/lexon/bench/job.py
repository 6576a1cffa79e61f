# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the command line and the measuring process tell each other, as JSON."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Job:
    """Measure row `row` of the file `suite` with the systems named, at least `samples` calls each.

    Without a suite, `row` names a user's own model (`model.py:Name` or MLIR) that takes `inputs` (such as 2x3xf32).
    `folder` is where files may be left that the row needs; the caller removes it.
    """

    row: str
    systems: list[str]
    samples: int
    folder: str
    suite: str = ""
    inputs: list[str] = field(default_factory=list)
    threads: int = 2
    dtype: str = "f32"


@dataclass
class SystemResult:
    """Times in seconds and the largest error of one system, or the `problem` because of which there are none."""

    key: str
    times: list[float] = field(default_factory=list)
    error: float = 0.0
    set_up_seconds: float = 0.0
    problem: str = ""

    def time(self, statistic: str) -> float | None:
        """The "min" or "median" time, None if it did not run."""
        if not self.times:
            return None
        return min(self.times) if statistic == "min" else statistics.median(self.times)


@dataclass
class Outcome:
    """A row's results.

    `flops` and `weight_bytes` are of one call; `elements` is set for element-wise functions; `scale` is the largest
    magnitude in the f64 result; `value` is what rows measure that are not times of calls (seconds to compile, multiples
    of memory) and `detail` says more about it. `machine` holds what this row saw: cpu, threads, dtype, cache_bytes,
    flops_per_second, read_best and read_median (bytes per second), versions, date, and `disturbed`: the share of the
    machine's CPU time that other programs took meanwhile.
    """

    row: str
    systems: list[SystemResult] = field(default_factory=list)
    flops: float = 0.0
    weight_bytes: float = 0.0
    elements: int = 0
    scale: float = 0.0
    value: float | None = None
    detail: str = ""
    problem: str = ""
    machine: dict[str, Any] = field(default_factory=dict)

    def system(self, key: str) -> SystemResult | None:
        """The result of the system `key`, if it was asked for."""
        return next((system for system in self.systems if system.key == key), None)

    def to_json(self) -> dict[str, Any]:
        """For `from_json`."""
        return asdict(self)

    @staticmethod
    def from_json(document: Mapping[str, Any]) -> Outcome:
        """What `to_json` gave.

        >>> Outcome.from_json(Outcome("a row", [SystemResult("eager", [1.0])]).to_json()).systems[0].times
        [1.0]
        """
        return Outcome(**{**document, "systems": [SystemResult(**item) for item in document["systems"]]})
