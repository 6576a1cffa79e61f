# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Turns, errors against f64, and which rows and systems are meant. No time is compared with another."""

import math

import numpy as np
import pytest

from lexon import LexonError, paths
from lexon.bench import Row, measure
from lexon.bench.machine import Limits, Watch
from lexon.bench.measure import Timed, largest_error, take_turns, to_f64
from lexon.bench.select import choose, chosen_systems
from lexon.bench.suite import find_row, load_suite
from lexon.bench.systems import MAKERS

SUITE = paths.build_dir().parent / "benchmarks" / "suite.py"


def test_turns(monkeypatch):
    order, waits = [], []
    monkeypatch.setattr(measure, "wait_until_idle", lambda: waits.append(len(order)))
    monkeypatch.setattr(measure, "SHORT", -1.0)
    systems = [Timed(name, lambda name=name: order.append(name)) for name in "ab"]
    take_turns(systems, 3)
    # Each turn: one call that is not timed, two that are; the second round goes backwards.
    assert "".join(order) == "aaabbb" + "bbbaaa"
    assert waits == [0, 0, 3, 6, 6, 9]  # before each round and each turn
    assert [len(system.times) for system in systems] == [4, 4]
    assert systems[0].least <= systems[0].median


def test_short_calls_are_timed_more_often(monkeypatch):
    monkeypatch.setattr(measure, "wait_until_idle", lambda: None)
    system = Timed("a", lambda: None)
    take_turns([system], 2)
    assert len(system.times) == 10


def test_largest_error():
    exact = [np.array([1.0, np.nan, np.inf]), np.array([[2.0]])]
    # NaN where f64 has NaN is right, NaN where it has a number is not.
    assert largest_error([np.float32([1.5, np.nan, np.inf]), np.float32([[2.25]])], exact) == 0.5
    assert math.isinf(largest_error([np.float32([np.nan, np.nan, np.inf]), np.float32([[2.0]])], exact))
    assert math.isinf(largest_error([np.float32([1.0])], exact))  # another number of results
    assert math.isinf(largest_error([np.float32([[2.0]])], [np.array([2.0])]))  # another shape
    assert largest_error({"x": np.float32([1.0])}, [np.array([1.0])]) == 0.0


def test_bf16_bits():
    assert to_f64(np.array([0x3FC0, 0xC000], np.uint16)).tolist() == [1.5, -2.0]


def test_the_projects_suite():
    rows, groups = load_suite(SUITE)
    assert len({row.name for row in rows}) == len(rows)
    for row in rows:
        assert row.statistic in ("min", "median") and row.kind in ("time", "compile", "memory")
        assert row.threads in (1, 2) and row.dtype in ("f32", "bf16")
        assert {*row.rivals, *row.others} <= set(MAKERS)
    for group in groups:
        assert group.combine in ("geomean", "sum", "error")
        assert any(group.has(row.name) for row in rows), group.name
    block = find_row(SUITE, "block-40")
    assert (block.goal.must.ratio, block.goal.must.share, block.goal.aim.ratio) == (1.25, 0.88, 1.5)
    assert find_row(SUITE, "block-1").statistic == "median"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1", "has no tuple ROWS"),
        ("ROWS = (1,)", "has no tuple ROWS"),
        ("from lexon.bench import Row\nROWS = (Row('a', 'a', print), Row('a', 'b', print))", "two rows are called 'a'"),
    ],
)
def test_bad_suites(tmp_path, text, message):
    path = tmp_path / "suite.py"
    path.write_text(text)
    with pytest.raises(LexonError, match=message):
        load_suite(path)


def test_missing_suite_and_row(tmp_path):
    with pytest.raises(LexonError, match="no such suite"):
        load_suite(tmp_path / "none.py")
    with pytest.raises(LexonError, match="no row 'none'"):
        find_row(SUITE, "none")


def test_choosing_rows():
    rows = [Row(name, name, print, threads) for name, threads in (("block-1", 2), ("block-1-1t", 1), ("gemm", 2))]
    assert [row.name for row in choose(rows, ["block-*"], None, False)] == ["block-1", "block-1-1t"]
    assert [row.name for row in choose(rows, ["block-*"], 1, False)] == ["block-1-1t"]
    with pytest.raises(LexonError, match=r"no row 'block'; did you mean block-1"):
        choose(rows, ["block"], None, False)
    with pytest.raises(LexonError, match="no row is left"):
        choose(rows, [], None, True)


def test_choosing_systems():
    row = Row("a", "a", print)
    assert chosen_systems(row, None) == ["lexon", "eager", "inductor", "onnxruntime", "openvino"]
    assert chosen_systems(row, "eager, lexon") == ["lexon", "eager"]
    with pytest.raises(LexonError, match="no system 'tvm'"):
        chosen_systems(row, "tvm")


def test_machine():
    watch = Watch()
    found = Limits(1, "f32").facts()
    assert found["flops_per_second"] > 1e8 and found["read_best"] >= found["read_median"] > 1e8
    assert found["versions"]["lexon"] and found["cache_bytes"] > 0
    assert watch.disturbed() >= 0.0
