# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Cuts a file at its `// -----` lines, as `lexon-opt --split-input-file` does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from lexon.errors import LexonError

_BYTECODE = b"ML\xefR"
_MARK = re.compile(rb"^// -----[^\n]*$", re.M)


@dataclass(frozen=True)
class Section:
    """One program: the file that holds it, what the user calls that file, and the line where the section starts."""

    path: Path
    shown: str
    line: int
    content: bytes


def split_sections(path: Path, folder: Path) -> list[Section]:
    """The sections of `path` that hold more than comments; raises LexonError if there is none.

    A file of one section is used where it lies. Otherwise each section becomes a file in `folder`, with as many empty
    lines before it as stand before it in `path`, so that diagnostics name the user's lines.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LexonError(f"cannot read: {error.strerror}", place=str(path)) from error
    if content.startswith(_BYTECODE):
        return [Section(path, str(path), 1, content)]
    bounds = [0, *(mark.end() for mark in _MARK.finditer(content)), len(content)]
    pieces = [(start, content[start:end]) for start, end in pairwise(bounds)]
    pieces = [(start, piece) for start, piece in pieces if _says_something(piece)]
    if not pieces:
        raise LexonError("holds no program", place=str(path))
    if len(bounds) == 2:
        return [Section(path, str(path), 1, content)]
    sections = []
    for number, (start, piece) in enumerate(pieces):
        before = content.count(b"\n", 0, start)
        file = folder / f"section{number}.mlir"
        file.write_bytes(b"\n" * before + piece)
        sections.append(Section(file, str(path), before + 1, piece))
    return sections


def _says_something(piece: bytes) -> bool:
    return any(line.strip() and not line.strip().startswith(b"//") for line in piece.splitlines())
