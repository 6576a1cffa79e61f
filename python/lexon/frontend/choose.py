# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Chooses between TOSA and linalg for a program, and says why."""

from __future__ import annotations

from lexon.frontend.graph import describe, op_name
from lexon.frontend.program import Node, Program
from lexon.frontend.source import place

# Types whose arithmetic TOSA has. 64-bit types are the caller's token ids at most: TOSA indexes by i32. Bytes without
# a sign are not among them: torch-mlir's TOSA compares and divides them as if they had one.
TOSA_TYPES = frozenset({"f32", "f16", "bf16", "i32", "i16", "i8", "i1"})

# What torch-mlir's TOSA computes as exp(x) - 1 and log(1 + x), which cancels near zero.
_CANCELLING = frozenset({"aten.expm1.default", "aten.log1p.default"})


def reason_against_tosa(program: Program) -> str | None:
    """Why this program is better lowered to linalg; None if every value in it has a TOSA type and a fixed shape."""
    for node in program.nodes():
        if node.op == "output":
            continue
        shape, dtype = describe(node.meta.get("val"))
        where = f"%{node.name} ({_kind(program, node)})"
        if any(isinstance(size, str) for size in shape):
            return f"{where} has a dynamic shape"
        if dtype not in TOSA_TYPES and dtype != "tuple" and not _only_indexes(node):
            return f"{where} is {dtype}, which TOSA does not compute in"
        if op_name(node.target) in _CANCELLING:
            return f"{where} loses digits near zero in TOSA"
        if op_name(node.target).startswith("aten.mul.") and any(arg == 0 for arg in node.args[1:2]) and dtype[0] != "i":
            return f"{where} multiplies by 0, which TOSA takes for 0 even where the other factor is infinite or NaN"
    return None


def _kind(program: Program, node: Node) -> str:
    if node.op == "placeholder":
        return "weight" if program.is_weight(node) else "input"
    line = place(node)
    return op_name(node.target) + (f" at {line}" if line else "")


def _only_indexes(node: Node) -> bool:
    """True for an i64 input whose values are only row numbers of embedding tables."""
    import torch

    if node.op != "placeholder" or describe(node.meta["val"])[1] != "i64" or not node.users:
        return False
    return all(
        user.target == torch.ops.aten.embedding.default and user.args[1] is node and user.args[0] is not node
        for user in node.users
    )
