# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Values in f64 that carry how far an f32 computation of them may be off.

Every value carries `error`, about one standard deviation of what rounding to f32 does to it, u = 2^-24:
- a sum of n products, added in any order, is off by no more than lambda sqrt(n) u sum|a||b|, but for a probability of
  2 n exp(-lambda^2 / 2) (Higham and Mary, "A new approach to probabilistic rounding error analysis", SIAM J. Sci.
  Comput. 41(5), 2019); `error` holds it with lambda = 1;
- errors of different operands count as independent: their squares add, each times the derivative's square;
- a single operation rounds once; exp, sin, cos and rsqrt are taken to be right to 2 units in the last place.
An f32 result is expected within LAMBDA times `error` of the value here; LAMBDA = 6 makes the probability 3e-8 n.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LAMBDA = 6.0
U = 2.0**-24


@dataclass(frozen=True)
class Value:
    """An exact value and the error that its f32 counterpart is expected to have, of one shape.

    >>> x = exact(np.array([[3.0, 4.0]]))
    >>> y = matmul(x, exact(np.array([[1.0], [2.0]])))
    >>> y.value.item(), bool(0 < y.tolerance.item() < 1e-5)
    (11.0, True)
    """

    value: Array
    error: Array

    @property
    def tolerance(self) -> Array:
        """How far an f32 result may be off, per element."""
        return LAMBDA * self.error


def exact(x: NDArray[Any]) -> Value:
    """A value that f32 holds without error: an input, a weight."""
    return Value(x.astype(np.float64), np.zeros(x.shape))


def linear(x: Value, weight: NDArray[Any], bias: NDArray[Any] | None = None) -> Value:
    """x (..., in) times the transpose of weight (out, in), plus bias (out)."""
    y = matmul(x, Value(weight.astype(np.float64).T, np.zeros((1, 1))))
    return y if bias is None else add(y, exact(bias))


def matmul(a: Value, b: Value) -> Value:
    """(..., m, n) times (..., n, k)."""
    n = a.value.shape[-1]
    rounding = np.sqrt(n) * U * (np.abs(a.value) @ np.abs(b.value))
    carried = a.error**2 @ b.value**2
    if b.error.size > 1:
        carried = carried + a.value**2 @ b.error**2
    return Value(a.value @ b.value, np.sqrt(carried + rounding**2))


def add(a: Value, b: Value) -> Value:
    """a + b."""
    y = a.value + b.value
    return Value(y, root_of_squares(a.error, b.error, U * y))


def multiply(a: Value, b: Value) -> Value:
    """a * b, element by element."""
    y = a.value * b.value
    return Value(y, root_of_squares(a.error * b.value, a.value * b.error, U * y))


def scale(x: Value, factor: float) -> Value:
    """x times a number that f32 rounds too, at once or as two factors of two operands."""
    y = x.value * factor
    return Value(y, root_of_squares(x.error * factor, 3 * U * y))


def move(x: Value, rearrange: Callable[[Array], Array]) -> Value:
    """Elements in other places: a reshape, a transpose, an indexing."""
    return Value(rearrange(x.value), rearrange(x.error))


def root_of_squares(*parts: Array) -> Array:
    """Errors of independent origins, put together."""
    return np.asarray(np.sqrt(sum(part**2 for part in parts)))


def norm(a: Array) -> Array:
    """Euclidean length of each row, kept as an axis of size 1."""
    return np.asarray(np.sqrt((a**2).sum(-1, keepdims=True)))
