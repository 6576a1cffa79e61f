# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What this machine is, and how fast it can be."""

from __future__ import annotations

import ctypes as c
import json
from dataclasses import dataclass
from typing import Any

from lexon.errors import LexonError
from lexon.runtime import abi


@dataclass(frozen=True)
class FmaPeak:
    """GFLOP/s of all `threads` together (a fused multiply-add counts as 2), with instruction set `isa`."""

    gflops: float
    isa: str
    threads: int


def version() -> str:
    """Version of the runtime library."""
    text: bytes = abi.library().lexon_version()
    return text.decode()


def cpu_info() -> dict[str, Any]:
    """Architecture, vendor, brand, usable cores, page_bytes, cache (bytes; 0: unknown) and features by LLVM's name."""
    text = abi.library().lexon_cpu_info()
    info: dict[str, Any] = json.loads(text)
    return info


def fma_peak(threads: int = 0, *, dtype: str = "f32") -> FmaPeak:
    """Measures the FMA peak in about a quarter of a second; `threads=0` uses all cores that this process may use.

    `dtype` is "f32", or "bf16" for products of bf16 numbers summed in f32.
    """
    measure = {"f32": abi.library().lexon_fma_peak, "bf16": abi.library().lexon_bf16_peak}.get(dtype)
    if measure is None:
        raise LexonError(f"no peak is measured for {dtype}", advice="use f32 or bf16")
    gflops, isa = c.c_double(), c.c_char_p()
    abi.check(measure(threads, c.byref(gflops), c.byref(isa)))
    return FmaPeak(gflops.value, (isa.value or b"").decode(), threads or cpu_info()["cores"])


def read_bandwidth(threads: int = 0, size: int = 0, bursts: int = 15) -> tuple[float, float]:
    """Measures how many bytes per second `threads` threads (0: all cores) read from memory in `bursts` short bursts of
    `size` bytes (0: far more than the caches hold): in the fastest pass and in the middle one. 15 take about a second.
    """
    best, median = c.c_double(), c.c_double()
    abi.check(abi.library().lexon_read_bandwidth(threads, size, bursts, c.byref(best), c.byref(median)))
    return best.value, median.value
