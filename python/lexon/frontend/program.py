# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The state that the front end works on: one flat FX graph whose placeholders are weights, then inputs.

Every node carries `meta["val"]` (a fake tensor with shape and dtype) and `meta["stack_trace"]` (one line of the
user's Python). The graph is functional: no op writes to its operands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from torch._subclasses.fake_tensor import FakeTensorMode
    from torch.fx import GraphModule


Node = Any
"""A torch.fx.Node; the declared type of its arguments is a union of twenty types that says nothing."""


@dataclass
class Weight:
    """A tensor known at import: a parameter, a buffer or a folded constant. `aliases` are further names it has."""

    name: str
    tensor: torch.Tensor
    aliases: tuple[str, ...] = ()


@dataclass
class Program:
    """`module.graph` and the tensors behind its weight placeholders (by node name)."""

    module: GraphModule
    fake: FakeTensorMode
    weights: dict[str, Weight] = field(default_factory=dict)

    def nodes(self) -> Iterator[Node]:
        """The nodes in order; the graph may change while they are walked."""
        return iter(list(self.module.graph.nodes))

    def is_weight(self, node: Any) -> bool:
        """True for a placeholder whose tensor is known."""
        return getattr(node, "op", "") == "placeholder" and node.name in self.weights

    def inputs(self) -> list[Node]:
        """The placeholders that the caller fills, in order."""
        return [node for node in self.nodes() if node.op == "placeholder" and node.name not in self.weights]

    def used_weights(self) -> list[Node]:
        """The weight placeholders, in order."""
        return [node for node in self.nodes() if self.is_weight(node)]

    def output(self) -> Node:
        """The node that holds the results."""
        return next(iter(self.module.graph.find_nodes(op="output")))

    def results(self) -> tuple[Node, ...]:
        """The nodes that are returned, in order."""
        return tuple(self.output().args[0])

    def add(self, before: Node, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any] | None = None) -> Node:
        """A new call before `before`, at the same Python line, with its shape and dtype worked out."""
        graph = self.module.graph
        with graph.inserting_before(before):
            node = graph.call_function(target, args, kwargs or {})
        node.meta = {"val": self.infer(target, args, kwargs or {}), "stack_trace": before.meta.get("stack_trace")}
        return node

    def infer(self, target: Any, args: Any, kwargs: Any) -> Any:
        """What `target` gives on fake tensors."""
        import torch
        from torch.fx import map_arg

        def value(node: Node) -> Any:
            return node.meta["val"]

        with torch.no_grad(), self.fake:
            return portable(target)(*map_arg(args, value), **map_arg(kwargs, value))

    def add_weight(self, weight: Weight, like: Node) -> Node:
        """A new weight placeholder behind the present ones."""
        import torch

        graph = self.module.graph
        first = next(node for node in graph.nodes if not self.is_weight(node))
        with graph.inserting_before(first):
            node = graph.placeholder("w_" + "".join(c if c.isalnum() else "_" for c in weight.name)[:60])
        with torch.no_grad():
            val = self.fake.from_tensor(weight.tensor.detach(), static_shapes=True)
        node.meta = {"val": val, "stack_trace": like.meta.get("stack_trace")}
        self.weights[node.name] = weight
        return node

    def clean(self) -> None:
        """Removes calls whose results nobody uses, and weights that then have no use."""
        graph = self.module.graph
        for node in reversed(list(graph.nodes)):
            unused = not node.users and (node.op in ("call_function", "get_attr") or self.is_weight(node))
            if unused:
                self.weights.pop(node.name, None)
                graph.erase_node(node)


def portable(target: Any) -> Any:
    """`target`, but `view` as `reshape`: after copies are removed a view's operand may have any strides."""
    import torch

    return torch.ops.aten.reshape.default if target == torch.ops.aten.view.default else target


def replace(node: Node, by: Any) -> None:
    """Lets `by` stand for `node` everywhere and removes `node`."""
    node.replace_all_uses_with(by)
    node.graph.erase_node(node)


def is_tensor(node: Any) -> bool:
    """True for a node whose value is one tensor."""
    import torch

    return isinstance(getattr(node, "meta", {}).get("val"), torch.Tensor)


def static(node: Node) -> bool:
    """True for a tensor node all of whose sizes are known."""
    return is_tensor(node) and all(isinstance(size, int) for size in node.meta["val"].shape)


def same_type(left: Node, right: Node) -> bool:
    """True if both are tensors of one dtype and, as far as it is known, one shape."""
    if not (is_tensor(left) and is_tensor(right)):
        return False
    a, b = left.meta["val"], right.meta["val"]
    return bool(a.dtype == b.dtype and len(a.shape) == len(b.shape) and all(map(_equal, a.shape, b.shape)))


def _equal(left: Any, right: Any) -> bool:
    if isinstance(left, int) and isinstance(right, int):
        return left == right
    return str(left) == str(right)  # one symbol, no new guard
