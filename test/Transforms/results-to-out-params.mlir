// RUN: lexon-opt %s --results-to-out-params --split-input-file | FileCheck %s
// RUN: lexon-opt %s --results-to-out-params --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// Static: computed into the caller's buffer.
// WHY: remark: [Passed] out-argument | Category:results-to-out-params | Remark=static
// CHECK-LABEL: func.func @static(
//  CHECK-SAME:   %[[A:[^:]+]]: memref<4xf32>, %[[OUT:[^:]+]]: memref<4xf32>) {
//       CHECK:   %[[T:.*]] = bufferization.to_tensor %[[A]] restrict : memref<4xf32>
//       CHECK:   %[[R:.*]] = math.absf %[[T]]
//       CHECK:   bufferization.materialize_in_destination %[[R]] in restrict writable %[[OUT]]
//       CHECK:   return{{$}}
func.func @static(%a: tensor<4xf32>) -> tensor<4xf32> {
  %0 = math.absf %a : tensor<4xf32>
  return %0 : tensor<4xf32>
}
// -----
// Dynamic: a fresh buffer, so that it never aliases an argument. Scalars stay.
// WHY: remark: [Passed] returned | Category:results-to-out-params | Remark=dynamic
// CHECK-LABEL: func.func @dynamic(
//  CHECK-SAME:   %[[A:[^:]+]]: memref<?xf32>, %[[I:[^:]+]]: i32) -> (memref<?xf32>, i32) {
//       CHECK:   %[[COPY:.*]] = bufferization.alloc_tensor() copy(
//       CHECK:   %[[B:.*]] = bufferization.to_buffer %[[COPY]]
//       CHECK:   return %[[B]], %[[I]]
func.func @dynamic(%a: tensor<?xf32>, %i: i32) -> (tensor<?xf32>, i32) {
  return %a, %i : tensor<?xf32>, i32
}
// -----
// Two modules compiled apart agree: declarations change as definitions do. What the caller returns, the callee computes
// in place; what it uses itself gets a buffer.
// CHECK: func.func private @callee(memref<4xf32>, memref<4xf32>, memref<2xi32>)
// CHECK-LABEL: func.func @caller(
//  CHECK-SAME:   %[[A:[^:]+]]: memref<4xf32>, %[[OUT:[^:]+]]: memref<4xf32>, %[[SUM:[^:]+]]: memref<2xi32>)
//       CHECK:   %[[READ:.*]] = bufferization.to_buffer %{{.*}} read_only
//       CHECK:   %[[OWN:.*]] = memref.alloc() {alignment = 64 : i64} : memref<2xi32>
//       CHECK:   call @callee(%[[READ]], %[[OUT]], %[[OWN]]) : (memref<4xf32>, memref<4xf32>, memref<2xi32>) -> ()
//       CHECK:   bufferization.to_tensor %[[OWN]] restrict writable
func.func private @callee(tensor<4xf32>) -> (tensor<4xf32>, tensor<2xi32>)
func.func @caller(%a: tensor<4xf32>) -> (tensor<4xf32>, tensor<2xi32>) {
  %0:2 = call @callee(%a) : (tensor<4xf32>) -> (tensor<4xf32>, tensor<2xi32>)
  %1 = arith.addi %0#1, %0#1 : tensor<2xi32>
  return %0#0, %1 : tensor<4xf32>, tensor<2xi32>
}
// -----
// Left alone: nothing to do for functions without tensors.
// CHECK-LABEL: func.func @buffers(
//  CHECK-SAME:   %[[A:[^:]+]]: memref<4xf32>) -> memref<4xf32>
//       CHECK:   return %[[A]]
func.func @buffers(%a: memref<4xf32>) -> memref<4xf32> {
  return %a : memref<4xf32>
}
// -----
// Computed in place, behind a reshape: the out-argument takes the place of the empty tensor.
// CHECK-LABEL: func.func @in_place(
//  CHECK-SAME:   %[[OUT:[^:]+]]: memref<1x6xf32>)
//       CHECK:   %[[FLAT:.*]] = memref.collapse_shape %[[OUT]]
//       CHECK:   %[[INIT:.*]] = bufferization.to_tensor %[[FLAT]] restrict writable
//       CHECK:   linalg.fill {{.*}} outs(%[[INIT]] :
func.func @in_place() -> tensor<1x6xf32> {
  %x = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<6xf32>
  %0 = linalg.fill ins(%x : f32) outs(%e : tensor<6xf32>) -> tensor<6xf32>
  %1 = tensor.expand_shape %0 [[0, 1]] output_shape [1, 6] : tensor<6xf32> into tensor<1x6xf32>
  return %1 : tensor<1x6xf32>
}
// -----
// Not in place: the initial value is itself a result, and would be overwritten before it is stored.
// CHECK-LABEL: func.func @shared(
//       CHECK:   %[[E:.*]] = tensor.empty
//       CHECK:   linalg.fill {{.*}} outs(%[[E]] :
func.func @shared(%a: tensor<3x7xf32>, %b: tensor<7x5xf32>, %x: f32) -> (tensor<3x5xf32>, tensor<3x5xf32>) {
  %e = tensor.empty() : tensor<3x5xf32>
  %z = linalg.fill ins(%x : f32) outs(%e : tensor<3x5xf32>) -> tensor<3x5xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<3x7xf32>, tensor<7x5xf32>) outs(%z : tensor<3x5xf32>) -> tensor<3x5xf32>
  return %0, %z : tensor<3x5xf32>, tensor<3x5xf32>
}
