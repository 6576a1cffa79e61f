# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""fmod, remainder and floor division of floating-point numbers, as PyTorch defines them at the edges too.

torch-mlir subtracts a rounded quotient times the divisor. In f64 that is exact for narrower types as long as the
quotient is below 2**28; infinite divisors, signs and zeros are taken care of one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


def remainder_decompositions() -> dict[Any, Any]:
    """Op -> a function of simpler ops; integers keep torch-mlir's lowering where it has one."""
    import torch

    aten = torch.ops.aten
    return {
        aten.fmod.Tensor: fmod,
        aten.fmod.Scalar: fmod,
        aten.remainder.Tensor: remainder,
        aten.remainder.Scalar: remainder,
        aten.remainder.Scalar_Tensor: remainder,
        aten.floor_divide.default: lambda x, y: divide(x, y, rounding_mode="floor"),
        aten.div.Tensor_mode: divide,
        aten.div.Scalar_mode: divide,
    }


def fmod(x: Any, y: Any) -> Any:
    """The rest of a division that rounds towards zero."""
    import torch

    wide = _wide(x, y)
    if wide is not None:
        return _fmod(wide[0], wide[1]).to(wide[2])
    return x - torch.div(x, y, rounding_mode="trunc") * y


def remainder(x: Any, y: Any) -> Any:
    """The rest of a division that rounds down: it has the divisor's sign."""
    import torch

    wide = _wide(x, y)
    if wide is None:
        return NotImplemented
    a, b, dtype = wide
    rest = _fmod(a, b)
    return torch.where(_signs_differ(rest, b), rest + b, rest).to(dtype)


def divide(x: Any, y: Any, *, rounding_mode: str | None = None) -> Any:
    """A division that rounds down; other modes keep torch-mlir's lowering."""
    import torch

    if rounding_mode is not None and torch.result_type(x, y) == torch.uint8:  # torch-mlir divides only wider ones
        parts = (value.to(torch.int32) if isinstance(value, torch.Tensor) else value for value in (x, y))
        return torch.div(*parts, rounding_mode="trunc").to(torch.uint8)
    wide = _wide(x, y) if rounding_mode == "floor" else None
    if wide is None:
        return NotImplemented
    a, b, dtype = wide
    rest = _fmod(a, b)
    quotient = (a - rest) / b
    quotient = torch.where(_signs_differ(rest, b), quotient - 1.0, quotient)
    floor = torch.floor(quotient)
    floor = torch.where(quotient - floor > 0.5, floor + 1.0, floor)
    return torch.where(b == 0, a / b, floor).to(dtype)


def _fmod(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    import torch

    return torch.where(a.abs() < b.abs(), a, a - torch.trunc(a / b) * b)


def _signs_differ(rest: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return (rest != 0) & ((rest < 0) != (b < 0))


def _wide(x: Any, y: Any) -> tuple[torch.Tensor, torch.Tensor, torch.dtype] | None:
    """Both operands in f64, and the result's type; None if that is no floating-point type."""
    import torch

    dtype = torch.result_type(x, y)
    if not dtype.is_floating_point:
        return None

    def widen(value: Any) -> torch.Tensor:
        if isinstance(value, torch.Tensor):
            return value.to(dtype).to(torch.float64)
        # A number takes part in its own precision, rounded like PyTorch rounds it.
        return torch.full((), value, dtype=dtype).to(torch.float64)

    return widen(x), widen(y), dtype
