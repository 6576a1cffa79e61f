# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""PyTorch's own formulas for ops whose lowering by torch-mlir computes something else (found by running both)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lexon.frontend.remainders import remainder_decompositions

if TYPE_CHECKING:
    import torch


def exact_decompositions() -> dict[Any, Any]:
    """Op -> a function of simpler ops with the same values.

    - gelu: torch-mlir's tanh form has 0.797724 for sqrt(2/pi), an error of 5e-5.
    - reciprocal: its linalg form stops the program at a zero, where PyTorch gives infinity.
    - maximum, minimum, clamp by numbers (also hardtanh, relu6): their linalg forms lose NaN.
    """
    import torch
    from torch._decomp import get_decompositions

    aten = torch.ops.aten
    return {
        **remainder_decompositions(),
        **get_decompositions([aten.gelu.default, aten.hardtanh.default]),
        aten.reciprocal.default: _reciprocal,
        aten.maximum.default: lambda x, y: _extremum(x, y, torch.ge),
        aten.minimum.default: lambda x, y: _extremum(x, y, torch.le),
        aten.clamp.default: _clamp,
        aten.clamp_min.default: lambda x, low: _clamp(x, low, None),
        aten.clamp_max.default: lambda x, high: _clamp(x, None, high),
    }


def _reciprocal(x: torch.Tensor) -> torch.Tensor:
    import torch

    dtype = x.dtype if x.dtype.is_floating_point or x.dtype.is_complex else torch.get_default_dtype()
    return torch.div(torch.full((), 1, dtype=dtype), x)


def _clamp(x: torch.Tensor, low: Any = None, high: Any = None) -> Any:
    import torch

    bounds = [bound for bound in (low, high) if bound is not None]
    if not x.dtype.is_floating_point or not all(isinstance(bound, (int, float)) for bound in bounds):
        return NotImplemented  # integers have no NaN
    if low is not None:
        x = torch.where(x < low, torch.full((), low, dtype=x.dtype), x)
    return x if high is None else torch.where(x > high, torch.full((), high, dtype=x.dtype), x)


def _extremum(x: torch.Tensor, y: torch.Tensor, wins: Any) -> Any:
    import torch

    if not x.dtype.is_floating_point or x.dtype != y.dtype:
        return NotImplemented
    return torch.where(wins(x, y) | (x != x), x, y)
