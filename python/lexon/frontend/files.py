# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the results of an import: all of them, or none."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from lexon.errors import LexonError

# What an import may write, in the order in which the files are put in place.
NAMES = ("graph.log", "graph_fused.log", "arg0.data", "arg0.json", "subgraph0.mlir", "forward.mlir")


@contextlib.contextmanager
def staged(directory: Path) -> Iterator[Path]:
    """A new folder inside `directory`; at the end its files replace those of the last import, in one go.

    After an error or an interrupt nothing has changed and the folder is gone. Raises LexonError where writing fails.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".import-", dir=directory))
    except OSError as error:
        raise _unwritable(directory, error) from error
    try:
        yield folder
        _publish(folder, directory)
    except OSError as error:
        raise _unwritable(directory, error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _publish(folder: Path, directory: Path) -> None:
    """Moves the files in place; two imports into one directory take turns, so that their files never mix."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        for name in NAMES:
            if (folder / name).exists():
                (folder / name).replace(directory / name)
            else:
                (directory / name).unlink(missing_ok=True)
    finally:
        os.close(handle)


def _unwritable(directory: Path, error: OSError) -> LexonError:
    return LexonError(
        f"cannot write the imported model: {error.strerror or error}",
        place=str(directory),
        advice="check the folder's permissions and the free space",
    )
