// Weights of bf16 are packed into panels of pairs, where the reduction is even and contiguous on the left side.
// RUN: lexon-opt %s --split-input-file --pass-pipeline='builtin.module(pack-weights,canonicalize)' | FileCheck %s
// RUN: lexon-opt %s --split-input-file --pass-pipeline='builtin.module(pack-weights,canonicalize)' --remarks 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK

// REMARK: argument {{[0-9]}}: 64x24 columns 0 by 32 pairs 1 order 0,2,1,3
// CHECK-LABEL: func.func @linear_prepare
// CHECK: %[[SPLIT:.*]] = tensor.expand_shape %{{.*}} {{\[}}[0, 1], [2, 3]] output_shape [2, 32, 12, 2]
// CHECK: linalg.transpose ins(%[[SPLIT]] : tensor<2x32x12x2xbf16>) outs(%{{.*}} : tensor<2x12x32x2xbf16>) permutation = [0, 2, 1, 3]
// CHECK-LABEL: func.func @linear(
// CHECK-SAME: lexon.prepared_layout = "lexon-1; 64x24 columns 0 by 32 pairs 1 order 0,2,1,3"
// CHECK: %[[X:.*]] = tensor.expand_shape %arg0 {{\[}}[0], [1, 2]] output_shape [5, 12, 2]
// CHECK: lexon.contract ins(%[[X]], %{{.*}} : tensor<5x12x2xbf16>, tensor<2x12x32x2xbf16>)
func.func @linear(%x: tensor<5x24xbf16>, %w: tensor<64x24xbf16> {lexon.constant}, %init: tensor<5x64xbf16>) -> tensor<5x64xbf16> {
  %r = lexon.contract ins(%x, %w : tensor<5x24xbf16>, tensor<64x24xbf16>) outs(%init : tensor<5x64xbf16>) attributes {indexing_maps = [
      affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]} {
  ^bb0(%sum: bf16):
    lexon.yield %sum : bf16
  } -> tensor<5x64xbf16>
  return %r : tensor<5x64xbf16>
}

// -----

// An odd reduction, f16, and a left side with the rows innermost: single elements, as of f32.
// REMARK: argument {{[0-9]}}: 64x23 columns 0 by 32 order 0,2,1
// CHECK-LABEL: func.func @odd(
// CHECK: lexon.contract ins(%{{.*}}, %{{.*}} : tensor<5x23xbf16>, tensor<2x23x32xbf16>)
func.func @odd(%x: tensor<5x23xbf16>, %w: tensor<64x23xbf16> {lexon.constant}, %init: tensor<5x64xbf16>) -> tensor<5x64xbf16> {
  %r = lexon.contract ins(%x, %w : tensor<5x23xbf16>, tensor<64x23xbf16>) outs(%init : tensor<5x64xbf16>) attributes {indexing_maps = [
      affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]} {
  ^bb0(%sum: bf16):
    lexon.yield %sum : bf16
  } -> tensor<5x64xbf16>
  return %r : tensor<5x64xbf16>
}

// -----

// REMARK: argument {{[0-9]}}: 64x24 columns 0 by 32 order 0,2,1
// CHECK-LABEL: func.func @f16(
// CHECK: lexon.contract ins(%{{.*}}, %{{.*}} : tensor<5x24xf16>, tensor<2x24x32xf16>)
func.func @f16(%x: tensor<5x24xf16>, %w: tensor<64x24xf16> {lexon.constant}, %init: tensor<5x64xf16>) -> tensor<5x64xf16> {
  %r = lexon.contract ins(%x, %w : tensor<5x24xf16>, tensor<64x24xf16>) outs(%init : tensor<5x64xf16>) attributes {indexing_maps = [
      affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]} {
  ^bb0(%sum: f16):
    lexon.yield %sum : f16
  } -> tensor<5x64xf16>
  return %r : tensor<5x64xf16>
}

// -----

// REMARK: argument {{[0-9]}}: 64x24 columns 0 by 32 order 0,2,1
// CHECK-LABEL: func.func @rows_innermost(
// CHECK: lexon.contract ins(%{{.*}}, %{{.*}} : tensor<24x5xbf16>, tensor<2x24x32xbf16>)
func.func @rows_innermost(%x: tensor<24x5xbf16>, %w: tensor<64x24xbf16> {lexon.constant}, %init: tensor<5x64xbf16>) -> tensor<5x64xbf16> {
  %r = lexon.contract ins(%x, %w : tensor<24x5xbf16>, tensor<64x24xbf16>) outs(%init : tensor<5x64xbf16>) attributes {indexing_maps = [
      affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]} {
  ^bb0(%sum: bf16):
    lexon.yield %sum : bf16
  } -> tensor<5x64xbf16>
  return %r : tensor<5x64xbf16>
}

// -----

// Two groups and a rest of columns: 40 = 2 x 16 + 8.
// REMARK: argument {{[0-9]}}: 2x40x6 columns 1 by 16 and 8 pairs 2 order 1,3,0,2,4
// CHECK-LABEL: func.func @gated(
// CHECK: lexon.contract ins(%{{.*}}, %{{.*}} : tensor<5x3x2xbf16>, tensor<2x3x2x16x2xbf16>)
// CHECK: lexon.contract ins(%{{.*}}, %{{.*}} : tensor<5x3x2xbf16>, tensor<1x3x2x8x2xbf16>)
func.func @gated(%x: tensor<5x6xbf16>, %w: tensor<2x40x6xbf16> {lexon.constant}, %init: tensor<5x40xbf16>) -> tensor<5x40xbf16> {
  %r = lexon.contract ins(%x, %w : tensor<5x6xbf16>, tensor<2x40x6xbf16>) outs(%init : tensor<5x40xbf16>) attributes {indexing_maps = [
      affine_map<(m, n, k, g) -> (m, k)>, affine_map<(m, n, k, g) -> (g, n, k)>, affine_map<(m, n, k, g) -> (m, n)>]} {
  ^bb0(%gate: bf16, %up: bf16):
    %0 = arith.mulf %gate, %up : bf16
    lexon.yield %0 : bf16
  } -> tensor<5x40xbf16>
  return %r : tensor<5x40xbf16>
}
