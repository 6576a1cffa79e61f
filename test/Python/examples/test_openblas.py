# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The OpenBLAS example: both models from C and C++, wrong models, options, the targets of the build."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("torch_mlir")

from lexon import paths
from lexon.weights import read_weights, write_weights

MODELS = ("mlp", "cnn")
LANGUAGES = {"c": ("cc", "-std=c99"), "cpp": ("c++", "-std=c++17")}


def build(example: Any, folder: Path, matmul: str = "blas") -> None:
    """From the MLIR in `folder` to `run-c` and `run-cpp` there, by the tools' command lines."""
    opt, translate = (paths.tool(name) for name in ("lexon-opt", "lexon-translate"))
    for module in ("forward", "subgraph0"):
        pipeline = f"--pipeline=onestep{{threads=2 matmul={matmul}}}"
        example.succeed(opt, folder / f"{module}.mlir", pipeline, "-o", folder / f"{module}-low.mlir")
    lowered = [folder / "forward-low.mlir", folder / "subgraph0-low.mlir"]
    example.succeed(translate, lowered[0], "--emit=header", "-o", folder / "model.h")
    root = example.folder.parents[1]
    includes = [f"-I{path}" for path in (folder, root / "include", paths.build_dir() / "include")]
    library = paths.build_dir() / "lib"
    links = [f"--link={library / name}" for name in ("libLexonRuntime.a", "libLexonTargetInfo.a")]
    links.append("--link=-lstdc++")
    for suffix, compiler in LANGUAGES.items():
        out = folder / f"run-{suffix}.o"
        warnings = ("-Wall", "-Wextra", "-pedantic", "-Werror")
        example.succeed(*compiler, *warnings, *includes, "-c", example.folder / f"run_model.{suffix}", "-o", out)
        example.succeed(translate, *lowered, out, "--emit=exe", *links, "-o", folder / f"run-{suffix}")


@pytest.fixture(scope="module", params=MODELS)
def model(request: pytest.FixtureRequest, example: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one model, imported and built."""
    folder = tmp_path_factory.mktemp(request.param)
    example.import_(folder, "--model", request.param, "--batch-size", "5")
    build(example, folder)
    return folder


@pytest.mark.parametrize("language", LANGUAGES)
def test_programs_agree_with_pytorch(example: Any, model: Path, language: str) -> None:
    assert example.succeed(model / f"run-{language}", model).splitlines()[-1] == "PASS"


def test_pytorch_agrees_with_the_reference(model: Path) -> None:
    stored = read_weights(model / "reference.data")
    assert stored["eager"].shape == (5, 10)
    assert (np.abs(stored["eager"] - stored["expected"]) <= stored["tolerance"]).all()
    assert stored["tolerance"].max() < 1e-3 * np.abs(stored["expected"]).max()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["weights", "bias"])
def test_other_weights_fail(example: Any, model: Path, tmp_path: Path, language: str, name: str) -> None:
    """Well-formed weights that are not the model's: a bias, or the last matrix, is a thousandth off."""
    folder = Path(shutil.copytree(model, tmp_path / "model"))
    tensors = {key: array.copy() for key, array in read_weights(folder / "arg0.data").items()}
    if name == "bias":
        tensors["last.bias"][3] += 1e-3
    else:
        tensors["last.weight"] *= np.float32(1.001)
    write_weights(folder / "arg0.data", tensors.items())
    assert "FAIL" in example.fail(folder / f"run-{language}", folder)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nan_fails(example: Any, model: Path, tmp_path: Path, language: str) -> None:
    folder = Path(shutil.copytree(model, tmp_path / "model"))
    tensors = {key: array.copy() for key, array in read_weights(folder / "arg0.data").items()}
    tensors["last.bias"][0] = np.nan
    write_weights(folder / "arg0.data", tensors.items())
    assert "FAIL" in example.fail(folder / f"run-{language}", folder)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "the following arguments are required: --model"),
        (("--model", "rnn"), "invalid choice: 'rnn'"),
        (("--model", "mlp", "--batch-size", "0"), "0 is not 1 or more"),
        (("--model", "cnn", "--seq-len", "3"), "unrecognized arguments: --seq-len 3"),
    ],
)
def test_import_refuses(example: Any, tmp_path: Path, options: tuple[str, ...], message: str) -> None:
    script = example.folder / "import-openblas.py"
    assert message in example.fail(sys.executable, script, *options, "--output-dir", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_targets_make_their_files(example: Any, tmp_path: Path) -> None:
    files = example.configure(tmp_path, LEXON_OPENBLAS_BATCH_SIZE=2)
    stages = {
        "frontend": ("forward.mlir", "subgraph0.mlir", "arg0.data", "arg0.json", "reference.data", "reference.json"),
        "midend": ("forward-midend.mlir", "subgraph0-midend.mlir"),
        "backend": ("forward-backend.mlir", "subgraph0-backend.mlir"),
        "codegen": ("forward.ll", "subgraph0.ll", "forward.o", "subgraph.o", "model.h"),
    }
    for stage, names in stages.items():
        assert example.target(tmp_path, f"lexon-openblas-{stage}").returncode == 0
        assert not [name for name in names for model in MODELS if not (files / model / name).exists()]
    assert example.nothing_to_do(tmp_path, "lexon-openblas-codegen")


@pytest.mark.nightly  # compiles the runtime library once more
def test_proof(example: Any, tmp_path: Path) -> None:
    example.configure(tmp_path)
    result: subprocess.CompletedProcess[str] = example.target(tmp_path, "lexon-openblas-proof")
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.count("PASS") == 4
