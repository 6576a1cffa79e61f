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
