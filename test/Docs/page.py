# ===- page.py - read a page whose commands are tests ------------------------===#
#
# Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
#
# What a fenced block of a page means, and when printed lines are those of the page. Everything in a page is checked: a
# block that is none of command, output, file or excerpt is an error.
#
# ===-----------------------------------------------------------------------===#
"""Blocks of a Markdown page, and the comparison of lines with wildcards."""

from __future__ import annotations

import re
from dataclasses import dataclass

ANY_LINES = "..."
ANY_TEXT = "…"


class PageError(Exception):
    """A page that cannot be run as it is written."""


@dataclass
class Block:
    """A fenced block; `line` is that of its opening fence, from 1."""

    line: int
    language: str
    attributes: dict[str, str]
    text: str
    indent: str = ""
    output: Block | None = None  # of a command: the block after it

    @property
    def is_command(self) -> bool:
        return self.language == "sh" and not self.file and not self.source

    @property
    def is_setup(self) -> bool:
        return "setup" in self.attributes

    @property
    def any_output(self) -> bool:
        return self.attributes.get("output") == "any"

    @property
    def file(self) -> str | None:
        return self.attributes.get("file")

    @property
    def source(self) -> str | None:
        return self.attributes.get("from")

    def lines(self) -> list[str]:
        return self.text.splitlines()

    def script(self) -> str:
        """The commands without the prompts."""
        return "".join(line.removeprefix("$ ") + "\n" for line in self.lines())


ATTRIBUTE = re.compile(r"setup|output=any|(?:file|from)=\S+")


def read_attributes(words: list[str], place: str) -> dict[str, str]:
    """The words after a fence's language."""
    for word in words:
        if not ATTRIBUTE.fullmatch(word):
            raise PageError(f"{place}: '{word}' means nothing here")
    return {name: value for name, _, value in (word.partition("=") for word in words)}


def fenced_blocks(text: str, name: str) -> list[Block]:
    """All fenced blocks, as they stand."""
    found: list[Block] = []
    opened: Block | None = None
    body: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        fence = re.match(r"^( *)```(.*)$", line)
        if opened is None and fence:
            words = fence[2].split()
            attributes = read_attributes(words[1:], f"{name}:{number}")
            opened, body = Block(number, words[0] if words else "", attributes, "", fence[1]), []
        elif opened is not None and fence and not fence[2]:
            opened.text = "".join(text_line + "\n" for text_line in body)
            found.append(opened)
            opened = None
        elif opened is not None:
            body.append(line.removeprefix(opened.indent))
    if opened is not None:
        raise PageError(f"{name}:{opened.line}: this block does not end")
    return found


def read_page(text: str, name: str) -> list[Block]:
    """Commands (with their outputs), files and excerpts of a page, in order."""
    blocks: list[Block] = []
    for block in fenced_blocks(text, name):
        place = f"{name}:{block.line}"
        last = blocks[-1] if blocks else None
        if block.is_command or block.file or block.source:
            blocks.append(block)
        elif block.attributes:
            raise PageError(f"{place}: only a command has attributes like these")
        elif not last or not last.is_command or last.output:
            raise PageError(f"{place}: this block is no command, no output of one, no file=… and no from=…")
        elif last.any_output:
            raise PageError(f"{place}: the command before says output=any, yet here is its output")
        elif not block.text.strip() or set(block.lines()) == {ANY_LINES}:
            raise PageError(f"{place}: an output that says nothing; leave it out, or write output=any at the command")
        else:
            last.output = block
    if not any(block.is_command and not block.is_setup for block in blocks):
        raise PageError(f"{name}: a page without commands")
    return blocks


def line_matches(expected: str, found: str) -> bool:
    """Equal, with `…` for any text within the line."""
    if ANY_TEXT not in expected:
        return expected == found
    return re.fullmatch(".*".join(map(re.escape, expected.split(ANY_TEXT))), found) is not None


def without_end(lines: list[str]) -> list[str]:
    """The lines without empty ones at the end, which tools print and nobody sees."""
    count = len(lines)
    while count and not lines[count - 1].strip():
        count -= 1
    return lines[:count]


def matches(expected: list[str], found: list[str]) -> bool:
    """Equal line by line, but for empty lines at the end; a line `...` of the page stands for any number of lines."""
    expected, found = without_end(expected), without_end(found)
    place = other = 0
    star = resume = -1
    while other < len(found):
        if place < len(expected) and expected[place].strip() == ANY_LINES:
            star, resume = place, other
            place += 1
        elif place < len(expected) and line_matches(expected[place], found[other]):
            place, other = place + 1, other + 1
        elif star >= 0:
            resume += 1
            place, other = star + 1, resume
        else:
            return False
    return all(line.strip() == ANY_LINES for line in expected[place:])
