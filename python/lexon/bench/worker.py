# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures one row in this process: `python -m lexon.bench.worker JOB RESULT`, both JSON files.

A process of its own for each row: thread counts, thread pools and memory of one row cannot disturb the next, and a
system that ends the process ends only its row. It may run in another environment than the command line's, one with
the peers, so it needs nothing but the standard library, numpy, torch and Lexon.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from lexon.bench.job import Job, Outcome, SystemResult
from lexon.bench.measure import Timed, largest_error, take_turns
from lexon.bench.problem import Case, Problem, make_case, work
from lexon.bench.suite import find_row
from lexon.bench.systems import MAKERS
from lexon.errors import LexonError


def run(job: Job) -> Outcome:
    """Builds the row's problem, sets up every system, checks and times them."""
    import torch

    row = find_row(Path(job.suite), job.row)
    torch.set_num_threads(row.threads)
    problem = row.build()
    flops, weight_bytes = work(problem, row.dtype)
    with tempfile.TemporaryDirectory(prefix="lexon-bench-") as folder, torch.no_grad():
        copies = _copies(job, weight_bytes) if row.cold else 1
        _say("f64 reference")
        case = make_case(problem, row.dtype, row.threads, Path(folder), copies)
        results, timed = _set_up(job, case)
        take_turns(timed, job.samples, _say)
    for system in timed:
        found = results[system.key]
        found.times, found.error = system.times, system.error
    scale = max((float(abs(value).max()) for value in case.expected if value.size), default=0.0)
    return Outcome(job.row, list(results.values()), flops, weight_bytes, problem.elements, scale)


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


def _copies(job: Job, weight_bytes: float) -> int:
    """So many copies of the weights that the last-level cache holds a quarter of them at most."""
    return max(2, -(-4 * job.cache_bytes // max(1, int(weight_bytes))))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    """Reads the job, writes the result."""
    job, result = map(Path, arguments)
    outcome: Any = run(Job(**json.loads(job.read_text())))
    result.write_text(json.dumps(outcome.to_json()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
