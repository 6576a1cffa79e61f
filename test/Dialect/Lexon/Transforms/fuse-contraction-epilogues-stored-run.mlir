// What is computed from the parts of a product's blocks, inside of it: the same, on tensors and by kernels, from packed
// weights and from weights as they are, on one thread and on two.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(fuse-contraction-epilogues))' --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon-opt %s --pipeline='midend{target=znver4 weights=prepared threads=2}' --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=KERNEL
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(fuse-contraction-epilogues))'
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(fuse-contraction-epilogues),pack-weights)'
// RUN: lexon verify %s --inputs=seeded --pipeline='midend{weights=prepared threads=2}'
// RUN: lexon verify %s --inputs=seeded --pipeline='midend{weights=prepared threads=1}'
// RUN: lexon verify %s --inputs=seeded --pipeline='midend{threads=2}'
// RUN: lexon verify %s --inputs=seeded --pipeline='midend{target=x86-64 weights=prepared}'
// REQUIRES: python
// CHECK-COUNT-5: remark: [Passed] stored-groups
// CHECK-NOT: [Missed] stored-groups
// KERNEL-COUNT-5: remark: [Passed] packed
// KERNEL-COUNT-5: remark: [Passed] lowered | Category:lower-matmul-kernels

#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>
#id3 = affine_map<(i, h, j) -> (i, h, j)>
#swap3 = affine_map<(h, i, j) -> (i, h, j)>
#table = affine_map<(i, h, j) -> (i, j)>
#table_swapped = affine_map<(h, i, j) -> (i, j)>
#id4 = affine_map<(b, i, h, j) -> (b, i, h, j)>
#table4 = affine_map<(b, i, h, j) -> (i, j)>
#head = affine_map<(b, i, h, j) -> (h)>

