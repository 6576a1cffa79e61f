# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a saved model and prints how much memory that took: `python -m lexon.bench.footprint FOLDER INPUTS.npz`.

A process without torch, so that nothing but numpy and the runtime is there before the model is loaded.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from lexon import load, runtime

CALLS = 3


def main(folder: str, inputs: str) -> None:
    """Prints JSON: `before` (bytes resident before loading) and `most` (what came on top of it at most)."""
    with np.load(inputs) as file:
        arrays = [file[name] for name in file.files]
    runtime.version()
    before = _status("VmRSS")
    model = load(folder)
    for _ in range(CALLS):
        model.call(arrays)
    print(json.dumps({"before": before, "most": _status("VmHWM") - before}))


def _status(field: str) -> int:
    """Bytes that Linux reports about this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return 1024 * int(line.split()[1])
    return 0


if __name__ == "__main__":
    main(*sys.argv[1:])
