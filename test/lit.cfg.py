#===- lit.cfg.py - how lit finds and runs Lexon's tests ---------*- python -*-===#
#
# Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
#
# ruff: noqa: F821 (lit defines config and lit_config)
# Substitutions: %python (the environment's Python), %src (the source tree), %llvm_lib (libomp), %mlir_include,
# %mlir_tblgen.
# Features: python (numpy and the lexon package), torch (PyTorch too), csmith, root, nightly, and cpu-FLAG for each
# flag of this machine's processor as /proc/cpuinfo spells it.
#
#===------------------------------------------------------------------------===#

import os
import shutil
import subprocess
from pathlib import Path

import lit.formats

config.name = "Lexon"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "Python", "Unit", "lib"]
config.test_source_root = str(Path(__file__).parent)

build = Path(config.lexon_build_root)
source = Path(config.lexon_source_root)
# run_all.py names another environment for the tests without PyTorch.
venv = Path(lit_config.params.get("venv", build / "venv"))
python = venv / "bin" / "python"


def has_modules(*names):
    """Whether the environment's Python finds these modules; does not import them, which takes seconds for torch."""
    probe = "import importlib.util as u, sys; sys.exit(not all(u.find_spec(n) for n in sys.argv[1:]))"
    return python.exists() and subprocess.run([python, "-c", probe, *names], capture_output=True).returncode == 0


def cpu_flags():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return []
    return next((line.split(":", 1)[1].split() for line in lines if line.startswith("flags")), [])


if has_modules("numpy", "lexon") and (venv / "bin" / "lexon").exists():
    config.available_features.add("python")
    if has_modules("torch", "torch_mlir"):
        config.available_features.add("torch")
if os.geteuid() == 0:
    config.available_features.add("root")
if shutil.which("csmith"):
    config.available_features.add("csmith")
if lit_config.params.get("nightly"):
    config.available_features.add("nightly")
config.available_features.update("cpu-" + flag for flag in cpu_flags())

folders = [build / "bin", venv / "bin", Path(config.llvm_tools_dir)]
config.environment["LEXON_BUILD_DIR"] = str(build)
config.environment["LEXON_CACHE_DIR"] = os.devnull  # nothing is known of kernels that somebody tuned on this machine
config.environment["PYTHONPATH"] = str(source / "python")  # this tree's package, wherever the environment was made
config.environment["PATH"] = os.pathsep.join([*map(str, folders), os.environ.get("PATH", "")])
for name in ("OMP_NUM_THREADS", "ASAN_OPTIONS", "UBSAN_OPTIONS"):
    if name in os.environ:
        config.environment[name] = os.environ[name]

config.substitutions += [
    ("%python", str(python) if python.exists() else shutil.which("python3")),
    ("%src", str(source)),
    ("%build", str(build)),
    ("%llvm_lib", str(Path(config.llvm_tools_dir).parent / "lib")),
    ("%mlir_include", config.mlir_include_dir),
    ("%mlir_tblgen", str(Path(config.llvm_tools_dir) / "mlir-tblgen")),
]

config.maxIndividualTestTime = 300  # seconds
