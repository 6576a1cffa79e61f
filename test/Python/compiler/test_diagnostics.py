# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What tools complain about becomes one message at one place."""

import signal

from lexon.compiler.diagnostics import error_of


def read(text, code=1, shown=None):
    return error_of("lexon-opt", ["/bin/lexon-opt", "a.mlir"], code, text, shown or {})


def test_first_located_error_and_its_note():
    error = read(
        "a.mlir:1:2: warning: beware\n"
        "a.mlir:3:4: error: 'x.y' op is bad\n  %0 = x.y\n  ^\n"
        'a.mlir:3:4: note: see current operation: "x.y"()\n'
        "a.mlir:9:9: note: do it otherwise\n"
        "a.mlir:5:6: error: second\n"
    )
    assert error.place == "a.mlir:3:4"
    assert error.message == "'x.y' op is bad"
    assert error.advice == "do it otherwise"


def test_note_of_a_later_error_is_not_taken():
    error = read("a.mlir:3:4: error: first\na.mlir:5:6: error: second\na.mlir:5:6: note: of the second\n")
    assert error.advice is None


def test_location_of_another_language():
    error = read('loc("model.py":12:8): error: not supported\n')
    assert (error.place, error.message) == ("model.py:12:8", "not supported")


def test_standard_input_has_a_name():
    assert read("-:2:1: error: bad\n").place == "standard input:2:1"
    assert read("<stdin>:2:1: error: bad\n").place == "standard input:2:1"


def test_temporary_names_are_shown_as_the_users():
    error = read("/tmp/x1/section0.mlir:7:3: error: bad\n", shown={"/tmp/x1/section0.mlir": "mine.mlir"})
    assert error.place == "mine.mlir:7:3"


def test_errors_without_a_place():
    error = read("lexon-opt: error: unknown pipeline 'x'\n")
    assert (error.place, error.message) == ("lexon-opt", "unknown pipeline 'x'")
    error = read("<unknown>:0: error: MLIR Textual PassPipeline Parser:1:1: error: 'foo' is no pass\nfoo\n^\n")
    assert error.message == "'foo' is no pass"
    error = read("/bin/lexon-opt: Unknown command line argument '--x'.  Try: '/bin/lexon-opt --help'\n")
    assert error.message.startswith("Unknown command line argument '--x'")


def test_silence_is_reported_with_the_exit_code():
    assert "exit code 3" in read("", 3).message


def test_a_signal_is_an_internal_error_that_names_the_tool():
    error = read("LLVM ERROR: out of cheese\nPLEASE submit a bug report\nStack dump:\n0. x\n", -signal.SIGSEGV)
    assert "internal error: lexon-opt" in error.message
    assert "SIGSEGV" in error.message
    assert "out of cheese" in error.message
    assert "lexon-opt a.mlir" in error.advice


def test_killed_for_memory():
    assert "memory" in read("", -signal.SIGKILL).advice
