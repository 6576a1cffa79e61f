# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""From the fused graph to TOSA or linalg by torch-mlir. Runs in a forked child (isolation.py): it may crash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lexon.frontend.masks import CAUSAL_MASK
from lexon.frontend.subgraph import CONSTANT

if TYPE_CHECKING:
    from torch.fx import GraphModule

_TO_BACKEND = "builtin.module(func.func(torch-match-quantized-custom-ops),torchdynamo-export-to-torch-backend-pipeline)"
_PIPELINES = {
    "tosa": "builtin.module(torch-backend-to-tosa-backend-pipeline)",
    "linalg": "builtin.module(torch-backend-to-linalg-on-tensors-backend-pipeline{allow-non-finites=true})",
}
_EXTENSIONS = "builtin.module(func.func(tm-tensor-bufferize,tm-tensor-to-loops),canonicalize)"
LITERAL_LIMIT = 16 << 10


@dataclass(frozen=True)
class Lowered:
    """MLIR text of one function, with locations, and the types of its arguments and results."""

    text: str
    arguments: tuple[str, ...]
    results: tuple[str, ...]


@dataclass(frozen=True)
class Diagnostic:
    """An error that MLIR reported, and the location it was reported at, as MLIR spells it."""

    message: str
    location: str


class LoweringFailed(Exception):
    """torch-mlir refused; `diagnostics` are its reasons."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(diagnostics)
        self.diagnostics = diagnostics


def lower(module: GraphModule, output_type: str, function: str) -> Lowered:
    """`module.graph` as a public function `function` in "tosa" or "linalg"; raises LoweringFailed.

    The graph's placeholders become the arguments, in order.
    """
    from torch_mlir import ir
    from torch_mlir.dialects import torch as torch_dialect
    from torch_mlir.extras.fx_importer import FxImporter
    from torch_mlir.passmanager import PassManager

    context = ir.Context()
    torch_dialect.register_dialect(context)
    found: list[Diagnostic] = []

    def note(diagnostic: Any) -> bool:
        if diagnostic.severity == ir.DiagnosticSeverity.ERROR:
            found.append(Diagnostic(diagnostic.message, str(diagnostic.location)))
        return True

    context.attach_diagnostic_handler(note)
    context.emit_error_diagnostics = True
    importer = FxImporter(context=context, hooks=_hooks(), graph_node_importer_cls=_node_importer())
    try:
        with context:
            operation = importer.import_graph_module(module, func_name=function)
            operation.attributes["torch.assume_strict_symbolic_shapes"] = ir.UnitAttr.get()
            for pipeline in (_TO_BACKEND, _PIPELINES[output_type]):
                PassManager.parse(pipeline).run(importer.module.operation)
            _expand_extensions(importer.module)
            _open_clamps(importer.module)
            placeholders = [node for node in module.graph.nodes if node.op == "placeholder"]
            return _result(importer.module, function, [_attributes(node) for node in placeholders])
    except LoweringFailed:
        raise
    except Exception as error:  # the importer raises anything, MLIR only MLIRError
        text = (str(error) or type(error).__name__).splitlines()[0]
        raise LoweringFailed(tuple(found) or (Diagnostic(text, ""),)) from None


def _expand_extensions(module: Any) -> None:
    """Loops for torch-mlir's own structured ops (scatter, scan, sort, top-k), which no other tool knows."""
    from torch_mlir import ir
    from torch_mlir.passmanager import PassManager

    found = False

    def look(operation: Any) -> Any:
        nonlocal found
        found |= operation.name.startswith("tm_tensor.")
        return ir.WalkResult.ADVANCE

    def promise(operation: Any) -> Any:
        # Each such tensor is a fresh buffer that the loops right behind it fill: nothing else names that memory.
        if operation.name == "bufferization.to_tensor":
            operation.attributes["restrict"] = ir.UnitAttr.get()
        return ir.WalkResult.ADVANCE

    module.operation.walk(look)
    if found:
        PassManager.parse(_EXTENSIONS).run(module.operation)
        module.operation.walk(promise)


