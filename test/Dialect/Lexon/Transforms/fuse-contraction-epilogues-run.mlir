// Contractions with their epilogues compute what the operations computed one by one, on tensors and through kernels.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(fuse-contraction-epilogues))' --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(fuse-contraction-epilogues))'
// RUN: lexon verify %s --inputs=seeded --pipeline=midend
// RUN: lexon verify %s --inputs=seeded --pipeline='midend{target=x86-64}'
// REQUIRES: python
// CHECK-COUNT-8: remark: [Passed] contract
// CHECK-NOT: remark: [Missed]

#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>
#column = affine_map<(i, j) -> (i)>
#swap = affine_map<(i, j) -> (j, i)>

func.func @bias_relu(%a: tensor<17x45xf32>, %w: tensor<33x45xf32>, %b: tensor<33xf32>) -> tensor<17x33xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<17x33xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<17x33xf32>) -> tensor<17x33xf32>
  %0 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %w : tensor<17x45xf32>, tensor<33x45xf32>) outs(%init : tensor<17x33xf32>) -> tensor<17x33xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%0, %b : tensor<17x33xf32>, tensor<33xf32>) outs(%empty : tensor<17x33xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.addf %x, %y : f32
    %r = arith.maximumf %s, %zero : f32
    linalg.yield %r : f32
  } -> tensor<17x33xf32>
  return %1 : tensor<17x33xf32>
}

func.func @rows_and_residual(%a: tensor<19x45xf32>, %w: tensor<40x45xf32>, %b: tensor<19xf32>, %r: tensor<19x40xf32>) -> tensor<19x40xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<19x40xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<19x40xf32>) -> tensor<19x40xf32>
  %0 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %w : tensor<19x45xf32>, tensor<40x45xf32>) outs(%init : tensor<19x40xf32>) -> tensor<19x40xf32>
  %1 = linalg.generic {indexing_maps = [#id, #column, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%0, %b, %r : tensor<19x40xf32>, tensor<19xf32>, tensor<19x40xf32>) outs(%empty : tensor<19x40xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32, %o: f32):
    %s = arith.mulf %x, %y : f32
    %t = arith.addf %s, %z : f32
    linalg.yield %t : f32
  } -> tensor<19x40xf32>
  return %1 : tensor<19x40xf32>
}

func.func @gated(%a: tensor<7x33xf32>, %w: tensor<70x33xf32>) -> tensor<7x35xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<7x70xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<7x70xf32>) -> tensor<7x70xf32>
  %0 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %w : tensor<7x33xf32>, tensor<70x33xf32>) outs(%init : tensor<7x70xf32>) -> tensor<7x70xf32>
  %1 = tensor.expand_shape %0 [[0, 1], [2]] output_shape [1, 7, 70] : tensor<7x70xf32> into tensor<1x7x70xf32>
  %gate = tensor.extract_slice %1[0, 0, 0] [1, 7, 35] [1, 1, 1] : tensor<1x7x70xf32> to tensor<7x35xf32>
  %up = tensor.extract_slice %1[0, 0, 35] [1, 7, 35] [1, 1, 1] : tensor<1x7x70xf32> to tensor<7x35xf32>
  %out = tensor.empty() : tensor<7x35xf32>
  %2 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%gate, %up : tensor<7x35xf32>, tensor<7x35xf32>) outs(%out : tensor<7x35xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %n = arith.maximumf %x, %zero : f32
    %r = arith.mulf %n, %y : f32
    linalg.yield %r : f32
  } -> tensor<7x35xf32>
  return %2 : tensor<7x35xf32>
}

func.func @transposed(%a: tensor<17x9xf32>, %w: tensor<21x9xf32>, %r: tensor<17x21xf32>) -> tensor<21x17xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<17x21xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<17x21xf32>) -> tensor<17x21xf32>
  %0 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %w : tensor<17x9xf32>, tensor<21x9xf32>) outs(%init : tensor<17x21xf32>) -> tensor<17x21xf32>
  %out = tensor.empty() : tensor<21x17xf32>
  %1 = linalg.generic {indexing_maps = [#swap, #swap, #id], iterator_types = ["parallel", "parallel"]} ins(%0, %r : tensor<17x21xf32>, tensor<17x21xf32>) outs(%out : tensor<21x17xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.subf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<21x17xf32>
  return %1 : tensor<21x17xf32>
}

func.func @dynamic(%a: tensor<?x45xf32>, %w: tensor<34x45xf32>, %b: tensor<34xf32>) -> tensor<?x34xf32> {
  %c0 = arith.constant 0 : index
  %d = tensor.dim %a, %c0 : tensor<?x45xf32>
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty(%d) : tensor<?x34xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<?x34xf32>) -> tensor<?x34xf32>
  %0 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %w : tensor<?x45xf32>, tensor<34x45xf32>) outs(%init : tensor<?x34xf32>) -> tensor<?x34xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%0, %b : tensor<?x34xf32>, tensor<34xf32>) outs(%empty : tensor<?x34xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.addf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<?x34xf32>
  return %1 : tensor<?x34xf32>
}

func.func @half(%a: tensor<5x18xbf16>, %w: tensor<37x18xbf16>, %b: tensor<37xbf16>) -> tensor<5x37xbf16> {
  %zero = arith.constant 0.0 : bf16
  %empty = tensor.empty() : tensor<5x37xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%empty : tensor<5x37xbf16>) -> tensor<5x37xbf16>
  %0 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %w : tensor<5x18xbf16>, tensor<37x18xbf16>) outs(%init : tensor<5x37xbf16>) -> tensor<5x37xbf16>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%0, %b : tensor<5x37xbf16>, tensor<37xbf16>) outs(%empty : tensor<5x37xbf16>) {
  ^bb0(%x: bf16, %y: bf16, %o: bf16):
    %s = arith.addf %x, %y : bf16
    linalg.yield %s : bf16
  } -> tensor<5x37xbf16>
  return %1 : tensor<5x37xbf16>
}

func.func @one(%a: tensor<1x100xf64>, %w: tensor<3x100xf64>) -> tensor<1x3xf64> {
  %zero = arith.constant 0.0 : f64
  %empty = tensor.empty() : tensor<1x3xf64>
  %init = linalg.fill ins(%zero : f64) outs(%empty : tensor<1x3xf64>) -> tensor<1x3xf64>
  %0 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %w : tensor<1x100xf64>, tensor<3x100xf64>) outs(%init : tensor<1x3xf64>) -> tensor<1x3xf64>
  return %0 : tensor<1x3xf64>
}

func.func @reshaped_filling(%a: tensor<5x7xf32>, %w: tensor<7x3x2xf32>) -> tensor<5x3x2xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<5x6xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<5x6xf32>) -> tensor<5x6xf32>
  %start = tensor.expand_shape %init [[0], [1, 2]] output_shape [5, 3, 2] : tensor<5x6xf32> into tensor<5x3x2xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n, p, k) -> (m, k)>, affine_map<(m, n, p, k) -> (k, n, p)>, affine_map<(m, n, p, k) -> (m, n, p)>],
                       iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%a, %w : tensor<5x7xf32>, tensor<7x3x2xf32>) outs(%start : tensor<5x3x2xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<5x3x2xf32>
  return %0 : tensor<5x3x2xf32>
}
