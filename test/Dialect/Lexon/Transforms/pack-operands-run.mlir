// Contractions on operands packed in each call compute what they computed.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(pack-operands{pack=always}))' --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(pack-operands{pack=always}))'
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(pack-operands{panel=8 pack=always}))'
// RUN: lexon verify %s --inputs=seeded --pipeline='onestep{pack=always}'
// RUN: lexon verify %s --inputs=seeded --pipeline='onestep{pack=never}'
// REQUIRES: python
// CHECK-COUNT-3: remark: [Passed] packed

#mk = affine_map<(m, n, k) -> (m, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @square(%a: tensor<64x64xf32>, %b: tensor<64x64xf32>, %out: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %0 = lexon.contract ins(%a, %b : tensor<64x64xf32>, tensor<64x64xf32>) outs(%out : tensor<64x64xf32>) attributes {indexing_maps = [#mk, #kn, #mn]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<64x64xf32>
  return %0 : tensor<64x64xf32>
}
func.func @rest(%a: tensor<19x33xf64>, %b: tensor<33x71xf64>, %out: tensor<19x71xf64>) -> tensor<19x71xf64> {
  %0 = lexon.contract ins(%a, %b : tensor<19x33xf64>, tensor<33x71xf64>) outs(%out : tensor<19x71xf64>) attributes {indexing_maps = [#mk, #kn, #mn]} {
  ^bb0(%x: f64):
    lexon.yield %x : f64
  } -> tensor<19x71xf64>
  return %0 : tensor<19x71xf64>
}
func.func @transposed(%a: tensor<19x33xf32>, %b: tensor<71x33xf32>, %out: tensor<19x71xf32>) -> tensor<19x71xf32> {
  %0 = lexon.contract ins(%a, %b : tensor<19x33xf32>, tensor<71x33xf32>) outs(%out : tensor<19x71xf32>) attributes {indexing_maps = [#mk, affine_map<(m, n, k) -> (n, k)>, #mn]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<19x71xf32>
  return %0 : tensor<19x71xf32>
}
