# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What import_model refuses and how: all unsupported ops at once, crashes, interrupts, full disks, missing PyTorch."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
import torch
from torch import nn

from lexon.errors import LexonError
from lexon.frontend import import_model
from lexon.frontend.lowering import lower


class Unsupported(nn.Module):
    def forward(self, x):
        a = torch.linalg.qr(x)[0]
        b = torch.special.i0(x)
        return a.sum() + b.sum() + torch.special.i0(x + 1).sum()


def _line(text):
    lines = Path(__file__).read_text().splitlines()
    return f"{__file__}:{1 + next(number for number, line in enumerate(lines) if line.endswith(text))}"


@pytest.mark.parametrize("kind", ["auto", "tosa", "linalg"])
def test_all_unsupported_ops_are_listed_with_their_lines(tmp_path, kind):
    with pytest.raises(LexonError) as raised:
        import_model(Unsupported(), (torch.randn(4, 4),), work_dir=tmp_path, output_type=kind)
    text = str(raised.value)
    assert "aten.linalg_qr.default(f32[4, 4])" in text
    assert "aten.i0.default(f32[4, 4])" in text
    assert text.count("aten.i0.default") == 1  # one entry, two lines
    for call in ("a = torch.linalg.qr(x)[0]", "b = torch.special.i0(x)", "torch.special.i0(x + 1).sum()"):
        assert _line(call) in text
    assert raised.value.place == _line("a = torch.linalg.qr(x)[0]")
    assert list(tmp_path.iterdir()) == []


def _crashing(module, output_type, function):
    """Stands for the importer library: dies on every cosine."""
    if any(node.target == torch.ops.aten.cos.default for node in module.graph.nodes):
        os.write(2, b"boom")
        os.abort()
    return lower(module, output_type, function)


@pytest.mark.parametrize("kind", ["auto", "linalg"])
def test_a_crash_becomes_an_error_that_names_op_and_line(tmp_path, kind):
    model = torch.nn.Sequential(nn.Linear(3, 3), Cosine())
    with pytest.raises(LexonError) as raised:
        import_model(model, (torch.randn(2, 3),), work_dir=tmp_path, output_type=kind, _lowering=_crashing)
    assert "aten.cos.default(f32[2, 3])" in str(raised.value)
    assert "SIGABRT" in str(raised.value)
    assert raised.value.place == _line("return torch.cos(x)")
    assert list(tmp_path.iterdir()) == []


class Cosine(nn.Module):
    def forward(self, x):
        return torch.cos(x)


def test_a_crash_on_no_single_op(tmp_path):
    def lowering(module, output_type, function):
        if function == "subgraph0":
            os.kill(os.getpid(), signal.SIGSEGV)
        return lower(module, output_type, function)

    with pytest.raises(LexonError, match=r"crashed on this model \(killed by SIGSEGV\), on none of its ops alone"):
        import_model(Cosine(), (torch.randn(2),), work_dir=tmp_path, output_type="linalg", _lowering=lowering)


def test_auto_takes_linalg_where_tosa_crashes(tmp_path):
    def lowering(module, output_type, function):
        if output_type == "tosa":
            os.abort()
        return lower(module, output_type, function)

    imported = import_model(Cosine(), (torch.randn(2),), work_dir=tmp_path, _lowering=lowering)
    assert imported.output_type == "linalg"
    assert "TOSA failed: killed by SIGABRT" in imported.fused_log.read_text()


def test_an_interrupt_kills_the_child_and_leaves_nothing(tmp_path):
    pid, work = tmp_path / "pid", tmp_path / "work"

    def lowering(module, output_type, function):
        pid.write_text(str(os.getpid()))
        time.sleep(60)

    def interrupt():
        while not pid.exists() or not pid.read_text():
            time.sleep(0.01)
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGINT)

    import_model(nn.Linear(3, 3), (torch.randn(2, 3),), work_dir=work)
    before = {path.name: path.read_bytes() for path in work.iterdir()}
    threading.Thread(target=interrupt).start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        import_model(nn.Linear(4, 4), (torch.randn(2, 4),), work_dir=work, _lowering=lowering)
    assert time.monotonic() - start < 30
    assert {path.name: path.read_bytes() for path in work.iterdir()} == before
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


