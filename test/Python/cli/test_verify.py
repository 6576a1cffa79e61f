# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`lexon verify` as a command: what it prints and how it exits."""

BUFFERS = """\
func.func @double(%a: memref<5xf32>) {
  affine.for %i = 0 to 5 {
    %v = affine.load %a[%i] : memref<5xf32>
    %w = arith.addf %v, %v : f32
    affine.store %w, %a[%i] : memref<5xf32>
  }
  return
}
"""


def test_good_run(lexon, matmul):
    done = lexon("verify", matmul.name, "--pipeline=midend", "--inputs=seeded", "--seed=3")
    assert done.returncode == 0, done
    assert f"PASS @forward ({matmul.name}:1): 231 elements, largest error" in done.stdout
    assert "1 passed, 0 failed, 231 elements compared" in done.stdout


def test_wrong_program_exits_with_one_and_the_element(lexon, matmul, tmp_path):
    text = matmul.read_text().replace("arith.constant 0.0", "arith.constant 0.125")
    (tmp_path / "wrong.mlir").write_text(text)
    done = lexon("verify", matmul.name, "--after=wrong.mlir")
    assert done.returncode == 1
    assert "FAIL @forward" in done.stdout
    assert "result 0, element [0, 0]" in done.stdout
    assert "231 of 231 are wrong" in done.stdout


def test_each_stage_prints_a_line_for_each(lexon, tmp_path):
    (tmp_path / "buffers.mlir").write_text(BUFFERS)
    done = lexon("verify", "buffers.mlir", "--pipeline=midend{threads=1}", "--each-stage")
    assert done.returncode == 0, done
    assert done.stdout.count("  PASS ") >= 8


def test_nothing_to_compare_fails(lexon, tmp_path):
    (tmp_path / "none.mlir").write_text("func.func private @f()\n")
    done = lexon("verify", "none.mlir", "--pass-pipeline=builtin.module(canonicalize)")
    assert done.returncode == 1
    assert "no element was compared" in done.stdout


def test_unknown_pipeline_pass_and_function(lexon, matmul):
    assert "did you mean 'midend'" in lexon("verify", matmul.name, "--pipeline=midnd").stdout
    assert "'canonicalise'" in lexon("verify", matmul.name, "--pass-pipeline=builtin.module(canonicalise)").stdout
    done = lexon("verify", matmul.name, "--pipeline=midend", "--function=backward")
    assert (done.returncode, "backward" in done.stderr) == (1, True)
    done = lexon("verify", matmul.name, "--pipeline=midnd", "--each-stage")
    assert (done.returncode, "did you mean 'midend'" in done.stderr) == (1, True)


def test_wrong_values_of_flags(lexon, matmul):
    assert lexon("verify", matmul.name, "--pipeline=midend", "--inputs=zero").returncode == 2
    assert lexon("verify", matmul.name, "--pipeline=midend", "--bound=-1").returncode == 2
    assert lexon("verify", matmul.name, "--pipeline=midend", "--dynamic=x").returncode == 1
    assert lexon("verify", matmul.name).returncode == 1


EXP = """\
func.func @f(%a: tensor<5xf32>, %b: tensor<5xf32>) -> tensor<5xf32> {
  %d = arith.subf %a, %b : tensor<5xf32>
  %r = math.exp %d : tensor<5xf32>
  return %r : tensor<5xf32>
}
"""


def test_interesting_is_another_result_and_nothing_else(lexon, tmp_path):
    (tmp_path / "exp.mlir").write_text(EXP)
    (tmp_path / "broken.mlir").write_text("func.func @f(")
    wrong = "--pass-pipeline=builtin.module(test-plant-miscompile)"
    done = lexon("verify", "exp.mlir", wrong, "--interesting")
    assert (done.returncode, "0 passed, 1 failed" in done.stdout) == (1, True)
    done = lexon("verify", "exp.mlir", wrong, "--each-pass")
    assert "the first pass that departs is 1 test-plant-miscompile" in done.stdout
    for arguments in (
        ("exp.mlir", "--pass-pipeline=builtin.module(cse)"),
        ("exp.mlir", "--pass-pipeline=builtin.module(no-such-pass)"),
        ("exp.mlir", wrong, "--function=g"),
        ("exp.mlir", wrong, "--each-stage"),
        ("broken.mlir", wrong),
        ("missing.mlir", wrong),
    ):
        done = lexon("verify", *arguments, "--interesting")
        assert done.returncode == 0, arguments
        assert done.stdout or done.stderr, arguments
