// RUN: lexon-opt %s --fuse-rows --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(fuse-rows)'
// RUN: lexon verify %s --inputs=seeded --dynamic=7 --pass-pipeline='builtin.module(fuse-rows,canonicalize,cse)'
// RUN: lexon verify %s --inputs=seeded --dynamic=19 --pipeline='midend{threads=2}'
// REQUIRES: python
// CHECK-COUNT-4: remark: [Passed] fused | Category:fuse-rows
// CHECK-NOT: remark: [Missed]

#ij = affine_map<(i, j) -> (i, j)>
#i = affine_map<(i, j) -> (i)>
#j = affine_map<(i, j) -> (j)>
#r = affine_map<(i) -> (i)>

// A prime number of prime rows.
func.func @softmax(%x: tensor<37x101xf32>) -> tensor<37x101xf32> {
  %zero = arith.constant 0.0 : f32
  %low = arith.constant 0xFF800000 : f32
  %e1 = tensor.empty() : tensor<37xf32>
  %e2 = tensor.empty() : tensor<37x101xf32>
  %f = linalg.fill ins(%low : f32) outs(%e1 : tensor<37xf32>) -> tensor<37xf32>
  %g = linalg.fill ins(%zero : f32) outs(%e1 : tensor<37xf32>) -> tensor<37xf32>
  %m = linalg.generic {indexing_maps = [#ij, #i], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<37x101xf32>) outs(%f : tensor<37xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.maximumf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<37xf32>
  %e = linalg.generic {indexing_maps = [#ij, #i, #ij], iterator_types = ["parallel", "parallel"]} ins(%x, %m : tensor<37x101xf32>, tensor<37xf32>) outs(%e2 : tensor<37x101xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.subf %a, %b : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<37x101xf32>
  %s = linalg.generic {indexing_maps = [#ij, #i], iterator_types = ["parallel", "reduction"]} ins(%e : tensor<37x101xf32>) outs(%g : tensor<37xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.addf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<37xf32>
  %r = linalg.generic {indexing_maps = [#ij, #i, #ij], iterator_types = ["parallel", "parallel"]} ins(%e, %s : tensor<37x101xf32>, tensor<37xf32>) outs(%e2 : tensor<37x101xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.divf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<37x101xf32>
  return %r : tensor<37x101xf32>
}
// Sizes unknown; the sum of two inputs is a result of its own and what is normalized; indices of rows and columns.
func.func @normalize(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>, %w: tensor<?xf32>, %zeros: tensor<?xf32>, %e1: tensor<?xf32>, %e2: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>) {
  %n = arith.constant 0.1 : f32
  %one = arith.constant 1.0 : f32
  %d = linalg.generic {indexing_maps = [#ij, #ij, #ij], iterator_types = ["parallel", "parallel"]} ins(%x, %y : tensor<?x?xf32>, tensor<?x?xf32>) outs(%e2 : tensor<?x?xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.addf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<?x?xf32>
  %v = linalg.generic {indexing_maps = [#ij, #ij, #i], iterator_types = ["parallel", "reduction"]} ins(%d, %d : tensor<?x?xf32>, tensor<?x?xf32>) outs(%zeros : tensor<?xf32>) {
  ^bb0(%a: f32, %a2: f32, %b: f32):
    %0 = arith.mulf %a, %a2 : f32
    %1 = arith.addf %0, %b : f32
    linalg.yield %1 : f32
  } -> tensor<?xf32>
  %m = linalg.generic {indexing_maps = [#r, #r], iterator_types = ["parallel"]} ins(%v : tensor<?xf32>) outs(%e1 : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = math.absf %a : f32
    %1 = arith.addf %0, %one : f32
    %2 = arith.mulf %1, %n : f32
    linalg.yield %2 : f32
  } -> tensor<?xf32>
  %r = linalg.generic {indexing_maps = [#ij, #i, #j, #ij], iterator_types = ["parallel", "parallel"]} ins(%d, %m, %w : tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>) outs(%e2 : tensor<?x?xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %o: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %before = arith.cmpi ule, %j, %i : index
    %0 = arith.mulf %a, %b : f32
    %1 = arith.mulf %0, %c : f32
    %2 = arith.select %before, %1, %a : f32
    linalg.yield %2 : f32
  } -> tensor<?x?xf32>
  return %r, %d, %m : tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>
}
// Rows of two dimensions, numbered by two; an exponential that needs a buffer: the result has another type.
#ijkl = affine_map<(i, j, k, l) -> (i, j, k, l)>
#two = affine_map<(i, j, k, l) -> (i, j)>
func.func @blocks(%x: tensor<2x3x5x7xf32>, %z: tensor<2x3xf32>, %p: tensor<2x3x5x7xf32>, %o: tensor<2x3x5x7xf16>) -> tensor<2x3x5x7xf16> {
  %e = linalg.generic {indexing_maps = [#ijkl, #ijkl], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x : tensor<2x3x5x7xf32>) outs(%p : tensor<2x3x5x7xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = math.absf %a : f32
    %1 = math.sqrt %0 : f32
    linalg.yield %1 : f32
  } -> tensor<2x3x5x7xf32>
  %s = linalg.generic {indexing_maps = [#ijkl, #two], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%e : tensor<2x3x5x7xf32>) outs(%z : tensor<2x3xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.addf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<2x3xf32>
  %r = linalg.generic {indexing_maps = [#ijkl, #two, #ijkl], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%e, %s : tensor<2x3x5x7xf32>, tensor<2x3xf32>) outs(%o : tensor<2x3x5x7xf16>) {
  ^bb0(%a: f32, %b: f32, %c: f16):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.truncf %0 : f32 to f16
    linalg.yield %1 : f16
  } -> tensor<2x3x5x7xf16>
  return %r : tensor<2x3x5x7xf16>
}
// f64, sums that go on from what is there, an element-wise operation that reads its own result.
func.func @accumulate(%x: tensor<6x13xf64>, %z: tensor<6xf64>, %y: tensor<6x13xf64>) -> tensor<6x13xf64> {
  %s = linalg.generic {indexing_maps = [#ij, #i], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<6x13xf64>) outs(%z : tensor<6xf64>) {
  ^bb0(%a: f64, %b: f64):
    %0 = arith.addf %a, %b : f64
    linalg.yield %0 : f64
  } -> tensor<6xf64>
  %r = linalg.generic {indexing_maps = [#ij, #i, #ij], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<6x13xf64>, tensor<6xf64>) outs(%y : tensor<6x13xf64>) {
  ^bb0(%a: f64, %b: f64, %c: f64):
    %0 = arith.mulf %a, %b : f64
    %1 = arith.addf %0, %c : f64
    linalg.yield %1 : f64
  } -> tensor<6x13xf64>
  return %r : tensor<6x13xf64>
}
