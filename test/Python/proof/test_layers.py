# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Layers in f64 are PyTorch's, f32 keeps their tolerance, and no tolerance is so wide that a wrong result keeps it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

import torch
from torch.nn import functional

from lexon.proof import layers
from lexon.proof.rounding import Value, add, exact, linear, matmul, multiply

RNG = np.random.default_rng(7)
SIZES = SimpleNamespace(num_attention_heads=6, num_key_value_heads=2, head_dim=10, rope_theta=10000.0)


def rotated(x: Any) -> Any:
    length, size = x.shape[-2:]
    pairs = torch.arange(size // 2, dtype=torch.float64)
    angles = torch.arange(length, dtype=torch.float64)[:, None] * SIZES.rope_theta ** (-2 * pairs / size)
    turn = torch.polar(torch.ones_like(angles), angles)
    turned = torch.complex(*x.double().chunk(2, -1)) * turn
    return torch.cat((turned.real, turned.imag), -1).to(x.dtype)


def causal(scores: Any) -> Any:
    hidden = torch.ones(scores.shape[-2:]).triu(1).bool()
    return torch.softmax(scores.masked_fill(hidden, -torch.inf), -1)


CASES: dict[str, tuple[Any, Any, list[tuple[int, ...]]]] = {
    "linear": (linear, functional.linear, [(3, 17), (5, 17), (5,)]),
    "matmul": (matmul, torch.matmul, [(2, 7, 13), (2, 13, 3)]),
    "add": (add, torch.add, [(4, 5), (4, 5)]),
    "multiply": (multiply, torch.mul, [(4, 5), (4, 5)]),
    "rotate": (lambda x: layers.rotate(x, SIZES.rope_theta), rotated, [(2, 3, 7, 10)]),
    "causal_softmax": (layers.causal_softmax, causal, [(2, 3, 9, 9)]),
    "rms_norm": (
        lambda x, w: layers.rms_norm(x, w, 1e-6), lambda x, w: functional.rms_norm(x, x.shape[-1:], w, 1e-6),
        [(3, 11), (11,)],
    ),
    "silu": (layers.silu, functional.silu, [(3, 11)]),
    "relu": (layers.relu, torch.relu, [(3, 11)]),
    "tanh": (layers.tanh, torch.tanh, [(3, 11)]),
    "conv2d": (layers.conv2d, functional.conv2d, [(2, 3, 9, 8), (5, 3, 3, 2), (5,)]),
    "conv2d, padded": (
        lambda *a: layers.conv2d(*a, padding=2), lambda *a: functional.conv2d(*a, padding=2),
        [(1, 1, 4, 5), (2, 1, 3, 3), (2,)],
    ),
    "max_pool2d": (lambda x: layers.max_pool2d(x, 3), lambda x: functional.max_pool2d(x, 3), [(2, 3, 7, 11)]),
}  # fmt: skip
VALUES = {"matmul": 2, "add": 2, "multiply": 2}  # operands that are Values; the others are weights


@pytest.mark.parametrize("name", CASES)
def test_layer(name: str) -> None:
    ours, theirs, shapes = CASES[name]
    arrays = [RNG.standard_normal(shape).astype(np.float32) for shape in shapes]
    values = VALUES.get(name, 1)
    result = ours(*(exact(array) if i < values else array for i, array in enumerate(arrays)))
    double = theirs(*(torch.from_numpy(array).double() for array in arrays)).numpy()
    single = theirs(*(torch.from_numpy(array) for array in arrays)).numpy()
    assert result.value.shape == result.error.shape == double.shape
    np.testing.assert_allclose(result.value, double, rtol=1e-12, atol=1e-13)
    assert (np.abs(single - result.value) <= result.tolerance).all()
    assert (result.tolerance <= 1e-4 * (1 + np.abs(double))).all()


def test_errors_of_operands_are_carried() -> None:
    """An operand that is off by one unit of its scale moves the result, and the tolerance with it."""
    x = exact(RNG.standard_normal((4, 6)).astype(np.float32))
    off = Value(x.value, np.full(x.value.shape, 1e-3))
    weight = RNG.standard_normal((5, 6)).astype(np.float32)
    for layer in (lambda v: linear(v, weight), layers.relu, layers.silu, layers.tanh, lambda v: add(v, x)):
        assert (layer(off).error > 10 * layer(x).error).mean() > 0.9


def test_attention_is_pytorchs() -> None:
    weights = {
        f"{name}_proj.{kind}": (RNG.standard_normal(shape) * 0.2).astype(np.float32)
        for name, heads in (("q", 6), ("k", 2), ("v", 2))
        for kind, shape in (("weight", (heads * 10, 24)), ("bias", (heads * 10,)))
    }
    weights["o_proj.weight"] = (RNG.standard_normal((24, 60)) * 0.2).astype(np.float32)
    x = RNG.standard_normal((2, 7, 24)).astype(np.float32)

    def theirs(dtype: Any) -> Any:
        w = {name: torch.from_numpy(array).to(dtype) for name, array in weights.items()}
        query, key, value = (
            functional.linear(torch.from_numpy(x).to(dtype), w[f"{name}_proj.weight"], w[f"{name}_proj.bias"])
            .view(2, 7, -1, 10)
            .transpose(1, 2)
            for name in "qkv"
        )
        mixed = functional.scaled_dot_product_attention(
            rotated(query), rotated(key), value, is_causal=True, enable_gqa=True
        )
        return functional.linear(mixed.transpose(1, 2).flatten(2), w["o_proj.weight"]).numpy()

    ours = layers.causal_attention(exact(x), weights, "", SIZES)
    np.testing.assert_allclose(ours.value, theirs(torch.float64), rtol=1e-10, atol=1e-12)
    assert (np.abs(theirs(torch.float32) - ours.value) <= ours.tolerance).all()
    assert (ours.tolerance < 1e-3 * np.abs(ours.value).max()).all()
