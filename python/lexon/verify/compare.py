# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The only comparer: every element of a result against a reference, under a bound for each element.

An element is right if it lies within its bound of the reference, if both are NaN, or if both are the same infinity.
An infinity is also right where the reference, with its bound, leaves the type's range. Where no finite bound is known
nothing is proven: the very bits of a `fallback` (the unchanged program) will do, or an error of at most 16 times the
largest that the fallback makes in those elements, provided that this is small. Integers and booleans must be equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]

# The distance from 1 to the next value.
_EPSILON = {"bf16": 2.0**-7, "f16": 2.0**-10, "f32": 2.0**-23, "f64": 2.0**-52}
# The largest finite value of a type plus half the distance to the next: what rounds to infinity.
_OVERFLOW = {"f16": 65520.0, "bf16": float.fromhex("0x1.ffp127"), "f32": float.fromhex("0x1.ffffffp127")}


@dataclass(frozen=True)
class Offence:
    """The first element that is wrong: where it is, what it is, what it should be and how far it may be off."""

    index: tuple[int, ...]
    got: str
    expected: str
    bound: str
    reason: str

    def __str__(self) -> str:
        where = f"element [{', '.join(map(str, self.index))}]: " if self.got else ""
        values = f": got {self.got}, expected {self.expected}, bound {self.bound}" if self.got else ""
        return f"{where}{self.reason}{values}"


@dataclass(frozen=True)
class Comparison:
    """What a comparison found. `ratio` is the largest error divided by its bound, 0 for 0/0.

    `unproven` elements had no finite bound (they were held against the fallback); `wrong` counts offences.
    """

    elements: int = 0
    error: float = 0.0
    ratio: float = 0.0
    unproven: int = 0
    wrong: int = 0
    offence: Offence | None = None

    @property
    def passed(self) -> bool:
        """True if no element was wrong."""
        return self.offence is None

    def __add__(self, other: Comparison) -> Comparison:
        return Comparison(
            self.elements + other.elements,
            max(self.error, other.error),
            max(self.ratio, other.ratio),
            self.unproven + other.unproven,
            self.wrong + other.wrong,
            self.offence or other.offence,
        )


def compare(
    result: Array,
    reference: Array,
    bound: ArrayLike = 0.0,
    *,
    fallback: Array | None = None,
    dtype: str | None = None,
) -> Comparison:
    """Compares each element of `result` with `reference` under `bound`.

    `result` is of any shape and type; `reference` has its shape and, for floating-point results, any floating-point
    type (f64 is meant); `bound` broadcasts to it. `dtype="bf16"` says that 16-bit integers in `result` and `fallback`
    are raw bf16. `fallback`, of `result`'s type, is what elements without a finite bound are held against.

    >>> compare(np.float32([1, 2.5]), np.float64([1, 2]), 0.25).offence.index
    (1,)
    >>> compare(np.float32([1, np.nan]), np.float64([1, np.nan])).passed
    True
    """
    if result.shape != reference.shape:
        reason = f"the shape is {list(result.shape)}, expected {list(reference.shape)}"
        return Comparison(wrong=1, offence=Offence((), "", "", "", reason))
    if result.dtype.kind in "biu" and dtype != "bf16":
        return _summary(result == reference, np.zeros(result.shape), 0.0, result, reference, np.zeros(result.shape), 0)
    if result.dtype.kind == "c":
        return _compare_complex(result, reference, bound, fallback)
    return _compare_floats(result, reference, bound, fallback, dtype or f"f{8 * result.dtype.itemsize}")


def compare_bits(result: Array, before: Array, *, dtype: str | None = None) -> Comparison:
    """Demands the same bits in every element, but for NaNs, which need only be NaN in both.

    >>> compare_bits(np.float32([0.0]), np.float32([-0.0])).passed
    False
    """
    if result.shape != before.shape or result.dtype != before.dtype:
        reason = f"is {result.dtype}{list(result.shape)}, expected {before.dtype}{list(before.shape)}"
        return Comparison(wrong=1, offence=Offence((), "", "", "", reason))
    good = _same_bits(result, before, dtype)
    wide, expected = widen(result, dtype), widen(before, dtype)
    with np.errstate(all="ignore"):
        apart = wide ^ expected if wide.dtype.kind == "b" else np.abs(wide - expected)
        error = np.where(good, 0.0, apart)
    worst = 0.0 if bool(good.all()) else float("inf")
    return _summary(good, error, worst, wide, expected, np.zeros(result.shape), 0, "differs")


