# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""C programs, compiled to a temporary folder and run, and how they ended."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lexon import paths
from lexon.errors import LexonError

# These make the compiler write something other than a program.
_NO_PROGRAM = ("-c", "-S", "-E", "-M", "-MM", "-fsyntax-only", "-shared", "-r", "-emit-llvm", "-###", "--version")
_ENDS_US = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT}
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Request:
    """What to compile, and how to run it; `timeout` in seconds."""

    compiler: tuple[str, ...]
    program: tuple[str, ...] = ()
    timeout: float | None = None


@dataclass(frozen=True)
class Ending:
    """How a process ended: one sentence for people, one number for the shell (which is as shells and `timeout` do).

    >>> Ending.of_signal(11)
    Ending(text='ended by SIGSEGV (Segmentation fault)', exit_code=139)
    """

    text: str
    exit_code: int

    @staticmethod
    def of_signal(number: int) -> Ending:
        """Ended by signal `number`."""
        try:
            name = signal.Signals(number).name
        except ValueError:  # real-time signals have numbers only
            name = f"signal {number}"
        return Ending(f"ended by {name} ({signal.strsignal(number) or 'no description'})", 128 + number)

    @staticmethod
    def of_status(status: int) -> Ending:
        """From what waitpid says."""
        code = os.waitstatus_to_exitcode(status)
        return Ending.of_signal(-code) if code < 0 else Ending(f"exit code {code}", code)


def parse(arguments: Sequence[str]) -> Request | str:
    """Reads the command line of `lexon execute`, or says what is wrong with it.

    >>> parse(["a.c", "-O3", "--timeout", "2", "--", "-v"])
    Request(compiler=('a.c', '-O3'), program=('-v',), timeout=2.0)
    >>> parse(["a.c", "-c"])
    "'-c' makes no program to run: use 'lexon cc'"
    """
    words, program = list(arguments), []
    if "--" in words:
        at = words.index("--")
        words, program = words[:at], words[at + 1 :]
    compiler: list[str] = []
    timeout: float | None = None
    while words:
        word = words.pop(0)
        if word == "--timeout" or word.startswith("--timeout="):
            value = word.partition("=")[2] if "=" in word else words.pop(0) if words else ""
            try:
                timeout = float(value)
            except ValueError:
                return f"--timeout takes a number of seconds, not '{value}'"
            if not 0 < timeout < 1e9:
                return f"--timeout takes a positive number of seconds, not '{value}'"
        elif word in _NO_PROGRAM:
            return f"'{word}' makes no program to run: use 'lexon cc'"
        elif word.startswith("-o"):
            return "the program is temporary and has no name: to keep one, use 'lexon cc'"
        else:
            compiler.append(word)
    if not compiler:
        return "no C file is given"
    return Request(tuple(compiler), tuple(program), timeout)


def compile_and_run(request: Request) -> Ending:
    """Compiles and runs; the compiler and the program have this process's standard streams."""
    names = [Path(word).stem for word in request.compiler if word.endswith(".c")]
    with tempfile.TemporaryDirectory(prefix="lexon-execute-") as folder:
        program = Path(folder) / (names[0] if names else "program")
        compiler = str(paths.tool("lexon-cc"))
        compiled = run_process([compiler, *request.compiler, "-o", str(program)])
        if compiled.exit_code:
            how = "" if compiled.exit_code == 1 else f": the compiler {compiled.text}"
            stopped = compiled.exit_code in {128 + number for number in _ENDS_US}
            return Ending(f"not compiled{how}", compiled.exit_code if stopped else 1)
        if not program.is_file():
            return Ending("not run: the compiler made no program", 1)
        command = [str(program), *request.program]
        # Into a pipe or a file the C library writes only when 4 KiB are full, and never if the program is killed.
        if (by_lines := shutil.which("stdbuf")) and not os.isatty(1):
            command = [by_lines, "-oL", *command]
        return run_process(command, request.timeout)


def run_process(command: Sequence[str], timeout: float | None = None) -> Ending:
    """Runs a program that has our standard streams, to its end or for `timeout` seconds; then it is killed, and so
    is everything it started. Signals that would end this process are the program's instead. Only on the main thread.

    >>> run_process(["/bin/sh", "-c", "exit 7"])
    Ending(text='exit code 7', exit_code=7)
    >>> run_process(["/bin/sleep", "60"], timeout=0.1)
    Ending(text='stopped by the time-out of 0.1 s', exit_code=124)
    """
    # Processes whose parent ends become ours, so that none escapes the time-out.
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    waited = {signal.SIGCHLD, *_ENDS_US}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, waited)
    strangers = _children()
    try:
        try:
            pid = os.posix_spawn(
                command[0], tuple(command), os.environ, setsigmask=before, setsigdef=(signal.SIGPIPE, signal.SIGXFSZ)
            )
        except OSError as problem:
            raise LexonError(f"cannot start: {problem.strerror}", place=command[0]) from problem
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                return Ending.of_status(status)
            left = None if end is None else end - time.monotonic()
            if left is not None and left <= 0:
                _kill_all(strangers)
                return Ending(f"stopped by the time-out of {timeout:g} s", 124)
            event = signal.sigwaitinfo(waited) if left is None else signal.sigtimedwait(waited, left)
            # What a terminal sends (Ctrl-C) goes to all; what a process sends goes to us alone.
            if event and event.si_signo != signal.SIGCHLD and event.si_code <= 0:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, event.si_signo)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _children() -> set[int]:
    me = os.getpid()
    return {int(pid) for pid in Path(f"/proc/self/task/{me}/children").read_text().split()}


def _kill_all(strangers: set[int]) -> None:
    """Kills our children but `strangers`; theirs become ours with that, until none is left."""
    while found := _children() - strangers:
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in found:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
