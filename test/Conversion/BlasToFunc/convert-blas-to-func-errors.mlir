// RUN: lexon-opt %s --convert-blas-to-func --split-input-file --verify-diagnostics

// The name is taken.
// expected-note @below {{the module defines something else of this name; rename it}}
func.func private @cblas_sgemm(f32)
func.func @taken(%s: f32, %a: memref<4x4xf32>, %b: memref<4x4xf32>) {
  // expected-error @below {{needs the function 'cblas_sgemm' of CBLAS}}
  blas.gemm alpha(%s) ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) beta(%s) outs(%b : memref<4x4xf32>)
  return
}
