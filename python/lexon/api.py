# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`compile`, `compile_mlir` and `load`: from a model, from MLIR, and from a saved folder to something to call."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lexon.compiler.build import CompileOptions, build_library
from lexon.compiler.driver import fresh_beside
from lexon.errors import LexonError, UnsupportedError
from lexon.frontend.structure import ConstantLeaf, Leaf, ScalarLeaf, Structure, TensorLeaf, Tree
from lexon.model import FORMAT, VERSION, CompiledModel, read_description, save_folder
from lexon.runtime import Library
from lexon.weights import copy_weights

if TYPE_CHECKING:
    from lexon.frontend.importer import ImportedModel, OutputType
    from lexon.runtime import Parameter


def compile(
    model: Any,
    example_inputs: tuple[Any, ...],
    *,
    kwargs: Mapping[str, Any] | None = None,
    target: str = "native",
    threads: int | None = None,
    matmul: str = "vector",
    kernels: str | os.PathLike[str] = "tuned",
    output_type: OutputType = "auto",
    dynamic_shapes: Any = None,
    work_dir: str | os.PathLike[str] | None = None,
) -> CompiledModel:
    """Compiles a PyTorch model (a module or a function) for the CPU; needs torch and torch-mlir.

    `example_inputs` and `kwargs` fix shapes and dtypes, except where `dynamic_shapes` (as in `torch.export`) says
    otherwise. `target` is "native" or a CPU name of LLVM's, `threads` the number of threads (None: the cores usable
    now), `matmul` how matrix multiplications are compiled, `kernels` a table that `lexon tune` wrote ("tuned": this
    CPU's, if there is one; "none": the cost model decides), `work_dir` a folder that keeps every intermediate file.
    Raises LexonError at the user's Python line. The model is left as it was.

    >>> import torch
    >>> double = compile(lambda x: x + x, (torch.zeros(2),))
    >>> double(torch.tensor([1.0, 2.0]))
    tensor([2., 4.])
    """
    from lexon.frontend import import_model

    with ExitStack() as stack:
        folder, keep = _folder(work_dir, stack)
        imported = import_model(
            model,
            example_inputs,
            kwargs=kwargs,
            work_dir=folder,
            output_type=output_type,
            dynamic_shapes=dynamic_shapes,
        )
        files = [imported.forward, *imported.subgraphs]
        library = build_library(files, folder / "model.so", CompileOptions(target, threads, matmul, kernels=kernels))
        compiled = CompiledModel(library, "forward", imported.inputs, imported.outputs, imported.weights, keep)
        stack.pop_all()
        return compiled


def compile_mlir(
    text_or_path: str | os.PathLike[str],
    entry: str = "forward",
    *,
    target: str = "native",
    threads: int | None = None,
    matmul: str = "vector",
    kernels: str | os.PathLike[str] = "tuned",
    weights: str | os.PathLike[str] | None = None,
    work_dir: str | os.PathLike[str] | None = None,
) -> CompiledModel:
    """Compiles MLIR (text, or a file's name) and returns its public function `entry`; needs no torch.

    A call takes the function's arguments in order, as numpy arrays or torch tensors (numbers for scalars), and
    returns its result, a tuple of them if there are several, None if there is none. `weights` is a weights file
    (docs/formats.md) for the function's first argument. The other parameters are those of `compile`.

    >>> import numpy as np
    >>> double = compile_mlir('''
    ...   func.func @forward(%x: tensor<2xf32>) -> tensor<2xf32> {
    ...     %y = arith.addf %x, %x : tensor<2xf32>
    ...     return %y : tensor<2xf32>
    ...   }''')
    >>> double(np.float32([1, 2]))
    array([2., 4.], dtype=float32)
    """
    with ExitStack() as stack:
        folder, keep = _folder(work_dir, stack)
        path = _as_file(text_or_path, folder)
        library = build_library([path], folder / "model.so", CompileOptions(target, threads, matmul, kernels=kernels))
        compiled = open_library(library, entry, Path(weights) if weights is not None else None, keep)
        stack.pop_all()
        return compiled


def load(path: str | os.PathLike[str]) -> CompiledModel:
    """Loads what `CompiledModel.save` wrote; needs no torch. Raises LexonError for anything else, or damaged weights.

    >>> load("no-such-model")
    Traceback (most recent call last):
    ...
    lexon.errors.LexonError: no-such-model/model.json: cannot read the model: No such file or directory
      what to do: give the folder that .save wrote
    """
    folder = Path(path)
    document = read_description(folder)
    library = document.get("library")
    if not isinstance(library, str):
        raise LexonError("is imported, not compiled", place=str(folder), advice=f"run: lexon compile {folder}")
    return _described(document, folder, folder / library)


def load_any(path: Path, entry: str, options: CompileOptions) -> CompiledModel:
    """What `path` holds, compiled if need be: a saved model, a library, or MLIR (`entry` is for the latter two)."""
    if path.is_dir():
        return load(path)
    if path.suffix == ".so":
        if not path.is_file():
            raise LexonError("there is no such file", place=str(path))
        return open_library(path.resolve(), entry)
    with ExitStack() as stack:
        folder, keep = _folder(None, stack)
        compiled = open_library(build_library([path], folder / "model.so", options), entry, None, keep)
        stack.pop_all()
        return compiled


