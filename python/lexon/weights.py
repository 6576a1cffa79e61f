# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads and writes the weights format of docs/formats.md (`NAME.data` beside `NAME.json`); needs numpy only.

The same pair of files holds any named tensors: a model's weights, inputs, reference results.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from lexon.errors import LexonError

FORMAT = "lexon-weights"
VERSION = 1
PREPARED_VERSION = 2
ALIGNMENT = 64

# bf16 has no numpy type of its own: its raw bits travel as uint16.
NUMPY_TYPES: Mapping[str, np.dtype[Any]] = {
    "f64": np.dtype("<f8"), "f32": np.dtype("<f4"), "f16": np.dtype("<f2"), "bf16": np.dtype("<u2"),
    "i64": np.dtype("<i8"), "i32": np.dtype("<i4"), "i16": np.dtype("<i2"), "i8": np.dtype("i1"),
    "u8": np.dtype("u1"), "i1": np.dtype("bool"), "c64": np.dtype("<c8"), "c128": np.dtype("<c16"),
}  # fmt: skip

Raw = tuple[str, Any, tuple[int, ...]]
"""A tensor without a numpy type: (dtype name, bytes-like, shape)."""

_CHECKSUM = re.compile(r"xxh3:[0-9a-f]{16}")
_CHUNK = 1 << 24


@dataclass(frozen=True)
class Tensor:
    """One entry of the manifest: `bytes` bytes at `offset`, row-major, little-endian."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    offset: int
    bytes: int
    checksum: str


@dataclass(frozen=True)
class Prepared:
    """What a file of prepared weights says about itself: the order of its bytes, the CPU that they were prepared for,
    and the name of the imported weights beside it, if they were kept."""

    layout: str
    cpu: str
    raw: str | None = None


@dataclass(frozen=True)
class Manifest:
    """A read and checked `.json`: the data file, its length and the tensors in file order.

    If it is of prepared weights, the tensors are pieces of them and not the model's.
    """

    data: Path
    bytes: int
    tensors: tuple[Tensor, ...]
    prepared: Prepared | None = None


def manifest_path(data: Path) -> Path:
    """The `.json` that belongs to a `.data` file."""
    return data.with_suffix(".json")


def write_weights(
    path: str | os.PathLike[str],
    tensors: Iterable[tuple[str, NDArray[Any] | Raw]],
    *,
    aliases: Mapping[str, str] | None = None,
) -> Manifest:
    """Writes `tensors`, in order, to `path` (`NAME.data`) and `NAME.json`; returns the manifest.

    A tensor is a numpy array of any strides, or `(dtype, bytes, shape)` where numpy has no type (bf16). `aliases`
    maps further names to names written: both share one offset (tied weights). One tensor at a time is in memory.
    Both files appear by renaming when they are complete, or not at all. Raises LexonError (unwritable, full disk,
    a dtype the format does not know, a name given twice).

    >>> import numpy as np, tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> manifest = write_weights(folder / "arg0.data", [("w", np.arange(3, dtype=np.float32))])
    >>> read_weights(folder / "arg0.data")["w"].tolist()
    [0.0, 1.0, 2.0]
    """
    data = Path(path)
    if data.suffix == ".json":
        raise LexonError("the data file may not end in .json", place=str(data), advice="name it NAME.data")
    return _write(data, tensors, aliases or {}, None)


def write_prepared(path: str | os.PathLike[str], content: NDArray[Any], prepared: Prepared) -> Manifest:
    """Writes the bytes of `content`, weights that a function has prepared, to `path` and the manifest beside it.

    As `write_weights` does; the pieces, each with its checksum, are of 16 MiB.
    """
    data = content.reshape(-1).view(np.int8)
    pieces = ((f"bytes from {start}", data[start : start + _CHUNK]) for start in range(0, len(data), _CHUNK))
    return _write(Path(path), pieces, {}, prepared)


def copy_weights(source: str | os.PathLike[str], target: str | os.PathLike[str]) -> None:
    """Copies a file of weights and its manifest, which then names the copy; raises OSError."""
    shutil.copyfile(source, target)
    document = json.loads(manifest_path(Path(source)).read_text())
    document["data"] = Path(target).name
    manifest_path(Path(target)).write_text(json.dumps(document, indent=1) + "\n")


def _write(
    data: Path,
    tensors: Iterable[tuple[str, NDArray[Any] | Raw]],
    aliases: Mapping[str, str],
    prepared: Prepared | None,
) -> Manifest:
    try:
        with contextlib.ExitStack() as stack:
            raw, raw_path = _temporary(data, stack)
            entries, position = _write_tensors(raw, tensors, data)
            entries = _with_aliases(entries, aliases, data)
            text, text_path = _temporary(manifest_path(data), stack)
            text.write(_manifest_text(data, position, entries, prepared).encode())
            raw.close()
            text.close()
            raw_path.replace(data)
            text_path.replace(manifest_path(data))
    except OSError as error:
        message = f"cannot write the weights: {error.strerror or error}"
        raise LexonError(message, place=str(data), advice="check the folder's permissions and free space") from error
    return Manifest(data, position, tuple(entries), prepared)


def read_manifest(path: str | os.PathLike[str]) -> Manifest:
    """Reads the manifest of `path` (`NAME.data`) and checks all but the checksums; raises LexonError."""
    data = Path(path)
    place = manifest_path(data)
    try:
        document = json.loads(place.read_bytes())
    except OSError as error:
        raise LexonError(f"cannot read the weights' manifest: {error.strerror}", place=str(place)) from error
    except ValueError as error:
        raise LexonError(f"not a JSON document: {error}", place=str(place)) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        found = document.get("format") if isinstance(document, dict) else type(document).__name__
        raise LexonError(f"format is {found!r}, expected {FORMAT!r}", place=str(place))
    if document.get("version") not in (VERSION, PREPARED_VERSION):
        message = f"version is {document.get('version')!r}, this Lexon reads {VERSION} and {PREPARED_VERSION}"
        raise LexonError(message, place=str(place))
    try:
        prepared = _prepared(document)
        total = _natural(document["bytes"])
        tensors = tuple(_entry(item) for item in document["tensors"])
        name = document["data"]
        if not isinstance(name, str):
            raise TypeError("'data' is not a text")
    except (KeyError, TypeError, ValueError) as error:
        raise LexonError(f"malformed manifest: {error}", place=str(place)) from error
    _check_layout(tensors, total, data)
    _check_length(data, total)
    return Manifest(data, total, tensors, prepared)


def read_weights(path: str | os.PathLike[str], *, check: bool = True) -> dict[str, NDArray[Any]]:
    """Maps `path` (`NAME.data`) and returns name -> read-only array (bf16: uint16 with the raw bits).

    Nothing is copied. With `check` every checksum is verified. Raises LexonError naming file and tensor for all
    that docs/formats.md refuses, and for prepared weights, where no array is a tensor of the model.
    """
    manifest = read_manifest(path)
    if manifest.prepared:
        message = f"are prepared weights ({manifest.prepared.layout}), in which no tensor can be told from another"
        raise LexonError(message, place=str(manifest.data), advice="read the weights as they were imported")
    buffer = _map(manifest)
    arrays: dict[str, NDArray[Any]] = {}
    for tensor in manifest.tensors:
        content = buffer[tensor.offset : tensor.offset + tensor.bytes]
        if check and _digest(content) != tensor.checksum:
            message = f"tensor '{tensor.name}' has a wrong checksum: the file was changed or damaged"
            raise LexonError(message, place=str(manifest.data), advice="import the model again")
        array = np.frombuffer(content, dtype=NUMPY_TYPES[tensor.dtype], count=prod(tensor.shape))
        arrays[tensor.name] = array.reshape(tensor.shape)
    return arrays


@contextlib.contextmanager
def _removed_on_error(path: Path) -> Iterator[Path]:
    try:
        yield path
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _temporary(target: Path, stack: contextlib.ExitStack) -> tuple[IO[bytes], Path]:
    """A file beside `target` that is removed unless the stack ends without an exception."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    path = stack.enter_context(_removed_on_error(Path(name)))
    file = stack.enter_context(os.fdopen(handle, "wb"))
    mask = os.umask(0)
    os.umask(mask)
    path.chmod(0o666 & ~mask)  # mkstemp makes private files; others may read a model
    return file, path


