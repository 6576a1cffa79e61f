# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The one exception that Lexon raises for anything a user can cause and mend."""

from __future__ import annotations


class LexonError(Exception):
    """What went wrong, where, and what to do about it.

    `message` says what is wrong; `place` names a `file:line`, a file or an op; `advice` says what to do.
    `str()` shows all three, one per line.

    >>> print(LexonError("weights are short", place="arg0.data", advice="import the model again"))
    arg0.data: weights are short
      what to do: import the model again
    """

    def __init__(self, message: str, *, place: str | None = None, advice: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.advice = advice

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}" if self.place else self.message
        return f"{text}\n  what to do: {self.advice}" if self.advice else text


class UnsupportedError(LexonError):
    """This machine or build cannot do it; another may."""
