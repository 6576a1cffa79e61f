# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The pipelines and stages that exist, as `lexon-opt --print-pipeline-manifest` tells (docs/formats.md)."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from lexon.compiler.driver import Toolbox
from lexon.errors import LexonError

VERSION = 1


@dataclass(frozen=True)
class Stage:
    """One named stage: `passes` is the text `--pass-pipeline` takes."""

    name: str
    summary: str
    leaves: str
    passes: str


@dataclass(frozen=True)
class Option:
    """One option of a pipeline; `values` is empty unless the option is an enumeration."""

    name: str
    values: tuple[str, ...]
    default: str
    summary: str


@dataclass(frozen=True)
class Pipeline:
    """One named pipeline with its options and its stages in order."""

    name: str
    summary: str
    options: tuple[Option, ...]
    stages: tuple[Stage, ...]


@dataclass(frozen=True)
class Manifest:
    """Every pipeline that lexon-opt knows."""

    pipelines: tuple[Pipeline, ...]

    def pipeline(self, name: str) -> Pipeline:
        """The pipeline called `name`; raises LexonError with the nearest name."""
        for pipeline in self.pipelines:
            if pipeline.name == name:
                return pipeline
        names = [pipeline.name for pipeline in self.pipelines]
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        raise LexonError(f"unknown pipeline '{name}'{hint}", advice=f"choose from {', '.join(names)}")

    def stages(self, request: str) -> tuple[Stage, ...]:
        """The stages of `NAME[{option=value ...}][,NAME...]`, in the order in which they run."""
        return tuple(stage for name in pipeline_names(request) for stage in self.pipeline(name).stages)


def read_manifest(tools: Toolbox | None = None) -> Manifest:
    """Asks lexon-opt for its pipelines; raises LexonError if the tool speaks another version of the format.

    >>> [stage.name for stage in read_manifest().pipeline("backend").stages] != []
    True
    """
    text = (tools or Toolbox()).run("lexon-opt", ["--print-pipeline-manifest"])
    try:
        document = json.loads(text)
        if document["version"] != VERSION:
            raise LexonError(
                f"its manifest has version {document['version']}, this package reads {VERSION}",
                place="lexon-opt",
                advice="build the tools and the Python package from the same source",
            )
        return Manifest(tuple(_pipeline(item) for item in document["pipelines"]))
    except (KeyError, TypeError, ValueError) as error:
        raise LexonError(f"its pipeline manifest is malformed: {error!r}", place="lexon-opt") from error


def pipeline_names(request: str) -> list[str]:
    """The names in `NAME[{option=value ...}][,NAME...]`.

    >>> pipeline_names("midend{matmul=naive threads=2},backend")
    ['midend', 'backend']
    """
    return [name.strip() for name in re.sub(r"\{[^}]*\}", "", request).split(",") if name.strip()]


def with_options(name: str, options: Mapping[str, str | int]) -> str:
    """`NAME{option=value ...}`; values that are empty are left out.

    >>> with_options("midend", {"matmul": "naive", "threads": 2, "target": ""})
    'midend{matmul=naive threads=2}'
    """
    words = []
    for key, value in options.items():
        text = str(value)
        if re.search(r"[\s{},]", text):
            raise LexonError(f"option '{key}' cannot be '{text}'")
        if text:
            words.append(f"{key}={text}")
    return f"{name}{{{' '.join(words)}}}" if words else name


def _pipeline(item: Mapping[str, object]) -> Pipeline:
    options, stages = item["options"], item["stages"]
    if not isinstance(options, list) or not isinstance(stages, list):
        raise TypeError("'options' or 'stages' is not a list")
    return Pipeline(
        str(item["name"]),
        str(item["summary"]),
        tuple(Option(o["name"], tuple(o["values"]), o["default"], o["summary"]) for o in options),
        tuple(Stage(s["name"], s["summary"], s["leaves"], s["passes"]) for s in stages),
    )
