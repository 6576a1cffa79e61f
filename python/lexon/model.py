# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A compiled function that is called like the model it came from, and the folder it is saved in."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexon.errors import LexonError
from lexon.frontend.structure import ConstantLeaf, ScalarLeaf, Structure, TensorLeaf
from lexon.runtime import Library
from lexon.tensors import is_torch, to_array, to_scalar, to_torch
from lexon.weights import Prepared, copy_weights, read_manifest, write_prepared

FORMAT = "lexon-model"
VERSION = 1
RAW = "raw.data"
"""The imported weights beside prepared ones."""

Array = NDArray[Any]


class CompiledModel:
    """Call it with what the model takes; it returns what the model returns.

    Torch tensors give torch tensors, numpy arrays give numpy arrays. Inputs of any strides are taken; shapes and dtypes
    must be those of compilation. The weights are mapped from their file, or prepared from it as the compiled code wants
    them, once, for all threads. Thread-safe.
    """

    def __init__(
        self,
        library: Path,
        entry: str,
        inputs: Structure,
        outputs: Structure,
        weights: Path | None = None,
        keep: Any = None,
        opened: Library | None = None,
    ) -> None:
        """Loads `entry` of `library`, unless that is `opened`, with `weights`, already.

        `keep` is held as long as the model, such as a temporary folder.
        """
        self._path = library
        self._weights = weights
        self._entry = entry
        self._inputs = inputs
        self._outputs = outputs
        self._keep = keep
        self._library = opened or Library(library, weights=weights)
        self._function = self._library.function(entry)

    @property
    def inputs(self) -> Structure:
        """What a call takes: the tuple (positional arguments, keyword arguments)."""
        return self._inputs

    @property
    def outputs(self) -> Structure:
        """What a call returns."""
        return self._outputs

    @property
    def function(self) -> Any:
        """The runtime's function, for timing and for calls with numpy arrays alone."""
        return self._function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the model. Raises LexonError naming the input if one does not fit."""
        leaves = self.flatten(args, kwargs)
        return self._rebuild(self.call(self.arrays(leaves)), leaves)

    def call(self, arrays: Sequence[Array]) -> list[Array]:
        """The compiled function itself: arrays as `arrays` made them, in and out."""
        results = [np.asarray(result) for result in self._function.call(*arrays)]
        for leaf in self._outputs.leaves:
            if not isinstance(leaf, ConstantLeaf) and leaf.dtype == "u8" and 0 <= leaf.index < len(results):
                results[leaf.index] = results[leaf.index].view(np.uint8)  # bytes without a sign in the signature
        return results

    def flatten(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[Any]:
        """The leaves of one call's arguments; raises LexonError where they are nested otherwise."""
        positional = self._inputs.tree.items[0] if self._inputs.tree.items else None
        if positional is not None and positional.kind == "tuple" and len(args) != len(positional.items):
            raise LexonError(f"the model takes {len(positional.items)} inputs, got {len(args)}")
        return self._inputs.flatten((tuple(args), dict(kwargs)))

    def arrays(self, leaves: Sequence[Any]) -> list[Array]:
        """The arrays that the compiled function takes, each checked against its description.

        If it wants constants prepared that are arguments (those of a subgraph), they are.
        """
        arrays: dict[int, Array] = {}
        sizes: dict[str, tuple[int, str]] = {}
        for leaf, value in zip(self._inputs.leaves, leaves, strict=True):
            if isinstance(leaf, ConstantLeaf):
                _check_constant(leaf, value)
            elif isinstance(leaf, ScalarLeaf):
                arrays[leaf.index] = to_scalar(value, leaf.dtype, f"argument {leaf.index}")
            else:
                array = to_array(value, leaf.dtype, leaf.name)
                _check_shape(leaf, array.shape, sizes)
                arrays[leaf.index] = array
        for name, low, high in self._inputs.ranges:
            size, where = sizes.get(name, (0, ""))
            if where and ((low is not None and size < low) or (high is not None and size > high)):
                raise LexonError(f"input '{where}': size {size} is not {_limits(low, high)}, for which it was compiled")
        return self._function.prepared([arrays[index] for index in sorted(arrays)])

    def save(self, path: str | os.PathLike[str], *, keep_raw: bool = False) -> Path:
        """Writes the folder that `lexon.load` reads (docs/formats.md); it appears complete or not at all.

        Weights are written as the compiled code wants them, so that loading has nothing to prepare. `keep_raw` writes
        those they were made of too, for a library compiled for another CPU that is put into the folder later.
        """
        function = self._function

        def write(data: Path) -> None:
            assert self._weights
            if function.weights is None or function.prepared_layout is None:
                copy_weights(self._weights, data)
                return
            raw = _imported(self._weights) if keep_raw else None
            if raw:
                copy_weights(raw, data.with_name(RAW))
            prepared = Prepared(function.prepared_layout, self._library.cpu, RAW if raw else None)
            write_prepared(data, function.weights, prepared)

        return save_folder(path, self._path, self._entry, self._inputs, self._outputs, write if self._weights else None)

    def _rebuild(self, results: Sequence[Array], leaves: Sequence[Any]) -> Any:
        given = [value for value in leaves if is_torch(value) or isinstance(value, np.ndarray)]
        torch = any(map(is_torch, given)) if given else "torch" in sys.modules
        own = {
            leaf.index: value
            for leaf, value in zip(self._inputs.leaves, leaves, strict=True)
            if isinstance(leaf, TensorLeaf)
        }
        values: list[Any] = []
        for leaf in self._outputs.leaves:
            if isinstance(leaf, ConstantLeaf):
                values.append(leaf.value)
            elif isinstance(leaf, ScalarLeaf):
                values.append(results[leaf.index].item())
            elif leaf.alias_input is not None and leaf.alias_input in own:
                values.append(own[leaf.alias_input])
            else:
                result = results[leaf.index]
                values.append(to_torch(result, leaf.dtype) if torch else result)
        return self._outputs.rebuild(values)


