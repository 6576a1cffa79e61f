# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""From an exported program's call specification to the `Structure` of its inputs and outputs."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lexon.errors import LexonError
from lexon.frontend.program import Node
from lexon.frontend.structure import ConstantLeaf, Leaf, ScalarLeaf, Structure, TensorLeaf, Tree
from lexon.frontend.types import dtype_name

if TYPE_CHECKING:
    from torch.export import ExportedProgram


@dataclasses.dataclass(frozen=True)
class Outline:
    """What the caller passes and gets, and which graph nodes (by name) are the results of `@forward`, in order."""

    inputs: Structure
    outputs: Structure
    results: tuple[str, ...]


def outline(exported: ExportedProgram) -> Outline:
    """Describes inputs and outputs; raises LexonError for classes that cannot be taken apart."""
    from torch.export.graph_signature import ConstantArgument, InputKind, OutputKind, TensorArgument

    signature, nodes = exported.graph_signature, {node.name: node for node in exported.graph.nodes}
    leaves: list[Leaf] = []
    positions: dict[str, int] = {}
    for spec in signature.input_specs:
        if spec.kind != InputKind.USER_INPUT:
            continue
        name = spec.arg.name
        if isinstance(spec.arg, ConstantArgument):
            leaves.append(ConstantLeaf(name, _constant(spec.arg.value)))
        elif isinstance(spec.arg, TensorArgument):
            positions[name] = len(positions)
            leaves.append(_tensor(name, nodes[name], positions[name]))
        else:
            raise LexonError(f"input '{name}' is a dynamic number", advice="make only tensor sizes dynamic")
    results: dict[str, int] = {}
    outputs: list[Leaf] = []
    for number, spec in enumerate(s for s in signature.output_specs if s.kind == OutputKind.USER_OUTPUT):
        if isinstance(spec.arg, ConstantArgument):
            outputs.append(ConstantLeaf(f"output{number}", _constant(spec.arg.value)))
            continue
        name = spec.arg.name
        index = results.setdefault(name, len(results))
        if isinstance(spec.arg, TensorArgument):
            leaf = _tensor(f"output{number}", nodes[name], index)
            outputs.append(dataclasses.replace(leaf, alias_input=positions.get(name)))
        else:
            outputs.append(ScalarLeaf(_scalar(nodes[name]), index))
    spec_in, spec_out = exported.call_spec.in_spec, exported.call_spec.out_spec
    ranges = tuple(
        (str(symbol), _bound(limits.lower), _bound(limits.upper))
        for symbol, limits in exported.range_constraints.items()
    )
    return Outline(
        Structure(_tree(spec_in, len(leaves)), tuple(leaves), ranges),
        Structure(_tree(spec_out, len(outputs)), tuple(outputs)),
        tuple(results),
    )


def _constant(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise LexonError(f"a {type(value).__name__} ({value!r}) is passed to or returned by the model", advice="use a str")


def _tensor(name: str, node: Node, index: int) -> TensorLeaf:
    val = node.meta["val"]
    dtype = dtype_name(val.dtype)
    if dtype is None:
        raise LexonError(f"'{name}' has dtype {val.dtype}, which Lexon does not know")
    shape = tuple(size if isinstance(size, int) else -1 for size in val.shape)
    symbols = tuple(None if isinstance(size, int) else str(size) for size in val.shape)
    return TensorLeaf(name, dtype, shape, index, symbols if any(symbols) else ())


def _scalar(node: Node) -> str:
    import torch

    kinds = ((torch.SymBool, "i1"), (torch.SymInt, "i64"), (torch.SymFloat, "f64"), (bool, "i1"), (int, "i64"))
    return next((name for kind, name in kinds if isinstance(node.meta["val"], kind)), "f64")


def _bound(value: Any) -> int | None:
    """A sympy integer as int, anything endless as None."""
    try:
        number = float(value)
    except (TypeError, ValueError, AttributeError):
        return None
    return int(value) if math.isfinite(number) and abs(number) < 2**62 else None


def _tree(spec: Any, count: int) -> Tree:
    """The tree of a pytree specification: unflattened with numbers for leaves, then read."""
    from torch.utils import _pytree as pytree

    if spec.num_leaves != count:
        raise LexonError(f"the model's nesting has {spec.num_leaves} leaves, its signature {count}")
    return _read(pytree.tree_unflatten(list(range(count)), spec))


def _read(value: Any) -> Tree:
    if isinstance(value, int):
        return Tree("leaf", leaf=value)
    if isinstance(value, Mapping):  # dict, OrderedDict, ModelOutput of transformers
        return _dict(dict(value))
    # The fields of a named tuple, and of torch.return_types, which are C's kind of named tuples.
    fields = getattr(value, "_fields", None) or getattr(type(value), "__match_args__", ())
    if isinstance(value, tuple) and fields:
        return Tree("namedtuple", tuple(map(_read, value)), tuple(fields), type(value).__name__)
    if isinstance(value, (tuple, list)):
        return Tree("list" if isinstance(value, list) else "tuple", tuple(map(_read, value)))
    if dataclasses.is_dataclass(value):
        return _dict({field.name: getattr(value, field.name) for field in dataclasses.fields(value)})
    raise LexonError(f"the model takes or returns a {type(value).__name__}", advice="use tuples, lists and dicts")


def _dict(value: dict[Any, Any]) -> Tree:
    if not all(isinstance(key, (str, int)) for key in value):
        raise LexonError("the model takes or returns a dict whose keys are neither texts nor integers")
    return Tree("dict", tuple(map(_read, value.values())), tuple(value))
