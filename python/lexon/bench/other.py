# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Rows that are not about the time of calls: how long compilation takes, and how much memory a run needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from lexon.bench.job import Outcome, SystemResult
from lexon.bench.machine import Limits, Watch
from lexon.bench.problem import Problem, make_case, work
from lexon.bench.suite import Row
from lexon.errors import LexonError

REPEATS = 5


def compile_time(row: Row, problem: Problem, folder: Path) -> Outcome:
    """Seconds from the imported MLIR to a library, the least of a few times; weights are not part of it."""
    from lexon.compiler.build import CompileOptions, build_library
    from lexon.frontend import import_model

    case = make_case(problem, row.dtype, row.threads, folder)
    imported = import_model(case.model, case.inputs, work_dir=folder / "imported")
    files = [imported.forward, *imported.subgraphs]
    times, watch = [], Watch()
    for _ in range(REPEATS):
        start = time.perf_counter()
        library = build_library(files, folder / "model.so", CompileOptions(threads=row.threads))
        times.append(time.perf_counter() - start)
    size = sum(file.stat().st_size for file in files)
    detail = f"MLIR {size / 1024:.0f} KiB, library {library.stat().st_size / 1024:.0f} KiB"
    machine = {**Limits(row.threads, row.dtype).facts(), "disturbed": watch.disturbed()}
    return Outcome(row.name, [SystemResult("lexon", times)], value=min(times), detail=detail, machine=machine)


def memory(row: Row, problem: Problem, folder: Path) -> Outcome:
    """The most memory that a process with the compiled model has resident, beyond what it had before it loaded it, as a
    multiple of weights and activations: the largest sum of tensors alive at once that PyTorch eager needs."""
    import numpy as np

    import lexon

    _, weight_bytes = work(problem, row.dtype)
    case = make_case(problem, row.dtype, row.threads, folder)
    compiled = lexon.compile(case.model, case.inputs, threads=row.threads)
    saved = compiled.save(folder / "saved")
    arrays = compiled.arrays(compiled.flatten(case.inputs, {}))
    np.savez(folder / "inputs.npz", *arrays)
    activations = _most_alive(case.model, case.inputs) + sum(array.nbytes for array in arrays)
    command = [sys.executable, "-m", "lexon.bench.footprint", str(saved), str(folder / "inputs.npz")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))
    if done.returncode:
        raise LexonError(f"the measuring process failed: {done.stderr.strip()[-500:]}")
    used: dict[str, int] = json.loads(done.stdout)
    needed = weight_bytes + activations
    mebi = 1 << 20
    detail = (
        f"{used['most'] / mebi:.1f} MiB beyond the {used['before'] / mebi:.1f} MiB of the empty process; weights "
        f"{weight_bytes / mebi:.1f} MiB, activations {activations / mebi:.1f} MiB"
    )
    return Outcome(row.name, value=used["most"] / needed, detail=detail, weight_bytes=weight_bytes,
                   machine=Limits(row.threads, row.dtype).facts())  # fmt: skip


def _most_alive(model: Any, inputs: tuple[Any, ...]) -> int:
    """Bytes of the tensors that eager execution has alive at most, inputs and weights apart."""
    from torch.profiler import ProfilerActivity, profile

    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
        result = model(*inputs)
    del result
    events = [event for event in profiler.profiler.kineto_results.events() if event.name() == "[memory]"]
    alive = most = 0
    for event in sorted(events, key=lambda event: event.start_ns()):
        alive += event.nbytes()
        most = max(most, alive)
    return most
