// RUN: lexon-opt %s --pack-weights=panel=4 --split-input-file | FileCheck %s
// RUN: lexon-opt %s --pack-weights=panel=4 --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// Eight columns are two panels: the argument keeps its type, the contraction reads it in another shape.
// CHECK-DAG: #[[MK:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d2)>
// CHECK-DAG: #[[PACKED:.+]] = affine_map<(d0, d1, d2, d3) -> (d3, d2, d1)>
// CHECK-DAG: #[[OUT:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d3 * 4 + d1)>
// CHECK-LABEL: func.func @whole_prepare(%arg0: tensor<8x7xf32>) -> tensor<8x7xf32>
//       CHECK:   %[[SPLIT:.+]] = tensor.expand_shape %arg0 {{\[\[}}0, 1], [2]] output_shape [2, 4, 7]
//       CHECK:   linalg.transpose ins(%[[SPLIT]] : tensor<2x4x7xf32>) outs(%{{.*}} : tensor<2x7x4xf32>) permutation = [0, 2, 1]
// CHECK-LABEL: func.func @whole(
//  CHECK-SAME:   lexon.prepare = "whole_prepare", lexon.prepared_layout = "lexon-1; 8x7 columns 0 by 4 order 0,2,1"
//       CHECK:   %[[ROW:.+]] = tensor.collapse_shape %arg0 {{\[\[}}0, 1]] : tensor<8x7xf32> into tensor<56xf32>
//       CHECK:   %[[PANELS:.+]] = tensor.expand_shape %[[ROW]] {{\[\[}}0, 1, 2]] output_shape [2, 7, 4]
//       CHECK:   lexon.contract ins(%arg1, %[[PANELS]] : tensor<5x7xf32>, tensor<2x7x4xf32>) {{.*}}indexing_maps = [#[[MK]], #[[PACKED]], #[[OUT]]]
// WHY: remark: [Passed] packed | Category:pack-weights{{.*}}argument 0: 8x7 columns 0 by 4 order 0,2,1
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @whole(%w: tensor<8x7xf32> {lexon.constant}, %a: tensor<5x7xf32>, %out: tensor<5x8xf32>) -> tensor<5x8xf32> {
  %0 = lexon.contract ins(%a, %w : tensor<5x7xf32>, tensor<8x7xf32>) outs(%out : tensor<5x8xf32>) attributes {indexing_maps = [#mk, #nk, #mn]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<5x8xf32>
  return %0 : tensor<5x8xf32>
}
// -----
// The ninth and the tenth column are half a panel: one of their own behind the two.
// CHECK-LABEL: func.func @rest_prepare(
//       CHECK:   %[[ROW:.+]] = tensor.empty() : tensor<70xf32>
//       CHECK:   linalg.transpose
//       CHECK:   tensor.insert_slice %{{.*}} into %[[ROW]][0] [56] [1]
//       CHECK:   linalg.transpose {{.*}} : tensor<1x2x7xf32>) outs(%{{.*}} : tensor<1x7x2xf32>) permutation = [0, 2, 1]
//       CHECK:   tensor.insert_slice %{{.*}}[56] [14] [1]
// CHECK-LABEL: func.func @rest(
//       CHECK:   tensor.extract_slice %{{.*}}[0] [56] [1]
//       CHECK:   tensor.extract_slice %{{.*}}[56] [14] [1]
//       CHECK:   lexon.contract {{.*}} tensor<2x7x4xf32>) with(%{{.*}} : tensor<8xf32>) outs(%{{.*}} : tensor<?x8xf32>)
//       CHECK:   tensor.insert_slice
//       CHECK:   lexon.contract {{.*}} tensor<1x7x2xf32>) with(%{{.*}} : tensor<2xf32>) outs(%{{.*}} : tensor<?x2xf32>)
//       CHECK:   tensor.insert_slice
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
#n = affine_map<(m, n, k) -> (n)>
func.func @rest(%w: tensor<10x7xf32> {lexon.constant}, %b: tensor<10xf32> {lexon.constant}, %a: tensor<?x7xf32>, %out: tensor<?x10xf32>) -> tensor<?x10xf32> {
  %0 = lexon.contract ins(%a, %w : tensor<?x7xf32>, tensor<10x7xf32>) with(%b : tensor<10xf32>) outs(%out : tensor<?x10xf32>) attributes {indexing_maps = [#mk, #nk, #n, #mn]} {
  ^bb0(%x: f32, %y: f32):
    %s = arith.addf %x, %y : f32
    lexon.yield %s : f32
  } -> tensor<?x10xf32>
  return %0 : tensor<?x10xf32>
}
// -----
// One column more than the panels stays as it was, where it is read along the reduction; the window of a convolution
// is not, so there it is packed; and so are three columns without a whole panel.
// CHECK-LABEL: func.func @few(
//  CHECK-SAME:   "lexon-1; 9x7 columns 0 by 4 order 0,2,1; 5x6x3 columns 0 by 4 and 1 order 0,3,2,1; 3x7 columns 0 by 3 order 0,2,1"
//       CHECK:   lexon.contract {{.*}} tensor<2x7x4xf32>)
//       CHECK:   lexon.contract {{.*}} tensor<1x7xf32>)
//       CHECK:   lexon.contract {{.*}} tensor<1x3x6x4xf32>)
//       CHECK:   lexon.contract {{.*}} tensor<1x3x6x1xf32>)
//       CHECK:   lexon.contract {{.*}} tensor<1x7x3xf32>)
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @few(%w: tensor<9x7xf32> {lexon.constant}, %v: tensor<5x6x3xf32> {lexon.constant}, %u: tensor<3x7xf32> {lexon.constant}, %a: tensor<5x7xf32>, %i: tensor<12x6xf32>,
               %out: tensor<5x9xf32>, %image: tensor<10x5xf32>, %small: tensor<5x3xf32>) -> (tensor<5x9xf32>, tensor<10x5xf32>, tensor<5x3xf32>) {
  %0 = lexon.contract ins(%a, %w : tensor<5x7xf32>, tensor<9x7xf32>) outs(%out : tensor<5x9xf32>) attributes {indexing_maps = [#mk, #nk, #mn]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<5x9xf32>
  %1 = lexon.contract ins(%i, %v : tensor<12x6xf32>, tensor<5x6x3xf32>) outs(%image : tensor<10x5xf32>) attributes {indexing_maps = [
      affine_map<(p, o, c, w) -> (p + w, c)>, affine_map<(p, o, c, w) -> (o, c, w)>, affine_map<(p, o, c, w) -> (p, o)>]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<10x5xf32>
  %2 = lexon.contract ins(%a, %u : tensor<5x7xf32>, tensor<3x7xf32>) outs(%small : tensor<5x3xf32>) attributes {indexing_maps = [#mk, #nk, #mn]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<5x3xf32>
  return %0, %1, %2 : tensor<5x9xf32>, tensor<10x5xf32>, tensor<5x3xf32>
}
// -----
// Groups share a panel.
// CHECK-LABEL: func.func @groups(
//  CHECK-SAME:   "lexon-1; 2x6x7 columns 1 by 2 order 1,3,0,2"
//       CHECK:   tensor<3x7x2x2xf32>
func.func @groups(%w: tensor<12x7xf32> {lexon.constant}, %a: tensor<5x7xf32>, %out: tensor<5x6xf32>) -> tensor<5x6xf32> {
  %g = tensor.expand_shape %w [[0, 1], [2]] output_shape [2, 6, 7] : tensor<12x7xf32> into tensor<2x6x7xf32>
  %0 = lexon.contract ins(%a, %g : tensor<5x7xf32>, tensor<2x6x7xf32>) outs(%out : tensor<5x6xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k, g) -> (m, k)>, affine_map<(m, n, k, g) -> (g, n, k)>, affine_map<(m, n, k, g) -> (m, n)>]} {
  ^bb0(%x: f32, %y: f32):
    %s = arith.mulf %x, %y : f32
    lexon.yield %s : f32
  } -> tensor<5x6xf32>
  return %0 : tensor<5x6xf32>
}
// -----
// Blocks of columns, groups that are stored: block after block, in each its panels; the operand of the columns is read
// at sums, and nothing is cut from it for the columns behind the last panel.
// CHECK-DAG: #[[B0:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d1 * 6 + d5 * 2 + d4)>
// CHECK-DAG: #[[B1:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d1 * 6 + d4 + d5 + 2)>
// CHECK-LABEL: func.func @blocks(
//  CHECK-SAME:   "lexon-1; 4x2x3x7 columns 2 by 2 and 1 order 0,2,4,1,3"
//       CHECK:   lexon.contract {{.*}} tensor<4x1x7x2x2xf32>) with(%arg3 : tensor<24xf32>) {{.*}}#[[B0]]{{.*}}stored_group = 3
//       CHECK:   lexon.contract {{.*}} tensor<4x1x7x2x1xf32>) with(%arg3 : tensor<24xf32>) {{.*}}#[[B1]]{{.*}}stored_group = 3
func.func @blocks(%w: tensor<24x7xf32> {lexon.constant}, %a: tensor<5x7xf32>, %out: tensor<5x4x2x3xf32>, %b: tensor<24xf32>) -> tensor<5x4x2x3xf32> {
  %g = tensor.expand_shape %w [[0, 1, 2], [3]] output_shape [4, 2, 3, 7] : tensor<24x7xf32> into tensor<4x2x3x7xf32>
  %0 = lexon.contract ins(%a, %g : tensor<5x7xf32>, tensor<4x2x3x7xf32>) with(%b : tensor<24xf32>) outs(%out : tensor<5x4x2x3xf32>) attributes {indexing_maps = [
      affine_map<(m, h, k, g, n) -> (m, k)>, affine_map<(m, h, k, g, n) -> (h, g, n, k)>, affine_map<(m, h, k, g, n) -> (h * 6 + n)>,
      affine_map<(m, h, k, g, n) -> (m, h, g, n)>], stored_group = 3} {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %s = arith.addf %x, %z : f32
    lexon.yield %y, %s : f32, f32
  } -> tensor<5x4x2x3xf32>
  return %0 : tensor<5x4x2x3xf32>
}
// -----
// What passes its weights on prepares them by the other's function, also when that is compiled elsewhere.
// There, nothing may be packed: the weak function is for that case only.
// CHECK-LABEL: func.func private @layer_prepare(%arg0: tensor<8x7xf32>) -> tensor<8x7xf32> attributes {llvm.linkage = #llvm.linkage<weak>, passthrough = ["noduplicate", "noinline", "optnone"]}
//  CHECK-NEXT:   return %arg0
// CHECK-LABEL: func.func @model_prepare(%arg0: tensor<288xi8>) -> tensor<288xi8>
//       CHECK:   %[[RAW:.+]] = lexon.weight %arg0[64]
//       CHECK:   %[[PREPARED:.+]] = call @layer_prepare(%[[RAW]])
//       CHECK:   lexon.assemble %[[PREPARED]] at [64] : tensor<8x7xf32>
// CHECK-LABEL: func.func @model(
//  CHECK-SAME:   lexon.prepared_layout = "lexon-1; 64:@layer[0]"
func.func private @layer(tensor<8x7xf32> {lexon.constant}, tensor<5x7xf32>) -> tensor<5x8xf32>
func.func @model(%buffer: tensor<288xi8> {lexon.constant}, %a: tensor<5x7xf32>) -> tensor<5x8xf32> {
  %w = lexon.weight %buffer[64] : tensor<288xi8> -> tensor<8x7xf32>
  %0 = call @layer(%w, %a) : (tensor<8x7xf32>, tensor<5x7xf32>) -> tensor<5x8xf32>
  return %0 : tensor<5x8xf32>
}
// -----
// Used twice, too narrow, on the left: as they are, and there is nothing to prepare. Nor for whoever passes them on, at
// any distance, in a buffer or not.
//   CHECK-NOT: prepare
// CHECK-LABEL: func.func @left_alone(
//   CHECK-NOT: prepare
// CHECK-LABEL: func.func @caller(
//   CHECK-NOT: prepare
// WHY: remark: [Missed] packed | Category:pack-weights{{.*}}argument 0: it is not the right-hand side of one contraction alone
// WHY: remark: [Missed] packed | Category:pack-weights{{.*}}argument 1: it has fewer columns than half a panel
// WHY: remark: [Missed] packed | Category:pack-weights{{.*}}argument 2: it is not the right-hand side of one contraction alone
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @left_alone(%w: tensor<8x7xf32> {lexon.constant}, %v: tensor<1x7xf32> {lexon.constant}, %l: tensor<5x7xf32> {lexon.constant}, %a: tensor<5x7xf32>, %out: tensor<5x8xf32>, %small: tensor<5x1xf32>) -> (tensor<5x8xf32>, tensor<5x1xf32>, tensor<5x8xf32>) {
  %0 = lexon.contract ins(%a, %w : tensor<5x7xf32>, tensor<8x7xf32>) outs(%out : tensor<5x8xf32>) attributes {indexing_maps = [#mk, #nk, #mn]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<5x8xf32>
  %1 = lexon.contract ins(%a, %v : tensor<5x7xf32>, tensor<1x7xf32>) outs(%small : tensor<5x1xf32>) attributes {indexing_maps = [#mk, #nk, #mn]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<5x1xf32>
  %2 = lexon.contract ins(%l, %w : tensor<5x7xf32>, tensor<8x7xf32>) outs(%out : tensor<5x8xf32>) attributes {indexing_maps = [#mk, #nk, #mn]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<5x8xf32>
  return %0, %1, %2 : tensor<5x8xf32>, tensor<5x1xf32>, tensor<5x8xf32>
}
func.func @caller(%w: tensor<8x7xf32> {lexon.constant}, %v: tensor<1x7xf32> {lexon.constant}, %l: tensor<5x7xf32> {lexon.constant}, %a: tensor<5x7xf32>, %out: tensor<5x8xf32>, %small: tensor<5x1xf32>) -> (tensor<5x8xf32>, tensor<5x1xf32>, tensor<5x8xf32>) {
  %0:3 = call @left_alone(%w, %v, %l, %a, %out, %small) : (tensor<8x7xf32>, tensor<1x7xf32>, tensor<5x7xf32>, tensor<5x7xf32>, tensor<5x8xf32>, tensor<5x1xf32>) -> (tensor<5x8xf32>, tensor<5x1xf32>, tensor<5x8xf32>)
  return %0#0, %0#1, %0#2 : tensor<5x8xf32>, tensor<5x1xf32>, tensor<5x8xf32>
}
func.func @buffer(%buffer: tensor<512xi8> {lexon.constant}, %a: tensor<5x7xf32>, %out: tensor<5x8xf32>, %small: tensor<5x1xf32>) -> (tensor<5x8xf32>, tensor<5x1xf32>, tensor<5x8xf32>) {
  %w = lexon.weight %buffer[0] : tensor<512xi8> -> tensor<8x7xf32>
  %v = lexon.weight %buffer[256] : tensor<512xi8> -> tensor<1x7xf32>
  %l = lexon.weight %buffer[64] : tensor<512xi8> -> tensor<5x7xf32>
  %0:3 = call @caller(%w, %v, %l, %a, %out, %small) : (tensor<8x7xf32>, tensor<1x7xf32>, tensor<5x7xf32>, tensor<5x7xf32>, tensor<5x8xf32>, tensor<5x1xf32>) -> (tensor<5x8xf32>, tensor<5x1xf32>, tensor<5x8xf32>)
  return %0#0, %0#1, %0#2 : tensor<5x8xf32>, tensor<5x1xf32>, tensor<5x8xf32>
}
// -----
// Two calls away from the packed weight: all on the way prepare it. The function that none of them calls does not.
// CHECK-LABEL: func.func @far_prepare(
//       CHECK:   call @near_prepare(
// CHECK-LABEL: func.func @far(
//  CHECK-SAME:   "lexon-1; @near[0]; raw"
// CHECK-LABEL: func.func @near_prepare(
//       CHECK:   call @packs_prepare(
// CHECK-LABEL: func.func @near(
//  CHECK-SAME:   "lexon-1; @packs[0]"
// CHECK-LABEL: func.func @packs_prepare(
//       CHECK:   linalg.transpose
//   CHECK-NOT: func.func @apart_prepare(
// CHECK-LABEL: func.func @apart(
//   CHECK-NOT:   lexon.prepare
func.func @far(%w: tensor<8x7xf32> {lexon.constant}, %b: tensor<5x8xf32> {lexon.constant}, %a: tensor<5x7xf32>) -> tensor<5x8xf32> {
  %0 = call @near(%w, %a, %b) : (tensor<8x7xf32>, tensor<5x7xf32>, tensor<5x8xf32>) -> tensor<5x8xf32>
  return %0 : tensor<5x8xf32>
}
func.func @near(%w: tensor<8x7xf32> {lexon.constant}, %a: tensor<5x7xf32>, %out: tensor<5x8xf32>) -> tensor<5x8xf32> {
  %0 = call @packs(%w, %a, %out) : (tensor<8x7xf32>, tensor<5x7xf32>, tensor<5x8xf32>) -> tensor<5x8xf32>
  return %0 : tensor<5x8xf32>
}
func.func @packs(%w: tensor<8x7xf32> {lexon.constant}, %a: tensor<5x7xf32>, %out: tensor<5x8xf32>) -> tensor<5x8xf32> {
  %0 = lexon.contract ins(%a, %w : tensor<5x7xf32>, tensor<8x7xf32>) outs(%out : tensor<5x8xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<5x8xf32>
  return %0 : tensor<5x8xf32>
}
func.func @apart(%b: tensor<5x8xf32> {lexon.constant}, %out: tensor<5x8xf32>) -> tensor<5x8xf32> {
  %0 = linalg.exp ins(%b : tensor<5x8xf32>) outs(%out : tensor<5x8xf32>) -> tensor<5x8xf32>
  return %0 : tensor<5x8xf32>
}
// -----
// A function that has its prepare already: it stays as it is, and whoever passes constants on to it calls that.
// CHECK-LABEL: func.func @passes_prepare(
//       CHECK:   call @ready_prepare(
// CHECK-LABEL: func.func @passes(
//  CHECK-SAME:   "lexon-1; @ready[0]"
// CHECK-LABEL: func.func @ready(
//  CHECK-SAME:   lexon.prepared_layout = "backwards"
//       CHECK: func.func @ready_prepare(
func.func @passes(%w: tensor<8xf32> {lexon.constant}) -> tensor<8xf32> {
  %0 = call @ready(%w) : (tensor<8xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}
func.func @ready(%w: tensor<8xf32> {lexon.constant}) -> tensor<8xf32> attributes {lexon.prepare = "ready_prepare", lexon.prepared_layout = "backwards"} {
  %e = tensor.empty() : tensor<8xf32>
  %0 = linalg.exp ins(%w : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}
func.func @ready_prepare(%w: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %0 = linalg.negf ins(%w : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}
