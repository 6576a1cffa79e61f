# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The transformer example can fail: damaged and foreign weights, another model than the reference, a broken stage."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("torch_mlir")

from lexon.weights import read_weights, write_weights

SIZES = ("--small", "--batch-size", "2", "--seq-len", "5")


@pytest.fixture(scope="module")
def block(example: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an imported block and its runner."""
    return example.make(tmp_path_factory.mktemp("block"), *SIZES)


@pytest.fixture
def copy(block: Path, tmp_path: Path) -> Path:
    """A folder like `block` that a test may damage."""
    return Path(shutil.copytree(block, tmp_path / "block"))


def test_block_passes(example: Any, block: Path) -> None:
    assert "PASS" in example.succeed(block / "runner", "--runs", "3")


def test_four_damaged_kibibytes_of_weights_fail(example: Any, copy: Path) -> None:
    data = copy / "arg0.data"
    content = bytearray(data.read_bytes())
    middle = len(content) // 2
    content[middle - 2048 : middle + 2048] = bytes(byte ^ 0x55 for byte in content[middle - 2048 : middle + 2048])
    data.write_bytes(content)
    text = example.fail(copy / "runner")
    assert "arg0.data" in text and "checksum" in text
    assert "PASS" not in text


def test_weights_of_another_seed_fail(example: Any, block: Path, tmp_path: Path) -> None:
    other = example.make(tmp_path, *SIZES, "--seed", "7")
    example.succeed(other / "runner", "--runs", "1")
    text = example.fail(other / "runner", "--runs", "1", "--reference", block / "reference.data")
    assert "elements are wrong; the first is [0, 0, " in text


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("silu(self.gate_proj(x)) * self.up_proj(x)", "silu(self.up_proj(x)) * self.gate_proj(x)"),
        ("torch.cat((-second, first), dim=-1)", "torch.cat((second, -first), dim=-1)"),
        ("triu(1)", "triu(2)"),
    ],
    ids=["gate and up exchanged", "rotation turned round", "mask off by one"],
)
def test_wrong_model_fails(example: Any, tmp_path: Path, right: str, wrong: str) -> None:
    scripts = Path(shutil.copytree(example.folder, tmp_path / "scripts"))
    model = scripts / "transformer_model.py"
    text = model.read_text()
    assert text.count(right) == 1
    model.write_text(text.replace(right, wrong))
    folder = example.make(tmp_path / "block", *SIZES, scripts=scripts)
    text = example.fail(folder / "runner", "--runs", "1")
    assert "FAIL: the reference disagrees with PyTorch" in text
    assert "PASS" not in text


NAN_IN_FIRST_SEQUENCE = """
import sys
from pathlib import Path
folder, example = map(Path, sys.argv[1:])
sys.path.insert(0, str(example))
import torch, transformer_model as blocks
from lexon.weights import read_weights, write_weights
from reference_block import reference
model = blocks.build(blocks.SMALL)
tensors = {name: array.copy() for name, array in read_weights(folder / "reference.data").items()}
tensors["input"][0, 2, 5] = float("nan")
tensors["eager"] = model(torch.from_numpy(tensors["input"])).detach().numpy()
weights = {name: tensor.numpy() for name, tensor in model.state_dict().items()}
tensors["expected"], tensors["tolerance"] = reference(tensors["input"], weights, blocks.SMALL)
write_weights(folder / "nan.data", tensors.items())
"""


def test_nan_spreads_as_in_pytorch(example: Any, copy: Path) -> None:
    """NaN reaches every token of its sequence, 0 * NaN being NaN in attention too; the other one stays proven."""
    example.succeed(sys.executable, "-c", NAN_IN_FIRST_SEQUENCE, copy, example.folder)
    example.succeed(copy / "runner", "--runs", "1", "--reference", copy / "nan.data", "--dump-output", copy / "out")
    output = np.fromfile(copy / "out", np.float32).reshape(2, -1)
    assert np.isnan(output[0]).all() and np.isfinite(output[1]).all()


def test_nan_in_weights_fails(example: Any, copy: Path) -> None:
    tensors = {name: array.copy() for name, array in read_weights(copy / "arg0.data").items()}
    tensors["mlp.down_proj.weight"][3, 4] = np.nan
    write_weights(copy / "arg0.data", tensors.items())
    text = example.fail(copy / "runner", "--runs", "1")
    assert "FAIL: 10 of 480 elements are wrong; the first is [0, 0, 3]: nan" in text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--seq-len", "0"), "0 is not 1 or more"),
        (("--small", "--seq-len", "65"), "--seq-len 65 is more than the 64 positions"),
        (("--output-type", "text"), "invalid choice: 'text'"),
    ],
)
def test_import_refuses(example: Any, tmp_path: Path, options: tuple[str, ...], message: str) -> None:
    script = example.folder / "import-transformer.py"
    assert message in example.fail(sys.executable, script, *options, "--output-dir", tmp_path / "out")
    assert not (tmp_path / "out").exists()


FRONTEND = ("graph.log", "graph_fused.log", "forward.mlir", "subgraph0.mlir", "arg0.data", "arg0.json")
MIDEND = ("forward-midend.mlir", "subgraph0-midend.mlir")
BACKEND = ("forward-backend.mlir", "subgraph0-backend.mlir")
CODEGEN = ("forward.ll", "subgraph0.ll", "forward.o", "subgraph.o")
ONESTEP = ("forward-onestep.o", "subgraph-onestep.o")


SMALL = {"LEXON_TRANSFORMER_SMALL": "ON", "LEXON_SEQ_LEN": "3"}


def test_build_stops_at_a_failing_stage(example: Any, tmp_path: Path) -> None:
    files = example.configure(tmp_path, **SMALL)
    assert example.target(tmp_path, "lexon-transformer-backend").returncode == 0
    assert not [name for name in (*FRONTEND, *MIDEND, *BACKEND) if not (files / name).exists()]
    assert not [name for name in (*CODEGEN, *ONESTEP) if (files / name).exists()]
    assert example.nothing_to_do(tmp_path, "lexon-transformer-backend")

    (files / "subgraph0-midend.mlir").write_text("func.func @subgraph0() { nonsense }\n")
    result = example.target(tmp_path, "lexon-transformer-codegen")
    assert result.returncode != 0
    assert "subgraph0-midend.mlir:1:26: error:" in result.stdout + result.stderr
    assert not (files / "subgraph0-backend.mlir").exists()
    assert not (files / "subgraph.o").exists()


@pytest.mark.nightly  # compiles the runtime library once more
def test_staged_and_one_step_programs_agree(example: Any, tmp_path: Path) -> None:
    files = example.configure(tmp_path, **SMALL)
    assert example.target(tmp_path, "lexon-transformer").returncode == 0
    assert not [name for name in (*MIDEND, *BACKEND, *CODEGEN) if (files / name).exists()]
    assert example.target(tmp_path, "lexon-transformer-executable", "lexon-transformer-onestep").returncode == 0
    assert not [name for name in (*FRONTEND, *MIDEND, *BACKEND, *CODEGEN, *ONESTEP) if not (files / name).exists()]
    outputs = []
    for name in ("transformer-runner", "transformer-runner-staged", "transformer-runner-onestep"):
        out = tmp_path / f"{name}.out"
        example.succeed(tmp_path / "bin" / name, "--runs", "2", "--dump-output", out)
        outputs.append(out.read_bytes())
    assert outputs[0] == outputs[1] == outputs[2]
    assert len(outputs[0]) == 4 * 3 * 48
