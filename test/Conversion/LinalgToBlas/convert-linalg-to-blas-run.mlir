// Every form against f64: transposed and strided operands, accumulators, batches, scales, loops; sizes are odd, so that a
// leading dimension taken from the wrong side reads other elements.
// RUN: lexon-opt %s --convert-linalg-to-blas --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(convert-linalg-to-blas,blas-distribute-to-threads{threads=2 min-flops=0},convert-blas-to-func{threads=1})'
// RUN: lexon verify %s --inputs=seeded --pipeline='midend{matmul=blas},backend'
// REQUIRES: python
// CHECK-COUNT-11: remark: [Passed] converted

func.func @accumulate(%a: tensor<5x7xf32>, %b: tensor<7x3xf32>, %c: tensor<5x3xf32>) -> tensor<5x3xf32> {
  %0 = linalg.matmul ins(%a, %b : tensor<5x7xf32>, tensor<7x3xf32>) outs(%c : tensor<5x3xf32>) -> tensor<5x3xf32>
  return %0 : tensor<5x3xf32>
}
func.func @zero_filled(%a: tensor<?x7xf64>, %b: tensor<3x7xf64>, %e: tensor<?x3xf64>) -> tensor<?x3xf64> {
  %zero = arith.constant 0.0 : f64
  %z = linalg.fill ins(%zero : f64) outs(%e : tensor<?x3xf64>) -> tensor<?x3xf64>
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%a, %b : tensor<?x7xf64>, tensor<3x7xf64>) outs(%z : tensor<?x3xf64>) -> tensor<?x3xf64>
  return %0 : tensor<?x3xf64>
}
func.func @transposed_output(%a: memref<7x5xf32>, %b: memref<3x7xf32>, %c: memref<3x5xf32>) {
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (n, m)>]
    ins(%a, %b : memref<7x5xf32>, memref<3x7xf32>) outs(%c : memref<3x5xf32>)
  return
}
// Offsets, leading dimensions of 19 and 23, a transposed view.
func.func @views(%m: memref<17x19xf32>, %n: memref<13x23xf32>, %c: memref<11x13xf32>) {
  %a = memref.subview %m[3, 4] [9, 6] [1, 1] : memref<17x19xf32> to memref<9x6xf32, strided<[19, 1], offset: 61>>
  %t = memref.transpose %a (i, j) -> (j, i) : memref<9x6xf32, strided<[19, 1], offset: 61>> to memref<6x9xf32, strided<[1, 19], offset: 61>>
  %b = memref.subview %n[2, 5] [9, 7] [1, 1] : memref<13x23xf32> to memref<9x7xf32, strided<[23, 1], offset: 51>>
  %o = memref.subview %c[2, 3] [6, 7] [1, 1] : memref<11x13xf32> to memref<6x7xf32, strided<[13, 1], offset: 29>>
  linalg.matmul ins(%t, %b : memref<6x9xf32, strided<[1, 19], offset: 61>>, memref<9x7xf32, strided<[23, 1], offset: 51>>)
    outs(%o : memref<6x7xf32, strided<[13, 1], offset: 29>>)
  return
}
// Every third row and, at run time only, unit stride.
func.func @dynamic_strides(%m: memref<18x19xf64>, %b: memref<19x4xf64>, %c: memref<6x4xf64>) {
  %c0 = arith.constant 0 : index
  %rows = memref.dim %c, %c0 : memref<6x4xf64>
  %s = memref.subview %m[0, 0] [%rows, 19] [3, 1] : memref<18x19xf64> to memref<?x19xf64, strided<[57, 1]>>
  %d = memref.cast %s : memref<?x19xf64, strided<[57, 1]>> to memref<?x?xf64, strided<[?, ?], offset: ?>>
  linalg.matmul ins(%d, %b : memref<?x?xf64, strided<[?, ?], offset: ?>>, memref<19x4xf64>) outs(%c : memref<6x4xf64>)
  return
}
func.func @strided_vector(%a: memref<7x5xf32>, %m: memref<7x3xf32>, %y: memref<5xf32>) {
  %x = memref.subview %m[0, 1] [7, 1] [1, 1] : memref<7x3xf32> to memref<7xf32, strided<[3], offset: 1>>
  linalg.vecmat ins(%x, %a : memref<7xf32, strided<[3], offset: 1>>, memref<7x5xf32>) outs(%y : memref<5xf32>)
  return
}
func.func @inner(%x: tensor<?xf32>, %y: tensor<?xf32>, %r: tensor<f32>) -> tensor<f32> {
  %0 = linalg.dot ins(%x, %y : tensor<?xf32>, tensor<?xf32>) outs(%r : tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}
// The batch in the middle; one matrix for all.
func.func @batch(%a: memref<4x3x8xf32>, %b: memref<8x5xf32>, %c: memref<3x4x5xf32>) {
  linalg.generic {indexing_maps = [affine_map<(h, m, n, k) -> (m, h, k)>, affine_map<(h, m, n, k) -> (k, n)>, affine_map<(h, m, n, k) -> (h, m, n)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%a, %b : memref<4x3x8xf32>, memref<8x5xf32>) outs(%c : memref<3x4x5xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %p = arith.mulf %x, %y : f32
    %r = arith.addf %z, %p : f32
    linalg.yield %r : f32
  }
  return
}
func.func @two_reductions(%a: tensor<7x5x8xf32>, %b: tensor<7x8x3xf32>) -> tensor<5x3xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<5x3xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<5x3xf32>) -> tensor<5x3xf32>
  %0 = linalg.contract indexing_maps = [affine_map<(m, n, k, l) -> (k, m, l)>, affine_map<(m, n, k, l) -> (k, l, n)>, affine_map<(m, n, k, l) -> (m, n)>]
    ins(%a, %b : tensor<7x5x8xf32>, tensor<7x8x3xf32>) outs(%z : tensor<5x3xf32>) -> tensor<5x3xf32>
  return %0 : tensor<5x3xf32>
}
func.func @scaled(%s: f64, %a: tensor<5x7xf64>, %b: tensor<7x3xf64>, %c: tensor<5x3xf64>) -> tensor<5x3xf64> {
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
    iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : tensor<5x7xf64>, tensor<7x3xf64>) outs(%c : tensor<5x3xf64>) {
  ^bb0(%x: f64, %y: f64, %z: f64):
    %p = arith.mulf %s, %x : f64
    %q = arith.mulf %p, %y : f64
    %r = arith.subf %z, %q : f64
    linalg.yield %r : f64
  } -> tensor<5x3xf64>
  return %0 : tensor<5x3xf64>
}
func.func @no_columns(%a: tensor<5x0xf32>, %x: tensor<0xf32>, %e: tensor<5xf32>) -> tensor<5xf32> {
  %zero = arith.constant 0.0 : f32
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<5xf32>) -> tensor<5xf32>
  %0 = linalg.matvec ins(%a, %x : tensor<5x0xf32>, tensor<0xf32>) outs(%z : tensor<5xf32>) -> tensor<5xf32>
  return %0 : tensor<5xf32>
}
// Two rows of a sliding window have no index in common, but elements: found at run time, computed in plain loops.
func.func @sliding_window(%m: memref<16xf32>, %b: memref<8x8xf32>) {
  %w = memref.reinterpret_cast %m to offset: [0], sizes: [9, 8], strides: [1, 1] : memref<16xf32> to memref<9x8xf32, strided<[1, 1]>>
  %a = memref.subview %w[0, 0] [1, 8] [1, 1] : memref<9x8xf32, strided<[1, 1]>> to memref<1x8xf32, strided<[1, 1]>>
  %c = memref.subview %w[1, 0] [1, 8] [1, 1] : memref<9x8xf32, strided<[1, 1]>> to memref<1x8xf32, strided<[1, 1], offset: 1>>
  linalg.matmul ins(%a, %b : memref<1x8xf32, strided<[1, 1]>>, memref<8x8xf32>) outs(%c : memref<1x8xf32, strided<[1, 1], offset: 1>>)
  return
}