def _write_tensors(
    file: IO[bytes], tensors: Iterable[tuple[str, NDArray[Any] | Raw]], data: Path
) -> tuple[list[Tensor], int]:
    entries: list[Tensor] = []
    names: set[str] = set()
    position = 0
    for name, value in tensors:
        if name in names:
            raise LexonError(f"tensor '{name}' is given twice", place=str(data))
        names.add(name)
        dtype, content, shape = _content(name, value, data)
        file.write(content)
        entries.append(Tensor(name, dtype, shape, position, content.nbytes, _digest(content)))
        padding = -content.nbytes % ALIGNMENT
        file.write(bytes(padding))
        position += content.nbytes + padding
    return entries, position


def _content(name: str, value: NDArray[Any] | Raw, data: Path) -> tuple[str, memoryview, tuple[int, ...]]:
    if isinstance(value, tuple):
        dtype, raw, shape = value
        content = memoryview(raw).cast("B") if len(raw) else memoryview(b"")
        if dtype not in NUMPY_TYPES:
            raise LexonError(f"tensor '{name}' has dtype '{dtype}', which the format does not know", place=str(data))
        if content.nbytes != prod(shape) * NUMPY_TYPES[dtype].itemsize:
            raise LexonError(f"tensor '{name}': {content.nbytes} bytes do not fit {dtype}{shape}", place=str(data))
        return dtype, content, tuple(shape)
    little = value.dtype.newbyteorder("<")
    known = [text for text, numpy_type in NUMPY_TYPES.items() if numpy_type == little and text != "bf16"]
    if not known:
        message = f"tensor '{name}' has numpy type '{value.dtype}', which the format does not know"
        raise LexonError(message, place=str(data), advice="give bfloat16 as ('bf16', raw bytes, shape)")
    array = np.ascontiguousarray(value, dtype=little)
    flat = array.reshape(-1).view(np.uint8)  # reshape: ascontiguousarray makes 0-d tensors 1-d
    return known[0], flat.data, tuple(value.shape)


