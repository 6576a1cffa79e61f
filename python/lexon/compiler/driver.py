# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The one module that starts Lexon's tools: finds them, runs them, and turns what they say into LexonErrors.

It knows command lines only; which passes exist, and in which order, is the tools' knowledge (see `manifest.py`).
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from lexon.compiler.diagnostics import error_of
from lexon.errors import LexonError

T = TypeVar("T")


class Toolbox:
    """Runs tools, several at once if asked, and leaves none running and no temporary file behind.

    Used as a context: when it ends by an exception (an error in one of several tools, Ctrl-C) every tool still
    running is killed. Thread-safe.

    >>> with Toolbox() as tools:
    ...     "MLIR" in tools.run("lexon-opt", ["--help"])
    True
    """

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._stopped = False

    def __enter__(self) -> Toolbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.stop()

    def stop(self) -> None:
        """Kills every tool that runs; tools asked for later are refused."""
        with self._lock:
            self._stopped = True
            for process in self._running:
                process.kill()

    def run(
        self,
        tool: str,
        args: Sequence[str | os.PathLike[str]],
        *,
        stdin: str | None = None,
        shown: Mapping[str, str] | None = None,
    ) -> str:
        """Runs `tool` to its end and returns what it printed; raises LexonError with its first diagnostic.

        `stdin` is given to the tool as its standard input. `shown` maps names of temporary files, as they may occur
        in diagnostics, to what the user calls them.
        """
        from lexon import paths

        command = [str(paths.tool(tool)), *(os.fspath(word) for word in args)]
        try:
            process = self._start(command, stdin is not None)
        except OSError as problem:
            raise LexonError(f"cannot start {tool}: {problem.strerror}", place=command[0]) from problem
        try:
            output, complaint = process.communicate(None if stdin is None else stdin.encode())
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            with self._lock:
                self._running.discard(process)
        if process.returncode != 0:
            raise error_of(tool, command, process.returncode, complaint.decode(errors="replace"), shown or {})
        return output.decode(errors="replace")

    def run_to(
        self,
        out: Path,
        tool: str,
        args: Sequence[str | os.PathLike[str]],
        *,
        stdin: str | None = None,
        shown: Mapping[str, str] | None = None,
    ) -> Path:
        """Runs `tool` with `-o` so that `out` appears complete, by renaming, or not at all; returns `out`."""
        with fresh_beside(out) as temporary:
            self.run(tool, [*args, "-o", temporary], stdin=stdin, shown=shown)
            if not temporary.exists():
                raise LexonError(f"{tool} ended without error but wrote nothing", place=str(out))
            temporary.replace(out)
        return out

    def parallel(self, tasks: Sequence[Callable[[], T]], *, jobs: int | None = None) -> list[T]:
        """The results of `tasks`, in order, run on up to `jobs` threads; the first exception stops them all."""
        if len(tasks) == 1:
            return [tasks[0]()]
        with ThreadPoolExecutor(jobs or usable_cores()) as pool:
            futures = [pool.submit(task) for task in tasks]
            try:
                wait(futures, return_when=FIRST_EXCEPTION)
                # The first in time is the cause; those after it may only have been killed for it.
                for future in futures:
                    if future.done() and not future.cancelled() and future.exception() is not None:
                        future.result()
                return [future.result() for future in futures]
            except BaseException:
                self.stop()
                pool.shutdown(wait=True, cancel_futures=True)
                raise

    def _start(self, command: list[str], piped: bool) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._stopped:
                raise LexonError("stopped, because another tool failed or the user interrupted")
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE if piped else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            self._running.add(process)
            return process


def run_tool(
    tool: str,
    args: Sequence[str | os.PathLike[str]],
    stdin: str | None = None,
    *,
    shown: Mapping[str, str] | None = None,
) -> str:
    """Runs one tool to its end and returns what it printed; raises LexonError with its first diagnostic.

    >>> run_tool("lexon-opt", ["--no-such-flag"])
    Traceback (most recent call last):
    ...
    lexon.errors.LexonError: ...
    """
    with Toolbox() as tools:
        return tools.run(tool, args, stdin=stdin, shown=shown)


def usable_cores() -> int:
    """Cores this process may run on."""
    return len(os.sched_getaffinity(0))


@contextlib.contextmanager
def fresh_beside(out: Path) -> Iterator[Path]:
    """A name beside `out` that no other process uses; whatever lies there at the end is removed."""
    folder = out.parent
    if not folder.is_dir():
        raise LexonError("there is no such folder", place=str(folder), advice="create it, or write somewhere else")
    if out.is_dir():
        raise LexonError("is a folder, a file was to be written", place=str(out))
    try:
        handle, name = tempfile.mkstemp(prefix=f".{out.stem}.", suffix=out.suffix, dir=folder)
    except OSError as problem:
        raise LexonError(f"cannot write here: {problem.strerror}", place=str(folder)) from problem
    os.close(handle)
    temporary = Path(name)
    temporary.unlink()
    try:
        yield temporary
    except OSError as problem:
        raise LexonError(f"cannot write: {problem.strerror}", place=str(out)) from problem
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


@contextlib.contextmanager
def interrupts_as_exceptions() -> Iterator[None]:
    """Makes SIGTERM end the block like Ctrl-C does, so that tools are killed and temporary files removed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
