# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`lexon cc`, `lexon import-c` and `lexon execute`: C programs from the command line."""

import contextlib
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

# What the program does is its first argument.
PROGRAM = r"""
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static void leave(int number) { _exit(5); }
int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "count";
  if (!strcmp(what, "count")) {
    int c, n = 0;
    while ((c = getchar()) != EOF)
      n++;
    printf("%d characters\n", n);
  } else if (!strcmp(what, "arguments")) {
    for (int i = 1; i < argc; i++)
      printf("[%s]", argv[i]);
  } else if (!strcmp(what, "exit")) {
    printf("before\n");
    return atoi(argv[2]);
  } else if (!strcmp(what, "signal")) {
    printf("before\n");
    raise(atoi(argv[2]));
  } else if (!strcmp(what, "null")) {
    printf("before\n");
    *(volatile int *)0 = 1;
  } else if (!strcmp(what, "handle") || !strcmp(what, "sleep")) {
    if (!strcmp(what, "handle"))
      signal(SIGINT, leave);
    printf("ready\n");
    fflush(stdout);
    sleep(60);
  } else if (!strcmp(what, "daemon")) {
    if (fork() == 0) {
      setsid();
      if (fork())
        _exit(0);
      printf("%d\n", (int)getpid());
    }
    for (;;)
      pause();
  } else if (!strcmp(what, "ignored")) {
    printf("%d\n", signal(SIGPIPE, SIG_DFL) == SIG_IGN);
  }
  return 0;
}
"""


@pytest.fixture
def program(tmp_path):
    """A C file whose program does what its first argument says."""
    (tmp_path / "program.c").write_text(PROGRAM)
    return "program.c"


@pytest.fixture
def fake_tools(tmp_path):
    """Makes a build folder whose tools are shell scripts with this text."""

    def make(script):
        (tmp_path / "fake" / "bin").mkdir(parents=True)
        for name in ("lexon-cc", "lexon-import-c"):
            tool = tmp_path / "fake" / "bin" / name
            tool.write_text(f"#!/bin/sh\n{script}\n")
            tool.chmod(0o755)
        return str(tmp_path / "fake")

    return make


def start(environment, folder, *arguments, **streams):
    """Starts `lexon execute`, with temporary files in `folder`/tmp."""
    (folder / "tmp").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "lexon.cli", "execute", *arguments]
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    return subprocess.Popen(command, cwd=folder, env=environment(TMPDIR=str(folder / "tmp")), **streams)


def is_alive(pid):
    with contextlib.suppress(OSError):
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    return False


# --- execute ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "ending"),
    [
        (["exit", "0"], 0, "exit code 0"),
        (["exit", "3"], 3, "exit code 3"),
        (["exit", "255"], 255, "exit code 255"),
        (["signal", "6"], 134, "ended by SIGABRT (Aborted)"),
        (["signal", "8"], 136, "ended by SIGFPE (Floating point exception)"),
        (["signal", "9"], 137, "ended by SIGKILL (Killed)"),
        (["signal", "40"], 168, "ended by signal 40 (Real-time signal 6)"),
        (["null"], 139, "ended by SIGSEGV (Segmentation fault)"),
    ],
)
def test_ending(lexon, program, arguments, code, ending):
    done = lexon("execute", program, "--", *arguments)
    assert done.returncode == code, done
    assert done.stdout == "before\n"  # also of a program that is killed with output still in its buffer
    assert done.stderr == f"lexon execute: {ending}\n"


def test_input_arguments_and_flags(environment, tmp_path, program):
    process = start(environment, tmp_path, program, "-O3", "-Wall", stdin=subprocess.PIPE)
    output, complaint = process.communicate(b"x" * 100000, timeout=60)
    assert (output, process.returncode) == (b"100000 characters\n", 0), complaint
    process = start(environment, tmp_path, "-O1", program, "-lm", "--", "arguments", "-O3", "--", "a b", "--timeout")
    output, _ = process.communicate(timeout=60)
    assert output == b"[arguments][-O3][--][a b][--timeout]"
    assert not list((tmp_path / "tmp").iterdir())


def test_several_files_and_definitions(lexon, tmp_path):
    (tmp_path / "a.c").write_text('#include "b.h"\n#include <stdio.h>\nint main(void) { printf("%d", twice(N)); }')
    (tmp_path / "b.c").write_text("int twice(int x) { return 2 * x; }")
    (tmp_path / "b.h").write_text("int twice(int x);")
    assert lexon("execute", "a.c", "b.c", "-DN=21", "-O2", "-std=c11").stdout == "42"


