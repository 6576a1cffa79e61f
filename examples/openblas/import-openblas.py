#!/usr/bin/env python3
# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Imports the perceptron or the convolutional network from PyTorch: MLIR, weights, an input and PyTorch's output."""

from __future__ import annotations

import argparse
import sys

from lexon.cli.import_script import Subject, argument_parser, run_import


def main() -> int:
    """Writes the files named in README.md into --output-dir; returns the exit code."""
    parser = argument_parser(__doc__)
    parser.add_argument("--model", choices=("mlp", "cnn"), required=True, help="which model")
    return run_import(parser.parse_args(), _load)


def _load(options: argparse.Namespace) -> Subject:
    import cnn_model
    import mlp_model
    import references
    import torch

    module, reference = {"mlp": (mlp_model, references.mlp), "cnn": (cnn_model, references.cnn)}[options.model]
    generator = torch.Generator().manual_seed(options.seed + 1)
    x = torch.randn((options.batch_size, *module.INPUT_SHAPE), generator=generator)
    return Subject(module.build(options.seed), x, reference, {"batch_size": options.batch_size})


if __name__ == "__main__":
    sys.exit(main())
