# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The transformer block in f64 with numpy, written from its definition, and how far f32 may be off.

It shares no code with transformer_model.py: weights come by name from the state dict. A mistake in the model, such as
gate and up exchanged, therefore shows as a difference between PyTorch and this file. lexon/proof/rounding.py says how
the tolerance of each element is derived.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lexon.proof.layers import AttentionSizes, Weights, causal_attention, rms_norm, silu
from lexon.proof.rounding import Array, add, exact, linear, multiply


class Sizes(AttentionSizes, Protocol):
    """What the reference asks of a configuration."""

    @property
    def rms_norm_eps(self) -> float: ...


def reference(x: NDArray[Any], weights: Weights, sizes: Sizes) -> tuple[Array, Array]:
    """The block's output for x (batch, length, hidden), and per element how far an f32 result may be off."""
    start = exact(x)
    with np.errstate(invalid="ignore", over="ignore"):  # NaN and infinity in the input go through
        normal = rms_norm(start, weights["input_layernorm.weight"], sizes.rms_norm_eps)
        middle = add(start, causal_attention(normal, weights, "self_attn.", sizes))
        normal = rms_norm(middle, weights["post_attention_layernorm.weight"], sizes.rms_norm_eps)
        gate = linear(normal, weights["mlp.gate_proj.weight"])
        up = linear(normal, weights["mlp.up_proj.weight"])
        out = add(middle, linear(multiply(silu(gate), up), weights["mlp.down_proj.weight"]))
    return out.value, out.tolerance
