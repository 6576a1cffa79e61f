# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""remove-no-ops: calls that return their operand unchanged, and layout calls that cancel or add up.

Adding 0.0 is not a no-op (-0.0 + 0.0 is 0.0); adding an integer 0, subtracting 0 and multiplying or dividing by 1 are.
"""

from __future__ import annotations

from typing import Any

from lexon.frontend.program import Node, Program, is_tensor, replace, same_type, static


def apply(program: Program) -> int:
    """Removes no-ops and joins layout calls; returns how many calls went."""
    count = 0
    for node in program.nodes():
        if node.op != "call_function" or not is_tensor(node) or not node.users:
            continue
        same = _unchanged(node)
        if same is not None and same_type(same, node):
            replace(node, same)
            count += 1
        elif _join(program, node):
            count += 1
    return count


def _unchanged(node: Node) -> Any:
    """The operand that `node` returns as it is, if dtype and shape agree too; else None."""
    import torch

    aten, prims = torch.ops.aten, torch.ops.prims
    target, args = node.target, node.args
    if not args or not is_tensor(args[0]):
        return args[0][0] if target == aten.cat.default and len(args[0]) == 1 and is_tensor(args[0][0]) else None
    identities = (
        aten.clone.default, aten.alias.default, aten.detach.default, aten.lift_fresh_copy.default,
        aten.contiguous.default, aten.expand.default, aten.view.default, aten.reshape.default,
        aten._unsafe_view.default, aten.slice.Tensor, aten.squeeze.default, aten.squeeze.dims, aten.repeat.default,
        prims.squeeze.default, aten._to_copy.default, aten.to.dtype, prims.convert_element_type.default,
    )  # fmt: skip
    if target in identities:
        return args[0] if target != aten.slice.Tensor or _forward_slice(node) else None
    if target == aten.permute.default:
        rank = args[0].meta["val"].dim()
        return args[0] if [dim % rank for dim in args[1]] == list(range(rank)) else None
    if target in (aten.dropout.default, aten.native_dropout.default):
        return args[0] if args[2] is False else None
    if target == aten.constant_pad_nd.default:
        return args[0] if not any(args[1]) else None
    return args[0] if _neutral(node) else None


def _forward_slice(node: Node) -> bool:
    """True unless the step is not 1: with step 1 an equal shape means the whole."""
    return len(node.args) < 5 or node.args[4] == 1


def _neutral(node: Node) -> bool:
    """True for x - 0, x * 1, x / 1 and, in integers, x + 0."""
    import torch

    aten = torch.ops.aten
    if len(node.args) < 2 or isinstance(node.args[1], bool) or not isinstance(node.args[1], (int, float)):
        return False
    operand, scale = node.args[1], node.kwargs.get("alpha", 1)
    if node.target in (aten.mul.Tensor, aten.mul.Scalar, aten.div.Tensor, aten.div.Scalar):
        return operand == 1 and "rounding_mode" not in node.kwargs
    if node.target in (aten.sub.Tensor, aten.sub.Scalar):
        return operand == 0 and str(operand) != "-0.0" and scale == 1
    if node.target in (aten.add.Tensor, aten.add.Scalar):
        floating = node.meta["val"].dtype.is_floating_point or node.meta["val"].dtype.is_complex
        return operand == 0 and scale == 1 and (not floating or str(operand) == "-0.0")
    return False


def _join(program: Program, node: Node) -> bool:
    """Makes two layout calls in a row one: a view of a view, a permutation of a permutation."""
    import torch

    aten = torch.ops.aten
    inner: Any = node.args[0] if node.args else None
    if not is_tensor(inner) or inner.op != "call_function":
        return False
    views = (
        aten.view.default, aten.reshape.default, aten._unsafe_view.default, aten.unsqueeze.default,
        aten.squeeze.dim, aten.squeeze.dims, aten.squeeze.default, torch.ops.prims.squeeze.default,
    )  # fmt: skip
    if node.target in views and inner.target in views and static(node) and static(inner.args[0]):
        replace(node, program.add(node, aten.view.default, (inner.args[0], list(node.meta["val"].shape))))
        return True
    if node.target == inner.target == aten.permute.default:
        rank = node.meta["val"].dim()
        order = [inner.args[1][dim % rank] % rank for dim in node.args[1]]
        replace(node, program.add(node, aten.permute.default, (inner.args[0], order)))
        return True
    return False
