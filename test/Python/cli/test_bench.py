# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`lexon bench`: a tiny suite without peers, a user's model, MLIR, and bad input. Times are not looked at."""

import csv
import importlib.util
import json

import pytest

needs_torch = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")

SUITE = """\
from lexon.bench import Goal, Group, Level, Problem, Row

def problem():
    import torch
    torch.manual_seed(0)
    return Problem(torch.nn.Linear(5, 3), (torch.randn(7, 5),),
                   lambda layer, inputs: (inputs[0].numpy(), layer.weight.detach().numpy(), True))

def broken():
    raise ValueError("this model cannot be made")

def unsupported():
    import torch
    class Model(torch.nn.Module):
        def forward(self, x):
            return x.tolist()
    return Problem(Model(), (torch.randn(3),))

ROWS = (
    Row("good", "one layer", problem, threads=1, rivals=("eager",), others=(), goal=Goal(never=Level(ratio=1e-9))),
    Row("impossible", "one layer", problem, threads=1, rivals=("eager",), others=(), goal=Goal(must=Level(ratio=1e9))),
    Row("cold", "one layer", problem, threads=1, cold=True, rivals=("eager",), others=()),
    Row("half", "one layer in bf16", problem, threads=1, dtype="bf16", rivals=("eager",), others=()),
    Row("compile", "seconds", problem, threads=1, kind="compile", goal=Goal(must=Level(most=1000.0))),
    Row("memory", "bytes", problem, threads=1, kind="memory"),
    Row("broken", "no model", broken, rivals=("eager",), others=(), goal=Goal(must=Level(ratio=1.0))),
)
GROUPS = (Group("all", "good and impossible", ("good", "impossible"), "geomean", Goal(must=Level(ratio=1e-9))),)
"""
MODEL = """\
import torch

class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(5, 3)
    def forward(self, x):
        return self.linear(x)
"""


@pytest.fixture
def suite(tmp_path):
    path = tmp_path / "suite.py"
    path.write_text(SUITE)
    return path


def read(path):
    with path.open() as file:
        return {(line["row"], line["system"]): line for line in csv.DictReader(file)}


@needs_torch
def test_rows_of_a_suite(lexon, suite, tmp_path):
    arguments = ["bench", f"--suite={suite}", "--runs=2", "--systems=eager", f"--out={tmp_path / 'out'}"]
    done = lexon(*arguments, "--only=good", "--only=half", "--only=compile", "--check")
    assert done.returncode == 0, done
    assert "2 of 2 rows reach what they must" in done.stdout
    lines = read(tmp_path / "out" / "results.csv")
    timed = [(row, system) for row in ("good", "half") for system in ("lexon", "eager")]
    assert list(lines) == [*timed, ("compile", "lexon")]
    good = lines["good", "lexon"]
    assert good["verdict"] == "reached" and float(good["ratio"]) > 0 and float(good["share_of_limit"]) >= 0
    assert float(good["largest_error"]) < 1e-6 and int(good["calls"]) >= 2
    assert 1e-6 < float(lines["half", "lexon"]["largest_error"]) < 0.1
    assert 0 < float(lines["compile", "lexon"]["value"]) < 1000
    assert (tmp_path / "out" / "results.png").stat().st_size > 1000
    # Results of rows stay: the next one adds to them, and the group's line comes with its last row.
    missed = lexon(*arguments, "--only=impossible", "--check")
    assert missed.returncode == 1
    assert "0 of 1 rows reach what they must; not: impossible" in missed.stdout
    report = lexon("bench", f"--suite={suite}", f"--out={tmp_path / 'out'}", f"--report={tmp_path / 'page'}")
    assert report.returncode == 0, report
    page = (tmp_path / "page" / "results.md").read_text()
    assert all(f"| {name} |" in page for name in ("good", "impossible", "half", "compile", "all"))
    assert ("all", "lexon") in read(tmp_path / "page" / "results.csv")


