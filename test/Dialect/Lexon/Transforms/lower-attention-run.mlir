// RUN: lexon-opt %s --lower-attention --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(lower-attention{vector-bits=512})'
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(lower-attention{vector-bits=256 block-rows=12 block-keys=8})'
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(lower-attention{vector-bits=512 cache-bytes=4096})'
// Blocks of keys that tiles do not divide.
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(lower-attention{vector-bits=256 block-rows=12 block-keys=24})'
// REQUIRES: python
// CHECK-COUNT-13: remark: [Passed] lowered | Category:lower-attention

// Prime sizes: a tail in each direction.
func.func @odd(%q: memref<37x13xf32>, %k: memref<29x13xf32>, %v: memref<29x11xf32>, %o: memref<37x11xf32>) {
  lexon.attention {indexing_maps = [affine_map<(m, n, d, e) -> (m, d)>, affine_map<(m, n, d, e) -> (n, d)>, affine_map<(m, n, d, e) -> (n, e)>, affine_map<(m, n, d, e) -> (m, e)>]}
      ins(%q, %k, %v : memref<37x13xf32>, memref<29x13xf32>, memref<29x11xf32>) outs(%o : memref<37x11xf32>) {
  ^bb0(%s: f32):
    %c = arith.constant 0.3 : f32
    %0 = arith.mulf %s, %c : f32
    lexon.yield %0 : f32
  }
  return
}

