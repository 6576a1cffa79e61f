# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Starts a measuring process for each row and keeps the results of rows in a folder, one JSON file each."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from lexon import paths, runtime
from lexon.bench.job import Job, Outcome
from lexon.bench.systems import MAKERS
from lexon.compiler.driver import fresh_beside
from lexon.errors import LexonError

PROGRESS = "lexon-bench: "


def interpreter(systems: Iterable[str]) -> Path:
    """Python of the environment with the peers (`make bench-setup`) if it is there and one of `systems` needs what the
    one that runs now lacks; else the latter."""
    peers = paths.build_dir() / "bench-venv" / "bin" / "python"
    lacking = any(MAKERS[key].missing() for key in systems)
    return peers if lacking and peers.is_file() else Path(sys.executable)


def measure(job: Job, progress: Callable[[str], None]) -> Outcome:
    """Runs the job in a process of its own. A process that ends badly is the row's result, no exception."""
    with tempfile.TemporaryDirectory(prefix="lexon-bench-") as name:
        files = Path(name) / "job.json", Path(name) / "result.json"
        scratch = Path(name) / "work"
        scratch.mkdir()
        files[0].write_text(json.dumps({**vars(job), "folder": str(scratch)}))
        command = [str(interpreter(job.systems)), "-m", "lexon.bench.worker", *map(str, files)]
        tail = _watched(command, progress)
        if files[1].is_file():
            return Outcome.from_json(json.loads(files[1].read_text()))
        return Outcome(job.row, problem=f"the measuring process ended without a result: {tail}")


def openblas_kernels() -> dict[str, str]:
    """What OpenBLAS must be told on AMD's CPUs with AVX-512, else it takes its AVX2 kernels, which reach half the speed
    there. OpenBLAS reads the variable when it is loaded."""
    info = runtime.cpu_info()
    if info["vendor"] != "AuthenticAMD" or not info["features"].get("avx512f"):
        return {}
    return {"OPENBLAS_CORETYPE": "Cooperlake" if info["features"].get("avx512bf16") else "SkylakeX"}


def _watched(command: list[str], progress: Callable[[str], None]) -> str:
    """Runs `command`, passes its progress on, and returns the last lines of what else it said."""
    # A rival should be at its best, whatever the caller's environment says of it.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS_")}
    environment = {**inherited, **openblas_kernels(), "LEXON_BUILD_DIR": str(paths.build_dir())}
    package = str(Path(__file__).resolve().parents[2])
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [package, environment.get("PYTHONPATH", "")]))
    lines: list[str] = []
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace", env=environment
    ) as process:
        assert process.stderr is not None
        try:
            for line in process.stderr:
                if line.startswith(PROGRESS):
                    progress(line.removeprefix(PROGRESS).strip())
                else:
                    lines = [*lines[-19:], line.rstrip()]
        except BaseException:
            process.kill()
            raise
    return " | ".join(lines[-5:]) or f"exit code {process.returncode}"


def store(folder: Path, outcome: Outcome) -> Path:
    """Writes the outcome of a row into `folder`, in place of an earlier one."""
    path = _file(folder, outcome.row)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh_beside(path) as temporary:
            temporary.write_text(json.dumps(outcome.to_json()) + "\n")
            temporary.replace(path)
    except OSError as error:
        raise LexonError(f"cannot write results: {error.strerror or error}", place=str(folder)) from error
    return path


def stored(folder: Path, rows: Iterable[str]) -> dict[str, Outcome]:
    """The outcomes of `rows` that `folder` has."""
    found = {}
    for row in rows:
        path = _file(folder, row)
        if path.is_file():
            try:
                found[row] = Outcome.from_json(json.loads(path.read_text()))
            except (ValueError, TypeError, KeyError) as error:
                advice = "remove the file and measure the row again"
                raise LexonError(f"is no result of this version: {error}", place=str(path), advice=advice) from error
    return found


def _file(folder: Path, row: str) -> Path:
    return folder / "rows" / (re.sub(r"[^\w.-]", "_", row) + ".json")
