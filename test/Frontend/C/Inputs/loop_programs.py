# ===- loop_programs.py - random C programs of loops over arrays -----------===#
#
# Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
#
# ===-----------------------------------------------------------------------===#
"""Compile random programs of loops over arrays with lexon-cc, and compare what they print with what Clang's make.

A program has some kernels: nests of loops that contract, reduce, or compute element by element, written in the many
ways of C. Each is called twice, with other sizes and maybe with arrays that overlap; one line is printed for each call,
with a hash of all bits of all arrays. Nothing that a program does is undefined; a NaN is a NaN, whatever its bits.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from loop_kernels import Kernel
from loop_parts import TYPES
from random_programs import Variant, arguments, check, check_all, run

#: Those of a program; one of it alone is made by --print and --kernel.
KERNELS = 8
CONTRACTIONS = ([], ["-ffp-contract=off"], [], ["-ffp-contract=on"])
PROLOGUE = """#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static unsigned long hash, state;
static long counters;
static unsigned next(void) {
  state = state * 6364136223846793005ul + 1442695040888963407ul;
  return (unsigned)(state >> 33);
}
static void mix(unsigned long bits) {
  hash = (hash ^ bits) * 0x9e3779b97f4a7c15ul;
  hash ^= hash >> 29;
}
"""
FILL = """static void fill_{name}({type} *p, long n, int kind) {{
  for (long i = 0; i < n; i++) {{
    unsigned r = next();
    {type} x = ({type})((int)(r % 19) - {shift});
    {special}
    p[i] = x;
  }}
}}
static void see_{name}(const {type} *p, long n) {{
  for (long i = 0; i < n; i++) {{
    {see}
  }}
}}
"""
SPECIAL = """if (kind == 1)
      x = ({type})((int)(r % 2001) - 1000) / ({type})(r / 4096 % 60 + 3);
    if (kind == 2 && r / 64 % 3 == 0)
      x = r & 64 ? ({type})-0.0 : 0;
    if (kind == 3 && r / 64 % 97 == 0)
      x = r & 64 ? ({type})INFINITY : r & 128 ? ({type})-INFINITY : ({type})NAN;
    if (kind == 4)
      x *= r / 64 % 3 ? ({type}){small} : ({type}){large};"""


def prologue() -> str:
    text = PROLOGUE
    for kind in TYPES:
        name = kind.replace(" ", "_")
        special = see = ""
        if kind in ("float", "double"):
            float_like = kind == "float"
            special = SPECIAL.format(
                type=kind, small="1e-40f" if float_like else "1e-310", large="1e18f" if float_like else "1e150"
            )
            word = "unsigned" if float_like else "unsigned long"
            see = f"{word} bits;\n    memcpy(&bits, p + i, sizeof bits);\n    mix(p[i] == p[i] ? bits : 12345);"
        else:
            special = f"if (kind == 1)\n      x = ({kind})r;" if kind == "unsigned" else "(void)kind;"
            see = "mix((unsigned long)p[i]);"
        text += FILL.format(name=name, type=kind, shift=0 if kind == "unsigned" else 9, special=special, see=see)
    return text


def program(seed: int, only: int | None = None) -> str:
    """The program's text; with `only` just that one of its kernels, which prints what it prints in the program."""
    wanted = range(KERNELS) if only is None else [only]
    kernels = [Kernel(f"{seed}/{number}", number) for number in wanted]
    calls = "".join(kernel.main for kernel in kernels)
    return prologue() + "".join(k.text for k in kernels) + f"int main(void) {{\n{calls}  return (int)(hash & 63);\n}}\n"


def variants(seed: int) -> list[Variant]:
    """Fused multiplications and additions are the target's business, not the optimizer's: compared like with like."""
    flags = CONTRACTIONS[seed % len(CONTRACTIONS)]
    level = ("-O3", "-O2")[seed % 5 == 4]
    native = [*flags, "-march=native"]
    return [
        Variant([*flags, "-O0"], [[level, *flags], *([["-O0", *flags]] if seed % 3 == 0 else [])]),
        Variant([*native, "-O0"], [[level, *native]]),
    ]


def raised(source: Path) -> int:
    """How many of the program's nests become kernels."""
    imported = source.with_suffix(".mlir")
    status, _, errors = run(["lexon-import-c", source, "-w", "-O3", "-S", "-o", imported], 60)
    if status != 0:
        raise RuntimeError(errors.decode(errors="replace"))
    lower = ["--pipeline=c{target=znver4}", "--stop-after=contraction-raising", "--remarks", "-o", "/dev/null"]
    _, _, remarks = run(["lexon-opt", imported, *lower], 120)
    imported.unlink()
    return remarks.count(b"[Passed] raised | Category:raise-loops-to-linalg")


def compare(seed: int, setting: argparse.Namespace, counts: list[int]) -> str | None:
    """As random_programs.check; the number of nests raised is added to `counts` if that is asked for."""
    source = setting.scratch / f"{seed}.c"
    source.write_text(program(seed))
    if setting.raised is not None:
        counts.append(raised(source))
    result = check(seed, source, [], variants(seed), setting)
    if result == "":
        source.unlink()
    return result


def main() -> int:
    parser = arguments(__doc__ or "")
    parser.add_argument("--raised", type=int, help="how many nests must at least become kernels")
    parser.add_argument("--print", action="store_true", help="write the first seed's program to standard output")
    parser.add_argument("--kernel", type=int, help="with --print: this kernel alone")
    setting = parser.parse_args()
    if setting.print:
        print(program(setting.first, setting.kernel), end="")
        return 0
    counts: list[int] = []
    status = check_all(setting, lambda seed: compare(seed, setting, counts))
    if setting.raised is not None:
        print(f"{sum(counts)} of {KERNELS * len(counts)} kernels raised")
        if sum(counts) < setting.raised:
            print(f"expected at least {setting.raised}")
            return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
