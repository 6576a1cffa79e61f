# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`lexon import`, `lexon compile` and `lexon run`, one after the other and each with bad input."""

import importlib.util
import json

import numpy as np
import pytest

from lexon.weights import read_weights

needs_torch = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")

MODEL = """\
import torch

class Net(torch.nn.Module):
    def __init__(self, width=3):
        super().__init__()
        self.linear = torch.nn.Linear(5, width)
    def forward(self, x):
        return self.linear(x)
"""


@pytest.mark.parametrize("name", ["x.so", "x.o", "x.s", "x.ll", "x.bc"])
def test_compile_to_each_kind(lexon, matmul, tmp_path, name):
    done = lexon("compile", matmul.name, "-o", name)
    assert done.returncode == 0, done
    assert (tmp_path / name).stat().st_size > 100


def test_compile_errors(lexon, matmul, tmp_path):
    for arguments, text in (
        (["-o", "x.zip"], ".zip"),
        (["-o", "none/x.so"], "no such folder"),
        (["-o", "program"], "main"),
        (["--target=no-such-cpu"], "no-such-cpu"),
        (["--matmul=vectr"], "did you mean 'vector'"),
    ):
        done = lexon("compile", matmul.name, *arguments)
        assert (done.returncode, text in done.stderr) == (1, True), done
    assert lexon("compile", matmul.name, "--threads=0").returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == [matmul.name]


def test_run_mlir_with_seeded_inputs(lexon, matmul, tmp_path):
    first = lexon("run", matmul.name, "-o", "one.npy", "--runs=3")
    assert first.returncode == 0, first
    assert "result 0: 7x33xf32  least" in first.stdout
    assert "3 runs:" in first.stdout
    lexon("run", matmul.name, "-o", "two.npy", "--seed=1")
    assert not np.array_equal(np.load(tmp_path / "one.npy"), np.load(tmp_path / "two.npy"))


def test_run_with_inputs_from_files(lexon, matmul, tmp_path):
    a, b = np.ones((7, 19), np.float32), np.full((19, 33), 2, np.float32)
    np.save(tmp_path / "a.npy", a)
    np.savez(tmp_path / "b.npz", b)
    done = lexon("run", matmul.name, "-i", "a.npy", "-i", "b.npz", "-o", "r.npz")
    assert done.returncode == 0, done
    assert (np.load(tmp_path / "r.npz")["arr_0"] == 38).all()
    assert "takes 2 inputs, got 1" in lexon("run", matmul.name, "-i", "a.npy").stderr
    assert "expected [19, 33]" in lexon("run", matmul.name, "-i", "a.npy", "-i", "a.npy").stderr
    assert "cannot read" in lexon("run", matmul.name, "-i", "none.npy").stderr
    (tmp_path / "bad.npy").write_text("no array")
    done = lexon("run", matmul.name, "-i", "bad.npy")
    assert (done.returncode, "neither .npy nor .npz" in done.stderr) == (1, True)
    assert "written as .npy" in lexon("run", matmul.name, "-o", "r.txt").stderr


@needs_torch
def test_import_compile_run(lexon, tmp_path):
    (tmp_path / "net.py").write_text(MODEL)
    done = lexon("import", "net.py:Net", "--input", "4x5xf32", "--out", "imported")
    assert done.returncode == 0, done
    folder = tmp_path / "imported"
    assert {path.name for path in folder.iterdir()} >= {"forward.mlir", "subgraph0.mlir", "arg0.data", "model.json"}
    done = lexon("compile", "imported")
    assert done.returncode == 0, done
    x = np.arange(20, dtype=np.float32).reshape(4, 5)
    np.save(tmp_path / "x.npy", x)
    done = lexon("run", "imported.lexon", "-i", "x.npy", "-o", "y.npy")
    assert done.returncode == 0, done
    weights = read_weights(folder / "arg0.data")
    weight, bias = (next(weights[key] for key in weights if key.endswith(end)) for end in ("weight", "bias"))
    assert np.allclose(np.load(tmp_path / "y.npy"), x @ weight.T + bias, rtol=1e-5, atol=1e-5)
    assert lexon("compile", "imported", "-o", "x.so").returncode == 0
    assert json.loads((tmp_path / "imported.lexon" / "model.json").read_text())["weights"] == "arg0.data"


@needs_torch
def test_import_reports_the_users_line(lexon, tmp_path):
    (tmp_path / "net.py").write_text("import torch\n\n\ndef broken():\n    return 1 / 0\n")
    done = lexon("import", "net.py:broken", "--input", "4x5xf32")
    assert (done.returncode, "net.py:5" in done.stderr) == (1, True), done
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "imported").exists()


def test_import_refuses_what_is_no_tensor(lexon):
    for spec in ("4x5", "4x5xf31", "ax5xf32", ""):
        done = lexon("import", "net.py:Net", "--input", spec)
        assert (done.returncode, "is not a tensor" in done.stderr) == (1, True), done


def test_folder_that_is_no_import(lexon, tmp_path):
    (tmp_path / "folder").mkdir()
    for command in ("compile", "run"):
        done = lexon(command, "folder")
        assert (done.returncode, "model.json" in done.stderr) == (1, True), done
