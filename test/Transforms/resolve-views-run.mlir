// Against index arithmetic: the road of a reference has this pass in it too, as upstream's passes crash without.
// RUN: lexon-opt %s --resolve-views --remarks -o %t.mlir 2>&1 | FileCheck %s
// RUN: lexon verify %S/Inputs/resolve-views-by-hand.mlir --after %t.mlir --bound=0
// RUN: lexon verify %s --inputs=seeded --pipeline='midend{matmul=blas},backend'
// REQUIRES: python
// CHECK-COUNT-2: remark: [Passed] resolved

// Every second row of one slice; the kept dimension of one element comes first.
func.func @rank_reduced(%m: memref<270xf64>, %n: memref<?xf64>, %b: memref<4x3xf64>, %c: memref<1x4x3xf64>) {
  // Numbers that nothing can fold: 90, 45 and a step of 1 to 4.
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c45 = arith.constant 45 : index
  %size = memref.dim %n, %c0 : memref<?xf64>
  %one = arith.minsi %size, %c1 : index
  %step = arith.minsi %size, %c4 : index
  %s1 = arith.muli %one, %c45 : index
  %s0 = arith.addi %s1, %s1 : index
  %d = memref.reinterpret_cast %m to offset: [0], sizes: [3, 2, 9, 5], strides: [%s0, %s1, 5, 1] : memref<270xf64> to memref<3x2x9x5xf64, strided<[?, ?, 5, 1]>>
  %v = memref.subview %d[2, 1, 0, 0] [1, 1, 3, 4] [1, 1, %step, 1] : memref<3x2x9x5xf64, strided<[?, ?, 5, 1]>> to memref<1x3x4xf64, strided<[?, ?, 1], offset: ?>>
  linalg.generic {indexing_maps = [affine_map<(h, m, n) -> (h, n, m)>, affine_map<(h, m, n) -> (m, n)>, affine_map<(h, m, n) -> (h, m, n)>],
      iterator_types = ["parallel", "parallel", "parallel"]} ins(%v, %b : memref<1x3x4xf64, strided<[?, ?, 1], offset: ?>>, memref<4x3xf64>) outs(%c : memref<1x4x3xf64>) {
  ^bb0(%x: f64, %y: f64, %z: f64):
    %p = arith.mulf %x, %y : f64
    %r = arith.addf %z, %p : f64
    linalg.yield %r : f64
  }
  return
}
func.func @expanded(%m: memref<6x5xf32>, %c: memref<2x3x5xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.dim %c, %c0 : memref<2x3x5xf32>
  %b = memref.dim %c, %c1 : memref<2x3x5xf32>
  %d = memref.cast %m : memref<6x5xf32> to memref<?x5xf32>
  %v = memref.expand_shape %d [[0, 1], [2]] output_shape [%a, %b, 5] : memref<?x5xf32> into memref<?x?x5xf32>
  %w = memref.cast %v : memref<?x?x5xf32> to memref<2x3x5xf32>
  linalg.copy ins(%w : memref<2x3x5xf32>) outs(%c : memref<2x3x5xf32>)
  return
}
