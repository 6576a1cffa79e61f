# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Seeded, irregular inputs from a function's signature.

Irregular, so that a wrong index, a swapped operand or a dropped tail changes the result: no two elements alike,
magnitudes over several powers of two, more positive than negative. The same seed gives the same inputs everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexon.errors import LexonError
from lexon.runtime.tensors import numpy_dtype

Array = NDArray[Any]

# One below, at and above a vector's or tile's width, odd and mostly prime.
COMMON_SIZES = (1, 7, 19, 67)
_MAX_ELEMENTS = 1 << 20
_DYNAMIC = -1


@dataclass(frozen=True)
class Argument:
    """One argument or result of a signature (docs/formats.md); a scalar has no shape, an argument no `passing`."""

    kind: str
    dtype: str
    shape: tuple[int, ...] = ()
    mutated: bool = False
    passing: str = ""

    @staticmethod
    def from_json(item: Mapping[str, Any]) -> Argument:
        """One entry of a signature's `arguments` or `results`."""
        shape = tuple(int(size) for size in item.get("shape", ()))
        mutated, passing = bool(item.get("mutated", False)), str(item.get("passing", ""))
        return Argument(str(item["kind"]), str(item["dtype"]), shape, mutated, passing)

    @property
    def dynamic(self) -> int:
        """How many sizes are dynamic."""
        return self.shape.count(_DYNAMIC)


@dataclass(frozen=True)
class InputOptions:
    """What the user fixes: the seed, sizes for dynamic dimensions, and ranges of integer arguments.

    `common` are values tried for all dynamic sizes alike; `sizes` maps an argument's number to its whole shape or to
    its dynamic sizes; `ranges` maps an argument's number to its least and greatest value.
    """

    seed: int = 0
    common: tuple[int, ...] = ()
    sizes: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    ranges: Mapping[int, tuple[int, int]] = field(default_factory=dict)


def parse_dynamic(specs: Sequence[str]) -> tuple[tuple[int, ...], dict[int, tuple[int, ...]]]:
    """Reads `--dynamic` values: sizes for every dynamic dimension (`7,13`), or of one argument (`0:3x7`).

    >>> parse_dynamic(["7,13", "0:3x7"])
    ((7, 13), {0: (3, 7)})
    """
    common: list[int] = []
    sizes: dict[int, tuple[int, ...]] = {}
    for spec in specs:
        for word in spec.split(","):
            if re.fullmatch(r"\d+", word):
                common.append(int(word))
            elif match := re.fullmatch(r"(\d+):(\d+(?:x\d+)*)", word):
                sizes[int(match[1])] = tuple(int(size) for size in match[2].split("x"))
            else:
                raise LexonError(f"'{word}' is not a size", advice="write 7, or 7,13, or ARGUMENT:3x7 as in 0:3x7")
    return tuple(common), sizes


def parse_ranges(specs: Sequence[str]) -> dict[int, tuple[int, int]]:
    """Reads `--range` values, `ARGUMENT:LEAST:GREATEST`.

    >>> parse_ranges(["1:0:15"])
    {1: (0, 15)}
    """
    ranges: dict[int, tuple[int, int]] = {}
    for spec in specs:
        match = re.fullmatch(r"(\d+):(-?\d+):(-?\d+)", spec)
        if not match or int(match[2]) > int(match[3]):
            raise LexonError(f"'{spec}' is not a range", advice="write ARGUMENT:LEAST:GREATEST as in 1:0:15")
        ranges[int(match[1])] = (int(match[2]), int(match[3]))
    return ranges


def shape_cases(arguments: Sequence[Argument], options: InputOptions) -> list[list[tuple[int, ...]]]:
    """The lists of shapes, one shape per argument, with which a function is to run."""
    for number in (*options.sizes, *options.ranges):
        if number >= len(arguments):
            raise LexonError(f"there is no argument {number}: the function has {len(arguments)}")
    free = any(argument.dynamic for number, argument in enumerate(arguments) if number not in options.sizes)
    if not free:
        return [_shapes(arguments, options, 0)]
    cases = [_shapes(arguments, options, size) for size in options.common or COMMON_SIZES]
    if options.common:
        return cases
    # Many dynamic dimensions at a large common size take too long; the smallest always stays.
    return [case for case in cases if sum(prod(shape) for shape in case) <= _MAX_ELEMENTS] or cases[:1]


