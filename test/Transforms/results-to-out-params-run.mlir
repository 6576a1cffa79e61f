// Out-arguments, returned buffers, scalars, empty and aliased results arrive as they left.
// RUN: lexon-opt %s --results-to-out-params --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pipeline=onestep
// REQUIRES: python
// CHECK-COUNT-10: remark: [Passed] {{out-argument|returned}} | Category:results-to-out-params

func.func @static(%a: tensor<3x5xf32>) -> tensor<3x5xf32> {
  %0 = math.absf %a : tensor<3x5xf32>
  return %0 : tensor<3x5xf32>
}
// The argument itself, twice.
func.func @identity(%a: tensor<3x5xf32>) -> (tensor<3x5xf32>, tensor<3x5xf32>) {
  return %a, %a : tensor<3x5xf32>, tensor<3x5xf32>
}
func.func @dynamic(%a: tensor<?x3xf32>, %i: i64) -> (tensor<?x3xf32>, i64) {
  %0 = arith.addf %a, %a : tensor<?x3xf32>
  return %0, %i : tensor<?x3xf32>, i64
}
func.func @mixed(%a: tensor<?xf32>, %b: tensor<7xi32>) -> (tensor<?xf32>, tensor<7xi32>, tensor<?xf32>) {
  %0 = arith.muli %b, %b : tensor<7xi32>
  return %a, %0, %a : tensor<?xf32>, tensor<7xi32>, tensor<?xf32>
}
func.func @scalar(%a: f32) -> f32 {
  %0 = arith.mulf %a, %a : f32
  return %0 : f32
}
// A result that is the initial value of another: computing both in place would overwrite it (fill or not).
func.func @shared(%a: tensor<3x7xf32>, %b: tensor<7x5xf32>, %c: tensor<3x5xf32>) -> (tensor<3x5xf32>, tensor<3x5xf32>) {
  %e = tensor.empty() : tensor<3x5xf32>
  %z = linalg.exp ins(%c : tensor<3x5xf32>) outs(%e : tensor<3x5xf32>) -> tensor<3x5xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<3x7xf32>, tensor<7x5xf32>) outs(%z : tensor<3x5xf32>) -> tensor<3x5xf32>
  return %0, %z : tensor<3x5xf32>, tensor<3x5xf32>
}
