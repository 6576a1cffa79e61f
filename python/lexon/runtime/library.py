# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiled modules and their functions, called with numpy arrays or raw pointers."""

from __future__ import annotations

import ctypes as c
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lexon.errors import LexonError
from lexon.runtime import abi
from lexon.runtime.options import ProgressCallback, encode_path, load_options
from lexon.runtime.tensors import (
    Array,
    OwnedMemory,
    TensorRef,
    array_interface,
    array_ref,
    numpy_dtype,
    tensor_table,
)


@dataclass(frozen=True)
class Parameter:
    """One argument or result; -1 in `shape` is a dynamic size."""

    kind: str
    dtype: str
    shape: tuple[int, ...]
    passing: str = "out"
    mutated: bool = False
    constant: bool = False
    """The same in all calls: a weight."""


@dataclass(frozen=True)
class Stats:
    """Wall times of the compiled function alone in ns; `allocated_bytes` (per run) and `peak_rss_bytes` may be None."""

    runs: int
    min_ns: float
    median_ns: float
    mean_ns: float
    max_ns: float
    allocated_bytes: int | None
    peak_rss_bytes: int | None
    copied_bytes: int


class Library:
    """A compiled module (shared library), with its weights if it has any. Thread-safe."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        weights: str | os.PathLike[str] | None = None,
        *,
        check: bool = True,
        threads: int = 0,
        progress: ProgressCallback | None = None,
    ) -> None:
        """Loads `path`; raises LexonError if that or the weights are not what they should be.

        UnsupportedError, before any of its code runs, if it was compiled for features that this CPU lacks.
        """
        self._handle = c.c_void_p()
        files = encode_path(path), None if weights is None else encode_path(weights)
        with load_options(check, threads, progress) as options:
            abi.check(abi.library().lexon_model_open(*files, options, c.byref(self._handle)))
        self._close = abi.library().lexon_model_close
        self.path = os.fspath(path)

    @property
    def functions(self) -> list[str]:
        """Names of the exported functions."""
        library = abi.library()
        count = library.lexon_model_function_count(self._handle)
        return [library.lexon_model_function_name(self._handle, index).decode() for index in range(count)]

    @property
    def cpu(self) -> str:
        """The CPU it was compiled for, as LLVM names it; empty if it does not say."""
        return (abi.library().lexon_model_cpu(self._handle) or b"").decode()

    def function(self, name: str) -> Function:
        """The entry `name`; raises LexonError, listing what there is, if there is none.

        If it wants the library's weights prepared, they are: once, for all functions that want the same.
        """
        handle = c.c_void_p()
        abi.check(abi.library().lexon_model_function(self._handle, name.encode(), c.byref(handle)))
        return Function(self, handle)

    def __del__(self) -> None:
        if getattr(self, "_close", None) and self._handle:
            self._close(self._handle)


class Function:
    """One entry of a library, which it keeps loaded. Several threads may call it at once."""

    def __init__(self, library: Library, handle: c.c_void_p) -> None:
        self._library = library
        self._handle = handle
        runtime = abi.library()
        self.name: str = runtime.lexon_function_name(handle).decode()
        self.signature: dict[str, Any] = json.loads(runtime.lexon_function_signature(handle))
        """As docs/formats.md has it, with the weights argument."""
        self.takes_weights = bool(runtime.lexon_function_takes_weights(handle))
        self.arguments = tuple(_parameters(handle, "argument"))
        """What a call takes: without the weights, which the library passes itself."""
        self.results = tuple(_parameters(handle, "result"))
        self.prepare = (runtime.lexon_function_prepare(handle) or b"").decode() or None
        """Name of the function that puts this one's constants into the order that it wants; None if there is none."""
        self.prepared_layout = (runtime.lexon_function_prepared_layout(handle) or b"").decode() or None
        """What names that order."""

    @property
    def weights(self) -> Array | None:
        """The library's weights as this function gets them: bytes, read-only; None if it takes none."""
        if not self.takes_weights:
            return None
        tensor = abi.Tensor()
        abi.check(abi.library().lexon_function_weights(self._handle, c.byref(tensor)))
        array: Array = np.asarray(_View(self, tensor))
        return array

    def prepared(self, arrays: Sequence[Any]) -> list[Any]:
        """The arguments `arrays` with the constants among them as `call` wants them: once, for any number of calls.

        Constants that the library passes itself, its weights, are prepared already. The others stay as they are.
        """
        found = [index for index, parameter in enumerate(self.arguments) if parameter.constant and index < len(arrays)]
        if self.prepare is None or not found:
            return list(arrays)
        prepare = self._library.function(self.prepare)
        made = dict(zip(found, prepare.call(*(arrays[index] for index in found)), strict=True))
        return [made.get(index, array) for index, array in enumerate(arrays)]

    def call(self, *arrays: Any) -> list[Array]:
        """Calls with one array (or number, for a scalar) per argument; gives one array per result.

        Strided arrays are taken, dtypes must be the signature's (bf16 as raw 16 bits, uint16). Constants must be as
        `prepared` makes them.
        """
        refs, keep = self._refs(arrays)
        results = self.call_raw(refs, [None] * len(self.results))
        del keep
        return [np.asarray(memory) for memory in results if memory is not None]

    def call_raw(self, arguments: Sequence[TensorRef], results: Sequence[TensorRef | None]) -> list[OwnedMemory | None]:
        """Calls with raw memory. Results are written where they are given, and allocated where they are None.

        Gives the allocated ones (np.asarray makes an array of each), None in the place of the others.
        """
        table, keep = tensor_table(arguments)
        out, keep_out = tensor_table(results)
        status = abi.library().lexon_call(self._handle, table, len(arguments), out, len(results))
        abi.check(status)
        del keep, keep_out
        return [None if given else OwnedMemory(_detached(out[index])) for index, given in enumerate(results)]

    def benchmark(self, *arrays: Any, runs: int = 50, warmup: int = 3) -> Stats:
        """Times the function alone: `warmup` calls, then `runs` measured ones, with the same arguments."""
        refs, keep = self._refs(arrays)
        table, keep_in = tensor_table(refs)
        out, _ = tensor_table([None] * len(self.results))
        stats = abi.Stats()
        library = abi.library()
        if warmup < 0 or runs < 1:
            raise LexonError(f"runs must be at least 1 and warmup at least 0, got {runs} and {warmup}")
        abi.check(
            library.lexon_benchmark(
                self._handle, table, len(refs), out, len(self.results), warmup, runs, c.byref(stats)
            )
        )
        for index in range(len(self.results)):
            library.lexon_tensor_free(c.byref(out[index]))
        del keep, keep_in
        times = (stats.min_ns, stats.median_ns, stats.mean_ns, stats.max_ns)
        allocated, peak = (None if n < 0 else n for n in (stats.allocated_bytes, stats.peak_rss_bytes))
        return Stats(stats.runs, *times, allocated, peak, stats.copied_bytes)

    def _refs(self, arrays: Sequence[Any]) -> tuple[list[TensorRef], list[Array]]:
        if len(arrays) != len(self.arguments):  # the runtime refuses, and words it
            table, _ = tensor_table([None] * len(arrays))
            abi.check(abi.library().lexon_call(self._handle, table, len(arrays), None, 0))
        refs: list[TensorRef] = []
        keep: list[Array] = []
        for index, (value, parameter) in enumerate(zip(arrays, self.arguments, strict=True)):
            place = f"'{self.name}' argument #{index}"
            if isinstance(value, TensorRef):
                refs.append(value)
                continue
            ref, array = array_ref(_as_array(value, parameter, place), parameter.dtype, place)
            refs.append(ref)
            keep.append(array)
        return refs, keep


