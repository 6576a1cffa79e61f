# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Starting tools: output, errors, several at once, and nothing left behind."""

import os
import signal
import subprocess
import sys
import time

import pytest

from lexon import LexonError, paths
from lexon.compiler.driver import Toolbox, fresh_beside, interrupts_as_exceptions, run_tool


@pytest.fixture
def tool(tmp_path, monkeypatch):
    """Puts a shell script in the place of every tool."""

    def put(script):
        file = tmp_path / "tool"
        file.write_text("#!/bin/sh\n" + script)
        file.chmod(0o755)
        monkeypatch.setattr(paths, "tool", lambda name: file)

    return put


def running(mark):
    found = subprocess.run(["pgrep", "-f", mark], capture_output=True, text=True, check=False)
    return found.stdout.split()


def test_output_and_standard_input(tool):
    tool("cat; echo $1")
    assert run_tool("lexon-opt", ["one"], "in ") == "in one\n"


def test_real_tool_reports_place(tmp_path):
    file = tmp_path / "bad.mlir"
    file.write_text("func.func @f() {\n  nonsense\n}\n")
    with pytest.raises(LexonError) as caught:
        run_tool("lexon-opt", [file])
    assert caught.value.place.startswith(f"{file}:2:")


@pytest.mark.parametrize("content", [b"", b"\x7fELF\x00\x01garbage\xff\xfe", b"ML\xefR\x00\x00\x00garbage"])
def test_garbage_is_an_error_and_no_crash(tmp_path, content):
    file = tmp_path / "garbage.mlir"
    file.write_bytes(content)
    with pytest.raises(LexonError) as caught:
        run_tool("lexon-opt", [file])
    assert "internal error" not in str(caught.value)


def test_signal_names_the_tool(tool):
    tool("kill -SEGV $$")
    with pytest.raises(LexonError, match="lexon-opt was ended by SIGSEGV"):
        run_tool("lexon-opt", [])


def test_tool_that_cannot_be_started(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "tool", lambda name: tmp_path / "nowhere")
    with pytest.raises(LexonError, match="cannot start lexon-opt"):
        run_tool("lexon-opt", [])


def test_failing_tool_leaves_no_output(tool, tmp_path):
    tool('echo half > "$2"; echo "error: no" >&2; exit 1')
    out = tmp_path / "folder" / "x.o"
    out.parent.mkdir()
    out.write_text("before")
    with Toolbox() as tools, pytest.raises(LexonError, match="no"):
        tools.run_to(out, "lexon-translate", [])
    assert out.read_text() == "before"
    assert [path.name for path in out.parent.iterdir()] == ["x.o"]


def test_one_failure_ends_the_others(tool):
    tool('if [ "$1" = bad ]; then echo "error: bad luck" >&2; exit 1; fi; exec sleep 37.25')
    start = time.monotonic()
    with pytest.raises(LexonError, match="bad luck"), Toolbox() as tools:
        tools.parallel([lambda: tools.run("lexon-opt", ["good"]), lambda: tools.run("lexon-opt", ["bad"])], jobs=2)
    assert time.monotonic() - start < 10
    assert not running("sleep 37.25")


def test_results_keep_their_order(tool):
    tool("echo $1")
    with Toolbox() as tools:
        tasks = [lambda n=n: tools.run("lexon-opt", [str(n)]).strip() for n in range(5)]
        assert tools.parallel(tasks) == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_kills_tools_and_removes_temporaries(tool, tmp_path, number, environment):
    tool("exec sleep 41.75")
    out = tmp_path / "out"
    out.mkdir()
    program = (
        "import sys, pathlib\nfrom lexon import paths\nfrom lexon.compiler import driver\n"
        f"paths.tool = lambda name: pathlib.Path({str(tmp_path / 'tool')!r})\n"
        "with driver.interrupts_as_exceptions(), driver.Toolbox() as tools:\n"
        "    print('ready', flush=True)\n"
        f"    one = lambda: tools.run_to(pathlib.Path({str(out / 'x.o')!r}), 'lexon-opt', [])\n"
        "    tools.parallel([one, one])\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
    assert process.stdout.readline() == b"ready\n"
    time.sleep(0.3)
    process.send_signal(number)
    process.wait(10)
    process.stdout.close()
    assert process.returncode != 0
    assert not running("sleep 41.75")
    assert not list(out.iterdir())


def test_terminate_is_an_exception_only_inside():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), interrupts_as_exceptions():
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(1)
    assert signal.getsignal(signal.SIGTERM) == before


def test_unwritable_places(tmp_path):
    with pytest.raises(LexonError, match="no such folder"), fresh_beside(tmp_path / "none" / "x"):
        pass
    with pytest.raises(LexonError, match="is a folder"), fresh_beside(tmp_path):
        pass
