// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(normalize-convolutions))' --split-input-file | FileCheck %s
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(normalize-convolutions{prepared-weights=true}))' --split-input-file | FileCheck %s --check-prefix=PREPARED
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(normalize-convolutions))' --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// Channels first: all three operands change. Prepared weights keep their layout.
//   CHECK-DAG: #[[IN:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d2 * 2 + d5, d3 * 2 + d6, d4)>
//   CHECK-DAG: #[[W:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d5, d6, d4, d1)>
//   CHECK-DAG: #[[OUT:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d2, d3, d1)>
// CHECK-LABEL: func.func @channels_first(
//       CHECK:   linalg.generic {indexing_maps = [#[[IN]], #[[W]], #[[OUT]]]
//  CHECK-SAME:     tensor<1x9x11x16xf32>, tensor<3x3x16x40xf32>) outs(%{{.*}} : tensor<1x4x5x40xf32>)
//       CHECK:   linalg.transpose {{.*}} permutation = [0, 3, 1, 2]
// WHY: remark: [Passed] normalized | Category:normalize-convolutions{{.*}}linalg.conv_2d_nchw_fchw
// PREPARED-LABEL: func.func @channels_first(
//       PREPARED:   linalg.generic
//  PREPARED-SAME:     tensor<1x9x11x16xf32>, tensor<40x16x3x3xf32>)
func.func @channels_first(%x: tensor<1x16x9x11xf32>, %w: tensor<40x16x3x3xf32> {lexon.constant}, %y: tensor<1x40x4x5xf32>) -> tensor<1x40x4x5xf32> {
  %r = linalg.conv_2d_nchw_fchw {strides = dense<2> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%x, %w : tensor<1x16x9x11xf32>, tensor<40x16x3x3xf32>) outs(%y : tensor<1x40x4x5xf32>) -> tensor<1x40x4x5xf32>
  return %r : tensor<1x40x4x5xf32>
}

// -----

// A transpose of the weights folds; an image of three channels stays as it is.
// PREPARED-LABEL: func.func @few_channels(
//  PREPARED-SAME:   %[[X:[^:]+]]: tensor<1x3x9x9xf32>, %[[W:[^:]+]]: tensor<40x3x3x3xf32>
//       PREPARED:   linalg.generic {{.*}} ins(%[[X]], %[[W]] :
func.func @few_channels(%x: tensor<1x3x9x9xf32>, %w: tensor<40x3x3x3xf32> {lexon.constant}, %y: tensor<1x7x7x40xf32>) -> tensor<1x7x7x40xf32> {
  %e = tensor.empty() : tensor<1x9x9x3xf32>
  %t = linalg.transpose ins(%x : tensor<1x3x9x9xf32>) outs(%e : tensor<1x9x9x3xf32>) permutation = [0, 2, 3, 1]
  %f = tensor.empty() : tensor<40x3x3x3xf32>
  %u = linalg.transpose ins(%w : tensor<40x3x3x3xf32>) outs(%f : tensor<40x3x3x3xf32>) permutation = [0, 2, 3, 1]
  %r = linalg.conv_2d_nhwc_fhwc ins(%t, %u : tensor<1x9x9x3xf32>, tensor<40x3x3x3xf32>) outs(%y : tensor<1x7x7x40xf32>) -> tensor<1x7x7x40xf32>
  return %r : tensor<1x7x7x40xf32>
}

// -----

// A 1x1 kernel is a product; depthwise loses its multiplier.
// CHECK-LABEL: func.func @unit_dims(
//       CHECK:   linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]
//  CHECK-SAME:     tensor<12x24xf32>)
//       CHECK:   linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]
//  CHECK-SAME:     tensor<3x3x24xf32>) outs(%{{.*}} : tensor<1x5x5x24xf32>)
func.func @unit_dims(%x: tensor<1x7x7x12xf32>, %w: tensor<1x1x12x24xf32>, %y: tensor<1x7x7x24xf32>, %v: tensor<3x3x24x1xf32>, %z: tensor<1x5x5x24x1xf32>) -> tensor<1x5x5x24x1xf32> {
  %r = linalg.conv_2d_nhwc_hwcf ins(%x, %w : tensor<1x7x7x12xf32>, tensor<1x1x12x24xf32>) outs(%y : tensor<1x7x7x24xf32>) -> tensor<1x7x7x24xf32>
  %s = linalg.depthwise_conv_2d_nhwc_hwcm ins(%r, %v : tensor<1x7x7x24xf32>, tensor<3x3x24x1xf32>) outs(%z : tensor<1x5x5x24x1xf32>) -> tensor<1x5x5x24x1xf32>
  return %s : tensor<1x5x5x24x1xf32>
}

