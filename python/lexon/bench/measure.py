# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times several systems in one process, turn by turn.

The thread pools of other runtimes spin for a while after each call and slow down whoever comes next: medians can
double. So before each turn the process must use no CPU; then one call is not timed (it wakes the pool) and two are.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lexon.bench.problem import tensors
from lexon.bench.systems import Call

TIMED = 2  # calls in a turn
SHORT = 0.005  # seconds; of calls shorter than this a turn times more
LONGEST_WAIT = 3.0  # seconds until a pool that never sleeps is taken as it is


@dataclass
class Timed:
    """A system in a comparison: its times in seconds, and how far its results are from f64 at most."""

    key: str
    call: Call
    times: list[float] = field(default_factory=list)
    error: float = 0.0

    @property
    def least(self) -> float:
        """The shortest time."""
        return min(self.times)

    @property
    def median(self) -> float:
        """The middle time."""
        return statistics.median(self.times)


def take_turns(systems: Sequence[Timed], samples: int, before_round: Callable[[str], None] = lambda _: None) -> None:
    """Adds at least `samples` times to each system. Every second round goes backwards, so that nobody always comes
    after the same one. `before_round` is told which round begins."""
    rounds = -(-samples // TIMED)
    for number in range(rounds):
        wait_until_idle()
        before_round(f"round {number + 1} of {rounds}")
        for system in systems if number % 2 == 0 else reversed(systems):
            wait_until_idle()
            start = time.perf_counter()
            system.call()
            calls = TIMED if time.perf_counter() - start > SHORT else 5 * TIMED
            for _ in range(calls):
                start = time.perf_counter()
                system.call()
                system.times.append(time.perf_counter() - start)


def wait_until_idle() -> None:
    """Returns when no thread of this process has used CPU for 20 ms, or after a few seconds."""
    deadline = time.perf_counter() + LONGEST_WAIT
    while time.perf_counter() < deadline:
        before = time.process_time()
        time.sleep(0.02)
        if time.process_time() - before < 0.0005:
            return


def largest_error(result: Any, expected: Sequence[np.ndarray[Any, Any]]) -> float:
    """The largest difference of any element; infinite if shapes differ or a result is NaN where f64 is not."""
    found = [to_f64(value) for value in tensors(result)]
    if [value.shape for value in found] != [value.shape for value in expected]:
        return float("inf")
    worst = 0.0
    for value, exact in zip(found, expected, strict=True):
        if exact.size:
            with np.errstate(invalid="ignore"):
                difference = np.where(value == exact, 0.0, np.abs(value - exact))
            difference[np.isnan(value) & np.isnan(exact)] = 0.0
            worst = max(worst, float(np.nan_to_num(difference, nan=np.inf).max()))
    return worst


def to_f64(value: Any) -> np.ndarray[Any, Any]:
    """A result of any of the systems as an array of f64."""
    if hasattr(value, "detach"):
        value = value.detach().double().numpy()
    elif hasattr(value, "element_type"):
        value = _from_openvino(value)
    elif getattr(value, "dtype", None) == np.uint16:  # numpy has no bf16: its bits
        value = (value.astype(np.uint32) << 16).view(np.float32)
    return np.asarray(value, dtype=np.float64)


def _from_openvino(value: Any) -> np.ndarray[Any, Any]:
    data: np.ndarray[Any, Any] = value.data
    if value.element_type.get_type_name() == "bf16":
        bits: np.ndarray[Any, Any] = data.view(np.uint16)
        return (bits.astype(np.uint32) << 16).view(np.float32)
    return data
