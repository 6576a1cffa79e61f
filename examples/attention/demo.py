#!/usr/bin/env python3
# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`make demo-attention`: compiles an attention layer of PyTorch, and proves it at each size by each matmul path."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "common"))
from staged_demo import Demo, Stage, argument_parser, main_stages, run_demo


def main() -> int:
    """Runs the demo; returns the exit code."""
    programs = Stage("proof", "a program for each size and matmul path", "lexon-attention-proof-programs")
    demo = Demo("attention", "LEXON_ATTENTION_EXAMPLES", (*main_stages("attention"), programs), _proof)
    return run_demo(demo, argument_parser(__doc__).parse_args())


def _proof(build: Path, _options: argparse.Namespace) -> list[str]:
    return ["cmake", "--build", str(build), "--target", "lexon-attention-proof"]


if __name__ == "__main__":
    sys.exit(main())
