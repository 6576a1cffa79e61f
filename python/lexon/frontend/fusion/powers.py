# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""power-to-multiply: x**2 as x*x and so on, where PyTorch itself computes just that.

A power by a constant arrives in MLIR as a call of pow or a loop; a multiplication is one vector instruction. The
exponents are those for which PyTorch's CPU kernel has the same shortcut (aten/src/ATen/native/cpu/PowKernel.cpp), so
NaN, infinities and signed zeros come out the same.
"""

from __future__ import annotations

from typing import Any

from lexon.frontend.program import Program, is_tensor, replace


def apply(program: Program) -> int:
    """Rewrites every `pow` of a tensor by a constant exponent that has a shorter form."""
    import torch

    aten = torch.ops.aten
    count = 0
    for node in program.nodes():
        if node.target != aten.pow.Tensor_Scalar or not is_tensor(node):
            continue
        base, exponent = node.args[0], node.args[1]
        if base.meta["val"].dtype != node.meta["val"].dtype or isinstance(exponent, bool):
            continue
        if not isinstance(exponent, (int, float)):
            continue
        value = _shorter(program, node, base, exponent)
        if value is not None:
            replace(node, value)
            count += 1
    return count


def _shorter(program: Program, node: Any, base: Any, exponent: float) -> Any:
    import torch

    aten = torch.ops.aten
    dtype = node.meta["val"].dtype
    if exponent == 1:
        return base
    if dtype == torch.float16 and exponent not in (2, -1):
        return None  # PyTorch rounds once here, and calls pow for the roots: other zeros and infinities
    if exponent in (2, 3) and not dtype.is_complex and dtype != torch.bool:
        square = program.add(node, aten.mul.Tensor, (base, base))
        return square if exponent == 2 else program.add(node, aten.mul.Tensor, (square, base))
    if exponent == -1 and dtype.is_floating_point:
        one = program.add(node, aten.full.default, ([], 1.0), {"dtype": dtype})
        return program.add(node, aten.div.Tensor, (one, base))
    unary = {0.5: aten.sqrt.default, -0.5: aten.rsqrt.default}.get(exponent)
    if unary is not None and dtype.is_floating_point:
        return program.add(node, unary, (base,))
    return None
