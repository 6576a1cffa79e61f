# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`lexon tune`: a table on the screen, a table in a file, and `lexon compile` that takes it."""

import json


def test_tune_and_compile(lexon, matmul, tmp_path):
    cache = {"LEXON_CACHE_DIR": str(tmp_path)}
    done = lexon("tune", str(matmul), "--threads", "1", "--seconds", "0.01", **cache)
    assert done.returncode == 0, done
    assert "memref<7x19xf32>" in done.stdout and "gain" in done.stdout
    (table,) = (tmp_path / "kernels").glob("*.json")
    assert f"{table}: 1 kernels" in done.stderr
    assert len(json.loads(table.read_text())["kernels"]) == 1

    table.write_text("{}")  # used by default, or by name; none needs no table
    asked = ["compile", str(matmul), "--threads", "1", "-o", str(tmp_path / "x.so")]
    for more in ([], ["--kernels", str(table)]):
        refused = lexon(*asked, *more, **cache)
        assert refused.returncode == 1 and "no table of kernels of this version" in refused.stderr
    assert lexon(*asked, "--kernels", "none", **cache).returncode == 0


def test_errors(lexon, tmp_path, matmul):
    assert "there is no such file" in lexon("tune", str(tmp_path / "none.mlir")).stderr
    done = lexon("tune", str(matmul), "--seconds", "0.01", "-o", "/dev/null/table.json")
    assert done.returncode == 1 and "Traceback" not in done.stderr and "table.json" in done.stderr
