// What is left over is named at its place, each kind once, whichever way the module goes.
// RUN: lexon-translate --mlir-to-llvmir --verify-diagnostics %s
// RUN: not lexon-translate --emit=obj %s -o %t.o 2>&1 | FileCheck %s
// RUN: not ls %t.o

// CHECK: untranslatable-errors.mlir:[[#@LINE+4]]:1: error: 'func.func' op cannot be translated to LLVM IR
// CHECK: note: run lexon-opt --pipeline=backend first
// expected-error @below {{'func.func' op cannot be translated to LLVM IR}}
// expected-note @below {{run lexon-opt --pipeline=backend first}}
func.func @f(%a: f32, %b: f32) -> f32 {
  // CHECK: untranslatable-errors.mlir:[[#@LINE+2]]:8: error: 'arith.addf' op cannot be translated to LLVM IR
  // expected-error @below {{'arith.addf' op cannot be translated to LLVM IR}}
  %0 = arith.addf %a, %b : f32
  // CHECK-NOT: 'arith.addf' op
  %1 = arith.addf %0, %b : f32
  // expected-error @below {{'builtin.unrealized_conversion_cast' op cannot be translated to LLVM IR}}
  %2 = builtin.unrealized_conversion_cast %1 : f32 to f32
  // expected-error @below {{'func.return' op cannot be translated to LLVM IR}}
  return %2 : f32
}
