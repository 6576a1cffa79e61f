// A cast that only forgets what is known folds into the operation.
// RUN: lexon-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @known_layout(
//  CHECK-SAME:   %{{[^:]+}}: f32, %[[A:[^:]+]]: memref<4x8xf32>
//   CHECK-NOT:   memref.cast
//       CHECK:   blas.gemm alpha(%{{.*}}) ins(%[[A]], %{{.*}} : memref<4x8xf32>, memref<8x3xf32>)
func.func @known_layout(%s: f32, %a: memref<4x8xf32>, %b: memref<8x3xf32>, %c: memref<4x3xf32>) {
  %d = memref.cast %a : memref<4x8xf32> to memref<?x?xf32, strided<[?, ?], offset: ?>>
  blas.gemm alpha(%s) ins(%d, %b : memref<?x?xf32, strided<[?, ?], offset: ?>>, memref<8x3xf32>) beta(%s) outs(%c : memref<4x3xf32>)
  return
}
// What the cast hides is a layout the operation cannot have: it stays.
// CHECK-LABEL: func.func @unsuitable_layout(
//       CHECK:   %[[D:.*]] = memref.cast
//       CHECK:   blas.gemm alpha(%{{.*}}) ins(%[[D]],
func.func @unsuitable_layout(%s: f32, %a: memref<4x8xf32, strided<[1, 4]>>, %b: memref<8x3xf32>, %c: memref<4x3xf32>) {
  %d = memref.cast %a : memref<4x8xf32, strided<[1, 4]>> to memref<4x8xf32, strided<[?, ?]>>
  blas.gemm alpha(%s) ins(%d, %b : memref<4x8xf32, strided<[?, ?]>>, memref<8x3xf32>) beta(%s) outs(%c : memref<4x3xf32>)
  return
}
// On tensors nothing is written, so a result nobody uses is not computed.
// CHECK-LABEL: func.func @unused(
//   CHECK-NOT:   blas.gemm
//       CHECK:   return
func.func @unused(%s: f32, %a: tensor<4x8xf32>, %b: tensor<8x3xf32>, %c: tensor<4x3xf32>) {
  %0 = blas.gemm alpha(%s) ins(%a, %b : tensor<4x8xf32>, tensor<8x3xf32>) beta(%s) outs(%c : tensor<4x3xf32>) -> tensor<4x3xf32>
  return
}
