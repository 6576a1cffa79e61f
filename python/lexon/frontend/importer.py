# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`import_model`: from a PyTorch model to `forward.mlir`, `subgraph0.mlir` and the weights."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from lexon.errors import LexonError
from lexon.frontend.diagnose import Lower, refusal
from lexon.frontend.emission import forward_text
from lexon.frontend.files import staged
from lexon.frontend.isolation import Child, ChildCrashed
from lexon.frontend.lowering import Lowered, LoweringFailed, lower
from lexon.frontend.setup import require_torch
from lexon.frontend.structure import Structure

if TYPE_CHECKING:
    from lexon.frontend.program import Program
    from lexon.frontend.subgraph import Subgraph
    from lexon.weights import Manifest

OutputType = Literal["tosa", "linalg", "auto"]
Progress = Callable[[str, "float | None"], None]


@dataclass(frozen=True)
class ImportedModel:
    """The files of one import, and how the model's arguments and results map to those of `@forward`.

    `weights` and `manifest` are None for a model without weights, `subgraphs` is empty if nothing is computed.
    `inputs` is the tuple (positional arguments, keyword arguments). `output_type` is "tosa" or "linalg".
    """

    directory: Path
    forward: Path
    subgraphs: tuple[Path, ...]
    weights: Path | None
    manifest: Path | None
    graph_log: Path
    fused_log: Path
    inputs: Structure
    outputs: Structure
    output_type: str
    reason: str
    fusions: Mapping[str, int]


@dataclass
class _Import:
    """One run: the request, and a clock that reports each stage."""

    directory: Path
    output_type: OutputType
    progress: Progress | None
    lowering: Lower = lower
    reason: str = field(default="")

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        if self.progress:
            self.progress(name, None)
        start = time.perf_counter()
        yield
        if self.progress:
            self.progress(name, time.perf_counter() - start)


def import_model(
    model: Any,
    example_inputs: tuple[Any, ...],
    *,
    kwargs: Mapping[str, Any] | None = None,
    work_dir: str | Path,
    output_type: OutputType = "auto",
    dynamic_shapes: Any = None,
    progress: Progress | None = None,
    _lowering: Lower = lower,
) -> ImportedModel:
    """Writes `model` (a torch module or function) as MLIR and weights into `work_dir`.

    `example_inputs` and `kwargs` fix shapes and dtypes; their values do not matter. `dynamic_shapes` is that of
    `torch.export`. "auto" takes TOSA where it computes in the model's own types, else linalg. `progress` is called
    with each stage's name and None when it starts, and its seconds when it ends. The model is left as it was.
    Raises LexonError; then, and after an interrupt, `work_dir` is as before. `_lowering` is for tests.

    >>> import torch, tempfile
    >>> model = torch.nn.Linear(4, 8)
    >>> imported = import_model(model, (torch.zeros(2, 4),), work_dir=tempfile.mkdtemp())
    >>> imported.outputs.tensors()[0].shape
    (2, 8)
    """
    if output_type not in ("tosa", "linalg", "auto"):
        raise LexonError(f"unknown output type {output_type!r}", advice="use 'tosa', 'linalg' or 'auto'")
    if not isinstance(example_inputs, (tuple, list)):
        raise LexonError("example_inputs is not a tuple", advice="pass (x,) for a model with one argument")
    require_torch()
    run = _Import(Path(work_dir), output_type, progress, _lowering)
    return _import(run, model, tuple(example_inputs), dict(kwargs or {}), dynamic_shapes)


