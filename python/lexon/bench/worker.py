# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures one row in this process: `python -m lexon.bench.worker JOB RESULT`, both JSON files.

A process of its own for each row: thread counts, thread pools and memory of one row cannot disturb the next, and a
system that ends the process ends only its row. It may run in another environment than the command line's, one with
the peers, so it needs nothing but numpy, xxhash, torch and Lexon.
"""

from __future__ import annotations

import json
import os
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from lexon.bench.job import Job, Outcome, SystemResult
from lexon.bench.machine import Limits, Watch, cache_bytes
from lexon.bench.measure import Timed, largest_error, take_turns
from lexon.bench.problem import Case, Problem, make_case, work
from lexon.bench.suite import Row, find_row
from lexon.bench.systems import MAKERS
from lexon.errors import LexonError
from lexon.frontend.setup import require_torch

PROGRESS = "lexon-bench: "  # begins the lines that the command line shows


def run(job: Job) -> Outcome:
    """Measures what the job says. Raises LexonError if the row cannot be measured at all."""
    if Path(job.row).suffix in (".mlir", ".mlirbc"):
        return _mlir(job)
    require_torch()
    import torch

    row = find_row(Path(job.suite), job.row) if job.suite else _users(job)
    torch.set_num_threads(row.threads)
    _say("make the model")
    problem = row.build()
    with torch.no_grad():
        if row.kind == "compile":
            from lexon.bench.other import compile_time

            return compile_time(row, problem, Path(job.folder))
        if row.kind == "memory":
            from lexon.bench.other import memory

            return memory(row, problem, Path(job.folder))
        return _times(job, row, problem)


def _times(job: Job, row: Row, problem: Problem) -> Outcome:
    """Sets up every system, checks its result against f64, and lets them take turns."""
    flops, weight_bytes = work(problem, row.dtype)
    # The last-level cache holds a quarter of the copies at most.
    copies = max(2, -(-4 * cache_bytes() // max(1, int(weight_bytes)))) if row.cold else 1
    _say("f64 reference")
    case = make_case(problem, row.dtype, row.threads, Path(job.folder), copies)
    results, timed = _set_up(job, case)
    machine = _compare(timed, job.samples, Limits(row.threads, row.dtype, int(weight_bytes)))
    for system in timed:
        results[system.key].times, results[system.key].error = system.times, system.error
    scale = max((float(abs(value).max()) for value in case.expected if value.size), default=0.0)
    return Outcome(job.row, list(results.values()), flops, weight_bytes, problem.elements, scale, machine=machine)


def _compare(systems: list[Timed], samples: int, limits: Limits) -> dict[str, Any]:
    """Lets the systems and the machine's limits take turns; the facts about the machine."""

    def before_round(text: str) -> None:
        _say(text)
        limits.measure()

    watch = Watch()
    take_turns(systems, samples, before_round)
    return {**limits.facts(), "disturbed": watch.disturbed()}


def _set_up(job: Job, case: Case) -> tuple[dict[str, SystemResult], list[Timed]]:
    """Sets up every system that can run the case. What one cannot is its own result, not the others' end."""
    results: dict[str, SystemResult] = {}
    timed: list[Timed] = []
    for key in job.systems:
        _say(f"set up {MAKERS[key].title}")
        result = results[key] = SystemResult(key)
        missing = MAKERS[key].missing()
        if missing:
            result.problem = f"not installed: {', '.join(missing)}"
            continue
        start = time.perf_counter()
        try:
            call = MAKERS[key].make(case)
            error = largest_error(call(), case.expected)
        except LexonError as failure:
            result.problem = str(failure)
        except Exception as failure:  # whatever another system raises
            result.problem = f"{type(failure).__name__}: {failure}"[:2000]
        else:
            result.set_up_seconds = time.perf_counter() - start
            timed.append(Timed(key, call, error=error))
    return results, timed


def _users(job: Job) -> Row:
    """The row for a model that the user named."""

    def build() -> Problem:
        from lexon.specs import example_tensors, load_model

        inputs, dynamic = example_tensors(job.inputs)
        if dynamic is not None:
            raise LexonError("a benchmark needs every size", advice="write numbers instead of ?")
        return Problem(load_model(job.row), inputs)

    return Row(job.row, job.row, build, job.threads, job.dtype)


def _mlir(job: Job) -> Outcome:
    """Times an MLIR program of the user's, compiled by Lexon: nobody else can run it."""
    from lexon.api import load_any
    from lexon.compiler.build import CompileOptions
    from lexon.execute import seeded_inputs
    from lexon.verify import InputOptions

    _say("compile")
    start = time.perf_counter()
    compiled = load_any(Path(job.row), "forward", CompileOptions(threads=job.threads))
    seconds = time.perf_counter() - start
    arrays = seeded_inputs(compiled, InputOptions())
    system = Timed("lexon", partial(compiled.call, arrays))
    machine = _compare([system], job.samples, Limits(job.threads, job.dtype))
    return Outcome(job.row, [SystemResult("lexon", system.times, 0.0, seconds)], machine=machine)


def _say(text: str) -> None:
    print(PROGRESS + text, file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    """Reads the job, writes the result."""
    job_file, result_file = map(Path, arguments)
    job = Job(**json.loads(job_file.read_text()))
    try:
        outcome = run(job)
    except LexonError as failure:
        outcome = Outcome(job.row, problem=str(failure))
    except Exception as failure:  # of the model: its row is lost, not the others
        outcome = Outcome(job.row, problem=f"{type(failure).__name__}: {failure}"[:2000])
    result_file.write_text(json.dumps(outcome.to_json()))
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)  # other runtimes' thread pools may hang at exit; the result is on disk
