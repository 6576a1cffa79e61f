# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares programs before and after a transformation, and results with references. Needs numpy only."""

from lexon.verify.check import Plan, Report, verify_file
from lexon.verify.compare import Comparison, Offence, compare, compare_bits
from lexon.verify.function import FunctionReport, Outcome
from lexon.verify.inputs import InputOptions, parse_dynamic, parse_ranges

__all__ = [
    "Comparison", "FunctionReport", "InputOptions", "Offence", "Outcome", "Plan", "Report", "compare", "compare_bits",
    "parse_dynamic", "parse_ranges", "verify_file",
]  # fmt: skip
