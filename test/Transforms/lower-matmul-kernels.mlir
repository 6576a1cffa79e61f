// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(lower-matmul-kernels),canonicalize,cse)' --split-input-file | FileCheck %s

// Six accumulators in SSA form, three broadcasts and two loads a step, no memory traffic for the result in the loop.
// CHECK-LABEL: func.func @columns(
//  CHECK-SAME:   %[[A:[^:]+]]: memref<6x64xf32>, %[[B:[^:]+]]: memref<64x32xf32>, %[[C:[^:]+]]: memref<6x32xf32>
//       CHECK:   %[[ROW:.+]] = memref.reinterpret_cast %[[B]] to offset: [0], sizes: [2048], strides: [1]
//       CHECK:   scf.parallel
//       CHECK:     %[[SUMS:.*]]:6 = scf.for {{.*}} -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>)
// CHECK-COUNT-2:     vector.load %[[ROW]]
// CHECK-COUNT-6:     vector.fma
//   CHECK-NOT:     %[[C]]
//       CHECK:     scf.yield
//       CHECK:     vector.store %{{.*}}, %[[C]]
func.func @columns(%a: memref<6x64xf32>, %b: memref<64x32xf32>, %c: memref<6x32xf32>) {
  linalg.matmul {lexon.kernel = {block_k = 0 : i64, block_rows = 0 : i64, dims = array<i64: 0, 1, 2>, lanes = 16 : i64, tile = array<i64: 3, 2>, vectorize = "n"}}
    ins(%a, %b : memref<6x64xf32>, memref<64x32xf32>) outs(%c : memref<6x32xf32>)
  return
}
// -----
// Along the reduction: a masked tail for 70 = 4 x 16 + 6, one horizontal sum for each element.
// CHECK-LABEL: func.func @reduction(
//       CHECK:   scf.for
//       CHECK:     vector.load
//       CHECK:     vector.fma
//       CHECK:   vector.maskedload
// CHECK-COUNT-4:   vector.reduction <add>, %{{.*}} fastmath<reassoc>
#nk = affine_map<(m, n, k) -> (n, k)>
func.func @reduction(%a: memref<2x70xf32>, %b: memref<2x70xf32>, %c: memref<2x2xf32>) {
  linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, #nk, affine_map<(m, n, k) -> (m, n)>]
    {lexon.kernel = {block_k = 0 : i64, block_rows = 0 : i64, dims = array<i64: 0, 1, 2>, lanes = 16 : i64, tile = array<i64: 2, 2>, vectorize = "k"}}
    ins(%a, %b : memref<2x70xf32>, memref<2x70xf32>) outs(%c : memref<2x2xf32>)
  return
}
// -----
// Half precision is widened when loaded and rounded when stored.
// CHECK-LABEL: func.func @half(
//       CHECK:   scf.for {{.*}} -> (vector<8xf32>)
//       CHECK:     arith.extf %{{.*}} : vector<8xf16> to vector<8xf32>
//       CHECK:   arith.truncf %{{.*}} : vector<8xf32> to vector<8xf16>
func.func @half(%a: memref<1x64xf16>, %b: memref<64x8xf16>, %c: memref<1x8xf16>) {
  linalg.matmul {lexon.kernel = {block_k = 0 : i64, block_rows = 0 : i64, dims = array<i64: 0, 1, 2>, lanes = 8 : i64, tile = array<i64: 1, 1>, vectorize = "n"}}
    ins(%a, %b : memref<1x64xf16>, memref<64x8xf16>) outs(%c : memref<1x8xf16>)
  return
}
// -----
// Left alone: no kernel was chosen.
// CHECK-LABEL: func.func @unchosen(
//       CHECK:   linalg.matmul
func.func @unchosen(%a: memref<6x64xf32>, %b: memref<64x32xf32>, %c: memref<6x32xf32>) {
  linalg.matmul ins(%a, %b : memref<6x64xf32>, memref<64x32xf32>) outs(%c : memref<6x32xf32>)
  return
}
// -----
// Each group's sum is stored at its columns; the panel to prefetch is the next of all, counted through both dimensions.
// CHECK-LABEL: func.func @stored(
//   CHECK-DAG:   %[[FIVE:.+]] = arith.constant 5 : index
//       CHECK:   scf.parallel (%[[H:.+]], %[[P:.+]], %{{.+}}) =
//       CHECK:     %[[FIRST:.+]] = arith.muli %[[H]], %{{.+}}
//       CHECK:     %[[THIS:.+]] = arith.addi %[[FIRST]], %[[P]]
//       CHECK:     %[[BEHIND:.+]] = arith.addi %[[THIS]], %{{.+}}
//       CHECK:     arith.minsi %[[BEHIND]], %[[FIVE]]
//       CHECK:     %[[SUMS:.+]]:2 = scf.for
//       CHECK:       memref.prefetch
//       CHECK:     vector.store %[[SUMS]]#1, %arg2[%{{.+}}, %[[H]], %[[PANEL:.+]]]
//       CHECK:     %[[OTHER:.+]] = arith.addi %[[PANEL]], %{{.+}}
//       CHECK:     vector.store %[[SUMS]]#0, %arg2[%{{.+}}, %[[H]], %[[OTHER]]]
func.func @stored(%a: memref<4x64xf32>, %w: memref<3x2x64x2x16xf32>, %c: memref<4x3x64xf32>) {
  lexon.contract ins(%a, %w : memref<4x64xf32>, memref<3x2x64x2x16xf32>) outs(%c : memref<4x3x64xf32>) attributes {
      lexon.kernel = {block_k = 0 : i64, block_rows = 0 : i64, dims = array<i64: 0, 4, 2>, lanes = 16 : i64, tile = array<i64: 1, 1>, vectorize = "n", prefetch = 16 : i64},
      indexing_maps = [affine_map<(m, h, k, g, n, p) -> (m, k)>, affine_map<(m, h, k, g, n, p) -> (h, p, k, g, n)>,
      affine_map<(m, h, k, g, n, p) -> (m, h, g * 32 + p * 16 + n)>], stored_group = 3} {
  ^bb0(%s: f32, %t: f32):
    lexon.yield %t, %s : f32, f32
  }
  return
}
// -----
// Sums of parts of 32 columns: two vectors of a row are added, one reduction across lanes, one number stored, for each
// row of the tile. In the last tile, the second vector is cut; what its region makes of the others is not added.
// CHECK-LABEL: func.func @parts(
//  CHECK-SAME:   %{{.+}}: memref<2x64xf32>, %{{.+}}: memref<64x61xf32>, %[[OUT:[a-z0-9]+]]: memref<2x61xf32>, %[[SUMS:[a-z0-9]+]]: memref<2x2xf32>)
//       CHECK:   scf.parallel
//       CHECK:     scf.if
//       CHECK:       %[[T:.+]]:4 = scf.for
//       CHECK:       %[[A:.+]] = arith.mulf %[[T]]#0, %[[T]]#0
//       CHECK:       vector.store %[[T]]#0, %[[OUT]][%c0, %[[COLUMN:.+]]] :
//       CHECK:       %[[B:.+]] = arith.mulf %[[T]]#1, %[[T]]#1
//   CHECK-NOT:       vector.reduction
//       CHECK:       %[[AB:.+]] = arith.addf %[[A]], %[[B]] : vector<16xf32>
//       CHECK:       %[[SUM:.+]] = vector.reduction <add>, %[[AB]] fastmath<reassoc>
//       CHECK:       %[[PART:.+]] = arith.divui %[[COLUMN]], %c32
//   CHECK-NOT:       memref.store
//       CHECK:       memref.store %[[SUM]], %[[SUMS]][%c0, %[[PART]]]
//   CHECK-NOT:       memref.store
//       CHECK:       memref.store %{{.+}}, %[[SUMS]][%c1, %[[PART]]]
//   CHECK-NOT:       memref.store
//       CHECK:     } else {
//       CHECK:       %[[L:.+]]:4 = scf.for
//       CHECK:       %[[C:.+]] = arith.mulf %[[L]]#1, %[[L]]#1
//       CHECK:       vector.maskedstore {{.*}}, %[[MASK:.+]], %[[L]]#1
//       CHECK:       %[[INSIDE:.+]] = arith.select %[[MASK]], %[[C]], %{{.+}}
//       CHECK:       arith.addf %{{.+}}, %[[INSIDE]]
func.func @parts(%a: memref<2x64xf32>, %w: memref<64x61xf32>, %c: memref<2x61xf32>, %s: memref<2x2xf32>) {
  lexon.contract ins(%a, %w : memref<2x64xf32>, memref<64x61xf32>) outs(%c, %s : memref<2x61xf32>, memref<2x2xf32>) attributes {
      lexon.kernel = {block_k = 0 : i64, block_rows = 0 : i64, dims = array<i64: 0, 1, 2>, lanes = 16 : i64, tile = array<i64: 2, 2>, vectorize = "n"},
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], part_columns = 32} {
  ^bb0(%x: f32):
    %0 = arith.mulf %x, %x : f32
    lexon.yield %x, %0 : f32, f32
  }
  return
}
