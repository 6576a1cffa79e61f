# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The attention layer in f64 with numpy, written from its definition, and how far f32 may be off.

It shares no code with attention_model.py, so that a mistake in the model shows as a difference between PyTorch and this
file. lexon/proof/rounding.py says how the tolerance of each element is derived.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexon.proof.layers import AttentionSizes, Weights, causal_attention
from lexon.proof.rounding import Array, exact


def reference(x: NDArray[Any], weights: Weights, sizes: AttentionSizes) -> tuple[Array, Array]:
    """The layer's output for x (batch, length, hidden), and per element how far an f32 result may be off."""
    with np.errstate(invalid="ignore", over="ignore"):  # NaN and infinity in the input go through
        out = causal_attention(exact(x), weights, "", sizes)
    return out.value, out.tolerance
