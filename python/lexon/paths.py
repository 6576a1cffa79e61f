# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Where the built tools and the runtime library are.

The build folder is `$LEXON_BUILD_DIR`, else `build` at the root of the checkout that this file lies in.
"""

from __future__ import annotations

import os
from pathlib import Path

from lexon.errors import LexonError

_ROOT = Path(__file__).resolve().parents[2]


def build_dir() -> Path:
    """The build folder; raises LexonError if there is none."""
    given = os.environ.get("LEXON_BUILD_DIR")
    folder = Path(given) if given else _ROOT / "build"
    if not folder.is_dir():
        advice = "correct LEXON_BUILD_DIR or unset it" if given else "build Lexon: make build"
        raise LexonError("there is no such build folder", place=str(folder), advice=advice)
    return folder.resolve()


def tool(name: str) -> Path:
    """The built program `name`, such as `lexon-opt`."""
    return _built(build_dir() / "bin" / name)


def runtime_library() -> Path:
    """The runtime library with the C ABI."""
    return _built(build_dir() / "lib" / "liblexon_runtime.so")


def _built(path: Path) -> Path:
    if not path.is_file():
        raise LexonError("is not built", place=str(path), advice="build Lexon: make build")
    return path
