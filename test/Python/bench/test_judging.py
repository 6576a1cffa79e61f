# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Ratios, shares, errors and verdicts from measured numbers; nothing is timed here."""

import csv
import dataclasses
import io
import math

import pytest

from lexon.bench import Goal, Group, Level, Row, table
from lexon.bench.goals import Figures, Verdict, judge
from lexon.bench.job import Outcome, SystemResult
from lexon.bench.results import geomean, judge_group, judge_row, least_time

GOAL = Goal(never=Level(ratio=1.0), must=Level(ratio=1.25, share=0.88), aim=Level(ratio=1.5, share=0.94))
MACHINE = {
    "cpu": "A CPU", "isa": "avx2", "threads": 2, "dtype": "f32", "cache_bytes": 1000, "flops_per_second": 1e9,
    "read_best": 2e6, "read_median": 1e6, "versions": {"torch": "1"}, "date": "today", "disturbed": 0.0,
}  # fmt: skip


def row(**more):
    return Row("a-row", "a row", lambda: None, **{"goal": GOAL, **more})


def outcome(own, *, error=1e-6, flops=1e6, weight_bytes=0.0, machine=MACHINE, **others):
    """Times in ms of Lexon and of other systems, whose errors are 1e-6."""
    systems = [SystemResult("lexon", [own / 1e3, 3 * own / 1e3], error)]
    systems += [SystemResult(key, [time / 1e3, 2 * time / 1e3], 1e-6) for key, time in others.items()]
    return Outcome("a-row", systems, flops, weight_bytes, scale=1.0, machine=machine)


@pytest.mark.parametrize(
    ("figures", "verdict"),
    [
        (Figures(ratio=0.99, share=0.99), Verdict.below),  # a good share does not excuse being slower than a rival
        (Figures(ratio=1.0, share=0.5), Verdict.missed),
        (Figures(ratio=1.25, share=0.5), Verdict.reached),
        (Figures(ratio=1.0, share=0.88), Verdict.reached),
        (Figures(ratio=1.5), Verdict.aim),
        (Figures(ratio=1.0, share=0.94), Verdict.aim),
        (Figures(share=0.9), Verdict.reached),  # no rival could run it
        (Figures(), Verdict.unmeasured),
    ],
)
def test_levels(figures, verdict):
    assert judge(GOAL, figures) == verdict


def test_other_kinds_of_levels():
    most = Goal(must=Level(most=3.0), aim=Level(most=1.0))
    assert [judge(most, Figures(value=value)) for value in (3.1, 3.0, 1.0)] == ["missed", "reached", "aim reached"]
    floor = Goal(never=Level(ratio=0.9))
    assert [judge(floor, Figures(ratio=value)) for value in (0.89, 0.9)] == ["below the floor", "reached"]
    assert judge(Goal(), Figures(ratio=0.1)) == Verdict.none
    assert [verdict.name for verdict in Verdict if verdict.good] == ["none", "aim", "reached"]


def test_ratio_is_to_the_fastest_rival_only():
    line = judge_row(row(), outcome(2.0, eager=1.0, inductor=4.0, openvino=3.0))
    assert (line.best, line.figures.ratio) == ("openvino", pytest.approx(1.5))
    assert line.verdict == Verdict.aim
    assert judge_row(row(rivals=("openblas",)), outcome(2.0, openvino=3.0)).figures.ratio is None


def test_the_rows_statistic_is_judged():
    line = judge_row(row(statistic="median"), outcome(2.0, openvino=3.0))
    assert line.figures.ratio == pytest.approx(4.5 / 4.0)


def test_limits():
    # 1 MFLOP at 1 GFLOP/s: 1 ms. 4000 bytes at 2 MB/s: 2 ms, but only if they come from memory.
    assert least_time(row(), outcome(4.0)) == pytest.approx(1e-3)
    assert least_time(row(), outcome(4.0, weight_bytes=4000.0)) == pytest.approx(2e-3)
    assert least_time(row(statistic="median"), outcome(4.0, weight_bytes=4000.0)) == pytest.approx(4e-3)
    big = {**MACHINE, "cache_bytes": 5000}
    assert least_time(row(), outcome(4.0, weight_bytes=4000.0, machine=big)) == pytest.approx(1e-3)
    assert least_time(row(cold=True), outcome(4.0, weight_bytes=4000.0, machine=big)) == pytest.approx(2e-3)
    assert least_time(row(), outcome(4.0, machine={})) is None
    assert judge_row(row(), outcome(1.1, openvino=1.1)).figures.share == pytest.approx(1 / 1.1)