def describe_import(imported: ImportedModel) -> Path:
    """Writes `model.json` beside the files of an import, so that `compile_folder` needs nothing else."""
    path = imported.directory / "model.json"
    document = {
        "format": FORMAT, "version": VERSION, "library": None, "entry": "forward",
        "mlir": [file.name for file in (imported.forward, *imported.subgraphs)],
        "weights": imported.weights.name if imported.weights else None,
        "inputs": imported.inputs.to_json(), "outputs": imported.outputs.to_json(),
    }  # fmt: skip
    with fresh_beside(path) as temporary:
        temporary.write_text(json.dumps(document, indent=1) + "\n")
        temporary.replace(path)
    return path


def compile_folder(
    folder: str | os.PathLike[str],
    out: str | os.PathLike[str],
    options: CompileOptions | None = None,
    *,
    keep_raw: bool = False,
) -> Path:
    """Compiles what `lexon import` wrote into `folder` and saves it as `out`, for `lexon.load`; needs no torch.

    Weights are prepared and kept as `CompiledModel.save` says. For a CPU whose code cannot run here they are saved as
    they were imported: whoever loads the model prepares them.
    """
    place = Path(folder)
    document = read_description(place)
    files = [place / str(name) for name in document.get("mlir", ())]
    if not files:
        raise LexonError("names no MLIR files to compile", place=str(place / "model.json"))
    with tempfile.TemporaryDirectory(prefix="lexon-") as name:
        library = build_library(files, Path(name) / "model.so", options)
        try:
            return _described(document, place, library).save(out, keep_raw=keep_raw)
        except UnsupportedError:
            entry, inputs, outputs, weights = _description(document, place)
            return save_folder(
                out, library, entry, inputs, outputs, partial(copy_weights, weights) if weights else None
            )


def _description(document: Mapping[str, Any], folder: Path) -> tuple[str, Structure, Structure, Path | None]:
    try:
        inputs, outputs = Structure.from_json(document["inputs"]), Structure.from_json(document["outputs"])
        entry, weights = str(document["entry"]), document["weights"]
    except KeyError as error:
        raise LexonError(f"lacks {error}", place=str(folder / "model.json")) from error
    return entry, inputs, outputs, folder / str(weights) if weights else None


def _described(document: Mapping[str, Any], folder: Path, library: Path) -> CompiledModel:
    entry, inputs, outputs, weights = _description(document, folder)
    return CompiledModel(library, entry, inputs, outputs, weights)


def open_library(library: Path, entry: str, weights: Path | None = None, keep: Any = None) -> CompiledModel:
    """The function `entry` of a compiled library, described by its own signature."""
    opened = Library(library, weights)
    function = opened.function(entry)
    inputs, outputs = _structure(function.arguments), _structure(function.results)
    positional = Structure(Tree("tuple", (inputs.tree, Tree("dict"))), inputs.leaves)
    return CompiledModel(library, entry, positional, _as_python(outputs), weights, keep, opened)


def _structure(parameters: Sequence[Parameter]) -> Structure:
    leaves: list[Leaf] = []
    for index, item in enumerate(parameters):
        if item.kind == "scalar":
            leaves.append(ScalarLeaf(item.dtype, index))
        else:
            leaves.append(TensorLeaf(f"argument {index}", item.dtype, item.shape, index))
    return Structure(Tree("tuple", tuple(Tree("leaf", leaf=index) for index in range(len(leaves)))), tuple(leaves))


def _as_python(outputs: Structure) -> Structure:
    """One result stands alone, none is None."""
    if not outputs.leaves:
        return Structure(Tree("leaf", leaf=0), (ConstantLeaf("result", None),))
    return Structure(outputs.tree.items[0], outputs.leaves) if len(outputs.leaves) == 1 else outputs


def _folder(work_dir: str | os.PathLike[str] | None, stack: ExitStack) -> tuple[Path, Any]:
    """The folder to work in, and what keeps it there."""
    if work_dir is None:
        temporary = tempfile.TemporaryDirectory(prefix="lexon-")
        stack.callback(temporary.cleanup)
        return Path(temporary.name), temporary
    folder = Path(work_dir)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LexonError(f"cannot create the folder: {error.strerror}", place=str(folder)) from error
    return folder, None


def _as_file(text_or_path: str | os.PathLike[str], folder: Path) -> Path:
    """The file meant, or a new one with the text: text has line breaks, parentheses or spaces that names lack."""
    text = os.fspath(text_or_path)
    if not isinstance(text_or_path, str) or ("\n" not in text and "(" not in text and "{" not in text):
        return Path(text)
    path = folder / "input.mlir"
    with fresh_beside(path) as temporary:
        temporary.write_text(text)
        temporary.replace(path)
    return path
