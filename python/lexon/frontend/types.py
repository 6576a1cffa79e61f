# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One table for the names of element types: torch's, ours (docs/formats.md) and MLIR's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lexon.errors import LexonError

if TYPE_CHECKING:
    import torch

# torch name -> name in the weights format; MLIR spells unsigned bytes i8 and complex numbers out.
NAMES = {
    "float64": "f64", "float32": "f32", "float16": "f16", "bfloat16": "bf16",
    "int64": "i64", "int32": "i32", "int16": "i16", "int8": "i8", "uint8": "u8", "bool": "i1",
    "complex64": "c64", "complex128": "c128",
}  # fmt: skip


def dtype_name(dtype: torch.dtype) -> str | None:
    """`torch.float32` -> `f32`; None for a dtype that Lexon has no name for (quantized, 8-bit floats)."""
    return NAMES.get(str(dtype).removeprefix("torch."))


def raw_content(tensor: torch.Tensor, name: str) -> tuple[str, Any, tuple[int, ...]]:
    """`tensor` as (dtype, bytes, shape) for the weights file; copies only if it is not contiguous.

    Raises LexonError for a dtype without a name, a sparse tensor or one on another device.
    """
    import torch

    dtype = dtype_name(tensor.dtype)
    if dtype is None or tensor.layout != torch.strided or tensor.device.type != "cpu":
        raise LexonError(
            f"weight '{name}' is {tensor.dtype}, {tensor.layout}, on {tensor.device}",
            advice="Lexon takes dense CPU tensors: call model.cpu(), or convert the weight",
        )
    plain = tensor.detach().resolve_conj().resolve_neg().contiguous()
    content = plain.reshape(-1).view(torch.uint8).numpy() if plain.numel() else b""
    return dtype, content, tuple(tensor.shape)
