# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What users write in commands: tensors as `1x40x1536xf32`, models as `model.py:Name` or `package.module:Name`."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import re
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from lexon.errors import LexonError
from lexon.weights import NUMPY_TYPES

DYNAMIC = -1
_EXAMPLE_SIZE = 13  # stands for a dynamic size in an example: no multiple of anything


def parse_tensor(text: str) -> tuple[tuple[int, ...], str]:
    """Shape (-1 for `?`) and dtype of `1x?x1536xf32`; a dtype alone is a scalar.

    >>> parse_tensor("1x?x8xf32")
    ((1, -1, 8), 'f32')
    """
    match = re.fullmatch(r"((?:(?:\d+|\?)x)*)([a-z]+\d+)", text)
    if not match or match[2] not in NUMPY_TYPES:
        known = " ".join(NUMPY_TYPES)
        raise LexonError(
            f"'{text}' is not a tensor", advice=f"write sizes and a type, as 1x40x1536xf32; types: {known}"
        )
    sizes = match[1].split("x")[:-1]
    return tuple(DYNAMIC if size == "?" else int(size) for size in sizes), match[2]


def example_tensors(specs: Iterable[str], seed: int = 0) -> tuple[tuple[Any, ...], Any]:
    """Random torch tensors for `specs`, and `dynamic_shapes` of torch.export where a size is `?` (else None)."""
    import torch

    from lexon.tensors import to_torch
    from lexon.verify.inputs import Argument, InputOptions, make_inputs

    parsed = [parse_tensor(spec) for spec in specs]
    arguments = [Argument("memref", dtype, shape) for shape, dtype in parsed]
    shapes = [tuple(_EXAMPLE_SIZE if size == DYNAMIC else size for size in shape) for shape, _ in parsed]
    # Integers are mostly indices into something: none is negative.
    ranges = {number: (0, 1) for number, (_, dtype) in enumerate(parsed) if dtype[0] in "iu" and dtype != "i1"}
    arrays = make_inputs(arguments, shapes, InputOptions(seed, ranges=ranges), 0)
    tensors = tuple(to_torch(array, dtype) for array, (_, dtype) in zip(arrays, parsed, strict=True))
    if not any(DYNAMIC in shape for shape, _ in parsed):
        return tensors, None
    dynamic = torch.export.Dim.DYNAMIC  # type: ignore[attr-defined, unused-ignore]
    return tensors, tuple({axis: dynamic for axis, size in enumerate(shape) if size == DYNAMIC} for shape, _ in parsed)


def load_model(text: str) -> Any:
    """The model that `model.py:Name` or `package.module:Name` names, in evaluation mode.

    `Name` is a module, a class or function that makes one when called without arguments, or a function of tensors.
    An error in the user's file becomes a LexonError at its line.
    """
    where, colon, name = text.rpartition(":")
    if not colon or not where or not name:
        raise LexonError(f"'{text}' names no model", advice="write model.py:ClassOrFunction or package.module:Name")
    module = _import_file(Path(where)) if where.endswith(".py") or "/" in where else _import_module(where)
    value: Any = module
    for part in name.split("."):
        if not hasattr(value, part):
            near = difflib.get_close_matches(part, [item for item in dir(value) if not item.startswith("_")], n=1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            raise LexonError(f"has no '{part}'{hint}", place=where)
        value = getattr(value, part)
    return _instantiate(value, text)


def _instantiate(value: Any, text: str) -> Any:
    import inspect

    import torch

    if not isinstance(value, torch.nn.Module):
        if not callable(value):
            raise LexonError(f"is {type(value).__name__}, not a model", place=text)
        required = [
            parameter.name
            for parameter in inspect.signature(value).parameters.values()
            if parameter.default is parameter.empty
            and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        ]
        if isinstance(value, type) and required:
            advice = f"write a function without arguments that returns {value.__name__}(...) and name that"
            raise LexonError(f"needs arguments to be made: {', '.join(required)}", place=text, advice=advice)
        if not required:
            value = _running(value, text)
    return value.eval() if isinstance(value, torch.nn.Module) else value


def _import_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise LexonError("there is no such file", place=str(path))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise LexonError("is not a Python file", place=str(path))
    module = importlib.util.module_from_spec(spec)
    loader = spec.loader
    sys.modules.setdefault(path.stem, module)
    sys.path.insert(0, str(path.resolve().parent))
    try:
        _running(lambda: loader.exec_module(module), str(path))
    finally:
        sys.path.pop(0)
    return module


def _import_module(name: str) -> ModuleType:
    sys.path.insert(0, "")
    try:
        module: ModuleType = _running(lambda: importlib.import_module(name), name)
        return module
    finally:
        sys.path.remove("")


def _running(function: Any, text: str) -> Any:
    """Runs the user's own code; its exceptions become LexonErrors at the user's line."""
    try:
        return function()
    except LexonError:
        raise
    except SyntaxError as error:
        raise LexonError(f"SyntaxError: {error.msg}", place=f"{error.filename}:{error.lineno}") from error
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        ours = (__file__, "site-packages", "importlib")
        own = [frame for frame in frames if not any(part in frame.filename for part in ours)]
        place = f"{own[-1].filename}:{own[-1].lineno}" if own else text
        raise LexonError(f"{type(error).__name__}: {error}", place=place) from error
