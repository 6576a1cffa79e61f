# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Rewrites of the exported graph that change the generated code, run in order until none finds anything more.

Each is a `Fusion`: a name and a function that rewrites a `Program` in place and returns how often it fired. All are
exact: bit for bit, except that `merge-linears` may change the order of a dot product's sum. None knows a model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lexon.errors import LexonError
from lexon.frontend.program import Program


@dataclass(frozen=True)
class Fusion:
    """A named rewrite; `apply` returns the number of places it changed."""

    name: str
    apply: Callable[[Program], int]


def fusions() -> tuple[Fusion, ...]:
    """All fusions in the order they run."""
    from lexon.frontend.fusion import constants, linears, noops, powers, subexpressions

    return (
        Fusion("remove-no-ops", noops.apply),
        Fusion("fold-constants", constants.apply),
        Fusion("power-to-multiply", powers.apply),
        Fusion("share-subexpressions", subexpressions.apply),
        Fusion("merge-linears", linears.apply),
    )


def run_fusions(program: Program, limit: int = 50) -> dict[str, int]:
    """Applies all fusions to a fixpoint; returns name -> count, zeros included, in order."""
    counts = {fusion.name: 0 for fusion in fusions()}
    for _ in range(limit):
        before = sum(counts.values())
        for fusion in fusions():
            counts[fusion.name] += fusion.apply(program)
            program.clean()
        if sum(counts.values()) == before:
            program.module.graph.lint()
            return counts
    raise LexonError(f"the graph rewrites do not come to rest after {limit} rounds", advice="report this as a bug")
