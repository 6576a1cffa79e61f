#!/usr/bin/env python3
# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`make demo`: imports the transformer block from PyTorch, compiles it by stages, runs it and proves the result."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "common"))
from staged_demo import Demo, argument_parser, main_stages, run_demo


def main() -> int:
    """Runs the demo; returns the exit code."""
    parser = argument_parser(__doc__)
    parser.add_argument("--runs", type=int, default=50, help="timed runs (default: 50)")
    demo = Demo("transformer", "LEXON_TRANSFORMER_EXAMPLES", main_stages("transformer"), _proof)
    return run_demo(demo, parser.parse_args())


def _proof(build: Path, options: argparse.Namespace) -> list[str]:
    return [str(build / "bin" / "transformer-runner-staged"), "--runs", str(options.runs)]


if __name__ == "__main__":
    sys.exit(main())
