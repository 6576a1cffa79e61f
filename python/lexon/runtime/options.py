# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Options for loading, with a progress callback that may raise."""

from __future__ import annotations

import ctypes as c
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lexon.errors import LexonError
from lexon.runtime import abi

ProgressCallback = Callable[[int, int], object]
"""Is told the bytes done and the bytes in all; an exception from it stops the loading and is raised there."""


@contextmanager
def load_options(check: bool, threads: int, progress: ProgressCallback | None) -> Iterator[Any]:
    """The C struct, for calls within the block; what `progress` raised is raised in the place of CANCELLED."""
    options = abi.Options()
    abi.library().lexon_options_init(c.byref(options))
    options.skip_checksums = not check
    options.threads = threads
    raised: list[BaseException] = []

    def report(_user: int | None, done: int, total: int) -> int:
        try:
            if progress is not None:
                progress(done, total)
        except BaseException as error:  # an interrupt too: it must not be lost in C
            raised.append(error)
            return 1
        return 0

    if progress is not None:
        options.progress = abi.Progress(report)
    try:
        yield c.byref(options)
    except LexonError:
        if raised:
            raise raised[0] from None
        raise


def encode_path(path: str | os.PathLike[str]) -> bytes:
    """A path for C; raises LexonError if it contains a zero."""
    encoded = os.fsencode(Path(path))
    if b"\0" in encoded:
        raise LexonError("a file name cannot contain a zero character", place=repr(os.fspath(path)))
    return encoded
