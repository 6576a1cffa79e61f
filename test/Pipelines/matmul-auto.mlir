// matmul=auto: for a CPU without wide vectors the large product is a call of OpenBLAS, the small one code, and what a user
// asked for is obeyed; the results are right in both.
// RUN: lexon-opt %s --pipeline='midend{matmul=auto target=x86-64 threads=2}' --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon-opt %s --pipeline='midend{matmul=auto target=x86-64 threads=2}' --stop-after=matmul-optimization | FileCheck %s --check-prefix=CODE
// RUN: lexon-opt %s --pipeline='midend{matmul=vector target=x86-64}' --stop-after=matmul-optimization | FileCheck %s --check-prefix=VECTOR
// RUN: lexon-opt %s --pipeline='midend{matmul=blas target=x86-64}' --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=BLAS
// RUN: lexon verify %s --inputs=seeded --pipeline='onestep{matmul=auto target=x86-64}'
// RUN: lexon verify %s --inputs=seeded --pipeline='onestep{matmul=auto target=x86-64 threads=1 weights=prepared pack=always}'
// RUN: lexon verify %s --inputs=seeded --pipeline='onestep{matmul=auto}'
// REQUIRES: python

// CHECK-DAG: [Passed] chosen{{.*}}OpenBLAS: expected
// CHECK-DAG: [Missed] chosen{{.*}}code: expected
// CHECK-DAG: [Missed] chosen{{.*}}code, as asked
// CHECK-DAG: [Passed] chosen{{.*}}OpenBLAS, as asked
// BLAS: [Missed] converted{{.*}}vector code, as asked
// VECTOR-NOT: cblas
// CODE-LABEL: func.func @large(
//       CODE:   cblas_sgemm
// CODE-LABEL: func.func @small(
//   CODE-NOT:   cblas
//       CODE:   return
// CODE-LABEL: func.func @asked(
//       CODE:   cblas_sgemm
//   CODE-NOT:   cblas_sgemm
//       CODE:   return
func.func @large(%a: tensor<256x192xf32>, %b: tensor<192x320xf32>, %bias: tensor<320xf32>) -> tensor<256x320xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<256x320xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<256x320xf32>) -> tensor<256x320xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<256x192xf32>, tensor<192x320xf32>) outs(%z : tensor<256x320xf32>) -> tensor<256x320xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%0, %bias : tensor<256x320xf32>, tensor<320xf32>) outs(%e : tensor<256x320xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.addf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<256x320xf32>
  return %1 : tensor<256x320xf32>
}
func.func @small(%a: tensor<4x16xf32>, %b: tensor<16x16xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x16xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<4x16xf32>) -> tensor<4x16xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<4x16xf32>, tensor<16x16xf32>) outs(%z : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %0 : tensor<4x16xf32>
}
func.func @asked(%a: tensor<128x256xf32>, %b: tensor<256x128xf32>, %c: tensor<4x16xf32>, %d: tensor<16x8xf32>) -> (tensor<128x128xf32>, tensor<4x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<128x128xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<128x128xf32>) -> tensor<128x128xf32>
  %0 = linalg.matmul {lexon.matmul = "vector"} ins(%a, %b : tensor<128x256xf32>, tensor<256x128xf32>) outs(%z : tensor<128x128xf32>) -> tensor<128x128xf32>
  %f = tensor.empty() : tensor<4x8xf32>
  %y = linalg.fill ins(%zero : f32) outs(%f : tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = linalg.matmul {lexon.matmul = "blas"} ins(%c, %d : tensor<4x16xf32>, tensor<16x8xf32>) outs(%y : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0, %1 : tensor<128x128xf32>, tensor<4x8xf32>
}