def _with_aliases(entries: list[Tensor], aliases: Mapping[str, str], data: Path) -> list[Tensor]:
    found = {entry.name: entry for entry in entries}
    more: dict[str, list[Tensor]] = {}
    for name, target in aliases.items():
        if name in found or target not in found:
            raise LexonError(f"'{name}' cannot share the place of '{target}'", place=str(data))
        entry = found[target]
        more.setdefault(target, []).append(
            Tensor(name, entry.dtype, entry.shape, entry.offset, entry.bytes, entry.checksum)
        )
    return [item for entry in entries for item in (entry, *more.get(entry.name, []))]


def _manifest_text(data: Path, total: int, entries: list[Tensor], prepared: Prepared | None) -> str:
    version = PREPARED_VERSION if prepared else VERSION
    head = {"format": FORMAT, "version": version, "data": data.name, "bytes": total, "alignment": ALIGNMENT}
    if prepared:
        head["prepared"] = {key: value for key, value in prepared.__dict__.items() if value is not None}
    lines = [json.dumps({**entry.__dict__, "shape": list(entry.shape)}) for entry in entries]
    body = ",\n    ".join(lines)
    return f'{json.dumps(head)[:-1]},\n  "tensors": [\n    {body}\n  ]\n}}\n'


def _prepared(document: Mapping[str, Any]) -> Prepared | None:
    item = document.get("prepared")
    if (item is not None) != (document["version"] == PREPARED_VERSION):
        raise ValueError(f"version {PREPARED_VERSION} has the key 'prepared', and no other version")
    if item is None:
        return None
    prepared = Prepared(item["layout"], item["cpu"], item.get("raw"))
    if not all(isinstance(text, str) for text in (prepared.layout, prepared.cpu, prepared.raw or "")):
        raise TypeError("an entry of 'prepared' is not a text")
    return prepared


def _natural(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{value!r} is not a size")
    return value


def _entry(item: Any) -> Tensor:
    if not isinstance(item, dict):
        raise TypeError("an entry of 'tensors' is not an object")
    name, dtype, checksum = item["name"], item["dtype"], item["checksum"]
    if dtype not in NUMPY_TYPES:
        raise ValueError(f"tensor '{name}' has unknown dtype {dtype!r}")
    if not isinstance(name, str) or not isinstance(checksum, str) or not _CHECKSUM.fullmatch(checksum):
        raise ValueError(f"tensor {name!r}: checksum {checksum!r} is not 'xxh3:' and 16 hexadecimal digits")
    shape = tuple(_natural(size) for size in item["shape"])
    return Tensor(name, dtype, shape, _natural(item["offset"]), _natural(item["bytes"]), checksum)


def _check_layout(tensors: tuple[Tensor, ...], total: int, data: Path) -> None:
    last = 0
    names: set[str] = set()
    for tensor in tensors:
        expected = prod(tensor.shape) * NUMPY_TYPES[tensor.dtype].itemsize
        problem = None
        if tensor.bytes != expected:
            problem = f"says {tensor.bytes} bytes, but {tensor.dtype}{list(tensor.shape)} has {expected}"
        elif tensor.offset + tensor.bytes > total:
            problem = f"ends at byte {tensor.offset + tensor.bytes}, past the file's {total}"
        elif tensor.offset % ALIGNMENT or tensor.offset < last:
            problem = f"offset {tensor.offset} is not a rising multiple of {ALIGNMENT}"
        elif tensor.name in names:
            problem = "is listed twice"
        if problem:
            raise LexonError(f"tensor '{tensor.name}' {problem}", place=str(manifest_path(data)))
        names.add(tensor.name)
        last = tensor.offset


def _check_length(data: Path, total: int) -> None:
    try:
        length = data.stat().st_size
    except OSError as error:
        raise LexonError(f"cannot read the weights: {error.strerror}", place=str(data)) from error
    if length != total:
        kind = "too short" if length < total else "too long"
        message = f"the file is {kind}, or belongs to another model: it has {length} bytes, its manifest says {total}"
        raise LexonError(message, place=str(data), advice="import the model again")


def _map(manifest: Manifest) -> memoryview:
    if manifest.bytes == 0:
        return memoryview(b"")
    try:
        with manifest.data.open("rb") as file:
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError) as error:
        raise LexonError(f"cannot map the weights: {error}", place=str(manifest.data)) from error


def _digest(content: memoryview) -> str:
    state = xxhash.xxh3_64()
    for start in range(0, content.nbytes, _CHUNK):
        state.update(content[start : start + _CHUNK])
    return f"xxh3:{state.hexdigest()}"
