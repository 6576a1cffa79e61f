# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What `make bench` measures, and what each row has to reach."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from lexon.bench import Goal, Level, Problem, Row

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


def block(tokens: int) -> Problem:
    """The transformer block of examples/transformer."""
    sys.path.insert(0, str(EXAMPLES / "transformer"))
    import transformer_model as source

    config = source.BlockConfig()
    return Problem(source.build(config), (source.example_input(config, 1, tokens),))


def attention(size: int) -> Problem:
    """The attention layer of examples/attention, batch 2."""
    sys.path.insert(0, str(EXAMPLES / "attention"))
    import attention_model as source

    return Problem(source.build(), (source.example_input(None, 2, size),))


def level(ratio: float | None = None, share: float | None = None) -> Level:
    return Level(ratio, share)


NEVER = Level(ratio=1.0)
BLOCKS = (
    *(
        Row(f"block-{tokens}", f"transformer block, {tokens} tokens", partial(block, tokens), goal=goal)
        for tokens, goal in (
            (8, Goal()),
            (40, Goal(NEVER, Level(1.25, 0.88), Level(1.5, 0.94))),
            (128, Goal(NEVER, Level(1.1, 0.90), Level(1.3, 0.94))),
            (512, Goal(NEVER, Level(1.1, 0.90), Level(1.3, 0.94))),
        )
    ),
    Row("block-1", "transformer block, 1 token", partial(block, 1), statistic="median",
        goal=Goal(NEVER, Level(1.05, 0.85), Level(1.2, 0.93))),
    *(
        Row(f"block-{tokens}-1t", f"transformer block, {tokens} tokens, 1 thread", partial(block, tokens), threads=1,
            statistic="median" if tokens == 1 else "min", goal=goal)
        for tokens, goal in (
            (1, Goal()), (8, Goal()), (40, Goal(NEVER, Level(1.15, 0.90), Level(1.35, 0.95))), (128, Goal()),
            (512, Goal()),
        )
    ),
    *(
        Row(f"block-{tokens}-bf16{suffix}", f"transformer block, bf16, {tokens} tokens, {threads} threads",
            partial(block, tokens), threads=threads, dtype="bf16", statistic="median" if tokens == 1 else "min",
            goal=Goal(NEVER, Level(1.1, 0.85), Level(1.3, 0.93)) if tokens in (1, 40) and threads == 2 else Goal())
        for threads, suffix in ((2, ""), (1, "-1t"))
        for tokens in (1, 8, 40, 128, 512)
    ),
)  # fmt: skip
ROWS = (
    *BLOCKS,
    Row("attention-128", "attention, 2 x 128", partial(attention, 128),
        goal=Goal(NEVER, Level(1.2), Level(1.5))),
)  # fmt: skip
