# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`lexon verify` as a library: it passes what is right and fails what is wrong."""

import pytest

from lexon import LexonError
from lexon.compiler.driver import Toolbox
from lexon.verify import InputOptions, Plan, verify_file
from lexon.verify import programs as programs_module

IN_PLACE = """\
func.func @square(%a: memref<?xf32>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %size = memref.dim %a, %zero : memref<?xf32>
  scf.for %i = %zero to %size step %one {
    %v = memref.load %a[%i] : memref<?xf32>
    %w = arith.mulf %v, %v : f32
    memref.store %w, %a[%i] : memref<?xf32>
  }
  return
}
"""
MIXED = """\
func.func @integers(%a: tensor<?x3xi32>, %s: i64) -> (tensor<?x3xi32>, i64) {
  %r = arith.muli %a, %a : tensor<?x3xi32>
  return %r, %s : tensor<?x3xi32>, i64
}
// -----
func.func @narrow(%a: tensor<4x5xbf16>, %b: tensor<4x5xf16>) -> (tensor<4x5xbf16>, tensor<4x5xf16>) {
  %p = arith.addf %a, %a : tensor<4x5xbf16>
  %q = arith.addf %b, %b : tensor<4x5xf16>
  return %p, %q : tensor<4x5xbf16>, tensor<4x5xf16>
}
"""
CRASH = """\
func.func @f(%a: tensor<4xf32>) -> f32 {
  %n = arith.constant 0 : i64
  %p = llvm.inttoptr %n : i64 to !llvm.ptr
  %v = llvm.load volatile %p : !llvm.ptr -> f32
  return %v : f32
}
"""
HARMLESS = """\
func.func @f(%a: tensor<4xf32>) -> f32 {
  %v = arith.constant 1.0 : f32
  return %v : f32
}
"""
TOSA = """\
func.func @f(%a: tensor<1x5x9xf32>, %b: tensor<1x9x3xf32>) -> tensor<1x5x3xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %p = tosa.matmul %a, %b, %zero, %zero
    : (tensor<1x5x9xf32>, tensor<1x9x3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x5x3xf32>
  %r = tosa.sigmoid %p : (tensor<1x5x3xf32>) -> tensor<1x5x3xf32>
  return %r : tensor<1x5x3xf32>
}
"""
VECTOR = """\
func.func @f(%a: memref<8xf32>) -> f32 {
  %i = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %v = vector.transfer_read %a[%i], %zero {in_bounds = [true]} : memref<8xf32>, vector<8xf32>
  %s = vector.reduction <add>, %v : vector<8xf32> into f32
  return %s : f32
}
"""
CANONICAL = "builtin.module(canonicalize)"


@pytest.fixture
def verify(tmp_path):
    """Verifies a program's text; with `after`, against that text."""

    def run(text, after=None, **plan):
        file = tmp_path / "program.mlir"
        file.write_text(text)
        if after is not None:
            (tmp_path / "after.mlir").write_text(after)
            plan["after"] = tmp_path / "after.mlir"
        elif "pipeline" not in plan:
            plan.setdefault("pass_pipeline", CANONICAL)
        return verify_file(file, Plan(**plan))

    return run


def only(report):
    (function,) = report.functions
    return function


def test_right_pipeline_passes_under_bounds(matmul):
    report = verify_file(matmul, Plan(pipeline="midend{threads=1}"))
    outcome = only(report).outcomes[0]
    assert report.passed
    assert not only(report).bitwise
    assert outcome.comparison.elements == 7 * 33
    assert 0 < outcome.comparison.ratio < 1


