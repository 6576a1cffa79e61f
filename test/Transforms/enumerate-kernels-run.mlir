// Every kernel that would be measured computes what the operation means: tails, a prefetched panel, an epilogue.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(enumerate-kernels{vector-bits=512 vector-registers=32 threads=2 cache-bytes=4096})' --remarks -o %t.mlir 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: FileCheck %s --check-prefix=MANY < %t.mlir
// RUN: lexon verify %t.mlir --inputs=seeded --pass-pipeline='builtin.module(func.func(lower-matmul-kernels))'
// RUN: lexon-opt %s --pass-pipeline='builtin.module(enumerate-kernels{vector-bits=128 vector-registers=16 cache-bytes=4096})' -o %t.narrow.mlir
// RUN: lexon verify %t.narrow.mlir --inputs=seeded --pass-pipeline='builtin.module(func.func(lower-matmul-kernels))'
// REQUIRES: python
// REMARK: [Passed] enumerated
// MANY-COUNT-8: @contraction0_kernel
// MANY: @contraction1_kernel
// MANY: @contraction2_kernel1

func.func @panels(%a: memref<37x70xf32>, %w: memref<3x70x32xf32>, %r: memref<37x96xf32>, %c: memref<37x96xf32>) {
  lexon.contract ins(%a, %w : memref<37x70xf32>, memref<3x70x32xf32>) with(%r : memref<37x96xf32>) outs(%c : memref<37x96xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k, p) -> (m, k)>, affine_map<(m, n, k, p) -> (p, k, n)>, affine_map<(m, n, k, p) -> (m, p * 32 + n)>, affine_map<(m, n, k, p) -> (m, p * 32 + n)>]} {
  ^bb0(%s: f32, %x: f32):
    %y = arith.addf %s, %x : f32
    lexon.yield %y : f32
  }
  return
}
func.func @weights(%a: memref<5x70xf32>, %b: memref<13x70xf32>, %c: memref<5x13xf32>) {
  linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%a, %b : memref<5x70xf32>, memref<13x70xf32>) outs(%c : memref<5x13xf32>)
  return
}
func.func @batch(%a: memref<3x19x23xf64>, %b: memref<3x23x29xf64>, %c: memref<3x19x29xf64>) {
  linalg.batch_matmul ins(%a, %b : memref<3x19x23xf64>, memref<3x23x29xf64>) outs(%c : memref<3x19x29xf64>)
  return
}
