// Kernels of bf16 instructions that someone wrote by hand and that do not fit their operation.
// RUN: lexon-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(func.func(lower-matmul-kernels))'

#lhs = affine_map<(m, n, k, p, e) -> (m, k, e)>
#rhs = affine_map<(m, n, k, p, e) -> (p, k, n, e)>
#out = affine_map<(m, n, k, p, e) -> (m, p * 32 + n)>
func.func @unknown_product(%a: memref<40x48x2xbf16>, %b: memref<3x48x32x2xbf16>, %c: memref<40x96xf32>) {
  // expected-error @below {{attribute 'lexon.kernel' is not a kernel for this operation: 'product' is not multiply_add, dot or tiles}}
  lexon.contract ins(%a, %b : memref<40x48x2xbf16>, memref<3x48x32x2xbf16>) outs(%c : memref<40x96xf32>) attributes {indexing_maps = [#lhs, #rhs, #out],
      lexon.kernel = {block_k = 0 : i64, block_rows = 0 : i64, dims = array<i64: 0, 1, 2>, lanes = 16 : i64, pair_dim = 4 : i64, product = "outer", tile = array<i64: 4, 2>, vectorize = "n"}} {
  ^bb0(%sum: f32):
    lexon.yield %sum : f32
  }
  return
}

// -----

#lhs = affine_map<(m, n, k, p, e) -> (m, k, e)>
#rhs = affine_map<(m, n, k, p, e) -> (p, k, n, e)>
#out = affine_map<(m, n, k, p, e) -> (m, p * 32 + n)>
func.func @no_such_dim(%a: memref<40x48x2xbf16>, %b: memref<3x48x32x2xbf16>, %c: memref<40x96xf32>) {
  // expected-error @below {{'pair_dim' is no dimension}}
  lexon.contract ins(%a, %b : memref<40x48x2xbf16>, memref<3x48x32x2xbf16>) outs(%c : memref<40x96xf32>) attributes {indexing_maps = [#lhs, #rhs, #out],
      lexon.kernel = {block_k = 0 : i64, block_rows = 0 : i64, dims = array<i64: 0, 1, 2>, lanes = 16 : i64, pair_dim = 9 : i64, tile = array<i64: 4, 2>, vectorize = "n"}} {
  ^bb0(%sum: f32):
    lexon.yield %sum : f32
  }
  return
}

// -----

#lhs = affine_map<(m, n, k, p, e) -> (m, k, e)>
#rhs = affine_map<(m, n, k, p, e) -> (p, k, n, e)>
#out = affine_map<(m, n, k, p, e) -> (m, p * 32 + n)>
func.func @f32_pairs(%a: memref<40x48x2xf32>, %b: memref<3x48x32x2xf32>, %c: memref<40x96xf32>) {
  // expected-error @below {{'pair_dim' is not the innermost dimension of bf16 operands, with two elements, behind the columns}}
  lexon.contract ins(%a, %b : memref<40x48x2xf32>, memref<3x48x32x2xf32>) outs(%c : memref<40x96xf32>) attributes {indexing_maps = [#lhs, #rhs, #out],
      lexon.kernel = {block_k = 0 : i64, block_rows = 0 : i64, dims = array<i64: 0, 1, 2>, lanes = 16 : i64, pair_dim = 4 : i64, tile = array<i64: 4, 2>, vectorize = "n"}} {
  ^bb0(%sum: f32):
    lexon.yield %sum : f32
  }
  return
}

// -----

#lhs = affine_map<(m, n, k, p, e) -> (m, k, e)>
#rhs = affine_map<(m, n, k, p, e) -> (p, k, n, e)>
#out = affine_map<(m, n, k, p, e) -> (m, p * 32 + n)>
func.func @dot_of_two_lanes(%a: memref<40x48x2xbf16>, %b: memref<3x48x32x2xbf16>, %c: memref<40x96xf32>) {
  // expected-error @below {{'product' dot needs pairs, or vectors along the reduction, and 4, 8 or 16 lanes}}
  lexon.contract ins(%a, %b : memref<40x48x2xbf16>, memref<3x48x32x2xbf16>) outs(%c : memref<40x96xf32>) attributes {indexing_maps = [#lhs, #rhs, #out],
      lexon.kernel = {block_k = 0 : i64, block_rows = 0 : i64, dims = array<i64: 0, 1, 2>, lanes = 2 : i64, pair_dim = 4 : i64, product = "dot", tile = array<i64: 4, 2>, vectorize = "n"}} {
  ^bb0(%sum: f32):
    lexon.yield %sum : f32
  }
  return
}

// -----

// More tiles of sums than there are registers; tiles of no rows.
#lhs = affine_map<(m, n, k, p, e) -> (m, k, e)>
#rhs = affine_map<(m, n, k, p, e) -> (p, k, n, e)>
#out = affine_map<(m, n, k, p, e) -> (m, p * 32 + n)>
func.func @too_many_tiles(%a: memref<80x48x2xbf16>, %b: memref<3x48x32x2xbf16>, %c: memref<80x96xf32>) {
  // expected-error @below {{'product' tiles needs pairs}}
  lexon.contract ins(%a, %b : memref<80x48x2xbf16>, memref<3x48x32x2xbf16>) outs(%c : memref<80x96xf32>) attributes {indexing_maps = [#lhs, #rhs, #out],
      lexon.kernel = {block_k = 0 : i64, block_rows = 0 : i64, dims = array<i64: 0, 1, 2>, lanes = 16 : i64, pair_dim = 4 : i64, product = "tiles", tile = array<i64: 5, 2>, tile_rows = 16 : i64, vectorize = "n"}} {
  ^bb0(%sum: f32):
    lexon.yield %sum : f32
  }
  return
}

// -----

#lhs = affine_map<(m, n, k, p, e) -> (m, k, e)>
#rhs = affine_map<(m, n, k, p, e) -> (p, k, n, e)>
#out = affine_map<(m, n, k, p, e) -> (m, p * 32 + n)>
func.func @no_rows(%a: memref<80x48x2xbf16>, %b: memref<3x48x32x2xbf16>, %c: memref<80x96xf32>) {
  // expected-error @below {{'product' tiles needs pairs}}
  lexon.contract ins(%a, %b : memref<80x48x2xbf16>, memref<3x48x32x2xbf16>) outs(%c : memref<80x96xf32>) attributes {indexing_maps = [#lhs, #rhs, #out],
      lexon.kernel = {block_k = 0 : i64, block_rows = 0 : i64, dims = array<i64: 0, 1, 2>, lanes = 16 : i64, pair_dim = 4 : i64, product = "tiles", tile = array<i64: 2, 2>, vectorize = "n"}} {
  ^bb0(%sum: f32):
    lexon.yield %sum : f32
  }
  return
}

// -----

func.func @f32_dot(%a: memref<8x64xf32>, %b: memref<12x64xf32>, %c: memref<8x12xf32>) {
  // expected-error @below {{'product' needs bf16 operands that are summed in f32}}
  linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      {lexon.kernel = {block_k = 0 : i64, block_rows = 0 : i64, dims = array<i64: 0, 1, 2>, lanes = 16 : i64, product = "dot", tile = array<i64: 4, 2>, vectorize = "k"}}
      ins(%a, %b : memref<8x64xf32>, memref<12x64xf32>) outs(%c : memref<8x12xf32>)
  return
}
