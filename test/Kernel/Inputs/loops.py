"""Checks assembly on standard input: the k loops of a run, and whom it calls.

`loops.py COUNT... [--prefetches N] [--reloads N] [--panels-only] [--openmp] [--callee NAME]`

Loops over panels are those that prefetch. Each has one of the counts of products (fused multiply-adds, dot products,
tile products; multiplications without FMA), each count occurs, and each has at least N prefetches. No k loop touches a
stack slot with a vector, stores into one, or calls. It may reload `--reloads` addresses: a load that the products hide.
Where tiles are multiplied, 16 cycles each, only the tiles have to stay in registers.
`--panels-only` leaves loops that do not prefetch alone.

The functions of a run call each other, NAME, the OpenMP runtime with `--openmp`, and `memset` for zeros of a known size
that LLVM found in a loop of stores. Without `--openmp` the whole file has no symbol of OpenMP. Functions that prepare
weights, and the arena's slow paths, may call what they like.
"""

import argparse
import re
import sys
from dataclasses import dataclass, field

OPENMP = r"(__kmpc_|omp_|__tgt_)\w+"
NOT_OF_A_RUN = r".*_prepare(\.\.omp_par)?|lexon_take_arena|lexon_free_arenas"
PRODUCTS = r"\t(vfn?m(add|sub)\S+\s.*%[yz]mm|vdpbf16ps\s|tdp\w+\s)"
OTHER_ARITHMETIC = r"\tv?(mul|div|max|min|cvt|sqrt|round|rndscale|scalef|cmp)p[sd]"
LARGEST_MEMSET = 1 << 16  # bytes; sums of a block of attention


@dataclass
class Function:
    name: str
    lines: list[str] = field(default_factory=list)

    def frame(self) -> str:
        """The registers through which it reaches its stack slots: also those that its first lines copy %rsp to."""
        copies = (re.fullmatch(r"\tmovq\t%rsp, %(rb[px])", line) for line in self.lines[:40])
        return "|".join(["rsp", *(copy[1] for copy in copies if copy)])

    def loops(self) -> list[list[str]]:
        """The innermost ones."""
        labels, found = {}, []
        for number, line in enumerate(self.lines):
            if label := re.match(r"(\.?\w+):", line):
                labels[label[1]] = number
            jump = re.match(r"\tj\w+\t(\.?\w+)", line)
            if jump and jump[1] in labels:
                body = self.lines[labels[jump[1]] : number + 1]
                if not any(re.match(r"\tj\w+\s", inner) for inner in body[:-1]):
                    found.append(body)
        return found

    def calls(self) -> list[tuple[str, list[str]]]:
        """Whom it calls, by call or jump, and the lines before it."""
        found = []
        for number, line in enumerate(self.lines):
            if (call := re.match(r"\t(callq?|jmpq?)\t([^\s#]+)", line)) and not call[2].startswith(".L"):
                found.append((call[2].removesuffix("@PLT"), self.lines[max(0, number - 12) : number]))
        return found


def functions(lines: list[str]) -> list[Function]:
    names = {match[1] for line in lines if (match := re.match(r'\t\.type\t"?([^,"]+)"?,@function', line))}
    found: list[Function] = []
    for line in lines:
        label = re.match(r'"?([^\s":]+)"?:', line)
        if label and label[1] in names:
            found.append(Function(label[1]))
        if found:
            found[-1].lines.append(line)
    return found


def count(body: list[str], pattern: str) -> int:
    return sum(bool(re.search(pattern, line)) for line in body)


def products(body: list[str]) -> int:
    """0 if it is no k loop: other arithmetic stands in it than products and sums."""
    multiplications = count(body, r"\tmulps\s")  # of a CPU without FMA
    if multiplications and multiplications == count(body, r"\taddps\s"):
        return multiplications
    return count(body, PRODUCTS) if not count(body, OTHER_ARITHMETIC) else 0


def check_loop(body: list[str], frame: str, reloads: int) -> None:
    slot = rf"-?\d*\(%({frame})\)"  # without an index: with one, it is a buffer
    spills = count(body, rf"mm\d+.*\s{slot}|\s{slot}.*mm\d+|tmm\d+, {slot}|\s\w+\t[^,]+, {slot}$")
    if count(body, r"\ttdp"):
        spills, reloads = count(body, r"\ttilestored|mm\d+.*\s{slot}".replace("{slot}", slot)), len(body)
    if spills or count(body, rf"\s{slot}") > reloads or count(body, r"\tcall"):
        sys.exit("a k loop uses the stack:\n" + "\n".join(body))


def check_calls(function: Function, own: set[str], openmp: bool) -> None:
    for name, before in function.calls():
        if name in own or (openmp and re.fullmatch(OPENMP, name)):
            continue
        sizes = [int(size[1]) for line in before if (size := re.fullmatch(r"\tmovl\t\$(\d+), %edx", line))]
        if name == "memset" and sizes and sizes[-1] <= LARGEST_MEMSET:
            continue
        sys.exit(f"{function.name} calls {name}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("counts", type=int, nargs="*")
    parser.add_argument("--prefetches", type=int, default=1)
    parser.add_argument("--reloads", type=int, default=0)
    parser.add_argument("--panels-only", action="store_true")
    parser.add_argument("--openmp", action="store_true")
    parser.add_argument("--callee", action="append", default=[])
    options = parser.parse_args()
    lines = sys.stdin.read().splitlines()
    everything = functions(lines)
    run = [function for function in everything if not re.fullmatch(NOT_OF_A_RUN, function.name)]
    if not run:
        sys.exit("no function")
    if not options.openmp and (found := re.search(rf"\b{OPENMP}", "\n".join(lines))):
        sys.exit(f"{found[0]} in code for one thread")
    known = {function.name for function in everything} | set(options.callee)
    found = set()
    for function in run:
        check_calls(function, known, options.openmp)
        for body in function.loops():
            prefetches = count(body, r"\tprefetch")
            if not prefetches and (products(body) < 8 or options.panels_only):
                continue
            check_loop(body, function.frame(), options.reloads)
            if prefetches and (products(body) not in options.counts or prefetches < options.prefetches):
                sys.exit(f"{products(body)} products and {prefetches} prefetches:\n" + "\n".join(body))
            if prefetches:
                found.add(products(body))
    if missing := set(options.counts) - found:
        sys.exit(f"no loop of {missing} products")


if __name__ == "__main__":
    main()
