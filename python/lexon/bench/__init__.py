# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Benchmarks: Lexon beside other systems on the same machine, in one process, turn by turn (docs/performance)."""

from lexon.bench.goals import Goal, Level
from lexon.bench.problem import Problem
from lexon.bench.suite import Group, Row

__all__ = ["Goal", "Group", "Level", "Problem", "Row"]
