"""Calls through ctypes: every way of passing things, and what must be refused."""

import gc
import threading

import numpy as np
import pytest

from lexon import LexonError
from lexon.runtime import Library, TensorRef


def test_static_shapes(module):
    rng = np.random.default_rng(1)
    a, b = rng.standard_normal((2, 2, 3), dtype=np.float32)
    (result,) = module.function("add").call(a, b)
    np.testing.assert_array_equal(result, 10 * a + b)
    assert result.dtype == np.float32 and result.flags.writeable and result.ctypes.data % 64 == 0


@pytest.mark.parametrize("rows", [0, 1, 7])
def test_dynamic_result_and_scalar(module, rows):
    x = np.arange(rows * 4, dtype=np.float32).reshape(rows, 4)
    (result,) = module.function("scale").call(x, 2.5)
    np.testing.assert_array_equal(result, np.float32(2.5) * x)
    assert result.shape == (rows, 4)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_all_ways_of_returning(module, count):
    x = np.arange(count, dtype=np.int64) * 3 - 2
    empty, out, copy, half, f16, pair, small, total = module.function("mixed").call(x, -7)
    assert empty.item() is (count == 0)
    np.testing.assert_array_equal(out, [count, x.sum()])
    np.testing.assert_array_equal(copy, x)
    assert half == x.sum() / 2 and f16.dtype == np.float16 and f16 == 1
    assert pair == 3 + 4j and small == -7 and total == x.sum() and total.dtype == np.int64


def test_every_dtype_keeps_its_bits(module):
    rng = np.random.default_rng(2)
    given = [
        rng.integers(0, 2**16, 3, dtype=np.uint16),
        rng.standard_normal(3).astype(np.float16),
        (rng.standard_normal(2) + 1j).astype(np.complex64),
        np.array([True, False, True]),
        rng.integers(0, 256, 3, dtype=np.uint8),
    ]
    for before, after in zip(given, module.function("same").call(*given), strict=True):
        assert before.dtype == after.dtype and before.tobytes() == after.tobytes()


@pytest.mark.parametrize(
    "change",
    [
        lambda a: np.asfortranarray(a),
        lambda a: np.repeat(a, 2, axis=1)[:, ::2],
        lambda a: a[::-1, ::-1][::-1, ::-1],
        lambda a: np.ascontiguousarray(a[::-1])[::-1],
        lambda a: a.astype(">f4"),
        lambda a: np.frombuffer(b"x" + a.tobytes(), np.uint8)[1:].view(np.float32).reshape(a.shape),
        lambda a: np.array([tuple(r) for r in zip(a.ravel(), b"abcdef", strict=True)], "<f4,i1")["f0"].reshape(2, 3),
    ],
)
def test_layouts(module, change):
    a = np.arange(6, dtype=np.float32).reshape(2, 3) + 1
    b = np.full((2, 3), 0.5, np.float32)
    changed = change(a)
    np.testing.assert_array_equal(changed, a)
    np.testing.assert_array_equal(module.function("add").call(changed, b)[0], 10 * a + b)
    np.testing.assert_array_equal(module.function("add").call(b, changed)[0], 10 * b + a)


def test_broadcast_argument(module):
    row = np.array([1, 2, 3], np.float32)
    wide = np.broadcast_to(row, (2, 3))
    np.testing.assert_array_equal(module.function("add").call(wide, wide)[0], 11 * wide)


def test_rank_zero_empty_and_nothing(module):
    (result,) = module.function("negate").call(np.float64(3).reshape(()))
    assert result.shape == () and result == -3
    assert module.function("empty").call(np.zeros((0, 3), np.float32))[0].shape == (0, 3)
    assert module.function("nothing").call() == []


def test_mutated_argument(module):
    x = np.zeros(3)
    assert module.function("increment").call(x) == []
    strided = np.zeros(6)
    module.function("increment").call(strided[::2])
    np.testing.assert_array_equal(x, [1, 1, 1])
    np.testing.assert_array_equal(strided, [1, 0, 1, 0, 1, 0])
    x.flags.writeable = False
    with pytest.raises(LexonError, match="read-only"):
        module.function("increment").call(x)


def test_one_buffer_returned_twice(module):
    first, second = module.function("shared").call()
    np.testing.assert_array_equal(first, [1, 3, 5])
    np.testing.assert_array_equal(second, [0, 1])
    first[:] = 9
    np.testing.assert_array_equal(second, [0, 1])


