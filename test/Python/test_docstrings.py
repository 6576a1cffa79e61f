# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The examples in docstrings are true."""

import doctest
import importlib
import importlib.util
import pkgutil

import pytest

import lexon

MODULES = [info.name for info in pkgutil.walk_packages(lexon.__path__, "lexon.") if "__main__" not in info.name]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(name)
    examples = doctest.DocTestFinder().find(module)
    needs_torch = any("torch" in example.source for test in examples for example in test.examples)
    if needs_torch and importlib.util.find_spec("torch") is None:
        pytest.skip("torch is not installed")
    failed, _ = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL)
    assert failed == 0
