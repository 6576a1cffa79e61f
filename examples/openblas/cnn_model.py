# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A small convolutional network: two convolutions with ReLU and max-pooling, two linear layers."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

INPUT_SHAPE = (1, 28, 28)


class CNN(nn.Module):
    """(batch, 1, 28, 28) to (batch, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 8, kernel_size=3, padding=1)
        self.second = nn.Conv2d(8, 16, kernel_size=3)
        self.third = nn.Linear(16 * 6 * 6, 64)
        self.last = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.max_pool2d(torch.relu(self.first(x)), 2)
        x = functional.max_pool2d(torch.relu(self.second(x)), 2)
        return self.last(torch.relu(self.third(x.flatten(1))))


def build(seed: int = 0) -> CNN:
    """The model with PyTorch's own initial weights, seeded, in evaluation mode."""
    torch.manual_seed(seed)
    return CNN().eval()
