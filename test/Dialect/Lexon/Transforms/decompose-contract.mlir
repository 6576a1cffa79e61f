// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(decompose-contract))' --split-input-file | FileCheck %s

// Sums in a buffer of their own, one for each group, then the region.
// CHECK-LABEL: func.func @groups(
//   CHECK-NOT:   lexon.contract
//       CHECK:   %[[SUMS:.+]] = memref.alloc() {{.*}} : memref<5x6x2xf32>
//       CHECK:   linalg.fill ins(%{{.*}} : f32) outs(%[[SUMS]] :
//       CHECK:   linalg.generic {{.*}}"reduction"{{.*}} outs(%[[SUMS]] :
//       CHECK:   memref.subview %[[SUMS]][0, 0, 0] [5, 6, 1] [1, 1, 1]
//       CHECK:   memref.subview %[[SUMS]][0, 0, 1] [5, 6, 1] [1, 1, 1]
//       CHECK:   linalg.generic {{.*}} outs(%arg2 :
//       CHECK:     arith.mulf
//       CHECK:   memref.dealloc %[[SUMS]]
func.func @groups(%a: memref<5x7xf32>, %w: memref<2x6x7xf32>, %c: memref<5x6xf32>) {
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<2x6x7xf32>) outs(%c : memref<5x6xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k, g) -> (m, k)>, affine_map<(m, n, k, g) -> (g, n, k)>, affine_map<(m, n, k, g) -> (m, n)>]} {
  ^bb0(%x: f32, %y: f32):
    %r = arith.mulf %x, %y : f32
    lexon.yield %r : f32
  }
  return
}
// -----
// The panels of a packed operand: the output is indexed by a sum of dimensions.
// CHECK-DAG: #[[OUT:.+]] = affine_map<(d0, d1, d2) -> (d0, d2 * 4 + d1)>
// CHECK-LABEL: func.func @panels(
//       CHECK:   linalg.generic {indexing_maps = [#{{.*}}, #[[OUT]], #[[OUT]]]
func.func @panels(%a: tensor<?x7xf32>, %w: tensor<3x7x4xf32>, %r: tensor<?x12xf32>, %c: tensor<?x12xf32>) -> tensor<?x12xf32> {
  %0 = lexon.contract ins(%a, %w : tensor<?x7xf32>, tensor<3x7x4xf32>) with(%r : tensor<?x12xf32>) outs(%c : tensor<?x12xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k, p) -> (m, k)>, affine_map<(m, n, k, p) -> (p, k, n)>,
      affine_map<(m, n, k, p) -> (m, p * 4 + n)>, affine_map<(m, n, k, p) -> (m, p * 4 + n)>]} {
  ^bb0(%x: f32, %y: f32):
    %s = arith.addf %x, %y : f32
    lexon.yield %s : f32
  } -> tensor<?x12xf32>
  return %0 : tensor<?x12xf32>
}
// -----
// Stored groups: the loops of the region include the group, which says what an iteration stores.
// CHECK-DAG: #[[OUT:.+]] = affine_map<(d0, d1, d2) -> (d0, d2, d1)>
// CHECK-DAG: #[[SUM:.+]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-LABEL: func.func @stored(
//       CHECK:   linalg.generic {indexing_maps = [#[[SUM]], #[[SUM]], #{{.+}}, #[[OUT]]]
//       CHECK:   ^bb0(%[[X:[^:]+]]: f32, %[[Y:[^:]+]]: f32, %{{[^:]+}}: f32, %{{[^:]+}}: f32):
//       CHECK:     %[[R:.+]] = arith.subf %[[X]], %[[Y]]
//       CHECK:     linalg.index 2
//       CHECK:     %[[STORED:.+]] = arith.select %{{.+}}, %[[X]], %[[R]]
//       CHECK:     linalg.yield %[[STORED]]
func.func @stored(%a: tensor<?x7xf32>, %w: tensor<2x6x7xf32>, %c: tensor<?x2x6xf32>) -> tensor<?x2x6xf32> {
  %0 = lexon.contract ins(%a, %w : tensor<?x7xf32>, tensor<2x6x7xf32>) outs(%c : tensor<?x2x6xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k, g) -> (m, k)>, affine_map<(m, n, k, g) -> (g, n, k)>, affine_map<(m, n, k, g) -> (m, g, n)>], stored_group = 3} {
  ^bb0(%x: f32, %y: f32):
    %r = arith.subf %x, %y : f32
    lexon.yield %r, %x : f32, f32
  } -> tensor<?x2x6xf32>
  return %0 : tensor<?x2x6xf32>
}
// -----
// Sums of parts: what the region yields for them in a tensor of the output's shape, then part by part; the last part is
// shorter: behind the last column nothing is added.
// CHECK-DAG: #[[IN:.+]] = affine_map<(d0, d1, d2) -> (d2)>
// CHECK-DAG: #[[PART:.+]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-LABEL: func.func @parts(
//       CHECK:   %[[VALUES:.+]]:2 = linalg.generic {{.*}} outs(%arg2, %{{.+}} : tensor<?x45xf32>, tensor<?x45xf32>)
//       CHECK:     linalg.yield %[[X:.+]], %{{.+}} : f32, f32
//       CHECK:   linalg.fill {{.*}} outs(%arg3
//       CHECK:   %[[PARTS:.+]] = linalg.generic {indexing_maps = [#[[IN]], #[[PART]]], iterator_types = ["parallel", "parallel", "reduction"]} ins(%{{.+}} : tensor<16xf32>)
//       CHECK:     %[[INSIDE:.+]] = arith.cmpi slt
//       CHECK:     %[[VALUE:.+]] = tensor.extract %[[VALUES]]#1
//       CHECK:     %[[SUMMAND:.+]] = arith.select %[[INSIDE]], %[[VALUE]]
//       CHECK:     arith.addf %{{.+}}, %[[SUMMAND]]
//       CHECK:   return %[[VALUES]]#0, %[[PARTS]]
func.func @parts(%a: tensor<?x7xf32>, %w: tensor<45x7xf32>, %c: tensor<?x45xf32>, %d: tensor<?x3xf32>) -> (tensor<?x45xf32>, tensor<?x3xf32>) {
  %0:2 = lexon.contract ins(%a, %w : tensor<?x7xf32>, tensor<45x7xf32>) outs(%c, %d : tensor<?x45xf32>, tensor<?x3xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>], part_columns = 16} {
  ^bb0(%x: f32):
    %r = arith.mulf %x, %x : f32
    lexon.yield %x, %r : f32, f32
  } -> tensor<?x45xf32>, tensor<?x3xf32>
  return %0#0, %0#1 : tensor<?x45xf32>, tensor<?x3xf32>
}
