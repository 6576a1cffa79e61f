# ===- compare.py - C programs by two compilers -----------------------------===#
#
# Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
#
# A program is a .c file, or a folder whose .c files are linked together. Comments in it say how it is built and run:
#     // FLAGS: -std=c11 -DX       more arguments for both compilers
#     // ARGS: --level 3 'a b'     its command line
# NAME.in beside NAME.c (or beside the folder NAME) is its standard input.
#
# The files of a folder are also shared out between the two compilers, both ways round: calls from one's code to the
# other's show whether they agree on where arguments, results and members are.
#
# ===-----------------------------------------------------------------------===#
"""Compile programs with Clang and with lexon-cc; output, errors and exit status must be the same, byte for byte.

With --reader, MLIR's own tool must also read what lexon-import-c writes of them.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

COMPILE_SECONDS = 120


@dataclass(frozen=True)
class Ran:
    status: int | str
    out: bytes
    err: bytes


def run(command: list[str], seconds: int, stdin: Path | None = None) -> Ran:
    with (stdin or Path(os.devnull)).open("rb") as source:
        process = subprocess.Popen(
            command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # with the compiler's own children
            out, err = process.communicate()
            return Ran(f"still running after {seconds} s", out, err)
    return Ran(process.returncode, out, err)


def describe(status: int | str) -> str:
    if isinstance(status, str):
        return status
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"


def first_difference(expected: bytes, found: bytes) -> str:
    a, b = expected.split(b"\n"), found.split(b"\n")
    for number, (left, right) in enumerate(zip(a, b, strict=False), 1):
        if left != right:
            return f"line {number}: expected {left[:200]!r}, found {right[:200]!r}"
    return f"expected {len(a)} lines, found {len(b)}"


def options(sources: list[Path], kind: str) -> list[str]:
    texts = [source.read_text(errors="replace") for source in sources]
    found = [line for text in texts for line in re.findall(rf"^// {kind}: (.*)$", text, re.MULTILINE)]
    return [word for line in found for word in shlex.split(line)]


def compare(program: Path, setting: argparse.Namespace) -> list[str]:
    """What is wrong, a line each."""
    sources = sorted(program.glob("*.c")) if program.is_dir() else [program]
    if not sources or not all(source.is_file() for source in sources):
        return [f"{program}: no such program"]
    stdin = program.with_suffix(".in")
    flags = [*options(sources, "FLAGS"), *shlex.split(setting.flags)]
    arguments = options(sources, "ARGS")
    # The same name for all: a program may print it.
    folder = setting.scratch / program.stem
    folder.mkdir(parents=True, exist_ok=True)
    binary = folder / "program"

    def build(compiler: str, inputs: list[Path], level: str, output: Path, *more: str) -> str | None:
        output.unlink(missing_ok=True)
        command = [*shlex.split(compiler), *map(str, inputs), level, *flags, "-w", *more, "-o", str(output)]
        built = run(command, COMPILE_SECONDS)
        if built.status == 0 and output.exists():
            return None
        text = (built.out + built.err).decode(errors="replace").strip().splitlines()
        return "\n    ".join([f"does not compile: {describe(built.status)}", *text[:12]])

    def execute() -> Ran:
        return run([str(binary), *arguments], setting.run_seconds, stdin if stdin.exists() else None)

    def build_and_run(compiler: str, level: str) -> Ran | str:
        return build(compiler, sources, level, binary, "-lm") or execute()

    def build_shared_out(compilers: tuple[str, str], level: str) -> Ran | str:
        objects = [folder / f"{source.stem}.o" for source in sources]
        for number, (source, output) in enumerate(zip(sources, objects, strict=True)):
            error = build(compilers[number % 2], [source], level, output, "-c")
            if error:
                return error
        return build(setting.reference, objects, level, binary, "-lm") or execute()

    expected = build_and_run(setting.reference, setting.levels[0])
    if isinstance(expected, str):
        return [f"{program.name}: {setting.reference} {setting.levels[0]}: {expected}"]
    if isinstance(expected.status, str) or not expected.out:
        return [f"{program.name}: shows nothing: {describe(expected.status)}, {len(expected.out)} bytes of output"]
    errors = []

    def check(found: Ran | str, who: str) -> None:
        if isinstance(found, str):
            what = found
        elif found.status != expected.status:
            what = f"{describe(found.status)}, expected {describe(expected.status)}"
        elif found.out != expected.out:
            what = f"output, {first_difference(expected.out, found.out)}"
        elif found.err != expected.err:
            what = f"standard error, {first_difference(expected.err, found.err)}"
        else:
            return
        errors.append(f"{program.name}: {who}: {what}")

    for level in setting.levels[1:]:
        # Clang against itself: if this differs, the program has no one meaning, and proves nothing.
        check(build_and_run(setting.reference, level), f"{setting.reference} {level}: the program is not portable")
    for level in setting.levels:
        check(build_and_run(setting.compiler, level), f"{setting.compiler} {level}")
        if len(sources) > 1:
            for pair in ((setting.reference, setting.compiler), (setting.compiler, setting.reference)):
                check(build_shared_out(pair, level), f"{' and '.join(pair)} {level}")
    for source in sources if setting.reader else []:
        module = folder / f"{source.stem}.mlir"
        importing = ["lexon-import-c", str(source), "-O1", "-w", *flags, "--raise-scf-to-affine", "-o", str(module)]
        for command in (importing, [setting.reader, str(module), "-o", os.devnull]):
            done = run(command, COMPILE_SECONDS)
            if done.status != 0:
                text = done.err.decode(errors="replace").strip().splitlines()
                errors.append(f"{program.name}: {command[0]}: {describe(done.status)}: {' '.join(text[:1])}")
                break
    return errors


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("programs", nargs="+", type=Path)
    parser.add_argument("--scratch", type=Path, required=True, help="folder for what is built")
    parser.add_argument("--compiler", default="lexon-cc", help="may have arguments: 'lexon-cc -g'")
    parser.add_argument("--reference", default="clang-22")
    parser.add_argument("--levels", nargs="+", default=["-O0", "-O3"], type=lambda level: f"-{level.lstrip('-')}")
    parser.add_argument("--run-seconds", type=int, default=30)
    parser.add_argument("--reader", help="MLIR's own tool, which must read what lexon-import-c writes of each file")
    parser.add_argument("--flags", default="", help="more arguments for both compilers, in one string")
    setting = parser.parse_args()
    failed = 0
    for program in setting.programs:
        errors = compare(program, setting)
        failed += bool(errors)
        print("\n".join(errors) if errors else f"{program.name}: same", flush=True)
    print(f"{len(setting.programs) - failed} same, {failed} different")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
