# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`lexon tune`: measure the kernels of a program on this CPU, and remember the fastest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lexon.cli.compile import Threads, Weights


def tune(
    files: Annotated[list[Path], typer.Argument(help="MLIR files, or one folder that 'lexon import' wrote.")],
    threads: Threads = None,
    weights: Weights = "prepared",
    seconds: Annotated[float, typer.Option(min=0.01, help="Seconds to call each kernel.")] = 0.2,
    table: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Table of kernels to make or add to (default: this CPU's, cached)."
        ),
    ] = None,
) -> None:
    """Measure the kernels of a program's matrix products on this CPU; later compilations use the fastest."""
    from rich.table import Table

    from lexon.cli.console import complaints, output, progress
    from lexon.compiler.build import CompileOptions
    from lexon.compiler.kernels import default_table, write_table
    from lexon.compiler.tuning import tune as measure
    from lexon.errors import LexonError

    for file in files:
        if not file.exists():
            raise LexonError("there is no such file", place=str(file))
    inputs = sorted(files[0].glob("*.mlir")) if len(files) == 1 and files[0].is_dir() else files
    path = table or default_table()
    with progress(f"tune {files[0].name}") as say:
        found = measure(inputs, CompileOptions(threads=threads, weights=weights), seconds=seconds, progress=say)
        write_table(path, {item.contraction: item.kernel for item in found})
    rows = Table("contraction", "kernels", "chosen µs", "fastest µs", "gain")
    for item in found:
        rows.add_row(
            item.contraction,
            str(item.measured),
            f"{item.chosen_ns / 1e3:.1f}",
            f"{item.fastest_ns / 1e3:.1f}",
            f"{item.chosen_ns / item.fastest_ns:.2f}x",
        )
    output().print(rows)
    complaints().print(f"{path}: {len(found)} kernels")
