// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(fuse-elementwise),canonicalize,cse)' --split-input-file | FileCheck %s
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(fuse-elementwise))' --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// A chain with a transpose and a dimension of size one is one loop nest.
// WHY: remark: [Passed] fused | Category:fuse-elementwise
// CHECK-LABEL: func.func @chain(
// CHECK-COUNT-1: linalg.generic
//   CHECK-NOT:   linalg.{{(generic|transpose|exp|add)}}
//       CHECK:   return
func.func @chain(%a: tensor<1x5x7xf32>, %b: tensor<1x7x5xf32>) -> tensor<1x7x5xf32> {
  %e = tensor.empty() : tensor<1x7x5xf32>
  %t = linalg.transpose ins(%a : tensor<1x5x7xf32>) outs(%e : tensor<1x7x5xf32>) permutation = [0, 2, 1]
  %x = linalg.exp ins(%t : tensor<1x7x5xf32>) outs(%e : tensor<1x7x5xf32>) -> tensor<1x7x5xf32>
  %y = linalg.add ins(%x, %b : tensor<1x7x5xf32>, tensor<1x7x5xf32>) outs(%e : tensor<1x7x5xf32>) -> tensor<1x7x5xf32>
  return %y : tensor<1x7x5xf32>
}
// -----
// Left alone: in a contraction each element would be computed once for every row.
// CHECK-LABEL: func.func @contraction(
//       CHECK:   linalg.generic
//       CHECK:   math.exp
//       CHECK:   linalg.generic
//       CHECK:   arith.mulf
//       CHECK:   return
func.func @contraction(%a: tensor<5x7xf32>, %b: tensor<7x3xf32>, %c: tensor<5x3xf32>) -> tensor<5x3xf32> {
  %e = tensor.empty() : tensor<5x7xf32>
  %x = linalg.exp ins(%a : tensor<5x7xf32>) outs(%e : tensor<5x7xf32>) -> tensor<5x7xf32>
  %y = linalg.matmul ins(%x, %b : tensor<5x7xf32>, tensor<7x3xf32>) outs(%c : tensor<5x3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}
// -----
// Left alone: the reciprocal of each row's sum would be computed for each element of the row.
// CHECK-LABEL: func.func @broadcast(
//       CHECK:   arith.divf
//       CHECK:   linalg.yield
//       CHECK:   arith.mulf
#row = affine_map<(i, j) -> (i)>
#all = affine_map<(i, j) -> (i, j)>
func.func @broadcast(%s: tensor<?xf32>, %a: tensor<?x7xf32>, %e: tensor<?xf32>, %f: tensor<?x7xf32>) -> tensor<?x7xf32> {
  %one = arith.constant 1.0 : f32
  %r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%s : tensor<?xf32>) outs(%e : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %d = arith.divf %one, %x : f32
    linalg.yield %d : f32
  } -> tensor<?xf32>
  %y = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%a, %r : tensor<?x7xf32>, tensor<?xf32>) outs(%f : tensor<?x7xf32>) {
  ^bb0(%x: f32, %z: f32, %o: f32):
    %m = arith.mulf %x, %z : f32
    linalg.yield %m : f32
  } -> tensor<?x7xf32>
  return %y : tensor<?x7xf32>
}
