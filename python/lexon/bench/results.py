# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""From measured rows to judged lines: ratios, shares of the limit, groups of rows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lexon.bench.goals import Figures, Goal, Verdict, judge
from lexon.bench.job import Outcome
from lexon.bench.suite import Group, Row

#: Rounding of one operation, for results so small that every system is exact but one bit.
ROUNDING = {"f32": 2.0**-24, "bf16": 2.0**-8, "f16": 2.0**-11}
TOO_FAR = 10.0  # times the error of the least accurate other system: no order of summation explains that
OWN = "lexon"
NOTHING = Figures()


@dataclass(frozen=True)
class Line:
    """A judged row or group. Times in seconds; `best` is the key of the fastest rival; `limit` is the least time that
    the machine's FMA peak and read bandwidth allow; `error_ratio` is Lexon's largest error / the most accurate other
    system's; `note` says what went wrong."""

    name: str
    title: str
    goal: Goal
    verdict: Verdict
    figures: Figures = NOTHING
    time: float | None = None
    best: str = ""
    best_time: float | None = None
    limit: float | None = None
    error_ratio: float | None = None
    note: str = ""


def judge_row(row: Row, outcome: Outcome) -> Line:
    """The line of one row."""
    own = outcome.system(OWN)
    note = outcome.problem or (own.problem if own else "")
    if note:
        return Line(row.name, row.title, row.goal, Verdict.failed, note=note)
    if row.kind != "time":
        figures = Figures(value=outcome.value)
        return Line(row.name, row.title, row.goal, judge(row.goal, figures), figures, note=outcome.detail)
    time = own.time(row.statistic) if own else None
    rivals = {key: found for key in row.rivals if (found := _time(outcome, key, row.statistic)) is not None}
    best = min(rivals, key=rivals.__getitem__, default="")
    limit = least_time(row, outcome)
    figures = Figures(
        ratio=rivals[best] / time if best and time else None, share=limit / time if limit and time else None
    )
    verdict = judge(row.goal, figures) if time else Verdict.unmeasured if row.goal else Verdict.none
    wrong = _wrong(row, outcome)
    if wrong:
        verdict = Verdict.wrong
    errors = _error_ratio(outcome)
    return Line(row.name, row.title, row.goal, verdict, figures, time, best, rivals.get(best), limit, errors, wrong)


def judge_group(group: Group, lines: Mapping[str, Line]) -> Line:
    """The line of a group of rows that were judged; of no use (not measured) until each of its rows was."""
    members = [line for name, line in lines.items() if group.has(name)]
    figures, time, best_time = Figures(), None, None
    failed = [line.name for line in members if line.verdict in (Verdict.failed, Verdict.wrong)]
    if failed:
        return Line(group.name, group.title, group.goal, Verdict.failed, note=f"failed rows: {', '.join(failed)}")
    if group.combine == "error":
        known = [line for line in members if line.error_ratio is not None]
        worst = max(known, key=lambda line: line.error_ratio or 0, default=None)
        figures = Figures(value=worst.error_ratio if worst else None)
        note = f"{len(known)} rows; the largest is of {worst.name}" if worst else ""
        return Line(group.name, group.title, group.goal, judge(group.goal, figures), figures, note=note)
    if group.combine == "sum":
        time, best_time, limit = (_sum(values) for values in zip(*map(_times, members), strict=True)) if members else (
            None, None, None)  # fmt: skip
        figures = Figures(best_time / time if time and best_time else None, limit / time if time and limit else None)
    else:
        ratios = geomean([line.figures.ratio for line in members])
        figures = Figures(ratios, geomean([line.figures.share for line in members]))
    note = f"{group.combine} of {len(members)} rows"
    verdict = judge(group.goal, figures)
    return Line(group.name, group.title, group.goal, verdict, figures, time, "", best_time, note=note)


def least_time(row: Row, outcome: Outcome) -> float | None:
    """Seconds that the work takes at the machine's limits: its FLOP at the peak, or its weights read from memory. The
    latter counts only where they come from memory: they are larger than the last-level cache, or the row is cold."""
    machine = outcome.machine
    if not machine or not machine.get("flops_per_second"):
        return None
    seconds = outcome.flops / machine["flops_per_second"]
    if row.cold or outcome.weight_bytes > machine.get("cache_bytes", math.inf):
        bandwidth = machine[f"read_{'best' if row.statistic == 'min' else 'median'}"]
        seconds = max(seconds, outcome.weight_bytes / bandwidth)
    return seconds or None


def geomean(values: Iterable[float | None]) -> float | None:
    """The geometric mean; None if there are no values, or one is missing.

    >>> geomean([2.0, 8.0])
    4.0
    """
    known = list(values)
    if not known or any(value is None or value <= 0 for value in known):
        return None
    return math.exp(sum(math.log(value) for value in known if value) / len(known))


def _times(line: Line) -> tuple[float | None, float | None, float | None]:
    return line.time, line.best_time, line.limit


def _sum(values: Sequence[float | None]) -> float | None:
    return None if any(value is None for value in values) else math.fsum(value for value in values if value)


def _time(outcome: Outcome, key: str, statistic: str) -> float | None:
    system = outcome.system(key)
    return system.time(statistic) if system else None


def _error_ratio(outcome: Outcome) -> float | None:
    own = outcome.system(OWN)
    others = [system.error for system in outcome.systems if system.key != OWN and system.times and system.error > 0]
    return own.error / min(others) if own and own.times and others else None


def _wrong(row: Row, outcome: Outcome) -> str:
    """What is wrong with Lexon's result: it is much farther from f64 than everybody else's. Empty if nothing is."""
    own = outcome.system(OWN)
    others = [system.error for system in outcome.systems if system.key != OWN and system.times]
    if not own or not own.times:
        return ""
    floor = ROUNDING[row.dtype] * outcome.scale
    most = TOO_FAR * max(max(others), floor) if others else 1000 * floor
    return "" if own.error <= most else f"largest error {own.error:.3g}, others at most {max(others, default=0):.3g}"
