# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What `lexon verify` does: every public function of every section of a file, before and after a transformation."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from lexon.compiler.driver import Toolbox
from lexon.compiler.manifest import read_manifest
from lexon.errors import LexonError
from lexon.verify.function import FunctionReport, Programs, check_function
from lexon.verify.inputs import InputOptions
from lexon.verify.passes import split_passes
from lexon.verify.programs import Builder, Built, Step
from lexon.verify.runner import Runner
from lexon.verify.sections import Section, split_sections

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What to verify. Exactly one of `pipeline`, `pass_pipeline` and `after` is given.

    `pipeline` is `NAME[{option=value ...}][,NAME...]`, `pass_pipeline` MLIR's text, `after` a file with the program
    as transformed by hand. `each_stage` compares after every stage of `pipeline`, `each_pass` after every pass of
    `pass_pipeline`. `tolerance` replaces the computed
    bounds (0: the same bits as before). `function` restricts to one function. `target` is a CPU name.
    """

    pipeline: str | None = None
    pass_pipeline: str | None = None
    after: Path | None = None
    each_stage: bool = False
    each_pass: bool = False
    tolerance: float | None = None
    function: str | None = None
    target: str | None = None
    timeout: float = 120.0
    inputs: InputOptions = field(default_factory=InputOptions)


@dataclass(frozen=True)
class Report:
    """The functions of a file, in order."""

    functions: tuple[FunctionReport, ...]

    @property
    def elements(self) -> int:
        """Elements compared in total."""
        return sum(outcome.comparison.elements for report in self.functions for outcome in report.outcomes)

    @property
    def passed(self) -> bool:
        """True if there was a function, something was compared, and every function passed."""
        return bool(self.functions) and self.elements > 0 and all(report.passed for report in self.functions)

    @property
    def departs(self) -> bool:
        """True if some program was transformed into one that does something else."""
        return any(outcome.departs for report in self.functions for outcome in report.outcomes)


def verify_file(path: Path, plan: Plan, progress: Progress = lambda text: None) -> Report:
    """Verifies `path` as `plan` says. Wrong results are in the report; LexonError means the question made no sense.

    >>> report = verify_file(Path("matmul.mlir"), Plan(pipeline="midend"))  # doctest: +SKIP
    >>> report.passed  # doctest: +SKIP
    True
    """
    if [plan.pipeline, plan.pass_pipeline, plan.after].count(None) != 2:
        raise LexonError("say what to verify: one of --pipeline, --pass-pipeline and --after")
    if plan.each_stage and plan.pipeline is None:
        raise LexonError("--each-stage needs --pipeline", advice="only a named pipeline has stages")
    if plan.each_pass and plan.pass_pipeline is None:
        raise LexonError("--each-pass needs --pass-pipeline", advice="--each-stage compares the stages of a pipeline")
    with tempfile.TemporaryDirectory(prefix="lexon-verify-") as name, Toolbox() as tools:
        folder = Path(name)
        with Runner(folder, timeout=plan.timeout) as runner:
            steps = _steps(plan, tools)
            reports: list[FunctionReport] = []
            sections = split_sections(path, folder)
            for number, section in enumerate(sections):
                progress(f"program {number + 1} of {len(sections)}")
                place = folder / f"programs{number}"
                place.mkdir()
                reports += _verify_section(section, plan, steps, Builder(section, place, tools, plan.target), runner)
    if plan.function is not None and not reports:
        raise LexonError(f"there is no public function '{plan.function}'", place=str(path))
    return Report(tuple(reports))


def _steps(plan: Plan, tools: Toolbox) -> list[Step]:
    """The parts of the transformation that are compared one by one; none if only the whole is."""
    if plan.each_pass and plan.pass_pipeline is not None:
        passes = split_passes(plan.pass_pipeline)
        return [Step(f"{n} {flag}", (f"--pass-pipeline={text}",)) for n, (flag, text) in enumerate(passes, start=1)]
    if not plan.each_stage or plan.pipeline is None:
        return []
    stages = [stage.name for stage in read_manifest(tools).stages(plan.pipeline)]
    starts = [(), *((f"--start-after={stage}",) for stage in stages)]
    return [
        Step(stage, (f"--pipeline={plan.pipeline}", *start, f"--stop-after={stage}"))
        for stage, start in zip(stages, starts, strict=False)
    ]


def _verify_section(
    section: Section, plan: Plan, steps: Sequence[Step], builder: Builder, runner: Runner
) -> list[FunctionReport]:
    place = f"{section.shown}:{section.line}"
    before, signatures, after, bounds = _build(plan, steps, builder)
    if before.library is None:
        return [FunctionReport("(all)", place, problem=f"the unchanged program cannot be compiled: {before.error}")]
    libraries = {name: built.library or built.error or LexonError("not built") for name, built in after.items()}
    programs = Programs(before.library, libraries, bounds.library, plan.tolerance)
    note = None
    if plan.tolerance is None and bounds.library is None:
        note = f"no bounds, so the same bits were demanded: {bounds.error}"
    chosen = [item for item in signatures if plan.function in (None, item["function"])]
    reports = [check_function(item, place, programs, runner, plan.inputs) for item in chosen]
    if not signatures and plan.function is None:
        reports = [FunctionReport("(none)", place, problem="there is no public function that can be called")]
    bitwise = bounds.library is None and not plan.tolerance
    return [replace(report, note=note, bitwise=bitwise) for report in reports]


def _build(
    plan: Plan, steps: Sequence[Step], builder: Builder
) -> tuple[Built, list[dict[str, Any]], dict[str, Built], Built]:
    """The three programs, built at the same time."""
    made: dict[str, Any] = {}
    builder.all(
        lambda: made.update(before=builder.before()),
        lambda: made.update(after=_transformed(plan, steps, builder)),
        lambda: made.update(bounds=_bounds(plan, builder)),
    )
    before, signatures = made["before"]
    return before, signatures, made["after"], made["bounds"]


def _bounds(plan: Plan, builder: Builder) -> Built:
    return builder.bounds() if plan.tolerance is None else Built(None)


def _transformed(plan: Plan, steps: Sequence[Step], builder: Builder) -> dict[str, Built]:
    """The library after each transformation to compare, by its name."""
    if plan.after is not None:
        return {"after": builder.build("after", Step("by-hand", ()), source=plan.after)}
    if steps:
        return _step_by_step(steps, builder)
    if plan.pass_pipeline is not None:
        return {"passes": builder.build("after", Step("passes", (f"--pass-pipeline={plan.pass_pipeline}",)))}
    return {str(plan.pipeline): builder.build("after", Step("pipeline", (f"--pipeline={plan.pipeline}",)))}


def _step_by_step(steps: Sequence[Step], builder: Builder) -> dict[str, Built]:
    """Each step starts from the IR after the one before; what stands after it is finished and kept."""
    sources: dict[str, Path] = {}
    failed: dict[str, Built] = {}
    source: Path | None = None
    for step in steps:
        try:
            source = builder.step(source, step.name, step)
        except LexonError as error:
            failed[step.name] = Built(None, error)
            break
        sources[step.name] = source
    libraries = builder.all(*[partial(builder.finish, file, name) for name, file in sources.items()])
    return {**dict(zip(sources, libraries, strict=True)), **failed}
