// RUN: lexon-opt %s --expand-strided-copies --split-input-file | FileCheck %s
// RUN: lexon-opt %s --expand-strided-copies=include-contiguous=true --split-input-file | FileCheck %s --check-prefix=ALL
// RUN: lexon-opt %s --expand-strided-copies --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// Odd width, dynamic offset, transposed layout.
// CHECK-LABEL: func.func @transposed(
//  CHECK-SAME:   %[[SRC:[^:]+]]: memref<?x7xf16, strided<[1, ?], offset: ?>>, %[[DST:[^:]+]]: memref<?x7xf16>
//   CHECK-NOT:   memref.copy
//       CHECK:   linalg.copy ins(%[[SRC]] : {{.*}}) outs(%[[DST]] : {{.*}})
// WHY: remark: [Passed]{{.*}}Category:expand-strided-copies
func.func @transposed(%src: memref<?x7xf16, strided<[1, ?], offset: ?>>, %dst: memref<?x7xf16>) {
  memref.copy %src, %dst : memref<?x7xf16, strided<[1, ?], offset: ?>> to memref<?x7xf16>
  return
}
// -----
// Left alone unless asked for: memcpy is better.
// CHECK-LABEL: func.func @contiguous(
//       CHECK:   memref.copy
// ALL-LABEL: func.func @contiguous(
//       ALL:   linalg.copy
func.func @contiguous(%src: memref<0x7xf32>, %dst: memref<0x7xf32>) {
  memref.copy %src, %dst : memref<0x7xf32> to memref<0x7xf32>
  return
}
// -----
// Left alone: the rank is unknown, and we say so.
// CHECK-LABEL: func.func @unranked(
//   CHECK-NOT:   linalg.copy
//       CHECK:   memref.copy
// WHY: remark: [Missed]{{.*}}Category:expand-strided-copies{{.*}}unranked memref
func.func @unranked(%src: memref<*xf32>, %dst: memref<*xf32>) {
  memref.copy %src, %dst : memref<*xf32> to memref<*xf32>
  return
}
