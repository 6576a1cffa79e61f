# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The Lexon Graph: a readable, immutable picture of a program at one point, written to graph.log.

graph forward
  weight  %w = f32[8, 4]  "proj.weight"
  input   %x = f32[2, 4]
  %linear = aten.linear.default(%x, %w) : f32[2, 8]  # model.py:12
  return %linear
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lexon.frontend.program import Node as FxNode
from lexon.frontend.program import Program
from lexon.frontend.source import place
from lexon.frontend.types import dtype_name


@dataclass(frozen=True)
class Reference:
    """An operand: the value of the node with this name."""

    name: str

    def __str__(self) -> str:
        return f"%{self.name}"


@dataclass(frozen=True)
class Node:
    """One value. `op` is "weight", "input", "literal" or an op's name; `dtype` and `shape` describe the result.

    `dtype` is "tuple" for several results and "number" for a Python number; a dynamic size is its symbol's name.
    `source` is the Python line as `file:line`, `label` a weight's name in the model.
    """

    name: str
    op: str
    args: tuple[Any, ...]
    shape: tuple[int | str, ...]
    dtype: str
    source: str | None
    label: str = ""

    def __str__(self) -> str:
        kind = "number" if self.dtype == "number" else f"{self.dtype}[{', '.join(map(str, self.shape))}]"
        line = f"  # {self.source}" if self.source else ""
        if self.op in ("weight", "input", "literal"):
            label = f'  "{self.label}"' if self.label else ""
            return f"{self.op:7} %{self.name} = {kind}{label}"
        return f"%{self.name} = {self.op}({', '.join(map(_text, self.args))}) : {kind}{line}"


@dataclass(frozen=True)
class Graph:
    """All nodes in order, and what is returned."""

    nodes: tuple[Node, ...]
    results: tuple[Any, ...]

    def lines(self) -> Iterator[str]:
        """The text, line by line."""
        yield "graph forward"
        for node in self.nodes:
            yield f"  {node}"
        yield f"  return {', '.join(map(_text, self.results))}".rstrip()

    def __str__(self) -> str:
        return "\n".join(self.lines()) + "\n"

    def operations(self) -> Iterator[Node]:
        """The nodes that compute."""
        return (node for node in self.nodes if node.op not in ("weight", "input", "literal"))


def snapshot(program: Program) -> Graph:
    """The graph of `program` as it is now."""
    nodes = tuple(_node(program, node) for node in program.nodes() if node.op != "output")
    return Graph(nodes, tuple(_argument(result) for result in program.results()))


def op_name(target: Any) -> str:
    """`aten.linear.default` for an op, `operator.getitem` for a Python function."""
    name = str(target)
    if name.startswith(("aten.", "prims.")) or not hasattr(target, "__name__"):
        return name
    module = getattr(target, "__module__", "") or ""
    return f"{module.lstrip('_')}.{target.__name__}" if module else str(target.__name__)


def _node(program: Program, node: FxNode) -> Node:
    shape, dtype = describe(node.meta.get("val"))
    weight = program.weights.get(node.name) if node.op == "placeholder" else None
    op = {"placeholder": "weight" if weight else "input", "get_attr": "literal"}.get(node.op) or op_name(node.target)
    arguments = [_argument(arg) for arg in node.args]
    arguments += [_Keyword(key, _argument(value)) for key, value in node.kwargs.items()]
    label = ", ".join((weight.name, *weight.aliases)) if weight else ""
    return Node(node.name, op, tuple(arguments) if node.op == "call_function" else (), shape, dtype, place(node), label)


def describe(val: Any) -> tuple[tuple[int | str, ...], str]:
    """Shape and dtype name of a node's value."""
    import torch

    if isinstance(val, torch.Tensor):
        shape = tuple(size if isinstance(size, int) else str(size) for size in val.shape)
        return shape, dtype_name(val.dtype) or str(val.dtype)
    if isinstance(val, (tuple, list)):
        return (len(val),), "tuple"
    return (), "number"


@dataclass(frozen=True)
class _Keyword:
    name: str
    value: Any

    def __str__(self) -> str:
        return f"{self.name}={_text(self.value)}"


def _argument(value: Any) -> Any:
    from torch.fx import Node as Operand

    if isinstance(value, Operand):
        return Reference(value.name)
    if isinstance(value, (list, tuple)):
        return tuple(_argument(item) for item in value)
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def _text(value: Any) -> str:
    if isinstance(value, (Reference, _Keyword)):
        return str(value)
    if isinstance(value, tuple):
        return f"[{', '.join(map(_text, value))}]"
    return str(value)
