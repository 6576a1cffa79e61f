# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""import_model on models of every kind: what is written, that it parses, that the model stays as it was."""

import collections
import copy
import json
import re
import shutil
import subprocess

import pytest
import torch
from torch import nn

from lexon.frontend import ConstantLeaf, ScalarLeaf, Structure, import_model
from lexon.weights import read_weights

MLIR_OPT = shutil.which("mlir-opt") or shutil.which("/usr/lib/llvm-22/bin/mlir-opt")
Pair = collections.namedtuple("Pair", "left right")


class Attention(nn.Module):
    """Two heads that share one key-value head, a causal mask and rotary tables from a non-persistent buffer."""

    def __init__(self, sdpa=False):
        super().__init__()
        self.q, self.k, self.v = nn.Linear(32, 32), nn.Linear(32, 16), nn.Linear(32, 16)
        self.out = nn.Linear(32, 32, bias=False)
        self.sdpa = sdpa
        self.register_buffer("frequencies", 0.01 ** (torch.arange(8) / 8), persistent=False)

    def forward(self, x):
        length = x.shape[1]
        angles = torch.outer(torch.arange(length), self.frequencies)
        cos, sin = torch.cat([angles.cos()] * 2, -1).to(x.dtype), torch.cat([angles.sin()] * 2, -1).to(x.dtype)
        q = self.q(x).view(-1, length, 2, 16).transpose(1, 2)
        k = self.k(x).view(-1, length, 1, 16).transpose(1, 2)
        v = self.v(x).view(-1, length, 1, 16).transpose(1, 2).repeat_interleave(2, 1)
        q, k = q * cos + q.flip(-1) * sin, (k * cos + k.flip(-1) * sin).expand(-1, 2, -1, -1)
        if self.sdpa:
            y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            mask = torch.full((length, length), -float("inf"), dtype=x.dtype).triu(1)
            y = torch.softmax(q @ k.transpose(2, 3) / 4.0 + mask, -1) @ v
        return x + self.out(y.transpose(1, 2).reshape(-1, length, 32))


class Call(nn.Module):
    def __init__(self, function, **tensors):
        super().__init__()
        self.function = function
        for name, tensor in tensors.items():
            (setattr if isinstance(tensor, (nn.Module, nn.Parameter)) else type(self).register_buffer)(
                self, name, tensor
            )

    def forward(self, *args, **kwargs):
        return self.function(self, *args, **kwargs)


def check(imported):
    """Every file is as docs/formats.md says, as far as text shows, and stock mlir-opt reads the subgraph."""
    forward = imported.forward.read_text()
    assert forward.count("func.func @forward(") == 1
    assert "dense_resource" not in forward
    assert imported.graph_log.read_text().startswith("graph forward\n")
    fused = imported.fused_log.read_text()
    for name, count in imported.fusions.items():
        assert f"{name}: {count}\n" in fused
    if imported.weights:
        document = json.loads(imported.manifest.read_text())
        read_weights(imported.weights)
        offsets = {tensor["offset"] for tensor in document["tensors"]}
        assert {int(offset) for offset in re.findall(r"lexon\.weight %weights\[(\d+)\]", forward)} == offsets
        assert f"%weights: tensor<{document['bytes']}xi8>" in forward
    for path in imported.subgraphs:
        text = path.read_text()
        assert "dense_resource" not in text
        assert f"func.func @{path.stem}(" in text
        assert ("tosa." in text) == (imported.output_type == "tosa")
        if MLIR_OPT and "tm_tensor" not in text:
            subprocess.run([MLIR_OPT, path, "-o", "/dev/null"], check=True)
    assert Structure.from_json(json.loads(json.dumps(imported.inputs.to_json()))) == imported.inputs
    assert Structure.from_json(json.loads(json.dumps(imported.outputs.to_json()))) == imported.outputs
    assert not [path for path in imported.directory.iterdir() if path.name.startswith(".")]
    return imported


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16, torch.float64])
@pytest.mark.parametrize("kind", ["auto", "tosa", "linalg"])
@pytest.mark.parametrize("sdpa", [True, False])
def test_attention(tmp_path, kind, dtype, sdpa):
    if kind == "tosa" and dtype == torch.float64:
        pytest.skip("TOSA has no f64")
    model = Attention(sdpa).eval().to(dtype)
    imported = check(import_model(model, (torch.randn(1, 9, 32, dtype=dtype),), work_dir=tmp_path, output_type=kind))
    expected = {"auto": "linalg" if dtype == torch.float64 else "tosa"}.get(kind, kind)
    assert imported.output_type == expected
    assert imported.fusions["merge-linears"] == 2
    assert imported.fusions["fold-constants"] >= 2


