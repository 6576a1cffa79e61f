// RUN: lexon-opt %s --recognize-attention --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --dynamic=7,13 --pass-pipeline='builtin.module(func.func(recognize-attention))'
// RUN: lexon verify %s --inputs=seeded --dynamic=7,13 --pipeline=midend
// REQUIRES: python
// CHECK-COUNT-4: remark: [Passed] recognized | Category:recognize-attention

#hmk = affine_map<(h, m, n, d) -> (h, m, d)>
#hnk = affine_map<(h, m, n, d) -> (h, n, d)>
#hmn = affine_map<(h, m, n, d) -> (h, m, n)>
#id = affine_map<(h, m, n) -> (h, m, n)>
#row = affine_map<(h, m, n) -> (h, m)>
#table = affine_map<(h, m, n) -> (m, n)>
#pv = affine_map<(h, m, e, n) -> (h, m, n)>
#v = affine_map<(h, m, e, n) -> (h, n, e)>
#o = affine_map<(h, m, e, n) -> (h, m, e)>
#swap = affine_map<(m, h, e) -> (h, m, e)>
#id3 = affine_map<(m, h, e) -> (m, h, e)>
#repeat = affine_map<(b, h, g, n, d) -> (b, h, n, d)>
#id5 = affine_map<(b, h, g, n, d) -> (b, h, g, n, d)>
// Reciprocal and product; the result is wanted by position: written so.
func.func @plain(%q: tensor<4x7x8xf32>, %k: tensor<4x9x8xf32>, %v: tensor<4x9x5xf32>) -> tensor<7x4x5xf32> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %low = arith.constant 0xFF800000 : f32
  %es = tensor.empty() : tensor<4x7x9xf32>
  %er = tensor.empty() : tensor<4x7xf32>
  %eo = tensor.empty() : tensor<4x7x5xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%es : tensor<4x7x9xf32>) -> tensor<4x7x9xf32>
  %s = linalg.generic {indexing_maps = [#hmk, #hnk, #hmn], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%q, %k : tensor<4x7x8xf32>, tensor<4x9x8xf32>) outs(%s0 : tensor<4x7x9xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %c, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x7x9xf32>
  %m0 = linalg.fill ins(%low : f32) outs(%er : tensor<4x7xf32>) -> tensor<4x7xf32>
  %max = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "parallel", "reduction"]} ins(%s : tensor<4x7x9xf32>) outs(%m0 : tensor<4x7xf32>) {
  ^bb0(%a: f32, %c: f32):
    %0 = arith.maximumf %a, %c : f32
    linalg.yield %0 : f32
  } -> tensor<4x7xf32>
  %p = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%s, %max : tensor<4x7x9xf32>, tensor<4x7xf32>) outs(%es : tensor<4x7x9xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.subf %a, %b : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x7x9xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%er : tensor<4x7xf32>) -> tensor<4x7xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "parallel", "reduction"]} ins(%p : tensor<4x7x9xf32>) outs(%z0 : tensor<4x7xf32>) {
  ^bb0(%a: f32, %c: f32):
    %0 = arith.addf %a, %c : f32
    linalg.yield %0 : f32
  } -> tensor<4x7xf32>
  %w = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%p, %sum : tensor<4x7x9xf32>, tensor<4x7xf32>) outs(%es : tensor<4x7x9xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.divf %one, %b : f32
    %1 = arith.mulf %a, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x7x9xf32>
  %o0 = linalg.fill ins(%zero : f32) outs(%eo : tensor<4x7x5xf32>) -> tensor<4x7x5xf32>
  %r = linalg.generic {indexing_maps = [#pv, #v, #o], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%w, %v : tensor<4x7x9xf32>, tensor<4x9x5xf32>) outs(%o0 : tensor<4x7x5xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %c, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x7x5xf32>
  %em = tensor.empty() : tensor<7x4x5xf32>
  %moved = linalg.generic {indexing_maps = [#swap, #id3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%r : tensor<4x7x5xf32>) outs(%em : tensor<7x4x5xf32>) {
  ^bb0(%a: f32, %c: f32):
    linalg.yield %a : f32
  } -> tensor<7x4x5xf32>
  return %moved : tensor<7x4x5xf32>
}

// Scale and bias; quotient; zeros where all is masked.
func.func @scaled_masked(%q: tensor<4x7x8xf32>, %k: tensor<4x9x8xf32>, %v: tensor<4x9x5xf32>, %mask: tensor<7x9xf32>) -> tensor<4x7x5xf32> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %low = arith.constant 0xFF800000 : f32
  %es = tensor.empty() : tensor<4x7x9xf32>
  %er = tensor.empty() : tensor<4x7xf32>
  %eo = tensor.empty() : tensor<4x7x5xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%es : tensor<4x7x9xf32>) -> tensor<4x7x9xf32>
  %s = linalg.generic {indexing_maps = [#hmk, #hnk, #hmn], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%q, %k : tensor<4x7x8xf32>, tensor<4x9x8xf32>) outs(%s0 : tensor<4x7x9xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %c, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x7x9xf32>
  %x = linalg.generic {indexing_maps = [#id, #table, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%s, %mask : tensor<4x7x9xf32>, tensor<7x9xf32>) outs(%es : tensor<4x7x9xf32>) {
  ^bb0(%a: f32, %m: f32, %c: f32):
    %f = arith.constant 0.35 : f32
    %y = arith.mulf %a, %f : f32
    %z = arith.addf %y, %m : f32
    linalg.yield %z : f32
  } -> tensor<4x7x9xf32>
  %m0 = linalg.fill ins(%low : f32) outs(%er : tensor<4x7xf32>) -> tensor<4x7xf32>
  %max = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x : tensor<4x7x9xf32>) outs(%m0 : tensor<4x7xf32>) {
  ^bb0(%a: f32, %c: f32):
    %0 = arith.maximumf %a, %c : f32
    linalg.yield %0 : f32
  } -> tensor<4x7xf32>
  %p = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %max : tensor<4x7x9xf32>, tensor<4x7xf32>) outs(%es : tensor<4x7x9xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.subf %a, %b : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x7x9xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%er : tensor<4x7xf32>) -> tensor<4x7xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "parallel", "reduction"]} ins(%p : tensor<4x7x9xf32>) outs(%z0 : tensor<4x7xf32>) {
  ^bb0(%a: f32, %c: f32):
    %0 = arith.addf %a, %c : f32
    linalg.yield %0 : f32
  } -> tensor<4x7xf32>
  %true = arith.constant true
  %ei = tensor.empty() : tensor<4x7xi1>
  %t0 = linalg.fill ins(%true : i1) outs(%ei : tensor<4x7xi1>) -> tensor<4x7xi1>
  %all = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x : tensor<4x7x9xf32>) outs(%t0 : tensor<4x7xi1>) {
  ^bb0(%a: f32, %c: i1):
    %0 = arith.cmpf oeq, %a, %low : f32
    %1 = arith.andi %0, %c : i1
    linalg.yield %1 : i1
  } -> tensor<4x7xi1>
  %w = linalg.generic {indexing_maps = [#id, #row, #row, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%p, %sum, %all : tensor<4x7x9xf32>, tensor<4x7xf32>, tensor<4x7xi1>) outs(%es : tensor<4x7x9xf32>) {
  ^bb0(%a: f32, %b: f32, %i: i1, %c: f32):
    %1 = arith.divf %a, %b : f32
    %2 = arith.select %i, %zero, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<4x7x9xf32>
  %o0 = linalg.fill ins(%zero : f32) outs(%eo : tensor<4x7x5xf32>) -> tensor<4x7x5xf32>
  %r = linalg.generic {indexing_maps = [#pv, #v, #o], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%w, %v : tensor<4x7x9xf32>, tensor<4x9x5xf32>) outs(%o0 : tensor<4x7x5xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %c, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x7x5xf32>
  return %r : tensor<4x7x5xf32>
}

// A boolean mask, f64.
func.func @boolean(%q: tensor<4x7x8xf64>, %k: tensor<4x9x8xf64>, %v: tensor<4x9x5xf64>, %mask: tensor<7x9xi1>) -> tensor<4x7x5xf64> {
  %zero = arith.constant 0.0 : f64
  %one = arith.constant 1.0 : f64
  %low = arith.constant 0xFFF0000000000000 : f64
  %es = tensor.empty() : tensor<4x7x9xf64>
  %er = tensor.empty() : tensor<4x7xf64>
  %eo = tensor.empty() : tensor<4x7x5xf64>
  %s0 = linalg.fill ins(%zero : f64) outs(%es : tensor<4x7x9xf64>) -> tensor<4x7x9xf64>
  %s = linalg.generic {indexing_maps = [#hmk, #hnk, #hmn], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%q, %k : tensor<4x7x8xf64>, tensor<4x9x8xf64>) outs(%s0 : tensor<4x7x9xf64>) {
  ^bb0(%a: f64, %b: f64, %c: f64):
    %0 = arith.mulf %a, %b : f64
    %1 = arith.addf %c, %0 : f64
    linalg.yield %1 : f64
  } -> tensor<4x7x9xf64>
  %x = linalg.generic {indexing_maps = [#id, #table, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%s, %mask : tensor<4x7x9xf64>, tensor<7x9xi1>) outs(%es : tensor<4x7x9xf64>) {
  ^bb0(%a: f64, %m: i1, %c: f64):
    %z = arith.select %m, %a, %low : f64
    linalg.yield %z : f64
  } -> tensor<4x7x9xf64>
  %m0 = linalg.fill ins(%low : f64) outs(%er : tensor<4x7xf64>) -> tensor<4x7xf64>
  %max = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x : tensor<4x7x9xf64>) outs(%m0 : tensor<4x7xf64>) {
  ^bb0(%a: f64, %c: f64):
    %0 = arith.maximumf %a, %c : f64
    linalg.yield %0 : f64
  } -> tensor<4x7xf64>
  %p = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %max : tensor<4x7x9xf64>, tensor<4x7xf64>) outs(%es : tensor<4x7x9xf64>) {
  ^bb0(%a: f64, %b: f64, %c: f64):
    %0 = arith.subf %a, %b : f64
    %1 = math.exp %0 : f64
    linalg.yield %1 : f64
  } -> tensor<4x7x9xf64>
  %z0 = linalg.fill ins(%zero : f64) outs(%er : tensor<4x7xf64>) -> tensor<4x7xf64>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "parallel", "reduction"]} ins(%p : tensor<4x7x9xf64>) outs(%z0 : tensor<4x7xf64>) {
  ^bb0(%a: f64, %c: f64):
    %0 = arith.addf %a, %c : f64
    linalg.yield %0 : f64
  } -> tensor<4x7xf64>
  %w = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%p, %sum : tensor<4x7x9xf64>, tensor<4x7xf64>) outs(%es : tensor<4x7x9xf64>) {
  ^bb0(%a: f64, %b: f64, %c: f64):
    %0 = arith.divf %one, %b : f64
    %1 = arith.mulf %a, %0 : f64
    linalg.yield %1 : f64
  } -> tensor<4x7x9xf64>
  %o0 = linalg.fill ins(%zero : f64) outs(%eo : tensor<4x7x5xf64>) -> tensor<4x7x5xf64>
  %r = linalg.generic {indexing_maps = [#pv, #v, #o], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%w, %v : tensor<4x7x9xf64>, tensor<4x9x5xf64>) outs(%o0 : tensor<4x7x5xf64>) {
  ^bb0(%a: f64, %b: f64, %c: f64):
    %0 = arith.mulf %a, %b : f64
    %1 = arith.addf %c, %0 : f64
    linalg.yield %1 : f64
  } -> tensor<4x7x5xf64>
  return %r : tensor<4x7x5xf64>
}

// Batch and heads in one dimension for the products, two for the softmax; repeated heads of key and value; dynamic rows.
func.func @reshaped(%q: tensor<2x6x?x8xf32>, %k: tensor<2x2x?x8xf32>, %v: tensor<2x2x?x8xf32>) -> tensor<2x6x?x8xf32> {
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0.0 : f32
  %low = arith.constant 0xFF800000 : f32
  %m = tensor.dim %q, %c2 : tensor<2x6x?x8xf32>
  %n = tensor.dim %k, %c2 : tensor<2x2x?x8xf32>
  %ek = tensor.empty(%n) : tensor<2x2x3x?x8xf32>
  %k3 = linalg.generic {indexing_maps = [#repeat, #id5], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%k : tensor<2x2x?x8xf32>) outs(%ek : tensor<2x2x3x?x8xf32>) {
  ^bb0(%a: f32, %c: f32):
    linalg.yield %a : f32
  } -> tensor<2x2x3x?x8xf32>
  %v3 = linalg.generic {indexing_maps = [#repeat, #id5], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%v : tensor<2x2x?x8xf32>) outs(%ek : tensor<2x2x3x?x8xf32>) {
  ^bb0(%a: f32, %c: f32):
    linalg.yield %a : f32
  } -> tensor<2x2x3x?x8xf32>
  %k6 = tensor.collapse_shape %k3 [[0, 1, 2], [3], [4]] : tensor<2x2x3x?x8xf32> into tensor<12x?x8xf32>
  %v6 = tensor.collapse_shape %v3 [[0, 1, 2], [3], [4]] : tensor<2x2x3x?x8xf32> into tensor<12x?x8xf32>
  %q6 = tensor.collapse_shape %q [[0, 1], [2], [3]] : tensor<2x6x?x8xf32> into tensor<12x?x8xf32>
  %es = tensor.empty(%m, %n) : tensor<12x?x?xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%es : tensor<12x?x?xf32>) -> tensor<12x?x?xf32>
  %s = linalg.generic {indexing_maps = [#hmk, #hnk, #hmn], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%q6, %k6 : tensor<12x?x8xf32>, tensor<12x?x8xf32>) outs(%s0 : tensor<12x?x?xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %c, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<12x?x?xf32>
  %er = tensor.empty(%m) : tensor<12x?xf32>
  %m0 = linalg.fill ins(%low : f32) outs(%er : tensor<12x?xf32>) -> tensor<12x?xf32>
  %max = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "parallel", "reduction"]} ins(%s : tensor<12x?x?xf32>) outs(%m0 : tensor<12x?xf32>) {
  ^bb0(%a: f32, %c: f32):
    %0 = arith.maximumf %a, %c : f32
    linalg.yield %0 : f32
  } -> tensor<12x?xf32>
  %p = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%s, %max : tensor<12x?x?xf32>, tensor<12x?xf32>) outs(%es : tensor<12x?x?xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.subf %a, %b : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<12x?x?xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%er : tensor<12x?xf32>) -> tensor<12x?xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "parallel", "reduction"]} ins(%p : tensor<12x?x?xf32>) outs(%z0 : tensor<12x?xf32>) {
  ^bb0(%a: f32, %c: f32):
    %0 = arith.addf %a, %c : f32
    linalg.yield %0 : f32
  } -> tensor<12x?xf32>
  %w = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%p, %sum : tensor<12x?x?xf32>, tensor<12x?xf32>) outs(%es : tensor<12x?x?xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.divf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<12x?x?xf32>
  %eo = tensor.empty(%m) : tensor<12x?x8xf32>
  %o0 = linalg.fill ins(%zero : f32) outs(%eo : tensor<12x?x8xf32>) -> tensor<12x?x8xf32>
  %r = linalg.generic {indexing_maps = [#pv, #v, #o], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%w, %v6 : tensor<12x?x?xf32>, tensor<12x?x8xf32>) outs(%o0 : tensor<12x?x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %c, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<12x?x8xf32>
  %x = tensor.expand_shape %r [[0, 1], [2], [3]] output_shape [2, 6, %m, 8] : tensor<12x?x8xf32> into tensor<2x6x?x8xf32>
  return %x : tensor<2x6x?x8xf32>
}
