# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`lexon doctor`: healthy here, unwell where something is missing."""

import json

from lexon import doctor, paths


def test_healthy(lexon):
    done = lexon("doctor", "--json")
    assert done.returncode == 0, done
    document = json.loads(done.stdout)
    checks = {check["name"]: check for check in document["checks"]}
    assert document["healthy"]
    assert "LLVM 22" in checks["lexon-opt"]["detail"]
    assert "LLVM 22" in checks["lexon-cc"]["detail"]
    assert "LLVM 22" in checks["lexon-import-c"]["detail"]
    assert "compiled, linked and run" in checks["C programs"]["detail"]
    assert "957 elements right" in checks["self-test"]["detail"]
    assert "cores" in checks["CPU"]["detail"]
    assert "vectors" in checks["generated code"]["detail"]


def test_table(lexon):
    assert "self-test" in lexon("doctor").stdout


def test_without_build(lexon, tmp_path):
    done = lexon("doctor", LEXON_BUILD_DIR=str(tmp_path))
    assert done.returncode == 1
    assert "missing" in done.stdout
    assert "make build" in done.stdout
    assert "Traceback" not in done.stderr


def test_c_that_does_not_link_is_unwell(lexon, tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "lib").symlink_to(paths.build_dir() / "lib")
    for tool in (paths.build_dir() / "bin").iterdir():
        (tmp_path / "bin" / tool.name).symlink_to(tool)
    compiler = tmp_path / "bin" / "lexon-cc"
    compiler.unlink()
    compiler.write_text('#!/bin/sh\n[ "$1" = --version ] && exit\necho "error: unable to execute ld" >&2\nexit 1\n')
    compiler.chmod(0o755)
    done = lexon("doctor", "--json", LEXON_BUILD_DIR=str(tmp_path))
    assert done.returncode == 1, done
    found = next(check for check in json.loads(done.stdout)["checks"] if check["name"] == "C programs")
    assert not found["ok"]
    assert "unable to execute ld" in found["detail"]


def test_wrong_self_test_is_unwell(monkeypatch):
    monkeypatch.setattr(doctor, "TESTED", doctor.TESTED.replace("constant 0.0", "constant 0.5"))
    checks = doctor.examine()
    assert not doctor.healthy(checks)
    assert "came out wrong" in checks[-1].detail


def test_missing_torch_is_no_illness(monkeypatch):
    real = doctor.metadata.version

    def version(name):
        if name == "torch":
            raise doctor.metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(doctor.metadata, "version", version)
    check = next(check for check in doctor.examine() if check.name == "torch")
    assert not check.ok
    assert not check.needed
