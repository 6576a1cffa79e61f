// What a program brings along: its own modules, its own declarations, work shared among threads.
// RUN: lexon-opt %s --convert-blas-to-func=threads=2 --split-input-file | FileCheck %s
// RUN: lexon-opt %s --convert-blas-to-func=threads=2 --convert-blas-to-func=threads=2 --split-input-file | FileCheck %s
// RUN: lexon-opt %s --convert-blas-to-func=threads=2 --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// Each module has what its calls need.
// CHECK-LABEL: module @inner {
//       CHECK:   func.func private @cblas_sgemm
//       CHECK:   func.func @f(
//       CHECK:   llvm.func linkonce_odr @lexon_blas_enter
//       CHECK: func.func @outer(
//   CHECK-NOT: lexon_blas
module {
  module @inner {
    func.func @f(%s: f32, %a: memref<4x4xf32>, %b: memref<4x4xf32>) {
      blas.gemm alpha(%s) ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) beta(%s) outs(%b : memref<4x4xf32>)
      return
    }
  }
  func.func @outer() {
    return
  }
}

// -----
// The program sets OpenBLAS's threads itself: its declaration serves both.
// CHECK-LABEL: func.func private @openblas_set_num_threads(i32)
//       CHECK: func.func @sets(
//       CHECK: llvm.func linkonce_odr @lexon_blas_enter
//       CHECK:   call @openblas_set_num_threads({{.*}}) : (i32) -> ()
func.func private @openblas_set_num_threads(i32)
func.func @sets(%n: i32, %s: f32, %a: memref<4x4xf32>, %b: memref<4x4xf32>) {
  call @openblas_set_num_threads(%n) : (i32) -> ()
  blas.gemm alpha(%s) ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) beta(%s) outs(%b : memref<4x4xf32>)
  return
}

// -----
// A section holds no other sections' calls, but there is no room for ours beside it.
// CHECK-LABEL: func.func @sections(
//       CHECK:   %[[ONE:.*]] = arith.constant 1 : i32
//       CHECK:   llvm.call @lexon_blas_enter(%[[ONE]])
//       CHECK:   omp.sections
//       CHECK:     call @cblas_sgemm
//       CHECK:     call @other
//       CHECK:   llvm.call @lexon_blas_leave
func.func private @other()
func.func @sections(%s: f32, %a: memref<4x4xf32>, %b: memref<4x4xf32>) {
  omp.sections {
    omp.section {
      blas.gemm alpha(%s) ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) beta(%s) outs(%b : memref<4x4xf32>)
      omp.terminator
    }
    omp.section {
      func.call @other() : () -> ()
      omp.terminator
    }
    omp.terminator
  }
  return
}

// -----
// Memory that the host's library may not reach, and code that cannot call it.
// CHECK-LABEL: func.func @space(
//   CHECK-NOT:   cblas
//       CHECK:   scf.for
// WHY: [Missed] called | Category:convert-blas-to-func | Reason="an operand is in another memory space"
func.func @space(%s: f32, %a: memref<4x4xf32, 1>, %b: memref<4x4xf32, 1>) {
  blas.gemm alpha(%s) ins(%a, %a : memref<4x4xf32, 1>, memref<4x4xf32, 1>) beta(%s) outs(%b : memref<4x4xf32, 1>)
  return
}
// CHECK-LABEL: gpu.func @kernel(
//   CHECK-NOT:   cblas
//       CHECK:   scf.for
// WHY: Reason="inside 'gpu.module', which cannot call CBLAS"
gpu.module @device {
  gpu.func @kernel(%s: f32, %a: memref<4x4xf32>, %b: memref<4x4xf32>) kernel {
    blas.gemm alpha(%s) ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) beta(%s) outs(%b : memref<4x4xf32>)
    gpu.return
  }
}
