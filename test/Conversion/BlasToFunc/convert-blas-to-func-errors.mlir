// RUN: lexon-opt %s --convert-blas-to-func=threads=1 --split-input-file --verify-diagnostics

// The name is taken.
// expected-note @below {{the module defines something else of this name; rename it}}
func.func private @cblas_sgemm(f32)
func.func @taken(%s: f32, %a: memref<4x4xf32>, %b: memref<4x4xf32>) {
  // expected-error @below {{needs the function 'cblas_sgemm' of CBLAS}}
  blas.gemm alpha(%s) ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) beta(%s) outs(%b : memref<4x4xf32>)
  return
}

// -----
// Names of our own, and of OpenBLAS with another type.
// expected-note @below {{the module defines something else of this name; rename it}}
func.func private @lexon_blas_enter(i32)
func.func @taken(%s: f32, %a: memref<4x4xf32>, %b: memref<4x4xf32>) {
  // expected-error @below {{needs the name 'lexon_blas_enter' to set OpenBLAS's number of threads}}
  blas.gemm alpha(%s) ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) beta(%s) outs(%b : memref<4x4xf32>)
  return
}

// -----
// expected-note @below {{the module defines something else of this name; rename it}}
memref.global "private" @lexon_blas_users : memref<i32> = dense<0>
func.func @taken(%s: f32, %a: memref<4x4xf32>, %b: memref<4x4xf32>) {
  // expected-error @below {{needs the name 'lexon_blas_users' to set OpenBLAS's number of threads}}
  blas.gemm alpha(%s) ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) beta(%s) outs(%b : memref<4x4xf32>)
  return
}

// -----
// expected-note @below {{the module defines something else of this name; rename it}}
func.func private @openblas_set_num_threads(i64)
func.func @taken(%s: f32, %a: memref<4x4xf32>, %b: memref<4x4xf32>) {
  // expected-error @below {{needs the name 'openblas_set_num_threads' to set OpenBLAS's number of threads}}
  blas.gemm alpha(%s) ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) beta(%s) outs(%b : memref<4x4xf32>)
  return
}
