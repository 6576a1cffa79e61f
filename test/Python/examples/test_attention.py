# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The attention example: edited sizes, wrong models, options, every matmul path, the targets of the build."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("torch_mlir")

from lexon.weights import read_weights

SIZES = ("--small", "--batch-size", "2", "--seq-len", "5")


def matmul_paths() -> list[str]:
    """The list that the example's build follows."""
    text = (Path(__file__).resolve().parents[3] / "examples" / "attention" / "CMakeLists.txt").read_text()
    found = re.search(r"set\(matmul_paths ([a-z ]+)\)", text)
    assert found
    return found[1].split()


def edited(example: Any, folder: Path, *replacements: tuple[str, str]) -> Path:
    """A copy of the example with changes in the model; returns its folder."""
    scripts = Path(shutil.copytree(example.folder, folder / "examples" / "attention"))
    (folder / "python").symlink_to(example.folder.parents[1] / "python")
    model = scripts / "attention_model.py"
    text = model.read_text()
    for right, wrong in replacements:
        assert text.count(right) == 1
        text = text.replace(right, wrong)
    model.write_text(text)
    return scripts


@pytest.mark.parametrize("path", matmul_paths())
def test_layer_passes(example: Any, tmp_path: Path, path: str) -> None:
    folder = example.make(tmp_path, *SIZES, matmul=path)
    assert "PASS             all 400 elements" in example.succeed(folder / "runner", "--runs", "2")


def test_linalg_passes(example: Any, tmp_path: Path) -> None:
    folder = example.make(tmp_path, *SIZES, "--output-type", "linalg")
    assert "PASS" in example.succeed(folder / "runner", "--runs", "2")


def test_model_checks_itself(example: Any) -> None:
    lines = example.succeed(sys.executable, example.folder / "attention_model.py").splitlines()
    assert lines[-1] == "PASS"
    assert sum("input 1x40x1536, 12 heads of 128" in line for line in lines) == 2


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("is_causal=True", "is_causal=False"),
        ("first * cosines - second * sines", "first * cosines + second * sines"),
        ("enable_gqa=True)", "enable_gqa=True, scale=0.0883)"),
        ("query, key = self.rotary(query, key)", "query, _ = self.rotary(query, key)"),
    ],
    ids=["no mask", "rotation turned round", "scale off by a thousandth", "keys not rotated"],
)
def test_wrong_model_fails_its_own_check(example: Any, tmp_path: Path, right: str, wrong: str) -> None:
    model = edited(example, tmp_path, (right, wrong)) / "attention_model.py"
    result = example.run(sys.executable, model)
    assert result.returncode == 1
    assert "PASS" not in result.stdout


def test_wrong_model_fails_the_proof(example: Any, tmp_path: Path) -> None:
    scripts = edited(example, tmp_path, ("is_causal=True", "is_causal=False"))
    folder = example.make(tmp_path / "out", *SIZES, scripts=scripts)
    assert "FAIL: the reference disagrees with PyTorch" in example.fail(folder / "runner", "--runs", "1")


