# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`lexon import`: a PyTorch model to MLIR and weights."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class OutputType(StrEnum):
    """What the computation becomes."""

    auto = "auto"
    tosa = "tosa"
    linalg = "linalg"


def import_(
    model: Annotated[
        str, typer.Argument(help="model.py:Name or package.module:Name; Name is a module, makes one, or is a function.")
    ],
    inputs: Annotated[
        list[str] | None,
        typer.Option("--input", "-i", metavar="SHAPExTYPE", help="One input, as 1x40x1536xf32; ? is any size from 2."),
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the files.")] = Path("imported"),
    output_type: Annotated[OutputType, typer.Option(help="TOSA, linalg, or what fits the model.")] = OutputType.auto,
) -> None:
    """Import a PyTorch model as MLIR and weights, for 'lexon compile' and for reading."""
    from lexon.api import describe_import
    from lexon.cli.console import output, progress
    from lexon.frontend import import_model
    from lexon.frontend.setup import require_torch
    from lexon.specs import example_tensors, load_model, parse_tensor

    specs = inputs or []
    for spec in specs:
        parse_tensor(spec)
    require_torch()
    with progress(f"import {model}") as say:
        say("load PyTorch")
        loaded = load_model(model)
        examples, dynamic_shapes = example_tensors(specs)
        imported = import_model(
            loaded,
            examples,
            work_dir=out,
            output_type=output_type.value,
            dynamic_shapes=dynamic_shapes,
            progress=lambda stage, seconds: say(stage) if seconds is None else None,
        )
        describe_import(imported)
    console = output()
    fusions = ", ".join(f"{name} {count}" for name, count in imported.fusions.items() if count) or "none"
    console.print(f"{imported.output_type} ({imported.reason}), fusions: {fusions}", markup=False)
    for file in sorted(imported.directory.iterdir()):
        if file.is_file():
            console.print(f"  {file}  {_size(file.stat().st_size)}", markup=False)


def _size(count: int) -> str:
    size = float(count)
    for unit in ("bytes", "KiB", "MiB"):
        if size < 1024:
            return f"{count} bytes" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"
