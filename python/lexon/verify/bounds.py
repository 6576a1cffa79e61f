# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Calls the f64 program with bounds: which buffers it takes behind the program's own arguments, and what it gives.

It returns each floating-point result as value and bound. For each buffer of floating-point numbers that it is given it
takes two more, behind all others, for the final contents as value and bound. Where the program on disk takes its
results as buffers already, what those hold in the end is the result.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from numpy.typing import NDArray

from lexon.verify.inputs import Argument
from lexon.verify.runner import Buffer

Array = NDArray[Any]
Bounds = tuple[Array, Array]  # value and bound, both f64

_FLOATS = ("f64", "f32", "f16", "bf16")


class Layout:
    """How results travel for one set of inputs.

    `before` are the results of the unchanged program, `shapes` those of its inputs.
    """

    def __init__(
        self,
        arguments: Sequence[Argument],
        results: Sequence[Argument],
        shapes: Sequence[tuple[int, ...]],
        before: Sequence[Array],
    ) -> None:
        self._results = results
        self._written = [i for i, argument in enumerate(arguments) if argument.mutated and argument.dtype in _FLOATS]
        # Once results are buffers, every argument that was a tensor is one as well.
        self._buffers = [i for i, item in enumerate(arguments) if item.kind == "memref" and item.dtype in _FLOATS]
        outs = [array for result, array in zip(results, before, strict=True) if result.passing == "out"]
        floats = [array for result, array in zip(results, before, strict=True) if _is_float_out(result)]
        own = [(str(array.dtype), array.shape) for array in outs]
        self._outs = len(outs)
        self.returned: list[Buffer] = _pairs(shapes[i] for i in self._written)
        self.passed: list[Buffer] = own + _pairs([*(shapes[i] for i in self._buffers), *(a.shape for a in floats)])

    def read(self, computed: Sequence[Array]) -> tuple[list[Bounds | None], dict[int, Bounds]] | None:
        """Value and bound of each floating-point result (None for the others) and of each buffer; None if `computed`
        has not as many arrays as there should be."""
        values = iter(computed)
        if len(computed) == _count(self._results) + len(self.returned):
            pairs = [_take(result, values) for result in self._results]
            return pairs, {index: (next(values), next(values)) for index in self._written}
        if len(computed) != _count([item for item in self._results if item.passing != "out"]) + len(self.passed):
            return None
        taken = {i: _take(item, values) for i, item in enumerate(self._results) if item.passing != "out"}
        for _ in range(self._outs):
            next(values)
        buffers = {index: (next(values), next(values)) for index in self._buffers}
        for i, item in enumerate(self._results):
            if item.passing == "out":
                taken[i] = _take(item, values) if _is_float_out(item) else None
        return [taken[i] for i in range(len(self._results))], buffers


def _is_float_out(result: Argument) -> bool:
    return result.passing == "out" and result.dtype in _FLOATS


def _pairs(shapes: Iterator[tuple[int, ...]] | Sequence[tuple[int, ...]]) -> list[Buffer]:
    return [("float64", tuple(shape)) for shape in shapes for _ in range(2)]


def _count(results: Sequence[Argument]) -> int:
    return sum(2 if result.dtype in _FLOATS else 1 for result in results)


def _take(result: Argument, values: Iterator[Array]) -> Bounds | None:
    value = next(values)
    return (value, next(values)) if result.dtype in _FLOATS else None
