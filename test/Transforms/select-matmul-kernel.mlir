// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=512 vector-registers=32}))' --split-input-file | FileCheck %s
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=512 vector-registers=32 threads=2}))' --split-input-file | FileCheck %s --check-prefix=TWO
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=256 vector-registers=16}))' --split-input-file | FileCheck %s --check-prefix=AVX2
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(select-matmul-kernel))' --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// Rows of 40 are tiles of 14, 14 and 12; 32 columns are two vectors. Of nine such tiles two threads would get five and
// four; tiles of 10 rows are twelve.
// CHECK-LABEL: func.func @plain(
//       CHECK:   linalg.matmul {lexon.kernel = {block_k = 0 : i64, block_rows = 0 : i64, chunk_k = 0 : i64, dims = array<i64: 0, 1, 2>, lanes = 16 : i64, phases = 1 : i64, prefetch = 0 : i64, tile = array<i64: 14, 2>, vectorize = "n"}}
// AVX2-LABEL: func.func @plain(
//       AVX2:   lanes = 8 : i64, {{.*}}tile = array<i64: 6, 2>, vectorize = "n"
// TWO-LABEL: func.func @plain(
//       TWO:   tile = array<i64: 10, 2>
// WHY: remark: [Passed] selected | Category:select-matmul-kernel{{.*}}}, expected {{.*}} kcycles, limited by arithmetic (memory 0.0, arithmetic {{.*}}, all multiply-add units busy 30.7)
func.func @plain(%a: memref<40x64xf32>, %b: memref<64x96xf32>, %c: memref<40x96xf32>) {
  linalg.matmul ins(%a, %b : memref<40x64xf32>, memref<64x96xf32>) outs(%c : memref<40x96xf32>)
  return
}
// -----
// 17 rows are 9 + 8, not 10 + 7.
// CHECK-LABEL: func.func @spread_rows(
//       CHECK:   tile = array<i64: 9, 2>
func.func @spread_rows(%a: memref<17x64xf32>, %b: memref<64x96xf32>, %c: memref<17x96xf32>) {
  linalg.matmul ins(%a, %b : memref<17x64xf32>, memref<64x96xf32>) outs(%c : memref<17x96xf32>)
  return
}
// -----
// Both operands contiguous along the reduction; a long one is cut into even blocks.
// CHECK-LABEL: func.func @weights(
//       CHECK:   block_k = 2992 : i64, {{.*}}lanes = 16 : i64, {{.*}}tile = array<i64: 4, 6>, vectorize = "k"
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#km = affine_map<(m, n, k) -> (k, m)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @weights(%a: memref<40x8960xf32>, %b: memref<1536x8960xf32>, %c: memref<40x1536xf32>) {
  linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %b : memref<40x8960xf32>, memref<1536x8960xf32>) outs(%c : memref<40x1536xf32>)
  return
}
// -----
// Both transposed: along the rows of A.
// CHECK-LABEL: func.func @rows(
//       CHECK:   vectorize = "m"
#nk = affine_map<(m, n, k) -> (n, k)>
#km = affine_map<(m, n, k) -> (k, m)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @rows(%a: memref<64x40xf32>, %b: memref<96x64xf32>, %c: memref<40x96xf32>) {
  linalg.matmul indexing_maps = [#km, #nk, #mn] ins(%a, %b : memref<64x40xf32>, memref<96x64xf32>) outs(%c : memref<40x96xf32>)
  return
}
// -----
// Three columns do not need sixteen lanes; f64 has half as many. Elements of f16 are widened in each step: a tile that is
// nearer to a square has fewer.
// CHECK-LABEL: func.func @narrow(
//       CHECK:   lanes = 4 : i64
// CHECK-LABEL: func.func @f64(
//       CHECK:   lanes = 8 : i64
// CHECK-LABEL: func.func @dynamic(
//       CHECK:   tile = array<i64: 5, 4>
func.func @narrow(%a: memref<40x64xf32>, %b: memref<64x3xf32>, %c: memref<40x3xf32>) {
  linalg.matmul ins(%a, %b : memref<40x64xf32>, memref<64x3xf32>) outs(%c : memref<40x3xf32>)
  return
}
func.func @f64(%a: memref<40x64xf64>, %b: memref<64x96xf64>, %c: memref<40x96xf64>) {
  linalg.matmul ins(%a, %b : memref<40x64xf64>, memref<64x96xf64>) outs(%c : memref<40x96xf64>)
  return
}
func.func @dynamic(%a: memref<?x?xf16>, %b: memref<?x?xf16>, %c: memref<?x?xf16>) {
  linalg.matmul ins(%a, %b : memref<?x?xf16>, memref<?x?xf16>) outs(%c : memref<?x?xf16>)
  return
}
// -----
// Left alone, with the reason.
// CHECK-LABEL: func.func @strided(
//   CHECK-NOT:   lexon.kernel
//       CHECK:   return
// WHY: remark: [Missed] selected{{.*}}Reason="no operand is contiguous along a dimension that could be vectorized"
func.func @strided(%a: memref<8x8xf32, strided<[32, 2]>>, %b: memref<8x8xf32, strided<[32, 2]>>, %c: memref<8x8xf32>) {
  linalg.matmul ins(%a, %b : memref<8x8xf32, strided<[32, 2]>>, memref<8x8xf32, strided<[32, 2]>>) outs(%c : memref<8x8xf32>)
  return
}
// -----
// CHECK-LABEL: func.func @complex(
//   CHECK-NOT:   lexon.kernel
//       CHECK:   return
func.func @complex(%a: memref<8x8xcomplex<f32>>, %b: memref<8x8xcomplex<f32>>, %c: memref<8x8xcomplex<f32>>) {
  linalg.matmul ins(%a, %b : memref<8x8xcomplex<f32>>, memref<8x8xcomplex<f32>>) outs(%c : memref<8x8xcomplex<f32>>)
  return
}
// -----
// An output that is an input, seen through a cast: only plain loops give it a meaning.
// CHECK-LABEL: func.func @in_place(
//   CHECK-NOT:   lexon.kernel
//       CHECK:   return
// WHY: remark: [Missed] selected{{.*}}Reason="the output aliases an input"
func.func @in_place(%a: memref<16x16xf32>, %b: memref<16x16xf32>) {
  %c = memref.cast %b : memref<16x16xf32> to memref<?x16xf32>
  linalg.matmul ins(%a, %b : memref<16x16xf32>, memref<16x16xf32>) outs(%c : memref<?x16xf32>)
  return
}
// -----
// 256 rows in blocks of six tiles of 14 would leave five places of the last block empty, all of one thread: 20 tiles of 13
// fill five blocks of four.
// TWO-LABEL: func.func @balanced(
//       TWO:   block_rows = 4 : i64, {{.*}}tile = array<i64: 13, 2>
func.func @balanced(%a: memref<256x1536xf32>, %w: memref<64x1536x32xf32>, %c: memref<256x2048xf32>) {
  lexon.contract ins(%a, %w : memref<256x1536xf32>, memref<64x1536x32xf32>) outs(%c : memref<256x2048xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k, p) -> (m, k)>, affine_map<(m, n, k, p) -> (p, k, n)>, affine_map<(m, n, k, p) -> (m, p * 32 + n)>]} {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}
