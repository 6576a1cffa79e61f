// RUN: lexon-opt %s --lower-attention=vector-bits=512 --split-input-file | FileCheck %s
// RUN: lexon-opt %s --lower-attention=vector-bits=512 --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY

#q = affine_map<(h, g, m, n, d, e) -> (m, h, g, d)>
#k = affine_map<(h, g, m, n, d, e) -> (h, n, d)>
#v = affine_map<(h, g, m, n, d, e) -> (n, h, e)>
#o = affine_map<(h, g, m, n, d, e) -> (m, h, g, e)>
// Heads that share a key are rows of one block; all keys at once; the factor goes to the query; rows lie in lanes.
// CHECK-LABEL: func.func @grouped(
//       CHECK:   scf.parallel
//       CHECK:     memref.alloca() {{.*}} : memref<32x32xf32>
//       CHECK:     arith.mulf {{.*}} : vector<16xf32>
//       CHECK:     vector.shuffle
//       CHECK:     linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : memref<9x24xf32, {{.*}}>, memref<24x32xf32
//       CHECK:     math.exp {{.*}} : vector<16xf32>
//       CHECK:     linalg.generic {{.*}} outs(%{{.*}} : memref<30x8xf32
//   CHECK-NOT:   lexon.attention
// WHY: remark: [Passed] lowered {{.*}}blocks of 30 rows and 9 keys, which are all
func.func @grouped(%q: memref<10x2x3x24xf32>, %k: memref<2x9x24xf32>, %v: memref<9x2x8xf32>, %o: memref<10x2x3x8xf32>) {
  lexon.attention {indexing_maps = [#q, #k, #v, #o]} ins(%q, %k, %v : memref<10x2x3x24xf32>, memref<2x9x24xf32>, memref<9x2x8xf32>) outs(%o : memref<10x2x3x8xf32>) {
  ^bb0(%s: f32):
    %c = arith.constant 0.2 : f32
    %0 = arith.mulf %s, %c : f32
    lexon.yield %0 : f32
  }
  return
}

// -----

#q = affine_map<(m, n, d, e) -> (m, d)>
#k = affine_map<(m, n, d, e) -> (n, d)>
#v = affine_map<(m, n, d, e) -> (n, e)>
#o = affine_map<(m, n, d, e) -> (m, e)>
// Long: scores of part of the keys only, so memory does not grow with their number; keys end at the block's last row.
// CHECK-LABEL: func.func @long_causal(
//       CHECK:   scf.parallel
//   CHECK-NOT:     memref<{{[0-9]*}}x4096xf32>
//       CHECK:     %[[END:.*]] = arith.maxsi
//       CHECK:     scf.for %{{.*}} = %{{.*}} to %[[END]] step %{{.*}} {
//       CHECK:       vector.step
//       CHECK:       math.exp
// WHY: remark: [Passed] lowered {{.*}}blocks of {{[0-9]+}} rows and 256 keys{{"}}
func.func @long_causal(%q: memref<4096x64xf32>, %k: memref<4096x64xf32>, %v: memref<4096x64xf32>, %o: memref<4096x64xf32>) {
  lexon.attention {causal = 0 : i64, indexing_maps = [#q, #k, #v, #o]} ins(%q, %k, %v : memref<4096x64xf32>, memref<4096x64xf32>, memref<4096x64xf32>) outs(%o : memref<4096x64xf32>) {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}

// -----

#q = affine_map<(m, n, d, e) -> (m, d)>
#k = affine_map<(m, n, d, e) -> (n, d)>
#v = affine_map<(m, n, d, e) -> (n, e)>
#o = affine_map<(m, n, d, e) -> (m, e)>
// A depth that is not known: the definition instead.
// CHECK-LABEL: func.func @dynamic_depth(
//   CHECK-NOT:   scf.parallel
//       CHECK:   memref.alloc
//   CHECK-NOT:   lexon.attention
// WHY: remark: [Missed] lowered {{.*}}the size of depth or column is not known
func.func @dynamic_depth(%q: memref<8x?xf32>, %k: memref<6x?xf32>, %v: memref<6x5xf32>, %o: memref<8x5xf32>) {
  lexon.attention {indexing_maps = [#q, #k, #v, #o]} ins(%q, %k, %v : memref<8x?xf32>, memref<6x?xf32>, memref<6x5xf32>) outs(%o : memref<8x5xf32>) {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}

// -----

#q = affine_map<(g, n, d, e) -> (g, d)>
#k = affine_map<(g, n, d, e) -> (n, d)>
#v = affine_map<(g, n, d, e) -> (n, e)>
#o = affine_map<(g, n, d, e) -> (g, e)>
// Three rows would fill three of sixteen lanes: the query stays as it is, the product's vectors run along the depth.
// CHECK-LABEL: func.func @token(
//       CHECK:   memref.alloca() {{.*}} : memref<4x64xf32>
//   CHECK-NOT:   vector.shuffle
//       CHECK:   linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : memref<128x64xf32, {{.*}}>, memref<3x64xf32, {{.*}}>) outs(%{{.*}} : memref<128x3xf32
func.func @token(%q: memref<3x64xf32>, %k: memref<128x64xf32>, %v: memref<128x64xf32>, %o: memref<3x64xf32>) {
  lexon.attention {indexing_maps = [#q, #k, #v, #o]} ins(%q, %k, %v : memref<3x64xf32>, memref<128x64xf32>, memref<128x64xf32>) outs(%o : memref<3x64xf32>) {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}
