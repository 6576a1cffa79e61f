// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(fuse-contraction-sums{vector-bits=512 vector-registers=32}))' --split-input-file | FileCheck %s
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(fuse-contraction-sums{vector-bits=512 vector-registers=32}))' --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// The sum of squares behind a residual; rows known only at run time; whole panels.
// CHECK-DAG: #[[ID:.+]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[ROW:.+]] = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func.func @squares(
//       CHECK:   %[[EMPTY:.+]] = tensor.empty(%{{.+}}) : tensor<?x3xf32>
//       CHECK:   %[[C:.+]]:2 = lexon.contract {{.*}} outs(%{{.+}}, %[[EMPTY]] : tensor<?x96xf32>, tensor<?x3xf32>) attributes {{{.*}}part_columns = 32 : i64} {
//       CHECK:     %[[S:.+]] = arith.addf
//       CHECK:     %[[Q:.+]] = arith.mulf %[[S]], %[[S]]
//       CHECK:     lexon.yield %[[S]], %[[Q]] : f32, f32
//       CHECK:   %[[SUM:.+]] = linalg.generic {indexing_maps = [#[[ID]], #[[ROW]]], iterator_types = ["parallel", "reduction"]} ins(%[[C]]#1 : tensor<?x3xf32>) outs(%arg4 : tensor<?xf32>) {
//  CHECK-NEXT:   ^bb0(%[[X:.+]]: f32, %[[Y:.+]]: f32):
//  CHECK-NEXT:     %[[T:.+]] = arith.addf %[[X]], %[[Y]]
//  CHECK-NEXT:     linalg.yield %[[T]]
//       CHECK:   return %[[C]]#0, %[[SUM]]
// WHY: remark: [Passed] sums | Category:fuse-contraction-sums | Remark="of parts of 32 columns, in 1 contractions"
func.func @squares(%a: tensor<?x45xf32>, %w: tensor<3x45x32xf32>, %r: tensor<?x96xf32>, %out: tensor<?x96xf32>, %init: tensor<?xf32>) -> (tensor<?x96xf32>, tensor<?xf32>) {
  %0 = lexon.contract ins(%a, %w : tensor<?x45xf32>, tensor<3x45x32xf32>) with(%r : tensor<?x96xf32>) outs(%out : tensor<?x96xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k, p) -> (m, k)>, affine_map<(m, n, k, p) -> (p, k, n)>,
      affine_map<(m, n, k, p) -> (m, p * 32 + n)>, affine_map<(m, n, k, p) -> (m, p * 32 + n)>]} {
  ^bb0(%x: f32, %y: f32):
    %s = arith.addf %x, %y : f32
    lexon.yield %s : f32
  } -> tensor<?x96xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]} ins(%0 : tensor<?x96xf32>) outs(%init : tensor<?xf32>) {
  ^bb0(%x: f32, %t: f32):
    %s = arith.mulf %x, %x : f32
    %u = arith.addf %t, %s : f32
    linalg.yield %u : f32
  } -> tensor<?xf32>
  return %0, %1 : tensor<?x96xf32>, tensor<?xf32>
}
// -----
// Any element-wise expression, of an operand named twice, in another order of loops; a batch; 45 columns; a number from
// outside. The first of two sums: a second result is all there is.
// CHECK-LABEL: func.func @expression(
//       CHECK:   %[[C:.+]]:2 = lexon.contract {{.*}} outs(%{{.+}}, %{{.+}} : tensor<2x5x45xf32>, tensor<2x5x2xf32>) attributes {{{.*}}part_columns = 32 : i64} {
//       CHECK:     %[[D:.+]] = arith.subf %[[X:.+]], %arg3
//       CHECK:     %[[M:.+]] = arith.mulf %[[D]], %[[X]]
//       CHECK:     %[[E:.+]] = math.exp %[[M]]
//       CHECK:     lexon.yield %[[X]], %[[E]]
//       CHECK:   linalg.generic {{.*}} ins(%[[C]]#1 : tensor<2x5x2xf32>) outs(%{{.+}} : tensor<5x2xf32>)
//       CHECK:   linalg.generic {{.*}} ins(%[[C]]#0 : tensor<2x5x45xf32>) outs(%{{.+}} : tensor<5x2xf32>)
// WHY: remark: [Passed] sums
// WHY: remark: [Missed] sums | Category:fuse-contraction-sums | Reason="the contraction has other sums already"
func.func @expression(%a: tensor<2x5x7xf32>, %w: tensor<2x7x45xf32>, %out: tensor<2x5x45xf32>, %f: f32, %init: tensor<5x2xf32>) -> (tensor<5x2xf32>, tensor<5x2xf32>) {
  %0 = lexon.contract ins(%a, %w : tensor<2x5x7xf32>, tensor<2x7x45xf32>) outs(%out : tensor<2x5x45xf32>) attributes {indexing_maps = [
      affine_map<(b, m, n, k) -> (b, m, k)>, affine_map<(b, m, n, k) -> (b, k, n)>, affine_map<(b, m, n, k) -> (b, m, n)>]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<2x5x45xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(j, i, b) -> (b, i, j)>, affine_map<(j, i, b) -> ()>, affine_map<(j, i, b) -> (b, i, j)>, affine_map<(j, i, b) -> (i, b)>], iterator_types = ["reduction", "parallel", "parallel"]}
      ins(%0, %f, %0 : tensor<2x5x45xf32>, f32, tensor<2x5x45xf32>) outs(%init : tensor<5x2xf32>) {
  ^bb0(%x: f32, %g: f32, %y: f32, %t: f32):
    %d = arith.subf %x, %g : f32
    %m = arith.mulf %d, %y : f32
    %e = math.exp %m : f32
    %u = arith.addf %e, %t : f32
    linalg.yield %u : f32
  } -> tensor<5x2xf32>
  %2 = linalg.generic {indexing_maps = [affine_map<(j, i, b) -> (b, i, j)>, affine_map<(j, i, b) -> (i, b)>], iterator_types = ["reduction", "parallel", "parallel"]}
      ins(%0 : tensor<2x5x45xf32>) outs(%init : tensor<5x2xf32>) {
  ^bb0(%x: f32, %t: f32):
    %u = arith.addf %x, %t : f32
    linalg.yield %u : f32
  } -> tensor<5x2xf32>
  return %1, %2 : tensor<5x2xf32>, tensor<5x2xf32>
}
// -----
// bf16: what is stored, rounded, is what is squared; the sums are f32. The rest behind the last whole panel has its own
// part, in the same tensor.
// CHECK-LABEL: func.func @rest(
//       CHECK:   %[[ALL:.+]] = tensor.empty() : tensor<5x3xf32>
//       CHECK:   %[[FIRST:.+]] = tensor.extract_slice %[[ALL]][0, 0] [5, 2] [1, 1]
//       CHECK:   %[[C:.+]]:2 = lexon.contract {{.*}} outs(%{{.+}}, %[[FIRST]] : tensor<5x64xbf16>, tensor<5x2xf32>) attributes {{{.*}}part_columns = 32
//       CHECK:     arith.extf %{{.+}} : bf16 to f32
//       CHECK:     lexon.yield %{{.+}}, %{{.+}} : bf16, f32
//       CHECK:   %[[HALF:.+]] = tensor.insert_slice %[[C]]#1 into %[[ALL]][0, 0] [5, 2] [1, 1]
//       CHECK:   %[[SECOND:.+]] = tensor.extract_slice %[[HALF]][0, 2] [5, 1] [1, 1]
//       CHECK:   %[[D:.+]]:2 = lexon.contract {{.*}} outs(%{{.+}}, %[[SECOND]] : tensor<5x24xbf16>, tensor<5x1xf32>) attributes {{{.*}}part_columns = 32
//       CHECK:   %[[SUMS:.+]] = tensor.insert_slice %[[D]]#1 into %[[HALF]][0, 2] [5, 1] [1, 1]
//       CHECK:   linalg.generic {{.*}} ins(%[[SUMS]] : tensor<5x3xf32>)
// WHY: remark: [Passed] sums | Category:fuse-contraction-sums | Remark="of parts of 32 columns, in 2 contractions"
#mk = affine_map<(m, n, k, p) -> (m, k)>
#pkn = affine_map<(m, n, k, p) -> (p, k, n)>
func.func @rest(%a: tensor<5x45xbf16>, %w: tensor<2x45x32xbf16>, %v: tensor<1x45x24xbf16>, %out: tensor<5x88xbf16>, %init: tensor<5xf32>) -> (tensor<5x88xbf16>, tensor<5xf32>) {
  %o0 = tensor.extract_slice %out[0, 0] [5, 64] [1, 1] : tensor<5x88xbf16> to tensor<5x64xbf16>
  %0 = lexon.contract ins(%a, %w : tensor<5x45xbf16>, tensor<2x45x32xbf16>) outs(%o0 : tensor<5x64xbf16>) attributes {indexing_maps = [#mk, #pkn, affine_map<(m, n, k, p) -> (m, p * 32 + n)>]} {
  ^bb0(%x: bf16):
    lexon.yield %x : bf16
  } -> tensor<5x64xbf16>
  %1 = tensor.insert_slice %0 into %out[0, 0] [5, 64] [1, 1] : tensor<5x64xbf16> into tensor<5x88xbf16>
  %o1 = tensor.extract_slice %1[0, 64] [5, 24] [1, 1] : tensor<5x88xbf16> to tensor<5x24xbf16>
  %2 = lexon.contract ins(%a, %v : tensor<5x45xbf16>, tensor<1x45x24xbf16>) outs(%o1 : tensor<5x24xbf16>) attributes {indexing_maps = [#mk, #pkn, affine_map<(m, n, k, p) -> (m, p * 24 + n)>]} {
  ^bb0(%x: bf16):
    lexon.yield %x : bf16
  } -> tensor<5x24xbf16>
  %3 = tensor.insert_slice %2 into %1[0, 64] [5, 24] [1, 1] : tensor<5x24xbf16> into tensor<5x88xbf16>
  %4 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]} ins(%3 : tensor<5x88xbf16>) outs(%init : tensor<5xf32>) {
  ^bb0(%x: bf16, %t: f32):
    %y = arith.extf %x : bf16 to f32
    %s = arith.mulf %y, %y : f32
    %u = arith.addf %t, %s : f32
    linalg.yield %u : f32
  } -> tensor<5xf32>
  return %3, %4 : tensor<5x88xbf16>, tensor<5xf32>
}
// -----
// Left alone: columns that nothing of the product covers (40 to 44).
// CHECK-LABEL: func.func @not_covered(
//   CHECK-NOT:   part_columns
//       CHECK:   return
// WHY-NOT: remark: {{.*}}sums
func.func @not_covered(%a: tensor<5x7xf32>, %w: tensor<7x40xf32>, %o: tensor<5x40xf32>, %out: tensor<5x45xf32>, %init: tensor<5xf32>) -> tensor<5xf32> {
  %0 = lexon.contract ins(%a, %w : tensor<5x7xf32>, tensor<7x40xf32>) outs(%o : tensor<5x40xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<5x40xf32>
  %1 = tensor.insert_slice %0 into %out[0, 0] [5, 40] [1, 1] : tensor<5x40xf32> into tensor<5x45xf32>
  %2 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]} ins(%1 : tensor<5x45xf32>) outs(%init : tensor<5xf32>) {
  ^bb0(%x: f32, %t: f32):
    %u = arith.addf %t, %x : f32
    linalg.yield %u : f32
  } -> tensor<5xf32>
  return %2 : tensor<5xf32>
}
// -----
// Left alone: a maximum, a product with another tensor, and a sum that uses itself are not sums of an expression of the
// result; the other dimension is of rows.
// CHECK-LABEL: func.func @others(
//   CHECK-NOT:   part_columns
//       CHECK:   return
// WHY: remark: [Missed] sums | Category:fuse-contraction-sums | Reason="it is not a sum over all columns of the contraction, and only those"
#in = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
#column = affine_map<(i, j) -> (j)>
func.func @others(%a: tensor<5x7xf32>, %w: tensor<7x45xf32>, %o: tensor<5x45xf32>, %init: tensor<5xf32>, %columns: tensor<45xf32>, %b: tensor<5x45xf32>) -> (tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<45xf32>) {
  %0 = lexon.contract ins(%a, %w : tensor<5x7xf32>, tensor<7x45xf32>) outs(%o : tensor<5x45xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<5x45xf32>
  %1 = linalg.generic {indexing_maps = [#in, #row], iterator_types = ["parallel", "reduction"]} ins(%0 : tensor<5x45xf32>) outs(%init : tensor<5xf32>) {
  ^bb0(%x: f32, %t: f32):
    %u = arith.maximumf %t, %x : f32
    linalg.yield %u : f32
  } -> tensor<5xf32>
  %2 = linalg.generic {indexing_maps = [#in, #in, #row], iterator_types = ["parallel", "reduction"]} ins(%0, %b : tensor<5x45xf32>, tensor<5x45xf32>) outs(%init : tensor<5xf32>) {
  ^bb0(%x: f32, %y: f32, %t: f32):
    %s = arith.mulf %x, %y : f32
    %u = arith.addf %t, %s : f32
    linalg.yield %u : f32
  } -> tensor<5xf32>
  %3 = linalg.generic {indexing_maps = [#in, #row], iterator_types = ["parallel", "reduction"]} ins(%0 : tensor<5x45xf32>) outs(%init : tensor<5xf32>) {
  ^bb0(%x: f32, %t: f32):
    %s = arith.mulf %x, %t : f32
    %u = arith.addf %t, %s : f32
    linalg.yield %u : f32
  } -> tensor<5xf32>
  %4 = linalg.generic {indexing_maps = [#in, #column], iterator_types = ["reduction", "parallel"]} ins(%0 : tensor<5x45xf32>) outs(%columns : tensor<45xf32>) {
  ^bb0(%x: f32, %t: f32):
    %u = arith.addf %t, %x : f32
    linalg.yield %u : f32
  } -> tensor<45xf32>
  return %1, %2, %3, %4 : tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<45xf32>
}
// -----
// Left alone: vectors run along the reduction, so that no thread has a part of a row in its registers.
// CHECK-LABEL: func.func @along_reduction(
//   CHECK-NOT:   part_columns
//       CHECK:   return
// WHY: remark: [Missed] sums | Category:fuse-contraction-sums | Reason="the tiles of the contraction's kernel hold no whole parts of its columns"
func.func @along_reduction(%a: tensor<5x64xf32>, %w: tensor<96x64xf32>, %o: tensor<5x96xf32>, %init: tensor<5xf32>) -> tensor<5xf32> {
  %0 = lexon.contract ins(%a, %w : tensor<5x64xf32>, tensor<96x64xf32>) outs(%o : tensor<5x96xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<5x96xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]} ins(%0 : tensor<5x96xf32>) outs(%init : tensor<5xf32>) {
  ^bb0(%x: f32, %t: f32):
    %u = arith.addf %t, %x : f32
    linalg.yield %u : f32
  } -> tensor<5xf32>
  return %1 : tensor<5xf32>
}
// -----
// Left alone: the number is computed from the product itself (a variance around the mean).
// CHECK-LABEL: func.func @number_behind(
//   CHECK-NOT:   part_columns
//       CHECK:   return
// WHY: remark: [Missed] sums | Category:fuse-contraction-sums | Reason="it uses a number that is computed behind the contraction"
func.func @number_behind(%a: tensor<5x7xf32>, %w: tensor<7x45xf32>, %o: tensor<5x45xf32>, %init: tensor<5xf32>) -> tensor<5xf32> {
  %c0 = arith.constant 0 : index
  %0 = lexon.contract ins(%a, %w : tensor<5x7xf32>, tensor<7x45xf32>) outs(%o : tensor<5x45xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<5x45xf32>
  %f = tensor.extract %0[%c0, %c0] : tensor<5x45xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]} ins(%0 : tensor<5x45xf32>) outs(%init : tensor<5xf32>) {
  ^bb0(%x: f32, %t: f32):
    %s = arith.mulf %x, %f : f32
    %u = arith.addf %t, %s : f32
    linalg.yield %u : f32
  } -> tensor<5xf32>
  return %1 : tensor<5xf32>
}
// -----
// Dimensions of size one between product and sum: dropped (one row), and added.
// CHECK-LABEL: func.func @one_row(
//       CHECK:   %[[C:.+]]:2 = lexon.contract {{.*}} outs(%{{.+}}, %{{.+}} : tensor<1x45xf32>, tensor<1x2xf32>)
//       CHECK:   %[[S:.+]] = tensor.collapse_shape %[[C]]#1 {{\[\[}}0, 1]] : tensor<1x2xf32> into tensor<2xf32>
//       CHECK:   linalg.generic {{.*}} ins(%[[S]] : tensor<2xf32>) outs(%arg3 : tensor<f32>)
//       CHECK:   %[[D:.+]]:2 = lexon.contract {{.*}} outs(%{{.+}}, %{{.+}} : tensor<5x45xf32>, tensor<5x2xf32>)
//       CHECK:   %[[T:.+]] = tensor.expand_shape %[[D]]#1 {{\[\[}}0, 1], [2, 3]] output_shape [1, 5, 2, 1] : tensor<5x2xf32> into tensor<1x5x2x1xf32>
//       CHECK:   linalg.generic {{.*}} ins(%[[T]] : tensor<1x5x2x1xf32>) outs(%{{.+}} : tensor<1x5x1xf32>)
func.func @one_row(%a: tensor<1x7xf32>, %w: tensor<7x45xf32>, %o: tensor<1x45xf32>, %init: tensor<f32>,
                   %b: tensor<5x7xf32>, %p: tensor<5x45xf32>, %more: tensor<1x5x1xf32>) -> (tensor<f32>, tensor<1x5x1xf32>) {
  %0 = lexon.contract ins(%a, %w : tensor<1x7xf32>, tensor<7x45xf32>) outs(%o : tensor<1x45xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<1x45xf32>
  %row = tensor.collapse_shape %0 [[0, 1]] : tensor<1x45xf32> into tensor<45xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(j) -> (j)>, affine_map<(j) -> ()>], iterator_types = ["reduction"]} ins(%row : tensor<45xf32>) outs(%init : tensor<f32>) {
  ^bb0(%x: f32, %t: f32):
    %u = arith.addf %t, %x : f32
    linalg.yield %u : f32
  } -> tensor<f32>
  %2 = lexon.contract ins(%b, %w : tensor<5x7xf32>, tensor<7x45xf32>) outs(%p : tensor<5x45xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<5x45xf32>
  %rows = tensor.expand_shape %2 [[0, 1], [2, 3]] output_shape [1, 5, 45, 1] : tensor<5x45xf32> into tensor<1x5x45x1xf32>
  %3 = linalg.generic {indexing_maps = [affine_map<(b, i, j, l) -> (b, i, j, l)>, affine_map<(b, i, j, l) -> (b, i, l)>], iterator_types = ["parallel", "parallel", "reduction", "parallel"]} ins(%rows : tensor<1x5x45x1xf32>) outs(%more : tensor<1x5x1xf32>) {
  ^bb0(%x: f32, %t: f32):
    %u = arith.addf %t, %x : f32
    linalg.yield %u : f32
  } -> tensor<1x5x1xf32>
  return %1, %3 : tensor<f32>, tensor<1x5x1xf32>
}
// -----
// Left alone: rows and columns are one dimension, and the sum is one over all of it; columns are two dimensions (heads),
// and the sum is over one of them.
// CHECK-LABEL: func.func @merged(
//   CHECK-NOT:   part_columns
//       CHECK:   return
// WHY-COUNT-2: remark: [Missed] sums | Category:fuse-contraction-sums | Reason="it is not a sum over all columns of the contraction, and only those"
func.func @merged(%a: tensor<5x7xf32>, %w: tensor<7x48xf32>, %o: tensor<5x48xf32>, %init: tensor<f32>, %heads: tensor<5x3xf32>) -> (tensor<f32>, tensor<5x3xf32>) {
  %0 = lexon.contract ins(%a, %w : tensor<5x7xf32>, tensor<7x48xf32>) outs(%o : tensor<5x48xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<5x48xf32>
  %flat = tensor.collapse_shape %0 [[0, 1]] : tensor<5x48xf32> into tensor<240xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(j) -> (j)>, affine_map<(j) -> ()>], iterator_types = ["reduction"]} ins(%flat : tensor<240xf32>) outs(%init : tensor<f32>) {
  ^bb0(%x: f32, %t: f32):
    %u = arith.addf %t, %x : f32
    linalg.yield %u : f32
  } -> tensor<f32>
  %split = tensor.expand_shape %0 [[0], [1, 2]] output_shape [5, 3, 16] : tensor<5x48xf32> into tensor<5x3x16xf32>
  %2 = linalg.generic {indexing_maps = [affine_map<(i, h, j) -> (i, h, j)>, affine_map<(i, h, j) -> (i, h)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%split : tensor<5x3x16xf32>) outs(%heads : tensor<5x3xf32>) {
  ^bb0(%x: f32, %t: f32):
    %u = arith.addf %t, %x : f32
    linalg.yield %u : f32
  } -> tensor<5x3xf32>
  return %1, %2 : tensor<f32>, tensor<5x3xf32>
}
