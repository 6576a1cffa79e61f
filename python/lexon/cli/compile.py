# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`lexon compile`: MLIR files or an imported model to native code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Target = Annotated[str, typer.Option(metavar="CPU", help="CPU to compile for: native, or a name LLVM knows.")]
Threads = Annotated[
    int | None, typer.Option(min=1, help="Threads of a parallel region (default: the cores usable now).")
]
Matmul = Annotated[
    str, typer.Option(help="What a matrix multiplication becomes; lexon-opt --list-pipelines shows all.")
]
Weights = Annotated[
    str,
    typer.Option(help="How the code takes weights: prepared once, when it is loaded, or raw, as their file has them."),
]
Kernels = Annotated[
    str,
    typer.Option(
        metavar="FILE",
        help="Measured kernels: a table that 'lexon tune' wrote, tuned for this CPU's if there is one, or none.",
    ),
]


def compile_(
    files: Annotated[list[Path], typer.Argument(help="MLIR files, or one folder that 'lexon import' wrote.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="NAME.so, .o, .s, .ll, .bc; another name: an executable, or for a "
            "folder a saved model (default: FOLDER.lexon).",
        ),
    ] = None,
    target: Target = "native",
    threads: Threads = None,
    matmul: Matmul = "vector",
    weights: Weights = "prepared",
    kernels: Kernels = "tuned",
    level: Annotated[int, typer.Option("-O", min=0, max=3, help="LLVM's optimization level.")] = 3,
    keep_raw: Annotated[
        bool, typer.Option("--keep-raw", help="In a saved model, keep the weights as imported beside the prepared.")
    ] = False,
) -> None:
    """Compile MLIR, or an imported model, to a library, object, executable or a folder for 'lexon run'."""
    import time

    from lexon.api import compile_folder
    from lexon.cli.console import complaints, progress
    from lexon.compiler.build import EMITS, CompileOptions, build_file
    from lexon.errors import LexonError

    options = CompileOptions(target, threads, matmul, weights, level=level, kernels=kernels)
    start = time.perf_counter()
    folder = files[0] if len(files) == 1 and files[0].is_dir() else None
    if output is None:
        if folder is None and len(files) > 1:
            raise typer.BadParameter("several files need a name for the result", param_hint="--output")
        output = folder.with_suffix(".lexon") if folder else files[0].with_suffix(".so")
    with progress(f"compile {files[0].name}"):
        if folder and output.suffix not in (".so", ".o", ".s", ".ll", ".bc"):
            compile_folder(folder, output, options, keep_raw=keep_raw)
        else:
            emit = EMITS.get(output.suffix)
            if emit is None:
                endings = ", ".join(ending for ending in EMITS if ending)
                raise LexonError(
                    f"cannot tell what to write from the ending '{output.suffix}'", advice=f"use {endings}"
                )
            inputs = sorted(folder.glob("*.mlir")) if folder else files
            build_file(inputs, output, emit, options)
    complaints().print(f"{output} in {time.perf_counter() - start:.1f} s")
