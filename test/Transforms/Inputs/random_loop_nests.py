# ===- random_loop_nests.py - seeded loop nests that contract ----------------===#
#
# Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
#
# Prints functions that raise-loops-to-linalg must raise, drawn over: kinds and number of loops, their order, sizes
# (1 included), lower bounds, steps, offsets and factors of indices, extra invariant indices, transposes, element types,
# scf or affine, sums in memory or in loop-carried values, zeroing and scaling, alpha on either side, subtraction.
#
# ===-----------------------------------------------------------------------===#
"""random_loop_nests.py SEED COUNT: MLIR on stdout."""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass

FLOATS = ["f32", "f64"]
SIZES = [1, 2, 3, 4, 5, 7, 8]


@dataclass
class Loop:
    """A counter from `lower` in steps of `step`, `trips` times; in `kind`: b, m, n or k."""

    kind: str
    counter: str
    lower: int
    step: int
    trips: int

    @property
    def upper(self) -> int:
        # Any bound up to the next value of the counter means the same.
        return self.lower + self.step * (self.trips - 1) + 1


class Array:
    """A memref and the index expressions that a nest uses on it."""

    def __init__(self, rng: random.Random, name: str, element: str, loops: list[Loop]) -> None:
        self.name, self.element = name, element
        loops = rng.sample(loops, len(loops))
        self.indices: list[tuple[str, int, int]] = []  # counter (or none), factor, offset
        shape = []
        for loop in loops:
            factor, offset = rng.choice([(1, 0)] * 3 + [(1, 2), (2, 0), (2, 1), (1, -loop.lower)])
            self.indices.append((loop.counter, factor, offset))
            shape.append(factor * (loop.upper - 1) + offset + 1 + rng.choice([0, 0, 0, 3]))
        if rng.random() < 0.2:
            at = rng.randrange(len(shape) + 1)
            shape.insert(at, 3)
            self.indices.insert(at, ("", 0, rng.randrange(3)))
        self.type = f"memref<{''.join(f'{size}x' for size in shape)}{element}>"


