// RUN: lexon-opt %s --lower-reductions --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(lower-reductions)'
// REQUIRES: python
// CHECK-COUNT-5: remark: [Passed] lowered | Category:lower-reductions

// A prime width; a whole array; a maximum; its position, two results at once; integers of a strided view.
func.func @rows(%a: memref<5x1013xf32>, %s: memref<5xf32>) {
  linalg.reduce {arith.addf} ins(%a : memref<5x1013xf32>) outs(%s : memref<5xf32>) dimensions = [1]
  return
}
#ij = affine_map<(i, j) -> (i, j)>
#i = affine_map<(i, j) -> (i)>
#none = affine_map<(i, j) -> ()>
func.func @squares(%a: memref<?x7xf16>, %s: memref<f16>) {
  linalg.generic {indexing_maps = [#ij, #none], iterator_types = ["reduction", "reduction"]} ins(%a : memref<?x7xf16>) outs(%s : memref<f16>) {
  ^bb0(%x: f16, %acc: f16):
    %q = arith.mulf %x, %x : f16
    %t = arith.addf %acc, %q : f16
    linalg.yield %t : f16
  }
  return
}
func.func @maximum(%a: memref<3x37xf64>, %s: memref<3xf64>) {
  linalg.reduce {arith.maximumf} ins(%a : memref<3x37xf64>) outs(%s : memref<3xf64>) dimensions = [1]
  return
}
func.func @position(%a: memref<3x37xi32>, %m: memref<3xi32>, %p: memref<3xi64>) {
  linalg.generic {indexing_maps = [#ij, #i, #i], iterator_types = ["parallel", "reduction"]} ins(%a : memref<3x37xi32>) outs(%m, %p : memref<3xi32>, memref<3xi64>) {
  ^bb0(%x: i32, %best: i32, %at: i64):
    %j = linalg.index 1 : index
    %k = arith.index_cast %j : index to i64
    %better = arith.cmpi sgt, %x, %best : i32
    %0 = arith.select %better, %x, %best : i32
    %1 = arith.select %better, %k, %at : i64
    linalg.yield %0, %1 : i32, i64
  }
  return
}
func.func @window(%a: memref<9x11xi64>, %s: memref<4xi64>) {
  %v = memref.subview %a[1, 2] [4, 3] [2, 3] : memref<9x11xi64> to memref<4x3xi64, strided<[22, 3], offset: 13>>
  linalg.reduce {arith.addi} ins(%v : memref<4x3xi64, strided<[22, 3], offset: 13>>) outs(%s : memref<4xi64>) dimensions = [1]
  return
}
