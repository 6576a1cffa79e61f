# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`lexon.compile`: structures, dtypes and layouts of PyTorch models, and what it refuses."""

from __future__ import annotations

import collections
import copy

import pytest

torch = pytest.importorskip("torch")

import lexon  # noqa: E402
from lexon import LexonError  # noqa: E402
from lexon.verify import compare  # noqa: E402

Pair = collections.namedtuple("Pair", ["left", "right"])


class Everything(torch.nn.Module):
    """Takes a tensor, a list and a keyword; returns every structure there is."""

    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(5, 3)

    def forward(self, x, pair, *, scale=None):
        y = self.linear(x) * scale
        return {"y": y, "pair": Pair(pair[0] + 1, [pair[1], None]), "number": 7}, (x,)


class Sum(torch.nn.Module):
    def forward(self, x, y):
        return x + y


def inputs(size=4):
    generator = torch.Generator().manual_seed(size)
    x = torch.randn(size, 5, generator=generator)
    return (x, [torch.arange(3), torch.tensor([True, False])]), {"scale": torch.randn(size, 3, generator=generator)}


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    model = Everything()
    before = copy.deepcopy(model.state_dict())
    args, kwargs = inputs()
    work_dir = tmp_path_factory.mktemp("work")
    compiled = lexon.compile(model, args, kwargs=kwargs, work_dir=work_dir)
    after = model.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    return model, compiled, work_dir


def check_linear(model, y, x, scale):
    weight, bias = model.linear.weight.detach().double(), model.linear.bias.detach().double()
    x, scale = x.detach().double(), scale.detach().double()
    reference = (x @ weight.T + bias) * scale
    magnitude = (x.abs() @ weight.abs().T + bias.abs()) * scale.abs()
    assert y.dtype == torch.float32
    assert compare(y.numpy(), reference.numpy(), 8 * 2.0**-24 * magnitude.numpy()).passed


def test_any_structure(everything):
    model, compiled, _ = everything
    (x, pair), kwargs = inputs()
    result, (same,) = compiled(x, pair, **kwargs)
    check_linear(model, result["y"], x, kwargs["scale"])
    assert result["number"] == 7
    assert type(result["pair"])._fields == ("left", "right")
    assert result["pair"].left.tolist() == [1, 2, 3]
    assert isinstance(result["pair"].right, list)
    assert result["pair"].right[0].tolist() == [True, False]
    assert result["pair"].right[1] is None
    assert torch.equal(same, x)


def test_non_contiguous_and_requiring_grad(everything):
    model, compiled, _ = everything
    (_, pair), _ = inputs()
    x = torch.randn(5, 8, requires_grad=True).t()[::2]
    scale = torch.randn(1, 3).expand(4, 3)
    assert not x.is_contiguous()
    result, _ = compiled(x, pair, scale=scale)
    check_linear(model, result["y"], x, scale)
    assert not result["y"].requires_grad


def test_numpy_in_numpy_out(everything):
    _, compiled, _ = everything
    (x, pair), kwargs = inputs()
    expected, _ = compiled(x, pair, **kwargs)
    result, _ = compiled(x.numpy(), [item.numpy() for item in pair], scale=kwargs["scale"].numpy())
    assert result["y"].tolist() == expected["y"].tolist()
    assert not isinstance(result["y"], torch.Tensor)


def test_not_finite_flows_through(everything):
    _, compiled, _ = everything
    (x, pair), kwargs = inputs()
    x[0, 0], x[1, 0] = float("nan"), float("inf")
    y = compiled(x, pair, **kwargs)[0]["y"]
    assert y[0].isnan().all()
    assert y[1].isinf().all()
    assert y[2:].isfinite().all()


def test_work_dir_keeps_the_files(everything):
    _, _, work_dir = everything
    names = {path.name for path in work_dir.iterdir()}
    assert names >= {"forward.mlir", "subgraph0.mlir", "arg0.data", "arg0.json", "graph.log", "model.so"}