def test_forward_is_the_documented_one(tmp_path):
    model = nn.Linear(4, 8)
    check(import_model(model, (torch.zeros(2, 4),), work_dir=tmp_path))
    assert (tmp_path / "forward.mlir").read_text() == (
        "func.func private @subgraph0(tensor<8x4xf32> {lexon.constant}, tensor<8xf32> {lexon.constant}, "
        "tensor<2x4xf32>) -> tensor<2x8xf32>\n"
        "func.func @forward(%weights: tensor<192xi8> {lexon.constant}, %arg0: tensor<2x4xf32>) -> tensor<2x8xf32> {\n"
        "  %w0 = lexon.weight %weights[0] : tensor<192xi8> -> tensor<8x4xf32>\n"
        "  %w1 = lexon.weight %weights[128] : tensor<192xi8> -> tensor<8xf32>\n"
        "  %0 = call @subgraph0(%w0, %w1, %arg0) : "
        "(tensor<8x4xf32>, tensor<8xf32>, tensor<2x4xf32>) -> tensor<2x8xf32>\n"
        "  return %0 : tensor<2x8xf32>\n"
        "}\n"
    )
    arrays = read_weights(tmp_path / "arg0.data")
    assert (arrays["weight"] == model.weight.detach().numpy()).all()


def test_locations_name_the_python_line(tmp_path):
    imported = import_model(Attention().eval(), (torch.randn(1, 9, 32),), work_dir=tmp_path)
    assert f'loc("{__file__}":' in imported.subgraphs[0].read_text()
    assert f"# {__file__}:" in imported.graph_log.read_text()


MODELS = {
    "function": (lambda x: x + 1, (torch.ones(3),)),
    "no weights, two inputs": (lambda x, y: x @ y, (torch.ones(3, 4), torch.ones(4, 2))),
    "no tensor inputs": (Call(lambda m: m.w * 2, w=torch.randn(40, 40)), ()),
    "0-d": (Call(lambda m, x: x * m.w, w=torch.tensor(3.0)), (torch.tensor(2.0),)),
    "i32": (lambda x: x * 3, (torch.arange(7, dtype=torch.int32),)),
    "i64": (lambda x: x * 3 + 1, (torch.arange(7),)),
    "bool": (lambda x: (x > 0) & (x < 1), (torch.randn(7),)),
    "u8": (lambda x: x.float() / 255, (torch.arange(9, dtype=torch.uint8),)),
    "token ids": (nn.Embedding(11, 6), (torch.tensor([[1, 2, 10]]),)),
    "empty": (lambda x: x + 1, (torch.ones(0, 4),)),
    "not contiguous": (Call(lambda m, x: x @ m.w, w=torch.randn(7, 5).t()), (torch.randn(5, 3).t(),)),
    "nan": (Call(lambda m, x: x * m.w, w=torch.tensor([float("nan"), float("inf"), -0.0])), (torch.ones(3),)),
    "conv": (
        nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2)).eval(),
        (torch.randn(1, 3, 10, 10),),
    ),
    "lstm": (nn.LSTM(4, 5), (torch.randn(3, 2, 4),)),
    "encoder": (nn.TransformerEncoderLayer(8, 2, 16, batch_first=True).eval(), (torch.randn(2, 4, 8),)),
}


@pytest.mark.parametrize("kind", ["auto", "linalg"])
@pytest.mark.parametrize("name", MODELS)
def test_models(tmp_path, name, kind):
    model, args = MODELS[name]
    imported = check(import_model(model, args, work_dir=tmp_path, output_type=kind))
    assert len(imported.inputs.tensors()) == len(args)
    if name in ("i64",):
        assert imported.output_type == "linalg"
    if name in ("token ids", "conv") and kind == "auto":
        assert imported.output_type == "tosa"


