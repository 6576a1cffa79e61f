# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A model of hundreds of weights: they are packed like those of a small one."""

import torch

import lexon


def test_many_weights_reach_the_function_that_packs_them():
    """With hundreds of constant arguments LLVM copies the caller's stand-in for it, unless told not to."""
    generator = torch.Generator().manual_seed(3)
    layers = []
    for _ in range(70):
        layer = torch.nn.Linear(32, 32)
        with torch.no_grad():
            layer.weight.copy_(torch.randn(32, 32, generator=generator) / 6)
            layer.bias.copy_(torch.randn(32, generator=generator) / 6)
        layers += [layer, torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers).eval()
    x = torch.randn(3, 32, generator=generator)
    got = lexon.compile(model, (x,))(x)
    expected = model.double()(x.double())
    assert expected.abs().max() > 0.01
    assert (got - expected).abs().max() < 1e-5
