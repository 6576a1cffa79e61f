"""Checks the k loops in assembly on standard input: `loops.py FMAS PREFETCHES` wants loops of exactly so many fused
multiply-adds and at least so many prefetches, and in all loops of 12 or more no access to the stack and no call."""

import re
import sys

fmas, prefetches = map(int, sys.argv[1:])
labels, loops = {}, []
lines = sys.stdin.read().splitlines()
for number, line in enumerate(lines):
    if label := re.match(r"(\.?\w+):", line):
        labels[label[1]] = number
    jump = re.match(r"\s+j\w+\s+(\.?\w+)", line)
    if jump and jump[1] in labels:
        body = lines[labels[jump[1]] : number + 1]
        if not any(re.match(r"\s+j\w+\s", inner) for inner in body[:-1]):  # innermost
            loops.append(body)


def count(body, pattern):
    return sum(bool(re.search(pattern, line)) for line in body)


found = 0
for body in loops:
    own = count(body, r"\tvfmadd\S+\s.*%[yz]mm")
    if own < 12:
        continue
    found += own == fmas and count(body, r"\tprefetch") >= prefetches
    if count(body, r"\(%rsp|\tcall"):
        sys.exit("a k loop uses the stack:\n" + "\n".join(body))
if not found:
    sys.exit(f"no loop of {fmas} multiply-adds and {prefetches} prefetches")
