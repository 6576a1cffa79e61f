// RUN: lexon-opt %s --decompose-attention --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(decompose-attention)'
// REQUIRES: python
// CHECK: remark: [Passed] decomposed | Category:decompose-attention

#q = affine_map<(m, n, d, e) -> (m, d)>
#k = affine_map<(m, n, d, e) -> (n, d)>
#v = affine_map<(m, n, d, e) -> (n, e)>
#o = affine_map<(m, n, d, e) -> (m, e)>
func.func @memrefs(%q: memref<7x4xf32>, %k: memref<6x4xf32>, %v: memref<6x5xf32>, %o: memref<7x5xf32>) {
  lexon.attention {causal = 1 : i64, indexing_maps = [#q, #k, #v, #o]} ins(%q, %k, %v : memref<7x4xf32>, memref<6x4xf32>, memref<6x5xf32>) outs(%o : memref<7x5xf32>) {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}
