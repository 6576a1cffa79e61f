# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How arrays travel between `lexon verify` and its child process."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def save_arrays(path: str, arrays: list[Array]) -> None:
    """Writes arrays so that `load_arrays` gives them back in order."""
    np.savez(path, *arrays)


def load_arrays(path: str) -> list[Array]:
    """The arrays that `save_arrays` wrote."""
    with np.load(path, allow_pickle=False) as file:
        return [file[f"arr_{number}"] for number in range(len(file.files))]
