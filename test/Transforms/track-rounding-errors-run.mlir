// The numbers themselves: the f32 program, with its sums in three orders, beside its f64 values and bounds.
// RUN: split-file %s %t
// RUN: lexon-opt %t/program.mlir --track-rounding-errors --remarks -o %t/ignored.mlir 2>&1 | FileCheck %s --check-prefix=FIRED
// FIRED: remark: [Passed] tracked
// The tracked program keeps its names; the f32 program beside it gets others. Both lose their module's braces.
// RUN: lexon-opt %t/program.mlir --track-rounding-errors --mlir-print-local-scope | sed -e '1d' -e '$d' > %t/tracked.mlir
// RUN: sed -e 's/@\([a-z_]*\)(/@f32_\1(/' %t/program.mlir > %t/f32.mlir
// RUN: cat %t/f32.mlir %t/tracked.mlir %t/driver.mlir > %t/all.mlir
// RUN: lexon-opt %t/all.mlir --pipeline=reference -o %t/llvm.mlir
// No result is outside its bound, in any order of summation.
// RUN: mlir-runner %t/llvm.mlir -e matmul_outside -entry-point-result=i32 | FileCheck %s --check-prefix=NONE
// RUN: mlir-runner %t/llvm.mlir -e forward_outside -entry-point-result=i32 | FileCheck %s --check-prefix=NONE
// RUN: mlir-runner %t/llvm.mlir -e backward_outside -entry-point-result=i32 | FileCheck %s --check-prefix=NONE
// RUN: mlir-runner %t/llvm.mlir -e pairwise_outside -entry-point-result=i32 | FileCheck %s --check-prefix=NONE
// RUN: mlir-runner %t/llvm.mlir -e gelu_outside -entry-point-result=i32 | FileCheck %s --check-prefix=NONE
// NONE: {{^}}0{{$}}
// The bounds are of use: a relative error of 1/1000 is outside in at least half of the 2048 elements, and so is a
// value off by one part in 50000 where nothing is summed (1003 elements).
// RUN: mlir-runner %t/llvm.mlir -e matmul_wrong -entry-point-result=i32 | FileCheck %s --check-prefix=HALF
// HALF: {{^}}{{1[0-9][0-9][0-9]|20[0-4][0-9]}}{{$}}
// RUN: mlir-runner %t/llvm.mlir -e gelu_wrong -entry-point-result=i32 | FileCheck %s --check-prefix=MOST
// MOST: {{^}}{{[5-9][0-9][0-9]|100[0-3]}}{{$}}

//--- program.mlir
func.func @matmul(%a: tensor<64x300xf32>, %b: tensor<300x32xf32>) -> tensor<64x32xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<64x32xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<64x32xf32>) -> tensor<64x32xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<64x300xf32>, tensor<300x32xf32>) outs(%init : tensor<64x32xf32>) -> tensor<64x32xf32>
  return %0 : tensor<64x32xf32>
}
// 1024 terms of both signs: first to last, last to first, halves folded onto each other.
func.func @forward(%x: tensor<64x1024xf32>) -> tensor<64x1xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<64x1xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<64x1xf32>) -> tensor<64x1xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(i, o, k) -> (i, k)>, affine_map<(i, o, k) -> (i, o)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x : tensor<64x1024xf32>) outs(%init : tensor<64x1xf32>) {
  ^bb0(%in: f32, %out: f32):
    %sum = arith.addf %out, %in : f32
    linalg.yield %sum : f32
  } -> tensor<64x1xf32>
  return %0 : tensor<64x1xf32>
}
func.func @backward(%x: tensor<64x1024xf32>) -> tensor<64x1xf32> {
  %empty = tensor.empty() : tensor<64x1024xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(i, k) -> (i, k)>], iterator_types = ["parallel", "parallel"]}
      outs(%empty : tensor<64x1024xf32>) {
  ^bb0(%out: f32):
    %last = arith.constant 1023 : index
    %i = linalg.index 0 : index
    %k = linalg.index 1 : index
    %r = arith.subi %last, %k : index
    %e = tensor.extract %x[%i, %r] : tensor<64x1024xf32>
    linalg.yield %e : f32
  } -> tensor<64x1024xf32>
  %1 = call @forward(%0) : (tensor<64x1024xf32>) -> tensor<64x1xf32>
  return %1 : tensor<64x1xf32>
}
func.func @pairwise(%x: tensor<64x1024xf32>) -> tensor<64x1xf32> {
  %c1 = arith.constant 1 : index
  %c0 = arith.constant 0 : index
  %c10 = arith.constant 10 : index
  %c1024 = arith.constant 1024 : index
  %0 = scf.for %level = %c0 to %c10 step %c1 iter_args(%t = %x) -> tensor<64x1024xf32> {
    %shift = arith.addi %level, %c1 : index
    %half = arith.shrui %c1024, %shift : index
    %left = tensor.extract_slice %t[0, 0] [64, %half] [1, 1] : tensor<64x1024xf32> to tensor<64x?xf32>
    %right = tensor.extract_slice %t[0, %half] [64, %half] [1, 1] : tensor<64x1024xf32> to tensor<64x?xf32>
    %sum = arith.addf %left, %right : tensor<64x?xf32>
    %next = tensor.insert_slice %sum into %t[0, 0] [64, %half] [1, 1] : tensor<64x?xf32> into tensor<64x1024xf32>
    scf.yield %next : tensor<64x1024xf32>
  }
  %1 = tensor.extract_slice %0[0, 0] [64, 1] [1, 1] : tensor<64x1024xf32> to tensor<64x1xf32>
  return %1 : tensor<64x1xf32>
}
func.func @gelu(%x: tensor<17x59xf32>) -> tensor<17x59xf32> {
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<17x59xf32>) outs(%x : tensor<17x59xf32>) {
  ^bb0(%in: f32, %out: f32):
    %root = arith.constant 0.707106781 : f32
    %half = arith.constant 0.5 : f32
    %one = arith.constant 1.0 : f32
    %y = arith.mulf %in, %root : f32
    %e = math.erf %y : f32
    %f = arith.addf %e, %one : f32
    %h = arith.mulf %in, %half : f32
    %g = arith.mulf %f, %h : f32
    linalg.yield %g : f32
  } -> tensor<17x59xf32>
  return %0 : tensor<17x59xf32>
}

