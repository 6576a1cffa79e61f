// Regions in which OpenBLAS has a number of threads of our choice.
// RUN: lexon-opt %s --convert-blas-to-func=threads=2 --canonicalize --cse | FileCheck %s
// RUN: lexon-opt %s --convert-blas-to-func --canonicalize --cse | FileCheck %s --check-prefix=LEFT

// Calls with nothing in between share a region; another call in between ends it.
// CHECK-LABEL: func.func @regions(
//       CHECK:   llvm.call @lexon_blas_enter(%[[TWO:.*]]) : (i32) -> ()
//       CHECK:   call @cblas_sgemm
//   CHECK-NOT:   lexon_blas
//       CHECK:   call @cblas_sgemm
//       CHECK:   llvm.call @lexon_blas_leave()
//       CHECK:   call @other()
//       CHECK:   llvm.call @lexon_blas_enter
//       CHECK:   scf.for
//   CHECK-NOT:     lexon_blas
//       CHECK:     func.call @cblas_sgemm
//       CHECK:   llvm.call @lexon_blas_leave
// Without a number, OpenBLAS keeps its own.
// LEFT-LABEL: func.func @regions(
//   LEFT-NOT:   lexon_blas
//       LEFT:   return
func.func private @other()
func.func @regions(%s: f32, %a: memref<4x4xf32>, %b: memref<4x4xf32>, %c: memref<4x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %one = arith.constant 1.0 : f32
  blas.gemm alpha(%one) ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) beta(%one) outs(%b : memref<4x4xf32>)
  blas.gemm alpha(%one) ins(%a, %b : memref<4x4xf32>, memref<4x4xf32>) beta(%one) outs(%c : memref<4x4xf32>)
  func.call @other() : () -> ()
  scf.for %i = %c0 to %c9 step %c1 {
    blas.gemm alpha(%one) ins(%a, %b : memref<4x4xf32>, memref<4x4xf32>) beta(%one) outs(%c : memref<4x4xf32>)
  }
  return
}
// In a parallel loop each call has one thread, also if there are other calls, and the setting is made outside.
// CHECK-LABEL: func.func @parallel(
//       CHECK:   %[[ONE:.*]] = arith.constant 1 : i32
//       CHECK:   llvm.call @lexon_blas_enter(%[[ONE]])
//       CHECK:   scf.parallel
//   CHECK-NOT:     lexon_blas
//       CHECK:   llvm.call @lexon_blas_leave
// LEFT-LABEL: func.func @parallel(
//       LEFT:   llvm.call @lexon_blas_enter
//       LEFT:   scf.parallel
func.func @parallel(%a: memref<4x4xf32>, %b: memref<7x4x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %one = arith.constant 1.0 : f32
  scf.parallel (%i) = (%c0) to (%c7) step (%c1) {
    func.call @other() : () -> ()
    %c = memref.subview %b[%i, 0, 0] [1, 4, 4] [1, 1, 1] : memref<7x4x4xf32> to memref<4x4xf32, strided<[4, 1], offset: ?>>
    blas.gemm alpha(%one) ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) beta(%one) outs(%c : memref<4x4xf32, strided<[4, 1], offset: ?>>)
  }
  return
}
// One copy for the program, however many modules it is made of.
// CHECK: llvm.func linkonce_odr @lexon_blas_enter
