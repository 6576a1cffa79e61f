# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Views of tensors with dynamic sizes, spelled as what they do: joining and splitting neighbouring dimensions.

torch-mlir guesses how the dimensions of a view correspond; where a size is dynamic it may take two joined dimensions
for one of them and a dimension of size 1, and compute something else. The symbolic sizes say it exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lexon.frontend.program import Node, Program, is_tensor, replace

Group = tuple[tuple[int, ...], tuple[int, ...]]


def regroup_views(program: Program) -> int:
    """Rewrites the views of `program` that have a dynamic size; returns how many."""
    import torch

    aten = torch.ops.aten
    count = 0
    for node in program.nodes():
        if node.target not in (aten.view.default, aten.reshape.default, aten._unsafe_view.default):
            continue
        source = node.args[0]
        if not (is_tensor(node) and is_tensor(source)):
            continue
        before, after = source.meta["val"].shape, node.meta["val"].shape
        if all(isinstance(size, int) for size in (*before, *after)):
            continue
        groups = _groups(before, after)
        if groups is not None:
            count += 1
            _rewrite(program, node, groups)
    return count


def _rewrite(program: Program, node: Node, groups: list[Group]) -> None:
    """Joins each group's dimensions, then splits them anew; from the back, so that earlier positions stay.

    `prims.collapse` and not `aten.flatten`: torch-mlir turns the latter into a view again.
    """
    import torch

    aten = torch.ops.aten
    value, sizes = node.args[0], node.args[1]
    for old, _ in reversed(groups):
        if len(old) > 1:
            value = program.add(node, torch.ops.prims.collapse.default, (value, old[0], old[-1]))
    for position, (_, new) in reversed(list(enumerate(groups))):
        if len(new) > 1:
            parts = [_size(node, sizes, dim) for dim in new]
            value = program.add(node, aten.unflatten.int, (value, position, parts))
    replace(node, value)


def _size(node: Node, sizes: Sequence[Any], dim: int) -> Any:
    size = node.meta["val"].shape[dim]
    return size if isinstance(size, int) else sizes[dim]


def _groups(before: Sequence[Any], after: Sequence[Any]) -> list[Group] | None:
    """The finest groups of neighbouring dimensions with equal products; None if there are no such groups."""
    left, right = _products(before), _products(after)
    groups: list[Group] = []
    i = j = 0
    while i < len(before) and j < len(after):
        ends = ((k, m) for k in range(i + 1, len(left)) for m in range(j + 1, len(right)) if left[k] == right[m])
        k, m = next(ends, (0, 0))
        if not k:
            return None
        if k == len(before) or m == len(after):
            k, m = len(before), len(after)  # what is left has size 1
        groups.append((tuple(range(i, k)), tuple(range(j, m))))
        i, j = k, m
    return groups if groups and left[-1] == right[-1] else None


def _products(sizes: Sequence[Any]) -> list[Any]:
    """The products of the first 0, 1, ... sizes: integers, or sympy expressions."""
    products: list[Any] = [1]
    for size in sizes:
        product = products[-1] * (size if isinstance(size, int) else size.node.expr)
        products.append(product if isinstance(product, int) else product.expand())
    return products
