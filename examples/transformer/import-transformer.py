#!/usr/bin/env python3
# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Imports the transformer block from PyTorch: MLIR, weights, and what the compiled block is measured against."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Writes the files named in README.md into --output-dir; returns the exit code."""
    from lexon.errors import LexonError

    options = _parse()
    try:
        _import(options)
    except OSError as error:
        print(f"{error.filename}: error: {error.strerror}", file=sys.stderr)
        return 1
    except LexonError as error:
        advice = f"\n  what to do: {error.advice}" if error.advice else ""
        print(f"{error.place or 'import-transformer.py'}: error: {error.message}{advice}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch-size", type=_positive, default=1, help="sequences at once (default: 1)")
    parser.add_argument("--seq-len", type=_positive, default=40, help="tokens of a sequence (default: 40)")
    parser.add_argument("--output-type", choices=("tosa", "linalg"), default="tosa", help="dialect (default: tosa)")
    parser.add_argument("--output-dir", type=Path, default=Path(), help="folder for the files (default: here)")
    parser.add_argument("--small", action="store_true", help="the small configuration of the block")
    parser.add_argument("--seed", type=int, default=0, help="seed of weights and input (default: 0)")
    parser.add_argument(
        "--source-root", type=Path, help="name sources in locations relative to this folder, not by absolute path"
    )
    parser.add_argument("--depfile", type=Path, help="also write what the output depends on, for the build system")
    return parser.parse_args()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not 1 or more")
    return number


def _import(options: argparse.Namespace) -> None:
    from lexon.frontend import import_model
    from lexon.frontend.setup import require_torch

    require_torch()
    with _step("load the model"):
        import transformer_model as blocks

        config = blocks.SMALL if options.small else blocks.BlockConfig()
        _check_length(options.seq_len, config.max_position_embeddings)
        model = blocks.build(config, options.seed)
        x = blocks.example_input(config, options.batch_size, options.seq_len, options.seed + 1)
    options.output_dir.mkdir(parents=True, exist_ok=True)
    reference = options.output_dir / "reference.data"
    _write_reference(reference, model, x, config)
    try:
        imported = import_model(
            model, (x,), work_dir=options.output_dir, output_type=options.output_type, progress=_report
        )
        if options.source_root:
            for path in (imported.forward, *imported.subgraphs):
                _shorten_locations(path, options.source_root.resolve())
    except BaseException:  # an interrupt too: a reference without its model would be half an import
        for path in (reference, reference.with_suffix(".json")):
            path.unlink(missing_ok=True)
        raise
    if options.depfile:
        _write_depfile(options.depfile)
    fusions = ", ".join(f"{name} {count}" for name, count in imported.fusions.items() if count) or "none"
    print(f"fusions: {fusions}")


def _check_length(length: int, maximum: int) -> None:
    from lexon.errors import LexonError

    if length > maximum:
        raise LexonError(f"--seq-len {length} is more than the {maximum} positions of this configuration")


def _write_reference(path: Path, model: Any, x: Any, config: Any) -> None:
    """The input, PyTorch's f32 output, the f64 output, the tolerated error per element, and the sizes."""
    import numpy as np
    import torch
    from reference_block import reference

    from lexon.weights import write_weights

    with _step("PyTorch in f32"), torch.no_grad():
        eager = model(x).numpy()
    with _step("reference in f64"):
        weights = {name: tensor.numpy() for name, tensor in model.state_dict().items()}
        expected, tolerance = reference(x.numpy(), weights, config)
    sizes = {"batch_size": x.shape[0], "seq_len": x.shape[1]}
    sizes |= {name: value for name, value in asdict(config).items() if isinstance(value, int)}
    tensors = {"input": x.numpy(), "eager": eager, "expected": expected, "tolerance": tolerance}
    tensors |= {f"configuration.{name}": np.array(value, np.int64) for name, value in sizes.items()}
    write_weights(path, tensors.items())


def _shorten_locations(path: Path, root: Path) -> None:
    from lexon.compiler.driver import fresh_beside

    text = path.read_text().replace(f'loc("{root}/', 'loc("')
    with fresh_beside(path) as temporary:
        temporary.write_text(text)
        temporary.replace(path)


def _write_depfile(path: Path) -> None:
    """Everything of Lexon's and of this example that took part, in make's syntax."""
    import lexon

    roots = (HERE, Path(lexon.__file__).resolve().parent)
    modules = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    files = {Path(__file__).resolve(), *(Path(name).resolve() for name in modules if name)}
    used = sorted(str(file) for file in files if any(file.is_relative_to(root) for root in roots))
    escaped = " ".join(name.replace(" ", "\\ ") for name in used)
    path.write_text(f"forward.mlir: {escaped}\n")


def _report(stage: str, seconds: float | None) -> None:
    if seconds is not None:
        print(f"{stage:<20}{seconds:8.2f} s", flush=True)


@contextmanager
def _step(name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    _report(name, time.perf_counter() - start)


if __name__ == "__main__":
    sys.exit(main())
