# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`lexon bench`: Lexon beside other systems, on a suite's rows or on a model of the user's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lexon.errors import LexonError

if TYPE_CHECKING:
    from lexon.bench.report import Report


def bench(
    model: Annotated[
        str | None, typer.Argument(help="model.py:Name, package.module:Name or MLIR (default: the suite's rows).")
    ] = None,
    inputs: Annotated[
        list[str] | None, typer.Option("--input", "-i", metavar="SHAPExTYPE", help="An input of the model.")
    ] = None,
    suite: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The suite (default: benchmarks/suite.py).")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Rows with this name, or matching it: 'block-*'.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A few rows, few calls.")] = False,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Threads for the model; of a suite, its rows with so many.")
    ] = None,
    dtype: Annotated[str, typer.Option(metavar="TYPE", help="Type of the model: f32, bf16 or f16.")] = "f32",
    runs: Annotated[int, typer.Option(min=1, help="Timed calls of each system, at least.")] = 30,
    systems: Annotated[
        str | None, typer.Option(metavar="NAMES", help="Systems, separated by commas (default: the row's).")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for results (default: bench in the build folder).")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Measure nothing; write results.md and .png from --out's rows.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 if a row misses what it must reach.")] = False,
    listing: Annotated[bool, typer.Option("--list", help="List the suite's rows.")] = False,
    c: Annotated[
        bool, typer.Option("--c", help="C programs instead: benchmarks/c and examples, or MODEL, beside Clang.")
    ] = False,
) -> None:
    """Measure speed against other systems, turn by turn in one process, each result checked against f64."""
    from lexon.bench import report as reports
    from lexon.bench.job import Job
    from lexon.bench.select import choose, chosen_systems
    from lexon.cli import console

    if c:
        _c_programs(model, only or [], quick, runs, out or reports.default_folder(), report, check, listing)
        return
    plan = reports.users_plan(model, threads, dtype) if model else reports.suite_plan(suite)
    folder = out or reports.default_folder()
    screen = console.output()
    if listing:
        for row in plan.rows:
            screen.print(f"{row.name:<22}{row.title}", markup=False)
        return
    if report:
        found = reports.read(plan, folder)
        _print(found)
        for path in reports.write_page(found, report):
            console.complaints().print(f"wrote {path}")
        raise typer.Exit(0 if not check or found.good else 1)
    rows = choose(plan.rows, only or [], threads if not model else None, quick)
    with console.progress("bench") as say:
        for number, row in enumerate(rows, start=1):
            job = Job(
                row.name, chosen_systems(row, systems), min(runs, 6) if quick else runs, "",
                plan.suite, list(inputs or []), row.threads, row.dtype,
            )  # fmt: skip
            reports.measure_row(job, folder, partial(_progress, say, f"{row.name} ({number} of {len(rows)})"))
    found = reports.read(plan, folder, {row.name for row in rows})
    _print(found)
    for path in reports.write_files(found, folder):
        console.complaints().print(f"wrote {path}")
    if check and not found.good:
        raise typer.Exit(1)


def _c_programs(
    file: str | None, only: list[str], quick: bool, runs: int, folder: Path, page: Path | None, check: bool,
    listing: bool,
) -> None:  # fmt: skip
    from rich.table import Table

    from lexon.bench import cprograms, creport
    from lexon.bench.select import named
    from lexon.cli import console

    known = [cprograms.Program(Path(file).name, Path(file))] if file else cprograms.known_programs()
    if file and not Path(file).is_file():
        raise LexonError("there is no such file", place=file)
    chosen = named(known, [*only, *(cprograms.QUICK if quick and not file and not only else ())])
    screen = console.output()
    if listing:
        for program in chosen:
            screen.print(program.name, markup=False)
        return
    if not page:
        with console.progress("bench") as say:
            for number, program in enumerate(chosen, start=1):
                note = partial(_progress, say, f"{program.name} ({number} of {len(chosen)})")
                creport.store(cprograms.measure(program, 2 if quick else min(runs, 7), note), folder)
    found = creport.read(chosen, folder)
    table = Table(*creport.HEADER)
    for row in found.rows():
        table.add_row(*row)
    screen.print(table)
    for line in found.summary():
        screen.print(line, markup=False)
    for path in creport.write_page(found, page) if page else ():
        console.complaints().print(f"wrote {path}")
    if (check and not found.good) or any(outcome.problem for outcome in found.outcomes.values()):
        raise typer.Exit(1)


def _progress(say: Callable[[str], None], prefix: str, text: str) -> None:
    say(f"{prefix}: {text}")


def _print(report: Report) -> None:
    from rich.table import Table

    from lexon.bench import table as tables
    from lexon.cli import console

    screen = console.output()
    for text in tables.machine_lines(report.outcomes):
        screen.print(text, markup=False)
    table = Table(*tables.HEADER)
    for line in report.lines:
        colour = "" if line.verdict.good else "red"
        table.add_row(*tables.cells(line, report.outcomes.get(line.name)), style=colour)
    screen.print(table)
    for note in tables.notes(report.lines, report.outcomes):
        screen.print(f"note: {note}", markup=False)
    judged = [line for line in report.lines if line.goal]
    missed = [line.name for line in judged if not line.verdict.good]
    screen.print(f"{len(judged) - len(missed)} of {len(judged)} rows reach what they must" + (
        f"; not: {', '.join(missed)}" if missed else ""), markup=False)  # fmt: skip
