# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The table of measured C programs: on the screen, as CSV, and as a page of the documentation."""

from __future__ import annotations

import csv
import io
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lexon.bench import runner, table
from lexon.bench.cprograms import OTHER, OWN, SHORTEST, Program
from lexon.bench.job import Outcome
from lexon.bench.table import DISTURBED, milliseconds
from lexon.errors import LexonError

HEADER = ("program", "Clang", "Lexon", "ratio")
COLUMNS = ("program", "clang_ms", "lexon_ms", "ratio", "runs", "cpu", "date", "disturbed", "problem")
INTRO = """# C programs, measured

Written by `lexon bench --c --report`; do not edit. Milliseconds, the least of some turns, of the same program as
`clang-22 -O3 -march=native` and `lexon cc -O3 -march=native` compile it; *ratio* is Clang's time divided by Lexon's.
Both print the same, to the last bit. How it is measured: [benchmarks](benchmarks.md).
"""


@dataclass(frozen=True)
class Report:
    """Outcomes by name, in the order of the programs, and the programs passed over."""

    outcomes: Mapping[str, Outcome]
    passed: Sequence[str] = ()

    @property
    def ratios(self) -> dict[str, float]:
        """Of each program that ran, Clang's least time divided by Lexon's."""
        found = {}
        for name, outcome in self.outcomes.items():
            own, other = (outcome.system(key) for key in (OWN, OTHER))
            if not outcome.problem and own and other and own.times and other.times:
                found[name] = min(other.times) / min(own.times)
        return found

    @property
    def good(self) -> bool:
        """True if all programs ran and printed the same, and Lexon's code is not slower on average."""
        ratios = self.ratios
        return len(ratios) == len(self.outcomes) and (not ratios or statistics.geometric_mean(ratios.values()) >= 1)

    def rows(self) -> list[tuple[str, ...]]:
        """The cells under HEADER."""
        found: list[tuple[str, ...]] = []
        for name, outcome in self.outcomes.items():
            ratio = self.ratios.get(name)
            if ratio is None:
                found.append((name, "", "", "failed"))
            else:
                times = [milliseconds(system.time("min")) for system in reversed(outcome.systems)]
                found.append((name, *times, f"{ratio:.2f}"))
        return found

    def summary(self) -> list[str]:
        """The mean, the least, and what a reader must know beside the table."""
        ratios = self.ratios
        lines = []
        if ratios:
            least = min(ratios, key=lambda name: ratios[name])
            mean, below = statistics.geometric_mean(ratios.values()), sum(ratio < 1 for ratio in ratios.values())
            lines.append(
                f"geometric mean {mean:.2f}, least {ratios[least]:.2f} ({least}), {below} of {len(ratios)} below 1"
            )
        lines += [f"{name}: {outcome.problem}" for name, outcome in self.outcomes.items() if outcome.problem]
        if self.passed:
            lines.append(f"over in less than {1000 * SHORTEST:.0f} ms: {', '.join(self.passed)}")
        for name, outcome in self.outcomes.items():
            if (share := outcome.machine.get("disturbed", 0.0)) > DISTURBED:
                lines.append(f"{name}: other programs used {share:.2f} CPUs meanwhile, the times are too long")
        return lines


def read(programs: Sequence[Program], folder: Path) -> Report:
    """The results of the programs that `folder` has; raises LexonError if there are none."""
    stored = runner.stored(folder / "c", (program.name for program in programs))
    if not stored:
        raise LexonError("has no results of C programs", place=str(folder), advice="measure first: lexon bench --c")
    measured = {name: outcome for name, outcome in stored.items() if not outcome.detail}
    return Report(measured, [name for name in stored if name not in measured])


def store(outcome: Outcome, folder: Path) -> None:
    """Keeps a result in `folder`."""
    runner.store(folder / "c", outcome)


def write_page(report: Report, folder: Path) -> list[Path]:
    """c.md and c.csv."""
    machines = {f"{o.machine['cpu']}, {o.machine['date'][:10]}" for o in report.outcomes.values() if o.machine}
    text = [INTRO, *sorted(machines), "", "| " + " | ".join(HEADER) + " |", "|---" + "|--:" * (len(HEADER) - 1) + "|"]
    text += ["| " + " | ".join(row) + " |" for row in report.rows()]
    text += ["", *(f"- {line}" for line in report.summary())]
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(COLUMNS)
    for (name, clang, lexon, ratio), outcome in zip(report.rows(), report.outcomes.values(), strict=True):
        machine = outcome.machine
        disturbed = f"{machine.get('disturbed', 0.0):.3f}"
        writer.writerow((name, clang, lexon, ratio, len(outcome.systems[0].times), machine.get("cpu", ""),
                         machine.get("date", ""), disturbed, outcome.problem))  # fmt: skip
    page = "\n".join(text) + "\n"
    return [table.write(folder / "c.md", page), table.write(folder / "c.csv", lines.getvalue())]