// -----
// One row for each element of the weights: memory is the limit.
// WHY: remark: [Passed] selected{{.*}}limited by memory (memory 1258.3, arithmetic
func.func @one_row(%a: memref<1x1536xf32>, %w: memref<64x1536x32xf32>, %c: memref<1x2048xf32>) {
  lexon.contract ins(%a, %w : memref<1x1536xf32>, memref<64x1536x32xf32>) outs(%c : memref<1x2048xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k, p) -> (m, k)>, affine_map<(m, n, k, p) -> (p, k, n)>, affine_map<(m, n, k, p) -> (m, p * 32 + n)>]} {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}
// -----
// Nothing to compute takes nothing.
// WHY: remark: [Passed] selected{{.*}}}, nothing to compute
func.func @no_rows(%a: memref<0x64xf32>, %b: memref<64x96xf32>, %c: memref<0x96xf32>) {
  linalg.matmul ins(%a, %b : memref<0x64xf32>, memref<64x96xf32>) outs(%c : memref<0x96xf32>)
  return
}
// -----
// Behind a single panel there is none to prefetch.
// CHECK-LABEL: func.func @one_panel(
//       CHECK:   prefetch = 0 : i64
func.func @one_panel(%a: memref<40x1536xf32>, %w: memref<1x1536x32xf32>, %c: memref<40x32xf32>) {
  lexon.contract ins(%a, %w : memref<40x1536xf32>, memref<1x1536x32xf32>) outs(%c : memref<40x32xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k, p) -> (m, k)>, affine_map<(m, n, k, p) -> (p, k, n)>, affine_map<(m, n, k, p) -> (m, p * 32 + n)>]} {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}
