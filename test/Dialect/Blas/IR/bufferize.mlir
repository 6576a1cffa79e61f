// RUN: lexon-opt %s --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" --canonicalize --cse | FileCheck %s

// In place, where the old value is not needed afterwards.
// CHECK-LABEL: func.func @in_place(
//       CHECK:   %[[OUT:.*]] = memref.alloc
//   CHECK-NOT:   memref.alloc
//       CHECK:   blas.gemm {{.*}} outs(%[[OUT]] : memref<4x3xf32>)
func.func @in_place(%a: tensor<4x8xf32>, %b: tensor<8x3xf32>) -> tensor<4x3xf32> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<4x3xf32>
  %0 = blas.gemm alpha(%one) ins(%a, %b : tensor<4x8xf32>, tensor<8x3xf32>) beta(%zero) outs(%e : tensor<4x3xf32>) -> tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}
// The accumulator is read again: beta is not 0, so it is copied first.
// CHECK-LABEL: func.func @kept(
//  CHECK-SAME:   %{{[^:]+}}: f32, %{{[^:]+}}: memref<3x3xf32>, %[[C:[^:]+]]: memref<3x3xf32>
//       CHECK:   %[[COPY:.*]] = memref.alloc
//       CHECK:   memref.copy %[[C]], %[[COPY]]
//       CHECK:   blas.gemm {{.*}} outs(%[[COPY]] : memref<3x3xf32>)
//       CHECK:   return %[[COPY]], %[[C]]
func.func @kept(%s: f32, %a: tensor<3x3xf32>, %c: tensor<3x3xf32>) -> (tensor<3x3xf32>, tensor<3x3xf32>) {
  %0 = blas.gemm alpha(%s) ins(%a, %c : tensor<3x3xf32>, tensor<3x3xf32>) beta(%s) outs(%c : tensor<3x3xf32>) -> tensor<3x3xf32>
  return %0, %c : tensor<3x3xf32>, tensor<3x3xf32>
}
// Every second column is nothing CBLAS can read: the operation gets a copy.
// CHECK-LABEL: func.func @every_second_column(
//       CHECK:   %[[VIEW:.*]] = memref.subview
//       CHECK:   %[[COPY:.*]] = memref.alloc() {{.*}}: memref<4x8xf32>
//       CHECK:   memref.copy %[[VIEW]], %[[COPY]]
//       CHECK:   blas.gemm {{.*}} ins(%[[COPY]], %
func.func @every_second_column(%s: f32, %a: tensor<4x16xf32>, %b: tensor<8x3xf32>, %c: tensor<4x3xf32>) -> tensor<4x3xf32> {
  %v = tensor.extract_slice %a[0, 0] [4, 8] [1, 2] : tensor<4x16xf32> to tensor<4x8xf32>
  %0 = blas.gemm alpha(%s) ins(%v, %b : tensor<4x8xf32>, tensor<8x3xf32>) beta(%s) outs(%c : tensor<4x3xf32>) -> tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}
