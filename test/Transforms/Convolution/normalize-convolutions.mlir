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

// CHECK-LABEL: func.func @pooling(
//       CHECK:   linalg.generic {{.*}} outs(%{{.*}} : tensor<2x4x4x16xf32>)
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
