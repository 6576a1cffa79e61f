# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The manifest is the only list of pipelines and stages."""

import json
import re
from pathlib import Path

import pytest

import lexon
from lexon import LexonError
from lexon.compiler.driver import Toolbox
from lexon.compiler.manifest import pipeline_names, read_manifest, with_options


def test_what_lexon_opt_prints():
    manifest = read_manifest()
    midend = manifest.pipeline("midend")
    assert {option.name for option in midend.options} >= {"matmul", "threads", "target"}
    both = manifest.stages("midend{threads=1},backend")
    assert both == midend.stages + manifest.pipeline("backend").stages
    assert manifest.pipeline("onestep").stages == both


def test_unknown_pipeline_suggests():
    with pytest.raises(LexonError, match="did you mean 'backend'"):
        read_manifest().pipeline("bakend")


@pytest.mark.parametrize("text", ["", "[]", '{"version": 1}', '{"version": 1, "pipelines": [{"name": "x"}]}', "{"])
def test_malformed(monkeypatch, text):
    monkeypatch.setattr(Toolbox, "run", lambda self, tool, args: text)
    with pytest.raises(LexonError, match="malformed"):
        read_manifest()


def test_other_version(monkeypatch):
    monkeypatch.setattr(Toolbox, "run", lambda self, tool, args: json.dumps({"version": 2, "pipelines": []}))
    with pytest.raises(LexonError, match="version 2"):
        read_manifest()


def test_names_and_options():
    assert pipeline_names("a{x=1 y=2}, b") == ["a", "b"]
    assert with_options("a", {}) == "a"


def test_package_has_no_second_list_of_stages():
    """Stage names come from the tool; none may stand in the package."""
    stages = {stage.name for pipeline in read_manifest().pipelines for stage in pipeline.stages}
    words = set()
    for file in Path(lexon.__file__).parent.rglob("*.py"):
        words |= set(re.findall(r'"([a-z-]+)"', file.read_text()))
    assert not stages & words
