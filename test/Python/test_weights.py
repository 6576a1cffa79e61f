# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The weights format: round trips of every dtype, and each refusal of docs/formats.md."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from lexon.errors import LexonError
from lexon.weights import NUMPY_TYPES, read_weights, write_weights

SHAPES = [(), (0,), (1,), (3, 5), (2, 0, 4), (7, 1, 3)]  # 0-d, empty, odd sizes that need padding


def _random(dtype, shape, rng):
    raw = rng.integers(0, 2 if dtype == "i1" else 256, size=(*shape, NUMPY_TYPES[dtype].itemsize), dtype=np.uint8)
    return raw.tobytes()


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "arg0.data"
    tensors = [("a", np.arange(33, dtype=np.float32)), ("b.c", np.arange(6, dtype=np.int64).reshape(2, 3))]
    write_weights(path, tensors)
    return path


def _edit(path, change):
    manifest = path.with_suffix(".json")
    document = json.loads(manifest.read_text())
    change(document)
    manifest.write_text(json.dumps(document))


@pytest.mark.parametrize("dtype", sorted(NUMPY_TYPES))
def test_round_trip(tmp_path, dtype):
    rng = np.random.default_rng(7)
    path = tmp_path / "x.data"
    raw = {f"t{number}": (dtype, _random(dtype, shape, rng), shape) for number, shape in enumerate(SHAPES)}
    manifest = write_weights(path, raw.items())
    arrays = read_weights(path)
    assert list(arrays) == list(raw)
    for name, (_, content, shape) in raw.items():
        assert arrays[name].shape == shape
        assert arrays[name].dtype == NUMPY_TYPES[dtype]
        assert arrays[name].tobytes() == content
    assert all(tensor.offset % 64 == 0 for tensor in manifest.tensors)
    assert path.stat().st_size % 64 == 0


def test_arrays_of_any_strides(tmp_path):
    array = np.arange(24, dtype=np.float64).reshape(4, 6)
    tensors = {
        "t": array.T,
        "s": array[::-1, ::2],
        "big-endian": array.astype(">f8"),
        "0d": np.float32(2.5).reshape(()),
    }
    write_weights(tmp_path / "x.data", tensors.items())
    for name, found in read_weights(tmp_path / "x.data").items():
        assert np.array_equal(found, tensors[name])
        assert found.shape == tensors[name].shape


def test_gaps_are_zero_and_nan_payloads_survive(tmp_path):
    nan = np.array([0x7FC00123], dtype=np.uint32).view(np.float32)
    write_weights(tmp_path / "x.data", [("nan", nan), ("one", np.ones(1, np.int8))])
    content = (tmp_path / "x.data").read_bytes()
    assert len(content) == 128
    assert content[4:64] == bytes(60)
    assert read_weights(tmp_path / "x.data")["nan"].view(np.uint32)[0] == 0x7FC00123


def test_tied_names_share_an_offset(tmp_path):
    manifest = write_weights(tmp_path / "x.data", [("a", np.ones(4, np.float32))], aliases={"b": "a"})
    assert [(t.name, t.offset) for t in manifest.tensors] == [("a", 0), ("b", 0)]
    assert read_weights(tmp_path / "x.data")["b"].tolist() == [1, 1, 1, 1]


def test_no_tensors_at_all(tmp_path):
    write_weights(tmp_path / "x.data", [])
    assert read_weights(tmp_path / "x.data") == {}


def test_manifest_is_the_documented_one(saved):
    document = json.loads(saved.with_suffix(".json").read_text())
    assert document["format"] == "lexon-weights"
    assert document["version"] == 1
    assert document["data"] == "arg0.data"
    assert document["bytes"] == 256
    assert document["alignment"] == 64
    first, second = document["tensors"]
    assert set(first) == {"name", "dtype", "shape", "offset", "bytes", "checksum"}
    assert (second["name"], second["dtype"], second["shape"], second["offset"]) == ("b.c", "i64", [2, 3], 192)


def _first(key, value):
    return lambda document: document["tensors"][0].update({key: value})


