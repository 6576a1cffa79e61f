# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What is compared: Lexon, and others that can run a PyTorch model on the CPU. Each maker returns something to call.

A maker does everything that a user would do once (export, compile, open a session). The call does what a user would do
each time, with the least overhead that the system's interface offers.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import functools
import importlib.util
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lexon.bench.problem import Case
from lexon.errors import LexonError

Call = Callable[[], Any]


@dataclass(frozen=True)
class Maker:
    """A system by its `key`, as people know it, the Python packages it needs, and how to set it up for a case."""

    key: str
    title: str
    packages: tuple[str, ...]
    make: Callable[[Case], Call]

    def missing(self) -> list[str]:
        """The packages that are not installed."""
        return [name for name in self.packages if importlib.util.find_spec(name) is None]


def _rotating(calls: Sequence[Call]) -> Call:
    """Calls them in turn, so that each meets weights that were not used for a while."""
    if len(calls) == 1:
        return calls[0]
    turn = itertools.cycle(calls)
    return lambda: next(turn)()


def _lexon(case: Case) -> Call:
    import lexon
    from lexon.frontend import import_model
    from lexon.model import CompiledModel

    place = case.folder / "lexon"
    compiled = [lexon.compile(case.model, case.inputs, threads=case.threads, work_dir=place)]
    for number, model in enumerate(case.models[1:]):  # the same code with other weights
        imported = import_model(model, case.inputs, work_dir=case.folder / f"lexon{number}")
        compiled.append(
            CompiledModel(place / "model.so", "forward", imported.inputs, imported.outputs, imported.weights)
        )
    arrays = compiled[0].arrays(compiled[0].flatten(case.inputs, {}))
    return _rotating([functools.partial(model.call, arrays) for model in compiled])


def _eager(case: Case) -> Call:
    return _rotating([functools.partial(model, *case.inputs) for model in case.models])


def _inductor(case: Case) -> Call:
    import torch
    import torch._inductor.config as settings

    reset: Any = torch._dynamo.reset
    settings.freezing = True  # weights are constants, as for everybody else
    calls = []
    for model in case.models:
        reset()
        compiled: Any = torch.compile(model, dynamic=False)
        compiled(*case.inputs)
        calls.append(functools.partial(compiled, *case.inputs))
    return _rotating(calls)


def _onnx_file(case: Case, number: int, model: Any) -> Path:
    """The model as ONNX; written once."""
    import torch

    path = case.folder / f"onnx{number}" / "model.onnx"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        torch.onnx.export(model, case.inputs, str(path), dynamo=True, verbose=False)
    return path


def _onnxruntime(case: Case) -> Call:
    import onnxruntime  # type: ignore[import-not-found]

    if case.dtype == "bf16":
        raise LexonError("ONNX Runtime has no bf16 kernels for the CPU")
    calls = []
    for number, model in enumerate(case.models):
        path = _onnx_file(case, number, model)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = case.threads
        options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        values = {item.name: value.numpy() for item, value in zip(session.get_inputs(), case.inputs, strict=True)}
        calls.append(functools.partial(session.run, None, values))
    return _rotating(calls)


def _openvino(case: Case) -> Call:
    import openvino  # type: ignore[import-not-found]
    import torch

    core = openvino.Core()
    settings = {"INFERENCE_NUM_THREADS": case.threads, "INFERENCE_PRECISION_HINT": case.dtype,
                "PERFORMANCE_HINT": "LATENCY"}  # fmt: skip
    calls = []
    for number, model in enumerate(case.models):
        converted = _converted(openvino, case, number, model)
        for port, value in zip(converted.inputs, case.inputs, strict=True):
            port.get_node().set_partial_shape(openvino.PartialShape(list(value.shape)))
        converted.validate_nodes_and_infer_types()
        compiled = core.compile_model(converted, "CPU", settings)
        request = compiled.create_infer_request()
        for index, value in enumerate(case.inputs):
            raw = value.view(torch.uint16).numpy() if value.dtype == torch.bfloat16 else value.numpy()
            request.set_input_tensor(index, openvino.Tensor(raw, value.shape, compiled.inputs[index].element_type))
        calls.append(functools.partial(_infer, request, len(compiled.outputs)))
    return _rotating(calls)


def _converted(openvino: Any, case: Case, number: int, model: Any) -> Any:
    """OpenVINO's own import of PyTorch models, or the way through ONNX if that fails."""
    try:
        return openvino.convert_model(model, example_input=case.inputs)
    except Exception:  # of its own kinds, some of them not public
        return openvino.convert_model(str(_onnx_file(case, number, model)))


def _infer(request: Any, results: int) -> list[Any]:
    request.infer()
    return [request.get_output_tensor(index) for index in range(results)]


def _openblas(case: Case) -> Call:
    name = ctypes.util.find_library("openblas")
    if name is None:
        raise LexonError("OpenBLAS is not installed")
    if case.operands is None or case.dtype != "f32":
        raise LexonError("not one f32 matrix product")
    library = ctypes.CDLL(name)
    library.openblas_set_num_threads(case.threads)
    return _rotating([_product(library, *case.operands(model, case.inputs)) for model in case.models])


def _product(library: Any, a: Any, b: Any, transposed: bool) -> Call:
    import numpy as np

    rows, depth = a.shape
    columns = b.shape[0 if transposed else 1]
    out = np.empty((rows, columns), np.float32)
    row_major, plain, other = 101, 111, 112
    pointers = [ctypes.c_void_p(value.ctypes.data) for value in (a, b, out)]
    sizes = [ctypes.c_int(size) for size in (rows, columns, depth)]
    leading = [ctypes.c_int(value.strides[0] // 4) for value in (a, b, out)]
    arguments = (
        row_major, plain, other if transposed else plain, *sizes, ctypes.c_float(1), pointers[0], leading[0],
        pointers[1], leading[1], ctypes.c_float(0), pointers[2], leading[2],
    )  # fmt: skip

    def call() -> Any:
        library.cblas_sgemm(*arguments)
        return out

    call.__dict__["keep"] = (a, b)  # as long as the pointers to them are used
    return call


#: In the order of the tables. Lexon comes first.
MAKERS = {
    maker.key: maker
    for maker in (
        Maker("lexon", "Lexon", ("torch", "torch_mlir"), _lexon),
        Maker("eager", "PyTorch eager", ("torch",), _eager),
        Maker("inductor", "inductor, frozen", ("torch",), _inductor),
        Maker("onnxruntime", "ONNX Runtime", ("onnx", "onnxscript", "onnxruntime"), _onnxruntime),
        Maker("openvino", "OpenVINO", ("openvino",), _openvino),
        Maker("openblas", "OpenBLAS", (), _openblas),
    )
}
#: Whom Lexon must not be slower than.
RIVALS = ("inductor", "onnxruntime", "openvino")
