// RUN: lexon-opt %s --convert-blas-to-func --canonicalize --cse --split-input-file | FileCheck %s
// RUN: lexon-opt %s --convert-blas-to-func --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// Everything is known: a call and nothing else. 101: row-major; 111, 112: not transposed, transposed.
// CHECK-LABEL: func.func private @cblas_sgemm(i32, i32, i32, i32, i32, i32, f32, !llvm.ptr, i32, !llvm.ptr, i32, f32, !llvm.ptr, i32)
// CHECK-LABEL: func.func @gemm(
//   CHECK-NOT:   scf.if
//   CHECK-DAG:   %[[ROWS:.*]] = arith.constant 101 : i32
//   CHECK-DAG:   %[[NO:.*]] = arith.constant 111 : i32
//   CHECK-DAG:   %[[YES:.*]] = arith.constant 112 : i32
//   CHECK-DAG:   %[[M:.*]] = arith.constant 4 : i32
//   CHECK-DAG:   %[[N:.*]] = arith.constant 3 : i32
//   CHECK-DAG:   %[[K:.*]] = arith.constant 8 : i32
//   CHECK-DAG:   %[[LDC:.*]] = arith.constant 100 : i32
//       CHECK:   %[[C:.*]] = memref.extract_aligned_pointer_as_index %arg3
//       CHECK:   arith.addi %[[C]], %c28
//       CHECK:   call @cblas_sgemm(%[[ROWS]], %[[NO]], %[[YES]], %[[M]], %[[N]], %[[K]], %{{.*}}, %{{.*}}, %[[K]], %{{.*}}, %[[K]], %arg0, %{{.*}}, %[[LDC]])
// WHY: remark: [Passed] called | Category:convert-blas-to-func | Remark=cblas_sgemm
func.func @gemm(%s: f32, %a: memref<4x8xf32>, %b: memref<3x8xf32>, %c: memref<4x3xf32, strided<[100, 1], offset: 7>>) {
  %one = arith.constant 1.0 : f32
  blas.gemm alpha(%one) ins(%a, %b : memref<4x8xf32>, memref<3x8xf32>) beta(%s) outs(%c : memref<4x3xf32, strided<[100, 1], offset: 7>>) {transpose_b}
  return
}
// -----
// gemv counts the stored matrix; without columns it must still scale.
// CHECK-LABEL: func.func @gemv(
//   CHECK-DAG:   %[[YES:.*]] = arith.constant 112 : i32
//   CHECK-DAG:   %[[EIGHT:.*]] = arith.constant 8 : i32
//   CHECK-DAG:   %[[FOUR:.*]] = arith.constant 4 : i32
//   CHECK-DAG:   %[[INC:.*]] = arith.constant 3 : i32
//   CHECK-DAG:   %[[ONE:.*]] = arith.constant 1 : i32
//       CHECK:   call @cblas_dgemv(%{{.*}}, %[[YES]], %[[EIGHT]], %[[FOUR]], %{{.*}}, %{{.*}}, %[[FOUR]], %{{.*}}, %[[INC]], %{{.*}}, %{{.*}}, %[[ONE]])
func.func @gemv(%a: memref<8x4xf64>, %x: memref<8xf64, strided<[3]>>, %y: memref<4xf64>) {
  %one = arith.constant 1.0 : f64
  %zero = arith.constant 0.0 : f64
  blas.gemv alpha(%one) ins(%a, %x : memref<8x4xf64>, memref<8xf64, strided<[3]>>) beta(%zero) outs(%y : memref<4xf64>) {transpose_a}
  return
}
// CHECK-LABEL: func.func @gemv_without_columns(
//       CHECK:   %[[SOME:.*]] = arith.cmpi sgt
//       CHECK:   scf.if
//       CHECK:     call @cblas_dgemv
//       CHECK:   } else {
//       CHECK:     memref.store
func.func @gemv_without_columns(%a: memref<8x?xf64>, %x: memref<?xf64>, %y: memref<8xf64>) {
  %one = arith.constant 1.0 : f64
  %zero = arith.constant 0.0 : f64
  blas.gemv alpha(%one) ins(%a, %x : memref<8x?xf64>, memref<?xf64>) beta(%zero) outs(%y : memref<8xf64>)
  return
}
// -----
// CHECK-LABEL: func.func @dot(
//       CHECK:   %[[D:.*]] = call @cblas_sdot(
//       CHECK:   %[[OLD:.*]] = memref.load
//       CHECK:   %[[SUM:.*]] = arith.addf %[[OLD]], %[[D]]
//       CHECK:   memref.store %[[SUM]]
func.func @dot(%x: memref<9xf32>, %y: memref<9xf32>, %r: memref<f32>) {
  %one = arith.constant 1.0 : f32
  blas.dot alpha(%one) ins(%x, %y : memref<9xf32>, memref<9xf32>) beta(%one) outs(%r : memref<f32>)
  return
}
// -----
// Strides and sizes known at run time only: unit stride, rows that do not overlap, 32 bits, alpha not 0.
// CHECK-LABEL: func.func @dynamic(
//   CHECK-DAG:   %[[MAX:.*]] = arith.constant 2147483647 : index
//       CHECK:   arith.cmpi ule, %{{.*}}, %[[MAX]]
//       CHECK:   arith.cmpi eq
//       CHECK:   arith.cmpi sge
//       CHECK:   arith.cmpf une
//       CHECK:   scf.if
//       CHECK:     call @cblas_sgemm
//       CHECK:   } else {
//       CHECK:     scf.for
func.func @dynamic(%s: f32, %a: memref<?x?xf32, strided<[?, ?], offset: ?>>, %b: memref<?x?xf32>, %c: memref<?x?xf32>) {
  %one = arith.constant 1.0 : f32
  blas.gemm alpha(%s) ins(%a, %b : memref<?x?xf32, strided<[?, ?], offset: ?>>, memref<?x?xf32>) beta(%one) outs(%c : memref<?x?xf32>)
  return
}
// -----
// A batch: a loop of calls on slices.
// CHECK-LABEL: func.func @batch(
//       CHECK:   scf.for %[[I:.*]] = %c0 to %c5
//       CHECK:     memref.subview %{{.*}}[%[[I]], 0, 0] [1, 4, 8] [1, 1, 1]
//       CHECK:     func.call @cblas_sgemm
func.func @batch(%a: memref<5x4x8xf32>, %b: memref<5x8x3xf32>, %c: memref<5x4x3xf32>) {
  %one = arith.constant 1.0 : f32
  blas.batch_gemm alpha(%one) ins(%a, %b : memref<5x4x8xf32>, memref<5x8x3xf32>) beta(%one) outs(%c : memref<5x4x3xf32>)
  return
}
// -----
// Empty matrices: no leading dimension is ever less than 1.
// CHECK-LABEL: func.func @empty(
//   CHECK-DAG:   %[[ZERO:.*]] = arith.constant 0 : i32
//   CHECK-DAG:   %[[ONE:.*]] = arith.constant 1 : i32
//       CHECK:   call @cblas_sgemm({{.*}}, %[[ZERO]], %{{.*}}, %{{.*}}, %[[ONE]], %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}})
func.func @empty(%a: memref<4x0xf32>, %b: memref<0x3xf32>, %c: memref<4x3xf32>) {
  %one = arith.constant 1.0 : f32
  blas.gemm alpha(%one) ins(%a, %b : memref<4x0xf32>, memref<0x3xf32>) beta(%one) outs(%c : memref<4x3xf32>)
  return
}
// -----
// Nothing CBLAS can count: loops, and why.
// CHECK-LABEL: func.func @too_large(
//   CHECK-NOT:   cblas
//       CHECK:   scf.for
// WHY: remark: [Missed] called | Category:convert-blas-to-func | Reason="works on tensors: bufferize it first"
// WHY: remark: [Missed] called | Category:convert-blas-to-func | Reason="a dimension of 3000000000 elements is more than CBLAS's 32-bit integers can count"
func.func @too_large(%a: memref<3000000000x8xf32>, %b: memref<8x3xf32>, %c: memref<3000000000x3xf32>) {
  %one = arith.constant 1.0 : f32
  blas.gemm alpha(%one) ins(%a, %b : memref<3000000000x8xf32>, memref<8x3xf32>) beta(%one) outs(%c : memref<3000000000x3xf32>)
  return
}
func.func @tensors(%s: f32, %a: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = blas.gemm alpha(%s) ins(%a, %a : tensor<4x4xf32>, tensor<4x4xf32>) beta(%s) outs(%a : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}
