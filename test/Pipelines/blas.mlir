// The road through OpenBLAS, stage by stage: calls from matmul-optimization on, on our threads; what BLAS cannot do becomes
// kernels, and a remark says why.
// RUN: lexon-opt %s --pipeline='midend{matmul=blas threads=2}' --stop-after=bufferization | FileCheck %s --check-prefix=BEFORE
// RUN: lexon-opt %s --pipeline='midend{matmul=blas threads=2}' --stop-after=matmul-optimization | FileCheck %s
// RUN: lexon-opt %s --pipeline='midend{matmul=blas threads=2}' --stop-after=parallelization | FileCheck %s --check-prefix=OMP
// RUN: lexon-opt %s --pipeline='midend{matmul=blas threads=1}' --stop-after=parallelization | FileCheck %s --check-prefix=ONE
// RUN: lexon-opt %s --pipeline='midend{matmul=blas}' --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY
// RUN: lexon-opt %s --pipeline='midend{matmul=blas min-flops=100000000}' --stop-after=matmul-optimization | FileCheck %s --check-prefix=SMALL
// SMALL-LABEL: func.func @large(
//   SMALL-NOT:   cblas
//       SMALL:   return
// RUN: lexon verify %s --inputs=seeded --pipeline='onestep{matmul=blas}'
// RUN: lexon verify %s --inputs=seeded --pipeline='onestep{matmul=blas threads=1}'
// RUN: lexon verify %s --inputs=seeded --pipeline='midend{matmul=blas threads=3},backend'
// REQUIRES: python

// BEFORE-LABEL: func.func @large(
//       BEFORE:   linalg.
//   BEFORE-NOT:   cblas
// CHECK-LABEL: func.func @large(
//       CHECK:   llvm.call @lexon_blas_enter
//       CHECK:   scf.parallel
//       CHECK:     func.call @cblas_sgemm
//       CHECK:   llvm.call @lexon_blas_leave
// OMP-LABEL: func.func @large(
//       OMP:   omp.parallel num_threads
//       OMP:     func.call @cblas_sgemm
// ONE-LABEL: func.func @large(
//   ONE-NOT:   omp.
//       ONE:   call @cblas_sgemm
// WHY: remark: [Passed] converted | Category:convert-linalg-to-blas | Remark=blas.gemm
func.func @large(%a: tensor<97x200xf32>, %w: tensor<151x200xf32>) -> tensor<97x151xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<97x151xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<97x151xf32>) -> tensor<97x151xf32>
  %t = tensor.empty() : tensor<200x151xf32>
  %wt = linalg.transpose ins(%w : tensor<151x200xf32>) outs(%t : tensor<200x151xf32>) permutation = [1, 0]
  %0 = linalg.matmul ins(%a, %wt : tensor<97x200xf32>, tensor<200x151xf32>) outs(%z : tensor<97x151xf32>) -> tensor<97x151xf32>
  return %0 : tensor<97x151xf32>
}
// CHECK-LABEL: func.func @integers(
//   CHECK-NOT:   cblas
//       CHECK:   vector.
//       CHECK:   return
// WHY: remark: [Missed] converted | Category:convert-linalg-to-blas | Reason="BLAS has no i32, only f32 and f64"
// WHY: remark: [Passed] selected | Category:select-matmul-kernel
func.func @integers(%a: tensor<9x17xi32>, %b: tensor<17x33xi32>, %c: tensor<9x33xi32>) -> tensor<9x33xi32> {
  %0 = linalg.matmul ins(%a, %b : tensor<9x17xi32>, tensor<17x33xi32>) outs(%c : tensor<9x33xi32>) -> tensor<9x33xi32>
  return %0 : tensor<9x33xi32>
}
// What a user wrote in the blas dialect takes the same road, or, without OpenBLAS, the kernels'.
func.func @by_hand(%s: f32, %a: tensor<2x9x17xf32>, %b: tensor<2x33x17xf32>, %c: tensor<2x9x33xf32>) -> tensor<2x9x33xf32> {
  %0 = blas.batch_gemm alpha(%s) ins(%a, %b : tensor<2x9x17xf32>, tensor<2x33x17xf32>) beta(%s) outs(%c : tensor<2x9x33xf32>) {transpose_b} -> tensor<2x9x33xf32>
  return %0 : tensor<2x9x33xf32>
}
