"""Checks the programs of allocation_patterns.py.

    allocation_check.py FOLDER

Accepted ones have one memref of the right rank and element type after `canonicalize-memrefs` and call no allocator any
more; refused ones have none and a remark. All print, under AddressSanitizer, with the pass (-O1) and without it (-O0),
what they print when Clang compiles them, for several extents.
"""

import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# ASan's run-time library is GCC's; negative extents make allocations fail, as without it.
ENVIRONMENT = {**os.environ, "ASAN_OPTIONS": "allocator_may_return_null=1:detect_leaks=0"}
SIZES = [[], ["3", "2", "4", "2", "3"], ["1", "1", "1", "1", "1"], ["2", "0", "3", "1", "2"], ["0", "5", "2", "2", "2"]]
NEGATIVE = [["-1", "3", "2", "2", "2"], ["3", "-2", "2", "2", "2"], ["0", "-1", "2", "2", "2"]]
ALLOCATORS = ("malloc", "calloc", "aligned_alloc", "free")


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, errors="replace", env=ENVIRONMENT, timeout=120)


def check_ir(path: Path, text: str) -> list[str]:
    imported = path.with_suffix(".mlir")
    step = run("lexon-import-c", str(path), "-w", "-O0", "-g", "-S", "-o", str(imported))
    if step.returncode:
        return ["not imported: " + step.stderr]
    result = run("lexon-opt", str(imported), "--pipeline=c", "--stop-after=canonicalize-memrefs",
                 "--remarks-filter=canonicalize-memrefs", "-o", str(path.with_suffix(".after.mlir")))
    if result.returncode:
        return ["lexon-opt: " + result.stderr[:2000]]
    after = path.with_suffix(".after.mlir").read_text()
    remarks = [line for line in result.stderr.splitlines() if "remark:" in line]
    allocations = re.findall(r"memref\.alloc\(.*: (memref<.*>)", after)
    first = text.splitlines()[0].split()
    if first[1] == "REFUSE":
        errors = [f"has a memref: {', '.join(allocations)}"] if allocations else []
        if not any("stays an array of pointers" in line or "stays a pointer" in line for line in remarks):
            errors.append("no remark says why it stays")
        return errors
    rank, element = int(first[2]), first[3]
    shape = re.compile(rf"memref<([0-9?]+x){{{rank}}}{element}>")
    errors = []
    if len(allocations) != 1 or not shape.fullmatch(allocations[0]):
        errors.append(f"expected one memref of {rank} dimensions of {element}, has {allocations}")
    for name in ALLOCATORS:
        if re.search(rf"call @{name}\(", after):
            errors.append(f"still calls {name}")
    passed = [line for line in remarks if "[Passed]" in line]
    if len(passed) != 1:
        errors.append(f"{len(passed)} arrays turned, says the compiler")
    return errors + [line for line in remarks if errors and "[Missed]" in line]


def check_runs(path: Path, text: str) -> list[str]:
    reference = path.with_suffix(".clang")
    built = run("clang-22", "-w", "-O1", str(path), "-o", str(reference))
    if built.returncode:
        return ["clang: " + built.stderr]
    sizes = list(SIZES) if "ACCEPT" in text else SIZES[:2]
    # What unsigned counts make of negative numbers is gigabytes, which some machines have.
    if "ACCEPT" in text and text.splitlines()[0].split()[-1] in ("int", "long"):
        sizes += NEGATIVE
    expected = [run(str(reference), *arguments) for arguments in sizes]
    errors = []
    for level in ("-O0", "-O1"):
        program, unit = path.with_suffix(f".{level}"), path.with_suffix(f".{level}.o")
        built = run("lexon-cc", "-w", "-g", level, "-fsanitize=address", "-c", str(path), "-o", str(unit))
        if built.returncode == 0:
            built = run("gcc", "-fsanitize=address", str(unit), "-o", str(program))
        if built.returncode:
            errors.append(f"{level}: {built.stderr[:2000]}")
            continue
        for arguments, wanted in zip(sizes, expected, strict=True):
            found = run(str(program), *arguments)
            if (found.stdout, found.returncode) != (wanted.stdout, wanted.returncode):
                errors.append(f"{level}, arguments {arguments}: exit code {found.returncode}, Clang's "
                              f"{wanted.returncode}; {found.stdout!r}, Clang's {wanted.stdout!r}; {found.stderr[:600]}")
    return errors


def check(path: Path) -> tuple[Path, list[str]]:
    text = path.read_text()
    return path, check_ir(path, text) + check_runs(path, text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    programs = sorted(options.folder.glob("*.c"))
    failed = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for path, errors in pool.map(check, programs):
            for error in errors:
                print(f"{path.name}: {error}")
            failed += bool(errors)
    accepted = sum(path.name.startswith("accept") for path in programs)
    print(f"{accepted} accepted, {len(programs) - accepted} refused, {failed} failed")
    sys.exit(1 if failed or not programs else 0)
