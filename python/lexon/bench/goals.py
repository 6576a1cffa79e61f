# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a row has to reach, and whether it does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Figures:
    """What is judged: `ratio` is the best rival's time / Lexon's, `share` the limit's time / Lexon's, `value` anything
    else that was measured (less is better). None: not measured."""

    ratio: float | None = None
    share: float | None = None
    value: float | None = None


@dataclass(frozen=True)
class Level:
    """Reached if any figure given is: `ratio` or `share` at least, or `most`: the measured value at most."""

    ratio: float | None = None
    share: float | None = None
    most: float | None = None

    def reached(self, figures: Figures) -> bool:
        """False too if nothing was measured that the level speaks of.

        >>> Level(ratio=1.25, share=0.88).reached(Figures(ratio=1.1, share=0.9))
        True
        """
        return bool(
            (self.ratio is not None and figures.ratio is not None and figures.ratio >= self.ratio)
            or (self.share is not None and figures.share is not None and figures.share >= self.share)
            or (self.most is not None and figures.value is not None and figures.value <= self.most)
        )

    def __bool__(self) -> bool:
        return (self.ratio, self.share, self.most) != (None, None, None)

    def __str__(self) -> str:
        """As in the issue's words: "1.25x or 88 % of the limit"."""
        parts = [f"{self.ratio:g}x" if self.ratio is not None else ""]
        parts.append(f"{100 * self.share:g} % of the limit" if self.share is not None else "")
        parts.append(f"at most {self.most:g}" if self.most is not None else "")
        return " or ".join(part for part in parts if part) or "-"


@dataclass(frozen=True)
class Goal:
    """`never` below, `must` reach, `aim`; an empty level is not asked for."""

    never: Level = Level()
    must: Level = Level()
    aim: Level = Level()

    def __bool__(self) -> bool:
        return bool(self.never or self.must or self.aim)


class Verdict(StrEnum):
    """How a row ended; the last five are no success."""

    none = ""
    aim = "aim reached"
    reached = "reached"
    unmeasured = "not measured"
    missed = "missed"
    below = "below the floor"
    wrong = "wrong result"
    failed = "failed"

    @property
    def good(self) -> bool:
        """True if nobody has to look at it."""
        return self in (Verdict.none, Verdict.aim, Verdict.reached)


def judge(goal: Goal, figures: Figures) -> Verdict:
    """The best that is reached. Only what was measured can be below the floor.

    >>> goal = Goal(never=Level(ratio=1), must=Level(ratio=1.2, share=0.9), aim=Level(ratio=1.5))
    >>> [str(judge(goal, Figures(ratio))) for ratio in (0.9, 1.1, 1.3, 1.6, None)]
    ['below the floor', 'missed', 'reached', 'aim reached', 'not measured']
    """
    if not goal:
        return Verdict.none
    if figures == Figures():
        return Verdict.unmeasured
    if goal.never and figures.ratio is not None and not goal.never.reached(figures):
        return Verdict.below
    if goal.aim and goal.aim.reached(figures):
        return Verdict.aim
    if goal.must.reached(figures) or (not goal.must and goal.never.reached(figures)):
        return Verdict.reached
    return Verdict.missed
