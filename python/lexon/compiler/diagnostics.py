# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads what a tool complained about: its first error, where it stands, and what the user can do."""

from __future__ import annotations

import re
import shlex
import signal
from collections.abc import Mapping, Sequence

from lexon.errors import LexonError

# file:line:col: error: text, also as loc("file":line:col): error: text. "-" is standard input.
_LOCATED = re.compile(
    r'^(?:loc\(\s*)?"?(?P<file>(?:(?!: error:)[^"\n])+?)"?:(?P<line>\d+):(?P<column>\d+)\)?: error: (?P<text>.*)$', re.M
)
_UNLOCATED = re.compile(r"^(?:(?:<unknown>:0|loc\(.*?\)|[\w./-]+): )?error: (?P<text>.*)$", re.M)
_CRASH_LINES = re.compile(r"^(PLEASE submit|Stack dump|#\d+ |\s*#\d+ |\d+\.\s|Program arguments)", re.M)


def error_of(tool: str, command: Sequence[str], code: int, complaint: str, shown: Mapping[str, str]) -> LexonError:
    """The LexonError that says why `command` ended with `code`, with file names as the user knows them."""
    for temporary, name in shown.items():
        complaint = complaint.replace(temporary, name)
    if code < 0:
        return _crashed(tool, command, -code, complaint, shown)
    located = _LOCATED.search(complaint)
    if located and int(located["line"]) > 0:
        name = "standard input" if located["file"] in ("-", "<stdin>") else located["file"]
        place = f"{name}:{located['line']}:{located['column']}"
        return LexonError(located["text"].strip(), place=place, advice=_advice(complaint, located.end()))
    unlocated = _UNLOCATED.search(complaint)
    if unlocated:
        # A parser of options reports within a report: the innermost says what is wrong.
        text = unlocated["text"].rpartition(" error: ")[2].strip()
        return LexonError(text, place=tool, advice=_advice(complaint, unlocated.end()))
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    said = " ".join(_without_name(line, tool, command[0]) for line in lines[:2]) or f"ended with exit code {code}"
    return LexonError(said, place=tool)


def _advice(complaint: str, start: int) -> str | None:
    """The first note after the error that is not a copy of the IR."""
    for line in complaint[start:].splitlines():
        if ": error: " in line:
            return None
        _, found, note = line.partition(": note: ")
        if found and "see current operation" not in note and "in bytecode" not in note:
            return note.strip()
    return None


def _crashed(tool: str, command: Sequence[str], number: int, complaint: str, shown: Mapping[str, str]) -> LexonError:
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    words = [shown.get(word, word) for word in command[1:]]
    if number == signal.SIGKILL:
        advice = "the machine may have run out of memory; free some and try again"
    else:
        advice = f"this is a defect of {tool}; please report it with the input and: {tool} {shlex.join(words)}"
    first = complaint[: found.start()] if (found := _CRASH_LINES.search(complaint)) else complaint
    said = [line.strip() for line in first.splitlines() if line.strip()]
    detail = f" ({said[-1]})" if said else ""
    return LexonError(f"internal error: {tool} was ended by {name}{detail}", advice=advice)


def _without_name(line: str, tool: str, path: str) -> str:
    for prefix in (f"{path}: ", f"{tool}: "):
        line = line.removeprefix(prefix)
    return line
