"""C programs that build N-dimensional arrays from loops of allocations, drawn at random.

    allocation_patterns.py --seed 1 --accept 500 --refuse 200 --out FOLDER

ACCEPT: accept-*.c, in each of which `canonicalize-memrefs` must find one array of N dimensions. The first line says of
how many, and of which element type. REFUSE: refuse-*.c, whose array must stay; the first line says why.

Programs take the extents as arguments and print a checksum of the array's elements.
"""

import argparse
import itertools
import random
from pathlib import Path

# C's name, MLIR's, and what a checksum multiplies by.
ELEMENTS = {"float": "f32", "double": "f64", "int": "i32", "unsigned": "i32", "long": "i64", "short": "i16",
            "unsigned char": "i8", "long long": "i64"}
COUNTS = ["int", "int", "int", "long", "size_t", "unsigned"]
LETTERS = "ijklm"


class Program:
    """One program. Everything it may be is drawn here, so that a seed says it all."""

    def __init__(self, rng: random.Random, rank: int | None = None) -> None:
        self.rng = rng
        self.rank = rank or rng.choices([2, 3, 4, 5], [50, 30, 15, 5])[0]
        self.element = rng.choice(list(ELEMENTS))
        self.count = rng.choice(COUNTS)
        self.alias = rng.random() < 0.25
        self.check = rng.choice(["none", "none", "root", "rows", "both"])
        self.wrapper = rng.random() < 0.3
        self.helper = rng.choice(["main", "main", "one", "nested", "out"])
        self.place = rng.choice(["local", "local", "struct", "heap", "global", "static"])
        self.cleared = not self.wrapper and rng.random() < 0.25
        self.aligned = not self.cleared and not self.wrapper and rng.random() < 0.15
        self.frees = rng.choice(["loops", "loops", "helper", "checked", "cleared", "backward", "none"])
        self.separate = self.helper == "main" and self.rank > 2 and rng.random() < 0.3
        self.fixed = [rng.random() < 0.15 for _ in range(self.rank)]
        self.scaled = [rng.random() < 0.15 for _ in range(self.rank)]
        self.lines: list[str] = []

    # Spelling -------------------------------------------------------------------------------------------------------

    def stars(self, level: int) -> str:
        """The type of a pointer to an array of `level` dimensions fewer than all."""
        depth = self.rank - level
        if self.alias and depth in (1, 2):
            return "Row" if depth == 1 else "Matrix"
        return self.element + " " + "*" * depth

    def pointee(self, level: int) -> str:
        return self.element if level == self.rank - 1 else self.stars(level + 1)

    def extent(self, level: int) -> str:
        return f"n{level}"

    def allocation(self, level: int, target: str, extent: str) -> str:
        rng, leaf = self.rng, level == self.rank - 1
        size = rng.choice([f"sizeof({self.pointee(level)})", f"sizeof *{target}", f"sizeof(*({target}))"])
        if self.wrapper:
            call = f"allocate({extent}, {size})"
        elif (leaf and self.cleared) or (not leaf and rng.random() < 0.15):
            call = f"calloc({extent}, {size})"
        else:
            size = rng.choice([f"{extent} * {size}", f"{size} * {extent}", f"(size_t){extent} * {size}",
                               f"{size} * (size_t)({extent})"])
            call = f"aligned_alloc(32, {size})" if leaf and self.aligned else f"malloc({size})"
        return f"({self.stars(level)})" * (rng.random() < 0.6) + call

    def loop(self, counter: str, extent: str, body: list[str], backward: bool = False) -> list[str]:
        rng, kind = self.rng, self.count
        unsigned = kind in ("size_t", "unsigned")
        inside = ["  " + line for line in body]
        if backward and not unsigned:
            head = rng.choice([f"for ({kind} {counter} = {extent} - 1; {counter} >= 0; {counter}--)"])
            return [head + " {", *inside, "}"]
        if backward and kind == "size_t":
            return [f"for ({kind} {counter} = {extent}; {counter}-- > 0;) {{", *inside, "}"]
        form = rng.choice(["for", "for", "plus", "while", "less"]) if kind != "unsigned" else "for"
        if form == "while":
            return ["{", f"  {kind} {counter} = 0;", f"  while ({counter} < {extent}) {{",
                    *["  " + line for line in inside], f"    {counter}++;", "  }", "}"]
        step = {"for": f"{counter}++", "plus": f"{counter} += 1", "less": f"++{counter}"}[form]
        end = f"{extent} > {counter}" if form == "less" else f"{counter} < {extent}"
        return [f"for ({kind} {counter} = 0; {end}; {step}) {{", *inside, "}"]

    def nest(self, levels: range, body: list[str], backward: bool = False) -> list[str]:
        for level in reversed(levels):
            body = self.loop(LETTERS[level], self.extent(level), body, backward)
        return body

    def slot(self, array: str, level: int) -> str:
        """The element of `array` at the first `level` counters."""
        text = array
        for letter in LETTERS[:level]:
            text = f"{text}[{letter}]" if self.rng.random() < 0.85 else f"(*({text} + {letter}))"
        return text

    # Parts ----------------------------------------------------------------------------------------------------------

    def null_check(self, level: int, target: str, failure: str) -> list[str]:
        wanted = {"none": False, "root": level == 0, "rows": level > 0, "both": True}[self.check]
        if not wanted:
            return []
        test = self.rng.choice([f"!{target}", f"{target} == NULL", f"NULL == {target}"])
        return [f"if ({test}) {failure}"]

    def fill(self, level: int, target: str, failure: str) -> list[str]:
        """Allocates `target`, and what its slots point to."""
        lines = [f"{target} = {self.allocation(level, target, self.extent(level))};",
                 *self.null_check(level, target, failure)]
        if level + 1 < self.rank:
            lines += self.loop(LETTERS[level], self.extent(level),
                               self.fill(level + 1, f"{target}[{LETTERS[level]}]", failure))
        return lines

    def fill_separately(self, target: str, failure: str) -> list[str]:
        lines = []
        for level in range(self.rank):
            at = target + "".join(f"[{letter}]" for letter in LETTERS[:level])
            body = [f"{at} = {self.allocation(level, at, self.extent(level))};", *self.null_check(level, at, failure)]
            lines += self.nest(range(level), body)
        return lines

    def free(self, level: int, target: str) -> list[str]:
        lines = []
        if level + 1 < self.rank:
            slot = f"{target}[{LETTERS[level]}]"
            body = self.free(level + 1, slot)
            if self.frees == "cleared":
                body.append(f"{slot} = NULL;")
            lines = self.loop(LETTERS[level], self.extent(level), body, self.frees == "backward")
        last = f"free({target});"
        if self.frees == "checked" and level > 0:
            last = f"if ({target}) {last}"
        return [*lines, last]

    def parameters(self, first: int = 0) -> str:
        return ", ".join(f"{self.count} n{level}" for level in range(first, self.rank))

    def arguments(self, first: int = 0) -> str:
        return ", ".join(f"n{level}" for level in range(first, self.rank))

    def function(self, head: str, body: list[str]) -> None:
        self.lines += [f"static {head} {{", *["  " + line for line in body], "}", ""]

    def failure(self) -> str:
        return self.rng.choice(["exit(3);", '{ fprintf(stderr, "no memory\\n"); exit(3); }'])

    def allocators(self) -> None:
        if self.helper == "one":
            # What fails returns NULL, sometimes from within the loop.
            failure = self.rng.choice([self.failure(), "return NULL;"])
            body = [f"{self.stars(0)} a;", *self.fill(0, "a", failure), "return a;"]
            self.function(f"{self.stars(0)} make({self.parameters()})", body)
        elif self.helper == "out":
            body = [f"{self.stars(0)} a;", *self.fill(0, "a", self.failure()), "*out = a;"]
            self.function(f"void make({self.stars(0)} *out, {self.parameters()})", body)
        elif self.helper == "nested":
            for level in reversed(range(self.rank)):
                body = [f"{self.stars(level)} a = {self.allocation(level, 'a', self.extent(level))};",
                        *self.null_check(level, "a", self.failure())]
                if level + 1 < self.rank:
                    row = f"make{level + 1}({self.arguments(level + 1)})"
                    body += self.loop("i", self.extent(level), [f"a[i] = {row};"])
                name = f"make{level}" if level else "make"
                self.function(f"{self.stars(level)} {name}({self.parameters(level)})", [*body, "return a;"])

    def uses(self, array: str) -> list[str]:
        rng, every = self.rng, range(self.rank)
        mix = " + ".join(f"{letter} * {k}" for letter, k in zip(LETTERS, [7, 3, 5, 11, 2][: self.rank], strict=False))
        lines = self.nest(every, [f"{self.slot(array, self.rank)} = ({self.element})({mix} + 1);"])
        if self.cleared and rng.random() < 0.5:
            lines = []
        elif rng.random() < 0.4:
            self.function(f"void set({self.stars(0)} a, {self.parameters()})",
                          self.nest(every, [f"{self.slot('a', self.rank)} = ({self.element})({mix});"]))
            lines = [f"set({array}, {self.arguments()});"]
        last, row = self.rank - 1, self.slot(array, self.rank - 1)
        letter, end = LETTERS[last], self.extent(last)
        extra = rng.choice(["none", "row", "helper", "memset", "memcpy", "walk"])
        if extra == "row":
            lines += self.nest(range(last), [f"{self.element} *row = {row};",
                                             *self.loop(letter, end, [f"row[{letter}] += 2;"])])
        elif extra == "helper":
            self.function(f"void twice({self.element} *row, {self.count} n)", self.loop("i", "n", ["row[i] *= 2;"]))
            lines += self.nest(range(last), [f"twice({row}, {end});"])
        elif extra == "memset":
            body = [f"if ({LETTERS[0]} % 2 == 1) memset({row}, 0, {end} * sizeof({self.element}));"]
            lines += [f"if ({end} > 0) {{", *self.nest(range(last), body), "}"]
        elif extra == "memcpy":
            first = array + "[0]" * last
            body = [f"if ({LETTERS[0]} > 0) memcpy({row}, {first}, {end} * sizeof({self.element}));"]
            lines += [f"if ({end} > 0) {{", *self.nest(range(last), body), "}"]
        elif extra == "walk":
            lines += self.nest(range(last), [f"{self.element} *p = {row};", *self.loop(letter, end, ["*p++ += 1;"])])
        lines += ["double sum = 0;", *self.nest(every, [f"sum = sum * 0.5 + (double){self.slot(array, self.rank)};"]),
                  'printf("%.17g\\n", sum);']
        return lines

    def open(self) -> tuple[str, list[str]]:
        """How the array is called, and the declarations that need."""
        kind = self.stars(0)
        if self.place == "struct":
            return "s.data", ["struct Holder s;"]
        if self.place == "heap":
            return "s->data", ["struct Holder *s = malloc(sizeof *s);", "if (!s) return 4;"]
        if self.place == "global":
            return "shared", []
        return "a", [f"static {kind} a;" if self.place == "static" else f"{kind} a;"]

    def extents(self) -> list[str]:
        lines = []
        for level in range(self.rank):
            value = f"argc > {level + 1} ? atoi(argv[{level + 1}]) : {self.rng.randint(1, 5)}"
            if self.fixed[level]:
                value = str(self.rng.randint(1, 5))
            if self.aligned and level == self.rank - 1:
                value = f"32 * (argc > {level + 1} && atoi(argv[{level + 1}]) < 3 ? atoi(argv[{level + 1}]) : 2)"
            lines.append(f"{self.count} n{level} = {value};")
            if self.scaled[level] and not self.aligned:
                lines[-1] = f"{self.count} n{level} = ({value}) + 1;"
        return lines

    def prologue(self, comment: str) -> None:
        self.lines = [f"// {comment}", "#include <stdio.h>", "#include <stdlib.h>", "#include <string.h>", ""]
        if self.alias:
            self.lines += [f"typedef {self.element} *Row;", "typedef Row *Matrix;"]
        if self.place in ("struct", "heap"):
            self.lines += [f"struct Holder {{ int tag; {self.stars(0)} data; long extent; }};"]
        if self.place == "global":
            self.lines += [f"static {self.stars(0)} shared;"]
        if self.wrapper:
            self.function("void *allocate(size_t count, size_t size)",
                          ["void *p = malloc(count * size);", "if (p == NULL) exit(3);", "return p;"])

    def allocate(self, array: str) -> list[str]:
        failure = self.rng.choice(["return 3;", self.failure()])
        if self.helper == "main":
            return self.fill_separately(array, failure) if self.separate else self.fill(0, array, failure)
        if self.helper == "out":
            if self.place in ("struct", "heap", "global", "static"):
                return [f"{self.stars(0)} t;", f"make(&t, {self.arguments()});", f"{array} = t;"]
            return [f"make(&{array}, {self.arguments()});"]
        lines = [f"{array} = make({self.arguments()});"]
        return lines + [f"if (!{array}) return 3;"] * (self.helper == "one")

    def release(self, array: str) -> list[str]:
        if self.frees == "none":
            return []
        if self.frees == "helper":
            self.function(f"void release({self.stars(0)} a, {self.parameters()})", self.free(0, "a"))
            return [f"release({array}, {self.arguments()});"]
        return self.free(0, array)

    def main(self, body: list[str]) -> str:
        self.lines += ["int main(int argc, char **argv) {", *["  " + line for line in [*self.extents(), *body]],
                       "  return 0;", "}"]
        return "\n".join(self.lines) + "\n"


