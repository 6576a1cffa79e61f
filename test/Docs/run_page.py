#!/usr/bin/env python3
# ===- run_page.py - run a page's commands, compare what they print ---------===#
#
# Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
#
# The commands of a page run in order, in one shell, in a fresh folder that looks like a checkout after `make build`.
# How a page is written for this is in docs/contributing.md, "Pages whose commands are tests"; page.py reads
# it.
#
# ===-----------------------------------------------------------------------===#
"""Run the commands of a Markdown page and compare their output with what the page prints."""

from __future__ import annotations

import argparse
import difflib
import os
import select
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from page import Block, PageError, matches, read_page

ROOT = Path(__file__).resolve().parents[2]
COMMAND_SECONDS = 280  # lit gives the whole page 300
# What chapter 1 tells the reader to type first; a page without its own ```sh setup block starts after these lines.
SETUP = "export PATH=$PWD/build/bin:$PWD/build/venv/bin:$PATH\nmkdir -p build/tutorial && cd build/tutorial\n"


class Mismatch(Exception):
    """A command did something else than the page says; `printed` is what its output block should hold, if it ran."""

    def __init__(self, message: str, printed: str | None = None) -> None:
        super().__init__(message)
        self.printed = printed


def empty(folder: Path) -> None:
    """Removes what an earlier run left, and nothing else."""
    if folder.exists() and any(folder.iterdir()) and not (folder / "1.sh").exists():
        raise PageError(f"{folder}: is not empty, and holds something else; choose another folder for --scratch")
    shutil.rmtree(folder, ignore_errors=True)


def make_checkout(folder: Path, build: Path) -> Path:
    """Lays out a checkout after `make build` in `folder`: links to the tree and to what was built, wherever that is."""
    root = folder / "lexon"
    (root / "build").mkdir(parents=True)
    for entry in ROOT.iterdir():
        if not entry.name.startswith((".", "build")):
            (root / entry.name).symlink_to(entry)
    for name in ("bin", "lib", "include"):
        (root / "build" / name).symlink_to(build / name)
    (root / "build" / "venv").symlink_to(sys.prefix)
    return root


def user_environment(build: Path) -> dict[str, str]:
    """The environment without what only the tests have: LLVM's own folder of tools, ours before `setup` names them."""
    hidden = {str(build / "bin"), str(Path(sys.prefix) / "bin")}
    path = os.environ.get("PATH", os.defpath).split(os.pathsep)
    path = [entry for entry in path if entry not in hidden and not (Path(entry) / "FileCheck").exists()]
    environment = {**os.environ, "PATH": os.pathsep.join(path), "LC_ALL": "C.UTF-8", "TERM": "dumb", "COLUMNS": "100"}
    environment |= {"NO_COLOR": "1", "LEXON_BUILD_DIR": str(build)}
    if shutil.which("ccache"):  # a second run need not compile again
        environment |= {"CMAKE_C_COMPILER_LAUNCHER": "ccache", "CMAKE_CXX_COMPILER_LAUNCHER": "ccache"}
    return environment


