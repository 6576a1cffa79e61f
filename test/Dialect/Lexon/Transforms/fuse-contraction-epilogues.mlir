// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(fuse-contraction-epilogues),canonicalize)' --split-input-file | FileCheck %s
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(fuse-contraction-epilogues))' --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// The bias and the activation move into the region, in their order; the zeros are not written any more.
// CHECK-DAG: #[[MK:.+]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[NK:.+]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-DAG: #[[N:.+]] = affine_map<(d0, d1, d2) -> (d1)>
// CHECK-DAG: #[[MN:.+]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-LABEL: func.func @bias_relu(
//   CHECK-NOT:   linalg
//       CHECK:   lexon.contract ins(%{{.*}}, %{{.*}} : tensor<5x7xf32>, tensor<9x7xf32>) with(%{{.*}} : tensor<9xf32>) outs(%{{.*}} : tensor<5x9xf32>) attributes {indexing_maps = [#[[MK]], #[[NK]], #[[N]], #[[MN]]]} {
//       CHECK:   ^bb0(%[[SUM:.+]]: f32, %[[BIAS:.+]]: f32):
//       CHECK:     %[[BIASED:.+]] = arith.addf %[[SUM]], %[[BIAS]]
//       CHECK:     %[[RELU:.+]] = arith.maximumf %[[BIASED]], %{{.*}}
//       CHECK:     lexon.yield %[[RELU]] : f32
//   CHECK-NOT:   linalg
// WHY: remark: [Passed] contract | Category:fuse-contraction-epilogues{{.*}}1 groups, 2 operations
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>
func.func @bias_relu(%a: tensor<5x7xf32>, %w: tensor<9x7xf32>, %b: tensor<9xf32>) -> tensor<5x9xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<5x9xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<5x9xf32>) -> tensor<5x9xf32>
  %0 = linalg.generic {indexing_maps = [#mk, #nk, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %w : tensor<5x7xf32>, tensor<9x7xf32>) outs(%init : tensor<5x9xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<5x9xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %b : tensor<5x9xf32>, tensor<9xf32>) outs(%empty : tensor<5x9xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.addf %x, %y : f32
    %r = arith.maximumf %s, %zero : f32
    linalg.yield %r : f32
  } -> tensor<5x9xf32>
  return %1 : tensor<5x9xf32>
}
// -----
// Two halves of one result, multiplied: a group dimension, and the whole result is never stored.
// CHECK-LABEL: func.func @gated(
//       CHECK:   tensor.expand_shape %{{.*}} {{\[\[}}0, 1], [2]] output_shape [2, 6, 7]
//       CHECK:   lexon.contract {{.*}} outs(%{{.*}} : tensor<5x6xf32>)
//       CHECK:   ^bb0(%[[GATE:.+]]: f32, %[[UP:.+]]: f32):
//       CHECK:     arith.negf %[[GATE]]
//       CHECK:     arith.mulf %{{.*}}, %[[UP]]
// WHY: remark: [Passed] contract | Category:fuse-contraction-epilogues{{.*}}2 groups, 2 operations
#id = affine_map<(i, j) -> (i, j)>
func.func @gated(%a: tensor<5x7xf32>, %w: tensor<12x7xf32>) -> tensor<5x6xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<5x12xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<5x12xf32>) -> tensor<5x12xf32>
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%a, %w : tensor<5x7xf32>, tensor<12x7xf32>) outs(%init : tensor<5x12xf32>) -> tensor<5x12xf32>
  %1 = tensor.expand_shape %0 [[0, 1], [2]] output_shape [1, 5, 12] : tensor<5x12xf32> into tensor<1x5x12xf32>
  %gate = tensor.extract_slice %1[0, 0, 0] [1, 5, 6] [1, 1, 1] : tensor<1x5x12xf32> to tensor<5x6xf32>
  %up = tensor.extract_slice %1[0, 0, 6] [1, 5, 6] [1, 1, 1] : tensor<1x5x12xf32> to tensor<5x6xf32>
  %out = tensor.empty() : tensor<5x6xf32>
  %2 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%gate, %up : tensor<5x6xf32>, tensor<5x6xf32>) outs(%out : tensor<5x6xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %n = arith.negf %x : f32
    %r = arith.mulf %n, %y : f32
    linalg.yield %r : f32
  } -> tensor<5x6xf32>
  return %2 : tensor<5x6xf32>
}
// -----
// A transposing consumer: the output's map is transposed.
// CHECK-DAG: #[[MN:.+]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-DAG: #[[NM:.+]] = affine_map<(d0, d1, d2) -> (d1, d0)>
// CHECK-LABEL: func.func @transposed(
//       CHECK:   with(%{{.*}} : tensor<5x9xf32>) outs(%{{.*}} : tensor<9x5xf32>) attributes {indexing_maps = [#{{.*}}, #{{.*}}, #[[MN]], #[[NM]]]}
func.func @transposed(%a: tensor<5x7xf32>, %w: tensor<7x9xf32>, %r: tensor<5x9xf32>) -> tensor<9x5xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<5x9xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<5x9xf32>) -> tensor<5x9xf32>
  %0 = linalg.matmul ins(%a, %w : tensor<5x7xf32>, tensor<7x9xf32>) outs(%init : tensor<5x9xf32>) -> tensor<5x9xf32>
  %out = tensor.empty() : tensor<9x5xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%0, %r : tensor<5x9xf32>, tensor<5x9xf32>) outs(%out : tensor<9x5xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.subf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<9x5xf32>
  return %1 : tensor<9x5xf32>
}
// -----
// Used twice: the contraction alone becomes one.
// CHECK-LABEL: func.func @two_uses(
//       CHECK:   lexon.contract
//       CHECK:     lexon.yield
//       CHECK:   linalg.generic
func.func @two_uses(%a: tensor<?x7xf32>, %w: tensor<7x9xf32>, %out: tensor<?x9xf32>) -> (tensor<?x9xf32>, tensor<?x9xf32>) {
  %zero = arith.constant 0.0 : f32
  %init = linalg.fill ins(%zero : f32) outs(%out : tensor<?x9xf32>) -> tensor<?x9xf32>
  %0 = linalg.matmul ins(%a, %w : tensor<?x7xf32>, tensor<7x9xf32>) outs(%init : tensor<?x9xf32>) -> tensor<?x9xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<?x9xf32>) outs(%out : tensor<?x9xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.negf %x : f32
    linalg.yield %s : f32
  } -> tensor<?x9xf32>
  return %0, %1 : tensor<?x9xf32>, tensor<?x9xf32>
}
// -----
// An epilogue with loop indices stays outside.
// CHECK-LABEL: func.func @indices(
//       CHECK:   lexon.contract
//       CHECK:   linalg.generic
//       CHECK:     linalg.index
func.func @indices(%a: tensor<5x7xf32>, %w: tensor<7x9xf32>) -> tensor<5x9xi64> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<5x9xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<5x9xf32>) -> tensor<5x9xf32>
  %0 = linalg.matmul ins(%a, %w : tensor<5x7xf32>, tensor<7x9xf32>) outs(%init : tensor<5x9xf32>) -> tensor<5x9xf32>
  %out = tensor.empty() : tensor<5x9xi64>
  %1 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<5x9xf32>) outs(%out : tensor<5x9xi64>) {
  ^bb0(%x: f32, %o: i64):
    %i = linalg.index 0 : index
    %c = arith.index_cast %i : index to i64
    %f = arith.fptosi %x : f32 to i64
    %s = arith.addi %c, %f : i64
    linalg.yield %s : i64
  } -> tensor<5x9xi64>
  return %1 : tensor<5x9xi64>
}
// -----
// CHECK-LABEL: func.func @left_alone(
//   CHECK-NOT:   lexon.contract
// WHY: remark: [Missed] contract | Category:fuse-contraction-epilogues{{.*}}elements are not floating-point numbers
// WHY: remark: [Missed] contract | Category:fuse-contraction-epilogues{{.*}}the sums begin with a tensor of their own size
func.func @left_alone(%a: tensor<5x7xi32>, %b: tensor<7x9xi32>, %x: tensor<5x7xf32>, %y: tensor<7x9xf32>, %c: tensor<5x9xf32>) -> (tensor<5x9xi32>, tensor<5x9xf32>) {
  %zero = arith.constant 0 : i32
  %empty = tensor.empty() : tensor<5x9xi32>
  %init = linalg.fill ins(%zero : i32) outs(%empty : tensor<5x9xi32>) -> tensor<5x9xi32>
  %0 = linalg.matmul ins(%a, %b : tensor<5x7xi32>, tensor<7x9xi32>) outs(%init : tensor<5x9xi32>) -> tensor<5x9xi32>
  %1 = linalg.matmul ins(%x, %y : tensor<5x7xf32>, tensor<7x9xf32>) outs(%c : tensor<5x9xf32>) -> tensor<5x9xf32>
  return %0, %1 : tensor<5x9xi32>, tensor<5x9xf32>
}
// -----
// Zeros that were reshaped on the way (a transposed convolution) are zeros.
// CHECK-LABEL: func.func @reshaped_filling(
//       CHECK:   %[[OUT:.+]] = tensor.empty() : tensor<5x3x2xf32>
//       CHECK:   lexon.contract {{.*}} outs(%[[OUT]] : tensor<5x3x2xf32>)
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