def test_wrong_results_are_no_success():
    line = judge_row(row(), outcome(1.0, error=1.1e-5, openvino=9.0))
    assert (line.verdict, line.verdict.good, line.error_ratio) == (Verdict.wrong, False, pytest.approx(11.0))
    assert "1.1e-05" in line.note
    assert judge_row(row(), outcome(1.0, error=9.9e-6, openvino=9.0)).verdict == Verdict.aim
    assert judge_row(row(), outcome(1.0, error=math.inf)).verdict == Verdict.wrong


def test_failures():
    failed = Outcome("a-row", [SystemResult("lexon", problem="no kernel")])
    assert (judge_row(row(), failed).verdict, judge_row(row(), failed).note) == (Verdict.failed, "no kernel")
    assert judge_row(row(), Outcome("a-row", problem="died")).verdict == Verdict.failed
    assert judge_row(row(), Outcome("a-row", [SystemResult("eager", [1.0])])).verdict == Verdict.unmeasured
    assert judge_row(row(kind="memory"), Outcome("a-row", value=1.1)).figures.value == 1.1


def test_groups():
    line = judge_row(row(), outcome(2.0, openvino=4.0))
    other = dataclasses.replace(line, name="a-second", figures=Figures(ratio=0.5, share=0.5), error_ratio=2.5)
    lines = {"a-row": line, "a-second": other, "b-row": dataclasses.replace(line, name="b-row")}
    group = Group("a", "both", ("a-",), "geomean", Goal(must=Level(ratio=1.0)))
    assert judge_group(group, lines).figures.ratio == pytest.approx(1.0)
    total = judge_group(dataclasses.replace(group, combine="sum"), lines)
    assert (total.time, total.best_time) == (pytest.approx(4e-3), pytest.approx(8e-3))
    worst = judge_group(dataclasses.replace(group, combine="error", goal=Goal(must=Level(most=3.0))), lines)
    assert (worst.figures.value, worst.verdict) == (2.5, Verdict.reached)
    assert "a-second" in worst.note
    lines["a-second"] = dataclasses.replace(other, verdict=Verdict.failed)
    assert judge_group(group, lines).verdict == Verdict.failed
    assert judge_group(dataclasses.replace(group, rows=("none",)), lines).verdict == Verdict.unmeasured


def test_geomean_needs_every_value():
    assert geomean([1.0, None]) is None
    assert geomean([]) is None


def test_csv_and_page():
    found = outcome(2.0, openvino=4.0)
    found.systems.append(SystemResult("onnxruntime", problem="no kernel for\nthis"))
    found.machine = {**MACHINE, "disturbed": 0.5}
    line = judge_row(row(), found)
    lines = list(csv.DictReader(io.StringIO(table.to_csv([row()], {"a-row": found}, {"a-row": line}))))
    assert tuple(lines[0]) == table.COLUMNS
    assert [item["system"] for item in lines] == ["lexon", "openvino", "onnxruntime"]
    assert (lines[0]["min_ms"], lines[0]["median_ms"], lines[0]["gflops"]) == ("2.000", "4.000", "0.5")
    assert (lines[0]["ratio"], lines[0]["verdict"], lines[0]["cpu"]) == ("2.0000", "aim reached", "A CPU")
    assert (lines[1]["ratio"], lines[2]["min_ms"], lines[2]["note"]) == ("", "", "no kernel for this")
    page = table.to_markdown([line], {"a-row": found}, "# Title")
    assert "| a-row | 2.000 | 4.000 OpenVINO | 2.00 | 50 % | 1.00 | 1.25x or 88 % of the limit | aim reached |" in page
    assert "A CPU, today" in page and "FMA peak 1 GFLOP/s (avx2)" in page
    assert "other programs used 0.50 CPUs" in page and "ONNX Runtime did not run: no kernel for" in page


def test_outcomes_survive_json():
    found = outcome(2.0, openvino=4.0)
    assert Outcome.from_json(found.to_json()) == found
