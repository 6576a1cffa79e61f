// Text and bytecode round trips; buffers.
// RUN: lexon-opt %s | lexon-opt | FileCheck %s
// RUN: lexon-opt %s --emit-bytecode | lexon-opt | FileCheck %s
// RUN: lexon-opt %s --one-shot-bufferize='bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map' | FileCheck %s --check-prefix=BUFFER

#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>

// The residual and the output may be one buffer: each element is read before it is written.
// CHECK-LABEL: func.func @residual(
//       CHECK:   lexon.contract ins(%{{.*}}, %{{.*}} : tensor<5x7xf32>, tensor<9x7xf32>) with(%[[R:.*]] : tensor<5x9xf32>) outs(%[[R]] : tensor<5x9xf32>) attributes {indexing_maps =
//       CHECK:   ^bb0(%{{.*}}: f32, %{{.*}}: f32):
//       CHECK:   } -> tensor<5x9xf32>
// BUFFER-LABEL: func.func @residual(
//   BUFFER-NOT:   memref.alloc
//   BUFFER-NOT:   memref.copy
//       BUFFER:   lexon.contract {{.*}} with(%[[R:.*]] : memref<5x9xf32>) outs(%[[R]] : memref<5x9xf32>)
func.func @residual(%a: tensor<5x7xf32>, %w: tensor<9x7xf32>, %r: tensor<5x9xf32> {bufferization.writable = true}) -> tensor<5x9xf32> {
  %0 = lexon.contract ins(%a, %w : tensor<5x7xf32>, tensor<9x7xf32>) with(%r : tensor<5x9xf32>) outs(%r : tensor<5x9xf32>) attributes {indexing_maps = [#mk, #nk, #mn, #mn]} {
  ^bb0(%s: f32, %x: f32):
    %1 = arith.addf %s, %x : f32
    lexon.yield %1 : f32
  } -> tensor<5x9xf32>
  return %0 : tensor<5x9xf32>
}
// The left-hand side is read again and again: an output of its own.
// BUFFER-LABEL: func.func @square(
//       BUFFER:   memref.alloc
//       BUFFER:   lexon.contract
func.func @square(%a: tensor<7x7xf32> {bufferization.writable = true}, %w: tensor<7x7xf32>) -> tensor<7x7xf32> {
  %0 = lexon.contract ins(%a, %w : tensor<7x7xf32>, tensor<7x7xf32>) outs(%a : tensor<7x7xf32>) attributes {indexing_maps = [#mk, #nk, #mn]} {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  } -> tensor<7x7xf32>
  return %0 : tensor<7x7xf32>
}
// The output is indexed by the group: one element for each, in one buffer; `with` is read elsewhere, so it is another one.
// CHECK-LABEL: func.func @stored(
//       CHECK:   lexon.contract {{.*}} outs(%{{.*}} : tensor<5x2x9xf32>) attributes {indexing_maps = [{{.*}}], stored_group = 3 : i64} {
//       CHECK:   ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %{{.*}}: f32):
//       CHECK:     lexon.yield %[[Y]], %{{.*}} : f32, f32
// BUFFER-LABEL: func.func @stored(
//   BUFFER-NOT:   memref.alloc
//       BUFFER:   lexon.contract {{.*}} outs(%{{.*}} : memref<5x2x9xf32>) attributes {{{.*}}stored_group = 3 : i64}
func.func @stored(%a: tensor<5x7xf32>, %w: tensor<2x9x7xf32>, %r: tensor<5x9xf32>, %c: tensor<5x2x9xf32> {bufferization.writable = true}) -> tensor<5x2x9xf32> {
  %0 = lexon.contract ins(%a, %w : tensor<5x7xf32>, tensor<2x9x7xf32>) with(%r : tensor<5x9xf32>) outs(%c : tensor<5x2x9xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k, g) -> (m, k)>, affine_map<(m, n, k, g) -> (g, n, k)>, affine_map<(m, n, k, g) -> (m, n)>,
      affine_map<(m, n, k, g) -> (m, g, n)>], stored_group = 3} {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %1 = arith.addf %x, %z : f32
    lexon.yield %y, %1 : f32, f32
  } -> tensor<5x2x9xf32>
  return %0 : tensor<5x2x9xf32>
}
// Sums of parts of the columns: a second output, written only; the residual and the output may still be one buffer.
// CHECK-LABEL: func.func @sums(
//       CHECK:   %[[R:.*]]:2 = lexon.contract {{.*}} outs(%{{.*}}, %{{.*}} : tensor<?x100xf32>, tensor<?x4xf32>) attributes {indexing_maps = [{{.*}}], part_columns = 32 : i64} {
//       CHECK:     lexon.yield %[[S:.*]], %{{.*}} : f32, f32
//       CHECK:   } -> tensor<?x100xf32>, tensor<?x4xf32>
//       CHECK:   return %[[R]]#0, %[[R]]#1
// BUFFER-LABEL: func.func @sums(
//  BUFFER-SAME:   %[[OUT:[a-z0-9]+]]: memref<?x100xf32>, %[[SUMS:[a-z0-9]+]]: memref<?x4xf32>)
//   BUFFER-NOT:   memref.alloc
//   BUFFER-NOT:   memref.copy
//       BUFFER:   lexon.contract {{.*}} with(%[[OUT]] : memref<?x100xf32>) outs(%[[OUT]], %[[SUMS]] : memref<?x100xf32>, memref<?x4xf32>) attributes {{{.*}}part_columns = 32 : i64}
//       BUFFER:   return %[[OUT]], %[[SUMS]]
func.func @sums(%a: tensor<?x7xf32>, %w: tensor<100x7xf32>, %c: tensor<?x100xf32> {bufferization.writable = true}, %d: tensor<?x4xf32> {bufferization.writable = true}) -> (tensor<?x100xf32>, tensor<?x4xf32>) {
  %0:2 = lexon.contract ins(%a, %w : tensor<?x7xf32>, tensor<100x7xf32>) with(%c : tensor<?x100xf32>) outs(%c, %d : tensor<?x100xf32>, tensor<?x4xf32>) attributes {indexing_maps = [#mk, #nk, #mn, #mn], part_columns = 32} {
  ^bb0(%s: f32, %x: f32):
    %1 = arith.addf %s, %x : f32
    %2 = arith.mulf %1, %1 : f32
    lexon.yield %1, %2 : f32, f32
  } -> tensor<?x100xf32>, tensor<?x4xf32>
  return %0#0, %0#1 : tensor<?x100xf32>, tensor<?x4xf32>
}
// A tensor that is read as a factor, too, cannot take the sums: they are stored while it is still read.
// BUFFER-LABEL: func.func @sums_apart(
//       BUFFER:   %[[OWN:.*]] = memref.alloc() {{.*}}: memref<5x7xf32>
//       BUFFER:   lexon.contract {{.*}} outs(%{{.*}}, %[[OWN]] : memref<5x70xf32>, memref<5x7xf32>)
func.func @sums_apart(%a: tensor<5x7xf32> {bufferization.writable = true}, %w: tensor<70x7xf32>, %c: tensor<5x70xf32> {bufferization.writable = true}) -> (tensor<5x70xf32>, tensor<5x7xf32>) {
  %0:2 = lexon.contract ins(%a, %w : tensor<5x7xf32>, tensor<70x7xf32>) outs(%c, %a : tensor<5x70xf32>, tensor<5x7xf32>) attributes {indexing_maps = [#mk, #nk, #mn], part_columns = 10} {
  ^bb0(%s: f32):
    lexon.yield %s, %s : f32, f32
  } -> tensor<5x70xf32>, tensor<5x7xf32>
  return %0#0, %0#1 : tensor<5x70xf32>, tensor<5x7xf32>
}
// CHECK-LABEL: func.func @assemble(
//       CHECK:   lexon.assemble %{{.*}}, %{{.*}} at [0, 64] : tensor<8xf32>, tensor<4xbf16> outs(%{{.*}} : tensor<72xi8>) -> tensor<72xi8>
// BUFFER-LABEL: func.func @assemble(
//       BUFFER:   %[[FIRST:.*]] = memref.view %[[B:.*]][%{{.*}}][] : memref<72xi8> to memref<8xf32>
//       BUFFER:   memref.copy %{{.*}}, %[[FIRST]]
//       BUFFER:   %[[SECOND:.*]] = memref.view %[[B]][%{{.*}}][] : memref<72xi8> to memref<4xbf16>
//       BUFFER:   memref.copy %{{.*}}, %[[SECOND]]
func.func @assemble(%a: tensor<8xf32>, %b: tensor<4xbf16>) -> tensor<72xi8> {
  %e = tensor.empty() : tensor<72xi8>
  %0 = lexon.assemble %a, %b at [0, 64] : tensor<8xf32>, tensor<4xbf16> outs(%e : tensor<72xi8>) -> tensor<72xi8>
  return %0 : tensor<72xi8>
}
