# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`lexon verify`: a program before and after a transformation, on the same inputs, element by element."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from lexon.verify import FunctionReport, Outcome, Report


def verify(
    file: Annotated[Path, typer.Argument(help="MLIR; every section between '// -----' lines is a program.")],
    pipeline: Annotated[
        str | None, typer.Option(metavar="NAME{option=value ...}", help="Pipelines to verify, as lexon-opt takes them.")
    ] = None,
    pass_pipeline: Annotated[
        str | None, typer.Option(metavar="PASSES", help="Passes to verify, as lexon-opt --pass-pipeline takes them.")
    ] = None,
    after: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A file with the program transformed by other means.")
    ] = None,
    inputs: Annotated[str, typer.Option(help="Where inputs come from: seeded.")] = "seeded",
    seed: Annotated[int, typer.Option(min=0, help="Seed of the inputs.")] = 0,
    each_stage: Annotated[
        bool, typer.Option("--each-stage", help="Compare after every stage of the pipeline.")
    ] = False,
    each_pass: Annotated[
        bool, typer.Option("--each-pass", help="Compare after every pass of the pass pipeline.")
    ] = False,
    interesting: Annotated[
        bool,
        typer.Option(
            "--interesting",
            help="Be a test for lexon-reduce: exit with 1 only if the transformed program computes something else.",
        ),
    ] = False,
    bound: Annotated[
        float | None,
        typer.Option(
            min=0, help="Largest distance from the unchanged program, instead of computed bounds; 0: the same bits."
        ),
    ] = None,
    function: Annotated[str | None, typer.Option(metavar="NAME", help="Verify only this function.")] = None,
    dynamic: Annotated[
        list[str] | None,
        typer.Option(metavar="SIZES", help="Sizes for all dynamic dimensions (7,13), or of one argument (0:3x7)."),
    ] = None,
    value_range: Annotated[
        list[str] | None,
        typer.Option("--range", metavar="ARG:LOW:HIGH", help="Range of an argument's values, such as indices."),
    ] = None,
    target: Annotated[str | None, typer.Option(metavar="CPU", help="CPU to compile for (default: this one).")] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds one call may take.")] = 120.0,
) -> None:
    """Run a program before and after a transformation on the same inputs, and compare each element with f64.

    Exits with 1 if an element is outside its bound, if anything crashes, or if nothing was compared.
    With --interesting, exits with 0 if a program cannot be compiled, transformed, run or compared.
    """
    from lexon.cli.console import output, print_error, progress
    from lexon.errors import LexonError
    from lexon.verify import InputOptions, Plan, parse_dynamic, parse_ranges, verify_file

    if inputs != "seeded":
        raise typer.BadParameter(f"'{inputs}' is not known; inputs are 'seeded'", param_hint="--inputs")
    common, sizes = parse_dynamic(dynamic or [])
    options = InputOptions(seed, common, sizes, parse_ranges(value_range or []))
    plan = Plan(pipeline, pass_pipeline, after, each_stage, each_pass, bound, function, target, timeout, options)
    try:
        with progress(f"verify {file.name}") as say:
            report = verify_file(file, plan, say)
    except LexonError as error:
        if not interesting:
            raise
        print_error(error)
        raise typer.Exit(0) from error
    _print(output(), report, "stage" if each_stage else "pass" if each_pass else None)
    raise typer.Exit(int(report.departs) if interesting else 0 if report.passed else 1)


def _print(console: Console, report: Report, step: str | None) -> None:
    """`step` is what the steps are called that were compared one by one, if they were."""
    for function in report.functions:
        _print_function(console, function, step)
    if not report.functions:
        console.print("[bold red]FAIL[/] there is no function to verify")
    elif not report.elements:
        console.print("[bold red]FAIL[/] no element was compared")
    failed = sum(not function.passed for function in report.functions)
    passed = len(report.functions) - failed
    console.print(f"{passed} passed, {failed} failed, {report.elements} elements compared")


def _print_function(console: Console, report: FunctionReport, step: str | None) -> None:
    from rich.markup import escape

    name = escape(f"@{report.function} ({report.place})")
    if report.problem:
        console.print(f"[bold red]FAIL[/] {name}: {escape(report.problem)}")
    elif step is None:
        console.print(f"{_verdict(report.outcomes[0])} {name}: {escape(_figures(report.outcomes[0], report.bitwise))}")
    else:
        console.print(f"{'[green]PASS[/]' if report.passed else '[bold red]FAIL[/]'} {name}")
        width = max(len(outcome.name) for outcome in report.outcomes)
        for outcome in report.outcomes:
            console.print(f"  {_verdict(outcome)} {outcome.name:<{width}}  {escape(_figures(outcome, report.bitwise))}")
        departing = next((outcome.name for outcome in report.outcomes if not outcome.passed), None)
        if departing:
            console.print(f"  the first {step} that departs is [bold]{departing}[/]")
    if report.note:
        console.print(f"  note: {escape(report.note)}")


def _verdict(outcome: Outcome) -> str:
    return "[green]PASS[/]" if outcome.passed else "[bold red]FAIL[/]"


def _figures(outcome: Outcome, bitwise: bool) -> str:
    if outcome.problem:
        return outcome.problem
    found = outcome.comparison
    if bitwise:
        return f"{found.elements} elements, the same bits"
    text = f"{found.elements} elements, largest error {found.error:.3g}, {found.ratio:.3g} of its bound"
    return text + (f", {found.unproven} without a bound" if found.unproven else "")
