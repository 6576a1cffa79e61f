# RUN: %python %s
"""Who may include whom (docs/architecture.md, "Layers")."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "Inputs"))
from tree import files, finish, read

# From bottom to top. A folder may include those of lower rows and itself; folders of one row do not know each other.
ROWS = [
    [r"Target/Info"],
    [r"Support"],
    [r"Dialect/\w+/IR"],
    [r"Analysis"],
    [r"Kernel"],
    [r"Dialect/(\w+)/Transforms", r"Bf16", r"Structured", r"Transforms"],
    [r"Conversion", r"Math", r"Memory", r"Reducer", r"Threads"],
    [r"Pipelines|InitAll\.h", r"Frontend/C", r"Target/LLVMIR", r"Target/Object", r"Target/Header"],
    [r"tools"],
]
# The runtime stands apart: it uses the C++ library and the CPU facts.
RUNTIME_MAY_USE = ("Runtime/", "Target/Info/")
WITHOUT_LLVM = ("Runtime/", "Target/Info/")
WITH_CLANG = ("Frontend/C/", "tools/lexon-cc/", "tools/lexon-import-c/")
NO_DIALECTS = ("Support/",)


def place(path: str) -> tuple[int, str] | None:
    """Row and folder group of a path that starts below include/lexon, lib or at tools."""
    for row, groups in enumerate(ROWS):
        for group in groups:
            match = re.match(f"(?:{group})(?:/|$)", path)
            if match:
                return row, group + "".join(name or "" for name in match.groups())
    return None


def check(own: str, included: str) -> str | None:
    """What is wrong with `own` including `included` (as written), or nothing."""
    if included.startswith("../"):
        return "leaves its folder"
    if included.startswith(("mlir/", "llvm/", "clang/")) and own.startswith(WITHOUT_LLVM):
        return "this folder does without LLVM and MLIR"
    if included.startswith("clang/") and not own.startswith(WITH_CLANG):
        return "only the C front end sees Clang"
    if included.startswith("mlir/Dialect/") and own.startswith(NO_DIALECTS):
        return "this folder knows no dialect"
    if not included.startswith("lexon/"):
        return None
    target = included.removeprefix("lexon/")
    if own.startswith("Runtime/"):
        return None if target.startswith(RUNTIME_MAY_USE) else "the runtime stands apart"
    if target.startswith("Runtime/"):
        return None if own.startswith("tools/") else "only tools use the runtime"
    user, used = place(own), place(target)
    if user is None or used is None:
        return "no layer for " + (own if user is None else target)
    if used[0] > user[0] or (used[0] == user[0] and used[1] != user[1]):
        return "against the order of the layers"
    return None


problems = []
for path in files(".h", ".cpp", ".hpp", ".td", ".def", under=("include", "lib", "tools")):
    own = str(path) if path.parts[0] == "tools" else str(path).removeprefix("include/lexon/").removeprefix("lib/")
    if own == "Pipelines/InitAll.cpp":
        continue  # the one file that knows every folder
    for number, line in enumerate(read(path).splitlines(), start=1):
        match = re.match(r'\s*#?include [<"]([^">]+)[">]', line)
        problem = check(own, match[1]) if match else None
        if problem:
            problems.append(f"{path}:{number}: {match[1]}: {problem}")
finish(problems, "includes against the layers")
