# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Programs that want their weights prepared: called, saved, loaded, verified; and what is refused."""

import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import lexon
from lexon import LexonError
from lexon.api import compile_folder, load_any, open_library
from lexon.compiler.build import CompileOptions, build_file, build_library
from lexon.compiler.driver import Toolbox
from lexon.errors import UnsupportedError
from lexon.runtime import Library, TensorRef, Weights, cpu_info
from lexon.verify.runner import Runner
from lexon.weights import read_manifest, read_weights, write_weights

LAYOUT = "transposed, version 1"
# The file has a matrix of 64 by 48; the function wants it transposed.
MODEL = """
func.func @forward(%weights: tensor<12288xi8> {lexon.constant}, %x: tensor<5x64xf32>) -> tensor<5x48xf32>
    attributes {lexon.prepare = "forward_prepare", lexon.prepared_layout = "LAYOUT"} {
  %w = lexon.weight %weights[0] : tensor<12288xi8> -> tensor<48x64xf32>
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<5x48xf32>
  %filled = linalg.fill ins(%zero : f32) outs(%empty : tensor<5x48xf32>) -> tensor<5x48xf32>
  %y = linalg.matmul
    indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%x, %w : tensor<5x64xf32>, tensor<48x64xf32>) outs(%filled : tensor<5x48xf32>) -> tensor<5x48xf32>
  return %y : tensor<5x48xf32>
}
func.func @forward_prepare(%raw: memref<12288xi8>, %prepared: memref<12288xi8>)
    attributes {lexon.signature = "SIGNATURE"} {
  %c0 = arith.constant 0 : index
  %from = memref.view %raw[%c0][] : memref<12288xi8> to memref<64x48xf32>
  %to = memref.view %prepared[%c0][] : memref<12288xi8> to memref<48x64xf32>
  linalg.transpose ins(%from : memref<64x48xf32>) outs(%to : memref<48x64xf32>) permutation = [1, 0]
  return
}
"""  # fmt: skip
# Two constants as arguments, the second left as it is.
SUBGRAPH = """
func.func @subgraph0(%w: tensor<6x4xf32> {lexon.constant}, %x: tensor<2x6xf32>, %b: tensor<4xf32> {lexon.constant})
    -> tensor<2x4xf32> attributes {lexon.prepare = "subgraph0_prepare", lexon.prepared_layout = "LAYOUT"} {
  %flat = tensor.collapse_shape %w [[0, 1]] : tensor<6x4xf32> into tensor<24xf32>
  %t = tensor.expand_shape %flat [[0, 1]] output_shape [4, 6] : tensor<24xf32> into tensor<4x6xf32>
  %empty = tensor.empty() : tensor<2x4xf32>
  %bias = linalg.broadcast ins(%b : tensor<4xf32>) outs(%empty : tensor<2x4xf32>) dimensions = [0]
  %y = linalg.matmul
    indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%x, %t : tensor<2x6xf32>, tensor<4x6xf32>) outs(%bias : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}
func.func @subgraph0_prepare(%w: tensor<6x4xf32>, %b: tensor<4xf32>) -> (tensor<6x4xf32>, tensor<4xf32>) {
  %empty = tensor.empty() : tensor<4x6xf32>
  %t = linalg.transpose ins(%w : tensor<6x4xf32>) outs(%empty : tensor<4x6xf32>) permutation = [1, 0]
  %flat = tensor.collapse_shape %t [[0, 1]] : tensor<4x6xf32> into tensor<24xf32>
  %r = tensor.expand_shape %flat [[0, 1]] output_shape [6, 4] : tensor<24xf32> into tensor<6x4xf32>
  return %r, %b : tensor<6x4xf32>, tensor<4xf32>
}
"""
# A weight of COLS columns, packed if they are many, in a function that is compiled with its caller or apart.
FORWARD = """
func.func @forward(%weights: tensor<BYTESxi8> {lexon.constant}, %x: tensor<5x64xf32>) -> tensor<5xCOLSxf32> {
  %w = lexon.weight %weights[0] : tensor<BYTESxi8> -> tensor<COLSx64xf32>
  %y = call @layer(%w, %x) : (tensor<COLSx64xf32>, tensor<5x64xf32>) -> tensor<5xCOLSxf32>
  return %y : tensor<5xCOLSxf32>
}
"""
DECLARED = "func.func private @layer(tensor<COLSx64xf32> {lexon.constant}, tensor<5x64xf32>) -> tensor<5xCOLSxf32>"
LAYER = """
func.func @layer(%w: tensor<COLSx64xf32> {lexon.constant}, %x: tensor<5x64xf32>) -> tensor<5xCOLSxf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<5xCOLSxf32>
  %filled = linalg.fill ins(%zero : f32) outs(%empty : tensor<5xCOLSxf32>) -> tensor<5xCOLSxf32>
  %y = linalg.matmul
    indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%x, %w : tensor<5x64xf32>, tensor<COLSx64xf32>)
    outs(%filled : tensor<5xCOLSxf32>) -> tensor<5xCOLSxf32>
  return %y : tensor<5xCOLSxf32>
}
"""  # fmt: skip
# A CPU whose instructions no later one has.
STRANGE_CPU = "bdver4"
strange = pytest.mark.skipif(
    cpu_info()["architecture"] != "x86_64" or cpu_info()["features"]["xop"], reason="this CPU is not another one"
)


