# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What `make bench` measures, and what each row has to reach (docs/performance/benchmarks.md)."""

from __future__ import annotations

import importlib
import sys
from functools import partial
from pathlib import Path
from typing import Any

from lexon.bench import Goal, Group, Level, Problem, Row

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
TOKENS = (1, 8, 40, 128, 512)
BLAS = ("openblas",)


def example(folder: str, module: str) -> Any:
    """A module of examples/FOLDER."""
    if str(EXAMPLES / folder) not in sys.path:
        sys.path.insert(0, str(EXAMPLES / folder))
    return importlib.import_module(module)


def block(tokens: int) -> Problem:
    """The transformer block of examples/transformer."""
    source = example("transformer", "transformer_model")
    config = source.BlockConfig()
    return Problem(source.build(config), (source.example_input(config, 1, tokens),))


def attention(tokens: int) -> Problem:
    """The attention layer of examples/attention, batch 2."""
    source = example("attention", "attention_model")
    return Problem(source.build(), (source.example_input(None, 2, tokens),))


def model(name: str, *sizes: Any) -> Problem:
    """A problem of models.py."""
    problem: Problem = getattr(importlib.import_module("models"), name)(*sizes)
    return problem


def ratio_or_share(must: tuple[float, float], aim: tuple[float, float]) -> Goal:
    """Never slower than the best rival; must and aim: (ratio to it, share of the limit), one of both will do."""
    return Goal(Level(ratio=1.0), Level(*must), Level(*aim))


BLOCK_GOALS = {
    ("f32", 2, 1): ratio_or_share((1.05, 0.85), (1.2, 0.93)),
    ("f32", 2, 40): ratio_or_share((1.25, 0.88), (1.5, 0.94)),
    ("f32", 2, 128): ratio_or_share((1.1, 0.90), (1.3, 0.94)),
    ("f32", 2, 512): ratio_or_share((1.1, 0.90), (1.3, 0.94)),
    ("f32", 1, 40): ratio_or_share((1.15, 0.90), (1.35, 0.95)),
    ("bf16", 2, 1): ratio_or_share((1.1, 0.85), (1.3, 0.93)),
    ("bf16", 2, 40): ratio_or_share((1.1, 0.85), (1.3, 0.93)),
}


def block_row(dtype: str, threads: int, tokens: int) -> Row:
    # One token is bound by memory, whose speed changes from second to second: the median is judged.
    name = f"block-{tokens}" + ("-bf16" if dtype == "bf16" else "") + ("-1t" if threads == 1 else "")
    title = f"block, {tokens} tokens, {dtype}, {threads} threads"
    return Row(
        name, title, partial(block, tokens), threads, dtype, statistic="median" if tokens == 1 else "min",
        goal=BLOCK_GOALS.get((dtype, threads, tokens), Goal()), quick=name in ("block-1", "block-40"),
    )  # fmt: skip


KINDS = (("f32", 2), ("f32", 1), ("bf16", 2), ("bf16", 1))
BLOCKS = tuple(block_row(dtype, threads, tokens) for dtype, threads in KINDS for tokens in TOKENS)
MODELS = tuple(
    Row(f"model-{name.replace('_', '-')}", f"{name}-shaped model", partial(model, name), goal=Goal(Level(ratio=0.9)))
    for name in ("bert", "vit", "llama", "qwen2", "gpt2", "t5_encoder")
)
# The projections of the block: q/k/v together, output, gate and up together, down.
PROJECTIONS = {"qkv": (2048, 1536), "out": (1536, 1536), "gate-up": (17920, 1536), "down": (1536, 8960)}
LINEAR = tuple(
    Row(f"linear-40-{name}", f"40 x {columns} x {depth}, constant weights, cold", partial(model, "linear", 40, *sizes),
        cold=True, rivals=BLAS)
    for name, sizes in PROJECTIONS.items()
    for columns, depth in (sizes,)
)  # fmt: skip
PRODUCTS = tuple(
    Row(f"gemm-{size}", f"matrix product, {size} cubed", partial(model, "product", size, size, size), rivals=BLAS,
        quick=size == 512)
    for size in (256, 384, 512, 768, 1024, 1536, 2048)
)  # fmt: skip
FUNCTIONS = ("exp", "tanh", "erf", "sin", "cos", "rsqrt", "log", "pow", "sigmoid", "silu", "gelu", "softmax")
NORMS = ("layernorm", "rmsnorm")
ELEMENTWISE = (
    *(Row(f"elementwise-{name}", f"{name} of 40 x 8960", partial(model, "elementwise", name)) for name in FUNCTIONS),
    *(Row(f"elementwise-{name}", f"{name} of 40 x 1536", partial(model, "norm", name)) for name in NORMS),
)  # fmt: skip

ROWS = (
    *BLOCKS,
    Row("attention-128", "attention layer, 2 x 128", partial(attention, 128), quick=True,
        goal=Goal(Level(ratio=1.0), Level(ratio=1.2), Level(ratio=1.5))),
    *MODELS,
    Row("resnet-18", "resnet18-shaped model, batch 1", partial(model, "resnet18"),
        goal=Goal(must=Level(ratio=0.8), aim=Level(ratio=1.0))),
    Row("mobilenet-v2", "mobilenet-v2-shaped model, batch 1", partial(model, "mobilenet_v2")),
    Row("unet", "U-Net, 128 x 128", partial(model, "unet")),
    Row("attention-decode", "attention layer, 1 token, 1024 keys", partial(model, "decode")),
    *LINEAR,
    *PRODUCTS,
    *ELEMENTWISE,
    Row("compile-block", "block of 40 tokens, MLIR to library, seconds", partial(block, 40), kind="compile",
        goal=Goal(must=Level(most=3.0), aim=Level(most=1.0))),
    Row("memory-block", "block of 40 tokens, memory / (weights + activations)", partial(block, 40), kind="memory",
        goal=Goal(must=Level(most=1.15), aim=Level(most=1.05))),
)  # fmt: skip
GROUPS = (
    Group("models", "the six models", ("model-",), "geomean", Goal(must=Level(ratio=1.05), aim=Level(ratio=1.25))),
    Group("linear-40", "the block's products at 40 rows, cold", ("linear-40-",), "sum",
          Goal(must=Level(1.6, 0.90), aim=Level(share=0.95))),
    Group("gemm", "matrix products, packed on the fly", ("gemm-",), "geomean",
          Goal(must=Level(ratio=0.95), aim=Level(1.05, 0.92))),
    Group("error", "largest error / the most accurate other system's", ("block-", "attention-", "model-", "resnet-"),
          "error", Goal(must=Level(most=3.0), aim=Level(most=1.0))),
)  # fmt: skip
