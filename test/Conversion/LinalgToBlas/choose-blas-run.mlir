// What was chosen for OpenBLAS computes what it computed, with what follows the product beside it.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(choose-blas{blas-vector-bits=512},func.func(decompose-contract{only-blas=true}))' --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(choose-blas{blas-vector-bits=512},func.func(decompose-contract{only-blas=true}))'
// RUN: lexon verify %s --inputs=seeded --pipeline='onestep{matmul=auto target=x86-64 threads=2}'
// REQUIRES: python
// CHECK-DAG: :[[# @LINE + 8]]:{{.*}}[Passed] chosen{{.*}}OpenBLAS: expected
// CHECK-DAG: :[[# @LINE + 17]]:{{.*}}[Passed] chosen{{.*}}OpenBLAS: expected
// CHECK-DAG: [Missed] chosen{{.*}}innermost stride of operand #2 is 2

#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @transposed(%a: tensor<67x129xf32>, %b: tensor<71x129xf32>, %c: tensor<71xf32>, %o: tensor<67x71xf32>) -> tensor<67x71xf32> {
  %0 = lexon.contract ins(%a, %b : tensor<67x129xf32>, tensor<71x129xf32>) with(%c : tensor<71xf32>) outs(%o : tensor<67x71xf32>) attributes {indexing_maps = [#mk, #nk, affine_map<(m, n, k) -> (n)>, #mn]} {
  ^bb0(%x: f32, %y: f32):
    %s = arith.addf %x, %y : f32
    lexon.yield %s : f32
  } -> tensor<67x71xf32>
  return %0 : tensor<67x71xf32>
}
#km = affine_map<(m, n, k) -> (k, m)>
#kn = affine_map<(m, n, k) -> (k, n)>
func.func @both_transposed(%a: tensor<65x96xf64>, %b: tensor<96x80xf64>, %o: tensor<96x80xf64>, %p: tensor<65x80xf64>) -> tensor<96x80xf64> {
  %0 = lexon.contract ins(%a, %p : tensor<65x96xf64>, tensor<65x80xf64>) with(%b : tensor<96x80xf64>) outs(%o : tensor<96x80xf64>) attributes {indexing_maps = [#km, #kn, #mn, #mn]} {
  ^bb0(%x: f64, %y: f64):
    %s = arith.mulf %x, %y : f64
    lexon.yield %s : f64
  } -> tensor<96x80xf64>
  return %0 : tensor<96x80xf64>
}
// Two sums of one pass, multiplied: they lie side by side, where CBLAS has no columns.
#mkg = affine_map<(m, n, k, g) -> (m, k)>
#gkn = affine_map<(m, n, k, g) -> (g, k, n)>
#mng = affine_map<(m, n, k, g) -> (m, n)>
func.func @gated(%a: tensor<65x96xf32>, %b: tensor<2x96x80xf32>, %o: tensor<65x80xf32>) -> tensor<65x80xf32> {
  %0 = lexon.contract ins(%a, %b : tensor<65x96xf32>, tensor<2x96x80xf32>) outs(%o : tensor<65x80xf32>) attributes {indexing_maps = [#mkg, #gkn, #mng]} {
  ^bb0(%x: f32, %y: f32):
    %s = arith.mulf %x, %y : f32
    lexon.yield %s : f32
  } -> tensor<65x80xf32>
  return %0 : tensor<65x80xf32>
}