//--- driver.mlir
// Irregular numbers in (-4, 4), none a short binary fraction.
func.func private @number(%i: index, %j: index, %seed: i64) -> f32 {
  %a = arith.constant 7919 : i64
  %b = arith.constant 104729 : i64
  %m = arith.constant 10007 : i64
  %half = arith.constant 5003 : i64
  %scale = arith.constant 0.0007993 : f32
  %i0 = arith.index_cast %i : index to i64
  %j0 = arith.index_cast %j : index to i64
  %p = arith.muli %i0, %a : i64
  %q = arith.muli %j0, %b : i64
  %r = arith.addi %p, %q : i64
  %s = arith.addi %r, %seed : i64
  %t = arith.muli %s, %s : i64
  %u = arith.remui %t, %m : i64
  %v = arith.subi %u, %half : i64
  %w = arith.sitofp %v : i64 to f32
  %x = arith.mulf %w, %scale : f32
  return %x : f32
}
func.func private @numbers(%rows: index, %columns: index, %seed: i64) -> tensor<?x?xf32> {
  %0 = tensor.generate %rows, %columns {
  ^bb0(%i: index, %j: index):
    %x = func.call @number(%i, %j, %seed) : (index, index, i64) -> f32
    tensor.yield %x : f32
  } : tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}
