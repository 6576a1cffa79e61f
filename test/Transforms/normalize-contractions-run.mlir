// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(normalize-contractions))' --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(normalize-contractions))'
// RUN: lexon verify %s --inputs=seeded --pipeline=onestep
// REQUIRES: python
// CHECK-COUNT-6: remark: [Passed] folded | Category:normalize-contractions

func.func @weight(%x: tensor<?x7xf32>, %w: tensor<3x7xf32>, %y: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %e = tensor.empty() : tensor<7x3xf32>
  %t = linalg.transpose ins(%w : tensor<3x7xf32>) outs(%e : tensor<7x3xf32>) permutation = [1, 0]
  %0 = linalg.matmul ins(%x, %t : tensor<?x7xf32>, tensor<7x3xf32>) outs(%y : tensor<?x3xf32>) -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}
func.func @both_and_batch(%x: tensor<2x7x5xf32>, %w: tensor<2x3x7xf32>, %y: tensor<2x5x3xf32>) -> tensor<2x5x3xf32> {
  %e = tensor.empty() : tensor<2x5x7xf32>
  %f = tensor.empty() : tensor<2x7x3xf32>
  %s = linalg.transpose ins(%x : tensor<2x7x5xf32>) outs(%e : tensor<2x5x7xf32>) permutation = [0, 2, 1]
  %t = linalg.transpose ins(%w : tensor<2x3x7xf32>) outs(%f : tensor<2x7x3xf32>) permutation = [0, 2, 1]
  %0 = linalg.batch_matmul ins(%s, %t : tensor<2x5x7xf32>, tensor<2x7x3xf32>) outs(%y : tensor<2x5x3xf32>) -> tensor<2x5x3xf32>
  return %0 : tensor<2x5x3xf32>
}
func.func @repeated_heads(%q: tensor<6x5x8xf32>, %k: tensor<2x4x8xf32>, %s: tensor<6x5x4xf32>) -> tensor<6x5x4xf32> {
  %e = tensor.empty() : tensor<2x3x4x8xf32>
  %b = linalg.broadcast ins(%k : tensor<2x4x8xf32>) outs(%e : tensor<2x3x4x8xf32>) dimensions = [1]
  %c = tensor.collapse_shape %b [[0, 1], [2], [3]] : tensor<2x3x4x8xf32> into tensor<6x4x8xf32>
  %0 = linalg.contract indexing_maps = [affine_map<(h, m, n, d) -> (h, m, d)>, affine_map<(h, m, n, d) -> (h, n, d)>, affine_map<(h, m, n, d) -> (h, m, n)>]
    ins(%q, %c : tensor<6x5x8xf32>, tensor<6x4x8xf32>) outs(%s : tensor<6x5x4xf32>) -> tensor<6x5x4xf32>
  return %0 : tensor<6x5x4xf32>
}
func.func @transposed_result(%x: tensor<5x7xf64>, %w: tensor<7x3xf64>) -> tensor<3x5xf64> {
  %zero = arith.constant 0.0 : f64
  %e = tensor.empty() : tensor<5x3xf64>
  %z = linalg.fill ins(%zero : f64) outs(%e : tensor<5x3xf64>) -> tensor<5x3xf64>
  %0 = linalg.matmul ins(%x, %w : tensor<5x7xf64>, tensor<7x3xf64>) outs(%z : tensor<5x3xf64>) -> tensor<5x3xf64>
  %f = tensor.empty() : tensor<3x5xf64>
  %t = linalg.transpose ins(%0 : tensor<5x3xf64>) outs(%f : tensor<3x5xf64>) permutation = [1, 0]
  return %t : tensor<3x5xf64>
}
// A factor and a subtraction stay what they are when an operand's and the result's transposes fold.
func.func @scaled(%x: tensor<5x7xf64>, %w: tensor<3x7xf64>, %s: f64) -> tensor<3x5xf64> {
  %zero = arith.constant 0.0 : f64
  %e = tensor.empty() : tensor<7x3xf64>
  %t = linalg.transpose ins(%w : tensor<3x7xf64>) outs(%e : tensor<7x3xf64>) permutation = [1, 0]
  %f = tensor.empty() : tensor<5x3xf64>
  %z = linalg.fill ins(%zero : f64) outs(%f : tensor<5x3xf64>) -> tensor<5x3xf64>
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> ()>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %t, %s : tensor<5x7xf64>, tensor<7x3xf64>, f64) outs(%z : tensor<5x3xf64>) {
  ^bb0(%a: f64, %b: f64, %c: f64, %d: f64):
    %p = arith.mulf %a, %b : f64
    %q = arith.mulf %p, %c : f64
    %r = arith.subf %d, %q : f64
    linalg.yield %r : f64
  } -> tensor<5x3xf64>
  %g = tensor.empty() : tensor<3x5xf64>
  %u = linalg.transpose ins(%0 : tensor<5x3xf64>) outs(%g : tensor<3x5xf64>) permutation = [1, 0]
  return %u : tensor<3x5xf64>
}
