# ===- loop_kernels.py - random kernels of C ------------------------------===#
#
# Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
#
# ===-----------------------------------------------------------------------===#
"""Functions of loops over arrays for loop_programs.py, and the calls that test them."""

from __future__ import annotations

import random
from collections.abc import Sequence

from loop_parts import CALLS, COUNTERS, EXTENTS, FLOATS, LONG, MOST, TYPES, UNSIGNED, WIDER, Array, Index, Loop, Size
from loop_statements import beside, several, two_products
from loop_storage import Storage


class Kernel(Storage):
    """`text` declares it, `main` is the statements that call it."""

    def __init__(self, seed: str, number: int) -> None:
        self.r = random.Random(seed)
        self.number = number
        self.arrays: list[Array] = []
        self.sizes: list[Size] = []
        self.loops: list[Loop] = []
        self.helpers = ""
        # Most are written as most people write them: what is raised should be tested more than what is not.
        self.plain = self.r.random() < 0.65
        self.top_counters = self.r.random() < 0.2
        self.count = 0
        self.aliased = self.r.random() < 0.35
        self.scalars: list[str] = []  # parameters such as alpha
        self.type = self.r.choices(TYPES, (10, 7, 2, 2, 1))[0]
        if self.aliased and self.type in ("int", "short"):
            self.type = "unsigned"  # sums of sums: only unsigned ones may be large
        make = self.r.choices(
            [self.contraction, self.elementwise, self.reduction, self.convolution, self.fused,
             lambda: beside(self), lambda: two_products(self), lambda: several(self)],
            [22, 0, 0, 1, 4, 8, 6, 8] if self.plain else [9, 3, 2, 2, 2, 4, 3, 4],
        )[0]
        lines = make()
        self.finish(lines)

    def fresh(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def float_like(self) -> bool:
        return self.type in FLOATS

    # --- sizes and loops ---------------------------------------------------------------------------------------

    def make_size(self, most: int, is_long: bool = False) -> Size:
        if not is_long and self.sizes and self.chance(0.25):
            known = self.r.choice(self.sizes)
            if max(known.values) <= most:
                return known
        small = [e for e in EXTENTS if e <= most] or [1]
        def extent() -> int:
            good = [e for e in small if e > 8]
            return self.r.choice(good if good and self.chance(0.75) else small)
        values = [self.r.choice(LONG) if is_long else extent() for _ in range(CALLS)]
        kind = self.r.choices(("literal", "param", "global", "pointer"), (4, 8, *([0, 0] if self.plain else [1, 1])))[0]
        if kind == "literal":
            size = Size(str(values[0]), kind, "int", [values[0]] * CALLS)
        else:
            type_ = self.pick("int", "int", "int", "long", "size_t", "unsigned", "short")
            if self.plain and self.chance(0.9):
                type_ = self.pick("int", "int", "int", "long", "size_t")
            if type_ not in UNSIGNED and self.chance(0.07):
                values[self.r.randrange(CALLS)] = self.pick(-1, -3)
            name = self.fresh("n")
            text = {"param": name, "global": f"g{self.number}_{name}", "pointer": f"(*{name})"}[kind]
            size = Size(text, kind, type_, values)
        self.sizes.append(size)
        return size

    def make_loop(self, most: int, outer: Sequence[Loop], simple: bool = False, is_long: bool = False) -> Loop:
        size = self.make_size(most, is_long)
        lo = self.r.choices((0, 1, 2, -2), (12, 3, 1, 1))[0]
        extra = self.r.choices((0, -1, 1), (12, 2, 1))[0]
        step = self.r.choices((1, 2, 3), (10, 2, 1))[0]
        if simple or (self.plain and self.chance(0.9)):
            lo, step = 0, 1
        type_ = self.r.choices(
            ("int", "long", "size_t", "unsigned", "short", "signed char", "unsigned char"), (10, 3, 3, 3, 1, 1, 1)
        )[0]
        if self.plain:
            type_ = self.r.choice(COUNTERS[size.type])
        wraps = type_ in UNSIGNED or size.type in UNSIGNED
        if wraps:
            lo = max(lo, 0)
            if min(size.values) + extra < 1:
                extra = 0
        if min(size.values) < 0 and type_ in UNSIGNED:
            type_ = "int"
        wraps = type_ in UNSIGNED or size.type in UNSIGNED
        high = [v + extra for v in size.values]
        end = size.text if not extra else f"{size.text} {'+' if extra > 0 else '-'} {abs(extra)}"
        forms = ["for"] * 8 + ["while", "break"]
        if not wraps or min(high) >= 1:
            forms += ["for<=", "for<=", "down", "while"] if type_ not in UNSIGNED else ["for<="]
        if step == 1:
            forms += ["while++", "count-down", "down--"] if min(high) >= lo else []
            forms += ["for!="] if min(high) >= lo else []
        forms += ["do"]
        if self.plain:
            forms = ["for"] * 15 + [form for form in forms if form == "down" or (form == "for<=" and not wraps)]
        name, form = self.fresh("i"), self.r.choice(forms)
        loop = Loop(name, type_, lo, size, extra, step, form, str(lo), end, [lo] * CALLS, high)
        bounding = [o for o in outer if o.lo >= 0 and not o.triangle]
        if bounding and not simple and self.chance(0.03 if self.plain else 0.15):
            self.bound(loop, self.r.choice(bounding))
        self.loops.append(loop)
        return loop

    def bound(self, loop: Loop, outer: Loop) -> None:
        """Makes `loop` begin or end where the counter of `outer` is."""
        loop.triangle = True
        loop.form = self.pick("for", "for", "for", "while", "break", "do")
        loop.lo, loop.begin, loop.low = 0, "0", [0] * CALLS
        loop.type = self.pick("int", "long", outer.type if outer.type != "unsigned char" else "int")
        if self.chance(0.5):
            loop.end = outer.value + self.pick("", " + 1")
            loop.high = [outer.last(c) + 1 for c in range(CALLS)]
        elif loop.type not in UNSIGNED and loop.size.type not in UNSIGNED:
            loop.begin = outer.value + self.pick("", " + 1")

    def make_loops(self, depth: int) -> list[Loop]:
        loops: list[Loop] = []
        left = MOST
        is_long = self.r.randrange(depth) if self.plain and depth in (2, 3) and self.chance(0.12) else -1
        if is_long >= 0:
            left //= 500
        for number in range(depth):
            rest = depth - number - 1
            most = 70 if not rest else max(2, min(70, int(left ** (1 / (rest + 1)) * self.r.uniform(0.6, 1.6))))
            most = min(most, left)
            if number == is_long:
                loops.append(self.make_loop(most, loops, simple=True, is_long=True))
                continue
            loop = self.make_loop(most, loops, simple=self.chance(0.5))
            left = max(1, left // max(1, max(loop.high) - min(loop.low)))
            loops.append(loop)
        return loops

    def nest(self, loops: Sequence[Loop], body: list[str], pre: dict[int, list[str]] | None = None,
             post: dict[int, list[str]] | None = None, depth: int = 0) -> list[str]:  # fmt: skip
        """The loops around `body`; `pre[d]` and `post[d]` stand inside `d` of the loops, around the next one."""
        pre, post = pre or {}, post or {}
        if depth == len(loops):
            return body
        inner = self.nest(loops, body, pre, post, depth + 1)
        return [*pre.get(depth, []), *self.loop_text(loops[depth], inner), *post.get(depth, [])]

    def loop_text(self, loop: Loop, inner: list[str]) -> list[str]:
        i, lo, hi = loop.name, loop.begin, loop.end
        declared = "" if self.top_counters else f"{loop.type} "
        inner = ["  " + line for line in inner]
        up = f"{i}++" if loop.step == 1 else self.pick(f"{i} += {loop.step}", f"{i} = {i} + {loop.step}")
        minus = "--" if loop.step == 1 else f" -= {loop.step}"
        if self.chance(0.3) and loop.step == 1:
            up = f"++{i}"
        if loop.form == "for":
            return [f"for ({declared}{i} = {lo}; {i} < {hi}; {up}) {{", *inner, "}"]
        if loop.form == "for<=":
            return [f"for ({declared}{i} = {lo}; {i} <= {hi} - 1; {up}) {{", *inner, "}"]
        if loop.form == "for!=":
            return [f"for ({declared}{i} = {lo}; {i} != {hi}; {up}) {{", *inner, "}"]
        if loop.form == "down":
            return [f"for ({declared}{i} = {hi} - 1; {i} >= {lo}; {i}{minus}) {{", *inner, "}"]
        if loop.form == "count-down":
            return [f"for ({declared}{i} = {hi}; {i} > {lo}; {i}--) {{", *inner, "}"]
        if loop.form == "down--":
            return [f"for ({declared}{i} = {hi}; {i}-- > {lo};) {{", *inner, "}"]
        first = f"{declared}{i} = {lo};"
        if loop.form == "while":
            return [first, f"while ({i} < {hi}) {{", *inner, f"  {up};", "}"]
        if loop.form == "while++":
            return [first, f"while ({i}++ < {hi}) {{", *inner, "}"]
        if loop.form == "break":
            return [first, "for (;;) {", f"  if ({i} >= {hi})", "    break;", *inner, f"  {up};", "}"]
        step = f"({i} += {loop.step})" if loop.step > 1 or self.chance(0.3) else f"++{i}"
        return [first, f"if ({i} < {hi})", "  do {", *inner, f"  }} while ({step} < {hi});"]

    # --- accesses ----------------------------------------------------------------------------------------------

    def index(self, loop: Loop, plain: bool = False) -> Index:
        v, c = loop.value, range(CALLS)
        shift = max(0, -loop.lo)
        if shift:
            return Index(f"{v} + {shift}", [loop.last(k) + shift for k in c], [loop], plain=True)
        how = 0.0 if plain else self.r.random()
        if how < (0.93 if self.plain else 0.8):
            return Index(v, [loop.last(k) for k in c], [loop], plain=True)
        if how < (0.98 if self.plain else 0.88):
            extra = self.r.randint(1, 3)
            return Index(f"{v} + {extra}", [loop.last(k) + extra for k in c], [loop], plain=True)
        if how < (0.99 if self.plain else 0.93) and not loop.triangle:
            # The end may be unsigned or small: nothing below zero can be computed while the loop runs.
            return Index(f"{loop.end} - 1 - {v}", [loop.last(k) for k in c], [loop])
        if how < 0.97:
            return Index(f"2 * {v}", [2 * loop.last(k) for k in c], [loop])
        if loop.lo >= 1:
            return Index(f"{v} - 1", [loop.last(k) for k in c], [loop])
        constant = self.r.randint(0, 4)
        return Index(str(constant), [constant] * CALLS, [])

    def array(self, prefix: str, rank: int, type_: str | None = None) -> Array:
        array = Array(self.fresh(prefix), type_ or self.type, rank)
        self.arrays.append(array)
        return array

    def at(self, array: Array, indices: list[Index]) -> str:
        """A token that `finish` replaces when the array's dimensions are known."""
        if len(indices) != array.rank:
            raise ValueError("wrong number of indices")
        array.uses.append(indices)
        return f"@{self.arrays.index(array)}:{len(array.uses) - 1}@"

    def operand(self, prefix: str, loops: Sequence[Loop], type_: str | None = None) -> tuple[Array, list[Index]]:
        array = self.array(prefix, max(1, len(loops)), type_)
        return array, [self.index(loop) for loop in loops] or [Index("0", [0] * CALLS, [])]

    # --- statements --------------------------------------------------------------------------------------------

    def scalar(self) -> str:
        """alpha or beta: a parameter or a literal."""
        if not self.float_like():
            return self.pick("2", "3", "-1") if self.type != "unsigned" else self.pick("2u", "3u", "77u")
        if self.chance(0.5):
            self.scalars.append(self.fresh("alpha"))
            return self.scalars[-1]
        suffix = "f" if self.type == "float" and self.chance(0.7) else ""
        return self.pick("1.5", "0.1", "-0.3", "2.0", "-1.0") + suffix

    def product(self, factors: list[str], plain: float = 0.55) -> str:
        a, b = factors[0], "*".join(factors[1:])
        if self.chance(plain + 0.2 * self.plain) or self.type == "short":
            return self.pick(f"{a} * {b}", f"{b} * {a}")
        s = self.scalar()
        forms = [f"{s} * {a} * {b}", f"{a} * {s} * {b}", f"{a} * {b} * {s}", f"{s} * ({a} * {b})", f"({a} * {b}) * {s}",
                 f"{a} * ({s} * {b})", f"-{a} * {b}", f"{a} * -{b}", f"-({a} * {b})"]  # fmt: skip
        if self.float_like():
            wide = WIDER[self.type]
            forms += [f"{a} * {b} / {s}", f"{a} / {s} * {b}", f"{a} * ({b} / {s})", f"({wide}){a} * {b}",
                      f"({a} + {s}) * {b}", f"{a} * ({b} - {s})"]  # fmt: skip
        return self.r.choice(forms)

    def accumulate(self, target: str, term: str) -> str:
        forms = [f"{target} += {term};"] * 5 + [f"{target} = {target} + {term};", f"{target} = {term} + {target};",
                 f"{target} -= {term};", f"{target} = {target} - ({term});"]  # fmt: skip
        if self.float_like() and self.chance(0.1):
            forms += [f"{target} = {term} - {target};"]
        return self.r.choice(forms)

    def contraction(self) -> list[str]:
        depth = self.r.choices((1, 2, 3, 4), (0 if self.plain else 2, 4, 9, 2))[0]
        loops = self.make_loops(depth)
        inner = self.r.sample(loops, {1: 1, 2: 1, 3: self.pick(1, 1, 1, 2), 4: self.pick(1, 2)}[depth])
        outer = [loop for loop in loops if loop not in inner]
        batch = [loop for loop in outer if depth == 4 and self.chance(0.5)]
        left, right = [], []
        for loop in outer:
            if loop not in batch:
                (left if self.chance(0.5) and len(left) < 2 else right).append(loop)
        if depth == 3 and len(left) != 1 and len(outer) == 2 and self.chance(0.8):
            left, right = [outer[0]], [outer[1]]
        def order(group: list[Loop]) -> list[Loop]:
            return self.r.sample(group, len(group)) if self.chance(0.5) else [x for x in loops if x in group]
        target, target_at = self.operand("c", order(outer))
        a, a_at = self.operand("a", order(batch + left + inner), self.operand_type())
        b, b_at = self.operand("b", order(batch + right + inner), self.operand_type())
        if self.aliased and self.chance(0.3) and self.type != "short":
            # One array twice: the same name.
            for source, at in ((a, a_at), (b, b_at)):
                if len(at) == target.rank and self.chance(0.5):
                    if source is a:
                        a = target
                    else:
                        b = target
        a_text, b_text = self.at(a, a_at), self.at(b, b_at)
        factors = [a_text, b_text]
        if self.chance(0 if self.plain else 0.12) and self.type not in ("int", "short"):
            factors.append(self.at(*self.operand("d", self.r.sample(loops, 1))))  # three are too many to be raised
        target.written = True
        c_text = self.at(target, target_at)
        term = self.product(factors)
        if not self.plain and self.chance(0.08):
            term = self.call(term)
        body, pre, post, before = [], {}, {}, []
        # Once the target's loops are the outer ones, its element can be kept in a variable.
        depth_of = max([loops.index(loop) for loop in outer], default=-1) + 1
        sums_inside = depth_of < depth
        scalar = sums_inside and self.chance(0.55)
        beta = self.scalar() if self.type in ("double", "float", "unsigned") else None
        if scalar:
            name = self.fresh("s")
            kind = WIDER[self.type] if self.chance(0.2) else self.type
            if self.type == "double" and self.chance(0.05):
                kind = "float"
            start = self.pick("0", "0", "0.0" if self.float_like() else "0", c_text)
            pre[depth_of] = [f"{kind} {name} = {start};"]
            body = [self.accumulate(name, term)]
            ends = [f"{c_text} = {name};"] * 3 + [f"{c_text} += {name};", f"{c_text} -= {name};"]
            if beta and self.type != "unsigned":
                alpha = self.scalar()
                ends += [f"{c_text} = {alpha} * {name} + {beta} * {c_text};", f"{c_text} = {beta} * {c_text} + {name};",
                         f"{c_text} += {alpha} * {name};", f"{c_text} = {name} / {alpha};"]  # fmt: skip
            post[depth_of] = [self.r.choice(ends)]
        else:
            body = [self.accumulate(c_text, term)]
            first = self.pick(f"{c_text} = 0;", f"{c_text} = 0;", f"{c_text} *= {beta};" if beta else "")
            if self.chance(0.55):
                if sums_inside:
                    pre[depth_of] = [first] if first else []
                elif self.chance(0.3) and not any(x.triangle or x.step > 1 for x in inner):
                    tests = " && ".join(f"{x.value} == {x.lo}" for x in inner)
                    body.insert(0, f"if ({tests}) {first or ';'}")
                elif not any(x.triangle for x in outer):
                    before = ["{", *self.nest(outer, [first] if first else [";"]), "}"]
        if self.plain:
            return [*before, *self.nest(loops, body, pre, post)]
        if self.chance(0.1):
            body = [f"if ({self.condition(loops, a_text)}) {{", *body, "}"]
        if self.chance(0.05):
            body.insert(0, f"if ({loops[-1].name} == 13) break;")
        elif self.chance(0.08) and not scalar and self.type not in ("int", "short"):
            body = self.pointers(loops, body, pre, [(a_text, a_at, a), (b_text, b_at, b)])
        elif self.chance(0.05):
            self.invariant(loops, body, pre, a_text, a_at, a)
        return [*before, *self.nest(loops, body, pre, post)]

    def operand_type(self) -> str:
        if self.chance(0.07) and self.type in ("double", "float"):
            return self.pick("float", "double", "short")
        return self.type

    def invariant(self, loops: Sequence[Loop], body: list[str], pre: dict[int, list[str]], text: str,
                  at: list[Index], array: Array) -> None:  # fmt: skip
        """Loads what the innermost loop does not change before it, as programmers do."""
        if any(loops[-1] in index.loops for index in at) or not any(text in line for line in body):
            return
        name = self.fresh("t")
        body[:] = [line.replace(text, name) for line in body]
        pre.setdefault(len(loops) - 1, []).append(f"{array.type} {name} = {text};")

    def pointers(self, loops: Sequence[Loop], body: list[str], pre: dict[int, list[str]],
                 operands: list[tuple[str, list[Index], Array]]) -> list[str]:  # fmt: skip
        """Operands read through pointers that the innermost loop advances."""
        inner = loops[-1]
        if inner.form not in ("for", "while", "do", "for!=", "break", "for<="):
            return body
        after: list[str] = []
        for text, at, array in operands:
            last = at[-1]
            if not last.plain or last.loops != [inner] or any(inner in x.loops for x in at[:-1]):
                continue
            array.slack = True
            name = self.fresh("p")
            moved = Index(last.text.replace(inner.value, f"({inner.begin})", 1), last.tops, last.loops)
            first = self.at(array, [*at[:-1], moved])
            pre.setdefault(len(loops) - 1, []).append(f"const {array.type} *{name} = &{first};")
            single = sum(line.count(text) for line in body) == 1
            if inner.step == 1 and single and not any("if" in line for line in body):
                body = [line.replace(text, f"*{name}++") for line in body]
            else:
                body = [line.replace(text, f"(*{name})") for line in body]
                after.append(f"{name} += {inner.step};")
        return body + after

    def condition(self, loops: Sequence[Loop], text: str) -> str:
        v, w = self.r.choice(loops).value, self.r.choice(loops).value
        return self.pick(f"{v} % 3 != 1", f"({v} + {w}) % 2 == 0", f"{v} < {w}", f"{text} > 0", f"{v} != {w}",
                         f"{text} != 0 && {v} > 2")  # fmt: skip

    def call(self, term: str) -> str:
        name = f"call{self.number}"
        if not self.helpers:
            t = self.type
            body = self.pick("x", "x + x" if t in FLOATS or t == "unsigned" else "x", "x < 0 ? 0 : x")
            mark = self.pick("", "__attribute__((noinline)) ", "inline ")
            self.helpers = f"static {mark}{t} {name}({t} x) {{ return {body}; }}\n"
        return f"{name}({term})"

    def fused(self) -> list[str]:
        """Two statements in one nest: both products of a matrix and a vector, or two products with one operand."""
        loops = self.make_loops(self.pick(2, 2, 3))
        first, second = loops[0], loops[1]
        a, a_at = self.operand("a", [first, second])
        a_text = self.at(a, a_at)
        body: list[str] = []
        for one, other in ((first, second), (second, first)):
            x, y = self.operand("x", [other]), self.operand("y", [one])
            y[0].written = True
            y_text = self.at(*y)
            line = self.accumulate(y_text, self.product([a_text, self.at(*x)]))
            body.append(line)
        if len(loops) == 3:
            d, d_at = self.operand("d", [loops[2], first])
            e, e_at = self.operand("e", [loops[2], second])
            d.written = True
            body.append(self.accumulate(self.at(d, d_at), self.product([a_text, self.at(e, e_at)])))
        if self.chance(0.5):
            self.r.shuffle(body)
        return self.nest(loops, body)

    def convolution(self) -> list[str]:
        spatial = self.make_loops(self.pick(1, 2))
        taps = [self.make_loop(8 if len(spatial) > 1 else 40, [], simple=True) for _ in spatial]
        while self.work([*spatial, *taps]) > 4 * MOST:
            spatial, taps = spatial[:1], taps[:1]
        out, out_at = self.operand("o", spatial)
        weights, weights_at = self.operand("w", taps)
        image = self.array("m", len(spatial))
        at = []
        for s, t in zip(spatial, taps, strict=True):
            stride = self.pick("", "", "2 * ")
            shift = max(0, -s.lo)
            factor = 2 if stride else 1
            text = f"{stride}({s.value} + {shift}) + {t.value}" if shift else f"{stride}{s.value} + {t.value}"
            tops = [factor * (s.last(c) + shift) + t.last(c) for c in range(CALLS)]
            at.append(Index(text, tops, [s, t]))
        out.written = True
        target = self.at(out, out_at)
        term = self.product([self.at(image, at), self.at(weights, weights_at)], plain=0.8)
        loops = [*spatial, *taps]
        if self.chance(0.2):
            free = [x for x in loops if not x.triangle]
            loops = self.r.sample(free, len(free)) if len(free) == len(loops) else loops
        return self.nest(loops, [self.accumulate(target, term)])

    def work(self, loops: Sequence[Loop]) -> int:
        total = 1
        for loop in loops:
            total *= max(1, max(loop.high) - min(loop.low))
        return total

    def elementwise(self) -> list[str]:
        """Stencils, copies and chains, maybe in place: what one iteration stores, others may read."""
        if self.type in ("int", "short"):
            self.type = "unsigned"
        loops = self.make_loops(self.pick(1, 2, 2, 3))
        out, out_at = self.operand("o", self.r.sample(loops, len(loops)))
        out.written = True
        body: list[str] = []
        for _ in range(self.pick(1, 1, 2, 3)):
            texts = []
            for _ in range(self.r.randint(1, 4)):
                same = self.chance(0.35)
                array = out if same else self.array("a", len(loops))
                order = loops if not same else [i.loops[0] if i.loops else loops[0] for i in out_at]
                texts.append(self.at(array, [self.index(loop) for loop in order]))
            value = f" {self.pick('+', '-', '*')} ".join(texts)
            if self.chance(0.4):
                value = f"{self.scalar()} * ({value})"
            if self.chance(0.2):
                value = self.call(value)
            if self.chance(0.2) and self.float_like():
                value = f"fabs({value})" if self.chance(0.5) else f"({value} > 1 ? {texts[0]} : {value})"
            target = self.at(out, out_at)
            line = f"{target} {self.pick('=', '=', '+=', '-=')} {value};"
            body += [f"if ({self.condition(loops, texts[0])})", f"  {line}"] if self.chance(0.15) else [line]
        return self.nest(loops, body)

    def reduction(self) -> list[str]:
        """Greatest, least, product, sum, sum of squares and the like, of rows, columns or all."""
        if self.type in ("int", "short"):
            self.type = "unsigned"
        loops = self.make_loops(self.pick(1, 2, 2, 3))
        inner = self.r.randint(0, len(loops) - 1)
        a, a_at = self.operand("a", self.r.sample(loops, len(loops)))
        x = self.at(a, a_at)
        y, y_at = self.operand("y", loops[:inner])
        y.written = True
        target = self.at(y, y_at)
        name = self.fresh("s")
        kind = WIDER[self.type] if self.chance(0.2) else self.type
        line, start = self.pick(
            (f"if ({x} > {name}) {name} = {x};", "0"), (f"{name} = {x} < {name} ? {x} : {name};", target),
            (f"{name} *= {x};", "1"), (f"{name} += {x};", "0"), (f"{name} += {x} * {x};", "0"),
            (f"{name} += {x} > 0 ? {x} : -{x};", "0"), (f"{name} = {x} - {name};", "0"),
            (f"{name} = {name} * {self.scalar()} + {x};", "0"), (f"{name} += {x} * {target};", "0"),
        )  # fmt: skip
        return self.nest(loops, [line], {inner: [f"{kind} {name} = {start};"]}, {inner: [f"{target} = {name};"]})