def widen(array: Array, dtype: str | None = None) -> Array:
    """Floating-point values as f64 (complex as c128); integers stay. `dtype="bf16"`: 16-bit integers are raw bf16."""
    if dtype == "bf16" and array.dtype.kind in "iu":
        shifted: Array = array.astype(np.uint32) << np.uint32(16)
        return shifted.view(np.float32).astype(np.float64)
    if array.dtype.kind == "f":
        return array.astype(np.float64)
    return array.astype(np.complex128) if array.dtype.kind == "c" else array


def _compare_complex(result: Array, reference: Array, bound: ArrayLike, fallback: Array | None) -> Comparison:
    limit = np.broadcast_to(np.asarray(bound, np.float64), result.shape)
    total = Comparison()
    for part in (np.real, np.imag):
        other = None if fallback is None else part(fallback)
        total += compare(part(result), part(reference), limit, fallback=other)
    return Comparison(result.size, total.error, total.ratio, total.unproven, total.wrong, total.offence)


def _compare_floats(
    result: Array, reference: Array, bound: ArrayLike, fallback: Array | None, dtype: str
) -> Comparison:
    got, expected = widen(result, dtype), widen(reference)
    limit = np.broadcast_to(np.asarray(bound, np.float64), got.shape)
    with np.errstate(all="ignore"):
        error = np.abs(got - expected)
        both = np.isnan(got) & np.isnan(expected)
        same = both | (got == expected)
        overflow = np.isinf(got) & np.isfinite(expected) & (np.sign(got) == np.sign(expected))
        overflow &= np.abs(expected) + limit >= _OVERFLOW.get(dtype, float(np.finfo(np.float64).max))
        unproven = ~np.isfinite(limit) & ~np.isnan(expected) & ~same
        good = same | ((error <= limit) & np.isfinite(got)) | overflow
        good = np.where(unproven, _like_fallback(result, fallback, expected, unproven, dtype), good)
        counted = np.isfinite(error) & ~unproven & ~overflow
        error = np.where(counted, error, 0.0)
        ratio = np.where(error == 0, 0.0, error / limit)
    worst = float(ratio.max(initial=0.0))
    return _summary(good, error, worst, got, expected, limit, int(unproven.sum()))


def _like_fallback(result: Array, fallback: Array | None, expected: Array, unproven: Array, dtype: str) -> Array:
    """Which elements are the fallback's, or as near to `expected` as 16 times its largest error among `unproven`.

    A fallback that is off by more than the root of the type's epsilon (of the largest value) says nothing.
    """
    if fallback is None:
        return np.zeros(result.shape, bool)
    off = np.where(unproven, np.abs(widen(fallback, dtype) - expected), 0.0)
    scale = np.where(unproven, np.abs(expected), 0.0).max(initial=0.0)
    worst = float(off.max(initial=0.0))
    near = np.abs(widen(result, dtype) - expected) <= 16 * worst
    small = np.isfinite(worst) and worst <= _EPSILON.get(dtype, 0.0) ** 0.5 * scale
    return np.asarray(_same_bits(result, fallback, dtype) | (near & bool(small)), bool)


def _same_bits(result: Array, other: Array, dtype: str | None) -> NDArray[np.bool_]:
    left, right = np.ascontiguousarray(result), np.ascontiguousarray(other)
    size = left.dtype.itemsize
    raw = np.dtype(f"u{size}") if size <= 8 else np.dtype("u8")
    equal: Array = np.asarray(left.reshape(-1).view(raw) == right.reshape(-1).view(raw))
    if size > 8:
        equal = np.asarray(equal.reshape(-1, 2).all(axis=1))
    equal = equal.reshape(result.shape)
    wide, expected = widen(result, dtype), widen(other, dtype)
    nan = np.isnan(wide) & np.isnan(expected) if wide.dtype.kind in "fc" else np.zeros(result.shape, bool)
    return np.asarray(equal | nan, bool)


def _summary(
    good: Array,
    error: Array,
    ratio: float,
    got: Array,
    expected: Array,
    limit: Array,
    unproven: int,
    reason: str = "is off",
) -> Comparison:
    wrong = int(good.size - np.count_nonzero(good))
    offence = None
    if wrong:
        index = tuple(int(number) for number in np.unravel_index(int(np.argmin(good)), good.shape))
        bound = float(limit[index])
        if not np.isfinite(bound):
            reason = "has no finite bound and differs from the unchanged program"
        offence = Offence(index, _text(got[index]), _text(expected[index]), f"{bound:.3g}", reason)
    return Comparison(int(good.size), float(error.max(initial=0.0)), ratio, unproven, wrong, offence)


def _text(value: Any) -> str:
    return repr(value.item())