def test_edited_sizes_take_effect(example: Any, tmp_path: Path) -> None:
    """Only the three numbers are edited; an odd number of heads, and a hidden size that is not their product."""
    scripts = edited(
        example,
        tmp_path,
        ("hidden_size: int = 1536", "hidden_size: int = 90"),
        ("num_attention_heads: int = 12", "num_attention_heads: int = 3"),
        ("head_dim: int = 128", "head_dim: int = 14"),
    )
    assert "input 1x40x90, 3 heads of 14" in example.succeed(sys.executable, scripts / "attention_model.py")
    folder = example.make(tmp_path / "out", "--batch-size", "2", "--seq-len", "9", scripts=scripts)
    stored = read_weights(folder / "reference.data")
    assert [int(stored[f"configuration.{name}"]) for name in ("num_attention_heads", "num_key_value_heads")] == [3, 1]
    text = example.succeed(folder / "runner", "--runs", "1")
    assert "input 2x9x90" in text and "PASS" in text


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("head_dim: int = 128", "head_dim: int = 127", "rotary embedding turns pairs, give an even number"),
        ("num_attention_heads: int = 12", "num_attention_heads: int = 0", "num_attention_heads is 0: give 1 or more"),
        ("num_key_value_heads: int = 0", "num_key_value_heads: int = 5", "12 attention heads cannot share 5"),
    ],
)
def test_impossible_sizes_are_refused(example: Any, tmp_path: Path, right: str, wrong: str, message: str) -> None:
    scripts = edited(example, tmp_path, (right, wrong))
    assert message in example.fail(sys.executable, scripts / "attention_model.py")
    text = example.fail(sys.executable, scripts / "import-attention.py", "--output-dir", tmp_path / "out")
    assert message in text and "attention_model.py: error:" in text
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--batch-size", "0"), "0 is not 1 or more"),
        (("--batch-size", "-2"), "-2 is not 1 or more"),
        (("--seq-len", "many"), "'many' is not a whole number"),
        (("--seq-len", "32769"), "--seq-len 32769 is more than the 32768 positions"),
        (("--small", "--seq-len", "65"), "--seq-len 65 is more than the 64 positions"),
        (("--batch-size", "1000000000000"), "not enough memory"),
        (("--heads", "3"), "unrecognized arguments: --heads"),
    ],
)
def test_import_refuses(example: Any, tmp_path: Path, options: tuple[str, ...], message: str) -> None:
    script = example.folder / "import-attention.py"
    assert message in example.fail(sys.executable, script, *options, "--output-dir", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_import_needs_a_place_to_write(example: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    script = example.folder / "import-attention.py"
    assert "file" in example.fail(sys.executable, script, "--small", "--output-dir", tmp_path / "file")


def test_defaults(example: Any, tmp_path: Path) -> None:
    stored = read_weights(example.import_(tmp_path) / "reference.data")
    sizes = {name.removeprefix("configuration."): int(array) for name, array in stored.items() if array.ndim == 0}
    wanted = {"batch_size": 1, "seq_len": 40, "hidden_size": 1536, "num_attention_heads": 12, "head_dim": 128}
    wanted |= {"num_key_value_heads": 2, "max_position_embeddings": 32768}
    assert sizes == wanted
    assert stored["input"].shape == (1, 40, 1536)


FRONTEND = ("graph.log", "graph_fused.log", "forward.mlir", "subgraph0.mlir", "arg0.data", "arg0.json")
MIDEND = ("forward-midend.mlir", "subgraph0-midend.mlir")
BACKEND = ("forward-optimized.mlir", "subgraph0-optimized.mlir")
SMALL = {"LEXON_ATTENTION_SMALL": "ON", "LEXON_ATTENTION_PROOF_SIZES": "1x3;2x6"}


def test_targets_make_their_files(example: Any, tmp_path: Path) -> None:
    files = example.configure(tmp_path, **SMALL)
    stages = (("frontend", FRONTEND), ("midend", MIDEND), ("backend", BACKEND))
    for number, (stage, names) in enumerate(stages):
        assert example.target(tmp_path, f"lexon-attention-{stage}").returncode == 0
        assert not [name for name in names if not (files / name).exists()]
        later = [name for _, names in stages[number + 1 :] for name in names]
        assert not [name for name in later if (files / name).exists()]
    assert example.nothing_to_do(tmp_path, "lexon-attention-backend")
    (files / "subgraph0-midend.mlir").write_text("func.func @subgraph0() { nonsense }\n")
    result = example.target(tmp_path, "lexon-attention-backend")
    assert result.returncode != 0
    assert "subgraph0-midend.mlir:1:26: error:" in result.stdout + result.stderr
    assert not (files / "subgraph0-optimized.mlir").exists()


def test_proof_sizes_are_checked(example: Any, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="'2by6' is not BATCHxTOKENS"):
        example.configure(tmp_path, **{**SMALL, "LEXON_ATTENTION_PROOF_SIZES": "2by6"})


def test_without_openblas_the_other_paths_remain(example: Any, tmp_path: Path) -> None:
    without = {**SMALL, "LEXON_OPENBLAS": "OFF"}
    result = example.configured(tmp_path / "build", **without)
    assert result.returncode == 0 and "OpenBLAS is missing" in result.stderr
    assert "attention-runner-1x3-blas" not in example.target(tmp_path / "build", "help").stdout
    result = example.configured(tmp_path / "build", **without, LEXON_ATTENTION_MATMUL="blas")
    assert result.returncode != 0 and "matmul=blas needs OpenBLAS" in result.stderr


def test_without_openblas_the_tests_still_link(example: Any, tmp_path: Path) -> None:
    """OFF is for the examples; no library of that name is linked into anything else."""
    example.configure(tmp_path, **{**SMALL, "LEXON_OPENBLAS": "OFF", "LEXON_BUILD_TESTS": "ON"})
    commands = (tmp_path / "build.ninja").read_text()
    assert "lexon-differential-test" in commands
    assert "-lOFF" not in commands


@pytest.mark.nightly  # compiles the runtime library once more
def test_every_size_is_proved_by_every_path(example: Any, tmp_path: Path) -> None:
    files = example.configure(tmp_path, **SMALL)
    result = example.target(tmp_path, "lexon-attention", "lexon-attention-proof")
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.count("PASS") == 2 * len(matmul_paths())
    for size in ("1x3", "2x6"):
        for path in matmul_paths():
            assert f"== {size}, matmul={path}" in result.stdout
    (files / "2x6" / "reference.data").write_bytes(b"")
    assert example.target(tmp_path, "lexon-attention-proof").returncode != 0
