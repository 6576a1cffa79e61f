# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`lexon import-c`, `lexon cc` and `lexon execute`: C programs. Their arguments are a C compiler's, so no parser of
ours sees them first. Light to import: see `lexon.cli`."""

from __future__ import annotations

import os
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

EXECUTE_HELP = """\
usage: lexon execute FILE.c... [COMPILER FLAGS] [--timeout SECONDS] [-- PROGRAM ARGUMENTS]

Compiles C with 'lexon cc' into a temporary folder and runs the program: standard input is the program's, its output is
shown as it comes, and at the end a line on standard error says how it ended.

  --timeout SECONDS  end the program, and what it started, after so long (compiling does not count)
  -h, --help         print this
  --                 what follows is given to the program
Everything else goes to the compiler ('lexon cc --help').

exit code: the program's own; 128 + N if signal N ended it; 124 after a time-out; 1 if it does not compile; 2 for a
wrong command line."""


def import_c(arguments: list[str]) -> None:
    """Translate C to MLIR: files and flags as for a C compiler; 'lexon import-c --help'."""
    _become("lexon-import-c", arguments)


def cc(arguments: list[str]) -> None:
    """Compile C through MLIR: a C compiler's command line; 'lexon cc --help'."""
    _become("lexon-cc", arguments)


def execute(arguments: list[str]) -> None:
    """Compile and run C: output, exit code, signals, time-outs; 'lexon execute --help'."""
    from lexon.compiler.driver import interrupts_as_exceptions
    from lexon.cprogram import compile_and_run, parse

    own = arguments[: arguments.index("--")] if "--" in arguments else arguments
    if "-h" in own or "--help" in own:
        print(EXECUTE_HELP)
        return
    request = parse(arguments)
    if isinstance(request, str):
        print(f"lexon execute: error: {request}\n{EXECUTE_HELP.splitlines()[0]}", file=sys.stderr)
        sys.exit(2)
    try:
        with interrupts_as_exceptions():
            ending = compile_and_run(request)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    print(f"lexon execute: {ending.text}", file=sys.stderr)
    sys.exit(ending.exit_code)


COMMANDS = {"import-c": import_c, "cc": cc, "execute": execute}


def start(name: str, arguments: list[str]) -> NoReturn:
    """Runs the command `name` of COMMANDS and ends the process."""
    from lexon.errors import LexonError

    try:
        COMMANDS[name](arguments)
    except LexonError as error:
        from lexon.cli.console import print_error

        print_error(error)
        sys.exit(1)
    sys.exit(0)


def _become(tool: str, arguments: list[str]) -> NoReturn:
    """Makes this process the tool: its input, output, signals and exit code are the caller's at no cost."""
    from lexon import paths
    from lexon.errors import LexonError

    program = str(paths.tool(tool))
    for number in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them, and a program inherits that
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execv(program, [program, *arguments])
    except OSError as problem:
        raise LexonError(f"cannot start {tool}: {problem.strerror}", place=program) from problem