def test_every_section_and_dynamic_sizes(verify):
    report = verify(MIXED)
    assert report.passed
    assert [function.function for function in report.functions] == ["integers", "narrow"]
    assert [function.place.rsplit(":", 1)[1] for function in report.functions] == ["1", "5"]
    assert report.elements == 3 * (1 + 7 + 19 + 67) + 4 + 40


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("arith.addf %a, %b", "arith.subf %a, %b"),
        ("arith.addf %a, %b", "arith.addf %a, %a"),
        ("arith.divf %a, %b", "arith.divf %b, %a"),
        ("arith.mulf %a, %b", "arith.mulf %a, %b\n  %tiny = arith.constant dense<0x35000000> : tensor<5xf32>\n"
         "  %r = arith.addf %s, %tiny"),
    ],
)  # fmt: skip
def test_wrong_transformation_fails(verify, right, wrong):
    text = "func.func @f(%a: tensor<5xf32>, %b: tensor<5xf32>) -> tensor<5xf32> {{\n  %{0} = {1} : tensor<5xf32>\n"
    text += "  return %r : tensor<5xf32>\n}}\n"
    broken = text.format("s" if "%r =" in wrong else "r", wrong.replace("\n  %tiny", " : tensor<5xf32>\n  %tiny"))
    report = verify(text.format("r", right), broken)
    assert not report.passed
    problem = only(report).outcomes[0].problem
    assert "result 0, element [" in problem
    assert "bound" in problem
    assert "seed 0, inputs 0:5 1:5" in problem


def test_same_values_in_another_order_pass(verify):
    """Reassociation is within the bound but not the same bits."""
    text = """\
func.func @f(%a: tensor<9xf32>, %b: tensor<9xf32>, %c: tensor<9xf32>) -> tensor<9xf32> {{
  {0}
  return %r : tensor<9xf32>
}}
"""
    left = "%s = arith.addf %a, %b : tensor<9xf32>\n  %r = arith.addf %s, %c : tensor<9xf32>"
    right = "%s = arith.addf %b, %c : tensor<9xf32>\n  %r = arith.addf %a, %s : tensor<9xf32>"
    assert verify(text.format(left), text.format(right)).passed
    exact = verify(text.format(left), text.format(right), tolerance=0.0)
    assert not exact.passed
    assert only(exact).bitwise
    assert verify(text.format(left), text.format(right), tolerance=1e-3).passed
    assert not verify(text.format(left), text.format(right), tolerance=1e-12).passed


def test_changed_buffers_are_compared(verify):
    report = verify(IN_PLACE)
    assert report.passed
    assert report.elements == 1 + 7 + 19 + 67
    wrong = verify(IN_PLACE, IN_PLACE.replace("arith.mulf %v, %v", "arith.addf %v, %v"))
    assert not wrong.passed
    assert "argument 0 after the call, element [0]" in only(wrong).outcomes[0].problem


def test_overwritten_input_is_found(verify):
    before = "func.func @f(%a: memref<6xf32>) -> f32 {\n  %i = arith.constant 2 : index\n"
    before += "  %v = memref.load %a[%i] : memref<6xf32>\n  return %v : f32\n}\n"
    after = before.replace("  return", "  memref.store %v, %a[%j] : memref<6xf32>\n  return")
    after = after.replace("  %v = memref", "  %j = arith.constant 4 : index\n  %v = memref")
    problem = only(verify(before, after)).outcomes[0].problem
    assert "argument 0 after the call, element [4]" in problem


def test_results_that_became_buffers_are_compared(verify):
    before = "func.func @f(%a: tensor<6xf32>) -> tensor<6xf32> {\n  %r = arith.addf %a, %a : tensor<6xf32>\n"
    before += "  return %r : tensor<6xf32>\n}\n"
    after = """\
func.func @f(%a: memref<6xf32>, %r: memref<6xf32>) {
  linalg.add ins(%a, %a : memref<6xf32>, memref<6xf32>) outs(%r : memref<6xf32>)
  return
}
"""
    assert verify(before, after).passed
    assert not verify(before, after.replace("linalg.add", "linalg.mul")).passed
    unwritten = "func.func @f(%a: memref<6xf32>, %r: memref<6xf32>) {\n  return\n}\n"
    assert not verify(before, unwritten).passed


def test_crash_in_compiled_code_is_reported(verify):
    report = verify(HARMLESS, CRASH)
    assert not report.passed
    assert "the transformed program crashed with SIGSEGV" in only(report).outcomes[0].problem
    report = verify(CRASH)
    assert "the unchanged program crashed with SIGSEGV" in only(report).problem