def _program(layout: str = LAYOUT) -> str:
    bytes_ = {"kind": "memref", "dtype": "i8", "shape": [12288]}
    signature = {
        "function": "forward_prepare", "version": 1, "arguments": [bytes_], "results": [{**bytes_, "passing": "out"}]
    }  # fmt: skip
    text = json.dumps(signature).replace('"', "\\22")
    return MODEL.replace("LAYOUT", layout).replace("SIGNATURE", text)


@pytest.fixture(scope="module")
def w():
    return np.random.default_rng(0).standard_normal((64, 48), dtype=np.float32)


@pytest.fixture(scope="module")
def x():
    return np.random.default_rng(1).standard_normal((5, 64), dtype=np.float32)


@pytest.fixture(scope="module")
def model(tmp_path_factory, w):
    folder = tmp_path_factory.mktemp("model")
    write_weights(folder / "arg0.data", [("w", w)])
    return lexon.compile_mlir(_program(), weights=folder / "arg0.data", work_dir=folder)


def _right(result, x, w) -> bool:
    exact = x.astype(np.float64) @ w.astype(np.float64)
    bound = x.shape[1] * 2.0**-24 * (np.abs(x).astype(np.float64) @ np.abs(w))
    return bool((np.abs(result - exact) <= bound).all())


def test_call(model, x, w):
    assert _right(model(x), x, w)
    function = model.function
    assert (function.prepare, function.prepared_layout) == ("forward_prepare", LAYOUT)
    assert function.weights.tobytes() == w.T.tobytes()
    assert not function.weights.flags.writeable
    assert function.weights.ctypes.data % (2 << 20) == 0


def test_save_keeps_the_prepared_form(model, x, w, tmp_path):
    saved = model.save(tmp_path / "m.lexon")
    assert sorted(path.name for path in saved.iterdir()) == ["arg0.data", "arg0.json", "model.json", "model.so"]
    assert (saved / "arg0.data").read_bytes() == w.T.tobytes()
    manifest = read_manifest(saved / "arg0.data")
    assert manifest.prepared.layout == LAYOUT
    assert manifest.prepared.cpu and manifest.prepared.raw is None
    assert Weights(saved / "arg0.data").prepared_layout == LAYOUT
    with pytest.raises(LexonError, match="prepared weights"):
        read_weights(saved / "arg0.data")
    loaded = lexon.load(saved)
    assert _right(loaded(x), x, w)
    again = loaded.save(tmp_path / "again.lexon")
    assert (again / "arg0.data").read_bytes() == w.T.tobytes()
    with pytest.raises(LexonError, match="saved without the weights it was prepared from"):
        loaded.save(tmp_path / "raw.lexon", keep_raw=True)
    assert not (tmp_path / "raw.lexon").exists()


