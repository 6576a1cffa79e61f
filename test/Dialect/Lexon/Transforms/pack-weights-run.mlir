// F_prepare, then F, is what F was: whole panels, a rest, groups, several reduction dimensions, weights as [k][n].
// RUN: lexon-opt %s --pass-pipeline='builtin.module(pack-weights)' --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(pack-weights)'
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(pack-weights{panel=8})'
// RUN: lexon verify %s --inputs=seeded --pipeline='midend{weights=prepared}'
// REQUIRES: python
// CHECK-COUNT-4: remark: [Passed] packed

#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#n = affine_map<(m, n, k) -> (n)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @whole(%w: tensor<64x45xf32> {lexon.constant}, %a: tensor<17x45xf32>, %out: tensor<17x64xf32>) -> tensor<17x64xf32> {
  %0 = lexon.contract ins(%a, %w : tensor<17x45xf32>, tensor<64x45xf32>) outs(%out : tensor<17x64xf32>) attributes {indexing_maps = [#mk, #nk, #mn]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<17x64xf32>
  return %0 : tensor<17x64xf32>
}
func.func @rest(%w: tensor<45x83xf32> {lexon.constant}, %b: tensor<83xf32> {lexon.constant}, %a: tensor<?x45xf32>, %out: tensor<?x83xf32>) -> tensor<?x83xf32> {
  %0 = lexon.contract ins(%a, %w : tensor<?x45xf32>, tensor<45x83xf32>) with(%b : tensor<83xf32>) outs(%out : tensor<?x83xf32>) attributes {indexing_maps = [#mk, #kn, #n, #mn]} {
  ^bb0(%x: f32, %y: f32):
    %s = arith.addf %x, %y : f32
    lexon.yield %s : f32
  } -> tensor<?x83xf32>
  return %0 : tensor<?x83xf32>
}
func.func @groups(%w: tensor<70x45xf32> {lexon.constant}, %a: tensor<5x45xf32>, %out: tensor<5x35xf32>) -> tensor<5x35xf32> {
  %g = tensor.expand_shape %w [[0, 1], [2]] output_shape [2, 35, 45] : tensor<70x45xf32> into tensor<2x35x45xf32>
  %0 = lexon.contract ins(%a, %g : tensor<5x45xf32>, tensor<2x35x45xf32>) outs(%out : tensor<5x35xf32>) attributes {indexing_maps = [
      affine_map<(m, n, k, g) -> (m, k)>, affine_map<(m, n, k, g) -> (g, n, k)>, affine_map<(m, n, k, g) -> (m, n)>]} {
  ^bb0(%x: f32, %y: f32):
    %s = arith.mulf %x, %y : f32
    lexon.yield %s : f32
  } -> tensor<5x35xf32>
  return %0 : tensor<5x35xf32>
}
func.func @heads(%w: tensor<33x21xf32> {lexon.constant}, %a: tensor<3x5x7xf32>, %out: tensor<5x33xf32>) -> tensor<5x33xf32> {
  %h = tensor.expand_shape %w [[0], [1, 2]] output_shape [33, 3, 7] : tensor<33x21xf32> into tensor<33x3x7xf32>
  %0 = lexon.contract ins(%a, %h : tensor<3x5x7xf32>, tensor<33x3x7xf32>) outs(%out : tensor<5x33xf32>) attributes {indexing_maps = [
      affine_map<(m, n, h, d) -> (h, m, d)>, affine_map<(m, n, h, d) -> (n, h, d)>, affine_map<(m, n, h, d) -> (m, n)>]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<5x33xf32>
  return %0 : tensor<5x33xf32>
}
