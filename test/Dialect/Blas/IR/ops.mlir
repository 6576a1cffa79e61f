// Text and bytecode round trips.
// RUN: lexon-opt %s | lexon-opt | FileCheck %s
// RUN: lexon-opt %s --emit-bytecode | lexon-opt | FileCheck %s

// CHECK-LABEL: func.func @tensors(
//       CHECK:   blas.gemm alpha(%{{.*}}) ins(%{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<16x8xf32>) beta(%{{.*}}) outs(%{{.*}} : tensor<4x16xf32>) {transpose_b} -> tensor<4x16xf32>
//       CHECK:   blas.gemv alpha({{.*}}) {{.*}} outs(%{{.*}} : tensor<4xf32>) -> tensor<4xf32>
//       CHECK:   blas.dot alpha({{.*}}) {{.*}} outs(%{{.*}} : tensor<f32>) -> tensor<f32>
func.func @tensors(%s: f32, %a: tensor<4x8xf32>, %b: tensor<16x8xf32>, %x: tensor<8xf32>, %c: tensor<4x16xf32>,
                   %y: tensor<4xf32>, %d: tensor<f32>) -> (tensor<4x16xf32>, tensor<4xf32>, tensor<f32>) {
  %0 = blas.gemm alpha(%s) ins(%a, %b : tensor<4x8xf32>, tensor<16x8xf32>) beta(%s) outs(%c : tensor<4x16xf32>) {transpose_b} -> tensor<4x16xf32>
  %1 = blas.gemv alpha(%s) ins(%a, %x : tensor<4x8xf32>, tensor<8xf32>) beta(%s) outs(%y : tensor<4xf32>) -> tensor<4xf32>
  %2 = blas.dot alpha(%s) ins(%x, %x : tensor<8xf32>, tensor<8xf32>) beta(%s) outs(%d : tensor<f32>) -> tensor<f32>
  return %0, %1, %2 : tensor<4x16xf32>, tensor<4xf32>, tensor<f32>
}

// Leading dimensions larger than a row, a strided vector, a matrix repeated over a batch, an empty one.
// CHECK-LABEL: func.func @memrefs(
//       CHECK:   blas.gemm alpha({{.*}}) {{.*}} outs(%{{.*}} : memref<4x16xf64, strided<[100, 1], offset: 3>>) {transpose_a}
//       CHECK:   blas.batch_gemm alpha({{.*}}) {{.*}}strided<[0, 8, 1]>
//       CHECK:   blas.gemv alpha({{.*}}) {{.*}}memref<?xf64, strided<[?], offset: ?>>
//       CHECK:   blas.gemm alpha({{.*}}) {{.*}}memref<0x8xf64>
func.func @memrefs(%s: f64, %a: memref<8x4xf64>, %b: memref<8x16xf64>, %c: memref<4x16xf64, strided<[100, 1], offset: 3>>,
                   %q: memref<3x5x8xf64>, %k: memref<3x8x8xf64, strided<[0, 8, 1]>>, %r: memref<3x5x8xf64>,
                   %m: memref<?x?xf64, strided<[?, ?], offset: ?>>, %x: memref<?xf64, strided<[?], offset: ?>>, %y: memref<?xf64>,
                   %e: memref<0x8xf64>, %f: memref<8x16xf64>, %g: memref<0x16xf64>) {
  blas.gemm alpha(%s) ins(%a, %b : memref<8x4xf64>, memref<8x16xf64>) beta(%s) outs(%c : memref<4x16xf64, strided<[100, 1], offset: 3>>) {transpose_a}
  blas.batch_gemm alpha(%s) ins(%q, %k : memref<3x5x8xf64>, memref<3x8x8xf64, strided<[0, 8, 1]>>) beta(%s) outs(%r : memref<3x5x8xf64>)
  blas.gemv alpha(%s) ins(%m, %x : memref<?x?xf64, strided<[?, ?], offset: ?>>, memref<?xf64, strided<[?], offset: ?>>) beta(%s) outs(%y : memref<?xf64>)
  blas.gemm alpha(%s) ins(%e, %f : memref<0x8xf64>, memref<8x16xf64>) beta(%s) outs(%g : memref<0x16xf64>)
  return
}
