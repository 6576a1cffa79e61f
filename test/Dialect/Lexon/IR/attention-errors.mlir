// RUN: lexon-opt %s --split-input-file --verify-diagnostics

// A memref among tensors.
func.func @f(%a0: tensor<8x4xf32>, %a1: memref<6x4xf32>, %a2: tensor<6x5xf32>, %o: tensor<8x5xf32>) {
  // expected-error @below {{needs tensors and a result of the output's type, or memrefs and no result (attention_c1)}}
  %r = lexon.attention {indexing_maps = [affine_map<(m, n, d, e) -> (m, d)>, affine_map<(m, n, d, e) -> (n, d)>, affine_map<(m, n, d, e) -> (n, e)>, affine_map<(m, n, d, e) -> (m, e)>]} ins(%a0, %a1, %a2 : tensor<8x4xf32>, memref<6x4xf32>, tensor<6x5xf32>) outs(%o : tensor<8x5xf32>) {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  } -> tensor<8x5xf32>
  return
}

// -----

// Two inputs.
func.func @f(%a0: tensor<8x4xf32>, %a1: tensor<6x4xf32>, %o: tensor<8x5xf32>) {
  // expected-error @below {{needs query, key and value, and a map for each operand (attention_c2)}}
  %r = lexon.attention {indexing_maps = [affine_map<(m, n, d, e) -> (m, d)>, affine_map<(m, n, d, e) -> (n, d)>, affine_map<(m, n, d, e) -> (m, e)>]} ins(%a0, %a1 : tensor<8x4xf32>, tensor<6x4xf32>) outs(%o : tensor<8x5xf32>) {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  } -> tensor<8x5xf32>
  return
}

// -----

// A map that is no permutation.
func.func @f(%a0: tensor<8x4xf32>, %a1: tensor<6x4xf32>, %a2: tensor<6x5xf32>, %o: tensor<8x5xf32>) {
  // expected-error @below {{map of operand #1 is no projected permutation of its rank (attention_c2)}}
  %r = lexon.attention {indexing_maps = [affine_map<(m, n, d, e) -> (m, d)>, affine_map<(m, n, d, e) -> (n + d, d)>, affine_map<(m, n, d, e) -> (n, e)>, affine_map<(m, n, d, e) -> (m, e)>]} ins(%a0, %a1, %a2 : tensor<8x4xf32>, tensor<6x4xf32>, tensor<6x5xf32>) outs(%o : tensor<8x5xf32>) {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  } -> tensor<8x5xf32>
  return
}

// -----

// The value has the depth, too.
func.func @f(%a0: tensor<8x4xf32>, %a1: tensor<6x4xf32>, %a2: tensor<6x4xf32>, %o: tensor<8x5xf32>) {
  // expected-error @below {{a dimension is not of batch, row, depth, key or column kind}}
  %r = lexon.attention {indexing_maps = [affine_map<(m, n, d, e) -> (m, d)>, affine_map<(m, n, d, e) -> (n, d)>, affine_map<(m, n, d, e) -> (n, d)>, affine_map<(m, n, d, e) -> (m, e)>]} ins(%a0, %a1, %a2 : tensor<8x4xf32>, tensor<6x4xf32>, tensor<6x4xf32>) outs(%o : tensor<8x5xf32>) {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  } -> tensor<8x5xf32>
  return
}

// -----

// A mask by depth.
func.func @f(%a0: tensor<8x4xf32>, %a1: tensor<6x4xf32>, %a2: tensor<6x5xf32>, %a3: tensor<4xf32>, %o: tensor<8x5xf32>) {
  // expected-error @below {{an operand of the region is indexed by depth or column (attention_c2)}}
  %r = lexon.attention {indexing_maps = [affine_map<(m, n, d, e) -> (m, d)>, affine_map<(m, n, d, e) -> (n, d)>, affine_map<(m, n, d, e) -> (n, e)>, affine_map<(m, n, d, e) -> (d)>, affine_map<(m, n, d, e) -> (m, e)>]} ins(%a0, %a1, %a2, %a3 : tensor<8x4xf32>, tensor<6x4xf32>, tensor<6x5xf32>, tensor<4xf32>) outs(%o : tensor<8x5xf32>) {
  ^bb0(%s: f32, %x: f32):
    lexon.yield %s : f32
  } -> tensor<8x5xf32>
  return
}

