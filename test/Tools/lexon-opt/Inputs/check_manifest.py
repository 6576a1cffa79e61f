"""Checks that standard input is a pipeline manifest as docs/formats.md says, and that a listing shows all of it."""

import json
import sys
from pathlib import Path


def check(condition, message):
    if not condition:
        sys.exit(f"manifest: {message}")


def check_texts(record, keys, where):
    for key in keys:
        check(isinstance(record.get(key), str) and record[key], f"{where} has no {key}")


manifest = json.load(sys.stdin)
listing = Path(sys.argv[2]).read_text() if sys.argv[1:2] == ["--listed-in"] else None
check(manifest["version"] == 1, "version is not 1")
names = [pipeline["name"] for pipeline in manifest["pipelines"]]
check({"midend", "backend", "onestep"} <= set(names), f"a pipeline is missing from {names}")
check(len(set(names)) == len(names), "a pipeline occurs twice")
for pipeline in manifest["pipelines"]:
    where = f"pipeline '{pipeline['name']}'"
    check_texts(pipeline, ["name", "summary"], where)
    options = {option["name"]: option for option in pipeline["options"]}
    check({"matmul", "threads", "target"} <= set(options), f"{where} lacks an option")
    for option in options.values():
        check_texts(option, ["name", "summary", "default"], where)
        check(not option["values"] or option["default"] in option["values"], f"{where}: default not among the values")
    stages = [stage["name"] for stage in pipeline["stages"]]
    check(stages and len(set(stages)) == len(stages), f"{where} has no stages, or one twice")
    for stage in pipeline["stages"]:
        check_texts(stage, ["name", "summary", "leaves", "passes"], f"{where}, a stage")
        check(stage["passes"].startswith("builtin.module("), f"stage '{stage['name']}': passes not on builtin.module")
        check(listing is None or stage["name"] in listing, f"stage '{stage['name']}' is not in --list-pipelines")