class Nest:
    """One function."""

    def __init__(self, rng: random.Random, name: str) -> None:
        self.rng, self.name = rng, name
        self.lines: list[str] = []
        self.fresh = 0
        self.affine = rng.random() < 0.5
        self.element = rng.choice([*FLOATS, *FLOATS, "i32", "f16->f32", "i8->i32"])
        kinds = rng.choice(["mnk", "mnk", "mnk", "mk", "nk", "k", "bmnk", "bmk", "mnkk", "bmmnk", "mnkkk"])
        self.loops = [self.loop(kind, number) for number, kind in enumerate(rng.sample(kinds, len(kinds)))]
        by_kind = {kind: [loop for loop in self.loops if loop.kind == kind] for kind in "bmnk"}
        narrow, _, self.wide = self.element.partition("->")
        self.wide = self.wide or narrow
        self.a = Array(rng, "a", narrow, by_kind["b"] + by_kind["m"] + by_kind["k"])
        self.b = Array(rng, "b", narrow, by_kind["b"] + by_kind["n"] + by_kind["k"])
        self.c = Array(rng, "c", self.wide, by_kind["b"] + by_kind["m"] + by_kind["n"])
        self.alpha = rng.choice([None, None, "a", "b", "product"])
        self.subtract = rng.random() < 0.25
        self.suffix = "f" if self.wide.startswith("f") else "i"

    def loop(self, kind: str, number: int) -> Loop:
        lower, step = self.rng.choice([(0, 1)] * 4 + [(1, 1), (2, 3), (0, 2)])
        return Loop(kind, f"%i{number}", lower, step, self.rng.choice(SIZES))

    def value(self, text: str) -> str:
        self.fresh += 1
        self.lines.append(f"%v{self.fresh} = {text}")
        return f"%v{self.fresh}"

    def access(self, array: Array) -> str:
        """The memref with its indices."""
        indices = []
        for counter, factor, offset in array.indices:
            if self.affine:
                indices.append(f"{factor} * {counter} + {offset}" if counter else f"{offset}")
                continue
            index = counter or f"%c{offset}"
            if counter and factor != 1:
                index = self.value(f"arith.muli {index}, %c{factor} : index")
            if counter and offset < 0:
                index = self.value(f"arith.subi {index}, %c{-offset} : index")
            elif counter and offset:
                index = self.value(f"arith.addi %c{offset}, {index} : index")
            indices.append(index)
        return f"%{array.name}[{', '.join(indices)}] : {array.type}"

    def load(self, array: Array) -> str:
        return self.value(f"{'affine' if self.affine else 'memref'}.load {self.access(array)}")

    def store(self, value: str, array: Array) -> None:
        where = self.access(array)
        self.lines.append(f"{'affine' if self.affine else 'memref'}.store {value}, {where}")

    def operation(self, name: str, lhs: str, rhs: str) -> str:
        return self.value(f"arith.{name}{self.suffix} {lhs}, {rhs} : {self.wide}")

    def widen(self, value: str, array: Array) -> str:
        if array.element == self.wide:
            return value
        extension = "extf" if self.suffix == "f" else "extsi"
        return self.value(f"arith.{extension} {value} : {array.element} to {self.wide}")

    def open(self, loop: Loop, carried: str = "") -> None:
        if self.affine:
            bounds = f"{loop.counter} = {loop.lower} to {loop.upper} step {loop.step}"
        else:
            bounds = f"{loop.counter} = %c{loop.lower} to %c{loop.upper} step %c{loop.step}"
        self.lines.append(f"{'affine' if self.affine else 'scf'}.for {bounds}{carried} {{")

    def term(self) -> str:
        a, b = self.widen(self.load(self.a), self.a), self.widen(self.load(self.b), self.b)
        if self.alpha == "a":
            a = self.operation("mul", "%alpha", a)
        if self.alpha == "b":
            b = self.operation("mul", b, "%alpha")
        product = self.operation("mul", *self.rng.sample([a, b], 2))
        return self.operation("mul", "%alpha", product) if self.alpha == "product" else product

    def prologue(self) -> None:
        """What happens to an element before the sum, in a nest of its own or in the same."""
        kind = self.rng.choice(["", "", "zero", "beta"])
        if kind == "zero":
            self.store("%zero", self.c)
        if kind == "beta":
            self.store(self.operation("mul", self.load(self.c), "%beta"), self.c)

    def memory_sum(self) -> None:
        order = self.rng.sample(self.loops, len(self.loops))
        outer = [loop for loop in order if loop.kind != "k"]
        if self.rng.random() < 0.6:  # apart
            for loop in outer:
                self.open(loop)
            self.prologue()
            self.lines += ["}"] * len(outer)
        elif self.rng.random() < 0.6:  # at the last place before the first loop that sums
            order = outer + [loop for loop in order if loop.kind == "k"]
        for loop in order:
            if loop.kind == "k" and order[: len(outer)] == outer and order.index(loop) == len(outer):
                self.prologue()
            self.open(loop)
        term = self.term()
        old = self.load(self.c)
        if self.subtract:
            self.store(self.operation("sub", old, term), self.c)
        else:
            self.store(self.operation("add", *self.rng.sample([old, term], 2)), self.c)
        self.lines += ["}"] * len(order)

    def carried_sum(self) -> None:
        outer = self.rng.sample([loop for loop in self.loops if loop.kind != "k"], len(self.loops) - self.kinds("k"))
        inner = [loop for loop in self.loops if loop.kind == "k"]
        for loop in outer:
            self.open(loop)
        start = self.rng.choice(["zero", "old", "one"])
        carried = {"zero": "%zero", "one": "%one"}.get(start) or self.load(self.c)
        results = []
        for number, loop in enumerate(inner):
            self.lines.append(f"%r{number} = ")
            results.append(len(self.lines) - 1)
            self.open(loop, f" iter_args(%s{number} = {carried}) -> ({self.wide})")
            self.lines[results[-1]] += self.lines.pop()
            carried = f"%s{number}"
        last = self.operation("sub" if self.subtract else "add", carried, self.term())
        dialect = "affine" if self.affine else "scf"
        for number in reversed(range(len(inner))):
            self.lines += [f"{dialect}.yield {last} : {self.wide}", "}"]
            last = f"%r{number}"
        after = self.rng.choice(["", "", "add", "scale", "both", "sub"])
        if after in ("scale", "both"):
            last = self.operation("mul", *self.rng.sample(["%alpha", last], 2))
        if after in ("add", "both"):
            old = self.operation("mul", "%beta", self.load(self.c)) if after == "both" else self.load(self.c)
            last = self.operation("add", *self.rng.sample([old, last], 2))
        if after == "sub":
            last = self.operation("sub", *self.rng.sample([self.load(self.c), last], 2))
        self.store(last, self.c)
        self.lines += ["}"] * len(outer)

    def kinds(self, kind: str) -> int:
        return sum(loop.kind == kind for loop in self.loops)

    def text(self) -> str:
        (self.memory_sum if self.rng.random() < 0.5 else self.carried_sum)()
        body, self.lines = self.lines, []
        for number in range(64):
            self.lines.append(f"%c{number} = arith.constant {number} : index")
        dot = ".0" if self.suffix == "f" else ""
        for name, value in (("zero", 0), ("one", 1)):
            self.lines.append(f"%{name} = arith.constant {value}{dot} : {self.wide}")
        attribute = self.rng.choice(["", " {llvm.noalias}"])
        arrays = ", ".join(f"%{array.name}: {array.type}{attribute}" for array in (self.a, self.b, self.c))
        scalars = f"%alpha: {self.wide}, %beta: {self.wide}"
        lines = [f"func.func @{self.name}({arrays}, {scalars}) {{", *self.lines, *body, "return", "}"]
        return "\n".join(lines)


def main() -> None:
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    for number in range(count):
        print(Nest(random.Random(f"{seed}/{number}"), f"nest{number}").text())


if __name__ == "__main__":
    main()
