// RUN: lexon-opt %s --convert-linalg-to-blas --split-input-file | FileCheck %s
// RUN: lexon-opt %s --convert-linalg-to-blas --canonicalize --cse --split-input-file | FileCheck %s --check-prefix=CANON

// An initial value known to be zero: beta is 0, the fill is gone. Elsewhere the output accumulates.
// CHECK-LABEL: func.func @zero_filled(
//       CHECK:   %[[E:.*]] = tensor.empty
//       CHECK:   %[[ZERO:.*]] = arith.constant 0.0{{.*}} : f32
//       CHECK:   %[[ONE:.*]] = arith.constant 1.0{{.*}} : f32
//       CHECK:   blas.gemm alpha(%[[ONE]]) ins(%{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<8x3xf32>) beta(%[[ZERO]]) outs(%[[E]] : tensor<4x3xf32>) -> tensor<4x3xf32>
func.func @zero_filled(%a: tensor<4x8xf32>, %b: tensor<8x3xf32>) -> tensor<4x3xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x3xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<4x3xf32>) -> tensor<4x3xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<4x8xf32>, tensor<8x3xf32>) outs(%z : tensor<4x3xf32>) -> tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}
// CHECK-LABEL: func.func @accumulate(
//       CHECK:   %[[ONE:.*]] = arith.constant 1.0{{.*}} : f32
//       CHECK:   blas.gemm alpha({{.*}}) {{.*}} beta(%[[ONE]]) outs(%arg2
func.func @accumulate(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>, %c: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = linalg.matmul ins(%a, %b : tensor<?x?xf32>, tensor<?x?xf32>) outs(%c : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}
// -0 is no zero: 0 + -0 * x would lose the sign.
// CHECK-LABEL: func.func @negative_zero(
//       CHECK:   linalg.fill
//       CHECK:   %[[ONE:.*]] = arith.constant 1.0{{.*}} : f32
//       CHECK:   blas.gemm alpha({{.*}}) {{.*}} beta(%[[ONE]])
func.func @negative_zero(%a: tensor<4x8xf32>, %b: tensor<8x3xf32>) -> tensor<4x3xf32> {
  %zero = arith.constant -0.0 : f32
  %e = tensor.empty() : tensor<4x3xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<4x3xf32>) -> tensor<4x3xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<4x8xf32>, tensor<8x3xf32>) outs(%z : tensor<4x3xf32>) -> tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}
