# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The child process in which compiled code runs, so that its crash is a finding and not the end of `lexon verify`.

Reads one JSON request a line from standard input, answers with one JSON line. Arrays travel as `.npz` files.
"""

from __future__ import annotations

import json
import os
import sys
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from lexon.errors import LexonError
from lexon.runtime import Library
from lexon.verify.exchange import load_arrays, save_arrays

Array = NDArray[Any]


def serve(requests: IO[str], answers: IO[str]) -> None:
    """Answers requests until there are no more."""
    libraries: dict[str, Library] = {}
    for line in requests:
        request = json.loads(line)
        try:
            answer = _run(request, libraries)
        except LexonError as error:
            answer = {"error": str(error)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _run(request: dict[str, Any], libraries: dict[str, Library]) -> dict[str, Any]:
    for path in (request["library"], request["prepare"]):
        if path not in libraries:
            libraries[path] = Library(path)
    function, preparing = (libraries[request[key]].function(request["function"]) for key in ("library", "prepare"))
    inputs = load_arrays(request["inputs"])
    given = [array.copy() for array in inputs]
    # After bufferization by hand the function may take buffers for its results behind its arguments.
    missing = len(function.signature["arguments"]) - len(given)
    fitting: list[Any] = next((buffers for buffers in request["extra"] if len(buffers) == missing), [])
    extra = [_poisoned(dtype, shape) for dtype, shape in fitting]
    results = [np.asarray(result) for result in function.call(*preparing.prepared(given), *extra)]
    changed = [
        number
        for number, (after, before) in enumerate(zip(given, inputs, strict=True))
        if after.tobytes() != before.tobytes()
    ]
    save_arrays(request["output"], [*results, *extra, *(given[number] for number in changed)])
    return {"results": len(results), "extra": len(extra), "changed": changed}


def _poisoned(dtype: str, shape: list[int]) -> Array:
    """A buffer whose bytes are all ones (NaN, -1), so that an element nobody writes is seen."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    fill = b"\x01" if dtype == "bool" else b"\xff"
    return np.frombuffer(bytearray(fill * size), np.dtype(dtype)).reshape(shape)


def main() -> None:
    """Keeps the answers apart from anything that compiled code prints: its standard output becomes our error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    serve(sys.stdin, answers)


if __name__ == "__main__":
    main()
