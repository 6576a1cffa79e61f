# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""From a model to a `Program`: torch.export, decompositions, weights lifted to arguments."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from lexon.errors import LexonError
from lexon.frontend.exact import exact_decompositions
from lexon.frontend.graph import op_name
from lexon.frontend.outline import Outline, outline
from lexon.frontend.program import Node, Program, Weight, replace
from lexon.frontend.shadow import shadow
from lexon.frontend.source import exception_place, place, simplify
from lexon.frontend.types import dtype_name

if TYPE_CHECKING:
    import torch
    from torch.export import ExportedProgram


def trace(model: Any, args: tuple[Any, ...], kwargs: dict[str, Any], dynamic_shapes: Any) -> tuple[Program, Outline]:
    """The flat program of `model`, not fused yet, and its interface; raises LexonError. `model` stays as it is."""
    import torch

    with torch.no_grad(), shadow(model) as copy:
        exported = export(copy, *_separate(args, kwargs), dynamic_shapes)
        interface = outline(exported)
        program = lift(exported)
        set_results(program, interface.results)
    return program, interface


def _separate(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Copies of the example tensors: tracing would take two inputs, or an input and a weight, in one memory for one."""
    import torch
    from torch.utils import _pytree as pytree

    separate: tuple[tuple[Any, ...], dict[str, Any]] = pytree.tree_map_only(
        torch.Tensor, lambda tensor: tensor.detach().clone(), (args, kwargs)
    )
    return separate


def export(
    model: torch.nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], dynamic_shapes: Any
) -> ExportedProgram:
    """Traces `model` on the example inputs into core ATen ops, `linear` kept whole; raises LexonError."""
    import torch
    from torch_mlir.extras.fx_decomp_util import get_decomposition_table

    table = {**get_decomposition_table(), **exact_decompositions()}
    table.pop(torch.ops.aten.linear.default, None)
    _check_devices(model, args, kwargs)
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exported = torch.export.export(model, args, kwargs, dynamic_shapes=dynamic_shapes, strict=False)
            _refuse_mutation(exported)
            decomposed: ExportedProgram = exported.run_decompositions(table)
            return decomposed
    except LexonError:
        raise
    except Exception as error:  # torch.export raises dozens of types, the model's own code any
        reason = str(error).strip().split("\n\n")[0] or type(error).__name__
        raise LexonError(
            f"torch.export cannot trace the model: {reason}",
            place=exception_place(error),
            advice="run the model on the example inputs first; then see the limits of torch.export "
            "(no Python branches on tensor values, registered classes only as inputs and outputs)",
        ) from error


def lift(exported: ExportedProgram) -> Program:
    """The flat program: tied weights become one placeholder, constant arguments literals, assertions vanish."""
    from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode
    from torch.export.graph_signature import ConstantArgument, InputKind

    _refuse_mutation(exported)
    module = exported.graph_module
    modes = [v.fake_mode for node in module.graph.nodes if isinstance(v := node.meta.get("val"), FakeTensor)]
    program = Program(module, modes[0] if modes else FakeTensorMode())
    nodes = {node.name: node for node in module.graph.nodes}
    tensors = {InputKind.PARAMETER: exported.state_dict, InputKind.BUFFER: exported.state_dict}
    known: dict[Any, Node] = {}
    for spec in exported.graph_signature.input_specs:
        node = nodes[spec.arg.name]
        if spec.kind == InputKind.USER_INPUT:
            if isinstance(spec.arg, ConstantArgument):
                replace(node, spec.arg.value)
            continue
        if spec.kind == InputKind.TOKEN:
            _refuse_effects(program)
        source = tensors.get(spec.kind, exported.constants) if spec.persistent is not False else exported.constants
        tensor = source.get(str(spec.target), exported.constants.get(str(spec.target)))
        if tensor is None or not hasattr(tensor, "dtype"):
            raise LexonError(f"'{spec.target}' is a {spec.kind.name.lower()} that Lexon cannot store")
        _lift_weight(program, node, str(spec.target), tensor, known)
    for node in program.nodes():
        simplify(node)
        node.meta.pop("tensor_meta", None)  # the importer takes shapes from "val", the only one kept current
        if node.op == "call_function" and not node.users and _is_assertion(node.target):
            module.graph.erase_node(node)
    _lift_attributes(program)
    program.clean()
    return program


def _lift_weight(program: Program, node: Node, name: str, tensor: torch.Tensor, known: dict[Any, Node]) -> None:
    """Binds a placeholder to its tensor, or to the earlier placeholder of the same memory."""
    key = (tensor.data_ptr(), tensor.dtype, tuple(tensor.shape), tensor.stride()) if tensor.numel() else name
    if key not in known:
        known[key] = node
        program.weights[node.name] = Weight(name, tensor)
        return
    first = program.weights[known[key].name]
    first.aliases = (*first.aliases, name)
    replace(node, known[key])


def _lift_attributes(program: Program) -> None:
    """Tensors that the graph reads as module attributes become weights too."""
    import torch

    for node in program.nodes():
        if node.op == "get_attr" and isinstance(value := getattr(program.module, str(node.target), None), torch.Tensor):
            replace(node, program.add_weight(Weight(str(node.target), value), node))


def _is_assertion(target: Any) -> bool:
    """True for ops that check and compute nothing; shapes are checked when the compiled model is called."""
    name = getattr(target, "__name__", str(target))
    return name.startswith(("_assert", "sym_constrain"))


def _refuse_effects(program: Program) -> None:
    found = [
        f"{op_name(node.args[1])} at {place(node) or 'an unknown line'}"
        for node in program.nodes()
        if op_name(node.target).endswith("with_effects")
    ]
    raise LexonError(
        f"the model uses ops with side effects, which compiled code has not: {'; '.join(dict.fromkeys(found))}",
        advice="remove them, or compute this part outside the model",
    )


def _refuse_mutation(exported: ExportedProgram) -> None:
    signature = exported.graph_signature
    buffers = sorted({*signature.buffers_to_mutate.values(), *getattr(signature, "parameters_to_mutate", {}).values()})
    if buffers:
        raise LexonError(
            f"the model changes {len(buffers)} of its buffers when it runs: {', '.join(buffers)}",
            advice="compile it in eval mode (model.eval()), or pass the state in and return it",
        )
    inputs = sorted(set(signature.user_inputs_to_mutate.values()))
    if inputs:
        raise LexonError(
            f"the model writes to its inputs: {', '.join(inputs)}",
            advice="let it work on a copy and return that (x.clone())",
        )


def _check_devices(model: torch.nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    import torch
    from torch.utils import _pytree as pytree

    leaves, _ = pytree.tree_flatten((args, kwargs))
    inputs = [(f"input {number}", leaf) for number, leaf in enumerate(leaves) if isinstance(leaf, torch.Tensor)]
    for name, tensor in [*model.named_parameters(), *model.named_buffers(), *inputs]:
        if tensor.device.type != "cpu" or tensor.layout != torch.strided or dtype_name(tensor.dtype) is None:
            raise LexonError(
                f"{name} is {tensor.dtype}, {tensor.layout}, on {tensor.device}",
                advice="Lexon takes dense CPU tensors: call model.cpu(), or convert it",
            )


def set_results(program: Program, names: tuple[str, ...]) -> None:
    """Makes the program return the tensors and numbers `names`, in this order, each once."""
    nodes = {node.name: node for node in program.nodes()}
    program.output().args = (tuple(nodes[name] for name in names),)
    program.clean()


def refuse_random(program: Program) -> None:
    """Raises LexonError if the program draws random numbers: compiled code could not repeat PyTorch's."""
    import torch

    found = [
        f"{op_name(node.target)} at {place(node) or 'an unknown line'}"
        for node in program.nodes()
        if isinstance(node.target, torch._ops.OpOverload) and torch.Tag.nondeterministic_seeded in node.target.tags
    ]
    if found:
        raise LexonError(
            f"the model draws random numbers: {'; '.join(dict.fromkeys(found))}",
            advice="compile it in eval mode (model.eval()), or pass the random numbers in",
        )


def refuse_masks(program: Program) -> None:
    """Raises LexonError if the program indexes by a boolean mask: torch-mlir's lowering of that never ends."""
    import torch

    def is_mask(index: Any) -> bool:
        return isinstance(index, torch.fx.Node) and index.meta["val"].dtype in (torch.bool, torch.uint8)

    found = [
        place(node) or "an unknown line"
        for node in program.nodes()
        if node.target is torch.ops.aten.index.Tensor and any(map(is_mask, node.args[1]))
    ]
    if found:
        raise LexonError(
            "indexing by a boolean mask gives a result whose size depends on values, which cannot be compiled",
            place="; ".join(dict.fromkeys(found)),
            advice="keep the size and choose the values: torch.where(mask, x, other)",
        )