def _open_clamps(module: Any) -> None:
    """No upper limit where torch-mlir writes the largest finite number for one: relu of infinity is infinity."""
    import torch
    from torch_mlir import ir

    largest = {"f16": torch.float16, "bf16": torch.bfloat16, "f32": torch.float32, "f64": torch.float64}

    def look(operation: Any) -> Any:
        if operation.name == "tosa.clamp":
            limit = operation.attributes["max_val"]
            dtype = largest.get(str(limit.type))
            if dtype and ir.FloatAttr(limit).value == torch.finfo(dtype).max:
                operation.attributes["max_val"] = ir.FloatAttr.get(limit.type, float("inf"), operation.location)
        return ir.WalkResult.ADVANCE

    module.operation.walk(look)


def _attributes(placeholder: Any) -> dict[str, Any]:
    """What the compiler is told about an argument: that it is constant, that it is a causal mask."""
    from torch_mlir import ir

    attributes: dict[str, Any] = {}
    if CONSTANT in placeholder.meta:
        attributes["lexon.constant"] = ir.UnitAttr.get()
    if CAUSAL_MASK in placeholder.meta:
        attributes["lexon.causal_mask"] = ir.IntegerAttr.get(
            ir.IntegerType.get_signless(64), placeholder.meta[CAUSAL_MASK]
        )
    return attributes


def _result(module: Any, function: str, attributes: list[dict[str, Any]]) -> Lowered:
    """The module as text, with attributes for each argument."""
    from torch_mlir import ir

    functions = [op for op in module.body.operations if op.OPERATION_NAME == "func.func"]
    main = next(op for op in functions if ir.StringAttr(op.attributes["sym_name"]).value == function)
    if "torch.assume_strict_symbolic_shapes" in main.attributes:
        del main.attributes["torch.assume_strict_symbolic_shapes"]
    if any(attributes):
        main.attributes["arg_attrs"] = ir.ArrayAttr.get([ir.DictAttr.get(each) for each in attributes])
    text = module.operation.get_asm(enable_debug_info=True)
    if "dense_resource<" in text or any(len(line) > LITERAL_LIMIT and "dense<" in line for line in text.splitlines()):
        raise LoweringFailed((Diagnostic("a large constant stayed inside the computation", ""),))
    if "tosa.scatter" in text or "tosa.custom" in text:
        raise LoweringFailed((Diagnostic("TOSA's scatter and custom ops cannot be lowered further", ""),))
    return Lowered(text, tuple(map(str, main.type.inputs)), tuple(map(str, main.type.results)))


def _node_importer() -> Any:
    """torch-mlir's importer of nodes, which by itself fails on the second use of a literal."""
    from torch.fx import Node
    from torch_mlir.extras.fx_importer import GraphNodeImporter

    class Importer(GraphNodeImporter):  # type: ignore[misc]
        def _import_argument(self, loc: Any, arg: Any, expected_jit_type: Any = None) -> Any:
            if isinstance(arg, Node) and arg.op == "get_attr" and (arg, 0) in self._v:
                with loc:
                    return self._convert_type(self.resolve_node_value(arg), expected_jit_type)
            return super()._import_argument(loc, arg, expected_jit_type)

    return Importer


def _hooks() -> Any:
    """Literals as readable attributes: torch-mlir's own way writes resource blobs and has no bfloat16."""
    import torch
    from torch_mlir import ir
    from torch_mlir.extras.fx_importer import FxImporterHooks

    names = {
        torch.float64: "f64", torch.float32: "f32", torch.float16: "f16", torch.bfloat16: "bf16",
        torch.int64: "si64", torch.int32: "si32", torch.int16: "si16", torch.int8: "si8", torch.uint8: "ui8",
    }  # fmt: skip

    class Hooks(FxImporterHooks):  # type: ignore[misc]
        def resolve_literal(self, gni: Any, literal: Any, info: Any = None) -> Any:
            if not isinstance(literal, torch.Tensor) or literal.dtype not in names:
                return None
            shape = "x".join([*map(str, literal.shape), names[literal.dtype]])
            content = bytes(literal.contiguous().reshape(-1).view(torch.uint8).tolist())
            attribute = ir.Attribute.parse(f'dense<"0x{content.hex()}"> : tensor<{shape}>')
            sizes = ",".join(map(str, literal.shape))
            result = ir.Type.parse(f"!torch.vtensor<[{sizes}],{names[literal.dtype]}>")
            return ir.Operation.create(
                "torch.vtensor.literal", results=[result], attributes={"value": attribute}
            ).result

    return Hooks()
