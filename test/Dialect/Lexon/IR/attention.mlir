// RUN: lexon-opt %s | lexon-opt | FileCheck %s
// RUN: lexon-opt %s --mlir-print-op-generic | lexon-opt | FileCheck %s
// RUN: lexon-opt %s --one-shot-bufferize='bufferize-function-boundaries' --split-input-file | FileCheck %s --check-prefix=BUFFER

// Grouped queries with a mask, result heads merged; causal on memrefs of f64; no row dimension, bf16 with a f32 result.
#q = affine_map<(b, h, g, m, n, d, e) -> (b, m, h, g, d)>
#k = affine_map<(b, h, g, m, n, d, e) -> (b, h, n, d)>
#v = affine_map<(b, h, g, m, n, d, e) -> (b, n, h, e)>
#mask = affine_map<(b, h, g, m, n, d, e) -> (b, n)>
#o = affine_map<(b, h, g, m, n, d, e) -> (b, m, h, g, e)>
// CHECK-LABEL: func.func @grouped(
//       CHECK:   lexon.attention {indexing_maps = [{{.*}}], zero_masked_rows} ins(
//       CHECK:   ^bb0(%[[S:.*]]: f32, %[[M:.*]]: i1):
//       CHECK:     lexon.yield %{{.*}} : f32
//       CHECK:   } -> tensor<2x?x2x3x7xf32>
// The result is written where the caller wants it: no copy.
// BUFFER-LABEL: func.func @grouped(
//  BUFFER-SAME:   %{{[^:]+}}: memref<2x?x2x3x5xf32{{.*}}>, {{.*}}, %[[INIT:[^:]+]]: memref<2x?x2x3x7xf32{{.*}}>)
//   BUFFER-NOT:   memref.copy
//       BUFFER:   lexon.attention {{.*}} outs(%[[INIT]] : memref<2x?x2x3x7xf32
func.func @grouped(%q: tensor<2x?x2x3x5xf32>, %k: tensor<2x2x9x5xf32>, %v: tensor<2x9x2x7xf32>, %m: tensor<2x9xi1>, %init: tensor<2x?x2x3x7xf32>) -> tensor<2x?x2x3x7xf32> {
  %r = lexon.attention {indexing_maps = [#q, #k, #v, #mask, #o], zero_masked_rows}
      ins(%q, %k, %v, %m : tensor<2x?x2x3x5xf32>, tensor<2x2x9x5xf32>, tensor<2x9x2x7xf32>, tensor<2x9xi1>)
      outs(%init : tensor<2x?x2x3x7xf32>) {
  ^bb0(%s: f32, %x: i1):
    %hidden = arith.constant 0xFF800000 : f32
    %0 = arith.select %x, %s, %hidden : f32
    lexon.yield %0 : f32
  } -> tensor<2x?x2x3x7xf32>
  return %r : tensor<2x?x2x3x7xf32>
}

#qd = affine_map<(m, n, d, e) -> (m, d)>
#kn = affine_map<(m, n, d, e) -> (n, d)>
#ve = affine_map<(m, n, d, e) -> (n, e)>
#oe = affine_map<(m, n, d, e) -> (m, e)>
// CHECK-LABEL: func.func @causal(
//       CHECK:   lexon.attention {causal = 3 : i64, indexing_maps
func.func @causal(%q: memref<8x4xf64>, %k: memref<?x4xf64, strided<[?, 1], offset: ?>>, %v: memref<?x4xf64>, %o: memref<8x4xf64>) {
  lexon.attention {causal = 3 : i64, indexing_maps = [#qd, #kn, #ve, #oe]}
      ins(%q, %k, %v : memref<8x4xf64>, memref<?x4xf64, strided<[?, 1], offset: ?>>, memref<?x4xf64>) outs(%o : memref<8x4xf64>) {
  ^bb0(%s: f64):
    lexon.yield %s : f64
  }
  return
}

#q1 = affine_map<(n, d, e) -> (d)>
#k1 = affine_map<(n, d, e) -> (n, d)>
#v1 = affine_map<(n, d, e) -> (e, n)>
#o1 = affine_map<(n, d, e) -> (e)>
// CHECK-LABEL: func.func @one_row(
//       CHECK:   lexon.attention
func.func @one_row(%q: tensor<4xbf16>, %k: tensor<6x4xbf16>, %v: tensor<3x6xbf16>, %init: tensor<3xf32>) -> tensor<3xf32> {
  %r = lexon.attention {indexing_maps = [#q1, #k1, #v1, #o1]}
      ins(%q, %k, %v : tensor<4xbf16>, tensor<6x4xbf16>, tensor<3x6xbf16>) outs(%init : tensor<3xf32>) {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  } -> tensor<3xf32>
  return %r : tensor<3xf32>
}
