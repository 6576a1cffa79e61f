# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`lexon.compile_mlir`, `.save` and `lexon.load`, without torch."""

import json
import threading

import numpy as np
import pytest

import lexon
from lexon import LexonError
from lexon.verify import compare
from lexon.weights import write_weights

SEVERAL = """
func.func @forward(%x: tensor<?x3xf32>, %n: i64, %flag: i1) -> (tensor<?x3xf32>, i64, tensor<?x3xf32>) {
  %two = arith.constant 2 : i64
  %m = arith.muli %n, %two : i64
  %y = arith.addf %x, %x : tensor<?x3xf32>
  %z = arith.select %flag, %x, %y : tensor<?x3xf32>
  return %y, %m, %z : tensor<?x3xf32>, i64, tensor<?x3xf32>
}
func.func @negate(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = arith.negf %x : tensor<4xf64>
  return %y : tensor<4xf64>
}
"""
WEIGHTED = """
func.func @forward(%weights: tensor<192xi8>, %x: tensor<4x3xf32>) -> tensor<4x3xf32> {
  %w = lexon.weight %weights[128] : tensor<192xi8> -> tensor<4x3xf32>
  %y = arith.addf %x, %w : tensor<4x3xf32>
  return %y : tensor<4x3xf32>
}
"""


@pytest.fixture(scope="module")
def several():
    return lexon.compile_mlir(SEVERAL)


def test_matmul_within_its_bound(matmul):
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(7, 19)).astype(np.float32), rng.normal(size=(19, 33)).astype(np.float32)
    wide = a.astype(np.float64), b.astype(np.float64)
    bound = 19 * 2.0**-24 * (np.abs(wide[0]) @ np.abs(wide[1]))
    for options in ({}, {"threads": 1}, {"threads": 2}, {"matmul": "naive"}, {"target": "x86-64"}):
        result = lexon.compile_mlir(matmul, **options)(a, b)
        assert compare(result, wide[0] @ wide[1], bound).passed, options


def test_several_results_scalars_and_dynamic_sizes(several):
    for size in (0, 1, 5):
        x = np.arange(3 * size, dtype=np.float32).reshape(size, 3)
        doubled, number, chosen = several(x, 21, True)
        assert doubled.tolist() == (x + x).tolist()
        assert number == 42
        assert chosen.tolist() == x.tolist()


def test_another_entry(tmp_path):
    negate = lexon.compile_mlir(SEVERAL, "negate", work_dir=tmp_path)
    assert negate(np.arange(4.0)).tolist() == [0, -1, -2, -3]
    assert (tmp_path / "model.so").is_file()


def test_unknown_entry():
    with pytest.raises(LexonError, match="nothere"):
        lexon.compile_mlir(SEVERAL, "nothere")


def test_any_strides(several):
    base = np.arange(60, dtype=np.float32)
    for x in (
        base.reshape(3, 20).T,
        base.reshape(10, 6)[::2, ::-2],
        base[:15].reshape(5, 3)[::-1],
        base[::4].reshape(5, 3),
    ):
        assert several(x, 1, False)[0].tolist() == (x + x).tolist()


def test_not_finite_flows_through(several):
    x = np.float32([[np.nan, np.inf, -np.inf]])
    result = several(x, 1, False)[0]
    assert np.isnan(result[0, 0])
    assert result[0, 1:].tolist() == [np.inf, -np.inf]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "takes 3 inputs, got 0"),
        ((np.zeros((2, 3), np.float32), 1, True, 4), "takes 3 inputs, got 4"),
        ((np.zeros((2, 4), np.float32), 1, True), r"'argument 0' has shape \[2, 4\], expected \[any, 3\]"),
        ((np.zeros(3, np.float32), 1, True), r"'argument 0' has shape \[3\]"),
        ((np.zeros((2, 3)), 1, True), "'argument 0' is float64, expected f32"),
        (([1, 2, 3], 1, True), "'argument 0' should be a tensor, got list"),
        ((np.zeros((2, 3), np.float32), 1.5, True), "'argument 1' should be a number of type i64, got float"),
        ((np.zeros((2, 3), np.float32), 2**70, True), "does not fit"),
        ((np.zeros((2, 3), np.float32), 1, 1), "'argument 2' should be a number of type i1"),
    ],
)
def test_wrong_inputs_are_named(several, arguments, message):
    with pytest.raises(LexonError, match=message):
        several(*arguments)