REFUSALS = {
    "training batch norm": (nn.BatchNorm1d(5), torch.randn(3, 5), "changes 3 of its buffers.*running_mean"),
    "dropout": (nn.Dropout(0.5), torch.randn(3, 5), "draws random numbers"),
    "input written": (lambda x: x.add_(1), torch.randn(3), "writes to its inputs"),
    "branch on a value": (lambda x: x if x.sum() > 0 else -x, torch.randn(3), "cannot trace the model"),
    "wrong shape": (nn.Linear(4, 4), torch.randn(3, 5), "cannot trace the model"),
    "not a model": (3, torch.randn(3), "a int is not a model"),
    "sparse": (lambda x: x + 1, torch.eye(3).to_sparse(), "dense CPU tensors"),
    "8-bit float": (lambda x: x.float(), torch.ones(3).to(torch.float8_e4m3fn), "float8"),
    "side effects": (torch.linalg.inv, torch.eye(3), "no lowering to linalg|side effects"),
    "mask": (lambda x: x[x > 0], torch.randn(3), "boolean mask"),
    "odd result": (lambda x: {(1, 2): x}, torch.ones(3), "neither texts nor integers"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals(tmp_path, name):
    model, example, message = REFUSALS[name]
    with pytest.raises(LexonError, match=message):
        import_model(model, (example,), work_dir=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_line_of_a_failing_trace(tmp_path):
    class Branch(nn.Module):
        def forward(self, x):
            return x if x.max() > 2 else -x

    with pytest.raises(LexonError) as raised:
        import_model(Branch(), (torch.randn(3),), work_dir=tmp_path)
    assert raised.value.place == _line("return x if x.max() > 2 else -x")


def test_a_missing_input_is_at_no_line(tmp_path):
    """`inspect` raises it; a line of the standard library is none that a user can change."""
    with pytest.raises(LexonError, match="missing a required argument: 'input'") as raised:
        import_model(nn.Linear(4, 4), (), work_dir=tmp_path)
    assert raised.value.place is None


def test_wrong_arguments(tmp_path):
    with pytest.raises(LexonError, match="unknown output type"):
        import_model(nn.Linear(2, 2), (torch.ones(2),), work_dir=tmp_path, output_type="stablehlo")
    with pytest.raises(LexonError, match="not a tuple"):
        import_model(nn.Linear(2, 2), torch.ones(2), work_dir=tmp_path)


def test_unwritable_directory(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LexonError, match="cannot write"):
        import_model(nn.Linear(2, 2), (torch.ones(2),), work_dir=tmp_path / "file")
    with pytest.raises(LexonError, match="cannot write"):
        import_model(nn.Linear(2, 2), (torch.ones(2),), work_dir="/dev/full")


def _python(script):
    root = Path(sys.modules["lexon.errors"].__file__).parent.parent
    command = [sys.executable, "-c", textwrap.dedent(script)]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(root)})


def test_full_disk(tmp_path):
    script = f"""
        import resource, signal, torch
        from lexon.frontend import import_model
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        import_model(torch.nn.Linear(99, 99), (torch.ones(1, 99),), work_dir={str(tmp_path)!r})
    """
    result = _python(script)
    assert "cannot write the weights" in result.stderr
    assert result.returncode == 1
    assert list(tmp_path.iterdir()) == []


def test_without_torch(tmp_path):
    """lexon.frontend imports; the first use says what to install."""
    script = """
        import importlib.util, sys
        find = importlib.util.find_spec
        importlib.util.find_spec = lambda name, *rest: None if name in ("torch", "torch_mlir") else find(name, *rest)
        from lexon.errors import LexonError
        from lexon.frontend import import_model
        try:
            import_model(None, (), work_dir="x")
        except LexonError as error:
            print(error)
        assert "torch" not in sys.modules and "torch_mlir" not in sys.modules
    """
    result = _python(script)
    assert result.returncode == 0, result.stderr
    assert "pip install torch torch-mlir" in result.stdout


def test_two_imports_into_one_directory_do_not_mix(tmp_path):
    sizes = (3, 40)
    errors = []

    def run(size):
        try:
            import_model(nn.Linear(size, size), (torch.ones(2, size),), work_dir=tmp_path)
        except BaseException as error:  # reported below
            errors.append(error)

    children = []
    for size in sizes:  # processes: torch.export itself is not thread-safe
        pid = os.fork()
        if pid == 0:
            run(size)
            os._exit(len(errors))
        children.append(pid)
    assert [os.waitpid(pid, 0)[1] for pid in children] == [0, 0]
    forward = (tmp_path / "forward.mlir").read_text()
    size = next(size for size in sizes if f"tensor<2x{size}xf32>" in forward)
    assert f"tensor<{size}x{size}xf32>" in (tmp_path / "subgraph0.mlir").read_text()
    assert f'"shape": [{size}, {size}]' in (tmp_path / "arg0.json").read_text()


def test_a_child_that_never_answers_is_given_up():
    from lexon.frontend.isolation import Child, ChildCrashed

    with Child(lambda: time.sleep(60)) as child, pytest.raises(ChildCrashed, match="no answer in 0 s"):
        child.wait(limit=0.3)
