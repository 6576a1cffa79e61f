// RUN: lexon-opt %s --resolve-views --split-input-file | FileCheck %s
// RUN: lexon-opt %s --resolve-views --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY
// What made upstream's passes crash goes all the way down.
// RUN: lexon-opt %s --pipeline=midend,backend --split-input-file -o /dev/null

// One dimension of one element is dropped, another kept, and the strides do not say which.
// CHECK-LABEL: func.func @rank_reduced(
//       CHECK:   %[[VIEW:.*]] = memref.subview %{{.*}}[0, 0, 0, 0] [1, 1, 27, 28] {{.*}} to memref<1x1x27x28xf64, strided<[?, ?, ?, 1]>>
//       CHECK:   %[[BASE:.*]], %[[OFFSET:.*]], %[[SIZES:.*]]:4, %[[STRIDES:.*]]:4 = memref.extract_strided_metadata %[[VIEW]]
//       CHECK:   memref.reinterpret_cast %[[BASE]] to offset: [0], sizes: [1, 27, 28], strides: [%[[STRIDES]]#{{[01]}}, %[[STRIDES]]#2, 1]
// WHY: remark: [Passed] resolved | Category:resolve-views | Remark=memref.subview
func.func @rank_reduced(%m: memref<7x?x?x32xf64>, %step: index, %c: memref<1x27x28xf64>) {
  %v = memref.subview %m[0, 0, 0, 0] [1, 1, 27, 28] [1, 1, %step, 1] : memref<7x?x?x32xf64> to memref<1x27x28xf64, strided<[?, ?, 1]>>
  linalg.copy ins(%v : memref<1x27x28xf64, strided<[?, ?, 1]>>) outs(%c : memref<1x27x28xf64>)
  return
}
// -----
// Two sizes of one group are known at run time only.
// CHECK-LABEL: func.func @expanded(
//  CHECK-SAME:   %{{[^:]+}}: memref<?x6xf32>, %[[A:[^:]+]]: index, %[[B:[^:]+]]: index
//       CHECK:   %[[ROW:.*]] = affine.apply #{{.*}}()[%[[B]]]
//       CHECK:   memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [%[[A]], %[[B]], 6], strides: [%[[ROW]], 6, 1]
// WHY: remark: [Passed] resolved | Category:resolve-views | Remark=memref.expand_shape
func.func private @use(memref<?x?x6xf32>)
func.func @expanded(%m: memref<?x6xf32>, %a: index, %b: index) {
  %v = memref.expand_shape %m [[0, 1], [2]] output_shape [%a, %b, 6] : memref<?x6xf32> into memref<?x?x6xf32>
  call @use(%v) : (memref<?x?x6xf32>) -> ()
  return
}
// -----
// Left alone: nothing is open.
// CHECK-LABEL: func.func @plain(
//   CHECK-NOT:   reinterpret_cast
//       CHECK:   return
// WHY-NOT: resolved
func.func @plain(%m: memref<4x5x6xf32>, %n: memref<?x6xf32>, %a: index, %c: memref<5x6xf32>, %d: memref<2x6xf32>, %e: memref<?x2x6xf32>) {
  %0 = memref.subview %m[0, 0, 0] [1, 5, 6] [1, 1, 1] : memref<4x5x6xf32> to memref<5x6xf32, strided<[6, 1]>>
  %1 = memref.subview %m[0, 0, 0] [2, 1, 6] [1, 1, 1] : memref<4x5x6xf32> to memref<2x6xf32, strided<[30, 1]>>
  %2 = memref.expand_shape %n [[0, 1], [2]] output_shape [%a, 2, 6] : memref<?x6xf32> into memref<?x2x6xf32>
  linalg.copy ins(%0 : memref<5x6xf32, strided<[6, 1]>>) outs(%c : memref<5x6xf32>)
  linalg.copy ins(%1 : memref<2x6xf32, strided<[30, 1]>>) outs(%d : memref<2x6xf32>)
  linalg.copy ins(%2 : memref<?x2x6xf32>) outs(%e : memref<?x2x6xf32>)
  return
}
// -----
// Collapsed and expanded in another way: no access has to divide its index.
// CHECK-LABEL: func.func @reshaped(
//   CHECK-NOT:   memref.expand_shape
//       CHECK:   memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [2, 7, 4], strides: [28, 4, 1]
// WHY: remark: [Passed] resolved | Category:resolve-views | Remark=memref.expand_shape
func.func @reshaped(%a: memref<8x7xf32>, %i: index) -> f32 {
  %row = memref.collapse_shape %a [[0, 1]] : memref<8x7xf32> into memref<56xf32>
  %panels = memref.expand_shape %row [[0, 1, 2]] output_shape [2, 7, 4] : memref<56xf32> into memref<2x7x4xf32>
  %0 = memref.load %panels[%i, %i, %i] : memref<2x7x4xf32>
  return %0 : f32
}
