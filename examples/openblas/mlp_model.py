# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A multilayer perceptron: three linear layers with biases, ReLU and tanh between them."""

from __future__ import annotations

import torch
from torch import Tensor, nn

INPUT_SHAPE = (784,)


class MLP(nn.Module):
    """(batch, 784) to (batch, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(784, 300)
        self.second = nn.Linear(300, 100)
        self.last = nn.Linear(100, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(torch.tanh(self.second(torch.relu(self.first(x)))))


def build(seed: int = 0) -> MLP:
    """The model with PyTorch's own initial weights, seeded, in evaluation mode."""
    torch.manual_seed(seed)
    return MLP().eval()
