// How products of bf16 are summed: the choice for each target, and the code for it.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=512 vector-registers=32}))' | FileCheck %s --check-prefix=WIDEN
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=512 vector-registers=32 bf16-products=dot}))' | FileCheck %s --check-prefix=DOT
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=512 vector-registers=32 bf16-products=tiles}))' | FileCheck %s --check-prefix=TILES
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=512 vector-registers=32},lower-matmul-kernels))' | FileCheck %s --check-prefix=WIDEN-CODE
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=512 vector-registers=32 bf16-products=dot},lower-matmul-kernels))' | FileCheck %s --check-prefix=DOT-CODE
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=512 vector-registers=32 bf16-products=tiles},lower-matmul-kernels))' | FileCheck %s --check-prefix=TILES-CODE

#lhs = affine_map<(m, n, k, p, e) -> (m, k, e)>
#rhs = affine_map<(m, n, k, p, e) -> (p, k, n, e)>
#out = affine_map<(m, n, k, p, e) -> (m, p * 32 + n)>

// WIDEN-LABEL: @pairs
// WIDEN: lexon.kernel = {block_k = 0 : i64, block_rows = 0 : i64, chunk_k = 0 : i64, dims = array<i64: 0, 1, 2>, lanes = 16 : i64, pair_dim = 4 : i64, phases = 1 : i64, prefetch = 32 : i64, tile = array<i64: 10, 2>, vectorize = "n"}
// DOT-LABEL: @pairs
// DOT: lexon.kernel = {{.*}}pair_dim = 4 : i64, phases = 1 : i64, prefetch = 43 : i64, product = "dot", tile = array<i64: 14, 2>
// TILES-LABEL: @pairs
// TILES: lexon.kernel = {{.*}}lanes = 16 : i64, pair_dim = 4 : i64, phases = 1 : i64, prefetch = 64 : i64, product = "tiles", tile = array<i64: 3, 2>, tile_rows = 14 : i64

