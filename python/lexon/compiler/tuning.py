# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Which kernels are fastest on this CPU, by measurement."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from lexon.compiler.build import CompileOptions, build_library
from lexon.compiler.driver import Toolbox
from lexon.errors import LexonError
from lexon.runtime import Function, Library
from lexon.runtime.tensors import numpy_dtype

# Measured times of one kernel differ by as much from run to run.
ENOUGH = 0.97
# Arguments that come from memory in a program come from memory here: copies of them are rotated.
ROTATED_BYTES = 1 << 28
SMALLEST_ROTATED = 1 << 20


@dataclass(frozen=True)
class Tuned:
    """What was found for one contraction: its kernel, the time of the one that the cost model chooses, and that of the
    fastest one, in ns, and how many were measured."""

    contraction: str
    kernel: str
    chosen_ns: float
    fastest_ns: float
    measured: int


def tune(
    files: Sequence[Path],
    options: CompileOptions,
    *,
    seconds: float = 0.2,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Tuned]:
    """Measures, for each contraction of static sizes in MLIR `files`, the kernels worth trying on this CPU.

    `options` are those that the programs will be compiled with; each kernel is called for `seconds`, in rounds with the
    other kernels of its contraction. Raises LexonError at the user's location.
    """
    if options.target != "native":
        raise LexonError(
            f"kernels for '{options.target}' cannot be measured here", advice="tune on the CPU that will run them"
        )
    if options.matmul != "vector":
        raise LexonError(f"matmul={options.matmul} has no kernels to tune", advice="use matmul=vector")
    found: dict[str, Tuned] = {}
    for path in files:
        progress(f"compile the kernels of {path.name}")
        with tempfile.TemporaryDirectory(prefix="lexon-tune-") as name, Toolbox() as tools:
            listing = Path(name) / "kernels.json"
            settings = replace(options, kernels="none", enumerated=listing)
            library = Library(build_library([path], Path(name) / "kernels.so", settings, tools=tools))
            entries: dict[str, list[tuple[str, str]]] = {}
            for entry in json.loads(listing.read_text()):
                entries.setdefault(entry["contraction"], []).append((entry["function"], entry["kernel"]))
            for number, (contraction, kernels) in enumerate(entries.items(), 1):
                progress(f"{path.name}: contraction {number} of {len(entries)}, {len(kernels)} kernels")
                if contraction not in found:
                    found[contraction] = _fastest(library, contraction, kernels, seconds)
    return list(found.values())


def _fastest(library: Library, contraction: str, kernels: list[tuple[str, str]], seconds: float) -> Tuned:
    functions = [library.function(name) for name, _ in kernels]
    copies = list(_rotated(functions[0]))
    least = [math.inf] * len(functions)
    rounds = 5
    for turn in range(rounds + 1):
        for index, function in enumerate(functions):
            # The first round finds out how many calls fill the time.
            calls = 1 if turn == 0 else max(1, int(seconds * 1e9 / rounds / least[index] / len(copies)))
            if len(copies) == 1:
                least[index] = min(least[index], function.benchmark(*copies[0], runs=calls, warmup=1).min_ns)
                continue
            for array in copies * calls:
                least[index] = min(least[index], function.benchmark(*array, runs=1, warmup=0).min_ns)
    best = min(range(len(kernels)), key=least.__getitem__)
    if least[best] > ENOUGH * least[0]:
        best = 0
    return Tuned(contraction, kernels[best][1], least[0], least[best], len(kernels))


def _rotated(function: Function) -> Iterator[list[np.ndarray]]:
    """Arguments for calls, one after the other: as many copies as it takes to leave the caches."""
    random = np.random.default_rng(0)

    def array(shape: tuple[int, ...], dtype: str) -> np.ndarray:
        if dtype == "bf16":
            bits = random.random(shape, np.float32).view(np.uint32) >> 16
            return bits.astype(np.uint16)
        wanted = numpy_dtype(dtype)
        if wanted.kind == "f":
            return random.random(shape, np.float32).astype(wanted)
        return random.integers(0, 3, shape).astype(wanted)

    arrays = [array(parameter.shape, parameter.dtype) for parameter in function.arguments]
    # The second operand, rhs, is the weights; everything else was computed just before.
    copies = 1
    if len(arrays) > 1 and arrays[1].nbytes >= SMALLEST_ROTATED:
        copies = max(1, min(16, ROTATED_BYTES // arrays[1].nbytes))
    for _ in range(copies):
        yield [value.copy() if index == 1 else value for index, value in enumerate(arrays)]
