// The calls against the operations' meaning in linalg, in f64: sizes of 0, 1 and primes, leading dimensions beyond a row,
// scales, and layouts that only the run-time tests can tell.
// RUN: lexon-opt %s --convert-blas-to-func --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(convert-blas-to-func{threads=1})'
// REQUIRES: python
// CHECK-COUNT-6: remark: [Passed] called

func.func @gemm(%s: f32, %t: f32, %a: memref<7x5xf32>, %b: memref<3x7xf32>, %m: memref<5x11xf32>) {
  %c = memref.subview %m[0, 4] [5, 3] [1, 1] : memref<5x11xf32> to memref<5x3xf32, strided<[11, 1], offset: 4>>
  blas.gemm alpha(%s) ins(%a, %b : memref<7x5xf32>, memref<3x7xf32>) beta(%t) outs(%c : memref<5x3xf32, strided<[11, 1], offset: 4>>) {transpose_a, transpose_b}
  return
}
// beta 0 hides what was there before.
func.func @overwrite(%s: f64, %a: memref<5x7xf64>, %b: memref<7x3xf64>, %c: memref<5x3xf64>) {
  %zero = arith.constant 0.0 : f64
  blas.gemm alpha(%s) ins(%a, %b : memref<5x7xf64>, memref<7x3xf64>) beta(%zero) outs(%c : memref<5x3xf64>)
  return
}
func.func @gemv(%s: f64, %a: memref<?x5xf64>, %x: memref<?xf64>, %y: memref<5xf64>) {
  blas.gemv alpha(%s) ins(%a, %x : memref<?x5xf64>, memref<?xf64>) beta(%s) outs(%y : memref<5xf64>) {transpose_a}
  return
}
func.func @gemv_without_columns(%s: f32, %a: memref<5x0xf32>, %x: memref<0xf32>, %y: memref<5xf32>) {
  blas.gemv alpha(%s) ins(%a, %x : memref<5x0xf32>, memref<0xf32>) beta(%s) outs(%y : memref<5xf32>)
  return
}
func.func @dot(%s: f32, %m: memref<13x3xf32>, %x: memref<13xf32>, %r: memref<f32>) {
  %y = memref.subview %m[0, 2] [13, 1] [1, 1] : memref<13x3xf32> to memref<13xf32, strided<[3], offset: 2>>
  blas.dot alpha(%s) ins(%x, %y : memref<13xf32>, memref<13xf32, strided<[3], offset: 2>>) beta(%s) outs(%r : memref<f32>)
  return
}
func.func @batch(%s: f32, %a: memref<2x3x4x8xf32>, %b: memref<2x3x5x8xf32>, %c: memref<2x3x4x5xf32>) {
  blas.batch_gemm alpha(%s) ins(%a, %b : memref<2x3x4x8xf32>, memref<2x3x5x8xf32>) beta(%s) outs(%c : memref<2x3x4x5xf32>) {transpose_b}
  return
}
// Transposed at run time, where the type promises nothing: the test fails, loops compute it.
func.func @told_at_run_time(%s: f32, %m: memref<7x5xf32>, %b: memref<7x3xf32>, %c: memref<5x3xf32>) {
  %t = memref.transpose %m (i, j) -> (j, i) : memref<7x5xf32> to memref<5x7xf32, strided<[1, 5]>>
  %d = memref.cast %t : memref<5x7xf32, strided<[1, 5]>> to memref<5x7xf32, strided<[?, ?]>>
  blas.gemm alpha(%s) ins(%d, %b : memref<5x7xf32, strided<[?, ?]>>, memref<7x3xf32>) beta(%s) outs(%c : memref<5x3xf32>)
  return
}
