"""Runs a program through every pipeline at once and stage by stage through text; both must give the same IR.

The pipelines and their stages come from lexon-opt's manifest. A pipeline that does not take the program as it is (the
backend takes no tensors) gets what the pipeline before it in the manifest made of it.
"""

import difflib
import json
import subprocess
import sys
import tempfile
from pathlib import Path


def opt(source: Path, output: Path, *flags: str) -> subprocess.CompletedProcess:
    return subprocess.run(["lexon-opt", source, "-o", output, *flags], capture_output=True, text=True)


def opt_or_fail(source: Path, output: Path, *flags: str) -> str:
    result = opt(source, output, *flags)
    if result.returncode:
        sys.exit(f"lexon-opt {source} {' '.join(flags)}: exit {result.returncode}\n{result.stderr}")
    return output.read_text()


def same(left: str, right: str, what: str) -> None:
    if left != right:
        difference = difflib.unified_diff(left.splitlines(), right.splitlines(), "at once", "other", lineterm="", n=1)
        sys.exit(f"{what}: differs\n" + "\n".join(line[:200] for line in list(difference)[:40]))


def check_pipeline(pipeline: dict, options: str, source: Path, scratch: Path) -> Path:
    """Returns the file that holds the result."""
    name = pipeline["name"] + options
    whole_file = scratch / f"{pipeline['name']}.mlir"
    whole = opt_or_fail(source, whole_file, f"--pipeline={name}")
    same(whole, opt_or_fail(source, scratch / "unchecked.mlir", f"--pipeline={name}", "--verify-stages=false"),
         f"{name} without --verify-stages")
    current, previous = source, None
    for index, stage in enumerate(pipeline["stages"]):
        after = [f"--start-after={previous}"] if previous else []
        output = scratch / f"stage{index}.mlir"
        text = opt_or_fail(current, output, f"--pipeline={name}", *after, f"--stop-after={stage['name']}")
        if index == len(pipeline["stages"]) // 2:
            cut = opt_or_fail(source, scratch / "cut.mlir", f"--pipeline={name}", f"--stop-after={stage['name']}")
            same(cut, text, f"{name} up to {stage['name']}, stage by stage")
        current, previous = output, stage["name"]
    same(whole, current.read_text(), f"{name}, stage by stage")
    return whole_file


def main() -> None:
    program, variants = Path(sys.argv[1]), sys.argv[2:] or [""]
    listing = subprocess.run(["lexon-opt", "--print-pipeline-manifest"], capture_output=True, text=True, check=True)
    pipelines = json.loads(listing.stdout)["pipelines"]
    for options in variants:
        with tempfile.TemporaryDirectory() as folder:
            made = program
            for index, pipeline in enumerate(pipelines):
                scratch = Path(folder) / pipeline["name"]
                scratch.mkdir()
                takes = opt(program, scratch / "probe.mlir", f"--pipeline={pipeline['name']}{options}").returncode == 0
                if not takes and index == 0:
                    opt_or_fail(program, scratch / "probe.mlir", f"--pipeline={pipeline['name']}{options}")
                made = check_pipeline(pipeline, options, program if takes else made, scratch)


main()
