# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The transformer block in f64 with numpy, written from its definition, and how far f32 may be off.

It shares no code with transformer_model.py: weights come by name from the state dict. A mistake in the model, such as
gate and up exchanged, therefore shows as a difference between PyTorch and this file.

Every value carries `error`, about one standard deviation of what rounding to f32 does to it, u = 2^-24:
- a sum of n products, added in any order, is off by no more than lambda sqrt(n) u sum|a||b|, but for a probability of
  2 n exp(-lambda^2 / 2) (Higham and Mary, "A new approach to probabilistic rounding error analysis", SIAM J. Sci.
  Comput. 41(5), 2019); `error` holds it with lambda = 1;
- errors of different operands count as independent: their squares add, each times the derivative's square;
- a single operation rounds once; exp, sin, cos and rsqrt are taken to be right to 2 units in the last place.
An f32 result is expected within LAMBDA times `error` of the value here; LAMBDA = 6 makes the probability 3e-8 n.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Weights = Mapping[str, NDArray[Any]]

LAMBDA = 6.0
U = 2.0**-24


class Sizes(Protocol):
    """What the reference asks of a configuration."""

    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int
    rms_norm_eps: float
    rope_theta: float


@dataclass(frozen=True)
class Value:
    """An exact value and the error that its f32 counterpart is expected to have, of one shape."""

    value: Array
    error: Array


def reference(x: NDArray[Any], weights: Weights, sizes: Sizes) -> tuple[Array, Array]:
    """The block's output for x (batch, length, hidden), and per element how far an f32 result may be off."""
    start = Value(x.astype(np.float64), np.zeros(x.shape))
    with np.errstate(invalid="ignore", over="ignore"):  # NaN and infinity in the input go through
        normal = _rms_norm(start, weights["input_layernorm.weight"], sizes.rms_norm_eps)
        middle = _add(start, _attention(normal, weights, sizes))
        normal = _rms_norm(middle, weights["post_attention_layernorm.weight"], sizes.rms_norm_eps)
        gate = _linear(normal, weights["mlp.gate_proj.weight"])
        up = _linear(normal, weights["mlp.up_proj.weight"])
        out = _add(middle, _linear(_multiply(_silu(gate), up), weights["mlp.down_proj.weight"]))
    return out.value, LAMBDA * out.error


def _attention(x: Value, weights: Weights, sizes: Sizes) -> Value:
    batch, length, _ = x.value.shape
    parts = []
    for name, heads in (
        ("q_proj", sizes.num_attention_heads),
        ("k_proj", sizes.num_key_value_heads),
        ("v_proj", sizes.num_key_value_heads),
    ):
        flat = _linear(x, weights[f"self_attn.{name}.weight"], weights[f"self_attn.{name}.bias"])
        parts.append(_map(flat, lambda a, n=heads: a.reshape(batch, length, n, sizes.head_dim).transpose(0, 2, 1, 3)))
    query, key, value = parts
    query, key = _rotate(query, sizes), _rotate(key, sizes)
    # Query head i reads key and value head i / group.
    owner = np.arange(sizes.num_attention_heads) // (sizes.num_attention_heads // sizes.num_key_value_heads)
    key, value = _map(key, lambda a: a[:, owner]), _map(value, lambda a: a[:, owner])
    scores = _matmul(query, _map(key, lambda a: a.swapaxes(2, 3)))
    scale = 1.0 / np.sqrt(sizes.head_dim)
    mixed = _matmul(_causal_softmax(Value(scores.value * scale, scores.error * scale)), value)
    joined = _map(mixed, lambda a: a.transpose(0, 2, 1, 3).reshape(batch, length, -1))
    return _linear(joined, weights["self_attn.o_proj.weight"])


def _rms_norm(x: Value, weight: NDArray[Any], eps: float) -> Value:
    n = x.value.shape[-1]
    w = weight.astype(np.float64)
    mean = (x.value**2).mean(-1, keepdims=True)
    mean_error = _norm(2 * x.value * x.error) / n + (np.sqrt(n) + 2) * U * mean
    scale = 1.0 / np.sqrt(mean + eps)
    scale_error = 0.5 * scale**3 * mean_error + 2 * U * scale
    y = w * x.value * scale
    return Value(y, _rss(w * scale * x.error, w * x.value * scale_error, 2 * U * y))


def _rotate(x: Value, sizes: Sizes) -> Value:
    half = sizes.head_dim // 2
    frequencies = sizes.rope_theta ** (-2.0 * np.arange(half) / sizes.head_dim)
    angles = np.arange(x.value.shape[2])[:, None] * frequencies
    cosines, sines = (np.concatenate((f(angles), f(angles)), axis=-1) for f in (np.cos, np.sin))
    # An f32 angle is off by its own roundings and by those of the exponent, which the logarithm of theta magnifies.
    off = U * (2 + (4 + np.log(sizes.rope_theta)) * np.concatenate((angles, angles), axis=-1))

    def turned(a: Array) -> Array:
        return np.concatenate((-a[..., half:], a[..., :half]), axis=-1)

    y = x.value * cosines + turned(x.value) * sines
    other = np.abs(turned(x.error))
    trigonometry = _rss(x.value, turned(x.value)) * off
    return Value(y, _rss(x.error * cosines, other * sines, trigonometry, 2 * U * y))


def _causal_softmax(scores: Value) -> Value:
    length = scores.value.shape[-1]
    seen = np.tril(np.ones((length, length), bool))
    masked = np.where(seen, scores.value, -np.inf)
    shifted = masked - masked.max(-1, keepdims=True)
    exponentials = np.exp(shifted)
    p = exponentials / exponentials.sum(-1, keepdims=True)
    spread = np.where(seen, np.abs(shifted), 0.0)
    own = _rss(np.where(seen, scores.error, 0.0), U * (spread + 3))  # relative error of each exponential
    return Value(p, p * _rss(own, _norm(p * own), np.full(p.shape, U * np.sqrt(length))))


def _silu(x: Value) -> Value:
    y = x.value / (1.0 + np.exp(-x.value))
    return Value(y, _rss(1.1 * x.error, U * (np.abs(x.value) + 4) * y))  # silu's slope is below 1.1


def _linear(x: Value, weight: NDArray[Any], bias: NDArray[Any] | None = None) -> Value:
    w = Value(weight.astype(np.float64).T, np.zeros((1, 1)))
    y = _matmul(x, w)
    return y if bias is None else _add(y, Value(bias.astype(np.float64), np.zeros(bias.shape)))


def _matmul(a: Value, b: Value) -> Value:
    n = a.value.shape[-1]
    rounding = np.sqrt(n) * U * (np.abs(a.value) @ np.abs(b.value))
    carried = a.error**2 @ b.value**2
    if b.error.size > 1:
        carried = carried + a.value**2 @ b.error**2
    return Value(a.value @ b.value, np.sqrt(carried + rounding**2))


def _add(a: Value, b: Value) -> Value:
    y = a.value + b.value
    return Value(y, _rss(a.error, b.error, U * y))


def _multiply(a: Value, b: Value) -> Value:
    y = a.value * b.value
    return Value(y, _rss(a.error * b.value, a.value * b.error, U * y))


def _map(x: Value, move: Any) -> Value:
    return Value(move(x.value), move(x.error))


def _rss(*parts: Array) -> Array:
    return np.asarray(np.sqrt(sum(part**2 for part in parts)))


def _norm(a: Array) -> Array:
    return np.asarray(np.sqrt((a**2).sum(-1, keepdims=True)))