class _View:
    """Keeps the function, and with it the library's memory, alive as long as an array looks into it."""

    def __init__(self, function: Function, tensor: abi.Tensor) -> None:
        self._function = function
        self.__array_interface__ = array_interface(tensor, writable=False)


def _as_array(value: Any, parameter: Parameter, place: str) -> Array:
    if isinstance(value, np.ndarray):
        if parameter.mutated and not (value.flags.writeable and value.dtype.isnative):
            raise LexonError(f"{place} is written to, but the array is read-only or of foreign byte order")
        return value
    if isinstance(value, np.generic):
        return np.asarray(value)
    if parameter.kind == "scalar" and isinstance(value, (bool, int, float, complex)):
        return _scalar(value, parameter.dtype, place)
    raise LexonError(f"{place} must be an array, got {type(value).__name__}")


def _scalar(value: Any, dtype: str, place: str) -> Array:
    """A number as an array of rank 0, if its type can hold it without changing its kind."""
    wanted = numpy_dtype(dtype)
    ladder = "biufc"  # bool, integers, reals, complex: a number may only become one further right
    if dtype == "bf16" or ladder.index(np.asarray(value).dtype.kind) > ladder.index(wanted.kind):
        raise LexonError(f"{place} must be {dtype}, got {type(value).__name__} {value!r}")
    try:
        return np.asarray(value, dtype=wanted)
    except OverflowError as error:
        raise LexonError(f"{place}: {value} does not fit {dtype}") from error


def _detached(entry: abi.Tensor) -> abi.Tensor:
    """A copy of an array's element that does not keep the whole array alive."""
    return abi.Tensor.from_buffer_copy(entry)


def _parameters(handle: c.c_void_p, what: str) -> Iterator[Parameter]:
    library = abi.library()
    for index in range(getattr(library, f"lexon_function_{what}_count")(handle)):
        found = abi.Parameter()
        abi.check(getattr(library, f"lexon_function_{what}")(handle, index, c.byref(found)))
        yield Parameter(
            kind=("memref", "scalar")[found.kind],
            dtype=abi.dtype_name(found.dtype),
            shape=tuple(found.shape[: found.rank]),
            passing=("out", "returned")[found.passing],
            mutated=bool(found.mutated),
            constant=bool(found.constant),
        )