// How many elements of `x`, each times 1 + `off`, are outside their bounds.
func.func private @outside(%x: tensor<?x?xf32>, %value: tensor<?x?xf64>, %bound: tensor<?x?xf64>, %off: f64) -> i32 {
  %zero = arith.constant dense<0> : tensor<i32>
  %count = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>,
                                            affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ()>],
                           iterator_types = ["reduction", "reduction"]}
      ins(%x, %value, %bound : tensor<?x?xf32>, tensor<?x?xf64>, tensor<?x?xf64>) outs(%zero : tensor<i32>) {
  ^bb0(%a: f32, %v: f64, %b: f64, %out: i32):
    %one = arith.constant 1.0 : f64
    %factor = arith.addf %one, %off : f64
    %wide = arith.extf %a : f32 to f64
    %got = arith.mulf %wide, %factor : f64
    %error = arith.subf %got, %v : f64
    %magnitude = math.absf %error : f64
    %within = arith.cmpf ole, %magnitude, %b : f64
    %true = arith.constant true
    %beyond = arith.xori %within, %true : i1
    %add = arith.extui %beyond : i1 to i32
    %sum = arith.addi %out, %add : i32
    linalg.yield %sum : i32
  } -> tensor<i32>
  %n = tensor.extract %count[] : tensor<i32>
  return %n : i32
}
func.func private @check_matmul(%off: f64) -> i32 {
  %s0 = arith.constant 11 : i64
  %s1 = arith.constant 523 : i64
  %c64 = arith.constant 64 : index
  %c300 = arith.constant 300 : index
  %c32 = arith.constant 32 : index
  %a0 = call @numbers(%c64, %c300, %s0) : (index, index, i64) -> tensor<?x?xf32>
  %b0 = call @numbers(%c300, %c32, %s1) : (index, index, i64) -> tensor<?x?xf32>
  %a = tensor.cast %a0 : tensor<?x?xf32> to tensor<64x300xf32>
  %b = tensor.cast %b0 : tensor<?x?xf32> to tensor<300x32xf32>
  %x = call @f32_matmul(%a, %b) : (tensor<64x300xf32>, tensor<300x32xf32>) -> tensor<64x32xf32>
  %v:2 = call @matmul(%a, %b) : (tensor<64x300xf32>, tensor<300x32xf32>) -> (tensor<64x32xf64>, tensor<64x32xf64>)
  %x0 = tensor.cast %x : tensor<64x32xf32> to tensor<?x?xf32>
  %v0 = tensor.cast %v#0 : tensor<64x32xf64> to tensor<?x?xf64>
  %v1 = tensor.cast %v#1 : tensor<64x32xf64> to tensor<?x?xf64>
  %n = call @outside(%x0, %v0, %v1, %off) : (tensor<?x?xf32>, tensor<?x?xf64>, tensor<?x?xf64>, f64) -> i32
  return %n : i32
}
func.func private @check_gelu(%off: f64) -> i32 {
  %seed = arith.constant 77 : i64
  %c17 = arith.constant 17 : index
  %c59 = arith.constant 59 : index
  %a0 = call @numbers(%c17, %c59, %seed) : (index, index, i64) -> tensor<?x?xf32>
  %a = tensor.cast %a0 : tensor<?x?xf32> to tensor<17x59xf32>
  %x = call @f32_gelu(%a) : (tensor<17x59xf32>) -> tensor<17x59xf32>
  %v:2 = call @gelu(%a) : (tensor<17x59xf32>) -> (tensor<17x59xf64>, tensor<17x59xf64>)
  %x0 = tensor.cast %x : tensor<17x59xf32> to tensor<?x?xf32>
  %v0 = tensor.cast %v#0 : tensor<17x59xf64> to tensor<?x?xf64>
  %v1 = tensor.cast %v#1 : tensor<17x59xf64> to tensor<?x?xf64>
  %n = call @outside(%x0, %v0, %v1, %off) : (tensor<?x?xf32>, tensor<?x?xf64>, tensor<?x?xf64>, f64) -> i32
  return %n : i32
}
func.func private @summands() -> tensor<64x1024xf32> {
  %seed = arith.constant 5 : i64
  %c64 = arith.constant 64 : index
  %c1024 = arith.constant 1024 : index
  %a0 = call @numbers(%c64, %c1024, %seed) : (index, index, i64) -> tensor<?x?xf32>
  %a = tensor.cast %a0 : tensor<?x?xf32> to tensor<64x1024xf32>
  return %a : tensor<64x1024xf32>
}
// The sum `x` of some order against value and bound of the sum from first to last.
func.func private @check_sum(%a: tensor<64x1024xf32>, %x: tensor<64x1xf32>) -> i32 {
  %exact = arith.constant 0.0 : f64
  %v:2 = call @forward(%a) : (tensor<64x1024xf32>) -> (tensor<64x1xf64>, tensor<64x1xf64>)
  %x0 = tensor.cast %x : tensor<64x1xf32> to tensor<?x?xf32>
  %v0 = tensor.cast %v#0 : tensor<64x1xf64> to tensor<?x?xf64>
  %v1 = tensor.cast %v#1 : tensor<64x1xf64> to tensor<?x?xf64>
  %n = call @outside(%x0, %v0, %v1, %exact) : (tensor<?x?xf32>, tensor<?x?xf64>, tensor<?x?xf64>, f64) -> i32
  return %n : i32
}
func.func @forward_outside() -> i32 {
  %a = call @summands() : () -> tensor<64x1024xf32>
  %x = call @f32_forward(%a) : (tensor<64x1024xf32>) -> tensor<64x1xf32>
  %n = call @check_sum(%a, %x) : (tensor<64x1024xf32>, tensor<64x1xf32>) -> i32
  return %n : i32
}
func.func @backward_outside() -> i32 {
  %a = call @summands() : () -> tensor<64x1024xf32>
  %x = call @f32_backward(%a) : (tensor<64x1024xf32>) -> tensor<64x1xf32>
  %n = call @check_sum(%a, %x) : (tensor<64x1024xf32>, tensor<64x1xf32>) -> i32
  return %n : i32
}
func.func @pairwise_outside() -> i32 {
  %a = call @summands() : () -> tensor<64x1024xf32>
  %x = call @f32_pairwise(%a) : (tensor<64x1024xf32>) -> tensor<64x1xf32>
  %n = call @check_sum(%a, %x) : (tensor<64x1024xf32>, tensor<64x1xf32>) -> i32
  return %n : i32
}
func.func @matmul_outside() -> i32 {
  %off = arith.constant 0.0 : f64
  %n = call @check_matmul(%off) : (f64) -> i32
  return %n : i32
}
func.func @matmul_wrong() -> i32 {
  %off = arith.constant 0.001 : f64
  %n = call @check_matmul(%off) : (f64) -> i32
  return %n : i32
}
func.func @gelu_outside() -> i32 {
  %off = arith.constant 0.0 : f64
  %n = call @check_gelu(%off) : (f64) -> i32
  return %n : i32
}
func.func @gelu_wrong() -> i32 {
  %off = arith.constant 0.00002 : f64
  %n = call @check_gelu(%off) : (f64) -> i32
  return %n : i32
}
