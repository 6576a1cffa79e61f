# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Finds every op that cannot be lowered, after a lowering failed or crashed: torch-mlir itself stops at the first.

Each distinct op (with its operand types) is lowered alone, in a child of its own, so that crashes count too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lexon.errors import LexonError
from lexon.frontend.graph import describe, op_name
from lexon.frontend.isolation import ChildCrashed, run_isolated
from lexon.frontend.lowering import Diagnostic, LoweringFailed, lower
from lexon.frontend.program import Node, Program
from lexon.frontend.source import place
from lexon.frontend.subgraph import single

if TYPE_CHECKING:
    from torch.fx import GraphModule

Lower = Callable[["GraphModule", str, str], Any]


@dataclass
class Problem:
    """An op that does not lower, why, and the Python lines it stands at."""

    op: str
    types: str
    reason: str
    crash: bool
    places: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        where = f" at {', '.join(self.places)}" if self.places else ""
        return f"{self.op}({self.types}){where}: {self.reason}"


def find_problems(program: Program, output_type: str, lowering: Lower = lower) -> list[Problem]:
    """Every op of `program` that fails or crashes when it is lowered alone."""
    import operator

    problems: list[Problem] = []
    seen: dict[str, Problem | None] = {}
    for node in program.nodes():
        if node.op != "call_function" or node.target is operator.getitem:
            continue
        key = _signature(node)
        if key not in seen:
            seen[key] = _try(program, node, output_type, lowering)
            if (found := seen[key]) is not None:
                problems.append(found)
        problem, where = seen[key], place(node)
        if problem is not None and where and where not in problem.places:
            problem.places.append(where)
    return problems


def refusal(
    program: Program, output_type: str, failure: LoweringFailed | ChildCrashed, lowering: Lower = lower
) -> LexonError:
    """The error for a failed lowering: all ops that have no lowering, or MLIR's own diagnostics."""
    problems = find_problems(program, output_type, lowering)
    other = "linalg" if output_type == "tosa" else None
    advice = f"try output_type='{other}', or rewrite the named lines" if other else "rewrite the named lines"
    if problems:
        first = next((where for problem in problems for where in problem.places), None)
        lines = "".join(f"\n  {problem}" for problem in problems)
        number = "1 op has" if len(problems) == 1 else f"{len(problems)} ops have"
        return LexonError(f"{number} no lowering to {output_type}:{lines}", place=first, advice=advice)
    if isinstance(failure, ChildCrashed):
        log = f"; it printed: {failure.log}" if failure.log else ""
        message = f"torch-mlir crashed on this model ({failure.reason}), on none of its ops alone{log}"
        return LexonError(message, advice=advice)
    lines = "".join(f"\n  {item.message.splitlines()[0]}" for item in failure.diagnostics)
    places = [where for item in failure.diagnostics if (where := _location(item.location))]
    return LexonError(
        f"the model does not lower to {output_type}:{lines}", place=next(iter(places), None), advice=advice
    )


def _try(program: Program, node: Node, output_type: str, lowering: Lower) -> Problem | None:
    types = ", ".join(_type(arg) for arg in node.all_input_nodes)
    name = op_name(node.target)
    try:
        module = single(program, node)
        run_isolated(lambda: bool(lowering(module, output_type, "single")))
    except LoweringFailed as failure:
        return Problem(name, types, "; ".join(dict.fromkeys(map(_explain, failure.diagnostics))), crash=False)
    except ChildCrashed as crash:
        return Problem(name, types, f"torch-mlir crashes on it ({crash.reason})", crash=True)
    return None


def _signature(node: Node) -> str:
    """Equal for two nodes that lower alike: op, types of the operands, other arguments."""
    from torch.fx import map_arg

    args, kwargs = map_arg((node.args, dict(node.kwargs)), lambda operand: _type(operand))
    return f"{node.target}{args!r}{kwargs!r}"


def _type(node: Any) -> str:
    shape, dtype = describe(node.meta.get("val"))
    return dtype if dtype == "number" else f"{dtype}[{', '.join(map(str, shape))}]"


def _explain(diagnostic: Diagnostic) -> str:
    """MLIR's message without its boilerplate."""
    message = diagnostic.message.splitlines()[0]
    return "torch-mlir has no lowering for it" if message.startswith("failed to legalize operation") else message


def _location(text: str) -> str | None:
    found = re.search(r'"([^"]+)":([0-9]+)', text)
    return f"{found[1]}:{found[2]}" if found else None
