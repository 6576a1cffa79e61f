"""A compiled model in small: the C file that the unit tests use, built here so that no build folder has to know."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import xxhash

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "test" / "Unit" / "Runtime" / "TestModule.c"


@pytest.fixture(scope="session")
def module_path(tmp_path_factory):
    compiler = shutil.which("cc") or shutil.which("clang-22") or shutil.which("gcc")
    assert compiler, "the tests need a C compiler"
    target = tmp_path_factory.mktemp("module") / "model.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(target), str(SOURCE)], check=True)
    return target


@pytest.fixture
def module(module_path):
    from lexon.runtime import Library

    return Library(module_path)


def _write_weights(folder, tensors, *, name="arg0"):
    """Writes tensors {name: (dtype, array)} after docs/formats.md, independently of lexon.weights."""
    data, entries = bytearray(), []
    for key, (dtype, array) in tensors.items():
        data.extend(bytes(-len(data) % 64))
        content = array.tobytes()
        entries.append({
            "name": key, "dtype": dtype, "shape": list(array.shape), "offset": len(data), "bytes": len(content),
            "checksum": f"xxh3:{xxhash.xxh3_64_hexdigest(content)}",
        })  # fmt: skip
        data.extend(content)
    data.extend(bytes(-len(data) % 64))
    manifest = {
        "format": "lexon-weights", "version": 1, "data": f"{name}.data", "bytes": len(data), "alignment": 64,
        "tensors": entries,
    }  # fmt: skip
    (folder / f"{name}.data").write_bytes(data)
    (folder / f"{name}.json").write_text(json.dumps(manifest))
    return folder / f"{name}.data"


@pytest.fixture
def write_weights():
    return _write_weights


@pytest.fixture
def weights_path(tmp_path):
    rng = np.random.default_rng(7)
    return _write_weights(tmp_path, {
        "a.weight": ("f32", rng.standard_normal((5, 3), dtype=np.float32)),
        "b": ("bf16", rng.integers(0, 2**16, 7, dtype=np.uint16)),
        "flags": ("i1", np.array([True, False, True])),
    })  # fmt: skip