def test_standard_signals_reach_the_program(lexon, program):
    """Python ignores SIGPIPE; a program that writes into a closed pipe must end."""
    assert lexon("execute", program, "--", "ignored").stdout == "0\n"


def test_compile_errors(lexon, tmp_path):
    (tmp_path / "bad.c").write_text("int main(void) {\n  return x + y;\n}\n")
    done = lexon("execute", "bad.c", "--", "x")
    assert done.returncode == 1
    assert "bad.c:2:10: error: use of undeclared identifier 'x'\n" in done.stderr
    assert "bad.c:2:14: error: use of undeclared identifier 'y'\n" in done.stderr
    assert "^" in done.stderr
    assert done.stderr.endswith("lexon execute: not compiled\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.c"], "no such file or directory: 'none.c'"),
        (["program.c", "-fno-such-flag"], "unknown argument: '-fno-such-flag'"),
        (["program.c", "-lno-such-library"], "-lno-such-library"),
        (["empty.c"], "main"),
    ],
)
def test_no_program(lexon, tmp_path, program, arguments, message):
    (tmp_path / "empty.c").write_text("")
    done = lexon("execute", *arguments)
    assert done.returncode == 1
    assert message in done.stderr
    assert done.stderr.endswith("lexon execute: not compiled\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "no C file is given"),
        (["--", "a"], "no C file is given"),
        (["a.c", "-o", "a"], "to keep one, use 'lexon cc'"),
        (["a.c", "-c"], "'-c' makes no program to run"),
        (["a.c", "--timeout"], "--timeout takes a number of seconds, not ''"),
        (["a.c", "--timeout=soon"], "--timeout takes a number of seconds, not 'soon'"),
        (["a.c", "--timeout", "0"], "--timeout takes a positive number of seconds, not '0'"),
        (["a.c", "--timeout", "nan"], "--timeout takes a positive number of seconds, not 'nan'"),
    ],
)
def test_wrong_command_line(lexon, arguments, message):
    done = lexon("execute", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "usage: lexon execute" in done.stderr


def test_timeout_keeps_output_and_ends_everything(lexon, tmp_path, program):
    start = time.monotonic()
    done = lexon("execute", program, "--timeout", "1.5", "--", "daemon")
    assert done.returncode == 124
    assert done.stderr == "lexon execute: stopped by the time-out of 1.5 s\n"
    assert time.monotonic() - start < 30
    assert not is_alive(int(done.stdout))  # a process of a session of its own, whose parent has ended


def test_output_comes_at_once(environment, tmp_path, program):
    process = start(environment, tmp_path, program, "--", "sleep")
    assert process.stdout.readline() == b"ready\n"
    process.terminate()
    process.communicate(timeout=60)


@pytest.mark.parametrize(
    ("what", "number", "code", "ending"),
    [
        ("sleep", signal.SIGINT, 130, "ended by SIGINT (Interrupt)"),
        ("sleep", signal.SIGTERM, 143, "ended by SIGTERM (Terminated)"),
        ("handle", signal.SIGINT, 5, "exit code 5"),
    ],
)
def test_signals_go_to_the_program(environment, tmp_path, program, what, number, code, ending):
    process = start(environment, tmp_path, program, "--", what)
    process.stdout.readline()
    process.send_signal(number)
    _, complaint = process.communicate(timeout=60)
    assert (process.returncode, complaint.decode()) == (code, f"lexon execute: {ending}\n")
    assert not list((tmp_path / "tmp").iterdir())


def test_interrupt_from_the_terminal(environment, tmp_path, program):
    """Ctrl-C reaches both processes; the program decides what it means, and is sent it once."""
    controller, terminal = pty.openpty()
    (tmp_path / "wrapper.py").write_text(
        "import fcntl, os, sys, termios\nfcntl.ioctl(0, termios.TIOCSCTTY, 0)\nos.execv(sys.argv[1], sys.argv[1:])\n"
    )
    (tmp_path / "tmp").mkdir()
    command = [sys.executable, "wrapper.py", sys.executable, "-m", "lexon.cli", "execute", program, "--", "handle"]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment(TMPDIR=str(tmp_path / "tmp")), stdin=terminal, stdout=terminal,
        stderr=terminal, start_new_session=True,
    )  # fmt: skip
    os.close(terminal)
    shown = b""
    while b"ready" not in shown:
        shown += os.read(controller, 1000)
    os.write(controller, b"\x03")
    assert process.wait(timeout=60) == 5
    with contextlib.suppress(OSError):  # the terminal is gone when nobody has it open
        while more := os.read(controller, 1000):
            shown += more
    os.close(controller)
    assert shown.count(b"exit code 5") == 1
    assert b"Traceback" not in shown
    assert not list((tmp_path / "tmp").iterdir())


