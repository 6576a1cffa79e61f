# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The parent's side of the child process in which compiled code runs (see `worker.py`)."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from numpy.typing import NDArray

import lexon
from lexon.verify.exchange import load_arrays, save_arrays

Array = NDArray[Any]
Buffer = tuple[str, tuple[int, ...]]  # numpy's name of its type, and its shape


@dataclass(frozen=True)
class Run:
    """What a call gave: its results, the arguments it changed, or why it gave nothing."""

    results: tuple[Array, ...] = ()
    changed: dict[int, Array] = field(default_factory=dict)
    problem: str | None = None


class Runner:
    """Calls functions of compiled libraries in a child process, which is started anew after a crash."""

    def __init__(self, folder: Path, *, timeout: float = 120.0) -> None:
        self._folder = folder
        self._timeout = timeout
        self._count = itertools.count()
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Runner:
        self._start()  # now, so that the child loads numpy while the parent compiles
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def inputs(self, arrays: Sequence[Array]) -> Path:
        """Writes inputs for later calls."""
        path = self._folder / f"inputs{next(self._count)}.npz"
        save_arrays(str(path), list(arrays))
        return path

    def call(
        self, library: Path, function: str, inputs: Path, *extra: Sequence[Buffer], prepare: Path | None = None
    ) -> Run:
        """Calls `function` of `library`, after preparing constants if it wants that, or if `function` of the library
        `prepare` does. If it takes more arguments than there are inputs, it gets the first of `extra` that are as many
        as are missing; they count as results."""
        output = self._folder / f"output{next(self._count)}.npz"
        request = {
            "library": str(library),
            "function": function,
            "prepare": str(prepare or library),
            "inputs": str(inputs),
            "output": str(output),
            "extra": [[[dtype, list(shape)] for dtype, shape in buffers] for buffers in extra],
        }
        answer = self._ask(request)
        if "error" in answer:
            return Run(problem=str(answer["error"]))
        arrays = load_arrays(str(output))
        output.unlink()
        count = answer["results"] + answer["extra"]
        changed = dict(zip(answer["changed"], arrays[count:], strict=True))
        return Run(tuple(arrays[:count]), changed)

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        process = self._process or self._start()
        assert process.stdin and process.stdout
        late = threading.Event()

        def expire() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._timeout, expire)
        timer.start()
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            timer.cancel()
        if line.endswith("\n"):
            answer = json.loads(line)
            assert isinstance(answer, dict)
            return answer
        code = process.wait()
        self._stop()
        if late.is_set():
            return {"error": f"did not end within {self._timeout:g} s"}
        if code < 0:
            return {"error": f"crashed with {_signal_name(-code)}"}
        return {"error": f"ended the process with exit code {code}"}

    def _start(self) -> subprocess.Popen[str]:
        root = str(Path(lexon.__file__).parents[1])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "lexon.verify.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        )
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin and process.stdout
        process.kill()
        process.wait()
        process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
