# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""merge-linears: linear layers that read one input become one, and their results are slices of its result.

Query, key and value projections, or gate and up, read their input once and run as one large matrix product. The
weights are joined here, at import; only the joined one is stored. Every element is still the same dot product.
"""

from __future__ import annotations

from typing import Any

from lexon.frontend.program import Node, Program, Weight, is_tensor, replace


def apply(program: Program) -> int:
    """Merges each group of two or more; returns the number of linears merged away."""
    groups: dict[Any, list[Node]] = {}
    for node in program.nodes():
        if _mergeable(program, node):
            weight = node.args[1].meta["val"]
            groups.setdefault((node.args[0], weight.dtype, len(_bias(node))), []).append(node)
    count = 0
    for nodes in groups.values():
        if len(nodes) > 1:
            _merge(program, nodes)
            count += len(nodes) - 1
    return count


def _bias(node: Node) -> tuple[Any, ...]:
    """The bias operand, if there is one."""
    return tuple(arg for arg in (*node.args[2:], *node.kwargs.values()) if arg is not None)


def _mergeable(program: Program, node: Node) -> bool:
    """True for a linear whose weight (rows by columns) and bias are stored tensors that nothing else uses."""
    import torch

    if node.target != torch.ops.aten.linear.default or not is_tensor(node):
        return False
    weight, bias = node.args[1], _bias(node)
    if not program.is_weight(weight) or len(weight.users) != 1 or weight.meta["val"].dim() != 2:
        return False
    if weight.meta["val"].numel() == 0:
        return False
    return all(program.is_weight(item) and item.meta["val"].dim() == 1 for item in bias)


def _merge(program: Program, nodes: list[Node]) -> None:
    import torch

    aten = torch.ops.aten
    first = nodes[0]
    operands = [_joined(program, [node.args[1] for node in nodes])]
    if _bias(first):
        operands.append(_joined(program, [_bias(node)[0] for node in nodes]))
    merged = program.add(first, aten.linear.default, (first.args[0], *operands))
    dim = first.meta["val"].dim() - 1
    parts, start = [], 0
    for node in nodes:
        end = start + int(node.args[1].meta["val"].shape[0])
        part = program.add(first, aten.slice.Tensor, (merged, dim, start, end))
        part.meta["stack_trace"] = node.meta.get("stack_trace")
        parts.append(part)
        start = end
    for node, part in zip(nodes, parts, strict=True):
        replace(node, part)


def _joined(program: Program, nodes: list[Any]) -> Node:
    """One weight: the rows of all `nodes`, in order."""
    import torch

    weights = [program.weights[node.name] for node in nodes]
    with torch.no_grad():
        tensor = torch.cat([weight.tensor.detach() for weight in weights])
    return program.add_weight(Weight("+".join(weight.name for weight in weights), tensor), nodes[0])
