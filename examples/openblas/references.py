# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Both models in f64 with numpy, written from their definition, and how far f32 may be off (lexon.proof.rounding)."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from lexon.proof.layers import Weights, conv2d, max_pool2d, relu, tanh
from lexon.proof.rounding import Array, Value, exact, linear, move


def mlp(x: NDArray[Any], weights: Weights) -> tuple[Array, Array]:
    """The perceptron's output for x (batch, 784), and per element how far an f32 result may be off."""
    hidden = tanh(_layer("second", relu(_layer("first", exact(x), weights)), weights))
    out = _layer("last", hidden, weights)
    return out.value, out.tolerance


def cnn(x: NDArray[Any], weights: Weights) -> tuple[Array, Array]:
    """The network's output for x (batch, 1, 28, 28), and per element how far an f32 result may be off."""
    image = max_pool2d(relu(conv2d(exact(x), weights["first.weight"], weights["first.bias"], padding=1)), 2)
    image = max_pool2d(relu(conv2d(image, weights["second.weight"], weights["second.bias"])), 2)
    flat = move(image, lambda a: a.reshape(len(a), -1))
    out = _layer("last", relu(_layer("third", flat, weights)), weights)
    return out.value, out.tolerance


def _layer(name: str, x: Value, weights: Weights) -> Value:
    return linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])
