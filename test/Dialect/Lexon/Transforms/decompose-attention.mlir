// RUN: lexon-opt %s --decompose-attention | FileCheck %s
// RUN: lexon-opt %s --decompose-attention --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

#q = affine_map<(m, n, d, e) -> (m, d)>
#k = affine_map<(m, n, d, e) -> (n, d)>
#v = affine_map<(m, n, d, e) -> (n, e)>
#o = affine_map<(m, n, d, e) -> (e, m)>
// On tensors, with a dynamic number of rows and hidden keys.
// CHECK-LABEL: func.func @tensors(
//       CHECK:   linalg.fill {{.*}} -> tensor<?x6xf32>
//       CHECK:   %[[S:.*]] = linalg.generic {{.*}}["parallel", "parallel", "reduction"]
//       CHECK:   linalg.generic {{.*}} ins(%[[S]]
//       CHECK:     arith.cmpi sgt
//       CHECK:   arith.maximumf
//       CHECK:   math.exp
//       CHECK:   arith.divf
//   CHECK-NOT:   lexon.attention
// WHY: remark: [Passed] decomposed | Category:decompose-attention
func.func @tensors(%q: tensor<?x4xf16>, %k: tensor<6x4xf16>, %v: tensor<6x5xf16>, %init: tensor<5x?xf16>) -> tensor<5x?xf16> {
  %r = lexon.attention {causal = 0 : i64, indexing_maps = [#q, #k, #v, #o]} ins(%q, %k, %v : tensor<?x4xf16>, tensor<6x4xf16>, tensor<6x5xf16>) outs(%init : tensor<5x?xf16>) {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  } -> tensor<5x?xf16>
  return %r : tensor<5x?xf16>
}

// On memrefs: what it allocates it frees.
// CHECK-LABEL: func.func @memrefs(
// CHECK-COUNT-6: memref.alloc
// CHECK-COUNT-6: memref.dealloc
//   CHECK-NOT:   lexon.attention
func.func @memrefs(%q: memref<7x4xf64>, %k: memref<6x4xf64>, %v: memref<6x5xf64>, %o: memref<5x7xf64>) {
  lexon.attention {indexing_maps = [#q, #k, #v, #o]} ins(%q, %k, %v : memref<7x4xf64>, memref<6x4xf64>, memref<6x5xf64>) outs(%o : memref<5x7xf64>) {
  ^bb0(%s: f64):
    lexon.yield %s : f64
  }
  return
}