def test_weights_for_other_code(model, x, w, tmp_path):
    """Another CPU's code wants another order: prepared anew if the imported weights are there, else refused."""
    kept, alone = model.save(tmp_path / "kept.lexon", keep_raw=True), model.save(tmp_path / "alone.lexon")
    assert read_weights(kept / "raw.data")["w"].tobytes() == w.tobytes()
    other = tmp_path / "other.mlir"
    other.write_text(_program("transposed, version 2"))
    build_library([other], kept / "model.so")
    shutil.copy(kept / "model.so", alone / "model.so")
    assert _right(lexon.load(kept)(x), x, w)
    with pytest.raises(LexonError, match=r"arg0\.data: prepared for .*version 1 .* wants transposed, version 2"):
        lexon.load(alone)
    resaved = lexon.load(kept).save(tmp_path / "resaved.lexon", keep_raw=True)
    assert read_manifest(resaved / "arg0.data").prepared.layout == "transposed, version 2"
    assert _right(lexon.load(resaved)(x), x, w)


def test_prepared_weights_for_code_that_wants_none(model, tmp_path):
    saved = model.save(tmp_path / "m.lexon")
    plain = tmp_path / "plain.mlir"
    plain.write_text(_program().split("func.func @forward_prepare")[0].replace("lexon.prepare", "unused"))
    library = Library(build_library([plain], tmp_path / "plain.so", CompileOptions(weights="raw")), saved / "arg0.data")
    with pytest.raises(LexonError, match=r"are prepared .* takes weights as they were imported"):
        library.function("forward")


@pytest.mark.parametrize("damage", ["changed", "short", "not prepared after all"])
def test_damaged_files(model, tmp_path, damage):
    saved = model.save(tmp_path / "m.lexon")
    data, manifest = saved / "arg0.data", saved / "arg0.json"
    content = bytearray(data.read_bytes())
    if damage == "changed":
        content[4000] ^= 1
        data.write_bytes(content)
    elif damage == "short":
        data.write_bytes(content[:-64])
    else:
        manifest.write_text(manifest.read_text().replace('"version": 2', '"version": 1'))
    with pytest.raises(LexonError, match="arg0"):
        lexon.load(saved)


def _layered(folder, columns: int, files: tuple[str, ...]):
    """The model of `FORWARD`, and its weight."""
    w = np.random.default_rng(4).standard_normal((columns, 64), dtype=np.float32)
    write_weights(folder / "arg0.data", [("w", w)])
    for number, text in enumerate(files):
        text = text.replace("COLS", str(columns)).replace("BYTES", str(w.nbytes))
        (folder / f"{number}.mlir").write_text(text)
    paths = [folder / f"{number}.mlir" for number in range(len(files))]
    library = build_library(paths, folder / "model.so", CompileOptions(threads=2))
    return open_library(library, "forward", folder / "arg0.data"), w


