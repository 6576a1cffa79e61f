// Every flag of MLIR's own tool works.
// RUN: lexon-opt %s --split-input-file | FileCheck %s
// RUN: lexon-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(func.func(cse))'
// RUN: lexon-opt %s --split-input-file --cse --mlir-print-ir-after-all -o /dev/null 2>&1 | FileCheck %s --check-prefix=DUMP
// DUMP: IR Dump After CSE
// RUN: lexon-opt %S/Inputs/layer.mlir --pipeline=midend --mlir-print-ir-after-all -o /dev/null 2>&1 | FileCheck %s --check-prefix=STAGES
// STAGES: IR Dump After {{.*}}OneShotBufferize
// RUN: lexon-opt %S/Inputs/layer.mlir --pipeline=midend --mlir-timing -o /dev/null 2>&1 | FileCheck %s --check-prefix=TIMING
// TIMING: Execution time report
// RUN: lexon-opt %S/Inputs/layer.mlir --midend --mlir-disable-threading --dump-pass-pipeline -o /dev/null 2>&1 | FileCheck %s --check-prefix=PASSES
// PASSES: builtin.module(

// Bytecode out and in: the same program.
// RUN: lexon-opt %S/Inputs/layer.mlir -o %t.text
// RUN: lexon-opt %S/Inputs/layer.mlir --emit-bytecode -o %t.bytecode
// RUN: lexon-opt %t.bytecode | diff - %t.text
// RUN: lexon-opt %S/Inputs/layer.mlir --pipeline=midend -o %t.midend
// RUN: lexon-opt %t.bytecode --pipeline=midend | diff - %t.midend

// A reproducer of a failing pipeline fails in the same way.
// RUN: rm -f %t.reproducer
// RUN: not lexon-opt %S/Inputs/unlowerable.mlir --pipeline=midend --mlir-pass-pipeline-crash-reproducer=%t.reproducer -o /dev/null
// RUN: not lexon-opt %t.reproducer --run-reproducer -o /dev/null 2>&1 | FileCheck %s --check-prefix=AGAIN
// AGAIN: error: 'async.execute' op has no lowering in stage 'tosa-to-linalg'

// RUN: lexon-opt --show-dialects | FileCheck %s --check-prefix=DIALECTS
// DIALECTS: lexon
// RUN: lexon-opt --list-passes | FileCheck %s --check-prefix=LIST
// LIST: --verify-stage
// RUN: lexon-opt --version | FileCheck %s --check-prefix=VERSION
// VERSION: LLVM version 22

// CHECK-LABEL: func.func @first
func.func @first(%a: i32) -> i32 {
  %0 = arith.addi %a, %a : i32
  return %0 : i32
}
// -----
// CHECK-LABEL: func.func @second
func.func @second(%a: i32) -> i32 {
  return %a : i32
}