def _import(
    run: _Import, model: Any, args: tuple[Any, ...], kwargs: dict[str, Any], dynamic_shapes: Any
) -> ImportedModel:
    with run.stage("load PyTorch"):
        import torch_mlir.fx  # noqa: F401  (the child inherits it)

        from lexon.frontend import exporting, subgraph
        from lexon.frontend.fusion import run_fusions
        from lexon.frontend.graph import snapshot
        from lexon.frontend.masks import mark_causal_masks
        from lexon.frontend.views import regroup_views
    with run.stage("export"):
        program, interface = exporting.trace(model, args, kwargs, dynamic_shapes)
        original = snapshot(program)
    with run.stage("fuse"):
        counts = run_fusions(program)
        exporting.refuse_random(program)
        exporting.refuse_masks(program)
        regroup_views(program)
        mark_causal_masks(program)
        part = subgraph.cut(program, "subgraph0")
    with staged(run.directory) as folder:
        lowered, manifest = _lower_and_store(run, program, part, folder)
        with run.stage("write"):
            (folder / "graph.log").write_text(str(original))
            header = "".join(f"{name}: {count}\n" for name, count in counts.items())
            choice = f"output: {run.output_type} ({run.reason})\n\n"
            (folder / "graph_fused.log").write_text(header + choice + str(snapshot(program)))
            (folder / "forward.mlir").write_text(forward_text(program, part, lowered, manifest))
            if lowered:
                (folder / "subgraph0.mlir").write_text(lowered.text)
    place = run.directory
    return ImportedModel(
        directory=place,
        forward=place / "forward.mlir",
        subgraphs=(place / "subgraph0.mlir",) if lowered else (),
        weights=place / "arg0.data" if manifest else None,
        manifest=place / "arg0.json" if manifest else None,
        graph_log=place / "graph.log",
        fused_log=place / "graph_fused.log",
        inputs=interface.inputs,
        outputs=interface.outputs,
        output_type=run.output_type,
        reason=run.reason,
        fusions=counts,
    )


def _lower_and_store(
    run: _Import, program: Program, part: Subgraph | None, folder: Path
) -> tuple[Lowered | None, Manifest | None]:
    """Lowers in a child while this process writes the weights."""
    from lexon.frontend.choose import reason_against_tosa

    if part is None:
        run.output_type, run.reason = "linalg", "nothing is computed"
        return None, _store(run, program, folder)
    against = reason_against_tosa(program)
    first = run.output_type if run.output_type != "auto" else ("linalg" if against else "tosa")
    run.reason = against or "all values have TOSA types"
    if run.output_type != "auto":
        run.reason = "as asked" + (f", although {against}" if against and first == "tosa" else "")
    with Child(lambda: run.lowering(part.module, first, part.name)) as child:
        manifest = _store(run, program, folder)
        try:
            with run.stage(f"lower to {first}"):
                lowered: Lowered = child.wait()
        except (LoweringFailed, ChildCrashed) as failure:
            if run.output_type != "auto" or first != "tosa":
                raise refusal(program, first, failure, run.lowering) from None
            run.reason = f"TOSA failed: {_summary(failure)}"
            first, lowered = "linalg", _retry(run, program, part)
    run.output_type = "tosa" if first == "tosa" else "linalg"
    return lowered, manifest


def _retry(run: _Import, program: Program, part: Subgraph) -> Lowered:
    try:
        with run.stage("lower to linalg"), Child(lambda: run.lowering(part.module, "linalg", part.name)) as child:
            lowered: Lowered = child.wait()
            return lowered
    except (LoweringFailed, ChildCrashed) as failure:
        raise refusal(program, "linalg", failure, run.lowering) from None


def _summary(failure: LoweringFailed | ChildCrashed) -> str:
    if isinstance(failure, ChildCrashed):
        return failure.reason
    return failure.diagnostics[0].message.splitlines()[0] if failure.diagnostics else "no reason given"


def _store(run: _Import, program: Program, folder: Path) -> Manifest | None:
    from lexon.frontend.types import raw_content
    from lexon.weights import write_weights

    if not program.weights:
        return None
    with run.stage("store weights"):
        weights = [program.weights[node.name] for node in program.used_weights()]
        aliases = {alias: weight.name for weight in weights for alias in weight.aliases}
        tensors = ((weight.name, raw_content(weight.tensor, weight.name)) for weight in weights)
        return write_weights(folder / "arg0.data", tensors, aliases=aliases)
