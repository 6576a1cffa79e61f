// RUN: lexon-opt %s --decompose-concatenations --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --dynamic=4 --bound=0 --pass-pipeline='builtin.module(decompose-concatenations)'
// REQUIRES: python
// CHECK-COUNT-2: remark: [Passed] decomposed | Category:decompose-concatenations

// Along the last and along the first dimension; f32 and integers.
func.func @columns(%a: tensor<3x5xf32>, %b: tensor<3x?xf32>, %c: tensor<3x7xf32>) -> tensor<3x?xf32> {
  %r = tensor.concat dim(1) %a, %b, %c : (tensor<3x5xf32>, tensor<3x?xf32>, tensor<3x7xf32>) -> tensor<3x?xf32>
  return %r : tensor<3x?xf32>
}
func.func @rows(%a: tensor<3x5xi64>, %b: tensor<2x5xi64>) -> tensor<5x5xi64> {
  %r = tensor.concat dim(0) %a, %b : (tensor<3x5xi64>, tensor<2x5xi64>) -> tensor<5x5xi64>
  return %r : tensor<5x5xi64>
}