// Query (3 heads), key (1) and value (2) of one product with a bias: rotated, rotated, as it was. 17 rows are two tiles.
func.func @rotary(%w: tensor<192x45xf32> {lexon.constant}, %b: tensor<192xf32> {lexon.constant}, %cos: tensor<17x32xf32>, %sin: tensor<17x32xf32>, %a: tensor<17x45xf32>) -> (tensor<17x3x32xf32>, tensor<17x1x32xf32>, tensor<17x2x32xf32>) {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<17x192xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<17x192xf32>) -> tensor<17x192xf32>
  %product = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %w : tensor<17x45xf32>, tensor<192x45xf32>) outs(%init : tensor<17x192xf32>) -> tensor<17x192xf32>
  %biased = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%product, %b : tensor<17x192xf32>, tensor<192xf32>) outs(%empty : tensor<17x192xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.addf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<17x192xf32>
  %q_own = tensor.extract_slice %biased[0, 0] [17, 96] [1, 1] : tensor<17x192xf32> to tensor<17x96xf32>
  %q = tensor.expand_shape %q_own [[0], [1, 2]] output_shape [17, 3, 32] : tensor<17x96xf32> into tensor<17x3x32xf32>
  %q_1 = tensor.extract_slice %q[0, 0, 0] [17, 3, 16] [1, 1, 1] : tensor<17x3x32xf32> to tensor<17x3x16xf32>
  %q_2 = tensor.extract_slice %q[0, 0, 16] [17, 3, 16] [1, 1, 1] : tensor<17x3x32xf32> to tensor<17x3x16xf32>
  %q_half = tensor.empty() : tensor<17x3x16xf32>
  %q_negated = linalg.generic {indexing_maps = [#id3, #id3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%q_2 : tensor<17x3x16xf32>) outs(%q_half : tensor<17x3x16xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.negf %x : f32
    linalg.yield %r : f32
  } -> tensor<17x3x16xf32>
  %q_empty = tensor.empty() : tensor<17x3x32xf32>
  %q_left = tensor.insert_slice %q_negated into %q_empty[0, 0, 0] [17, 3, 16] [1, 1, 1] : tensor<17x3x16xf32> into tensor<17x3x32xf32>
  %q_both = tensor.insert_slice %q_1 into %q_left[0, 0, 16] [17, 3, 16] [1, 1, 1] : tensor<17x3x16xf32> into tensor<17x3x32xf32>
  %q_rotated = linalg.generic {indexing_maps = [#id3, #table, #id3, #table, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%q, %cos, %q_both, %sin : tensor<17x3x32xf32>, tensor<17x32xf32>, tensor<17x3x32xf32>, tensor<17x32xf32>) outs(%q_empty : tensor<17x3x32xf32>) {
  ^bb0(%x: f32, %c: f32, %y: f32, %s: f32, %o: f32):
    %u = arith.mulf %x, %c : f32
    %v = arith.mulf %y, %s : f32
    %r = arith.addf %u, %v : f32
    linalg.yield %r : f32
  } -> tensor<17x3x32xf32>
  %k_own = tensor.extract_slice %biased[0, 96] [17, 32] [1, 1] : tensor<17x192xf32> to tensor<17x32xf32>
  %k = tensor.expand_shape %k_own [[0], [1, 2]] output_shape [17, 1, 32] : tensor<17x32xf32> into tensor<17x1x32xf32>
  %k_1 = tensor.extract_slice %k[0, 0, 0] [17, 1, 16] [1, 1, 1] : tensor<17x1x32xf32> to tensor<17x1x16xf32>
  %k_2 = tensor.extract_slice %k[0, 0, 16] [17, 1, 16] [1, 1, 1] : tensor<17x1x32xf32> to tensor<17x1x16xf32>
  %k_half = tensor.empty() : tensor<17x1x16xf32>
  %k_negated = linalg.generic {indexing_maps = [#id3, #id3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%k_2 : tensor<17x1x16xf32>) outs(%k_half : tensor<17x1x16xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.negf %x : f32
    linalg.yield %r : f32
  } -> tensor<17x1x16xf32>
  %k_empty = tensor.empty() : tensor<17x1x32xf32>
  %k_left = tensor.insert_slice %k_negated into %k_empty[0, 0, 0] [17, 1, 16] [1, 1, 1] : tensor<17x1x16xf32> into tensor<17x1x32xf32>
  %k_both = tensor.insert_slice %k_1 into %k_left[0, 0, 16] [17, 1, 16] [1, 1, 1] : tensor<17x1x16xf32> into tensor<17x1x32xf32>
  %k_rotated = linalg.generic {indexing_maps = [#id3, #table, #id3, #table, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%k, %cos, %k_both, %sin : tensor<17x1x32xf32>, tensor<17x32xf32>, tensor<17x1x32xf32>, tensor<17x32xf32>) outs(%k_empty : tensor<17x1x32xf32>) {
  ^bb0(%x: f32, %c: f32, %y: f32, %s: f32, %o: f32):
    %u = arith.mulf %x, %c : f32
    %v = arith.mulf %y, %s : f32
    %r = arith.addf %u, %v : f32
    linalg.yield %r : f32
  } -> tensor<17x1x32xf32>
  %v_own = tensor.extract_slice %biased[0, 128] [17, 64] [1, 1] : tensor<17x192xf32> to tensor<17x64xf32>
  %v = tensor.expand_shape %v_own [[0], [1, 2]] output_shape [17, 2, 32] : tensor<17x64xf32> into tensor<17x2x32xf32>
  return %q_rotated, %k_rotated, %v : tensor<17x3x32xf32>, tensor<17x1x32xf32>, tensor<17x2x32xf32>
}

// bf16: each operation rounds.
func.func @rotary_bf16(%w: tensor<256x46xbf16> {lexon.constant}, %b: tensor<256xbf16> {lexon.constant}, %cos: tensor<9x64xbf16>, %sin: tensor<9x64xbf16>, %a: tensor<9x46xbf16>) -> (tensor<9x2x64xbf16>, tensor<9x1x64xbf16>, tensor<9x1x64xbf16>) {
  %zero = arith.constant 0.0 : bf16
  %empty = tensor.empty() : tensor<9x256xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%empty : tensor<9x256xbf16>) -> tensor<9x256xbf16>
  %product = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %w : tensor<9x46xbf16>, tensor<256x46xbf16>) outs(%init : tensor<9x256xbf16>) -> tensor<9x256xbf16>
  %biased = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%product, %b : tensor<9x256xbf16>, tensor<256xbf16>) outs(%empty : tensor<9x256xbf16>) {
  ^bb0(%x: bf16, %y: bf16, %o: bf16):
    %s = arith.addf %x, %y : bf16
    linalg.yield %s : bf16
  } -> tensor<9x256xbf16>
  %q_own = tensor.extract_slice %biased[0, 0] [9, 128] [1, 1] : tensor<9x256xbf16> to tensor<9x128xbf16>
  %q = tensor.expand_shape %q_own [[0], [1, 2]] output_shape [9, 2, 64] : tensor<9x128xbf16> into tensor<9x2x64xbf16>
  %q_1 = tensor.extract_slice %q[0, 0, 0] [9, 2, 32] [1, 1, 1] : tensor<9x2x64xbf16> to tensor<9x2x32xbf16>
  %q_2 = tensor.extract_slice %q[0, 0, 32] [9, 2, 32] [1, 1, 1] : tensor<9x2x64xbf16> to tensor<9x2x32xbf16>
  %q_half = tensor.empty() : tensor<9x2x32xbf16>
  %q_negated = linalg.generic {indexing_maps = [#id3, #id3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%q_2 : tensor<9x2x32xbf16>) outs(%q_half : tensor<9x2x32xbf16>) {
  ^bb0(%x: bf16, %o: bf16):
    %r = arith.negf %x : bf16
    linalg.yield %r : bf16
  } -> tensor<9x2x32xbf16>
  %q_empty = tensor.empty() : tensor<9x2x64xbf16>
  %q_left = tensor.insert_slice %q_negated into %q_empty[0, 0, 0] [9, 2, 32] [1, 1, 1] : tensor<9x2x32xbf16> into tensor<9x2x64xbf16>
  %q_both = tensor.insert_slice %q_1 into %q_left[0, 0, 32] [9, 2, 32] [1, 1, 1] : tensor<9x2x32xbf16> into tensor<9x2x64xbf16>
  %q_rotated = linalg.generic {indexing_maps = [#id3, #table, #id3, #table, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%q, %cos, %q_both, %sin : tensor<9x2x64xbf16>, tensor<9x64xbf16>, tensor<9x2x64xbf16>, tensor<9x64xbf16>) outs(%q_empty : tensor<9x2x64xbf16>) {
  ^bb0(%x: bf16, %c: bf16, %y: bf16, %s: bf16, %o: bf16):
    %u = arith.mulf %x, %c : bf16
    %v = arith.mulf %y, %s : bf16
    %r = arith.addf %u, %v : bf16
    linalg.yield %r : bf16
  } -> tensor<9x2x64xbf16>
  %k_own = tensor.extract_slice %biased[0, 128] [9, 64] [1, 1] : tensor<9x256xbf16> to tensor<9x64xbf16>
  %k = tensor.expand_shape %k_own [[0], [1, 2]] output_shape [9, 1, 64] : tensor<9x64xbf16> into tensor<9x1x64xbf16>
  %k_1 = tensor.extract_slice %k[0, 0, 0] [9, 1, 32] [1, 1, 1] : tensor<9x1x64xbf16> to tensor<9x1x32xbf16>
  %k_2 = tensor.extract_slice %k[0, 0, 32] [9, 1, 32] [1, 1, 1] : tensor<9x1x64xbf16> to tensor<9x1x32xbf16>
  %k_half = tensor.empty() : tensor<9x1x32xbf16>
  %k_negated = linalg.generic {indexing_maps = [#id3, #id3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%k_2 : tensor<9x1x32xbf16>) outs(%k_half : tensor<9x1x32xbf16>) {
  ^bb0(%x: bf16, %o: bf16):
    %r = arith.negf %x : bf16
    linalg.yield %r : bf16
  } -> tensor<9x1x32xbf16>
  %k_empty = tensor.empty() : tensor<9x1x64xbf16>
  %k_left = tensor.insert_slice %k_negated into %k_empty[0, 0, 0] [9, 1, 32] [1, 1, 1] : tensor<9x1x32xbf16> into tensor<9x1x64xbf16>
  %k_both = tensor.insert_slice %k_1 into %k_left[0, 0, 32] [9, 1, 32] [1, 1, 1] : tensor<9x1x32xbf16> into tensor<9x1x64xbf16>
  %k_rotated = linalg.generic {indexing_maps = [#id3, #table, #id3, #table, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%k, %cos, %k_both, %sin : tensor<9x1x64xbf16>, tensor<9x64xbf16>, tensor<9x1x64xbf16>, tensor<9x64xbf16>) outs(%k_empty : tensor<9x1x64xbf16>) {
  ^bb0(%x: bf16, %c: bf16, %y: bf16, %s: bf16, %o: bf16):
    %u = arith.mulf %x, %c : bf16
    %v = arith.mulf %y, %s : bf16
    %r = arith.addf %u, %v : bf16
    linalg.yield %r : bf16
  } -> tensor<9x1x64xbf16>
  %v_own = tensor.extract_slice %biased[0, 192] [9, 64] [1, 1] : tensor<9x256xbf16> to tensor<9x64xbf16>
  %v = tensor.expand_shape %v_own [[0], [1, 2]] output_shape [9, 1, 64] : tensor<9x64xbf16> into tensor<9x1x64xbf16>
  return %q_rotated, %k_rotated, %v : tensor<9x2x64xbf16>, tensor<9x1x64xbf16>, tensor<9x1x64xbf16>
}

// Rows of two batches share tables of half a head; the halves are concatenated at the end; each head has a factor.
func.func @halves(%w: tensor<96x33xf32> {lexon.constant}, %cos: tensor<7x16xf32>, %sin: tensor<7x16xf32>, %scale: tensor<3xf32>, %a: tensor<14x33xf32>) -> tensor<2x7x3x32xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<14x96xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<14x96xf32>) -> tensor<14x96xf32>
  %product = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %w : tensor<14x33xf32>, tensor<96x33xf32>) outs(%init : tensor<14x96xf32>) -> tensor<14x96xf32>
  %x = tensor.expand_shape %product [[0, 1], [2, 3]] output_shape [2, 7, 3, 32] : tensor<14x96xf32> into tensor<2x7x3x32xf32>
  %1 = tensor.extract_slice %x[0, 0, 0, 0] [2, 7, 3, 16] [1, 1, 1, 1] : tensor<2x7x3x32xf32> to tensor<2x7x3x16xf32>
  %2 = tensor.extract_slice %x[0, 0, 0, 16] [2, 7, 3, 16] [1, 1, 1, 1] : tensor<2x7x3x32xf32> to tensor<2x7x3x16xf32>
  %e = tensor.empty() : tensor<2x7x3x16xf32>
  %r1 = linalg.generic {indexing_maps = [#id4, #table4, #id4, #table4, #head, #id4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%1, %cos, %2, %sin, %scale : tensor<2x7x3x16xf32>, tensor<7x16xf32>, tensor<2x7x3x16xf32>, tensor<7x16xf32>, tensor<3xf32>) outs(%e : tensor<2x7x3x16xf32>) {
  ^bb0(%x0: f32, %c: f32, %y0: f32, %s: f32, %f: f32, %o: f32):
    %u = arith.mulf %x0, %c : f32
    %v = arith.mulf %y0, %s : f32
    %r = arith.subf %u, %v : f32
    %p = arith.mulf %r, %f : f32
    linalg.yield %p : f32
  } -> tensor<2x7x3x16xf32>
  %r2 = linalg.generic {indexing_maps = [#id4, #table4, #id4, #table4, #head, #id4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%2, %cos, %1, %sin, %scale : tensor<2x7x3x16xf32>, tensor<7x16xf32>, tensor<2x7x3x16xf32>, tensor<7x16xf32>, tensor<3xf32>) outs(%e : tensor<2x7x3x16xf32>) {
  ^bb0(%x0: f32, %c: f32, %y0: f32, %s: f32, %f: f32, %o: f32):
    %u = arith.mulf %x0, %c : f32
    %v = arith.mulf %y0, %s : f32
    %r = arith.addf %u, %v : f32
    %p = arith.mulf %r, %f : f32
    linalg.yield %p : f32
  } -> tensor<2x7x3x16xf32>
  %3 = tensor.concat dim(3) %r1, %r2 : (tensor<2x7x3x16xf32>, tensor<2x7x3x16xf32>) -> tensor<2x7x3x32xf32>
  return %3 : tensor<2x7x3x32xf32>
}

// Three parts, each from itself and the one before.
func.func @three_parts(%w: tensor<96x37xf32> {lexon.constant}, %a: tensor<5x37xf32>) -> tensor<5x96xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<5x96xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<5x96xf32>) -> tensor<5x96xf32>
  %product = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %w : tensor<5x37xf32>, tensor<96x37xf32>) outs(%init : tensor<5x96xf32>) -> tensor<5x96xf32>
  %x = tensor.expand_shape %product [[0], [1, 2]] output_shape [5, 2, 48] : tensor<5x96xf32> into tensor<5x2x48xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0] [5, 2, 16] [1, 1, 1] : tensor<5x2x48xf32> to tensor<5x2x16xf32>
  %p1 = tensor.extract_slice %x[0, 0, 16] [5, 2, 16] [1, 1, 1] : tensor<5x2x48xf32> to tensor<5x2x16xf32>
  %p2 = tensor.extract_slice %x[0, 0, 32] [5, 2, 16] [1, 1, 1] : tensor<5x2x48xf32> to tensor<5x2x16xf32>
  %turned = tensor.concat dim(2) %p2, %p0, %p1 : (tensor<5x2x16xf32>, tensor<5x2x16xf32>, tensor<5x2x16xf32>) -> tensor<5x2x48xf32>
  %e = tensor.empty() : tensor<5x2x48xf32>
  %0 = linalg.generic {indexing_maps = [#id3, #id3, #id3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %turned : tensor<5x2x48xf32>, tensor<5x2x48xf32>) outs(%e : tensor<5x2x48xf32>) {
  ^bb0(%y: f32, %z: f32, %o: f32):
    %u = arith.maximumf %z, %zero : f32
    %r = arith.subf %y, %u : f32
    linalg.yield %r : f32
  } -> tensor<5x2x48xf32>
  %1 = tensor.collapse_shape %0 [[0], [1, 2]] : tensor<5x2x48xf32> into tensor<5x96xf32>
  return %1 : tensor<5x96xf32>
}

// The heads of the query stand before its rows: attention reads them where they are.
func.func @attention(%w: tensor<128x35xf32> {lexon.constant}, %cos: tensor<11x32xf32>, %sin: tensor<11x32xf32>, %a: tensor<11x35xf32>) -> tensor<11x2x32xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<11x128xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<11x128xf32>) -> tensor<11x128xf32>
  %product = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %w : tensor<11x35xf32>, tensor<128x35xf32>) outs(%init : tensor<11x128xf32>) -> tensor<11x128xf32>
  %q_own = tensor.extract_slice %product[0, 0] [11, 64] [1, 1] : tensor<11x128xf32> to tensor<11x64xf32>
  %q = tensor.expand_shape %q_own [[0], [1, 2]] output_shape [11, 2, 32] : tensor<11x64xf32> into tensor<11x2x32xf32>
  %q_1 = tensor.extract_slice %q[0, 0, 0] [11, 2, 16] [1, 1, 1] : tensor<11x2x32xf32> to tensor<11x2x16xf32>
  %q_2 = tensor.extract_slice %q[0, 0, 16] [11, 2, 16] [1, 1, 1] : tensor<11x2x32xf32> to tensor<11x2x16xf32>
  %q_half = tensor.empty() : tensor<11x2x16xf32>
  %q_negated = linalg.generic {indexing_maps = [#id3, #id3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%q_2 : tensor<11x2x16xf32>) outs(%q_half : tensor<11x2x16xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.negf %x : f32
    linalg.yield %r : f32
  } -> tensor<11x2x16xf32>
  %q_empty = tensor.empty() : tensor<11x2x32xf32>
  %q_left = tensor.insert_slice %q_negated into %q_empty[0, 0, 0] [11, 2, 16] [1, 1, 1] : tensor<11x2x16xf32> into tensor<11x2x32xf32>
  %q_both = tensor.insert_slice %q_1 into %q_left[0, 0, 16] [11, 2, 16] [1, 1, 1] : tensor<11x2x16xf32> into tensor<11x2x32xf32>
  %q_swapped = tensor.empty() : tensor<2x11x32xf32>
  %q_rotated = linalg.generic {indexing_maps = [#swap3, #table_swapped, #swap3, #table_swapped, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%q, %cos, %q_both, %sin : tensor<11x2x32xf32>, tensor<11x32xf32>, tensor<11x2x32xf32>, tensor<11x32xf32>) outs(%q_swapped : tensor<2x11x32xf32>) {
  ^bb0(%x: f32, %c: f32, %y: f32, %s: f32, %o: f32):
    %u = arith.mulf %x, %c : f32
    %v = arith.mulf %y, %s : f32
    %r = arith.addf %u, %v : f32
    linalg.yield %r : f32
  } -> tensor<2x11x32xf32>
  %k_own = tensor.extract_slice %product[0, 64] [11, 32] [1, 1] : tensor<11x128xf32> to tensor<11x32xf32>
  %k = tensor.expand_shape %k_own [[0], [1, 2]] output_shape [11, 1, 32] : tensor<11x32xf32> into tensor<11x1x32xf32>
  %k_1 = tensor.extract_slice %k[0, 0, 0] [11, 1, 16] [1, 1, 1] : tensor<11x1x32xf32> to tensor<11x1x16xf32>
  %k_2 = tensor.extract_slice %k[0, 0, 16] [11, 1, 16] [1, 1, 1] : tensor<11x1x32xf32> to tensor<11x1x16xf32>
  %k_half = tensor.empty() : tensor<11x1x16xf32>
  %k_negated = linalg.generic {indexing_maps = [#id3, #id3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%k_2 : tensor<11x1x16xf32>) outs(%k_half : tensor<11x1x16xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.negf %x : f32
    linalg.yield %r : f32
  } -> tensor<11x1x16xf32>
  %k_empty = tensor.empty() : tensor<11x1x32xf32>
  %k_left = tensor.insert_slice %k_negated into %k_empty[0, 0, 0] [11, 1, 16] [1, 1, 1] : tensor<11x1x16xf32> into tensor<11x1x32xf32>
  %k_both = tensor.insert_slice %k_1 into %k_left[0, 0, 16] [11, 1, 16] [1, 1, 1] : tensor<11x1x16xf32> into tensor<11x1x32xf32>
  %k_rotated = linalg.generic {indexing_maps = [#id3, #table, #id3, #table, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%k, %cos, %k_both, %sin : tensor<11x1x32xf32>, tensor<11x32xf32>, tensor<11x1x32xf32>, tensor<11x32xf32>) outs(%k_empty : tensor<11x1x32xf32>) {
  ^bb0(%x: f32, %c: f32, %y: f32, %s: f32, %o: f32):
    %u = arith.mulf %x, %c : f32
    %v = arith.mulf %y, %s : f32
    %r = arith.addf %u, %v : f32
    linalg.yield %r : f32
  } -> tensor<11x1x32xf32>
  %v = tensor.extract_slice %product[0, 96] [11, 32] [1, 1] : tensor<11x128xf32> to tensor<11x32xf32>
  %keys = tensor.collapse_shape %k_rotated [[0], [1, 2]] : tensor<11x1x32xf32> into tensor<11x32xf32>
  %e = tensor.empty() : tensor<11x2x32xf32>
  %0 = lexon.attention {indexing_maps = [affine_map<(h, i, d, j, e) -> (h, i, d)>, affine_map<(h, i, d, j, e) -> (j, d)>, affine_map<(h, i, d, j, e) -> (j, e)>, affine_map<(h, i, d, j, e) -> (i, h, e)>]}
      ins(%q_rotated, %keys, %v : tensor<2x11x32xf32>, tensor<11x32xf32>, tensor<11x32xf32>) outs(%e : tensor<11x2x32xf32>) {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<11x2x32xf32>
  return %0 : tensor<11x2x32xf32>
}
