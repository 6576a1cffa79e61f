# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kernels measured on this CPU, and the table that remembers them."""

import json

import numpy as np
import pytest

from lexon import LexonError, compile_mlir
from lexon.compiler.build import CompileOptions, build_file
from lexon.compiler.kernels import default_table, read_table, write_table
from lexon.compiler.tuning import tune

LAYER = """\
func.func @forward(%x: tensor<24x96xf32>, %w: tensor<64x96xf32> {lexon.constant}) -> tensor<24x64xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<24x64xf32>
  %filled = linalg.fill ins(%zero : f32) outs(%empty : tensor<24x64xf32>) -> tensor<24x64xf32>
  %y = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>,
                                      affine_map<(m, n, k) -> (m, n)>]
    ins(%x, %w : tensor<24x96xf32>, tensor<64x96xf32>) outs(%filled : tensor<24x64xf32>) -> tensor<24x64xf32>
  return %y : tensor<24x64xf32>
}
"""


@pytest.fixture
def layer(tmp_path):
    path = tmp_path / "layer.mlir"
    path.write_text(LAYER)
    return path


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.delenv("LEXON_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a cache"))
    return tmp_path / "a cache"


def test_what_was_measured_is_remembered_and_used(layer, cache, tmp_path):
    (found,) = tune([layer], CompileOptions(threads=1), seconds=0.01)
    assert "memref<24x96xf32>" in found.contraction and found.contraction.endswith("1 threads")
    assert found.measured > 2 and 0 < found.fastest_ns <= found.chosen_ns

    # Another kernel than the fastest, so that it is seen which one is used.
    kernel = found.kernel.replace("chunk_k = 0", "chunk_k = 7")
    assert kernel != found.kernel
    write_table(default_table(), {found.contraction: kernel})
    assert default_table().is_relative_to(cache)
    asked = {kind: CompileOptions(threads=1, kernels=kind) for kind in ("tuned", "none", str(default_table()))}
    made = {kind: build_file([layer], tmp_path / "x.ll", "llvm", asked[kind]).read_text() for kind in asked}
    assert made["tuned"] == made[str(default_table())] != made["none"]
    two = build_file([layer], tmp_path / "x.ll", "llvm", CompileOptions(threads=2)).read_text()
    assert two == build_file([layer], tmp_path / "x.ll", "llvm", CompileOptions(threads=2, kernels="none")).read_text()

    random = np.random.default_rng(0)
    x, w = (random.standard_normal(shape, np.float32) for shape in ((24, 96), (64, 96)))
    for kernels in ("tuned", "none"):
        y = compile_mlir(LAYER, threads=1, kernels=kernels)(x, w)
        assert np.abs(y - x.astype(np.float64) @ w.T.astype(np.float64)).max() < 1e-4


def test_every_kernel_that_is_measured_is_right(layer, tmp_path):
    from dataclasses import replace

    from lexon.compiler.build import build_library
    from lexon.runtime import Library

    listing = tmp_path / "kernels.json"
    options = replace(CompileOptions(threads=2), enumerated=listing)
    library = Library(build_library([layer], tmp_path / "kernels.so", options))
    random = np.random.default_rng(0)
    x, panels = random.standard_normal((24, 96), np.float32), random.standard_normal((2, 96, 32), np.float32)
    expected = np.einsum("mk,pkn->mpn", x.astype(np.float64), panels.astype(np.float64)).reshape(24, 64)
    entries = json.loads(listing.read_text())
    assert len(entries) > 2 and {entry["function"] for entry in entries} == set(library.functions)
    for entry in entries:
        y = np.full((24, 64), np.nan, np.float32)
        library.function(entry["function"]).call(x, panels, y)
        assert np.abs(y - expected).max() < 1e-4, entry


def test_the_table_grows(tmp_path):
    path = tmp_path / "deep" / "kernels.json"
    assert read_table(path) == {}
    write_table(path, {"a": "{x = 1}"})
    write_table(path, {"b": "{x = 2}", "a": "{x = 3}"})
    assert read_table(path) == {"a": "{x = 3}", "b": "{x = 2}"}


OLD = '{"format": "lexon-kernels", "version": 0, "kernels": {}}'


@pytest.mark.parametrize("text", ["", "[]", OLD, '{"kernels": 1}'])
def test_another_file_is_no_table(tmp_path, text):
    path = tmp_path / "kernels.json"
    path.write_text(text)
    with pytest.raises(LexonError, match="table of kernels"):
        write_table(path, {"a": "{}"})
    assert path.read_text() == text


def test_refusals(layer, tmp_path):
    with pytest.raises(LexonError, match="cannot be measured here"):
        tune([layer], CompileOptions(target="znver4"))
    with pytest.raises(LexonError, match="no kernels to tune"):
        tune([layer], CompileOptions(matmul="blas"))
    with pytest.raises(LexonError, match="no such file"):
        build_file([layer], tmp_path / "x.ll", "llvm", CompileOptions(kernels=str(tmp_path / "none.json")))
    layer.write_text("func.func @f() { return 1 }")
    with pytest.raises(LexonError) as caught:
        tune([layer], CompileOptions())
    assert caught.value.place.startswith(str(layer))
