// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(normalize-contractions),canonicalize)' --split-input-file | FileCheck %s
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(normalize-contractions))' --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// A weight as PyTorch stores it, transposed before use.
// WHY: remark: [Passed] folded | Category:normalize-contractions | Remark="moved operand"
// CHECK-DAG: #[[NK:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-LABEL: func.func @weight(
//  CHECK-SAME:   %[[X:[^:]+]]: tensor<?x7xf32>, %[[W:[^:]+]]: tensor<3x7xf32>
//   CHECK-NOT:   linalg.transpose
//       CHECK:   linalg.generic {indexing_maps = [#{{.*}}, #[[NK]], #{{.*}}]{{.*}} ins(%[[X]], %[[W]] :
func.func @weight(%x: tensor<?x7xf32>, %w: tensor<3x7xf32>, %y: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %e = tensor.empty() : tensor<7x3xf32>
  %t = linalg.transpose ins(%w : tensor<3x7xf32>) outs(%e : tensor<7x3xf32>) permutation = [1, 0]
  %0 = linalg.matmul ins(%x, %t : tensor<?x7xf32>, tensor<7x3xf32>) outs(%y : tensor<?x3xf32>) -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}
// -----
// Repeated key heads of grouped-query attention, behind a reshape that joins heads and groups.
// CHECK-LABEL: func.func @repeated_heads(
//  CHECK-SAME:   %[[Q:[^:]+]]: tensor<6x5x8xf16>, %[[K:[^:]+]]: tensor<2x4x8xf16>
//   CHECK-NOT:   linalg.broadcast
//       CHECK:   linalg.generic {{.*}} ins(%{{.*}}, %[[K]] : tensor<2x3x5x8xf16>, tensor<2x4x8xf16>)
func.func @repeated_heads(%q: tensor<6x5x8xf16>, %k: tensor<2x4x8xf16>, %s: tensor<6x5x4xf16>) -> tensor<6x5x4xf16> {
  %e = tensor.empty() : tensor<2x3x4x8xf16>
  %b = linalg.broadcast ins(%k : tensor<2x4x8xf16>) outs(%e : tensor<2x3x4x8xf16>) dimensions = [1]
  %c = tensor.collapse_shape %b [[0, 1], [2], [3]] : tensor<2x3x4x8xf16> into tensor<6x4x8xf16>
  %0 = linalg.contract indexing_maps = [affine_map<(h, m, n, d) -> (h, m, d)>, affine_map<(h, m, n, d) -> (h, n, d)>, affine_map<(h, m, n, d) -> (h, m, n)>]
    ins(%q, %c : tensor<6x5x8xf16>, tensor<6x4x8xf16>) outs(%s : tensor<6x5x4xf16>) -> tensor<6x5x4xf16>
  return %0 : tensor<6x5x4xf16>
}
// -----
// WHY: remark: [Passed] folded | Category:normalize-contractions | Remark="moved result"
// CHECK-LABEL: func.func @transposed_result(
//   CHECK-NOT:   linalg.transpose
//       CHECK:   linalg.generic {{.*}} outs(%{{.*}} : tensor<3x5xf64>)
//       CHECK:   return
func.func @transposed_result(%x: tensor<5x7xf64>, %w: tensor<7x3xf64>) -> tensor<3x5xf64> {
  %zero = arith.constant 0.0 : f64
  %e = tensor.empty() : tensor<5x3xf64>
  %z = linalg.fill ins(%zero : f64) outs(%e : tensor<5x3xf64>) -> tensor<5x3xf64>
  %0 = linalg.matmul ins(%x, %w : tensor<5x7xf64>, tensor<7x3xf64>) outs(%z : tensor<5x3xf64>) -> tensor<5x3xf64>
  %f = tensor.empty() : tensor<3x5xf64>
  %t = linalg.transpose ins(%0 : tensor<5x3xf64>) outs(%f : tensor<3x5xf64>) permutation = [1, 0]
  return %t : tensor<3x5xf64>
}
// -----
// Left alone: something else needs the product as it is.
// CHECK-LABEL: func.func @used_twice(
//       CHECK:   linalg.matmul
//       CHECK:   linalg.transpose
func.func @used_twice(%x: tensor<5x7xf32>, %w: tensor<7x3xf32>) -> (tensor<5x3xf32>, tensor<3x5xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<5x3xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<5x3xf32>) -> tensor<5x3xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<5x7xf32>, tensor<7x3xf32>) outs(%z : tensor<5x3xf32>) -> tensor<5x3xf32>
  %f = tensor.empty() : tensor<3x5xf32>
  %t = linalg.transpose ins(%0 : tensor<5x3xf32>) outs(%f : tensor<3x5xf32>) permutation = [1, 0]
  return %0, %t : tensor<5x3xf32>, tensor<3x5xf32>
}
// -----
// Left alone: without the broadcast operand nobody would know the size of the reduction.
// CHECK-LABEL: func.func @only_source_of_size(
//       CHECK:   linalg.broadcast
//       CHECK:   linalg.broadcast
func.func @only_source_of_size(%x: tensor<5xf32>, %w: tensor<3xf32>, %y: tensor<5x3xf32>) -> tensor<5x3xf32> {
  %e = tensor.empty() : tensor<5x7xf32>
  %f = tensor.empty() : tensor<7x3xf32>
  %a = linalg.broadcast ins(%x : tensor<5xf32>) outs(%e : tensor<5x7xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%w : tensor<3xf32>) outs(%f : tensor<7x3xf32>) dimensions = [0]
  %0 = linalg.matmul ins(%a, %b : tensor<5x7xf32>, tensor<7x3xf32>) outs(%y : tensor<5x3xf32>) -> tensor<5x3xf32>
  return %0 : tensor<5x3xf32>
}
