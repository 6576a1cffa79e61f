# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Lexon: PyTorch models and MLIR programs to native code.

`compile` takes a PyTorch model, `compile_mlir` MLIR text or a file, `load` what `.save` wrote. Nothing heavy is
imported before one of them is called, and only `compile` needs torch.
"""

from __future__ import annotations

from lexon.errors import LexonError

TYPE_CHECKING = False  # as `typing` has it, which costs a C compiler's command line a third of its start
if TYPE_CHECKING:
    from typing import Any

    from lexon.api import compile, compile_mlir, load
    from lexon.model import CompiledModel

__version__ = "0.1.0"
__all__ = ["CompiledModel", "LexonError", "__version__", "compile", "compile_mlir", "load"]


def __getattr__(name: str) -> Any:
    if name in ("compile", "compile_mlir", "load"):
        from lexon import api

        return getattr(api, name)
    if name == "CompiledModel":
        from lexon.model import CompiledModel

        return CompiledModel
    raise AttributeError(f"module 'lexon' has no attribute '{name}'")


def __dir__() -> list[str]:
    return __all__
