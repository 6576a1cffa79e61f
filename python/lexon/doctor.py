# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What `lexon doctor` finds: what is installed, what the CPU offers, and whether a small program comes out right."""

from __future__ import annotations

import ctypes.util
import platform
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from lexon import __version__, paths
from lexon.compiler.driver import run_tool, usable_cores
from lexon.errors import LexonError

TESTED = """
func.func @forward(%a: tensor<33x47xf32>, %b: tensor<47x29xf32>) -> tensor<33x29xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<33x29xf32>
  %filled = linalg.fill ins(%zero : f32) outs(%empty : tensor<33x29xf32>) -> tensor<33x29xf32>
  %product = linalg.matmul ins(%a, %b : tensor<33x47xf32>, tensor<47x29xf32>)
                           outs(%filled : tensor<33x29xf32>) -> tensor<33x29xf32>
  return %product : tensor<33x29xf32>
}
"""


@dataclass(frozen=True)
class Check:
    """One finding. Lexon works without what is not `needed`."""

    name: str
    ok: bool
    detail: str
    needed: bool = True
    advice: str | None = None


def examine() -> list[Check]:
    """Every check, in the order in which a user meets the parts."""
    checks = [
        Check("lexon", True, f"{__version__}, Python {platform.python_version()}"),
        _try("lexon-opt", lambda: _tool("lexon-opt"), "build Lexon: make build"),
        _try("lexon-translate", lambda: _tool("lexon-translate"), "build Lexon: make build"),
        _try("lexon-import-c", lambda: _tool("lexon-import-c"), "build Lexon: make build"),
        _try("lexon-cc", lambda: _tool("lexon-cc"), "build Lexon: make build"),
        _try("runtime", _runtime, "build Lexon: make build"),
        _package("numpy", needed=True),
        _package("torch", needed=False),
        _package("torch-mlir", needed=False),
        _library("OpenMP", ("omp", "omp5"), "libomp-22-dev", needed=False),
        _library("OpenBLAS", ("openblas",), "libopenblas-dev", needed=False),
        _try("C programs", _c_program, "C needs clang-22, libclang-cpp22, libc6-dev and a linker"),
        _program("csmith", "csmith libcsmith-dev", "tests with generated C programs need it"),
        _try("CPU", _cpu, None),
    ]
    if all(check.ok for check in checks if check.needed):
        checks.append(_try("generated code", _generated, None))
        checks.append(_try("self-test", _self_test, "run: lexon verify on an example, and report what it says"))
    return checks


def healthy(checks: list[Check]) -> bool:
    """True if everything needed is there and the self-test passed."""
    return all(check.ok for check in checks if check.needed)


def _try(name: str, look: Callable[[], str], advice: str | None) -> Check:
    try:
        return Check(name, True, look())
    except LexonError as error:
        return Check(name, False, str(error).splitlines()[0], advice=error.advice or advice)
    except (OSError, ImportError) as error:
        return Check(name, False, str(error), advice=advice)


def _tool(name: str) -> str:
    text = run_tool(name, ["--version"])
    version = re.search(r"(?:LLVM|clang) version (\S+)", text)
    return f"LLVM {version[1] if version else 'of unknown version'}, {paths.tool(name)}"


def _runtime() -> str:
    from lexon import runtime

    return f"{runtime.version()}, {paths.runtime_library()}"


def _package(name: str, *, needed: bool) -> Check:
    try:
        return Check(name, True, metadata.version(name), needed)
    except metadata.PackageNotFoundError:
        why = "" if needed else ": only importing PyTorch models needs it"
        return Check(name, False, f"not installed{why}", needed, "run externals/setup.sh")


def _library(name: str, names: tuple[str, ...], package: str, *, needed: bool) -> Check:
    found = next(filter(None, map(ctypes.util.find_library, names)), None)
    if found:
        return Check(name, True, found, needed)
    return Check(name, False, "not found on the system's library path", needed, f"install the package {package}")


def _program(name: str, packages: str, purpose: str) -> Check:
    found = shutil.which(name)
    detail = found or f"not found: only {purpose}"
    return Check(name, found is not None, detail, needed=False, advice=f"install the packages {packages}")


def _c_program() -> str:
    """Compiles, links and runs one that needs the C library and its headers."""
    with tempfile.TemporaryDirectory(prefix="lexon-doctor-") as name:
        source = Path(name) / "hello.c"
        source.write_text('#include <stdio.h>\nint main(void) { return printf("C works\\n") != 8; }\n')
        run_tool("lexon-cc", [source, "-O2", "-o", Path(name) / "hello"])
        done = subprocess.run([Path(name) / "hello"], capture_output=True, text=True, timeout=60, check=False)
    if (done.returncode, done.stdout) != (0, "C works\n"):
        raise LexonError(f"a small program came out wrong: exit code {done.returncode}, output {done.stdout!r}")
    return "compiled, linked and run"


def _cpu() -> str:
    from lexon import runtime

    info: dict[str, Any] = runtime.cpu_info()
    present = [feature for feature, there in info.get("features", {}).items() if there]
    return f"{info.get('brand', 'unknown')}, {usable_cores()} usable cores; offers {' '.join(sorted(present))}"


def _generated() -> str:
    """What the code of a small matrix multiplication really uses, read from its assembly."""
    from lexon.compiler.build import CompileOptions, build_file

    with tempfile.TemporaryDirectory(prefix="lexon-doctor-") as name:
        source = Path(name) / "matmul.mlir"
        source.write_text(TESTED)
        text = build_file([source], Path(name) / "matmul.s", "asm", CompileOptions(threads=1)).read_text()
    widths = {512: r"%zmm\d", 256: r"%ymm\d", 128: r"%xmm\d|\bv\d+\.4s\b"}
    width = next((bits for bits, pattern in widths.items() if re.search(pattern, text)), 0)
    fused = re.search(r"\bvfmadd\w*|\bfmla\b", text)
    vectors = f"{width}-bit vectors" if width else "no vectors"
    return f"{vectors}, {'fused multiply-add' if fused else 'no fused multiply-add'}"


def _self_test() -> str:
    """Compiles, runs and checks a matrix multiplication with odd sizes against f64."""
    import numpy as np

    from lexon.api import compile_mlir
    from lexon.verify import compare
    from lexon.verify.inputs import Argument, InputOptions, make_inputs

    start = time.perf_counter()
    shapes = [(33, 47), (47, 29)]
    a, b = make_inputs([Argument("memref", "f32", shape) for shape in shapes], shapes, InputOptions(), 0)
    found = compile_mlir(TESTED)(a, b)
    wide_a, wide_b = a.astype(np.float64), b.astype(np.float64)
    # A dot product of length K in any order, fused or not: K units of roundoff of the sum of magnitudes.
    bound = shapes[1][0] * 2.0**-24 * (np.abs(wide_a) @ np.abs(wide_b))
    result = compare(found, wide_a @ wide_b, bound)
    if result.offence:
        raise LexonError(f"a matrix multiplication came out wrong: {result.offence}")
    seconds = time.perf_counter() - start
    return f"{result.elements} elements right, largest error {result.ratio:.2g} of its bound, {seconds:.1f} s"
