// RUN: lexon-opt %s --blas-distribute-to-threads=threads=3 --canonicalize --split-input-file | FileCheck %s
// RUN: lexon-opt %s --blas-distribute-to-threads --canonicalize --split-input-file | FileCheck %s --check-prefix=ANY
// RUN: lexon-opt %s --blas-distribute-to-threads=threads=1 --split-input-file | FileCheck %s --check-prefix=ONE
// RUN: lexon-opt %s --blas-distribute-to-threads=threads=3 --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// 500 columns in three pieces of 176: whole vectors of 16, the last one shorter.
// CHECK-LABEL: func.func @wide(
//       CHECK:   scf.parallel (%[[I:.*]]) = (%{{.*}}) to (%c500) step (%c176)
//       CHECK:     %[[B:.*]] = memref.subview %{{.*}}[0, %[[I]]] [200, %{{.*}}] [1, 1]
//       CHECK:     %[[C:.*]] = memref.subview %{{.*}}[0, %[[I]]] [100, %{{.*}}] [1, 1]
//       CHECK:     blas.gemm alpha({{.*}}) ins(%{{.*}}, %[[B]] : {{.*}}) beta({{.*}}) outs(%[[C]]
// ANY-LABEL: func.func @wide(
//       ANY:   call @omp_get_max_threads() : () -> i32
//       ANY:   scf.parallel
// ONE-LABEL: func.func @wide(
//   ONE-NOT:   scf.parallel
//       ONE:   blas.gemm
// WHY: remark: [Passed] distributed | Category:blas-distribute-to-threads | Remark=blas.gemm
func.func @wide(%s: f32, %a: memref<100x200xf32>, %b: memref<200x500xf32>, %c: memref<100x500xf32>) {
  blas.gemm alpha(%s) ins(%a, %b : memref<100x200xf32>, memref<200x500xf32>) beta(%s) outs(%c : memref<100x500xf32>)
  return
}
// -----
// Rows of the output are columns of a left operand stored transposed; a right one stored transposed stays whole.
// CHECK-LABEL: func.func @tall_and_transposed(
//       CHECK:   scf.parallel (%[[I:.*]]) = (%{{.*}}) to (%c500) step (%c176)
//       CHECK:     %[[A:.*]] = memref.subview %{{.*}}[0, %[[I]]] [200, %{{.*}}] [1, 1]
//       CHECK:     %[[C:.*]] = memref.subview %{{.*}}[%[[I]], 0] [%{{.*}}, 100] [1, 1]
//       CHECK:     blas.gemm alpha({{.*}}) ins(%[[A]], %{{.*}}) {{.*}} {transpose_a, transpose_b}
func.func @tall_and_transposed(%s: f64, %a: memref<200x500xf64>, %b: memref<100x200xf64>, %c: memref<500x100xf64>) {
  blas.gemm alpha(%s) ins(%a, %b : memref<200x500xf64>, memref<100x200xf64>) beta(%s) outs(%c : memref<500x100xf64>) {transpose_a, transpose_b}
  return
}
// -----
// One value on both sides: only one side is cut.
// CHECK-LABEL: func.func @square_of_one(
//  CHECK-SAME:   %[[A:[^:]+]]: memref<300x300xf32>
//       CHECK:   scf.parallel
//       CHECK:     %[[B:.*]] = memref.subview %[[A]]
//       CHECK:     blas.gemm alpha({{.*}}) ins(%[[A]], %[[B]] :
func.func @square_of_one(%a: memref<300x300xf32>, %s: f32, %c: memref<300x300xf32>) {
  blas.gemm alpha(%s) ins(%a, %a : memref<300x300xf32>, memref<300x300xf32>) beta(%s) outs(%c : memref<300x300xf32>)
  return
}
// -----
// CHECK-LABEL: func.func @vector(
//       CHECK:   scf.parallel
//       CHECK:     memref.subview %{{.*}} [%{{.*}}, 2000] [1, 1]
//       CHECK:     memref.subview %{{.*}} [%{{.*}}] [1] : memref<3000xf32, strided<[2]>>
//       CHECK:     blas.gemv
func.func @vector(%s: f32, %a: memref<3000x2000xf32>, %x: memref<2000xf32>, %y: memref<3000xf32, strided<[2]>>) {
  blas.gemv alpha(%s) ins(%a, %x : memref<3000x2000xf32>, memref<2000xf32>) beta(%s) outs(%y : memref<3000xf32, strided<[2]>>)
  return
}
// -----
// A large batch: each matrix as a whole.
// CHECK-LABEL: func.func @batch(
//       CHECK:   scf.parallel (%[[I:.*]], %[[J:.*]]) = (%{{.*}}, %{{.*}}) to (%c2, %c6)
//       CHECK:     memref.subview %{{.*}}[%[[I]], %[[J]], 0, 0] [1, 1, 40, 64] [1, 1, 1, 1]
//       CHECK:     blas.gemm {{.*}} {transpose_b}
func.func @batch(%s: f32, %a: memref<2x6x40x64xf32>, %b: memref<2x6x40x64xf32>, %c: memref<2x6x40x40xf32>) {
  blas.batch_gemm alpha(%s) ins(%a, %b : memref<2x6x40x64xf32>, memref<2x6x40x64xf32>) beta(%s) outs(%c : memref<2x6x40x40xf32>) {transpose_b}
  return
}
// -----
// Two matrices cannot keep three threads busy: each of them is cut.
// CHECK-LABEL: func.func @small_batch(
//       CHECK:   scf.for
//       CHECK:     scf.parallel
//       CHECK:       blas.gemm
func.func @small_batch(%s: f32, %a: memref<2x100x200xf32>, %b: memref<2x200x100xf32>, %c: memref<2x100x100xf32>) {
  blas.batch_gemm alpha(%s) ins(%a, %b : memref<2x100x200xf32>, memref<2x200x100xf32>) beta(%s) outs(%c : memref<2x100x100xf32>)
  return
}
// -----
// Unknown sizes: the larger side is cut, if there is work at all.
// CHECK-LABEL: func.func @dynamic(
//       CHECK:   %[[LARGE:.*]] = arith.cmpf oge
//       CHECK:   scf.if %[[LARGE]]
//       CHECK:     %[[WIDE:.*]] = arith.cmpi sge
//       CHECK:     scf.if %[[WIDE]]
//       CHECK:       scf.parallel
//       CHECK:     } else {
//       CHECK:       scf.parallel
//       CHECK:   } else {
//   CHECK-NOT:     scf.parallel
//       CHECK:     blas.gemm
func.func @dynamic(%s: f32, %a: memref<?x?xf32>, %b: memref<?x?xf32>, %c: memref<?x?xf32>) {
  blas.gemm alpha(%s) ins(%a, %b : memref<?x?xf32>, memref<?x?xf32>) beta(%s) outs(%c : memref<?x?xf32>)
  return
}
// -----
// Left alone: too small, in a parallel loop, an inner product, tensors.
// CHECK-LABEL: func.func @left(
//       CHECK:   blas.gemm
//       CHECK:   scf.parallel
//   CHECK-NOT:     scf.parallel
//       CHECK:     blas.gemm
//       CHECK:   blas.dot
//       CHECK:   blas.gemm {{.*}} -> tensor
// WHY: remark: [Missed] distributed | Category:blas-distribute-to-threads | Reason="only 1536 floating-point operations"
// WHY: remark: [Missed]{{.*}}Reason="inside a parallel loop"
// WHY: remark: [Missed]{{.*}}Reason="an inner product cut in pieces would need a sum over the threads"
// WHY: remark: [Missed]{{.*}}Reason="works on tensors"
func.func @left(%s: f32, %a: memref<8x8xf32>, %b: memref<8x12xf32>, %c: memref<8x12xf32>, %d: memref<300x300xf32>,
                %e: memref<300x300xf32>, %x: memref<9999999xf32>, %r: memref<f32>, %t: tensor<300x300xf32>) -> tensor<300x300xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  blas.gemm alpha(%s) ins(%a, %b : memref<8x8xf32>, memref<8x12xf32>) beta(%s) outs(%c : memref<8x12xf32>)
  scf.parallel (%i) = (%c0) to (%c2) step (%c1) {
    blas.gemm alpha(%s) ins(%d, %d : memref<300x300xf32>, memref<300x300xf32>) beta(%s) outs(%e : memref<300x300xf32>)
  }
  blas.dot alpha(%s) ins(%x, %x : memref<9999999xf32>, memref<9999999xf32>) beta(%s) outs(%r : memref<f32>)
  %0 = blas.gemm alpha(%s) ins(%t, %t : tensor<300x300xf32>, tensor<300x300xf32>) beta(%s) outs(%t : tensor<300x300xf32>) -> tensor<300x300xf32>
  return %0 : tensor<300x300xf32>
}
