// A weight is a view: no byte is copied, also when it is passed on.
// RUN: lexon-opt %s --pipeline=midend --stop-after=bufferization | FileCheck %s

// CHECK-LABEL: func.func @pass_on(
//  CHECK-SAME:   %[[B:[^:]+]]: memref<4224xi8>, %[[OUT:[^:]+]]: memref<32xf32>)
//   CHECK-NOT:   {{memref.alloc|copy}}
//       CHECK:   %[[C:.*]] = arith.constant 4096 : index
//   CHECK-NOT:   {{memref.alloc|copy}}
//       CHECK:   %[[W:.*]] = memref.view %[[B]][%[[C]]][] : memref<4224xi8> to memref<32xf32>
//   CHECK-NOT:   {{memref.alloc|copy}}
//       CHECK:   call @use(%[[W]], %[[OUT]])
//   CHECK-NOT:   {{memref.alloc|copy}}
//       CHECK:   return
func.func private @use(tensor<32xf32>) -> tensor<32xf32>
func.func @pass_on(%b: tensor<4224xi8>) -> tensor<32xf32> {
  %w = lexon.weight %b[4096] : tensor<4224xi8> -> tensor<32xf32>
  %0 = call @use(%w) : (tensor<32xf32>) -> tensor<32xf32>
  return %0 : tensor<32xf32>
}
// Nothing may write to a weight: an operation in place gets a copy.
// CHECK-LABEL: func.func @write(
//       CHECK:   %[[V:.*]] = memref.view
//   CHECK-NOT:   outs(%[[V]]
//       CHECK:   return
func.func @write(%b: tensor<4224xi8>, %x: f32) -> tensor<32xf32> {
  %w = lexon.weight %b[0] : tensor<4224xi8> -> tensor<32xf32>
  %c3 = arith.constant 3 : index
  %0 = tensor.insert %x into %w[%c3] : tensor<32xf32>
  return %0 : tensor<32xf32>
}
