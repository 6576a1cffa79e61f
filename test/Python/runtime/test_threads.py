# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""More threads asked for than there are processors: as many run as the process may use, and the result is right."""

import os
from pathlib import Path

import pytest

from lexon.compiler.build import CompileOptions, build_library

PROGRAM = """
func.func @forward(%a: tensor<127x257xf32>, %b: tensor<257x131xf32>) -> tensor<127x131xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<127x131xf32>
  %filled = linalg.fill ins(%zero : f32) outs(%empty : tensor<127x131xf32>) -> tensor<127x131xf32>
  %product = linalg.matmul ins(%a, %b : tensor<127x257xf32>, tensor<257x131xf32>)
                           outs(%filled : tensor<127x131xf32>) -> tensor<127x131xf32>
  return %product : tensor<127x131xf32>
}
"""
CHILD = """
import os
os.sched_setaffinity(0, {cpus})
import numpy as np
from lexon.runtime import Library
function = Library({library!r}).function("forward")
rng = np.random.default_rng(0)
a, b = rng.standard_normal((127, 257), dtype=np.float32), rng.standard_normal((257, 131), dtype=np.float32)
before = len(os.listdir("/proc/self/task"))
for _ in range(3):
    (result,) = function.call(a, b)
started = len(os.listdir("/proc/self/task")) - before
exact, bound = a.astype(np.float64) @ b, 257 * 2.0**-24 * (np.abs(a).astype(np.float64) @ np.abs(b))
assert (np.abs(result - exact) <= bound).all()
print(started)
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("threads")
    (folder / "forward.mlir").write_text(PROGRAM)
    return build_library([folder / "forward.mlir"], folder / "forward.so", CompileOptions(threads=8))


@pytest.mark.parametrize("limit", [1, 2, 64])
def test_no_more_threads_than_processors(library, python, limit):
    cpus = set(sorted(os.sched_getaffinity(0))[:limit])
    if len(cpus) == 1 and limit > 1:
        pytest.skip("this process may use one processor")
    done = python(CHILD.format(cpus=cpus, library=str(library)))
    assert done.returncode == 0, done
    assert int(done.stdout) == min(8, len(cpus)) - 1  # the caller is one of them