def test_save_and_load(everything, tmp_path):
    _, compiled, _ = everything
    (x, pair), kwargs = inputs()
    loaded = lexon.load(compiled.save(tmp_path / "m.lexon"))
    assert torch.equal(loaded(x, pair, **kwargs)[0]["y"], compiled(x, pair, **kwargs)[0]["y"])
    assert type(loaded(x, pair, **kwargs)[0]["pair"]).__name__ == "Pair"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda x, pair, kw: ((x,), kw), "takes 2 inputs, got 1"),
        (lambda x, pair, kw: ((x[:3], pair), kw), r"shape \[3, 5\], expected \[4, 5\]"),
        (lambda x, pair, kw: ((x.double(), pair), kw), "is torch.float64, expected f32"),
        (lambda x, pair, kw: ((x.to_sparse(), pair), kw), "layout"),
        (lambda x, pair, kw: ((x.to("meta"), pair), kw), "is on meta"),
        (lambda x, pair, kw: ((x, pair[:1]), kw), "list of 2"),
        (lambda x, pair, kw: ((x, pair), {}), "scale"),
        (lambda x, pair, kw: (([1.0], pair), kw), "should be a tensor, got list"),
    ],
)
def test_wrong_inputs_are_named(everything, change, message):
    _, compiled, _ = everything
    (x, pair), kwargs = inputs()
    args, kwargs = change(x, pair, kwargs)
    with pytest.raises(LexonError, match=message):
        compiled(*args, **kwargs)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32])
def test_other_dtypes(dtype):
    compiled = lexon.compile(lambda x, y: x + y, (torch.ones(3, 5).to(dtype), torch.ones(5).to(dtype)), threads=1)
    x = (torch.arange(15).reshape(3, 5) - 7).to(dtype)
    y = torch.arange(5).to(dtype)
    assert torch.equal(compiled(x, y), x + y)
    assert compiled(x, y).dtype == dtype


def test_mlir_with_torch_tensors():
    text = "func.func @forward(%x: tensor<2x3xbf16>, %n: index) -> (tensor<2x3xbf16>, index) {\n"
    double = lexon.compile_mlir(text + "  return %x, %n : tensor<2x3xbf16>, index\n}\n")
    x = torch.randn(3, 2).bfloat16().t()
    same, number = double(x, 5)
    assert torch.equal(same, x)
    assert number == 5
    with pytest.raises(LexonError, match="expected bf16"):
        double(x.float(), 5)


def test_two_compilations_at_once_in_one_folder(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    text = "func.func @forward(%x: tensor<3xf32>) -> tensor<3xf32> {\n  return %x : tensor<3xf32>\n}\n"
    with ThreadPoolExecutor(2) as pool:
        models = list(pool.map(lambda _: lexon.compile_mlir(text, work_dir=tmp_path), range(4)))
    assert all(model(torch.ones(3)).tolist() == [1, 1, 1] for model in models)
    assert {path.name for path in tmp_path.iterdir()} == {"input.mlir", "model.so"}


def test_dynamic_sizes():
    sizes = ({0: torch.export.Dim.DYNAMIC}, {0: torch.export.Dim.DYNAMIC})
    compiled = lexon.compile(Sum(), (torch.ones(7, 3), torch.ones(7, 3)), dynamic_shapes=sizes)
    for size in (2, 5, 19):
        x = torch.randn(size, 3)
        assert torch.equal(compiled(x, x), x + x)
    with pytest.raises(LexonError, match="must agree"):
        compiled(torch.ones(4, 3), torch.ones(5, 3))
    with pytest.raises(LexonError, match="size 1 is not 2 or more, for which"):
        compiled(torch.ones(1, 3), torch.ones(1, 3))


def test_limits_of_a_size():
    for limits, words in (((2, 8), "from 2 to 8"), ((0, 8), "from 0 to 8")):
        size = torch.export.Dim("size", min=limits[0], max=limits[1])
        compiled = lexon.compile(Sum(), (torch.ones(7), torch.ones(7)), dynamic_shapes=({0: size}, {0: size}))
        assert torch.equal(compiled(torch.ones(8), torch.ones(8)), 2 * torch.ones(8))
        with pytest.raises(LexonError, match=f"size 9 is not {words}, for which"):
            compiled(torch.ones(9), torch.ones(9))
