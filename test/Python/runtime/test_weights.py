"""Weights: what is read, and that nothing damaged is."""

import gc
import json

import numpy as np
import pytest

from lexon import LexonError
from lexon.runtime import Library, Weights, open_weights


def test_read(weights_path):
    weights = open_weights(weights_path)
    assert list(weights) == ["a.weight", "b", "flags"]
    assert weights.dtypes == {"a.weight": "f32", "b": "bf16", "flags": "i1"}
    raw = weights_path.read_bytes()
    assert weights["a.weight"].tobytes() == raw[:60] and weights["a.weight"].shape == (5, 3)
    assert weights["b"].dtype == np.uint16 and weights["flags"].tolist() == [True, False, True]
    assert not weights["b"].flags.writeable and weights["b"].ctypes.data % 64 == 0
    assert open_weights(weights_path.with_suffix(".json"))["b"].tobytes() == weights["b"].tobytes()


def test_views_keep_the_file_mapped(weights_path):
    view = Weights(weights_path)["a.weight"]
    gc.collect()
    assert view.tobytes() == weights_path.read_bytes()[:60]


def test_unknown_name(weights_path):
    with pytest.raises(LexonError, match="there is no tensor 'c'"):
        open_weights(weights_path).find("c")


def test_the_package_writer_is_read(tmp_path):
    from lexon import weights as writer

    rng = np.random.default_rng(3)
    arrays = {"x": rng.standard_normal((33, 7)), "y": rng.integers(0, 9, (4,), dtype=np.int32), "z": np.float32(2)}
    path = tmp_path / "reference.data"
    writer.write_weights(path, arrays.items())
    read = open_weights(path)
    for name, array in arrays.items():
        np.testing.assert_array_equal(read[name], array)


@pytest.mark.parametrize("byte", [0, 59, 64, 128, 130])
def test_a_changed_byte(weights_path, byte):
    raw = bytearray(weights_path.read_bytes())
    raw[byte] ^= 1
    weights_path.write_bytes(raw)
    with pytest.raises(LexonError, match=r"arg0\.data: tensor '.*is damaged"):
        open_weights(weights_path)
    assert len(open_weights(weights_path, check=False)) == 3


def test_short_long_missing(weights_path):
    raw = weights_path.read_bytes()
    for content in (raw[:-1], raw + bytes(64), b""):
        weights_path.write_bytes(content)
        with pytest.raises(LexonError, match=f"has {len(content)} bytes"):
            open_weights(weights_path)
    weights_path.unlink()
    with pytest.raises(LexonError, match=r"arg0\.data: cannot open"):
        open_weights(weights_path)


@pytest.mark.parametrize("text", ["", "[", "[" * 100000, "null", "\xff", '{"format": 1e999}', "{}"])
def test_garbage_manifest(weights_path, text):
    weights_path.with_suffix(".json").write_text(text, encoding="latin-1")
    with pytest.raises(LexonError, match=r"arg0\.json"):
        open_weights(weights_path)


def test_model_with_weights(module_path, tmp_path, write_weights):
    values = np.arange(48, dtype=np.float32)
    library = Library(module_path, write_weights(tmp_path, {"w": ("f32", values)}))
    function = library.function("weighted")
    assert function.takes_weights and len(function.arguments) == 1 and len(function.signature["arguments"]) == 2
    np.testing.assert_array_equal(function.call(np.ones(4, np.float32))[0], values[:4] + 1)
    with pytest.raises(LexonError, match=r"weights of another model: 'add' .* takes no weights"):
        library.function("add")
    with pytest.raises(LexonError, match="opened without its weights"):
        Library(module_path).function("weighted").call(np.ones(4, np.float32))


def test_weights_of_another_model(module_path, weights_path, write_weights):
    with pytest.raises(LexonError, match=r"weights of another model: 'weighted' .* wants 192 bytes .* these are"):
        write_weights(weights_path.parent, {"w": ("f32", np.zeros(64, np.float32))})
        Library(module_path, weights_path).function("weighted")


def test_progress(weights_path):
    seen = []
    open_weights(weights_path, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (77, 77)

    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_weights(weights_path, progress=interrupt)


def test_manifest_names_another_file(weights_path):
    manifest = json.loads(weights_path.with_suffix(".json").read_text())
    for name in ("../arg0.data", "/etc/passwd", ""):
        weights_path.with_suffix(".json").write_text(json.dumps({**manifest, "data": name}))
        with pytest.raises(LexonError, match="in the same folder"):
            open_weights(weights_path)