def _mapped(address: int) -> str:
    """The file that this process sees at `address`."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        fields = line.split(maxsplit=5)
        first, last = (int(number, 16) for number in fields[0].split("-"))
        if first <= address < last:
            return fields[5] if len(fields) > 5 else ""
    raise AssertionError(f"nothing is mapped at {address:#x}")


TOGETHER, APART = (FORWARD + LAYER,), (FORWARD + DECLARED, LAYER)


@pytest.mark.parametrize("files", [TOGETHER, APART], ids=["together", "apart"])
def test_nothing_to_prepare(files, x, tmp_path):
    """A model whose weights all stay as they are is like one compiled with weights=raw."""
    model, w = _layered(tmp_path, 8, files)
    saved = model.save(tmp_path / "m.lexon", keep_raw=True)
    assert sorted(path.name for path in saved.iterdir()) == ["arg0.data", "arg0.json", "model.json", "model.so"]
    assert (saved / "arg0.data").read_bytes() == (tmp_path / "arg0.data").read_bytes()
    assert read_manifest(saved / "arg0.data").prepared is None
    assert read_weights(saved / "arg0.data")["w"].tobytes() == w.tobytes()
    loaded = Library(saved / "model.so", saved / "arg0.data").function("forward")
    for function, place in ((model.function, tmp_path), (loaded, saved)):
        assert function.prepare is None and function.prepared_layout is None
        assert _mapped(function.weights.ctypes.data) == str(place / "arg0.data")
    again = lexon.load(saved)
    with ThreadPoolExecutor(4) as pool:
        for result in pool.map(again, [x] * 40):
            assert _right(result, x, w.T)
    assert _right(model(x), x, w.T)


@pytest.mark.parametrize("files", [TOGETHER, APART], ids=["together", "apart"])
def test_the_layer_packs(files, x, tmp_path):
    """The same with a weight that is packed: whoever is compiled apart from it has its prepare called all the same."""
    model, w = _layered(tmp_path, 64, files)
    assert model.function.prepare == "forward_prepare"
    assert model.function.prepared_layout.endswith("@layer[0]; @layer: lexon-1; 64x64 columns 0 by 32 order 0,2,1")
    packed = w.reshape(2, 32, 64).transpose(0, 2, 1)
    assert model.function.weights.tobytes() == packed.tobytes()
    assert (model.save(tmp_path / "m.lexon") / "arg0.data").read_bytes() == packed.tobytes()
    assert _right(model(x), x, w.T)


def test_a_layer_in_another_library(tmp_path):
    """The loader would take the caller's stand-in for the layer's prepare: refused, not wrong."""
    folder = tmp_path / "one"
    folder.mkdir()
    _layered(folder, 64, APART)
    options = CompileOptions(threads=1)
    layer = build_library([folder / "1.mlir"], tmp_path / "layer.so", options)
    caller = build_file([folder / "0.mlir"], tmp_path / "forward.o", "obj", options)
    linked = ["cc", "-shared", "-o", tmp_path / "forward.so", caller, layer, f"-Wl,-rpath,{tmp_path}"]
    subprocess.run(linked, check=True)
    with pytest.raises(LexonError, match=r"'layer_prepare' that stands in the way of the one in .*layer\.so"):
        open_library(tmp_path / "forward.so", "forward", folder / "arg0.data")


def test_weights_prepared_for_a_layer_that_no_longer_packs(x, tmp_path):
    packing, raw = (tmp_path / name for name in ("packing", "raw"))
    for folder in (packing, raw):
        folder.mkdir()
    model, _ = _layered(packing, 64, APART)
    saved = model.save(tmp_path / "m.lexon")
    layer = LAYER.replace("COLS", "64")
    (raw / "layer.mlir").write_text(layer)
    (raw / "forward.mlir").write_text((packing / "0.mlir").read_text())
    # The same program, whose layer reads its weight as it is.
    objects = []
    for name, weights in (("forward", "prepared"), ("layer", "raw")):
        objects.append(build_file([raw / f"{name}.mlir"], raw / f"{name}.o", "obj", CompileOptions(weights=weights)))
    with Toolbox() as tools:
        tools.run_to(saved / "model.so", "lexon-translate", [*objects, "--emit=so"])
    with pytest.raises(LexonError, match=r"are prepared .* takes weights as they were imported"):
        lexon.load(saved)
    library = Library(saved / "model.so", packing / "arg0.data")
    assert library.function("forward").prepare is None
    w = read_weights(packing / "arg0.data")["w"]
    assert _right(library.function("forward").call(x)[0], x, w.T)


def _constants():
    rng = np.random.default_rng(2)
    return [rng.standard_normal(shape, dtype=np.float32) for shape in ((6, 4), (2, 6), (4,))]


def test_constants_that_are_arguments(tmp_path):
    w, x, b = _constants()
    compiled = lexon.compile_mlir(SUBGRAPH, "subgraph0", work_dir=tmp_path)
    assert np.allclose(compiled(w, x, b), x @ w + b, rtol=1e-5, atol=1e-5)
    function = Library(tmp_path / "model.so").function("subgraph0")
    assert [parameter.constant for parameter in function.arguments] == [True, False, True]
    ready = function.prepared([w, x, b])
    assert ready[0].tobytes() == w.T.tobytes() and ready[1] is x and ready[2].tobytes() == b.tobytes()
    assert np.allclose(function.call(*ready)[0], x @ w + b, rtol=1e-5, atol=1e-5)


def test_verify_prepares_before_it_calls(tmp_path):
    inputs = _constants()
    w, x, b = inputs
    source = tmp_path / "subgraph0.mlir"
    source.write_text(SUBGRAPH)
    library = build_library([source], tmp_path / "subgraph0.so")
    with Runner(tmp_path) as runner:
        run = runner.call(library, "subgraph0", runner.inputs(inputs))
    assert run.problem is None and run.changed == {}
    assert np.allclose(run.results[0], x @ w + b, rtol=1e-5, atol=1e-5)


def test_lexon_run_and_verify(lexon, tmp_path):
    (tmp_path / "subgraph0.mlir").write_text(SUBGRAPH)
    for name, array in zip("wxb", _constants(), strict=True):
        np.save(tmp_path / f"{name}.npy", array)
    inputs = [part for name in "wxb" for part in ("-i", f"{name}.npy")]
    done = lexon("run", "subgraph0.mlir", "--entry=subgraph0", *inputs, "-o", "y.npy")
    assert done.returncode == 0, done
    w, x, b = _constants()
    assert np.allclose(np.load(tmp_path / "y.npy"), x @ w + b, rtol=1e-5, atol=1e-5)
    done = lexon("verify", "subgraph0.mlir", "--pipeline=midend", "--inputs=seeded")
    assert done.returncode == 0, done


@pytest.mark.parametrize("shift", [4, 8, 60])
def test_misaligned_inputs(model, x, w, matmul, shift):
    def shifted(array):
        memory = np.zeros(array.nbytes + 128, np.uint8)
        start = -memory.ctypes.data % 64 + shift
        view = memory[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
        view[...] = array
        assert view.ctypes.data % 64 == shift
        return view

    assert _right(model(shifted(x)), x, w)
    rng = np.random.default_rng(3)
    a, b = rng.standard_normal((7, 19), dtype=np.float32), rng.standard_normal((19, 33), dtype=np.float32)
    function = lexon.compile_mlir(matmul).function
    out = shifted(np.zeros((7, 33), np.float32))
    parts = [shifted(a), shifted(b)]
    refs = [TensorRef(part.ctypes.data, "f32", part.shape) for part in parts]
    function.call_raw(refs, [TensorRef(out.ctypes.data, "f32", out.shape)])
    assert _right(out, a, b)


@strange
def test_code_for_another_cpu(matmul, tmp_path):
    with pytest.raises(UnsupportedError, match=r"needs the CPU features .*xop.*compiled for bdver4"):
        lexon.compile_mlir(matmul, target=STRANGE_CPU, work_dir=tmp_path)
    with pytest.raises(UnsupportedError):
        load_any(tmp_path / "model.so", "forward", CompileOptions())


@strange
def test_compiling_for_another_cpu_keeps_the_imported_weights(w, tmp_path):
    imported = tmp_path / "imported"
    imported.mkdir()
    write_weights(imported / "arg0.data", [("w", w)])
    (imported / "forward.mlir").write_text(_program())
    document = {"format": "lexon-model", "version": 1, "library": None, "entry": "forward", "mlir": ["forward.mlir"]}
    model = lexon.compile_mlir(_program(), weights=imported / "arg0.data")
    document |= {"weights": "arg0.data", "inputs": model.inputs.to_json(), "outputs": model.outputs.to_json()}
    (imported / "model.json").write_text(json.dumps(document))
    there = compile_folder(imported, tmp_path / "there.lexon", CompileOptions(target=STRANGE_CPU))
    assert read_weights(there / "arg0.data")["w"].tobytes() == w.tobytes()
    with pytest.raises(UnsupportedError):
        lexon.load(there)
    here = compile_folder(imported, tmp_path / "here.lexon", keep_raw=True)
    assert (here / "arg0.data").read_bytes() == w.T.tobytes()
    assert (here / "raw.data").read_bytes() == w.tobytes()
