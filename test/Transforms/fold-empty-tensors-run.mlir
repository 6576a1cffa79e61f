// RUN: lexon-opt %s --fold-empty-tensors --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(fold-empty-tensors)'
// RUN: lexon verify %s --inputs=seeded --pipeline='midend{threads=2 weights=prepared},backend{threads=2}'
// REQUIRES: python
// CHECK-COUNT-3: remark: [Passed] folded

// A product of no rows, padded by two rows of the value, and one row more.
func.func @forward(%a: tensor<0x7xf32>, %b: tensor<7x5xf32> {lexon.constant}, %x: f32, %row: tensor<1x5xf32>) -> (tensor<0x5xf32>, tensor<3x5xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<0x5xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<0x5xf32>) -> tensor<0x5xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<0x7xf32>, tensor<7x5xf32>) outs(%z : tensor<0x5xf32>) -> tensor<0x5xf32>
  %1 = tensor.pad %0 low[1, 0] high[1, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %x : f32
  } : tensor<0x5xf32> to tensor<2x5xf32>
  %2 = tensor.concat dim(0) %1, %row : (tensor<2x5xf32>, tensor<1x5xf32>) -> tensor<3x5xf32>
  return %0, %2 : tensor<0x5xf32>, tensor<3x5xf32>
}
