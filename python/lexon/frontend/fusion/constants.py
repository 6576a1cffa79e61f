# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""fold-constants: what does not depend on the inputs is computed once, here, by PyTorch itself.

Rotary tables, causal masks, position ids and weights derived from weights become stored tensors; a tensor of one
repeated value becomes `full`, a tiny one a literal. Stored weights keep their layout: transposing or expanding one is
left to the compiler, which packs it anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lexon.frontend.fusion.subexpressions import is_pure
from lexon.frontend.program import Node, Program, Weight, is_tensor, portable, replace, static

if TYPE_CHECKING:
    import torch

LITERAL_BYTES = 1024
SMALL_BYTES = 64 << 10
LARGE_BYTES = 64 << 20
GROWTH = 4  # a folded value larger than LARGE_BYTES may be this many times its sources


def apply(program: Program) -> int:
    """Folds every value at the border between constants and the rest; returns how many."""
    values: dict[Node, Any] = {}
    border = _border(_constants(program))
    for node in border:
        _materialize(program, node, _evaluate(program, node, values))
    return len(border)


def _border(found: dict[Node, set[Node]]) -> list[Node]:
    """The constants to store, in graph order: those that something reads which is not itself folded."""
    folded: dict[Node, bool] = {}  # stored, or used by nothing but what is folded
    border = []
    for node in reversed(found):
        inside = bool(node.users) and all(folded.get(user, False) for user in node.users)
        stored = not inside and node.op == "call_function" and is_tensor(node) and _worth_storing(node, found)
        folded[node] = inside or stored
        if stored:
            border.append(node)
    return border[::-1]


def _constants(program: Program) -> dict[Node, set[Node]]:
    """Every constant node with the stored tensors it is computed from."""
    found: dict[Node, set[Node]] = {}
    for node in program.nodes():
        if program.is_weight(node) or (node.op == "get_attr" and is_tensor(node)):
            found[node] = {node}
        elif node.op == "call_function" and _foldable(node) and all(arg in found for arg in node.all_input_nodes):
            found[node] = set().union(*(found[arg] for arg in node.all_input_nodes))
    return found


def _foldable(node: Node) -> bool:
    """True if PyTorch can compute the node now: no random numbers, no dynamic sizes."""
    val = node.meta.get("val")
    if isinstance(val, (tuple, list)):
        return is_pure(node.target) and all(hasattr(item, "shape") for item in val)
    uninitialized = str(node.target).startswith(("aten.empty", "aten.new_empty"))
    return static(node) and (is_pure(node.target) or uninitialized)


def _worth_storing(node: Node, found: dict[Node, set[Node]]) -> bool:
    """True unless the node is as cheap to compute as to load, or too large."""
    if str(node.target).startswith(("aten.full.", "aten.empty", "aten.new_empty", "aten.scalar_tensor.")):
        return False
    root, shrinks, grows = _layout_root(node)
    size, sources = _bytes(node), sum(map(_bytes, found[node]))
    if root is not node and root in found and root.op != "call_function":  # a layout of a stored tensor
        return size <= LITERAL_BYTES or (shrinks and not grows and 2 * size <= _bytes(root))
    if grows and size > SMALL_BYTES:
        return False  # its source is folded, the expansion is free
    return size <= max(LARGE_BYTES, GROWTH * sources)


def _layout_root(node: Node) -> tuple[Node, bool, bool]:
    """What a chain of layout calls starts from; whether a slice and whether an expansion is among them."""
    import torch

    aten = torch.ops.aten
    plain = {
        aten.permute.default, aten.t.default, aten.transpose.int, aten.view.default, aten.reshape.default,
        aten._unsafe_view.default, aten.unsqueeze.default, aten.squeeze.dim, aten.squeeze.dims, aten.squeeze.default,
        torch.ops.prims.squeeze.default, aten.alias.default, aten.detach.default, aten.clone.default,
    }  # fmt: skip
    smaller = {aten.slice.Tensor, aten.select.int}
    shrinks = grows = False
    while node.op == "call_function" and (node.target in plain | smaller or node.target == aten.expand.default):
        source: Any = node.args[0]
        shrinks |= node.target in smaller
        grows |= node.target == aten.expand.default and _bytes(node) > _bytes(source)
        node = source
    return node, shrinks, grows


def _bytes(node: Node) -> int:
    val = node.meta["val"]
    return int(val.numel() * val.element_size())


def _evaluate(program: Program, node: Node, values: dict[Node, Any]) -> Any:
    """The node's value, by PyTorch, with its own dtypes; operands are evaluated once."""
    import torch
    from torch.fx import map_arg

    pending = [node]
    while pending:
        current = pending[-1]
        missing = [arg for arg in current.all_input_nodes if arg not in values]
        if current in values or missing:
            pending.extend(missing) if current not in values else pending.pop()
            continue
        if current.op == "placeholder":
            values[current] = program.weights[current.name].tensor.detach()
        elif current.op == "get_attr":
            values[current] = getattr(program.module, str(current.target))
        else:
            with torch.no_grad():
                args = map_arg(current.args, values.__getitem__)
                values[current] = portable(current.target)(*args, **map_arg(current.kwargs, values.__getitem__))
        pending.pop()
    return values[node]


def _materialize(program: Program, node: Node, tensor: torch.Tensor) -> None:
    """Puts `tensor` in the place of `node`: as `full`, as a literal, or as a stored weight."""
    import torch

    dtype = tensor.dtype
    flat = tensor.resolve_conj().resolve_neg().contiguous().reshape(-1)
    raw = flat.view(torch.uint8).reshape(flat.numel(), dtype.itemsize)
    if not dtype.is_complex and bool((raw == raw[:1]).all()):  # one value, bit for bit; also none at all
        value = flat[0].item() if flat.numel() else False
        full = program.add(node, torch.ops.aten.full.default, (list(tensor.shape), value), {"dtype": dtype})
        replace(node, full)
        return
    if raw.numel() <= LITERAL_BYTES and dtype != torch.bool and not dtype.is_complex:
        name = f"literal_{node.name}"
        program.module.register_buffer(name, flat.reshape(tensor.shape).clone(), persistent=False)
        with program.module.graph.inserting_before(node):
            literal = program.module.graph.get_attr(name)
        literal.meta = {"val": node.meta["val"], "stack_trace": node.meta.get("stack_trace")}
        replace(node, literal)
        return
    stored = flat.reshape(tensor.shape)
    replace(node, program.add_weight(Weight(f"constant.{node.name}", stored), node))
