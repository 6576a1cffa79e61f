# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`lexon run`: calls a saved model or an MLIR program, once or many times."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lexon.cli.compile import Matmul, Target, Threads, Weights

if TYPE_CHECKING:
    from rich.console import Console

    from lexon.execute import Execution


def run(
    model: Annotated[Path, typer.Argument(help="A saved model (folder), a compiled library (.so), or MLIR.")],
    inputs: Annotated[
        list[Path] | None,
        typer.Option("--input", "-i", metavar="FILE", help="Inputs, .npy each or .npz (default: seeded)."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the inputs if no file is given.")] = 0,
    dynamic: Annotated[
        list[str] | None,
        typer.Option(metavar="SIZES", help="A size for all dynamic dimensions (7), or of one input (0:3x7)."),
    ] = None,
    value_range: Annotated[
        list[str] | None, typer.Option("--range", metavar="ARG:LOW:HIGH", help="Range of an input's values.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the results, .npy or .npz.")
    ] = None,
    entry: Annotated[str, typer.Option(help="The function, of a library or MLIR.")] = "forward",
    runs: Annotated[int, typer.Option(min=1, help="Timed runs.")] = 1,
    warmup: Annotated[int, typer.Option(min=0, help="Runs before those.")] = 0,
    target: Target = "native",
    threads: Threads = None,
    matmul: Matmul = "vector",
    weights: Weights = "prepared",
) -> None:
    """Run a model: print each result's shape and statistics, the time, and write the results if asked."""
    from lexon.api import load_any
    from lexon.cli import console
    from lexon.compiler.build import CompileOptions
    from lexon.execute import check_results_name, execute, read_inputs, seeded_inputs, write_results
    from lexon.verify import InputOptions, parse_dynamic, parse_ranges

    if output:
        check_results_name(output)
    common, sizes = parse_dynamic(dynamic or [])
    options = InputOptions(seed, common, sizes, parse_ranges(value_range or []))
    given = read_inputs(inputs) if inputs else None
    with console.progress(f"run {model.name}") as say:
        say("load" if model.is_dir() else "compile")
        compiled = load_any(model, entry, CompileOptions(target, threads, matmul, weights))
        arrays = seeded_inputs(compiled, options) if given is None else given
        say("run")
        execution = execute(compiled, arrays, runs=runs, warmup=warmup)
        if output:
            write_results(output, execution.results)
    _print(console.output(), execution)


def _print(console: Console, execution: Execution) -> None:
    for index, result in enumerate(execution.statistics):
        console.print(f"result {index}: {result}", markup=False)
    if not execution.statistics:
        console.print("no results")
    times = execution.milliseconds
    middle = sorted(times)[len(times) // 2]
    console.print(f"{len(times)} runs: {min(times):.3f} ms minimum, {middle:.3f} ms median")
