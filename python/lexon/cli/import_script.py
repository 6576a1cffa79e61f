# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Import scripts: programs that import one model of their own and store what the compiled model is measured against.

A script says how its model is loaded; options, files, messages and exit codes are those of all such scripts:

    def load(options):
        return Subject(model, x, reference, {"batch_size": 1})

    if __name__ == "__main__":
        sys.exit(run_import(argument_parser("Imports my model.").parse_args(), load))
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lexon.errors import LexonError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = Mapping[str, NDArray[Any]]
    Reference = Callable[[NDArray[Any], Arrays], tuple[NDArray[Any], NDArray[Any]]]


@dataclass(frozen=True)
class Subject:
    """A model, its input, and the computation that its output is measured against.

    `reference` takes the input and the weights by name, and returns the exact output in f64 and how far each element
    of an f32 output may be off (lexon.proof). `sizes` are stored as `configuration.NAME`.
    """

    model: Any
    input: Any
    reference: Reference
    sizes: Mapping[str, int]


def argument_parser(description: str | None) -> argparse.ArgumentParser:
    """The options that all import scripts have; a script adds its own."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--batch-size", type=positive, default=1, help="inputs at once (default: 1)")
    parser.add_argument("--output-type", choices=("tosa", "linalg"), default="tosa", help="dialect (default: tosa)")
    parser.add_argument("--output-dir", type=Path, default=Path(), help="folder for the files (default: here)")
    parser.add_argument("--seed", type=int, default=0, help="seed of weights and input (default: 0)")
    parser.add_argument(
        "--source-root", type=Path, help="name sources in locations relative to this folder, not by absolute path"
    )
    parser.add_argument("--depfile", type=Path, help="also write what the output depends on, for the build system")
    return parser


def positive(text: str) -> int:
    """The type of an option that counts something."""
    try:
        number = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number") from None
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not 1 or more")
    return number


def check_length(length: int, maximum: int) -> None:
    """Refuses a sequence that is longer than the model's positions."""
    if length > maximum:
        raise LexonError(f"--seq-len {length} is more than the {maximum} positions of this configuration")


def run_import(options: argparse.Namespace, load: Callable[[argparse.Namespace], Subject]) -> int:
    """Writes MLIR, weights and `reference.data` into --output-dir; returns the exit code of the script."""
    script = Path(sys.argv[0]).name
    try:
        _import(options, load)
    except OSError as error:
        print(f"{error.filename or script}: error: {error.strerror or error}", file=sys.stderr)
        return 1
    except LexonError as error:
        advice = f"\n  what to do: {error.advice}" if error.advice else ""
        print(f"{error.place or script}: error: {error.message}{advice}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return 0


def _import(options: argparse.Namespace, load: Callable[[argparse.Namespace], Subject]) -> None:
    from lexon.frontend import import_model
    from lexon.frontend.setup import require_torch

    require_torch()
    with _memory(), _step("load the model"):
        subject = load(options)
    options.output_dir.mkdir(parents=True, exist_ok=True)
    reference = options.output_dir / "reference.data"
    with _memory():
        _write_reference(reference, subject)
    try:
        imported = import_model(
            subject.model,
            (subject.input,),
            work_dir=options.output_dir,
            output_type=options.output_type,
            progress=_report,
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


def _write_reference(path: Path, subject: Subject) -> None:
    """The input, PyTorch's f32 output, the f64 output, the tolerated error per element, and the sizes."""
    import numpy as np
    import torch

    from lexon.weights import write_weights

    x = subject.input.numpy()
    with _step("PyTorch in f32"), torch.no_grad():
        eager = subject.model(subject.input).numpy()
    with _step("reference in f64"):
        weights = {name: tensor.numpy() for name, tensor in subject.model.state_dict().items()}
        expected, tolerance = subject.reference(x, weights)
    tensors = {"input": x, "eager": eager, "expected": expected, "tolerance": tolerance}
    tensors |= {f"configuration.{name}": np.array(value, np.int64) for name, value in subject.sizes.items()}
    write_weights(path, tensors.items())


@contextmanager
def _memory() -> Iterator[None]:
    """Sizes that this machine cannot hold are the user's to mend; PyTorch reports them as RuntimeError."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "allocate" not in str(error) and "size" not in str(error):
            raise
        raise LexonError(
            "there is not enough memory for these sizes", advice="give a smaller batch, shorter input or smaller model"
        ) from error


def _shorten_locations(path: Path, root: Path) -> None:
    from lexon.compiler.driver import fresh_beside

    text = path.read_text().replace(f'loc("{root}/', 'loc("')
    with fresh_beside(path) as temporary:
        temporary.write_text(text)
        temporary.replace(path)


def _write_depfile(path: Path) -> None:
    """Everything of Lexon's and of the script's folder that took part, in make's syntax."""
    import lexon

    script = Path(sys.argv[0]).resolve()
    roots = (script.parent, Path(lexon.__file__).resolve().parent)
    modules = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    files = {script, *(Path(name).resolve() for name in modules if name)}
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
