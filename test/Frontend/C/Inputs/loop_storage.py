# ===- loop_storage.py - where arrays of kernels are ----------------------===#
#
# Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
#
# ===-----------------------------------------------------------------------===#
"""How the arrays of a kernel are declared, accessed and passed: the text of the function and of its calls."""

from __future__ import annotations

import random
from typing import Any

from loop_parts import CALLS, Array, Index, Loop, Size


class Storage:
    """What a kernel has; `finish` decides where its arrays are, and writes its text."""

    r: random.Random
    number: int
    plain: bool
    aliased: bool
    top_counters: bool
    type: str
    helpers: str
    arrays: list[Array]
    sizes: list[Size]
    loops: list[Loop]
    scalars: list[str]
    text: str
    main: str

    def chance(self, probability: float) -> bool:
        return self.r.random() < probability

    def pick(self, *items: Any) -> Any:
        return self.r.choice(items)

    def finish(self, lines: list[str]) -> None:
        for array in self.arrays:
            self.place(array)
        self.overlap()
        text = "\n".join("  " + line for line in lines)
        for number, array in enumerate(self.arrays):
            for use, indices in enumerate(array.uses):
                token = f"@{number}:{use}@"
                while token in text:
                    text = text.replace(token, self.render(array, indices), 1)
        self.write(text)

    def place(self, array: Array) -> None:
        dynamic = [s for s in self.sizes if s.kind != "literal"]
        kinds = {"flat": 8, "vla": 6 if array.rank > 1 else 2, "static": 4, "global": 2, "rows": 1}
        kinds |= {"struct": 1, "local": 1}
        if array.rank == 1:
            kinds["rows"] = 0
        if self.aliased:
            kinds.update({"global": 1, "rows": 0, "struct": 0, "local": 0})
        indexed = [loop for use in array.uses for index in use for loop in index.loops]
        if self.plain and array.rank > 1 and any(loop.size not in dynamic for loop in indexed):
            kinds["flat"] = 1  # its rows would be of a literal length, which hides where they end
        array.storage = self.r.choices(list(kinds), list(kinds.values()))[0]
        uses = array.uses or [[Index("0", [0] * CALLS, [])] * array.rank]
        narrow = array.storage == "flat" and array.rank > 1 and self.chance(0.08 if self.plain else 0.2)
        for dim in range(array.rank):
            need = [max(use[dim].tops[c] for use in uses) + 1 for c in range(CALLS)]
            related = [i.size for use in uses for i in use[dim].loops if i.size in dynamic]
            usable = [s for s in related or dynamic if min(s.values) >= 0 and max(s.values) <= max(need) + 70]
            if array.storage in ("flat", "vla", "local") and usable and self.chance(0.92 if self.plain else 0.7):
                size = self.r.choice(usable)
                extra = max(need[c] - size.values[c] for c in range(CALLS))
                extra = max(extra, 1 - min(size.values))
                if narrow and dim and extra >= 0:
                    extra = max(1 - min(size.values), extra - self.r.randint(1, 4))
                values = [v + extra for v in size.values]
                sign = "+" if extra > 0 else "-"
                dimension = size.text if not extra else f"({size.text} {sign} {abs(extra)})"
            else:
                most = max(need) + self.pick(0, 0, 1, 3)
                if narrow and dim:
                    most = self.r.randint(1, max(1, most - 1))
                values, dimension = [most] * CALLS, str(most)
            array.dims.append((dimension, values))
        sizes = []
        for call in range(CALLS):
            whole = 1
            for _, values in array.dims:
                whole *= values[call]
            for use in uses:
                flat = 0
                for dim, index in enumerate(use):
                    flat = flat * array.dims[dim][1][call] + index.tops[call]
                whole = max(whole, flat + 1)
            sizes.append(whole)
        array.capacity = max(sizes) + (200 if array.slack and array.storage in ("flat", "vla", "static") else 0)

    def overlap(self) -> None:
        """Which arrays are one buffer in `main`, and where they begin in it."""
        passed = [a for a in self.arrays if a.storage in ("flat", "vla", "static")]
        for array in passed:
            array.base = f"b{self.number}_{array.name}"
        if not self.aliased:
            return
        targets = [a for a in passed if a.written]
        for array in passed:
            alone = {o.name for o in passed if o.base == f"b{self.number}_{o.name}"}
            others = [o for o in targets if o is not array and o.type == array.type and o.name in alone]
            if others and self.chance(0.6) and array.name in alone:
                if any(a is not array and a.base == array.base for a in passed):
                    continue
                array.base = others[0].base
                row = array.dims[-1][1][0]
                array.offset = self.pick(0, 0, 1, 3, row, 2 * row, 8, others[0].capacity // 2, others[0].capacity)

    def render(self, array: Array, indices: list[Index]) -> str:
        name = array.name
        if array.storage == "global":
            name = f"g{self.number}_{name}"
        if array.storage == "struct":
            name = f"{name}->m"
        subscripts = [index.text for index in indices]
        if array.storage != "flat":
            return name + "".join(f"[{s}]" for s in subscripts)
        wrapped = [s if " " not in s else f"({s})" for s in subscripts]
        dims = [text for text, _ in array.dims]
        if array.rank == 1:
            return self.pick(f"{name}[{subscripts[0]}]", f"{name}[{subscripts[0]}]", f"(*({name} + {wrapped[0]}))")
        flat = wrapped[0]
        for dim in range(1, array.rank):
            flat = f"{flat if dim == 1 else f'({flat})'} * {dims[dim]} + {wrapped[dim]}"
        head = flat[: flat.rindex(" + " + wrapped[-1])]
        return self.pick(f"{name}[{flat}]", f"{name}[{flat}]", f"{name}[{wrapped[-1]} + {head}]",
                         f"(*({name} + {flat}))", f"({name} + {head})[{wrapped[-1]}]")  # fmt: skip

    def write(self, text: str) -> None:
        n = self.number
        self.text = f"\n// kernel {n}: {self.type}{', arrays may overlap' if self.aliased else ''}\n"
        self.text += self.helpers
        parameters: list[str] = []
        values: list[list[str]] = [[] for _ in range(CALLS)]
        setup: list[list[str]] = [[] for _ in range(CALLS)]
        for size in dict.fromkeys(s.text for s in self.sizes if s.kind != "literal"):
            found = next(s for s in self.sizes if s.text == size)
            plain = size.strip("(*)")
            if found.kind == "global":
                self.text += f"{self.pick('', 'static ')}{found.type} {plain};\n"
            elif found.kind == "pointer":
                parameters.append(f"{self.pick('', 'const ')}{found.type} *{plain}")
                self.text += f"static {found.type} s{n}_{plain};\n"
            else:
                parameters.append(f"{found.type} {plain}")
            for call in range(CALLS):
                if found.kind == "param":
                    values[call].append(str(found.values[call]))
                else:
                    place = plain if found.kind == "global" else f"s{n}_{plain}"
                    setup[call].append(f"{place} = {found.values[call]};")
                    values[call] += [f"&{place}"] if found.kind == "pointer" else []
        for name in self.scalars:
            parameters.append(f"{self.type} {name}")
            for call in range(CALLS):
                values[call].append(self.pick("1.25", "-0.5", "0.1", "1", "0", "3"))
        tell: list[tuple[str, str, int]] = []  # the type, the address and the number of elements
        inside_first: list[str] = []
        inside_last: list[str] = []
        restrict = "" if self.aliased or self.chance(0.5) else "restrict "
        buffers: dict[str, tuple[str, int]] = {}
        for array in self.arrays:
            const = "const " if not array.written and self.chance(0.3) else ""
            dims = [dimension for dimension, _ in array.dims]
            tail = "".join(f"[{d}]" for d in dims[1:])
            kind = array.type.replace(" ", "_")
            if array.storage in ("flat", "vla", "static"):
                _, least = buffers.get(array.base, ("", 0))
                buffers[array.base] = (array.type, max(least, array.offset + array.capacity))
                if array.storage == "flat" or array.rank == 1:
                    parameters.append(f"{const}{array.type} *{restrict}{array.name}")
                elif restrict or self.chance(0.4):
                    parameters.append(f"{const}{array.type} (*{restrict}{array.name}){tail}")
                else:
                    head = dims[0] if array.storage == "vla" or self.chance(0.5) else ""
                    parameters.append(f"{const}{array.type} {array.name}[{head}]{tail}")
                address = f"({array.base} + {array.offset})" if array.offset else array.base
                for call in range(CALLS):
                    values[call].append(f"(void *){address}")
                continue
            shape = "".join(f"[{d}]" for d in dims)
            zero = "[0]" * array.rank
            count = array.capacity
            if array.storage == "local":
                sizes = " * ".join(dims)
                inside_first.append(f"{array.type} {array.name}{shape};")
                inside_first.append(f"fill_{kind}(&{array.name}{zero}, {sizes}, {self.pick(0, 1)});")
                inside_last += [f"see_{kind}(&{array.name}{zero}, {sizes});"]
                continue
            place = f"g{n}_{array.name}"
            if array.storage == "global":
                self.text += f"{self.pick('', 'static ')}{array.type} {place}{shape};\n"
                flat = f"&{place}{zero}"
            elif array.storage == "struct":
                self.text += f"struct s{n}_{array.name} {{ char c; {array.type} m{shape}; }};\n"
                self.text += f"static struct s{n}_{array.name} {place};\n"
                parameters.append(f"struct s{n}_{array.name} *{array.name}")
                for call in range(CALLS):
                    values[call].append(f"&{place}")
                flat = f"&{place}.m{zero}"
            else:
                whole = array.dims[0][1][0]
                rest = count // whole if array.rank > 1 else 1
                stars = "*" * array.rank
                if array.rank == 2:
                    self.text += f"static {array.type} {place}_data[{count}], *{place}[{whole}];\n"
                    for call in range(CALLS):
                        setup[call].append(f"for (int i = 0; i < {whole}; i++) {place}[i] = {place}_data + i * {rest};")
                        values[call].append(place)
                    parameters.append(f"{array.type} {stars}{array.name}")
                else:
                    inner = "".join(f"[{d}]" for d in dims[2:])
                    self.text += f"static {array.type} {place}_data[{whole}]{tail}, (*{place}[{whole}]){inner};\n"
                    for call in range(CALLS):
                        setup[call].append(f"for (int i = 0; i < {whole}; i++) {place}[i] = {place}_data[i];")
                        values[call].append(place)
                    parameters.append(f"{array.type} (**{array.name}){inner}")
                flat = f"(({array.type} *){place}_data)"
            tell.append((kind, flat, count))
        for base, (type_, count) in buffers.items():
            self.text += f"static {type_} {base}[{count}];\n"
            tell.append((type_.replace(" ", "_"), base, count))
        if self.top_counters:
            inside_first += [f"{loop.type} {loop.name} = 0;" for loop in self.loops]
            if self.chance(0.5):
                inside_last += [f"counters += {loop.name};" for loop in self.loops]
        mark = self.pick("", "static ", "__attribute__((noinline)) ", "static __attribute__((noinline)) ")
        first = "".join(f"  {line}\n" for line in inside_first)
        last = "".join(f"  {line}\n" for line in inside_last)
        self.text += f"{mark}void kernel{n}({', '.join(parameters) or 'void'}) {{\n{first}{text}\n{last}}}\n"
        kind_of_data = self.r.choices(range(5), (5, 6, 2, 2, 2))[0]
        self.main = f"  state = {self.r.randrange(1 << 30)};\n"
        for call in range(CALLS):
            self.main += "  hash = counters = 0;\n"
            for kind, place, count in tell:
                data = kind_of_data if kind in ("float", "double", "unsigned") else 0
                self.main += f"  fill_{kind}({place}, {count}, {data});\n"
            self.main += "".join(f"  {line}\n" for line in setup[call])
            self.main += f"  kernel{n}({', '.join(values[call])});\n"
            for kind, place, count in tell:
                self.main += f"  see_{kind}({place}, {count});\n"
            self.main += f'  printf("kernel {n} call {call}: %016lx %ld\\n", hash, counters);\n'
