# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Plans (what to measure), the results of a plan, and the files made from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lexon import paths
from lexon.bench import runner, table
from lexon.bench.figure import draw
from lexon.bench.job import Job, Outcome
from lexon.bench.problem import DTYPES, Problem
from lexon.bench.results import Line, judge_group, judge_row
from lexon.bench.suite import Group, Row, load_suite
from lexon.errors import LexonError

INTRO = """# Measured results

Written by `lexon bench --report`; do not edit. *Ratio* is the best rival's time divided by Lexon's; *of limit* is the
least time that this machine's measured FMA peak and read bandwidth allow, divided by Lexon's; *error/best* is Lexon's
largest distance from an f64 run, divided by that of the most accurate other system. Times are in ms. How it is
measured: [benchmarks](benchmarks.md).
"""


@dataclass(frozen=True)
class Plan:
    """Rows and groups of a suite (`suite` is its file), or one row for a user's model."""

    suite: str
    rows: tuple[Row, ...]
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True)
class Report:
    """The judged lines of a plan's rows that were measured, and of the groups that are complete."""

    plan: Plan
    lines: tuple[Line, ...]
    outcomes: dict[str, Outcome]

    @property
    def good(self) -> bool:
        """True if every line reaches what it must."""
        return all(line.verdict.good for line in self.lines)


def default_folder() -> Path:
    """Where results are kept."""
    return paths.build_dir() / "bench"


def suite_plan(path: Path | None) -> Plan:
    """The rows of a suite; that of the checkout if none is named."""
    path = path or paths.build_dir().parent / "benchmarks" / "suite.py"
    rows, groups = load_suite(path)
    return Plan(str(path.resolve()), rows, groups)


def users_plan(model: str, threads: int | None, dtype: str) -> Plan:
    """One row for a model that the user names."""
    from lexon.compiler.driver import usable_cores

    if dtype not in DTYPES:
        raise LexonError(f"there is no type '{dtype}' for a model", advice=f"use {', '.join(DTYPES)}")
    if Path(model).suffix in (".mlir", ".mlirbc"):
        if not Path(model).is_file():
            raise LexonError("there is no such file", place=model)
        return Plan("", (Row(model, model, _nothing, threads or usable_cores(), dtype, rivals=(), others=()),))
    return Plan("", (Row(model, model, _nothing, threads or usable_cores(), dtype),))


def _nothing() -> Problem:
    raise LexonError("the measuring process makes the model")


def measure_row(job: Job, folder: Path, progress: Callable[[str], None]) -> Outcome:
    """Measures one row and keeps the result in `folder`."""
    outcome = runner.measure(job, progress)
    runner.store(folder, outcome)
    return outcome


def read(plan: Plan, folder: Path, only: set[str] | None = None) -> Report:
    """Judges the rows of the plan whose results lie in `folder`; raises LexonError if there are none.

    Groups come last, once all their rows were measured.
    """
    rows = [row for row in plan.rows if only is None or row.name in only]
    outcomes = runner.stored(folder, (row.name for row in rows))
    if not outcomes:
        raise LexonError("has no results", place=str(folder), advice="measure first: lexon bench")
    lines = {row.name: judge_row(row, outcomes[row.name]) for row in rows if row.name in outcomes}
    groups = []
    for group in plan.groups:
        members = [row.name for row in plan.rows if group.has(row.name)]
        if members and all(name in lines for name in members):
            groups.append(judge_group(group, lines))
    return Report(plan, (*lines.values(), *groups), outcomes)


def write_files(report: Report, folder: Path) -> list[Path]:
    """results.csv and results.png, of every row that `folder` has results of."""
    whole = read(report.plan, folder)
    text = table.to_csv(whole.plan.rows, whole.outcomes, {line.name: line for line in whole.lines})
    return [table.write(folder / "results.csv", text), *_picture(whole, folder)]


def write_page(report: Report, folder: Path) -> list[Path]:
    """results.md with results.png and results.csv."""
    text = table.to_csv(report.plan.rows, report.outcomes, {line.name: line for line in report.lines})
    pictures = _picture(report, folder)
    intro = INTRO + ("\n![roofline and ratios](results.png)\n" if pictures else "")
    page = table.to_markdown(report.lines, report.outcomes, intro)
    return [table.write(folder / "results.md", page), table.write(folder / "results.csv", text), *pictures]


def _picture(report: Report, folder: Path) -> list[Path]:
    path = draw(report.lines, report.outcomes, folder / "results.png")
    return [path] if path else []
