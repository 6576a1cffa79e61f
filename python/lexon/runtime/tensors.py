# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Numpy arrays and raw pointers as tensors of the C ABI, and back.

bf16 has no numpy type: its raw bits travel as 16-bit unsigned integers.
"""

from __future__ import annotations

import ctypes as c
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexon.errors import LexonError
from lexon.runtime import abi

Array = NDArray[Any]

# In memory of this machine, so native byte order; arrays of the other order are converted.
_NUMPY = {
    "f64": np.float64, "f32": np.float32, "f16": np.float16, "bf16": np.uint16, "i64": np.int64, "i32": np.int32,
    "i16": np.int16, "i8": np.int8, "u8": np.uint8, "i1": np.bool_, "c64": np.complex64, "c128": np.complex128,
    "index": np.int64,
}  # fmt: skip


def numpy_dtype(dtype: str) -> np.dtype[Any]:
    """The numpy type in which `dtype` of docs/formats.md travels.

    >>> numpy_dtype("c64")
    dtype('complex64')
    """
    return np.dtype(_NUMPY[dtype])


@dataclass(frozen=True)
class TensorRef:
    """A tensor in somebody else's memory: address, dtype, shape, and strides in elements (None: row-major).

    Whoever makes one keeps the memory alive during the call.
    """

    pointer: int
    dtype: str
    shape: tuple[int, ...]
    strides: tuple[int, ...] | None = None


class OwnedMemory:
    """A tensor that the runtime allocated; frees it when no array uses it any more."""

    def __init__(self, tensor: abi.Tensor) -> None:
        self._tensor = tensor
        self._free = abi.library().lexon_tensor_free
        self.dtype = abi.dtype_name(tensor.dtype)
        self.__array_interface__ = array_interface(tensor, writable=True)

    def __del__(self) -> None:
        self._free(c.byref(self._tensor))


def array_interface(tensor: abi.Tensor, *, writable: bool) -> dict[str, Any]:
    """Numpy's description of the memory of `tensor`; np.asarray of its holder keeps the holder alive."""
    dtype = numpy_dtype(abi.dtype_name(tensor.dtype))
    shape = tuple(tensor.shape[: tensor.rank])
    strides = tuple(step * dtype.itemsize for step in tensor.strides[: tensor.rank]) if tensor.strides else None
    empty = 0 in shape
    return {
        "version": 3,
        "typestr": dtype.str,
        "shape": shape,
        "strides": None if empty else strides,
        "data": (tensor.data, not writable),
    }


def array_ref(array: Array, dtype: str, place: str) -> tuple[TensorRef, Array]:
    """`array` as a tensor of `dtype`, and the array to keep alive; raises LexonError if it is of another type."""
    wanted = numpy_dtype(dtype)
    if dtype == "i8" and array.dtype == np.uint8:  # MLIR's i8 has no sign: what it means is the program's business
        array = array.view(wanted)
    if array.dtype.newbyteorder("=") != wanted:
        raise LexonError(f"{place} is {array.dtype}, must be {dtype}", advice=f"convert it: .astype('{wanted.name}')")
    if not array.dtype.isnative:
        array = array.astype(wanted)
    size = array.itemsize
    if any(step % size for step in array.strides):  # a field of a structured array
        array = np.ascontiguousarray(array)
    strides = None if array.flags.c_contiguous else tuple(step // size for step in array.strides)
    return TensorRef(array.ctypes.data, dtype, array.shape, strides), array


def tensor_table(refs: Sequence[TensorRef | None]) -> tuple[Any, Any]:
    """A C array of tensors, empty where there is none, and what it points to, to be kept alive."""
    sizes = sum(2 * len(ref.shape) for ref in refs if ref)
    pool = (c.c_int64 * max(sizes, 1))()
    table = (abi.Tensor * max(len(refs), 1))()
    used = 0

    def store(values: Sequence[int]) -> Any:
        nonlocal used
        pool[used : used + len(values)] = list(values)
        pointer = c.cast(c.byref(pool, 8 * used), c.POINTER(c.c_int64))
        used += len(values)
        return pointer

    for entry, ref in zip(table, refs, strict=False):
        if ref is None:
            continue
        entry.data, entry.dtype, entry.rank = ref.pointer, abi.dtype_value(ref.dtype), len(ref.shape)
        entry.shape = store(ref.shape)
        if ref.strides is not None:
            if len(ref.strides) != len(ref.shape):
                raise LexonError(f"a tensor has {len(ref.shape)} sizes but {len(ref.strides)} strides")
            entry.strides = store(ref.strides)
    return table, pool
