# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the tests of the front end share. Without PyTorch they are all skipped."""

import warnings

import pytest

pytest.importorskip("torch")
pytest.importorskip("torch_mlir")


@pytest.fixture(autouse=True)
def _seed():
    import torch

    torch.manual_seed(20)


@pytest.fixture
def trace():
    """`trace(model, *args)`: the program before fusions."""
    from lexon.frontend import exporting

    def run(model, *args, dynamic_shapes=None, **kwargs):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return exporting.trace(model, args, kwargs, dynamic_shapes)[0]

    return run


@pytest.fixture
def evaluate():
    """`evaluate(program, *inputs)`: the results of the graph as PyTorch computes them, op by op."""
    import torch

    from lexon.frontend.program import portable

    class Interpreter(torch.fx.Interpreter):
        def call_function(self, target, args, kwargs):
            return super().call_function(portable(target), args, kwargs)

    def run(program, *inputs):
        rest = iter(inputs)
        nodes = [node for node in program.nodes() if node.op == "placeholder"]
        values = [program.weights[n.name].tensor if program.is_weight(n) else next(rest) for n in nodes]
        with torch.no_grad():
            return Interpreter(program.module).run(*values)

    return run


@pytest.fixture
def fused(trace, evaluate):
    """`fused(model, *args)`: the fused program and its counts, after comparing it bit by bit with the unfused one."""
    from lexon.frontend.fusion import run_fusions

    def run(model, *args, exact=True, dynamic_shapes=None, **kwargs):
        before = evaluate(trace(model, *args, dynamic_shapes=dynamic_shapes, **kwargs), *args, *kwargs.values())
        program = trace(model, *args, dynamic_shapes=dynamic_shapes, **kwargs)
        counts = run_fusions(program)
        after = evaluate(program, *args, *kwargs.values())
        assert len(before) == len(after)
        for left, right in zip(before, after, strict=True):
            same(left, right, exact)
        return program, counts

    return run


def same(left, right, exact=True):
    """Equal dtype, shape and value; with `exact` bit by bit (NaN is NaN), else up to a few roundings."""
    import torch

    if not isinstance(left, torch.Tensor):
        assert left == right
        return
    assert left.dtype == right.dtype
    assert left.shape == right.shape
    if exact:
        assert torch.equal(left.isnan(), right.isnan())
        left, right = left.nan_to_num(nan=7.0), right.nan_to_num(nan=7.0)
        assert torch.equal(left, right)
        assert torch.equal(left.signbit(), right.signbit())
    else:
        torch.testing.assert_close(right, left, equal_nan=True)


@pytest.fixture
def ops():
    """`ops(program)`: the names of the ops in order."""
    from lexon.frontend.graph import snapshot

    return lambda program: [node.op for node in snapshot(program).operations()]
