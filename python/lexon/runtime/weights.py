# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Named tensors of a file (docs/formats.md), mapped and checked by the runtime."""

from __future__ import annotations

import ctypes as c
import os
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from lexon.errors import LexonError
from lexon.runtime import abi
from lexon.runtime.options import ProgressCallback, encode_path, load_options
from lexon.runtime.tensors import Array, array_interface


class _View:
    """Keeps the mapping alive as long as an array looks into it."""

    def __init__(self, weights: Weights, tensor: abi.Tensor) -> None:
        self._weights = weights
        self.__array_interface__ = array_interface(tensor, writable=False)


class Weights(Mapping[str, Array]):
    """Read-only arrays by name, in file order; bf16 ones as their raw 16 bits. `dtypes` has the true types."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        check: bool = True,
        threads: int = 0,
        progress: ProgressCallback | None = None,
    ) -> None:
        """Maps `path`, the .data or the .json file; raises LexonError naming file and tensor if anything is off.

        `check=False` believes the checksums; everything else is still checked.
        """
        self._handle = c.c_void_p()
        with load_options(check, threads, progress) as options:
            abi.check(abi.library().lexon_weights_open(encode_path(path), options, c.byref(self._handle)))
        self._close = abi.library().lexon_weights_close
        self._tensors = dict(self._read())
        self.dtypes = {name: abi.dtype_name(tensor.dtype) for name, tensor in self._tensors.items()}
        self.bytes: int = abi.library().lexon_weights_bytes(self._handle)
        layout = abi.library().lexon_weights_prepared_layout(self._handle)
        self.prepared_layout: str | None = layout.decode() if layout else None
        """The order of the bytes if they are prepared for a function; the arrays are then mere pieces of them."""
        self.path = os.fspath(path)

    def _read(self) -> Iterator[tuple[str, abi.Tensor]]:
        for index in range(abi.library().lexon_weights_count(self._handle)):
            name, tensor = c.c_char_p(), abi.Tensor()
            abi.check(abi.library().lexon_weights_tensor(self._handle, index, c.byref(name), c.byref(tensor)))
            yield (name.value or b"").decode(), tensor

    def __getitem__(self, name: str) -> Array:
        tensor = self._tensors[name]
        array: Array = np.asarray(_View(self, tensor))
        return array

    def __iter__(self) -> Iterator[str]:
        return iter(self._tensors)

    def __len__(self) -> int:
        return len(self._tensors)

    def find(self, name: str) -> Array:
        """Like `[name]`, with a LexonError instead of a KeyError."""
        if name not in self._tensors:
            raise LexonError(f"there is no tensor '{name}'", place=self.path)
        return self[name]

    def __del__(self) -> None:
        if getattr(self, "_close", None) and self._handle:
            self._close(self._handle)


def open_weights(path: str | os.PathLike[str], **options: Any) -> Weights:
    """`Weights(path, **options)`."""
    return Weights(path, **options)