def accepted(rng: random.Random) -> str:
    program = Program(rng)
    program.prologue(f"ACCEPT {program.rank} {ELEMENTS[program.element]} {program.count}")
    program.allocators()
    array, declarations = program.open()
    body = [*declarations, *program.allocate(array), *program.uses(array), *program.release(array)]
    if program.place == "heap" and program.frees != "none":
        body.append("free(s);")
    return program.main(body)


REFUSED = {
    "jagged": "rows of different length",
    "swapped": "two rows change places",
    "shared": "two slots have one row",
    "stored": "a row's pointer is stored elsewhere",
    "interior": "a pointer into a row is stored elsewhere",
    "escapes": "a row's pointer is passed to a function that is not known",
    "printed": "a row's pointer is printed",
    "compared": "two rows' pointers are compared",
    "realloc-row": "a row is reallocated",
    "realloc-root": "the array is reallocated",
    "partial": "half of the rows are freed",
    "early": "a row is freed early",
    "again": "a row is freed and allocated again",
    "conditional": "some slots have no row",
    "step": "every other slot has no row",
    "broken": "the loop is left early",
    "block": "the rows are parts of one allocation",
    "returned": "the array is returned to who is not known",
    "integer": "a row's pointer becomes an integer",
    "types": "elements are accessed as two types",
    "root-only": "the array is freed, its rows are not",
    "rows-only": "the rows are freed, the array is not",
    "asked": "a row is compared with NULL where it may be freed",
}


