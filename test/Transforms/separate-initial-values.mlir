// RUN: lexon-opt %s --separate-initial-values --split-input-file | FileCheck %s
// RUN: lexon-opt %s --separate-initial-values --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// Two products from one zero: each gets its own.
// WHY: remark: [Passed] separated | Category:separate-initial-values
// CHECK-LABEL: func.func @shared(
//       CHECK:   %[[A:.*]] = linalg.fill
//       CHECK:   linalg.matmul {{.*}} outs(%[[A]] :
//       CHECK:   %[[B:.*]] = linalg.fill
//       CHECK:   linalg.matmul {{.*}} outs(%[[B]] :
//   CHECK-NOT:   linalg.fill
//       CHECK:   return
func.func @shared(%a: tensor<3x?xf32>, %b: tensor<?x5xf32>) -> (tensor<3x5xf32>, tensor<3x5xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<3x5xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<3x5xf32>) -> tensor<3x5xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<3x?xf32>, tensor<?x5xf32>) outs(%z : tensor<3x5xf32>) -> tensor<3x5xf32>
  %1 = linalg.matmul ins(%a, %b : tensor<3x?xf32>, tensor<?x5xf32>) outs(%z : tensor<3x5xf32>) -> tensor<3x5xf32>
  return %0, %1 : tensor<3x5xf32>, tensor<3x5xf32>
}
// -----
// Left alone: a value that is only read can be shared.
// CHECK-LABEL: func.func @read(
// CHECK-COUNT-1: linalg.fill
//   CHECK-NOT:   linalg.fill
//       CHECK:   return
func.func @read(%x: f16) -> (tensor<3xf16>, tensor<3xf16>) {
  %e = tensor.empty() : tensor<3xf16>
  %z = linalg.fill ins(%x : f16) outs(%e : tensor<3xf16>) -> tensor<3xf16>
  %0 = arith.addf %z, %z : tensor<3xf16>
  return %z, %0 : tensor<3xf16>, tensor<3xf16>
}
