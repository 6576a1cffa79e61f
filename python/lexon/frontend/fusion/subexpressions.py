# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""share-subexpressions: two calls of one op on the same operands become one.

Rotary tables, masks and casts are built once per layer by most model code.
"""

from __future__ import annotations

from typing import Any

from lexon.frontend.program import Program, replace


def apply(program: Program) -> int:
    """Replaces every later equal call by the first one."""
    known: dict[Any, Any] = {}
    count = 0
    for node in program.nodes():
        if node.op != "call_function" or not is_pure(node.target):
            continue
        key = (node.target, _key(node.args), _key(dict(sorted(node.kwargs.items()))))
        first = known.setdefault(key, node)
        if first is not node:
            replace(node, first)
            count += 1
    return count


def is_pure(target: Any) -> bool:
    """True if a call depends on its operands alone and changes nothing."""
    import operator

    import torch

    if target is operator.getitem:
        return True
    if not isinstance(target, torch._ops.OpOverload):
        return False
    if target._schema.is_mutable or target.namespace not in ("aten", "prims"):
        return False
    return torch.Tag.nondeterministic_seeded not in target.tags and not str(target).startswith("aten.empty")


def _key(value: Any) -> Any:
    """Equal exactly for arguments that mean the same: 1, 1.0 and True differ, and so do 0.0 and -0.0."""
    if isinstance(value, dict):
        return tuple((key, _key(item)) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return ("list", *(_key(item) for item in value))
    if isinstance(value, (bool, int, float, complex)):
        return (type(value).__name__, repr(value))
    return value
