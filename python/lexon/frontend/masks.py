# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tells the compiler which stored tensors are causal masks: it then skips what they hide and reads no mask at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lexon.frontend.program import Program

if TYPE_CHECKING:
    import torch

#: Where a placeholder's node says so: key <= row + offset is visible.
CAUSAL_MASK = "lexon_causal_mask"


def mark_causal_masks(program: Program) -> None:
    """Writes the offset of every weight that is exactly a causal mask into its placeholder's `meta`."""
    for node in program.used_weights():
        offset = causal_offset(program.weights[node.name].tensor.detach())
        if offset is not None:
            node.meta[CAUSAL_MASK] = offset


def causal_offset(mask: torch.Tensor) -> int | None:
    """The largest key - row that `mask`, [..., rows, keys], leaves visible; None if it is no causal mask.

    Booleans are visible where true; numbers are 0 where visible, and -inf or the type's lowest elsewhere. Leading
    dimensions are 1. A mask that hides nothing, or all of a row, is none.

    >>> import torch
    >>> causal_offset(torch.ones(3, 5, dtype=torch.bool).tril(2))
    2
    >>> causal_offset(torch.full((3, 3), -torch.inf).triu(1))
    0
    >>> causal_offset(torch.zeros(3, 3)) is None
    True
    """
    import torch

    floating = mask.dtype.is_floating_point
    if mask.dim() < 2 or mask.numel() != mask.shape[-1] * mask.shape[-2] or not (floating or mask.dtype == torch.bool):
        return None
    table = mask.reshape(mask.shape[-2:])
    visible = table == 0 if floating else table
    if not table.numel() or not bool(visible[0, 0]) or bool(visible[0, -1]):
        return None  # almost every other weight
    offset = int(visible[0].sum()) - 1
    expected = torch.ones_like(visible).tril(offset)
    hidden = table <= torch.finfo(mask.dtype).min if floating else ~table
    return offset if torch.equal(visible, expected) and torch.equal(hidden, ~expected) else None
