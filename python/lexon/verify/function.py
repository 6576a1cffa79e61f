# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares one function, before and after, on all its inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from lexon.errors import LexonError
from lexon.verify.bounds import Bounds, Layout
from lexon.verify.compare import Comparison, compare, compare_bits, widen
from lexon.verify.inputs import Argument, InputOptions, make_inputs, shape_cases
from lexon.verify.runner import Run, Runner

Array = NDArray[Any]


@dataclass(frozen=True)
class Programs:
    """The libraries of one section. `after` maps the name of a transformation (a stage's, if there are several) to
    its library or to why there is none. `bounds` is None where only the same bits will do. `tolerance`, if given,
    replaces the bounds by one number, measured from the unchanged program; 0 demands its bits."""

    before: Path
    after: Mapping[str, Path | LexonError]
    bounds: Path | None
    tolerance: float | None = None


@dataclass(frozen=True)
class Outcome:
    """How one transformation of one function fared: what was compared and the first problem.

    `departs` is true if the problem is that the transformed program does something else than the unchanged one, and
    not that it could not be made or compared.
    """

    name: str
    comparison: Comparison = field(default_factory=Comparison)
    problem: str | None = None
    departs: bool = False

    @property
    def passed(self) -> bool:
        """True if something was compared and nothing was wrong."""
        return self.problem is None and self.comparison.elements > 0


@dataclass(frozen=True)
class FunctionReport:
    """All outcomes of one function. `place` is its section; `bitwise` is true if the unchanged program's bits were
    demanded, and `note` says why if nobody asked for that."""

    function: str
    place: str
    outcomes: tuple[Outcome, ...] = ()
    problem: str | None = None
    note: str | None = None
    bitwise: bool = False

    @property
    def passed(self) -> bool:
        """True if every transformation passed."""
        return self.problem is None and bool(self.outcomes) and all(outcome.passed for outcome in self.outcomes)


@dataclass(frozen=True)
class _Case:
    """One set of inputs with what the unchanged program and the f64 program made of them.

    `bounds` holds value and bound of each floating-point result, `buffers` those of each buffer after the call.
    """

    inputs: list[Array]
    path: Path
    text: str
    before: Run
    bounds: list[Bounds | None]
    buffers: dict[int, Bounds]


class _Wrong(Exception):
    """Ends the check of a function: the unchanged program or the bounds are not usable."""


def check_function(
    signature: Mapping[str, Any], place: str, programs: Programs, runner: Runner, options: InputOptions
) -> FunctionReport:
    """Runs one function of every program on the same inputs and compares."""
    name = str(signature["function"])
    if "arguments" not in signature:
        problem = "cannot be called: one of its types has no description (an unranked memref, an unknown element type)"
        return FunctionReport(name, place, problem=problem)
    arguments = [Argument.from_json(item) for item in signature["arguments"]]
    results = [Argument.from_json(item) for item in signature["results"]]
    outcomes = {
        after: Outcome(after, problem=str(built) if isinstance(built, LexonError) else None)
        for after, built in programs.after.items()
    }
    try:
        for number, shapes in enumerate(shape_cases(arguments, options)):
            case = _prepare(name, arguments, results, shapes, number, programs, runner, options)
            for after, library in programs.after.items():
                if isinstance(library, Path) and outcomes[after].problem is None:
                    outcomes[after] = _add(outcomes[after], library, name, arguments, results, case, programs, runner)
    except (_Wrong, LexonError) as wrong:
        return FunctionReport(name, place, problem=str(wrong))
    nothing = "there is nothing to compare: no results, and no argument is changed"
    checked = [
        replace(outcome, problem=nothing) if outcome.problem is None and not outcome.comparison.elements else outcome
        for outcome in outcomes.values()
    ]
    return FunctionReport(name, place, tuple(checked))


