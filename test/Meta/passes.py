# RUN: %python %s
"""Every pass has test/<Folder>/<flag>.mlir, and <flag>-run.mlir, which shows that it fired and compares numbers."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "Inputs"))
from tree import ROOT, declared_passes, files, finish, read

# Passes without a -run test: nothing they do can change a number.
NOT_RUN = {
    "describe-entry-points": "adds attributes only",
    "reduce-program": "changes what programs compute, on purpose; test/Docs/debugging-example.test verifies it",
    "select-matmul-kernel": "adds attributes only; lower-matmul-kernels obeys them",
    "verify-stage": "changes nothing",
}
# Passes whose -run test compares in another way.
NOT_VERIFIED = {
    "canonicalize-memrefs": "its programs allocate through pointers; the native programs are compared",
    "forward-row-pointers": "as canonicalize-memrefs",
    "hoist-invariant-loads": "its loads are through pointers, which it cannot make",
    "inline-array-helpers": "as canonicalize-memrefs",
    "memrefs-to-pointers": "its memrefs are behind pointers, which it cannot make",
    "split-aggregates": "as canonicalize-memrefs",
    "track-rounding-errors": "lexon verify is made of it",
}

passes = declared_passes()
unknown = (NOT_RUN | NOT_VERIFIED).keys() - passes.keys()
problems = [f"test/Meta/passes.py: there is no pass '{flag}'" for flag in sorted(unknown)]
tests = files(".mlir", under=("test",))
for flag, declared in sorted(passes.items()):
    folder = Path("test") / declared.parent.relative_to("include/lexon")
    own = {path.name: path for path in tests if path.is_relative_to(folder)}
    if f"{flag}.mlir" not in own:
        problems.append(f"{flag}: no {folder}/{flag}.mlir")
    if flag in NOT_RUN:
        continue
    run = own.get(f"{flag}-run.mlir")
    if not run:
        problems.append(f"{flag}: no {folder}/{flag}-run.mlir")
        continue
    if "lexon-opt" not in read(run) or "--remarks" not in read(run):
        problems.append(f"{run}: does not show by --remarks that the pass fired")
    if "lexon verify" not in read(run) and flag not in NOT_VERIFIED:
        problems.append(f"{run}: does not run 'lexon verify'")
for declared in set(passes.values()):
    for example in re.findall(r"Example: (\S+)", read(declared)):
        if not (ROOT / example).is_file():
            problems.append(f"{declared}: example {example} does not exist")
finish(sorted(problems), "passes without their tests (docs/contributing.md)")
