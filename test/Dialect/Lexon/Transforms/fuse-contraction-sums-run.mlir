// A normalization behind a product is the same, whoever adds up the row: on tensors, through kernels, packed once or in
// each call or not at all, on one thread and on two, with vectors of three lengths.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(fuse-contraction-sums{vector-bits=512 vector-registers=32}))' --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=PLAIN
// RUN: lexon-opt %s --pipeline='midend{weights=prepared sums=kernels target=znver4 threads=2}' --stop-after=contraction-fusion --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=PACKED
// RUN: lexon-opt %s --pipeline='midend{weights=prepared target=znver4 threads=2}' --stop-after=contraction-fusion --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=LOOPS
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(fuse-contraction-sums{vector-bits=512 vector-registers=32}))'
// RUN: lexon verify %s --inputs=seeded --pipeline='midend{sums=kernels threads=1}'
// RUN: lexon verify %s --inputs=seeded --pipeline='midend{sums=kernels weights=prepared threads=1}'
// RUN: lexon verify %s --inputs=seeded --pipeline='midend{sums=kernels weights=prepared threads=2}'
// RUN: lexon verify %s --inputs=seeded --pipeline='midend{sums=kernels weights=prepared target=x86-64-v3 threads=2}'
// RUN: lexon verify %s --inputs=seeded --pipeline='midend{sums=kernels weights=prepared target=x86-64 threads=1}'
// RUN: lexon verify %s --inputs=seeded --pipeline='midend{sums=kernels matmul=auto pack=always threads=2}'
// REQUIRES: python

// Weights as [n][k] have vectors along the reduction: only columns that are innermost are summed without packing.
// PLAIN-COUNT-2: remark: [Missed] sums | Category:fuse-contraction-sums
// PLAIN: remark: [Passed] sums {{.*}} Remark="of parts of 32 columns, in 1 contractions"
// PLAIN: remark: [Passed] sums {{.*}} Remark="of parts of 32 columns, in 1 contractions"
// PLAIN-NOT: Category:fuse-contraction-sums
// PACKED: remark: [Passed] sums {{.*}} Remark="of parts of 32 columns, in 1 contractions"
// PACKED: remark: [Passed] sums {{.*}} Remark="of parts of 32 columns, in 2 contractions"
// PACKED: remark: [Passed] sums {{.*}} Remark="of parts of 32 columns, in 1 contractions"
// PACKED: remark: [Passed] sums {{.*}} Remark="of parts of 32 columns, in 2 contractions"
// LOOPS: remark: [Passed] packed
// LOOPS-NOT: Category:fuse-contraction-sums

#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#mn = affine_map<(m, n, k) -> (m, n)>
#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
#column = affine_map<(i, j) -> (j)>

