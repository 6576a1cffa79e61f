// RUN: lexon-opt %s --convert-blas-to-linalg --split-input-file | FileCheck %s

// alpha and beta are 1: the contraction and nothing else.
// CHECK: #[[MK:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK: #[[NK:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK: #[[MN:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-LABEL: func.func @plain(
//   CHECK-NOT:   linalg
//       CHECK:   linalg.generic {indexing_maps = [#[[MK]], #[[NK]], #[[MN]]], iterator_types = ["parallel", "parallel", "reduction"]}
//       CHECK:     %[[P:.*]] = arith.mulf
//       CHECK:     arith.addf %{{.*}}, %[[P]]
//   CHECK-NOT:   linalg.generic
//       CHECK:   return
func.func @plain(%a: memref<4x8xf32>, %b: memref<3x8xf32>, %c: memref<4x3xf32>) {
  %one = arith.constant 1.0 : f32
  blas.gemm alpha(%one) ins(%a, %b : memref<4x8xf32>, memref<3x8xf32>) beta(%one) outs(%c : memref<4x3xf32>) {transpose_b}
  return
}
// -----
// beta is 0: the old contents are not read, be they NaN.
// CHECK-LABEL: func.func @overwrite(
//       CHECK:   %[[F:.*]] = linalg.fill
//       CHECK:   linalg.generic {{.*}} outs(%[[F]] : tensor<4xf32>)
//       CHECK:     arith.mulf
//       CHECK:     arith.mulf
func.func @overwrite(%alpha: f32, %a: tensor<8x4xf32>, %x: tensor<8xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  %zero = arith.constant 0.0 : f32
  %0 = blas.gemv alpha(%alpha) ins(%a, %x : tensor<8x4xf32>, tensor<8xf32>) beta(%zero) outs(%y : tensor<4xf32>) {transpose_a} -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
// -----
// CHECK-LABEL: func.func @scaled(
//       CHECK:   linalg.generic {{.*}} outs(%{{.*}} : memref<f64>)
//       CHECK:     arith.cmpf oeq
//       CHECK:     arith.select
//       CHECK:   linalg.generic {{.*}} iterator_types = ["reduction"]
func.func @scaled(%alpha: f64, %beta: f64, %x: memref<?xf64>, %y: memref<?xf64>, %c: memref<f64>) {
  blas.dot alpha(%alpha) ins(%x, %y : memref<?xf64>, memref<?xf64>) beta(%beta) outs(%c : memref<f64>)
  return
}
// -----
// CHECK: affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d2)>
// CHECK: affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d3)>
// CHECK: affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
// CHECK-LABEL: func.func @batch(
//       CHECK:   linalg.generic
func.func @batch(%a: memref<2x3x8x4xf32>, %b: memref<2x3x8x5xf32>, %c: memref<2x3x4x5xf32>) {
  %one = arith.constant 1.0 : f32
  blas.batch_gemm alpha(%one) ins(%a, %b : memref<2x3x8x4xf32>, memref<2x3x8x5xf32>) beta(%one) outs(%c : memref<2x3x4x5xf32>) {transpose_a}
  return
}