def test_interrupt_while_compiling(environment, tmp_path, program, fake_tools):
    tools = fake_tools("echo compiling; exec sleep 60")
    process = start(lambda **more: environment(LEXON_BUILD_DIR=tools, **more), tmp_path, program)
    assert process.stdout.readline() == b"compiling\n"
    process.terminate()
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == 143
    assert complaint == b"lexon execute: not compiled: the compiler ended by SIGTERM (Terminated)\n"
    assert not list((tmp_path / "tmp").iterdir())


def test_compiler_that_crashes(lexon, program, fake_tools):
    done = lexon("execute", program, LEXON_BUILD_DIR=fake_tools("kill -SEGV $$"))
    assert done.returncode == 1
    assert "not compiled: the compiler ended by SIGSEGV" in done.stderr


def test_help(lexon):
    done = lexon("execute", "--help")
    assert done.returncode == 0
    for text in ("--timeout SECONDS", "124", "standard input"):
        assert text in done.stdout
    listed = lexon("--help").stdout
    for command in ("cc", "import-c", "execute"):
        assert f" {command} " in listed


# --- cc and import-c -------------------------------------------------------------------------------------------------


def test_cc(lexon, tmp_path):
    (tmp_path / "a.c").write_text('#include <math.h>\n#include <stdio.h>\nint main(void) { printf("%g", cbrt(N)); }')
    done = lexon("cc", "a.c", "-DN=27.0", "-O2", "-lm", "-o", "prog")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert subprocess.run([tmp_path / "prog"], capture_output=True, check=True).stdout == b"3"


def test_import_c(lexon, tmp_path):
    (tmp_path / "a.c").write_text("int f(int n) { int s = 0; for (int i = 0; i < n; i++) s += i; return s; }")
    done = lexon("import-c", "a.c", "-O0", "-g", "-S", "--raise-scf-to-affine", "-o", "a.mlir")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "affine.for" in (tmp_path / "a.mlir").read_text()
    (tmp_path / "bad.c").write_text("int f(void) { return x; }")
    done = lexon("import-c", "bad.c")
    assert done.returncode == 1
    assert "bad.c:1:22: error: use of undeclared identifier 'x'" in done.stderr


@pytest.mark.parametrize("command", ["cc", "import-c"])
def test_arguments_are_not_touched(lexon, fake_tools, command):
    tools = fake_tools('printf "[%s]" "$0" "$@"; kill -PIPE $$; echo survived')
    words = ["--help", "-h", "--version", "a b", "", "--", "-o", "*.c", "--timeout"]
    done = lexon(command, *words, LEXON_BUILD_DIR=tools)
    assert done.returncode == -signal.SIGPIPE  # the tool took this process's place, with signals as they were
    assert done.stdout == f"[{tools}/bin/lexon-{command}]" + "".join(f"[{word}]" for word in words)


@pytest.mark.parametrize("command", ["cc", "import-c", "execute"])
def test_without_build(lexon, tmp_path, program, command):
    done = lexon(command, program, LEXON_BUILD_DIR=str(tmp_path))
    assert done.returncode == 1
    assert "is not built" in done.stderr
    assert "make build" in done.stderr


@pytest.mark.parametrize("command", ["cc", "import-c"])
def test_start_is_light(python, command):
    heavy = {"click", "lexon.compiler", "numpy", "rich", "subprocess", "torch", "typer", "typing"}
    done = python(
        f"import os, sys\nsys.argv = ['lexon', {command!r}, 'a.c']\n"
        f"def execv(*_):\n    print(sorted({heavy!r} & set(sys.modules)))\n    raise SystemExit\n"
        "os.execv = execv\nfrom lexon.cli import main\nmain()"
    )
    assert done.stdout.strip() == "[]", done
