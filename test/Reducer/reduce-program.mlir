// Nearly every value is used: reduction-tree can erase nothing, reduce-program replaces values first.
// RUN: rm -rf %t && mkdir %t && printf '#!/bin/sh\n! grep -q math.exp "$1"\n' > %t/has-exp.sh && chmod +x %t/has-exp.sh

// RUN: lexon-reduce %s --reduce-program=test=%t/has-exp.sh -o %t/small.mlir 2> %t/log
// RUN: FileCheck %s < %t/small.mlir
// RUN: FileCheck %s --check-prefix=LOG < %t/log
// RUN: lexon-opt %t/small.mlir -o /dev/null

// The function that needs no caller stays.
// CHECK-NOT: @main
// CHECK-NOT: @unused
// CHECK:     func.func private @helper(%[[A:.*]]: tensor<5x7xf32>) -> tensor<5x7xf32> {
// CHECK-NEXT:  %[[E:.*]] = math.exp %[[A]]
// CHECK-NEXT:  return %[[E]]
// CHECK-NEXT: }
// CHECK-NOT: {{[a-z]}}
// LOG: reduce-program.mlir:[[#]]:1: remark: reduced from {{[0-9]+}} to 3 operations; tests run: {{[0-9]+}}

// MLIR's own passes run too.
// RUN: lexon-reduce %s --reduction-tree='traversal-mode=0 test=%t/has-exp.sh' -o - | FileCheck %s --check-prefix=TREE
// RUN: lexon-reduce %s --opt-reduction-pass='opt-pass=symbol-dce test=%t/has-exp.sh' | FileCheck %s --check-prefix=DCE
// TREE-NOT: @unused
// TREE: math.exp
// DCE-NOT: @unused
// DCE: math.exp

// Arguments come before the file's name; a test without a slash is looked for in PATH.
// RUN: lexon-reduce %s --reduce-program='test=sh test-arg=-e,%t/has-exp.sh' | diff - %t/small.mlir
// RUN: lexon-reduce - --reduce-program=test=%t/has-exp.sh < %s | diff - %t/small.mlir

func.func private @unused(%a: f32) -> f32 {
  return %a : f32
}

func.func private @helper(%a: tensor<5x7xf32>, %b: tensor<5x7xf32>) -> tensor<5x7xf32> {
  %d = arith.subf %a, %b : tensor<5x7xf32>
  %e = math.exp %d : tensor<5x7xf32>
  return %e : tensor<5x7xf32>
}

func.func @main(%a: tensor<5x7xf32>, %b: tensor<7x7xf32>, %n: index) -> (tensor<5x7xf32>, index) {
  %empty = tensor.empty() : tensor<5x7xf32>
  %zero = arith.constant 0.0 : f32
  %fill = linalg.fill ins(%zero : f32) outs(%empty : tensor<5x7xf32>) -> tensor<5x7xf32>
  %p = linalg.matmul ins(%a, %b : tensor<5x7xf32>, tensor<7x7xf32>) outs(%fill : tensor<5x7xf32>) -> tensor<5x7xf32>
  %q = arith.addf %p, %a : tensor<5x7xf32>
  %e = call @helper(%q, %a) : (tensor<5x7xf32>, tensor<5x7xf32>) -> tensor<5x7xf32>
  %r = arith.mulf %e, %p {mine = 3 : i64} : tensor<5x7xf32>
  %s = math.tanh %r : tensor<5x7xf32>
  %t = arith.addf %s, %q : tensor<5x7xf32>
  return %t, %n : tensor<5x7xf32>, index
}
