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
    - softplus, mish, elu (also selu, celu): exp and log near zero, where log1p and expm1 keep the digits.
    - isclose, copysign, roll of all dimensions, integer powers and sums of bools: no lowering, or a wrong one.
    - maximum, minimum, clamp by numbers (also hardtanh, relu6): their linalg forms lose NaN.
    """
    import torch
    from torch._decomp import get_decompositions

    aten = torch.ops.aten
    return {
        **remainder_decompositions(),
        **get_decompositions(
            [aten.gelu.default, aten.hardtanh.default, aten.elu.default, aten.softplus.default, aten.mish.default]
        ),
        aten.add.Tensor: _add,
        aten.copysign.Tensor: _copysign,
        aten.isclose.default: _isclose,
        aten.pow.Tensor_Scalar: _power,
        aten.roll.default: _roll,
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
    if not all(isinstance(bound, (int, float)) for bound in bounds):
        return NotImplemented
    dtype = torch.result_type(x, sum(bounds)) if bounds else x.dtype
    if not dtype.is_floating_point:
        return NotImplemented  # integers have no NaN
    x = x.to(dtype)
    if low is not None:
        x = torch.where(x < low, torch.full((), low, dtype=x.dtype), x)
    return x if high is None else torch.where(x > high, torch.full((), high, dtype=x.dtype), x)


def _extremum(x: torch.Tensor, y: torch.Tensor, wins: Any) -> Any:
    import torch

    if not x.dtype.is_floating_point or x.dtype != y.dtype:
        return NotImplemented
    return torch.where(wins(x, y) | (x != x), x, y)


def _add(x: torch.Tensor, y: torch.Tensor, *, alpha: Any = 1) -> Any:
    import torch

    if not (isinstance(y, torch.Tensor) and x.dtype == y.dtype == torch.bool):
        return NotImplemented
    return torch.logical_or(x, y) if alpha else x | torch.zeros_like(y)


def _copysign(x: torch.Tensor, y: torch.Tensor) -> Any:
    import torch

    if not (x.dtype.is_floating_point and y.dtype.is_floating_point):
        return NotImplemented
    negative = (y < 0) | ((y == 0) & (1.0 / y < 0))
    return torch.where(negative, -x.abs(), x.abs())


def _isclose(
    x: torch.Tensor, y: torch.Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> torch.Tensor:
    import torch

    close = x == y
    if equal_nan and x.dtype.is_floating_point:
        close = close | ((x != x) & (y != y))
    if rtol == 0 and atol == 0:
        return close
    if not x.dtype.is_floating_point:
        x, y = x.to(torch.get_default_dtype()), y.to(torch.get_default_dtype())
    distance = (x - y).abs()
    return close | ((distance < float("inf")) & (distance <= atol + (rtol * y).abs()))


def _power(x: torch.Tensor, exponent: Any) -> Any:
    import torch

    if x.dtype.is_floating_point or x.dtype.is_complex or x.dtype == torch.bool:
        return NotImplemented
    if not isinstance(exponent, int) or isinstance(exponent, bool) or exponent < 0:
        return NotImplemented
    result = None
    while exponent:  # by squaring; overflow wraps, as in PyTorch
        if exponent & 1:
            result = x if result is None else result * x
        exponent >>= 1
        x = x * x if exponent else x
    return torch.ones_like(x) if result is None else result.clone()


def _roll(x: torch.Tensor, shifts: Any, dims: Any = ()) -> Any:
    import torch

    if dims:
        return NotImplemented
    return torch.roll(x.reshape(-1), shifts, (0,)).reshape(x.shape)