// -----
// On memrefs the fill may stand further up, if nothing in between touches the output.
// CHECK-LABEL: func.func @fill_of_buffer(
//   CHECK-NOT:   linalg.fill
//       CHECK:   blas.gemm
//       CHECK:   linalg.fill
//       CHECK:   %[[ONE:.*]] = arith.constant 1.0{{.*}} : f32
//       CHECK:   blas.gemm alpha({{.*}}) {{.*}} beta(%[[ONE]])
func.func @fill_of_buffer(%a: memref<4x8xf32>, %b: memref<8x3xf32>, %x: f32) -> (memref<4x3xf32>, memref<4x3xf32>) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c = memref.alloc() : memref<4x3xf32>
  %d = memref.alloc() : memref<4x3xf32>
  linalg.fill ins(%zero : f32) outs(%c : memref<4x3xf32>)
  memref.store %x, %d[%c0, %c0] : memref<4x3xf32>
  linalg.matmul ins(%a, %b : memref<4x8xf32>, memref<8x3xf32>) outs(%c : memref<4x3xf32>)
  linalg.fill ins(%zero : f32) outs(%d : memref<4x3xf32>)
  memref.store %x, %d[%c0, %c0] : memref<4x3xf32>
  linalg.matmul ins(%a, %b : memref<4x8xf32>, memref<8x3xf32>) outs(%d : memref<4x3xf32>)
  return %c, %d : memref<4x3xf32>, memref<4x3xf32>
}
// -----
// Two arguments may overlap: addresses decide. In the other arm, plain loops in linalg's order, with the fill.
// CHECK-LABEL: func.func @arguments(
//       CHECK:   %[[APART:.*]] = arith.andi
//       CHECK:   scf.if %[[APART]]
//   CHECK-NOT:     fill
//       CHECK:     blas.gemm
//       CHECK:   } else {
//       CHECK:     scf.for
//       CHECK:       memref.store
//       CHECK:     scf.for
//       CHECK:       arith.mulf
func.func @arguments(%a: memref<4x8xf32>, %b: memref<8x3xf32>, %c: memref<4x3xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%c : memref<4x3xf32>)
  linalg.matmul ins(%a, %b : memref<4x8xf32>, memref<8x3xf32>) outs(%c : memref<4x3xf32>)
  return
}
// Slices that do not meet need no test.
// CHECK-LABEL: func.func @slices(
//   CHECK-NOT:   scf.if
//       CHECK:   blas.gemm
func.func @slices(%m: memref<16x16xf32>) {
  %a = memref.subview %m[0, 0] [8, 8] [1, 1] : memref<16x16xf32> to memref<8x8xf32, strided<[16, 1]>>
  %c = memref.subview %m[8, 8] [8, 8] [1, 1] : memref<16x16xf32> to memref<8x8xf32, strided<[16, 1], offset: 136>>
  linalg.matmul ins(%a, %a : memref<8x8xf32, strided<[16, 1]>>, memref<8x8xf32, strided<[16, 1]>>) outs(%c : memref<8x8xf32, strided<[16, 1], offset: 136>>)
  return
}
// -----
// Any operand transposed through its map; an output stored transposed exchanges the inputs.
// CHECK-LABEL: func.func @transposed(
//  CHECK-SAME:   %[[A:[^:]+]]: tensor<8x4xf64>, %[[B:[^:]+]]: tensor<3x8xf64>
//       CHECK:   blas.gemm alpha({{.*}}) ins(%[[A]], %[[B]] : {{.*}}) beta({{.*}}) {{.*}}{transpose_a, transpose_b}
//       CHECK:   blas.gemm alpha({{.*}}) ins(%[[B]], %[[A]] : {{.*}}) beta({{.*}}) outs(%{{.*}} : tensor<3x4xf64>) -> tensor<3x4xf64>
#km = affine_map<(m, n, k) -> (k, m)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
#nm = affine_map<(m, n, k) -> (n, m)>
func.func @transposed(%a: tensor<8x4xf64>, %b: tensor<3x8xf64>, %c: tensor<4x3xf64>, %d: tensor<3x4xf64>) -> (tensor<4x3xf64>, tensor<3x4xf64>) {
  %0 = linalg.matmul indexing_maps = [#km, #nk, #mn] ins(%a, %b : tensor<8x4xf64>, tensor<3x8xf64>) outs(%c : tensor<4x3xf64>) -> tensor<4x3xf64>
  %1 = linalg.contract indexing_maps = [#km, #nk, #nm] ins(%a, %b : tensor<8x4xf64>, tensor<3x8xf64>) outs(%d : tensor<3x4xf64>) -> tensor<3x4xf64>
  return %0, %1 : tensor<4x3xf64>, tensor<3x4xf64>
}
// -----
// CHECK-LABEL: func.func @vectors(
//  CHECK-SAME:   %[[A:[^:]+]]: tensor<4x8xf32>, %[[X:[^:]+]]: tensor<8xf32>, %[[Y:[^:]+]]: tensor<4xf32>
//       CHECK:   blas.gemv alpha({{.*}}) ins(%[[A]], %[[X]] : {{.*}}) beta({{.*}}) outs(%[[Y]] : tensor<4xf32>) ->
//       CHECK:   blas.gemv alpha({{.*}}) ins(%[[A]], %[[Y]] : {{.*}}) beta({{.*}}) outs(%[[X]] : tensor<8xf32>) {transpose_a} ->
//       CHECK:   blas.dot alpha({{.*}}) ins(%[[X]], %[[X]] : {{.*}}) beta({{.*}}) outs(%{{.*}} : tensor<f32>) ->
func.func @vectors(%a: tensor<4x8xf32>, %x: tensor<8xf32>, %y: tensor<4xf32>, %d: tensor<f32>) -> (tensor<4xf32>, tensor<8xf32>, tensor<f32>) {
  %0 = linalg.matvec ins(%a, %x : tensor<4x8xf32>, tensor<8xf32>) outs(%y : tensor<4xf32>) -> tensor<4xf32>
  %1 = linalg.vecmat ins(%y, %a : tensor<4xf32>, tensor<4x8xf32>) outs(%x : tensor<8xf32>) -> tensor<8xf32>
  %2 = linalg.dot ins(%x, %x : tensor<8xf32>, tensor<8xf32>) outs(%d : tensor<f32>) -> tensor<f32>
  return %0, %1, %2 : tensor<4xf32>, tensor<8xf32>, tensor<f32>
}
// On memrefs a dimension of one element is none.
// CHECK-LABEL: func.func @one_row(
//       CHECK:   %[[X:.*]] = memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [8], strides: [1]
//       CHECK:   blas.gemv alpha({{.*}}) ins(%{{.*}}, %[[X]] : memref<8x3xf32>, {{.*}} {transpose_a}
func.func @one_row(%a: memref<1x8xf32>, %b: memref<8x3xf32>) -> memref<1x3xf32> {
  %c = memref.alloc() : memref<1x3xf32>
  linalg.matmul ins(%a, %b : memref<1x8xf32>, memref<8x3xf32>) outs(%c : memref<1x3xf32>)
  return %c : memref<1x3xf32>
}
// -----
// Scales: in any association, subtracted, a constant of the body, an operand without dimensions.
// CHECK-LABEL: func.func @scaled(
//  CHECK-SAME:   %[[S:[^:]+]]: f32
//       CHECK:   blas.gemm alpha(%[[S]])
//       CHECK:   %[[N:.*]] = arith.negf %[[S]]
//       CHECK:   blas.gemm alpha(%[[N]])
//       CHECK:   %[[HALF:.*]] = arith.constant 5.0{{.*}}e-01
//       CHECK:   blas.gemm alpha(%[[HALF]])
//       CHECK:   %[[MINUS:.*]] = arith.constant -1.0
//       CHECK:   blas.gemm alpha(%[[MINUS]])
#mk = affine_map<(m, n, k) -> (m, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#mn = affine_map<(m, n, k) -> (m, n)>
#none = affine_map<(m, n, k) -> ()>
#trait = {indexing_maps = [#mk, #kn, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
func.func @scaled(%s: f32, %a: memref<4x8xf32>, %b: memref<8x3xf32>) -> memref<4x3xf32> {
  %c = memref.alloc() : memref<4x3xf32>
  linalg.generic {indexing_maps = [#mk, #kn, #none, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b, %s : memref<4x8xf32>, memref<8x3xf32>, f32) outs(%c : memref<4x3xf32>) {
  ^bb0(%x: f32, %y: f32, %t: f32, %z: f32):
    %p = arith.mulf %x, %y : f32
    %q = arith.mulf %t, %p : f32
    %r = arith.addf %z, %q : f32
    linalg.yield %r : f32
  }
  linalg.generic #trait ins(%a, %b : memref<4x8xf32>, memref<8x3xf32>) outs(%c : memref<4x3xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %p = arith.mulf %y, %s : f32
    %q = arith.mulf %p, %x : f32
    %r = arith.subf %z, %q : f32
    linalg.yield %r : f32
  }
  linalg.generic #trait ins(%a, %b : memref<4x8xf32>, memref<8x3xf32>) outs(%c : memref<4x3xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %half = arith.constant 0.5 : f32
    %p = arith.mulf %x, %half : f32
    %q = arith.mulf %p, %y : f32
    %r = arith.addf %q, %z : f32
    linalg.yield %r : f32
  }
  linalg.generic #trait ins(%a, %b : memref<4x8xf32>, memref<8x3xf32>) outs(%c : memref<4x3xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %p = arith.mulf %x, %y : f32
    %r = arith.subf %z, %p : f32
    linalg.yield %r : f32
  }
  return %c : memref<4x3xf32>
}
// -----
// Batches: leading; anywhere in memrefs, as strides; missing in one operand, as a stride of 0.
// CHECK-LABEL: func.func @batches(
//       CHECK:   blas.batch_gemm alpha({{.*}}) ins(%{{.*}}, %{{.*}} : memref<2x4x8xf32>, memref<2x8x3xf32>)
//       CHECK:   %[[A:.*]] = memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [2, 4, 8], strides: [8, 16, 1]
//       CHECK:   %[[C:.*]] = memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [2, 4, 3], strides: [3, 6, 1]
//       CHECK:   blas.batch_gemm alpha({{.*}}) ins(%[[A]], %{{.*}}) beta({{.*}}) outs(%[[C]]
//       CHECK:   %[[B:.*]] = memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [2, 8, 3], strides: [0, 3, 1]
//       CHECK:   blas.batch_gemm alpha({{.*}}) ins(%{{.*}}, %[[B]]
func.func @batches(%a: memref<2x4x8xf32>, %b: memref<2x8x3xf32>, %d: memref<4x2x8xf32>, %e: memref<8x3xf32>) -> memref<2x4x3xf32> {
  %c = memref.alloc() : memref<2x4x3xf32>
  %f = memref.alloc() : memref<4x2x3xf32>
  linalg.batch_matmul ins(%a, %b : memref<2x4x8xf32>, memref<2x8x3xf32>) outs(%c : memref<2x4x3xf32>)
  linalg.contract indexing_maps = [affine_map<(h, m, n, k) -> (m, h, k)>, affine_map<(h, m, n, k) -> (h, k, n)>, affine_map<(h, m, n, k) -> (m, h, n)>]
    ins(%d, %b : memref<4x2x8xf32>, memref<2x8x3xf32>) outs(%f : memref<4x2x3xf32>)
  // Rows that are 16 elements apart cannot be one dimension with the batch.
  linalg.generic {indexing_maps = [affine_map<(h, m, n, k) -> (m, h, k)>, affine_map<(h, m, n, k) -> (k, n)>, affine_map<(h, m, n, k) -> (h, m, n)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%d, %e : memref<4x2x8xf32>, memref<8x3xf32>) outs(%c : memref<2x4x3xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %p = arith.mulf %x, %y : f32
    %r = arith.addf %z, %p : f32
    linalg.yield %r : f32
  }
  return %c : memref<2x4x3xf32>
}
// -----
// Dimensions that follow each other in memory are one: no batch, no loop.
// CHECK-LABEL: func.func @merged(
//       CHECK:   %[[A:.*]] = memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [10, 56], strides: [56, 1]
//       CHECK:   %[[B:.*]] = memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [56, 3], strides: [3, 1]
//       CHECK:   %[[C:.*]] = memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [10, 3], strides: [3, 1]
//       CHECK:   blas.gemm alpha({{.*}}) ins(%[[A]], %[[B]] : {{.*}}) beta({{.*}}) outs(%[[C]]
func.func @merged(%a: memref<2x5x7x8xf32>, %b: memref<7x8x3xf32>) -> memref<2x5x3xf32> {
  %c = memref.alloc() : memref<2x5x3xf32>
  linalg.contract indexing_maps = [affine_map<(i, j, n, k, l) -> (i, j, k, l)>, affine_map<(i, j, n, k, l) -> (k, l, n)>, affine_map<(i, j, n, k, l) -> (i, j, n)>]
    ins(%a, %b : memref<2x5x7x8xf32>, memref<7x8x3xf32>) outs(%c : memref<2x5x3xf32>)
  return %c : memref<2x5x3xf32>
}
// A second reduction that is not next to the first becomes a loop, and the fill stays.
// CHECK-LABEL: func.func @two_reductions(
//       CHECK:   linalg.fill
//       CHECK:   scf.for %[[K:.*]] = %c0{{.*}} to %c7
//       CHECK:     blas.gemm
func.func @two_reductions(%a: memref<7x5x8xf32>, %b: memref<7x8x3xf32>) -> memref<5x3xf32> {
  %zero = arith.constant 0.0 : f32
  %c = memref.alloc() : memref<5x3xf32>
  linalg.fill ins(%zero : f32) outs(%c : memref<5x3xf32>)
  linalg.contract indexing_maps = [affine_map<(m, n, k, l) -> (k, m, l)>, affine_map<(m, n, k, l) -> (k, l, n)>, affine_map<(m, n, k, l) -> (m, n)>]
    ins(%a, %b : memref<7x5x8xf32>, memref<7x8x3xf32>) outs(%c : memref<5x3xf32>)
  return %c : memref<5x3xf32>
}
// -----
// Views: rank-reduced, offset, with a long leading dimension, collapsed, expanded.
// CHECK-LABEL: func.func @views(
//       CHECK:   blas.gemm alpha({{.*}}) ins(%{{.*}}, %{{.*}} : memref<8x8xf32, strided<[64, 1], offset: 1033>>, memref<8x8xf32, strided<[16, 1]>>)
//       CHECK:   blas.gemm alpha({{.*}}) ins(%{{.*}}, %{{.*}} : memref<16x64xf32, strided<[64, 1]>>, memref<64x16xf32>)
func.func @views(%m: memref<4x16x64xf32>, %n: memref<1024xf32>) -> (memref<8x8xf32>, memref<16x16xf32>) {
  %c = memref.alloc() : memref<8x8xf32>
  %d = memref.alloc() : memref<16x16xf32>
  %a = memref.subview %m[1, 0, 9] [1, 8, 8] [1, 1, 1] : memref<4x16x64xf32> to memref<8x8xf32, strided<[64, 1], offset: 1033>>
  %w = memref.expand_shape %n [[0, 1]] output_shape [64, 16] : memref<1024xf32> into memref<64x16xf32>
  %b = memref.subview %w[0, 0] [8, 8] [1, 1] : memref<64x16xf32> to memref<8x8xf32, strided<[16, 1]>>
  linalg.matmul ins(%a, %b : memref<8x8xf32, strided<[64, 1], offset: 1033>>, memref<8x8xf32, strided<[16, 1]>>) outs(%c : memref<8x8xf32>)
  %s = memref.subview %m[0, 0, 0] [1, 16, 64] [1, 1, 1] : memref<4x16x64xf32> to memref<1x16x64xf32, strided<[1024, 64, 1]>>
  %r = memref.collapse_shape %s [[0, 1], [2]] : memref<1x16x64xf32, strided<[1024, 64, 1]>> into memref<16x64xf32, strided<[64, 1]>>
  linalg.matmul ins(%r, %w : memref<16x64xf32, strided<[64, 1]>>, memref<64x16xf32>) outs(%d : memref<16x16xf32>)
  return %c, %d : memref<8x8xf32>, memref<16x16xf32>
}
// -----
// A transposed view is told by its strides.
// CHECK-LABEL: func.func @transposed_view(
//       CHECK:   memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [8, 4], strides: [4, 1]
//       CHECK:   blas.gemm {{.*}} {transpose_a}
func.func @transposed_view(%a: memref<8x4xf32>, %b: memref<8x3xf32>) -> memref<4x3xf32> {
  %c = memref.alloc() : memref<4x3xf32>
  %t = memref.transpose %a (i, j) -> (j, i) : memref<8x4xf32> to memref<4x8xf32, strided<[1, 4]>>
  linalg.matmul ins(%t, %b : memref<4x8xf32, strided<[1, 4]>>, memref<8x3xf32>) outs(%c : memref<4x3xf32>)
  return %c : memref<4x3xf32>
}
// Empty sizes are BLAS's to handle.
// CHECK-LABEL: func.func @empty(
//       CHECK:   blas.gemm
//       CHECK:   blas.gemm
func.func @empty(%a: memref<4x0xf32>, %b: memref<0x3xf32>, %e: memref<0x4xf32>) -> (memref<4x3xf32>, memref<0x3xf32>) {
  %c = memref.alloc() : memref<4x3xf32>
  %d = memref.alloc() : memref<0x3xf32>
  linalg.matmul ins(%a, %b : memref<4x0xf32>, memref<0x3xf32>) outs(%c : memref<4x3xf32>)
  linalg.matmul ins(%e, %c : memref<0x4xf32>, memref<4x3xf32>) outs(%d : memref<0x3xf32>)
  return %c, %d : memref<4x3xf32>, memref<0x3xf32>
}
// A product of sizes beyond 2^31 is no obstacle; nothing is allocated here.
// CHECK-LABEL: func.func @large_product(
//       CHECK:   blas.gemm
// CANON-LABEL: func.func @large_product(
//       CANON:   blas.gemm
func.func @large_product(%a: memref<100000x100000xf32>, %b: memref<100000x100000xf32>, %c: memref<100000x100000xf32>) {
  linalg.matmul ins(%a, %b : memref<100000x100000xf32>, memref<100000x100000xf32>) outs(%c : memref<100000x100000xf32>)
  return
}
// Nothing is known of either leading dimension; the stride that is known to be 1 decides.
// CHECK-LABEL: func.func @dynamic_vecmat(
//  CHECK-SAME:   %{{.*}}: memref<?xf64>, %[[B:[^:]+]]: memref<?x?xf64>
//       CHECK:   blas.gemv alpha({{.*}}) ins(%[[B]], {{.*}} : memref<?x?xf64>, memref<?xf64>) {{.*}} {transpose_a}
func.func @dynamic_vecmat(%x: memref<?xf64>, %b: memref<?x?xf64>, %y: memref<?xf64>) {
  linalg.vecmat ins(%x, %b : memref<?xf64>, memref<?x?xf64>) outs(%y : memref<?xf64>)
  return
}
