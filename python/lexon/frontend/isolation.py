# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a function in a forked child, so that a crash or an interrupt of foreign code cannot take this process along.

The child inherits the graph (fake tensors: no weights travel) and sends back one pickled value. Forking costs some
10 ms, importing PyTorch in a fresh process over 2 s. The child runs no PyTorch kernels: their thread pools do not
survive a fork.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import pickle
import select
import signal
import tempfile
import time
import warnings
from collections.abc import Callable
from typing import Any, TypeVar

Value = TypeVar("Value")


class ChildCrashed(Exception):
    """The child died without an answer: `reason` names the signal or exit code, `log` is what it printed last."""

    def __init__(self, reason: str, log: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.log = log


class Child:
    """A running child; `wait` gives its value. Used as a context it is killed when the block is left early."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed by __exit__)
        self._read, write = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of threads; see above
            self._pid: int | None = os.fork()
        if self._pid == 0:
            os.close(self._read)
            _serve(function, write, self._log.fileno())
        os.close(write)

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._pid = None
            os.close(self._read)
        self._log.close()

    def wait(self, limit: float = 900.0) -> Any:
        """The function's value; raises ChildCrashed (also after `limit` seconds), or what the function raised."""
        assert self._pid is not None
        answer = bytearray()
        deadline = time.monotonic() + limit
        while select.select([self._read], [], [], max(0.0, deadline - time.monotonic()))[0]:
            block = os.read(self._read, 1 << 20)
            if not block:
                break
            answer += block
        else:
            raise ChildCrashed(f"no answer in {limit:.0f} s", self._printed())
        _, status = os.waitpid(self._pid, 0)
        self._pid = None
        os.close(self._read)
        if status or not answer:
            code = os.waitstatus_to_exitcode(status)
            reason = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exited with code {code}"
            raise ChildCrashed(reason, self._printed())
        good, value = pickle.loads(answer)  # our own child's bytes
        if not good:
            raise value
        return value

    def _printed(self, limit: int = 2000) -> str:
        self._log.seek(0)
        return self._log.read().decode(errors="replace")[-limit:].strip()


def run_isolated(function: Callable[[], Value]) -> Value:
    """`function()`, computed in a child; raises ChildCrashed if it dies, and what it raised if it raises."""
    with Child(function) as child:
        value: Value = child.wait()
        return value


def _serve(function: Callable[[], Any], write: int, log: int) -> None:
    """The child's life: never returns, never runs the parent's clean-up code."""
    try:
        faulthandler.disable()  # it would write to the terminal, past the log
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.dup2(log, 1)
        os.dup2(log, 2)
        try:
            answer: tuple[bool, Any] = (True, function())
        except Exception as error:
            answer = (False, error)
        try:
            content = pickle.dumps(answer)
        except Exception as error:
            content = pickle.dumps((False, RuntimeError(f"{answer[1]!r} ({error})")))
        with os.fdopen(write, "wb") as pipe:
            pipe.write(content)
        os._exit(0)
    finally:
        os._exit(70)