// -----

// Keys of two sizes.
func.func @f(%a0: tensor<8x4xf32>, %a1: tensor<6x4xf32>, %a2: tensor<7x5xf32>, %o: tensor<8x5xf32>) {
  // expected-error @below {{dimension d1 has size 6 and size 7 (attention_c3)}}
  %r = lexon.attention {indexing_maps = [affine_map<(m, n, d, e) -> (m, d)>, affine_map<(m, n, d, e) -> (n, d)>, affine_map<(m, n, d, e) -> (n, e)>, affine_map<(m, n, d, e) -> (m, e)>]} ins(%a0, %a1, %a2 : tensor<8x4xf32>, tensor<6x4xf32>, tensor<7x5xf32>) outs(%o : tensor<8x5xf32>) {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  } -> tensor<8x5xf32>
  return
}

// -----

// Integers.
func.func @f(%a0: tensor<8x4xi32>, %a1: tensor<6x4xf32>, %a2: tensor<6x5xf32>, %o: tensor<8x5xf32>) {
  // expected-error @below {{element type 'i32' is not f16, bf16, f32 or f64 (attention_c4)}}
  %r = lexon.attention {indexing_maps = [affine_map<(m, n, d, e) -> (m, d)>, affine_map<(m, n, d, e) -> (n, d)>, affine_map<(m, n, d, e) -> (n, e)>, affine_map<(m, n, d, e) -> (m, e)>]} ins(%a0, %a1, %a2 : tensor<8x4xi32>, tensor<6x4xf32>, tensor<6x5xf32>) outs(%o : tensor<8x5xf32>) {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  } -> tensor<8x5xf32>
  return
}

// -----

// A score of another type.
func.func @f(%a0: tensor<8x4xf32>, %a1: tensor<6x4xf32>, %a2: tensor<6x5xf32>, %o: tensor<8x5xf32>) {
  // expected-error @below {{the region must take 'f32' (attention_c5)}}
  %r = lexon.attention {indexing_maps = [affine_map<(m, n, d, e) -> (m, d)>, affine_map<(m, n, d, e) -> (n, d)>, affine_map<(m, n, d, e) -> (n, e)>, affine_map<(m, n, d, e) -> (m, e)>]} ins(%a0, %a1, %a2 : tensor<8x4xf32>, tensor<6x4xf32>, tensor<6x5xf32>) outs(%o : tensor<8x5xf32>) {
  ^bb0(%s: f64):
    lexon.yield %s : f64
  } -> tensor<8x5xf32>
  return
}

// -----

// A region with an effect.
func.func @f(%a0: tensor<8x4xf32>, %a1: tensor<6x4xf32>, %a2: tensor<6x5xf32>, %o: tensor<8x5xf32>) {
  // expected-error @below {{'memref.alloc' in the region is not elementwise (attention_c6)}}
  %r = lexon.attention {indexing_maps = [affine_map<(m, n, d, e) -> (m, d)>, affine_map<(m, n, d, e) -> (n, d)>, affine_map<(m, n, d, e) -> (n, e)>, affine_map<(m, n, d, e) -> (m, e)>]} ins(%a0, %a1, %a2 : tensor<8x4xf32>, tensor<6x4xf32>, tensor<6x5xf32>) outs(%o : tensor<8x5xf32>) {
  ^bb0(%s: f32):
    %m = memref.alloc() : memref<f32>
    lexon.yield %s : f32
  } -> tensor<8x5xf32>
  return
}

// -----

// Causal without rows.
func.func @f(%a0: tensor<4xf32>, %a1: tensor<6x4xf32>, %a2: tensor<6x5xf32>, %o: tensor<5xf32>) {
  // expected-error @below {{'causal' needs a row dimension (attention_c7)}}
  %r = lexon.attention {indexing_maps = [affine_map<(n, d, e) -> (d)>, affine_map<(n, d, e) -> (n, d)>, affine_map<(n, d, e) -> (n, e)>, affine_map<(n, d, e) -> (e)>], causal = 0 : i64} ins(%a0, %a1, %a2 : tensor<4xf32>, tensor<6x4xf32>, tensor<6x5xf32>) outs(%o : tensor<5xf32>) {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  } -> tensor<5xf32>
  return
}
