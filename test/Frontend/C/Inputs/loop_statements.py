# ===- loop_statements.py - nests of C with more than one product ---------===#
#
# Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
#
# ===-----------------------------------------------------------------------===#
"""Nests of loop_kernels.py that contract beside other statements, sum two products at once, or have several sums.

What stands beside often uses the array that is summed: its mirrored element, the next one, the row below. Some may be
done for all elements after the sums, some may not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loop_parts import CALLS, Index, Loop

if TYPE_CHECKING:
    from loop_kernels import Kernel

EXTENT = 38  # of each of three loops


def make_loops(k: Kernel) -> list[Loop]:
    """Rows, columns and steps of the sum; triangles often."""
    row = k.make_loop(EXTENT, [], simple=True)
    column, step = k.make_loop(EXTENT, [], simple=True), k.make_loop(EXTENT, [], simple=True)
    if k.chance(0.4):
        k.bound(column, row)
    if k.chance(0.35):
        k.bound(step, row)
    return [row, column, step]


def shifted(loop: Loop, by: int) -> Index:
    text = f"{loop.value} + {by}" if by else loop.value
    return Index(text, [loop.last(c) + by for c in range(CALLS)], [loop], plain=True)


def either_way(k: Kernel, one: Loop, other: Loop) -> list[Index]:
    return k.r.sample([shifted(one, 0), shifted(other, 0)], 2)


def beside(k: Kernel) -> list[str]:
    """Rows of a covariance or of a triangular product, and what else is done in the same loop."""
    if not k.float_like():
        k.type = "unsigned"
    row, column, step = make_loops(k)
    at = k.pick(0, 0, 0, 0, 1)  # where in its row the sum is
    target = k.array("c", 2)
    target.written = True
    sum_ = k.at(target, [shifted(row, 0), shifted(column, at)])
    other, other_at = k.operand("d", [row, column])
    other.written = True
    other_text = k.at(other, other_at)
    a, b = k.array("a", 2), k.array("b", 2)
    if k.chance(0.3):
        b = target
    elif k.chance(0.1):
        a = target
    factors = [k.at(a, either_way(k, row, step)), k.at(b, either_way(k, column, step))]
    mirrored = k.at(target, [shifted(column, at), shifted(row, 0)])
    near = k.at(target, [shifted(row, k.pick(0, 0, 1)), shifted(column, k.pick(0, 1, 2))])
    scalar = k.scalar()
    after = [f"{sum_} /= {scalar};", f"{sum_} = {scalar} * {sum_};", f"{mirrored} = {sum_};", f"{mirrored} += {sum_};",
             f"{near} = {other_text};", f"{near} *= {scalar};", f"{other_text} = {sum_};",
             f"{sum_} += {near};", f"{other_text} = {near} - {other_text};"]  # fmt: skip
    if k.chance(0.15):
        after.append(f"if ({sum_} > 2) {sum_} = 2;")
    before = k.pick([f"{sum_} = 0;"], [f"{sum_} = 0;"], [f"{sum_} *= {scalar};"], [], [f"{near} = {scalar};"])
    post = k.r.sample(after[:3] if k.chance(0.4) else after, k.pick(1, 1, 2, 3))
    sums = k.nest([step], [k.accumulate(sum_, k.product(factors, plain=0.8))])
    return k.nest([row, column], [*before, *sums, *post])


def two_products(k: Kernel) -> list[str]:
    """`c += a * b + d * e`, as in a symmetric update of rank 2k."""
    if not k.float_like() and k.chance(0.7):
        k.type = k.pick("double", "float")
    row, column, step = make_loops(k)
    target, target_at = k.operand("c", [row, column])
    target.written = True
    sum_ = k.at(target, target_at)
    a, b = k.array("a", 2), k.array("b", 2)
    of_rows, of_columns = either_way(k, row, step), either_way(k, column, step)
    second = (b, a) if k.chance(0.7) and of_rows[0].loops[0] is row and of_columns[0].loops[0] is column else None
    if not second:
        second = (k.array("d", 2), k.array("e", 2))
    products = [[k.at(a, of_columns), k.at(b, of_rows)], [k.at(second[0], of_columns), k.at(second[1], of_rows)]]
    if k.chance(0.15):
        products.append([k.at(*k.operand("f", [row, step])), k.at(*k.operand("g", [column, step]))])
    if k.chance(0.4):
        scalar = k.scalar()
        texts = [f"{x} * {scalar} * {y}" for x, y in products]
    else:
        texts = [k.product(factors, plain=0.8) for factors in products]
    term = texts[0] + "".join(f" {k.pick('+', '+', '+', '-')} {text}" for text in texts[1:])
    if k.chance(0.1):
        term = f"({term})"
    inner = [column, step] if step.triangle or column.triangle or k.chance(0.5) else [step, column]
    if k.chance(0.4) and not step.triangle:
        inner = [step, column]
    if inner[-1] is step and k.chance(0.4):
        name = k.fresh("s")
        body = [f"{k.type} {name} = {k.pick('0', sum_)};", *k.nest([step], [k.accumulate(name, term)]),
                f"{sum_} = {name};"]  # fmt: skip
        return k.nest([row, column], body)
    return k.nest([row, *inner], [k.accumulate(sum_, term)])


def several(k: Kernel) -> list[str]:
    """Sums and updates in one loop, as in a product with half of a symmetric matrix."""
    if not k.float_like():
        k.type = "unsigned"
    row, column, step = make_loops(k)
    a, b, updated = k.array("a", 2), k.array("b", 2), k.array("c", 2)
    updated.written = True
    of_rows, of_columns = either_way(k, row, step), either_way(k, column, step)
    here = either_way(k, row, column)
    before, body, after = [], [], []
    for number in range(k.pick(2, 2, 2, 3, 3)):
        factor = k.at(a, of_rows)
        if number == 0 or k.chance(0.2):
            target = k.array("d", 2) if number and k.chance(0.5) else updated
            target.written = True
            term = [k.at(b, here), factor]
            body.append(k.accumulate(k.at(target, of_columns), k.product(term, plain=0.7)))
            continue
        # What is summed is often what is updated, or its neighbour.
        source = k.pick(b, b, updated, None) or k.array("e", 2)
        near = [shifted(step, k.pick(0, 0, 1)), shifted(column, 0)]
        term = [factor, k.at(source, of_columns if k.chance(0.85) else near)]
        result = k.pick(updated, updated, b, None, None, None, None) or k.array("f", 2)
        result.written = True
        result_text = k.at(result, here)
        if k.chance(0.15):
            body.append(k.accumulate(result_text, k.product(term)))
            continue
        name, scalar = k.fresh("s"), k.scalar()
        before.append(f"{k.type} {name} = {k.pick('0', '0', scalar, result_text)};")
        body.append(k.accumulate(name, k.product(term, plain=0.7)))
        after.append(k.pick(f"{result_text} = {name};", f"{result_text} += {name};",
                            f"{result_text} = {scalar} * {result_text} + {scalar} * {name};"))  # fmt: skip
    k.r.shuffle(body)
    return k.nest([row, column], [*before, *k.nest([step], body), *after])
