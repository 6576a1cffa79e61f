# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Programs and helpers that several Python tests share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Tests know nothing of the kernels that somebody tuned on this machine.
os.environ["LEXON_CACHE_DIR"] = os.devnull

MATMUL = """\
func.func @forward(%a: tensor<7x19xf32>, %b: tensor<19x33xf32>) -> tensor<7x33xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<7x33xf32>
  %filled = linalg.fill ins(%zero : f32) outs(%empty : tensor<7x33xf32>) -> tensor<7x33xf32>
  %product = linalg.matmul ins(%a, %b : tensor<7x19xf32>, tensor<19x33xf32>)
                           outs(%filled : tensor<7x33xf32>) -> tensor<7x33xf32>
  return %product : tensor<7x33xf32>
}
"""


def make_environment(**more: str) -> dict[str, str]:
    """This process's environment with the package under test first on the path."""
    path = os.pathsep.join(filter(None, [str(ROOT / "python"), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, "NO_COLOR": "1", "COLUMNS": "200", **more}


@pytest.fixture
def environment() -> Callable[..., dict[str, str]]:
    """Makes the environment of a process that uses the package under test."""
    return make_environment


@pytest.fixture
def matmul(tmp_path: Path) -> Path:
    """A file with one matrix multiplication, `@forward`."""
    path = tmp_path / "matmul.mlir"
    path.write_text(MATMUL)
    return path


@pytest.fixture
def lexon(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the command `lexon` in an empty folder."""

    def run(*arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "lexon.cli", *map(str, arguments)]
        return subprocess.run(
            command,
            cwd=tmp_path,
            env=make_environment(**more),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


@pytest.fixture
def python(tmp_path: Path) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Runs a Python program in a process of its own."""

    def run(program: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", program]
        return subprocess.run(
            command, cwd=tmp_path, env=make_environment(), capture_output=True, text=True, timeout=300, check=False
        )

    return run
