// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(pack-operands{panel=4 pack=always}))' --split-input-file | FileCheck %s
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(pack-operands{panel=4 pack=always}))' --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// Two panels, and one column that stays where it is.
// CHECK-LABEL: func.func @packed(
//       CHECK:   %[[SPLIT:.+]] = tensor.expand_shape %{{.*}} {{\[\[}}0], [1, 2]] output_shape [7, 2, 4]
//       CHECK:   %[[PACKED:.+]] = linalg.transpose ins(%[[SPLIT]] : tensor<7x2x4xf32>) outs(%{{.*}} : tensor<2x7x4xf32>) permutation = [1, 0, 2]
//       CHECK:   lexon.contract ins(%arg0, %[[PACKED]] : tensor<5x7xf32>, tensor<2x7x4xf32>)
//       CHECK:   lexon.contract ins(%arg0, %{{.*}} : tensor<5x7xf32>, tensor<7x1xf32>)
// WHY: remark: [Passed] packed | Category:pack-operands{{.*}}7x9 columns 1 by 4 order 1,0,2
#mk = affine_map<(m, n, k) -> (m, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @packed(%a: tensor<5x7xf32>, %b: tensor<7x9xf32>, %out: tensor<5x9xf32>) -> tensor<5x9xf32> {
  %0 = lexon.contract ins(%a, %b : tensor<5x7xf32>, tensor<7x9xf32>) outs(%out : tensor<5x9xf32>) attributes {indexing_maps = [#mk, #kn, #mn]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<5x9xf32>
  return %0 : tensor<5x9xf32>
}
// -----
// WHY: remark: [Missed] packed | Category:pack-operands{{.*}}it is constant
// WHY: remark: [Missed] packed | Category:pack-operands{{.*}}its size is not static
// WHY: remark: [Missed] packed | Category:pack-operands{{.*}}it is one panel already
// CHECK-LABEL: func.func @left_alone(
//   CHECK-NOT:   linalg.transpose
//       CHECK:   return
#mk = affine_map<(m, n, k) -> (m, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @left_alone(%w: tensor<7x9xf32> {lexon.constant}, %a: tensor<5x7xf32>, %d: tensor<7x?xf32>, %small: tensor<7x4xf32>,
    %o5: tensor<5x9xf32>, %od: tensor<5x?xf32>, %os: tensor<5x4xf32>) -> (tensor<5x9xf32>, tensor<5x?xf32>, tensor<5x4xf32>) {
  %0 = lexon.contract ins(%a, %w : tensor<5x7xf32>, tensor<7x9xf32>) outs(%o5 : tensor<5x9xf32>) attributes {indexing_maps = [#mk, #kn, #mn]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<5x9xf32>
  %1 = lexon.contract ins(%a, %d : tensor<5x7xf32>, tensor<7x?xf32>) outs(%od : tensor<5x?xf32>) attributes {indexing_maps = [#mk, #kn, #mn]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<5x?xf32>
  %2 = lexon.contract ins(%a, %small : tensor<5x7xf32>, tensor<7x4xf32>) outs(%os : tensor<5x4xf32>) attributes {indexing_maps = [#mk, #kn, #mn]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<5x4xf32>
  return %0, %1, %2 : tensor<5x9xf32>, tensor<5x?xf32>, tensor<5x4xf32>
}
// -----
// Columns that are rows in memory are transposed.
// CHECK-LABEL: func.func @transposed(
//       CHECK:   linalg.transpose ins(%{{.*}} : tensor<2x4x7xf32>) outs(%{{.*}} : tensor<2x7x4xf32>) permutation = [0, 2, 1]
//       CHECK:   lexon.contract ins(%arg0, %{{.*}} : tensor<5x7xf32>, tensor<2x7x4xf32>)
// WHY: remark: [Passed] packed | Category:pack-operands{{.*}}8x7 columns 0 by 4 order 0,2,1
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @transposed(%a: tensor<5x7xf32>, %bt: tensor<8x7xf32>, %out: tensor<5x8xf32>) -> tensor<5x8xf32> {
  %0 = lexon.contract ins(%a, %bt : tensor<5x7xf32>, tensor<8x7xf32>) outs(%out : tensor<5x8xf32>) attributes {indexing_maps = [#mk, #nk, #mn]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<5x8xf32>
  return %0 : tensor<5x8xf32>
}
// -----
// Two dimensions of rows.
// CHECK-LABEL: func.func @rows(
//       CHECK:   lexon.contract ins(%arg0, %{{.*}} : tensor<2x3x5xf16>, tensor<5x5x4xf16>)
func.func @rows(%a: tensor<2x3x5xf16>, %b: tensor<5x20xf16>, %out: tensor<2x3x20xf32>) -> tensor<2x3x20xf32> {
  %0 = lexon.contract ins(%a, %b : tensor<2x3x5xf16>, tensor<5x20xf16>) outs(%out : tensor<2x3x20xf32>) attributes {indexing_maps = [
      affine_map<(p, m, n, k) -> (p, m, k)>, affine_map<(p, m, n, k) -> (k, n)>, affine_map<(p, m, n, k) -> (p, m, n)>]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<2x3x20xf32>
  return %0 : tensor<2x3x20xf32>
}
// -----
// Pieces and reshapes of constants are constant; batches have a right-hand side each; columns far apart in the output.
// WHY: remark: [Missed] packed | Category:pack-operands{{.*}}it is constant
// WHY: remark: [Missed] packed | Category:pack-operands{{.*}}it is constant
// WHY: remark: [Missed] packed | Category:pack-operands{{.*}}it has a batch dimension
// WHY: remark: [Missed] packed | Category:pack-operands{{.*}}neighbours in the output are no columns of it
// CHECK-LABEL: func.func @others_left_alone(
//   CHECK-NOT:   linalg.transpose
//       CHECK:   return
#mk = affine_map<(m, n, k) -> (m, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#mn = affine_map<(m, n, k) -> (m, n)>
#nm = affine_map<(m, n, k) -> (n, m)>
func.func @others_left_alone(%w: tensor<9x9xf32> {lexon.constant}, %v: tensor<63xf32> {lexon.constant}, %a: tensor<5x7xf32>, %b: tensor<7x9xf32>, %ab: tensor<2x5x7xf32>, %bb: tensor<2x7x9xf32>,
    %o: tensor<5x9xf32>, %ob: tensor<2x5x9xf32>, %ot: tensor<9x5xf32>) -> (tensor<5x9xf32>, tensor<5x9xf32>, tensor<2x5x9xf32>, tensor<9x5xf32>) {
  %piece = tensor.extract_slice %w[1, 0] [7, 9] [1, 1] : tensor<9x9xf32> to tensor<7x9xf32>
  %0 = lexon.contract ins(%a, %piece : tensor<5x7xf32>, tensor<7x9xf32>) outs(%o : tensor<5x9xf32>) attributes {indexing_maps = [#mk, #kn, #mn]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<5x9xf32>
  %shaped = tensor.expand_shape %v [[0, 1]] output_shape [7, 9] : tensor<63xf32> into tensor<7x9xf32>
  %1 = lexon.contract ins(%a, %shaped : tensor<5x7xf32>, tensor<7x9xf32>) outs(%o : tensor<5x9xf32>) attributes {indexing_maps = [#mk, #kn, #mn]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<5x9xf32>
  %2 = lexon.contract ins(%ab, %bb : tensor<2x5x7xf32>, tensor<2x7x9xf32>) outs(%ob : tensor<2x5x9xf32>) attributes {indexing_maps = [
      affine_map<(b, m, n, k) -> (b, m, k)>, affine_map<(b, m, n, k) -> (b, k, n)>, affine_map<(b, m, n, k) -> (b, m, n)>]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<2x5x9xf32>
  %3 = lexon.contract ins(%a, %b : tensor<5x7xf32>, tensor<7x9xf32>) outs(%ot : tensor<9x5xf32>) attributes {indexing_maps = [#mk, #kn, #nm]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<9x5xf32>
  return %0, %1, %2, %3 : tensor<5x9xf32>, tensor<5x9xf32>, tensor<2x5x9xf32>, tensor<9x5xf32>
}
// -----
// Its kernel's tiles were chosen already: sums of parts are made after packing.
// WHY: remark: [Missed] packed | Category:pack-operands{{.*}}it has sums of parts of its columns
// CHECK-LABEL: func.func @summed(
//   CHECK-NOT:   linalg.transpose
//       CHECK:   return
func.func @summed(%a: tensor<5x7xf32>, %b: tensor<7x9xf32>, %o: tensor<5x9xf32>, %s: tensor<5x2xf32>) -> (tensor<5x9xf32>, tensor<5x2xf32>) {
  %0:2 = lexon.contract ins(%a, %b : tensor<5x7xf32>, tensor<7x9xf32>) outs(%o, %s : tensor<5x9xf32>, tensor<5x2xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], part_columns = 8} {
  ^bb0(%x: f32):
    lexon.yield %x, %x : f32, f32
  } -> tensor<5x9xf32>, tensor<5x2xf32>
  return %0#0, %0#1 : tensor<5x9xf32>, tensor<5x2xf32>
}
