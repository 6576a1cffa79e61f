// RUN: lexon-opt %s --decompose-concatenations | FileCheck %s
// RUN: lexon-opt %s --decompose-concatenations --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// Three parts, one of unknown size: the places follow each other.
// WHY: remark: [Passed] decomposed | Category:decompose-concatenations | Remark="3 parts"
// CHECK-LABEL: func.func @parts(
//   CHECK-NOT:   tensor.concat
// CHECK-COUNT-3: tensor.insert_slice
//       CHECK:   return
func.func @parts(%a: tensor<3x5xf32>, %b: tensor<3x?xf32>, %c: tensor<3x7xf32>) -> tensor<3x?xf32> {
  %r = tensor.concat dim(1) %a, %b, %c : (tensor<3x5xf32>, tensor<3x?xf32>, tensor<3x7xf32>) -> tensor<3x?xf32>
  return %r : tensor<3x?xf32>
}
// Left alone: slices that are there already.
// CHECK-LABEL: func.func @slice(
//  CHECK-NEXT:   tensor.insert_slice
//  CHECK-NEXT:   return
func.func @slice(%a: tensor<3x5xf32>, %b: tensor<3x9xf32>) -> tensor<3x9xf32> {
  %r = tensor.insert_slice %a into %b[0, 2] [3, 5] [1, 1] : tensor<3x5xf32> into tensor<3x9xf32>
  return %r : tensor<3x9xf32>
}
