# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Inputs: seeded, irregular, of the shapes asked for."""

import numpy as np
import pytest

from lexon import LexonError
from lexon.verify.inputs import Argument, InputOptions, make_inputs, parse_dynamic, parse_ranges, shape_cases
from lexon.verify.sections import split_sections


def one(dtype, shape=(1000,), **options):
    return make_inputs([Argument("memref", dtype, shape)], [shape], InputOptions(**options), 0)[0]


def test_same_seed_same_inputs():
    assert one("f32").tobytes() == one("f32").tobytes()
    assert one("f32").tobytes() != one("f32", seed=1).tobytes()


def test_arguments_and_cases_differ():
    arguments = [Argument("memref", "f32", (50,))] * 2
    shapes = [(50,), (50,)]
    first, second = make_inputs(arguments, shapes, InputOptions(), 0)
    assert first.tobytes() != second.tobytes()
    assert first.tobytes() != make_inputs(arguments, shapes, InputOptions(), 1)[0].tobytes()


@pytest.mark.parametrize("dtype", ["f64", "f32", "f16"])
def test_floats_are_irregular(dtype):
    values = one(dtype)
    assert np.isfinite(values).all()
    assert 0.3 < (values < 0).mean() < 0.5
    assert abs(values.mean()) > 0.01
    assert np.abs(values).max() / np.abs(values).min() > 50


def test_bf16_is_raw_and_moderate():
    values = (one("bf16").astype(np.uint32) << 16).view(np.float32)
    assert np.isfinite(values).all()
    assert np.abs(values).max() < 16


@pytest.mark.parametrize("dtype", ["i64", "i32", "i16"])
def test_integers_are_small_with_negatives(dtype):
    values = one(dtype)
    assert values.min() < 0 < values.max() < 20


def test_unsigned_index_and_boolean():
    assert one("u8").dtype == np.uint8
    assert one("index").min() >= 0
    assert set(one("i1").tolist()) == {False, True}
    assert one("c64").dtype == np.complex64


def test_bytes_of_weights_read_as_any_float_are_moderate():
    raw = one("i8", (4096,))
    for kind in (np.float16, np.float32, np.float64):
        values = raw.view(kind)
        assert np.isfinite(values).all()
        assert np.abs(values).max() < 10


def test_ranges():
    assert set(one("i32", ranges={0: (3, 5)}).tolist()) == {3, 4, 5}
    values = one("f32", ranges={0: (2, 3)})
    assert 2 <= values.min() <= values.max() <= 3


def test_dynamic_sizes_agree_within_a_case():
    arguments = [Argument("memref", "f32", (-1, 8)), Argument("memref", "f32", (-1, -1)), Argument("scalar", "i64")]
    cases = shape_cases(arguments, InputOptions())
    assert [(1, 8), (1, 1), ()] in cases
    assert len(cases) > 2
    assert all(first[0] == second[0] == second[1] for first, second, _ in cases)


def test_many_dynamic_dimensions_stay_small():
    cases = shape_cases([Argument("memref", "f32", (-1,) * 6)], InputOptions())
    assert cases
    assert all(np.prod(case[0]) <= 1 << 20 for case in cases)


def test_dynamic_as_asked():
    arguments = [Argument("memref", "f32", (-1, 4, -1)), Argument("memref", "f32", (-1,))]
    options = InputOptions(common=(0, 5), sizes={0: (3, 4, 7)})
    assert shape_cases(arguments, options) == [[(3, 4, 7), (0,)], [(3, 4, 7), (5,)]]
    assert shape_cases(arguments[:1], InputOptions(sizes={0: (3, 7)})) == [[(3, 4, 7)]]
    with pytest.raises(LexonError, match="shape"):
        shape_cases(arguments, InputOptions(sizes={0: (3, 5, 7)}))
    with pytest.raises(LexonError, match="1 are given"):
        shape_cases(arguments, InputOptions(sizes={0: (3,)}))
    with pytest.raises(LexonError, match="no argument 2"):
        shape_cases(arguments, InputOptions(sizes={2: (3,)}))


@pytest.mark.parametrize("word", ["x", "3x", "a:3", "0:", "0:3xq", "-1"])
def test_wrong_sizes(word):
    with pytest.raises(LexonError, match="not a size"):
        parse_dynamic([word])


@pytest.mark.parametrize("word", ["1", "1:2", "1:5:2", "a:1:2"])
def test_wrong_ranges(word):
    with pytest.raises(LexonError, match="not a range"):
        parse_ranges([word])


def test_sections_keep_their_lines(tmp_path):
    file = tmp_path / "a.mlir"
    file.write_text(
        "// RUN: x\n// -----\n// one\nfunc.func @a() { return }\n// ----- next\nfunc.func @b() { return }\n"
    )
    sections = split_sections(file, tmp_path)
    assert [section.line for section in sections] == [2, 5]
    assert sections[0].path.read_text().splitlines()[3] == "func.func @a() { return }"
    assert sections[1].path.read_text().splitlines()[5] == "func.func @b() { return }"
    assert all(section.shown == str(file) for section in sections)


def test_one_section_is_used_where_it_lies(tmp_path):
    file = tmp_path / "a.mlir"
    file.write_text("func.func @a() { return }\n")
    assert split_sections(file, tmp_path)[0].path == file
    (tmp_path / "b.mlirbc").write_bytes(b"ML\xefR\n// -----\n")
    assert len(split_sections(tmp_path / "b.mlirbc", tmp_path)) == 1


def test_nothing_to_verify(tmp_path):
    file = tmp_path / "a.mlir"
    file.write_text("// -----\n// nothing\n")
    with pytest.raises(LexonError, match="no program"):
        split_sections(file, tmp_path)
    with pytest.raises(LexonError, match="cannot read"):
        split_sections(tmp_path / "none", tmp_path)