class Shell:
    """One bash for a whole page, so that `cd` and `export` last."""

    def __init__(self, root: Path, scratch: Path, environment: dict[str, str]) -> None:
        self.scratch = scratch
        self.count = 0
        self.process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=root,
            env={**environment, "PWD": str(root)},
            text=True,
            start_new_session=True,
        )
        # A command that fails in the middle of a block must not be hidden by those after it.
        self._send("set -o pipefail; trap 'lexon_status=$?' ERR")

    def _send(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def run(self, script: str, seconds: int = COMMAND_SECONDS) -> tuple[str, int]:
        """What the commands print, both streams together, and the status of the last one that failed, or 0."""
        self.count += 1
        file, out = (self.scratch / f"{self.count}.{ending}" for ending in ("sh", "out"))
        file.write_text(script)
        quoted, target = shlex.quote(str(file)), shlex.quote(str(out))
        self._send(f"lexon_status=0; . {quoted} > {target} 2>&1 < /dev/null; echo $lexon_status")
        assert self.process.stdout
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        status = self.process.stdout.readline().strip() if ready else None
        printed = out.read_text(errors="replace") if out.exists() else ""
        if status is None:
            raise Mismatch(f"still running after {seconds} s; printed so far:\n{printed}")
        if not status:
            raise Mismatch(f"ended the shell; printed:\n{printed}")
        return printed, int(status)

    def close(self) -> None:
        """Ends the shell and whatever it still runs."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def write_file(shell: Shell, block: Block, path: str) -> None:
    """Into the folder where the reader is; through the shell, which alone knows it."""
    source = shell.scratch / "file"
    source.write_text(block.text)
    quoted = shlex.quote(path)
    printed, status = shell.run(f"mkdir -p $(dirname {quoted}) && cp {shlex.quote(str(source))} {quoted}")
    if status:
        raise Mismatch(f"cannot write '{path}': {printed}")


def check_excerpt(block: Block, path: str) -> None:
    """The block must stand in a file of the tree, with `...` for what is left out."""
    file = ROOT / path
    if not file.is_file():
        raise Mismatch(f"there is no file '{path}'")
    lines = file.read_text().splitlines()
    if not matches(["...", *block.lines(), "..."], lines):
        raise Mismatch(f"this is not what stands in '{path}'")


def check_output(block: Block, printed: str, status: int) -> None:
    """The printed output and the exit code must be those of the page."""
    found = printed.splitlines() + ([f"exit code: {status}"] if status else [])
    if block.any_output:
        if status:
            raise Mismatch(f"exit code {status}; printed:\n{printed}")
        return
    expected = block.output.lines() if block.output else []
    if not matches(expected, found):
        difference = difflib.unified_diff(expected, found, "the page", "this run", lineterm="", n=10_000)
        raise Mismatch("prints something else:\n" + "\n".join(difference), "".join(line + "\n" for line in found))


def run_block(shell: Shell, block: Block) -> None:
    """Does what the block asks for, and checks it."""
    if block.file:
        write_file(shell, block, block.file)
    elif block.source:
        check_excerpt(block, block.source)
    else:
        check_output(block, *shell.run(block.script()))


def run_page(page: Path, build: Path, scratch: Path, update: bool = False) -> list[str]:
    """Runs a page; returns what is wrong, one message per block. With `update` wrong outputs are only collected and
    the page is written anew with what was printed."""
    blocks = read_page(page.read_text(), str(page))
    empty(scratch)
    root = make_checkout(scratch, build)
    shell = Shell(root, scratch, user_environment(build))
    problems: list[str] = []
    replaced: list[tuple[Block, str]] = []
    try:
        if not any(block.is_setup for block in blocks):
            shell.run(SETUP)
        for block in blocks:
            try:
                run_block(shell, block)
            except Mismatch as mismatch:
                if update and mismatch.printed is not None:
                    replaced.append((block, mismatch.printed))
                    continue
                problems.append(f"{page}:{block.line}: {mismatch}")
                break  # what follows may need what failed
    finally:
        shell.close()
    if replaced:
        page.write_text(updated(page.read_text(), replaced))
    return problems


def updated(text: str, replaced: list[tuple[Block, str]]) -> str:
    """The page with these outputs. From the end, so that line numbers stay right."""
    lines = text.splitlines()
    for block, printed in sorted(replaced, key=lambda pair: -pair[0].line):
        body = [(block.indent + line).rstrip() for line in printed.splitlines()]
        if block.output:
            start = block.output.line
            lines[start : start + len(block.output.text.splitlines())] = body
        else:
            end = block.line + len(block.text.splitlines()) + 1
            lines[end:end] = ["", f"{block.indent}```text", *body, f"{block.indent}```"]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path, help="the Markdown file")
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="build folder")
    parser.add_argument("--scratch", type=Path, required=True, help="folder of its own to work in; emptied first")
    parser.add_argument("--update", action="store_true", help="write what was printed into the page")
    arguments = parser.parse_args()
    try:
        build, scratch = arguments.build.resolve(), arguments.scratch.absolute()
        problems = run_page(arguments.page, build, scratch, arguments.update)
    except PageError as error:
        problems = [str(error)]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
