# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Parts of neural networks in f64, each with the error that f32 is expected to make (rounding.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lexon.proof.rounding import Array, U, Value, linear, matmul, move, norm, root_of_squares, scale

Weights = Mapping[str, NDArray[Any]]


class AttentionSizes(Protocol):
    """What attention asks of a model's configuration."""

    @property
    def num_attention_heads(self) -> int: ...
    @property
    def num_key_value_heads(self) -> int: ...
    @property
    def head_dim(self) -> int: ...
    @property
    def rope_theta(self) -> float: ...


def causal_attention(x: Value, weights: Weights, prefix: str, sizes: AttentionSizes) -> Value:
    """Causal grouped-query attention with rotary embedding on x (batch, length, hidden).

    Weights are `PREFIXq_proj.weight`, `PREFIXq_proj.bias` and so on for k and v, and `PREFIXo_proj.weight`, as
    torch.nn.Linear stores them. Query head i reads key and value head i / (heads / key-value heads).
    """
    batch, length, _ = x.value.shape
    group = sizes.num_attention_heads // sizes.num_key_value_heads
    owner = np.arange(sizes.num_attention_heads) // group

    def heads(name: str, count: int) -> Value:
        flat = linear(x, weights[f"{prefix}{name}.weight"], weights[f"{prefix}{name}.bias"])
        return move(flat, lambda a: a.reshape(batch, length, count, sizes.head_dim).transpose(0, 2, 1, 3))

    query = rotate(heads("q_proj", sizes.num_attention_heads), sizes.rope_theta)
    key = move(rotate(heads("k_proj", sizes.num_key_value_heads), sizes.rope_theta), lambda a: a[:, owner])
    value = move(heads("v_proj", sizes.num_key_value_heads), lambda a: a[:, owner])
    scores = scale(matmul(query, move(key, lambda a: a.swapaxes(2, 3))), 1.0 / np.sqrt(sizes.head_dim))
    mixed = matmul(causal_softmax(scores), value)
    joined = move(mixed, lambda a: a.transpose(0, 2, 1, 3).reshape(batch, length, -1))
    return linear(joined, weights[f"{prefix}o_proj.weight"])


def rotate(x: Value, theta: float) -> Value:
    """Rotary embedding of x (batch, heads, length, head_dim): pairs (i, i + head_dim / 2) turn by an angle each.

    The angle of pair i at position p is p theta^(-2 i / head_dim).
    """
    size = x.value.shape[3]
    half = size // 2
    frequencies = theta ** (-2.0 * np.arange(half) / size)
    angles = np.arange(x.value.shape[2])[:, None] * frequencies
    cosines, sines = (np.concatenate((f(angles), f(angles)), axis=-1) for f in (np.cos, np.sin))
    # An f32 angle is off by its own roundings and by those of the exponent, which the logarithm of theta magnifies.
    off = U * (2 + (4 + np.log(theta)) * np.concatenate((angles, angles), axis=-1))

    def turned(a: Array) -> Array:
        return np.concatenate((-a[..., half:], a[..., :half]), axis=-1)

    y = x.value * cosines + turned(x.value) * sines
    other = np.abs(turned(x.error))
    trigonometry = root_of_squares(x.value, turned(x.value)) * off
    return Value(y, root_of_squares(x.error * cosines, other * sines, trigonometry, 2 * U * y))


def causal_softmax(scores: Value) -> Value:
    """Softmax of each row of (..., length, length) over the columns up to the diagonal."""
    length = scores.value.shape[-1]
    seen = np.tril(np.ones((length, length), bool))
    masked = np.where(seen, scores.value, -np.inf)
    shifted = masked - masked.max(-1, keepdims=True, initial=-np.inf)
    exponentials = np.exp(shifted)
    p = exponentials / exponentials.sum(-1, keepdims=True)
    spread = np.where(seen, np.abs(shifted), 0.0)
    own = root_of_squares(np.where(seen, scores.error, 0.0), U * (spread + 3))  # relative error of each exponential
    return Value(p, p * root_of_squares(own, norm(p * own), np.full(p.shape, U * np.sqrt(length))))


def rms_norm(x: Value, weight: NDArray[Any], eps: float) -> Value:
    """Each row of (..., size) by the reciprocal of its root mean square, times weight (size)."""
    n = x.value.shape[-1]
    w = weight.astype(np.float64)
    mean = (x.value**2).mean(-1, keepdims=True)
    mean_error = norm(2 * x.value * x.error) / n + (np.sqrt(n) + 2) * U * mean
    factor = 1.0 / np.sqrt(mean + eps)
    factor_error = 0.5 * factor**3 * mean_error + 2 * U * factor
    y = w * x.value * factor
    return Value(y, root_of_squares(w * factor * x.error, w * x.value * factor_error, 2 * U * y))


def silu(x: Value) -> Value:
    """x / (1 + exp(-x))."""
    y = x.value / (1.0 + np.exp(-x.value))
    return Value(y, root_of_squares(1.1 * x.error, U * (np.abs(x.value) + 4) * y))  # silu's slope is below 1.1


def relu(x: Value) -> Value:
    """max(x, 0); an element that is cut off may still be on the other side in f32."""
    return Value(np.maximum(x.value, 0.0), x.error)


def tanh(x: Value) -> Value:
    """The hyperbolic tangent; vector libraries are right to 4 units in the last place."""
    y = np.tanh(x.value)
    return Value(y, root_of_squares((1 - y**2) * x.error, 8 * U * y))


def conv2d(x: Value, weight: NDArray[Any], bias: NDArray[Any], *, padding: int = 0) -> Value:
    """x (batch, in, height, width) by weight (out, in, rows, columns) as torch.nn.Conv2d computes it, with stride 1."""
    around = ((0, 0), (0, 0), (padding, padding), (padding, padding))

    def patches(a: Array) -> Array:
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(a, around), weight.shape[2:], axis=(2, 3))
        moved = windows.transpose(0, 2, 3, 1, 4, 5)
        return moved.reshape(*moved.shape[:3], weight[0].size)

    y = linear(move(x, patches), weight.reshape(len(weight), -1), bias)
    return move(y, lambda a: a.transpose(0, 3, 1, 2))


def max_pool2d(x: Value, size: int) -> Value:
    """The largest of each window of size by size; rows and columns that fill none are left out."""

    def largest(a: Array) -> Array:
        batch, channels, height, width = (*a.shape[:2], a.shape[2] // size, a.shape[3] // size)
        cut = a[:, :, : height * size, : width * size]
        return np.asarray(cut.reshape(batch, channels, height, size, width, size).max(axis=(3, 5)))

    return move(x, largest)  # no window is off by more than its worst element
