// Pieces of every form, with sizes that 3 and 16 do not divide; min-flops makes small ones large enough.
// RUN: lexon-opt %s --blas-distribute-to-threads='threads=3 min-flops=0' --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(blas-distribute-to-threads{threads=3 min-flops=0})'
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(blas-distribute-to-threads{min-flops=0})'
// REQUIRES: python
// CHECK-COUNT-5: remark: [Passed] distributed

func.func @wide(%s: f32, %a: memref<5x7xf32>, %b: memref<7x101xf32>, %c: memref<5x101xf32>) {
  blas.gemm alpha(%s) ins(%a, %b : memref<5x7xf32>, memref<7x101xf32>) beta(%s) outs(%c : memref<5x101xf32>)
  return
}
func.func @tall(%s: f64, %a: memref<7x97xf64>, %b: memref<5x7xf64>, %c: memref<97x5xf64>) {
  blas.gemm alpha(%s) ins(%a, %b : memref<7x97xf64>, memref<5x7xf64>) beta(%s) outs(%c : memref<97x5xf64>) {transpose_a, transpose_b}
  return
}
func.func @dynamic(%s: f32, %a: memref<?x13xf32>, %b: memref<13x?xf32>, %c: memref<?x?xf32>) {
  %zero = arith.constant 0.0 : f32
  blas.gemm alpha(%s) ins(%a, %b : memref<?x13xf32>, memref<13x?xf32>) beta(%zero) outs(%c : memref<?x?xf32>)
  return
}
func.func @vector(%s: f32, %a: memref<7x101xf32>, %x: memref<7xf32>, %y: memref<101xf32>) {
  blas.gemv alpha(%s) ins(%a, %x : memref<7x101xf32>, memref<7xf32>) beta(%s) outs(%y : memref<101xf32>) {transpose_a}
  return
}
func.func @batch(%s: f32, %a: memref<5x3x7xf32>, %b: memref<5x7x6xf32>, %c: memref<5x3x6xf32>) {
  blas.batch_gemm alpha(%s) ins(%a, %b : memref<5x3x7xf32>, memref<5x7x6xf32>) beta(%s) outs(%c : memref<5x3x6xf32>)
  return
}
