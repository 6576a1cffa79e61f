# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""From MLIR files to one library, executable or object: each file on its own, several at the same time, then linked."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from lexon.compiler.driver import Toolbox, fresh_beside, usable_cores
from lexon.compiler.kernels import default_table
from lexon.compiler.manifest import with_options
from lexon.errors import LexonError

# What lexon-translate emits, by the ending of the file's name.
EMITS = {".so": "so", ".o": "obj", ".ll": "llvm", ".bc": "bc", ".s": "asm", "": "exe", ".exe": "exe"}


@dataclass(frozen=True)
class CompileOptions:
    """How to compile: a CPU name or "native", the number of threads (None: the cores usable now), the code for
    matrix multiplications, whether weights are taken "raw", as their file has them, or "prepared" (docs/formats.md),
    the pipeline, LLVM's optimization level, and measured kernels: "tuned" for those that `lexon tune` found on this CPU
    (if it ever ran), "none", or a table's file. With `enumerated`, a file to write, the kernels worth measuring are
    compiled instead of the program."""

    target: str = "native"
    threads: int | None = None
    matmul: str = "vector"
    weights: str = "prepared"
    pipeline: str = "onestep"
    level: int = 3
    kernels: str | os.PathLike[str] = "tuned"
    enumerated: Path | None = None

    def table(self) -> Path | None:
        """The table of measured kernels to use; None for none."""
        if self.kernels == "none" or (self.kernels == "tuned" and self.target != "native"):
            return None
        path = default_table() if self.kernels == "tuned" else Path(self.kernels)
        if path.is_file():
            return path
        if self.kernels == "tuned":
            return None
        raise LexonError("there is no such file", place=str(path), advice="'lexon tune' writes a table of kernels")

    def request(self) -> str:
        """The pipeline with its options, as lexon-opt takes it."""
        threads = usable_cores() if self.threads is None else self.threads
        if threads < 1:
            raise LexonError(f"threads={threads} is not a number of threads", advice="give 1 or more")
        options: dict[str, str | int] = {
            "matmul": self.matmul, "weights": self.weights, "threads": threads, "target": self.target,
            "kernels": str(self.table() or ""), "list-kernels": str(self.enumerated or ""),
        }  # fmt: skip
        return with_options(self.pipeline, options)

    def translate(self) -> list[str]:
        """The arguments of lexon-translate."""
        return [f"-O{self.level}", f"--mcpu={self.target}"]


def build_library(
    mlir_paths: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    options: CompileOptions | None = None,
    *,
    translate_options: Sequence[str] = (),
    tools: Toolbox | None = None,
) -> Path:
    """Compiles MLIR files (any stage `options.pipeline` takes) and links them into the shared library `out`.

    `out` appears complete or not at all. Raises LexonError at the user's location. Two calls with the same `out` may
    run at the same time: the one that ends last wins.

    >>> build_library(["forward.mlir", "subgraph0.mlir"], "model.so")  # doctest: +SKIP
    PosixPath('model.so')
    """
    return build_file(mlir_paths, out, "so", options, translate_options=translate_options, tools=tools)


def build_file(
    mlir_paths: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    emit: str,
    options: CompileOptions | None = None,
    *,
    translate_options: Sequence[str] = (),
    tools: Toolbox | None = None,
) -> Path:
    """Like `build_library`, for any kind that `lexon-translate --emit` knows; only so and exe take several files."""
    paths = [Path(path) for path in mlir_paths]
    out = Path(out)
    options = options or CompileOptions()
    linked = emit in ("so", "exe")
    if not paths:
        raise LexonError("there is no file to compile")
    if len(paths) > 1 and not linked:
        raise LexonError(f"{len(paths)} files cannot become one '{emit}'", advice="write a .so, or compile one by one")
    for path in paths:
        if not path.is_file():
            raise LexonError("there is no such file", place=str(path))
    if tools is None:
        with Toolbox() as own:
            return build_file(paths, out, emit, options, translate_options=translate_options, tools=own)
    arguments = [*options.translate(), *translate_options]
    with fresh_beside(out), tempfile.TemporaryDirectory(prefix="lexon-build-") as folder:
        # A copy: somebody may be tuning, and the name of a cache folder may hold blanks.
        if table := options.table():
            options = replace(options, kernels=shutil.copy(table, Path(folder) / "kernels.json"))
        if not linked:
            lowered = _lower(paths[0], Path(folder) / paths[0].name, options, tools)
            return tools.run_to(out, "lexon-translate", [lowered, f"--emit={emit}", *arguments])
        one = partial(_object, folder=Path(folder), options=options, arguments=arguments, tools=tools)
        objects = tools.parallel([partial(one, number, path) for number, path in enumerate(paths)])
        return tools.run_to(out, "lexon-translate", [*objects, f"--emit={emit}", *arguments])


def _object(
    number: int, path: Path, *, folder: Path, options: CompileOptions, arguments: Sequence[str], tools: Toolbox
) -> Path:
    # A folder each, so that equal inputs give equal objects: an object names the file it was made from.
    place = folder / str(number)
    place.mkdir()
    lowered = _lower(path, place / path.name, options, tools)
    return tools.run_to(
        place / f"{path.stem}.o",
        "lexon-translate",
        [lowered, "--emit=obj", *arguments],
        shown={str(lowered): str(path)},
    )


def _lower(path: Path, out: Path, options: CompileOptions, tools: Toolbox) -> Path:
    return tools.run_to(out, "lexon-opt", [path, f"--pipeline={options.request()}", "--emit-bytecode"])
