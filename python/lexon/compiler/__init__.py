# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""From MLIR files to a shared library, by Lexon's command-line tools."""

from lexon.compiler.build import build_file, build_library
from lexon.compiler.driver import Toolbox, run_tool

__all__ = ["Toolbox", "build_file", "build_library", "run_tool"]