// -----

// What the result begins with is filled in its new order, not moved.
// CHECK-LABEL: func.func @pooling(
//       CHECK:   %[[FILL:.*]] = linalg.fill {{.*}} -> tensor<2x4x4x16xf32>
//       CHECK:   linalg.generic {{.*}} outs(%[[FILL]] : tensor<2x4x4x16xf32>)
//       CHECK:   linalg.transpose {{.*}} permutation = [0, 3, 1, 2]
func.func @pooling(%x: tensor<2x16x9x9xf32>, %v: f32) -> tensor<2x16x4x4xf32> {
  %window = tensor.empty() : tensor<3x3xf32>
  %e = tensor.empty() : tensor<2x16x4x4xf32>
  %i = linalg.fill ins(%v : f32) outs(%e : tensor<2x16x4x4xf32>) -> tensor<2x16x4x4xf32>
  %r = linalg.pooling_nchw_max {strides = dense<2> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%x, %window : tensor<2x16x9x9xf32>, tensor<3x3xf32>) outs(%i : tensor<2x16x4x4xf32>) -> tensor<2x16x4x4xf32>
  return %r : tensor<2x16x4x4xf32>
}

// -----

// A pooling with its channels last keeps them there; a product is left alone.
// CHECK-LABEL: func.func @left(
//   CHECK-NOT:   linalg.transpose
//       CHECK:   linalg.generic
//       CHECK:   linalg.matmul
// WHY-NOT: remark: [Passed] normalized{{.*}}linalg.matmul
func.func @left(%x: tensor<2x9x9x16xf32>, %y: tensor<2x7x7x16xf32>, %a: tensor<3x4xf32>, %b: tensor<4x5xf32>, %c: tensor<3x5xf32>) -> (tensor<2x7x7x16xf32>, tensor<3x5xf32>) {
  %window = tensor.empty() : tensor<3x3xf32>
  %r = linalg.pooling_nhwc_max ins(%x, %window : tensor<2x9x9x16xf32>, tensor<3x3xf32>) outs(%y : tensor<2x7x7x16xf32>) -> tensor<2x7x7x16xf32>
  %p = linalg.matmul ins(%a, %b : tensor<3x4xf32>, tensor<4x5xf32>) outs(%c : tensor<3x5xf32>) -> tensor<3x5xf32>
  return %r, %p : tensor<2x7x7x16xf32>, tensor<3x5xf32>
}

// -----

// Eight channels go last, seven and three do not.
// CHECK-LABEL: func.func @eight_of_three(
//       CHECK:   linalg.generic {{.*}} ins(%{{.*}} : tensor<1x3x9x9xf32>, {{.*}}) outs(%{{.*}} : tensor<1x7x7x8xf32>)
func.func @eight_of_three(%x: tensor<1x3x9x9xf32>, %w: tensor<8x3x3x3xf32>, %y: tensor<1x8x7x7xf32>) -> tensor<1x8x7x7xf32> {
  %r = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x9x9xf32>, tensor<8x3x3x3xf32>) outs(%y : tensor<1x8x7x7xf32>) -> tensor<1x8x7x7xf32>
  return %r : tensor<1x8x7x7xf32>
}
// CHECK-LABEL: func.func @seven_of_eight(
//       CHECK:   linalg.generic {{.*}} ins(%{{.*}} : tensor<1x9x9x8xf32>, {{.*}}) outs(%{{.*}} : tensor<1x7x7x7xf32>)
//   CHECK-NOT:   linalg.transpose
//       CHECK:   return
func.func @seven_of_eight(%x: tensor<1x8x9x9xf32>, %w: tensor<7x8x3x3xf32>, %y: tensor<1x7x7x7xf32>) -> tensor<1x7x7x7xf32> {
  %r = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x8x9x9xf32>, tensor<7x8x3x3xf32>) outs(%y : tensor<1x7x7x7xf32>) -> tensor<1x7x7x7xf32>
  return %r : tensor<1x7x7x7xf32>
}

