// Text and bytecode round trips.
// RUN: lexon-opt %s | lexon-opt | FileCheck %s
// RUN: lexon-opt %s --emit-bytecode | lexon-opt | FileCheck %s

// CHECK-LABEL: func.func @weights(
//  CHECK-SAME:   %[[B:[^:]+]]: tensor<4224xi8>
//       CHECK:   lexon.weight %[[B]][128] : tensor<4224xi8> -> tensor<32x32xf32>
//       CHECK:   lexon.weight %[[B]][0] : tensor<4224xi8> -> tensor<16xcomplex<f32>>
//       CHECK:   lexon.weight %[[B]][3] : tensor<4224xi8> -> tensor<5xi1>
//       CHECK:   lexon.weight %[[B]][64] : tensor<4224xi8> -> tensor<bf16>
func.func @weights(%b: tensor<4224xi8>) {
  %0 = lexon.weight %b[128] : tensor<4224xi8> -> tensor<32x32xf32>
  %1 = lexon.weight %b[0] : tensor<4224xi8> -> tensor<16xcomplex<f32>>
  %2 = lexon.weight %b[3] : tensor<4224xi8> -> tensor<5xi1>
  %3 = lexon.weight %b[64] : tensor<4224xi8> -> tensor<bf16>
  return
}
// CHECK-LABEL: func.func @dynamic_buffer(
//       CHECK:   lexon.weight %{{.*}}[1048576] : tensor<?xi8> -> tensor<0x3xf64>
func.func @dynamic_buffer(%b: tensor<?xi8>) {
  %0 = lexon.weight %b[1048576] : tensor<?xi8> -> tensor<0x3xf64>
  return
}