def save_folder(
    path: str | os.PathLike[str],
    library: Path,
    entry: str,
    inputs: Structure,
    outputs: Structure,
    write: Callable[[Path], object] | None,
) -> Path:
    """Writes a saved model that need not run on this machine. `write` writes the weights to the file it is given."""
    target = Path(path)
    if target.exists() and not (target / "model.json").is_file():
        raise LexonError("exists and is not a saved model", place=str(target), advice="choose another name")
    document = {
        "format": FORMAT, "version": VERSION, "library": "model.so", "entry": entry,
        "weights": "arg0.data" if write else None,
        "inputs": inputs.to_json(), "outputs": outputs.to_json(),
    }  # fmt: skip
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as name:
            folder = Path(name) / target.name
            folder.mkdir()
            shutil.copyfile(library, folder / "model.so")
            if write:
                write(folder / "arg0.data")
            (folder / "model.json").write_text(json.dumps(document, indent=1) + "\n")
            if target.exists():
                target.rename(Path(name) / "old")
            folder.rename(target)
    except OSError as error:
        raise LexonError(f"cannot save: {error.strerror or error}", place=str(target)) from error
    return target


def _imported(weights: Path) -> Path:
    """The weights as they were imported: the file itself, or the one that it was prepared from."""
    prepared = read_manifest(weights).prepared
    if prepared is None:
        return weights
    if prepared.raw is None:
        advice = "save the model without keep_raw, or compile it again"
        raise LexonError("was saved without the weights it was prepared from", place=str(weights), advice=advice)
    return weights.with_name(prepared.raw)


def read_description(path: Path) -> dict[str, Any]:
    """Reads and checks `model.json` in the folder `path`."""
    place = path / "model.json"
    try:
        document = json.loads(place.read_bytes())
    except OSError as error:
        advice = "give the folder that .save wrote"
        raise LexonError(f"cannot read the model: {error.strerror}", place=str(place), advice=advice) from error
    except ValueError as error:
        raise LexonError(f"not a JSON document: {error}", place=str(place)) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise LexonError(f"is not a saved model: its format is not '{FORMAT}'", place=str(place))
    if document.get("version") != VERSION:
        raise LexonError(f"has version {document.get('version')!r}, this Lexon reads {VERSION}", place=str(place))
    return document


def _check_constant(leaf: ConstantLeaf, value: Any) -> None:
    same = value == leaf.value or (value != value and leaf.value != leaf.value)
    if type(value) is not type(leaf.value) or not same:
        raise LexonError(
            f"input '{leaf.name}' is {value!r}, but the model was compiled for {leaf.value!r}",
            advice="compile the model again with the new value as example input",
        )


def _limits(low: int | None, high: int | None) -> str:
    """In words; at least one of both is a limit."""
    if high is None:
        return f"{low} or more"
    return f"{high} or less" if low is None else f"from {low} to {high}"


def _check_shape(leaf: TensorLeaf, shape: tuple[int, ...], sizes: dict[str, tuple[int, str]]) -> None:
    expected = [
        symbol or size for size, symbol in zip(leaf.shape, leaf.symbols or [None] * len(leaf.shape), strict=True)
    ]
    fits = len(shape) == len(leaf.shape) and all(
        want in (-1, size) for want, size in zip(leaf.shape, shape, strict=True)
    )
    if not fits:
        words = ", ".join("any" if size == -1 else str(size) for size in expected)
        raise LexonError(f"input '{leaf.name}' has shape {list(shape)}, expected [{words}]")
    for size, symbol in zip(shape, leaf.symbols, strict=False):
        if symbol is None:
            continue
        before, where = sizes.setdefault(symbol, (size, leaf.name))
        if before != size:
            raise LexonError(f"input '{leaf.name}' has size {size} where input '{where}' has {before}: they must agree")
