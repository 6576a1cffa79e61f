# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`lexon doctor`: healthy here, unwell where something is missing."""

import json

from lexon import doctor


def test_healthy(lexon):
    done = lexon("doctor", "--json")
    assert done.returncode == 0, done
    document = json.loads(done.stdout)
    checks = {check["name"]: check for check in document["checks"]}
    assert document["healthy"]
    assert "LLVM 22" in checks["lexon-opt"]["detail"]
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