@needs_torch
def test_cold_rows_and_memory(lexon, suite, tmp_path, monkeypatch):
    done = lexon("bench", f"--suite={suite}", "--only=memory", "--runs=2", f"--out={tmp_path / 'out'}")
    assert done.returncode == 0, done
    stored = json.loads((tmp_path / "out" / "rows" / "memory.json").read_text())
    assert stored["value"] > 0 and "MiB beyond" in stored["detail"]


@needs_torch
def test_copies_for_cold_rows(tmp_path):
    """Every copy computes the same, with memory of its own; Lexon runs one library on several files of weights."""
    import torch

    from lexon.bench import Problem
    from lexon.bench.measure import largest_error
    from lexon.bench.problem import make_case
    from lexon.bench.systems import MAKERS

    def operands(layer, inputs):
        return inputs[0].numpy(), layer.weight.detach().numpy(), True

    problem = Problem(torch.nn.Linear(5, 3, bias=False), (torch.randn(7, 5),), operands)
    with torch.no_grad():
        case = make_case(problem, "f32", 1, tmp_path, copies=3)
        assert len({model.weight.data_ptr() for model in case.models}) == 3
        for key in ("lexon", "eager", "openblas"):
            if key == "openblas" and not importlib.util.find_spec("ctypes"):
                continue
            call = MAKERS[key].make(case)
            assert max(largest_error(call(), case.expected) for _ in range(4)) < 1e-6, key


@needs_torch
def test_a_row_that_fails_is_a_result(lexon, suite, tmp_path):
    done = lexon("bench", f"--suite={suite}", "--only=broken", "--out=out", "--systems=eager", "--check")
    assert done.returncode == 1
    assert "broken: ValueError: this model cannot be made" in done.stdout
    assert "Traceback" not in done.stderr


@needs_torch
def test_users_model(lexon, tmp_path):
    (tmp_path / "net.py").write_text(MODEL)
    done = lexon("bench", "net.py:Net", "-i", "7x5xf32", "--runs=2", "--systems=eager", "--threads=1", "--out=out")
    assert done.returncode == 0, done
    assert read(tmp_path / "out" / "results.csv")["net.py:Net", "lexon"]["threads"] == "1"
    assert "FMA peak" in done.stdout
    wrong = lexon("bench", "net.py:None", "-i", "7x5xf32", "--systems=eager", "--out=out")
    assert "has no 'None'" in wrong.stdout


def test_mlir(lexon, matmul, tmp_path):
    done = lexon("bench", matmul.name, "--runs=2", "--threads=1", "--out=out")
    assert done.returncode == 0, done
    assert read(tmp_path / "out" / "results.csv")["matmul.mlir", "lexon"]["min_ms"]


def test_list(lexon):
    done = lexon("bench", "--list")
    assert done.returncode == 0, done
    assert "block-40" in done.stdout and "attention-128" in done.stdout


def test_bad_input(lexon, suite, tmp_path):
    for arguments, text in (
        (["--suite=none.py"], "no such suite"),
        (["--suite=suite.py", "--only=godo"], "did you mean good"),
        (["--suite=suite.py", "--only=good", "--systems=tvm"], "no system 'tvm'"),
        (["none.mlir"], "no such file"),
        (["x.py:y", "--dtype=f8"], "no type 'f8'"),
        (["--suite=suite.py", "--out=empty", "--report=page"], "has no results"),
    ):
        done = lexon("bench", *arguments)
        assert (done.returncode, text in done.stderr) == (1, True), done
    assert lexon("bench", "--runs=0").returncode == 2
    (tmp_path / "out" / "rows").mkdir(parents=True)
    (tmp_path / "out" / "rows" / "good.json").write_text('{"row": 1}')
    done = lexon("bench", "--suite=suite.py", "--out=out", "--report=page")
    assert (done.returncode, "measure the row again" in done.stderr) == (1, True), done