// Heads that share keys, merged in query and result; tiles at the diagonal.
func.func @grouped_causal(%q: memref<2x45x2x3x8xf32>, %k: memref<2x2x45x8xf32>, %v: memref<2x45x2x8xf32>, %o: memref<2x45x2x3x8xf32>) {
  lexon.attention {causal = 0 : i64, indexing_maps = [affine_map<(b, h, g, m, n, d, e) -> (b, m, h, g, d)>, affine_map<(b, h, g, m, n, d, e) -> (b, h, n, d)>, affine_map<(b, h, g, m, n, d, e) -> (b, n, h, e)>, affine_map<(b, h, g, m, n, d, e) -> (b, m, h, g, e)>]}
      ins(%q, %k, %v : memref<2x45x2x3x8xf32>, memref<2x2x45x8xf32>, memref<2x45x2x8xf32>) outs(%o : memref<2x45x2x3x8xf32>) {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}

// More keys than rows, as with a cache.
func.func @causal_behind(%q: memref<9x8xf32>, %k: memref<50x8xf32>, %v: memref<50x8xf32>, %o: memref<9x8xf32>) {
  lexon.attention {causal = 41 : i64, indexing_maps = [affine_map<(m, n, d, e) -> (m, d)>, affine_map<(m, n, d, e) -> (n, d)>, affine_map<(m, n, d, e) -> (n, e)>, affine_map<(m, n, d, e) -> (m, e)>]}
      ins(%q, %k, %v : memref<9x8xf32>, memref<50x8xf32>, memref<50x8xf32>) outs(%o : memref<9x8xf32>) {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}

// The first rows see nothing: zeros.
func.func @causal_masked(%q: memref<21x8xf32>, %k: memref<23x8xf32>, %v: memref<23x8xf32>, %o: memref<21x8xf32>) {
  lexon.attention {causal = -3 : i64, zero_masked_rows, indexing_maps = [affine_map<(m, n, d, e) -> (m, d)>, affine_map<(m, n, d, e) -> (n, d)>, affine_map<(m, n, d, e) -> (n, e)>, affine_map<(m, n, d, e) -> (m, e)>]}
      ins(%q, %k, %v : memref<21x8xf32>, memref<23x8xf32>, memref<23x8xf32>) outs(%o : memref<21x8xf32>) {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}

// A bias of rows and keys.
func.func @mask(%q: memref<21x8xf32>, %k: memref<23x8xf32>, %v: memref<23x8xf32>, %x0: memref<21x23xf32>, %o: memref<21x8xf32>) {
  lexon.attention {indexing_maps = [affine_map<(m, n, d, e) -> (m, d)>, affine_map<(m, n, d, e) -> (n, d)>, affine_map<(m, n, d, e) -> (n, e)>, affine_map<(m, n, d, e) -> (m, n)>, affine_map<(m, n, d, e) -> (m, e)>]}
      ins(%q, %k, %v, %x0 : memref<21x8xf32>, memref<23x8xf32>, memref<23x8xf32>, memref<21x23xf32>) outs(%o : memref<21x8xf32>) {
  ^bb0(%s: f32, %x: f32):
    %0 = arith.addf %s, %x : f32
    lexon.yield %0 : f32
  }
  return
}

// A boolean mask of rows and keys; rows may be hidden.
func.func @boolean(%q: memref<21x8xf32>, %k: memref<23x8xf32>, %v: memref<23x8xf32>, %x0: memref<21x23xi1>, %o: memref<21x8xf32>) {
  lexon.attention {zero_masked_rows, indexing_maps = [affine_map<(m, n, d, e) -> (m, d)>, affine_map<(m, n, d, e) -> (n, d)>, affine_map<(m, n, d, e) -> (n, e)>, affine_map<(m, n, d, e) -> (m, n)>, affine_map<(m, n, d, e) -> (m, e)>]}
      ins(%q, %k, %v, %x0 : memref<21x8xf32>, memref<23x8xf32>, memref<23x8xf32>, memref<21x23xi1>) outs(%o : memref<21x8xf32>) {
  ^bb0(%s: f32, %x: i1):
    %c = arith.constant 0xFF800000 : f32
    %0 = arith.select %x, %s, %c : f32
    lexon.yield %0 : f32
  }
  return
}

// A mask of keys, and one of rows alone.
func.func @padding(%q: memref<2x21x8xf32>, %k: memref<2x23x8xf32>, %v: memref<2x23x8xf32>, %x0: memref<2x23xf32>, %x1: memref<21xf32>, %o: memref<2x21x8xf32>) {
  lexon.attention {indexing_maps = [affine_map<(b, m, n, d, e) -> (b, m, d)>, affine_map<(b, m, n, d, e) -> (b, n, d)>, affine_map<(b, m, n, d, e) -> (b, n, e)>, affine_map<(b, m, n, d, e) -> (b, n)>, affine_map<(b, m, n, d, e) -> (m)>, affine_map<(b, m, n, d, e) -> (b, m, e)>]}
      ins(%q, %k, %v, %x0, %x1 : memref<2x21x8xf32>, memref<2x23x8xf32>, memref<2x23x8xf32>, memref<2x23xf32>, memref<21xf32>) outs(%o : memref<2x21x8xf32>) {
  ^bb0(%s: f32, %x: f32, %y: f32):
    %0 = arith.addf %s, %x : f32
    %1 = arith.addf %0, %y : f32
    lexon.yield %1 : f32
  }
  return
}

// One row; key and value stored by depth and column.
func.func @decode(%q: memref<8xf32>, %k: memref<8x77xf32>, %v: memref<9x77xf32>, %o: memref<9xf32>) {
  lexon.attention {indexing_maps = [affine_map<(n, d, e) -> (d)>, affine_map<(n, d, e) -> (d, n)>, affine_map<(n, d, e) -> (e, n)>, affine_map<(n, d, e) -> (e)>]}
      ins(%q, %k, %v : memref<8xf32>, memref<8x77xf32>, memref<9x77xf32>) outs(%o : memref<9xf32>) {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}

// Sizes known when it runs.
func.func @dynamic(%q: memref<?x?x8xf32>, %k: memref<?x?x8xf32>, %v: memref<?x?x8xf32>, %o: memref<?x?x8xf32>) {
  lexon.attention {causal = 0 : i64, indexing_maps = [affine_map<(b, m, n, d, e) -> (b, m, d)>, affine_map<(b, m, n, d, e) -> (b, n, d)>, affine_map<(b, m, n, d, e) -> (b, n, e)>, affine_map<(b, m, n, d, e) -> (b, m, e)>]}
      ins(%q, %k, %v : memref<?x?x8xf32>, memref<?x?x8xf32>, memref<?x?x8xf32>) outs(%o : memref<?x?x8xf32>) {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}

// bf16, a result in f32.
func.func @half(%q: memref<19x16xbf16>, %k: memref<33x16xbf16>, %v: memref<33x16xbf16>, %o: memref<19x16xf32>) {
  lexon.attention {indexing_maps = [affine_map<(m, n, d, e) -> (m, d)>, affine_map<(m, n, d, e) -> (n, d)>, affine_map<(m, n, d, e) -> (n, e)>, affine_map<(m, n, d, e) -> (m, e)>]}
      ins(%q, %k, %v : memref<19x16xbf16>, memref<33x16xbf16>, memref<33x16xbf16>) outs(%o : memref<19x16xf32>) {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}

// f64.
func.func @double(%q: memref<19x16xf64>, %k: memref<33x16xf64>, %v: memref<33x16xf64>, %o: memref<19x16xf64>) {
  lexon.attention {indexing_maps = [affine_map<(m, n, d, e) -> (m, d)>, affine_map<(m, n, d, e) -> (n, d)>, affine_map<(m, n, d, e) -> (n, e)>, affine_map<(m, n, d, e) -> (m, e)>]}
      ins(%q, %k, %v : memref<19x16xf64>, memref<33x16xf64>, memref<33x16xf64>) outs(%o : memref<19x16xf64>) {
  ^bb0(%s: f64):
    lexon.yield %s : f64
  }
  return
}
// Few rows are multiplied along the depth: three heads of one token that share keys, causal, with a depth that no vector
// divides; one row in bf16 whose query is not contiguous.
func.func @token(%q: memref<2x3x1x37xf32>, %k: memref<2x70x37xf32>, %v: memref<2x70x19xf32>, %o: memref<2x3x1x19xf32>) {
  lexon.attention {causal = 65 : i64, indexing_maps = [affine_map<(h, g, m, n, d, e) -> (h, g, m, d)>, affine_map<(h, g, m, n, d, e) -> (h, n, d)>, affine_map<(h, g, m, n, d, e) -> (h, n, e)>, affine_map<(h, g, m, n, d, e) -> (h, g, m, e)>]}
      ins(%q, %k, %v : memref<2x3x1x37xf32>, memref<2x70x37xf32>, memref<2x70x19xf32>) outs(%o : memref<2x3x1x19xf32>) {
  ^bb0(%s: f32):
    %c = arith.constant 0.3 : f32
    %0 = arith.mulf %s, %c : f32
    lexon.yield %0 : f32
  }
  return
}
func.func @column(%q: memref<24x2xbf16>, %k: memref<33x24xbf16>, %v: memref<33x16xbf16>, %o: memref<2x16xf32>) {
  lexon.attention {indexing_maps = [affine_map<(m, n, d, e) -> (d, m)>, affine_map<(m, n, d, e) -> (n, d)>, affine_map<(m, n, d, e) -> (n, e)>, affine_map<(m, n, d, e) -> (m, e)>]}
      ins(%q, %k, %v : memref<24x2xbf16>, memref<33x24xbf16>, memref<33x16xbf16>) outs(%o : memref<2x16xf32>) {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}
