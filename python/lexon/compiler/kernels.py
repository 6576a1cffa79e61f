# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The file that remembers which kernels were measured as the fastest on a CPU (docs/formats.md, "Tuned kernels")."""

from __future__ import annotations

import json
import os
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from lexon import __version__
from lexon.errors import LexonError

FORMAT, VERSION = "lexon-kernels", 1


def default_table() -> Path:
    """The file for the CPU at hand, in $LEXON_CACHE_DIR or the user's cache folder; it may not exist."""
    from lexon.runtime import cpu_info  # only where it is needed: it brings numpy

    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lexon"
    root = os.environ.get("LEXON_CACHE_DIR") or user
    info = cpu_info()
    # Models of one brand differ by what they can do, versions of Lexon by the kernels that they know.
    facts = json.dumps([__version__, info["features"], info["cache"]], sort_keys=True).encode()
    brand = "".join(letter if letter.isalnum() else "-" for letter in info["brand"])
    return Path(root) / "kernels" / f"{brand}-{zlib.crc32(facts):08x}.json"


def read_table(path: Path) -> dict[str, str]:
    """The kernels in a file, by contraction; none if there is no such file. Raises LexonError if it is another file."""
    try:
        document = json.loads(path.read_text())
        if document["format"] != FORMAT or document["version"] != VERSION:
            raise LexonError("is no table of kernels of this version", place=str(path), advice="delete it, tune again")
        return {str(key): str(value) for key, value in document["kernels"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LexonError(f"cannot read the table of kernels: {error}", place=str(path)) from error


def write_table(path: Path, found: Mapping[str, str]) -> None:
    """Adds kernels, by contraction, to a file, which it makes if need be; what was there for others stays."""
    from lexon.runtime import cpu_info

    kernels = {**read_table(path), **found}
    info = cpu_info()
    document = {"format": FORMAT, "version": VERSION, "cpu": info["brand"], "kernels": kernels}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
            json.dump(document, file, indent=1)
        Path(file.name).replace(path)
    except OSError as error:
        raise LexonError(f"cannot write the table of kernels: {error.strerror}", place=str(path)) from error
