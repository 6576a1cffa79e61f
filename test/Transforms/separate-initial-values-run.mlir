// RUN: lexon-opt %s --separate-initial-values --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(separate-initial-values)'
// REQUIRES: python
// CHECK: remark: [Passed] separated

func.func @shared(%a: tensor<3x7xf32>, %b: tensor<7x5xf32>, %x: f32) -> (tensor<3x5xf32>, tensor<3x5xf32>, tensor<3x5xf32>) {
  %e = tensor.empty() : tensor<3x5xf32>
  %z = linalg.fill ins(%x : f32) outs(%e : tensor<3x5xf32>) -> tensor<3x5xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<3x7xf32>, tensor<7x5xf32>) outs(%z : tensor<3x5xf32>) -> tensor<3x5xf32>
  %1 = linalg.matmul ins(%a, %b : tensor<3x7xf32>, tensor<7x5xf32>) outs(%z : tensor<3x5xf32>) -> tensor<3x5xf32>
  return %0, %1, %z : tensor<3x5xf32>, tensor<3x5xf32>, tensor<3x5xf32>
}
