// Kernels compute what the plain loops compute, for every layout, tail and element type, at three vector lengths.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=512 vector-registers=32},lower-matmul-kernels))' --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=512 vector-registers=32},lower-matmul-kernels))'
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=256 vector-registers=16 cache-bytes=4096},lower-matmul-kernels))'
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=128 vector-registers=16},lower-matmul-kernels))'
// REQUIRES: python
// CHECK-COUNT-32: remark: [Passed] lowered | Category:lower-matmul-kernels
// CHECK-NOT: remark: [Missed]

// Sizes one beyond a tile: 17 rows, 33 columns; odd depth.
func.func @plain_tails(%a: memref<17x45xf32>, %b: memref<45x33xf32>, %c: memref<17x33xf32>) {
  linalg.matmul ins(%a, %b : memref<17x45xf32>, memref<45x33xf32>) outs(%c : memref<17x33xf32>)
  return
}
// Everything a multiple of the tile.
func.func @plain_even(%a: memref<20x64xf32>, %b: memref<64x64xf32>, %c: memref<20x64xf32>) {
  linalg.matmul ins(%a, %b : memref<20x64xf32>, memref<64x64xf32>) outs(%c : memref<20x64xf32>)
  return
}
// Depth past a block of the reduction, and many rows: block_k and block_rows both in use.
func.func @blocked(%a: memref<131x2500xf32>, %b: memref<2500x19xf32>, %c: memref<131x19xf32>) {
  linalg.matmul ins(%a, %b : memref<131x2500xf32>, memref<2500x19xf32>) outs(%c : memref<131x19xf32>)
  return
}
func.func @one_by_one(%a: memref<1x1xf32>, %b: memref<1x1xf32>, %c: memref<1x1xf32>) {
  linalg.matmul ins(%a, %b : memref<1x1xf32>, memref<1x1xf32>) outs(%c : memref<1x1xf32>)
  return
}
// A single row, a single column.
func.func @row(%a: memref<1x37xf32>, %b: memref<37x131xf32>, %c: memref<1x131xf32>) {
  linalg.matmul ins(%a, %b : memref<1x37xf32>, memref<37x131xf32>) outs(%c : memref<1x131xf32>)
  return
}
func.func @column(%a: memref<37x23xf32>, %b: memref<23x1xf32>, %c: memref<37x1xf32>) {
  linalg.matmul ins(%a, %b : memref<37x23xf32>, memref<23x1xf32>) outs(%c : memref<37x1xf32>)
  return
}
// Weights as PyTorch stores them: vectors along the reduction. 41 is prime: a masked tail.
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#km = affine_map<(m, n, k) -> (k, m)>
#kn = affine_map<(m, n, k) -> (k, n)>
#mn = affine_map<(m, n, k) -> (m, n)>
#nm = affine_map<(m, n, k) -> (n, m)>
func.func @transposed_b(%a: memref<13x41xf32>, %b: memref<29x41xf32>, %c: memref<13x29xf32>) {
  linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %b : memref<13x41xf32>, memref<29x41xf32>) outs(%c : memref<13x29xf32>)
  return
}
func.func @transposed_b_even(%a: memref<8x64xf32>, %b: memref<12x64xf32>, %c: memref<8x12xf32>) {
  linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %b : memref<8x64xf32>, memref<12x64xf32>) outs(%c : memref<8x12xf32>)
  return
}
func.func @transposed_b_blocked(%a: memref<70x2100xf32>, %b: memref<7x2100xf32>, %c: memref<70x7xf32>) {
  linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %b : memref<70x2100xf32>, memref<7x2100xf32>) outs(%c : memref<70x7xf32>)
  return
}
func.func @transposed_a(%a: memref<41x13xf32>, %b: memref<41x29xf32>, %c: memref<13x29xf32>) {
  linalg.matmul indexing_maps = [#km, #kn, #mn] ins(%a, %b : memref<41x13xf32>, memref<41x29xf32>) outs(%c : memref<13x29xf32>)
  return
}
// Both transposed: vectors along the rows, stored one element at a time.
func.func @transposed_both(%a: memref<41x35xf32>, %b: memref<29x41xf32>, %c: memref<35x29xf32>) {
  linalg.matmul indexing_maps = [#km, #nk, #mn] ins(%a, %b : memref<41x35xf32>, memref<29x41xf32>) outs(%c : memref<35x29xf32>)
  return
}
// A transposed result: vectors along the rows, contiguous stores.
func.func @transposed_result(%a: memref<41x35xf32>, %b: memref<41x9xf32>, %c: memref<9x35xf32>) {
  linalg.contract indexing_maps = [#km, #kn, #nm] ins(%a, %b : memref<41x35xf32>, memref<41x9xf32>) outs(%c : memref<9x35xf32>)
  return
}
func.func @batch(%a: memref<3x7x21xf32>, %b: memref<3x21x18xf32>, %c: memref<3x7x18xf32>) {
  linalg.batch_matmul ins(%a, %b : memref<3x7x21xf32>, memref<3x21x18xf32>) outs(%c : memref<3x7x18xf32>)
  return
}
func.func @matvec(%a: memref<19x53xf32>, %x: memref<53xf32>, %y: memref<19xf32>) {
  linalg.matvec ins(%a, %x : memref<19x53xf32>, memref<53xf32>) outs(%y : memref<19xf32>)
  return
}
func.func @vecmat(%x: memref<19xf32>, %a: memref<19x53xf32>, %y: memref<53xf32>) {
  linalg.vecmat ins(%x, %a : memref<19xf32>, memref<19x53xf32>) outs(%y : memref<53xf32>)
  return
}
func.func @dot(%x: memref<37xf32>, %y: memref<37xf32>, %z: memref<f32>) {
  linalg.dot ins(%x, %y : memref<37xf32>, memref<37xf32>) outs(%z : memref<f32>)
  return
}
// Any size in any dimension; one kernel for all.
func.func @dynamic(%a: memref<?x?xf32>, %b: memref<?x?xf32>, %c: memref<?x?xf32>) {
  linalg.matmul ins(%a, %b : memref<?x?xf32>, memref<?x?xf32>) outs(%c : memref<?x?xf32>)
  return
}
func.func @dynamic_transposed_b(%a: memref<?x?xf32>, %b: memref<?x?xf32>, %c: memref<?x?xf32>) {
  linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %b : memref<?x?xf32>, memref<?x?xf32>) outs(%c : memref<?x?xf32>)
  return
}
// Views: rows of 50 in a buffer of 64, not at its beginning.
func.func @views(%a: memref<20x64xf32>, %b: memref<60x64xf32>, %c: memref<20x64xf32>) {
  %as = memref.subview %a[3, 2] [11, 40] [1, 1] : memref<20x64xf32> to memref<11x40xf32, strided<[64, 1], offset: 194>>
  %bs = memref.subview %b[5, 7] [40, 50] [1, 1] : memref<60x64xf32> to memref<40x50xf32, strided<[64, 1], offset: 327>>
  %cs = memref.subview %c[1, 9] [11, 50] [1, 1] : memref<20x64xf32> to memref<11x50xf32, strided<[64, 1], offset: 73>>
  linalg.matmul ins(%as, %bs : memref<11x40xf32, strided<[64, 1], offset: 194>>, memref<40x50xf32, strided<[64, 1], offset: 327>>)
    outs(%cs : memref<11x50xf32, strided<[64, 1], offset: 73>>)
  return
}
// Every second row and column of A; B still contiguous along n.
func.func @strided_a(%a: memref<20x64xf32>, %b: memref<32x50xf32>, %c: memref<10x50xf32>) {
  %as = memref.subview %a[0, 0] [10, 32] [2, 2] : memref<20x64xf32> to memref<10x32xf32, strided<[128, 2]>>
  linalg.matmul ins(%as, %b : memref<10x32xf32, strided<[128, 2]>>, memref<32x50xf32>) outs(%c : memref<10x50xf32>)
  return
}
func.func @f64(%a: memref<11x23xf64>, %b: memref<23x19xf64>, %c: memref<11x19xf64>) {
  linalg.matmul ins(%a, %b : memref<11x23xf64>, memref<23x19xf64>) outs(%c : memref<11x19xf64>)
  return
}
// Half precision: summed in f32, rounded once.
func.func @f16(%a: memref<11x23xf16>, %b: memref<23x19xf16>, %c: memref<11x19xf16>) {
  linalg.matmul ins(%a, %b : memref<11x23xf16>, memref<23x19xf16>) outs(%c : memref<11x19xf16>)
  return
}
func.func @bf16_to_f32(%a: memref<11x23xbf16>, %b: memref<19x23xbf16>, %c: memref<11x19xf32>) {
  linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %b : memref<11x23xbf16>, memref<19x23xbf16>) outs(%c : memref<11x19xf32>)
  return
}
func.func @i8_to_i32(%a: memref<11x23xi8>, %b: memref<23x19xi8>, %c: memref<11x19xi32>) {
  linalg.matmul ins(%a, %b : memref<11x23xi8>, memref<23x19xi8>) outs(%c : memref<11x19xi32>)
  return
}
func.func @u8_to_i32(%a: memref<11x23xi8>, %b: memref<23x19xi8>, %c: memref<11x19xi32>) {
  linalg.matmul {cast = #linalg.type_fn<cast_unsigned>} ins(%a, %b : memref<11x23xi8>, memref<23x19xi8>) outs(%c : memref<11x19xi32>)
  return
}
func.func @i64(%a: memref<5x9xi64>, %b: memref<9x7xi64>, %c: memref<5x7xi64>) {
  linalg.matmul ins(%a, %b : memref<5x9xi64>, memref<9x7xi64>) outs(%c : memref<5x7xi64>)
  return
}
// Grouped-query attention: a group of query heads (g) shares a key head (h).
#q = affine_map<(h, g, m, n, d) -> (h, g, m, d)>
#key = affine_map<(h, g, m, n, d) -> (h, n, d)>
#scores = affine_map<(h, g, m, n, d) -> (h, g, m, n)>
func.func @grouped_query(%q: memref<2x3x5x24xf32>, %k: memref<2x7x24xf32>, %s: memref<2x3x5x7xf32>) {
  linalg.contract indexing_maps = [#q, #key, #scores] ins(%q, %k : memref<2x3x5x24xf32>, memref<2x7x24xf32>) outs(%s : memref<2x3x5x7xf32>)
  return
}
// Two reduction dimensions: the output projection after attention.
#heads = affine_map<(m, n, h, d) -> (h, m, d)>
#weight = affine_map<(m, n, h, d) -> (n, h, d)>
#out = affine_map<(m, n, h, d) -> (m, n)>
func.func @two_reductions(%x: memref<4x6x20xf32>, %w: memref<15x4x20xf32>, %y: memref<6x15xf32>) {
  linalg.contract indexing_maps = [#heads, #weight, #out] ins(%x, %w : memref<4x6x20xf32>, memref<15x4x20xf32>) outs(%y : memref<6x15xf32>)
  return
}

// Scaled sums: a factor from outside, a constant of the body, subtraction; along n, m and k.
func.func @scaled_n(%s: f32, %a: memref<17x45xf32>, %b: memref<45x33xf32>, %c: memref<17x33xf32>) {
  linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> ()>, affine_map<(m, n, k) -> (m, n)>],
    iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b, %s : memref<17x45xf32>, memref<45x33xf32>, f32) outs(%c : memref<17x33xf32>) {
  ^bb0(%x: f32, %y: f32, %f: f32, %z: f32):
    %p = arith.mulf %x, %f : f32
    %q = arith.mulf %y, %p : f32
    %r = arith.subf %z, %q : f32
    linalg.yield %r : f32
  }
  return
}
func.func @scaled_m(%a: memref<45x17xf64>, %b: memref<33x45xf64>, %c: memref<17x33xf64>) {
  linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>],
    iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : memref<45x17xf64>, memref<33x45xf64>) outs(%c : memref<17x33xf64>) {
  ^bb0(%x: f64, %y: f64, %z: f64):
    %f = arith.constant 0.37 : f64
    %p = arith.mulf %x, %y : f64
    %q = arith.mulf %f, %p : f64
    %r = arith.addf %q, %z : f64
    linalg.yield %r : f64
  }
  return
}
func.func @scaled_k(%s: f16, %a: memref<5x45xf16>, %b: memref<7x45xf16>, %c: memref<5x7xf16>) {
  linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>],
    iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : memref<5x45xf16>, memref<7x45xf16>) outs(%c : memref<5x7xf16>) {
  ^bb0(%x: f16, %y: f16, %z: f16):
    %p = arith.mulf %x, %y : f16
    %q = arith.mulf %s, %p : f16
    %r = arith.subf %z, %q : f16
    linalg.yield %r : f16
  }
  return
}

// More parallel dimensions than a small vector holds: four of a batch, rows and columns, and the kernel's own.
func.func @many_batches(%a: memref<2x1x3x2x5x7xf32>, %b: memref<2x1x3x2x7x9xf32>, %c: memref<2x1x3x2x5x9xf32>) {
  linalg.contract indexing_maps = [affine_map<(p, q, r, s, m, n, k) -> (p, q, r, s, m, k)>,
                                   affine_map<(p, q, r, s, m, n, k) -> (p, q, r, s, k, n)>,
                                   affine_map<(p, q, r, s, m, n, k) -> (p, q, r, s, m, n)>]
    ins(%a, %b : memref<2x1x3x2x5x7xf32>, memref<2x1x3x2x7x9xf32>) outs(%c : memref<2x1x3x2x5x9xf32>)
  return
}
