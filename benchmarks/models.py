# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models for the suite, with seeded random weights.

The shapes of well-known models come from the transformers package, because that is the code which users have; their
widths are the original ones, with fewer layers, so that a row takes seconds. Nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from lexon.bench import Problem

VOCABULARY = 1000  # rows of an embedding table are read, not multiplied: a small table changes no time


class FirstResult(nn.Module):
    """A model of transformers as a function of one tensor that returns the hidden states."""

    def __init__(self, model: nn.Module, name: str, **options: Any) -> None:
        super().__init__()
        self.model, self.name, self.options = model, name, options

    def forward(self, value: Tensor) -> Tensor:
        result: Tensor = self.model(**{self.name: value}, **self.options)[0]
        return result


def _tokens(count: int) -> Tensor:
    return torch.randint(0, VOCABULARY, (1, count), generator=torch.Generator().manual_seed(1))


def _seeded(make: Callable[[], nn.Module]) -> nn.Module:
    torch.manual_seed(0)
    return make().eval()


def bert() -> Problem:
    """Encoder: 6 of BERT-base's 12 layers, 128 tokens."""
    from transformers import BertConfig, BertModel

    config = BertConfig(num_hidden_layers=6, vocab_size=VOCABULARY, attn_implementation="sdpa")
    model = _seeded(lambda: BertModel(config, add_pooling_layer=False))
    return Problem(FirstResult(model, "input_ids", return_dict=False), (_tokens(128),))


def vit() -> Problem:
    """Image encoder: 6 of ViT-base's 12 layers, 224 x 224 pixels, 197 tokens."""
    from transformers import ViTConfig, ViTModel

    config = ViTConfig(num_hidden_layers=6)
    model = _seeded(lambda: ViTModel(config, add_pooling_layer=False))
    image = torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(1))
    return Problem(FirstResult(model, "pixel_values", return_dict=False), (image,))


def llama() -> Problem:
    """Decoder with grouped-query attention: 3 layers of a 1.1 B model's width, 64 tokens."""
    from transformers import LlamaConfig, LlamaModel

    config = LlamaConfig(
        hidden_size=2048, intermediate_size=5632, num_hidden_layers=3, num_attention_heads=32, num_key_value_heads=4,
        vocab_size=VOCABULARY,
    )
    model = _seeded(lambda: LlamaModel(config))
    return Problem(FirstResult(model, "input_ids", use_cache=False, return_dict=False), (_tokens(64),))


def qwen2() -> Problem:
    """Decoder with biases on q, k, v: 6 layers of the 0.5 B model's width, 64 tokens."""
    from transformers import Qwen2Config, Qwen2Model

    config = Qwen2Config(
        hidden_size=896, intermediate_size=4864, num_hidden_layers=6, num_attention_heads=14, num_key_value_heads=2,
        vocab_size=VOCABULARY,
    )
    model = _seeded(lambda: Qwen2Model(config))
    return Problem(FirstResult(model, "input_ids", use_cache=False, return_dict=False), (_tokens(64),))


def gpt2() -> Problem:
    """Decoder with layer norms and tanh-GELU: 6 of the 124 M model's 12 layers, 64 tokens."""
    from transformers import GPT2Config, GPT2Model

    config = GPT2Config(n_layer=6, vocab_size=VOCABULARY)
    model = _seeded(lambda: GPT2Model(config))
    return Problem(FirstResult(model, "input_ids", use_cache=False, return_dict=False), (_tokens(64),))


def t5_encoder() -> Problem:
    """Encoder with relative position bias: 6 layers of T5-base, 128 tokens."""
    from transformers import T5Config, T5EncoderModel

    config = T5Config(d_model=768, d_ff=3072, num_layers=6, num_heads=12, vocab_size=VOCABULARY)
    model = _seeded(lambda: T5EncoderModel(config))
    return Problem(FirstResult(model, "input_ids", return_dict=False), (_tokens(128),))


class BasicBlock(nn.Module):
    """Two 3 x 3 convolutions and a shortcut (He et al., Deep Residual Learning, figure 5)."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.second = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm2d(outputs) for _ in range(2))
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        y = torch.relu(self.norms[0](self.first(x)))
        return torch.relu(self.norms[1](self.second(y)) + self.shortcut(x))


class ResNet(nn.Module):
    """18 layers: a stem, four stages of two blocks, pooling, a classifier."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(),
                                  nn.MaxPool2d(3, 2, 1))  # fmt: skip
        widths = (64, 64, 128, 256, 512)
        blocks = [
            BasicBlock(inputs if index == 0 else outputs, outputs, 2 if index == 0 and inputs != outputs else 1)
            for inputs, outputs in pairwise(widths)
            for index in range(2)
        ]
        self.blocks = nn.Sequential(*blocks)
        self.classifier = nn.Linear(512, 1000)

    def forward(self, image: Tensor) -> Tensor:
        result: Tensor = self.classifier(self.blocks(self.stem(image)).mean((2, 3)))
        return result


def resnet18() -> Problem:
    """Batch 1, 224 x 224 pixels; statistics of the norms are random, as after training."""
    model = _seeded(ResNet)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0.0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    return Problem(model, (torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(1)),))


class Product(nn.Module):
    """Two matrices, neither of them constant."""

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        return a @ b


def product(rows: int, columns: int, depth: int) -> Problem:
    """A (rows x depth) times B (depth x columns): whoever packs B does it in each call."""
    generator = torch.Generator().manual_seed(2)
    a, b = torch.randn(rows, depth, generator=generator), torch.randn(depth, columns, generator=generator)
    return Problem(Product(), (a, b), lambda _, inputs: (inputs[0].numpy(), inputs[1].numpy(), False))


def linear(rows: int, columns: int, depth: int) -> Problem:
    """A linear layer with constant weights, stored as PyTorch does: (columns x depth)."""
    model = _seeded(lambda: nn.Linear(depth, columns, bias=False))
    x = torch.randn(rows, depth, generator=torch.Generator().manual_seed(2))
    return Problem(model, (x,), lambda layer, inputs: (inputs[0].numpy(), layer.weight.detach().numpy(), True))


class Function(nn.Module):
    """A function of one tensor as a module."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)


FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "exp": torch.exp, "tanh": torch.tanh, "erf": torch.erf, "sin": torch.sin, "cos": torch.cos, "rsqrt": torch.rsqrt,
    "log": torch.log, "pow": lambda x: torch.pow(x, 2.5), "sigmoid": torch.sigmoid, "silu": nn.functional.silu,
    "gelu": nn.functional.gelu, "softmax": lambda x: torch.softmax(x, -1),
}
POSITIVE = ("rsqrt", "log", "pow")


def elementwise(name: str, rows: int = 40, columns: int = 8960) -> Problem:
    """One function on (rows x columns) numbers of the usual size, which the caches hold."""
    x = torch.randn(rows, columns, generator=torch.Generator().manual_seed(3))
    x = x.abs() + 0.1 if name in POSITIVE else x
    return Problem(Function(FUNCTIONS[name]), (x,), elements=x.numel())


def norm(name: str, rows: int = 40, columns: int = 1536) -> Problem:
    """A norm with weights over rows."""
    model = _seeded(lambda: {"layernorm": nn.LayerNorm, "rmsnorm": nn.RMSNorm}[name](columns, eps=1e-6))
    x = torch.randn(rows, columns, generator=torch.Generator().manual_seed(3))
    return Problem(model, (x,), elements=x.numel())
