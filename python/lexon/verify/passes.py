# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Takes MLIR's text of a pass pipeline apart, so that its passes can run one at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ANCHORED = re.compile(r"\s*([\w.-]+)\s*\((.*)\)\s*", re.S)
_OPENING, _CLOSING = "([{", ")]}"


def split_passes(pipeline: str) -> list[tuple[str, str]]:
    """The passes of `pipeline` in order: the flag of each, and a pipeline with that pass alone.

    A text that is not well-formed comes back whole: MLIR's parser has the better message.

    >>> split_passes("builtin.module(cse,func.func(a{n=1,2},b))")[1:]
    [('a', 'builtin.module(func.func(a{n=1,2}))'), ('b', 'builtin.module(func.func(b))')]
    """
    passes = list(_passes(pipeline, "{}"))
    return [(re.sub(r"\{.*", "", text, flags=re.S).strip(), whole) for text, whole in passes]


def _passes(text: str, around: str) -> Iterator[tuple[str, str]]:
    """Each pass in `text` with its options, and the same inside `around`, whose `{}` stands for the pass."""
    anchored = _ANCHORED.fullmatch(text)
    if not anchored or (elements := _elements(anchored[2])) is None:
        yield text, around.replace("{}", text, 1)
        return
    for element in elements:
        yield from _passes(element, around.replace("{}", f"{anchored[1]}({{}})", 1))


def _elements(text: str) -> list[str] | None:
    """The parts between the outermost commas, or None if the brackets do not match."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in _OPENING) - (character in _CLOSING)
        if depth < 0:
            return None
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts if depth == 0 else None
