# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""MLIR files to libraries and objects."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from lexon import LexonError
from lexon.compiler.build import CompileOptions, build_file, build_library
from lexon.runtime import Library

MAIN = """\
func.func private @part(tensor<3xf32>) -> tensor<3xf32>
func.func @forward(%x: tensor<3xf32>) -> tensor<3xf32> {
  %y = call @part(%x) : (tensor<3xf32>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}
"""
PART = """\
func.func @part(%x: tensor<3xf32>) -> tensor<3xf32> {
  %y = arith.addf %x, %x : tensor<3xf32>
  return %y : tensor<3xf32>
}
"""


@pytest.fixture
def split(tmp_path):
    (tmp_path / "main.mlir").write_text(MAIN)
    (tmp_path / "part.mlir").write_text(PART)
    return [tmp_path / "main.mlir", tmp_path / "part.mlir"]


def test_several_files_become_one_library(split, tmp_path):
    library = build_library(split, tmp_path / "x.so")
    (result,) = Library(library).function("forward").call(np.float32([1, 2, 3]))
    assert result.tolist() == [2, 4, 6]


def test_equal_inputs_give_equal_objects(matmul, tmp_path):
    one, two = (build_file([matmul], tmp_path / f"{name}.o", "obj") for name in "ab")
    assert one.read_bytes() == two.read_bytes()


def test_two_at_once_in_one_folder(split, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    with ThreadPoolExecutor(2) as pool:
        libraries = list(pool.map(lambda _: build_library(split, out / "model.so"), range(4)))
    (result,) = Library(libraries[0]).function("forward").call(np.float32([1, 2, 3]))
    assert result.tolist() == [2, 4, 6]
    assert [path.name for path in out.iterdir()] == ["model.so"]


def test_error_is_at_the_users_file(split, tmp_path):
    split[1].write_text(PART.replace("arith.addf", "arith.addq"))
    with pytest.raises(LexonError) as caught:
        build_library(split, tmp_path / "x.so")
    assert caught.value.place.startswith(f"{split[1]}:2:")
    assert not (tmp_path / "x.so").exists()


def test_undefined_function_is_named(split, tmp_path):
    with pytest.raises(LexonError, match="part"):
        build_library(split[:1], tmp_path / "x.so")
    assert not (tmp_path / "x.so").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (CompileOptions(target="no-such-cpu"), "no-such-cpu"),
        (CompileOptions(matmul="vectr"), "did you mean 'vector'"),
        (CompileOptions(pipeline="onestp"), "did you mean 'onestep'"),
        (CompileOptions(threads=0), "threads=0"),
        (CompileOptions(target="a b}"), "target"),
    ],
)
def test_wrong_options(matmul, tmp_path, options, message):
    with pytest.raises(LexonError, match=message):
        build_library([matmul], tmp_path / "x.so", options)


def test_generic_target_compiles(matmul, tmp_path):
    text = build_file([matmul], tmp_path / "x.s", "asm", CompileOptions(target="x86-64", threads=1)).read_text()
    assert "zmm" not in text
    assert "ymm" not in text


def test_missing_inputs_and_outputs(matmul, tmp_path):
    with pytest.raises(LexonError, match="no file to compile"):
        build_library([], tmp_path / "x.so")
    with pytest.raises(LexonError, match="no such file"):
        build_library([tmp_path / "none.mlir"], tmp_path / "x.so")
    with pytest.raises(LexonError, match="no such folder"):
        build_library([matmul], tmp_path / "none" / "x.so")
    with pytest.raises(LexonError, match="cannot become one"):
        build_file([matmul, matmul], tmp_path / "x.o", "obj")
