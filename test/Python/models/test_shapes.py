# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Layers with prepared weights at sizes of 0 and 1, primes, large and dynamic ones, and on misaligned inputs: each
element within the bound that its roundings add up to."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("torch_mlir")

import lexon  # noqa: E402
from lexon import LexonError  # noqa: E402
from lexon.proof import layers  # noqa: E402
from lexon.proof.rounding import exact, linear, matmul, move, scale  # noqa: E402

F = torch.nn.functional
BF16 = 2.0**-8


class Attention(torch.nn.Module):
    """Causal, with one layer for query, key and value."""

    def __init__(self, heads, depth):
        super().__init__()
        self.heads, self.depth = heads, depth
        self.qkv = torch.nn.Linear(heads * depth, 3 * heads * depth)

    def forward(self, x):
        parts = self.qkv(x).view(*x.shape[:2], 3, self.heads, self.depth).permute(2, 0, 3, 1, 4)
        return F.scaled_dot_product_attention(*parts, is_causal=True).transpose(1, 2)

    def proof(self, x):
        qkv = linear(x, numpy(self.qkv.weight), numpy(self.qkv.bias))
        shape = (*x.value.shape[:2], 3, self.heads, self.depth)
        query, key, value = (
            move(qkv, lambda a, i=i: a.reshape(shape).transpose(2, 0, 3, 1, 4)[i]) for i in range(3)
        )
        scores = scale(matmul(query, move(key, lambda a: a.swapaxes(2, 3))), self.depth**-0.5)
        return move(matmul(layers.causal_softmax(scores), value), lambda a: a.swapaxes(1, 2))


def numpy(tensor):
    return tensor.detach().float().numpy()


def prove(model, x):
    """The result in f64 and how far each element may be off."""
    value = exact(numpy(x))
    if isinstance(model, Attention):
        return model.proof(value)
    weight, bias = numpy(model.weight), numpy(model.bias)
    if isinstance(model, torch.nn.Linear):
        return linear(value, weight, bias)
    return layers.conv2d(value, weight, bias, padding=model.padding[0])


def check(compiled, model, x):
    result, proof = compiled(x), prove(model, x)
    assert result.dtype == x.dtype and tuple(result.shape) == proof.value.shape
    # bf16: products, then the sum with the bias, are rounded.
    allowed = proof.tolerance + (2 * BF16 * (np.abs(proof.value) + 1) if x.dtype == torch.bfloat16 else 0)
    assert (np.abs(numpy(result) - proof.value) <= allowed).all()


def seeded(make, *sizes, **options):
    torch.manual_seed(3)
    model = make(*sizes, **options).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(0, 0.3)
    return model


Linear, Conv = torch.nn.Linear, torch.nn.Conv2d
CASES = {
    "linear, no rows": (Linear, (19, 33), (0, 19)),
    "linear, no reduction": (Linear, (0, 5), (3, 0)),
    "linear, no columns": (Linear, (5, 0), (3, 5)),
    "linear, all 1": (Linear, (1, 1), (1, 1)),
    "linear, one row": (Linear, (67, 33), (1, 67)),
    "linear, reduction of 1": (Linear, (1, 61), (31, 1)),
    "linear, one column": (Linear, (257, 1), (31, 257)),
    "linear, primes": (Linear, (127, 131), (97, 127)),
    "linear, many rows": (Linear, (3, 5), (300007, 3)),
    "linear, long reduction": (Linear, (300007, 3), (2, 300007)),
    "linear, many columns": (Linear, (3, 300007), (2, 3)),
    "attention, all 1": (Attention, (1, 1), (1, 1, 1)),
    "attention, one row": (Attention, (3, 16), (2, 1, 48)),
    "attention, primes": (Attention, (3, 13), (2, 97, 39)),
    "attention, many rows": (Attention, (1, 16), (1, 1031, 16)),
    "convolution, no batch": (Conv, (3, 8, 3, 1, 1), (0, 3, 9, 9)),
    "convolution, all 1": (Conv, (1, 1, 1), (1, 1, 1, 1)),
    "convolution, result of 1": (Conv, (7, 11, 7), (2, 7, 7, 7)),
    "convolution, primes": (Conv, (13, 17, 5, 1, 2), (1, 13, 31, 29)),
    "convolution, large": (Conv, (1, 3, 3), (1, 1, 701, 1009)),
}
# Sizes that are "?" in the first shape, and the others' sizes for them.
DYNAMIC = {
    "linear": (Linear, (67, 131), ("rows", 67), (8, 0, 1, 97, 1009)),
    "attention": (Attention, (3, 16), (2, "rows", 48), (8, 0, 1, 97, 257)),
    "convolution": (Conv, (3, 17, 3, 1, 1), ("batch", 3, 11, 13), (2, 0, 1, 5)),
}


@pytest.mark.filterwarnings("ignore:Initializing zero-element")
@pytest.mark.parametrize("name", CASES)
def test_size(name):
    make, sizes, shape = CASES[name]
    model, x = seeded(make, *sizes), torch.randn(shape)
    check(lexon.compile(model, (x,), threads=2), model, x)


@pytest.mark.parametrize("name", DYNAMIC)
def test_dynamic_size(name):
    make, sizes, shape, values = DYNAMIC[name]
    model = seeded(make, *sizes)
    inputs = [torch.randn([value if isinstance(size, str) else size for size in shape]) for value in values]
    limits = {
        dim: torch.export.Dim(size, min=0, max=2048) for dim, size in enumerate(shape) if isinstance(size, str)
    }
    compiled = lexon.compile(model, inputs[:1], dynamic_shapes=(limits,), threads=2)
    for x in inputs:
        check(compiled, model, x)


def test_views_without_elements_are_refused_by_name():
    """torch-mlir divides by their number of elements."""
    with pytest.raises(LexonError, match=r"aten\.view.*torch-mlir crashes"):
        lexon.compile(seeded(Attention, 3, 16), (torch.randn(0, 5, 48),))


MISALIGNED = {
    "linear": (Linear, (67, 131), (97, 67)),
    "attention": (Attention, (3, 16), (2, 37, 48)),
    "convolution": (Conv, (16, 17, 3, 1, 1), (2, 16, 11, 13)),
}


@pytest.mark.parametrize(
    ("name", "dtype"),
    # Not attention in bf16: what it rounds on the way has no bound in lexon.proof.
    [*((name, torch.float32) for name in MISALIGNED), ("linear", torch.bfloat16), ("convolution", torch.bfloat16)],
)
def test_misaligned_inputs(name, dtype):
    make, sizes, shape = MISALIGNED[name]
    model = seeded(make, *sizes).to(dtype)
    compiled = lexon.compile(model, (torch.randn(shape, dtype=dtype),), threads=2)
    count = int(np.prod(shape))
    for shift in (4, 60, 2) if dtype == torch.bfloat16 else (4, 60):
        memory = torch.zeros(count + 64, dtype=dtype)
        start = (-memory.data_ptr() % 64 + shift) // dtype.itemsize
        x = memory[start : start + count].view(shape).normal_()
        assert x.data_ptr() % 64 == shift
        check(compiled, model, x)
