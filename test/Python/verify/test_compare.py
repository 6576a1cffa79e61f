# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The comparer: what is right, what is wrong, and what it says about it."""

import numpy as np
import pytest

from lexon.verify.compare import compare, compare_bits, widen

NAN, INF = float("nan"), float("inf")


def f32(*values):
    return np.array(values, np.float32)


def f64(*values):
    return np.array(values, np.float64)


def test_within_and_outside_the_bound():
    found = compare(f32(1, 2, 3), f64(1, 2.25, 2.5), f64(0, 0.25, 0.25))
    assert (found.elements, found.wrong, found.passed) == (3, 1, False)
    assert found.offence.index == (2,)
    assert (found.error, found.ratio) == (0.5, 2.0)
    assert "got 3.0, expected 2.5, bound 0.25" in str(found.offence)


def test_zero_bound_is_equality():
    assert compare(f32(1, 0), f64(1, -0.0), 0).ratio == 0
    found = compare(f32(1), f64(1 + 1e-9), 0)
    assert found.ratio == INF
    assert not found.passed


@pytest.mark.parametrize(
    ("got", "expected", "bound", "right"),
    [
        (NAN, NAN, 0, True),
        (NAN, 1, 1e9, False),
        (1, NAN, 1e9, False),
        (1, NAN, INF, False),
        (INF, INF, 0, True),
        (INF, -INF, 0, False),
        (INF, 1, 1e9, False),
        (1, INF, 0, False),
        (INF, 1e39, 0, True),  # f64 holds it, f32 cannot
        (-INF, 1e39, 0, False),
        (INF, 3.4e38, 1e37, True),  # within its bound it leaves the range
        (INF, 3.4e38, 1e30, False),
        (NAN, INF, 0, False),
        (1, 1, NAN, True),
    ],
)
def test_not_finite(got, expected, bound, right):
    assert compare(f32(got), f64(expected), f64(bound)).passed == right


def test_no_bound_demands_the_fallbacks_bits():
    assert not compare(f32(1), f64(5), INF).passed
    assert compare(f32(1), f64(5), INF, fallback=f32(1)).unproven == 1
    assert compare(f32(1), f64(5), INF, fallback=f32(1)).passed
    found = compare(f32(2), f64(5), INF, fallback=f32(1))
    assert "no finite bound" in found.offence.reason


def test_no_bound_allows_a_multiple_of_the_fallbacks_small_error():
    reference, before = f64(5, 3), f32(5.00001, 3)
    assert compare(f32(4.9999, 3), reference, INF, fallback=before).passed
    assert not compare(f32(4.999, 3), reference, INF, fallback=before).passed
    assert not compare(f32(5, INF), reference, INF, fallback=before).passed


def test_error_of_unproven_elements_is_not_counted():
    found = compare(f32(1, 2), f64(5, 2), f64(INF, 0), fallback=f32(1, 2))
    assert (found.error, found.ratio) == (0, 0)


def test_first_offence_in_row_major_order():
    result = np.zeros((3, 4), np.float32)
    result[1, 3] = result[2, 0] = 7
    found = compare(result, np.zeros((3, 4)), 1)
    assert found.offence.index == (1, 3)
    assert found.wrong == 2


def test_strided_and_empty_and_scalar():
    assert compare(np.arange(12, dtype=np.float32).reshape(3, 4).T, np.arange(12.0).reshape(3, 4).T).passed
    assert compare(np.zeros((0, 3), np.float32), np.zeros((0, 3))).elements == 0
    assert not compare(np.float32(2)[()].reshape(()), np.float64(1).reshape(()), 0.5).passed


def test_shape_mismatch():
    found = compare(np.zeros((2, 3), np.float32), np.zeros((3, 2)))
    assert "shape is [2, 3], expected [3, 2]" in str(found.offence)


def test_integers_and_booleans_are_exact():
    assert compare(np.array([1, 2]), np.array([1, 2]), 10).passed
    assert not compare(np.array([1, 2]), np.array([1, 3]), 10).passed
    assert not compare(np.array([True]), np.array([False]), 10).passed
    big = np.array([2**53 + 1], np.int64)
    assert not compare(big, big - 1).passed


def test_narrow_types():
    assert compare(np.array([0x3F80, 0x4000], np.uint16), f64(1, 2), dtype="bf16").passed
    assert not compare(np.array([0x3F80], np.uint16), f64(2), dtype="bf16").passed
    assert compare(np.float16([INF]), f64(65520), 0).passed
    assert not compare(np.float16([INF]), f64(65500), 0).passed
    assert widen(np.array([0xFF80], np.uint16), "bf16")[0] == -INF


def test_complex():
    assert compare(np.complex64([1 + 2j]), np.complex128([1 + 2.5j]), 0.5).passed
    assert not compare(np.complex64([1 + 2j]), np.complex128([1.75 + 2j]), 0.5).passed


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, np.complex64, np.complex128])
def test_bits(kind):
    values = np.array([1.5, NAN, -2], kind)
    assert compare_bits(values, values.copy()).passed
    assert compare_bits(values[::-1][::-1], values).passed
    assert not compare_bits(np.zeros(1, kind), -np.zeros(1, kind)).passed
    assert not compare_bits(values[:2], values).passed
    assert not compare_bits(values, np.zeros(3, np.int32)).passed


def test_bits_of_integers():
    assert compare_bits(np.array([1, -1]), np.array([1, -1])).passed
    found = compare_bits(np.array([[1, 2], [3, 4]]), np.array([[1, 2], [3, 5]]))
    assert found.offence.index == (1, 1)


def test_bits_of_booleans():
    assert compare_bits(np.array([True, False]), np.array([True, False])).passed
    assert compare_bits(np.array([True, False]), np.array([True, True])).offence.index == (1,)


def test_sums():
    good, bad = compare(f32(1), f64(1)), compare(f32(1), f64(3), 1)
    both = good + bad + good
    assert (both.elements, both.wrong, both.error, both.ratio) == (3, 1, 2, 2)
    assert both.offence is bad.offence
