// RUN: lexon-opt %s --lower-reductions --split-input-file | FileCheck %s
// RUN: lexon-opt %s --lower-reductions --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// One load and one store for each row; the additions may be reordered.
// WHY: remark: [Passed] lowered | Category:lower-reductions | Remark=linalg.reduce
// CHECK-LABEL: func.func @rows(
//  CHECK-SAME:   %[[A:[^:]+]]: memref<?x13xf32>, %[[S:[^:]+]]: memref<?xf32>
//       CHECK:   scf.parallel (%[[I:.*]]) =
//       CHECK:     %[[INIT:.*]] = memref.load %[[S]][%[[I]]]
//       CHECK:     %[[SUM:.*]] = scf.for %[[J:.*]] = {{.*}} iter_args(%[[ACC:.*]] = %[[INIT]])
//       CHECK:       %[[X:.*]] = memref.load %[[A]][%[[I]], %[[J]]]
//       CHECK:       arith.addf %[[ACC]], %[[X]] fastmath<reassoc>
//       CHECK:     memref.store %[[SUM]], %[[S]][%[[I]]]
func.func @rows(%a: memref<?x13xf32>, %s: memref<?xf32>) {
  linalg.reduce {arith.addf} ins(%a : memref<?x13xf32>) outs(%s : memref<?xf32>) dimensions = [1]
  return
}
// -----
// No order is free but that of a sum: what is squared is squared as written.
// CHECK-LABEL: func.func @all(
//   CHECK-NOT:   scf.parallel
//       CHECK:   arith.mulf %{{.*}}, %{{.*}} : f64
//       CHECK:   arith.addf {{.*}} fastmath<reassoc>
//       CHECK:   memref.store %{{.*}}, %{{.*}}[] : memref<f64>
#all = affine_map<(i, j) -> (i, j)>
#none = affine_map<(i, j) -> ()>
func.func @all(%a: memref<5x7xf64>, %s: memref<f64>) {
  linalg.generic {indexing_maps = [#all, #none], iterator_types = ["reduction", "reduction"]} ins(%a : memref<5x7xf64>) outs(%s : memref<f64>) {
  ^bb0(%x: f64, %acc: f64):
    %q = arith.mulf %x, %x : f64
    %t = arith.addf %acc, %q : f64
    linalg.yield %t : f64
  }
  return
}
// -----
// Left alone: over the first dimension, whole rows are added to each other.
// WHY: remark: [Missed] lowered{{.*}}Reason="a parallel dimension is inside a reduction
// CHECK-LABEL: func.func @columns(
//       CHECK:   linalg.reduce
func.func @columns(%a: memref<5x7xf32>, %s: memref<7xf32>) {
  linalg.reduce {arith.addf} ins(%a : memref<5x7xf32>) outs(%s : memref<7xf32>) dimensions = [0]
  return
}
