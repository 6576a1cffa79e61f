# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Which stored tensors are causal masks, and that the compiler is told."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from lexon.frontend.importer import import_model  # noqa: E402
from lexon.frontend.masks import causal_offset  # noqa: E402


def table(rows: int, keys: int, offset: int, hidden: float = float("-inf")) -> torch.Tensor:
    return torch.full((rows, keys), hidden).triu(offset + 1)


@pytest.mark.parametrize(("rows", "keys", "offset"), [(7, 7, 0), (3, 9, 6), (9, 5, 1), (1, 4, 2)])
def test_causal(rows: int, keys: int, offset: int) -> None:
    mask = table(rows, keys, offset)
    assert causal_offset(mask) == offset
    assert causal_offset(mask[None, None]) == offset
    assert causal_offset(mask == 0) == offset
    assert causal_offset(table(rows, keys, offset, torch.finfo(torch.float32).min)) == offset


def test_not_causal() -> None:
    mask = table(7, 7, 0)
    mask[5, 2] = -1.0
    assert causal_offset(mask) is None  # one key more is hidden, in part
    window = table(7, 7, 0)
    window[6, 0] = float("-inf")
    assert causal_offset(window) is None  # a sliding window
    assert causal_offset(table(7, 7, 0).T) is None
    assert causal_offset(table(7, 7, 0, -100.0)) is None  # a bias, not a mask
    assert causal_offset(torch.zeros(7, 7)) is None
    assert causal_offset(table(7, 7, -1)) is None  # the first row sees nothing
    assert causal_offset(torch.stack([table(7, 7, 0), table(7, 7, 1)])) is None
    assert causal_offset(torch.zeros(0, 7)) is None
    assert causal_offset(torch.ones(7, 7, dtype=torch.int64).tril()) is None


def test_marked(tmp_path: Path) -> None:
    class Causal(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.nn.functional.scaled_dot_product_attention(x, x, x, is_causal=True)

    for output_type in ("tosa", "linalg"):
        folder = tmp_path / output_type
        import_model(Causal(), (torch.zeros(1, 2, 40, 8),), work_dir=folder, output_type=output_type)
        text = (folder / "subgraph0.mlir").read_text()
        assert text.count("lexon.causal_mask = 0 : i64") == 1
