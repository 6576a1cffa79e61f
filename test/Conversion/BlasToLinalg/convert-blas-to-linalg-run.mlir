// The reference for a blas operation is this conversion, so it is compared with what it was made from: linalg.
// RUN: lexon-opt %s --convert-linalg-to-blas --convert-blas-to-linalg --remarks -o %t.mlir 2>&1 | FileCheck %s
// RUN: FileCheck %s --check-prefix=IR --input-file %t.mlir
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(convert-linalg-to-blas,convert-blas-to-linalg)'
// REQUIRES: python
// CHECK-COUNT-4: remark: [Passed] converted | Category:convert-linalg-to-blas
// IR-NOT: {{linalg.matmul|linalg.matvec|linalg.dot}}
// IR: linalg.generic

func.func @matmul(%a: tensor<5x7xf32>, %b: tensor<7x3xf32>, %c: tensor<5x3xf32>) -> tensor<5x3xf32> {
  %0 = linalg.matmul ins(%a, %b : tensor<5x7xf32>, tensor<7x3xf32>) outs(%c : tensor<5x3xf32>) -> tensor<5x3xf32>
  return %0 : tensor<5x3xf32>
}
func.func @scaled(%s: f32, %a: memref<7x5xf32>, %b: memref<7x3xf32>, %c: memref<5x3xf32>) {
  linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
    iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : memref<7x5xf32>, memref<7x3xf32>) outs(%c : memref<5x3xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %p = arith.mulf %x, %s : f32
    %q = arith.mulf %p, %y : f32
    %r = arith.subf %z, %q : f32
    linalg.yield %r : f32
  }
  return
}
func.func @vector(%a: memref<6x9xf64>, %x: memref<9xf64>, %y: memref<6xf64>) {
  linalg.matvec ins(%a, %x : memref<6x9xf64>, memref<9xf64>) outs(%y : memref<6xf64>)
  return
}
func.func @inner(%x: memref<?xf32>, %y: memref<?xf32>, %r: memref<f32>) {
  linalg.dot ins(%x, %y : memref<?xf32>, memref<?xf32>) outs(%r : memref<f32>)
  return
}
