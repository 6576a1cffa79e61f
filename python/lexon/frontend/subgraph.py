# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Cuts the computation out of a program: what the main graph can hand through by itself stays outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lexon.frontend.program import Node, Program

if TYPE_CHECKING:
    from torch.fx import GraphModule

# The key in a placeholder's `meta` that says that it is a weight: the same tensor in every call.
CONSTANT = "lexon_constant"


@dataclass(frozen=True)
class Subgraph:
    """One function: its graph, the program's weights and inputs that it takes (in order), and what it returns."""

    name: str
    module: GraphModule
    weights: tuple[str, ...]
    inputs: tuple[str, ...]
    results: tuple[str, ...]


def cut(program: Program, name: str) -> Subgraph | None:
    """The subgraph that computes every result which is not an input or a weight itself; None if all are."""
    from torch.fx import Graph, GraphModule

    results = [node for node in dict.fromkeys(program.results()) if node.op != "placeholder"]
    if not results:
        return None
    needed = _needed(results)
    graph = Graph()
    values: dict[Node, Node] = {}
    weights = [node for node in program.used_weights() if node in needed]
    inputs = program.inputs()
    rest = [node for node in program.nodes() if node.op not in ("placeholder", "output") and node in needed]
    for node in [*weights, *inputs, *rest]:
        values[node] = graph.node_copy(node, values.__getitem__)
    for node in weights:
        values[node].meta[CONSTANT] = True
    _describe_operands(graph)
    graph.output(tuple(values[node] for node in results))
    module = GraphModule(program.module, graph)
    names = [tuple(node.name for node in nodes) for nodes in (weights, inputs, results)]
    return Subgraph(name, module, *names)


def _needed(results: list[Node]) -> set[Any]:
    """All nodes that the results depend on."""
    found: set[Any] = set()
    pending: list[Any] = list(results)
    while pending:
        node = pending.pop()
        if node not in found:
            found.add(node)
            pending.extend(node.all_input_nodes)
    return found


def _describe_operands(graph: Any) -> None:
    """torch-mlir reads the dtype of what becomes a Python number from `tensor_meta`."""
    import torch
    from torch.fx.passes.shape_prop import _extract_tensor_metadata

    for node in graph.nodes:
        if node.target == torch.ops.aten._local_scalar_dense.default:
            operand = node.args[0]
            operand.meta["tensor_meta"] = _extract_tensor_metadata(operand.meta["val"])


def single(program: Program, node: Node) -> GraphModule:
    """A graph of `node` alone: its operands become arguments. For finding out which op cannot be lowered."""
    import operator

    from torch.fx import Graph, GraphModule

    graph = Graph()
    values: dict[Node, Node] = {}
    for number, operand in enumerate(node.all_input_nodes):
        if operand.op == "get_attr":
            values[operand] = graph.node_copy(operand)
            continue
        values[operand] = graph.placeholder(f"operand{number}")
        values[operand].meta = dict(operand.meta)
    call = graph.node_copy(node, values.__getitem__)
    val = node.meta["val"]
    results = [call]
    if isinstance(val, (tuple, list)):
        used = sorted({int(user.args[1]) for user in node.users if user.target is operator.getitem})
        results = [graph.call_function(operator.getitem, (call, index)) for index in used]
        for index, result in zip(used, results, strict=True):
            result.meta = {"val": val[index], "stack_trace": node.meta.get("stack_trace")}
    _describe_operands(graph)
    graph.output(tuple(results))
    return GraphModule(program.module, graph)
