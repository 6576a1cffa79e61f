# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Says plainly what to install when PyTorch or torch-mlir is missing."""

from __future__ import annotations

import importlib.util

from lexon.errors import LexonError


def require_torch() -> None:
    """Raises LexonError unless PyTorch and torch-mlir are installed; imports neither."""
    missing = [name for name in ("torch", "torch_mlir") if importlib.util.find_spec(name) is None]
    if missing:
        wheels = " ".join(name.replace("_", "-") for name in missing)
        raise LexonError(
            f"importing a PyTorch model needs {' and '.join(missing)}, which this Python does not have",
            advice=f"run externals/setup.sh, or: pip install {wheels}",
        )
