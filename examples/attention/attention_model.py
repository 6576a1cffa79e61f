#!/usr/bin/env python3
# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One attention layer of DeepSeek-R1-Distill-Qwen-1.5B as an ordinary PyTorch model.

Causal grouped-query attention with rotary embedding; q, k and v have biases. Run alone, this file computes the layer in
f32 and compares every element with reference_attention.py, which computes it in f64 and shares no code with this file.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class AttentionConfig:
    """Sizes of the layer. The defaults are DeepSeek-R1 1.5B's; change them here, everything else follows."""

    hidden_size: int = 1536
    num_attention_heads: int = 12
    head_dim: int = 128
    num_key_value_heads: int = 0
    """0: two, as the original has, or one if the attention heads are an odd number."""
    max_position_embeddings: int = 32768
    rope_theta: float = 10000.0

    def __post_init__(self) -> None:
        if not self.num_key_value_heads:
            object.__setattr__(self, "num_key_value_heads", math.gcd(self.num_attention_heads, 2))
        sizes = ("hidden_size", "num_attention_heads", "head_dim", "num_key_value_heads", "max_position_embeddings")
        for name in sizes:
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}: give 1 or more")
        if self.head_dim % 2:
            raise ValueError(f"head_dim is {self.head_dim}: rotary embedding turns pairs, give an even number")
        if self.num_attention_heads % self.num_key_value_heads:
            raise ValueError(
                f"{self.num_attention_heads} attention heads cannot share {self.num_key_value_heads} key-value heads"
                " evenly: change num_attention_heads or num_key_value_heads"
            )


#: The same layer, small enough to check in as MLIR with its weights.
SMALL = AttentionConfig(
    hidden_size=40, num_attention_heads=6, head_dim=10, num_key_value_heads=2, max_position_embeddings=64
)


class RotaryEmbedding(nn.Module):
    """Turns pairs (i, i + head_dim / 2) of each head's vectors by angles that grow with the position.

    Angles are f64 in any model: they depend on nothing but sizes, so an import folds them to constants.
    """

    def __init__(self, config: AttentionConfig) -> None:
        super().__init__()
        self.head_dim, self.theta = config.head_dim, config.rope_theta

    def forward(self, query: Tensor, key: Tensor) -> tuple[Tensor, Tensor]:
        pairs = torch.arange(self.head_dim // 2, dtype=torch.float64)
        positions = torch.arange(query.shape[2], dtype=torch.float64)
        angles = positions[:, None] * torch.exp(pairs * (-2.0 * math.log(self.theta) / self.head_dim))
        cosines, sines = angles.cos().to(query), angles.sin().to(query)
        return self.turn(query, cosines, sines), self.turn(key, cosines, sines)

    @staticmethod
    def turn(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
        first, second = x.chunk(2, dim=-1)
        return torch.cat((first * cosines - second * sines, second * cosines + first * sines), dim=-1)


class Attention(nn.Module):
    """The layer: (batch, length, hidden_size) to the same shape."""

    def __init__(self, config: AttentionConfig) -> None:
        super().__init__()
        self.config = config
        query_size = config.num_attention_heads * config.head_dim
        key_value_size = config.num_key_value_heads * config.head_dim
        self.q_proj = nn.Linear(config.hidden_size, query_size, bias=True)
        self.k_proj = nn.Linear(config.hidden_size, key_value_size, bias=True)
        self.v_proj = nn.Linear(config.hidden_size, key_value_size, bias=True)
        self.o_proj = nn.Linear(query_size, config.hidden_size, bias=False)
        self.rotary = RotaryEmbedding(config)

    def forward(self, x: Tensor) -> Tensor:
        # (batch, length, heads * head_dim) to (batch, heads, length, head_dim)
        query, key, value = (
            projection(x).unflatten(-1, (-1, self.config.head_dim)).transpose(1, 2)
            for projection in (self.q_proj, self.k_proj, self.v_proj)
        )
        query, key = self.rotary(query, key)
        # Scaled by head_dim ** -0.5; query head i reads the key and value head i * key_value_heads // heads.
        mixed = functional.scaled_dot_product_attention(query, key, value, is_causal=True, enable_gqa=True)
        return self.o_proj(mixed.transpose(1, 2).flatten(2))


def build(config: AttentionConfig | None = None, seed: int = 0) -> Attention:
    """A layer with seeded random weights (normal, 0.02; biases 0.1), in evaluation mode."""
    generator = torch.Generator().manual_seed(seed)
    model = Attention(config or AttentionConfig())
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(0.0, 0.02 if parameter.dim() > 1 else 0.1, generator=generator)
    return model.eval()


def example_input(
    config: AttentionConfig | None = None, batch_size: int = 1, seq_len: int = 40, seed: int = 1
) -> Tensor:
    """A seeded input of (batch_size, seq_len, hidden_size)."""
    shape = (batch_size, seq_len, (config or AttentionConfig()).hidden_size)
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def check(config: AttentionConfig, batch_size: int, seq_len: int, dtype: torch.dtype) -> bool:
    """Compares the layer in `dtype`, element by element, with the f64 reference; prints what it finds.

    What rounding explains is known for f32 and shrinks with the unit roundoff. In f64, where the reference rounds too,
    next to nothing is explained: that proves the formula, and f32 how well it is computed.
    """
    from reference_attention import reference

    model, x = build(config), example_input(config, batch_size, seq_len)
    weights = {name: tensor.numpy() for name, tensor in model.state_dict().items()}
    expected, tolerance = (torch.from_numpy(array) for array in reference(x.numpy(), weights, config))
    if dtype == torch.float64:
        tolerance *= 2 * torch.finfo(torch.float64).eps / torch.finfo(torch.float32).eps
    with torch.no_grad():
        output = model.to(dtype)(x.to(dtype))
    error = (output.double() - expected).abs()
    wrong = ~(error <= tolerance)  # a NaN is wrong too
    shape = "x".join(str(size) for size in x.shape)
    heads = f"{config.num_attention_heads} heads of {config.head_dim}"
    print(f"{dtype}, input {shape}, {heads}: largest error {error.max():.2g}, tolerance {tolerance.max():.2g}")
    if wrong.any():
        place = wrong.nonzero()[0].tolist()
        print(f"FAIL: {int(wrong.sum())} of {error.numel()} elements are wrong; the first is {place}")
    return not wrong.any()


def main() -> int:
    """Checks the layer at its own sizes and at odd small ones; returns the exit code."""
    # The package of this source tree, also where another one or none is installed.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))
    try:
        config = AttentionConfig()
    except ValueError as error:
        print(f"attention_model.py: error: {error}", file=sys.stderr)
        return 1
    sizes = ((config, 1, 40), (SMALL, 2, 7))
    good = [check(*size, dtype) for size in sizes for dtype in (torch.float64, torch.float32)]
    print("PASS" if all(good) else "FAIL")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