def test_call_that_does_not_end_is_ended(verify):
    text = """\
llvm.func @sleep(i32) -> i32
func.func @f(%a: tensor<4xf32>) -> f32 {
  %t = llvm.mlir.constant(47 : i32) : i32
  %r = llvm.call @sleep(%t) : (i32) -> i32
  %v = arith.sitofp %r : i32 to f32
  return %v : f32
}
"""
    report = verify(HARMLESS, text, timeout=1.0)
    assert "did not end within 1 s" in only(report).outcomes[0].problem


def test_function_that_vanishes_fails(verify):
    report = verify(HARMLESS, HARMLESS.replace("@f(", "@g("))
    assert not report.passed


def test_each_stage_names_the_first_that_departs(matmul, monkeypatch):
    """A stage's result is replaced by another program: that stage is named and those before it pass."""
    broken = "matmul-optimization"
    original = programs_module.Builder.step

    def step(self, source, name, step):
        path = original(self, source, name, step)
        if name == broken:
            text = path.read_text()
            assert "arith.constant dense<0.0" in text or "0.000000e+00" in text
            path.write_text(text.replace("0.000000e+00", "1.000000e+00"))
        return path

    monkeypatch.setattr(programs_module.Builder, "step", step)
    report = verify_file(matmul, Plan(pipeline="midend{threads=1 matmul=naive}", each_stage=True))
    outcomes = only(report).outcomes
    assert next(outcome.name for outcome in outcomes if not outcome.passed) == broken
    assert len(outcomes) > 6


def test_each_stage_of_both_pipelines_passes(matmul):
    report = verify_file(matmul, Plan(pipeline="midend{threads=1},backend", each_stage=True))
    assert [str(outcome.problem) for outcome in only(report).outcomes if not outcome.passed] == []


def test_pipeline_that_refuses_fails(verify):
    report = verify(HARMLESS, pipeline="midnd")
    assert "did you mean 'midend'" in only(report).outcomes[0].problem
    assert not report.passed


def test_program_that_does_not_parse_fails_at_its_line(verify):
    report = verify(MIXED.replace("arith.addf %b", "arith.addq %b"))
    assert not report.passed
    assert [function.passed for function in report.functions] == [True, False]
    assert "program.mlir:8:" in report.functions[1].problem


def test_section_that_cannot_be_linked_does_not_stop_the_next(verify):
    lonely = "func.func private @elsewhere() -> f32\nfunc.func @f() -> f32 {\n"
    lonely += "  %v = call @elsewhere() : () -> f32\n  return %v : f32\n}\n"
    report = verify(f"{lonely}// -----\n{HARMLESS}")
    assert [function.passed for function in report.functions] == [False, True]
    assert "elsewhere" in report.functions[0].problem


def test_without_functions_nothing_passes(verify):
    assert not verify("func.func private @f(tensor<4xf32>) -> f32\n").passed
    empty = verify("func.func @f() {\n  return\n}\n")
    assert not empty.passed
    assert "nothing to compare" in only(empty).outcomes[0].problem


def test_function_that_cannot_be_called_fails_by_name(verify):
    """Not skipped in silence: it would look verified."""
    text = "func.func @odd(%a: memref<*xf32>) {\n  return\n}\n"
    report = verify(HARMLESS + text)
    assert [(function.function, function.passed) for function in report.functions] == [("f", True), ("odd", False)]
    assert "cannot be called" in report.functions[1].problem
    assert not report.passed
    assert verify(HARMLESS + text, function="f").passed


def test_zero_sizes_alone_are_nothing(verify):
    report = verify(IN_PLACE, inputs=InputOptions(common=(0,)))
    assert not report.passed


def test_operations_of_many_roundings_have_bounds(verify):
    """TOSA has no rounding-error rules of its own; what it becomes has."""
    report = verify(TOSA, pipeline="midend{threads=1}")
    assert report.passed
    assert not only(report).bitwise
    assert not verify(TOSA, TOSA.replace("tosa.sigmoid", "tosa.tanh")).passed