def test_nested_inputs_and_outputs(tmp_path):
    def nested(module, a, *, k):
        return {"x": [a["p"] + 1, (a["q"] * 2,)], "n": Pair(a["p"], k * 2), "c": [None, 3, 2.5, "s", True]}

    x = torch.randn(3)
    arguments = {"p": x, "q": x * 2}
    imported = check(import_model(Call(nested), (arguments,), kwargs={"k": x * 3}, work_dir=tmp_path))
    leaves = imported.inputs.flatten(((arguments,), {"k": x * 3}))
    assert [leaf.name for leaf in imported.inputs.tensors()] == ["args_0_p", "args_0_q", "k"]
    assert [torch.equal(leaf, x * n) for n, leaf in enumerate(leaves, 1)] == [True] * 3
    results = [leaf.value if isinstance(leaf, ConstantLeaf) else leaf.index for leaf in imported.outputs.leaves]
    value = imported.outputs.rebuild(results)
    assert value["x"] == [0, (1,)]
    assert value["n"].left == 2
    assert value["n"].right == 3
    assert type(value["n"]).__name__ == "Pair"
    assert value["c"] == [None, 3, 2.5, "s", True]
    aliases = [getattr(leaf, "alias_input", None) for leaf in imported.outputs.leaves]
    assert aliases[2] == 0
    assert [alias for index, alias in enumerate(aliases) if index != 2] == [None] * 8


def test_outputs_that_nothing_computes(tmp_path):
    model = Call(lambda m, x: (x, m.w, torch.arange(900), x, torch.full((2, 3), 4.0)), w=torch.randn(5))
    imported = check(import_model(model, (torch.randn(3),), work_dir=tmp_path))
    text = imported.forward.read_text()
    assert re.search(
        r"return %arg0, %w0, %w1, %0 : tensor<3xf32>, tensor<5xf32>, tensor<900xi64>, tensor<2x3xf32>", text
    )
    assert [leaf.index for leaf in imported.outputs.leaves] == [0, 1, 2, 0, 3]
    assert [leaf.alias_input for leaf in imported.outputs.leaves] == [0, None, None, 0, None]


def test_identity_has_no_subgraph(tmp_path):
    import_model(nn.Linear(2, 2), (torch.randn(1, 2),), work_dir=tmp_path)
    imported = check(import_model(lambda x: x, (torch.randn(3),), work_dir=tmp_path))
    assert imported.subgraphs == ()
    assert imported.weights is None
    assert {path.name for path in tmp_path.iterdir()} == {"forward.mlir", "graph.log", "graph_fused.log"}


def test_a_copy_of_an_input_is_no_alias(tmp_path):
    imported = check(import_model(lambda x: x.clone(), (torch.randn(3),), work_dir=tmp_path))
    assert imported.outputs.leaves[0].alias_input is None


def test_constant_inputs(tmp_path):
    imported = check(import_model(Call(lambda m, x, n: x * n), (torch.randn(3), 4), work_dir=tmp_path))
    assert imported.inputs.leaves[1].value == 4
    assert "%arg1" not in imported.forward.read_text()


def test_dynamic_shapes(tmp_path):
    class Rows(nn.Module):
        def forward(self, x):
            return x.reshape(x.shape[0] * x.shape[1]) * 2, x.shape[0]

    shapes = ({0: torch.export.Dim("rows", min=2, max=64)},)
    imported = check(import_model(Rows(), (torch.randn(3, 5),), work_dir=tmp_path, dynamic_shapes=shapes))
    (leaf,) = imported.inputs.tensors()
    assert leaf.shape == (-1, 5)
    assert imported.inputs.ranges == ((leaf.symbols[0], 2, 64),)
    assert isinstance(imported.outputs.leaves[1], ScalarLeaf)
    assert "(%arg0: tensor<?x5xf32>) -> (tensor<?xf32>, i64)" in imported.forward.read_text()
    assert "dynamic shape" in imported.reason


