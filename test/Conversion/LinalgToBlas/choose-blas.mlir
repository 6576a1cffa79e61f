// Code or OpenBLAS, by expected cost. With vectors as wide as OpenBLAS's, code is cheaper: it packs nothing. With vectors of
// 128 bits, OpenBLAS is, but for products too small to pay for the call and the packing. (Measured: docs/performance/kernels.md.)
// RUN: lexon-opt %s --pass-pipeline='builtin.module(choose-blas{vector-bits=512 vector-registers=32 blas-vector-bits=512})' --mlir-disable-threading --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WIDE
// RUN: lexon-opt %s --pass-pipeline='builtin.module(choose-blas{vector-bits=128 vector-registers=16 blas-vector-bits=512})' --mlir-disable-threading --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=NARROW
// RUN: lexon-opt %s --pass-pipeline='builtin.module(choose-blas{vector-bits=128 vector-registers=16 blas-vector-bits=512},func.func(decompose-contract{only-blas=true}))' | FileCheck %s --check-prefixes=DECOMPOSED
// RUN: lexon-opt %s --pipeline='midend{matmul=auto target=x86-64 threads=1}' --stop-after=matmul-optimization | FileCheck %s --check-prefixes=CALLS

#mk = affine_map<(m, n, k) -> (m, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#mn = affine_map<(m, n, k) -> (m, n)>
// WIDE: :[[# @LINE + 11]]:{{.*}}[Missed] chosen{{.*}}code: expected {{[0-9.]+}} kcycles by code, {{[0-9.]+}} by OpenBLAS, 2097.2 if all multiply-add units were busy
// NARROW: :[[# @LINE + 10]]:{{.*}}[Passed] chosen{{.*}}OpenBLAS: expected {{[0-9.]+}} kcycles by code, {{[0-9.]+}} by OpenBLAS, 2097.2 if all multiply-add units were busy
// DECOMPOSED-LABEL: func.func @large(
//   DECOMPOSED-NOT:   lexon.contract
//       DECOMPOSED:   linalg.generic {{.*}} attrs = {lexon.matmul = "blas"}
//   DECOMPOSED-NOT:   lexon.contract
//       DECOMPOSED:   return
// CALLS-LABEL: func.func @large(
//       CALLS:   call @cblas_sgemm
// CALLS-LABEL: func.func @small(
func.func @large(%a: tensor<256x1024xf32>, %b: tensor<1024x256xf32>, %c: tensor<256x256xf32>, %o: tensor<256x256xf32>) -> tensor<256x256xf32> {
  %0 = lexon.contract ins(%a, %b : tensor<256x1024xf32>, tensor<1024x256xf32>) with(%c : tensor<256x256xf32>) outs(%o : tensor<256x256xf32>) attributes {indexing_maps = [#mk, #kn, #mn, #mn]} {
  ^bb0(%x: f32, %y: f32):
    %s = arith.addf %x, %y : f32
    lexon.yield %s : f32
  } -> tensor<256x256xf32>
  return %0 : tensor<256x256xf32>
}
// WIDE: :[[# @LINE + 6]]:{{.*}}[Missed] chosen{{.*}}code: expected
// NARROW: :[[# @LINE + 5]]:{{.*}}[Missed] chosen{{.*}}code: expected
// DECOMPOSED-LABEL: func.func @small(
//       DECOMPOSED:   lexon.contract
//   CALLS-NOT:   cblas
func.func @small(%a: tensor<4x16xf32>, %b: tensor<16x16xf32>, %o: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %0 = lexon.contract ins(%a, %b : tensor<4x16xf32>, tensor<16x16xf32>) outs(%o : tensor<4x16xf32>) attributes {indexing_maps = [#mk, #kn, #mn]} {
  ^bb0(%x: f32):
    lexon.yield %x : f32
  } -> tensor<4x16xf32>
  return %0 : tensor<4x16xf32>
}
// A contraction that stays one of linalg, of f64, and a batch of them.
// NARROW: :[[# @LINE + 6]]:{{.*}}[Passed] chosen{{.*}}OpenBLAS: expected
// NARROW: :[[# @LINE + 6]]:{{.*}}[Passed] chosen{{.*}}OpenBLAS: expected
// CALLS-LABEL: func.func @accumulates(
//       CALLS:   cblas_dgemm
//       CALLS:   cblas_sgemm
func.func @accumulates(%a: tensor<256x256xf64>, %c: tensor<256x256xf64>, %p: tensor<3x256x256xf32>, %q: tensor<3x256x256xf32>) -> (tensor<256x256xf64>, tensor<3x256x256xf32>) {
  %0 = linalg.matmul ins(%a, %a : tensor<256x256xf64>, tensor<256x256xf64>) outs(%c : tensor<256x256xf64>) -> tensor<256x256xf64>
  %1 = linalg.batch_matmul ins(%p, %p : tensor<3x256x256xf32>, tensor<3x256x256xf32>) outs(%q : tensor<3x256x256xf32>) -> tensor<3x256x256xf32>
  return %0, %1 : tensor<256x256xf64>, tensor<3x256x256xf32>
}
// What a user decided stays; what OpenBLAS cannot do stays code in any case.
// WIDE: :[[# @LINE + 10]]:{{.*}}[Passed] chosen{{.*}}OpenBLAS, as asked
// WIDE: :[[# @LINE + 10]]:{{.*}}[Missed] chosen{{.*}}code, as asked
// WIDE: :[[# @LINE + 10]]:{{.*}}[Missed] chosen{{.*}}BLAS has no f16, only f32 and f64
// WIDE: :[[# @LINE + 10]]:{{.*}}[Missed] chosen{{.*}}a product with a vector
// WIDE: :[[# @LINE + 10]]:{{.*}}[Missed] chosen{{.*}}its sizes are not static
// NARROW: :[[# @LINE + 5]]:{{.*}}[Passed] chosen{{.*}}OpenBLAS, as asked
// NARROW: :[[# @LINE + 5]]:{{.*}}[Missed] chosen{{.*}}code, as asked
// NARROW: :[[# @LINE + 5]]:{{.*}}[Missed] chosen{{.*}}BLAS has no f16, only f32 and f64
func.func @asked(%a: tensor<256x256xf32>, %c: tensor<256x256xf32>, %h: tensor<256x256xf16>, %v: tensor<256xf32>, %d: tensor<?x256xf32>)
    -> (tensor<256x256xf32>, tensor<256x256xf32>, tensor<256x256xf16>, tensor<256xf32>, tensor<?x256xf32>) {
  %0 = linalg.matmul {lexon.matmul = "blas"} ins(%a, %a : tensor<256x256xf32>, tensor<256x256xf32>) outs(%c : tensor<256x256xf32>) -> tensor<256x256xf32>
  %1 = linalg.matmul {lexon.matmul = "vector"} ins(%a, %a : tensor<256x256xf32>, tensor<256x256xf32>) outs(%c : tensor<256x256xf32>) -> tensor<256x256xf32>
  %2 = linalg.matmul {lexon.matmul = "blas"} ins(%h, %h : tensor<256x256xf16>, tensor<256x256xf16>) outs(%h : tensor<256x256xf16>) -> tensor<256x256xf16>
  %3 = linalg.matvec ins(%a, %v : tensor<256x256xf32>, tensor<256xf32>) outs(%v : tensor<256xf32>) -> tensor<256xf32>
  %4 = linalg.matmul ins(%d, %a : tensor<?x256xf32>, tensor<256x256xf32>) outs(%d : tensor<?x256xf32>) -> tensor<?x256xf32>
  return %0, %1, %2, %3, %4 : tensor<256x256xf32>, tensor<256x256xf32>, tensor<256x256xf16>, tensor<256xf32>, tensor<?x256xf32>
}