def refused(rng: random.Random, kind: str) -> str:
    program = Program(rng, rank=2)
    program.wrapper = program.aligned = program.cleared = False
    program.count, program.place, program.alias = "int", rng.choice(["local", "struct"]), False
    program.helper = program.check = "none"
    program.fixed, program.scaled = [False, False], [True, True]
    program.prologue(f"REFUSE {kind}: {REFUSED[kind]}")
    array, declarations = program.open()
    kind_of = program.element
    row = program.allocation(1, f"{array}[0]", "n1")
    root = program.allocation(0, array, "n0")
    clean = [f"for (int i = 0; i < n0; i++) free({array}[i]);", f"free({array});"]
    fill = [f"{array}[i] = {row};"]
    head, after, use_rows, length = "for (int i = 0; i < n0; i++)", [], "n0", "n1"
    more: list[str] = []
    if kind == "jagged":
        length = rng.choice(["i + 1", "n1 + i", "n1 - i % 2", "i % 3 + 1"])
        fill = [f"{array}[i] = malloc(({length}) * sizeof({kind_of}));"]
    elif kind == "swapped":
        after = [f"{kind_of} *t = {array}[0];", f"{array}[0] = {array}[n0 - 1];", f"{array}[n0 - 1] = t;"]
    elif kind == "shared":
        after = [f"free({array}[n0 - 1]);", f"{array}[n0 - 1] = {array}[0];"]
        clean = [f"for (int i = 0; i < n0 - 1; i++) free({array}[i]);", f"free({array});"]
    elif kind == "stored":
        program.lines.append(f"{kind_of} *seen;")
        after = [f"seen = {array}[{rng.choice(['0', 'n0 - 1'])}];"]
    elif kind == "interior":
        program.lines.append(f"{kind_of} *seen;")
        after = [f"seen = {rng.choice([f'&{array}[0][n1 - 1]', f'{array}[n0 - 1] + 1'])};"]
    elif kind == "escapes":
        program.lines.append(f"void look({kind_of} *row, int n);")
        program.lines.append(f"__attribute__((noinline)) void look({kind_of} *row, int n) {{ row[n - 1] += 1; }}")
        after = [f"look({array}[n0 - 1], n1);"]
    elif kind == "printed":
        after = [f'fprintf(stderr, "%p\\n", (void *){array}[0]);']
    elif kind == "compared":
        after = [f'printf("%d\\n", {array}[0] {rng.choice(["==", "!="])} {array}[n0 - 1]);']
    elif kind == "realloc-row":
        after = [f"{array}[0] = realloc({array}[0], (n1 + 4) * sizeof({kind_of}));"]
    elif kind == "realloc-root":
        after = [f"{array} = realloc({array}, (n0 + 4) * sizeof({kind_of} *));"]
    elif kind == "partial":
        clean = [f"for (int i = 0; i < {rng.choice(['n0 / 2', 'n0 - 1'])}; i++) free({array}[i]);", f"free({array});"]
    elif kind == "early":
        use_rows = "n0 - 1"
        after = [f"free({array}[n0 - 1]);"]
        clean = [f"for (int i = 0; i < n0 - 1; i++) free({array}[i]);", f"free({array});"]
    elif kind == "again":
        after = [f"free({array}[0]);", f"{array}[0] = {row};", f"for (int j = 0; j < n1; j++) {array}[0][j] = j;"]
    elif kind == "conditional":
        fill = [f"if (i < n0 - 1) {array}[i] = {row};"]
        use_rows = "n0 - 1"
        clean = [f"for (int i = 0; i < n0 - 1; i++) free({array}[i]);", f"free({array});"]
    elif kind == "step":
        head = "for (int i = 0; i < n0; i += 2)"
        clean = [f"for (int i = 0; i < n0; i += 2) free({array}[i]);", f"free({array});"]
    elif kind == "broken":
        fill.append("if (i == n0 - 2) break;")
        use_rows = "n0 - 1"
        clean = [f"for (int i = 0; i < n0 - 1; i++) free({array}[i]);", f"free({array});"]
    elif kind == "block":
        fill = [f"{array}[i] = i == 0 ? {row.replace('n1', 'n0 * n1')} : {array}[0] + i * n1;"]
        clean = [f"free({array}[0]);", f"free({array});"]
    elif kind == "returned":
        program.lines.append(f"{kind_of} **keep({kind_of} **a);")
        program.lines.append(f"__attribute__((noinline)) {kind_of} **keep({kind_of} **a) {{ return a; }}")
        after = [f"{array} = keep({array});"]
    elif kind == "integer":
        after = [f'printf("%d\\n", (int)((unsigned long){array}[0] % 8));']
    elif kind == "types":
        after = [f"((char *){array}[0])[0] = 1;" if kind_of != "unsigned char" else f"((short *){array}[0])[0] = 1;"]
    elif kind == "root-only":
        clean = [f"free({array});"]
    elif kind == "rows-only":
        clean = clean[:1]
    elif kind == "asked":
        slot = rng.choice([f"{array}[i]", f"{array}[0]", f"{array}[n0 - 1 - i]"])
        ask = f'if ({slot}) printf("%d is there\\n", i);'
        clear = [f"free({array}[i]);", f"{array}[i] = NULL;"]
        way = [f"if (argc != 3) for (int i = 0; i < n0; i++) {{ {' '.join(clear)} }}",
               f"if (argc == 2) {{ free({array}); return 5; }}", f"for (int i = 0; i < n0; i++) {ask}"]
        inside = [f"for (int i = 0; i < n0; i++) {{ {' '.join(clear)} {ask} }}", f"free({array});"]
        clean = rng.choice([way, inside])
    step = "i += 2" if kind == "step" else "i++"
    value = "i * 7 + j"
    body = [*declarations, f"{array} = {root};", head + " {", *["  " + line for line in fill], "}",
            f"for (int i = 0; i < {use_rows}; {step})", f"  for (int j = 0; j < {length}; j++)",
            f"    {array}[i][j] = ({kind_of})({value});", *after, *more, "double sum = 0;",
            f"for (int i = 0; i < {use_rows}; {step})", f"  for (int j = 0; j < {length}; j++)",
            f"    sum = sum * 0.5 + (double){array}[i][j];", 'printf("%.17g\\n", sum);', *clean]
    return program.main(body)


def generate(seed: int, accept: int, refuse: int, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for i in range(accept):
        (out / f"accept-{i}.c").write_text(accepted(random.Random(f"{seed}-accept-{i}")))
    kinds = itertools.cycle(REFUSED)
    for i in range(refuse):
        (out / f"refuse-{i}.c").write_text(refused(random.Random(f"{seed}-refuse-{i}"), next(kinds)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--accept", type=int, default=10)
    parser.add_argument("--refuse", type=int, default=10)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    generate(options.seed, options.accept, options.refuse, options.out)