def test_program_without_bounds_demands_the_same_bits(verify):
    """Vectors have no rounding-error rule: then only the same bits will do, and the report says so."""
    report = verify(VECTOR)
    assert report.passed
    assert only(report).bitwise
    assert "no bounds, so the same bits were demanded" in only(report).note
    assert not verify(VECTOR, VECTOR.replace("<add>", "<mul>")).passed


def test_unknown_function_and_senseless_plans(verify, matmul):
    with pytest.raises(LexonError, match="no public function 'g'"):
        verify(HARMLESS, function="g")
    with pytest.raises(LexonError, match="one of"):
        verify_file(matmul, Plan())
    with pytest.raises(LexonError, match="--each-stage needs --pipeline"):
        verify_file(matmul, Plan(pass_pipeline=CANONICAL, each_stage=True))


def test_temporary_files_are_gone(verify, tmp_path, monkeypatch):
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr("tempfile.tempdir", None)
    verify(HARMLESS)
    verify(HARMLESS, CRASH)
    assert not list(place.iterdir())


def test_program_that_takes_its_results_as_buffers_has_bounds(verify, matmul, tmp_path):
    """What lexon-opt leaves after bufferization carries the signature of the program it came from."""
    lowered = tmp_path / "buffers.mlir"
    with Toolbox() as tools:
        tools.run_to(lowered, "lexon-opt", [matmul, "--pipeline=midend{matmul=naive}", "--stop-after=bufferization"])
    text = lowered.read_text()
    assert "lexon.signature" in text
    report = verify(text, pass_pipeline=CANONICAL)
    assert report.passed
    assert not only(report).bitwise
    assert report.elements == 7 * 33
    assert 0 < only(report).outcomes[0].comparison.ratio < 1
    wrong = verify(text, text.replace("0.000000e+00", "1.000000e+00"))
    assert "result 0, element [0, 0]" in only(wrong).outcomes[0].problem


def test_each_pass_names_the_first_that_departs(verify):
    text = """\
func.func @f(%a: tensor<5xf32>, %b: tensor<5xf32>) -> tensor<5xf32> {
  %d = arith.subf %a, %b : tensor<5xf32>
  %r = math.exp %d : tensor<5xf32>
  return %r : tensor<5xf32>
}
"""
    passes = "builtin.module(canonicalize{max-iterations=3 top-down=true},func.func(cse,test-plant-miscompile),cse)"
    outcomes = only(verify(text, pass_pipeline=passes, each_pass=True)).outcomes
    assert [outcome.name for outcome in outcomes] == ["1 canonicalize", "2 cse", "3 test-plant-miscompile", "4 cse"]
    assert [outcome.passed for outcome in outcomes] == [True, True, False, False]
    assert [outcome.departs for outcome in outcomes] == [False, False, True, True]
    stopped = only(verify(text, pass_pipeline="builtin.module(cse,no-such-pass,cse)", each_pass=True)).outcomes
    assert [outcome.name for outcome in stopped] == ["1 cse", "2 no-such-pass"]
    assert "no-such-pass" in stopped[1].problem
    with pytest.raises(LexonError, match="--each-pass needs --pass-pipeline"):
        verify(text, pipeline="midend", each_pass=True)


@pytest.mark.parametrize("text", ["builtin.module(cse", "builtin.module(cse))", "cse}", ""])
def test_malformed_pass_pipelines_are_refused_by_the_parser(verify, text):
    report = verify(HARMLESS, pass_pipeline=text, each_pass=True)
    assert not report.passed
    assert not report.departs


def test_only_another_result_departs(verify):
    """A program that cannot be compiled, transformed or run says nothing about the transformation."""
    assert verify(HARMLESS, CRASH).departs
    assert verify(HARMLESS, HARMLESS.replace("1.0", "2.0")).departs
    assert not verify(HARMLESS).departs
    assert not verify(CRASH).departs
    assert not verify(HARMLESS, pass_pipeline="builtin.module(no-such-pass)").departs
    assert not verify(HARMLESS, HARMLESS.replace("arith.constant", "arith.constent")).departs
    assert not verify("func.func @f(").departs
