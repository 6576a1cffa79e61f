// RUN: lexon-opt %s --check-indices --split-input-file | FileCheck %s
// RUN: lexon-opt %s --check-indices --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

// WHY: remark: [Passed] checked | Category:check-indices
// CHECK-LABEL: func.func @from_data(
//  CHECK-SAME:   %[[T:[^:]+]]: tensor<?x4xf32>, %[[I:[^:]+]]: i64
//       CHECK:   %[[J:.*]] = arith.index_cast %[[I]]
//       CHECK:   %[[N:.*]] = tensor.dim %[[T]], %{{.*}}
//       CHECK:   %[[IN:.*]] = arith.cmpi ult, %[[J]], %[[N]]
//       CHECK:   cf.assert %[[IN]], "index out of range"
//       CHECK:   tensor.extract
func.func @from_data(%t: tensor<?x4xf32>, %i: i64, %k: index) -> f32 {
  %j = arith.index_cast %i : i64 to index
  %x = tensor.extract %t[%j, %k] : tensor<?x4xf32>
  return %x : f32
}
// -----
// Left alone: a loop counter.
// CHECK-LABEL: func.func @counter(
//   CHECK-NOT:   cf.assert
//       CHECK:   return
func.func @counter(%t: tensor<4xf16>, %k: index) -> f16 {
  %x = tensor.extract %t[%k] : tensor<4xf16>
  return %x : f16
}
