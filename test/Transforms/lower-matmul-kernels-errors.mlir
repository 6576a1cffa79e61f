// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(lower-matmul-kernels))' --split-input-file --verify-diagnostics

func.func @malformed(%a: memref<6x64xf32>, %b: memref<64x32xf32>, %c: memref<6x32xf32>) {
  // expected-error @below {{attribute 'lexon.kernel' is not a kernel for this operation: it needs 'vectorize'}}
  linalg.matmul {lexon.kernel = {lanes = 16 : i64}} ins(%a, %b : memref<6x64xf32>, memref<64x32xf32>) outs(%c : memref<6x32xf32>)
  return
}
// -----
func.func @not_contiguous(%a: memref<6x64xf32>, %b: memref<64x32xf32>, %c: memref<6x32xf32>) {
  // expected-error @below {{the vectorized dimension is not contiguous in memory}}
  linalg.matmul {lexon.kernel = {block_k = 0 : i64, block_rows = 0 : i64, dims = array<i64: 0, 1, 2>, lanes = 16 : i64, tile = array<i64: 3, 2>, vectorize = "k"}}
    ins(%a, %b : memref<6x64xf32>, memref<64x32xf32>) outs(%c : memref<6x32xf32>)
  return
}
// -----
func.func @wrong_dimension(%a: memref<6x64xf32>, %b: memref<64x32xf32>, %c: memref<6x32xf32>) {
  // expected-error @below {{the second of 'dims' is not a dimension of the tile's columns}}
  linalg.matmul {lexon.kernel = {block_k = 0 : i64, block_rows = 0 : i64, dims = array<i64: 0, 2, 2>, lanes = 16 : i64, tile = array<i64: 3, 2>, vectorize = "n"}}
    ins(%a, %b : memref<6x64xf32>, memref<64x32xf32>) outs(%c : memref<6x32xf32>)
  return
}
// -----
func.func @absurd_tile(%a: memref<6x64xf32>, %b: memref<64x32xf32>, %c: memref<6x32xf32>) {
  // expected-error @below {{'lanes' and 'tile' must be from 1 to 64}}
  linalg.matmul {lexon.kernel = {block_k = 0 : i64, block_rows = 0 : i64, dims = array<i64: 0, 1, 2>, lanes = 0 : i64, tile = array<i64: 3, 2>, vectorize = "n"}}
    ins(%a, %b : memref<6x64xf32>, memref<64x32xf32>) outs(%c : memref<6x32xf32>)
  return
}
// -----
func.func @no_contraction(%a: memref<6xf32>, %b: memref<6xf32>) {
  // expected-error @below {{'linalg.copy' op has a 'lexon.kernel', but is no contraction on memrefs}}
  linalg.copy {lexon.kernel = {}} ins(%a : memref<6xf32>) outs(%b : memref<6xf32>)
  return
}
// -----
func.func @half_a_part(%a: memref<6x64xf32>, %w: memref<64x96xf32>, %c: memref<6x96xf32>, %s: memref<6x3xf32>) {
  // expected-error @below {{a tile must store vectors along n and hold whole parts of the columns, which are summed}}
  lexon.contract ins(%a, %w : memref<6x64xf32>, memref<64x96xf32>) outs(%c, %s : memref<6x96xf32>, memref<6x3xf32>) attributes {
      lexon.kernel = {block_k = 0 : i64, block_rows = 0 : i64, dims = array<i64: 0, 1, 2>, lanes = 16 : i64, tile = array<i64: 3, 1>, vectorize = "n"},
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], part_columns = 32} {
  ^bb0(%x: f32):
    lexon.yield %x, %x : f32, f32
  }
  return
}
