// RUN: lexon-opt %s --blas-distribute-to-threads=min-flops=0 --split-input-file --verify-diagnostics

// The name is taken.
// expected-note @below {{the module defines something else of this name; rename it}}
func.func private @omp_get_max_threads() -> i64
func.func @taken(%s: f32, %a: memref<4x4xf32>, %b: memref<4x4xf32>) {
  // expected-error @below {{needs the function 'omp_get_max_threads' of OpenMP}}
  blas.gemm alpha(%s) ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) beta(%s) outs(%b : memref<4x4xf32>)
  return
}

// -----
// Declared in the llvm dialect: no error.
llvm.func @omp_get_max_threads() -> i32
func.func @lowered(%s: f32, %a: memref<4x4xf32>, %b: memref<4x4xf32>) {
  blas.gemm alpha(%s) ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) beta(%s) outs(%b : memref<4x4xf32>)
  return
}