def test_tied_weights_are_stored_once(tmp_path):
    embedding, head = nn.Embedding(50, 16), nn.Linear(16, 50, bias=False)
    head.weight = embedding.weight
    model = Call(lambda m, x: m.head(m.embedding(x)), embedding=embedding, head=head)
    imported = check(import_model(model, (torch.tensor([[1, 2]]),), work_dir=tmp_path))
    entries = json.loads(imported.manifest.read_text())["tensors"]
    assert [(entry["name"], entry["offset"]) for entry in entries] == [("embedding.weight", 0), ("head.weight", 0)]
    assert imported.weights.stat().st_size == 50 * 16 * 4


def test_an_example_that_is_a_weight_too(tmp_path):
    """What the example inputs share memory with says nothing about later inputs."""
    weight = torch.randn(300)
    model = Call(lambda m, x, y: x * m.w - y, w=weight)
    imported = check(import_model(model, (weight, weight), work_dir=tmp_path))
    assert imported.weights.stat().st_size == 300 * 4 + 16
    assert "%mul, %args_1" in imported.graph_log.read_text()


def test_unused_weights_are_not_stored(tmp_path):
    model = Call(lambda m, x: m.a(x), a=nn.Linear(3, 3), b=nn.Linear(999, 999))
    imported = check(import_model(model, (torch.randn(2, 3),), work_dir=tmp_path))
    assert imported.weights.stat().st_size < 999


def test_weights_hold_their_bits(tmp_path):
    weight = torch.tensor([float("nan"), float("inf"), -0.0, 1e-42]).bfloat16()
    imported = check(import_model(Call(lambda m, x: x * m.w, w=weight), (weight,), work_dir=tmp_path))
    (stored,) = read_weights(imported.weights).values()
    assert stored.tobytes() == weight.view(torch.int16).numpy().tobytes()


def _state(model):
    return {
        name: (
            module.training,
            list(module.__dict__),
            dict(module._parameters),
            dict(module._buffers),
            set(module._non_persistent_buffers_set),
            list(module._modules),
        )
        for name, module in model.named_modules()
    }


class Counting(nn.Module):
    """Changes itself when it runs, and refers to itself through a list and a bound method."""

    def __init__(self):
        super().__init__()
        self.runs, self.seen = 0, []
        self.inner = nn.Linear(3, 3)
        self.call = self.helper
        self.others = [self.inner]
        self.register_buffer("shift", torch.randn(3), persistent=False)

    def helper(self, x):
        self.runs += 1
        self.seen.append("x")
        return self.others[0](x) + self.shift

    def forward(self, x):
        return self.call(x)


class Uncopyable(Counting):
    def __deepcopy__(self, memo):
        raise TypeError("not to be copied")


@pytest.mark.parametrize("kind", [Counting, Uncopyable, lambda: Attention().train()])
def test_the_model_stays_as_it_was(tmp_path, kind):
    model = kind()
    before, values = _state(model), copy.deepcopy(dict(model.state_dict()))
    example = torch.randn(1, 3, 32 if isinstance(model, Attention) else 3)
    check(import_model(model, (example,), work_dir=tmp_path))
    assert _state(model) == before
    assert all(torch.equal(value, values[name]) for name, value in model.state_dict().items())
    if isinstance(model, Counting):
        assert model.runs == 0
        assert model.seen == []
        assert sum("inner.weight" in line for line in (tmp_path / "graph.log").read_text().splitlines()) == 1


def test_import_after_threads_were_used(tmp_path):
    """The child is forked from a process whose thread pool is awake."""
    torch.randn(600, 600) @ torch.randn(600, 600)
    check(import_model(Attention().eval(), (torch.randn(1, 9, 32),), work_dir=tmp_path))


def test_progress(tmp_path):
    seen = []
    import_model(nn.Linear(2, 2), (torch.randn(1, 2),), work_dir=tmp_path, progress=lambda *item: seen.append(item))
    assert [name for name, seconds in seen if seconds is None] == [
        name for name, seconds in seen if seconds is not None
    ] or len(seen) % 2 == 0
    assert {"export", "fuse", "store weights", "lower to tosa", "write"} <= {name for name, _ in seen}


def test_nothing_is_printed(tmp_path, capfd):
    import_model(Attention().eval(), (torch.randn(1, 9, 32),), work_dir=tmp_path)
    assert capfd.readouterr() == ("", "")