REFUSALS = {
    "another format": (lambda d: d.update(format="safetensors"), "format is 'safetensors'"),
    "another version": (lambda d: d.update(version=3), "version is 3"),
    "another length": (lambda d: d.update(bytes=320), "too short"),
    "past the end": (lambda d: d["tensors"][1].update(offset=256), "tensor 'b.c' ends at byte"),
    "bytes and shape differ": (_first("bytes", 128), "tensor 'a' says 128 bytes"),
    "dtype and bytes differ": (_first("dtype", "f64"), "tensor 'a' says 132 bytes"),
    "shape differs": (_first("shape", [34]), "tensor 'a' says 132 bytes"),
    "unknown dtype": (_first("dtype", "f8"), "tensor 'a' has unknown dtype 'f8'"),
    "negative offset": (_first("offset", -64), "-64 is not a size"),
    "crooked offset": (_first("offset", 4), "not a rising multiple of 64"),
    "wrong checksum": (_first("checksum", "xxh3:0123456789abcdef"), "tensor 'a' has a wrong checksum"),
    "no checksum": (_first("checksum", "md5:0"), "tensor 'a'"),
    "twice": (lambda d: d["tensors"][1].update(name="a"), "listed twice"),
    "no tensors": (lambda d: d.pop("tensors"), "malformed manifest"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals_of_the_manifest(saved, name):
    change, message = REFUSALS[name]
    _edit(saved, change)
    with pytest.raises(LexonError) as raised:
        read_weights(saved)
    assert message in str(raised.value)
    assert "arg0" in str(raised.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "\0\1\2", '{"format": "lexon-weights"}'])
def test_garbage_manifest(saved, text):
    saved.with_suffix(".json").write_text(text)
    with pytest.raises(LexonError, match=r"arg0\.json"):
        read_weights(saved)


@pytest.mark.parametrize(("length", "word"), [(0, "too short"), (192, "too short"), (320, "too long")])
def test_another_length_of_the_data(saved, length, word):
    os.truncate(saved, length)
    with pytest.raises(LexonError, match=word):
        read_weights(saved)


def test_one_flipped_bit(saved):
    content = bytearray(saved.read_bytes())
    content[200] ^= 1
    saved.write_bytes(content)
    with pytest.raises(LexonError, match=r"tensor 'b\.c' has a wrong checksum"):
        read_weights(saved)
    assert read_weights(saved, check=False)["a"][1] == 1


@pytest.mark.parametrize("suffix", [".data", ".json"])
def test_missing_files(saved, suffix):
    saved.with_suffix(suffix).unlink()
    with pytest.raises(LexonError, match="No such file"):
        read_weights(saved)


def test_refusals_of_the_writer(tmp_path):
    path = tmp_path / "x.data"
    ones = np.ones(3, np.float32)
    bad = [
        ([("a", ones), ("a", ones)], {}, "given twice"),
        ([("a", np.ones(3, np.uint16))], {}, "uint16"),
        ([("a", ("f32", b"123", (1,)))], {}, "do not fit"),
        ([("a", ("f8", b"1", (1,)))], {}, "does not know"),
        ([("a", ones)], {"b": "c"}, "cannot share"),
    ]
    for tensors, aliases, message in bad:
        with pytest.raises(LexonError, match=message):
            write_weights(path, tensors, aliases=aliases)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_keeps_the_old_files(saved):
    def tensors():
        yield "a", np.zeros(5, np.float32)
        raise KeyboardInterrupt

    before = {path.name: path.read_bytes() for path in saved.parent.iterdir()}
    with pytest.raises(KeyboardInterrupt):
        write_weights(saved, tensors())
    assert {path.name: path.read_bytes() for path in saved.parent.iterdir()} == before


def test_missing_folder(tmp_path):
    with pytest.raises(LexonError, match="cannot write the weights"):
        write_weights(tmp_path / "missing" / "x.data", [])


def test_full_disk(tmp_path):
    """A file size limit stands for the full disk: the write fails half way through."""
    script = f"""
        import resource, signal
        import numpy as np
        from lexon.errors import LexonError
        from lexon.weights import write_weights
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        try:
            write_weights({str(tmp_path / "x.data")!r}, [("a", np.ones(1 << 16))])
        except LexonError as error:
            print(error)
    """
    env = {**os.environ, "PYTHONPATH": str(Path(sys.modules["lexon.weights"].__file__).parent.parent)}
    command = [sys.executable, "-c", textwrap.dedent(script)]
    result = subprocess.run(command, capture_output=True, text=True, env=env, check=True)
    assert "cannot write the weights" in result.stdout
    assert list(tmp_path.iterdir()) == []
    assert signal.SIGXFSZ  # the limit raises EFBIG, not a signal