def test_raw_memory_in_and_out(module):
    a, b, out = (np.full((2, 3), value, np.float32) for value in (1, 2, 0))
    refs = [TensorRef(x.ctypes.data, "f32", (2, 3), (3, 1)) for x in (a, b)]
    assert module.function("add").call_raw(refs, [TensorRef(out.ctypes.data, "f32", (2, 3))]) == [None]
    np.testing.assert_array_equal(out, np.full((2, 3), 12))
    # The result over an argument: as if it had been computed elsewhere.
    module.function("add").call_raw(refs, [TensorRef(a.ctypes.data, "f32", (2, 3))])
    np.testing.assert_array_equal(a, np.full((2, 3), 12))
    with pytest.raises(LexonError, match="2 sizes but 1 strides"):
        module.function("add").call_raw([TensorRef(a.ctypes.data, "f32", (2, 3), (3,)), refs[1]], [None])


def test_results_outlive_the_library(module_path):
    library = Library(module_path)
    (result,) = library.function("scale").call(np.ones((2, 4), np.float32), 3.0)
    del library
    gc.collect()
    np.testing.assert_array_equal(result, np.full((2, 4), 3))


def test_threads_at_once(module):
    function = module.function("scale")
    wrong = []

    def work(seed):
        for i in range(200):
            x = np.full((3, 4), seed * 1000 + i, np.float32)
            if not np.array_equal(function.call(x, 2.0)[0], 2 * x):
                wrong.append((seed, i))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


ONE = np.ones((2, 3), np.float32)


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        ("add", [ONE], "'add' takes 2 arguments, not 1"),
        ("add", [ONE, ONE.astype(np.float64)], "'add' argument #1 is float64, must be f32"),
        ("add", [ONE, ONE[0]], "'add' argument #1 must be 2x3xf32, got 3xf32"),
        ("add", [ONE, ONE.T], "'add' argument #1 must be 2x3xf32, got 3x2xf32"),
        ("add", [ONE, [1, 2]], "'add' argument #1 must be an array, got list"),
        ("scale", [np.ones((2, 4), np.float32), 1j], "argument #1 must be f64, got complex"),
        ("scale", [np.ones((2, 4), np.float32), np.ones(2)], "argument #1 must be f64, got 2xf64"),
        ("mixed", [np.arange(3), 1.0], "argument #1 must be i8, got float"),
        ("mixed", [np.arange(3), 300], "300 does not fit i8"),
        ("liar", [], "result #0 must be 3xf32, the function returned 2xf32"),
        ("huge", [], "is larger than any memory"),
        ("missing", [], "exports no function 'missing'; it has 'add', 'empty',"),
        ("headless", [], "no lexon_invoke_headless"),
        ("garbled", [], "no JSON"),
        ("future", [], "version 2 is not known"),
    ],
)
def test_refusals(module, function, arguments, message):
    with pytest.raises(LexonError) as error:
        module.function(function).call(*arguments)
    assert message in str(error.value)


def test_signature_and_names(module):
    function = module.function("scale")
    assert function.signature["arguments"][0] == {"kind": "memref", "dtype": "f32", "shape": [-1, 4]}
    assert [p.kind for p in function.arguments] == ["memref", "scalar"]
    assert function.results[0].passing == "returned" and not function.takes_weights
    assert module.function("increment").arguments[0].mutated
    assert "add" in module.functions and module.functions == sorted(module.functions)


def test_benchmark(module):
    stats = module.function("add").benchmark(ONE, np.asfortranarray(ONE), runs=9, warmup=1)
    assert stats.runs == 9 and 0 < stats.min_ns <= stats.median_ns <= stats.max_ns
    assert stats.copied_bytes == 24 and stats.allocated_bytes is None and stats.peak_rss_bytes > 1 << 20
    with pytest.raises(LexonError, match="at least 1"):
        module.function("add").benchmark(ONE, ONE, runs=0)


def test_not_a_library(tmp_path, module_path):
    for name, content in {"empty.so": b"", "garbage.so": b"\x7fELF garbage", "short.so": None}.items():
        path = tmp_path / name
        path.write_bytes(module_path.read_bytes()[:3000] if content is None else content)
        with pytest.raises(LexonError, match=name):
            Library(path)
    with pytest.raises(LexonError, match="No such file"):
        Library(tmp_path / "absent.so")
    with pytest.raises(LexonError, match="zero character"):
        Library("a\0b")