// A bf16 number is the upper half of an f32 number.
// WIDEN-CODE-LABEL: @pairs
// WIDEN-CODE: vector.load {{.*}}, vector<32xbf16>
// WIDEN-CODE: vector.bitcast {{.*}} : vector<32xbf16> to vector<16xi32>
// WIDEN-CODE: arith.shli {{.*}} : vector<16xi32>
// WIDEN-CODE: arith.andi {{.*}} : vector<16xi32>
// WIDEN-CODE-COUNT-40: vector.fma {{.*}} : vector<16xf32>
// WIDEN-CODE-NOT: vector.fma
// WIDEN-CODE: scf.yield
// DOT-CODE-LABEL: @pairs
// DOT-CODE-COUNT-28: x86vector.avx512.dot {{.*}} : vector<32xbf16> -> vector<16xf32>
// DOT-CODE-NOT: x86vector.avx512.dot
// DOT-CODE: scf.yield
// Rows are read again for each tile of columns: six tiles of sums leave two registers.
// TILES-CODE-LABEL: @pairs
// TILES-CODE-COUNT-6: amx.tile_zero : !amx.tile<14x16xf32>
// TILES-CODE: scf.for
// TILES-CODE-COUNT-6: amx.tile_mulf {{.*}} : !amx.tile<14x32xbf16>, !amx.tile<16x32xbf16>, !amx.tile<14x16xf32>
// TILES-CODE-NOT: amx.tile_mulf
// TILES-CODE: scf.yield
// TILES-CODE-COUNT-6: amx.tile_store
func.func @pairs(%a: memref<40x48x2xbf16>, %b: memref<3x48x32x2xbf16>, %c: memref<40x96xf32>) {
  lexon.contract ins(%a, %b : memref<40x48x2xbf16>, memref<3x48x32x2xbf16>) outs(%c : memref<40x96xf32>) attributes {indexing_maps = [#lhs, #rhs, #out]} {
  ^bb0(%sum: f32):
    lexon.yield %sum : f32
  }
  return
}
// Too few rows for tiles.
// TILES-LABEL: @row
// TILES-NOT: product
// TILES: return
// DOT-LABEL: @row
// DOT: product = "dot"
func.func @row(%a: memref<4x48x2xbf16>, %b: memref<3x48x32x2xbf16>, %c: memref<4x96xf32>) {
  lexon.contract ins(%a, %b : memref<4x48x2xbf16>, memref<3x48x32x2xbf16>) outs(%c : memref<4x96xf32>) attributes {indexing_maps = [#lhs, #rhs, #out]} {
  ^bb0(%sum: f32):
    lexon.yield %sum : f32
  }
  return
}
// A depth of 34 is no multiple of a tile's 32.
// TILES-LABEL: @odd_depth
// TILES-NOT: product
// TILES: return
func.func @odd_depth(%a: memref<40x17x2xbf16>, %b: memref<3x17x32x2xbf16>, %c: memref<40x96xf32>) {
  lexon.contract ins(%a, %b : memref<40x17x2xbf16>, memref<3x17x32x2xbf16>) outs(%c : memref<40x96xf32>) attributes {indexing_maps = [#lhs, #rhs, #out]} {
  ^bb0(%sum: f32):
    lexon.yield %sum : f32
  }
  return
}
// The number of rows must be known.
// TILES-LABEL: @dynamic_rows
// TILES-NOT: product
// TILES: return
func.func @dynamic_rows(%a: memref<?x16x2xbf16>, %b: memref<2x16x32x2xbf16>, %c: memref<?x64xf32>) {
  lexon.contract ins(%a, %b : memref<?x16x2xbf16>, memref<2x16x32x2xbf16>) outs(%c : memref<?x64xf32>) attributes {indexing_maps = [#lhs, #rhs, #out]} {
  ^bb0(%sum: f32):
    lexon.yield %sum : f32
  }
  return
}
// Pairs of a row that do not follow each other: a tile's row is 32 elements in a row.
// TILES-LABEL: @rows_inside
// TILES-NOT: product
// TILES: return
// DOT-LABEL: @rows_inside
// DOT: product = "dot"
func.func @rows_inside(%a: memref<48x40x2xbf16>, %b: memref<3x48x32x2xbf16>, %c: memref<40x96xf32>) {
  lexon.contract ins(%a, %b : memref<48x40x2xbf16>, memref<3x48x32x2xbf16>) outs(%c : memref<40x96xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k, p, e) -> (k, m, e)>, #rhs, #out]} {
  ^bb0(%sum: f32):
    lexon.yield %sum : f32
  }
  return
}
// Vectors along the reduction hold pairs, too; f16 has no such instruction, and f64 sums are no f32 sums.
// DOT-LABEL: @along_reduction
// DOT: product = "dot", tile = array<i64: 4, 6>, vectorize = "k"
// TILES-LABEL: @along_reduction
// TILES-NOT: product
// TILES: return
// DOT-LABEL: @f16
// DOT-NOT: product
// DOT-LABEL: @f64_sums
// DOT-NOT: product
// DOT: return
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @along_reduction(%a: memref<8x64xbf16>, %b: memref<12x64xbf16>, %c: memref<8x12xf32>) {
  linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %b : memref<8x64xbf16>, memref<12x64xbf16>) outs(%c : memref<8x12xf32>)
  return
}
func.func @f16(%a: memref<8x64xf16>, %b: memref<12x64xf16>, %c: memref<8x12xf32>) {
  linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %b : memref<8x64xf16>, memref<12x64xf16>) outs(%c : memref<8x12xf32>)
  return
}
func.func @f64_sums(%a: memref<8x64xbf16>, %b: memref<12x64xbf16>, %c: memref<8x12xf64>) {
  linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %b : memref<8x64xbf16>, memref<12x64xbf16>) outs(%c : memref<8x12xf64>)
  return
}
// Sums of parts of the columns, behind tiles: both vectors of a row in one sum, one number for each row, and none for the
// rows that the tile before stored already.
// TILES-CODE-LABEL: @parts
// TILES-CODE: amx.tile_store
// TILES-CODE: scf.for %[[ROW:.+]] = %c0
// TILES-CODE-NOT: vector.reduction
// TILES-CODE: %[[BOTH:.+]] = arith.addf %{{.+}}, %{{.+}} : vector<16xf32>
// TILES-CODE: %[[SUM:.+]] = vector.reduction <add>, %[[BOTH]]
// TILES-CODE-NOT: vector.reduction
// TILES-CODE: memref.store %[[SUM]], %arg3[
// TILES-CODE: scf.for %{{.+}} = %c1
// TILES-CODE: vector.reduction
// TILES-CODE: memref.store {{.*}} %arg3[
// TILES-CODE-NOT: vector.reduction
// TILES-CODE: return
func.func @parts(%a: memref<19x32x2xbf16>, %w: memref<2x32x32x2xbf16>, %c: memref<19x64xbf16>, %s: memref<19x2xf32>) {
  lexon.contract ins(%a, %w : memref<19x32x2xbf16>, memref<2x32x32x2xbf16>) outs(%c, %s : memref<19x64xbf16>, memref<19x2xf32>) attributes {indexing_maps = [#lhs, #rhs, #out], part_columns = 32} {
  ^bb0(%x: bf16):
    %0 = arith.extf %x : bf16 to f32
    %1 = arith.mulf %0, %0 : f32
    lexon.yield %x, %1 : bf16, f32
  }
  return
}
