# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tensors and models as users write them."""

import pytest

from lexon import LexonError
from lexon.specs import example_tensors, load_model, parse_tensor

MODEL = """\
import torch

class Net(torch.nn.Module):
    def __init__(self, width=3):
        super().__init__()

class Sized(torch.nn.Module):
    def __init__(self, width):
        super().__init__()

class names:
    net = Net()

def make():
    return Net(5).train()

def double(x):
    return x + x

def broken():
    return 1 / 0

seven = 7
"""


@pytest.mark.parametrize(
    ("text", "shape", "dtype"),
    [("1x40x8xf32", (1, 40, 8), "f32"), ("f64", (), "f64"), ("?x3xi1", (-1, 3), "i1"), ("0xbf16", (0,), "bf16")],
)
def test_tensors(text, shape, dtype):
    assert parse_tensor(text) == (shape, dtype)


@pytest.mark.parametrize("text", ["", "4x5", "4x5xf31", "ax5xf32", "4x-1xf32", "4 x 5 x f32", "index"])
def test_what_is_no_tensor(text):
    with pytest.raises(LexonError, match="is not a tensor"):
        parse_tensor(text)


@pytest.fixture
def model_file(tmp_path):
    pytest.importorskip("torch")
    (tmp_path / "net_for_specs.py").write_text(MODEL)
    (tmp_path / "syntax.py").write_text("class class\n")
    return tmp_path / "net_for_specs.py"


@pytest.mark.parametrize("name", ["Net", "names.net", "make"])
def test_models_in_evaluation_mode(model_file, name):
    model = load_model(f"{model_file}:{name}")
    assert type(model).__name__ == "Net"
    assert not model.training


def test_function_of_tensors(model_file):
    assert load_model(f"{model_file}:double")(4) == 8


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("net_for_specs.py:Nat", "did you mean 'Net'"),
        ("net_for_specs.py:Sized", "needs arguments to be made: width"),
        ("net_for_specs.py:broken", r"net_for_specs.py:21: ZeroDivisionError"),
        ("net_for_specs.py:seven", "not a model"),
        ("net_for_specs.py", "names no model"),
        ("none.py:Net", "no such file"),
        ("syntax.py:Net", "syntax.py:1: SyntaxError"),
        ("no.such.package:Net", "No module named 'no'"),
    ],
)
def test_what_is_no_model(model_file, monkeypatch, name, text):
    monkeypatch.chdir(model_file.parent)
    with pytest.raises(LexonError, match=text):
        load_model(name)


def test_examples(model_file):
    import torch

    (x, i), sizes = example_tensors(["?x3xf32", "4xi64"])
    assert (x.shape, x.dtype) == ((13, 3), torch.float32)
    assert i.min() >= 0
    assert list(sizes[0]) == [0]
    assert sizes[1] == {}
    assert example_tensors(["2xbf16"])[1] is None