// RMS normalization behind a residual, which is used again: whole panels.
func.func @rms(%w: tensor<96x45xf32> {lexon.constant}, %g: tensor<96xf32> {lexon.constant}, %a: tensor<17x45xf32>, %r: tensor<17x96xf32>) -> (tensor<17x96xf32>, tensor<17x96xf32>) {
  %zero = arith.constant 0.0 : f32
  %scale = arith.constant 0.010416667 : f32
  %eps = arith.constant 1.0e-6 : f32
  %out = tensor.empty() : tensor<17x96xf32>
  %rows = tensor.empty() : tensor<17xf32>
  %x = lexon.contract ins(%a, %w : tensor<17x45xf32>, tensor<96x45xf32>) with(%r : tensor<17x96xf32>) outs(%out : tensor<17x96xf32>) attributes {indexing_maps = [#mk, #nk, #mn, #mn]} {
  ^bb0(%p: f32, %q: f32):
    %s = arith.addf %p, %q : f32
    lexon.yield %s : f32
  } -> tensor<17x96xf32>
  %init = linalg.fill ins(%zero : f32) outs(%rows : tensor<17xf32>) -> tensor<17xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<17x96xf32>) outs(%init : tensor<17xf32>) {
  ^bb0(%p: f32, %t: f32):
    %s = arith.mulf %p, %p : f32
    %u = arith.addf %s, %t : f32
    linalg.yield %u : f32
  } -> tensor<17xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #column, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %sum, %g : tensor<17x96xf32>, tensor<17xf32>, tensor<96xf32>) outs(%out : tensor<17x96xf32>) {
  ^bb0(%p: f32, %t: f32, %h: f32, %o: f32):
    %m = arith.mulf %t, %scale : f32
    %e = arith.addf %m, %eps : f32
    %q = math.rsqrt %e : f32
    %n = arith.mulf %p, %q : f32
    %v = arith.mulf %n, %h : f32
    linalg.yield %v : f32
  } -> tensor<17x96xf32>
  return %x, %y : tensor<17x96xf32>, tensor<17x96xf32>
}
// bf16, of 88 columns: two panels and a rest; what was rounded is squared, in f32. The sum begins with a number.
func.func @rms_bf16(%w: tensor<88x44xbf16> {lexon.constant}, %a: tensor<9x44xbf16>, %init: tensor<9xf32>) -> (tensor<9x88xbf16>, tensor<9xf32>) {
  %out = tensor.empty() : tensor<9x88xbf16>
  %x = lexon.contract ins(%a, %w : tensor<9x44xbf16>, tensor<88x44xbf16>) outs(%out : tensor<9x88xbf16>) attributes {indexing_maps = [#mk, #nk, #mn]} {
  ^bb0(%p: bf16):
    lexon.yield %p : bf16
  } -> tensor<9x88xbf16>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<9x88xbf16>) outs(%init : tensor<9xf32>) {
  ^bb0(%p: bf16, %t: f32):
    %e = arith.extf %p : bf16 to f32
    %s = arith.mulf %e, %e : f32
    %u = arith.addf %t, %s : f32
    linalg.yield %u : f32
  } -> tensor<9xf32>
  return %x, %sum : tensor<9x88xbf16>, tensor<9xf32>
}
// A weight that is no constant, 64 columns; rows known only at run time; the mean of a layer normalization.
func.func @mean(%a: tensor<?x31xf32>, %w: tensor<31x64xf32>, %init: tensor<?xf32>) -> (tensor<?x64xf32>, tensor<?xf32>) {
  %c0 = arith.constant 0 : index
  %d = tensor.dim %a, %c0 : tensor<?x31xf32>
  %out = tensor.empty(%d) : tensor<?x64xf32>
  %x = lexon.contract ins(%a, %w : tensor<?x31xf32>, tensor<31x64xf32>) outs(%out : tensor<?x64xf32>) attributes {indexing_maps = [#mk, #kn, #mn]} {
  ^bb0(%p: f32):
    lexon.yield %p : f32
  } -> tensor<?x64xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<?x64xf32>) outs(%init : tensor<?xf32>) {
  ^bb0(%p: f32, %t: f32):
    %u = arith.addf %p, %t : f32
    linalg.yield %u : f32
  } -> tensor<?xf32>
  return %x, %sum : tensor<?x64xf32>, tensor<?xf32>
}
// 53 columns, which no panel divides, innermost; one row; an expression that is not zero where the product is.
func.func @odd(%w: tensor<31x53xf32> {lexon.constant}, %a: tensor<1x31xf32>, %init: tensor<1xf32>) -> (tensor<1x53xf32>, tensor<1xf32>) {
  %half = arith.constant 0.5 : f32
  %out = tensor.empty() : tensor<1x53xf32>
  %x = lexon.contract ins(%a, %w : tensor<1x31xf32>, tensor<31x53xf32>) outs(%out : tensor<1x53xf32>) attributes {indexing_maps = [#mk, #kn, #mn]} {
  ^bb0(%p: f32):
    lexon.yield %p : f32
  } -> tensor<1x53xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<1x53xf32>) outs(%init : tensor<1xf32>) {
  ^bb0(%p: f32, %t: f32):
    %h = arith.subf %p, %half : f32
    %s = arith.mulf %h, %h : f32
    %u = arith.addf %t, %s : f32
    linalg.yield %u : f32
  } -> tensor<1xf32>
  return %x, %sum : tensor<1x53xf32>, tensor<1xf32>
}