def _prepare(
    name: str,
    arguments: Sequence[Argument],
    results: Sequence[Argument],
    shapes: Sequence[tuple[int, ...]],
    number: int,
    programs: Programs,
    runner: Runner,
    options: InputOptions,
) -> _Case:
    inputs = make_inputs(arguments, shapes, options, number)
    path = runner.inputs(inputs)
    sizes = " ".join(f"{index}:{'x'.join(map(str, shape)) or 'scalar'}" for index, shape in enumerate(shapes))
    text = f"seed {options.seed}, inputs {sizes}" if sizes else "no inputs"
    before = runner.call(programs.before, name, path)
    if before.problem:
        advice = "; the program may not allow these inputs: choose sizes with --dynamic, integers with --range"
        raise _Wrong(f"the unchanged program {before.problem} ({text}){advice}")
    if programs.bounds is None:
        return _Case(inputs, path, text, before, [None] * len(results), {})
    layout = Layout(arguments, results, shapes, before.results)
    reference = runner.call(programs.bounds, name, path, layout.returned, layout.passed, prepare=programs.before)
    if reference.problem:
        raise _Wrong(f"the f64 program with bounds {reference.problem} ({text})")
    found = layout.read(reference.results)
    if found is None:
        raise _Wrong(f"the f64 program with bounds has {len(reference.results)} results, which is not expected")
    bounds, buffers = found
    parts = [
        (f"result {index}", got, pair, _raw(result))
        for index, (result, pair, got) in enumerate(zip(results, bounds, before.results, strict=True))
    ]
    for index, pair in buffers.items():
        parts.append((_buffer(index), before.changed.get(index, inputs[index]), pair, _raw(arguments[index])))
    for part, got, bound, dtype in parts:
        own = compare(got, *bound, fallback=got, dtype=dtype) if bound else Comparison()
        if own.offence:
            raise _Wrong(f"the unchanged program is outside its own bounds: {part}, {own.offence} ({text})")
    return _Case(inputs, path, text, before, bounds, buffers)


def _add(
    outcome: Outcome,
    library: Path,
    name: str,
    arguments: Sequence[Argument],
    results: Sequence[Argument],
    case: _Case,
    programs: Programs,
    runner: Runner,
) -> Outcome:
    """The outcome with one more case."""
    buffers = [
        (str(array.dtype), array.shape)
        for array, result in zip(case.before.results, results, strict=True)
        if result.kind == "memref"
    ]
    run = runner.call(library, name, case.path, buffers)
    if run.problem:
        return replace(outcome, problem=f"the transformed program {run.problem} ({case.text})", departs=True)
    if len(run.results) != len(results):
        problem = f"has {len(run.results)} results after the change, {len(results)} before"
        return replace(outcome, problem=problem, departs=True)
    total = outcome.comparison
    parts = [
        (f"result {index}", got, before, pair, _raw(result))
        for index, (result, got, before, pair) in enumerate(
            zip(results, run.results, case.before.results, case.bounds, strict=True)
        )
    ]
    for index in sorted({*run.changed, *case.before.changed}):
        given = case.inputs[index]
        pair = run.changed.get(index, given), case.before.changed.get(index, given)
        parts.append((_buffer(index), *pair, case.buffers.get(index), _raw(arguments[index])))
    for part, got, before, bounds, dtype in parts:
        found = _compare(got, before, bounds, dtype, programs.tolerance)
        total += found
        if found.offence:
            problem = f"{part}, {found.offence} ({case.text}); {found.wrong} of {found.elements} are wrong"
            return replace(outcome, comparison=total, problem=problem, departs=True)
    return replace(outcome, comparison=total)


def _compare(
    got: Array, before: Array, bounds: Bounds | None, dtype: str | None, tolerance: float | None
) -> Comparison:
    if tolerance is not None and tolerance > 0 and (before.dtype.kind in "fc" or dtype == "bf16"):
        return compare(got, widen(before, dtype), tolerance, fallback=before, dtype=dtype)
    if bounds is not None:
        return compare(got, *bounds, fallback=before, dtype=dtype)
    return compare_bits(got, before, dtype=dtype)


def _buffer(index: int) -> str:
    return f"argument {index} after the call"


def _raw(argument: Argument) -> str | None:
    return "bf16" if argument.dtype == "bf16" else None
