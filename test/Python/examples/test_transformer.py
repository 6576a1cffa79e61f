# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The transformer example can fail: damaged and foreign weights, another model than the reference, a broken stage."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("torch_mlir")

from lexon import paths
from lexon.compiler.build import CompileOptions, build_file
from lexon.weights import read_weights, write_weights

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "examples" / "transformer"
SIZES = ("--small", "--batch-size", "2", "--seq-len", "5")
Completed = subprocess.CompletedProcess[str]


def run(*command: object, cwd: Path | None = None) -> Completed:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "python"), "NO_COLOR": "1"}
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, timeout=280, check=False)


def check(result: Completed) -> None:
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(scope="module")
def runner_object(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """transformer_runner.cpp, compiled."""
    out = tmp_path_factory.mktemp("runner") / "runner.o"
    includes = (f"-I{ROOT / 'include'}", f"-I{paths.build_dir() / 'include'}")
    check(run("c++", "-std=c++17", "-O1", *includes, "-c", EXAMPLE / "transformer_runner.cpp", "-o", out))
    return out


@pytest.fixture(scope="module")
def make_block(runner_object: Path) -> Callable[..., Path]:
    """Imports a block, with the example's scripts in `scripts`, into a folder and links its runner there."""

    def make(folder: Path, scripts: Path = EXAMPLE, *more: str) -> Path:
        check(run(sys.executable, scripts / "import-transformer.py", *SIZES, *more, "--output-dir", folder))
        library = paths.build_dir() / "lib"
        links = [f"--link={library / name}" for name in ("libLexonRuntime.a", "libLexonTargetInfo.a")]
        options = CompileOptions(threads=2)
        objects = [
            build_file([folder / f"{name}.mlir"], folder / f"{name}.o", "obj", options)
            for name in ("forward", "subgraph0")
        ]
        command = [paths.tool("lexon-translate"), *objects, runner_object, "--emit=exe", *links, "--link=-lstdc++"]
        check(run(*command, "-o", folder / "runner"))
        return folder

    return make


@pytest.fixture(scope="module")
def block(make_block: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an imported block and its runner."""
    return make_block(tmp_path_factory.mktemp("block"))


@pytest.fixture
def copy(block: Path, tmp_path: Path) -> Path:
    """A folder like `block` that a test may damage."""
    return Path(shutil.copytree(block, tmp_path / "block"))


def test_block_passes(block: Path) -> None:
    result = run(block / "runner", "--runs", "3")
    check(result)
    assert "PASS" in result.stdout


def test_four_damaged_kibibytes_of_weights_fail(copy: Path) -> None:
    data = copy / "arg0.data"
    content = bytearray(data.read_bytes())
    middle = len(content) // 2
    content[middle - 2048 : middle + 2048] = bytes(byte ^ 0x55 for byte in content[middle - 2048 : middle + 2048])
    data.write_bytes(content)
    result = run(copy / "runner")
    assert result.returncode == 1
    assert "arg0.data" in result.stderr and "checksum" in result.stderr
    assert "PASS" not in result.stdout


def test_weights_of_another_seed_fail(make_block: Callable[..., Path], block: Path, tmp_path: Path) -> None:
    other = make_block(tmp_path, EXAMPLE, "--seed", "7")
    check(run(other / "runner", "--runs", "1"))
    result = run(other / "runner", "--runs", "1", "--reference", block / "reference.data")
    assert result.returncode == 1
    assert "elements are wrong; the first is [0, 0, " in result.stdout


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("silu(self.gate_proj(x)) * self.up_proj(x)", "silu(self.up_proj(x)) * self.gate_proj(x)"),
        ("torch.cat((-second, first), dim=-1)", "torch.cat((second, -first), dim=-1)"),
        ("triu(1)", "triu(2)"),
    ],
    ids=["gate and up exchanged", "rotation turned round", "mask off by one"],
)
def test_wrong_model_fails(make_block: Callable[..., Path], tmp_path: Path, right: str, wrong: str) -> None:
    scripts = Path(shutil.copytree(EXAMPLE, tmp_path / "scripts"))
    model = scripts / "transformer_model.py"
    text = model.read_text()
    assert text.count(right) == 1
    model.write_text(text.replace(right, wrong))
    folder = make_block(tmp_path / "block", scripts)
    result = run(folder / "runner", "--runs", "1")
    assert result.returncode == 1
    assert "FAIL: the reference disagrees with PyTorch" in result.stdout
    assert "PASS" not in result.stdout


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


def test_nan_spreads_as_in_pytorch(copy: Path) -> None:
    """NaN reaches every token of its sequence, 0 * NaN being NaN in attention too; the other one stays proven."""
    check(run(sys.executable, "-c", NAN_IN_FIRST_SEQUENCE, copy, EXAMPLE))
    result = run(copy / "runner", "--runs", "1", "--reference", copy / "nan.data", "--dump-output", copy / "out")
    check(result)
    output = np.fromfile(copy / "out", np.float32).reshape(2, -1)
    assert np.isnan(output[0]).all() and np.isfinite(output[1]).all()


def test_nan_in_weights_fails(copy: Path) -> None:
    tensors = {name: array.copy() for name, array in read_weights(copy / "arg0.data").items()}
    tensors["mlp.down_proj.weight"][3, 4] = np.nan
    write_weights(copy / "arg0.data", tensors.items())
    result = run(copy / "runner", "--runs", "1")
    assert result.returncode == 1
    assert "FAIL: 10 of 480 elements are wrong; the first is [0, 0, 3]: nan" in result.stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--seq-len", "0"), "0 is not 1 or more"),
        (("--small", "--seq-len", "65"), "--seq-len 65 is more than the 64 positions"),
        (("--output-type", "text"), "invalid choice: 'text'"),
    ],
)
def test_import_refuses(tmp_path: Path, options: tuple[str, ...], message: str) -> None:
    result = run(sys.executable, EXAMPLE / "import-transformer.py", *options, "--output-dir", tmp_path / "out")
    assert result.returncode != 0
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out").exists()


FRONTEND = ("graph.log", "graph_fused.log", "forward.mlir", "subgraph0.mlir", "arg0.data", "arg0.json")
MIDEND = ("forward-midend.mlir", "subgraph0-midend.mlir")
BACKEND = ("forward-backend.mlir", "subgraph0-backend.mlir")
CODEGEN = ("forward.ll", "subgraph0.ll", "forward.o", "subgraph.o")
ONESTEP = ("forward-onestep.o", "subgraph-onestep.o")


def configure(build: Path) -> Path:
    """Sets up a build of the small block with the tools under test; returns where its files go."""
    options = {
        "CMAKE_BUILD_TYPE": "Release",
        "LEXON_BUILD_TESTS": "OFF",
        "LEXON_TRANSFORMER_EXAMPLES": "ON",
        "LEXON_TRANSFORMER_SMALL": "ON",
        "LEXON_SEQ_LEN": "3",
        "LEXON_PYTHON": sys.executable,
        "LEXON_TOOLS_DIR": paths.build_dir() / "bin",
    }
    flags = [f"-D{name}={value}" for name, value in options.items()]
    check(run("cmake", "-G", "Ninja", "-S", ROOT, "-B", build, *flags))
    return build / "examples" / "transformer"


def target(build: Path, *names: str) -> Completed:
    return run("cmake", "--build", build, "-j2", "--target", *names)


def test_build_stops_at_a_failing_stage(tmp_path: Path) -> None:
    files = configure(tmp_path)
    check(target(tmp_path, "lexon-transformer-backend"))
    assert not [name for name in (*FRONTEND, *MIDEND, *BACKEND) if not (files / name).exists()]
    assert not [name for name in (*CODEGEN, *ONESTEP) if (files / name).exists()]
    assert "no work to do" in target(tmp_path, "lexon-transformer-backend").stdout

    (files / "subgraph0-midend.mlir").write_text("func.func @subgraph0() { nonsense }\n")
    result = target(tmp_path, "lexon-transformer-codegen")
    assert result.returncode != 0
    assert "subgraph0-midend.mlir:1:26: error:" in result.stdout + result.stderr
    assert not (files / "subgraph0-backend.mlir").exists()
    assert not (files / "subgraph.o").exists()


@pytest.mark.nightly  # compiles the runtime library once more
def test_staged_and_one_step_programs_agree(tmp_path: Path) -> None:
    files = configure(tmp_path)
    check(target(tmp_path, "lexon-transformer"))
    assert not [name for name in (*MIDEND, *BACKEND, *CODEGEN) if (files / name).exists()]
    check(target(tmp_path, "lexon-transformer-executable", "lexon-transformer-onestep"))
    assert not [name for name in (*FRONTEND, *MIDEND, *BACKEND, *CODEGEN, *ONESTEP) if not (files / name).exists()]
    outputs = []
    for name in ("transformer-runner", "transformer-runner-staged", "transformer-runner-onestep"):
        out = tmp_path / f"{name}.out"
        check(run(tmp_path / "bin" / name, "--runs", "2", "--dump-output", out))
        outputs.append(out.read_bytes())
    assert outputs[0] == outputs[1] == outputs[2]
    assert len(outputs[0]) == 4 * 3 * 48
