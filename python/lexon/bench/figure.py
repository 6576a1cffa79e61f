# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The picture of a suite's results: a roofline, and how Lexon stands to the best rival in each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lexon.bench.goals import Verdict
from lexon.bench.job import Outcome
from lexon.bench.results import Line
from lexon.compiler.driver import fresh_beside

COLOURS = {Verdict.aim: "tab:green", Verdict.reached: "tab:olive", Verdict.none: "tab:blue"}
BAD = "tab:red"


def draw(lines: Sequence[Line], outcomes: Mapping[str, Outcome], path: Path) -> Path | None:
    """Writes a PNG; nothing, and None, if no row was measured. The CPU is named in the title."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    machines = [outcome.machine for outcome in outcomes.values() if outcome.machine]
    if not machines:
        return None
    bars = [line for line in lines if line.figures.ratio is not None]
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(15, max(6.0, 0.24 * len(bars) + 1.5)))
    figure.suptitle(f"{machines[0]['cpu']}, {machines[0]['date']}")
    _roofline(left, lines, outcomes)
    _ratios(right, bars)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    with fresh_beside(path) as temporary:
        figure.savefig(temporary, dpi=110)
        temporary.replace(path)
    pyplot.close(figure)
    return path


def _roofline(axes: Any, lines: Sequence[Line], outcomes: Mapping[str, Outcome]) -> None:
    import numpy as np

    low, high = 0.1, 1e4
    intensity = np.geomspace(low, high, 200)
    roofs: dict[tuple[str, int], dict[str, Any]] = {}
    for outcome in outcomes.values():
        machine = outcome.machine
        if machine:
            roofs.setdefault((machine["dtype"], machine["threads"]), machine)
    colours = {key: f"C{index}" for index, key in enumerate(sorted(roofs))}
    for key, machine in sorted(roofs.items()):
        roof = np.minimum(machine["flops_per_second"], intensity * machine["read_best"]) / 1e9
        axes.loglog(intensity, roof, color=colours[key], label=f"limit, {key[0]}, {key[1]} threads")
    for line in lines:
        found = outcomes.get(line.name)
        if not found or not line.time or not found.flops or not found.weight_bytes:
            continue
        colour = colours[(found.machine["dtype"], found.machine["threads"])]
        place = min(high, found.flops / found.weight_bytes)
        axes.plot(place, found.flops / line.time / 1e9, "o", color=colour, markersize=6)
        if line.best_time:
            axes.plot(place, found.flops / line.best_time / 1e9, "x", color=colour, markersize=6)
        axes.annotate(line.name, (place, found.flops / line.time / 1e9), fontsize=6, xytext=(3, 3),
                      textcoords="offset points")  # fmt: skip
    axes.plot([], [], "o", color="grey", label="Lexon")
    axes.plot([], [], "x", color="grey", label="best rival")
    axes.set(xlabel="FLOP per byte of weights", ylabel="GFLOP/s", title="roofline")
    axes.legend(fontsize=8)
    axes.grid(True, which="both", alpha=0.2)


def _ratios(axes: Any, lines: Sequence[Line]) -> None:
    names = [line.name for line in lines]
    axes.barh(names, [line.figures.ratio for line in lines], color=[COLOURS.get(line.verdict, BAD) for line in lines])
    for index, line in enumerate(lines):
        if line.goal.must.ratio is not None:
            axes.plot([line.goal.must.ratio] * 2, [index - 0.4, index + 0.4], color="black", linewidth=1)
    axes.axvline(1.0, color="black", linewidth=0.8, linestyle="--")
    axes.invert_yaxis()
    axes.tick_params(axis="y", labelsize=7)
    axes.set(xlabel="best rival's time / Lexon's (black: must reach)", title="longer is faster than all rivals")