// -----

// Weights that pack-weights will not pack are ordered here: not constant, groups.
// PREPARED-LABEL: func.func @not_constant(
//       PREPARED:   linalg.generic {{.*}} ins(%{{.*}} : tensor<1x9x9x16xf32>, tensor<3x3x16x40xf32>)
func.func @not_constant(%x: tensor<1x9x9x16xf32>, %w: tensor<40x3x3x16xf32>, %y: tensor<1x7x7x40xf32>) -> tensor<1x7x7x40xf32> {
  %r = linalg.conv_2d_nhwc_fhwc ins(%x, %w : tensor<1x9x9x16xf32>, tensor<40x3x3x16xf32>) outs(%y : tensor<1x7x7x40xf32>) -> tensor<1x7x7x40xf32>
  return %r : tensor<1x7x7x40xf32>
}
// PREPARED-LABEL: func.func @grouped(
//       PREPARED:   linalg.generic {{.*}} tensor<3x3x3x16x40xf32>)
func.func @grouped(%x: tensor<1x3x16x9x9xf32>, %w: tensor<3x40x16x3x3xf32> {lexon.constant}, %y: tensor<1x3x40x7x7xf32>) -> tensor<1x3x40x7x7xf32> {
  %r = linalg.conv_2d_ngchw_gfchw ins(%x, %w : tensor<1x3x16x9x9xf32>, tensor<3x40x16x3x3xf32>) outs(%y : tensor<1x3x40x7x7xf32>) -> tensor<1x3x40x7x7xf32>
  return %r : tensor<1x3x40x7x7xf32>
}

// -----

// One output channel without groups keeps its loop, and so does the last reduction.
// CHECK-LABEL: func.func @single(
//       CHECK:   linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]
//       CHECK:   linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]
func.func @single(%x: tensor<1x7x7x12xf32>, %w: tensor<3x3x12x1xf32>, %y: tensor<1x5x5x1xf32>, %v: tensor<1x1x1x24xf32>, %z: tensor<1x5x5x24xf32>) -> tensor<1x5x5x24xf32> {
  %r = linalg.conv_2d_nhwc_hwcf ins(%x, %w : tensor<1x7x7x12xf32>, tensor<3x3x12x1xf32>) outs(%y : tensor<1x5x5x1xf32>) -> tensor<1x5x5x1xf32>
  %s = linalg.conv_2d_nhwc_hwcf ins(%r, %v : tensor<1x5x5x1xf32>, tensor<1x1x1x24xf32>) outs(%z : tensor<1x5x5x24xf32>) -> tensor<1x5x5x24xf32>
  return %s : tensor<1x5x5x24xf32>
}

// -----

// What knows its place is left alone.
#in = affine_map<(n, c, h, k) -> (n, c, h + k)>
#window = affine_map<(n, c, h, k) -> (k)>
#out = affine_map<(n, c, h, k) -> (n, c, h)>
// CHECK-LABEL: func.func @indexed(
//   CHECK-NOT:   linalg.transpose
//       CHECK:   linalg.index
//   CHECK-NOT:   linalg.transpose
//       CHECK:   return
func.func @indexed(%x: tensor<2x16x9xf32>, %y: tensor<2x16x7xf32>) -> tensor<2x16x7xf32> {
  %window = tensor.empty() : tensor<3xf32>
  %r = linalg.generic {indexing_maps = [#in, #window, #out], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%x, %window : tensor<2x16x9xf32>, tensor<3xf32>) outs(%y : tensor<2x16x7xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %k = linalg.index 3 : index
    %i = arith.index_cast %k : index to i32
    %f = arith.sitofp %i : i32 to f32
    %m = arith.mulf %a, %f : f32
    %s = arith.maximumf %o, %m : f32
    linalg.yield %s : f32
  } -> tensor<2x16x7xf32>
  return %r : tensor<2x16x7xf32>
}
