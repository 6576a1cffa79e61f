#!/usr/bin/env python3
# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Imports the transformer block from PyTorch: MLIR, weights, and what the compiled block is measured against."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict

from lexon.cli.import_script import Subject, argument_parser, check_length, positive, run_import


def main() -> int:
    """Writes the files named in README.md into --output-dir; returns the exit code."""
    parser = argument_parser(__doc__)
    parser.add_argument("--seq-len", type=positive, default=40, help="tokens of a sequence (default: 40)")
    parser.add_argument("--small", action="store_true", help="the small configuration of the block")
    return run_import(parser.parse_args(), _load)


def _load(options: argparse.Namespace) -> Subject:
    import transformer_model as blocks
    from reference_block import reference

    config = blocks.SMALL if options.small else blocks.BlockConfig()
    check_length(options.seq_len, config.max_position_embeddings)
    model = blocks.build(config, options.seed)
    x = blocks.example_input(config, options.batch_size, options.seq_len, options.seed + 1)
    sizes = {"batch_size": options.batch_size, "seq_len": options.seq_len}
    sizes |= {name: value for name, value in asdict(config).items() if isinstance(value, int)}
    return Subject(model, x, lambda x, weights: reference(x, weights, config), sizes)


if __name__ == "__main__":
    sys.exit(main())
