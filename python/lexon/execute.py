# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a compiled model on arrays from files or a seed, times it, and writes what it gave; needs no torch."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexon.compiler.driver import fresh_beside
from lexon.errors import LexonError
from lexon.frontend.structure import ConstantLeaf, ScalarLeaf, TensorLeaf
from lexon.model import CompiledModel
from lexon.verify.compare import widen
from lexon.verify.inputs import Argument, InputOptions, make_inputs, shape_cases

Array = NDArray[Any]


@dataclass(frozen=True)
class Execution:
    """The results of the last run, a line about each, and the time of every run."""

    results: tuple[Array, ...]
    statistics: tuple[str, ...]
    milliseconds: tuple[float, ...]


def seeded_inputs(model: CompiledModel, options: InputOptions) -> list[Array]:
    """Irregular inputs for every tensor and number that `model` takes (see verify/inputs.py)."""
    leaves = _array_leaves(model)
    arguments = [
        Argument("scalar", leaf.dtype) if isinstance(leaf, ScalarLeaf) else Argument("memref", leaf.dtype, leaf.shape)
        for leaf in leaves
    ]
    shapes = shape_cases(arguments, options)
    # Of the sizes that would be tried, one that is neither 1 nor large.
    return make_inputs(arguments, shapes[min(1, len(shapes) - 1)], options, 0)


def read_inputs(paths: Sequence[Path]) -> list[Array]:
    """The arrays of `.npy` and `.npz` files, in order."""
    arrays: list[Array] = []
    for path in paths:
        try:
            content = np.load(path, allow_pickle=False)
        except OSError as error:
            raise LexonError(f"cannot read: {error.strerror or error}", place=str(path)) from error
        except (ValueError, EOFError) as error:
            raise LexonError(f"is neither .npy nor .npz: {error}", place=str(path)) from error
        if isinstance(content, np.ndarray):
            arrays.append(content)
        else:
            with content as file:
                arrays.extend(file[name] for name in file.files)
    return arrays


def execute(model: CompiledModel, arrays: Sequence[Array], *, runs: int = 1, warmup: int = 0) -> Execution:
    """Calls `model` `warmup` and then `runs` times; raises LexonError if the arrays do not fit."""
    given = iter(arrays)
    wanted = len(_array_leaves(model))
    if len(arrays) != wanted:
        raise LexonError(f"the model takes {wanted} inputs, got {len(arrays)}")
    leaves = [leaf.value if isinstance(leaf, ConstantLeaf) else next(given) for leaf in model.inputs.leaves]
    checked = model.arrays(leaves)
    for _ in range(warmup):
        model.call(checked)
    times: list[float] = []
    results: list[Array] = []
    for _ in range(runs):
        start = time.perf_counter()
        results = model.call(checked)
        times.append(1000 * (time.perf_counter() - start))
    dtypes = {leaf.index: leaf.dtype for leaf in model.outputs.leaves if not isinstance(leaf, ConstantLeaf)}
    lines = [describe(result, dtypes.get(index)) for index, result in enumerate(results)]
    return Execution(tuple(results), tuple(lines), tuple(times))


def describe(array: Array, dtype: str | None = None) -> str:
    """Shape, type and statistics in one line.

    >>> describe(np.float32([[1, 3]]))
    '1x2xf32  least 1, greatest 3, mean 2'
    """
    name = dtype or {"f": "f", "i": "i", "u": "u", "b": "i", "c": "c"}[array.dtype.kind] + str(8 * array.itemsize)
    head = "x".join([*map(str, array.shape), name])
    values = widen(array, dtype)
    if not values.size:
        return f"{head}  empty"
    if values.dtype.kind == "c":
        return f"{head}  mean {values.mean():.6g}"
    strange = int(np.count_nonzero(~np.isfinite(values))) if values.dtype.kind == "f" else 0
    finite = values[np.isfinite(values)] if strange else values
    if not finite.size:
        return f"{head}  nothing finite"
    text = f"{head}  least {finite.min():.6g}, greatest {finite.max():.6g}, mean {finite.mean():.6g}"
    return text + (f", {strange} not finite" if strange else "")


def check_results_name(path: Path) -> None:
    """Raises LexonError unless results can be written under this name."""
    if path.suffix not in (".npy", ".npz"):
        raise LexonError("results are written as .npy or .npz", place=str(path))


def write_results(path: Path, results: Sequence[Array]) -> None:
    """Writes one result as `.npy`, any number as `.npz` (arr_0, arr_1, ...); complete or not at all."""
    check_results_name(path)
    if path.suffix == ".npy" and len(results) != 1:
        raise LexonError(f"a .npy file holds one array, there are {len(results)} results", advice="write a .npz file")
    with fresh_beside(path) as temporary:
        with temporary.open("wb") as file:
            if path.suffix == ".npy":
                np.save(file, results[0], allow_pickle=False)
            else:
                np.savez(file, *results)
        temporary.replace(path)


def _array_leaves(model: CompiledModel) -> list[TensorLeaf | ScalarLeaf]:
    return [leaf for leaf in model.inputs.leaves if not isinstance(leaf, ConstantLeaf)]
