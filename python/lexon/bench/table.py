# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Judged lines as text: the table's cells, CSV, and a Markdown page. Files are written complete or not at all."""

from __future__ import annotations

import csv
import io
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lexon.bench.job import Outcome
from lexon.bench.results import OWN, Line
from lexon.bench.suite import Row
from lexon.bench.systems import MAKERS
from lexon.compiler.driver import fresh_beside

HEADER = ("row", "Lexon", "best rival", "ratio", "of limit", "error/best", "must", "verdict")
COLUMNS = (
    "row", "title", "dtype", "threads", "statistic", "system", "min_ms", "median_ms", "calls", "gflops",
    "read_gb_per_s", "ns_per_element", "largest_error", "set_up_s", "best_rival", "ratio", "limit_ms",
    "share_of_limit", "error_ratio", "value", "verdict", "note", "cpu", "date", "disturbed",
)  # fmt: skip
DISTURBED = 0.2  # CPUs that other programs used; more than this makes times too long


def cells(line: Line, outcome: Outcome | None) -> tuple[str, ...]:
    """What a line shows under HEADER."""
    figures = line.figures
    own = milliseconds(line.time) if line.time is not None else _number(figures.value)
    rival = f"{milliseconds(line.best_time)} {MAKERS[line.best].title if line.best else ''}".strip()
    if outcome and outcome.elements and line.time:
        own += f" ({1e9 * line.time / outcome.elements:.3f} ns/el.)"
    return (
        line.name,
        own,
        rival if line.best_time is not None else "",
        f"{figures.ratio:.2f}" if figures.ratio is not None else "",
        f"{100 * figures.share:.0f} %" if figures.share is not None else "",
        f"{line.error_ratio:.2f}" if line.error_ratio is not None else "",
        str(line.goal.must or line.goal.never) if line.goal else "",
        str(line.verdict),
    )


def notes(lines: Sequence[Line], outcomes: Mapping[str, Outcome]) -> list[str]:
    """What a reader must know beside the table: failures, disturbed rows, systems that could not run a row."""
    found = [f"{line.name}: {line.note}" for line in lines if line.note]
    for name, outcome in outcomes.items():
        share = outcome.machine.get("disturbed", 0.0)
        if share > DISTURBED:
            found.append(f"{name}: other programs used {share:.2f} CPUs meanwhile, the times are too long")
        for system in outcome.systems:
            if system.problem and system.key != OWN:
                found.append(f"{name}: {MAKERS[system.key].title} did not run: {system.problem.splitlines()[0][:160]}")
    return found


def to_csv(rows: Sequence[Row], outcomes: Mapping[str, Outcome], lines: Mapping[str, Line]) -> str:
    """One line per row and system; the judgement stands on Lexon's (groups have a line without times)."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    known = {row.name: row for row in rows}
    for name, line in lines.items():
        row, outcome = known.get(name), outcomes.get(name)
        if row is None or outcome is None or not outcome.systems:
            writer.writerow({"row": name, "title": line.title, "system": OWN, **_judgement(line)})
            continue
        for system in outcome.systems:
            times = sorted(system.times)
            values: dict[str, Any] = {
                "row": name, "title": line.title, "dtype": row.dtype, "threads": row.threads,
                "statistic": row.statistic, "system": system.key, "calls": len(times),
                "set_up_s": f"{system.set_up_seconds:.2f}", "note": system.problem.replace("\n", " "),
                "cpu": outcome.machine.get("cpu", ""), "date": outcome.machine.get("date", ""),
                "disturbed": f"{outcome.machine.get('disturbed', 0.0):.3f}",
            }  # fmt: skip
            if times:
                values |= _speed(outcome, system.time(row.statistic) or 0.0) | {
                    "min_ms": milliseconds(times[0]), "median_ms": milliseconds(system.time("median")),
                    "largest_error": f"{system.error:.3e}",
                }  # fmt: skip
            if system.key == OWN:
                values |= _judgement(line)
            writer.writerow(values)
    return text.getvalue()


def to_markdown(lines: Sequence[Line], outcomes: Mapping[str, Outcome], intro: str) -> str:
    """A page with the table, the machine and the notes."""
    name, *limits = machine_lines(outcomes) or [""]
    text = [intro.rstrip(), "", name, "", *limits, ""]
    text += ["| " + " | ".join(HEADER) + " |", "|" + "---|" * len(HEADER)]
    for line in lines:
        text.append("| " + " | ".join(cell.replace("|", "/") for cell in cells(line, outcomes.get(line.name))) + " |")
    remarks = notes(lines, outcomes)
    if remarks:
        text += ["", "Notes", "", *(f"- {remark}" for remark in remarks)]
    return "\n".join(text) + "\n"


def machine_lines(outcomes: Mapping[str, Outcome]) -> list[str]:
    """CPU, measured limits per thread count and dtype, versions."""
    machines = [outcome.machine for outcome in outcomes.values() if outcome.machine]
    if not machines:
        return []
    found = [", ".join(sorted({str(machine["cpu"]) for machine in machines})) + ", " + _span(machines)]
    limits: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
    for machine in machines:
        limits.setdefault((machine["dtype"], machine["threads"]), []).append(machine)
    for (dtype, threads), group in sorted(limits.items()):
        peak = max(item["flops_per_second"] for item in group) / 1e9
        best = max(item["read_best"] for item in group) / 1e9
        median = statistics.median(item["read_median"] for item in group) / 1e9
        found.append(
            f"- {dtype}, {threads} threads: FMA peak {peak:.0f} GFLOP/s ({group[0]['isa']}), reads {best:.1f} GB/s at "
            f"best, {median:.1f} usually"
        )
    versions = machines[-1].get("versions", {})
    found.append("- " + ", ".join(f"{name} {version}" for name, version in versions.items()))
    return found


def write(path: Path, text: str) -> Path:
    """Writes `text` to `path`, whose folder is made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with fresh_beside(path) as temporary:
        temporary.write_text(text)
        temporary.replace(path)
    return path


def milliseconds(seconds: float | None) -> str:
    """
    >>> milliseconds(0.0123456), milliseconds(0.0000123)
    ('12.35', '0.0123')
    """
    if seconds is None:
        return ""
    value = 1e3 * seconds
    return f"{value:.2f}" if value >= 10 else f"{value:.3f}" if value >= 0.1 else f"{value:.4f}"


def _span(machines: Sequence[Mapping[str, Any]]) -> str:
    dates = sorted(str(machine["date"]) for machine in machines)
    return dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _speed(outcome: Outcome, seconds: float) -> dict[str, str]:
    gflops, bandwidth = outcome.flops / seconds / 1e9, outcome.weight_bytes / seconds / 1e9
    found = {"gflops": f"{gflops:.1f}", "read_gb_per_s": f"{bandwidth:.1f}"}
    if outcome.elements:
        found["ns_per_element"] = f"{1e9 * seconds / outcome.elements:.4f}"
    return found


def _judgement(line: Line) -> dict[str, str]:
    figures = line.figures
    return {
        "best_rival": line.best,
        "ratio": "" if figures.ratio is None else f"{figures.ratio:.4f}",
        "limit_ms": milliseconds(line.limit),
        "share_of_limit": "" if figures.share is None else f"{figures.share:.4f}",
        "error_ratio": "" if line.error_ratio is None else f"{line.error_ratio:.3f}",
        "value": "" if figures.value is None else f"{figures.value:.4f}",
        "verdict": str(line.verdict),
        "note": line.note.replace("\n", " "),
    }
