# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Small PyTorch programs, compiled and compared with eager PyTorch element by element, edges included.

Programs of one theme are one model with several results: compiling takes longer than running.
"""

from __future__ import annotations

import collections

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("torch_mlir")

import lexon  # noqa: E402

F = torch.nn.functional
INF, NAN = float("inf"), float("nan")
EDGES = torch.tensor([0.0, -0.0, 1, -1, INF, -INF, NAN, 1e-8, -1e-8, 1e-20, 0.5, -0.5, 3.7, -3.7, 10, -10, 2.5])
LEFT, RIGHT = (
    grid.contiguous()
    for grid in torch.meshgrid(EDGES, torch.tensor([0.0, 1, -1, INF, -INF, NAN, 0.3, -7]), indexing="ij")
)
SEED = torch.Generator().manual_seed(1)
X = torch.randn(4, 6, 5, generator=SEED)
I64 = torch.arange(-10, 11)
U8 = torch.tensor([0, 1, 7, 127, 128, 200, 255], dtype=torch.uint8)
Pair = collections.namedtuple("Pair", "left right")


def write(x):
    y = torch.zeros(4, 6, 5)
    y[:, ::2] = x[:, 1::2]
    y[1, 2] = 7
    return y


# name: (model, inputs)
PROGRAMS = {
    "near zero": (lambda x: (x.expm1(), x.log1p(), F.softplus(x), F.elu(x), F.mish(x), F.logsigmoid(x)), (EDGES,)),
    "near zero, f64": (lambda x: (x.expm1(), x.log1p()), (EDGES.double(),)),
    "near zero, f16": (lambda x: (x.expm1(), x.log1p()), (torch.tensor([1e-3, -1e-3, 0.1], dtype=torch.float16),)),
    "kinds of numbers": (
        lambda x: (x.isnan(), x.isinf(), x.isfinite(), x.signbit(), x.nan_to_num(), F.softshrink(x)),
        (EDGES,),
    ),
    # Alone: beside operations that TOSA lacks, it would take linalg's road.
    "relu": (F.relu, (EDGES,)),
    "remainders": (lambda x, y: (x % y, torch.fmod(x, y), x // y), (LEFT, RIGHT)),
    "remainders, bf16": (lambda x, y: (x % y, torch.fmod(x, y), x // y), (LEFT.bfloat16(), RIGHT.bfloat16())),
    "remainders by numbers": (lambda x: (x % 3, torch.fmod(x, 1.3), x // 0.7, x.remainder(-2)), (EDGES,)),
    "remainders of integers": (lambda x: (x % 3, x % -3, x // -3, torch.fmod(x, 3), x**3, x**0), (I64,)),
    "comparisons": (lambda x, y: (torch.isclose(x, y), x.copysign(y), x.maximum(y), x < y), (LEFT, RIGHT)),
    "bytes": (lambda x: (x + x, x < 130, x // 3, x.flip(0), x.any(0), x.all(0), x.float()), (U8,)),
    "bools": (lambda x, y: (x + y, x * y, x ^ y, ~x, x.sum()), (X[0] > 0, X[1] > 0)),
    "casts": (lambda x: (x.bfloat16(), x.half(), x.float(), x.long(), x > 0), (X.double(),)),
    "scan": (lambda x: (x.cumsum(1), x.long().cumsum(0)), (X,)),
    "sort": (lambda x: (*x.sort(1), *x.topk(3, 1), x.argsort(0, descending=True)), (X,)),
    "scatter": (
        lambda x, i: (x.index_put((i,), x[:2] * 2), x.index_add(0, i, x[:2]), x.index_fill(0, i, 2.0)),
        (X, torch.tensor([3, 1])),
    ),
    "writes": (lambda x: write(x), (X,)),
    "moves": (lambda x: (x.roll(3), x.roll(2, 1), x.flip(0, 2), F.pad(x, (-1, 2)), x.tril(), x[::2, [0, -1]]), (X,)),
    "reductions": (
        lambda x: (x.sum(), x.mean(1), x.var(0), x.std((0, 2)), x.argmax(1), x.prod(2), x.logsumexp((0, 2))),
        (X,),
    ),
    "named results": (lambda x: (x.max(1), Pair(x + 1, {"deep": [x * 2]})), (X,)),
    "layouts": (
        lambda x, y: (x * 2 + y.sum(0), x @ y.T),
        (torch.randn(6, 4, generator=SEED).T, torch.randn(1, 6, generator=SEED).expand(4, 6)),
    ),
    "empty": (lambda x: (x + 1, x.sum(0), x.prod(0), torch.cat([x, torch.ones(2, 3)])), (torch.zeros(0, 3),)),
    "rank zero": (lambda x, y: (x + y, x.exp(), y.sum()), (torch.tensor(0.3), torch.tensor(2.0))),
}


def leaves(value):
    return torch.utils._pytree.tree_flatten(value)[0]


def check(results, expected):
    """Each element within a few roundings of its type, relative to the largest element where sums may cancel."""
    got, want = leaves(results), leaves(expected)
    assert len(got) == len(want)
    for number, (a, b) in enumerate(zip(got, want, strict=True)):
        assert (a.dtype, a.shape) == (b.dtype, b.shape), number
        if b.dtype.is_floating_point:
            eps = torch.finfo(b.dtype).eps
            torch.testing.assert_close(a, b, rtol=16 * eps, atol=_floor(b, eps), equal_nan=True)
        else:
            assert torch.equal(a, b), f"result {number}: {a} is not {b}"


def _floor(values, eps):
    finite = values[values.isfinite()].abs().double()
    small = finite[finite > 0]
    return (
        float(min(4 * eps * finite.max(), 8 * eps * small.min() + 1e-45))
        if len(small) and eps < 1e-9
        else (float(2 * eps * min(1.0, finite.max())) if len(small) and values.numel() > len(EDGES) else 0.0)
    )


@pytest.mark.parametrize("name", PROGRAMS)
def test_program(name):
    model, inputs = PROGRAMS[name]
    compiled = lexon.compile(model, inputs, threads=1)
    check(compiled(*inputs), model(*inputs))


def test_named_results_have_their_names():
    compiled = lexon.compile(lambda x: x.max(1), (X,), threads=1)
    assert torch.equal(compiled(X).indices, X.max(1).indices)


def test_function_has_its_own_parameters():
    rows = torch.export.Dim("rows", min=1, max=9)
    compiled = lexon.compile(lambda x, y: x + y, (X, X), dynamic_shapes={"x": {0: rows}, "y": {0: rows}}, threads=1)
    assert torch.equal(compiled(X[:2], X[:2]), X[:2] * 2)
    with pytest.raises(lexon.LexonError, match="'y'"):
        compiled(X[:2], X[:3])


def joined(x):
    return x.transpose(0, 1).reshape(x.shape[0] * x.shape[1], 5) + 0.5


def split(x):
    return x.reshape(x.shape[0], x.shape[1] * 5, 1).transpose(0, 1).reshape(5, x.shape[1], -1)


@pytest.mark.parametrize("model", [joined, split, torch.nn.TransformerEncoderLayer(5, 1, 8, batch_first=True).eval()])
def test_two_dynamic_sizes(model):
    sizes = {0: torch.export.Dim("a", min=2, max=64), 1: torch.export.Dim("b", min=2, max=64)}
    with torch.no_grad():
        compiled = lexon.compile(model, (X,), dynamic_shapes=(sizes,), threads=1)
        for shape in ((4, 6, 5), (9, 3, 5), (2, 2, 5)):
            x = torch.randn(shape)
            torch.testing.assert_close(compiled(x), model(x), rtol=1e-4, atol=1e-5)


REFUSED = {
    "random": (lambda x: torch.rand_like(x), "random"),
    "no lowering": (lambda x: torch.lgamma(x), "aten.lgamma"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusal_names_the_op(name):
    model, words = REFUSED[name]
    with pytest.raises(lexon.LexonError, match=words):
        lexon.compile(model, (X,), threads=1)