def make_inputs(
    arguments: Sequence[Argument], shapes: Sequence[tuple[int, ...]], options: InputOptions, case: int
) -> list[Array]:
    """One array per argument (0-d for a scalar; bf16 as raw 16-bit integers), the same for the same seed and case."""
    return [
        _array(argument, shape, np.random.default_rng([options.seed, case, number]), options.ranges.get(number))
        for number, (argument, shape) in enumerate(zip(arguments, shapes, strict=True))
    ]


def _shapes(arguments: Sequence[Argument], options: InputOptions, common: int) -> list[tuple[int, ...]]:
    shapes = []
    for number, argument in enumerate(arguments):
        given = options.sizes.get(number)
        if given is None:
            given = (common,) * argument.dynamic
        elif len(given) == len(argument.shape):
            fixed = [size for size, other in zip(argument.shape, given, strict=True) if size not in (_DYNAMIC, other)]
            if fixed:
                raise LexonError(f"argument {number} has the shape {list(argument.shape)}, not {list(given)}")
            shapes.append(given)
            continue
        if len(given) != argument.dynamic:
            raise LexonError(
                f"argument {number} has {argument.dynamic} dynamic sizes, {len(given)} are given",
                advice="give its whole shape or one number per dynamic size",
            )
        values = iter(given)
        shapes.append(tuple(next(values) if size == _DYNAMIC else size for size in argument.shape))
    return shapes


def _array(
    argument: Argument, shape: tuple[int, ...], rng: np.random.Generator, limits: tuple[int, int] | None
) -> Array:
    dtype = argument.dtype
    if dtype in ("f64", "f32", "f16", "bf16", "c64", "c128"):
        return _floats(dtype, shape, rng, limits)
    kind = numpy_dtype(dtype)
    if limits:
        return rng.integers(limits[0], limits[1], shape, endpoint=True).astype(kind)
    if dtype == "i1":
        return rng.random(shape) < 0.4
    if dtype == "i8" and len(shape) == 1:
        return _bytes_of_weights(shape[0], rng)
    low = 0 if dtype in ("index", "u8") else -9
    return rng.integers(low, 11, shape, endpoint=True).astype(kind)


def _floats(dtype: str, shape: tuple[int, ...], rng: np.random.Generator, limits: tuple[int, int] | None) -> Array:
    if dtype in ("c64", "c128"):
        part = "f32" if dtype == "c64" else "f64"
        pair = [_floats(part, shape, rng, limits) for _ in range(2)]
        return np.asarray(pair[0] + 1j * pair[1], numpy_dtype(dtype))
    if limits:
        values = rng.uniform(limits[0], limits[1], shape)
    else:
        magnitude = rng.uniform(0.5, 1.0, shape) * np.exp2(rng.integers(-4, 3, shape, endpoint=True))
        values = np.where(rng.random(shape) < 0.4, -magnitude, magnitude)
    if dtype == "bf16":
        bits = np.asarray(values, np.float32).view(np.uint32)
        return np.asarray((bits + np.uint32(0x8000)) >> np.uint32(16)).astype(np.uint16)
    return np.asarray(values, numpy_dtype(dtype))


def _bytes_of_weights(size: int, rng: np.random.Generator) -> Array:
    """Bytes that are moderate numbers if read as f16, bf16, f32 or f64: `lexon.weight` may do any of these."""
    content = rng.integers(0, 256, size).astype(np.uint8)
    tops = np.array([0x3C, 0x3D, 0x3E, 0x3F, 0xBC, 0xBE], np.uint8)
    content[1::2] = rng.choice(tops, content[1::2].shape)
    return content.view(np.int8)
