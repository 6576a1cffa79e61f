# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What is measured: a PyTorch model and its inputs in f32, converted and copied as a row wants it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: Names of dtypes as in MLIR, and torch's.
DTYPES = {"f32": "float32", "bf16": "bfloat16", "f16": "float16"}


@dataclass(frozen=True)
class Problem:
    """A model (a torch.nn.Module in evaluation mode) and the tensors of one call, floating-point ones in f32.

    `operands` is set where the whole model is one matrix product: it gives (A, B, B is transposed) for a BLAS.
    `elements` counts what an element-wise function computes; the table then shows ns per element.
    """

    model: Any
    inputs: tuple[Any, ...]
    operands: Callable[[Any, tuple[Any, ...]], tuple[Any, Any, bool]] | None = None
    elements: int = 0


@dataclass(frozen=True)
class Case:
    """A problem in the dtype in which it is measured, for `threads` threads, with a folder for files.

    `models` are copies with weights of their own (the first is the problem's); call number i uses model i modulo
    their number. There is one unless the row is cold.
    """

    models: tuple[Any, ...]
    inputs: tuple[Any, ...]
    threads: int
    dtype: str
    folder: Path
    operands: Callable[[Any, tuple[Any, ...]], tuple[Any, Any, bool]] | None = None
    expected: tuple[Any, ...] = field(default=())

    @property
    def model(self) -> Any:
        """The first copy."""
        return self.models[0]


def make_case(problem: Problem, dtype: str, threads: int, folder: Path, copies: int = 1) -> Case:
    """Converts model and inputs to `dtype`, computes the f64 result, and copies the model `copies - 1` times."""
    import torch

    kind = getattr(torch, DTYPES[dtype])
    model = problem.model.eval().to(kind)
    inputs = tuple(_to(value, kind) for value in problem.inputs)
    with torch.no_grad():
        wide = copy.deepcopy(model).double()
        expected = tuple(value.numpy() for value in tensors(wide(*(_to(value, torch.float64) for value in inputs))))
    models = (model, *(copy.deepcopy(model) for _ in range(copies - 1)))
    return Case(models, inputs, threads, dtype, folder, problem.operands, expected)


def work(problem: Problem, dtype: str) -> tuple[float, float]:
    """FLOP of one call as PyTorch counts them (two per multiply-add, masked scores in full), and bytes that must be
    read at least: all weights but embedding tables, of which a call reads a few rows."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        problem.model(*problem.inputs)
    width = torch.empty(0, dtype=getattr(torch, DTYPES[dtype])).element_size()
    tables = (torch.nn.Embedding, torch.nn.EmbeddingBag)
    seen: dict[int, int] = {}
    for module in problem.model.modules():
        if not isinstance(module, tables):
            for value in module.parameters(recurse=False):
                seen[value.data_ptr()] = value.numel()
    return float(counter.get_total_flops()), float(width * sum(seen.values()))


def tensors(value: Any) -> list[Any]:
    """The tensors or arrays in a result, in order."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [leaf for item in value for leaf in tensors(item)]
    return [] if value is None else [value]


def _to(value: Any, kind: Any) -> Any:
    return value.to(kind) if hasattr(value, "is_floating_point") and value.is_floating_point() else value
