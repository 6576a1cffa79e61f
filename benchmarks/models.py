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


def _image(make: Callable[[], nn.Module], pixels: int) -> Problem:
    """Batch 1, pixels x pixels; statistics of the norms are random, as after training."""
    model = _seeded(make)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0.0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    return Problem(model, (torch.randn(1, 3, pixels, pixels, generator=torch.Generator().manual_seed(1)),))


def resnet18() -> Problem:
    """Convolutions of 3 x 3 on 64 to 512 channels."""
    return _image(ResNet, 224)


class InvertedResidual(nn.Module):
    """Wide, depthwise, narrow (Sandler et al., MobileNetV2, table 1)."""

    def __init__(self, inputs: int, outputs: int, stride: int, factor: int) -> None:
        super().__init__()
        inner = inputs * factor
        widen = [nn.Conv2d(inputs, inner, 1, bias=False), nn.BatchNorm2d(inner), nn.ReLU6()] if factor > 1 else []
        self.layers = nn.Sequential(
            *widen, nn.Conv2d(inner, inner, 3, stride, 1, groups=inner, bias=False), nn.BatchNorm2d(inner), nn.ReLU6(),
            nn.Conv2d(inner, outputs, 1, bias=False), nn.BatchNorm2d(outputs))  # fmt: skip
        self.has_shortcut = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.layers(x)
        return x + y if self.has_shortcut else y


class MobileNet(nn.Module):
    """17 inverted residuals between two convolutions, a classifier."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(3, 32, 3, 2, 1, bias=False), nn.BatchNorm2d(32), nn.ReLU6()]
        inputs = 32
        for factor, outputs, count, stride in ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2),
                                               (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)):  # fmt: skip
            for index in range(count):
                layers.append(InvertedResidual(inputs, outputs, stride if index == 0 else 1, factor))
                inputs = outputs
        layers += [nn.Conv2d(320, 1280, 1, bias=False), nn.BatchNorm2d(1280), nn.ReLU6()]
        self.layers = nn.Sequential(*layers)
        self.classifier = nn.Linear(1280, 1000)

    def forward(self, image: Tensor) -> Tensor:
        result: Tensor = self.classifier(self.layers(image).mean((2, 3)))
        return result


def mobilenet_v2() -> Problem:
    """Depthwise convolutions and convolutions of 1 x 1 on 16 to 1280 channels."""
    return _image(MobileNet, 224)


class UNet(nn.Module):
    """Two steps down, two up by transposed convolutions, with concatenations (Ronneberger et al., U-Net)."""

    def __init__(self, width: int = 24) -> None:
        super().__init__()
        widths = (width, 2 * width, 4 * width)
        self.down = nn.ModuleList(self._double(*sizes) for sizes in pairwise((3, *widths)))
        self.up = nn.ModuleList(nn.ConvTranspose2d(large, small, 2, 2) for small, large in pairwise(widths))
        self.merge = nn.ModuleList(self._double(2 * size, size) for size in widths[:2])
        self.last = nn.Conv2d(width, 2, 1)

    @staticmethod
    def _double(inputs: int, outputs: int) -> nn.Module:
        return nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.Conv2d(outputs, outputs, 3, padding=1), nn.ReLU()
        )

    def forward(self, image: Tensor) -> Tensor:
        levels = [self.down[0](image)]
        for step in list(self.down)[1:]:
            levels.append(step(torch.max_pool2d(levels[-1], 2)))
        x = levels.pop()
        for up, merge in zip(reversed(list(self.up)), reversed(list(self.merge)), strict=True):
            x = merge(torch.cat([up(x), levels.pop()], 1))
        result: Tensor = self.last(x)
        return result


def unet() -> Problem:
    """24, 48 and 96 channels: columns that panels of 32 do not divide."""
    return _image(UNet, 128)


class Decode(nn.Module):
    """One token's query against a cache of keys and values."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.out = nn.Linear(1024, 1024), nn.Linear(1024, 1024)

    def forward(self, x: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        query = self.query(x).view(1, 1, 16, 64).transpose(1, 2)
        seen = nn.functional.scaled_dot_product_attention(query, keys, values)
        result: Tensor = self.out(seen.transpose(1, 2).reshape(1, 1, 1024))
        return result


def decode() -> Problem:
    """16 heads of 64, 1024 keys."""
    generator = torch.Generator().manual_seed(1)
    cache = [torch.randn(1, 16, 1024, 64, generator=generator) for _ in range(2)]
    return Problem(_seeded(Decode), (torch.randn(1, 1, 1024, generator=generator), *cache))


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
