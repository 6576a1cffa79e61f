"""The transformer block of DeepSeek-R1-Distill-Qwen-1.5B as an ordinary PyTorch model.

RMSNorm, grouped-query attention with rotary embedding and a causal mask, RMSNorm, SwiGLU, two residuals.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class BlockConfig:
    """Sizes of a block. The defaults are DeepSeek-R1 1.5B's."""

    hidden_size: int = 1536
    intermediate_size: int = 8960
    num_attention_heads: int = 12
    num_key_value_heads: int = 2
    head_dim: int = 128
    max_position_embeddings: int = 32768
    rms_norm_eps: float = 1e-6
    rope_theta: float = 10000.0


#: The same block, small enough to check in as MLIR with its weights.
SMALL = BlockConfig(
    hidden_size=48, intermediate_size=80, num_attention_heads=6, num_key_value_heads=2, head_dim=8,
    max_position_embeddings=64,
)


class RMSNorm(nn.Module):
    """Scales each row of (..., size) by the reciprocal of its root mean square, then by a learned weight."""

    def __init__(self, size: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        variance = x.pow(2).mean(-1, keepdim=True)
        return self.weight * (x * torch.rsqrt(variance + self.eps))


class RotaryEmbedding(nn.Module):
    """Cosines and sines of the positions, each (length, head_dim)."""

    inverse_frequency: Tensor

    def __init__(self, config: BlockConfig) -> None:
        super().__init__()
        exponents = torch.arange(0, config.head_dim, 2, dtype=torch.float32) / config.head_dim
        self.register_buffer("inverse_frequency", 1.0 / config.rope_theta**exponents, persistent=False)

    def forward(self, length: int) -> tuple[Tensor, Tensor]:
        positions = torch.arange(length, dtype=torch.float32, device=self.inverse_frequency.device)
        angles = torch.outer(positions, self.inverse_frequency.float())
        both_halves = torch.cat((angles, angles), dim=-1)
        return both_halves.cos(), both_halves.sin()


def rotate(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """Rotates pairs (i, i + head_dim / 2) of (batch, heads, length, head_dim) by the positions' angles."""
    first, second = x.chunk(2, dim=-1)
    return x * cosines.to(x.dtype) + torch.cat((-second, first), dim=-1) * sines.to(x.dtype)


class Attention(nn.Module):
    """Causal grouped-query attention on (batch, length, hidden_size)."""

    def __init__(self, config: BlockConfig) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.head_dim = (
            config.num_attention_heads, config.num_key_value_heads, config.head_dim)
        self.q_proj = nn.Linear(config.hidden_size, self.heads * self.head_dim, bias=True)
        self.k_proj = nn.Linear(config.hidden_size, self.kv_heads * self.head_dim, bias=True)
        self.v_proj = nn.Linear(config.hidden_size, self.kv_heads * self.head_dim, bias=True)
        self.o_proj = nn.Linear(self.heads * self.head_dim, config.hidden_size, bias=False)
        self.rotary = RotaryEmbedding(config)

    def split_heads(self, x: Tensor, heads: int) -> Tensor:
        return x.view(x.shape[0], x.shape[1], heads, self.head_dim).transpose(1, 2)

    def forward(self, x: Tensor) -> Tensor:
        batch, length, _ = x.shape
        cosines, sines = self.rotary(length)
        query = rotate(self.split_heads(self.q_proj(x), self.heads), cosines, sines)
        key = rotate(self.split_heads(self.k_proj(x), self.kv_heads), cosines, sines)
        value = self.split_heads(self.v_proj(x), self.kv_heads)
        group = self.heads // self.kv_heads
        key, value = key.repeat_interleave(group, dim=1), value.repeat_interleave(group, dim=1)
        scores = torch.matmul(query, key.transpose(2, 3)) * self.head_dim**-0.5
        mask = torch.full((length, length), float("-inf"), dtype=x.dtype, device=x.device).triu(1)
        weights = torch.softmax(scores + mask, dim=-1)
        mixed = torch.matmul(weights, value).transpose(1, 2).reshape(batch, length, self.heads * self.head_dim)
        return self.o_proj(mixed)


class SwiGLU(nn.Module):
    """down(silu(gate(x)) * up(x))."""

    def __init__(self, config: BlockConfig) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.up_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.down_proj = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(functional.silu(self.gate_proj(x)) * self.up_proj(x))


class TransformerBlock(nn.Module):
    """One decoder layer: (batch, length, hidden_size) to the same shape."""

    def __init__(self, config: BlockConfig) -> None:
        super().__init__()
        self.input_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.self_attn = Attention(config)
        self.post_attention_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.mlp = SwiGLU(config)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.self_attn(self.input_layernorm(x))
        return x + self.mlp(self.post_attention_layernorm(x))


def build(config: BlockConfig = BlockConfig(), seed: int = 0) -> TransformerBlock:
    """A block with seeded random weights of the usual scale (normal, 0.02), in evaluation mode."""
    torch.manual_seed(seed)
    model = TransformerBlock(config)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.normal_(0.0, 0.02)
            else:
                parameter.add_(torch.randn_like(parameter) * 0.1)
    return model.eval()


def example_input(config: BlockConfig = BlockConfig(), batch_size: int = 1, seq_len: int = 40, seed: int = 1) -> Tensor:
    """A seeded input of (batch_size, seq_len, hidden_size)."""
    return torch.randn(batch_size, seq_len, config.hidden_size, generator=torch.Generator().manual_seed(seed))


if __name__ == "__main__":
    output = build()(example_input())
    print(f"output {tuple(output.shape)}, mean {output.mean():.6f}, standard deviation {output.std():.6f}")
