# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Torch tensors and numpy arrays as the arrays the runtime takes, and back; imports torch only if it is there already.

bf16 has no numpy type: its raw bits travel as 16-bit unsigned integers.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexon.errors import LexonError
from lexon.runtime.tensors import numpy_dtype

Array = NDArray[Any]

_TORCH_NAMES = {
    "torch.float64": "f64", "torch.float32": "f32", "torch.float16": "f16", "torch.bfloat16": "bf16",
    "torch.int64": "i64", "torch.int32": "i32", "torch.int16": "i16", "torch.int8": "i8", "torch.uint8": "u8",
    "torch.bool": "i1", "torch.complex64": "c64", "torch.complex128": "c128",
}  # fmt: skip


def is_torch(value: Any) -> bool:
    """True for a torch tensor; does not import torch."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def to_array(value: Any, dtype: str, name: str) -> Array:
    """`value` as an array of `dtype`, sharing its memory; raises LexonError, naming the input, for anything else."""
    if is_torch(value):
        return _from_torch(value, dtype, name)
    if not isinstance(value, np.ndarray):
        raise LexonError(
            f"input '{name}' should be a tensor, got {type(value).__name__}", advice=f"pass a {dtype} tensor"
        )
    if value.dtype != numpy_dtype(dtype):
        raise _wrong_dtype(name, str(value.dtype), dtype)
    return value


def to_scalar(value: Any, dtype: str, name: str) -> Array:
    """A Python number, or a tensor of rank 0, as an array of rank 0."""
    if is_torch(value) or isinstance(value, np.ndarray):
        array = to_array(value, dtype, name)
        if array.ndim:
            raise LexonError(f"input '{name}' should be a single {dtype}, got shape {list(array.shape)}")
        return array
    kind = numpy_dtype(dtype)
    allowed: tuple[type, ...] = {"b": (bool,), "c": (int, float, complex), "f": (int, float)}.get(kind.kind, (int,))
    if not isinstance(value, (*allowed, np.generic)) or (isinstance(value, bool) and kind.kind != "b"):
        raise LexonError(f"input '{name}' should be a number of type {dtype}, got {type(value).__name__}")
    try:
        return (
            np.asarray(value).astype(kind, casting="unsafe")
            if dtype != "bf16"
            else _bf16_bits(float(np.asarray(value)))
        )
    except OverflowError as error:
        raise LexonError(f"input '{name}': {value} does not fit {dtype}") from error


def to_torch(array: Array, dtype: str) -> Any:
    """A torch tensor on the memory of `array`."""
    import torch

    tensor = torch.from_numpy(array if array.ndim else array.reshape(()))
    return tensor.view(torch.bfloat16) if dtype == "bf16" else tensor


def _from_torch(value: Any, dtype: str, name: str) -> Array:
    import torch

    if value.device.type != "cpu":
        raise LexonError(f"input '{name}' is on {value.device}", advice="Lexon computes on the CPU: call .cpu()")
    if value.layout != torch.strided or value.is_quantized:
        raise LexonError(f"input '{name}' has layout {value.layout}", advice="Lexon takes dense tensors: .to_dense()")
    found = _TORCH_NAMES.get(str(value.dtype), str(value.dtype))
    if found != dtype and not (dtype == "index" and found == "i64"):
        raise _wrong_dtype(name, str(value.dtype), dtype)
    plain = value.detach().resolve_conj().resolve_neg()
    array: Array = (plain.view(torch.uint16) if dtype == "bf16" else plain).numpy()
    return array


def _wrong_dtype(name: str, found: str, dtype: str) -> LexonError:
    torch_name = next((text for text, own in _TORCH_NAMES.items() if own == dtype), "int64")
    advice = f"convert it: .to({torch_name}) or .astype('{numpy_dtype(dtype).name}')"
    return LexonError(f"input '{name}' is {found}, expected {dtype}", advice=advice)


def _bf16_bits(value: float) -> Array:
    bits = np.asarray(value, np.float32).view(np.uint32)
    even = ((bits >> np.uint32(16)) & np.uint32(1)) + np.uint32(0x7FFF)
    rounded = bits if np.isnan(value) else bits + even
    return np.asarray(rounded >> np.uint32(16)).astype(np.uint16)
