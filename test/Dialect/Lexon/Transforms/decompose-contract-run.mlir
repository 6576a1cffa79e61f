// What lexon.contract means in linalg is what its kernels compute: panels, groups, tails, on tensors and memrefs.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=512 vector-registers=32},lower-matmul-kernels))' --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(decompose-contract))'
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=512 vector-registers=32},lower-matmul-kernels))'
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=256 vector-registers=16},lower-matmul-kernels))'
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(select-matmul-kernel,lower-matmul-kernels))'
// REQUIRES: python
// CHECK-COUNT-11: remark: [Passed] lowered | Category:lower-matmul-kernels
// CHECK-NOT: remark: [Missed]

#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#n = affine_map<(m, n, k) -> (n)>
#m = affine_map<(m, n, k) -> (m)>
#mn = affine_map<(m, n, k) -> (m, n)>
#nm = affine_map<(m, n, k) -> (n, m)>
#pmk = affine_map<(m, n, k, p) -> (m, k)>
#pkn = affine_map<(m, n, k, p) -> (p, k, n)>
#pout = affine_map<(m, n, k, p) -> (m, p * 32 + n)>

// Panels of 32 columns; 31 rows are three tiles; 1100 steps are three chunks, with prefetches.
func.func @panels(%a: memref<31x1100xf32>, %w: memref<3x1100x32xf32>, %r: memref<31x96xf32>, %c: memref<31x96xf32>) {
  lexon.contract ins(%a, %w : memref<31x1100xf32>, memref<3x1100x32xf32>) with(%r : memref<31x96xf32>) outs(%c : memref<31x96xf32>) attributes {indexing_maps = [#pmk, #pkn, #pout, #pout]} {
  ^bb0(%x: f32, %y: f32):
    %s = arith.subf %x, %y : f32
    lexon.yield %s : f32
  }
  return
}
// One row: phases, and a depth that they do not divide.
func.func @one_row(%a: memref<1x1037xf32>, %w: memref<2x1037x32xf32>, %c: memref<1x64xf32>) {
  lexon.contract ins(%a, %w : memref<1x1037xf32>, memref<2x1037x32xf32>) outs(%c : memref<1x64xf32>) attributes {indexing_maps = [#pmk, #pkn, #pout]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  }
  return
}
// Groups in panels, and a dynamic number of rows.
func.func @groups(%a: memref<?x40xf32>, %w: memref<3x40x2x16xf32>, %b: memref<48xf32>, %c: memref<?x48xf32>) {
  lexon.contract ins(%a, %w : memref<?x40xf32>, memref<3x40x2x16xf32>) with(%b : memref<48xf32>) outs(%c : memref<?x48xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k, g, p) -> (m, k)>, affine_map<(m, n, k, g, p) -> (p, k, g, n)>,
      affine_map<(m, n, k, g, p) -> (p * 16 + n)>, affine_map<(m, n, k, g, p) -> (m, p * 16 + n)>]} {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %s = arith.mulf %x, %y : f32
    %t = arith.addf %s, %z : f32
    lexon.yield %t : f32
  }
  return
}
// Groups along the reduction, three of them.
func.func @groups_by_k(%a: memref<5x37xf32>, %w: memref<3x7x37xf32>, %c: memref<5x7xf32>) {
  lexon.contract ins(%a, %w : memref<5x37xf32>, memref<3x7x37xf32>) outs(%c : memref<5x7xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k, g) -> (m, k)>, affine_map<(m, n, k, g) -> (g, n, k)>, affine_map<(m, n, k, g) -> (m, n)>]} {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %s = arith.mulf %x, %y : f32
    %t = arith.subf %s, %z : f32
    lexon.yield %t : f32
  }
  return
}
// Half precision in, single out; a bias along the rows.
func.func @mixed(%a: memref<9x18xbf16>, %w: memref<18x37xbf16>, %b: memref<9xf32>, %c: memref<9x37xf32>) {
  lexon.contract ins(%a, %w : memref<9x18xbf16>, memref<18x37xbf16>) with(%b : memref<9xf32>) outs(%c : memref<9x37xf32>) attributes {indexing_maps = [#mk, #kn, #m, #mn]} {
  ^bb0(%x: f32, %y: f32):
    %s = arith.addf %x, %y : f32
    lexon.yield %s : f32
  }
  return
}
// The output is transposed: vectors along the rows, or element by element.
func.func @transposed(%a: memref<21x45xf32>, %w: memref<13x45xf32>, %b: memref<13xf32>, %c: memref<13x21xf32>) {
  lexon.contract ins(%a, %w : memref<21x45xf32>, memref<13x45xf32>) with(%b : memref<13xf32>) outs(%c : memref<13x21xf32>) attributes {indexing_maps = [#mk, #nk, #n, #nm]} {
  ^bb0(%x: f32, %y: f32):
    %s = arith.addf %x, %y : f32
    lexon.yield %s : f32
  }
  return
}
// An operand of the region that is not contiguous along the columns.
func.func @strided(%a: memref<6x45xf32>, %w: memref<45x40xf32>, %r: memref<40x6xf32>, %c: memref<6x40xf32>) {
  lexon.contract ins(%a, %w : memref<6x45xf32>, memref<45x40xf32>) with(%r : memref<40x6xf32>) outs(%c : memref<6x40xf32>) attributes {indexing_maps = [#mk, #kn, #nm, #mn]} {
  ^bb0(%x: f32, %y: f32):
    %s = arith.addf %x, %y : f32
    lexon.yield %s : f32
  }
  return
}
// Each group stored at its own columns, beside a table of half their number: blocks of two panels, a dynamic number of
// rows; the next panel is prefetched over both dimensions of columns.
func.func @stored(%a: memref<?x40xf32>, %w: memref<3x2x40x2x16xf32>, %t: memref<?x32xf32>, %b: memref<192xf32>, %c: memref<?x3x64xf32>) {
  lexon.contract ins(%a, %w : memref<?x40xf32>, memref<3x2x40x2x16xf32>) with(%t, %b, %b : memref<?x32xf32>, memref<192xf32>, memref<192xf32>) outs(%c : memref<?x3x64xf32>) attributes {indexing_maps = [
      affine_map<(m, h, k, g, n, p) -> (m, k)>, affine_map<(m, h, k, g, n, p) -> (h, p, k, g, n)>, affine_map<(m, h, k, g, n, p) -> (m, p * 16 + n)>,
      affine_map<(m, h, k, g, n, p) -> (h * 64 + p * 16 + n)>, affine_map<(m, h, k, g, n, p) -> (h * 64 + p * 16 + n + 32)>,
      affine_map<(m, h, k, g, n, p) -> (m, h, g * 32 + p * 16 + n)>], stored_group = 3} {
  ^bb0(%x: f32, %y: f32, %s: f32, %l: f32, %r: f32):
    %0 = arith.addf %x, %l : f32
    %1 = arith.addf %y, %r : f32
    %2 = arith.mulf %0, %s : f32
    %3 = arith.subf %2, %1 : f32
    lexon.yield %1, %3 : f32, f32
  }
  return
}
// Columns that fill no vector, groups behind the columns: element by element. bf16, rounded before and after.
func.func @stored_bf16(%a: memref<5x36xbf16>, %w: memref<36x2x13xbf16>, %c: memref<13x5x2xbf16>) {
  lexon.contract ins(%a, %w : memref<5x36xbf16>, memref<36x2x13xbf16>) outs(%c : memref<13x5x2xbf16>) attributes {indexing_maps = [
      affine_map<(m, n, k, g) -> (m, k)>, affine_map<(m, n, k, g) -> (k, g, n)>, affine_map<(m, n, k, g) -> (n, m, g)>], stored_group = 3} {
  ^bb0(%x: bf16, %y: bf16):
    %0 = arith.addf %x, %y : bf16
    lexon.yield %y, %0 : bf16, bf16
  }
  return
}
// Along the reduction, three groups.
func.func @stored_by_k(%a: memref<5x37xf32>, %w: memref<3x7x37xf32>, %c: memref<5x21xf32>) {
  lexon.contract ins(%a, %w : memref<5x37xf32>, memref<3x7x37xf32>) outs(%c : memref<5x21xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k, g) -> (m, k)>, affine_map<(m, n, k, g) -> (g, n, k)>, affine_map<(m, n, k, g) -> (m, g * 7 + n)>], stored_group = 3} {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %0 = arith.subf %x, %z : f32
    lexon.yield %z, %0, %y : f32, f32, f32
  }
  return
}
// Pairs of bf16 in panels.
func.func @stored_pairs(%a: memref<9x20x2xbf16>, %w: memref<2x20x2x16x2xbf16>, %c: memref<9x2x32xbf16>) {
  lexon.contract ins(%a, %w : memref<9x20x2xbf16>, memref<2x20x2x16x2xbf16>) outs(%c : memref<9x2x32xbf16>) attributes {indexing_maps = [
      affine_map<(m, n, k, g, p, e) -> (m, k, e)>, affine_map<(m, n, k, g, p, e) -> (p, k, g, n, e)>,
      affine_map<(m, n, k, g, p, e) -> (m, g, p * 16 + n)>], stored_group = 3} {
  ^bb0(%x: bf16, %y: bf16):
    %0 = arith.mulf %x, %y : bf16
    lexon.yield %0, %x : bf16, bf16
  }
  return
}
