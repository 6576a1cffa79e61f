// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(fuse-elementwise))' --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(fuse-elementwise))'
// REQUIRES: python
// CHECK-COUNT-4: remark: [Passed] fused | Category:fuse-elementwise

// A size of one in front, a transpose, a prime.
func.func @chain(%a: tensor<1x5x7xf32>, %b: tensor<1x7x5xf32>) -> tensor<1x7x5xf32> {
  %e = tensor.empty() : tensor<1x7x5xf32>
  %t = linalg.transpose ins(%a : tensor<1x5x7xf32>) outs(%e : tensor<1x7x5xf32>) permutation = [0, 2, 1]
  %x = linalg.exp ins(%t : tensor<1x7x5xf32>) outs(%e : tensor<1x7x5xf32>) -> tensor<1x7x5xf32>
  %y = linalg.add ins(%x, %b : tensor<1x7x5xf32>, tensor<1x7x5xf32>) outs(%e : tensor<1x7x5xf32>) -> tensor<1x7x5xf32>
  return %y : tensor<1x7x5xf32>
}
// Into a reduction: the square is never stored.
func.func @sum_of_squares(%a: tensor<?x13xf32>) -> tensor<?xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %n = tensor.dim %a, %c0 : tensor<?x13xf32>
  %e = tensor.empty(%n) : tensor<?x13xf32>
  %s = tensor.empty(%n) : tensor<?xf32>
  %z = linalg.fill ins(%zero : f32) outs(%s : tensor<?xf32>) -> tensor<?xf32>
  %q = linalg.mul ins(%a, %a : tensor<?x13xf32>, tensor<?x13xf32>) outs(%e : tensor<?x13xf32>) -> tensor<?x13xf32>
  %r = linalg.reduce {arith.addf} ins(%q : tensor<?x13xf32>) outs(%z : tensor<?xf32>) dimensions = [1]
  return %r : tensor<?xf32>
}
func.func @half(%a: tensor<9x4xf16>) -> tensor<9x4xf16> {
  %e = tensor.empty() : tensor<9x4xf16>
  %x = linalg.tanh ins(%a : tensor<9x4xf16>) outs(%e : tensor<9x4xf16>) -> tensor<9x4xf16>
  %y = linalg.mul ins(%x, %a : tensor<9x4xf16>, tensor<9x4xf16>) outs(%e : tensor<9x4xf16>) -> tensor<9x4xf16>
  return %y : tensor<9x4xf16>
}
