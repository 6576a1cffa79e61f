// Sums of parts of the columns: what lexon.contract means in linalg is what its kernels compute.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=512 vector-registers=32},lower-matmul-kernels))' --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(decompose-contract))'
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=512 vector-registers=32},lower-matmul-kernels))'
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=256 vector-registers=16},lower-matmul-kernels))'
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(select-matmul-kernel,lower-matmul-kernels))'
// REQUIRES: python
// All but the last, whose output is transposed.
// CHECK-COUNT-10: remark: [Passed] lowered | Category:lower-matmul-kernels
// CHECK-NOT: remark: [Passed] lowered

#mk = affine_map<(m, n, k) -> (m, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#mn = affine_map<(m, n, k) -> (m, n)>
#nm = affine_map<(m, n, k) -> (n, m)>
#pmk = affine_map<(m, n, k, p) -> (m, k)>
#pkn = affine_map<(m, n, k, p) -> (p, k, n)>
#pout = affine_map<(m, n, k, p) -> (m, p * 32 + n)>

// Panels of 32 columns, each a part; 31 rows are three tiles. Squares of a sum with a residual, as in RMS normalization.
func.func @panels(%a: memref<31x110xf32>, %w: memref<3x110x32xf32>, %r: memref<31x96xf32>, %c: memref<31x96xf32>, %s: memref<31x3xf32>) {
  lexon.contract ins(%a, %w : memref<31x110xf32>, memref<3x110x32xf32>) with(%r : memref<31x96xf32>) outs(%c, %s : memref<31x96xf32>, memref<31x3xf32>) attributes {indexing_maps = [#pmk, #pkn, #pout, #pout], part_columns = 32} {
  ^bb0(%x: f32, %y: f32):
    %0 = arith.addf %x, %y : f32
    %1 = arith.mulf %0, %0 : f32
    lexon.yield %0, %1 : f32, f32
  }
  return
}
// Two parts in a panel, one row: phases.
func.func @one_row(%a: memref<1x137xf32>, %w: memref<3x137x32xf32>, %c: memref<1x96xf32>, %s: memref<1x6xf32>) {
  lexon.contract ins(%a, %w : memref<1x137xf32>, memref<3x137x32xf32>) outs(%c, %s : memref<1x96xf32>, memref<1x6xf32>) attributes {indexing_maps = [#pmk, #pkn, #pout], part_columns = 16} {
  ^bb0(%x: f32):
    %0 = arith.mulf %x, %x : f32
    lexon.yield %x, %0 : f32, f32
  }
  return
}
// 45 columns: no tile and no part divides them. The value of masked lanes, 1, would show.
func.func @odd_columns(%a: memref<9x31xf32>, %w: memref<31x45xf32>, %c: memref<9x45xf32>, %s: memref<9x3xf32>) {
  %one = arith.constant 1.0 : f32
  lexon.contract ins(%a, %w : memref<9x31xf32>, memref<31x45xf32>) outs(%c, %s : memref<9x45xf32>, memref<9x3xf32>) attributes {indexing_maps = [#mk, #kn, #mn], part_columns = 16} {
  ^bb0(%x: f32):
    %0 = arith.mulf %x, %x : f32
    %1 = arith.addf %0, %one : f32
    lexon.yield %x, %1 : f32, f32
  }
  return
}
// Fewer columns than a part: one tile holds them all.
func.func @few_columns(%a: memref<5x31xf32>, %w: memref<31x11xf32>, %c: memref<5x11xf32>, %s: memref<5x1xf32>) {
  lexon.contract ins(%a, %w : memref<5x31xf32>, memref<31x11xf32>) outs(%c, %s : memref<5x11xf32>, memref<5x1xf32>) attributes {indexing_maps = [#mk, #kn, #mn], part_columns = 32} {
  ^bb0(%x: f32):
    lexon.yield %x, %x : f32, f32
  }
  return
}
// Rows and columns known only at run time: parts behind the last column are not stored.
func.func @dynamic(%a: memref<?x31xf32>, %w: memref<31x?xf32>) -> (memref<?x?xf32>, memref<?x?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %m = memref.dim %a, %c0 : memref<?x31xf32>
  %n = memref.dim %w, %c1 : memref<31x?xf32>
  %p = arith.ceildivsi %n, %c32 : index
  %out = memref.alloc(%m, %n) : memref<?x?xf32>
  %sums = memref.alloc(%m, %p) : memref<?x?xf32>
  lexon.contract ins(%a, %w : memref<?x31xf32>, memref<31x?xf32>) outs(%out, %sums : memref<?x?xf32>, memref<?x?xf32>) attributes {indexing_maps = [#mk, #kn, #mn], part_columns = 32} {
  ^bb0(%x: f32):
    %0 = arith.mulf %x, %x : f32
    lexon.yield %x, %0 : f32, f32
  }
  return %out, %sums : memref<?x?xf32>, memref<?x?xf32>
}
// Tiles of four vectors: with few columns, the second part lies behind the last one. What is beside the sums stays.
func.func @dynamic_columns(%a: memref<5x31xf32>, %w: memref<31x?xf32>) -> (memref<5x?xf32>, memref<5x?xf32>) {
  %c1 = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %seven = arith.constant 7.0 : f32
  %n = memref.dim %w, %c1 : memref<31x?xf32>
  %p = arith.ceildivsi %n, %c32 : index
  %more = arith.addi %p, %c1 : index
  %out = memref.alloc(%n) : memref<5x?xf32>
  %buffer = memref.alloc(%more) : memref<5x?xf32>
  linalg.fill ins(%seven : f32) outs(%buffer : memref<5x?xf32>)
  %sums = memref.subview %buffer[0, 0] [5, %p] [1, 1] : memref<5x?xf32> to memref<5x?xf32, strided<[?, 1]>>
  lexon.contract ins(%a, %w : memref<5x31xf32>, memref<31x?xf32>) outs(%out, %sums : memref<5x?xf32>, memref<5x?xf32, strided<[?, 1]>>) attributes {indexing_maps = [#mk, #kn, #mn], part_columns = 32} {
  ^bb0(%x: f32):
    %0 = arith.mulf %x, %x : f32
    lexon.yield %x, %0 : f32, f32
  }
  return %out, %buffer : memref<5x?xf32>, memref<5x?xf32>
}
// Groups in panels of 16 columns each.
func.func @groups(%a: memref<?x40xf32>, %w: memref<3x40x2x16xf32>, %b: memref<48xf32>, %c: memref<?x48xf32>, %s: memref<?x3xf32>) {
  lexon.contract ins(%a, %w : memref<?x40xf32>, memref<3x40x2x16xf32>) with(%b : memref<48xf32>) outs(%c, %s : memref<?x48xf32>, memref<?x3xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k, g, p) -> (m, k)>, affine_map<(m, n, k, g, p) -> (p, k, g, n)>,
      affine_map<(m, n, k, g, p) -> (p * 16 + n)>, affine_map<(m, n, k, g, p) -> (m, p * 16 + n)>], part_columns = 16} {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %0 = arith.mulf %x, %y : f32
    %1 = arith.addf %0, %z : f32
    %2 = math.absf %1 : f32
    lexon.yield %1, %2 : f32, f32
  }
  return
}
// Pairs of bf16 in panels; what is stored is rounded first, then squared and summed in f32.
func.func @pairs(%a: memref<9x20x2xbf16>, %w: memref<2x20x32x2xbf16>, %c: memref<9x64xbf16>, %s: memref<9x2xf32>) {
  lexon.contract ins(%a, %w : memref<9x20x2xbf16>, memref<2x20x32x2xbf16>) outs(%c, %s : memref<9x64xbf16>, memref<9x2xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k, p, e) -> (m, k, e)>, affine_map<(m, n, k, p, e) -> (p, k, n, e)>,
      affine_map<(m, n, k, p, e) -> (m, p * 32 + n)>], part_columns = 32} {
  ^bb0(%x: bf16):
    %0 = arith.extf %x : bf16 to f32
    %1 = arith.mulf %0, %0 : f32
    lexon.yield %x, %1 : bf16, f32
  }
  return
}
// f64: vectors of half the lanes. A batch.
func.func @batch(%a: memref<3x7x19xf64>, %w: memref<3x19x24xf64>, %c: memref<3x7x24xf64>, %s: memref<3x7x3xf64>) {
  lexon.contract ins(%a, %w : memref<3x7x19xf64>, memref<3x19x24xf64>) outs(%c, %s : memref<3x7x24xf64>, memref<3x7x3xf64>) attributes {indexing_maps = [
      affine_map<(b, m, n, k) -> (b, m, k)>, affine_map<(b, m, n, k) -> (b, k, n)>, affine_map<(b, m, n, k) -> (b, m, n)>], part_columns = 8} {
  ^bb0(%x: f64):
    %0 = arith.mulf %x, %x : f64
    lexon.yield %x, %0 : f64, f64
  }
  return
}
// The rest behind the last whole panel: the only panel, of 24 columns, begins at column 0.
func.func @rest(%a: memref<9x19xf32>, %w: memref<1x19x24xf32>, %c: memref<9x24xf32>, %s: memref<9x1xf32>) {
  lexon.contract ins(%a, %w : memref<9x19xf32>, memref<1x19x24xf32>) outs(%c, %s : memref<9x24xf32>, memref<9x1xf32>) attributes {indexing_maps = [
      #pmk, #pkn, affine_map<(m, n, k, p) -> (m, p * 24 + n)>], part_columns = 32} {
  ^bb0(%x: f32):
    %0 = arith.mulf %x, %x : f32
    lexon.yield %x, %0 : f32, f32
  }
  return
}
func.func @transposed(%a: memref<9x19xf32>, %w: memref<19x24xf32>, %c: memref<24x9xf32>, %s: memref<2x9xf32>) {
  lexon.contract ins(%a, %w : memref<9x19xf32>, memref<19x24xf32>) outs(%c, %s : memref<24x9xf32>, memref<2x9xf32>) attributes {indexing_maps = [#mk, #kn, #nm], part_columns = 16} {
  ^bb0(%x: f32):
    %0 = arith.mulf %x, %x : f32
    lexon.yield %x, %0 : f32, f32
  }
  return
}
