// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(widen-contract-rows))' | FileCheck %s

#mk = affine_map<(m, n, k) -> (m, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
// CHECK-LABEL: @columns
// CHECK: %[[X:.*]] = linalg.generic {{.*}} ins(%arg0 : tensor<?x7xf16>) outs(%{{.*}} : tensor<?x7xf32>)
// CHECK: arith.extf %{{.*}} : f16 to f32
// CHECK: lexon.contract ins(%[[X]], %arg1 : tensor<?x7xf32>, tensor<7x33xf16>)
func.func @columns(%a: tensor<?x7xf16>, %b: tensor<7x33xf16>, %c: tensor<?x33xf16>) -> tensor<?x33xf16> {
  %r = lexon.contract ins(%a, %b : tensor<?x7xf16>, tensor<7x33xf16>) outs(%c : tensor<?x33xf16>) attributes {indexing_maps = [#mk, #kn, #mn]} {
  ^bb0(%sum: f16):
    lexon.yield %sum : f16
  } -> tensor<?x33xf16>
  return %r : tensor<?x33xf16>
}
// Vectors along the reduction; rows that are f32 already; pairs.
// CHECK-LABEL: @reduction
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @reduction(%a: tensor<5x7xbf16>, %b: tensor<33x7xbf16>, %c: tensor<5x33xf32>) -> tensor<5x33xf32> {
  %r = lexon.contract ins(%a, %b : tensor<5x7xbf16>, tensor<33x7xbf16>) outs(%c : tensor<5x33xf32>) attributes {indexing_maps = [#mk, #nk, #mn]} {
  ^bb0(%sum: f32):
    lexon.yield %sum : f32
  } -> tensor<5x33xf32>
  return %r : tensor<5x33xf32>
}
// CHECK-LABEL: @wide_already
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @wide_already(%a: tensor<5x7xf32>, %b: tensor<7x33xf16>, %c: tensor<5x33xf32>) -> tensor<5x33xf32> {
  %r = lexon.contract ins(%a, %b : tensor<5x7xf32>, tensor<7x33xf16>) outs(%c : tensor<5x33xf32>) attributes {indexing_maps = [#mk, #kn, #mn]} {
  ^bb0(%sum: f32):
    lexon.yield %sum : f32
  } -> tensor<5x33xf32>
  return %r : tensor<5x33xf32>
}
// CHECK-LABEL: @pairs
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @pairs(%a: tensor<5x7x2xbf16>, %b: tensor<7x33x2xbf16>, %c: tensor<5x33xf32>) -> tensor<5x33xf32> {
  %r = lexon.contract ins(%a, %b : tensor<5x7x2xbf16>, tensor<7x33x2xbf16>) outs(%c : tensor<5x33xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k, e) -> (m, k, e)>, affine_map<(m, n, k, e) -> (k, n, e)>, affine_map<(m, n, k, e) -> (m, n)>]} {
  ^bb0(%sum: f32):
    lexon.yield %sum : f32
  } -> tensor<5x33xf32>
  return %r : tensor<5x33xf32>
}
// Sums in f64; buffers.
// CHECK-LABEL: @sums_f64
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @sums_f64(%a: tensor<5x7xf16>, %b: tensor<7x33xf16>, %c: tensor<5x33xf64>) -> tensor<5x33xf64> {
  %r = lexon.contract ins(%a, %b : tensor<5x7xf16>, tensor<7x33xf16>) outs(%c : tensor<5x33xf64>) attributes {indexing_maps = [#mk, #kn, #mn]} {
  ^bb0(%sum: f64):
    lexon.yield %sum : f64
  } -> tensor<5x33xf64>
  return %r : tensor<5x33xf64>
}
// CHECK-LABEL: @buffers
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @buffers(%a: memref<5x7xf16>, %b: memref<7x33xf16>, %c: memref<5x33xf32>) {
  lexon.contract ins(%a, %b : memref<5x7xf16>, memref<7x33xf16>) outs(%c : memref<5x33xf32>) attributes {indexing_maps = [#mk, #kn, #mn]} {
  ^bb0(%sum: f32):
    lexon.yield %sum : f32
  }
  return
}
