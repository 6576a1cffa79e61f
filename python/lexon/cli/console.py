# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What all commands print with: results on standard output; errors and progress on standard error."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lexon.errors import LexonError

if TYPE_CHECKING:
    from rich.console import Console

_WIDE = 200  # where there is no terminal, lines are for programs and are not wrapped


def output() -> Console:
    """The console for results."""
    from rich.console import Console

    return Console(soft_wrap=not sys.stdout.isatty(), highlight=False, width=None if sys.stdout.isatty() else _WIDE)


def complaints() -> Console:
    """The console for errors and progress."""
    from rich.console import Console

    return Console(stderr=True, soft_wrap=True, highlight=False)


def print_error(error: LexonError) -> None:
    """One clean message: what, where, what to do."""
    from rich.text import Text

    place = f"{error.place}: " if error.place else ""
    text = Text.assemble(place, ("error: ", "bold red"), error.message)
    if error.advice:
        text.append("\n  what to do: ", style="bold")
        text.append(error.advice)
    complaints().print(text)


@contextlib.contextmanager
def progress(title: str) -> Iterator[Callable[[str], None]]:
    """Shows that something goes on: a spinner with the time in a terminal, else a plain line for each step that
    comes more than a second after the last line. The callable says what goes on now."""
    if sys.stderr.isatty():
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=complaints(), transient=True) as bar:
            task = bar.add_task(title)
            yield lambda text: bar.update(task, description=f"{title}: {text}")
        return
    last = time.monotonic()

    def say(text: str) -> None:
        nonlocal last
        if time.monotonic() - last > 1:
            print(f"{title}: {text}", file=sys.stderr, flush=True)
            last = time.monotonic()

    yield say
