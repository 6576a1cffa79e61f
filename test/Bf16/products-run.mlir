// Kernels of bf16 compute what the plain loops compute, for pairs of the reduction and for vectors along it.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=512 vector-registers=32 bf16-products=tiles},lower-matmul-kernels))' --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=LOWERED
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=512 vector-registers=32},lower-matmul-kernels))'
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=128 vector-registers=16},lower-matmul-kernels))'
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=512 vector-registers=32 bf16-products=tiles},lower-matmul-kernels,test-emulate-amx))'
// REQUIRES: python
// LOWERED-COUNT-12: remark: [Passed] lowered
// LOWERED-NOT: remark: [Missed]

#lhs = affine_map<(m, n, k, p, e) -> (m, k, e)>
#rhs = affine_map<(m, n, k, p, e) -> (p, k, n, e)>
#out = affine_map<(m, n, k, p, e) -> (m, p * 32 + n)>

// 40 rows: three tiles of 14, the last of which begins earlier; four tiles of 10 vectors.
func.func @rows40(%a: memref<40x48x2xbf16>, %b: memref<3x48x32x2xbf16>, %c: memref<40x96xf32>) {
  lexon.contract ins(%a, %b : memref<40x48x2xbf16>, memref<3x48x32x2xbf16>) outs(%c : memref<40x96xf32>) attributes {indexing_maps = [#lhs, #rhs, #out]} {
  ^bb0(%sum: f32):
    lexon.yield %sum : f32
  }
  return
}
// One row, and a result that rounds once.
func.func @row(%a: memref<1x77x2xbf16>, %b: memref<3x77x32x2xbf16>, %c: memref<1x96xbf16>) {
  lexon.contract ins(%a, %b : memref<1x77x2xbf16>, memref<3x77x32x2xbf16>) outs(%c : memref<1x96xbf16>) attributes {indexing_maps = [#lhs, #rhs, #out]} {
  ^bb0(%sum: f32):
    %r = arith.truncf %sum : f32 to bf16
    lexon.yield %r : bf16
  }
  return
}
// 100 rows: seven tiles of 15 in groups of three; an epilogue that reads what it writes.
func.func @residual(%a: memref<100x16x2xbf16>, %b: memref<2x16x32x2xbf16>, %c: memref<100x64xf32>) {
  lexon.contract ins(%a, %b : memref<100x16x2xbf16>, memref<2x16x32x2xbf16>) with(%c : memref<100x64xf32>) outs(%c : memref<100x64xf32>) attributes {indexing_maps = [#lhs, #rhs, #out, #out]} {
  ^bb0(%sum: f32, %old: f32):
    %r = arith.addf %sum, %old : f32
    lexon.yield %r : f32
  }
  return
}
// An odd number of pairs, odd rows, a panel of 19 columns: masks, and no tiles.
func.func @tails(%a: memref<13x17x2xbf16>, %b: memref<2x17x19x2xbf16>, %c: memref<13x38xf32>) {
  lexon.contract ins(%a, %b : memref<13x17x2xbf16>, memref<2x17x19x2xbf16>) outs(%c : memref<13x38xf32>) attributes {indexing_maps = [#lhs, #rhs, affine_map<(m, n, k, p, e) -> (m, p * 19 + n)>]} {
  ^bb0(%sum: f32):
    lexon.yield %sum : f32
  }
  return
}
// Deep enough for chunks and phases.
func.func @deep(%a: memref<2x1100x2xbf16>, %b: memref<1x1100x32x2xbf16>, %c: memref<2x32xf32>) {
  lexon.contract ins(%a, %b : memref<2x1100x2xbf16>, memref<1x1100x32x2xbf16>) outs(%c : memref<2x32xf32>) attributes {indexing_maps = [#lhs, #rhs, #out]} {
  ^bb0(%sum: f32):
    lexon.yield %sum : f32
  }
  return
}
// Two groups, as of a gated linear unit; 33 rows are three tiles of 11.
func.func @gated(%a: memref<33x32x2xbf16>, %b: memref<3x32x2x16x2xbf16>, %c: memref<33x48xbf16>) {
  lexon.contract ins(%a, %b : memref<33x32x2xbf16>, memref<3x32x2x16x2xbf16>) outs(%c : memref<33x48xbf16>) attributes {indexing_maps = [
      affine_map<(m, n, k, g, p, e) -> (m, k, e)>, affine_map<(m, n, k, g, p, e) -> (p, k, g, n, e)>, affine_map<(m, n, k, g, p, e) -> (m, p * 16 + n)>]} {
  ^bb0(%gate: f32, %up: f32):
    %product = arith.mulf %gate, %up : f32
    %r = arith.truncf %product : f32 to bf16
    lexon.yield %r : bf16
  }
  return
}
// Rows of the left side apart from each other.
func.func @strided(%whole: memref<20x32x2xbf16>, %b: memref<1x16x32x2xbf16>, %c: memref<20x32xf32>) {
  %a = memref.subview %whole[0, 3, 0] [20, 16, 2] [1, 1, 1] : memref<20x32x2xbf16> to memref<20x16x2xbf16, strided<[64, 2, 1], offset: 6>>
  lexon.contract ins(%a, %b : memref<20x16x2xbf16, strided<[64, 2, 1], offset: 6>>, memref<1x16x32x2xbf16>) outs(%c : memref<20x32xf32>) attributes {indexing_maps = [#lhs, #rhs, #out]} {
  ^bb0(%sum: f32):
    lexon.yield %sum : f32
  }
  return
}
// Rows inside of the reduction.
func.func @rows_inside(%a: memref<48x40x2xbf16>, %b: memref<3x48x32x2xbf16>, %c: memref<40x96xf32>) {
  lexon.contract ins(%a, %b : memref<48x40x2xbf16>, memref<3x48x32x2xbf16>) outs(%c : memref<40x96xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k, p, e) -> (k, m, e)>, #rhs, #out]} {
  ^bb0(%sum: f32):
    lexon.yield %sum : f32
  }
  return
}
func.func @dynamic_rows(%a: memref<?x16x2xbf16>, %b: memref<2x16x32x2xbf16>, %c: memref<?x64xf32>) {
  lexon.contract ins(%a, %b : memref<?x16x2xbf16>, memref<2x16x32x2xbf16>) outs(%c : memref<?x64xf32>) attributes {indexing_maps = [#lhs, #rhs, #out]} {
  ^bb0(%sum: f32):
    lexon.yield %sum : f32
  }
  return
}
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
// Weights as PyTorch stores them: vectors along the reduction, with a masked tail of 13 elements.
func.func @along_reduction(%a: memref<7x77xbf16>, %b: memref<29x77xbf16>, %c: memref<7x29xf32>) {
  linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %b : memref<7x77xbf16>, memref<29x77xbf16>) outs(%c : memref<7x29xf32>)
  return
}
// Blocks of the reduction.
func.func @along_deep_reduction(%a: memref<70x2100xbf16>, %b: memref<7x2100xbf16>, %c: memref<70x7xf32>) {
  linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %b : memref<70x2100xbf16>, memref<7x2100xbf16>) outs(%c : memref<70x7xf32>)
  return
}
func.func @dynamic_reduction(%a: memref<?x?xbf16>, %b: memref<?x?xbf16>, %c: memref<?x?xf32>) {
  linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %b : memref<?x?xbf16>, memref<?x?xbf16>) outs(%c : memref<?x?xf32>)
  return
}
