# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Which line of the user's Python a graph node or an exception comes from."""

from __future__ import annotations

import os
import re
import sysconfig
import traceback
from pathlib import Path
from typing import Any

_FRAME = re.compile(r'File "([^"]+)", line ([0-9]+)(?:, in (\S+))?')
_HERE = str(Path(__file__).parent.parent)
_STANDARD_LIBRARY = sysconfig.get_path("stdlib") + os.sep


def _foreign(file: str) -> bool:
    """True for frames that are not the user's: PyTorch, this package, the standard library, generated code."""
    if file.startswith(_STANDARD_LIBRARY) and "site-packages" not in file:
        return True
    return "/torch/" in file or "/torch_mlir/" in file or file.startswith(("<eval_with_key>", _HERE))


def innermost(stack_trace: str | None) -> tuple[str, int, str] | None:
    """The last frame (file, line, function) of a stack trace that is the user's own, or else the last one."""
    frames = [(file, int(line), function or "") for file, line, function in _FRAME.findall(stack_trace or "")]
    frames = [frame for frame in frames if not frame[0].startswith(_HERE)]
    own = [frame for frame in frames if not _foreign(frame[0])]
    return (own or frames)[-1] if frames else None


def simplify(node: Any) -> None:
    """Cuts a node's stack trace to its innermost user frame, which becomes its MLIR location."""
    frame = innermost(node.meta.get("stack_trace"))
    if frame is None:
        node.meta.pop("stack_trace", None)
    else:
        node.meta["stack_trace"] = f'File "{frame[0]}", line {frame[1]}, in {frame[2]}'


def place(node: Any) -> str | None:
    """`file:line` of a node, or None."""
    frame = innermost(node.meta.get("stack_trace"))
    return f"{frame[0]}:{frame[1]}" if frame else None


def exception_place(error: BaseException) -> str | None:
    """`file:line` of the innermost user frame that an exception passed, or None."""
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    own = [frame for frame in frames if not _foreign(frame[0]) and "site-packages" not in frame[0]]
    return f"{own[-1][0]}:{own[-1][1]}" if own else None