// -----
// Panels of two dimensions of columns (parts of a head, heads): the next one of both is what three tiles of rows prefetch.
// CHECK-LABEL: func.func @blocks(
//       CHECK:   prefetch = 22 : i64
func.func @blocks(%a: memref<40x1536xf32>, %w: memref<3x2x1536x2x16xf32>, %c: memref<40x3x64xf32>) {
  lexon.contract ins(%a, %w : memref<40x1536xf32>, memref<3x2x1536x2x16xf32>) outs(%c : memref<40x3x64xf32>) attributes {indexing_maps = [
      affine_map<(m, h, k, g, n, p) -> (m, k)>, affine_map<(m, h, k, g, n, p) -> (h, p, k, g, n)>,
      affine_map<(m, h, k, g, n, p) -> (m, h, g * 32 + p * 16 + n)>], stored_group = 3} {
  ^bb0(%s: f32, %t: f32):
    lexon.yield %t, %s : f32, f32
  }
  return
}
// -----
// Sums of parts of 32 columns: no tile of two vectors of eight lanes, as without them, but of four. Vectors of four lanes
// have no such tile here: four of them would be no part.
// CHECK-LABEL: func.func @parts(
//       CHECK:   lanes = 16 : i64, {{.*}}tile = array<i64: 14, 2>, vectorize = "n"
// AVX2-LABEL: func.func @parts(
//       AVX2:   lanes = 8 : i64, {{.*}}tile = array<i64: 2, 4>, vectorize = "n"
// WHY: remark: [Missed] selected | Category:select-matmul-kernel | Reason="no tile stores vectors of columns and holds whole parts of them, which are to be summed"
func.func @parts(%a: memref<40x64xf32>, %w: memref<64x96xf32>, %c: memref<40x96xf32>, %s: memref<40x3xf32>) {
  lexon.contract ins(%a, %w : memref<40x64xf32>, memref<64x96xf32>) outs(%c, %s : memref<40x96xf32>, memref<40x3xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], part_columns = 32} {
  ^bb0(%x: f32):
    lexon.yield %x, %x : f32, f32
  }
  return
}
// -----
// Parts that panels of 24 columns cut: no kernel. Nor where the sums would be stored into an input.
// CHECK-LABEL: func.func @parts_across_panels(
//   CHECK-NOT:   lexon.kernel
//       CHECK:   return
// WHY: remark: [Missed] selected | Category:select-matmul-kernel | Reason="no tile stores vectors of columns and holds whole parts of them, which are to be summed"
// WHY: remark: [Missed] selected | Category:select-matmul-kernel | Reason="the output aliases an input"
func.func @parts_across_panels(%a: memref<40x64xf32>, %w: memref<4x64x24xf32>, %c: memref<40x96xf32>, %s: memref<40x6xf32>, %v: memref<64x40xf32>, %b: memref<40x2560xf32>) {
  lexon.contract ins(%a, %w : memref<40x64xf32>, memref<4x64x24xf32>) outs(%c, %s : memref<40x96xf32>, memref<40x6xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k, p) -> (m, k)>, affine_map<(m, n, k, p) -> (p, k, n)>, affine_map<(m, n, k, p) -> (m, p * 24 + n)>], part_columns = 16} {
  ^bb0(%x: f32):
    lexon.yield %x, %x : f32, f32
  }
  %r = memref.alloc() : memref<64x2560xf32>
  lexon.contract ins(%a, %r : memref<40x64xf32>, memref<64x2560xf32>) outs(%b, %a : memref<40x2560xf32>, memref<40x64xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], part_columns = 40} {
  ^bb0(%x: f32):
    lexon.yield %x, %x : f32, f32
  }
  return
}
