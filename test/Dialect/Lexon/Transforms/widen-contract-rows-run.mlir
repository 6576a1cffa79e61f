// Rows in f32 give what narrow rows give.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(widen-contract-rows))' --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(func.func(widen-contract-rows))'
// RUN: lexon verify %s --inputs=seeded --pipeline=onestep
// REQUIRES: python
// CHECK-COUNT-3: remark: [Passed] widened | Category:widen-contract-rows

#mk = affine_map<(m, n, k) -> (m, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @f16(%a: tensor<13x37xf16>, %b: tensor<37x35xf16>, %c: tensor<13x35xf16>) -> tensor<13x35xf16> {
  %r = lexon.contract ins(%a, %b : tensor<13x37xf16>, tensor<37x35xf16>) outs(%c : tensor<13x35xf16>) attributes {indexing_maps = [#mk, #kn, #mn]} {
  ^bb0(%sum: f16):
    lexon.yield %sum : f16
  } -> tensor<13x35xf16>
  return %r : tensor<13x35xf16>
}
func.func @bf16(%a: tensor<1x37xbf16>, %b: tensor<37x64xbf16>, %c: tensor<1x64xbf16>) -> tensor<1x64xbf16> {
  %r = lexon.contract ins(%a, %b : tensor<1x37xbf16>, tensor<37x64xbf16>) outs(%c : tensor<1x64xbf16>) attributes {indexing_maps = [#mk, #kn, #mn]} {
  ^bb0(%sum: bf16):
    lexon.yield %sum : bf16
  } -> tensor<1x64xbf16>
  return %r : tensor<1x64xbf16>
}
func.func @dynamic(%a: tensor<?x?xf16>, %b: tensor<?x?xf16>, %c: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %r = lexon.contract ins(%a, %b : tensor<?x?xf16>, tensor<?x?xf16>) outs(%c : tensor<?x?xf32>) attributes {indexing_maps = [#mk, #kn, #mn]} {
  ^bb0(%sum: f32):
    lexon.yield %sum : f32
  } -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}
