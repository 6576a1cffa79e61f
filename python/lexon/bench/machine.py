# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a measurement has to say about the machine: the CPU, its measured limits, who else used it, and versions."""

from __future__ import annotations

import datetime
import os
import statistics
import time
from importlib import metadata
from pathlib import Path
from typing import Any

from lexon import __version__, runtime

#: Distributions whose versions belong to a result.
PACKAGES = ("torch", "torch-mlir", "onnxruntime", "openvino", "transformers", "numpy")


class Limits:
    """The limits of this machine, measured again in every round of a comparison: the memory bandwidth that a host gives
    its guests changes from second to second, and so may the clock."""

    def __init__(self, threads: int, dtype: str, weight_bytes: int = 0) -> None:
        """For `threads` threads; the bandwidth is that of reading `weight_bytes`, if the caches do not hold them."""
        self._threads, self._dtype = threads, dtype
        self._size = weight_bytes if weight_bytes > 2 * cache_bytes() else 0
        self._peaks: list[runtime.FmaPeak] = []
        self._read_best: list[float] = []
        self._read_median: list[float] = []

    def measure(self) -> None:
        """Once more; takes half a second, in which nothing else should run."""
        self._peaks.append(runtime.fma_peak(self._threads, dtype="bf16" if self._dtype == "bf16" else "f32"))
        best, median = runtime.read_bandwidth(self._threads, self._size, bursts=2)
        self._read_best.append(best)
        self._read_median.append(median)

    def facts(self) -> dict[str, Any]:
        """The machine as `Outcome.machine` describes it: the best of all measurements, and their median."""
        if not self._peaks:
            self.measure()
        info = runtime.cpu_info()
        peak = max(self._peaks, key=lambda peak: peak.gflops)
        return {
            "cpu": info["brand"] or info["architecture"], "isa": peak.isa, "threads": self._threads,
            "dtype": self._dtype, "cache_bytes": cache_bytes(), "flops_per_second": peak.gflops * 1e9,
            "read_best": max(self._read_best), "read_median": statistics.median(self._read_median),
            "versions": versions(), "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        }  # fmt: skip


def cache_bytes() -> int:
    """Size of the last-level cache; 32 MiB where the system does not say."""
    cache = runtime.cpu_info()["cache"]
    return int(cache["l3"] or cache["l2"] or 1 << 25)


def versions() -> dict[str, str]:
    """Versions of Lexon and of everything that it is compared with, as far as installed."""
    found = {"lexon": __version__}
    if "OPENBLAS_CORETYPE" in os.environ:
        found["OpenBLAS kernels"] = os.environ["OPENBLAS_CORETYPE"]
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


class Watch:
    """Finds out how much of the machine other programs used since it was made; nothing where /proc does not say."""

    def __init__(self) -> None:
        self._all, self._own = _busy_seconds(), _own_seconds()
        self._start = time.perf_counter()

    def disturbed(self) -> float:
        """CPU seconds of others (and those the host took away) per second."""
        now = _busy_seconds()
        if now is None or self._all is None:
            return 0.0
        others = (now - self._all) - (_own_seconds() - self._own)
        return max(0.0, others) / max(1e-9, time.perf_counter() - self._start)


def _own_seconds() -> float:
    """CPU time of this process and of those that it started and that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _busy_seconds() -> float | None:
    """CPU time of all programs since the start, and time that a hypervisor gave to other guests."""
    try:
        fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    except OSError:
        return None
    user, nice, system, _idle, _wait, interrupt, soft, steal = map(int, fields)
    return (user + nice + system + interrupt + soft + steal) / os.sysconf("SC_CLK_TCK")
