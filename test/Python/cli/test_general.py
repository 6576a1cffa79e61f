# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What all commands share: help, version, errors, exit codes."""

import os
import signal
import subprocess
import sys
import time

import pytest


def test_version_and_help(lexon):
    assert lexon("--version").stdout.startswith("lexon ")
    done = lexon("--help")
    assert done.returncode == 0
    for command in ("import", "compile", "run", "verify", "doctor"):
        assert command in done.stdout


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["verify", "--help"]])
def test_help_is_light(python, arguments):
    program = f"import sys\nsys.argv = {['lexon', *arguments]!r}\nfrom lexon.cli import main\n"
    program += "try:\n    main()\nfinally:\n    print(sorted({'torch', 'numpy'} & set(sys.modules)))"
    assert python(program).stdout.strip().endswith("[]")


def test_unknown_command_is_suggested(lexon):
    done = lexon("verfy")
    assert done.returncode == 2
    assert "verify" in done.stderr


@pytest.mark.parametrize("command", ["import", "compile", "run", "verify", "doctor"])
def test_unknown_option(lexon, command):
    done = lexon(command, "x", "--no-such-option")
    assert done.returncode == 2
    assert "--no-such-option" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [["compile"], ["run"], ["verify", "--pipeline=midend"]])
@pytest.mark.parametrize("name", ["none.mlir", "folder", "empty.mlir", "garbage.mlir"])
def test_bad_files(lexon, tmp_path, command, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.mlir").write_bytes(b"")
    (tmp_path / "garbage.mlir").write_bytes(bytes(range(256)))
    done = lexon(*command, name)
    assert done.returncode == 1, done
    assert name in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_interrupt_leaves_nothing(tmp_path, matmul, environment):
    tmp = tmp_path / "tmp"
    tmp.mkdir()
    command = [sys.executable, "-m", "lexon.cli", "verify", str(matmul), "--pipeline=midend", "--each-stage"]
    process = subprocess.Popen(
        command, env=environment(TMPDIR=str(tmp)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path
    )
    deadline = time.monotonic() + 20
    while not list(tmp.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGTERM)
    _, complaint = process.communicate(timeout=20)
    assert process.returncode not in (0, -signal.SIGTERM)
    assert b"Traceback" not in complaint
    assert not list(tmp.iterdir())
