// RUN: lexon-opt %s --split-input-file --verify-diagnostics

func.func @part_of_a_byte(%b: tensor<64xi8>) {
  // expected-error @below {{element type 'i4' is not made of whole bytes (weight_c1)}}
  %0 = lexon.weight %b[0] : tensor<64xi8> -> tensor<4xi4>
  return
}
// -----
func.func @dynamic(%b: tensor<64xi8>) {
  // expected-error @below {{result #0 must be statically shaped tensor}}
  %0 = lexon.weight %b[0] : tensor<64xi8> -> tensor<?xf32>
  return
}
// -----
func.func @misaligned(%b: tensor<64xi8>) {
  // expected-error @below {{offset 6 is not a non-negative multiple of 4 bytes (weight_c2)}}
  %0 = lexon.weight %b[6] : tensor<64xi8> -> tensor<4xf32>
  return
}
// -----
func.func @negative(%b: tensor<64xi8>) {
  // expected-error @below {{offset -4 is not a non-negative multiple of 4 bytes (weight_c2)}}
  %0 = lexon.weight %b[-4] : tensor<64xi8> -> tensor<4xf32>
  return
}
// -----
func.func @past_the_end(%b: tensor<64xi8>) {
  // expected-error @below {{ends at byte 68 of a buffer of 64 bytes (weight_c3)}}
  %0 = lexon.weight %b[4] : tensor<64xi8> -> tensor<4x4xf32>
  return
}
// -----
// The size of the weight does not fit 64 bits.
func.func @too_large(%b: tensor<64xi8>) {
  // expected-error @below {{(weight_c3)}}
  %0 = lexon.weight %b[0] : tensor<64xi8> -> tensor<4611686018427387904x4xf32>
  return
}
// -----
func.func @not_bytes(%b: tensor<64xf32>) {
  // expected-error @below {{operand #0 must be 1D tensor of 8-bit signless integer values}}
  %0 = lexon.weight %b[0] : tensor<64xf32> -> tensor<4xf32>
  return
}
// -----
func.func @assemble_counts(%a: tensor<8xf32>, %b: tensor<64xi8>) -> tensor<64xi8> {
  // expected-error @below {{has 2 offsets for 1 tensors (assemble_c1)}}
  %0 = lexon.assemble %a at [0, 32] : tensor<8xf32> outs(%b : tensor<64xi8>) -> tensor<64xi8>
  return %0 : tensor<64xi8>
}
// -----
func.func @assemble_past_the_end(%a: tensor<8xf32>, %b: tensor<64xi8>) -> tensor<64xi8> {
  // expected-error @below {{ends at byte 68 of a buffer of 64 bytes (weight_c3)}}
  %0 = lexon.assemble %a at [36] : tensor<8xf32> outs(%b : tensor<64xi8>) -> tensor<64xi8>
  return %0 : tensor<64xi8>
}
// -----
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @maps(%a: memref<5x7xf32>, %w: memref<9x7xf32>, %c: memref<5x9xf32>) {
  // expected-error @below {{has 2 maps for 3 operands (contract_c2)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<9x7xf32>) outs(%c : memref<5x9xf32>) attributes {indexing_maps = [#mk, #nk]} {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @sizes(%a: memref<5x7xf32>, %w: memref<9x8xf32>, %c: memref<5x9xf32>) {
  // expected-error @below {{dimension 2 has the sizes}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<9x8xf32>) outs(%c : memref<5x9xf32>) attributes {indexing_maps = [#mk, #nk, #mn]} {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k, x) -> (m, k)>
#nk = affine_map<(m, n, k, x) -> (n, k)>
#mn = affine_map<(m, n, k, x) -> (m, n)>
func.func @no_kind(%a: memref<5x7xf32>, %w: memref<9x7xf32>, %c: memref<5x9xf32>) {
  // expected-error @below {{dimension 3 is of no kind (contract_c3)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<9x7xf32>) outs(%c : memref<5x9xf32>) attributes {indexing_maps = [#mk, #nk, #mn]} {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#out = affine_map<(m, n, k) -> (m, n * 2)>
func.func @past_the_end(%a: memref<5x7xf32>, %w: memref<9x7xf32>, %c: memref<5x9xf32>) {
  // expected-error @below {{operand 2 is indexed up to 16 where its size is 9 (contract_c4)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<9x7xf32>) outs(%c : memref<5x9xf32>) attributes {indexing_maps = [#mk, #nk, #out]} {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @region(%a: memref<5x7xf32>, %w: memref<9x7xf32>, %c: memref<5x9xf32>) {
  // expected-error @below {{region has 2 arguments instead of 1 (contract_c5)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<9x7xf32>) outs(%c : memref<5x9xf32>) attributes {indexing_maps = [#mk, #nk, #mn]} {
  ^bb0(%s: f32, %t: f32):
    lexon.yield %s : f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @effects(%a: memref<5x7xf32>, %w: memref<9x7xf32>, %c: memref<5x9xf32>, %i: index) {
  // expected-error @below {{region has a 'memref.load', which is not element-wise (contract_c6)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<9x7xf32>) outs(%c : memref<5x9xf32>) attributes {indexing_maps = [#mk, #nk, #mn]} {
  ^bb0(%s: f32):
    %x = memref.load %a[%i, %i] : memref<5x7xf32>
    lexon.yield %x : f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k, g) -> (m, k)>
#gnk = affine_map<(m, n, k, g) -> (g, n, k)>
#mgn = affine_map<(m, n, k, g) -> (m, g, n)>
func.func @stored_row(%a: memref<5x7xf32>, %w: memref<2x9x7xf32>, %r: memref<2x9xf32>, %c: memref<5x2x9xf32>) {
  // expected-error @below {{dimension 0, the 'stored_group', is not in rhs and out only (contract_c3)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<2x9x7xf32>) outs(%c : memref<5x2x9xf32>) attributes {indexing_maps = [#mk, #gnk, #mgn], stored_group = 0} {
  ^bb0(%s: f32, %t: f32):
    lexon.yield %s, %t : f32, f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k, g) -> (m, k)>
#gnk = affine_map<(m, n, k, g) -> (g, n, k)>
#mgn = affine_map<(m, n, k, g) -> (m, g, n)>
func.func @stored_unknown(%a: memref<5x7xf32>, %w: memref<2x9x7xf32>, %r: memref<2x9xf32>, %c: memref<5x2x9xf32>) {
  // expected-error @below {{dimension 9, the 'stored_group', is not in rhs and out only (contract_c3)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<2x9x7xf32>) outs(%c : memref<5x2x9xf32>) attributes {indexing_maps = [#mk, #gnk, #mgn], stored_group = 9} {
  ^bb0(%s: f32, %t: f32):
    lexon.yield %s, %t : f32, f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k, g) -> (m, k)>
#gnk = affine_map<(m, n, k, g) -> (g, n, k)>
#mgn = affine_map<(m, n, k, g) -> (m, g, n)>
func.func @stored_with(%a: memref<5x7xf32>, %w: memref<2x9x7xf32>, %r: memref<2x9xf32>, %c: memref<5x2x9xf32>) {
  // expected-error @below {{an operand of 'with' is indexed by dimension 3, the group (contract_c3)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<2x9x7xf32>) with(%r : memref<2x9xf32>) outs(%c : memref<5x2x9xf32>) attributes {indexing_maps = [#mk, #gnk, affine_map<(m, n, k, g) -> (g, n)>, #mgn], stored_group = 3} {
  ^bb0(%s: f32, %t: f32, %u: f32):
    lexon.yield %s, %t : f32, f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k, g) -> (m, k)>
#gnk = affine_map<(m, n, k, g) -> (g, n, k)>
#mgn = affine_map<(m, n, k, g) -> (m, g, n)>
func.func @stored_once(%a: memref<5x7xf32>, %w: memref<2x9x7xf32>, %r: memref<2x9xf32>, %c: memref<5x2x9xf32>) {
  // expected-error @below {{region does not yield an element of the output for each group (contract_c5)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<2x9x7xf32>) outs(%c : memref<5x2x9xf32>) attributes {indexing_maps = [#mk, #gnk, #mgn], stored_group = 3} {
  ^bb0(%s: f32, %t: f32):
    lexon.yield %s : f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k, g) -> (m, k)>
#gnk = affine_map<(m, n, k, g) -> (g, n, k)>
#mgn = affine_map<(m, n, k, g) -> (m, g, n)>
func.func @not_stored(%a: memref<5x7xf32>, %w: memref<2x9x7xf32>, %r: memref<2x9xf32>, %c: memref<5x2x9xf32>) {
  // expected-error @below {{region has 2 arguments instead of 1 (contract_c5)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<2x9x7xf32>) outs(%c : memref<5x2x9xf32>) attributes {indexing_maps = [#mk, #gnk, #mgn]} {
  ^bb0(%s: f32, %t: f32):
    lexon.yield %s, %t : f32, f32
  }
  return
}
