# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""PyTorch's own formulas for ops whose lowering by torch-mlir computes something else (found by running both)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lexon.frontend.remainders import remainder_decompositions

if TYPE_CHECKING:
    import torch


def exact_decompositions() -> dict[Any, Any]:
    """Op -> a function of simpler ops with the same values.

    - gelu: torch-mlir's tanh form has 0.797724 for sqrt(2/pi), an error of 5e-5.
    - reciprocal: its linalg form stops the program at a zero, where PyTorch gives infinity.
    - softplus, mish, log-sigmoid, elu (also selu, celu): exp and log near zero, where log1p and expm1 keep the digits.
    - comparisons of bytes: as if they had a sign.
    - isclose, copysign, isfinite, signbit, softshrink, cropping pads, roll of all dimensions, any and all of bytes,
      integer powers, sums of bools: no lowering, or a wrong one.
    - maximum, minimum, clamp by numbers (also hardtanh, relu6): their linalg forms lose NaN.
    """
    import torch
    from torch._decomp import get_decompositions

    aten = torch.ops.aten
    return {
        **remainder_decompositions(),
        **get_decompositions(
            [
                aten.gelu,
                aten.hardtanh,
                aten.elu,
                aten.softplus,
                aten.mish,
                aten.log_sigmoid_forward,
                aten.addmv,
                aten.logaddexp,
            ]
        ),
        aten.add.Tensor: _add,
        aten.any.default: lambda x: _truth(x, torch.any),
        aten.any.dim: lambda x, *where: _truth(x, torch.any, *where),
        aten.all.default: lambda x: _truth(x, torch.all),
        aten.all.dim: lambda x, *where: _truth(x, torch.all, *where),
        aten.constant_pad_nd.default: _pad,
        **{
            overload: partial(_compare_bytes, overload)
            for packet in (aten.lt, aten.le, aten.gt, aten.ge)
            for overload in (packet.Scalar, packet.Tensor)
        },
        aten.copysign.Tensor: _copysign,
        aten.isclose.default: _isclose,
        aten.isfinite.default: lambda x: x.abs() < float("inf") if x.dtype.is_floating_point else NotImplemented,
        aten.signbit.default: lambda x: _negative(x) if x.dtype.is_floating_point else x < 0,
        aten.softshrink.default: _softshrink,
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


def _compare_bytes(op: Any, x: torch.Tensor, y: Any) -> Any:
    import torch

    if torch.uint8 not in (x.dtype, getattr(y, "dtype", None)) or torch.result_type(x, y).is_floating_point:
        return NotImplemented
    return op(x.to(torch.int64), y.to(torch.int64) if isinstance(y, torch.Tensor) else y)


def _copysign(x: torch.Tensor, y: torch.Tensor) -> Any:
    import torch

    if not (x.dtype.is_floating_point and y.dtype.is_floating_point):
        return NotImplemented
    return torch.where(_negative(y), -x.abs(), x.abs())


def _negative(x: torch.Tensor) -> torch.Tensor:
    """True for minus zero too; false for every NaN."""
    return (x < 0) | ((x == 0) & (1.0 / x < 0))


def _softshrink(x: torch.Tensor, lambd: float = 0.5) -> torch.Tensor:
    import torch

    return torch.where(x.abs() > lambd, x - torch.sign(x) * lambd, x * 0)


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
    if not isinstance(exponent, int) or isinstance(exponent, bool) or exponent < 0 or exponent in (1, 2, 3):
        return NotImplemented  # the small ones are power-to-multiply's
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


def _truth(x: torch.Tensor, reduce: Any, *where: Any) -> Any:
    import torch

    return reduce(x != 0, *where).to(torch.uint8) if x.dtype == torch.uint8 else NotImplemented


def _pad(x: torch.Tensor, pad: Any, value: Any = 0) -> Any:
    """Negative amounts crop: they become slices, what is left a pad."""
    import torch

    if not all(isinstance(amount, int) for amount in pad) or min(pad) >= 0:
        return NotImplemented
    for position in range(len(pad) // 2):
        dim = x.dim() - 1 - position
        front, back = max(0, -pad[2 * position]), max(0, -pad[2 * position + 1])
        x = x.narrow(dim, front, x.shape[dim] - front - back)
    grow = [max(0, amount) for amount in pad]
    return torch.constant_pad_nd(x, grow, value) if any(grow) else x.clone()
