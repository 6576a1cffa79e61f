# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The text of `forward.mlir`: it cuts the weights out of the one buffer and calls the subgraph (docs/formats.md)."""

from __future__ import annotations

from lexon.frontend.lowering import Lowered
from lexon.frontend.program import Node, Program
from lexon.frontend.subgraph import Subgraph
from lexon.frontend.types import dtype_name
from lexon.weights import Manifest

_MLIR = {"u8": "i8", "c64": "complex<f32>", "c128": "complex<f64>"}


def forward_text(
    program: Program, subgraph: Subgraph | None, lowered: Lowered | None, manifest: Manifest | None
) -> str:
    """The main graph. `manifest` gives the weights' offsets; without weights there is no buffer argument."""
    types = {node.name: _type(node) for node in program.nodes() if node.op == "placeholder"}
    if subgraph and lowered:
        types.update(zip((*subgraph.weights, *subgraph.inputs), lowered.arguments, strict=True))
        types.update(zip(subgraph.results, lowered.results, strict=True))
    values: dict[str, str] = {}
    parameters, body = [], []
    if manifest:
        buffer = f"tensor<{manifest.bytes}xi8>"
        parameters.append(f"%weights: {buffer} {{lexon.constant}}")
        offsets = {tensor.name: tensor.offset for tensor in manifest.tensors}
        for number, node in enumerate(program.used_weights()):
            values[node.name] = f"%w{number}"
            offset = offsets[program.weights[node.name].name]
            body.append(f"%w{number} = lexon.weight %weights[{offset}] : {buffer} -> {types[node.name]}")
    for number, node in enumerate(program.inputs()):
        values[node.name] = f"%arg{number}"
        parameters.append(f"%arg{number}: {types[node.name]}")
    lines = []
    if subgraph and lowered:
        signature = f"({', '.join(lowered.arguments)}) -> {_results(lowered.results)}"
        constant = len(subgraph.weights)
        declared = [f"{type} {{lexon.constant}}" for type in lowered.arguments[:constant]]
        declared += lowered.arguments[constant:]
        lines.append(f"func.func private @{subgraph.name}({', '.join(declared)}) -> {_results(lowered.results)}")
        operands = ", ".join(values[name] for name in (*subgraph.weights, *subgraph.inputs))
        several = len(subgraph.results) > 1
        head = f"%0:{len(subgraph.results)}" if several else "%0"
        body.append(f"{head} = call @{subgraph.name}({operands}) : {signature}")
        for number, name in enumerate(subgraph.results):
            values[name] = f"%0#{number}" if several else "%0"
    names = [node.name for node in program.results()]
    returned = [types[name] for name in names]
    arrow = f" -> {_results(returned)}" if returned else ""
    lines.append(f"func.func @forward({', '.join(parameters)}){arrow} {{")
    lines += [f"  {line}" for line in body]
    tail = f" {', '.join(values[name] for name in names)} : {', '.join(returned)}" if names else ""
    return "\n".join([*lines, f"  return{tail}", "}"]) + "\n"


def _results(types: tuple[str, ...] | list[str]) -> str:
    return types[0] if len(types) == 1 else f"({', '.join(types)})"


def _type(node: Node) -> str:
    val = node.meta["val"]
    name = dtype_name(val.dtype) or ""
    sizes = [str(size) if isinstance(size, int) else "?" for size in val.shape]
    return f"tensor<{'x'.join([*sizes, _MLIR.get(name, name)])}>"
