# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""lexon.h for ctypes: structs, function types, and errors as LexonError.

ctypes releases the interpreter lock during every call.
"""

from __future__ import annotations

import ctypes as c
import functools
from typing import Any

from lexon.errors import LexonError, UnsupportedError
from lexon.paths import runtime_library


class Tensor(c.Structure):
    """lexon_tensor."""

    _fields_ = (
        ("data", c.c_void_p),
        ("dtype", c.c_int),
        ("rank", c.c_int32),
        ("shape", c.POINTER(c.c_int64)),
        ("strides", c.POINTER(c.c_int64)),
        ("owner", c.c_void_p),
    )


class Parameter(c.Structure):
    """lexon_parameter."""

    _fields_ = (
        ("kind", c.c_int),
        ("dtype", c.c_int),
        ("rank", c.c_int32),
        ("shape", c.POINTER(c.c_int64)),
        ("passing", c.c_int),
        ("mutated", c.c_int32),
        ("constant", c.c_int32),
    )


Progress = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_uint64, c.c_uint64)


class Options(c.Structure):
    """lexon_options."""

    _fields_ = (
        ("size", c.c_size_t),
        ("skip_checksums", c.c_int32),
        ("threads", c.c_int32),
        ("progress", Progress),
        ("progress_user", c.c_void_p),
    )


class Stats(c.Structure):
    """lexon_stats."""

    _fields_ = (
        ("runs", c.c_uint64),
        ("min_ns", c.c_double),
        ("median_ns", c.c_double),
        ("mean_ns", c.c_double),
        ("max_ns", c.c_double),
        ("allocated_bytes", c.c_int64),
        ("peak_rss_bytes", c.c_int64),
        ("copied_bytes", c.c_uint64),
    )


_P, _S, _N = c.c_void_p, c.c_char_p, c.c_size_t
_T, _O = c.POINTER(Tensor), c.POINTER(Options)
_CALL = (_P, _T, _N, _T, _N)

# Result and argument types of every function.
_FUNCTIONS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "lexon_version": (_S, ()),
    "lexon_last_error": (_S, ()),
    "lexon_status_name": (_S, (c.c_int,)),
    "lexon_status_meaning": (_S, (c.c_int,)),
    "lexon_dtype_name": (_S, (c.c_int,)),
    "lexon_dtype_bytes": (_N, (c.c_int,)),
    "lexon_dtype_from_name": (c.c_int, (_S,)),
    "lexon_tensor_free": (None, (_T,)),
    "lexon_options_init": (None, (_O,)),
    "lexon_weights_open": (c.c_int, (_S, _O, c.POINTER(_P))),
    "lexon_weights_close": (None, (_P,)),
    "lexon_weights_data": (_P, (_P,)),
    "lexon_weights_bytes": (c.c_uint64, (_P,)),
    "lexon_weights_count": (_N, (_P,)),
    "lexon_weights_tensor": (c.c_int, (_P, _N, c.POINTER(_S), _T)),
    "lexon_weights_find": (c.c_int, (_P, _S, _T)),
    "lexon_weights_prepared_layout": (_S, (_P,)),
    "lexon_model_open": (c.c_int, (_S, _S, _O, c.POINTER(_P))),
    "lexon_model_close": (None, (_P,)),
    "lexon_model_function_count": (_N, (_P,)),
    "lexon_model_function_name": (_S, (_P, _N)),
    "lexon_model_weights": (_P, (_P,)),
    "lexon_model_cpu": (_S, (_P,)),
    "lexon_model_function": (c.c_int, (_P, _S, c.POINTER(_P))),
    "lexon_function_name": (_S, (_P,)),
    "lexon_function_signature": (_S, (_P,)),
    "lexon_function_takes_weights": (c.c_int, (_P,)),
    "lexon_function_weights": (c.c_int, (_P, _T)),
    "lexon_function_prepare": (_S, (_P,)),
    "lexon_function_prepared_layout": (_S, (_P,)),
    "lexon_function_argument_count": (_N, (_P,)),
    "lexon_function_result_count": (_N, (_P,)),
    "lexon_function_argument": (c.c_int, (_P, _N, c.POINTER(Parameter))),
    "lexon_function_result": (c.c_int, (_P, _N, c.POINTER(Parameter))),
    "lexon_call": (c.c_int, _CALL),
    "lexon_last_copied_bytes": (c.c_uint64, ()),
    "lexon_benchmark": (c.c_int, (*_CALL, c.c_uint64, c.c_uint64, c.POINTER(Stats))),
    "lexon_cpu_info": (_S, ()),
    "lexon_fma_peak": (c.c_int, (c.c_int32, c.POINTER(c.c_double), c.POINTER(_S))),
    "lexon_bf16_peak": (c.c_int, (c.c_int32, c.POINTER(c.c_double), c.POINTER(_S))),
    "lexon_read_bandwidth": (
        c.c_int,
        (c.c_int32, c.c_int64, c.c_int32, c.POINTER(c.c_double), c.POINTER(c.c_double)),
    ),
}

# What a user can do about a status; the message itself says what is wrong.
_ADVICE = {
    "BAD_CHECKSUM": "import or save the model again",
    "WRONG_WEIGHTS": "use the weights that were written together with this model",
}


@functools.cache
def library() -> c.CDLL:
    """The loaded runtime library; raises LexonError if it is missing or of another version."""
    path = runtime_library()
    try:
        loaded = c.CDLL(str(path))
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(loaded, name)
            function.restype = result
            function.argtypes = arguments
    except (OSError, AttributeError) as error:
        advice = "build Lexon again: make build"
        raise LexonError(f"cannot load the runtime library: {error}", place=str(path), advice=advice) from error
    return loaded


def check(status: int) -> None:
    """Raises LexonError (UnsupportedError) with the library's own message unless `status` is success."""
    if status == 0:
        return
    name = library().lexon_status_name(status).decode()
    message = library().lexon_last_error().decode(errors="replace")
    kind = UnsupportedError if name == "UNSUPPORTED" else LexonError
    raise kind(message, advice=_ADVICE.get(name))


@functools.cache
def dtype_value(name: str) -> int:
    """The number of the dtype `name`; raises LexonError if there is none."""
    value: int = library().lexon_dtype_from_name(name.encode())
    if value == 0:
        raise LexonError(f"unknown dtype '{name}'")
    return value


@functools.cache
def dtype_name(value: int) -> str:
    """The name of the dtype number `value`."""
    name: bytes = library().lexon_dtype_name(value)
    return name.decode()
