// RUN: lexon-opt %s --vectorize-structured='vector-bits=256' --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(vectorize-structured{vector-bits=512})'
// RUN: lexon verify %s --inputs=seeded --dynamic=21 --pass-pipeline='builtin.module(vectorize-structured{vector-bits=256})'
// RUN: lexon verify %s --inputs=seeded --dynamic=67 --pass-pipeline='builtin.module(vectorize-structured{vector-bits=128})'
// REQUIRES: python
// CHECK-COUNT-18: remark: [Passed] vectorized | Category:vectorize-structured
// CHECK-NOT: remark: [Missed]

#ij = affine_map<(i, j) -> (i, j)>
#ji = affine_map<(i, j) -> (j, i)>
#i = affine_map<(i, j) -> (i)>
#j = affine_map<(i, j) -> (j)>
#none = affine_map<(i, j) -> ()>

// A prime row: whole groups of vectors, single vectors, a masked rest.
func.func @rows(%a: memref<5x1013xf32>, %s: memref<5xf32>) {
  linalg.reduce {arith.addf} ins(%a : memref<5x1013xf32>) outs(%s : memref<5xf32>) dimensions = [1]
  return
}
// A sum of squares of unknown size; the last vector may be empty.
func.func @squares(%a: memref<?x?xf32>, %s: memref<?xf32>) {
  linalg.generic {indexing_maps = [#ij, #i], iterator_types = ["parallel", "reduction"]} ins(%a : memref<?x?xf32>) outs(%s : memref<?xf32>) {
  ^bb0(%x: f32, %acc: f32):
    %q = arith.mulf %x, %x : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  }
  return
}
// Everything to one number, in f64; three loops, of which the inner two are one.
func.func @all(%a: memref<3x7x11xf64>, %s: memref<f64>) {
  linalg.reduce {arith.addf} ins(%a : memref<3x7x11xf64>) outs(%s : memref<f64>) dimensions = [0, 1, 2]
  return
}
// Extrema: what the masked lanes hold, zeros, must not win.
func.func @maximum(%a: memref<3x37xf32>, %s: memref<3xf32>) {
  %low = arith.constant -1.0e9 : f32
  linalg.fill ins(%low : f32) outs(%s : memref<3xf32>)
  linalg.generic {indexing_maps = [#ij, #i], iterator_types = ["parallel", "reduction"]} ins(%a : memref<3x37xf32>) outs(%s : memref<3xf32>) {
  ^bb0(%x: f32, %acc: f32):
    %p = math.absf %x : f32
    %n = arith.negf %p : f32
    %t = arith.maximumf %acc, %n : f32
    linalg.yield %t : f32
  }
  return
}
func.func @minimum(%a: memref<3x37xi32>, %s: memref<3xi32>) {
  linalg.reduce {arith.minsi} ins(%a : memref<3x37xi32>) outs(%s : memref<3xi32>) dimensions = [1]
  return
}
// Two results: one for each element, written in passing, one for each row.
func.func @both(%a: memref<4x45xf32>, %m: memref<4xf32>, %e: memref<4x45xf32>, %s: memref<4xf32>) {
  linalg.generic {indexing_maps = [#ij, #i, #ij, #i], iterator_types = ["parallel", "reduction"]} ins(%a, %m : memref<4x45xf32>, memref<4xf32>) outs(%e, %s : memref<4x45xf32>, memref<4xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32, %acc: f32):
    %d = arith.subf %x, %y : f32
    %t = arith.addf %acc, %d : f32
    linalg.yield %d, %t : f32, f32
  }
  return
}
// Rows added to each other: several vectors at a time, then one, then a masked one.
func.func @columns(%a: memref<37x150xf32>, %s: memref<150xf32>) {
  linalg.reduce {arith.addf} ins(%a : memref<37x150xf32>) outs(%s : memref<150xf32>) dimensions = [0]
  return
}
func.func @product(%a: memref<?x?xf64>, %s: memref<?xf64>) {
  linalg.reduce {arith.mulf} ins(%a : memref<?x?xf64>) outs(%s : memref<?xf64>) dimensions = [0]
  return
}
// Windows that overlap, one step apart along the lanes.
func.func @pooling(%a: memref<1x9x19x7xf32>, %k: memref<3x3xf32>, %s: memref<1x4x9x7xf32>) {
  linalg.pooling_nhwc_sum {strides = dense<2> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>} ins(%a, %k : memref<1x9x19x7xf32>, memref<3x3xf32>) outs(%s : memref<1x4x9x7xf32>)
  return
}
// Not multiples of a tile on either side; with an operand that is not transposed.
func.func @transpose(%a: memref<37x50xf32>, %b: memref<50x37xf32>) {
  linalg.transpose ins(%a : memref<37x50xf32>) outs(%b : memref<50x37xf32>) permutation = [1, 0]
  return
}
func.func @transposedSum(%a: memref<?x?xf32>, %c: memref<?x?xf32>, %b: memref<?x?xf32>) {
  linalg.generic {indexing_maps = [#ji, #ij, #ij], iterator_types = ["parallel", "parallel"]} ins(%a, %c : memref<?x?xf32>, memref<?x?xf32>) outs(%b : memref<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %t = arith.subf %x, %y : f32
    linalg.yield %t : f32
  }
  return
}
// Element-wise: mixed types, broadcasts, indices of both dimensions, an output that is read.
func.func @elementwise(%a: memref<7x50xf32>, %b: memref<50xf16>, %c: memref<7xf32>, %d: memref<7x50xf32>) {
  linalg.generic {indexing_maps = [#ij, #j, #i, #ij], iterator_types = ["parallel", "parallel"]} ins(%a, %b, %c : memref<7x50xf32>, memref<50xf16>, memref<7xf32>) outs(%d : memref<7x50xf32>) {
  ^bb0(%x: f32, %y: f16, %z: f32, %o: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %before = arith.cmpi ult, %j, %i : index
    %k = arith.index_cast %j : index to i32
    %f = arith.sitofp %k : i32 to f32
    %e = arith.extf %y : f16 to f32
    %t = arith.addf %e, %f : f32
    %p = arith.mulf %t, %z : f32
    %q = arith.addf %p, %o : f32
    %r = arith.select %before, %q, %x : f32
    linalg.yield %r : f32
  }
  return
}
func.func @half(%a: memref<3x43xbf16>, %b: memref<3x43xbf16>, %c: memref<3x43xbf16>) {
  linalg.mul ins(%a, %b : memref<3x43xbf16>, memref<3x43xbf16>) outs(%c : memref<3x43xbf16>)
  return
}
func.func @bytes(%a: memref<5x?x3xi8>, %b: memref<5x?x3xi8>, %c: memref<5x?x3xi8>) {
  linalg.add ins(%a, %b : memref<5x?x3xi8>, memref<5x?x3xi8>) outs(%c : memref<5x?x3xi8>)
  return
}
// Rows of a table by number: contiguous along the lanes. And single elements of it: gathered.
func.func @embedding(%index: memref<6xi64>, %table: memref<13x29xf32>, %out: memref<6x29xf32>) {
  linalg.generic {indexing_maps = [#i, #ij], iterator_types = ["parallel", "parallel"]} ins(%index : memref<6xi64>) outs(%out : memref<6x29xf32>) {
  ^bb0(%x: i64, %o: f32):
    %c12 = arith.constant 12 : i64
    %row = arith.andi %x, %c12 : i64
    %i = arith.index_cast %row : i64 to index
    %j = linalg.index 1 : index
    %t = memref.load %table[%i, %j] : memref<13x29xf32>
    linalg.yield %t : f32
  }
  return
}
func.func @gather(%index: memref<4x21xi64>, %table: memref<13x8xf32>, %out: memref<4x21xf32>) {
  linalg.generic {indexing_maps = [#ij, #ij], iterator_types = ["parallel", "parallel"]} ins(%index : memref<4x21xi64>) outs(%out : memref<4x21xf32>) {
  ^bb0(%x: i64, %o: f32):
    %c7 = arith.constant 7 : i64
    %masked = arith.andi %x, %c7 : i64
    %i = arith.index_cast %masked : i64 to index
    %t = memref.load %table[%i, %i] : memref<13x8xf32>
    linalg.yield %t : f32
  }
  return
}
// A window of a larger array: rows are contiguous, the whole is not.
func.func @window(%a: memref<9x40xf32>, %b: memref<5x33xf32>) {
  %v = memref.subview %a[2, 3] [5, 33] [1, 1] : memref<9x40xf32> to memref<5x33xf32, strided<[40, 1], offset: 83>>
  linalg.copy ins(%v : memref<5x33xf32, strided<[40, 1], offset: 83>>) outs(%b : memref<5x33xf32>)
  return
}