def test_unknown_keyword(several):
    with pytest.raises(LexonError):
        several(np.zeros((2, 3), np.float32), 1, True, extra=1)


def test_threads_share_one_model(several):
    wrong = []

    def work(number):
        for _ in range(50):
            x = np.full((number + 1, 3), number, np.float32)
            if several(x, number, False)[0].tolist() != (x + x).tolist():
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_invalid_mlir_names_the_line(tmp_path):
    file = tmp_path / "bad.mlir"
    file.write_text("func.func @forward() {\n  what\n}\n")
    with pytest.raises(LexonError) as caught:
        lexon.compile_mlir(file)
    assert caught.value.place.startswith(f"{file}:2:")
    with pytest.raises(LexonError, match="no such file"):
        lexon.compile_mlir(tmp_path / "none.mlir")


def test_save_and_load(several, tmp_path):
    several.save(tmp_path / "several.lexon")
    loaded = lexon.load(tmp_path / "several.lexon")
    assert loaded(np.ones((2, 3), np.float32), 4, True)[1] == 8
    document = json.loads((tmp_path / "several.lexon" / "model.json").read_text())
    assert (document["format"], document["version"], document["weights"]) == ("lexon-model", 1, None)
    several.save(tmp_path / "several.lexon")  # over itself
    assert [path.name for path in tmp_path.iterdir()] == ["several.lexon"]


def test_save_refuses_what_is_no_model(several, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter1").write_text("...")
    with pytest.raises(LexonError, match="not a saved model"):
        several.save(tmp_path / "thesis")
    assert (tmp_path / "thesis" / "chapter1").is_file()


@pytest.fixture
def weighted(tmp_path):
    values = np.arange(12, dtype=np.float32).reshape(4, 3)
    write_weights(tmp_path / "own.data", [("other", np.ones(20, np.float32)), ("w", values)])
    return lexon.compile_mlir(WEIGHTED, weights=tmp_path / "own.data"), values


def test_weights_are_passed_and_saved(weighted, tmp_path):
    model, values = weighted
    x = np.ones((4, 3), np.float32)
    assert model(x).tolist() == (values + 1).tolist()
    model.save(tmp_path / "m.lexon")
    assert lexon.load(tmp_path / "m.lexon")(x).tolist() == (values + 1).tolist()


@pytest.mark.parametrize("damage", ["short", "long", "changed", "gone", "other"])
def test_damaged_weights_are_refused(weighted, tmp_path, damage):
    model, _ = weighted
    saved = model.save(tmp_path / "m.lexon")
    data = saved / "arg0.data"
    content = data.read_bytes()
    if damage == "gone":
        data.unlink()
    elif damage == "other":
        write_weights(data, [("w", np.ones(5, np.float32))])
    else:
        changed = {"short": content[:-64], "long": content + bytes(64), "changed": content[:130] + b"!" + content[131:]}
        data.write_bytes(changed[damage])
    with pytest.raises(LexonError) as caught:
        lexon.load(saved)(np.ones((4, 3), np.float32))
    assert "arg0" in str(caught.value) or "weights" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.json", "{"),
        ("model.json", "[]"),
        ("model.json", '{"format": "lexon-model", "version": 9}'),
        ("model.json", '{"format": "lexon-model", "version": 1, "library": "model.so"}'),
        ("model.so", "no library"),
    ],
)
def test_damaged_models_are_refused(several, tmp_path, name, content):
    saved = several.save(tmp_path / "m.lexon")
    (saved / name).write_text(content)
    with pytest.raises(LexonError):
        lexon.load(saved)


def test_temporary_folder_goes_with_the_model(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    model = lexon.compile_mlir(SEVERAL, "negate")
    assert list(tmp_path.iterdir())
    del model
    assert not list(tmp_path.iterdir())
    with pytest.raises(LexonError):
        lexon.compile_mlir("func.func @forward() {\n  what\n}\n")
    assert not list(tmp_path.iterdir())
